//! Rounds "three times up, three times down": 20 townships and 150 powers through all six stages.

use crate::cataloguing::{fields, keys};
use crate::common::each_audited_database as each_database;
use crate::files::{caller, county, import, operator};
use domain::catalogue::round::{Act, Answer, Outcome, Party, Stage};
use domain::duty::Sight;
use domain::id::RoundId;
use services::catalogue::round::{advance, answer, each_day, open};
use services::catalogue::round_file::{self, Refused};
use services::form::Fields;
use services::import::Kind;
use services::write::Caller;
use std::fmt::Write;
use store::Db;
use store::round::{Changes, Filter};

const TOWNSHIPS: usize = 20;
const POWERS: usize = 150;

/// The county with 20 townships and a catalogue of 150 powers.
async fn large(db: &Db) {
    county(db).await;
    let mut units = "单位编码,单位名称,单位类型,上级单位编码\n".to_owned();
    // Three are there.
    for number in 4..=TOWNSHIPS {
        writeln!(units, "41{number:02},乡{number},乡镇,41").unwrap();
    }
    assert!(import(db, Kind::Units, &units).await.is_written());
    let mut powers = "目录,版本,事项编码,事项名称,事项类型,原实施部门,下放方式\n".to_owned();
    for number in 0..POWERS {
        let form = if number % 2 == 0 { "委托" } else { "" };
        writeln!(powers, "大目录,1,R-{number:03},事项{number},行政许可,甲县农业农村局,{form}").unwrap();
    }
    assert!(import(db, Kind::Powers, &powers).await.is_written());
}

async fn opened(db: &Db) -> RoundId {
    let mut conn = db.read().await.unwrap();
    let version = store::catalogue::by_key(&mut conn, "大目录", "1").await.unwrap().unwrap().id.to_string();
    drop(conn);
    let form = fields(&[("title", "一轮"), ("unit", "41"), ("version", &version), ("days", "3")]);
    open(db, &caller(), &form).await.unwrap().unwrap()
}

async fn counts(db: &Db, id: RoundId) -> store::round::Counts {
    let mut conn = db.read().await.unwrap();
    store::round::counts(&mut conn, id, &Filter::default(), Sight::Everything).await.unwrap()
}

async fn stage(db: &Db, id: RoundId) -> Stage {
    let mut conn = db.read().await.unwrap();
    store::round::by_id(&mut conn, id).await.unwrap().unwrap().stage
}

pub async fn go_on(db: &Db, by: &Caller, id: RoundId) -> Result<Stage, Vec<(&'static str, &'static str)>> {
    let form = fields(&[("stage", stage(db, id).await.as_str())]);
    advance(db, by, id, &form).await.unwrap().unwrap().map_err(|errors| keys(&errors))
}

#[test]
fn a_round_of_three_thousand_items_goes_all_its_way() {
    each_database(async |db| {
        large(&db).await;
        let id = opened(&db).await;
        let all = counts(&db, id).await;
        assert_eq!((all.all(), all.open), (3000, 3000));
        assert_eq!(go_on(&db, &caller(), id).await, Ok(Stage::Up1));

        // Townships answer in a spreadsheet: what was exported changes nothing when it comes back.
        let csv = round_file::export(&db, id, &Filter::default(), Sight::Everything).await.unwrap();
        let text = String::from_utf8(csv).unwrap();
        assert_eq!(text.lines().count(), 3001);
        let back =
            round_file::import(&db, &caller(), id, "条目.csv", text.as_bytes()).await.unwrap().unwrap();
        let Err(Refused::Rows(told)) = back else { panic!("nothing was to be done") };
        assert_eq!(told[0].key, "round-error-nothing");
        let mut rows: Vec<Vec<String>> =
            text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
        rows[1][9] = "不同意".to_owned();
        rows[1][10] = "没有专业人员".to_owned();
        rows[2][7] = "配合履职".to_owned();
        rows[3][9] = "同意".to_owned();
        let file = rows.iter().map(|row| row.join(",")).collect::<Vec<_>>().join("\n");
        let done =
            round_file::import(&db, &caller(), id, "条目.csv", file.as_bytes()).await.unwrap().unwrap();
        assert_eq!(done.unwrap().items, 3);
        // One wrong row, and nothing is written.
        rows[4][5] = "猜".to_owned();
        rows[5][2] = "R-999".to_owned();
        let file = rows.iter().map(|row| row.join(",")).collect::<Vec<_>>().join("\n");
        let refused =
            round_file::import(&db, &caller(), id, "条目.csv", file.as_bytes()).await.unwrap().unwrap();
        let Err(Refused::Rows(told)) = refused else { panic!("two rows are wrong") };
        assert_eq!(
            told.iter().map(|each| each.key).collect::<Vec<_>>(),
            ["round-file-form", "round-file-no-item"]
        );

        // All that match, and all that are left.
        let form = fields(&[("act", "object"), ("all", "yes"), ("q", "R-149"), ("comment", "设备不足")]);
        assert_eq!(answer(&db, &caller(), id, &form).await.unwrap().unwrap().unwrap().items, 20);
        let form = fields(&[("act", "accept"), ("all", "yes"), ("outcome", "open")]);
        // The operator speaks for the county, whose change of a row is its yes.
        let done = answer(&db, &caller(), id, &form).await.unwrap().unwrap().unwrap();
        assert_eq!((done.items, done.left), (2977, 0));
        for expected in [Stage::Down2, Stage::Up2, Stage::Down3, Stage::Up3] {
            assert_eq!(go_on(&db, &caller(), id).await, Ok(expected));
        }
        assert_eq!(go_on(&db, &caller(), id).await, Err(vec![("stage", "round-refused-open")]));
        let form = fields(&[
            ("act", "change"),
            ("all", "yes"),
            ("outcome", "disputed"),
            ("kept", "no"),
            ("comment", "不列入"),
        ]);
        assert_eq!(answer(&db, &caller(), id, &form).await.unwrap().unwrap().unwrap().items, 21);
        assert_eq!(go_on(&db, &caller(), id).await, Ok(Stage::Done));
        let end = counts(&db, id).await;
        assert_eq!((end.agreed, end.dropped, end.unsettled()), (2979, 21, 0));
        let late = answer(&db, &caller(), id, &form).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&late)[0].1, "round-error-none");
        let form = fields(&[("act", "comment"), ("all", "yes"), ("q", "R-149"), ("comment", "晚了")]);
        let late = answer(&db, &caller(), id, &form).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&late)[0].1, "round-refused-closed");
        let mut conn = db.read().await.unwrap();
        let filter = Changes { act: Some(Act::Change), ..Changes::default() };
        let (lines, total) =
            store::round::changes(&mut conn, id, &filter, Sight::Everything, (50, 0)).await.unwrap();
        assert_eq!((total, lines.len()), (22, 22));
        assert!(lines.iter().all(|line| line.change.before != line.change.after));
        assert!(lines.iter().all(|line| line.change.party == Party::County));
    });
}

#[test]
fn what_was_changed_meanwhile_is_not_answered_unseen() {
    each_database(async |db| {
        county(&db).await;
        let mut conn = db.read().await.unwrap();
        let version = store::catalogue::by_key(&mut conn, "目录", "1").await.unwrap().unwrap().id.to_string();
        drop(conn);
        let empty = open(&db, &caller(), &Fields::new()).await.unwrap().unwrap_err();
        assert_eq!(
            keys(&empty),
            [("title", "duty-error-name"), ("unit", "duty-error-unit"), ("version", "round-error-version")]
        );
        let form = fields(&[("title", "一轮"), ("unit", "41"), ("version", &version), ("days", "1 2 3")]);
        let refused = open(&db, &caller(), &form).await.unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("days", "round-error-days")]);
        let form = fields(&[("title", "一轮"), ("unit", "41"), ("version", &version), ("days", "2")]);
        let id = open(&db, &caller(), &form).await.unwrap().unwrap();
        let mut conn = db.read().await.unwrap();
        let items =
            store::round::items(&mut conn, id, &Filter::default(), Sight::Everything, (10, 0)).await.unwrap();
        drop(conn);
        assert_eq!(items.len(), 6);
        let one = items[0].id.to_string();
        let change =
            fields(&[("act", "change"), ("items", &one), ("form", "entrustment"), ("revision", "0")]);
        answer(&db, &caller(), id, &change).await.unwrap().unwrap().unwrap();
        let accept = fields(&[("act", "accept"), ("items", &one), ("revision", "0")]);
        let refused = answer(&db, &caller(), id, &accept).await.unwrap().unwrap().unwrap_err();
        assert_eq!(keys(&refused), [("items", "round-error-changed")]);
        let mut conn = db.read().await.unwrap();
        let item = store::round::item(&mut conn, id, items[0].id).await.unwrap().unwrap();
        drop(conn);
        assert_eq!(item.standing.answers.of(Party::County), Some(Answer::Accept));
        assert_eq!(item.standing.outcome(), Outcome::Agreed);

        // Two close the stage at once: one does.
        let form = fields(&[("stage", "down_1")]);
        let (one, other) = (caller(), caller());
        let (one, other) = tokio::join!(advance(&db, &one, id, &form), advance(&db, &other, id, &form));
        let done = [one, other].into_iter().filter(|done| matches!(done, Ok(Some(Ok(Stage::Up1))))).count();
        assert_eq!(done, 1);
    });
}

#[test]
fn the_clock_closes_a_stage_when_its_working_days_are_over() {
    each_database(async |db| {
        large(&db).await;
        let id = opened(&db).await;
        let due = async || {
            let mut conn = db.read().await.unwrap();
            store::round::by_id(&mut conn, id).await.unwrap().unwrap().due_on
        };
        // 2026-11-15 is a Sunday: three working days later it is Wednesday.
        assert_eq!(due().await.to_string(), "2026-11-18");
        for (on, expected) in [
            ("2026-11-17", Stage::Down1),
            ("2026-11-18", Stage::Down1),
            ("2026-11-19", Stage::Up1),
            ("2026-11-19", Stage::Up1),
        ] {
            each_day(&db, &operator(on.parse().unwrap())).await.unwrap();
            assert_eq!(stage(&db, id).await, expected, "{on}");
        }
        assert_eq!(due().await.to_string(), "2026-11-24");
    });
}
