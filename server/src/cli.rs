//! The command line.

use crate::post::{MailCommand, PostArgs};
use crate::site::{Origin, Site};
use app::i18n::Lang;
use clap::{Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use domain::Date;
use domain::assess::Verdict;
use domain::assignment::Function;
use domain::audit::Noted;
use domain::webhook::Network;
use papers::Fonts;
use services::identity::oidc::{Config, ConfigError, Provider};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use store::Secret;

/// Where the server listens when it is not told.
const LISTEN: &str = "127.0.0.1:3000";

/// Baton (接棒): hands administrative powers down well, and shows which units cannot absorb them and why.
#[derive(Debug, Parser)]
#[command(name = "baton", version)]
pub struct Cli {
    /// The database: sqlite://FILE or postgres://USER@HOST/NAME
    #[arg(long, global = true, value_name = "URL", env = "BATON_DATABASE")]
    pub database: Option<String>,
    /// Language of what is printed: zh-CN, en or zh-TW (by default that of the terminal, else zh-CN)
    #[arg(long = "lang", global = true, value_name = "TAG")]
    language: Option<Lang>,
    /// What to do; without a command, the database is served
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages
    Serve {
        /// Where and under which name
        #[command(flatten)]
        place: Place,
    },
    /// Load the sample county into a throw-away database, print its gap board and serve it
    Demo {
        /// Where and under which name
        #[command(flatten)]
        place: Place,
    },
    /// Bring the database to this version
    Migrate,
    /// Import a CSV or XLSX file
    Import {
        /// What its rows are
        #[arg(value_parser = kind)]
        kind: services::import::Kind,
        /// The file
        file: PathBuf,
        /// Tell what would happen and write nothing
        #[arg(long)]
        dry_run: bool,
        /// With wrong rows: write nothing (stop), or import the others (skip)
        #[arg(long, value_enum, default_value_t = OnError::Stop)]
        on_error: OnError,
        /// How the report is written
        #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
        format: ReportFormat,
        /// Catalogue of the powers, where the file does not say (by default the sheet's or file's name)
        #[arg(long)]
        catalogue: Option<String>,
        /// Version of the catalogue, where the file does not say (by default 1)
        #[arg(long)]
        version: Option<String>,
        /// Write the file's rows with a column of errors to this CSV file
        #[arg(long, value_name = "FILE")]
        errors_to: Option<PathBuf>,
    },
    /// Write rows of one kind as CSV, which can be imported again
    Export {
        /// What to write
        #[arg(value_parser = kind)]
        kind: services::import::Kind,
        /// Write to this file instead of standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Assess every assignment and print the verdicts
    Assess {
        /// The day; without it, today, and the results are kept for the board
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// Only this unit and those below it
        #[arg(long, value_name = "CODE")]
        unit: Option<String>,
        /// Only this verdict: cannot, poorly, idle, in_transition or can
        #[arg(long, value_name = "VERDICT", value_parser = verdict)]
        verdict: Option<Verdict>,
        /// How the result is written
        #[arg(long, value_enum, default_value_t = TableFormat::Text)]
        format: TableFormat,
    },
    /// Tell who could do something on a day, by which right, and who could not and why
    Who(Who),
    /// The audit trail
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Separation of duties: test the rules, or list what breaks them
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Accounts: make, disable, set a password
    #[command(subcommand)]
    User(UserCommand),
    /// Mail: try whether letters arrive, or send what is due
    #[command(subcommand)]
    Mail(MailCommand),
    /// Print the pages' addresses, one pattern a line
    #[command(hide = true)]
    Routes,
}

/// Who could do what, where and when.
#[derive(Debug, Clone, Args)]
pub struct Who {
    /// Code or name of the power
    #[arg(long, value_name = "CODE")]
    pub power: String,
    /// Code or name of the unit
    #[arg(long, value_name = "CODE")]
    pub unit: String,
    /// accept, review, approve, supervise, inspect, penalise, legal_review or hear
    #[arg(long, value_name = "FUNCTION", default_value = "approve", value_parser = function)]
    pub function: Function,
    /// The day; today when it is not given
    #[arg(long, value_name = "DATE")]
    pub on: Option<Date>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = TableFormat::Text)]
    pub format: TableFormat,
}

/// What to do with the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Find rows that were changed, removed, added or moved; fails if there are any, and prints the chain's head
    Verify {
        /// Head that an earlier verification printed and that was noted elsewhere: NUMBER:HASH, or the hash
        #[arg(long, value_name = "HEAD")]
        expect: Option<Noted>,
    },
    /// Write the whole trail, oldest first
    Export {
        /// How it is written: for spreadsheets, or a JSON object on each line
        #[arg(long, value_enum, default_value_t = AuditFormat::Csv)]
        format: AuditFormat,
        /// Write to this file instead of standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
}

/// How the audit trail is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuditFormat {
    /// For spreadsheets.
    Csv,
    /// A JSON object on each line.
    Json,
}

/// Where the pages are served, and under which name.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Address to listen on; without --origin, one of this machine only
    #[arg(long, default_value = LISTEN, value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where browsers find the site, such as https://baton.example.cn: the one name that is answered, behind a proxy
    /// that ends TLS. May be given several times
    #[arg(long = "origin", value_name = "URL", env = "BATON_ORIGIN", value_delimiter = ',')]
    pub origins: Vec<Origin>,
    /// Proxy whose X-Forwarded-For is believed. May be given several times
    #[arg(long = "trusted-proxy", value_name = "IP", env = "BATON_TRUSTED_PROXY", value_delimiter = ',')]
    pub proxies: Vec<IpAddr>,
    /// Network that webhooks may reach though it is not public, such as 10.0.0.0/8; without --origin, this machine is
    /// one. May be given several times
    #[arg(
        long = "webhook-networks",
        value_name = "NETWORK",
        env = "BATON_WEBHOOK_NETWORKS",
        value_delimiter = ','
    )]
    pub webhook_networks: Vec<Network>,
    /// Font file with Chinese characters for papers as PDF; without it, that of Debian's fonts-noto-cjk is found
    #[arg(long, value_name = "FILE", env = "BATON_FONT")]
    pub font: Option<PathBuf>,
    /// The OpenID provider
    #[command(flatten)]
    pub oidc: Oidc,
    /// How letters leave
    #[command(flatten)]
    pub post: PostArgs,
}

/// An OpenID provider at which one can sign in beside the password. The claims of its tokens can give roles.
#[derive(Debug, Clone, Args)]
pub struct Oidc {
    /// Address of an OpenID provider at which one can sign in, too
    #[arg(long = "oidc-issuer", value_name = "URL", env = "BATON_OIDC_ISSUER", requires = "client")]
    pub issuer: Option<String>,
    /// Baton's name there; its redirect URI is that of the site with /oidc/callback
    #[arg(id = "client", long = "oidc-client-id", value_name = "ID", env = "BATON_OIDC_CLIENT_ID")]
    pub client: Option<String>,
    /// What the sign-in page calls the provider
    #[arg(long = "oidc-name", value_name = "NAME", env = "BATON_OIDC_NAME", default_value = "")]
    pub name: String,
    /// The claim that holds the staff number
    #[arg(
        long = "oidc-person-claim",
        value_name = "CLAIM",
        env = "BATON_OIDC_PERSON_CLAIM",
        default_value = "employee_number"
    )]
    pub person_claim: String,
    /// Scopes to ask for beside openid
    #[arg(
        long = "oidc-scope",
        value_name = "SCOPE",
        env = "BATON_OIDC_SCOPE",
        value_delimiter = ',',
        default_value = "profile"
    )]
    pub scopes: Vec<String>,
}

impl Oidc {
    /// The provider, where one is named. Baton's secret there is taken from the environment alone, because whoever is
    /// on the machine can read command lines.
    pub fn provider(&self) -> Result<Option<Provider>, ConfigError> {
        let (Some(issuer), Some(client)) = (&self.issuer, &self.client) else { return Ok(None) };
        let secret = std::env::var("BATON_OIDC_CLIENT_SECRET").ok().filter(|secret| !secret.is_empty());
        let config = Config {
            issuer: issuer.clone(),
            client_id: client.clone(),
            client_secret: secret.map(Secret::new),
            name: self.name.clone(),
            person_claim: self.person_claim.clone(),
            scopes: self.scopes.clone(),
        };
        Provider::new(config).map(Some)
    }
}

impl Place {
    /// What the environment says, when nothing stands on the command line.
    pub fn of_environment() -> Self {
        let matches = Self::augment_args(clap::Command::new("baton")).get_matches_from(["baton"]);
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Networks that webhooks may reach though they are not public. Where nobody else reaches the site, whoever uses it
    /// is on this machine anyhow.
    pub fn networks(&self) -> Vec<Network> {
        let own = if self.origins.is_empty() { &Network::LOOPBACK[..] } else { &[] };
        own.iter().chain(&self.webhook_networks).copied().collect()
    }

    /// The names, and whom the site believes.
    pub fn site(&self) -> Site {
        Site { origins: self.origins.clone(), proxies: self.proxies.clone() }
    }

    /// What papers are set in.
    pub fn fonts(&self) -> Fonts {
        self.font.clone().map_or_else(Fonts::default, Fonts::of_file)
    }
}

/// What to do about accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make an account, and where they are missing the person, his posts and their roles. The password is asked for, or
    /// read from standard input
    Add {
        /// The name to sign in with
        login: String,
        /// Staff number
        #[arg(long, value_name = "CODE")]
        person: String,
        /// Name of a person who is not there yet
        #[arg(long)]
        name: Option<String>,
        /// Role: organization, manager, handler, approver, supervisor, trainer, trainee, leader, auditor,
        /// administrator, or one of your own; may be given several times, each with its unit
        #[arg(long = "role")]
        roles: Vec<String>,
        /// Unit for which the role is held
        #[arg(long = "unit", value_name = "CODE")]
        units: Vec<String>,
        /// Name of the post
        #[arg(long = "post", value_name = "NAME")]
        posts: Vec<String>,
        /// Print a one-time link that sets the password, instead of asking for one
        #[arg(long)]
        link: bool,
    },
    /// Set an account's password; its sessions end
    Passwd {
        /// The name to sign in with
        login: String,
        /// Print a one-time link that sets the password, instead of asking for one
        #[arg(long)]
        link: bool,
    },
    /// Disable an account; its sessions end
    Disable {
        /// The name to sign in with
        login: String,
    },
    /// List all accounts
    List,
}

/// What to do about the policy.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Run policy tests; without a file, those of the program itself
    Test {
        /// Files of policy tests (YAML)
        files: Vec<PathBuf>,
    },
    /// List every violation, every gap or overlap of the register and every exception that runs out
    Check {
        /// The day; without it, today
        #[arg(long, value_name = "DATE")]
        on: Option<Date>,
        /// How the list is written
        #[arg(long, value_enum, default_value_t = TableFormat::Text)]
        format: TableFormat,
    },
}

/// What to do with wrong rows.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum OnError {
    /// Write nothing.
    Stop,
    /// Import the others.
    Skip,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people.
    Text,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

impl Cli {
    /// The language of what is printed.
    pub fn lang(&self) -> Lang {
        self.language.unwrap_or_else(|| {
            let of_terminal = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
            match of_terminal.as_deref() {
                Some(tag) if tag.starts_with("en") => Lang::En,
                Some(tag) if tag.starts_with("zh_TW") || tag.starts_with("zh_HK") => Lang::ZhTw,
                _ => Lang::ZhCn,
            }
        })
    }
}

/// Reads one of some codes, and names them all where it is none.
fn code<T: FromStr>(text: &str, known: impl Iterator<Item = &'static str>) -> Result<T, String> {
    text.parse().map_err(|_| format!("write one of {}", known.collect::<Vec<_>>().join(", ")))
}

fn kind(text: &str) -> Result<services::import::Kind, String> {
    code(text, services::import::Kind::ALL.iter().map(|kind| kind.as_str()))
}

fn verdict(text: &str) -> Result<Verdict, String> {
    code(text, Verdict::ALL.iter().map(|verdict| verdict.as_str()))
}

fn function(text: &str) -> Result<Function, String> {
    code(text, Function::ALL.iter().map(|function| function.as_str()))
}
