//! One's own inbox: what was read, how one wishes to be written to, and who may see one's deadlines in a calendar.

use crate::ServiceError;
use crate::form::{FieldError, Fields, text};
use crate::identity::Token;
use crate::write::{Caller, Change, Write};
use access::Action;
use domain::Message;
use domain::duty::Subject;
use domain::id::{NoticeId, PersonId};
use domain::post::{Class, Language, Minute, Quiet, Wish, Wishes};
use serde_json::json;
use store::Db;

/// Longest address (RFC 5321: 254).
const ADDRESS: usize = 254;

fn me(caller: &Caller) -> Option<PersonId> {
    caller.actor.rights().map(|rights| rights.person)
}

/// Notes that one has read a notice, or all of them; tells how many.
pub async fn read(db: &Db, caller: &Caller, notice: Option<NoticeId>) -> Result<u64, ServiceError> {
    let Some(me) = me(caller) else { return Ok(0) };
    let mut write = Write::begin(db).await?;
    let count = store::inbox::read(write.conn(), me, notice, caller.now).await?;
    write.commit_derived().await?;
    Ok(count)
}

/// The name of a class's field.
pub const fn field(class: Class) -> &'static str {
    match class {
        Class::Rights => "class_rights",
        Class::Catalogue => "class_catalogue",
        Class::Life => "class_life",
        Class::Handoff => "class_handoff",
    }
}

/// Reads a form: `address`, `language`, `quiet_from` and `quiet_to`, `digest_at`, and a wish for each class.
fn wishes(fields: &Fields) -> Result<Wishes, Vec<FieldError>> {
    let mut errors: Vec<FieldError> = Vec::new();
    let address = text(fields, "address");
    let is_address = address.len() <= ADDRESS && address.parse::<mail::Address>().is_ok();
    if !address.is_empty() && !is_address {
        errors.push(("address", Message::new("wish-error-address")));
    }
    let mut minute = |name: &'static str| match text(fields, name) {
        "" => None,
        typed => {
            let minute = typed.parse::<Minute>();
            minute.map_err(|_| errors.push((name, Message::new("wish-error-time")))).ok()
        }
    };
    let (from, to, digest_at) = (minute("quiet_from"), minute("quiet_to"), minute("digest_at"));
    let half = [("quiet_from", "quiet_to"), ("quiet_to", "quiet_from")];
    for (missing, given) in half {
        if text(fields, missing).is_empty() && !text(fields, given).is_empty() {
            errors.push((missing, Message::new("wish-error-half")));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let usual = Wishes::default();
    let classes = Class::ALL.iter().filter_map(|&class| {
        let wish = text(fields, field(class)).parse::<Wish>().ok()?;
        Some((class, wish))
    });
    Ok(Wishes {
        address: address.to_owned(),
        language: text(fields, "language").parse::<Language>().unwrap_or(usual.language),
        quiet: from.zip(to).map(|(from, to)| Quiet { from, to }),
        digest_at: digest_at.unwrap_or(usual.digest_at),
        classes: classes.collect(),
    })
}

/// What a form shows of wishes.
pub fn shown(wishes: &Wishes) -> Fields {
    let mut fields = Fields::new();
    let mut set = |name: &str, text: String| fields.insert(name.to_owned(), text);
    set("address", wishes.address.clone());
    set("language", wishes.language.to_string());
    set("digest_at", wishes.digest_at.to_string());
    if let Some(quiet) = wishes.quiet {
        set("quiet_from", quiet.from.to_string());
        set("quiet_to", quiet.to.to_string());
    }
    for &class in Class::ALL {
        set(field(class), wishes.of(class).to_string());
    }
    fields
}

/// Keeps how one wishes to be written to.
pub async fn wish(
    db: &Db,
    caller: &Caller,
    fields: &Fields,
) -> Result<Result<(), Vec<FieldError>>, ServiceError> {
    let wishes = match wishes(fields) {
        Ok(wishes) => wishes,
        Err(errors) => return Ok(Err(errors)),
    };
    let Some(me) = me(caller) else { return Ok(Ok(())) };
    let permit = caller.permit(Action::AccountOwn, &Subject { about: Some(me), ..Subject::default() })?;
    let mut write = Write::begin(db).await?;
    let before = store::wish::of(write.conn(), me).await?;
    store::wish::set(write.conn(), me, &wishes).await?;
    let change = Change {
        subject: "wishes".to_owned(),
        before: json!(before),
        after: json!(wishes),
        ..Change::default()
    };
    write.commit(caller, &permit, change).await?;
    Ok(Ok(()))
}

/// Makes a token that opens one's calendar; the one before opens it no longer. None for whoever is nobody.
pub async fn make_key(db: &Db, caller: &Caller) -> Result<Option<Token>, ServiceError> {
    let Some(me) = me(caller) else { return Ok(None) };
    let permit = caller.permit(Action::AccountOwn, &Subject { about: Some(me), ..Subject::default() })?;
    let token = Token::new()?;
    let mut write = Write::begin(db).await?;
    store::inbox::set_key(write.conn(), me, &token.hash(), caller.now).await?;
    let change =
        Change { subject: "calendar".to_owned(), after: json!({ "made": true }), ..Change::default() };
    write.commit(caller, &permit, change).await?;
    Ok(Some(token))
}

/// Closes one's calendar to whoever knows the token.
pub async fn remove_key(db: &Db, caller: &Caller) -> Result<(), ServiceError> {
    let Some(me) = me(caller) else { return Ok(()) };
    let permit = caller.permit(Action::AccountOwn, &Subject { about: Some(me), ..Subject::default() })?;
    let mut write = Write::begin(db).await?;
    if !store::inbox::remove_key(write.conn(), me).await? {
        return Ok(());
    }
    let change =
        Change { subject: "calendar".to_owned(), after: json!({ "made": false }), ..Change::default() };
    Ok(write.commit(caller, &permit, change).await?)
}

/// Whose calendar a token opens.
pub async fn opened(db: &Db, token: &Token) -> Result<Option<PersonId>, ServiceError> {
    let mut conn = db.read().await?;
    Ok(store::inbox::by_key(&mut conn, &token.hash()).await?)
}
