//! What follows from rounds and zero-base reviews: proposals, recalls and requests for adjustments, each once.

use crate::cataloguing::{fields, keys};
use crate::common::each_audited_database as each_database;
use crate::files::{caller, county};
use crate::rounds::go_on;
use domain::assess::RecallReason;
use domain::assignment::Function;
use domain::catalogue::zero_base::Proposal;
use domain::duty::Sight;
use domain::id::{ProposalId, RoundId, ZeroBaseId};
use services::catalogue::{carrying_out, proposing, round, zero_base};
use services::form::Fields;
use store::Db;
use store::round::Filter;

async fn items(db: &Db, id: RoundId) -> Vec<store::round::Item> {
    let mut conn = db.read().await.unwrap();
    store::round::items(&mut conn, id, &Filter::default(), Sight::Everything, (100, 0)).await.unwrap()
}

/// A round of three townships and two powers in which everything is agreed, one item on other terms, and that is over.
async fn agreed(db: &Db) -> RoundId {
    county(db).await;
    let mut conn = db.read().await.unwrap();
    let version = store::catalogue::by_key(&mut conn, "目录", "1").await.unwrap().unwrap().id.to_string();
    drop(conn);
    let form = [("title", "一轮"), ("unit", "41"), ("version", &version), ("functions", "accept")];
    let id = round::open(db, &caller(), &fields(&form)).await.unwrap().unwrap();
    let answer =
        async |form: Fields| round::answer(db, &caller(), id, &form).await.unwrap().unwrap().unwrap();
    assert_eq!(answer(fields(&[("act", "accept"), ("all", "yes")])).await.items, 6);
    let all = items(db, id).await;
    let other =
        all.iter().find(|item| (item.power_code.as_str(), item.unit_code.as_str()) == ("A-2", "4102"));
    let other = other.unwrap().id.to_string();
    answer(fields(&[("act", "change"), ("items", &other), ("functions", "accept approve")])).await;
    let form = fields(&[("from", "2027-02-01")]);
    let early = proposing::propose(db, &caller(), id, &form).await.unwrap().unwrap().unwrap_err();
    assert_eq!(keys(&early), [("from", "round-refused-running")]);
    for _ in 0..6 {
        go_on(db, &caller(), id).await.unwrap();
    }
    id
}

#[test]
fn where_no_functions_are_named_each_item_has_those_of_its_type() {
    each_database(async |db| {
        county(&db).await;
        let mut conn = db.read().await.unwrap();
        let version = store::catalogue::by_key(&mut conn, "目录", "1").await.unwrap().unwrap().id.to_string();
        drop(conn);
        let form = [("title", "一轮"), ("unit", "41"), ("version", &version)];
        let id = round::open(&db, &caller(), &fields(&form)).await.unwrap().unwrap();
        for item in items(&db, id).await {
            let expected = match item.power_code.as_str() {
                "A-2" => vec![Function::Inspect, Function::Penalise],
                _ => vec![Function::Accept, Function::Review, Function::Approve],
            };
            assert_eq!(item.standing.terms.functions, expected, "{}", item.power_name);
        }
    });
}

#[test]
fn what_was_agreed_is_proposed_once() {
    each_database(async |db| {
        let id = agreed(&db).await;
        // One of them is under way already.
        let form = fields(&[
            ("power", "A-1"),
            ("unit", "4103"),
            ("form", "conferral"),
            ("functions", "accept"),
            ("from", "2027-01-01"),
        ]);
        services::life::proposal::draft(&db, &caller(), &form).await.unwrap().unwrap();
        let operator = caller();
        let propose = async |from: &str| {
            let form = fields(&[("from", from)]);
            proposing::propose(&db, &operator, id, &form).await.unwrap().unwrap()
        };
        let undated = propose("").await.unwrap_err();
        assert_eq!(keys(&undated)[0], ("from", "assign-error-from"));
        let both = tokio::join!(propose("2027-02-01"), propose("2027-02-01"));
        let drafted: Vec<(ProposalId, usize)> =
            [both.0, both.1].into_iter().filter_map(Result::ok).flat_map(|done| done.proposals).collect();
        let mut sizes: Vec<usize> = drafted.iter().map(|(_, items)| *items).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [1, 4], "one for each kind of terms, however often it is sent");
        let proposed = items(&db, id).await.into_iter().filter(|item| item.proposed.is_some());
        assert!(proposed.clone().all(|item| {
            drafted
                .iter()
                .any(|(id, _)| item.proposed.as_ref().is_some_and(|proposed| proposed.proposal == *id))
        }));
        assert_eq!(proposed.count(), 5);
        let left = propose("2027-02-01").await.unwrap_err();
        assert_eq!(keys(&left), [("items", "proposal-error-running")]);
        let mut conn = db.read().await.unwrap();
        let listed = store::round::proposals(&mut conn, id, Sight::Everything).await.unwrap();
        assert_eq!(listed.len(), 2);
        drop(conn);
        // What is taken back may be proposed again.
        let small = drafted.iter().find(|(_, items)| *items == 1).unwrap().0;
        let why = fields(&[("reason", "日期有误")]);
        services::life::proposal::withdraw(&db, &caller(), small, &why).await.unwrap().unwrap();
        let again = propose("2027-03-01").await.unwrap();
        assert_eq!((again.items(), again.proposals.len()), (1, 1));
    });
}

#[test]
fn pairs_need_not_be_a_product() {
    each_database(async |db| {
        county(&db).await;
        let draft = async |pairs: &str| {
            let form = fields(&[
                ("title", "甲"),
                ("pairs", pairs),
                ("form", "conferral"),
                ("functions", "accept"),
                ("from", "2027-01-01"),
            ]);
            services::life::proposal::draft(&db, &caller(), &form).await.unwrap()
        };
        let wrong = draft("A-1@4103 A-9@4103 A-1@9999").await.unwrap_err();
        assert_eq!(keys(&wrong), [("pairs", "assign-error-no-power"), ("pairs", "assign-error-no-unit")]);
        let id = draft("A-1@4103 A-2@4102 A-1@4103").await.unwrap();
        let mut conn = db.read().await.unwrap();
        assert_eq!(store::life::item::of_proposal(&mut conn, id).await.unwrap().len(), 2);
    });
}

async fn lines(db: &Db, id: ZeroBaseId) -> Vec<store::zero_base::Line> {
    let mut conn = db.read().await.unwrap();
    let filter = store::zero_base::Filter::default();
    store::zero_base::lines(&mut conn, id, &filter, Sight::Everything, (100, 0)).await.unwrap().0
}

#[test]
fn a_zero_base_review_is_carried_out_once() {
    each_database(async |db| {
        county(&db).await;
        let form = fields(&[("title", "清零"), ("unit", "41"), ("due", "2026-12-31")]);
        let id = zero_base::open(&db, &caller(), &form).await.unwrap().unwrap();
        let all = lines(&db, id).await;
        let decide = async |line: usize, more: &[(&str, &str)]| {
            let line = all[line].id.to_string();
            let mut form = fields(more);
            form.insert("lines".to_owned(), line);
            assert_eq!(zero_base::decide(&db, &caller(), id, &form).await.unwrap(), Ok(1));
        };
        let none = carrying_out::recall(&db, &caller(), id, &Fields::new()).await.unwrap().unwrap();
        assert_eq!(keys(&none.unwrap_err()), [("lines", "zero-base-error-done")]);
        decide(0, &[("proposal", "drop"), ("reason", "零办件")]).await;
        let own = [("proposal", "drop"), ("reason", "专业性强"), ("code", "too_technical")];
        decide(1, &own).await;
        decide(2, &[("proposal", "change"), ("reason", "改为委托")]).await;
        let unsaid = carrying_out::recall(&db, &caller(), id, &Fields::new()).await.unwrap().unwrap();
        let unsaid = keys(&unsaid.unwrap_err());
        assert_eq!(unsaid, [("number", "paper-error-number"), ("last_on", "recall-error-last")]);
        let form = fields(&[("number", "甲收〔2026〕1号"), ("last_on", "2026-12-31")]);
        let done = carrying_out::recall(&db, &caller(), id, &form).await.unwrap().unwrap().unwrap();
        assert_eq!((done.lines, done.left), (2, 0));
        let again = carrying_out::recall(&db, &caller(), id, &form).await.unwrap().unwrap();
        assert_eq!(keys(&again.unwrap_err()), [("lines", "zero-base-error-done")]);
        let mut conn = db.read().await.unwrap();
        for (line, code, note) in
            [(0, RecallReason::TooRare, "零办件"), (1, RecallReason::TooTechnical, "专业性强")]
        {
            let recall = store::life::recall::of(&mut conn, all[line].assignment).await.unwrap().unwrap();
            assert_eq!((recall.reason, recall.note.as_str()), (code, note));
        }
        drop(conn);
        let form = fields(&[("kind", "change_form")]);
        let done = carrying_out::adjust(&db, &caller(), id, &form).await.unwrap().unwrap().unwrap();
        assert_eq!((done.lines, done.left), (1, 0));
        let again = carrying_out::adjust(&db, &caller(), id, &form).await.unwrap().unwrap();
        assert_eq!(keys(&again.unwrap_err()), [("lines", "zero-base-error-done")]);
        let after = lines(&db, id).await;
        assert!(
            after[..2].iter().all(|line| line.decision == Some(Proposal::Drop) && line.recalled.is_some())
        );
        assert!(after[2].adjustment.is_some_and(|(_, decided)| decided.is_none()));
    });
}
