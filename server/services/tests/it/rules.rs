//! Thresholds and norms from forms.

use crate::common::each_audited_database as each_database;
use crate::files::{assessed, caller, county, import, today};
use domain::Fen;
use domain::power::PowerType;
use domain::rules::{Norms, PerMille, TypeRules};
use services::form::{FieldError, Fields};
use services::import::Kind;
use services::rules;

fn fields(all: &[(&str, &str)]) -> Fields {
    all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn names(errors: &[FieldError]) -> Vec<(&'static str, &'static str)> {
    errors.iter().map(|(name, problem)| (*name, problem.key)).collect()
}

fn thresholds() -> Fields {
    fields(&[
        ("min_people", "3"),
        ("certificates", "行政执法证、安全员证"),
        ("workload", "85.5"),
        ("on_time", "100"),
        ("returned", "0"),
        ("exercise", "60"),
        ("money", "120"),
        ("idle_months", "24"),
    ])
}

fn of_norms() -> Fields {
    fields(&[
        ("possible_days", "261"),
        ("holidays", "13"),
        ("leave_days", "10"),
        ("sick_days", "5"),
        ("training_days", "12"),
        ("hours_per_day", "7.5"),
        ("category_allowance", "99.9"),
        ("post_year", "9万"),
        ("course_place", "2000.50"),
        ("equipment_item", "0"),
    ])
}

#[test]
fn thresholds_are_read_or_refused() {
    let read = rules::type_rules(PowerType::Licence, &thresholds()).unwrap();
    let expected = TypeRules {
        min_people: 3,
        certificates: vec!["行政执法证".to_owned(), "安全员证".to_owned()],
        workload: PerMille(855),
        on_time: PerMille(1000),
        returned: PerMille(0),
        exercise: PerMille(600),
        money: PerMille(1200),
        idle_months: 24,
    };
    assert_eq!(read, expected);
    let mut wrong = thresholds();
    wrong.extend(fields(&[
        ("min_people", "2.5"),
        ("workload", "很多"),
        ("on_time", "100.1"),
        ("returned", "-1"),
        ("exercise", ""),
        ("money", "1001"),
        ("idle_months", "25"),
    ]));
    assert_eq!(
        names(&rules::type_rules(PowerType::Licence, &wrong).unwrap_err()),
        [
            ("min_people", "rules-error-whole"),
            ("workload", "rules-error-range"),
            ("on_time", "rules-error-range"),
            ("returned", "rules-error-range"),
            ("exercise", "rules-error-range"),
            ("money", "rules-error-range"),
            ("idle_months", "rules-error-whole"),
        ]
    );
    assert_eq!(rules::type_rules(PowerType::Licence, &Fields::new()).unwrap_err().len(), 7);
    let mut one = thresholds();
    one.extend(fields(&[("min_people", "1")]));
    assert!(rules::type_rules(PowerType::Licence, &one).is_ok());
    let below_the_law = rules::type_rules(PowerType::Penalty, &one).unwrap_err();
    assert_eq!(names(&below_the_law), [("min_people", "rules-error-whole")]);
}

#[test]
fn norms_are_read_or_refused() {
    let read = rules::norms(&of_norms()).unwrap();
    assert_eq!(read.category_allowance, PerMille(999));
    assert_eq!(
        (read.post_year, read.course_place, read.equipment_item),
        (Fen::yuan(90_000), Fen(200_050), Fen::ZERO)
    );
    let mut wrong = of_norms();
    wrong.extend(fields(&[
        ("possible_days", "400"),
        ("hours_per_day", "0"),
        ("category_allowance", "100"),
        ("post_year", "-1"),
    ]));
    assert_eq!(
        names(&rules::norms(&wrong).unwrap_err()),
        [
            ("possible_days", "rules-error-range"),
            ("hours_per_day", "rules-error-range"),
            ("category_allowance", "rules-error-range"),
            ("post_year", "rules-error-money"),
        ]
    );
    let mut no_time = of_norms();
    no_time.extend(fields(&[("leave_days", "231")]));
    assert_eq!(names(&rules::norms(&no_time).unwrap_err()), [("possible_days", "rules-error-no-time")]);
}

#[test]
fn new_rules_assess_everything_again() {
    each_database(async |db| {
        county(&db).await;
        let cases = "单位编码,事项编码,月份,受理,办结\n4101,A-2,2026-10,50,50\n";
        import(&db, Kind::Statistics, cases).await;
        let (before, _) = assessed(&db, "许家沟乡", "A-2").await;
        let free = Norms { post_year: Fen::ZERO, ..Norms::default() };
        rules::save_norms(&db, &caller(), &free).await.unwrap();
        assert!(is_behind(&db).await);
        renew(&db).await;
        assert!(!is_behind(&db).await);
        let (after, _) = assessed(&db, "许家沟乡", "A-2").await;
        assert!(before.money.people > Fen::ZERO);
        assert_eq!(after.money.people, Fen::ZERO);

        let lax = TypeRules { certificates: Vec::new(), ..TypeRules::default_for(PowerType::Penalty) };
        assert_eq!(after.counts.untrained, 1);
        rules::save_type(&db, &caller(), PowerType::Penalty, &lax).await.unwrap();
        renew(&db).await;
        let (after, _) = assessed(&db, "许家沟乡", "A-2").await;
        assert_eq!(after.counts.untrained, 0);
    });
}

async fn is_behind(db: &store::Db) -> bool {
    let mut conn = db.read().await.unwrap();
    store::assessment::is_behind(&mut conn, today()).await.unwrap()
}

async fn renew(db: &store::Db) {
    use services::assess::{Keep, each_unit};
    each_unit(db, today(), None, Keep::Results, &mut |_, _| {}).await.unwrap();
}
