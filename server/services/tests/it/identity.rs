//! Signing in: who is let in, for how long, and who cannot be kept out.

use crate::common::each_database;
use access::{Actor, Operator};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Period;
use domain::duty::Role;
use domain::id::{AppointmentId, GrantId, PersonId, UnitId};
use domain::people::{Appointment, Person, StaffKind};
use domain::unit::{Unit, UnitKind};
use services::ServiceError;
use services::identity::{self, Account, Device, Limits, Opens, Origin, SignIn, Token};
use services::write::Caller;
use std::sync::Arc;
use store::rights::Signed;
use store::{Db, Secret};
use totp_rs::Builder;

const GOOD: &str = "许家沟的核桃九月熟了";
const OTHER: &str = "correct horse battery staple";

fn start() -> DateTime<Utc> {
    "2026-11-24T02:00:00Z".parse().unwrap()
}

fn after(minutes: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minutes)
}

fn origin(address: &str, device: &Device, now: DateTime<Utc>) -> Origin {
    Origin {
        address: address.to_owned(),
        label: "Firefox".to_owned(),
        device: device.clone(),
        now,
        today: (now + TimeDelta::hours(8)).date_naive(),
    }
}

fn console(now: DateTime<Utc>) -> Caller {
    Caller::operator(Operator::Console, now, (now + TimeDelta::hours(8)).date_naive())
}

fn caller(signed: &Signed, now: DateTime<Utc>) -> Caller {
    let actor = Actor::Person(Arc::new(signed.rights.clone()));
    Caller { actor, now, today: signed.rights.on, address: "10.0.0.1".to_owned() }
}

/// A unit, a person with two posts of which one is the handler's, and an account with a password.
async fn made(db: &Db, login: &str) -> Account {
    let mut conn = db.write().await.unwrap();
    let unit = if let Some(unit) = store::unit::by_code(&mut conn, "41").await.unwrap() {
        unit
    } else {
        let unit = Unit {
            id: UnitId(store::new_id()),
            code: "41".to_owned(),
            name: "甲县".to_owned(),
            kind: UnitKind::County,
            parent: None,
            credit_code: None,
        };
        store::unit::insert(&mut conn, &unit).await.unwrap();
        unit
    };
    let person = Person {
        id: PersonId(store::new_id()),
        code: format!("P-{login}"),
        name: "张一禾".to_owned(),
        allowance_hours: 0.0,
        appointments: Vec::new(),
        certificates: Vec::new(),
        completions: Vec::new(),
    };
    store::people::insert_person(&mut conn, &person).await.unwrap();
    for post in ["科员", "所长"] {
        let post = Appointment {
            id: AppointmentId(store::new_id()),
            unit: unit.id,
            post: post.to_owned(),
            kind: StaffKind::Established,
            share: 0.5,
            period: Period { from: "2020-01-01".parse().unwrap(), to: None },
        };
        store::people::insert_appointment(&mut conn, person.id, &post).await.unwrap();
        if post.post == "科员" {
            let grant = store::grant::RoleGrant {
                id: GrantId(store::new_id()),
                appointment: post.id,
                role: Role::Handler.to_string(),
                scope: unit.id,
                period: post.period,
                source: "page".to_owned(),
            };
            store::grant::insert(&mut conn, &grant).await.unwrap();
        }
    }
    conn.commit().await.unwrap();
    let by = console(start());
    let made = identity::create(db, &Limits::default(), &by, login, &person.code).await.unwrap();
    let (account, _) = made.unwrap();
    identity::admit(db, &by, account.id, &Secret::new(GOOD)).await.unwrap().unwrap().unwrap();
    account
}

async fn try_in(db: &Db, from: &Origin, login: &str, password: &str) -> SignIn {
    identity::sign_in(db, &Limits::default(), from, login, &Secret::new(password)).await.unwrap()
}

async fn entered(db: &Db, from: &Origin, login: &str) -> (Token, Device) {
    match try_in(db, from, login, GOOD).await {
        SignIn::In { session, device } => (session, device),
        other => panic!("{other:?}"),
    }
}

async fn resumed(db: &Db, token: &Token, now: DateTime<Utc>) -> Option<Signed> {
    let today = (now + TimeDelta::hours(8)).date_naive();
    identity::resume(db, &Limits::default(), token, now, today).await.unwrap()
}

async fn trail(db: &Db) -> Vec<domain::audit::Row> {
    store::audit::after(&mut db.read().await.unwrap(), 0, 1000).await.unwrap()
}

fn nobody() -> Device {
    Device::default()
}

#[test]
fn sessions_end_when_they_are_not_used_and_after_a_day() {
    each_database(async |db| {
        made(&db, "zhang").await;
        // Capitals and spaces do not matter.
        let (token, _) = entered(&db, &origin("10.0.0.1", &nobody(), start()), " Zhang ").await;
        let signed = resumed(&db, &token, after(29)).await.unwrap();
        assert_eq!((signed.login.as_str(), signed.is_half, signed.seen_at), ("zhang", false, after(29)));
        assert!(signed.rights.has(Role::Handler));
        // Used in time, again and again, until the twelve hours are over.
        for minute in (50..720).step_by(20) {
            assert!(resumed(&db, &token, after(minute)).await.is_some(), "{minute}");
        }
        assert!(resumed(&db, &token, after(720)).await.is_none());

        let (token, _) = entered(&db, &origin("10.0.0.1", &nobody(), start()), "zhang").await;
        assert!(resumed(&db, &token, after(30)).await.is_none());
        // It is gone, not only asleep.
        assert!(resumed(&db, &token, after(1)).await.is_none());
        assert!(resumed(&db, &Token::sent("made up"), start()).await.is_none());

        let (token, _) = entered(&db, &origin("10.0.0.1", &nobody(), start()), "zhang").await;
        identity::clear_old(&db, &Limits::default(), after(29)).await.unwrap();
        assert!(resumed(&db, &token, after(29)).await.is_some());
        identity::clear_old(&db, &Limits::default(), after(59)).await.unwrap();
        assert!(resumed(&db, &token, after(30)).await.is_none());
    });
}

#[test]
fn a_stranger_is_slowed_down_and_keeps_nobody_out() {
    each_database(async |db| {
        made(&db, "zhang").await;
        let (_, device) = entered(&db, &origin("10.0.0.1", &nobody(), start()), "zhang").await;
        // From behind the same address, and from elsewhere.
        for address in ["10.0.0.1", "203.0.113.9"] {
            let stranger = origin(address, &nobody(), start());
            for _ in 0..6 {
                assert_eq!(try_in(&db, &stranger, "zhang", OTHER).await, SignIn::Refused);
            }
            let wait = SignIn::Wait(after(1));
            assert_eq!(try_in(&db, &stranger, "zhang", OTHER).await, wait);
            assert_eq!(try_in(&db, &stranger, "zhang", GOOD).await, wait, "nor the right one");
        }
        entered(&db, &origin("10.0.0.1", &device, start()), "zhang").await;
        // Somebody else's token for his own account is none for this one.
        made(&db, "li").await;
        let (_, foreign) = entered(&db, &origin("10.0.0.7", &nobody(), start()), "li").await;
        let stranger = origin("203.0.113.9", &foreign, start());
        assert_eq!(try_in(&db, &stranger, "zhang", GOOD).await, SignIn::Wait(after(1)));
        // The owner at a new place.
        entered(&db, &origin("10.0.0.2", &nobody(), start()), "zhang").await;
        // After the wait, one attempt; then it is longer.
        let later = origin("203.0.113.9", &nobody(), after(1));
        assert_eq!(try_in(&db, &later, "zhang", OTHER).await, SignIn::Refused);
        assert_eq!(try_in(&db, &later, "zhang", OTHER).await, SignIn::Wait(after(3)));
        // The right one forgets it all.
        let later = origin("203.0.113.9", &nobody(), after(3));
        entered(&db, &later, "zhang").await;
        assert_eq!(try_in(&db, &later, "zhang", OTHER).await, SignIn::Refused);
    });
}

#[test]
fn an_unknown_name_answers_like_a_known_one() {
    each_database(async |db| {
        made(&db, "zhang").await;
        let told = async |login: &str, address: &str| {
            let mut told = Vec::new();
            for _ in 0..8 {
                told.push(try_in(&db, &origin(address, &nobody(), start()), login, OTHER).await);
            }
            told
        };
        assert_eq!(told("zhang", "10.0.0.3").await, told("nobody", "10.0.0.4").await);
        // One address over all names.
        let from = origin("10.0.0.5", &nobody(), start());
        for number in 0..31 {
            assert_eq!(try_in(&db, &from, &format!("name{number}"), OTHER).await, SignIn::Refused);
        }
        assert_eq!(try_in(&db, &from, "zhang", GOOD).await, SignIn::Wait(after(1)));
    });
}

#[test]
fn many_attempts_at_once_are_no_way_around() {
    each_database(async |db| {
        made(&db, "zhang").await;
        let attempts: Vec<_> = (0..12)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    try_in(&db, &origin("10.0.0.6", &nobody(), start()), "zhang", OTHER).await
                })
            })
            .collect();
        let mut refused = 0;
        for attempt in attempts {
            refused += u32::from(attempt.await.unwrap() == SignIn::Refused);
        }
        assert_eq!(refused, 6);
    });
}

#[test]
fn disabled_accounts_and_revoked_roles_are_out_at_once() {
    each_database(async |db| {
        let account = made(&db, "zhang").await;
        let from = origin("10.0.0.1", &nobody(), start());
        let (token, _) = entered(&db, &from, "zhang").await;
        let post = resumed(&db, &token, start()).await.unwrap().rights.post.unwrap();
        let mut conn = db.write().await.unwrap();
        let grants = store::grant::of_appointment(&mut conn, post.appointment).await.unwrap();
        store::grant::end(&mut conn, grants[0].id, Some("2026-11-23".parse().unwrap())).await.unwrap();
        conn.commit().await.unwrap();
        assert!(!resumed(&db, &token, start()).await.unwrap().rights.has(Role::Handler));

        let by = console(start());
        identity::disable(&db, &by, account.id).await.unwrap().unwrap().unwrap();
        assert!(resumed(&db, &token, start()).await.is_none());
        assert_eq!(try_in(&db, &from, "zhang", GOOD).await, SignIn::Refused);
        identity::enable(&db, &by, account.id).await.unwrap().unwrap();
        assert!(resumed(&db, &token, start()).await.is_none(), "what ended stays ended");
        entered(&db, &from, "zhang").await;
    });
}

fn code(secret: &Secret, now: DateTime<Utc>) -> Secret {
    let secret = totp_rs::Secret::try_from_base32(secret.reveal()).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    Secret::new(totp.generate(u64::try_from(now.timestamp()).unwrap()).to_string())
}

#[test]
fn the_second_factor_is_good_once() {
    each_database(async |db| {
        made(&db, "zhang").await;
        let limits = Limits::default();
        let from = |now| origin("10.0.0.1", &nobody(), now);
        let (token, _) = entered(&db, &from(start()), "zhang").await;
        let signed = resumed(&db, &token, start()).await.unwrap();
        let by = caller(&signed, start());
        let enrolment = identity::enrol(&db, &by, &signed).await.unwrap().unwrap();
        assert!(enrolment.uri.reveal().starts_with("otpauth://totp/Baton:zhang?"));
        assert!(enrolment.picture.reveal().starts_with("<svg"));
        let again = identity::enrol(&db, &by, &signed).await.unwrap().unwrap();
        assert_eq!(again, enrolment, "the same until it is confirmed");
        // Not yet asked for.
        entered(&db, &from(start()), "zhang").await;
        let wrong = identity::confirm(&db, &by, &signed, &Secret::new("000000x")).await.unwrap();
        assert_eq!(wrong.unwrap_err().key, "second-error-code");
        let first = code(&enrolment.secret, start());
        let codes = identity::confirm(&db, &by, &signed, &first).await.unwrap().unwrap();
        assert_eq!(codes.len(), 10);
        assert!(identity::enrol(&db, &by, &signed).await.unwrap().is_none());

        let half = async |now| match try_in(&db, &from(now), "zhang", GOOD).await {
            SignIn::SecondFactor(half) => half,
            other => panic!("{other:?}"),
        };
        let send = async |half: &Token, code: &Secret, now| {
            identity::second(&db, &limits, &from(now), half, code).await.unwrap()
        };
        let waiting = half(start()).await;
        assert!(identity::is_half(&db, &waiting, start()).await.unwrap());
        assert!(resumed(&db, &waiting, start()).await.unwrap().is_half);
        assert_eq!(send(&waiting, &first, start()).await, SignIn::Refused, "used to confirm");
        let late = start() + TimeDelta::seconds(30);
        let next = code(&enrolment.secret, late);
        let SignIn::In { session, device } = send(&waiting, &next, start()).await else {
            panic!("a step ahead is tolerated")
        };
        assert!(!resumed(&db, &session, start()).await.unwrap().is_half);
        assert!(!identity::is_half(&db, &waiting, start()).await.unwrap(), "it became whole");
        assert_eq!(send(&half(start()).await, &next, start()).await, SignIn::Refused, "used before");

        // A recovery code, written otherwise, once.
        let written = Secret::new(codes[3].reveal().to_lowercase().replace('-', " "));
        assert!(matches!(send(&half(start()).await, &written, start()).await, SignIn::In { .. }));
        let waiting = half(start()).await;
        assert_eq!(send(&waiting, &codes[3], start()).await, SignIn::Refused);
        // A half session does not last.
        assert!(!identity::is_half(&db, &waiting, after(10)).await.unwrap());
        assert_eq!(send(&waiting, &codes[4], after(10)).await, SignIn::Refused);

        // Whoever knows the password and guesses is slowed down from everywhere; the owner's browser is not.
        let waiting = half(after(20)).await;
        for number in 0..6 {
            let address = format!("203.0.113.{number}");
            let from = origin(&address, &nobody(), after(20));
            let guess = Secret::new(format!("00000{number}"));
            identity::second(&db, &limits, &from, &waiting, &guess).await.unwrap();
        }
        assert!(matches!(send(&waiting, &codes[5], after(20)).await, SignIn::Wait(_)));
        let own = origin("203.0.113.1", &device, after(20));
        let done = identity::second(&db, &limits, &own, &waiting, &codes[5]).await.unwrap();
        assert!(matches!(done, SignIn::In { .. }));

        let wrong = identity::remove(&db, &by, &signed, &Secret::new(OTHER)).await.unwrap();
        assert_eq!(wrong.unwrap_err().key, "password-error-wrong");
        identity::remove(&db, &by, &signed, &Secret::new(GOOD)).await.unwrap().unwrap();
        entered(&db, &from(after(30)), "zhang").await;
        for row in trail(&db).await {
            let told = format!("{}{}", row.entry.before, row.entry.after);
            let secrets = [enrolment.secret.reveal(), codes[0].reveal(), "argon2", GOOD, token.reveal()];
            assert!(secrets.iter().all(|secret| !told.contains(secret)), "{told}");
        }
    });
}

#[test]
fn own_sessions_are_listed_and_ended() {
    each_database(async |db| {
        made(&db, "zhang").await;
        made(&db, "li").await;
        let limits = Limits::default();
        let (here, _) = entered(&db, &origin("10.0.0.1", &nobody(), start()), "zhang").await;
        let (there, _) = entered(&db, &origin("10.0.0.2", &nobody(), after(1)), "zhang").await;
        let (other, _) = entered(&db, &origin("10.0.0.3", &nobody(), after(1)), "li").await;
        let signed = resumed(&db, &here, after(2)).await.unwrap();
        let foreign = resumed(&db, &other, after(2)).await.unwrap();
        let by = caller(&signed, after(2));
        let listed = identity::list(&db, &limits, &signed, after(2)).await.unwrap();
        let addresses: Vec<&str> = listed.iter().map(|session| session.address.as_str()).collect();
        assert_eq!(addresses, ["10.0.0.1", "10.0.0.2"]);
        assert!(!identity::end(&db, &by, &signed, foreign.session).await.unwrap(), "not one's own");
        assert!(resumed(&db, &other, after(2)).await.is_some());
        assert!(identity::end(&db, &by, &signed, listed[1].id).await.unwrap());
        assert!(resumed(&db, &there, after(2)).await.is_none());

        let (there, _) = entered(&db, &origin("10.0.0.2", &nobody(), after(2)), "zhang").await;
        assert_eq!(identity::end_all(&db, &by, &signed, true).await.unwrap(), 1);
        assert!(resumed(&db, &there, after(2)).await.is_none());
        assert!(resumed(&db, &here, after(2)).await.is_some());
        assert_eq!(identity::end_all(&db, &by, &signed, false).await.unwrap(), 1);
        assert!(resumed(&db, &here, after(2)).await.is_none());
        identity::sign_out(&db, &other).await.unwrap();
        assert!(resumed(&db, &other, after(2)).await.is_none());
    });
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    each_database(async |db| {
        made(&db, "zhang").await;
        let from = origin("10.0.0.1", &nobody(), start());
        let (here, _) = entered(&db, &from, "zhang").await;
        let (there, _) = entered(&db, &from, "zhang").await;
        let signed = resumed(&db, &here, start()).await.unwrap();
        let by = caller(&signed, start());
        let change = async |old: &str, new: &str, again: &str| {
            let [old, new, again] = [old, new, again].map(Secret::new);
            identity::change_password(&db, &by, &signed, &old, &new, &again).await.unwrap()
        };
        let errors = change(OTHER, "zhang", "zhan").await.unwrap_err();
        let told: Vec<_> = errors.iter().map(|(name, problem)| (*name, problem.key)).collect();
        assert_eq!(
            told,
            [
                ("old", "password-error-wrong"),
                ("new", "password-too-short"),
                ("again", "password-error-again")
            ]
        );
        change(GOOD, OTHER, OTHER).await.unwrap();
        assert!(resumed(&db, &here, start()).await.is_some());
        assert!(resumed(&db, &there, start()).await.is_none());
        assert_eq!(try_in(&db, &from, "zhang", GOOD).await, SignIn::Refused);
        assert!(matches!(try_in(&db, &from, "zhang", OTHER).await, SignIn::In { .. }));
        let last = trail(&db).await.pop().unwrap().entry;
        assert_eq!((last.action.as_str(), last.subject.as_str()), ("account.own", "zhang"));
    });
}

#[test]
fn one_acts_in_ones_own_posts_only() {
    each_database(async |db| {
        made(&db, "zhang").await;
        made(&db, "li").await;
        let from = origin("10.0.0.1", &nobody(), start());
        let (token, _) = entered(&db, &from, "zhang").await;
        let (other, _) = entered(&db, &from, "li").await;
        let signed = resumed(&db, &token, start()).await.unwrap();
        let foreign = resumed(&db, &other, start()).await.unwrap().rights.post.unwrap();
        let by = caller(&signed, start());
        assert_eq!(signed.rights.post.as_ref().unwrap().name, "科员");
        let chief = signed.rights.others[0].appointment;
        assert!(!identity::switch(&db, &by, &signed, foreign.appointment, None).await.unwrap());
        assert!(identity::switch(&db, &by, &signed, chief, None).await.unwrap());
        let now = resumed(&db, &token, start()).await.unwrap().rights;
        assert_eq!(now.post.as_ref().unwrap().name, "所长");
        assert!(!now.has(Role::Handler), "roles go with the post");
        let last = trail(&db).await.pop().unwrap().entry;
        assert!(last.before.contains("科员") && last.after.contains("所长"));
    });
}

#[test]
fn links_set_a_password_once() {
    each_database(async |db| {
        let account = made(&db, "zhang").await;
        let limits = Limits::default();
        let from = |now| origin("10.0.0.1", &nobody(), now);
        let (session, _) = entered(&db, &from(start()), "zhang").await;
        let by = console(start());
        let link = async || identity::new_link(&db, &limits, &by, account.id).await.unwrap().unwrap().1;
        let (first, second) = (link().await, link().await);
        assert_eq!(identity::open_link(&db, &first, start()).await.unwrap(), None, "replaced");
        let day = 24 * 60;
        assert_eq!(identity::open_link(&db, &second, after(day)).await.unwrap(), None, "too old");
        let opens = identity::open_link(&db, &second, after(day - 1)).await.unwrap();
        assert!(matches!(opens, Some(Opens::Account(account)) if account.login == "zhang"));
        let set = async |link: &Token, new: &str| {
            let new = Secret::new(new);
            identity::use_link(&db, &from(after(1)), link, &new, &new).await.unwrap()
        };
        let errors = set(&second, "zhangzhang").await.unwrap().unwrap_err();
        assert_eq!(errors[0].0, "new");
        set(&second, OTHER).await.unwrap().unwrap();
        assert!(set(&second, OTHER).await.is_none(), "used");
        assert!(resumed(&db, &session, after(1)).await.is_none());
        assert!(matches!(try_in(&db, &from(after(1)), "zhang", OTHER).await, SignIn::In { .. }));

        // Not for an account that was disabled since.
        let third = link().await;
        identity::disable(&db, &by, account.id).await.unwrap().unwrap().unwrap();
        assert!(set(&third, GOOD).await.is_none());
    });
}

#[test]
fn the_first_administrator_is_made_once() {
    each_database(async |db| {
        let limits = Limits::default();
        let by = console(start());
        let from = origin("127.0.0.1", &nobody(), start());
        let old = identity::first_link(&db, &limits, &by).await.unwrap().unwrap();
        let link = identity::first_link(&db, &limits, &by).await.unwrap().unwrap();
        assert_eq!(identity::open_link(&db, &link, start()).await.unwrap(), Some(Opens::First));
        let typed = |name: &str, login: &str| {
            [("name", name), ("login", login)].map(|(key, text)| (key.to_owned(), text.to_owned())).into()
        };
        let good = Secret::new(GOOD);
        let set = async |link: &Token, fields, new: &Secret| {
            identity::setup(&db, &from, link, &fields, new, &good).await.unwrap()
        };
        assert!(set(&old, typed("王管理", "root"), &good).await.is_none());
        let errors = set(&link, typed(" ", "a b"), &Secret::new("short")).await.unwrap().unwrap_err();
        let names: Vec<_> = errors.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["name", "login", "new", "again"]);
        let before = trail(&db).await.len();
        set(&link, typed("王管理", "Root"), &good).await.unwrap().unwrap();
        assert_eq!(trail(&db).await.len(), before + 1, "one row");
        assert!(set(&link, typed("王管理", "root2"), &good).await.is_none());
        assert!(identity::first_link(&db, &limits, &by).await.unwrap().is_none());

        let (token, _) = entered(&db, &from, "root").await;
        let signed = resumed(&db, &token, start()).await.unwrap();
        assert!(signed.rights.has(Role::Administrator));
        assert_eq!(signed.rights.post.as_ref().unwrap().unit_name, "本机构");

        // He keeps accounts, but not out of his own; others keep none.
        let other = made(&db, "zhang").await;
        let root = caller(&signed, start());
        let own = identity::disable(&db, &root, signed.account).await.unwrap().unwrap();
        assert_eq!(own.unwrap_err().key, "account-error-own");
        let (token, _) = entered(&db, &from, "zhang").await;
        let zhang = caller(&resumed(&db, &token, start()).await.unwrap(), start());
        for id in [other.id, signed.account] {
            let refused = identity::new_link(&db, &limits, &zhang, id).await;
            assert!(matches!(refused, Err(ServiceError::Denied(_))), "nor for his own by the back door");
        }
        identity::disable(&db, &root, other.id).await.unwrap().unwrap().unwrap();
    });
}

#[test]
fn accounts_are_made_for_people_who_have_none() {
    each_database(async |db| {
        made(&db, "zhang").await;
        let by = console(start());
        let wrong = async |login: &str, person: &str| {
            let made = identity::create(&db, &Limits::default(), &by, login, person).await.unwrap();
            made.unwrap_err().into_iter().map(|(_, problem)| problem.key).collect::<Vec<_>>()
        };
        assert_eq!(wrong("ZHANG", "P-zhang").await, ["account-error-taken", "account-error-has"]);
        assert_eq!(wrong("x", "nobody").await, ["account-error-login", "account-error-person"]);
        let mut conn = db.read().await.unwrap();
        let listed = store::account::list(&mut conn, "zyh", 10, 0).await.unwrap();
        assert_eq!((listed.len(), listed[0].login.as_str()), (1, "zhang"));
        assert!(listed[0].has_password && !listed[0].has_second_factor && !listed[0].is_disabled);
        assert_eq!(store::account::count(&mut conn, "nobody").await.unwrap(), 0);
    });
}
