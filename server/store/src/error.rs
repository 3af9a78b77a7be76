//! What can go wrong in a database, told apart in one place for both.

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address is neither sqlite:// nor postgres://.
    #[error("{0:?} is no database address; write sqlite://FILE or postgres://USER@HOST/NAME")]
    Address(String),
    /// The file or server cannot be reached.
    #[error("the database cannot be opened: {0}")]
    Unreachable(String),
    /// The file is no SQLite database or is damaged.
    #[error("the file is not a Baton database, or it is damaged: {0}")]
    NotADatabase(String),
    /// It may not be written.
    #[error("the database is read-only; check the permissions of the file and of its folder")]
    ReadOnly,
    /// Another program holds it.
    #[error("the database is locked by another program; close it there and try again")]
    Locked,
    /// It was made by a newer Baton.
    #[error(
        "the database was made by a newer Baton (its migration {0} is unknown here); use that version, or a copy made before"
    )]
    Newer(i64),
    /// A migration that has been run was changed, or did not finish.
    #[error("the database's migrations do not fit this Baton: {0}")]
    Migration(String),
    /// A row with this key is already there.
    #[error("there is already a row with this key")]
    Duplicate,
    /// A row refers to one that is not there, or is still referred to.
    #[error("a row refers to one that is not there")]
    Reference,
    /// A value outside what the column allows.
    #[error("a value is outside of what is allowed: {0}")]
    Check(String),
    /// A stored value that this program cannot read.
    #[error("a stored value cannot be read: {0}")]
    Corrupt(String),
    /// Everything else.
    #[error("the database answered: {0}")]
    Other(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(cause) = &error else {
            return match error {
                sqlx::Error::Io(cause) => Self::Unreachable(cause.to_string()),
                sqlx::Error::PoolTimedOut => Self::Locked,
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
                _ => Self::Other(error),
            };
        };
        // SQLite's extended code in decimal, PostgreSQL's SQLSTATE.
        let code = cause.code().unwrap_or_default();
        let sqlite_primary = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
        match sqlite_primary {
            Some(5 | 6) => return Self::Locked,
            Some(8) => return Self::ReadOnly,
            Some(14) => return Self::Unreachable(cause.message().to_owned()),
            Some(11 | 26) => return Self::NotADatabase(cause.message().to_owned()),
            _ => {}
        }
        match &*code {
            "25006" => return Self::ReadOnly,
            "55P03" | "40P01" => return Self::Locked,
            _ => {}
        }
        match cause.kind() {
            sqlx::error::ErrorKind::UniqueViolation => Self::Duplicate,
            sqlx::error::ErrorKind::ForeignKeyViolation => Self::Reference,
            sqlx::error::ErrorKind::CheckViolation | sqlx::error::ErrorKind::NotNullViolation => {
                Self::Check(cause.message().to_owned())
            }
            _ => Self::Other(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::VersionMissing(version)
            | sqlx::migrate::MigrateError::VersionTooNew(version, _) => Self::Newer(version),
            sqlx::migrate::MigrateError::Execute(cause)
            | sqlx::migrate::MigrateError::ExecuteMigration(cause, _) => cause.into(),
            other => Self::Migration(other.to_string()),
        }
    }
}

impl From<domain::UnknownCode> for StoreError {
    fn from(error: domain::UnknownCode) -> Self {
        Self::Corrupt(error.to_string())
    }
}
