//! Accounts on the command line: whoever can start the program beside the database needs no other permit.

use crate::cli::UserCommand;
use crate::output::{Failure, say};
use app::i18n::Lang;
use domain::duty::Role;
use domain::id::{AppointmentId, GrantId, PersonId};
use domain::people::{Appointment, Person, StaffKind};
use domain::{Message, Period};
use services::identity::{self, Limits, Password};
use services::write::{Caller, Change, Write};
use std::io::{BufRead, IsTerminal};
use store::Db;
use store::account::Account;
use store::grant::RoleGrant;

/// Accounts that are listed at most.
const MOST: i64 = 100_000;

/// Does what the command says.
pub async fn run(db: &Db, command: UserCommand, caller: &Caller, lang: Lang) -> Result<(), Failure> {
    match command {
        UserCommand::Add { login, person, name, role, unit, post, link } => {
            if role.len() != unit.len() || !post.is_empty() && post.len() != role.len() {
                return Err(Failure::Told(Message::new("cli-user-pairs")));
            }
            // Before anything is written.
            let password = if link { None } else { Some(ask(lang)?) };
            register(db, caller, &person, name.as_deref(), &role, &unit, &post).await?;
            let made = identity::create(db, &Limits::default(), caller, &login, &person).await?;
            let (account, token) = made.map_err(first)?;
            if let Some(password) = password {
                set(db, caller, &account, &password).await?;
            } else {
                let path = format!("/link/{}", token.reveal());
                say(&lang.say(&Message::new("cli-user-link").with("path", path)));
            }
            say(&lang.say(&Message::new("cli-user-added").with("login", account.login)));
        }
        UserCommand::Passwd { login } => {
            let account = known(db, &login).await?;
            set(db, caller, &account, &ask(lang)?).await?;
            say(&lang.say(&Message::new("cli-user-password-set").with("login", account.login)));
        }
        UserCommand::Disable { login } => {
            let account = known(db, &login).await?;
            if let Some(Err(wrong)) = identity::disable(db, caller, account.id).await? {
                return Err(Failure::Told(wrong));
            }
            say(&lang.say(&Message::new("cli-user-disabled").with("login", account.login)));
        }
        UserCommand::List => {
            let mut conn = db.read().await?;
            for line in store::account::list(&mut conn, "", MOST, 0).await? {
                let state = if line.is_disabled { "disabled" } else { "active" };
                say(&format!("{}\t{}\t{}\t{state}", line.login, line.code, line.name));
            }
        }
    }
    Ok(())
}

fn first(errors: Vec<services::form::FieldError>) -> Failure {
    Failure::Told(errors.into_iter().next().map_or(Message::new("cli-user-pairs"), |(_, wrong)| wrong))
}

async fn known(db: &Db, login: &str) -> Result<Account, Failure> {
    let mut conn = db.read().await?;
    let found = store::account::by_login(&mut conn, &login.to_lowercase()).await?;
    found.ok_or_else(|| Failure::Told(Message::new("cli-no-user").with("login", login)))
}

async fn set(db: &Db, caller: &Caller, account: &Account, password: &Password) -> Result<(), Failure> {
    match identity::admit(db, caller, account.id, password).await? {
        Some(Err(wrong)) => Err(Failure::Told(wrong)),
        _ => Ok(()),
    }
}

/// Asks twice on a terminal, without showing what is typed; else takes the first line that is piped in.
fn ask(lang: Lang) -> Result<Password, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        let mut line = String::new();
        stdin.lock().read_line(&mut line)?;
        return Ok(Password::new(line.trim_end_matches(['\r', '\n'])));
    }
    let typed = rpassword::prompt_password(lang.t("cli-user-password"))?;
    let again = rpassword::prompt_password(lang.t("cli-user-again"))?;
    if typed != again {
        return Err(Failure::Told(Message::new("password-error-again")));
    }
    Ok(Password::new(typed))
}

/// Makes the person, posts and roles that are not there yet, in one transaction.
async fn register(
    db: &Db,
    caller: &Caller,
    code: &str,
    name: Option<&str>,
    roles: &[Role],
    units: &[String],
    posts: &[String],
) -> Result<(), Failure> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let found = store::people::person_by_code(conn, code).await?;
    let is_new = found.is_none();
    let person = match (found, name) {
        (Some(person), _) => person,
        (None, Some(name)) => Person {
            id: PersonId(store::new_id()),
            code: code.to_owned(),
            name: name.to_owned(),
            allowance_hours: 0.0,
            appointments: Vec::new(),
            certificates: Vec::new(),
            completions: Vec::new(),
        },
        (None, None) => return Err(Failure::Told(Message::new("cli-user-needs-name").with("code", code))),
    };
    if is_new {
        store::people::insert_person(conn, &person).await?;
    } else if roles.is_empty() {
        return Ok(());
    }
    let today = Period { from: caller.today, to: None };
    let held = store::people::appointments_of(conn, person.id).await?;
    let mut scope = Vec::new();
    for (place, role) in roles.iter().enumerate() {
        let unit = store::unit::by_code(conn, &units[place]).await?;
        let unit = unit.ok_or_else(|| Failure::NoUnit(units[place].clone()))?;
        let post = posts.get(place).map_or_else(|| lang_name(*role), Clone::clone);
        let mut current =
            held.iter().filter(|each| each.unit == unit.id && each.period.contains(caller.today));
        let appointment =
            if let Some(appointment) = current.find(|each| posts.is_empty() || each.post == post) {
                appointment.id
            } else {
                let made = Appointment {
                    id: AppointmentId(store::new_id()),
                    unit: unit.id,
                    post,
                    kind: StaffKind::Established,
                    share: 1.0,
                    period: today,
                };
                store::people::insert_appointment(conn, person.id, &made).await?;
                made.id
            };
        let grant = RoleGrant {
            id: GrantId(store::new_id()),
            appointment,
            role: role.to_string(),
            scope: unit.id,
            period: today,
            source: "console".to_owned(),
        };
        store::grant::insert(conn, &grant).await?;
        scope = store::unit::above(conn, unit.id).await?;
    }
    let subject = domain::duty::Subject { units: &scope, ..domain::duty::Subject::default() };
    let permit = caller.permit(access::Action::AppointmentChange, &subject)?;
    let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let change = Change {
        subject: person.id.to_string(),
        after: serde_json::json!({ "person": person.code, "roles": roles, "units": units }),
        ..Change::default()
    };
    Ok(write.commit(caller, &permit, change).await?)
}

/// The name of a post that is made for a role.
fn lang_name(role: Role) -> String {
    Lang::ZhCn.say(&role.message())
}
