//! Reviews of rights: what becomes a line, who decides, and what the deadline does.

use crate::office::{Office, TODAY, each_office, form};
use access::Operator;
use domain::assignment::Function::Approve;
use domain::duty::{BENEFIT_RULE, Sight};
use domain::id::ReviewId;
use domain::people::Person;
use services::write::Caller;
use services::{ServiceError, review};
use store::review::Line;

struct Staff {
    organization: Caller,
    manager: Caller,
    boss: Person,
    handler: Person,
    post: domain::id::AppointmentId,
}

async fn staff(office: &Office) -> Staff {
    let (org, post) = office.hire("组织部", &office.county, "organization").await;
    let organization = office.sign_in(&org, post, None, TODAY).await;
    let (boss, post) = office.hire("乡长", &office.town, "manager").await;
    let manager = office.sign_in(&boss, post, None, TODAY).await;
    let (handler, post) = office.hire("张一禾", &office.town, "approver").await;
    office.name(&handler, Approve, "2026-03-01").await;
    Staff { organization, manager, boss, handler, post }
}

async fn open(office: &Office, caller: &Caller, undecided: &str) -> ReviewId {
    let fields = form(&[
        ("title", "2026年度权限复核"),
        ("unit", "4101"),
        ("due", "2026-12-10"),
        ("undecided", undecided),
    ]);
    review::open(&office.db, caller, &fields).await.unwrap().unwrap()
}

async fn lines(office: &Office, id: ReviewId) -> Vec<Line> {
    let mut conn = office.db.read().await.unwrap();
    store::review::lines(&mut conn, id, None, Sight::Everything, 100, 0).await.unwrap()
}

async fn audited_at(office: &Office) -> i64 {
    office.audited().await
}

fn schedule(day: &str) -> Caller {
    let now = format!("{day}T02:00:00Z").parse().unwrap();
    Caller::operator(Operator::Schedule, now, day.parse().unwrap())
}

#[test]
fn each_right_is_a_line_and_nobody_decides_on_his_own() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let wrong = form(&[("unit", "无此"), ("due", TODAY)]);
        let errors = review::open(&office.db, &staff.organization, &wrong).await.unwrap().unwrap_err();
        let told: Vec<_> = errors.iter().map(|(name, _)| *name).collect();
        assert_eq!(told, ["title", "unit", "due", "undecided"]);
        let town = form(&[("title", "x"), ("unit", "4101"), ("due", "2026-12-10"), ("undecided", "keep")]);
        let denied = review::open(&office.db, &staff.manager, &town).await;
        assert!(matches!(denied.unwrap_err(), ServiceError::Denied(_)));

        let id = open(&office, &staff.organization, "revoke").await;
        let all = lines(&office, id).await;
        // Two roles and a function; the county's are not below the town.
        assert_eq!(all.len(), 3, "{all:?}");
        let of =
            |person: &Person| -> Vec<&Line> { all.iter().filter(|line| line.person == person.id).collect() };
        let own = of(&staff.boss)[0].id.to_string();
        let denied = review::keep(&office.db, &staff.manager, id, &form(&[("lines", &own)])).await;
        assert!(matches!(denied.unwrap_err(), ServiceError::Denied(denial) if denial.rule == BENEFIT_RULE));

        let both: Vec<String> = of(&staff.handler).iter().map(|line| line.id.to_string()).collect();
        let before = audited_at(&office).await;
        let kept = form(&[("lines", &both[0])]);
        assert_eq!(review::keep(&office.db, &staff.manager, id, &kept).await.unwrap().unwrap(), 1);
        let again = review::keep(&office.db, &staff.manager, id, &kept).await.unwrap().unwrap_err();
        assert_eq!(again[0].1.key, "review-error-decided");
        let without = form(&[("line", &both[1])]);
        let errors = review::revoke(&office.db, &staff.manager, id, &without).await.unwrap().unwrap_err();
        assert_eq!(errors[0].1.key, "review-error-reason");
        let revoke = form(&[("line", &both[1]), ("reason", "已调离")]);
        // A line of another review is none of this one.
        let other = open(&office, &staff.organization, "keep").await;
        let errors = review::revoke(&office.db, &staff.manager, other, &revoke).await.unwrap().unwrap_err();
        assert_eq!(errors[0].1.key, "review-error-decided");
        review::revoke(&office.db, &staff.manager, id, &revoke).await.unwrap().unwrap();
        // Kept, opened the other, revoked.
        assert_eq!(audited_at(&office).await, before + 3);
        // Roles come before functions, so the role was revoked or the function was; one of them is gone at once.
        let now = office.sign_in(&staff.handler, staff.post, None, TODAY).await;
        let rights = now.actor.rights().unwrap();
        let has_function = rights.named(office.assignment.id).held.contains(Approve);
        assert!(has_function != rights.has(domain::duty::Role::Approver));
    });
}

#[test]
fn the_deadline_revokes_or_keeps_what_nobody_decided_on() {
    each_office(async |office| {
        let staff = staff(&office).await;
        let kept = open(&office, &staff.organization, "keep").await;
        let revoked = open(&office, &staff.organization, "revoke").await;
        for day in ["2026-11-25", "2026-11-26", "2026-12-10"] {
            let before = audited_at(&office).await;
            review::each_day(&office.db, &schedule(day)).await.unwrap();
            assert_eq!(audited_at(&office).await, before, "{day}");
        }
        let mut conn = office.db.read().await.unwrap();
        let all = store::review::open(&mut conn).await.unwrap();
        assert!(all.iter().all(|each| each.reminded_on == Some("2026-12-10".parse().unwrap())), "{all:?}");
        let (from, sight) = ("2026-12-01".parse().unwrap(), staff.manager.actor.sight());
        assert_eq!(review::notices(&mut conn, sight, from).await.unwrap().len(), 2);
        let early = "2026-11-20".parse().unwrap();
        assert_eq!(review::notices(&mut conn, sight, early).await.unwrap().len(), 0);
        drop(conn);

        let before = audited_at(&office).await;
        review::each_day(&office.db, &schedule("2026-12-11")).await.unwrap();
        // Two closed, three revoked; once more nothing is left to do.
        assert_eq!(audited_at(&office).await, before + 5);
        review::each_day(&office.db, &schedule("2026-12-12")).await.unwrap();
        assert_eq!(audited_at(&office).await, before + 5);
        let decided =
            |lines: Vec<Line>| -> Vec<_> { lines.iter().filter_map(|line| line.decision).collect() };
        assert_eq!(decided(lines(&office, kept).await), [domain::holding::Decision::Keep; 3]);
        assert_eq!(decided(lines(&office, revoked).await), [domain::holding::Decision::Revoke; 3]);
        let last = office.sign_in(&staff.handler, staff.post, None, "2026-12-10").await;
        assert!(last.actor.rights().unwrap().has(domain::duty::Role::Approver));
        let after = office.sign_in(&staff.handler, staff.post, None, "2026-12-11").await;
        assert!(!after.actor.rights().unwrap().has(domain::duty::Role::Approver));
    });
}
