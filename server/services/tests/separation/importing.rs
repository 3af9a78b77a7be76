//! Cases from files: who did what in them is checked against who held which right, and decisions are handed off.

use crate::made::{day, from};
use crate::office::{Office, TODAY, each_office, form, today};
use domain::assignment::Function::{Accept, Approve, Supervise};
use domain::duty::Sight;
use domain::id::SupervisionId;
use domain::separation::register::Supervision;
use services::import::{self, Kind, OnError, Options, Report};
use services::write::Caller;
use services::{case, export, handoff};
use store::case::violation;

fn operator() -> Caller {
    let noon = today().and_hms_opt(4, 0, 0).unwrap().and_utc();
    Caller::operator(access::Operator::Console, noon, today())
}

async fn import(office: &Office, text: &str) -> Report {
    let options = Options { dry_run: false, on_error: OnError::Skip, catalogue: None, version: None };
    import::run(&office.db, Kind::Cases, "办件.csv", text.as_bytes(), &options, &operator()).await.unwrap()
}

fn counts(report: &Report) -> (u64, u64, u64, u64) {
    (report.new, report.changed, report.unchanged, report.wrong)
}

async fn broken(office: &Office) -> Vec<(String, String, String)> {
    let mut conn = office.db.read().await.unwrap();
    let filter = violation::Filter::default();
    let mut found: Vec<_> = violation::list(&mut conn, &filter, Sight::Everything, 100, 0)
        .await
        .unwrap()
        .into_iter()
        .map(|line| {
            let function = line.violation.function.map_or("", domain::assignment::Function::as_str);
            (line.number, line.violation.rule, function.to_owned())
        })
        .collect();
    found.sort();
    found
}

async fn file(office: &Office) -> String {
    String::from_utf8(export::csv(&office.db, Kind::Cases, Sight::Everything).await.unwrap()).unwrap()
}

const HEADINGS: &str = "办件编号,事项编码,单位,申请日期,受理日期,办结日期,办理结果,受理人,批准人,监管人,暂停起,暂停止,暂停原因,暂停告知日期\n";

async fn crew(office: &Office) {
    for (name, role) in [("受理甲", "handler"), ("批准乙", "approver")] {
        office.hire(name, &office.town, role).await;
    }
    let (watcher, _) = office.hire("监管丙", &office.department, "supervisor").await;
    let mut conn = office.db.read().await.unwrap();
    let clerk = store::people::person_by_code(&mut conn, "受理甲").await.unwrap().unwrap();
    let approver = store::people::person_by_code(&mut conn, "批准乙").await.unwrap().unwrap();
    drop(conn);
    office.name(&clerk, Accept, "2025-01-01").await;
    office.name(&approver, Approve, "2026-03-01").await;
    office.name(&watcher, Supervise, "2025-01-01").await;
}

async fn supervised(office: &Office) {
    let side = Supervision {
        id: SupervisionId(store::new_id()),
        assignment: office.assignment.id,
        unit: office.department.id,
        liaison: None,
        period: from("2025-01-01"),
    };
    let mut conn = office.db.write().await.unwrap();
    store::supervision::insert(&mut conn, &side).await.unwrap();
    conn.commit_derived().await.unwrap();
}

#[test]
fn whoever_was_not_lawfully_separate_is_told_and_listed() {
    each_office(async |office| {
        crew(&office).await;
        let rows = "\
1,A-1,4101,2026-05-06,2026-05-07,2026-05-14,准予,受理甲,批准乙,监管丙,,,,
2,A-1,许家沟乡,2026/5/6,2026年5月7日,2026-05-14,不予许可,受理甲,批准乙,批准乙,,,,
3,A-1,4101,2026-02-02,2026-02-03,2026-02-06,同意,受理甲,批准乙,监管丙,,,,
4,A-1,4101,2026-05-06,2026-05-07,,,受理甲,,,2026-05-08；2026-06-01,2026-05-12；,听证；专家评审,；2026-06-01
5,A-1,4101,2026-05-06,2026-05-07,2026-05-05,准予,受理甲,批准乙,监管丙,,,,
6,A-1,4101,2026-05-06,2026-05-07,,,无此人,批准乙,,,,,
7,A-1,4101,2099-05-06,,,,,,,,,,
8,A-1,4101,2026-05-06,2026-05-07,2026-05-14,也许,受理甲,批准乙,监管丙,,,,
";
        let report = import(&office, &format!("{HEADINGS}{rows}")).await;
        assert_eq!(counts(&report), (4, 0, 0, 4), "{:?}", report.errors);
        let wrong: Vec<_> = report.errors.iter().map(|each| (each.row, each.column.as_str())).collect();
        assert_eq!(
            wrong,
            [(6, "办结日期"), (7, "受理人"), (7, "办结日期"), (8, "申请日期"), (9, "办理结果")]
        );
        let told: Vec<_> = report.warnings.iter().map(|each| (each.row, each.column.as_str())).collect();
        assert_eq!(told, [(3, "监管人"), (4, "批准人"), (5, "暂停告知日期")]);
        let expected = [
            ("2", "SOD-01", "supervise"),
            ("3", violation::RIGHT_RULE, "approve"),
            ("4", violation::NOTICE_RULE, ""),
        ];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(broken(&office).await, expected);
        // What was brought comes back, and changes nothing.
        let written = file(&office).await;
        assert_eq!(counts(&import(&office, &written).await), (0, 0, 4, 0), "{written}");
        assert_eq!(file(&office).await, written);
        assert_eq!(broken(&office).await, expected);
        // Mended, it is no longer listed.
        let mended = "2,A-1,4101,2026-05-06,2026-05-07,2026-05-14,不予,受理甲,批准乙,监管丙,,,,\n";
        assert_eq!(counts(&import(&office, &format!("{HEADINGS}{mended}")).await), (0, 1, 0, 0));
        assert_eq!(broken(&office).await, expected[1..]);
        // Nothing was to be handed off.
        assert_eq!(office.count("select count(*) from handoff").await, 0);
    });
}

#[test]
fn decided_cases_are_handed_off_from_a_day_on() {
    each_office(async |office| {
        crew(&office).await;
        supervised(&office).await;
        let (chief, post) = office.hire("编办主任", &office.county, "organization").await;
        let chief = office.sign_in(&chief, post, None, TODAY).await;
        let settings = form(&[
            ("push_days", "2"),
            ("claim_days", "2"),
            ("answer_days", "1"),
            ("remind_before", "1"),
            ("escalate_first", "1"),
            ("escalate_second", "3"),
            ("penalty_days", "90"),
            ("case_before", "2"),
            ("imports_from", "2026-11-01"),
        ]);
        handoff::change_settings(&office.db, &chief, &settings).await.unwrap().unwrap();
        let rows = "\
1,A-1,4101,2026-10-20,2026-10-20,2026-10-30,准予,受理甲,批准乙,,,,,
2,A-1,4101,2026-10-20,2026-10-20,2026-11-20,准予,受理甲,批准乙,,,,,
3,A-1,4101,2026-10-20,2026-10-20,2026-11-23,撤回,受理甲,,,,,,
4,A-1,4101,2026-10-20,2026-10-20,,,受理甲,,,,,,
";
        let whole = format!("{HEADINGS}{rows}");
        let report = import(&office, &whole).await;
        assert_eq!(counts(&report), (4, 0, 0, 0), "{:?}", report.errors);
        assert_eq!(office.count("select count(*) from handoff").await, 1);
        assert_eq!(counts(&import(&office, &whole).await), (0, 0, 4, 0));
        // The last is decided later: one more, and the others are not pushed again.
        let later = whole.replace(
            "4,A-1,4101,2026-10-20,2026-10-20,,,受理甲,,",
            "4,A-1,4101,2026-10-20,2026-10-20,2026-11-24,不予,受理甲,批准乙,",
        );
        assert_eq!(counts(&import(&office, &later).await), (0, 1, 3, 0));
        assert_eq!(office.count("select count(*) from handoff").await, 2);
        let mut conn = office.db.read().await.unwrap();
        let found = store::case::by_number(&mut conn, office.assignment.id, "2").await.unwrap().unwrap();
        let pushed = store::handoff::of_case(&mut conn, found.id).await.unwrap().remove(0);
        assert_eq!((pushed.push_due, pushed.pushed_on), (day("2026-11-24"), today()));
        drop(conn);
        // What is handled here is not overwritten by a file.
        let clerk = office.hire("立案丁", &office.town, "handler").await;
        let clerk = office.sign_in(&clerk.0, clerk.1, None, TODAY).await;
        let assignment = office.assignment.id.to_string();
        let opened = form(&[("assignment", &assignment), ("number", "9")]);
        case::open(&office.db, &clerk, &opened).await.unwrap().unwrap();
        let report = import(&office, &format!("{HEADINGS}9,A-1,4101,2026-11-24,,,,,,,,,,\n")).await;
        assert_eq!(report.errors[0].problem.key, "import-error-case-own");
    });
}
