//! Catalogue versions, moving assignments, legal bases, zero-base reviews, the three lists and public lists.

use crate::common::each_audited_database as each_database;
use crate::files::import_with;
use crate::files::{
    assessed, caller, counts, county, import, operator, options, skip, told, try_import, unit,
};
use domain::assess::{Gate, Verdict};
use domain::catalogue::basis::BasisState;
use domain::catalogue::lists::List;
use domain::catalogue::zero_base::Proposal;
use domain::catalogue::{Fate, State};
use domain::duty::Sight;
use domain::id::VersionId;
use domain::unit::Unit;
use services::catalogue::{self, basis, moving, public, zero_base};
use services::form::{FieldError, Fields};
use services::import::Kind;
use store::Db;

pub fn fields(all: &[(&str, &str)]) -> Fields {
    all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

pub fn keys(errors: &[FieldError]) -> Vec<(&'static str, &'static str)> {
    errors.iter().map(|(field, told)| (*field, told.key)).collect()
}

async fn version(db: &Db, name: &str) -> VersionId {
    let mut conn = db.read().await.unwrap();
    store::catalogue::by_key(&mut conn, "目录", name).await.unwrap().unwrap().id
}

async fn publish(db: &Db, id: VersionId, older: Option<VersionId>, from: &str) {
    let older = older.map_or(String::new(), |older| older.to_string());
    let form = fields(&[("document", "甲政〔2026〕1号"), ("in_force_from", from), ("supersedes", &older)]);
    catalogue::publish(db, &caller(), id, &form).await.unwrap().unwrap().unwrap();
}

/// The county with its catalogue published, and a draft of the next version in which one power is renamed, one changed
/// and one new.
async fn two_versions(db: &Db) -> (VersionId, VersionId) {
    county(db).await;
    let old = version(db, "1").await;
    publish(db, old, None, "2026-11-15").await;
    let form = fields(&[("supersedes", &old.to_string()), ("version", "2"), ("copy", "yes")]);
    let new = catalogue::make(db, &caller(), &form).await.unwrap().unwrap();
    let file = "\
目录,版本,事项编码,事项名称,事项类型,单件工时
目录,2,A-1,农村宅基地审批,行政许可,60
目录,2,A-2,非法占地处罚,行政处罚,120
目录,2,A-3,烟花爆竹零售许可,行政许可,30
";
    assert_eq!(counts(&import(db, Kind::Powers, file).await), (1, 2, 0, 0));
    (old, new)
}

#[test]
fn a_published_version_stays_as_it_is() {
    each_database(async |db| {
        let (old, new) = two_versions(&db).await;
        let file =
            "目录,版本,事项编码,事项名称,事项类型\n目录,1,A-1,改名,行政许可\n目录,1,A-9,新增,行政许可\n";
        let report = import(&db, Kind::Powers, file).await;
        assert_eq!(counts(&report), (0, 0, 0, 2));
        assert_eq!(
            told(&report.errors),
            [
                (2, "版本", "1", "import-error-published-version"),
                (3, "版本", "1", "import-error-published-version")
            ]
        );
        // What it says already is no change.
        let same = "目录,版本,事项编码,事项名称,事项类型\n目录,1,A-1,宅基地审批,行政许可\n";
        assert_eq!(counts(&import(&db, Kind::Powers, same).await), (0, 0, 1, 0));
        // Nor is it published twice, marked, or named twice.
        let form = fields(&[("document", "1号"), ("in_force_from", "2026-12-01"), ("supersedes", "")]);
        let refused = catalogue::publish(&db, &caller(), old, &form).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("document", "catalogue-refused-published")]);
        let form = fields(&[("catalogue", "目录"), ("version", "2")]);
        let refused = catalogue::make(&db, &caller(), &form).await.unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("version", "catalogue-error-taken")]);
        let empty = catalogue::make(&db, &caller(), &Fields::new()).await.unwrap().unwrap_err();
        assert_eq!(
            keys(&empty),
            [("catalogue", "catalogue-error-name"), ("version", "catalogue-error-name")]
        );
        // The past is not rewritten.
        let form =
            fields(&[("document", "2号"), ("in_force_from", "2026-11-14"), ("supersedes", &old.to_string())]);
        let refused = catalogue::publish(&db, &caller(), new, &form).await.unwrap().unwrap().unwrap_err();
        assert_eq!(
            keys(&refused),
            [("in_force_from", "catalogue-refused-past"), ("in_force_from", "catalogue-refused-earlier")]
        );
        publish(&db, new, Some(old), "2026-12-01").await;
        let mut conn = db.read().await.unwrap();
        let all = store::catalogue::list(&mut conn, "2026-12-01".parse().unwrap(), Sight::Everything)
            .await
            .unwrap();
        let states: Vec<_> =
            all.iter().map(|each| each.version.state(each.next, "2026-12-01".parse().unwrap())).collect();
        assert_eq!(states, [State::InForce, State::Superseded]);
        assert_eq!((all[0].powers, all[1].assigned), (3, 3));
    });
}

#[test]
fn what_differs_is_found() {
    each_database(async |db| {
        let (old, new) = two_versions(&db).await;
        let mut conn = db.read().await.unwrap();
        let [older, newer] = [old, new];
        let older = store::catalogue::by_id(&mut conn, older).await.unwrap().unwrap();
        let newer = store::catalogue::by_id(&mut conn, newer).await.unwrap().unwrap();
        let diff = catalogue::compare(&mut conn, &older, &newer).await.unwrap();
        let fates: Vec<_> = diff.entries.iter().map(|entry| entry.fate).collect();
        assert_eq!(fates, [Fate::Renamed, Fate::Changed, Fate::Added]);
        let same = catalogue::compare(&mut conn, &older, &older).await.unwrap();
        assert_eq!((same.entries.len(), same.unchanged), (0, 2));
    });
}

#[test]
fn assignments_move_by_date_and_history_stays() {
    each_database(async |db| {
        let (old, new) = two_versions(&db).await;
        // A draft receives nothing, and neither does a version before its first day.
        let form = fields(&[("all", "yes"), ("from", "2026-12-01"), ("reason", "新版")]);
        let refused = moving::run(&db, &caller(), new, &form).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("from", "move-error-version")]);
        publish(&db, new, Some(old), "2026-12-01").await;
        let refused = moving::run(&db, &caller(), new, &Fields::new()).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("from", "assign-error-from"), ("reason", "move-error-reason")]);
        let form = fields(&[("all", "yes"), ("from", "2026-12-10"), ("reason", "新版")]);
        assert_eq!(moving::run(&db, &caller(), new, &form).await.unwrap().unwrap(), Ok(3));
        // Once more there is nothing to move.
        let refused = moving::run(&db, &caller(), new, &form).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("pairs", "move-error-none")]);
        let ask = async |power: &str, on: &str| {
            let form = fields(&[("power", power), ("unit", "4101"), ("function", "approve"), ("on", on)]);
            let answer = services::who::ask(&db, &caller(), &form).await.unwrap().unwrap();
            let assignment = answer.assignment.unwrap();
            (assignment.period, answer.people.into_iter().map(|each| each.name).collect::<Vec<_>>())
        };
        for power in ["A-1", "宅基地审批", "农村宅基地审批"] {
            let (before, people) = ask(power, "2026-12-09").await;
            assert_eq!(before.to, Some("2026-12-09".parse().unwrap()), "{power}");
            assert_eq!(people, ["张一禾"]);
            let (after, people) = ask(power, "2026-12-10").await;
            assert_eq!((after.from, after.to), ("2026-12-10".parse().unwrap(), None), "{power}");
            assert_eq!(people, ["张一禾"]);
        }
    });
}

#[test]
fn two_who_move_the_same_at_once_move_it_once() {
    each_database(async |db| {
        let (old, new) = two_versions(&db).await;
        publish(&db, new, Some(old), "2026-11-16").await;
        let form = fields(&[("all", "yes"), ("from", "2026-11-20"), ("reason", "新版")]);
        let caller = caller();
        let (one, other) =
            tokio::join!(moving::run(&db, &caller, new, &form), moving::run(&db, &caller, new, &form));
        let done = [one, other].into_iter().filter(|done| matches!(done, Ok(Some(Ok(3))))).count();
        assert_eq!(done, 1);
        let mut conn = db.read().await.unwrap();
        let all = store::assignment::all(&mut conn, Sight::Everything).await.unwrap();
        assert_eq!(all.len(), 6);
    });
}

#[test]
fn an_article_that_is_over_fails_the_legal_gate_from_its_day_on() {
    each_database(async |db| {
        county(&db).await;
        let citation = "《土地管理法》第六十二条";
        let empty = basis::mark(&db, &caller(), &Fields::new()).await.unwrap().unwrap_err();
        assert_eq!(
            keys(&empty),
            [
                ("state", "basis-error-state"),
                ("since", "basis-error-since"),
                ("source", "basis-error-source"),
                ("citation", "basis-error-citation")
            ]
        );
        let fails = async || {
            let (result, _) = assessed(&db, "许家沟乡", "A-1").await;
            result.verdict == Verdict::Cannot
                && result.findings.iter().any(|each| each.kind.gate() == Some(Gate::Legal))
        };
        assert!(!fails().await);
        let form = |state: &str, since: &str| {
            fields(&[("citation", citation), ("state", state), ("since", since), ("source", "公告")])
        };
        let reached = basis::mark(&db, &caller(), &form("repealed", "2026-11-01")).await.unwrap().unwrap();
        assert_eq!((reached.powers, reached.units), (1, 2));
        assert!(fails().await);
        let mut conn = db.read().await.unwrap();
        let mark = store::basis::mark(&mut conn, citation).await.unwrap().unwrap();
        assert_eq!(mark.state, BasisState::Repealed);
        drop(conn);
        // Another power that cites it stands on nothing from the first.
        let file = "目录,版本,事项编码,事项名称,事项类型,设定依据\n目录,1,A-7,他项,行政许可,《法》；《土地管理法》第六十二条\n";
        assert_eq!(counts(&import(&db, Kind::Powers, file).await), (1, 0, 0, 0));
        assert_eq!(counts(&import(&db, Kind::Powers, file).await), (0, 0, 1, 0));
        let mut conn = db.read().await.unwrap();
        let power = store::power::by_key(&mut conn, "目录", "1", "A-7").await.unwrap().unwrap();
        drop(conn);
        let ends: Vec<_> = power.legal_bases.iter().map(|basis| basis.to.is_some()).collect();
        assert_eq!(ends, [false, true]);
        // Found to be in force after all.
        basis::mark(&db, &caller(), &form("in_force", "2026-11-01")).await.unwrap().unwrap();
        assert!(!fails().await);
        basis::mark(&db, &caller(), &form("expired", "2026-12-31")).await.unwrap().unwrap();
        assert!(!fails().await, "it is still in force today");
        basis::each_day(&db, &caller()).await.unwrap();
    });
}

#[test]
fn everything_held_is_argued_and_decided() {
    each_database(async |db| {
        county(&db).await;
        let form = fields(&[("title", "清零"), ("unit", "41"), ("due", "2026-12-31")]);
        let id = zero_base::open(&db, &caller(), &form).await.unwrap().unwrap();
        let lines = async |filter: store::zero_base::Filter| {
            let mut conn = db.read().await.unwrap();
            store::zero_base::lines(&mut conn, id, &filter, Sight::Everything, (100, 0)).await.unwrap()
        };
        let (all, total) = lines(store::zero_base::Filter::default()).await;
        assert_eq!(total, 3);
        // Nothing was ever done by these powers.
        assert!(all.iter().all(|line| line.suggested == Proposal::Drop && line.cases == 0));
        let argued = fields(&[("lines", &all[0].id.to_string()), ("proposal", "keep")]);
        assert_eq!(zero_base::argue(&db, &caller(), id, &argued).await.unwrap(), Ok(1));
        let give_up = fields(&[("all", "yes"), ("proposal", "drop")]);
        let refused = zero_base::decide(&db, &caller(), id, &give_up).await.unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("reason", "zero-base-refused-reason")]);
        let open = zero_base::close(&db, &caller(), id).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&open), [("lines", "zero-base-error-open")]);
        let keep = fields(&[("lines", &all[0].id.to_string()), ("proposal", "keep")]);
        assert_eq!(zero_base::decide(&db, &caller(), id, &keep).await.unwrap(), Ok(1));
        let again = zero_base::decide(&db, &caller(), id, &keep).await.unwrap().unwrap_err();
        assert_eq!(keys(&again), [("lines", "zero-base-error-decided")]);
        let give_up = fields(&[("all", "yes"), ("proposal", "drop"), ("reason", "零办件")]);
        assert_eq!(zero_base::decide(&db, &caller(), id, &give_up).await.unwrap(), Ok(2));
        zero_base::close(&db, &caller(), id).await.unwrap().unwrap().unwrap();
        let mut conn = db.read().await.unwrap();
        let listed = store::zero_base::listed(&mut conn, id, Sight::Everything).await.unwrap().unwrap();
        assert_eq!((listed.progress.decided, listed.progress.dropped), (3, 2));
        assert_eq!(listed.review.closed_on, Some(caller().today));
        drop(conn);
        let (dropped, _) =
            lines(store::zero_base::Filter { decision: Some(Proposal::Drop), ..Default::default() }).await;
        assert!(dropped.iter().all(|line| line.reason == "零办件"));
        // A department's own review lists what it handed down.
        let form = fields(&[("title", "部门"), ("unit", "41-NY"), ("due", "2026-12-31")]);
        let id = zero_base::open(&db, &caller(), &form).await.unwrap().unwrap();
        let mut conn = db.read().await.unwrap();
        let listed = store::zero_base::listed(&mut conn, id, Sight::Everything).await.unwrap().unwrap();
        assert_eq!(listed.progress.lines, 3);
    });
}

#[test]
fn the_three_lists_are_read_from_files() {
    each_database(async |db| {
        county(&db).await;
        let file = "\
单位编码,清单,序号,履职事项,牵头部门,配合事项,履职依据,事项编码
4101,基本履职,1,宅基地审批,,,《土地管理法》,A-1
4101,配合履职,1,非法捕捞查处,甲县农业农村局,发现上报,,
4102,上级部门收回,1,特种设备检查,县市场监管局,,,
4102,配合,2,无人牵头,,,,
";
        let report = import(&db, Kind::Duties, file).await;
        assert_eq!(told(&report.errors), [(5, "牵头部门", "", "duties-error-lead")]);
        let report = import_with(&db, Kind::Duties, file, &skip()).await;
        assert_eq!(counts(&report), (3, 0, 0, 1));
        let mut conn = db.read().await.unwrap();
        let filter = store::duties::Filter::default();
        let (lines, total) =
            store::duties::lines(&mut conn, &filter, caller().today, Sight::Everything, (10, 0))
                .await
                .unwrap();
        assert_eq!(total, 3);
        assert!(lines[0].row.list == List::Basic && lines[0].assignment.is_some());
        assert!(lines[1].row.lead_unit.is_some() && lines[2].row.lead_unit.is_none());
        let found = store::duties::Filter { typed: "ffbl".to_owned(), ..Default::default() };
        let (lines, _) = store::duties::lines(&mut conn, &found, caller().today, Sight::Everything, (10, 0))
            .await
            .unwrap();
        assert_eq!(lines.len(), 1, "found by initials");
        drop(conn);
        let missing = try_import(&db, Kind::Duties, "清单,序号\n基本履职,1\n", &options()).await;
        assert!(missing.is_err());
    });
}

#[test]
fn only_published_lists_in_force_are_public() {
    each_database(async |db| {
        county(&db).await;
        let lines = async |typed: &str, on: &str| {
            let mut conn = db.read().await.unwrap();
            let filter = store::public::Filter { typed: typed.to_owned(), ..Default::default() };
            let on = on.parse().unwrap();
            let (lines, _) = store::public::lines(&mut conn, &filter, on, (10, 0)).await.unwrap();
            lines.into_iter().map(|line| (line.unit, line.name)).collect::<Vec<_>>()
        };
        assert_eq!(lines("", "2026-11-15").await, []);
        let town: Unit = unit(&db, "4101").await;
        let form = fields(&[("do", "publish"), ("units", &town.id.to_string())]);
        assert_eq!(public::switch(&db, &caller(), &form).await.unwrap(), Ok(1));
        let of = |name: &str| ("许家沟乡".to_owned(), name.to_owned());
        assert_eq!(lines("", "2026-11-15").await, [of("宅基地审批"), of("非法占地处罚")]);
        assert_eq!(lines("zjdsp", "2026-11-15").await, [of("宅基地审批")]);
        assert_eq!(lines("", "2024-12-31").await, []);
        let form = fields(&[("do", "withdraw"), ("all", "yes")]);
        assert_eq!(public::switch(&db, &caller(), &form).await.unwrap(), Ok(1));
        assert_eq!(lines("", "2026-11-15").await, []);
        let form = fields(&[("do", "publish")]);
        let refused = public::switch(&db, &operator(caller().today), &form).await.unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("units", "public-error-none")]);
    });
}
