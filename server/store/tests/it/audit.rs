//! The audit trail: the chain as both databases keep it, who sees what of it, and that tests notice its lack.

use crate::common::{Trail, each_database};
use crate::made::{appointment, day, person, unit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::audit::{Entry, Outcome, Verifier};
use domain::duty::Sight;
use domain::id::{AppointmentId, UnitId};
use domain::unit::UnitKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::audit::{self, Filter};
use store::{Conn, Db};

fn entry(action: &str, unit: Option<UnitId>, at: DateTime<Utc>) -> Entry {
    Entry {
        at,
        outcome: Outcome::Done,
        action: action.to_owned(),
        subject: "对象".to_owned(),
        unit,
        actor_id: None,
        actor: "张一禾".to_owned(),
        principal: String::new(),
        post: "副乡长".to_owned(),
        address: "127.0.0.1".to_owned(),
        reason: String::new(),
        rule: String::new(),
        before: String::new(),
        after: r#"{"name":"甲"}"#.to_owned(),
    }
}

fn noon() -> DateTime<Utc> {
    "2026-11-24T04:00:00.000001Z".parse().unwrap()
}

async fn write(db: &Db, entry: Entry) -> i64 {
    let mut conn = db.write().await.unwrap();
    let seq = audit::append(&mut conn, entry).await.unwrap();
    conn.commit().await.unwrap();
    seq
}

#[test]
fn rows_come_back_as_they_were_hashed() {
    each_database(async |db| {
        let actions: Vec<String> = (1..=5).map(|number| format!("act.{number}")).collect();
        for (place, action) in actions.iter().enumerate() {
            let at = noon() + TimeDelta::microseconds(i64::try_from(place).unwrap() * 333_333);
            assert_eq!(write(&db, entry(action, None, at)).await, i64::try_from(place).unwrap() + 1);
        }
        let mut conn = db.read().await.unwrap();
        let mut verifier = Verifier::default();
        for row in audit::after(&mut conn, 0, 3).await.unwrap() {
            verifier.next(&row);
        }
        for row in audit::after(&mut conn, 3, 3).await.unwrap() {
            verifier.next(&row);
        }
        let head = audit::head(&mut conn).await.unwrap().unwrap();
        verifier.end(Some((head.0, &head.1)));
        assert_eq!(verifier.faults, []);
        assert_eq!((head.0, audit::length(&mut conn).await.unwrap()), (5, 5));
        assert_eq!(audit::numbers_after(&mut conn, 2, 2).await.unwrap(), [3, 4]);
        assert_eq!(audit::by_number(&mut conn, 2).await.unwrap().unwrap().entry.action, "act.2");
    });
}

/// A county with a township, a post of an auditor in each, and a post that only leads the county.
async fn county(conn: &mut Conn) -> ([UnitId; 2], [AppointmentId; 3]) {
    let county = unit("1", "甲县", UnitKind::County, None);
    let town = unit("2", "乙乡", UnitKind::Township, Some(&county));
    let mut posts = Vec::new();
    for each in [&county, &town] {
        store::unit::insert(conn, each).await.unwrap();
    }
    let who = person("P1", "审计员");
    store::people::insert_person(conn, &who).await.unwrap();
    for (name, scope, role) in
        [("县审计", &county, "auditor"), ("乡审计", &town, "auditor"), ("县领导", &county, "leader")]
    {
        let mut post = appointment(scope, "2026-01-01");
        post.post = name.to_owned();
        store::people::insert_appointment(conn, who.id, &post).await.unwrap();
        let grant = store::grant::RoleGrant {
            id: domain::id::GrantId(store::new_id()),
            appointment: post.id,
            role: role.to_owned(),
            scope: scope.id,
            period: post.period,
            source: "console".to_owned(),
        };
        store::grant::insert(conn, &grant).await.unwrap();
        posts.push(post.id);
    }
    ([county.id, town.id], posts.try_into().unwrap())
}

#[test]
fn an_auditor_sees_his_part_of_the_tree() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let ([county, town], [of_county, of_town, leader]) = county(&mut conn).await;
        conn.commit().await.unwrap();
        write(&db, entry("a.county", Some(county), noon())).await;
        write(&db, entry("a.town", Some(town), noon() + TimeDelta::days(1))).await;
        let denied = Entry {
            outcome: Outcome::Denied,
            actor: "Li 100%".to_owned(),
            ..entry("a.nobody", None, noon() + TimeDelta::days(2))
        };
        write(&db, denied).await;
        let mut conn = db.read().await.unwrap();
        let mut seen = async |sight: Sight, filter: Filter| {
            let lines = audit::list(&mut conn, sight, &filter, None, 10, 0).await.unwrap();
            assert_eq!(
                audit::count(&mut conn, sight, &filter).await.unwrap(),
                i64::try_from(lines.len()).unwrap()
            );
            lines.into_iter().map(|line| line.row.seq).collect::<Vec<_>>()
        };
        let on = day("2026-11-24");
        let all = Filter::default;
        for (sight, expected) in [
            (Sight::Everything, vec![3, 2, 1]),
            (Sight::Post(of_county, on), vec![3, 2, 1]),
            (Sight::Post(of_county, day("2025-12-31")), vec![]),
            (Sight::Post(of_town, on), vec![2]),
            (Sight::Post(leader, on), vec![]),
            (Sight::Support(county), vec![]),
            (Sight::Nothing, vec![]),
        ] {
            assert_eq!(seen(sight, all()).await, expected, "{sight:?}");
        }
        for (filter, expected) in [
            (Filter { unit: Some(county), ..all() }, vec![2, 1]),
            (Filter { unit: Some(town), ..all() }, vec![2]),
            (Filter { actor: "一禾".to_owned(), ..all() }, vec![2, 1]),
            (Filter { actor: "li 100%".to_owned(), ..all() }, vec![3]),
            (Filter { actor: "li _00%".to_owned(), ..all() }, vec![]),
            (Filter { action: "a.town".to_owned(), ..all() }, vec![2]),
            (Filter { subject: "对象".to_owned(), ..all() }, vec![3, 2, 1]),
            (Filter { outcome: Some(Outcome::Denied), ..all() }, vec![3]),
            (Filter { from: Some(day("2026-11-25")), ..all() }, vec![3, 2]),
            (Filter { to: Some(day("2026-11-25")), ..all() }, vec![2, 1]),
            (Filter { from: Some(day("2026-11-24")), to: Some(day("2026-11-24")), ..all() }, vec![1]),
        ] {
            assert_eq!(seen(Sight::Everything, filter.clone()).await, expected, "{filter:?}");
        }
        let page = audit::list(&mut conn, Sight::Everything, &all(), Some(3), 1, 1).await.unwrap();
        assert_eq!((page.len(), page[0].row.seq), (1, 1));
        assert_eq!(page[0].unit_name.as_deref(), Some("甲县"));
    });
}

#[test]
fn what_is_written_without_a_row_is_noticed() {
    each_database(async |db| {
        let looked = async |rows: u32, derived: bool| {
            let trail = Trail::begin(&db).await;
            let mut conn = db.write().await.unwrap();
            for _ in 0..rows {
                audit::append(&mut conn, entry("a.b", None, noon())).await.unwrap();
            }
            if derived {
                conn.commit_derived().await.unwrap();
            } else {
                conn.commit().await.unwrap();
            }
            let hook = std::panic::take_hook();
            std::panic::set_hook(Box::new(|_| {}));
            let found = catch_unwind(AssertUnwindSafe(|| drop(trail)));
            std::panic::set_hook(hook);
            found.is_ok()
        };
        for (rows, derived, good) in
            [(1, false, true), (0, true, true), (0, false, false), (2, false, false), (1, true, false)]
        {
            assert_eq!(looked(rows, derived).await, good, "{rows} rows, derived: {derived}");
        }
        // What is dropped leaves nothing behind, and reading is no mutation.
        let _trail = Trail::begin(&db).await;
        let mut conn = db.write().await.unwrap();
        audit::append(&mut conn, entry("a.b", None, noon())).await.unwrap();
        drop(conn);
        db.read().await.unwrap().commit().await.unwrap();
    });
}
