//! The two databases as one: pools, transactions, and the macros that send a statement to whichever it is.

use crate::StoreError;
use crate::reply::Once;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a write waits for another one before it is refused.
const BUSY: Duration = Duration::from_secs(10);
/// How many rows SQLite's thread reads before it waits for whoever takes them: each wait costs more than some rows.
const ROWS_AHEAD: usize = 1000;

/// A pool of connections to one of the databases.
#[derive(Debug, Clone)]
pub struct Db {
    pool: Pool,
    counts: Arc<Counts>,
    /// The request that is done once, where it is one.
    once: Option<Once>,
}

/// What was done since the pool was opened.
#[derive(Debug, Default)]
struct Counts {
    statements: AtomicU64,
    audited: AtomicU64,
    unaudited: AtomicU64,
    derived: AtomicU64,
}

/// Transactions that wrote and were committed since the pool was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Writes {
    /// With exactly one row of the audit trail.
    pub audited: u64,
    /// With none or several, though something was decided.
    pub unaudited: u64,
    /// Of what is derived from what is there, without a row.
    pub derived: u64,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A transaction. Dropped without `commit`, it leaves nothing behind.
#[derive(Debug)]
pub struct Conn {
    pub(crate) inner: Inner,
    counts: Arc<Counts>,
    /// Rows of the audit trail; none where it only reads.
    audited: Option<u32>,
    once: Option<Once>,
}

#[derive(Debug)]
pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens `sqlite://FILE` (made when missing), `sqlite::memory:` or `postgres://…`. Migrates nothing.
    pub async fn open(address: &str) -> Result<Self, StoreError> {
        let pool = if address.starts_with("sqlite:") {
            let options: SqliteConnectOptions =
                address.parse().map_err(|_| StoreError::Address(address.to_owned()))?;
            let options = options
                .create_if_missing(true)
                .foreign_keys(true)
                .synchronous(SqliteSynchronous::Normal)
                .busy_timeout(BUSY)
                .row_buffer_size(ROWS_AHEAD);
            let in_memory = address.contains(":memory:");
            if !in_memory {
                // The journal's mode stays with the file. Two connections that change it at once would not wait
                // for each other, so one does before there are others.
                let options = options.clone().journal_mode(SqliteJournalMode::Wal);
                SqliteConnection::connect_with(&options).await?.close().await?;
            }
            // A database in memory belongs to its connection.
            let connections = if in_memory { 1 } else { 8 };
            let pool = SqlitePoolOptions::new()
                .max_connections(connections)
                .min_connections(1)
                .idle_timeout(None)
                .max_lifetime(None);
            Pool::Sqlite(pool.connect_with(options).await?)
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            // The pool would try again until the time is up, and then not say what is wrong.
            let first = tokio::time::timeout(BUSY, PgConnection::connect(address)).await;
            let silent = |_| StoreError::Unreachable("the server does not answer".to_owned());
            first.map_err(silent)??.close().await?;
            let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(BUSY);
            Pool::Postgres(pool.connect(address).await?)
        } else {
            return Err(StoreError::Address(address.to_owned()));
        };
        Ok(Self { pool, counts: Arc::default(), once: None })
    }

    /// The same database for a request that is done once: what it decides is committed together with its mark, or
    /// refused as a duplicate where the mark is there already.
    #[must_use]
    pub fn once(&self, once: Once) -> Self {
        Self { once: Some(once), ..self.clone() }
    }

    /// Begins a transaction that reads one state of the database.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        let inner = match &self.pool {
            Pool::Sqlite(pool) => Inner::Sqlite(pool.begin().await?),
            Pool::Postgres(pool) => {
                Inner::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
        };
        Ok(Conn { inner, counts: self.counts.clone(), audited: None, once: None })
    }

    /// Begins a transaction that writes. SQLite takes the write lock at once, because a lock taken later can
    /// fail where waiting would not.
    pub async fn write(&self) -> Result<Conn, StoreError> {
        let inner = match &self.pool {
            Pool::Sqlite(pool) => Inner::Sqlite(pool.begin_with("begin immediate").await?),
            Pool::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Conn { inner, counts: self.counts.clone(), audited: Some(0), once: self.once.clone() })
    }

    /// Statements sent since the pool was opened; tests take the difference over a page.
    pub fn statements(&self) -> u64 {
        self.counts.statements.load(Ordering::Relaxed)
    }

    /// Transactions that wrote since the pool was opened; tests compare them with the audit trail.
    pub fn writes(&self) -> Writes {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let counts = &self.counts;
        Writes {
            audited: of(&counts.audited),
            unaudited: of(&counts.unaudited),
            derived: of(&counts.derived),
        }
    }

    /// Waits until all connections are closed.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}

impl Conn {
    /// Makes what was written last.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if let Some(once) = self.once.take() {
            once.mark(&mut self).await?;
        }
        let counts = self.counts.clone();
        let count = self.audited.map(|rows| if rows == 1 { &counts.audited } else { &counts.unaudited });
        self.end(count).await
    }

    /// The same for what was only derived from what is there, which leaves no row of the audit trail.
    pub async fn commit_derived(self) -> Result<(), StoreError> {
        let counts = self.counts.clone();
        let count = self.audited.map(|rows| if rows == 0 { &counts.derived } else { &counts.unaudited });
        self.end(count).await
    }

    async fn end(self, count: Option<&AtomicU64>) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(transaction) => transaction.commit().await?,
            Inner::Postgres(transaction) => transaction.commit().await?,
        }
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Counts a row of the audit trail.
    pub(crate) fn count_audited(&mut self) {
        self.audited = self.audited.map(|rows| rows + 1);
    }

    /// For what the two databases do not write in one way.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.inner, Inner::Postgres(_))
    }

    /// Counts a statement.
    pub(crate) fn counted(&mut self) -> &mut Inner {
        self.counts.statements.fetch_add(1, Ordering::Relaxed);
        &mut self.inner
    }
}

/// A new identifier; later ones sort after earlier ones.
pub fn new_id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// A count as the databases hold it.
pub(crate) fn int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A count as the domain holds it; the tables refuse negative ones.
pub(crate) fn nat(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

/// Brings the database to this program's version; tells how many migrations were run.
pub async fn migrate(db: &Db) -> Result<usize, StoreError> {
    static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
    macro_rules! run {
        ($pool:expr) => {{
            let before = applied(db).await.unwrap_or(0);
            MIGRATIONS.run($pool).await?;
            MIGRATIONS.iter().count().saturating_sub(before)
        }};
    }
    let run = match &db.pool {
        Pool::Sqlite(pool) => run!(pool),
        Pool::Postgres(pool) => run!(pool),
    };
    Ok(run)
}

async fn applied(db: &Db) -> Result<usize, StoreError> {
    let mut conn = db.read().await?;
    let (count,): (i64,) = fetch_one!(conn, (i64,), "select count(*) from _sqlx_migrations")?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// Sends one statement to whichever database the transaction belongs to: `execute!(conn, SQL, a, b)?` tells
/// the number of rows, `fetch_all!`, `fetch_optional!` and `fetch_one!` take a row type after the transaction.
macro_rules! execute {
    ($conn:expr, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $conn.counted() {
            $crate::db::Inner::Sqlite(tx) => {
                sqlx::query($sql)$(.bind($arg))*.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
            $crate::db::Inner::Postgres(tx) => {
                sqlx::query($sql)$(.bind($arg))*.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }.map_err($crate::StoreError::from)
    };
}

macro_rules! fetch {
    ($fetch:ident, $conn:expr, $row:ty, $sql:expr $(, $arg:expr)* $(,)?) => {
        match $conn.counted() {
            $crate::db::Inner::Sqlite(tx) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.$fetch(&mut **tx).await
            }
            $crate::db::Inner::Postgres(tx) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($arg))*.$fetch(&mut **tx).await
            }
        }.map_err($crate::StoreError::from)
    };
}

macro_rules! fetch_all { ($($rest:tt)*) => { $crate::db::fetch!(fetch_all, $($rest)*) }; }
macro_rules! fetch_one { ($($rest:tt)*) => { $crate::db::fetch!(fetch_one, $($rest)*) }; }
macro_rules! fetch_optional { ($($rest:tt)*) => { $crate::db::fetch!(fetch_optional, $($rest)*) }; }
pub(crate) use {execute, fetch, fetch_all, fetch_one, fetch_optional};
