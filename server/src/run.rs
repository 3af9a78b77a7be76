//! Does what the command line asks for.

use crate::cli::{Cli, Command, OnError, Place, PolicyCommand};
use crate::output::{self, Failure, say};
use crate::post::{self, MailCommand};
use crate::site::Site;
use crate::{assess, audit, demo, http, import, jobs, policy, user, who};
use access::Operator;
use app::i18n::Lang;
use app::state::{AppState, Clock};
use domain::Message;
use services::identity::Limits;
use services::identity::oidc::Provider;
use services::webhook::Sender;
use services::write::Caller;
use std::process::ExitCode;
use std::sync::Arc;
use store::Db;

/// The database when none is named.
const DATABASE: &str = "sqlite://baton.db";

/// How long an ending server waits for a letter that is under way.
const ENDING: std::time::Duration = std::time::Duration::from_secs(10);

/// Runs one command.
pub async fn run(command: Cli) -> Result<ExitCode, Failure> {
    let lang = command.lang();
    let clock = Clock::System;
    let today = clock.today();
    let caller = Caller::operator(Operator::Console, clock.now(), today);
    let address = command.database.as_deref().unwrap_or(DATABASE);
    match command.command {
        None => serve(address, &Place::of_environment(), clock, lang).await?,
        Some(Command::Serve { place }) => serve(address, &place, clock, lang).await?,
        Some(Command::Demo { place }) => demo(command.database.as_deref(), &place, clock, lang).await?,
        Some(Command::Migrate) => {
            let db = Db::open(address).await?;
            let run = store::migrate(&db).await?;
            say(&lang.say(&Message::new("cli-migrated").with("count", run)));
            db.close().await;
        }
        Some(Command::Import { kind, file, dry_run, on_error, format, catalogue, version, errors_to }) => {
            let options = services::import::Options {
                dry_run,
                on_error: match on_error {
                    OnError::Stop => services::import::OnError::Stop,
                    OnError::Skip => services::import::OnError::Skip,
                },
                catalogue,
                version,
            };
            // The file is looked at before a database is made for it.
            let content = import::read(&file)?;
            let db = open(address).await?;
            let good = import::run(
                &db,
                kind,
                &file,
                &content,
                &options,
                format,
                errors_to.as_deref(),
                &caller,
                lang,
            )
            .await;
            db.close().await;
            if !good? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Some(Command::Export { kind, to }) => {
            let db = open(address).await?;
            let csv = services::export::csv(&db, kind, caller.actor.sight()).await;
            db.close().await;
            output::write(&csv?, to.as_deref())?;
        }
        Some(Command::Assess { on, unit, verdict, format }) => {
            let db = open(address).await?;
            let done = assess::run(&db, &assess::Wish { on, unit, verdict, format }, today, lang).await;
            db.close().await;
            done?;
        }
        Some(Command::Who(question)) => {
            let db = open(address).await?;
            let answered = who::run(&db, &question, &caller, lang).await;
            db.close().await;
            if !answered? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Some(Command::Audit(command)) => {
            let db = open(address).await?;
            let whole = audit::run(&db, command, &caller, lang).await;
            db.close().await;
            if !whole? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Some(Command::Policy(PolicyCommand::Test { files })) => {
            if !policy::test(&files, lang).await? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Some(Command::Policy(PolicyCommand::Check { on, format })) => {
            let db = open(address).await?;
            let done = policy::check(&db, on.unwrap_or(today), format, lang).await;
            db.close().await;
            done?;
        }
        Some(Command::User(command)) => {
            let db = open(address).await?;
            let done = user::run(&db, command, &caller, lang).await;
            db.close().await;
            done?;
        }
        Some(Command::Mail(command)) => return mail(address, command, &clock, lang).await,
        Some(Command::Routes) => {
            for route in app::routes() {
                say(route);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn mail(address: &str, command: MailCommand, clock: &Clock, lang: Lang) -> Result<ExitCode, Failure> {
    match command {
        MailCommand::Test { address, post } => post::test(&address, &post, clock, lang).await?,
        MailCommand::Send { site, post } => {
            let db = open(address).await?;
            let done = post::send(&db, &site, &post, clock, lang).await;
            db.close().await;
            if !done? {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens a database and brings it to this version.
async fn open(address: &str) -> Result<Db, Failure> {
    let db = Db::open(address).await?;
    store::migrate(&db).await?;
    Ok(db)
}

async fn serve(address: &str, place: &Place, clock: Clock, lang: Lang) -> Result<(), Failure> {
    let site = place.site();
    let oidc = place.oidc.provider()?.map(Arc::new);
    let listener = http::listen(place.listen, &site).await?;
    let db = open(address).await?;
    say(&lang.say(&Message::new("cli-database").with("address", without_password(address))));
    serve_open(listener, place, site, oidc, db, clock, lang).await
}

/// Serves an open database until the process is told to end.
async fn serve_open(
    listener: tokio::net::TcpListener,
    place: &Place,
    site: Site,
    oidc: Option<Arc<Provider>>,
    db: Db,
    clock: Clock,
    lang: Lang,
) -> Result<(), Failure> {
    access::start().await?;
    let address = listener.local_addr()?;
    if site.origins.is_empty() {
        say(&lang.say(&Message::new("cli-serving").with("address", format!("http://{address}/"))));
        say(&lang.t("cli-loopback-only"));
    }
    for origin in &site.origins {
        say(&lang.say(&Message::new("cli-serving").with("address", format!("{origin}/"))));
        if !origin.is_https {
            output::complain(&lang.say(&Message::new("cli-without-tls").with("address", origin.to_string())));
        }
    }
    let caller = Caller::operator(Operator::Console, clock.now(), clock.today());
    let found = site.origins.first().map_or_else(|| format!("http://{address}"), ToString::to_string);
    let mailer = place.post.mailer(&found)?.map(Arc::new);
    let shown = place.post.shown(&found, mailer.as_deref());
    if let Some(token) = services::identity::first_link(&db, &Limits::default(), &caller).await? {
        let address = format!("{found}/link/{}", token.reveal());
        say(&lang.say(&Message::new("cli-first-link").with("address", address)));
    }
    let networks = place.networks();
    let jobs = [
        tokio::spawn(jobs::assess_each_day(db.clone(), clock.clone())),
        tokio::spawn(jobs::send_webhooks(db.clone(), clock.clone(), Sender::new(networks.clone()))),
    ];
    let sending = mailer
        .clone()
        .map(|mailer| (mailer.clone(), tokio::spawn(jobs::send_letters(db.clone(), clock.clone(), mailer))));
    let state = AppState::new(db.clone(), clock, http::assets())
        .with_post(shown)
        .secure(site.is_secure())
        .with_fonts(place.fonts())
        .with_webhook_networks(&networks)
        .with_provider(oidc, site.origins.iter().map(ToString::to_string).collect());
    let served = http::serve(listener, state, site).await;
    for job in jobs {
        job.abort();
    }
    if let Some((mailer, job)) = sending {
        // The letter that is under way is finished, so that nobody gets it twice.
        mailer.stop.ask();
        let _ = tokio::time::timeout(ENDING, job).await;
    }
    db.close().await;
    Ok(served?)
}

async fn demo(database: Option<&str>, place: &Place, clock: Clock, lang: Lang) -> Result<(), Failure> {
    let site = place.site();
    let oidc = place.oidc.provider()?.map(Arc::new);
    let listener = http::listen(place.listen, &site).await?;
    let caller = Caller::operator(Operator::Console, clock.now(), clock.today());
    // Removed when the demonstration ends.
    let folder = tempfile::tempdir()?;
    let address = match database {
        Some(address) => address.to_owned(),
        None => format!("sqlite://{}", folder.path().join("demo.db").display()),
    };
    let db = open(&address).await?;
    if load_sample(&db, &caller, lang).await? && site.origins.is_empty() {
        demo::begin(&db, &caller, &place.fonts(), lang).await?;
    }
    assess::summary(&db, lang).await?;
    serve_open(listener, place, site, oidc, db, clock, lang).await
}

/// Whether there was nothing yet, and the sample was loaded.
async fn load_sample(db: &Db, caller: &Caller, lang: Lang) -> Result<bool, Failure> {
    let mut conn = db.read().await?;
    if store::unit::has_any(&mut conn).await? {
        // A database of one's own keeps what it has.
        say(&lang.t("cli-sample-kept"));
        return Ok(false);
    }
    drop(conn);
    let bar = output::progress(lang.t("cli-sample-loading"));
    services::sample::load(db, caller, &mut |kind| bar.set_message(lang.say(&kind.message()))).await?;
    bar.finish_and_clear();
    say(&lang.t("cli-sample-loaded"));
    Ok(true)
}

/// An address as it may be printed.
fn without_password(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        _ => address.to_owned(),
    }
}
