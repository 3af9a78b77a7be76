//! What gives a right is weighed against everything that is held now and later, by whatever way it is held.

use crate::made::day;
use crate::office::{Office, TODAY, each_office, form};
use domain::Message;
use domain::assignment::Function::{Approve, Supervise};
use domain::audit::Outcome;
use domain::duty::{BENEFIT_RULE, Mode, Sight};
use domain::id::{AppointmentId, GroupId};
use domain::people::Person;
use services::ServiceError;
use services::duty::{self, Step};
use services::form::Fields;
use services::import::{self, Kind, OnError, Options};
use services::write::Caller;
use store::group::Group;

/// The organization department of the county.
async fn organization(office: &Office) -> (Person, Caller) {
    let (person, post) = office.hire("组织部", &office.county, "organization").await;
    let caller = office.sign_in(&person, post, None, TODAY).await;
    (person, caller)
}

fn function(office: &Office, function: &str, from: &str, to: &str) -> Fields {
    let assignment = office.assignment.id.to_string();
    form(&[("assignment", &assignment), ("function", function), ("share", "10%"), ("from", from), ("to", to)])
}

fn deputyship(post: AppointmentId, deputy: &str) -> Fields {
    let post = post.to_string();
    form(&[("post", &post), ("person", deputy), ("from", TODAY), ("to", "2026-12-31"), ("reason", "休假")])
}

/// The rule and the fact of a refusal, and the field beside which it stands.
fn told(answer: duty::Answer) -> (&'static str, &'static str, String) {
    let errors = answer.unwrap().unwrap_err();
    let (field, message) = &errors[0];
    (field, message.key, rule(message))
}

fn rule(message: &Message) -> String {
    let arg = message.args.iter().find(|(name, _)| *name == "rule");
    match arg {
        Some((_, domain::Arg::Text(rule))) => rule.clone(),
        other => panic!("no rule: {other:?}"),
    }
}

fn refused(field: &'static str, rule: &str) -> (&'static str, &'static str, String) {
    (field, "separation-broken-assignment", rule.to_owned())
}

fn is_own_benefit<T: std::fmt::Debug>(answer: Result<T, ServiceError>) -> bool {
    matches!(answer.unwrap_err(), ServiceError::Denied(denial) if denial.rule == BENEFIT_RULE)
}

async fn last_row(office: &Office) -> domain::audit::Entry {
    let mut conn = office.db.read().await.unwrap();
    let (seq, _) = store::audit::head(&mut conn).await.unwrap().unwrap();
    store::audit::by_number(&mut conn, seq).await.unwrap().unwrap().entry
}

async fn handlers(office: &Office) -> usize {
    let mut conn = office.db.read().await.unwrap();
    let all = store::people::handlers(&mut conn, office.assignment.id, Sight::Everything).await;
    all.unwrap().len()
}

async fn group(office: &Office, caller: &Caller, name: &str) -> Group {
    let made = duty::make_group(&office.db, caller, &form(&[("unit", "4101"), ("name", name)])).await;
    by_id(office, made.unwrap().unwrap()).await
}

async fn by_id(office: &Office, id: GroupId) -> Group {
    let mut conn = office.db.read().await.unwrap();
    store::group::by_id(&mut conn, id, Sight::Everything, day(TODAY)).await.unwrap().unwrap()
}

#[test]
fn both_sides_of_a_matter_are_refused_where_they_share_a_day() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (person, _) = office.hire("张一禾", &office.town, "approver").await;
        let supervise = function(&office, "supervise", "2026-03-01", "2026-12-31");
        duty::allocate(&office.db, &caller, person.id, &supervise, Step::Save).await.unwrap().unwrap();
        assert_eq!(last_row(&office).await.action, "allocation.change");

        let overlapping = function(&office, "approve", "2026-12-31", "");
        let seen = duty::allocate(&office.db, &caller, person.id, &overlapping, Step::Check).await;
        let seen = seen.unwrap().unwrap();
        assert_eq!(rule(&seen.refused[0]), "SOD-03");
        assert_eq!(seen.gains.len(), 1, "{:?}", seen.gains);
        let before = office.audited().await;
        let answer = duty::allocate(&office.db, &caller, person.id, &overlapping, Step::Save).await;
        assert_eq!(told(answer), refused("function", "SOD-03"));
        assert_eq!((office.audited().await, handlers(&office).await), (before + 1, 1));
        let row = last_row(&office).await;
        assert_eq!((row.outcome, row.rule.as_str()), (Outcome::Denied, "SOD-03"));

        // From the day after on he may.
        let after = function(&office, "approve", "2027-01-01", "");
        let before = office.audited().await;
        duty::allocate(&office.db, &caller, person.id, &after, Step::Save).await.unwrap().unwrap();
        assert_eq!((office.audited().await, handlers(&office).await), (before + 1, 2));
        // What begins later counts as much: one more year of supervising would meet it.
        let later = function(&office, "supervise", "2027-06-01", "2027-06-01");
        let answer = duty::allocate(&office.db, &caller, person.id, &later, Step::Save).await;
        assert_eq!(told(answer), refused("function", "SOD-03"));
    });
}

#[test]
fn a_rule_that_is_recorded_is_noted_and_lets_pass() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (person, _) = office.hire("张一禾", &office.town, "approver").await;
        office.name(&person, Supervise, "2026-03-01").await;
        let mut conn = office.db.write().await.unwrap();
        store::set::set_mode(&mut conn, "SOD-03", Mode::Record).await.unwrap();
        conn.commit_derived().await.unwrap();
        let approve = function(&office, "approve", TODAY, "");
        let done = duty::allocate(&office.db, &caller, person.id, &approve, Step::Save).await;
        let done = done.unwrap().unwrap();
        assert_eq!((done.refused.len(), rule(&done.noted[0])), (0, "SOD-03".to_owned()));
        let row = last_row(&office).await;
        assert_eq!((row.outcome, row.rule.as_str(), row.before.as_str()), (Outcome::Done, "SOD-03", ""));
        assert!(row.after.contains("approve"));
    });
}

#[test]
fn a_group_is_no_way_around() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (person, _) = office.hire("张一禾", &office.town, "approver").await;
        office.name(&person, Supervise, "2026-03-01").await;
        let member = form(&[("person", "张一禾"), ("from", TODAY)]);
        let right = function(&office, "approve", TODAY, "");

        // The right first, then the member.
        let one = group(&office, &caller, "一组").await;
        duty::add_right(&office.db, &caller, &one, &right, Step::Save).await.unwrap().unwrap();
        let answer = duty::add_member(&office.db, &caller, &one, &member, Step::Save).await;
        assert_eq!(told(answer), refused("person", "SOD-03"));
        // The member first, then the right.
        let other = group(&office, &caller, "二组").await;
        duty::add_member(&office.db, &caller, &other, &member, Step::Save).await.unwrap().unwrap();
        let answer = duty::add_right(&office.db, &caller, &other, &right, Step::Save).await;
        assert_eq!(told(answer), refused("function", "SOD-03"));
        assert_eq!((by_id(&office, other.id).await.members, by_id(&office, other.id).await.rights), (1, 0));
    });
}

#[test]
fn a_deputy_is_no_way_around() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (principal, post) = office.hire("李青田", &office.town, "approver").await;
        let (deputy, _) = office.hire("张一禾", &office.town, "handler").await;
        office.name(&deputy, Supervise, "2026-03-01").await;

        // He stands in for nothing yet; then the principal is to approve, and the deputy would be lent it.
        let arranged = deputyship(post, "张一禾");
        duty::deputise(&office.db, &caller, principal.id, &arranged, Step::Save).await.unwrap().unwrap();
        let approve = function(&office, "approve", TODAY, "");
        let answer = duty::allocate(&office.db, &caller, principal.id, &approve, Step::Save).await;
        assert_eq!(told(answer), refused("function", "SOD-03"));
        // Once the deputyship is over he may approve.
        let later = function(&office, "approve", "2027-01-01", "");
        duty::allocate(&office.db, &caller, principal.id, &later, Step::Save).await.unwrap().unwrap();

        // And who approves already is not stood in for by a supervisor.
        let (other, post) = office.hire("王三", &office.town, "approver").await;
        office.name(&other, Approve, "2026-03-01").await;
        let arranged = deputyship(post, "张一禾");
        let answer = duty::deputise(&office.db, &caller, other.id, &arranged, Step::Save).await;
        assert_eq!(told(answer), refused("person", "SOD-03"));
    });
}

#[test]
fn roles_are_kept_apart_in_one_post_and_everywhere() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (person, post) = office.hire("张一禾", &office.town, "approver").await;
        let (of, also) = (post.to_string(), office.appoint(&person, &office.department, "handler").await);
        let grant = |post: &str, role: &str| {
            form(&[("post", post), ("role", role), ("scope", "4101"), ("from", TODAY)])
        };
        let roles = async |fields: &Fields| {
            let answer = duty::grant(&office.db, &caller, person.id, fields, Step::Save).await.unwrap();
            answer.map_err(|errors| (errors[0].0, errors[0].1.key, rule(&errors[0].1)))
        };
        let dynamic = roles(&grant(&of, "supervisor")).await.unwrap_err();
        assert_eq!(dynamic, ("role", "separation-broken-post", "SOD-05".to_owned()));
        assert!(
            roles(&grant(&also.to_string(), "supervisor")).await.is_ok(),
            "another post is another session"
        );
        let fixed = roles(&grant(&of, "administrator")).await.unwrap_err();
        assert_eq!(fixed, ("role", "separation-broken-roles", "SOD-06".to_owned()));
        // An appointment that brings the role along is weighed, too.
        let appoint = form(&[
            ("unit", "41"),
            ("post", "管理员"),
            ("kind", "established"),
            ("share", "10%"),
            ("from", TODAY),
            ("role", "administrator"),
        ]);
        let answer = duty::appoint(&office.db, &caller, person.id, &appoint, Step::Save).await;
        assert_eq!(told(answer).2, "SOD-06");
        let mut plain = appoint.clone();
        plain.insert("role".to_owned(), "trainee".to_owned());
        let done = duty::appoint(&office.db, &caller, person.id, &plain, Step::Save).await.unwrap().unwrap();
        assert_eq!(done.gains.len(), 1);
        let again = duty::appoint(&office.db, &caller, person.id, &plain, Step::Save).await;
        assert_eq!(again.unwrap().unwrap_err()[0].1.key, "duty-error-duplicate");
    });
}

#[test]
fn an_inheritance_is_no_way_around() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let make = form(&[("code", "helper"), ("name", "帮办")]);
        duty::make_role(&office.db, &caller, &make).await.unwrap().unwrap();
        let (person, _) = office.hire("张一禾", &office.town, "helper").await;
        office.appoint(&person, &office.county, "auditor").await;
        let inherit = |parent: &str| form(&[("child", "helper"), ("parent", parent)]);
        let seen = duty::inherit(&office.db, &caller, &inherit("trainee"), Step::Check).await;
        let seen = seen.unwrap().unwrap();
        assert_eq!((seen.refused.len(), seen.people()), (0, 1), "{seen:?}");
        let mut conn = office.db.read().await.unwrap();
        assert!(
            !store::role::inheritances(&mut conn)
                .await
                .unwrap()
                .contains(&("helper".into(), "trainee".into()))
        );
        drop(conn);

        let answer = duty::inherit(&office.db, &caller, &inherit("organization"), Step::Save).await;
        assert_eq!(told(answer).2, "SOD-07");
        duty::inherit(&office.db, &caller, &inherit("trainee"), Step::Save).await.unwrap().unwrap();
        // One level further up.
        let make = form(&[("code", "chief"), ("name", "主办")]);
        duty::make_role(&office.db, &caller, &make).await.unwrap().unwrap();
        let chief = form(&[("child", "chief"), ("parent", "organization")]);
        duty::inherit(&office.db, &caller, &chief, Step::Save).await.unwrap().unwrap();
        let answer = duty::inherit(&office.db, &caller, &inherit("chief"), Step::Save).await;
        assert_eq!(told(answer).2, "SOD-07");
        let circle = form(&[("child", "chief"), ("parent", "helper")]);
        duty::inherit(&office.db, &caller, &circle, Step::Save).await.unwrap().unwrap();
        let answer = duty::inherit(&office.db, &caller, &inherit("chief"), Step::Save).await;
        assert_eq!(answer.unwrap().unwrap_err()[0].1.key, "separation-error-cycle");
        let built_in = form(&[("child", "auditor"), ("parent", "organization")]);
        let answer = duty::inherit(&office.db, &caller, &built_in, Step::Save).await;
        assert_eq!(answer.unwrap().unwrap_err()[0].1.key, "duty-error-child");

        // What no longer is inherited is gone from the closure.
        duty::disinherit(&office.db, &caller, &inherit("trainee")).await.unwrap().unwrap();
        let mut conn = office.db.read().await.unwrap();
        let (book, _) = store::dossier::rules(&mut conn).await.unwrap();
        assert!(!book.hierarchy.inherits("helper", "trainee") && book.hierarchy.inherits("chief", "helper"));
    });
}

#[test]
fn nobody_gives_himself_anything() {
    each_office(async |office| {
        let (me, caller) = organization(&office).await;
        let (db, own) = (&office.db, function(&office, "accept", TODAY, ""));
        assert!(is_own_benefit(duty::allocate(db, &caller, me.id, &own, Step::Save).await));
        let appoint = form(&[
            ("unit", "4101"),
            ("post", "乡长"),
            ("kind", "established"),
            ("share", "10%"),
            ("from", TODAY),
        ]);
        assert!(is_own_benefit(duty::appoint(db, &caller, me.id, &appoint, Step::Save).await));

        // Through one for whom he stands in.
        let (principal, post) = office.hire("李青田", &office.town, "approver").await;
        office.deputise(&me, post).await;
        assert!(is_own_benefit(duty::allocate(db, &caller, principal.id, &own, Step::Save).await));
        // As his deputy.
        let (other, others) = office.hire("王三", &office.town, "manager").await;
        let arranged = deputyship(others, "组织部");
        assert!(is_own_benefit(duty::deputise(db, &caller, other.id, &arranged, Step::Save).await));
        // Through a group of which he is a member.
        let group = group(&office, &caller, "一组").await;
        let member = form(&[("person", "组织部"), ("from", TODAY)]);
        assert!(is_own_benefit(duty::add_member(db, &caller, &group, &member, Step::Save).await));
        let id = office.sql(store::new_id());
        let (of, he) = (office.sql(group.id.0), office.sql(me.id.0));
        office
            .tell(format!(
                "insert into group_member (id, group_id, person_id, valid_from) values ({id}, {of}, {he}, '2026-01-01')"
            ))
            .await;
        assert!(is_own_benefit(duty::add_right(db, &caller, &group, &own, Step::Save).await));
        // Through a role that he has.
        let make = form(&[("code", "helper"), ("name", "帮办")]);
        duty::make_role(db, &caller, &make).await.unwrap().unwrap();
        office.appoint(&me, &office.county, "helper").await;
        let inherit = form(&[("child", "helper"), ("parent", "manager")]);
        assert!(is_own_benefit(duty::inherit(db, &caller, &inherit, Step::Save).await));
        assert_eq!(handlers(&office).await, 0);
    });
}

#[test]
fn of_two_at_once_one_is_refused() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (person, _) = office.hire("张一禾", &office.town, "approver").await;
        let (one, other) =
            (function(&office, "approve", TODAY, ""), function(&office, "supervise", TODAY, ""));
        let (db, caller) = (&office.db, &caller);
        let (first, second) = tokio::join!(
            duty::allocate(db, caller, person.id, &one, Step::Save),
            duty::allocate(db, caller, person.id, &other, Step::Save),
        );
        let done = [first, second].into_iter().filter(|each| each.as_ref().is_ok_and(Result::is_ok));
        assert_eq!((done.count(), handlers(&office).await), (1, 1));

        // A right of a group and a member of it.
        let (person, _) = office.hire("李青田", &office.town, "approver").await;
        office.name(&person, Supervise, "2026-03-01").await;
        let group = group(&office, caller, "一组").await;
        let member = form(&[("person", "李青田"), ("from", TODAY)]);
        let (first, second) = tokio::join!(
            duty::add_right(db, caller, &group, &one, Step::Save),
            duty::add_member(db, caller, &group, &member, Step::Save),
        );
        let done = [first, second].into_iter().filter(|each| each.as_ref().is_ok_and(Result::is_ok));
        assert_eq!(done.count(), 1);
    });
}

#[test]
fn what_ends_is_gone_at_once_and_needs_a_permit() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (person, post) = office.hire("张一禾", &office.town, "approver").await;
        let allocation = office.name(&person, Approve, "2026-03-01").await;
        let (id, of) = (allocation.id.to_string(), post.to_string());
        let ending = form(&[("kind", "allocation"), ("id", &id), ("last", "")]);

        let (stranger, his) = office.hire("外人", &office.department, "manager").await;
        let other = office.sign_in(&stranger, his, None, TODAY).await;
        let denied = duty::end(&office.db, &other, &ending).await.unwrap_err();
        assert!(matches!(denied, ServiceError::Denied(denial) if denial.rule == access::SCOPE_RULE));
        let forged = form(&[("kind", "role"), ("id", &id)]);
        let gone = duty::end(&office.db, &caller, &forged).await.unwrap().unwrap_err();
        assert_eq!(gone[0].1.key, "duty-error-gone");

        let before = office.audited().await;
        duty::end(&office.db, &caller, &ending).await.unwrap().unwrap();
        assert_eq!(office.audited().await, before + 1);
        let row = last_row(&office).await;
        assert!(row.before.contains("\"to\":null") && row.after.contains("2026-11-23"), "{row:?}");
        let now = office.sign_in(&person, post, None, TODAY).await;
        let rights = now.actor.rights().unwrap();
        assert!(!rights.named(office.assignment.id).held.contains(Approve));
        let again = duty::end(&office.db, &caller, &ending).await.unwrap().unwrap_err();
        assert_eq!(again[0].1.key, "duty-error-ended");
        // What has not begun never was.
        let later = office.name(&person, Approve, "2027-01-01").await;
        let later = later.id.to_string();
        let ending = form(&[("kind", "allocation"), ("id", &later)]);
        duty::end(&office.db, &caller, &ending).await.unwrap().unwrap();
        assert_eq!(last_row(&office).await.after, "");
        // With a post its roles end.
        let ending = form(&[("kind", "appointment"), ("id", &of), ("last", TODAY)]);
        duty::end(&office.db, &caller, &ending).await.unwrap().unwrap();
        let mut conn = office.db.read().await.unwrap();
        let book = store::dossier::rules(&mut conn).await.unwrap();
        let whom = store::dossier::Whom::Person(person.id);
        let (book, _) = store::dossier::load(&mut conn, whom, book).await.unwrap();
        assert_eq!(book.held.iter().filter(|held| held.period.contains(day("2026-11-25"))).count(), 0);
    });
}

#[test]
fn certificates_that_lack_are_told_before() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        let (person, _) = office.hire("张一禾", &office.town, "approver").await;
        let mut power = office.power.clone();
        power.certificates = vec!["行政执法证".to_owned()];
        let mut conn = office.db.write().await.unwrap();
        store::power::update(&mut conn, &power).await.unwrap();
        conn.commit_derived().await.unwrap();
        let approve = function(&office, "approve", TODAY, "");
        let seen = duty::allocate(&office.db, &caller, person.id, &approve, Step::Check).await;
        let lacking = seen.unwrap().unwrap().lacking;
        assert_eq!((lacking.len(), lacking[0].key), (1, "duty-lacking"));
        assert_eq!(handlers(&office).await, 0, "a check writes nothing");
    });
}

#[test]
fn a_file_is_weighed_row_by_row() {
    each_office(async |office| {
        let (_, caller) = organization(&office).await;
        office.hire("张一禾", &office.town, "approver").await;
        office.hire("李青田", &office.town, "approver").await;
        let file = "事项编码,承接单位编码,工号,环节,时间占比,起,止\n\
            A-1,4101,张一禾,决定,0.1,2026-01-01,2026-06-30\n\
            A-1,4101,张一禾,监管,0.1,2026-07-01,\n\
            A-1,4101,李青田,监管,0.1,2026-07-01,\n\
            A-1,4101,李青田,决定,0.1,2026-07-01,\n\
            A-1,4101,组织部,受理,0.1,2026-07-01,\n";
        let options = Options { dry_run: false, on_error: OnError::Skip, catalogue: None, version: None };
        let bytes = file.as_bytes();
        let report = import::run(&office.db, Kind::Allocations, "分工.csv", bytes, &options, &caller).await;
        let report = report.unwrap();
        let told: Vec<_> = report.errors.iter().map(|each| (each.row, each.problem.key)).collect();
        assert_eq!(told, [(5, "separation-broken-assignment"), (6, "import-error-own-function")]);
        assert_eq!((report.new, report.wrong, handlers(&office).await), (3, 2, 3));
        // Longer than it was, it would meet the other side.
        let longer = "事项编码,承接单位编码,工号,环节,时间占比,起,止\n\
            A-1,4101,张一禾,决定,0.1,2026-01-01,2026-12-31\n";
        let bytes = longer.as_bytes();
        let report = import::run(&office.db, Kind::Allocations, "分工.csv", bytes, &options, &caller).await;
        assert_eq!(report.unwrap().errors[0].problem.key, "separation-broken-assignment");

        let me = caller.actor.rights().unwrap().person;
        let (_, post) = office.hire("王三", &office.town, "approver").await;
        let person = Person { id: me, ..crate::made::person("", "") };
        office.deputise(&person, post).await;
        let lent = "事项编码,承接单位编码,工号,环节,时间占比,起\nA-1,4101,王三,决定,0.1,2026-01-01\n";
        let report =
            import::run(&office.db, Kind::Allocations, "分工.csv", lent.as_bytes(), &options, &caller).await;
        assert_eq!(report.unwrap().errors[0].problem.key, "import-error-own-function");

        let roles = "工号,单位编码,岗位,角色,范围单位编码,起\n张一禾,4101,approver,监管人,4101,2026-01-01\n";
        let report =
            import::run(&office.db, Kind::Roles, "角色.csv", roles.as_bytes(), &options, &caller).await;
        let report = report.unwrap();
        assert_eq!(rule(&report.errors[0].problem), "SOD-05");
    });
}
