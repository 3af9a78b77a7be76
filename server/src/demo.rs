//! What the demonstration has beside the sample county: an account of each role, and what these people have done.

mod catalogue;

use crate::output::{Failure, say};
use access::Actor;
use app::i18n::Lang;
use chrono::TimeDelta;
use domain::Message;
use domain::duty::{Role, Sight};
use domain::id::{AssignmentId, GroupId};
use services::duty::{Step, add_member, add_right, allocate, make_group};
use services::form::Fields;
use services::identity::{Device, Limits, Origin, Password, SignIn};
use services::write::Caller;
use services::{ServiceError, case, identity, review};
use std::sync::Arc;
use store::{Db, StoreError};

/// Known to everybody, in a database that is thrown away and that this machine alone can reach.
const PASSWORD: &str = "jiebang-demo-2026";

/// Names to sign in with, whose they are, and what the person is in the sample.
const ACCOUNTS: [(&str, &str, Role); 10] = [
    ("bianban", "P127", Role::Organization),
    ("lingdao", "P128", Role::Leader),
    ("fuxiangzhang", "P001", Role::Manager),
    ("jingban", "P003", Role::Handler),
    ("shenpi", "P006", Role::Approver),
    ("jianguan", "P109", Role::Supervisor),
    ("peixun", "P106", Role::Trainer),
    ("xueyuan", "P009", Role::Trainee),
    ("shenji", "P129", Role::Auditor),
    ("guanli", "P130", Role::Administrator),
];

/// The unit in which the deeds are done, and the powers of their cases.
const UNIT: &str = "410505101";
const POWERS: [&str; 2] = ["YD-CG-004", "YD-CG-009"];

/// Makes the accounts, lets their people do something, and prints how to sign in.
pub async fn begin(db: &Db, caller: &Caller, lang: Lang) -> Result<(), Failure> {
    let limits = Limits::default();
    let demo = Demo { db, caller, limits, password: Password::new(PASSWORD.to_owned()) };
    say(&lang.say(&Message::new("cli-demo-accounts").with("password", PASSWORD)));
    for (login, person, role) in ACCOUNTS {
        demo.account(login, person).await?;
        say(&format!("  {login:<14}{}", lang.say(&role.message())));
    }
    demo.deeds().await?;
    let (office, leader) = (demo.signed_in("bianban").await?, demo.signed_in("fuxiangzhang").await?);
    catalogue::work(db, &office, &leader).await
}

struct Demo<'a> {
    db: &'a Db,
    caller: &'a Caller,
    limits: Limits,
    password: Password,
}

impl Demo<'_> {
    fn origin(&self) -> Origin {
        Origin {
            address: self.caller.address.clone(),
            label: String::new(),
            device: Device::default(),
            now: self.caller.now,
            today: self.caller.today,
        }
    }

    async fn account(&self, login: &str, person: &str) -> Result<(), ServiceError> {
        let made = identity::create(self.db, &self.limits, self.caller, login, person).await?;
        if let Ok((_, token)) = made {
            identity::use_link(self.db, &self.origin(), &token, &self.password, &self.password).await?;
        }
        Ok(())
    }

    /// Somebody, as if he had signed in; his session ends at once.
    async fn signed_in(&self, login: &str) -> Result<Caller, ServiceError> {
        let Caller { now, today, .. } = *self.caller;
        let done = identity::sign_in(self.db, &self.limits, &self.origin(), login, &self.password).await?;
        let SignIn::In { session, .. } = done else { return Err(lost(login)) };
        let signed = identity::resume(self.db, &self.limits, &session, now, today).await?;
        let signed = signed.ok_or_else(|| lost(login))?;
        identity::sign_out(self.db, &session).await?;
        let actor = Actor::Person(Arc::new(signed.rights));
        Ok(Caller { actor, now, today, address: self.caller.address.clone() })
    }

    /// A case that went all its way and one that waits, a group, and a review of rights.
    async fn deeds(&self) -> Result<(), Failure> {
        let day = self.caller.today.to_string();
        let [decided, waiting] = [self.assignment(POWERS[0]).await?, self.assignment(POWERS[1]).await?];
        let handler = self.signed_in("jingban").await?;
        let mut opened = Vec::new();
        for (number, assignment) in [("XJG-CG-0001", decided), ("XJG-CG-0002", waiting)] {
            let form = form([("assignment", assignment.to_string()), ("number", number.to_owned())]);
            opened.push(done(case::open(self.db, &handler, &form).await?)?);
        }
        let office = self.signed_in("bianban").await?;
        self.name(&office, "P109", decided).await?;
        for (login, function) in [("shenpi", "approve"), ("jianguan", "supervise")] {
            let form = form([("function", function.to_owned())]);
            let acting = self.signed_in(login).await?;
            let recorded = case::record(self.db, &acting, opened[0], &form).await?;
            done(recorded.ok_or_else(|| lost("case"))?)?;
        }
        let named = form([("unit", UNIT.to_owned()), ("name", "城管事项受理组".to_owned())]);
        let group = done(make_group(self.db, &office, &named).await?)?;
        self.fill(&office, group, decided).await?;
        let due = self.caller.today + TimeDelta::days(30);
        let asked = form([
            ("unit", UNIT.to_owned()),
            ("title", format!("{}年度权限复核", day.split('-').next().unwrap_or_default())),
            ("due", due.to_string()),
            ("undecided", "keep".to_owned()),
        ]);
        done(review::open(self.db, &office, &asked).await?)?;
        Ok(())
    }

    /// Names a person to supervise.
    async fn name(&self, office: &Caller, code: &str, assignment: AssignmentId) -> Result<(), Failure> {
        let mut conn = self.db.read().await?;
        let person = store::people::person_by_code(&mut conn, code).await?.ok_or_else(|| lost(code))?;
        drop(conn);
        let asked = form([
            ("assignment", assignment.to_string()),
            ("function", "supervise".to_owned()),
            ("share", "0".to_owned()),
            ("from", self.caller.today.to_string()),
        ]);
        done(allocate(self.db, office, person.id, &asked, Step::Save).await?)?;
        Ok(())
    }

    async fn fill(&self, office: &Caller, group: GroupId, assignment: AssignmentId) -> Result<(), Failure> {
        let mut conn = self.db.read().await?;
        let found = store::group::by_id(&mut conn, group, Sight::Everything, self.caller.today).await?;
        drop(conn);
        let group = found.ok_or_else(|| lost("group"))?;
        let from = || ("from", self.caller.today.to_string());
        let member = form([("person", "P003".to_owned()), from()]);
        done(add_member(self.db, office, &group, &member, Step::Save).await?)?;
        let right = form([("assignment", assignment.to_string()), ("function", "accept".to_owned()), from()]);
        done(add_right(self.db, office, &group, &right, Step::Save).await?)?;
        Ok(())
    }

    async fn assignment(&self, power: &str) -> Result<AssignmentId, Failure> {
        let mut conn = self.db.read().await?;
        let unit = store::unit::by_code(&mut conn, UNIT).await?.ok_or_else(|| lost(UNIT))?;
        for power in store::power::named(&mut conn, power, "", "", "").await? {
            let held = store::assignment::of_unit_and_power(&mut conn, unit.id, power.id).await?;
            if let Some(found) = held.iter().find(|each| each.period.contains(self.caller.today)) {
                return Ok(found.id);
            }
        }
        Err(lost(power).into())
    }
}

fn form<const N: usize>(fields: [(&str, String); N]) -> Fields {
    fields.map(|(name, text)| (name.to_owned(), text)).into()
}

/// What a use case did; a form that it refuses is a fault of the sample.
fn done<T>(answer: Result<T, Vec<services::form::FieldError>>) -> Result<T, Failure> {
    answer.map_err(|errors| Failure::Told(errors.into_iter().map(|(_, message)| message).collect()))
}

/// The sample lacks something that it should have.
fn lost(what: &str) -> ServiceError {
    StoreError::Corrupt(format!("the sample lacks {what}")).into()
}
