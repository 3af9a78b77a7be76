//! What the demonstration has beside the sample county: an account of each role, and what these people have done.

mod catalogue;
mod handoffs;
mod life;

use crate::output::{Failure, say};
use access::Actor;
use app::i18n::Lang;
use app::letters::LetterWords;
use chrono::TimeDelta;
use domain::Message;
use domain::attachment::Beside;
use domain::duty::{Role, Sight};
use domain::id::{AssignmentId, GroupId, PaperId};
use domain::paper::PaperKind;
use domain::post::Retries;
use domain::webhook::Network;
use papers::Fonts;
use services::duty::{Step, add_member, add_right, allocate, make_group};
use services::form::Fields;
use services::identity::{Device, Limits, Origin, Password, SignIn};
use services::mailer::{Mailer, Stop};
use services::write::Caller;
use services::{ServiceError, attachment, case, identity, inbox, paper, review, webhook};
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

/// An approval system that is told of cases; nobody is there.
const RECEIVER: &str = "http://127.0.0.1:9/baton";

/// Makes the accounts, lets their people do something, and prints how to sign in.
pub async fn begin(db: &Db, caller: &Caller, fonts: &Fonts, lang: Lang) -> Result<(), Failure> {
    let limits = Limits::default();
    let demo = Demo { db, caller, limits, password: Password::new(PASSWORD.to_owned()) };
    say(&lang.say(&Message::new("cli-demo-accounts").with("password", PASSWORD)));
    for (login, person, role) in ACCOUNTS {
        demo.account(login, person).await?;
        say(&format!("  {login:<14}{}", lang.say(&role.message())));
    }
    demo.deeds().await?;
    let (office, leader) = (demo.signed_in("bianban").await?, demo.signed_in("fuxiangzhang").await?);
    catalogue::work(db, &office, &leader).await?;
    demo.papers(fonts).await?;
    demo.letters().await
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

    /// A case that went all its way and one that waits, whoever is told of them, a group, and a review of rights.
    async fn deeds(&self) -> Result<(), Failure> {
        let day = self.caller.today.to_string();
        let [decided, waiting] = [self.assignment(POWERS[0]).await?, self.assignment(POWERS[1]).await?];
        let office = self.signed_in("bianban").await?;
        let told = form([
            ("url", RECEIVER.to_owned()),
            ("unit", UNIT.to_owned()),
            ("events", "case_opened case_decided".to_owned()),
        ]);
        done(webhook::make(self.db, &office, &Network::LOOPBACK, &told).await?)?;
        let handler = self.signed_in("jingban").await?;
        let mut opened = Vec::new();
        for (number, assignment) in [("XJG-CG-0001", decided), ("XJG-CG-0002", waiting)] {
            let form = form([("assignment", assignment.to_string()), ("number", number.to_owned())]);
            opened.push(done(case::open(self.db, &handler, &form).await?)?);
        }
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
        self.life(waiting, decided).await?;
        self.handoffs(opened[1]).await
    }

    /// Letters to one of them, as if they had been sent; afterwards nobody is written to.
    async fn letters(&self) -> Result<(), Failure> {
        let office = self.signed_in("bianban").await?;
        let address = |address: &str| form([("address", address.to_owned())]);
        done(inbox::wish(self.db, &office, &address("bianban@example.cn")).await?)?;
        let mailer = Mailer {
            transport: mail::Transport::Memory(mail::Memory::default()),
            from: mail::Mailbox::new(None, "baton@example.cn".parse().map_err(|_| lost("address"))?),
            site: "http://localhost:3000".to_owned(),
            retries: Retries::default(),
            lease: TimeDelta::minutes(2),
            words: Box::new(LetterWords),
            stop: Stop::default(),
        };
        let now = self.caller.now;
        mailer.pass(self.db, &move || now).await?;
        done(inbox::wish(self.db, &office, &address("")).await?)?;
        Ok(())
    }

    /// Papers: one that is signed, one that waits for its signature, a waiver, and one that was voided.
    async fn papers(&self, fonts: &Fonts) -> Result<(), Failure> {
        let office = self.signed_in("bianban").await?;
        let today = self.caller.today;
        let [one, other] = [self.assignment(POWERS[0]).await?, self.assignment(POWERS[1]).await?];
        let plan = "《殷都区赋予乡镇行政权力实施方案》（殷办〔2025〕9号）";
        let usual = form([("kind", self.kind(one).await?), ("authority", plan.to_owned())]);
        let signed = self.draw(&office, one, &usual).await?;
        self.sign(&office, signed, fonts).await?;
        let mut whole = form([("kind", self.kind(other).await?), ("authority", plan.to_owned())]);
        whole.insert("items".to_owned(), self.fellows(other).await?);
        self.draw(&office, other, &whole).await?;
        let mistaken = self.draw(&office, one, &usual).await?;
        let reason = form([("reason", "与已签署的确认书重复".to_owned())]);
        let voided = paper::void(self.db, &office, mistaken, &reason).await?;
        done(voided.ok_or_else(|| lost("paper"))?)?;
        let waiver = form([
            ("kind", PaperKind::Waiver.to_string()),
            ("reason", "执法记录仪尚缺 1 台，采购需要一个季度".to_owned()),
            ("plan", "由区城市管理局先行借用，90 日内采购到位；乡镇分管负责人负责".to_owned()),
            ("to", (today + TimeDelta::days(90)).to_string()),
        ]);
        self.draw(&office, other, &waiver).await?;
        Ok(())
    }

    /// What kind of paper makes an assignment lawful.
    async fn kind(&self, assignment: AssignmentId) -> Result<String, Failure> {
        let mut conn = self.db.read().await?;
        let found = store::assignment::by_id(&mut conn, assignment).await?;
        let form = found.ok_or_else(|| lost("assignment"))?.form;
        let kind = PaperKind::ALL.iter().find(|kind| kind.grounds(form)).ok_or_else(|| lost("kind"))?;
        Ok(kind.to_string())
    }

    /// What can stand on the same paper.
    async fn fellows(&self, assignment: AssignmentId) -> Result<String, Failure> {
        let kind: PaperKind = self.kind(assignment).await?.parse().map_err(StoreError::from)?;
        let mut conn = self.db.read().await?;
        let fellows = store::paper::fellows(&mut conn, assignment, self.caller.today).await?;
        let suit = fellows.iter().filter(|each| kind.suits(each.form));
        Ok(suit.map(|each| each.id.to_string()).collect::<Vec<_>>().join(" "))
    }

    async fn draw(&self, office: &Caller, of: AssignmentId, form: &Fields) -> Result<PaperId, Failure> {
        let chinese = |_: &str, message: &Message| Lang::ZhCn.say(message);
        let drawn = paper::draw(self.db, office, of, form, &chinese).await?;
        done(drawn.ok_or_else(|| lost("assignment"))?)
    }

    /// Keeps what was printed as if it were the signed scan, and records the signature. Without a font nothing is
    /// printed, and the paper waits.
    async fn sign(&self, office: &Caller, id: PaperId, fonts: &Fonts) -> Result<(), Failure> {
        let mut conn = self.db.read().await?;
        let drawn = store::paper::visible(&mut conn, id, Sight::Everything).await?;
        drop(conn);
        let drawn = drawn.ok_or_else(|| lost("paper"))?;
        let Ok(content) = papers::pdf(&paper::sheet(&drawn)?, fonts) else { return Ok(()) };
        let name = format!("{}（盖章扫描件）.pdf", drawn.number);
        let sent = attachment::Sent { name, bytes: content.len() as u64, content };
        let kept = attachment::attach(self.db, office, (Beside::Paper, id.0), &sent, &Fields::new()).await?;
        done(kept.ok_or_else(|| lost("paper"))?)?;
        let day = form([("signed_on", self.caller.today.to_string())]);
        let signed = paper::sign(self.db, office, id, &day).await?;
        done(signed.ok_or_else(|| lost("paper"))?)
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
