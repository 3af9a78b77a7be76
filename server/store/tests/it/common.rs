//! Runs a test on both databases, and proves that what it wrote is in the audit trail.

use sqlx::{Connection, PgConnection};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use store::{Db, Writes};

/// Runs a test on a migrated SQLite file, then on a migrated PostgreSQL database.
pub fn each_database(test: impl AsyncFn(Db)) {
    each_address(async |address| {
        let db = Db::open(&address).await.expect("the test database answers");
        store::migrate(&db).await.expect("the test database answers");
        test(db.clone()).await;
        db.close().await;
    });
}

/// The same, and afterwards each transaction that wrote has left exactly one row of the audit trail.
pub fn each_audited_database(test: impl AsyncFn(Db)) {
    each_database(async |db| {
        let _trail = Trail::begin(&db).await;
        test(db.clone()).await;
    });
}

/// Looks, when it goes, whether what was written meanwhile is what the audit trail grew by: exactly one row for each
/// mutation and each denial, none for what was only derived.
pub struct Trail {
    /// Servers over the same database.
    servers: Vec<Db>,
    rows: i64,
    before: Writes,
}

impl Trail {
    /// Begins to look.
    pub async fn begin(db: &Db) -> Self {
        Self::over(vec![db.clone()]).await
    }

    /// Begins to look at several servers over one database.
    pub async fn over(servers: Vec<Db>) -> Self {
        Self { rows: rows(&servers[0]).await, before: writes(&servers), servers }
    }
}

fn writes(servers: &[Db]) -> Writes {
    servers.iter().map(Db::writes).fold(Writes::default(), |sum, more| Writes {
        audited: sum.audited + more.audited,
        unaudited: sum.unaudited + more.unaudited,
        derived: sum.derived + more.derived,
    })
}

async fn rows(db: &Db) -> i64 {
    let mut conn = db.read().await.expect("the test database answers");
    store::audit::length(&mut conn).await.expect("the test database answers")
}

impl Drop for Trail {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let now = writes(&self.servers);
        let unaudited = now.unaudited - self.before.unaudited;
        assert_eq!(unaudited, 0, "{unaudited} transactions wrote without exactly one row of the audit trail");
        let count = || tokio::runtime::Handle::current().block_on(rows(&self.servers[0]));
        let grown = tokio::task::block_in_place(count) - self.rows;
        let audited = now.audited - self.before.audited;
        assert_eq!(u64::try_from(grown), Ok(audited), "rows of the audit trail, and transactions that wrote");
    }
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
