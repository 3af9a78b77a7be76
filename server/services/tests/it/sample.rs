//! The sample county: what it shows, and that its files can be exported and imported again.

use crate::common::each_audited_database as each_database;
use crate::files::{caller, counts, kept, operator, options, today, touched_since, versions};
use domain::Date;
use domain::assess::{Assessment, Verdict};
use domain::duty::Sight;
use services::assess::{Keep, each_unit};
use services::import::{self, Kind};
use services::{export, sample};
use store::Db;

/// Assignments by verdict, the worst first, and those that are not assessed.
async fn spread(db: &Db) -> ([usize; 5], usize) {
    let lines = kept(db).await;
    let mut spread = [0; 5];
    for line in &lines {
        spread[line.assessment.verdict as usize] += 1;
    }
    let mut conn = db.read().await.unwrap();
    let all = store::assignment::all(&mut conn, Sight::Everything).await.unwrap().len();
    (spread, all - lines.len())
}

async fn load(db: &Db, on: Date) {
    let mut kinds = Vec::new();
    sample::load(db, &operator(on), &mut |kind| kinds.push(kind)).await.unwrap();
    assert_eq!(kinds, Kind::ALL);
}

#[test]
fn it_shows_every_verdict() {
    each_database(async |db| {
        load(&db, today()).await;
        assert_eq!(Verdict::ALL[0], Verdict::Cannot);
        assert_eq!(spread(&db).await, ([132, 43, 48, 12, 150], 2));
    });
}

#[test]
fn it_shows_the_same_on_another_day() {
    each_database(async |db| {
        load(&db, "2027-03-15".parse().unwrap()).await;
        assert_eq!(spread(&db).await, ([132, 43, 48, 12, 150], 2));
    });
}

#[test]
fn exports_change_nothing_when_they_are_imported_again() {
    each_database(async |db| {
        load(&db, today()).await;
        let (before, results) = (versions(&db).await, kept(&db).await);
        for &kind in Kind::ALL {
            let file = export::csv(&db, kind, Sight::Everything).await.unwrap();
            let name = format!("{kind}.csv");
            let report = import::run(&db, kind, &name, &file, &options(), &caller()).await.unwrap();
            let rows = report.unchanged;
            assert_eq!(counts(&report), (0, 0, rows, 0), "{kind}: {:?}", report.errors);
            assert!(rows > 0 && report.is_written(), "{kind}");
            assert!(report.unknown_columns.is_empty(), "{kind}");
            assert_eq!(export::csv(&db, kind, Sight::Everything).await.unwrap(), file, "{kind}");
        }
        assert_eq!(touched_since(&db, &before).await, [""; 0]);
        assert_eq!(kept(&db).await, results);
    });
}

#[test]
fn a_full_assessment_finds_what_the_import_kept() {
    each_database(async |db| {
        load(&db, today()).await;
        let before = kept(&db).await;
        let mut found: Vec<Assessment> = Vec::new();
        let tell = &mut |_: &_, of_unit: &[Assessment]| found.extend_from_slice(of_unit);
        each_unit(&db, today(), None, Keep::Nothing, tell).await.unwrap();
        found.sort_by_key(|each| each.assignment);
        let results: Vec<Assessment> = before.iter().map(|line| line.assessment.clone()).collect();
        assert_eq!(found, results);
        each_unit(&db, today(), None, Keep::Results, &mut |_, _| {}).await.unwrap();
        assert_eq!(kept(&db).await, before);

        // Below one unit alone.
        let of = before[0].unit;
        let mut units = Vec::new();
        let tell = &mut |facts: &domain::assess::UnitFacts, _: &[Assessment]| units.push(facts.unit.id);
        each_unit(&db, today(), Some(of), Keep::Nothing, tell).await.unwrap();
        assert!(units.contains(&of));
        let mut conn = db.read().await.unwrap();
        for unit in units {
            let path = store::unit::path(&mut conn, unit, Sight::Everything).await.unwrap();
            assert!(path.iter().any(|above| above.id == of));
        }
    });
}
