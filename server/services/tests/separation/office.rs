//! A county with a department and a township that received a power, and people who sign in.

use crate::common::{Trail, each_address};
use crate::made;
use access::Actor;
use chrono::{DateTime, Utc};
use domain::Date;
use domain::assignment::{Assignment, Function};
use domain::id::{AppointmentId, DeputyshipId};
use domain::people::{Allocation, Person};
use domain::power::{Power, PowerType};
use domain::unit::{Unit, UnitKind};
use services::form::Fields;
use services::write::Caller;
use sqlx::{Connection, PgConnection, SqliteConnection};
use std::sync::Arc;
use store::{Db, new_id};
use uuid::Uuid;

pub const TODAY: &str = "2026-11-24";

pub fn today() -> Date {
    made::day(TODAY)
}

pub struct Office {
    address: String,
    pub db: Db,
    /// Another server over the same database.
    pub other: Db,
    pub county: Unit,
    pub department: Unit,
    pub town: Unit,
    pub power: Power,
    pub assignment: Assignment,
}

/// Runs a test in an office on each database.
pub fn each_office(test: impl AsyncFn(Office)) {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        store::migrate(&db).await.unwrap();
        let county = made::unit("41", "甲县", UnitKind::County, None);
        let department = made::unit("41-NY", "农业农村局", UnitKind::Department, Some(&county));
        let town = made::unit("4101", "许家沟乡", UnitKind::Township, Some(&county));
        let power = made::power("A-1", "宅基地审批", PowerType::Licence, "农业农村");
        let mut assignment = made::assignment(&power, &town, "2025-01-01");
        assignment.giver = Some(department.id);
        let mut conn = db.write().await.unwrap();
        for unit in [&county, &department, &town] {
            store::unit::insert(&mut conn, unit).await.unwrap();
        }
        store::power::insert(&mut conn, &power).await.unwrap();
        store::assignment::insert(&mut conn, &assignment).await.unwrap();
        conn.commit_derived().await.unwrap();
        let other = Db::open(&address).await.unwrap();
        let trail = Trail::over(vec![db.clone(), other.clone()]).await;
        let office = Office {
            address,
            db: db.clone(),
            other: other.clone(),
            county,
            department,
            town,
            power,
            assignment,
        };
        test(office).await;
        drop(trail);
        other.close().await;
        db.close().await;
    });
}

pub fn form(all: &[(&str, &str)]) -> Fields {
    all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

impl Office {
    /// An identifier as a statement writes it.
    pub fn sql(&self, id: Uuid) -> String {
        if self.address.starts_with("sqlite:") { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
    }

    /// Sends a statement that no use case would.
    pub async fn tell(&self, statement: String) {
        let statement = sqlx::AssertSqlSafe(statement);
        if self.address.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(&self.address).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        } else {
            let mut conn = PgConnection::connect(&self.address).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
            conn.close().await.unwrap();
        }
    }

    /// How many rows a statement counts.
    pub async fn count(&self, statement: &str) -> i64 {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        if self.address.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(&self.address).await.unwrap();
            sqlx::query_scalar(statement).fetch_one(&mut conn).await.unwrap()
        } else {
            let mut conn = PgConnection::connect(&self.address).await.unwrap();
            sqlx::query_scalar(statement).fetch_one(&mut conn).await.unwrap()
        }
    }

    /// Whether the tables refuse a statement.
    pub async fn is_refused(&self, statement: &str) -> bool {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        if self.address.starts_with("sqlite:") {
            let mut conn = SqliteConnection::connect(&self.address).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut conn).await.is_err()
        } else {
            let mut conn = PgConnection::connect(&self.address).await.unwrap();
            sqlx::raw_sql(statement).execute(&mut conn).await.is_err()
        }
    }

    /// A person with a post of a role for a unit.
    pub async fn hire(&self, name: &str, unit: &Unit, role: &str) -> (Person, AppointmentId) {
        let person = made::person(name, name);
        let mut conn = self.db.write().await.unwrap();
        store::people::insert_person(&mut conn, &person).await.unwrap();
        conn.commit_derived().await.unwrap();
        let post = self.appoint(&person, unit, role).await;
        (person, post)
    }

    /// Another post.
    pub async fn appoint(&self, person: &Person, unit: &Unit, role: &str) -> AppointmentId {
        let post =
            domain::people::Appointment { post: role.to_owned(), ..made::appointment(unit, "2020-01-01") };
        let mut conn = self.db.write().await.unwrap();
        store::people::insert_appointment(&mut conn, person.id, &post).await.unwrap();
        conn.commit_derived().await.unwrap();
        let (id, of, scope) = (self.sql(new_id()), self.sql(post.id.0), self.sql(unit.id.0));
        self.tell(format!(
            "insert into role_grant (id, appointment_id, role, scope_id, valid_from, source)
            values ({id}, {of}, '{role}', {scope}, '2020-01-01', 'page')"
        ))
        .await;
        post.id
    }

    /// Names a person for a function from a day on.
    pub async fn name(&self, person: &Person, function: Function, from: &str) -> Allocation {
        let allocation = Allocation {
            function,
            period: made::from(from),
            ..made::allocation(&self.assignment, person, 0.1)
        };
        let mut conn = self.db.write().await.unwrap();
        store::people::insert_allocation(&mut conn, &allocation).await.unwrap();
        conn.commit_derived().await.unwrap();
        allocation
    }

    /// Lets a person stand in for a post.
    pub async fn deputise(&self, deputy: &Person, post: AppointmentId) -> DeputyshipId {
        let id = DeputyshipId(new_id());
        let (it, deputy, post) = (self.sql(id.0), self.sql(deputy.id.0), self.sql(post.0));
        self.tell(format!(
            "insert into deputyship (id, deputy_id, appointment_id, valid_from, valid_to, reason)
            values ({it}, {deputy}, {post}, '2026-01-01', '2026-12-31', '休假')"
        ))
        .await;
        id
    }

    /// A new session of a person in a post, on a day.
    pub async fn sign_in(
        &self,
        person: &Person,
        post: AppointmentId,
        deputyship: Option<DeputyshipId>,
        on: &str,
    ) -> Caller {
        let (account, owner, token) = (self.sql(new_id()), self.sql(person.id.0), new_id().to_string());
        let (session, post) = (self.sql(new_id()), self.sql(post.0));
        let deputyship = deputyship.map_or_else(|| "null".to_owned(), |id| self.sql(id.0));
        self.tell(format!(
            "insert into account (id, person_id, login, is_disabled, totp_step, created_at)
            values ({account}, {owner}, '{token}', false, 0, '2026-01-01T00:00:00+00:00') on conflict do nothing;
            insert into session (token_hash, id, account_id, started_at, seen_at, ends_at, appointment_id,
                deputyship_id, is_half, device, address)
            select '{token}', {session}, a.id, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00',
                '2099-01-01T00:00:00+00:00', {post}, {deputyship}, false, '', ''
            from account a where a.person_id = {owner}"
        ))
        .await;
        let today = made::day(on);
        let now: DateTime<Utc> = format!("{on}T02:00:00Z").parse().unwrap();
        let mut conn = self.db.read().await.unwrap();
        let signed = store::rights::of_session(&mut conn, &token, today, now).await.unwrap().unwrap();
        drop(conn);
        let actor = Actor::Person(Arc::new(signed.rights));
        Caller { actor, now, today, address: "test".to_owned() }
    }

    /// The number of the last row of the audit trail.
    pub async fn audited(&self) -> i64 {
        let mut conn = self.db.read().await.unwrap();
        store::audit::head(&mut conn).await.unwrap().map_or(0, |(seq, _)| seq)
    }
}
