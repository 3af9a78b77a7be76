//! Catalogue work in the same world: rounds, zero-base reviews, lists and what may be published.

use super::Seen;
use super::world::{ON, World};
use crate::made::day;
use domain::assignment::{Form, Function};
use domain::catalogue::lists::{DutyRow, List};
use domain::catalogue::round::{Stage, Terms};
use domain::catalogue::zero_base::{Basis, Proposal};
use domain::duty::Sight;
use domain::id::{DutyRowId, RoundId, UnitId, ZeroBaseId};
use domain::power::Rhythm;
use std::collections::BTreeSet;
use store::round::Round;
use store::zero_base::{Ground, ZeroBase};
use store::{Conn, Db, new_id};

/// A round and a review with everything in them, and a duty of each unit.
pub struct Work {
    round: RoundId,
    review: ZeroBaseId,
}

impl Work {
    pub async fn write(db: &Db, world: &World) -> Self {
        let work = Self { round: RoundId(new_id()), review: ZeroBaseId(new_id()) };
        let mut conn = db.write().await.unwrap();
        let scope = world.units[0].id;
        let round = Round {
            id: work.round,
            title: "一轮".to_owned(),
            scope,
            opened_on: day(ON),
            days: vec![5; 6],
            stage: Stage::Down1,
            stage_from: day(ON),
            due_on: day(ON),
            reminded_on: None,
        };
        store::round::insert(&mut conn, &round).await.unwrap();
        let review = ZeroBase {
            id: work.review,
            title: "清零".to_owned(),
            scope,
            opened_on: day(ON),
            due_on: day(ON),
            closed_on: None,
        };
        store::zero_base::insert(&mut conn, &review).await.unwrap();
        let terms = Terms {
            form: Form::Conferral,
            functions: vec![Function::Approve],
            list: List::Basic,
            kept: true,
        };
        let mut items = BTreeSet::new();
        for (_, each) in &world.assignments {
            if items.insert((each.power, each.unit)) {
                store::round::insert_item(&mut conn, round.id, each.power, each.unit, each.giver, &terms)
                    .await
                    .unwrap();
            }
            let ground = Ground {
                assignment: each.id,
                unit: each.unit,
                bases: Vec::new(),
                rhythm: Rhythm::default(),
                verdict: None,
                cases: 0,
            };
            store::zero_base::insert_line(&mut conn, review.id, &ground, Basis::None, Proposal::Drop)
                .await
                .unwrap();
        }
        for unit in &world.units {
            let row = DutyRow {
                id: DutyRowId(new_id()),
                unit: unit.id,
                list: List::Basic,
                code: "1".to_owned(),
                text: "巡查".to_owned(),
                lead: String::new(),
                lead_unit: None,
                matters: String::new(),
                basis: String::new(),
                power: None,
            };
            store::duties::insert(&mut conn, &row).await.unwrap();
        }
        conn.commit().await.unwrap();
        work
    }

    pub async fn is_limited(&self, conn: &mut Conn, world: &World, sight: Sight, seen: &Seen) {
        let who = &seen.name;
        let all = (1000, 0);
        let filter = store::zero_base::Filter::default();
        let (lines, count) = store::zero_base::lines(conn, self.review, &filter, sight, all).await.unwrap();
        let told: BTreeSet<String> = lines.iter().map(|line| world.codes[&line.assignment].clone()).collect();
        assert_eq!(
            (told, usize::try_from(count).unwrap()),
            (seen.assignments.clone(), lines.len()),
            "{who}: lines"
        );
        let listed = store::zero_base::listed(conn, self.review, sight).await.unwrap();
        assert_eq!(listed.map(|each| each.progress.lines), (count > 0).then_some(count), "{who}: review");

        // Townships and departments see their own items; whoever only supervises has no say in a round.
        let is_seen = |id: UnitId| seen.has(&world.names[&id]);
        let expected: BTreeSet<_> = world
            .assignments
            .iter()
            .map(|(_, each)| each)
            .filter(|each| is_seen(each.unit) || each.giver.is_some_and(is_seen))
            .map(|each| (each.power, each.unit))
            .collect();
        let filter = store::round::Filter::default();
        let items = store::round::items(conn, self.round, &filter, sight, all).await.unwrap();
        let told: BTreeSet<_> = items.iter().map(|item| (item.power, item.unit)).collect();
        assert_eq!(told, expected, "{who}: items");
        let counts = store::round::counts(conn, self.round, &filter, sight).await.unwrap();
        assert_eq!(usize::try_from(counts.all()).unwrap(), expected.len(), "{who}: counts");
        let listed = store::round::listed(conn, self.round, sight).await.unwrap();
        assert_eq!(listed.is_some(), !expected.is_empty(), "{who}: round");

        let rows = store::duties::all(conn, sight).await.unwrap();
        let told: BTreeSet<String> = rows.iter().map(|row| world.names[&row.unit].clone()).collect();
        assert_eq!(told, seen.units, "{who}: duties");
        let filter = store::duties::Filter::default();
        let (_, count) = store::duties::lines(conn, &filter, day(ON), sight, all).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), rows.len(), "{who}: lists");

        let (switches, count) = store::public::switches(conn, day(ON), "", sight, all).await.unwrap();
        assert_eq!(usize::try_from(count).unwrap(), switches.len(), "{who}: switches");
        assert!(switches.iter().all(|each| seen.has(&each.code)), "{who}: switches");
    }
}
