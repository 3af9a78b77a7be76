//! People, their appointments, certificates, completed courses and allocations.

use crate::db::{execute, fetch_all, fetch_optional, int, nat};
use crate::search::searchable;
use crate::sight::{by_sight, mine, seen_assignment, sight, text, top};
use crate::{Conn, StoreError};
use domain::duty::Sight;
use domain::id::{AllocationId, AppointmentId, AssignmentId, CertificateId, CompletionId, PersonId, UnitId};
use domain::people::{Allocation, Appointment, Certificate, Completion, Person};
use domain::{Date, Period};
use uuid::Uuid;

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: Uuid,
    code: String,
    name: String,
    allowance_hours: f64,
}

/// Adds a person; appointments, certificates and courses are added by themselves.
pub async fn insert_person(conn: &mut Conn, person: &Person) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into person (id, code, name, allowance_hours, search) values ($1, $2, $3, $4, $5)";
    let search = searchable(&[&person.name, &person.code]);
    execute!(conn, SQL, person.id.0, &person.code, &person.name, person.allowance_hours, search)?;
    Ok(())
}

/// Changes a person's own row.
pub async fn update_person(conn: &mut Conn, person: &Person) -> Result<(), StoreError> {
    const SQL: &str =
        "update person set code = $2, name = $3, allowance_hours = $4, search = $5 where id = $1";
    let search = searchable(&[&person.name, &person.code]);
    execute!(conn, SQL, person.id.0, &person.code, &person.name, person.allowance_hours, search)?;
    Ok(())
}

fn person(row: PersonRow) -> Person {
    Person {
        id: PersonId(row.id),
        code: row.code,
        name: row.name,
        allowance_hours: row.allowance_hours,
        appointments: Vec::new(),
        certificates: Vec::new(),
        completions: Vec::new(),
    }
}

/// A person's own row, without what hangs on it.
pub async fn person_by_code(conn: &mut Conn, code: &str) -> Result<Option<Person>, StoreError> {
    const SQL: &str = "select id, code, name, allowance_hours from person where code = $1";
    Ok(fetch_optional!(conn, PersonRow, SQL, code)?.map(person))
}

/// A person's own row, without what hangs on it.
pub async fn person_by_id(conn: &mut Conn, id: PersonId) -> Result<Option<Person>, StoreError> {
    const SQL: &str = "select id, code, name, allowance_hours from person where id = $1";
    Ok(fetch_optional!(conn, PersonRow, SQL, id.0)?.map(person))
}

/// People in units that may be seen: in post there, or with time for an assignment of such a unit.
macro_rules! in_sight {
    () => {
        "select p.person_id from sight cross join appointment p where p.unit_id = sight.unit_id
        union select l.person_id from sight cross join assignment x cross join allocation l
            where x.unit_id = sight.unit_id and l.assignment_id = x.id"
    };
}

/// Every person's own row, by code: of those in units that may be seen, and of those who are named in assignments
/// that may be seen.
pub async fn persons(conn: &mut Conn, sight: Sight) -> Result<Vec<Person>, StoreError> {
    const SQL: [&str; 2] = [
        "select id, code, name, allowance_hours from person order by code",
        concat!(
            mine!(),
            " select n.id, n.code, n.name, n.allowance_hours from (",
            in_sight!(),
            " union select l.person_id from mine cross join allocation l where l.assignment_id = mine.id) seen
            join person n on n.id = seen.person_id order by n.code"
        ),
    ];
    Ok(by_sight!(fetch_all, conn, PersonRow, text(sight, SQL), sight)?.into_iter().map(person).collect())
}

#[derive(sqlx::FromRow)]
struct AppointmentRow {
    id: Uuid,
    person_id: Uuid,
    unit_id: Uuid,
    post: String,
    kind: String,
    share: f64,
    valid_from: Date,
    valid_to: Option<Date>,
}

fn appointment(row: AppointmentRow) -> Result<(PersonId, Appointment), StoreError> {
    let appointment = Appointment {
        id: AppointmentId(row.id),
        unit: UnitId(row.unit_id),
        post: row.post,
        kind: row.kind.parse()?,
        share: row.share,
        period: Period { from: row.valid_from, to: row.valid_to },
    };
    Ok((PersonId(row.person_id), appointment))
}

async fn write_appointment(
    conn: &mut Conn,
    sql: &'static str,
    person: PersonId,
    appointment: &Appointment,
) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        appointment.id.0,
        person.0,
        appointment.unit.0,
        &appointment.post,
        appointment.kind.as_str(),
        appointment.share,
        appointment.period.from,
        appointment.period.to,
    )?;
    Ok(())
}

/// Appoints a person.
pub async fn insert_appointment(
    conn: &mut Conn,
    person: PersonId,
    appointment: &Appointment,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into appointment (id, person_id, unit_id, post, kind, share, valid_from, valid_to)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    write_appointment(conn, SQL, person, appointment).await
}

/// Changes an appointment.
pub async fn update_appointment(
    conn: &mut Conn,
    person: PersonId,
    appointment: &Appointment,
) -> Result<(), StoreError> {
    const SQL: &str = "update appointment set person_id = $2, unit_id = $3, post = $4, kind = $5, share = $6,
        valid_from = $7, valid_to = $8 where id = $1";
    write_appointment(conn, SQL, person, appointment).await
}

/// The appointment with a natural key.
pub async fn appointment_by_key(
    conn: &mut Conn,
    person: PersonId,
    unit: UnitId,
    post: &str,
    from: Date,
) -> Result<Option<Appointment>, StoreError> {
    const SQL: &str =
        "select id, person_id, unit_id, post, kind, share, valid_from, valid_to from appointment
        where person_id = $1 and unit_id = $2 and post = $3 and valid_from = $4";
    let found = fetch_optional!(conn, AppointmentRow, SQL, person.0, unit.0, post, from)?;
    Ok(found.map(appointment).transpose()?.map(|(_, appointment)| appointment))
}

/// A person's appointments, past ones too.
pub async fn appointments_of(conn: &mut Conn, person: PersonId) -> Result<Vec<Appointment>, StoreError> {
    const SQL: &str =
        "select id, person_id, unit_id, post, kind, share, valid_from, valid_to from appointment
        where person_id = $1 order by valid_from, unit_id, post";
    let rows = fetch_all!(conn, AppointmentRow, SQL, person.0)?;
    rows.into_iter().map(|row| Ok(appointment(row)?.1)).collect()
}

macro_rules! appointments {
    ($from:literal) => {
        concat!(
            " select p.id, p.person_id, p.unit_id, p.post, p.kind, p.share, p.valid_from, p.valid_to",
            $from,
            " order by p.person_id, p.valid_from, p.unit_id, p.post"
        )
    };
}

/// Every appointment in units that may be seen.
pub async fn appointments(conn: &mut Conn, sight: Sight) -> Result<Vec<(PersonId, Appointment)>, StoreError> {
    const SQL: [&str; 2] = [
        appointments!(" from appointment p"),
        concat!(sight!(), appointments!(" from sight join appointment p on p.unit_id = sight.unit_id")),
    ];
    let rows = by_sight!(fetch_all, conn, AppointmentRow, text(sight, SQL), sight)?;
    rows.into_iter().map(appointment).collect()
}

#[derive(sqlx::FromRow)]
struct CertificateRow {
    id: Uuid,
    person_id: Uuid,
    kind: String,
    number: String,
    issued_on: Date,
    expires_on: Option<Date>,
    suspended_from: Option<Date>,
    suspended_to: Option<Date>,
    revoked_on: Option<Date>,
}

fn certificate(row: CertificateRow) -> (PersonId, Certificate) {
    let certificate = Certificate {
        id: CertificateId(row.id),
        kind: row.kind,
        number: row.number,
        issued_on: row.issued_on,
        expires_on: row.expires_on,
        suspended: row.suspended_from.map(|from| Period { from, to: row.suspended_to }),
        revoked_on: row.revoked_on,
    };
    (PersonId(row.person_id), certificate)
}

async fn write_certificate(
    conn: &mut Conn,
    sql: &'static str,
    person: PersonId,
    certificate: &Certificate,
) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        certificate.id.0,
        person.0,
        &certificate.kind,
        &certificate.number,
        certificate.issued_on,
        certificate.expires_on,
        certificate.suspended.map(|period| period.from),
        certificate.suspended.and_then(|period| period.to),
        certificate.revoked_on,
    )?;
    Ok(())
}

/// Adds a certificate.
pub async fn insert_certificate(
    conn: &mut Conn,
    person: PersonId,
    certificate: &Certificate,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into certificate (id, person_id, kind, number, issued_on, expires_on, suspended_from,
        suspended_to, revoked_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    write_certificate(conn, SQL, person, certificate).await
}

/// Changes a certificate.
pub async fn update_certificate(
    conn: &mut Conn,
    person: PersonId,
    certificate: &Certificate,
) -> Result<(), StoreError> {
    const SQL: &str = "update certificate set person_id = $2, kind = $3, number = $4, issued_on = $5,
        expires_on = $6, suspended_from = $7, suspended_to = $8, revoked_on = $9 where id = $1";
    write_certificate(conn, SQL, person, certificate).await
}

/// The certificate with a natural key, and whose it is.
pub async fn certificate_by_key(
    conn: &mut Conn,
    kind: &str,
    number: &str,
) -> Result<Option<(PersonId, Certificate)>, StoreError> {
    const SQL: &str =
        "select id, person_id, kind, number, issued_on, expires_on, suspended_from, suspended_to,
        revoked_on from certificate where kind = $1 and number = $2";
    Ok(fetch_optional!(conn, CertificateRow, SQL, kind, number)?.map(certificate))
}

/// What hangs on people, called `c`: all of it, or that of people in units that may be seen.
macro_rules! of_people {
    ($columns:literal, $table:literal, $order:literal) => {
        [
            concat!("select ", $columns, " from ", $table, " c order by ", $order),
            concat!(
                sight!(),
                " select ",
                $columns,
                " from (",
                in_sight!(),
                ") seen join ",
                $table,
                " c on c.person_id = seen.person_id order by ",
                $order
            ),
        ]
    };
}

/// Every certificate of people in units that may be seen.
pub async fn certificates(conn: &mut Conn, sight: Sight) -> Result<Vec<(PersonId, Certificate)>, StoreError> {
    const SQL: [&str; 2] = of_people!(
        "c.id, c.person_id, c.kind, c.number, c.issued_on, c.expires_on, c.suspended_from, c.suspended_to,
        c.revoked_on",
        "certificate",
        "c.kind, c.number"
    );
    let rows = by_sight!(fetch_all, conn, CertificateRow, text(sight, SQL), sight)?;
    Ok(rows.into_iter().map(certificate).collect())
}

#[derive(sqlx::FromRow)]
struct CompletionRow {
    id: Uuid,
    person_id: Uuid,
    course: String,
    completed_on: Date,
    valid_until: Option<Date>,
    tenths_of_hours: i32,
}

fn completion(row: CompletionRow) -> (PersonId, Completion) {
    let completion = Completion {
        id: CompletionId(row.id),
        course: row.course,
        completed_on: row.completed_on,
        valid_until: row.valid_until,
        tenths_of_hours: nat(row.tenths_of_hours),
    };
    (PersonId(row.person_id), completion)
}

async fn write_completion(
    conn: &mut Conn,
    sql: &'static str,
    person: PersonId,
    completion: &Completion,
) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        completion.id.0,
        person.0,
        &completion.course,
        completion.completed_on,
        completion.valid_until,
        int(completion.tenths_of_hours),
    )?;
    Ok(())
}

/// Adds a completed course.
pub async fn insert_completion(
    conn: &mut Conn,
    person: PersonId,
    completion: &Completion,
) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into completion (id, person_id, course, completed_on, valid_until, tenths_of_hours)
        values ($1, $2, $3, $4, $5, $6)";
    write_completion(conn, SQL, person, completion).await
}

/// Changes a completed course.
pub async fn update_completion(
    conn: &mut Conn,
    person: PersonId,
    completion: &Completion,
) -> Result<(), StoreError> {
    const SQL: &str =
        "update completion set person_id = $2, course = $3, completed_on = $4, valid_until = $5,
        tenths_of_hours = $6 where id = $1";
    write_completion(conn, SQL, person, completion).await
}

/// The completed course with a natural key.
pub async fn completion_by_key(
    conn: &mut Conn,
    person: PersonId,
    course: &str,
    on: Date,
) -> Result<Option<Completion>, StoreError> {
    const SQL: &str =
        "select id, person_id, course, completed_on, valid_until, tenths_of_hours from completion
        where person_id = $1 and course = $2 and completed_on = $3";
    Ok(fetch_optional!(conn, CompletionRow, SQL, person.0, course, on)?.map(|row| completion(row).1))
}

/// Every completed course of people in units that may be seen.
pub async fn completions(conn: &mut Conn, sight: Sight) -> Result<Vec<(PersonId, Completion)>, StoreError> {
    const SQL: [&str; 2] = of_people!(
        "c.id, c.person_id, c.course, c.completed_on, c.valid_until, c.tenths_of_hours",
        "completion",
        "c.person_id, c.course, c.completed_on"
    );
    let rows = by_sight!(fetch_all, conn, CompletionRow, text(sight, SQL), sight)?;
    Ok(rows.into_iter().map(completion).collect())
}

#[derive(sqlx::FromRow)]
pub(crate) struct AllocationRow {
    id: Uuid,
    assignment_id: Uuid,
    person_id: Uuid,
    function: String,
    share: f64,
    valid_from: Date,
    valid_to: Option<Date>,
}

/// The columns of [`AllocationRow`], from a table called `l`.
macro_rules! allocation_columns {
    () => {
        "l.id, l.assignment_id, l.person_id, l.function, l.share, l.valid_from, l.valid_to"
    };
}
pub(crate) use allocation_columns;

impl TryFrom<AllocationRow> for Allocation {
    type Error = StoreError;
    fn try_from(row: AllocationRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: AllocationId(row.id),
            assignment: AssignmentId(row.assignment_id),
            person: PersonId(row.person_id),
            function: row.function.parse()?,
            share: row.share,
            period: Period { from: row.valid_from, to: row.valid_to },
        })
    }
}

async fn write_allocation(
    conn: &mut Conn,
    sql: &'static str,
    allocation: &Allocation,
) -> Result<(), StoreError> {
    execute!(
        conn,
        sql,
        allocation.id.0,
        allocation.assignment.0,
        allocation.person.0,
        allocation.function.as_str(),
        allocation.share,
        allocation.period.from,
        allocation.period.to,
    )?;
    Ok(())
}

/// Allocates working time.
pub async fn insert_allocation(conn: &mut Conn, allocation: &Allocation) -> Result<(), StoreError> {
    const SQL: &str =
        "insert into allocation (id, assignment_id, person_id, function, share, valid_from, valid_to)
        values ($1, $2, $3, $4, $5, $6, $7)";
    write_allocation(conn, SQL, allocation).await
}

/// Changes an allocation.
pub async fn update_allocation(conn: &mut Conn, allocation: &Allocation) -> Result<(), StoreError> {
    const SQL: &str = "update allocation set assignment_id = $2, person_id = $3, function = $4, share = $5,
        valid_from = $6, valid_to = $7 where id = $1";
    write_allocation(conn, SQL, allocation).await
}

/// Takes back an allocation that was made in the same transaction.
pub async fn delete_allocation(conn: &mut Conn, id: AllocationId) -> Result<(), StoreError> {
    execute!(conn, "delete from allocation where id = $1", id.0)?;
    Ok(())
}

/// The allocation with a natural key.
pub async fn allocation_by_key(
    conn: &mut Conn,
    assignment: AssignmentId,
    person: PersonId,
    function: domain::assignment::Function,
    from: Date,
) -> Result<Option<Allocation>, StoreError> {
    const SQL: &str = concat!(
        "select ",
        allocation_columns!(),
        " from allocation l
          where l.assignment_id = $1 and l.person_id = $2 and l.function = $3 and l.valid_from = $4"
    );
    let found = fetch_optional!(conn, AllocationRow, SQL, assignment.0, person.0, function.as_str(), from)?;
    found.map(Allocation::try_from).transpose()
}

macro_rules! allocations {
    ($from:literal) => {
        concat!(
            " select ",
            allocation_columns!(),
            $from,
            " order by l.assignment_id, l.person_id, l.function, l.valid_from"
        )
    };
}

/// Every allocation to assignments that may be seen.
pub async fn allocations(conn: &mut Conn, sight: Sight) -> Result<Vec<Allocation>, StoreError> {
    const SQL: [&str; 2] = [
        allocations!(" from allocation l"),
        concat!(mine!(), allocations!(" from mine join allocation l on l.assignment_id = mine.id")),
    ];
    let rows = by_sight!(fetch_all, conn, AllocationRow, text(sight, SQL), sight)?;
    rows.into_iter().map(Allocation::try_from).collect()
}

/// The units whose assessments a person's facts reach: where he is appointed, and whose assignments have his
/// time.
pub async fn units_of(conn: &mut Conn, person: PersonId) -> Result<Vec<UnitId>, StoreError> {
    const SQL: &str = "select unit_id from appointment where person_id = $1
        union select s.unit_id from allocation l join assignment s on s.id = l.assignment_id
        where l.person_id = $1";
    Ok(fetch_all!(conn, (Uuid,), SQL, person.0)?.into_iter().map(|(id,)| UnitId(id)).collect())
}

/// Who does what in an assignment, as its page lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Handling {
    /// The allocation.
    pub allocation: Allocation,
    /// The person's name.
    pub name: String,
    /// His code.
    pub code: String,
}

#[derive(sqlx::FromRow)]
struct HandlingRow {
    #[sqlx(flatten)]
    allocation: AllocationRow,
    name: String,
    code: String,
}

/// The allocations of an assignment that may be seen, with the people's names.
pub async fn handlers(
    conn: &mut Conn,
    assignment: AssignmentId,
    sight: Sight,
) -> Result<Vec<Handling>, StoreError> {
    const SQL: &str = concat!(
        top!(),
        " select ",
        allocation_columns!(),
        ", n.name, n.code from allocation l join person n on n.id = l.person_id
          join assignment s on s.id = l.assignment_id where l.assignment_id = $4 and ",
        seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
        " order by n.code, l.function, l.valid_from"
    );
    let handling = |row: HandlingRow| {
        Ok(Handling { allocation: row.allocation.try_into()?, name: row.name, code: row.code })
    };
    let rows = by_sight!(fetch_all, conn, HandlingRow, SQL, sight, assignment.0)?;
    rows.into_iter().map(handling).collect()
}
