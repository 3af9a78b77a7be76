//! Small files to import, and what became of them.

use domain::Date;
use domain::assess::Assessment;
use domain::duty::Sight;
use domain::unit::Unit;
use services::import::{self, ImportError, Kind, OnError, Options, Report, RowProblem};
use services::write::Caller;
use std::collections::BTreeMap;
use store::Db;
use store::assessment::{Filter, Line};

pub const UNITS: &str = "\
单位编码,单位名称,单位类型,上级单位编码
41,甲县,县,
41-NY,甲县农业农村局,部门,41
4101,许家沟乡,乡镇,41
4102,都里镇,乡镇,41
4103,安丰乡,乡镇,41
";
const POWERS: &str = "\
目录,版本,事项编码,事项名称,事项类型,领域,设定依据,单件工时
目录,1,A-1,宅基地审批,行政许可,农业农村,《土地管理法》第六十二条,60
目录,1,A-2,非法占地处罚,行政处罚,农业农村,《土地管理法》第七十八条,90
";
const PEOPLE: &str = "\
工号,姓名,单位编码,岗位,人员类别,任职日期
P1,张一禾,4101,科员,在编,2020-01-01
P2,李青田,4102,科员,在编,2020-01-01
";
const ASSIGNMENTS: &str = "\
事项编码,承接单位编码,下放单位编码,下放方式,生效日期,文书类型,文号,签署日期,年预计办件量
A-1,4101,41-NY,赋权,2025-01-01,承接确认书,1号,2024-12-01,20
A-2,4101,41-NY,赋权,2025-01-01,承接确认书,2号,2024-12-01,20
A-1,4102,41-NY,赋权,2025-01-01,承接确认书,3号,2024-12-01,20
";
const ALLOCATIONS: &str = "\
事项编码,承接单位编码,工号,环节,时间占比,起
A-2,4101,P1,处罚,0.5,2025-01-01
A-1,4101,P1,决定,0.1,2025-01-01
A-1,4102,P2,决定,0.1,2025-01-01
";

/// Whoever works at the machine, at noon of a day in China.
pub fn operator(on: Date) -> Caller {
    let noon = on.and_hms_opt(4, 0, 0).unwrap().and_utc();
    Caller::operator(access::Operator::Console, noon, on)
}

pub fn caller() -> Caller {
    operator(today())
}

pub fn today() -> Date {
    "2026-11-15".parse().unwrap()
}

pub fn options() -> Options {
    Options { dry_run: false, on_error: OnError::Stop, catalogue: None, version: None }
}

pub fn skip() -> Options {
    Options { on_error: OnError::Skip, ..options() }
}

pub fn dry_run() -> Options {
    Options { dry_run: true, ..options() }
}

pub async fn try_import(db: &Db, kind: Kind, text: &str, options: &Options) -> Result<Report, ImportError> {
    import::run(db, kind, "文件.csv", text.as_bytes(), options, &caller()).await
}

pub async fn import_with(db: &Db, kind: Kind, text: &str, options: &Options) -> Report {
    try_import(db, kind, text, options).await.unwrap()
}

pub async fn import(db: &Db, kind: Kind, text: &str) -> Report {
    import_with(db, kind, text, &options()).await
}

/// A county with a department and three townships, of which two received powers.
pub async fn county(db: &Db) {
    for (kind, text) in [
        (Kind::Units, UNITS),
        (Kind::Powers, POWERS),
        (Kind::People, PEOPLE),
        (Kind::Assignments, ASSIGNMENTS),
        (Kind::Allocations, ALLOCATIONS),
    ] {
        let report = import(db, kind, text).await;
        assert!(report.is_written(), "{kind}: {:?}", report.errors);
    }
}

/// New, changed, unchanged and wrong rows.
pub fn counts(report: &Report) -> (u64, u64, u64, u64) {
    (report.new, report.changed, report.unchanged, report.wrong)
}

/// Row, column, value and message.
pub fn told(problems: &[RowProblem]) -> Vec<(u32, &str, &str, &str)> {
    problems
        .iter()
        .map(|each| (each.row, each.column.as_str(), each.value.as_str(), each.problem.key))
        .collect()
}

pub async fn unit(db: &Db, code: &str) -> Unit {
    let mut conn = db.read().await.unwrap();
    store::unit::by_code(&mut conn, code).await.unwrap().unwrap()
}

/// How often the facts of each unit were written.
pub async fn versions(db: &Db) -> BTreeMap<String, i64> {
    let mut conn = db.read().await.unwrap();
    let mut versions = BTreeMap::new();
    for unit in store::unit::all(&mut conn, Sight::Everything).await.unwrap() {
        let facts = store::facts::unit_facts(&mut conn, unit.id, today()).await.unwrap().unwrap();
        versions.insert(unit.code, facts.version);
    }
    versions
}

/// The units whose facts were written since.
pub async fn touched_since(db: &Db, before: &BTreeMap<String, i64>) -> Vec<String> {
    let after = versions(db).await;
    let is_touched = |(code, version): (String, i64)| (before.get(&code) != Some(&version)).then_some(code);
    after.into_iter().filter_map(is_touched).collect()
}

/// Every kept assessment.
pub async fn kept(db: &Db) -> Vec<Line> {
    let mut conn = db.read().await.unwrap();
    let mut lines =
        store::assessment::list(&mut conn, &Filter::default(), 100_000, 0, Sight::Everything).await.unwrap();
    lines.sort_by_key(|line| line.assessment.assignment);
    lines
}

/// The kept assessment of a power in a unit, and the version of the facts that it was made from.
pub async fn assessed(db: &Db, unit: &str, power: &str) -> (Assessment, i64) {
    let line = kept(db).await.into_iter().find(|line| line.unit_name == unit && line.power_code == power);
    let mut conn = db.read().await.unwrap();
    let assignment = line.unwrap().assessment.assignment;
    store::assessment::of_assignment(&mut conn, assignment, Sight::Everything).await.unwrap().unwrap()
}

/// Everything that is stored, as exports write it.
pub async fn stored(db: &Db) -> BTreeMap<Kind, Vec<u8>> {
    let mut files = BTreeMap::new();
    for &kind in Kind::ALL {
        files.insert(kind, services::export::csv(db, kind, Sight::Everything).await.unwrap());
    }
    files
}
