//! Letters by SMTP: where the server is, connections that are used again, and whose fault it is when one fails.

use crate::{Fault, FaultKind, Letter, Receipt};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::{Error, response::Response};
use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::time::timeout;
use url::Url;

/// How long each answer of the server is waited for.
const WAIT: Duration = Duration::from_secs(20);
/// How long a connection is kept for the next letter.
const IDLE: Duration = Duration::from_mins(1);
/// How many are kept.
const KEPT: usize = 4;

/// How the connection is kept from being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, without which nothing is sent.
    StartTls,
    /// Nothing: the server is on this machine.
    Plain,
}

/// Why an address of a server is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not of the form.
    #[error("{0:?} is no address of a mail server; write smtps://HOST, smtp://HOST or smtp://HOST:PORT")]
    Form(String),
    /// Whoever is on the machine can read command lines.
    #[error(
        "the password does not belong into the address; set BATON_SMTP_PASSWORD or BATON_SMTP_PASSWORD_FILE"
    )]
    Password,
    /// A password without a name.
    #[error("the password has no user; write smtps://USER@HOST")]
    User,
    /// The authorities' file holds none.
    #[error("the file of certificates holds none in PEM: {0}")]
    Certificates(String),
}

/// Where a mail server is, and who Baton is there.
#[derive(Clone)]
pub struct SmtpConfig {
    host: String,
    port: u16,
    security: Security,
    user: Option<String>,
    credentials: Option<Credentials>,
    tls: Option<TlsParameters>,
    wait: Duration,
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address())
    }
}

impl SmtpConfig {
    /// Reads `smtps://[USER@]HOST[:PORT]` or `smtp://[USER@]HOST[:PORT][?tls=required]`.
    pub fn parse(address: &str) -> Result<Self, AddressError> {
        let form = || AddressError::Form(address.to_owned());
        let url = Url::parse(address).map_err(|_| form())?;
        if url.password().is_some() {
            return Err(AddressError::Password);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(form)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let wants_tls = url.query_pairs().any(|(name, value)| name == "tls" && value == "required");
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let (security, port) = match url.scheme() {
            "smtps" => (Security::Tls, 465),
            "smtp" if is_here && !wants_tls => (Security::Plain, 25),
            "smtp" => (Security::StartTls, 587),
            _ => return Err(form()),
        };
        let user = Some(url.username()).filter(|user| !user.is_empty());
        let user = user.map(|user| user.replace("%40", "@"));
        let port = url.port().unwrap_or(port);
        Ok(Self { host, port, security, user, credentials: None, tls: None, wait: WAIT })
    }

    /// The same with the password of its user.
    pub fn with_password(mut self, password: String) -> Result<Self, AddressError> {
        let user = self.user.clone().ok_or(AddressError::User)?;
        self.credentials = Some(Credentials::new(user, password));
        Ok(self)
    }

    /// The same with another time for which each answer is waited.
    #[must_use]
    pub fn waiting(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// How the connection is kept from being read.
    pub fn security(&self) -> Security {
        self.security
    }

    fn address(&self) -> String {
        let scheme = if self.security == Security::Tls { "smtps" } else { "smtp" };
        let user = self.user.as_ref().map_or(String::new(), |user| format!("{user}@"));
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{scheme}://{user}{host}:{}", self.port)
    }
}

/// A mail server.
pub struct Smtp {
    config: SmtpConfig,
    hello: ClientId,
    kept: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

/// A message as it is sent after `DATA`, in one piece: its end alone would wait until the server has acknowledged the rest.
struct Content<'a>(&'a [u8]);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Messages are ASCII; what would not be is encoded in them.
        let text = String::from_utf8_lossy(self.0);
        let text = text.strip_suffix("\r\n").unwrap_or(&text);
        // A dot that begins a line is doubled, because one alone ends the message (RFC 5321, 4.5.2).
        let first = if text.starts_with('.') { "." } else { "" };
        write!(f, "{first}{}\r\n.\r\n", text.replace("\r\n.", "\r\n.."))
    }
}

/// What was done when something went wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Who we are: everybody's letters fail alike, so that none is given up.
    Greeting,
    /// Whom it is for.
    Recipient,
    /// That there is a message.
    Data,
    /// The message itself.
    Message,
}

impl Smtp {
    /// A server, with authorities (PEM) that are believed beside the system's.
    pub fn new(mut config: SmtpConfig, authorities: Option<&[u8]>) -> Result<Self, AddressError> {
        let wrong = |error: Error| AddressError::Certificates(error.to_string());
        if config.security != Security::Plain {
            let mut tls = TlsParameters::builder(config.host.clone());
            if let Some(pem) = authorities {
                if !pem.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
                    return Err(AddressError::Certificates("no -----BEGIN CERTIFICATE-----".to_owned()));
                }
                tls = tls.add_root_certificate(Certificate::from_pem(pem).map_err(wrong)?);
            }
            config.tls = Some(tls.build().map_err(wrong)?);
        }
        Ok(Self { config, hello: ClientId::default(), kept: Mutex::default() })
    }

    /// Where it is.
    pub fn address(&self) -> String {
        self.config.address()
    }

    pub(crate) async fn send(&self, letter: &Letter, bytes: &[u8]) -> Result<Receipt, Fault> {
        let mut connection = self.connection().await?;
        match self.hand_over(&mut connection, letter, bytes).await {
            Ok(response) => {
                self.keep(connection).await;
                let lines: Vec<&str> = response.message().collect();
                Ok(Receipt { answer: format!("{} {}", response.code(), lines.join(" ")) })
            }
            Err(fault) => {
                // What the server still answers to is good for the next letter.
                let is_good = fault.kind != FaultKind::Unclear
                    && !connection.has_broken()
                    && timeout(self.config.wait, connection.command(Rset))
                        .await
                        .is_ok_and(|done| done.is_ok());
                if is_good {
                    self.keep(connection).await;
                }
                Err(fault)
            }
        }
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        letter: &Letter,
        bytes: &[u8],
    ) -> Result<Response, Fault> {
        let (from, to) = (letter.from.email.clone(), letter.to.email.clone());
        let mut parameters = Vec::new();
        let is_ascii = |address: &lettre::Address| address.user().is_ascii() && address.domain().is_ascii();
        if !is_ascii(&from) || !is_ascii(&to) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let words = "the server takes no addresses beyond ASCII (SMTPUTF8)";
                return Err(Fault::new(FaultKind::Recipient, words));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let mail = Mail::new(Some(from), parameters);
        self.within(Stage::Greeting, connection.command(mail)).await?;
        self.within(Stage::Recipient, connection.command(Rcpt::new(to, Vec::new()))).await?;
        self.within(Stage::Data, connection.command(Data)).await?;
        self.within(Stage::Message, connection.command(Content(bytes))).await
    }

    /// A connection that was kept and still answers, or a new one.
    async fn connection(&self) -> Result<AsyncSmtpConnection, Fault> {
        loop {
            let kept = self.kept.lock().await.pop();
            let Some((mut connection, since)) = kept else { break };
            if since.elapsed() < IDLE
                && timeout(self.config.wait, connection.test_connected()).await.is_ok_and(|answers| answers)
            {
                return Ok(connection);
            }
        }
        let config = &self.config;
        let wrapper = config.tls.clone().filter(|_| config.security == Security::Tls);
        let server = (config.host.as_str(), config.port);
        let wait = Some(config.wait);
        let connecting = AsyncSmtpConnection::connect_tokio1(server, wait, &self.hello, wrapper, None);
        let mut connection = self.within(Stage::Greeting, connecting).await?;
        if let (Security::StartTls, Some(tls)) = (config.security, config.tls.clone()) {
            self.within(Stage::Greeting, connection.starttls(tls, &self.hello)).await?;
        }
        if let Some(credentials) = &config.credentials {
            self.within(Stage::Greeting, connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(connection)
    }

    async fn keep(&self, connection: AsyncSmtpConnection) {
        let mut kept = self.kept.lock().await;
        if kept.len() < KEPT {
            kept.push((connection, Instant::now()));
        }
    }

    /// Waits for an answer, and tells whose fault it is when there is none or another one.
    async fn within<T>(
        &self,
        stage: Stage,
        answer: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Fault> {
        let is_handed_over = stage == Stage::Message;
        let unknown = if is_handed_over { FaultKind::Unclear } else { FaultKind::Transient };
        match timeout(self.config.wait, answer).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                let kind = match stage {
                    _ if error.is_transient() => FaultKind::Transient,
                    Stage::Recipient if error.is_permanent() => FaultKind::Recipient,
                    Stage::Data | Stage::Message if error.is_permanent() => FaultKind::Permanent,
                    _ => unknown,
                };
                Err(Fault::new(kind, error))
            }
            Err(_) => {
                let words = format!("{} did not answer within {:?}", self.address(), self.config.wait);
                Err(Fault::new(unknown, words))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Content;

    #[test]
    fn dots_that_begin_lines_are_doubled() {
        for (message, sent) in [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n..\r\nb.\r\n", "..\r\n...\r\nb.\r\n.\r\n"),
            ("", "\r\n.\r\n"),
            ("\r\n\r\n.", "\r\n\r\n..\r\n.\r\n"),
        ] {
            assert_eq!(Content(message.as_bytes()).to_string(), sent, "{message:?}");
        }
    }
}
