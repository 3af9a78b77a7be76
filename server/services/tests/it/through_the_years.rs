//! Who could decide on each day of five years, asked of both databases, against an oracle that only remembers how
//! things stand.

use crate::common::each_audited_database as each_database;
use crate::files::{county, import, operator, unit};
use domain::assignment::{Assignment, Form, Function};
use domain::id::{
    AllocationId, AppointmentId, AssignmentId, CertificateId, DeputyshipId, GrantId, PersonId, PowerId,
    UnitId, VersionId,
};
use domain::people::{Allocation, Appointment, Certificate, Person, StaffKind};
use domain::power::Power;
use domain::{Date, Period};
use history::{DAYS, Event, PEOPLE, VERSIONS, World, day, world};
use services::catalogue;
use services::form::Fields;
use services::import::Kind;
use std::collections::{BTreeMap, BTreeSet};
use store::deputyship::Deputyship;
use store::grant::RoleGrant;
use store::{Conn, Db, new_id};

#[path = "../../../../app/domain/tests/history/mod.rs"]
mod history;

const CATALOGUE: &str = "五年目录";
/// What the power is called in each version: the last one renames and renumbers it.
const NAMES: [(&str, &str); VERSIONS] =
    [("W-1", "五年事项"), ("W-1", "五年事项"), ("W-1", "五年事项（审批）"), ("X-9", "五年许可")];

fn fields(all: &[(&str, &str)]) -> Fields {
    all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn period(from: usize, last: Option<usize>) -> Period {
    Period { from: day(from), to: last.map(day) }
}

/// One history as it is written into a database.
struct Written {
    db: Db,
    town: UnitId,
    powers: Vec<PowerId>,
    versions: Vec<VersionId>,
    posts: Vec<(PersonId, AppointmentId)>,
    version: usize,
    held: Option<Assignment>,
    roles: BTreeMap<usize, GrantId>,
    certificates: BTreeMap<usize, Certificate>,
}

impl Written {
    async fn begin(db: &Db) -> Self {
        county(db).await;
        let town = unit(db, "4101").await.id;
        let file = format!(
            "目录,版本,事项编码,事项名称,事项类型,设定依据,所需证件\n{CATALOGUE},0,{},{},行政许可,《法》第一条,执法证\n",
            NAMES[0].0, NAMES[0].1
        );
        assert!(import(db, Kind::Powers, &file).await.is_written());
        let mut written = Self {
            db: db.clone(),
            town,
            powers: Vec::new(),
            versions: Vec::new(),
            posts: Vec::new(),
            version: 0,
            held: None,
            roles: BTreeMap::new(),
            certificates: BTreeMap::new(),
        };
        let mut conn = db.write().await.unwrap();
        for number in 0..PEOPLE {
            let person = PersonId(new_id());
            let appointment = Appointment {
                id: AppointmentId(new_id()),
                unit: town,
                post: "科员".to_owned(),
                kind: StaffKind::Established,
                share: 1.0,
                period: period(0, None),
            };
            let row = Person {
                id: person,
                code: format!("Y{number}"),
                name: format!("甲{number}"),
                allowance_hours: 0.0,
                appointments: Vec::new(),
                certificates: Vec::new(),
                completions: Vec::new(),
            };
            store::people::insert_person(&mut conn, &row).await.unwrap();
            store::people::insert_appointment(&mut conn, person, &appointment).await.unwrap();
            written.posts.push((person, appointment.id));
        }
        let power = store::power::by_key(&mut conn, CATALOGUE, "0", NAMES[0].0).await.unwrap().unwrap();
        let version = store::catalogue::by_key(&mut conn, CATALOGUE, "0").await.unwrap().unwrap();
        conn.commit_derived().await.unwrap();
        written.powers.push(power.id);
        written.versions.push(version.id);
        written.publish(0, 0).await;
        written
    }

    async fn publish(&self, version: usize, at: usize) {
        let from = day(at).to_string();
        let document = format!("文〔{version}〕");
        let older = version.checked_sub(1).map_or(String::new(), |older| self.versions[older].to_string());
        let form = fields(&[("in_force_from", &from), ("document", &document), ("supersedes", &older)]);
        let done = catalogue::publish(&self.db, &operator(day(at)), self.versions[version], &form).await;
        done.unwrap().unwrap().unwrap();
    }

    /// Makes the next version of the catalogue, in which the power bears its next name.
    async fn next_version(&mut self, at: usize) {
        let (older, number) = (self.versions[self.version], self.version + 1);
        let caller = operator(day(at));
        let form = fields(&[("supersedes", &older.to_string()), ("version", &number.to_string())]);
        let id = catalogue::make(&self.db, &caller, &form).await.unwrap().unwrap();
        let (code, name) = NAMES[number];
        let mut conn = self.db.write().await.unwrap();
        let before = store::power::by_id(&mut conn, self.powers[self.version]).await.unwrap().unwrap();
        let power = Power {
            id: PowerId(new_id()),
            version: number.to_string(),
            code: code.to_owned(),
            name: name.to_owned(),
            ..before
        };
        store::power::insert(&mut conn, &power).await.unwrap();
        conn.commit_derived().await.unwrap();
        if code != NAMES[number - 1].0 {
            let form = fields(&[("from", NAMES[number - 1].0), ("to", code), ("link", "renamed")]);
            catalogue::mark(&self.db, &caller, id, &form).await.unwrap().unwrap().unwrap();
        }
        self.powers.push(power.id);
        self.versions.push(id);
        self.publish(number, at).await;
        self.version = number;
    }

    async fn happens(&mut self, at: usize, event: Event) {
        if let Event::Move { version } = event {
            self.next_version(at).await;
            assert_eq!(self.version, version);
            let form = fields(&[("all", "yes"), ("from", &day(at).to_string()), ("reason", "新版目录")]);
            let moved =
                catalogue::moving::run(&self.db, &operator(day(at)), self.versions[version], &form).await;
            assert_eq!(moved.unwrap().unwrap(), Ok(1), "on {}", day(at));
            let mut conn = self.db.read().await.unwrap();
            let held = store::catalogue::held_on(&mut conn, self.town, CATALOGUE, day(at)).await.unwrap();
            assert_eq!(held.len(), 1);
            let before = self.held.as_ref().unwrap().id;
            let chain = store::catalogue::neighbours(&mut conn, held[0].id).await.unwrap();
            assert_eq!(chain, (Some(before), Vec::new()));
            self.held = held.into_iter().next();
            return;
        }
        let db = self.db.clone();
        let mut conn = db.write().await.unwrap();
        self.write(&mut conn, at, event).await;
        conn.commit_derived().await.unwrap();
    }

    async fn write(&mut self, conn: &mut Conn, at: usize, event: Event) {
        let yesterday = day(at).pred_opt().unwrap();
        match event {
            Event::Assign { last } => {
                let assignment = Assignment {
                    id: AssignmentId(new_id()),
                    power: self.powers[self.version],
                    unit: self.town,
                    giver: None,
                    form: Form::Conferral,
                    functions: vec![Function::Approve],
                    period: period(at, last),
                    transition_until: None,
                    instrument: None,
                    planned_volume: None,
                };
                store::assignment::insert(conn, &assignment).await.unwrap();
                self.held = Some(assignment);
            }
            Event::Recall => self.ends(conn, Some(yesterday)).await,
            Event::Renew { last } => self.ends(conn, last.map(day)).await,
            Event::Move { .. } => {}
            Event::Name { person, last } => {
                let allocation = Allocation {
                    id: AllocationId(new_id()),
                    assignment: self.held.as_ref().unwrap().id,
                    person: self.posts[person].0,
                    function: Function::Approve,
                    share: 0.1,
                    period: period(at, last),
                };
                store::people::insert_allocation(conn, &allocation).await.unwrap();
            }
            Event::Unname { person } => {
                let (of, who) = (self.held.as_ref().unwrap().id, self.posts[person].0);
                let all = store::people::allocations(conn, domain::duty::Sight::Everything).await.unwrap();
                let his = all.into_iter().filter(|each| each.assignment == of && each.person == who);
                for mut each in his.filter(|each| each.period.contains(day(at))) {
                    each.period.to = Some(yesterday);
                    store::people::update_allocation(conn, &each).await.unwrap();
                }
            }
            Event::Grant { person, last } => {
                let grant = RoleGrant {
                    id: GrantId(new_id()),
                    appointment: self.posts[person].1,
                    role: "approver".to_owned(),
                    scope: self.town,
                    period: period(at, last),
                    source: "console".to_owned(),
                };
                store::grant::insert(conn, &grant).await.unwrap();
                self.roles.insert(person, grant.id);
            }
            Event::Ungrant { person } => {
                store::grant::end(conn, self.roles[&person], Some(yesterday)).await.unwrap();
            }
            Event::Certify { person, last } => {
                let id = CertificateId(new_id());
                let certificate = Certificate {
                    id,
                    kind: "执法证".to_owned(),
                    number: id.to_string(),
                    issued_on: day(at),
                    expires_on: last.map(day),
                    suspended: None,
                    revoked_on: None,
                };
                store::people::insert_certificate(conn, self.posts[person].0, &certificate).await.unwrap();
                self.certificates.insert(person, certificate);
            }
            Event::Revoke { person } => {
                let certificate = self.certificates.get_mut(&person).unwrap();
                certificate.revoked_on = Some(day(at));
                store::people::update_certificate(conn, self.posts[person].0, certificate).await.unwrap();
            }
            Event::Deputise { deputy, principal, last } => {
                let deputyship = Deputyship {
                    id: DeputyshipId(new_id()),
                    deputy: self.posts[deputy].0,
                    appointment: self.posts[principal].1,
                    assignment: None,
                    period: period(at, Some(last)),
                    reason: "休假".to_owned(),
                };
                store::deputyship::insert(conn, &deputyship).await.unwrap();
            }
        }
    }

    async fn ends(&mut self, conn: &mut Conn, last: Option<Date>) {
        let held = self.held.as_mut().unwrap();
        held.period.to = last;
        store::assignment::update(conn, held).await.unwrap();
    }

    /// Asks as a person would: by a name of the power, whatever it was called on the day.
    async fn could(&self, power: &str, on: Date) -> (bool, BTreeSet<usize>) {
        let form =
            fields(&[("power", power), ("unit", "4101"), ("function", "approve"), ("on", &on.to_string())]);
        let caller = operator(day(DAYS));
        let answer = services::who::ask(&self.db, &caller, &form).await.unwrap().unwrap();
        let could = answer.people.iter().filter(|each| each.could);
        let number = |who: &PersonId| self.posts.iter().position(|(person, _)| person == who).unwrap();
        (answer.assignment.is_some(), could.map(|each| number(&each.person)).collect())
    }
}

/// Numbers that look like chance and are always the same.
fn numbers(mut seed: u64, many: usize) -> Vec<[u32; 4]> {
    let mut number = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(seed >> 33).unwrap()
    };
    (0..many).map(|_| [number(), number(), number(), number()]).collect()
}

async fn check(db: &Db, world: &World, days: impl IntoIterator<Item = usize>) {
    let mut written = Written::begin(db).await;
    for (at, event) in &world.events {
        written.happens(*at, *event).await;
    }
    let names = if written.version + 1 == VERSIONS { ["W-1", "X-9"] } else { ["W-1", "W-1"] };
    for number in days {
        let found = written.could(names[number % 2], day(number)).await;
        let expected = (world.held[number], world.could[number].clone());
        assert_eq!(found, expected, "on {}, asked for {}", day(number), names[number % 2]);
    }
}

#[test]
fn every_day_of_five_years_is_answered_as_it_was() {
    each_database(async |db| {
        let world = world(&numbers(7, 400));
        assert!(world.events.iter().any(|(_, event)| matches!(event, Event::Move { version: 3 })));
        check(&db, &world, 0..DAYS).await;
    });
}

/// The days on which something changes, and those beside them.
fn edges(world: &World) -> BTreeSet<usize> {
    let changes = (1..DAYS).filter(|&day| {
        world.could[day] != world.could[day - 1] || world.events.iter().any(|(at, _)| *at == day)
    });
    changes.flat_map(|day| [day - 1, day, (day + 1).min(DAYS - 1)]).collect()
}

#[test]
fn other_histories_are_answered_at_their_edges() {
    for seed in [11, 2024] {
        each_database(async |db| {
            let world = world(&numbers(seed, 150));
            check(&db, &world, edges(&world)).await;
        });
    }
}
