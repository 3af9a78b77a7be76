//! Standard output and error, and the sentences of failures.

use app::i18n::Lang;
use domain::Message;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// Writes a line to standard output. A reader that went away is no error.
pub fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Writes a line to standard error.
pub fn complain(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Writes bytes to a file or to standard output.
pub fn write(content: &[u8], to: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = to else {
        let _ = io::stdout().write_all(content);
        return Ok(());
    };
    std::fs::write(path, content).map_err(|cause| Failure::File { path: path.display().to_string(), cause })
}

/// A line on standard error that shows that something goes on; nothing where that is no terminal.
pub fn progress(message: String) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_message(message);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos:>6} {wide_msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A use case.
    #[error(transparent)]
    Service(#[from] services::ServiceError),
    /// A file to import.
    #[error(transparent)]
    Import(#[from] services::import::ImportError),
    /// The sample.
    #[error(transparent)]
    Sample(#[from] services::sample::SampleError),
    /// The address to listen on.
    #[error(transparent)]
    Listen(#[from] crate::http::ListenError),
    /// The OpenID provider.
    #[error(transparent)]
    Oidc(#[from] services::identity::oidc::ConfigError),
    /// Mail.
    #[error(transparent)]
    Post(#[from] crate::post::PostError),
    /// The policy.
    #[error(transparent)]
    Policy(#[from] access::PolicyError),
    /// The norms.
    #[error(transparent)]
    Wisn(#[from] domain::wisn::WisnError),
    /// A file.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: String,
        /// The system's answer.
        cause: io::Error,
    },
    /// A unit that is not there.
    #[error("no unit has the code {0}")]
    NoUnit(String),
    /// What is told as it stands.
    #[error("refused")]
    Told(Vec<Message>),
    /// The system.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Failure {
    /// What went wrong and how to mend it, in the reader's language.
    pub fn sentence(&self, lang: Lang) -> String {
        let message = match self {
            Self::Store(error) => app::errors::store(error),
            Self::Service(error) => app::errors::service(error),
            Self::Import(error) => app::errors::import(error),
            Self::Policy(error) => Message::new("error-policy").with("cause", error.to_string()),
            Self::Oidc(error) => app::errors::oidc(error),
            Self::Post(error) => error.message(),
            Self::Sample(error) => app::errors::sample(error),
            Self::Wisn(error) => app::errors::wisn(*error),
            Self::Listen(crate::http::ListenError::NotLoopback(address)) => {
                Message::new("cli-not-loopback").with("address", address.to_string())
            }
            Self::Listen(crate::http::ListenError::Taken { address, cause }) => {
                Message::new("cli-address-taken")
                    .with("address", address.to_string())
                    .with("cause", cause.to_string())
            }
            Self::File { path, cause } if cause.kind() == io::ErrorKind::NotFound => {
                Message::new("cli-no-file").with("path", path.as_str())
            }
            Self::File { path, cause } => {
                Message::new("cli-file").with("path", path.as_str()).with("cause", cause.to_string())
            }
            Self::NoUnit(code) => Message::new("cli-no-unit").with("code", code.as_str()),
            Self::Told(all) => {
                return all.iter().map(|each| lang.say(each)).collect::<Vec<_>>().join("\n");
            }
            Self::Io(cause) => Message::new("cli-system").with("cause", cause.to_string()),
        };
        lang.say(&message)
    }
}
