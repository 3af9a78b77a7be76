//! Everything about a unit, in a fixed number of statements.

use crate::common::each_database;
use crate::made::{allocation, appointment, assignment, between, day, from, month, person, power, unit};
use domain::Date;
use domain::Fen;
use domain::assess::{AssignmentFacts, Neighbour, PersonFacts, RegisterFacts, UnitFacts};
use domain::assignment::{Assignment, Form};
use domain::duty::Sight;
use domain::funding::{FundingLine, FundingSource};
use domain::id::{CertificateId, CompletionId, EquipmentId, EstablishmentId, FundingId, UnitId};
use domain::means::{Equipment, Establishment};
use domain::people::{Certificate, Completion, Person};
use domain::power::{Power, PowerType};
use domain::statistics::MonthlyStatistics;
use domain::unit::{Unit, UnitKind};
use store::{Conn, facts, new_id, people, resources};

const ON: &str = "2026-11-10";

struct Units {
    county: Unit,
    town: Unit,
    beside: Unit,
    department: Unit,
}

async fn insert_units(conn: &mut Conn) -> Units {
    let county = unit("41", "县", UnitKind::County, None);
    let units = Units {
        town: unit("4101", "许家沟乡", UnitKind::Township, Some(&county)),
        beside: unit("4102", "都里镇", UnitKind::Township, Some(&county)),
        department: unit("41-NY", "农业农村局", UnitKind::Department, Some(&county)),
        county,
    };
    for unit in [&units.county, &units.town, &units.beside, &units.department] {
        store::unit::insert(conn, unit).await.unwrap();
    }
    units
}

async fn assign(conn: &mut Conn, assignment: Assignment) -> Assignment {
    store::assignment::insert(conn, &assignment).await.unwrap();
    assignment
}

/// Two powers of the town: the first given by a department that holds it by entrustment and held beside it, the
/// second nowhere else in force.
async fn insert_assignments(conn: &mut Conn, units: &Units) -> [(Assignment, Power); 2] {
    let powers = [
        power("A", "宅基地审批", PowerType::Licence, "农业农村"),
        power("B", "占地处罚", PowerType::Penalty, "农业农村"),
    ];
    for power in &powers {
        store::power::insert(conn, power).await.unwrap();
    }
    let entrusted = assign(
        conn,
        Assignment { giver: Some(units.department.id), ..assignment(&powers[0], &units.town, "2025-01-01") },
    )
    .await;
    let plain = assign(conn, assignment(&powers[1], &units.town, "2025-07-01")).await;
    let by_entrustment =
        Assignment { form: Form::Entrustment, ..assignment(&powers[0], &units.department, "2024-01-01") };
    assign(conn, by_entrustment).await;
    assign(conn, assignment(&powers[0], &units.beside, "2025-01-01")).await;
    // Neither a recalled nor an ended assignment makes a neighbour, nor a unit under another parent.
    let recalled = Assignment { form: Form::Recalled, ..assignment(&powers[1], &units.beside, "2025-01-01") };
    assign(conn, recalled).await;
    let ended = Assignment {
        period: between("2025-01-01", "2026-11-09"),
        ..assignment(&powers[1], &units.department, "2025-01-01")
    };
    assign(conn, ended).await;
    assign(conn, assignment(&powers[1], &units.county, "2025-01-01")).await;
    let [first, second] = powers;
    [(entrusted, first), (plain, second)]
}

/// One person of the town with everything, one of the department who gives it time, one whom nothing ties to it.
async fn insert_people(conn: &mut Conn, units: &Units, first: &Assignment) -> Vec<PersonFacts> {
    let mut own = person("P1", "张一禾");
    own.allowance_hours = 12.5;
    own.appointments = vec![appointment(&units.town, "2020-01-01"), appointment(&units.beside, "2021-01-01")];
    own.certificates = vec![Certificate {
        id: CertificateId(new_id()),
        kind: "行政执法证".to_owned(),
        number: "豫E05-0001".to_owned(),
        issued_on: day("2024-01-01"),
        expires_on: Some(day("2029-01-01")),
        suspended: Some(between("2025-01-01", "2025-02-01")),
        revoked_on: Some(day("2028-01-01")),
    }];
    own.completions = vec![Completion {
        id: CompletionId(new_id()),
        course: "农业执法培训".to_owned(),
        completed_on: day("2026-01-01"),
        valid_until: None,
        tenths_of_hours: 240,
    }];
    let helper = person("P2", "李青田");
    let stranger = person("P3", "王五");
    for each in [&own, &helper, &stranger] {
        insert_person(conn, each).await;
    }
    let post = appointment(&units.beside, "2020-01-01");
    people::insert_appointment(conn, stranger.id, &post).await.unwrap();
    let elsewhere = store::assignment::all(conn, Sight::Everything).await.unwrap();
    let elsewhere = elsewhere.iter().find(|each| each.unit == units.beside.id).unwrap();
    let mut facts = vec![
        PersonFacts { allocations: vec![allocation(first, &own, 0.25)], person: own },
        PersonFacts {
            // His time for another unit's assignment counts too: nobody works more than a whole day.
            allocations: vec![allocation(first, &helper, 0.5), allocation(elsewhere, &helper, 0.1)],
            person: helper,
        },
    ];
    for each in &mut facts {
        for allocation in &each.allocations {
            people::insert_allocation(conn, allocation).await.unwrap();
        }
        each.allocations.sort_by_key(|allocation| (allocation.period.from, allocation.id));
    }
    facts
}

async fn insert_person(conn: &mut Conn, person: &Person) {
    people::insert_person(conn, person).await.unwrap();
    for each in &person.appointments {
        people::insert_appointment(conn, person.id, each).await.unwrap();
    }
    for each in &person.certificates {
        people::insert_certificate(conn, person.id, each).await.unwrap();
    }
    for each in &person.completions {
        people::insert_completion(conn, person.id, each).await.unwrap();
    }
}

async fn insert_means(conn: &mut Conn, unit: UnitId) -> (Vec<Establishment>, Vec<Equipment>) {
    let posts = Establishment { id: EstablishmentId(new_id()), authorised: 10, from: day("2023-01-01") };
    let seal = Equipment {
        id: EquipmentId(new_id()),
        item: "审批专用章".to_owned(),
        quantity: 1,
        period: from("2024-03-01"),
    };
    resources::insert_establishment(conn, unit, &posts).await.unwrap();
    resources::insert_equipment(conn, unit, &seal).await.unwrap();
    (vec![posts], vec![seal])
}

async fn insert_funding(conn: &mut Conn, unit: UnitId, assignment: Option<&Assignment>) -> FundingLine {
    let line = FundingLine {
        id: FundingId(new_id()),
        assignment: assignment.map(|assignment| assignment.id),
        year: 2026,
        source: FundingSource::SpecialTransfer,
        document: "3号".to_owned(),
        allocated: Fen(4),
        committed: Fen(3),
        released: Fen(2),
        spent: Fen(1),
    };
    resources::insert_funding(conn, unit, &line).await.unwrap();
    line
}

/// The months that are read: 25 complete ones before the day, and all that follow.
async fn insert_statistics(conn: &mut Conn, of: &Assignment) -> Vec<MonthlyStatistics> {
    let months = ["2024-09-01", "2024-10-01", "2026-10-01", "2026-11-01"].map(|first| month(first, 10));
    for each in &months {
        store::statistics::insert(conn, of.id, each).await.unwrap();
    }
    months[1..].to_vec()
}

#[test]
fn they_are_complete() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let units = insert_units(&mut conn).await;
        let [(first, first_power), (second, second_power)] = insert_assignments(&mut conn, &units).await;
        let people = insert_people(&mut conn, &units, &first).await;
        let (establishment, equipment) = insert_means(&mut conn, units.town.id).await;
        insert_means(&mut conn, units.beside.id).await;
        let own = insert_funding(&mut conn, units.town.id, None).await;
        let of_first = insert_funding(&mut conn, units.town.id, Some(&first)).await;
        let statistics = insert_statistics(&mut conn, &first).await;
        store::unit::touch(&mut conn, units.town.id).await.unwrap();
        let mut of_assignment = vec![people[0].allocations[0].clone()];
        let mine = |each: &&domain::people::Allocation| each.assignment == first.id;
        of_assignment.extend(people[1].allocations.iter().filter(mine).cloned());
        of_assignment.sort_by_key(|allocation| allocation.id);

        let expected = UnitFacts {
            unit: units.town.clone(),
            version: 1,
            people,
            establishment,
            equipment,
            funding: vec![own],
            assignments: vec![
                AssignmentFacts {
                    assignment: first,
                    power: first_power,
                    allocations: of_assignment,
                    funding: vec![of_first],
                    statistics,
                    giver_name: Some("农业农村局".to_owned()),
                    entrusted_giver: Some(units.department.id),
                    // The department stands under the same county.
                    neighbours: neighbours(&[&units.department, &units.beside]),
                    register: RegisterFacts::default(),
                    open_tasks: 0,
                },
                AssignmentFacts {
                    assignment: second,
                    power: second_power,
                    allocations: Vec::new(),
                    funding: Vec::new(),
                    statistics: Vec::new(),
                    giver_name: None,
                    entrusted_giver: None,
                    neighbours: Vec::new(),
                    register: RegisterFacts::default(),
                    open_tasks: 0,
                },
            ],
        };
        let (path, mut facts) =
            facts::with_path(&mut conn, units.town.id, day(ON), facts::Neighbours::Named, Sight::Everything)
                .await
                .unwrap()
                .unwrap();
        assert_eq!(path, [units.county, units.town]);
        for each in &mut facts.assignments {
            each.neighbours.sort();
        }
        assert_eq!(facts, expected);
        // Before the department was entrusted, and while the ended one was in force.
        let unit = expected.unit.id;
        let then = facts::unit_facts(&mut conn, unit, day("2023-12-31")).await.unwrap().unwrap();
        assert_eq!(then.assignments[0].entrusted_giver, None);
        let then = facts::unit_facts(&mut conn, unit, day("2026-11-09")).await.unwrap().unwrap();
        assert_eq!(then.assignments[1].neighbours, neighbours(&[&units.department]));
        let nowhere = facts::unit_facts(&mut conn, UnitId(new_id()), day(ON)).await.unwrap();
        assert_eq!(nowhere, None);
    });
}

fn neighbours(units: &[&Unit]) -> Vec<Neighbour> {
    let neighbour = |unit: &&Unit| Neighbour { unit: unit.id, name: unit.name.clone() };
    let mut all: Vec<_> = units.iter().map(neighbour).collect();
    all.sort();
    all
}

#[test]
fn the_number_of_statements_does_not_grow() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let units = insert_units(&mut conn).await;
        let sent = async |conn: &mut Conn, on: Date| {
            let before = db.statements();
            let facts = facts::unit_facts(conn, units.town.id, on).await.unwrap().unwrap();
            (db.statements() - before, facts)
        };
        let (of_empty, _) = sent(&mut conn, day(ON)).await;
        for number in 0..40 {
            let power = power(&format!("{number}"), "审批", PowerType::Licence, "");
            store::power::insert(&mut conn, &power).await.unwrap();
            let assigned = assign(&mut conn, assignment(&power, &units.town, "2025-01-01")).await;
            assign(&mut conn, assignment(&power, &units.beside, "2025-01-01")).await;
            let mut each = person(&format!("P{number}"), "人");
            each.appointments = vec![appointment(&units.town, "2025-01-01")];
            insert_person(&mut conn, &each).await;
            let time = allocation(&assigned, &each, 0.5);
            people::insert_allocation(&mut conn, &time).await.unwrap();
            insert_statistics(&mut conn, &assigned).await;
            insert_funding(&mut conn, units.town.id, Some(&assigned)).await;
        }
        let (of_full, facts) = sent(&mut conn, day(ON)).await;
        assert_eq!((facts.people.len(), facts.assignments.len()), (40, 40));
        assert!(of_full <= 10, "{of_full} statements");
        assert!(of_full - of_empty <= 1, "{of_empty}, then {of_full} statements");
    });
}
