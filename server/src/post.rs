//! How letters leave: what the command line says about it, and the commands that send some.

use crate::output::{Failure, complain, say};
use app::i18n::Lang;
use app::letters::{LetterWords, language};
use app::state::{Clock, Post};
use chrono::TimeDelta;
use clap::{Args, Subcommand};
use domain::Message;
use domain::post::Retries;
use mail::{AddressError, Folder, Mailbox, Smtp, SmtpConfig, Transport};
use services::mailer::{Mailer, Stop};
use std::path::{Path, PathBuf};
use store::Db;

/// How letters leave; without any of it, there is the inbox alone. The password of the mail server is taken from
/// `BATON_SMTP_PASSWORD` or from the file that `BATON_SMTP_PASSWORD_FILE` names.
#[derive(Debug, Clone, Args)]
pub struct PostArgs {
    /// Mail server by which letters leave: smtps://USER@HOST, or smtp://USER@HOST for STARTTLS
    #[arg(long, value_name = "URL", env = "BATON_SMTP")]
    smtp: Option<String>,
    /// Authorities (PEM) whose certificates of the mail server are believed beside the system's
    #[arg(long, value_name = "FILE", env = "BATON_SMTP_CA")]
    smtp_ca: Option<PathBuf>,
    /// Folder into which letters are written as .eml files, where there is no mail server
    #[arg(long, value_name = "DIR", env = "BATON_MAIL_FOLDER", conflicts_with = "smtp")]
    mail_folder: Option<PathBuf>,
    /// From whom letters come
    #[arg(long, value_name = "ADDRESS", env = "BATON_MAIL_FROM", default_value = "Baton <baton@localhost>")]
    mail_from: String,
    /// Seconds after each try until the next one; after the last one a letter is given up
    #[arg(long, value_name = "SECONDS", env = "BATON_MAIL_RETRIES", value_delimiter = ',')]
    mail_retries: Vec<u32>,
    /// Milliseconds that one try may last
    #[arg(long, hide = true, default_value_t = 120_000)]
    mail_lease: u32,
}

/// What to do about mail.
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Send a letter that only shows that letters arrive
    Test {
        /// To whom
        address: String,
        /// How
        #[command(flatten)]
        post: PostArgs,
    },
    /// Write and send what is due now, once, where no server runs that does so by itself
    Send {
        /// Where browsers find the site, to which letters lead
        #[arg(long, value_name = "URL", default_value = "http://localhost:3000")]
        site: String,
        /// How
        #[command(flatten)]
        post: PostArgs,
    },
}

/// Why letters cannot leave.
#[derive(Debug, thiserror::Error)]
pub enum PostError {
    /// Nobody said how.
    #[error("there is no way to send mail")]
    None,
    /// The mail server's address.
    #[error(transparent)]
    Server(#[from] AddressError),
    /// An address of a person.
    #[error("{0:?} is no mail address")]
    Address(String),
    /// It was tried.
    #[error("not sent: {0}")]
    Fault(#[from] mail::Fault),
}

impl PostError {
    /// What is wrong and how to mend it.
    pub fn message(&self) -> Message {
        match self {
            Self::None => Message::new("cli-mail-none"),
            Self::Server(AddressError::Form(address)) => {
                Message::new("cli-mail-server").with("address", address.as_str())
            }
            Self::Server(AddressError::Password) => Message::new("cli-mail-password"),
            Self::Server(AddressError::User) => Message::new("cli-mail-user"),
            Self::Server(AddressError::Certificates(cause)) => {
                Message::new("cli-mail-authorities").with("cause", cause.as_str())
            }
            Self::Address(address) => Message::new("cli-mail-address").with("address", address.as_str()),
            Self::Fault(fault) => Message::new("cli-mail-fault").with("words", fault.words.as_str()),
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|cause| Failure::File { path: path.display().to_string(), cause })
}

/// The password, from the environment or from a file that it names; never from the command line.
fn password() -> Result<Option<String>, Failure> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(password) = set("BATON_SMTP_PASSWORD") {
        return Ok(Some(password));
    }
    let Some(path) = set("BATON_SMTP_PASSWORD_FILE") else { return Ok(None) };
    let text = read(Path::new(&path))?;
    Ok(Some(String::from_utf8_lossy(&text).trim_end_matches(['\r', '\n']).to_owned()))
}

impl PostArgs {
    fn transport(&self) -> Result<Option<Transport>, Failure> {
        if let Some(folder) = &self.mail_folder {
            let opened = Folder::open(folder)
                .map_err(|cause| Failure::File { path: folder.display().to_string(), cause })?;
            return Ok(Some(Transport::Folder(opened)));
        }
        let Some(address) = &self.smtp else { return Ok(None) };
        let mut config = SmtpConfig::parse(address).map_err(PostError::from)?;
        if let Some(password) = password()? {
            config = config.with_password(password).map_err(PostError::from)?;
        }
        let authorities = self.smtp_ca.as_deref().map(read).transpose()?;
        let smtp = Smtp::new(config, authorities.as_deref()).map_err(PostError::from)?;
        Ok(Some(Transport::Smtp(smtp)))
    }

    /// What sends letters for a site, where there is a way to.
    pub fn mailer(&self, site: &str) -> Result<Option<Mailer>, Failure> {
        let from: Mailbox = self.mail_from.parse().map_err(|_| PostError::Address(self.mail_from.clone()))?;
        let retries = match self.mail_retries.as_slice() {
            [] => Retries::default(),
            seconds => Retries(seconds.to_vec()),
        };
        Ok(self.transport()?.map(|transport| Mailer {
            transport,
            from,
            site: site.trim_end_matches('/').to_owned(),
            retries,
            lease: TimeDelta::milliseconds(i64::from(self.mail_lease)),
            words: Box::new(LetterWords),
            stop: Stop::default(),
        }))
    }

    /// What pages know about it.
    pub fn shown(&self, site: &str, mailer: Option<&Mailer>) -> Post {
        Post {
            site: site.trim_end_matches('/').to_owned(),
            address: mailer.map(|mailer| mailer.transport.address()),
            from: self.mail_from.clone(),
        }
    }
}

/// Sends a test letter.
pub async fn test(to: &str, args: &PostArgs, clock: &Clock, lang: Lang) -> Result<(), Failure> {
    let mailer = args.mailer("http://localhost:3000")?.ok_or(PostError::None)?;
    let address = to.parse().map_err(|_| PostError::Address(to.to_owned()))?;
    let receipt = mailer.test(address, language(lang), clock.now()).await.map_err(PostError::from)?;
    let sent = Message::new("cli-mail-sent").with("address", to).with("answer", receipt.answer);
    say(&lang.say(&sent));
    Ok(())
}

/// Writes and sends what is due now; tells whether nothing failed.
pub async fn send(db: &Db, site: &str, args: &PostArgs, clock: &Clock, lang: Lang) -> Result<bool, Failure> {
    let mailer = args.mailer(site)?.ok_or(PostError::None)?;
    let clock = clock.clone();
    let now = move || clock.now();
    let report = mailer.pass(db, &now).await?;
    let done = Message::new("cli-mail-done")
        .with("written", report.written)
        .with("sent", report.sent)
        .with("failed", report.failed)
        .with("dead", report.dead);
    let is_good = report.failed + report.dead == 0;
    if is_good {
        say(&lang.say(&done));
    } else {
        complain(&lang.say(&done));
    }
    Ok(is_good)
}
