//! Runs a test on both databases.

use sqlx::{Connection, PgConnection};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use store::Db;

/// Runs a test on a migrated SQLite file, then on a migrated PostgreSQL database.
pub fn each_database(test: impl AsyncFn(Db)) {
    each_address(async |address| {
        let db = Db::open(&address).await.expect("the test database answers");
        store::migrate(&db).await.expect("the test database answers");
        test(db.clone()).await;
        db.close().await;
    });
}

/// Runs a test with the address of an empty SQLite file, then with that of an empty PostgreSQL database.
pub fn each_address(test: impl AsyncFn(String)) {
    let runtime = tokio::runtime::Runtime::new().expect("the test database answers");
    let folder = tempfile::tempdir().expect("the test database answers");
    let file = folder.path().join("baton.db");
    runtime.block_on(test(format!("sqlite://{}", file.display())));

    if std::env::var("BATON_TEST_SQLITE_ONLY").is_ok_and(|only| only == "1") {
        return;
    }
    let Ok(server) = std::env::var("BATON_TEST_POSTGRES") else {
        panic!(
            "BATON_TEST_POSTGRES is not set: run ./end2end/verify, which starts a PostgreSQL, \
             or set BATON_TEST_SQLITE_ONLY=1 to test SQLite alone"
        );
    };
    let Some(prefix) = server.strip_suffix("/postgres") else {
        panic!("BATON_TEST_POSTGRES must end in /postgres, but is {server}");
    };
    let name = format!("baton_test_{}", store::new_id().simple());
    runtime.block_on(tell(&server, format!("create database {name}")));
    let done = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(test(format!("{prefix}/{name}")));
    }));
    runtime.block_on(tell(&server, format!("drop database {name} with (force)")));
    if let Err(panic) = done {
        resume_unwind(panic);
    }
}

async fn tell(server: &str, statement: String) {
    let mut conn = PgConnection::connect(server).await.expect("the test database answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut conn)
        .await
        .expect("the test database answers");
    conn.close().await.expect("the test database answers");
}
