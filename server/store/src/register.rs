//! What the two-sided register stands on: a stretch of the assignments that may be seen, with who decides, who
//! supervises, and which exceptions there are. Each statement finds the same stretch, because neither database takes
//! a list of identifiers that the other one takes.

use crate::assignment::{AssignmentRow, assignment_columns};
use crate::db::{fetch_all, fetch_one};
use crate::exception::ExceptionRow;
use crate::held::{HeldRow, assemble, held, named};
use crate::search::pattern;
use crate::sight::{by_sight, mine, text};
use crate::supervision::{SupervisionRow, supervision_columns};
use crate::{Conn, StoreError};
use domain::assignment::Assignment;
use domain::duty::Sight;
use domain::id::{AssignmentId, PersonId, UnitId};
use domain::separation::register::Supervision;
use domain::separation::{Exception, Held, Names};
use std::collections::HashMap;
use uuid::Uuid;

/// Which assignments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of a unit and all below it.
    pub root: Option<UnitId>,
    /// One alone.
    pub assignment: Option<AssignmentId>,
    /// Part of the power's or unit's name or code.
    pub typed: String,
}

/// A stretch of the list, by unit and power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// How many at most.
    pub limit: i64,
    /// After how many.
    pub offset: i64,
}

/// An assignment with names.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The assignment.
    pub assignment: Assignment,
    /// Code of the power.
    pub power_code: String,
    /// Its name.
    pub power: String,
    /// Name of the unit that holds it.
    pub unit: String,
}

/// Everything about a stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The assignments in their order.
    pub lines: Vec<Line>,
    /// Functions that are held in them, by assignment; lent ones too.
    pub held: HashMap<AssignmentId, Vec<Held>>,
    /// Supervising sides, by assignment.
    pub supervisions: HashMap<AssignmentId, Vec<Supervision>>,
    /// Exceptions, by assignment.
    pub exceptions: HashMap<AssignmentId, Vec<Exception>>,
    /// What people and units are called.
    pub names: Names,
}

/// Assignments that are not recalled, filtered by `$4` to `$6`.
macro_rules! chosen {
    ($from:literal) => {
        concat!(
            $from,
            " join power p on p.id = s.power_id join unit u on u.id = s.unit_id
            where s.form <> 'recalled' and (cast($4 as uuid) is null or exists (select 1 from unit_ancestor below
                where below.unit_id = s.unit_id and below.ancestor_id = $4))
              and (cast($5 as uuid) is null or s.id = $5)
              and (p.search like $6 escape '\\' or u.search like $6 escape '\\')"
        )
    };
}
macro_rules! total {
    ($from:literal) => {
        concat!(mine!(), " select cast(count(*) as bigint) ", chosen!($from))
    };
}
/// Begins a statement with `page`, the stretch.
macro_rules! page {
    ($from:literal, $rest:expr) => {
        concat!(
            mine!(),
            ", page as (select s.id ",
            chosen!($from),
            " order by u.code, p.code, s.valid_from, s.id limit $7 offset $8)",
            $rest
        )
    };
}
macro_rules! texts {
    ($text:ident $(, $rest:expr)?) => {
        [$text!("from assignment s" $(, $rest)?), $text!("from mine join assignment s on s.id = mine.id" $(, $rest)?)]
    };
}

const TOTAL: [&str; 2] = texts!(total);
const LINES: [&str; 2] = texts!(
    page,
    concat!(
        " select ",
        assignment_columns!(),
        ", p.code as power_code, p.name as power, u.name as unit from page join assignment s on s.id = page.id
        join power p on p.id = s.power_id join unit u on u.id = s.unit_id
        order by u.code, p.code, s.valid_from, s.id"
    )
);
const HELD: [&str; 2] = texts!(
    page,
    concat!(
        ", ",
        held!(
            functions: "page cross join allocation l", "where l.assignment_id = page.id";
            groups: "page cross join group_right r cross join group_member m",
                "where r.assignment_id = page.id and m.group_id = r.group_id";
            lent: ""
        ),
        named!()
    )
);
const SUPERVISIONS: [&str; 2] = texts!(
    page,
    concat!(
        " select ",
        supervision_columns!(),
        " from page cross join supervision v where v.assignment_id = page.id order by v.valid_from, v.id"
    )
);
const EXCEPTIONS: [&str; 2] = texts!(
    page,
    " select x.id, x.rule_code, x.person_id, x.assignment_id, x.reason, x.control, x.requested_by, x.approved_by,
        x.approved_at, x.valid_from, x.valid_to, x.ended_on
        from page cross join separation_exception x where x.assignment_id = page.id"
);
const NAMES: [&str; 2] = texts!(
    page,
    " select 1 as is_person, n.id, n.name from person n where n.id in (
        select v.liaison_id from page cross join supervision v where v.assignment_id = page.id)
    union all select 0, u.id, u.name from unit u where u.id in (
        select v.unit_id from page cross join supervision v where v.assignment_id = page.id
        union select s.unit_id from page join assignment s on s.id = page.id)"
);

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    assignment: AssignmentRow,
    power_code: String,
    power: String,
    unit: String,
}

/// How many assignments there are.
pub async fn total(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<i64, StoreError> {
    let (root, one) = (filter.root.map(|id| id.0), filter.assignment.map(|id| id.0));
    let sql = text(sight, TOTAL);
    let (total,) = by_sight!(fetch_one, conn, (i64,), sql, sight, root, one, pattern(&filter.typed))?;
    Ok(total)
}

/// A stretch of the register: five statements whatever its size.
pub async fn load(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    stretch: Stretch,
) -> Result<Loaded, StoreError> {
    let (root, one) = (filter.root.map(|id| id.0), filter.assignment.map(|id| id.0));
    macro_rules! send {
        ($row:ty, $texts:ident) => {
            by_sight!(
                fetch_all,
                conn,
                $row,
                text(sight, $texts),
                sight,
                root,
                one,
                pattern(&filter.typed),
                stretch.limit,
                stretch.offset
            )
        };
    }
    let lines = send!(LineRow, LINES)?.into_iter().map(|row| {
        Ok(Line {
            assignment: row.assignment.try_into()?,
            power_code: row.power_code,
            power: row.power,
            unit: row.unit,
        })
    });
    let lines = lines.collect::<Result<Vec<_>, StoreError>>()?;
    let mut held: HashMap<AssignmentId, Vec<Held>> = HashMap::new();
    let (rights, mut names) = assemble(send!(HeldRow, HELD)?, Names::default())?;
    for each in rights {
        if let domain::separation::Right::Function { assignment, .. } = each.right {
            held.entry(assignment).or_default().push(each);
        }
    }
    let mut supervisions: HashMap<AssignmentId, Vec<Supervision>> = HashMap::new();
    for row in send!(SupervisionRow, SUPERVISIONS)? {
        let row = Supervision::from(row);
        supervisions.entry(row.assignment).or_default().push(row);
    }
    let mut exceptions: HashMap<AssignmentId, Vec<Exception>> = HashMap::new();
    for row in send!(ExceptionRow, EXCEPTIONS)? {
        let exception = crate::exception::Granted::from(row).exception;
        if let Some(assignment) = exception.assignment {
            exceptions.entry(assignment).or_default().push(exception);
        }
    }
    for (is_person, id, name) in send!((i32, Uuid, String), NAMES)? {
        if is_person == 1 {
            names.people.insert(PersonId(id), name);
        } else {
            names.units.insert(UnitId(id), name);
        }
    }
    Ok(Loaded { lines, held, supervisions, exceptions, names })
}
