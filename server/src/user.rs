//! `baton user`: makes, disables and lists accounts, and sets their passwords.

use crate::assess::plain_table;
use crate::cli::UserCommand;
use crate::output::{Failure, say};
use app::i18n::Lang;
use domain::Message;
use domain::duty::Role;
use domain::id::PersonId;
use services::duty::Step;
use services::form::{FieldError, Fields};
use services::identity::{self, Account, Limits, Password};
use services::write::Caller;
use std::io::{self, BufRead, IsTerminal};
use store::Db;

/// Accounts that one statement reads.
const ROWS: i64 = 500;

/// Does what was asked for.
pub async fn run(db: &Db, command: UserCommand, caller: &Caller, lang: Lang) -> Result<(), Failure> {
    match command {
        UserCommand::Add { login, person, name, roles, units, posts, link } => {
            let wish = Wish { login, code: person, name, roles, units, posts, link };
            add(db, &wish, caller, lang).await
        }
        UserCommand::Passwd { login, link } => {
            let account = find(db, &login).await?;
            if link {
                return new_link(db, &account, caller, lang).await;
            }
            let password = ask(lang)?;
            set(db, &account, &password, caller, lang).await
        }
        UserCommand::Disable { login } => {
            let account = find(db, &login).await?;
            if let Some(Err(refused)) = identity::disable(db, caller, account.id).await? {
                return Err(Failure::Told(vec![refused]));
            }
            say(&lang.say(&Message::new("cli-user-disabled").with("login", account.login)));
            Ok(())
        }
        UserCommand::List => list(db, lang).await,
    }
}

/// A new account, and what its person is to be.
struct Wish {
    login: String,
    code: String,
    name: Option<String>,
    roles: Vec<String>,
    units: Vec<String>,
    posts: Vec<String>,
    link: bool,
}

async fn add(db: &Db, wish: &Wish, caller: &Caller, lang: Lang) -> Result<(), Failure> {
    let Wish { login, code, name, roles, units, posts, link } = wish;
    if roles.len() != units.len() || !posts.is_empty() && posts.len() != roles.len() {
        return Err(told("cli-user-pairs"));
    }
    let mut conn = db.read().await?;
    let mut errors = identity::login_errors(&mut conn, login).await?;
    let person = store::people::person_by_code(&mut conn, code).await?;
    if person.is_none() && name.is_none() {
        errors.push(Message::new("cli-user-needs-name").with("code", code.as_str()));
    }
    if let Some(person) = &person
        && let Some(other) = store::account::by_person(&mut conn, person.id).await?
    {
        errors.push(Message::new("account-error-has").with("login", other.login));
    }
    for role in roles {
        if !store::grant::role_exists(&mut conn, role).await? {
            errors.push(Message::new("cli-user-no-role").with("role", role.as_str()));
        }
    }
    for unit in units {
        if store::unit::by_code(&mut conn, unit).await?.is_none() {
            return Err(Failure::NoUnit(unit.clone()));
        }
    }
    drop(conn);
    if !errors.is_empty() {
        return Err(Failure::Told(errors));
    }
    // Asked for and weighed before anything is written.
    let password = if *link { None } else { Some(ask(lang)?) };
    let known = person.as_ref().map_or(name.as_deref(), |person| Some(person.name.as_str()));
    if let Some(weak) = password
        .as_ref()
        .and_then(|password| identity::weakness(password, &[login, code, known.unwrap_or_default()]))
    {
        return Err(Failure::Told(vec![weak]));
    }
    let person = match (person, name) {
        (Some(person), _) => person.id,
        (None, name) => identity::enter(db, caller, code, name.as_deref().unwrap_or_default()).await?,
    };
    for (place, (role, unit)) in roles.iter().zip(units).enumerate() {
        give(db, caller, person, role, unit, posts.get(place)).await?;
    }
    let made = identity::create(db, &Limits::default(), caller, login, code).await?;
    let (account, token) = made.map_err(refused)?;
    say(&lang.say(&Message::new("cli-user-added").with("login", account.login.as_str())));
    if let Some(password) = password {
        return set(db, &account, &password, caller, lang).await;
    }
    show_link(token.reveal(), lang);
    Ok(())
}

/// Gives a role in a unit: to the post that the person has there, else to a new one. What it has already is not given
/// again.
async fn give(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    role: &str,
    unit: &str,
    post: Option<&String>,
) -> Result<(), Failure> {
    let mut conn = db.read().await?;
    let place =
        store::unit::by_code(&mut conn, unit).await?.ok_or_else(|| Failure::NoUnit(unit.to_owned()))?;
    let posts = store::people::appointments_of(&mut conn, person).await?;
    let held = posts.iter().find(|held| {
        held.unit == place.id
            && held.period.contains(caller.today)
            && post.is_none_or(|name| *name == held.post)
    });
    let has_it = match held {
        Some(held) => store::grant::of_appointment(&mut conn, held.id).await?.iter().any(|grant| {
            grant.role == role && grant.scope == place.id && grant.period.contains(caller.today)
        }),
        None => false,
    };
    drop(conn);
    if has_it {
        return Ok(());
    }
    let mut fields: Fields = [("role", role), ("unit", unit), ("scope", unit), ("kind", "established")]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into();
    fields.insert("from".to_owned(), caller.today.to_string());
    // It takes no time from anything, until somebody says how much.
    fields.insert("share".to_owned(), "0".to_owned());
    let done = if let Some(held) = held {
        fields.insert("post".to_owned(), held.id.to_string());
        services::duty::grant(db, caller, person, &fields, Step::Save).await?
    } else {
        // Posts have Chinese names, whatever the terminal speaks.
        let usual =
            || role.parse::<Role>().map_or_else(|_| role.to_owned(), |role| Lang::ZhCn.say(&role.message()));
        fields.insert("post".to_owned(), post.cloned().unwrap_or_else(usual));
        services::duty::appoint(db, caller, person, &fields, Step::Save).await?
    };
    done.map(|_| ()).map_err(refused)
}

async fn find(db: &Db, login: &str) -> Result<Account, Failure> {
    let mut conn = db.read().await?;
    let found = store::account::by_login(&mut conn, &login.trim().to_lowercase()).await?;
    found.ok_or_else(|| Failure::Told(vec![Message::new("cli-no-user").with("login", login)]))
}

async fn set(
    db: &Db,
    account: &Account,
    password: &Password,
    caller: &Caller,
    lang: Lang,
) -> Result<(), Failure> {
    if let Some(Err(weak)) = identity::admit(db, caller, account.id, password).await? {
        return Err(Failure::Told(vec![weak]));
    }
    say(&lang.say(&Message::new("cli-user-password-set").with("login", account.login.as_str())));
    Ok(())
}

async fn new_link(db: &Db, account: &Account, caller: &Caller, lang: Lang) -> Result<(), Failure> {
    if let Some((_, token)) = identity::new_link(db, &Limits::default(), caller, account.id).await? {
        show_link(token.reveal(), lang);
    }
    Ok(())
}

fn show_link(token: &str, lang: Lang) {
    say(&lang.say(&Message::new("cli-user-link").with("path", format!("/link/{token}"))));
}

/// A password typed twice and not shown, or the first line of what is piped in.
fn ask(lang: Lang) -> Result<Password, Failure> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(Password::new(line.trim_end_matches(['\r', '\n'])));
    }
    let typed = rpassword::prompt_password(lang.t("cli-user-password"))?;
    let again = rpassword::prompt_password(lang.t("cli-user-again"))?;
    if typed != again {
        return Err(told("password-error-again"));
    }
    Ok(Password::new(typed))
}

async fn list(db: &Db, lang: Lang) -> Result<(), Failure> {
    let mut conn = db.read().await?;
    let mut table = plain_table();
    let heads =
        ["login", "person", "name", "state", "second"].map(|head| lang.t(&format!("accounts-{head}")));
    table.set_header(heads);
    let mut offset = 0;
    loop {
        let lines = store::account::list(&mut conn, "", ROWS, offset).await?;
        for line in &lines {
            let state = match (line.is_disabled, line.has_password) {
                (true, _) => "accounts-disabled",
                (false, true) => "accounts-active",
                (false, false) => "accounts-no-password",
            };
            let second = if line.has_second_factor { "✓" } else { "" };
            table.add_row([&line.login, &line.code, &line.name, &lang.t(state), second]);
        }
        offset += ROWS;
        if lines.is_empty() {
            break;
        }
    }
    say(&table.to_string());
    Ok(())
}

fn told(key: &'static str) -> Failure {
    Failure::Told(vec![Message::new(key)])
}

fn refused(errors: Vec<FieldError>) -> Failure {
    Failure::Told(errors.into_iter().map(|(_, message)| message).collect())
}
