//! Rows to test with.

use domain::assignment::{Assignment, Form, Function};
use domain::id::{AllocationId, AppointmentId, AssignmentId, PersonId, PowerId, StatisticsId, UnitId};
use domain::people::{Allocation, Appointment, Person, StaffKind};
use domain::power::{Power, PowerType, Rhythm, Risk};
use domain::statistics::MonthlyStatistics;
use domain::unit::{Unit, UnitKind};
use domain::{Date, Fen, Period};
use store::{Conn, Db, StoreError, new_id};

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn from(text: &str) -> Period {
    Period { from: day(text), to: None }
}

pub fn between(from: &str, to: &str) -> Period {
    Period { from: day(from), to: Some(day(to)) }
}

/// Longer than any line of a list.
pub fn long(text: &str) -> String {
    text.repeat(2000)
}

pub fn unit(code: &str, name: &str, kind: UnitKind, parent: Option<&Unit>) -> Unit {
    Unit {
        id: UnitId(new_id()),
        code: code.to_owned(),
        name: name.to_owned(),
        kind,
        parent: parent.map(|parent| parent.id),
        credit_code: None,
    }
}

pub fn power(code: &str, name: &str, power_type: PowerType, field: &str) -> Power {
    Power {
        id: PowerId(new_id()),
        catalogue: "目录".to_owned(),
        version: "1".to_owned(),
        code: code.to_owned(),
        name: name.to_owned(),
        power_type,
        field: field.to_owned(),
        legal_bases: Vec::new(),
        original_department: String::new(),
        published_form: String::new(),
        statutory_days: None,
        promised_days: None,
        minutes_per_case: 30,
        certificates: Vec::new(),
        courses: Vec::new(),
        equipment: Vec::new(),
        risk: Risk::Medium,
        rhythm: Rhythm::default(),
        min_people: None,
        cost_per_case: Fen::ZERO,
        remarks: String::new(),
        source: String::new(),
    }
}

pub fn assignment(power: &Power, unit: &Unit, began: &str) -> Assignment {
    Assignment {
        id: AssignmentId(new_id()),
        power: power.id,
        unit: unit.id,
        giver: None,
        form: Form::Conferral,
        functions: vec![Function::Accept, Function::Approve],
        period: from(began),
        transition_until: None,
        instrument: None,
        planned_volume: None,
    }
}

pub fn person(code: &str, name: &str) -> Person {
    Person {
        id: PersonId(new_id()),
        code: code.to_owned(),
        name: name.to_owned(),
        allowance_hours: 0.0,
        appointments: Vec::new(),
        certificates: Vec::new(),
        completions: Vec::new(),
    }
}

pub fn appointment(unit: &Unit, began: &str) -> Appointment {
    Appointment {
        id: AppointmentId(new_id()),
        unit: unit.id,
        post: "科员".to_owned(),
        kind: StaffKind::Established,
        share: 1.0,
        period: from(began),
    }
}

pub fn allocation(assignment: &Assignment, person: &Person, share: f64) -> Allocation {
    Allocation {
        id: AllocationId(new_id()),
        assignment: assignment.id,
        person: person.id,
        function: Function::Accept,
        share,
        period: assignment.period,
    }
}

pub fn month(first: &str, received: u32) -> MonthlyStatistics {
    MonthlyStatistics {
        id: StatisticsId(new_id()),
        month: day(first),
        received,
        completed: received,
        instant: 1,
        early: 2,
        overdue: 3,
        returned: 4,
        complaints: 5,
        reconsiderations: 6,
        reversals: 7,
    }
}

/// What a statement that is refused answers. It has a transaction of its own, because PostgreSQL ends one with
/// its first error.
pub async fn refusal(db: &Db, write: impl AsyncFnOnce(&mut Conn) -> Result<(), StoreError>) -> StoreError {
    let mut conn = db.write().await.unwrap();
    write(&mut conn).await.unwrap_err()
}
