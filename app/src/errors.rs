//! The sentences of errors: what happened, where, and how to mend it.

use domain::Message;
use domain::wisn::WisnError;
use services::ServiceError;
use services::identity::oidc::ConfigError;
use services::import::{ImportError, Need};
use services::sample::SampleError;
use sheet::FileError;
use store::StoreError;

/// An error of the store.
pub fn store(error: &StoreError) -> Message {
    match error {
        StoreError::Address(address) => Message::new("error-address").with("address", address.as_str()),
        StoreError::Unreachable(cause) => Message::new("error-unreachable").with("cause", cause.as_str()),
        StoreError::NotADatabase(cause) => Message::new("error-not-a-database").with("cause", cause.as_str()),
        StoreError::ReadOnly => Message::new("error-read-only"),
        StoreError::Locked => Message::new("error-locked"),
        StoreError::Newer(version) => Message::new("error-newer").with("version", version.to_string()),
        StoreError::Migration(cause) => Message::new("error-migration").with("cause", cause.as_str()),
        StoreError::Duplicate => Message::new("error-duplicate"),
        StoreError::Reference => Message::new("error-reference"),
        StoreError::Check(cause) => Message::new("error-check").with("cause", cause.as_str()),
        StoreError::Corrupt(cause) => Message::new("error-corrupt").with("cause", cause.as_str()),
        StoreError::Other(cause) => Message::new("error-database").with("cause", cause.to_string()),
    }
}

/// An error of a use case.
pub fn service(error: &ServiceError) -> Message {
    match error {
        ServiceError::Store(error) => store(error),
        ServiceError::Wisn(error) => wisn(*error),
        ServiceError::Randomness(cause) => Message::new("error-randomness").with("cause", cause.as_str()),
        ServiceError::Denied(denial) => Message::new("denied-rule").with("rule", denial.rule.as_str()),
    }
}

/// Norms that leave no need to be computed.
pub fn wisn(error: WisnError) -> Message {
    Message::new(match error {
        WisnError::NoWorkingTime => "error-no-working-time",
        WisnError::AllowancesTakeAll => "error-allowances-take-all",
        WisnError::NotANumber => "error-not-a-number",
    })
}

/// A file that cannot be imported.
pub fn import(error: &ImportError) -> Message {
    match error {
        ImportError::File(error) => file(error),
        ImportError::NoHeadings { kind } => {
            let needed = kind.columns().iter().filter(|column| column.need != Need::Optional);
            let headings: Vec<String> = needed.map(|column| column.heading.to_owned()).collect();
            Message::new("import-error-no-headings").with("kind", kind.message()).with("columns", headings)
        }
        ImportError::MissingColumns { sheet, columns } => Message::new("import-error-missing-columns")
            .with("sheet", sheet.as_str())
            .with("columns", columns.clone())
            .with("count", columns.len()),
        ImportError::TwoColumns { sheet, one, other } => Message::new("import-error-two-columns")
            .with("sheet", sheet.as_str())
            .with("one", one.as_str())
            .with("other", other.as_str()),
        ImportError::Service(error) => service(error),
    }
}

#[expect(clippy::cast_precision_loss, reason = "shown in whole megabytes")]
fn mebibytes(bytes: u64) -> f64 {
    (bytes as f64 / f64::from(1 << 20)).ceil()
}

fn file(error: &FileError) -> Message {
    match error {
        FileError::Empty => Message::new("file-error-empty"),
        FileError::NotASpreadsheet("binary") => {
            Message::new("file-error-not-a-spreadsheet").with("what", Message::new("file-kind-binary"))
        }
        FileError::NotASpreadsheet(what) => Message::new("file-error-not-a-spreadsheet").with("what", *what),
        FileError::TooLarge { bytes, limit } => Message::new("file-error-too-large")
            .with("size", mebibytes(*bytes))
            .with("limit", mebibytes(*limit)),
        FileError::Bomb { limit } => Message::new("file-error-bomb").with("limit", mebibytes(*limit)),
        FileError::Damaged(cause) => Message::new("file-error-damaged").with("cause", cause.as_str()),
        FileError::Encrypted => Message::new("file-error-encrypted"),
        FileError::Encoding { row } => Message::new("file-error-encoding").with("row", *row),
        FileError::Csv { row, cause } => {
            Message::new("file-error-csv").with("row", *row).with("cause", cause.as_str())
        }
        FileError::TooManyRows { limit } => {
            Message::new("file-error-too-many-rows").with("limit", limit.to_string())
        }
    }
}

/// An OpenID provider that cannot be used.
pub fn oidc(error: &ConfigError) -> Message {
    match error {
        ConfigError::Address(address) => Message::new("oidc-error-issuer").with("address", address.as_str()),
        ConfigError::Open(address) => Message::new("oidc-error-open").with("address", address.as_str()),
        ConfigError::Connection(cause) => Message::new("oidc-error-connection").with("cause", cause.as_str()),
    }
}

/// A sample that was not loaded.
pub fn sample(error: &SampleError) -> Message {
    match error {
        SampleError::Import(error) => import(error),
        SampleError::Row { kind, row, column, problem } => Message::new("error-sample")
            .with("kind", kind.message())
            .with("row", *row)
            .with("column", column.as_str())
            .with("problem", Message::new(problem)),
    }
}
