//! Catalogue work of the demonstration: a second version, a round in its second stage, a zero-base review, an article
//! that was changed, and public lists.

use super::{done, form, lost};
use crate::output::Failure;
use chrono::TimeDelta;
use domain::catalogue::zero_base::Proposal;
use domain::duty::Sight;
use domain::id::{VersionId, ZeroBaseId};
use services::catalogue::{self, basis, public, round, zero_base};
use services::import::{self, Kind, OnError, Options};
use services::write::Caller;
use store::Db;
use store::zero_base::Filter;

const CATALOGUE: &str = "殷都区赋权乡镇事项目录";
const OLD: &str = "2025版";
const NEW: &str = "2026版";
/// The township in which people answer and argue, and another one whose list is public.
const TOWN: &str = "410505101";
const OTHER: &str = "410505109";
/// What differs in the new version: one promised sooner, one renamed, one of them under another code, and a new one.
const CHANGES: &str = "\
目录,版本,事项编码,事项名称,事项类型,承诺时限,单件工时,原实施部门,设定依据
殷都区赋权乡镇事项目录,2026版,YD-NY-001,农村居民宅基地的审批,行政许可,5,200,区农业农村局,《中华人民共和国土地管理法》第六十二条
殷都区赋权乡镇事项目录,2026版,YD-CG-001,户外广告设施设置审批,行政许可,5,180,区城市管理局,《城市市容和环境卫生管理条例》第十一条
殷都区赋权乡镇事项目录,2026版,YD-YJ-009,烟花爆竹经营（零售）许可,行政许可,7,180,区应急管理局,《烟花爆竹安全管理条例》第十六条
";
/// What is not in it any more, and what its place was taken by.
const GONE: [&str; 2] = ["YD-WJ-004", "YD-CG-003"];
const MERGED_INTO: &str = "YD-CG-001";
/// An article that reads otherwise now.
const CHANGED: &str = "《农药管理条例》第二十四条";

/// Does it all, by the organization department and the township's leader.
pub(super) async fn work(db: &Db, office: &Caller, leader: &Caller) -> Result<(), Failure> {
    let new = versions(db, office).await?;
    the_round(db, office, leader, new).await?;
    review(db, office, leader).await?;
    let today = office.today.to_string();
    let changed = form([
        ("citation", CHANGED.to_owned()),
        ("state", "changed".to_owned()),
        ("since", today),
        ("source", "国务院公报（示例）".to_owned()),
    ]);
    done(basis::mark(db, office, &changed).await?)?;
    let mut units = Vec::new();
    for code in [TOWN, OTHER] {
        units.push(unit(db, code).await?);
    }
    let published = form([("do", "publish".to_owned()), ("units", units.join(" "))]);
    done(public::switch(db, office, &published).await?)?;
    Ok(())
}

async fn unit(db: &Db, code: &str) -> Result<String, Failure> {
    let mut conn = db.read().await?;
    let unit = store::unit::by_code(&mut conn, code).await?.ok_or_else(|| lost(code))?;
    Ok(unit.id.to_string())
}

/// Publishes the version that there is, and another one that takes its place in two months.
async fn versions(db: &Db, office: &Caller) -> Result<VersionId, Failure> {
    let mut conn = db.read().await?;
    let old = store::catalogue::by_key(&mut conn, CATALOGUE, OLD).await?.ok_or_else(|| lost(OLD))?.id;
    drop(conn);
    let publish = async |id, document: &str, from: domain::Date, older: Option<VersionId>| {
        let sent = form([
            ("title", format!("{CATALOGUE}（{document}）")),
            ("document", document.to_owned()),
            ("in_force_from", from.to_string()),
            ("supersedes", older.map_or(String::new(), |older| older.to_string())),
        ]);
        let published = catalogue::publish(db, office, id, &sent).await?;
        done(published.ok_or_else(|| lost(OLD))?).map(|_| ())
    };
    publish(old, "殷政〔2025〕8号", office.today, None).await?;
    let made =
        form([("supersedes", old.to_string()), ("version", NEW.to_owned()), ("copy", "yes".to_owned())]);
    let new = done(catalogue::make(db, office, &made).await?)?;
    let options = Options { dry_run: false, on_error: OnError::Stop, catalogue: None, version: None };
    let report = import::run(db, Kind::Powers, "powers.csv", CHANGES.as_bytes(), &options, office).await?;
    if !report.is_written() {
        return Err(Failure::Told(report.errors.into_iter().map(|wrong| wrong.problem).collect()));
    }
    for code in GONE {
        let gone = form([("power", code.to_owned())]);
        done(catalogue::remove(db, office, new, &gone).await?.ok_or_else(|| lost(code))?)?;
    }
    for from in [GONE[1], MERGED_INTO] {
        let merged =
            form([("from", from.to_owned()), ("to", MERGED_INTO.to_owned()), ("link", "merged".to_owned())]);
        done(catalogue::mark(db, office, new, &merged).await?.ok_or_else(|| lost(from))?)?;
    }
    publish(new, "殷政〔2026〕3号", office.today + TimeDelta::days(60), Some(old)).await?;
    Ok(new)
}

/// Opens a round, and lets the township answer in its second stage.
async fn the_round(db: &Db, office: &Caller, leader: &Caller, version: VersionId) -> Result<(), Failure> {
    let opened = form([
        ("title", "2026年乡镇事项目录三上三下".to_owned()),
        ("unit", "410505".to_owned()),
        ("kind", "township".to_owned()),
        ("version", version.to_string()),
        ("days", "5 10 5 10 3 5".to_owned()),
    ]);
    let id = done(round::open(db, office, &opened).await?)?;
    let stage = form([("stage", "down_1".to_owned())]);
    done(round::advance(db, office, id, &stage).await?.ok_or_else(|| lost("round"))?)?;
    let unit = unit(db, TOWN).await?;
    for (act, typed, comment, list) in [
        ("object", "YD-YJ", "没有安全生产专业人员", ""),
        ("change", "YD-JT", "改为配合区交通运输局", "co_operating"),
        ("accept", "YD-NY", "", ""),
        ("accept", "YD-MZ", "", ""),
    ] {
        let answer = form([
            ("act", act.to_owned()),
            ("all", "yes".to_owned()),
            ("unit", unit.clone()),
            ("q", typed.to_owned()),
            ("comment", comment.to_owned()),
            ("list", list.to_owned()),
        ]);
        done(round::answer(db, leader, id, &answer).await?.ok_or_else(|| lost("round"))?)?;
    }
    Ok(())
}

/// Opens a review of what the township holds; it argues what rests, and the office decides on some.
async fn review(db: &Db, office: &Caller, leader: &Caller) -> Result<(), Failure> {
    let opened = form([
        ("title", "许家沟乡赋权事项清零".to_owned()),
        ("unit", TOWN.to_owned()),
        ("due", (office.today + TimeDelta::days(30)).to_string()),
    ]);
    let id: ZeroBaseId = done(zero_base::open(db, office, &opened).await?)?;
    let argued = form([
        ("all", "yes".to_owned()),
        ("suggested", "drop".to_owned()),
        ("proposal", "drop".to_owned()),
        ("grounds", "十二个月没有办件，也没有专业人员".to_owned()),
    ]);
    done(zero_base::argue(db, leader, id, &argued).await?)?;
    let mut conn = db.read().await?;
    let filter = Filter { suggested: Some(Proposal::Drop), ..Filter::default() };
    let (lines, _) = store::zero_base::lines(&mut conn, id, &filter, Sight::Everything, (1, 0)).await?;
    drop(conn);
    let first = lines.first().ok_or_else(|| lost("a line to drop"))?.id;
    let dropped = form([
        ("lines", first.to_string()),
        ("proposal", "drop".to_owned()),
        ("reason", "同意交回".to_owned()),
    ]);
    done(zero_base::decide(db, office, id, &dropped).await?)?;
    Ok(())
}
