//! A province's worth of rows, written straight into either database, and the subjects that use cases would load
//! from them.

use domain::Date;
use domain::assignment::Function;
use domain::duty::{Side, Subject};
use domain::id::{AssignmentId, PersonId, UnitId};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::fmt::Write;
use uuid::Uuid;

pub const UNITS: usize = 5_000;
const COUNTIES: usize = 20;
const DEPARTMENTS: usize = 10;
pub const PEOPLE: usize = 100_000;
const PEOPLE_OF_UNIT: usize = PEOPLE / UNITS;
pub const ASSIGNMENTS: usize = 300_000;
pub const ASSIGNMENTS_OF_UNIT: usize = ASSIGNMENTS / UNITS;
const POWERS: usize = 600;
/// Every so many people one has signed in.
const SIGNED_IN: usize = 9;
/// The one with 3 posts, 2 deputyships, 4 groups and 200 allocations more than others have.
pub const HEAVY: usize = PEOPLE;
const HEAVY_UNIT: usize = 100;
pub const CERTIFICATE: &str = "执法证";

#[derive(Clone, Copy)]
enum Kind {
    Unit = 1,
    Power,
    Assignment,
    Person,
    Appointment,
    Certificate,
    Allocation,
    Account,
    Session,
    Grant,
    Deputyship,
    Group,
    Member,
    GroupRight,
}

/// Grows with the place, as the program's own identifiers grow with time.
fn id(kind: Kind, place: usize) -> Uuid {
    Uuid::from_u128((kind as u128) << 112 | place as u128)
}

pub fn unit(place: usize) -> UnitId {
    UnitId(id(Kind::Unit, place))
}

pub fn assignment(place: usize) -> AssignmentId {
    AssignmentId(id(Kind::Assignment, place))
}

pub fn person(place: usize) -> PersonId {
    PersonId(id(Kind::Person, place))
}

pub fn token(place: usize) -> String {
    format!("{place:064x}")
}

pub fn day() -> Date {
    Date::from_ymd_opt(2026, 6, 1).unwrap_or_default()
}

/// People with a session, from all over the tree and in all roles.
pub fn signed_in(wanted: usize) -> Vec<usize> {
    let all = PEOPLE / SIGNED_IN;
    (0..wanted).map(|place| place * (all / wanted) * SIGNED_IN).collect()
}

pub fn unit_of(person: usize) -> usize {
    if person == HEAVY { HEAVY_UNIT } else { person / PEOPLE_OF_UNIT }
}

/// The city; counties; in each of these departments first, then townships.
fn parent(unit: usize) -> Option<usize> {
    match unit {
        0 => None,
        1..=COUNTIES => Some(0),
        _ => Some(1 + (unit - COUNTIES - 1) % COUNTIES),
    }
}

/// The unit and those above it.
pub fn above(place: usize) -> Vec<UnitId> {
    std::iter::successors(Some(place), |&place| parent(place)).map(unit).collect()
}

/// The department of the same county that gave an assignment.
pub fn giver(place: usize) -> Option<usize> {
    let county = parent(place / ASSIGNMENTS_OF_UNIT).filter(|&county| county > 0)?;
    Some(COUNTIES + county + COUNTIES * (place % DEPARTMENTS))
}

/// Roles by the place in the unit.
fn roles(person: usize) -> &'static [&'static str] {
    let of_county = (1..=COUNTIES).contains(&unit_of(person));
    match person % PEOPLE_OF_UNIT {
        0 => &["manager"],
        1 => &["leader"],
        2 | 3 => &["approver"],
        4 | 5 => &["supervisor"],
        6 => &["trainer"],
        8 if of_county => &["organization"],
        9 if of_county => &["auditor"],
        10 if of_county => &["administrator"],
        17 => &["handler", "trainee"],
        _ => &["handler"],
    }
}

/// What a decision is about, as a use case loads it.
#[derive(Debug, Default)]
pub struct Record {
    pub units: Vec<UnitId>,
    pub givers: Vec<UnitId>,
    pub function: Option<(AssignmentId, Function)>,
    pub certificates: Vec<String>,
    pub parties: Vec<(PersonId, Side)>,
    pub about: Option<PersonId>,
    pub benefits: Option<PersonId>,
}

impl Record {
    /// A record of an assignment.
    pub fn of(place: usize, function: Option<Function>) -> Self {
        Self {
            units: above(place / ASSIGNMENTS_OF_UNIT),
            givers: giver(place).map(above).unwrap_or_default(),
            function: function.map(|function| (assignment(place), function)),
            certificates: vec![CERTIFICATE.to_owned()],
            ..Self::default()
        }
    }

    pub fn subject(&self) -> Subject<'_> {
        Subject {
            units: &self.units,
            givers: &self.givers,
            function: self.function,
            certificates: &self.certificates,
            parties: &self.parties,
            about: self.about,
            benefits: self.benefits,
        }
    }
}

/// A connection beside the store, which has no functions to write so much at once.
pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub async fn connect(address: &str) -> Result<Self, sqlx::Error> {
        Ok(if address.starts_with("sqlite:") {
            Self::Sqlite(SqliteConnection::connect(address).await?)
        } else {
            Self::Postgres(PgConnection::connect(address).await?)
        })
    }

    pub async fn run(&mut self, sql: String) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(conn) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(|_| ()),
            Self::Postgres(conn) => sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(|_| ()),
        }
    }
}

enum Cell {
    Id(Uuid),
    Words(String),
    /// As it stands.
    Plain(&'static str),
}

fn of(kind: Kind, place: usize) -> Cell {
    Cell::Id(id(kind, place))
}

fn words(words: impl Into<String>) -> Cell {
    Cell::Words(words.into())
}

const NULL: Cell = Cell::Plain("null");
const BEGAN: Cell = Cell::Plain("'2025-01-01'");
const ENDS: Cell = Cell::Plain("'2026-12-31'");
const AT: Cell = Cell::Plain("'2026-06-01T08:00:00+00:00'");

/// Inserts many rows with each statement.
struct Table<'a> {
    raw: &'a mut Raw,
    head: &'static str,
    text: String,
    rows: usize,
}

impl<'a> Table<'a> {
    fn new(raw: &'a mut Raw, head: &'static str) -> Self {
        Self { raw, head, text: String::new(), rows: 0 }
    }

    async fn row(&mut self, cells: impl IntoIterator<Item = Cell>) -> Result<(), sqlx::Error> {
        self.text.push_str(if self.rows == 0 { "(" } else { ",(" });
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            let _ = match (cell, &self.raw) {
                (Cell::Id(id), Raw::Sqlite(_)) => write!(self.text, "x'{}'", id.simple()),
                (Cell::Id(id), Raw::Postgres(_)) => write!(self.text, "'{id}'"),
                (Cell::Words(words), _) => write!(self.text, "'{words}'"),
                (Cell::Plain(plain), _) => write!(self.text, "{plain}"),
            };
        }
        self.text.push(')');
        self.rows += 1;
        if self.rows == 2_000 { self.flush().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), sqlx::Error> {
        if self.rows == 0 {
            return Ok(());
        }
        let sql = format!("insert into {} values {}", self.head, self.text);
        (self.rows, self.text) = (0, String::with_capacity(sql.len()));
        self.raw.run(sql).await
    }
}

/// Fills a migrated database.
pub async fn fill(raw: &mut Raw) -> Result<(), sqlx::Error> {
    raw.run("begin".to_owned()).await?;
    units(raw).await?;
    people(raw).await?;
    rights(raw).await?;
    standing_in(raw).await?;
    raw.run("commit".to_owned()).await?;
    // PostgreSQL does so by itself after a while, SQLite never.
    if matches!(raw, Raw::Postgres(_)) { raw.run("vacuum analyze".to_owned()).await } else { Ok(()) }
}

async fn units(raw: &mut Raw) -> Result<(), sqlx::Error> {
    let mut table = Table::new(raw, "unit (id, code, name, kind, parent_id, search)");
    for place in 0..UNITS {
        let kind = match place {
            0 => "city",
            1..=COUNTIES => "county",
            _ if place <= COUNTIES + COUNTIES * DEPARTMENTS => "department",
            _ => "township",
        };
        let parent = parent(place).map_or(NULL, |parent| of(Kind::Unit, parent));
        let name = format!("第{place}单位");
        table
            .row([
                of(Kind::Unit, place),
                words(format!("U{place}")),
                words(&name),
                words(kind),
                parent,
                words(&name),
            ])
            .await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "unit_ancestor (unit_id, ancestor_id, depth)");
    for place in 0..UNITS {
        for (depth, above) in above(place).into_iter().enumerate() {
            table.row([of(Kind::Unit, place), Cell::Id(above.0), words(depth.to_string())]).await?;
        }
    }
    table.flush().await?;
    let mut table = Table::new(
        raw,
        "power (id, catalogue, version, code, name, power_type, field, legal_bases, original_department,
            published_form, minutes_per_case, certificates, courses, equipment, risk, seasonal, emergency,
            cost_per_case_fen, remarks, source, search)",
    );
    for place in 0..POWERS {
        let empty = || words("");
        let list = || words("[]");
        table
            .row([
                of(Kind::Power, place),
                words("目录"),
                words("1"),
                words(format!("P{place}")),
                words(format!("第{place}事项")),
                words("penalty"),
                words("测速"),
                list(),
                empty(),
                empty(),
                Cell::Plain("60"),
                words(format!("[\"{CERTIFICATE}\"]")),
                list(),
                list(),
                words("medium"),
                Cell::Plain("false"),
                Cell::Plain("false"),
                Cell::Plain("0"),
                empty(),
                empty(),
                empty(),
            ])
            .await?;
    }
    table.flush().await?;
    let mut table =
        Table::new(raw, "assignment (id, power_id, unit_id, giver_id, form, functions, valid_from)");
    for place in 0..ASSIGNMENTS {
        let (unit, nth) = (place / ASSIGNMENTS_OF_UNIT, place % ASSIGNMENTS_OF_UNIT);
        let power = of(Kind::Power, (unit + nth * (POWERS / ASSIGNMENTS_OF_UNIT)) % POWERS);
        let giver = giver(place).map_or(NULL, |giver| of(Kind::Unit, giver));
        let functions = words("accept review approve supervise inspect");
        table
            .row([
                of(Kind::Assignment, place),
                power,
                of(Kind::Unit, unit),
                giver,
                words("conferral"),
                functions,
                BEGAN,
            ])
            .await?;
    }
    table.flush().await
}

async fn people(raw: &mut Raw) -> Result<(), sqlx::Error> {
    let mut table = Table::new(raw, "person (id, code, name, allowance_hours, search)");
    for place in 0..=HEAVY {
        let name = format!("第{place}人");
        table
            .row([
                of(Kind::Person, place),
                words(format!("R{place}")),
                words(&name),
                Cell::Plain("0"),
                words(&name),
            ])
            .await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "appointment (id, person_id, unit_id, post, kind, share, valid_from)");
    let heavy = (0..3).map(|nth| (PEOPLE + nth, HEAVY, HEAVY_UNIT + nth));
    for (place, person, unit) in (0..PEOPLE).map(|person| (person, person, unit_of(person))).chain(heavy) {
        table
            .row([
                of(Kind::Appointment, place),
                of(Kind::Person, person),
                of(Kind::Unit, unit),
                words("科员"),
                words("established"),
                Cell::Plain("1"),
                BEGAN,
            ])
            .await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "certificate (id, person_id, kind, number, issued_on, expires_on)");
    for place in 0..=HEAVY {
        table
            .row([
                of(Kind::Certificate, place),
                of(Kind::Person, place),
                words(CERTIFICATE),
                words(place.to_string()),
                BEGAN,
                ENDS,
            ])
            .await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "account (id, person_id, login, is_disabled, totp_step, created_at)");
    for place in 0..=HEAVY {
        table
            .row([
                of(Kind::Account, place),
                of(Kind::Person, place),
                words(format!("r{place}")),
                Cell::Plain("false"),
                Cell::Plain("0"),
                AT,
            ])
            .await?;
    }
    table.flush().await?;
    let mut table = Table::new(
        raw,
        "session (token_hash, id, account_id, started_at, seen_at, ends_at, is_half, device, address)",
    );
    for place in (0..PEOPLE).step_by(SIGNED_IN).chain([HEAVY]) {
        let late = Cell::Plain("'2026-06-02T08:00:00+00:00'");
        table
            .row([
                words(token(place)),
                of(Kind::Session, place),
                of(Kind::Account, place),
                AT,
                AT,
                late,
                Cell::Plain("false"),
                words("browser"),
                words("127.0.0.1"),
            ])
            .await?;
    }
    table.flush().await
}

async fn rights(raw: &mut Raw) -> Result<(), sqlx::Error> {
    let mut table = Table::new(raw, "role_grant (id, appointment_id, role, scope_id, valid_from, source)");
    let heavy =
        (0..3).flat_map(|nth| ["handler", "supervisor"].map(|role| (PEOPLE + nth, role, HEAVY_UNIT + nth)));
    let all =
        (0..PEOPLE).flat_map(|person| roles(person).iter().map(move |role| (person, *role, unit_of(person))));
    for (place, (appointment, role, scope)) in all.chain(heavy).enumerate() {
        table
            .row([
                of(Kind::Grant, place),
                of(Kind::Appointment, appointment),
                words(role),
                of(Kind::Unit, scope),
                BEGAN,
                words("page"),
            ])
            .await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "allocation (id, assignment_id, person_id, function, share, valid_from)");
    let all = (0..ASSIGNMENTS).flat_map(|place| {
        let first = place / ASSIGNMENTS_OF_UNIT * PEOPLE_OF_UNIT;
        [(place, first + 7 + place % 13, "accept"), (place, first + 2 + place % 2, "approve")]
    });
    let heavy = (0..200).map(|nth| (HEAVY_UNIT * ASSIGNMENTS_OF_UNIT + nth, HEAVY, "review"));
    for (place, (assignment, person, function)) in all.chain(heavy).enumerate() {
        table
            .row([
                of(Kind::Allocation, place),
                of(Kind::Assignment, assignment),
                of(Kind::Person, person),
                words(function),
                Cell::Plain("0.1"),
                BEGAN,
            ])
            .await?;
    }
    table.flush().await
}

async fn standing_in(raw: &mut Raw) -> Result<(), sqlx::Error> {
    let mut table =
        Table::new(raw, "deputyship (id, deputy_id, appointment_id, valid_from, valid_to, reason)");
    let all = (0..UNITS).map(|unit| (unit * PEOPLE_OF_UNIT + 3, unit * PEOPLE_OF_UNIT + 2));
    let heavy = [0, 1].map(|nth| (HEAVY, (HEAVY_UNIT + nth) * PEOPLE_OF_UNIT + 2));
    for (place, (deputy, appointment)) in all.chain(heavy).enumerate() {
        table
            .row([
                of(Kind::Deputyship, place),
                of(Kind::Person, deputy),
                of(Kind::Appointment, appointment),
                BEGAN,
                ENDS,
                words("出差"),
            ])
            .await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "duty_group (id, unit_id, name)");
    for place in 0..UNITS {
        table.row([of(Kind::Group, place), of(Kind::Unit, place), words("执法组")]).await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "group_member (id, group_id, person_id, valid_from)");
    let all = (0..UNITS).flat_map(|unit| (7..12).map(move |nth| (unit, unit * PEOPLE_OF_UNIT + nth)));
    let heavy = (0..4).map(|nth| (HEAVY_UNIT + nth, HEAVY));
    for (place, (group, person)) in all.chain(heavy).enumerate() {
        table.row([of(Kind::Member, place), of(Kind::Group, group), of(Kind::Person, person), BEGAN]).await?;
    }
    table.flush().await?;
    let mut table = Table::new(raw, "group_right (id, group_id, assignment_id, function, valid_from)");
    for place in 0..UNITS * 4 {
        let (unit, nth) = (place / 4, place % 4);
        table
            .row([
                of(Kind::GroupRight, place),
                of(Kind::Group, unit),
                of(Kind::Assignment, unit * ASSIGNMENTS_OF_UNIT + nth),
                words("inspect"),
                BEGAN,
            ])
            .await?;
    }
    table.flush().await
}

/// Who is named for which assignment, as lines of a policy.
pub fn named() -> Vec<Vec<String>> {
    let line = |(place, nth): (usize, usize)| {
        let person = person(place / ASSIGNMENTS_OF_UNIT * PEOPLE_OF_UNIT + nth);
        vec![person.to_string(), assignment(place).to_string(), "accept".to_owned(), "allow".to_owned()]
    };
    (0..ASSIGNMENTS).map(|place| line((place, 7 + place % 13))).collect()
}
