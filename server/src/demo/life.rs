//! The life of assignments in the demonstration: proposals in several states, a take-over that is under way, a recall
//! with an open case, and a request for an adjustment.

use super::{Demo, UNIT, done, form, lost};
use crate::output::Failure;
use chrono::TimeDelta;
use domain::duty::Sight;
use domain::id::{AssignmentId, ProposalId};
use domain::life::takeover::{Task, TaskState};
use domain::power::PowerType;
use services::life::{adjust, paper, proposal, recall, route, takeover, vote};
use services::write::Caller;

/// Another township, which has yet to answer.
const OTHER: &str = "410505102";

/// Who takes part.
struct People {
    office: Caller,
    manager: Caller,
    leader: Caller,
}

impl Demo<'_> {
    /// Lets it be lived.
    pub(super) async fn life(&self, with_case: AssignmentId, busy: AssignmentId) -> Result<(), Failure> {
        let people = People {
            office: self.signed_in("bianban").await?,
            manager: self.signed_in("fuxiangzhang").await?,
            leader: self.signed_in("lingdao").await?,
        };
        let made = form([
            ("name", "区级审批".to_owned()),
            ("unit", "410505".to_owned()),
            ("stage_1", "分管区领导".to_owned()),
            ("mode_1", "any".to_owned()),
            ("days_1", "3".to_owned()),
            ("roles_1", "leader@410505".to_owned()),
        ]);
        done(route::make(self.db, &people.office, &made).await?)?;
        let free = self.free().await?;
        let [first, second, third, fourth, fifth] = free.as_slice() else {
            return Err(lost("powers").into());
        };
        // Not sent yet; objected to in part; waiting for the leader; and approved.
        self.draft(&people, "第四批下放事项", &[first], &[UNIT, OTHER]).await?;
        let answering = self.draft(&people, "第三批下放事项", &[second, third], &[UNIT, OTHER]).await?;
        done(proposal::propose(self.db, &people.office, answering).await?)?;
        self.answer(&people, answering, second, "accept", "").await?;
        self.answer(&people, answering, third, "object", "辖区内没有监管对象").await?;
        for (title, power) in [("第二批下放事项", fourth), ("第一批下放事项", fifth)] {
            let id = self.draft(&people, title, &[power], &[UNIT]).await?;
            done(proposal::propose(self.db, &people.office, id).await?)?;
            self.answer(&people, id, power, "accept", "").await?;
            done(vote::submit(self.db, &people.office, id).await?)?;
            if power == fifth {
                let agree = form([("vote", "agree".to_owned()), ("reason", "按程序办理".to_owned())]);
                done(vote::vote(self.db, &people.leader, id, &agree).await?)?;
                self.take_over(&people, id).await?;
            }
        }
        let last = self.caller.today + TimeDelta::days(14);
        let recalled = form([
            ("reason", "too_rare".to_owned()),
            ("note", "近一年很少办理，收回由区级部门办理".to_owned()),
            ("number", "殷收〔2026〕1号".to_owned()),
            ("last_on", last.to_string()),
            ("scope", "one".to_owned()),
        ]);
        done(recall::recall(self.db, &people.office, with_case, &recalled).await?)?;
        let asked = form([
            ("kind", "more_means".to_owned()),
            ("wish", "增加一名持证人员".to_owned()),
            ("reason", "辖区商户增加，现有人员忙不过来".to_owned()),
        ]);
        done(adjust::ask(self.db, &people.manager, busy, &asked).await?)?;
        Ok(())
    }

    /// Codes of five powers that neither unit holds.
    async fn free(&self) -> Result<Vec<String>, Failure> {
        let mut conn = self.db.read().await?;
        let held = store::assignment::all(&mut conn, Sight::Everything).await?;
        let mut units = Vec::new();
        for code in [UNIT, OTHER] {
            units.push(store::unit::by_code(&mut conn, code).await?.ok_or_else(|| lost(code))?.id);
        }
        let all = store::power::all(&mut conn).await?;
        let is_free = |power: &&domain::power::Power| {
            !held.iter().any(|each| each.power == power.id && units.contains(&each.unit))
        };
        let mut free: Vec<_> = all.iter().filter(is_free).collect();
        // What is accepted and decided on comes before what is inspected and penalised.
        let is_enforced = |power: &PowerType| {
            matches!(power, PowerType::Penalty | PowerType::Inspection | PowerType::Coercion)
        };
        free.sort_by_key(|power| is_enforced(&power.power_type));
        Ok(free.into_iter().take(5).map(|power| power.code.clone()).collect())
    }

    async fn draft(
        &self,
        people: &People,
        title: &str,
        powers: &[&String],
        units: &[&str],
    ) -> Result<ProposalId, Failure> {
        let powers: Vec<&str> = powers.iter().map(|code| code.as_str()).collect();
        let asked = form([
            ("title", title.to_owned()),
            ("powers", powers.join(" ")),
            ("units", units.join(" ")),
            ("giver", "410505-CG".to_owned()),
            ("form", "conferral".to_owned()),
            ("functions", "accept review approve".to_owned()),
            ("from", (self.caller.today + TimeDelta::days(45)).to_string()),
            ("planned_volume", "20".to_owned()),
            ("reason", "就近办理，方便群众".to_owned()),
        ]);
        done(proposal::draft(self.db, &people.office, &asked).await?)
    }

    /// What the township answers about a power.
    async fn answer(
        &self,
        people: &People,
        id: ProposalId,
        power: &str,
        said: &str,
        why: &str,
    ) -> Result<(), Failure> {
        let mut conn = self.db.read().await?;
        let sight = people.manager.actor.sight();
        let items = store::life::item::lines(&mut conn, id, sight, None, 50, 0).await?;
        drop(conn);
        let mine = items.iter().find(|line| line.code == power && line.unit_code == UNIT);
        let item = mine.ok_or_else(|| lost(power))?.item.id.to_string();
        let answer = form([("answer", said.to_owned()), ("items", item), ("reason", why.to_owned())]);
        done(proposal::answer(self.db, &people.manager, id, &answer).await?)?;
        Ok(())
    }

    /// Signs the paper of what was approved, publishes its guide, and asks to do without the money for a while.
    async fn take_over(&self, people: &People, id: ProposalId) -> Result<(), Failure> {
        let mut conn = self.db.read().await?;
        let items = store::life::item::of_proposal(&mut conn, id).await?;
        let assignment = items.iter().find_map(|item| item.assignment).ok_or_else(|| lost("assignment"))?;
        drop(conn);
        let signed =
            form([("number", "殷承确〔2026〕88号".to_owned()), ("signed_on", self.caller.today.to_string())]);
        done(paper::sign(self.db, &people.office, assignment, &signed).await?)?;
        let mut conn = self.db.read().await?;
        let tasks = store::life::takeover::of_assignment(&mut conn, assignment).await?;
        drop(conn);
        for owed in tasks.iter().filter(|owed| owed.state == TaskState::Open) {
            if owed.task == Task::Guide {
                let note = form([("note", "已在政务服务网公布".to_owned())]);
                done(takeover::tick(self.db, &people.manager, owed.id, &note).await?)?;
            } else if owed.task == Task::Money {
                let to = self.caller.today + TimeDelta::days(120);
                let asked = form([
                    ("reason", "预算调整后拨付".to_owned()),
                    ("plan", "下一季度拨付到位".to_owned()),
                    ("to", to.to_string()),
                ]);
                done(takeover::ask_waiver(self.db, &people.manager, owed.id, &asked).await?)?;
            }
        }
        Ok(())
    }
}
