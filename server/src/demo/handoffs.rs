//! Hand-offs of the demonstration in each of their states, made by the use cases on the days on which they would have
//! been: unclaimed, overdue, claimed, answered, with a penalty that came back; and a clock that stands still.

use super::{Demo, done, form, lost};
use crate::output::Failure;
use chrono::{DateTime, Utc};
use domain::Date;
use domain::handoff::Settings;
use domain::id::{CaseId, HandoffId};
use services::form::FieldError;
use services::import::{self, Kind, OnError, Options};
use services::write::Caller;
use services::{case, handoff};

/// The power and the unit of the cases, and who decides on them there.
const POWER: &str = "YD-CG-004";
const UNIT: &str = "410505101";
const APPROVER: &str = "P006";

/// Somebody on an earlier day, at ten in the morning.
fn on(caller: &Caller, day: Date) -> Caller {
    let now: DateTime<Utc> = day.and_hms_opt(2, 0, 0).unwrap_or_default().and_utc();
    Caller { today: day, now, ..caller.clone() }
}

impl Demo<'_> {
    /// Hands decided cases off, and lets them go as far as they go in the demonstration.
    pub(super) async fn handoffs(&self, waiting: CaseId) -> Result<(), Failure> {
        let today = self.caller.today;
        let mut conn = self.db.read().await?;
        let calendar = store::calendar::load(&mut conn).await?;
        drop(conn);
        let before = |days: u32| calendar.before(today, days);
        let office = self.signed_in("bianban").await?;
        done(handoff::change_settings(self.db, &office, &self.settings(before(20))).await?)?;
        let (supervisor, approver) = (self.signed_in("jianguan").await?, self.signed_in("shenpi").await?);

        let done_long_ago = self.brought("XJG-2001", before(12)).await?;
        let answered = self.brought("XJG-2002", before(9)).await?;
        self.brought("XJG-2003", before(7)).await?;
        let claimed = self.brought("XJG-2004", before(1)).await?;
        self.brought("XJG-2005", today).await?;

        for (id, day) in [(done_long_ago, before(11)), (answered, before(8)), (claimed, today)] {
            let supervisor = on(&supervisor, day);
            did(handoff::claim(self.db, &supervisor, id).await?)?;
        }
        let clean =
            form([("answer", "in_order".to_owned()), ("note", "现场核查，与许可内容一致。".to_owned())]);
        did(handoff::answer(self.db, &on(&supervisor, before(10)), done_long_ago, &clean).await?)?;
        did(handoff::close(self.db, &on(&approver, before(9)), done_long_ago, &form([])).await?)?;
        let found = form([("answer", "suspend".to_owned()), ("note", "占用面积超出许可范围。".to_owned())]);
        did(handoff::answer(self.db, &on(&supervisor, before(7)), answered, &found).await?)?;
        let penalty = form([
            ("number", format!("殷城罚决〔{}〕12号", today.format("%Y"))),
            ("effect", "suspended".to_owned()),
            ("note", "超面积占用绿地，暂扣许可证件一个月。".to_owned()),
        ]);
        let back = handoff::penalty(self.db, &supervisor, answered, &penalty).await?;
        done(back.ok_or_else(|| lost("handoff"))?)?;

        let handler = self.signed_in("jingban").await?;
        let pause = form([("reason", "test".to_owned()), ("notified_on", today.to_string())]);
        did(case::pause(self.db, &handler, waiting, &pause).await?)
    }

    fn settings(&self, imports_from: Date) -> services::form::Fields {
        let usual = Settings::default();
        form([
            ("push_days", usual.push_days.to_string()),
            ("claim_days", usual.claim_days.to_string()),
            ("answer_days", usual.answer_days.to_string()),
            ("remind_before", usual.remind_before.to_string()),
            ("escalate_first", usual.escalate_first.to_string()),
            ("escalate_second", usual.escalate_second.to_string()),
            ("penalty_days", usual.penalty_days.to_string()),
            ("case_before", usual.case_before.to_string()),
            ("imports_from", imports_from.to_string()),
        ])
    }

    /// A case that the approval system decided on a day, brought by a file on that day, and so pushed.
    async fn brought(&self, number: &str, day: Date) -> Result<HandoffId, Failure> {
        let file = format!(
            "办件编号,事项编码,单位,申请日期,受理日期,办结日期,办理结果,批准人\n\
             {number},{POWER},{UNIT},{day},{day},{day},准予,{APPROVER}\n"
        );
        let options = Options { dry_run: false, on_error: OnError::Stop, catalogue: None, version: None };
        let caller = on(self.caller, day);
        let report = import::run(self.db, Kind::Cases, "办件.csv", file.as_bytes(), &options, &caller).await;
        let report = report?;
        if !report.is_written() {
            return Err(Failure::Told(report.errors.into_iter().map(|error| error.problem).collect()));
        }
        let assignment = self.assignment(POWER).await?;
        let mut conn = self.db.read().await?;
        let kept =
            store::case::by_number(&mut conn, assignment, number).await?.ok_or_else(|| lost(number))?;
        let pushed = store::handoff::of_case(&mut conn, kept.id).await?;
        Ok(pushed.first().ok_or_else(|| lost("handoff"))?.id)
    }
}

/// What became of something that must be there.
fn did(answer: Option<Result<(), Vec<FieldError>>>) -> Result<(), Failure> {
    done(answer.ok_or_else(|| lost("handoff"))?)
}
