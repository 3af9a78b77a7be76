//! Letters: each once, at its time, tried again when it failed, and who is told what.

use crate::made;
use crate::office::{Office, each_office, form};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Date;
use domain::id::PersonId;
use domain::notice::{Event, Notice, To, Words};
use domain::people::Person;
use domain::post::{Language, LetterState, Retries};
use mail::{FaultKind, Memory, Transport};
use services::mailer::{Compose, Composed, Mailer, Report, Stop, Told};
use services::write::Caller;
use services::{ServiceError, exception, inbox, mailer, notify, review};
use std::collections::BTreeSet;
use store::inbox::{Filter, Line};
use store::letter::Listed;
use store::{Db, new_id};

#[derive(Debug)]
struct Plain;

impl Compose for Plain {
    fn alone(&self, _: Language, site: &str, name: &str, told: &Told) -> Composed {
        assert!(told.link.starts_with(site));
        let plain = format!("{name}: {} {}", told.event, told.words.title);
        Composed { subject: told.words.title.clone(), html: format!("<p>{plain}</p>"), plain }
    }

    fn digest(&self, _: Language, _: &str, name: &str, day: Date, told: &[Told]) -> Composed {
        let titles: Vec<&str> = told.iter().map(|told| told.words.title.as_str()).collect();
        let plain = format!("{name}: {}", titles.join(","));
        Composed { subject: format!("digest {day}"), html: plain.clone(), plain }
    }

    fn test(&self, _: Language, site: &str) -> Composed {
        Composed { subject: String::new(), plain: site.to_owned(), html: site.to_owned() }
    }
}

fn office() -> Mailer {
    Mailer {
        transport: Transport::Memory(Memory::default()),
        from: "baton@example.cn".parse().unwrap(),
        site: "https://baton.example.cn".to_owned(),
        retries: Retries(vec![60, 300]),
        lease: TimeDelta::minutes(2),
        words: Box::new(Plain),
        stop: Stop::default(),
    }
}

fn memory(mailer: &Mailer) -> &Memory {
    match &mailer.transport {
        Transport::Memory(memory) => memory,
        _ => panic!("letters stay in memory"),
    }
}

fn sent(mailer: &Mailer) -> Vec<mail::Letter> {
    memory(mailer).sent().into_iter().map(|(letter, _)| letter).collect()
}

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+08:00").parse().unwrap()
}

async fn pass(mailer: &Mailer, db: &Db, now: DateTime<Utc>) -> Report {
    mailer.pass(db, &move || now).await.unwrap()
}

fn notice(title: &str) -> Notice {
    Notice {
        event: Event::ReviewDue,
        about: new_id(),
        step: "opened".to_owned(),
        words: Words { title: title.to_owned(), ..Words::default() },
        link: "/reviews/1".to_owned(),
        due: None,
    }
}

async fn tell(office: &Office, notice: &Notice, to: PersonId, now: DateTime<Utc>) -> usize {
    let mut conn = office.db.write().await.unwrap();
    let today = (now + TimeDelta::hours(8)).date_naive();
    let told = notify::tell(&mut conn, now, today, notice, &[To::Person(to)]).await.unwrap();
    conn.commit_derived().await.unwrap();
    told
}

/// Somebody of a role for the township who wishes to be written to.
async fn reader(office: &Office, name: &str, role: &str, wishes: &[(&str, &str)]) -> (Person, Caller) {
    let (person, post) = office.hire(name, &office.town, role).await;
    let caller = office.sign_in(&person, post, None, "2026-11-24").await;
    let address = format!("{}@example.cn", person.id.0.simple());
    let fields = form(&[&[("address", address.as_str())], wishes].concat());
    inbox::wish(&office.db, &caller, &fields).await.unwrap().unwrap();
    (person, caller)
}

async fn queue(office: &Office) -> Vec<Listed> {
    let mut conn = office.db.read().await.unwrap();
    store::letter::list(&mut conn, None, 100, 0).await.unwrap()
}

async fn notices(office: &Office, person: PersonId) -> Vec<Line> {
    let mut conn = office.db.read().await.unwrap();
    store::inbox::list(&mut conn, person, &Filter::default(), 100, 0).await.unwrap()
}

#[test]
fn a_notice_is_written_about_once() {
    each_office(async |office| {
        let (one, other) = (self::office(), self::office());
        let (wang, caller) = reader(&office, "王", "manager", &[]).await;
        let (li, _) = office.hire("李", &office.town, "manager").await;
        let now = at("2026-11-24T10:00");
        let first = notice("一");
        assert_eq!(tell(&office, &first, wang.id, now).await, 1);
        assert_eq!(tell(&office, &first, wang.id, now).await, 0, "told before");
        tell(&office, &notice("二"), li.id, now).await;
        for (mailer, db) in [(&one, &office.db), (&other, &office.other), (&one, &office.db)] {
            pass(mailer, db, now).await;
        }
        let letters = sent(&one);
        assert_eq!((letters.len(), sent(&other).len()), (1, 0), "{letters:?}");
        assert_eq!(letters[0].subject, "一");
        let queue = queue(&office).await;
        assert_eq!(queue.len(), 1, "nobody is written to who gave no address");
        assert_eq!((queue[0].state, queue[0].attempts, queue[0].unclear), (LetterState::Sent, 1, 0));
        assert_eq!((queue[0].answer.as_str(), queue[0].sent_at), ("kept as 1", Some(now)));
        assert_eq!(letters[0].id, queue[0].message_id);
        // What is read before its time needs no letter; what is old is for the inbox.
        let second = notice("三");
        tell(&office, &second, wang.id, now).await;
        let unread = notices(&office, wang.id).await;
        assert_eq!(unread.len(), 2);
        assert_eq!(inbox::read(&office.db, &caller, Some(unread[0].id)).await.unwrap(), 1);
        assert_eq!(inbox::read(&office.db, &caller, Some(unread[0].id)).await.unwrap(), 0);
        tell(&office, &notice("四"), wang.id, now - TimeDelta::days(8)).await;
        assert_eq!(pass(&one, &office.db, now).await, Report::default());
        assert_eq!(inbox::read(&office.db, &caller, None).await.unwrap(), 2);
        assert_eq!(inbox::read(&office.db, &caller, None).await.unwrap(), 0);
    });
}

#[test]
fn what_failed_is_tried_again_and_given_up_at_last() {
    each_office(async |office| {
        let mailer = self::office();
        let (wang, caller) = reader(&office, "王", "manager", &[]).await;
        let now = at("2026-11-24T10:00");
        memory(&mailer).fail([FaultKind::Transient, FaultKind::Unclear]);
        tell(&office, &notice("一"), wang.id, now).await;
        assert_eq!(
            pass(&mailer, &office.db, now).await,
            Report { written: 1, failed: 1, ..Report::default() }
        );
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::seconds(59)).await, Report::default());
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::seconds(60)).await.failed, 1);
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::seconds(359)).await, Report::default());
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::seconds(360)).await.sent, 1);
        let it = queue(&office).await.remove(0);
        assert_eq!((it.state, it.attempts, it.unclear), (LetterState::Sent, 3, 1));

        memory(&mailer).fail([FaultKind::Transient; 3]);
        tell(&office, &notice("二"), wang.id, now).await;
        for (seconds, dead) in [(400, 0), (500, 0), (900, 1)] {
            let report = pass(&mailer, &office.db, now + TimeDelta::seconds(seconds)).await;
            assert_eq!((report.failed + report.dead, report.dead), (1, dead), "{seconds}");
        }
        memory(&mailer).fail([FaultKind::Recipient]);
        tell(&office, &notice("三"), wang.id, now).await;
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::seconds(900)).await.dead, 1);
        let dead: Vec<Listed> =
            queue(&office).await.into_iter().filter(|it| it.state == LetterState::Dead).collect();
        assert_eq!(dead.len(), 2);
        assert!(dead.iter().all(|it| it.last_error.starts_with("told to fail")), "{dead:?}");

        // The recipient mends his address, and the administrator sends it again, under the same name.
        inbox::wish(&office.db, &caller, &form(&[("address", "neu@example.cn")])).await.unwrap().unwrap();
        let (admin, post) = office.hire("管", &office.county, "administrator").await;
        let admin = office.sign_in(&admin, post, None, "2026-11-24").await;
        assert!(matches!(
            mailer::resend(&office.db, &caller, dead[0].id).await,
            Err(ServiceError::Denied(_))
        ));
        assert_eq!(mailer::resend(&office.db, &admin, dead[0].id).await.unwrap(), Some(()));
        assert_eq!(mailer::resend(&office.db, &admin, dead[0].id).await.unwrap(), None, "it is not dead");
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::days(1)).await.sent, 1);
        let last = sent(&mailer).pop().unwrap();
        assert_eq!(
            (last.id, last.to.email.to_string()),
            (dead[0].message_id.clone(), "neu@example.cn".to_owned())
        );
    });
}

#[test]
fn a_claim_that_nobody_ended_is_taken_over_when_it_has_run_out() {
    each_office(async |office| {
        let mailer = self::office();
        let (wang, _) = reader(&office, "王", "manager", &[]).await;
        let now = at("2026-11-24T10:00");
        mailer.stop.ask();
        tell(&office, &notice("一"), wang.id, now).await;
        assert_eq!(pass(&mailer, &office.db, now).await, Report { written: 1, ..Report::default() });
        let id = queue(&office).await[0].id;
        // A server that is killed while it sends.
        let mut conn = office.other.write().await.unwrap();
        let claimed = store::letter::claim(&mut conn, id, now, now + mailer.lease).await.unwrap().unwrap();
        assert_eq!(store::letter::claim(&mut conn, id, now, now + mailer.lease).await.unwrap(), None);
        conn.commit_derived().await.unwrap();
        let mailer = self::office();
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::seconds(119)).await, Report::default());
        assert_eq!(pass(&mailer, &office.db, now + TimeDelta::seconds(120)).await.sent, 1);
        assert_eq!(sent(&mailer)[0].id, claimed.letter.message_id);
        let it = queue(&office).await.remove(0);
        assert_eq!((it.state, it.attempts, it.unclear), (LetterState::Sent, 2, 1));
        // What the slow one says at last changes nothing.
        let mut conn = office.other.write().await.unwrap();
        let late = store::letter::Failed { attempts: 1, next: Some(now), error: "late", unclear: false };
        assert!(!store::letter::failed(&mut conn, id, now, &late).await.unwrap());
        assert!(!store::letter::sent(&mut conn, id, now, "late").await.unwrap());
    });
}

#[test]
fn quiet_hours_and_digests_hold_back() {
    each_office(async |office| {
        let mailer = self::office();
        let quiet = [("quiet_from", "22:00"), ("quiet_to", "7:30")];
        let daily = [("class_rights", "daily"), ("digest_at", "8:00")];
        let (wang, _) = reader(&office, "王", "manager", &quiet).await;
        let (li, _) = reader(&office, "李", "manager", &daily).await;
        let (never, _) = reader(&office, "赵", "manager", &[("class_rights", "never")]).await;
        let night = at("2026-11-24T23:00");
        for title in ["一", "二"] {
            for person in [&wang, &li, &never] {
                tell(&office, &notice(title), person.id, night).await;
            }
        }
        for (time, letters) in [("2026-11-24T23:00", 0), ("2026-11-25T07:29", 0), ("2026-11-25T07:30", 2)] {
            pass(&mailer, &office.db, at(time)).await;
            assert_eq!(sent(&mailer).len(), letters, "{time}");
        }
        pass(&mailer, &office.db, at("2026-11-25T08:00")).await;
        let digest = sent(&mailer).pop().unwrap();
        assert_eq!((digest.subject.as_str(), digest.plain.as_str()), ("digest 2026-11-25", "李: 一,二"));
        // What is known only after the day's digest stands in the next one, however old it is.
        tell(&office, &notice("三"), li.id, at("2026-11-25T07:59")).await;
        tell(&office, &notice("四"), li.id, at("2026-11-25T09:00")).await;
        pass(&mailer, &office.db, at("2026-11-25T09:00")).await;
        assert_eq!(sent(&mailer).len(), 3);
        pass(&mailer, &office.db, at("2026-11-26T08:00")).await;
        let digest = sent(&mailer).pop().unwrap();
        assert_eq!((digest.subject.as_str(), digest.plain.as_str()), ("digest 2026-11-26", "李: 三,四"));
        assert_eq!(sent(&mailer).len(), 4);
        // A try that failed is not made again at night.
        memory(&mailer).fail([FaultKind::Transient]);
        tell(&office, &notice("五"), wang.id, at("2026-11-26T21:59")).await;
        assert_eq!(pass(&mailer, &office.db, at("2026-11-26T21:59")).await.failed, 1);
        assert_eq!(pass(&mailer, &office.db, at("2026-11-26T23:00")).await, Report::default());
        assert_eq!(pass(&mailer, &office.db, at("2026-11-27T07:30")).await.sent, 1);
    });
}

#[test]
fn a_changed_wish_holds_for_what_waits() {
    each_office(async |office| {
        let mailer = self::office();
        let (wang, caller) = reader(&office, "王", "manager", &[("class_rights", "daily")]).await;
        let now = at("2026-11-24T10:00");
        tell(&office, &notice("一"), wang.id, now).await;
        assert_eq!(pass(&mailer, &office.db, now).await, Report::default());
        inbox::wish(&office.db, &caller, &form(&[("address", "wang@example.cn")])).await.unwrap().unwrap();
        assert_eq!(pass(&mailer, &office.db, now).await.sent, 1);
        // Wrong forms are told all at once, and change nothing.
        let wrong = form(&[("address", "nowhere"), ("quiet_from", "25:00"), ("digest_at", "eight")]);
        let errors = inbox::wish(&office.db, &caller, &wrong).await.unwrap().unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|(field, _)| *field).collect();
        assert_eq!(fields, ["address", "quiet_from", "digest_at", "quiet_to"]);
        // Whoever may no longer sign in is not written to.
        office.tell("update account set is_disabled = true".to_owned()).await;
        tell(&office, &notice("二"), wang.id, now).await;
        assert_eq!(pass(&mailer, &office.db, now).await, Report::default());
    });
}

#[test]
fn two_mailers_at_once_send_each_letter_once() {
    each_office(async |office| {
        let (one, other) = (self::office(), self::office());
        let (wang, _) = reader(&office, "王", "manager", &[]).await;
        let (li, _) = reader(&office, "李", "manager", &[("class_rights", "daily")]).await;
        let now = at("2026-11-24T07:00");
        for number in 0..40 {
            for person in [&wang, &li] {
                tell(&office, &notice(&number.to_string()), person.id, now).await;
            }
        }
        for now in [now, at("2026-11-24T08:00")] {
            tokio::join!(pass(&one, &office.db, now), pass(&other, &office.other, now));
        }
        let all: Vec<String> = sent(&one).into_iter().chain(sent(&other)).map(|letter| letter.id).collect();
        let once: BTreeSet<&String> = all.iter().collect();
        assert_eq!((all.len(), once.len()), (41, 41));
        assert!(queue(&office).await.iter().all(|it| it.state == LetterState::Sent && it.attempts == 1));
    });
}

#[test]
fn whoever_stands_in_is_told_too() {
    each_office(async |office| {
        let mailer = self::office();
        let (wang, post) = office.hire("王", &office.town, "manager").await;
        let (deputy, _) = reader(&office, "李", "handler", &[]).await;
        office.deputise(&deputy, post).await;
        let now = at("2026-11-24T10:00");
        assert_eq!(tell(&office, &notice("一"), wang.id, now).await, 2);
        assert_eq!(pass(&mailer, &office.db, now).await.sent, 1, "the manager gave no address");
        assert!(sent(&mailer)[0].plain.starts_with("李"));
    });
}

/// Events and steps that somebody was told, the oldest first.
async fn told(office: &Office, person: PersonId) -> Vec<(Event, String)> {
    let mut lines = notices(office, person).await;
    lines.reverse();
    lines.into_iter().map(|line| (line.event, line.step)).collect()
}

#[test]
fn a_review_tells_its_reviewers_at_each_step() {
    each_office(async |office| {
        let (boss, post) = office.hire("组织", &office.county, "organization").await;
        let (manager, _) = office.hire("镇长", &office.town, "manager").await;
        let asked =
            form(&[("title", "年度"), ("unit", "4101"), ("due", "2026-12-20"), ("undecided", "keep")]);
        let caller = office.sign_in(&boss, post, None, "2026-11-24").await;
        review::open(&office.db, &caller, &asked).await.unwrap().unwrap();
        for day in ["2026-12-06", "2026-12-06", "2026-12-14", "2026-12-19", "2026-12-21", "2026-12-22"] {
            let now = at(&format!("{day}T09:00"));
            let clock = Caller::operator(access::Operator::Schedule, now, made::day(day));
            review::each_day(&office.db, &clock).await.unwrap();
        }
        let steps = ["opened", "14", "7", "1"].map(|step| (Event::ReviewDue, step.to_owned()));
        let mut expected = steps.to_vec();
        expected.push((Event::ReviewClosed, "closed".to_owned()));
        assert_eq!(told(&office, manager.id).await, expected);
        assert_eq!(told(&office, boss.id).await, expected);
        let line = notices(&office, manager.id).await.pop().unwrap();
        assert_eq!(line.due, Some(made::day("2026-12-20")));
        assert!(line.link.starts_with("/reviews/"));
    });
}

#[test]
fn an_exception_tells_who_decides_and_then_who_relies_on_it() {
    each_office(async |office| {
        let (boss, post) = office.hire("组织", &office.county, "organization").await;
        let (leader, leading) = office.hire("领导", &office.county, "leader").await;
        let caller = office.sign_in(&boss, post, None, "2026-11-24").await;
        let assignment = office.assignment.id.to_string();
        let asked = form(&[
            ("rule", "SOD-04"),
            ("assignment", assignment.as_str()),
            ("reason", "人少"),
            ("control", "抽查"),
            ("to", "2026-12-31"),
        ]);
        let id = exception::request(&office.db, &caller, &asked).await.unwrap().unwrap();
        assert_eq!(told(&office, leader.id).await, [(Event::ExceptionAsked, String::new())]);
        assert_eq!(told(&office, boss.id).await, [], "one's own request is no news");
        let approving = office.sign_in(&leader, leading, None, "2026-11-24").await;
        exception::approve(&office.db, &approving, id).await.unwrap().unwrap().unwrap();
        let mut expected = vec![(Event::ExceptionApproved, String::new())];
        assert_eq!(told(&office, boss.id).await, expected);
        for day in
            ["2026-11-25", "2026-12-01", "2026-12-02", "2026-12-24", "2026-12-30", "2026-12-31", "2027-01-01"]
        {
            let now = at(&format!("{day}T09:00"));
            let clock = Caller::operator(access::Operator::Schedule, now, made::day(day));
            exception::each_day(&office.db, &clock).await.unwrap();
        }
        expected.extend(["30", "7", "1"].map(|step| (Event::ExceptionEnding, step.to_owned())));
        assert_eq!(told(&office, boss.id).await, expected);
    });
}

#[test]
fn a_calendar_opens_to_its_last_token_alone() {
    each_office(async |office| {
        let (wang, caller) = reader(&office, "王", "manager", &[]).await;
        let first = inbox::make_key(&office.db, &caller).await.unwrap().unwrap();
        assert_eq!(inbox::opened(&office.db, &first).await.unwrap(), Some(wang.id));
        let second = inbox::make_key(&office.db, &caller).await.unwrap().unwrap();
        assert_eq!(inbox::opened(&office.db, &first).await.unwrap(), None);
        assert_eq!(inbox::opened(&office.db, &second).await.unwrap(), Some(wang.id));
        office.tell("update account set is_disabled = true".to_owned()).await;
        assert_eq!(inbox::opened(&office.db, &second).await.unwrap(), None);
        office.tell("update account set is_disabled = false".to_owned()).await;
        inbox::remove_key(&office.db, &caller).await.unwrap();
        inbox::remove_key(&office.db, &caller).await.unwrap();
        assert_eq!(inbox::opened(&office.db, &second).await.unwrap(), None);
    });
}
