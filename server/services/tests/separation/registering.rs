//! The two-sided register: what is open, and naming the supervising side.

use crate::made::day;
use crate::office::{Office, TODAY, each_office, form};
use domain::assignment::Function::{Approve, Supervise};
use domain::duty::Sight;
use services::ServiceError;
use services::register::{self, State};
use store::register::{Filter, Stretch};

const ALL: Stretch = Stretch { limit: 100, offset: 0 };

/// The state on the day, and on which days what is open.
async fn state(office: &Office) -> (State, Vec<(String, Vec<&'static str>)>) {
    let mut conn = office.db.read().await.unwrap();
    let (entries, _) =
        register::entries(&mut conn, &Filter::default(), Sight::Everything, ALL).await.unwrap();
    let open = entries[0].segments.iter().map(|segment| {
        let codes = segment.findings.iter().map(domain::separation::register::Finding::code).collect();
        (segment.period.from.to_string(), codes)
    });
    (entries[0].state(day(TODAY)), open.collect())
}

#[test]
fn naming_a_side_closes_the_gap_and_replaces_what_stood_there() {
    each_office(async |office| {
        let (manager, post) = office.hire("乡长", &office.town, "manager").await;
        let (approver, _) = office.hire("张一禾", &office.town, "approver").await;
        let (supervisor, _) = office.hire("李青田", &office.department, "supervisor").await;
        office.name(&approver, Approve, "2025-01-01").await;
        office.name(&supervisor, Supervise, "2025-01-01").await;
        let caller = office.sign_in(&manager, post, None, TODAY).await;
        assert_eq!(state(&office).await.0, State::Open);

        let assignment = office.assignment.id.to_string();
        let wrong = form(&[
            ("assignment", &assignment),
            ("unit", "无此局"),
            ("from", "2024-01-01"),
            ("liaison", "X"),
        ]);
        let errors = register::name_side(&office.db, &caller, &wrong).await.unwrap().unwrap_err();
        let told: Vec<_> = errors.iter().map(|(name, _)| *name).collect();
        assert_eq!(told, ["unit", "liaison", "from"]);

        let whole = form(&[
            ("assignment", &assignment),
            ("unit", "41-NY"),
            ("liaison", "李青田"),
            ("from", "2025-01-01"),
        ]);
        let before = office.audited().await;
        register::name_side(&office.db, &caller, &whole).await.unwrap().unwrap();
        assert_eq!(office.audited().await, before + 1);
        assert_eq!(state(&office).await, (State::Whole, vec![("2025-01-01".to_owned(), vec![])]));

        // For three months the town itself: an overlap, and the department before and after it.
        let own = form(&[
            ("assignment", &assignment),
            ("unit", "4101"),
            ("from", "2027-01-01"),
            ("to", "2027-03-31"),
        ]);
        let mut conn = office.db.read().await.unwrap();
        let draft = register::check(&mut conn, &own, Sight::Everything).await.unwrap().unwrap();
        assert_eq!(draft.entry.segments.len(), 3);
        drop(conn);
        assert_eq!(state(&office).await.0, State::Whole, "a preview writes nothing");
        register::name_side(&office.db, &caller, &own).await.unwrap().unwrap();
        let (now, days) = state(&office).await;
        assert_eq!(now, State::Elsewhen);
        let expected = [("2025-01-01", vec![]), ("2027-01-01", vec!["same_unit"]), ("2027-04-01", vec![])];
        assert_eq!(days, expected.map(|(from, codes)| (from.to_owned(), codes)));

        // Another unit's manager may not, and sees nothing of it.
        let other =
            crate::made::unit("4102", "都里镇", domain::unit::UnitKind::Township, Some(&office.county));
        let mut conn = office.db.write().await.unwrap();
        store::unit::insert(&mut conn, &other).await.unwrap();
        conn.commit_derived().await.unwrap();
        let (stranger, post) = office.hire("外人", &other, "manager").await;
        let caller = office.sign_in(&stranger, post, None, TODAY).await;
        let refused = register::name_side(&office.db, &caller, &whole).await.unwrap_err();
        assert!(matches!(refused, ServiceError::Denied(denial) if denial.rule == access::SCOPE_RULE));
        let mut conn = office.db.read().await.unwrap();
        let sight = caller.actor.sight();
        assert_eq!(store::register::total(&mut conn, &Filter::default(), sight).await.unwrap(), 0);
        let (entries, _) = register::entries(&mut conn, &Filter::default(), sight, ALL).await.unwrap();
        assert_eq!(entries, []);
        assert!(register::check(&mut conn, &whole, sight).await.unwrap().is_err());
    });
}
