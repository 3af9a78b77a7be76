//! What is told about the databases themselves.

use crate::common::{each_address, each_database};
use crate::made::{refusal, unit};
use domain::duty::Sight;
use domain::unit::UnitKind;
use sqlx::{Connection, PgConnection, SqliteConnection};
use store::{Db, StoreError, unit as units};

/// Sends a statement that the store would not.
async fn tell(address: &str, statement: &'static str) {
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

#[test]
fn migrating_again_does_nothing() {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        let first = store::migrate(&db).await.unwrap();
        assert!(first > 0);
        let mut conn = db.write().await.unwrap();
        let county = unit("41", "县", UnitKind::County, None);
        units::insert(&mut conn, &county).await.unwrap();
        conn.commit().await.unwrap();
        assert_eq!(store::migrate(&db).await.unwrap(), 0);
        db.close().await;

        let again = Db::open(&address).await.unwrap();
        assert_eq!(store::migrate(&again).await.unwrap(), 0);
        let mut conn = again.read().await.unwrap();
        assert_eq!(units::all(&mut conn, Sight::Everything).await.unwrap(), [county]);
        drop(conn);
        again.close().await;
    });
}

#[test]
fn a_newer_database_is_told() {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        store::migrate(&db).await.unwrap();
        tell(
            &address,
            "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
            select 9999, description, success, checksum, execution_time from _sqlx_migrations where version = 1",
        )
        .await;
        let refused = store::migrate(&db).await.unwrap_err();
        assert!(matches!(refused, StoreError::Newer(9999)), "{refused:?}");
        db.close().await;
    });
}

#[test]
fn a_changed_migration_is_told() {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        store::migrate(&db).await.unwrap();
        let (sqlite, postgres) = (
            "update _sqlx_migrations set checksum = x'00'",
            "update _sqlx_migrations set checksum = '\\x00'",
        );
        let is_sqlite = address.starts_with("sqlite:");
        tell(&address, if is_sqlite { sqlite } else { postgres }).await;
        let refused = store::migrate(&db).await.unwrap_err();
        assert!(matches!(refused, StoreError::Migration(_)), "{refused:?}");
        db.close().await;
    });
}

#[test]
fn a_dropped_transaction_leaves_nothing() {
    each_database(async |db| {
        let county = unit("41", "县", UnitKind::County, None);
        let mut conn = db.write().await.unwrap();
        units::insert(&mut conn, &county).await.unwrap();
        assert!(units::has_any(&mut conn).await.unwrap());
        drop(conn);
        let mut conn = db.read().await.unwrap();
        assert!(!units::has_any(&mut conn).await.unwrap());
    });
}

#[test]
fn readers_see_one_state_and_writers_wait() {
    each_database(async |db| {
        let county = unit("41", "县", UnitKind::County, None);
        let mut conn = db.write().await.unwrap();
        units::insert(&mut conn, &county).await.unwrap();
        conn.commit().await.unwrap();

        let mut reader = db.read().await.unwrap();
        assert_eq!(units::all(&mut reader, Sight::Everything).await.unwrap().len(), 1);
        let write = async || {
            let mut conn = db.write().await.unwrap();
            units::touch(&mut conn, county.id).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            conn.commit().await.unwrap();
        };
        tokio::join!(write(), write(), write(), write());
        let on = "2026-01-01".parse().unwrap();
        let before = store::facts::unit_facts(&mut reader, county.id, on).await.unwrap();
        assert_eq!(before.unwrap().version, 0);
        drop(reader);
        let mut conn = db.read().await.unwrap();
        let after = store::facts::unit_facts(&mut conn, county.id, on).await.unwrap();
        assert_eq!(after.unwrap().version, 4);
    });
}

#[test]
fn a_lock_is_told() {
    each_address(async |address| {
        let is_sqlite = address.starts_with("sqlite:");
        let second =
            if is_sqlite { address.clone() } else { format!("{address}?options[lock_timeout]=100ms") };
        let (db, second) = (Db::open(&address).await.unwrap(), Db::open(&second).await.unwrap());
        store::migrate(&db).await.unwrap();
        let county = unit("41", "县", UnitKind::County, None);
        let mut conn = db.write().await.unwrap();
        units::insert(&mut conn, &county).await.unwrap();
        conn.commit().await.unwrap();

        // A reader that turns to writing after another one wrote is refused by SQLite at once: waiting would not
        // help it. PostgreSQL waits for the row.
        let mut late = if is_sqlite { second.read().await.unwrap() } else { second.write().await.unwrap() };
        assert!(units::has_any(&mut late).await.unwrap());
        let mut first = db.write().await.unwrap();
        units::touch(&mut first, county.id).await.unwrap();
        if is_sqlite {
            first.commit().await.unwrap();
            let refused = units::touch(&mut late, county.id).await.unwrap_err();
            assert!(matches!(refused, StoreError::Locked), "{refused:?}");
        } else {
            let refused = units::touch(&mut late, county.id).await.unwrap_err();
            assert!(matches!(refused, StoreError::Locked), "{refused:?}");
            drop(first);
        }
        drop(late);
        db.close().await;
        second.close().await;
    });
}

#[test]
fn a_read_only_database_is_told() {
    each_address(async |address| {
        let db = Db::open(&address).await.unwrap();
        store::migrate(&db).await.unwrap();
        let county = unit("41", "县", UnitKind::County, None);
        let refused = if address.starts_with("sqlite:") {
            db.close().await;
            let db = Db::open(&format!("{address}?mode=ro")).await.unwrap();
            let refused = match db.write().await {
                Ok(mut conn) => units::insert(&mut conn, &county).await.unwrap_err(),
                Err(refused) => refused,
            };
            db.close().await;
            refused
        } else {
            let mut conn = db.read().await.unwrap();
            let refused = units::insert(&mut conn, &county).await.unwrap_err();
            drop(conn);
            db.close().await;
            refused
        };
        assert!(matches!(refused, StoreError::ReadOnly), "{refused:?}");
    });
}

#[test]
fn addresses_that_lead_nowhere_are_told() {
    each_address(async |address| {
        for wrong in ["", "baton.db", "mysql://127.0.0.1/baton"] {
            let refused = Db::open(wrong).await.unwrap_err();
            assert!(matches!(refused, StoreError::Address(_)), "{wrong}: {refused:?}");
        }
        let nowhere = if address.starts_with("sqlite:") {
            address.replace("baton.db", "no/such/folder/baton.db")
        } else {
            // Nobody listens on the port for discarding.
            "postgres://baton@127.0.0.1:9/baton".to_owned()
        };
        let refused = Db::open(&nowhere).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unreachable(_)), "{refused:?}");
    });
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    std::fs::write(&file, "这不是数据库。\n".repeat(1000)).unwrap();
    runtime.block_on(async {
        let refused = match Db::open(&format!("sqlite://{}", file.display())).await {
            Ok(db) => store::migrate(&db).await.unwrap_err(),
            Err(refused) => refused,
        };
        assert!(matches!(refused, StoreError::NotADatabase(_)), "{refused:?}");
    });
}

#[test]
fn a_database_in_memory_lives_as_long_as_its_pool() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = Db::open("sqlite::memory:").await.unwrap();
        store::migrate(&db).await.unwrap();
        let county = unit("41", "县", UnitKind::County, None);
        let mut conn = db.write().await.unwrap();
        units::insert(&mut conn, &county).await.unwrap();
        conn.commit().await.unwrap();
        let refused = refusal(&db, async |conn| units::insert(conn, &county).await).await;
        assert!(matches!(refused, StoreError::Duplicate), "{refused:?}");
    });
}
