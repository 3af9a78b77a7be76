//! Whoever can write to the database can change the trail, but not unseen.

use crate::common::each_address;
use access::Operator;
use chrono::{DateTime, Utc};
use domain::audit::Fault::{self, Changed, Head, Missing, Moved, NoHead, Surplus, Unnoted};
use domain::audit::Noted;
use domain::power::PowerType;
use domain::rules::TypeRules;
use services::audit::{Format, Verified, export, verify};
use services::write::Caller;
use sqlx::{Connection, PgConnection, SqliteConnection};
use store::Db;
use store::audit::Filter;

fn caller() -> Caller {
    let now: DateTime<Utc> = "2026-11-24T02:00:00.123456Z".parse().unwrap();
    Caller::operator(Operator::Console, now, now.date_naive())
}

async fn tell(address: &str, statement: &str) {
    let statement = sqlx::AssertSqlSafe(statement.to_owned());
    if address.starts_with("sqlite:") {
        let mut conn = SqliteConnection::connect(address).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    } else {
        let mut conn = PgConnection::connect(address).await.unwrap();
        sqlx::raw_sql(statement).execute(&mut conn).await.unwrap();
        conn.close().await.unwrap();
    }
}

async fn looked(db: &Db, noted: Option<&str>) -> Verified {
    verify(db, &caller(), noted.map(|noted| noted.parse().unwrap())).await.unwrap()
}

/// A trail of six rows.
async fn trail(db: &Db) {
    for _ in 0..6 {
        let rules = TypeRules::default_for(PowerType::Licence);
        services::rules::save_type(db, &caller(), PowerType::Licence, &rules).await.unwrap();
    }
}

const KEEP: &str =
    "create table kept as select * from audit; create table kept_head as select * from audit_head;";
const RESTORE: &str = "delete from audit; insert into audit select * from kept;
    delete from audit_head; insert into audit_head select * from kept_head;";
const COPY: &str =
    "insert into audit (seq, at, outcome, action, subject, unit_id, actor_id, actor, principal, post,
    address, reason, rule, before, after, previous, hash)
    select SEQ, at, outcome, action, subject, unit_id, actor_id, actor, principal, post,
    address, reason, rule, before, after, previous, hash from audit where seq = 6;";

#[test]
fn every_meddling_is_found_and_named() {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        store::migrate(&db).await.unwrap();
        trail(&db).await;
        let whole = looked(&db, None).await;
        assert_eq!((whole.faults.as_slice(), whole.rows, whole.seq), (&[][..], 6, 6));
        tell(&address, KEEP).await;
        let copied = |seq: i64| COPY.replace("SEQ", &seq.to_string());
        let head = whole.hash.clone();
        let lost = |seq| Unnoted { seq, hash: head.clone() };
        let cases: Vec<(String, Vec<Fault>)> = vec![
            ("update audit set actor = 'somebody else' where seq = 3".into(), vec![Changed(3)]),
            ("update audit set after = '' where seq = 6".into(), vec![Changed(6), lost(Some(6))]),
            ("update audit set at = '2020-01-01T00:00:00+00:00' where seq = 1".into(), vec![Changed(1)]),
            (
                "update audit set outcome = 'denied', rule = 'X' where seq in (2, 5)".into(),
                vec![Changed(2), Changed(5)],
            ),
            ("update audit set previous = '' where seq = 4".into(), vec![Changed(4)]),
            ("update audit set hash = 'x' where seq = 4".into(), vec![Changed(4)]),
            ("delete from audit where seq = 1".into(), vec![Missing(1, 1)]),
            ("delete from audit where seq in (3, 4)".into(), vec![Missing(3, 4)]),
            ("delete from audit where seq > 4".into(), vec![Missing(5, 6), lost(Some(6))]),
            ("delete from audit".into(), vec![Missing(1, 6), lost(Some(6))]),
            // Swapped, by way of a number that none has.
            (
                "update audit set seq = 99 where seq = 2; update audit set seq = 2 where seq = 3;
                update audit set seq = 3 where seq = 99"
                    .into(),
                vec![Changed(2), Changed(3)],
            ),
            (copied(7), vec![Changed(7), Surplus(7, 7)]),
            (copied(9), vec![Missing(7, 8), Changed(9), Surplus(7, 9)]),
            (copied(0), vec![Surplus(0, 0)]),
            (copied(-5), vec![Surplus(-5, -5)]),
            (
                "update audit_head set hash = 'x'".into(),
                vec![Head { expected: "x".into(), found: head.clone() }],
            ),
            ("delete from audit_head".into(), vec![NoHead]),
            // The end cut off together with the head looks whole, but for what was noted elsewhere.
            (
                "delete from audit where seq > 4; update audit_head set seq = 4,
                hash = (select hash from audit where seq = 4)"
                    .into(),
                vec![lost(Some(6))],
            ),
        ];
        for (meddling, expected) in cases {
            tell(&address, &meddling).await;
            let found = looked(&db, Some(&whole.head())).await;
            assert_eq!(found.faults, expected, "{meddling}");
            tell(&address, RESTORE).await;
        }
        assert_eq!(looked(&db, Some(&whole.head())).await.faults, []);
        // A row put in the place of another, with its own hash made anew, no longer fits the next.
        let mut conn = db.read().await.unwrap();
        let third = store::audit::by_number(&mut conn, 3).await.unwrap().unwrap();
        drop(conn);
        let entry = domain::audit::Entry { actor: "somebody else".to_owned(), ..third.entry };
        let forged = domain::audit::Row::after(3, third.previous, entry);
        let forging =
            format!("update audit set actor = 'somebody else', hash = '{}' where seq = 3", forged.hash);
        tell(&address, &forging).await;
        assert_eq!(looked(&db, None).await.faults, [Moved(4)]);
        tell(&address, RESTORE).await;
        if address.starts_with("sqlite:") {
            // What its loose types let in cannot even be read, and is named all the same.
            tell(&address, "update audit set at = 'yesterday' where seq = 4").await;
            assert_eq!(looked(&db, None).await.faults, [Changed(4)]);
        }
        db.close().await;
    });
}

#[test]
fn an_older_note_still_holds_when_rows_were_added() {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        store::migrate(&db).await.unwrap();
        trail(&db).await;
        let noted = looked(&db, None).await;
        trail(&db).await;
        assert_eq!(looked(&db, Some(&noted.head())).await.faults, []);
        assert_eq!(looked(&db, Some(&noted.hash)).await.faults, []);
        let wrong = Noted { seq: Some(6), hash: "0".repeat(64) };
        let told = looked(&db, Some(&format!("6:{}", wrong.hash))).await;
        assert_eq!(told.faults, [Unnoted { seq: wrong.seq, hash: wrong.hash }]);
        db.close().await;
    });
}

#[test]
fn the_trail_is_written_to_files() {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        store::migrate(&db).await.unwrap();
        trail(&db).await;
        let all = Filter::default();
        let csv = String::from_utf8(export(&db, &caller(), &all, Format::Csv).await.unwrap()).unwrap();
        assert_eq!(csv.trim_start_matches('\u{feff}').lines().count(), 7);
        assert!(csv.contains("thresholds.change") && csv.contains("2026-11-24T02:00:00.123456Z"));
        let json = String::from_utf8(export(&db, &caller(), &all, Format::Json).await.unwrap()).unwrap();
        let rows: Vec<serde_json::Value> =
            json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            rows.iter().map(|row| row["seq"].as_i64()).collect::<Vec<_>>(),
            (1..=6).map(Some).collect::<Vec<_>>()
        );
        assert_eq!(rows[5]["after"]["min_people"], rows[5]["before"]["min_people"]);
        assert_eq!(rows[0]["principal"], serde_json::Value::Null);
        db.close().await;
    });
}
