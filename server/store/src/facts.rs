//! Everything that a unit's assessments stand on, in nine statements whatever its size.

use crate::assignment::{AssignmentRow, assignment_columns};
use crate::db::{fetch_all, nat};
use crate::people::{AllocationRow, allocation_columns};
use crate::power::{PowerRow, power_columns};
use crate::resources::{FundingRow, funding, funding_columns};
use crate::sight::{by_sight, seen, top};
use crate::statistics::{StatisticsRow, month, statistics_columns};
use crate::unit::UnitRow;
use crate::{Conn, StoreError};
use domain::assess::{
    AssignmentFacts, GroupRightFacts, LiftFacts, Neighbour, PersonFacts, RegisterFacts, SupervisionFacts,
    UnitFacts,
};
use domain::assignment::Assignment;
use domain::duty::{Mode, Sight};
use domain::id::{
    AppointmentId, AssignmentId, CertificateId, CompletionId, EquipmentId, EstablishmentId, ExceptionId,
    GroupId, PersonId, PowerId, SupervisionId, UnitId,
};
use domain::means::{Equipment, Establishment};
use domain::people::{Allocation, Appointment, Certificate, Completion, Person};
use domain::separation::Exception;
use domain::statistics::window_start;
use domain::unit::Unit;
use domain::{Date, Period};
use std::collections::HashMap;
use uuid::Uuid;

/// Months of statistics that are read: two years, as the longest idle window that rules allow, and this one.
pub const STATISTICS_MONTHS: u32 = 25;

#[derive(sqlx::FromRow)]
struct VersionedUnitRow {
    #[sqlx(flatten)]
    unit: UnitRow,
    facts_version: i64,
}

const PATH: &str = concat!(
    top!(),
    " select u.id, u.code, u.name, u.kind, u.parent_id, u.credit_code, u.facts_version
    from unit_ancestor a join unit u on u.id = a.ancestor_id where a.unit_id = $4 and ",
    seen!("a.ancestor_id"),
    " order by a.depth desc"
);

#[derive(sqlx::FromRow)]
struct AssignedRow {
    #[sqlx(flatten)]
    assignment: AssignmentRow,
    #[sqlx(flatten)]
    power: PowerRow,
    giver_name: Option<String>,
    giver_entrusted: i32,
    open_tasks: i32,
}

const ASSIGNMENTS: &str = concat!(
    "select ",
    assignment_columns!(),
    ", ",
    power_columns!(),
    ", g.name as giver_name,
    case when exists (select 1 from assignment h where h.unit_id = s.giver_id and h.power_id = s.power_id
        and h.form = 'entrustment' and h.valid_from <= $2 and (h.valid_to is null or h.valid_to >= $2))
        then 1 else 0 end as giver_entrusted,
    (select cast(count(*) as integer) from takeover_task k where k.assignment_id = s.id and k.state = 'open')
        as open_tasks
    from assignment s join power p on p.id = s.power_id left join unit g on g.id = s.giver_id
    where s.unit_id = $1 order by p.catalogue, p.version, p.code, s.valid_from, s.id"
);

/// Who is appointed in the unit or allocated to one of its assignments.
macro_rules! people_of_unit {
    () => {
        "(select a.person_id from appointment a where a.unit_id = $1
          union select l.person_id from allocation l join assignment s on s.id = l.assignment_id
          where s.unit_id = $1)"
    };
}

#[derive(sqlx::FromRow)]
struct PostRow {
    person_id: Uuid,
    code: String,
    name: String,
    allowance_hours: f64,
    appointment_id: Option<Uuid>,
    unit_id: Option<Uuid>,
    post: Option<String>,
    kind: Option<String>,
    share: Option<f64>,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
}

const POSTS: &str = concat!(
    "select n.id as person_id, n.code, n.name, n.allowance_hours, a.id as appointment_id, a.unit_id, a.post, a.kind,
    a.share, a.valid_from, a.valid_to from person n left join appointment a on a.person_id = n.id where n.id in ",
    people_of_unit!(),
    " order by n.code, a.valid_from, a.id"
);

#[derive(sqlx::FromRow)]
struct CredentialRow {
    id: Uuid,
    person_id: Uuid,
    name: String,
    /// A certificate's number; none for a course.
    number: Option<String>,
    valid_from: Date,
    valid_to: Option<Date>,
    suspended_from: Option<Date>,
    suspended_to: Option<Date>,
    revoked_on: Option<Date>,
    tenths_of_hours: i32,
}

const CREDENTIALS: &str = concat!(
    "select id, person_id, kind as name, number, issued_on as valid_from, expires_on as valid_to, suspended_from,
    suspended_to, revoked_on, 0 as tenths_of_hours from certificate where person_id in ",
    people_of_unit!(),
    " union all select id, person_id, course, cast(null as text), completed_on, valid_until, cast(null as date),
    cast(null as date), cast(null as date), tenths_of_hours from completion where person_id in ",
    people_of_unit!(),
    " order by 3, 5, 1"
);

const ALLOCATIONS: &str = concat!(
    "select ",
    allocation_columns!(),
    " from allocation l where l.person_id in ",
    people_of_unit!(),
    " order by l.valid_from, l.id"
);

#[derive(sqlx::FromRow)]
struct MeansRow {
    kind: String,
    id: Option<Uuid>,
    assignment_id: Option<Uuid>,
    /// The supervising unit, or the member of a group.
    other: Option<Uuid>,
    /// Item, name of the supervising unit, function, or mode.
    name: String,
    quantity: i32,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
    /// A membership's days; the day on which an exception was ended.
    from_two: Option<Date>,
    to_two: Option<Date>,
}

/// What the unit has, and what the two-sided register says beside the allocations.
const MEANS: &str = "select 'equipment' as kind, e.id, cast(null as uuid) as assignment_id, cast(null as uuid) as other,\n        e.item as name, e.quantity, e.valid_from, e.valid_to, cast(null as date) as from_two,\n        cast(null as date) as to_two from equipment e where e.unit_id = $1\n    union all select 'establishment', e.id, null, null, '', e.authorised, e.valid_from, null, null, null\n        from establishment e where e.unit_id = $1\n    union all select 'supervision', v.id, v.assignment_id, v.unit_id, u.name, 0, v.valid_from, v.valid_to, null, null\n        from assignment s join supervision v on v.assignment_id = s.id join unit u on u.id = v.unit_id\n        where s.unit_id = $1\n    union all select 'group', r.group_id, r.assignment_id, m.person_id, r.function, 0, r.valid_from, r.valid_to,\n        m.valid_from, m.valid_to\n        from assignment s join group_right r on r.assignment_id = s.id join group_member m on m.group_id = r.group_id\n        where s.unit_id = $1\n    union all select 'lift', x.id, x.assignment_id, null, '', 0, x.valid_from, x.valid_to, x.ended_on, null\n        from assignment s join separation_exception x on x.assignment_id = s.id\n        join separation_rule t on t.code = x.rule_code\n        where s.unit_id = $1 and t.kind = 'same_unit' and x.approved_by is not null\n    union all select 'mode', null, null, null, t.mode, 0, null, null, null, null\n        from separation_rule t where t.kind = 'same_unit'\n    order by 1, 5, 7, 2, 4";

fn missing(what: &str) -> StoreError {
    StoreError::Corrupt(format!("{what} is missing"))
}

/// Equipment and posts of a unit, and the register of its assignments.
#[derive(Default)]
struct Means {
    equipment: Vec<Equipment>,
    establishment: Vec<Establishment>,
    register: HashMap<AssignmentId, RegisterFacts>,
    is_same_unit_enforced: bool,
}

impl Means {
    fn add(&mut self, row: MeansRow) -> Result<(), StoreError> {
        if row.kind == "mode" {
            self.is_same_unit_enforced |= row.name.parse::<Mode>()? == Mode::Enforce;
            return Ok(());
        }
        let id = row.id.ok_or_else(|| missing("an identifier"))?;
        let from = row.valid_from.ok_or_else(|| missing("a day"))?;
        let period = Period { from, to: row.valid_to };
        match row.kind.as_str() {
            "equipment" => {
                let quantity = nat(row.quantity);
                self.equipment.push(Equipment { id: EquipmentId(id), item: row.name, quantity, period });
                return Ok(());
            }
            "establishment" => {
                let authorised = nat(row.quantity);
                self.establishment.push(Establishment { id: EstablishmentId(id), authorised, from });
                return Ok(());
            }
            _ => {}
        }
        let assignment = AssignmentId(row.assignment_id.ok_or_else(|| missing("an assignment"))?);
        let register = self.register.entry(assignment).or_default();
        match row.kind.as_str() {
            "supervision" => register.supervisions.push(SupervisionFacts {
                id: SupervisionId(id),
                unit: UnitId(row.other.ok_or_else(|| missing("a unit"))?),
                name: row.name,
                period,
            }),
            "group" => {
                let member = Period { from: row.from_two.ok_or_else(|| missing("a day"))?, to: row.to_two };
                let person = PersonId(row.other.ok_or_else(|| missing("a person"))?);
                // A member on no day on which the group has the right holds nothing.
                if let Some(period) = period.and(&member) {
                    let function = row.name.parse()?;
                    register.of_groups.push(GroupRightFacts { group: GroupId(id), person, function, period });
                }
            }
            _ => {
                let exception = Exception {
                    id: ExceptionId(id),
                    rule: String::new(),
                    person: None,
                    assignment: Some(assignment),
                    period,
                    is_approved: true,
                    ended_on: row.from_two,
                };
                let lifts = exception.lifts();
                register.lifts.extend(lifts.map(|period| LiftFacts { id: ExceptionId(id), period }));
            }
        }
        Ok(())
    }
}

const FUNDING: &str =
    concat!("select ", funding_columns!(), " from funding where unit_id = $1 order by year, id");

const STATISTICS: &str = concat!(
    "select ",
    statistics_columns!(),
    " from statistics m join assignment s on s.id = m.assignment_id
    where s.unit_id = $1 and m.month >= $2 order by m.month, m.id"
);

const NEIGHBOURS: &str = "select distinct s.power_id, u.id, u.name from assignment s join unit u on u.id = s.unit_id
    where u.parent_id = $2 and u.id <> $1 and s.form <> 'recalled' and (s.valid_to is null or s.valid_to >= $3)
      and s.power_id in (select power_id from assignment where unit_id = $1)";

/// The facts about a unit on a day, whoever asks.
pub async fn unit_facts(conn: &mut Conn, id: UnitId, on: Date) -> Result<Option<UnitFacts>, StoreError> {
    Ok(with_path(conn, id, on, Neighbours::Named, Sight::Everything).await?.map(|(_, facts)| facts))
}

/// Whether the units that could share a power are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Neighbours {
    /// For remedies.
    Named,
    /// One statement less, where only verdicts and rows count.
    Left,
}

/// The same for whoever may see the unit, with those above it from the highest that may be seen to the unit itself.
pub async fn with_path(
    conn: &mut Conn,
    id: UnitId,
    on: Date,
    with: Neighbours,
    sight: Sight,
) -> Result<Option<(Vec<Unit>, UnitFacts)>, StoreError> {
    let rows = by_sight!(fetch_all, conn, VersionedUnitRow, PATH, sight, id.0)?;
    let Some(version) = rows.last().map(|row| row.facts_version) else {
        return Ok(None);
    };
    let path = rows.into_iter().map(|row| Unit::try_from(row.unit)).collect::<Result<Vec<_>, _>>()?;
    let Some(unit) = path.last().cloned() else {
        return Ok(None);
    };

    let mut people = people(conn, id).await?;
    let mut by_assignment: HashMap<AssignmentId, Vec<Allocation>> = HashMap::new();
    for row in fetch_all!(conn, AllocationRow, ALLOCATIONS, id.0)? {
        let allocation = Allocation::try_from(row)?;
        by_assignment.entry(allocation.assignment).or_default().push(allocation.clone());
        if let Some(person) = people.get_mut(&allocation.person) {
            person.allocations.push(allocation);
        }
    }
    let mut people: Vec<PersonFacts> = people.into_values().collect();
    people.sort_by(|one, other| one.person.code.cmp(&other.person.code));

    let mut means = Means::default();
    for row in fetch_all!(conn, MeansRow, MEANS, id.0)? {
        means.add(row)?;
    }

    let (mut own, mut of_assignment) = (Vec::new(), HashMap::<AssignmentId, Vec<_>>::new());
    for row in fetch_all!(conn, FundingRow, FUNDING, id.0)? {
        let (_, line) = funding(row)?;
        match line.assignment {
            Some(assignment) => of_assignment.entry(assignment).or_default().push(line),
            None => own.push(line),
        }
    }
    let mut statistics: HashMap<AssignmentId, Vec<_>> = HashMap::new();
    for row in fetch_all!(conn, StatisticsRow, STATISTICS, id.0, window_start(on, STATISTICS_MONTHS))? {
        let (assignment, row) = month(row);
        statistics.entry(assignment).or_default().push(row);
    }
    let mut neighbours: HashMap<PowerId, Vec<Neighbour>> = HashMap::new();
    if let Some(parent) = unit.parent.filter(|_| with == Neighbours::Named) {
        for (power, unit, name) in fetch_all!(conn, (Uuid, Uuid, String), NEIGHBOURS, id.0, parent.0, on)? {
            neighbours.entry(PowerId(power)).or_default().push(Neighbour { unit: UnitId(unit), name });
        }
    }

    for units in neighbours.values_mut() {
        Neighbour::sort(units);
    }

    let mut assignments = Vec::new();
    for row in fetch_all!(conn, AssignedRow, ASSIGNMENTS, id.0, on)? {
        let assignment = Assignment::try_from(row.assignment)?;
        let key = assignment.id;
        assignments.push(AssignmentFacts {
            allocations: by_assignment.remove(&key).unwrap_or_default(),
            funding: of_assignment.remove(&key).unwrap_or_default(),
            statistics: statistics.remove(&key).unwrap_or_default(),
            giver_name: row.giver_name,
            entrusted_giver: assignment.giver.filter(|_| row.giver_entrusted == 1),
            neighbours: neighbours.get(&assignment.power).cloned().unwrap_or_default(),
            register: RegisterFacts {
                is_same_unit_enforced: means.is_same_unit_enforced,
                ..means.register.remove(&key).unwrap_or_default()
            },
            open_tasks: nat(row.open_tasks),
            power: row.power.try_into()?,
            assignment,
        });
    }
    let Means { equipment, establishment, .. } = means;
    let facts = UnitFacts { unit, version, people, establishment, equipment, funding: own, assignments };
    Ok(Some((path, facts)))
}

/// The people of a unit with all that is dated about them, allocations left out.
async fn people(conn: &mut Conn, unit: UnitId) -> Result<HashMap<PersonId, PersonFacts>, StoreError> {
    let mut people: HashMap<PersonId, PersonFacts> = HashMap::new();
    for row in fetch_all!(conn, PostRow, POSTS, unit.0)? {
        let id = PersonId(row.person_id);
        let facts = people.entry(id).or_insert_with(|| PersonFacts {
            person: Person {
                id,
                code: row.code,
                name: row.name,
                allowance_hours: row.allowance_hours,
                appointments: Vec::new(),
                certificates: Vec::new(),
                completions: Vec::new(),
            },
            allocations: Vec::new(),
        });
        // All of an appointment's columns are there, or none.
        if let (Some(appointment), Some(unit), Some(post), Some(kind), Some(share), Some(from)) =
            (row.appointment_id, row.unit_id, row.post, row.kind, row.share, row.valid_from)
        {
            facts.person.appointments.push(Appointment {
                id: AppointmentId(appointment),
                unit: UnitId(unit),
                post,
                kind: kind.parse()?,
                share,
                period: Period { from, to: row.valid_to },
            });
        }
    }
    for row in fetch_all!(conn, CredentialRow, CREDENTIALS, unit.0)? {
        let Some(facts) = people.get_mut(&PersonId(row.person_id)) else {
            continue;
        };
        match row.number {
            Some(number) => facts.person.certificates.push(Certificate {
                id: CertificateId(row.id),
                kind: row.name,
                number,
                issued_on: row.valid_from,
                expires_on: row.valid_to,
                suspended: row.suspended_from.map(|from| Period { from, to: row.suspended_to }),
                revoked_on: row.revoked_on,
            }),
            None => facts.person.completions.push(Completion {
                id: CompletionId(row.id),
                course: row.name,
                completed_on: row.valid_from,
                valid_until: row.valid_to,
                tenths_of_hours: nat(row.tenths_of_hours),
            }),
        }
    }
    Ok(people)
}
