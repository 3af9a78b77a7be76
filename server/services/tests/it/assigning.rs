//! Handing a power to a unit by form.

use crate::common::each_audited_database as each_database;
use crate::files::{caller, county, kept, today, touched_since, versions};
use domain::assignment::{Form, Function};
use domain::duty::Sight;
use services::assign;
use services::form::Fields;

fn fields(all: &[(&str, &str)]) -> Fields {
    all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn good() -> Fields {
    fields(&[
        ("power", "A-2 非法占地处罚"),
        ("unit", " 都里镇 "),
        ("giver", "41-NY"),
        ("form", "conferral"),
        ("functions", "inspect penalise"),
        ("from", "2027年3月1日"),
        ("to", "2028-12-31"),
        ("planned_volume", "0"),
    ])
}

#[test]
fn everything_wrong_is_told_at_once() {
    each_database(async |db| {
        county(&db).await;
        let mut conn = db.read().await.unwrap();
        let mut told = async |fields: &Fields| {
            let errors =
                assign::check(&mut conn, fields, today(), Sight::Everything).await.unwrap().unwrap_err();
            let mut told: Vec<_> = errors.iter().map(|(name, problem)| (*name, problem.key)).collect();
            told.sort_unstable();
            told
        };
        assert_eq!(
            told(&Fields::new()).await,
            [
                ("form", "assign-error-form"),
                ("from", "assign-error-from"),
                ("functions", "assign-error-functions"),
                ("power", "assign-error-power"),
                ("unit", "assign-error-unit"),
            ]
        );
        let mut wrong = good();
        wrong.extend(fields(&[
            ("power", "Z-9"),
            ("unit", "无此乡"),
            ("giver", "无此局"),
            ("form", "recalled"),
            ("functions", "dance"),
            ("to", "昨天"),
            ("planned_volume", "-3"),
        ]));
        assert_eq!(
            told(&wrong).await,
            [
                ("form", "assign-error-recalled"),
                ("functions", "assign-error-functions"),
                ("giver", "assign-error-no-unit"),
                ("planned_volume", "assign-error-volume"),
                ("power", "assign-error-no-power"),
                ("to", "import-error-not-a-date"),
                ("unit", "assign-error-no-unit"),
            ]
        );
        let mut wrong = good();
        wrong.extend(fields(&[("power", "A-1"), ("unit", "4102"), ("giver", "4102 都里镇")]));
        assert_eq!(told(&wrong).await, [("giver", "assign-error-own-giver")]);
        let mut wrong = good();
        wrong.extend(fields(&[("to", "2026-12-01")]));
        assert_eq!(told(&wrong).await, [("to", "import-error-reversed")]);
        let mut wrong = good();
        wrong.extend(fields(&[("from", "2026-01-01")]));
        assert_eq!(told(&wrong).await, [("from", "proposal-error-past")]);
        let mut held = good();
        held.extend(fields(&[("power", "A-1")]));
        assert_eq!(told(&held).await, [("power", "assign-error-overlap")]);
    });
}

#[test]
fn a_draft_says_what_would_be_stored() {
    each_database(async |db| {
        county(&db).await;
        let mut conn = db.read().await.unwrap();
        let checked = assign::check(&mut conn, &good(), today(), Sight::Everything).await;
        let (draft, preview) = checked.unwrap().unwrap();
        assert_eq!(preview.unwrap().assessment.assignment, draft.assignment.id);
        assert_eq!((draft.power.code.as_str(), draft.unit.code.as_str()), ("A-2", "4102"));
        assert_eq!(draft.giver.unwrap().code, "41-NY");
        let assignment = draft.assignment;
        assert_eq!(assignment.form, Form::Conferral);
        assert_eq!(assignment.functions, [Function::Inspect, Function::Penalise]);
        assert_eq!(assignment.period.from.to_string(), "2027-03-01");
        assert_eq!(assignment.planned_volume, Some(0));
        assert!(assignment.instrument.is_none());
        assert!(store::assignment::by_id(&mut conn, assignment.id).await.unwrap().is_none());
    });
}

#[test]
fn a_draft_reaches_no_unit() {
    each_database(async |db| {
        county(&db).await;
        let (before, results) = (versions(&db).await, kept(&db).await);
        let id = services::life::proposal::draft(&db, &caller(), &good()).await.unwrap().unwrap();
        assert_eq!(touched_since(&db, &before).await, [""; 0]);
        assert_eq!(kept(&db).await, results);
        let mut conn = db.read().await.unwrap();
        let items = store::life::item::of_proposal(&mut conn, id).await.unwrap();
        assert_eq!(items.len(), 1);
        assert!(items[0].verdict.is_some() && items[0].assignment.is_none());
        drop(conn);

        // The same once more waits for the first.
        let errors = services::life::proposal::draft(&db, &caller(), &good()).await.unwrap().unwrap_err();
        assert_eq!(errors[0].1.key, "proposal-error-running");
    });
}
