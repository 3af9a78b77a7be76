use crate::common::each_database;
use crate::made::{appointment, from, person, refusal, unit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::id::{AccountId, GrantId, SessionId};
use domain::throttle::Failures;
use domain::unit::UnitKind;
use store::account::{self, Account};
use store::grant::RoleGrant;
use store::session::{self, Session};
use store::{Conn, Secret, StoreError, new_id, people};

fn now() -> DateTime<Utc> {
    "2026-11-24T02:00:00.123456Z".parse().unwrap()
}

fn later(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

async fn made(conn: &mut Conn, login: &str) -> Account {
    let person = person(login, "张一禾");
    people::insert_person(conn, &person).await.unwrap();
    let account = Account {
        id: AccountId(new_id()),
        person: person.id,
        login: login.to_owned(),
        password_hash: None,
        is_disabled: false,
        totp_secret: None,
        totp_confirmed_at: None,
        totp_step: 0,
        created_at: now(),
    };
    account::insert(conn, &account).await.unwrap();
    account
}

#[test]
fn accounts_are_kept_and_changed() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let account = made(&mut conn, "zhang").await;
        made(&mut conn, "li").await;
        account::set_password(&mut conn, account.id, &Secret::new("$argon2id$x")).await.unwrap();
        account::set_totp(&mut conn, account.id, Some(&Secret::new("ABC"))).await.unwrap();
        let stored = account::by_login(&mut conn, "zhang").await.unwrap().unwrap();
        assert!(stored.second_factor().is_none(), "not yet confirmed");
        account::confirm_totp(&mut conn, account.id, now()).await.unwrap();
        assert!(account::take_step(&mut conn, account.id, 7).await.unwrap());
        for step in [7, 6] {
            assert!(!account::take_step(&mut conn, account.id, step).await.unwrap());
        }
        account::set_disabled(&mut conn, account.id, true).await.unwrap();
        let expected = Account {
            password_hash: Some(Secret::new("$argon2id$x")),
            is_disabled: true,
            totp_secret: Some(Secret::new("ABC")),
            totp_confirmed_at: Some(now()),
            totp_step: 7,
            ..account.clone()
        };
        assert_eq!(account::by_id(&mut conn, account.id).await.unwrap(), Some(expected.clone()));
        assert_eq!(account::by_person(&mut conn, account.person).await.unwrap(), Some(expected.clone()));
        let shown = format!("{expected:?}");
        assert!(!shown.contains("argon2") && !shown.contains("ABC"), "{shown}");
        let listed = account::list(&mut conn, "li", 10, 0).await.unwrap();
        assert!(listed.len() == 1 && !listed[0].is_disabled && !listed[0].has_second_factor);
        // Both people's names are found by pinyin.
        let listed = account::list(&mut conn, "zhang", 10, 0).await.unwrap();
        assert!(listed.len() == 2 && listed[1].is_disabled && listed[1].has_second_factor);
        assert_eq!(account::count(&mut conn, "").await.unwrap(), 2);

        account::replace_codes(&mut conn, account.id, &["a".to_owned(), "b".to_owned()]).await.unwrap();
        assert!(account::take_code(&mut conn, account.id, "a", now()).await.unwrap());
        assert!(!account::take_code(&mut conn, account.id, "a", now()).await.unwrap());
        assert_eq!(account::codes_left(&mut conn, account.id).await.unwrap(), 1);
        account::replace_codes(&mut conn, account.id, &[]).await.unwrap();
        assert_eq!(account::codes_left(&mut conn, account.id).await.unwrap(), 0);
        conn.commit().await.unwrap();
        let again = Account { id: AccountId(new_id()), ..account };
        let refused = refusal(&db, async |conn| account::insert(conn, &again).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
    });
}

#[test]
fn links_open_once_and_for_a_while() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let account = made(&mut conn, "zhang").await;
        for (hash, of) in [("old", Some(account.id)), ("new", Some(account.id)), ("first", None)] {
            account::insert_link(&mut conn, hash, of, later(10)).await.unwrap();
        }
        assert_eq!(account::link(&mut conn, "old", now()).await.unwrap(), None, "replaced");
        assert_eq!(account::link(&mut conn, "new", later(10)).await.unwrap(), None, "too old");
        assert_eq!(account::link(&mut conn, "new", now()).await.unwrap(), Some(Some(account.id)));
        assert_eq!(account::link(&mut conn, "first", now()).await.unwrap(), Some(None));
        assert!(!account::take_link(&mut conn, "new", later(10)).await.unwrap());
        assert!(account::take_link(&mut conn, "new", now()).await.unwrap());
        assert!(!account::take_link(&mut conn, "new", now()).await.unwrap());
        assert_eq!(account::delete_old_links(&mut conn, now()).await.unwrap(), 1);
        assert_eq!(account::delete_old_links(&mut conn, later(10)).await.unwrap(), 1);
    });
}

#[test]
fn an_administrator_holds_the_role_on_the_day() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let account = made(&mut conn, "zhang").await;
        let county = unit("41", "甲县", UnitKind::County, None);
        store::unit::insert(&mut conn, &county).await.unwrap();
        assert_eq!(store::unit::root(&mut conn).await.unwrap(), Some(county.id));
        let post = appointment(&county, "2026-01-01");
        people::insert_appointment(&mut conn, account.person, &post).await.unwrap();
        let grant = RoleGrant {
            id: GrantId(new_id()),
            appointment: post.id,
            role: "administrator".to_owned(),
            scope: county.id,
            period: from("2026-02-01"),
            source: "console".to_owned(),
        };
        store::grant::insert(&mut conn, &grant).await.unwrap();
        let day = |text: &str| text.parse().unwrap();
        for (on, expected) in [("2026-01-31", false), ("2026-02-01", true)] {
            assert_eq!(account::has_administrator(&mut conn, day(on)).await.unwrap(), expected, "{on}");
        }
        account::set_disabled(&mut conn, account.id, true).await.unwrap();
        assert!(!account::has_administrator(&mut conn, day("2026-02-01")).await.unwrap());
    });
}

fn begun(account: &Account, is_half: bool) -> Session {
    Session {
        id: SessionId(new_id()),
        account: account.id,
        started_at: now(),
        seen_at: now(),
        ends_at: later(720),
        is_half,
        device: "Firefox".to_owned(),
        address: "10.0.0.1".to_owned(),
    }
}

#[test]
fn sessions_are_kept_and_ended() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let account = made(&mut conn, "zhang").await;
        let other = made(&mut conn, "li").await;
        let [whole, half, foreign] = [begun(&account, false), begun(&account, true), begun(&other, false)];
        for (hash, each) in [("whole", &whole), ("half", &half), ("foreign", &foreign)] {
            session::insert(&mut conn, hash, each).await.unwrap();
            assert_eq!(session::by_hash(&mut conn, hash).await.unwrap().as_ref(), Some(each));
        }
        session::touch(&mut conn, whole.id, later(5)).await.unwrap();
        // Two requests at once; the later one counts.
        session::touch(&mut conn, whole.id, later(4)).await.unwrap();
        let seen = Session { seen_at: later(5), ..whole.clone() };
        let own = session::of_account(&mut conn, account.id, now(), later(5)).await.unwrap();
        assert_eq!(own, [seen]);
        assert!(!session::delete(&mut conn, account.id, foreign.id).await.unwrap());
        assert_eq!(session::delete_all(&mut conn, account.id, Some(whole.id)).await.unwrap(), 1);
        assert_eq!(session::by_hash(&mut conn, "half").await.unwrap(), None);
        assert_eq!(session::delete_old(&mut conn, later(4), later(6)).await.unwrap(), 1, "not used");
        assert_eq!(session::delete_old(&mut conn, later(4), later(720)).await.unwrap(), 1, "over");

        session::know_device(&mut conn, "token", account.id, now()).await.unwrap();
        session::know_device(&mut conn, "token", account.id, later(9)).await.unwrap();
        assert_eq!(session::device(&mut conn, "token").await.unwrap(), Some(account.id));
        assert_eq!(session::delete_old_devices(&mut conn, later(8)).await.unwrap(), 0);
        session::forget_devices(&mut conn, account.id).await.unwrap();
        assert_eq!(session::device(&mut conn, "token").await.unwrap(), None);

        assert_eq!(session::failures(&mut conn, "bucket", now()).await.unwrap().count, 0);
        let some = Failures { count: 6, last_at: Some(now()), blocked_until: Some(later(1)) };
        session::set_failures(&mut conn, "bucket", &some, now()).await.unwrap();
        assert_eq!(session::failures(&mut conn, "bucket", later(1)).await.unwrap(), some);
        assert_eq!(session::delete_old_failures(&mut conn, later(-1)).await.unwrap(), 0);
        session::forget_failures(&mut conn, "bucket").await.unwrap();
        assert_eq!(session::failures(&mut conn, "bucket", now()).await.unwrap().count, 0);
    });
}
