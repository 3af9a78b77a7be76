use super::clock::{Said, notice_before, postponed, said};
use super::route::{Mode, Seat, StageState, Vote, may_vote, needed, outcome};
use super::settings::Settings;
use super::state::ItemState::{Accepted, Dropped, Objected, Proposed};
use super::state::{Answer, Event, ItemState, Move, Phase, Stage, may_submit};
use super::takeover::{Task, TaskState, Waiver, due, may_tick, state, tasks};
use super::{Acting, Refusal, reason};
use crate::assignment::{Assignment, Form, Function};
use crate::calendar::Calendar;
use crate::duty::Role;
use crate::id::{AssignmentId, PersonId, PowerId, UnitId};
use crate::{Date, Period};
use proptest::prelude::*;
use uuid::Uuid;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn person(number: u128) -> PersonId {
    PersonId(Uuid::from_u128(number))
}

fn unit(number: u128) -> UnitId {
    UnitId(Uuid::from_u128(number))
}

const fn acting(person: PersonId) -> Acting {
    Acting { person, principal: None }
}

#[test]
fn a_proposal_goes_its_way() {
    let way = [Move::Propose, Move::Submit, Move::Approve];
    let end = way.iter().try_fold(Phase::Draft, |phase, step| phase.after(*step));
    assert_eq!(end, Ok(Phase::Approved));
    let back = [Move::Propose, Move::Submit, Move::Return, Move::Propose, Move::Submit, Move::Refuse];
    assert_eq!(back.iter().try_fold(Phase::Draft, |phase, step| phase.after(*step)), Ok(Phase::Refused));
    for (phase, step) in [
        (Phase::Draft, Move::Submit),
        (Phase::Draft, Move::Approve),
        (Phase::Answering, Move::Propose),
        (Phase::Approved, Move::Withdraw),
        (Phase::Withdrawn, Move::Propose),
    ] {
        assert_eq!(phase.after(step), Err(Refusal::WrongState), "{phase} {step}");
    }
}

#[test]
fn items_are_answered() {
    assert_eq!(ItemState::Proposed.after(Answer::Accept), Ok(ItemState::Accepted));
    assert_eq!(ItemState::Accepted.after(Answer::Object), Ok(ItemState::Objected));
    assert_eq!(ItemState::Objected.after(Answer::AskAgain), Ok(ItemState::Proposed));
    assert_eq!(ItemState::Objected.after(Answer::Drop), Ok(ItemState::Dropped));
    assert_eq!(ItemState::Drafted.after(Answer::Accept), Err(Refusal::WrongState));
    assert_eq!(ItemState::Approved.after(Answer::Object), Err(Refusal::WrongState));
    for (items, answer) in [
        (vec![Accepted, Dropped], Ok(())),
        (vec![Accepted, Proposed], Err(Refusal::Unanswered)),
        (vec![Accepted, Objected], Err(Refusal::Objections)),
        (vec![Dropped], Err(Refusal::NothingAccepted)),
        (vec![], Err(Refusal::NothingAccepted)),
    ] {
        assert_eq!(may_submit(&items), answer, "{items:?}");
    }
    assert_eq!(reason("  "), Err(Refusal::NoReason));
    assert_eq!(reason(" 无人 "), Ok("无人"));
}

#[test]
fn an_assignment_lives() {
    assert_eq!(Stage::Approved.after(Event::Sign, 3), Ok(Stage::Signed));
    assert_eq!(Stage::Signed.after(Event::Prepare, 3), Ok(Stage::InTransition));
    assert_eq!(Stage::InTransition.after(Event::Begin, 1), Err(Refusal::OpenTasks));
    assert_eq!(Stage::Approved.after(Event::Begin, 0), Err(Refusal::OpenTasks));
    assert_eq!(Stage::InTransition.after(Event::Begin, 0), Ok(Stage::InForce));
    assert_eq!(Stage::InForce.after(Event::Review, 0), Ok(Stage::UnderReview));
    assert_eq!(Stage::UnderReview.after(Event::Keep, 0), Ok(Stage::InForce));
    for stage in Stage::ALL.iter().copied().filter(|stage| !stage.is_over()) {
        assert_eq!(stage.after(Event::Recall, 9), Ok(Stage::Recalled), "{stage}");
    }
    assert_eq!(Stage::Recalled.after(Event::Recall, 0), Err(Refusal::Recalled));
    assert_eq!(Stage::Expired.after(Event::Recall, 0), Err(Refusal::Over));
}

#[test]
fn seats_decide() {
    use Vote::{Agree, Refuse, Return};
    for (mode, quorum, votes, state) in [
        (Mode::All, 0, vec![Some(Agree), None], Ok(StageState::Open)),
        (Mode::All, 0, vec![Some(Agree), Some(Agree)], Ok(StageState::Passed)),
        (Mode::All, 0, vec![Some(Agree), Some(Refuse)], Ok(StageState::Refused)),
        (Mode::All, 0, vec![Some(Agree), Some(Return)], Ok(StageState::Returned)),
        (Mode::Any, 0, vec![None, Some(Agree), None], Ok(StageState::Passed)),
        (Mode::Any, 0, vec![None, Some(Refuse), None], Ok(StageState::Refused)),
        (Mode::Quorum, 2, vec![Some(Agree), Some(Refuse), None], Ok(StageState::Open)),
        (Mode::Quorum, 2, vec![Some(Refuse), Some(Refuse), None], Ok(StageState::Refused)),
        (Mode::Quorum, 2, vec![Some(Agree), Some(Refuse), Some(Agree)], Ok(StageState::Passed)),
        (Mode::Quorum, 4, vec![None, None, None], Err(Refusal::QuorumTooLarge)),
        (Mode::Quorum, 0, vec![None], Err(Refusal::QuorumTooLarge)),
        (Mode::All, 0, vec![], Err(Refusal::NoApprover)),
    ] {
        assert_eq!(outcome(mode, quorum, &votes), state, "{mode} {quorum} {votes:?}");
    }
}

#[test]
fn nobody_approves_his_own() {
    let (me, boss, other) = (person(1), person(2), person(3));
    let none = |_: Role, _: UnitId| false;
    let drafter = Some(Acting { person: me, principal: Some(boss) });
    for who in [acting(me), acting(boss), Acting { person: other, principal: Some(me) }] {
        assert_eq!(may_vote(who, drafter, Seat::Person(me), &[], none), Err(Refusal::OwnProposal));
    }
    assert_eq!(may_vote(acting(other), drafter, Seat::Person(other), &[], none), Ok(()));
    assert_eq!(may_vote(acting(other), drafter, Seat::Person(boss), &[], none), Err(Refusal::NoSeat));
    let deputy = Acting { person: other, principal: Some(person(4)) };
    assert_eq!(may_vote(deputy, drafter, Seat::Person(person(4)), &[], none), Ok(()));
    let seat = Seat::Role(Role::Leader, unit(1));
    assert_eq!(may_vote(acting(other), drafter, seat, &[], |role, _| role == Role::Leader), Ok(()));
    assert_eq!(may_vote(acting(other), drafter, seat, &[deputy], |_, _| true), Err(Refusal::Voted));
}

fn assignment(form: Form, functions: &[Function]) -> Assignment {
    Assignment {
        id: AssignmentId(Uuid::nil()),
        power: PowerId(Uuid::nil()),
        unit: unit(1),
        giver: Some(unit(2)),
        form,
        functions: functions.to_vec(),
        period: Period { from: day("2026-12-01"), to: None },
        transition_until: None,
        instrument: None,
        planned_volume: None,
    }
}

#[test]
fn the_task_list_follows_form_power_and_giver() {
    let power = crate::assess::tests::sound().assignments.remove(0).power;
    let certificates = vec!["行政执法证".to_owned()];
    let all = [Function::Accept, Function::Approve];
    let of = |form, functions: &[Function], former| {
        tasks(&assignment(form, functions), &power, &certificates, former)
    };
    let entrusted = of(Form::Entrustment, &all, Some(unit(3)));
    assert!(entrusted.contains(&Task::Published) && entrusted.contains(&Task::OpenCases));
    let conferred = of(Form::Conferral, &all, None);
    assert!(!conferred.contains(&Task::Published) && !conferred.contains(&Task::OpenCases));
    assert!(conferred.contains(&Task::Supervisor) && conferred.contains(&Task::Certified));
    assert!(!of(Form::Statutory, &all, None).contains(&Task::Instrument));
    let window = of(Form::FrontWindow, &[Function::Accept], None);
    assert!(!window.contains(&Task::Supervisor) && window.contains(&Task::Handlers));
    let helping = of(Form::CoOperation, &[Function::Supervise], None);
    assert_eq!(helping.iter().find(|task| matches!(task, Task::Money | Task::Guide | Task::Posts)), None);
    let given = assignment(Form::Entrustment, &all);
    assert_eq!(Task::Money.owner(&given, None), unit(2));
    assert_eq!(Task::Handlers.owner(&given, None), unit(1));
    assert_eq!(Task::OpenCases.owner(&given, Some(unit(3))), unit(3));
}

#[test]
fn waivers_lapse() {
    let waiver = Waiver { until: day("2026-12-31"), is_granted: true };
    assert_eq!(state(false, &[waiver], day("2026-12-31")), TaskState::Waived);
    assert_eq!(state(false, &[waiver], day("2027-01-01")), TaskState::Open);
    assert_eq!(state(false, &[Waiver { is_granted: false, ..waiver }], day("2026-12-01")), TaskState::Open);
    assert_eq!(state(true, &[], day("2027-01-01")), TaskState::Met);
    assert_eq!(may_tick(Task::Money, TaskState::Open), Err(Refusal::Computed));
    assert_eq!(may_tick(Task::Guide, TaskState::Open), Ok(()));
    assert_eq!(may_tick(Task::Guide, TaskState::Met), Err(Refusal::Decided));
}

#[test]
fn deadlines_keep_the_calendar() {
    let (calendar, settings) = (Calendar::published([]), Settings::default());
    // 国庆 2026: 1 to 7 October; Saturday the 10th is worked.
    let end = calendar.after(day("2026-09-28"), 4);
    assert_eq!(end, day("2026-10-09"));
    assert_eq!(said(end, day("2026-09-29"), &calendar, &settings), [Said::Reminder(3)]);
    assert_eq!(said(end, day("2026-10-05"), &calendar, &settings), [Said::Reminder(3)]);
    assert_eq!(said(end, day("2026-10-08"), &calendar, &settings), [Said::Reminder(1)]);
    assert_eq!(said(end, end, &calendar, &settings), [Said::Reminder(0)]);
    assert_eq!(said(end, day("2026-10-10"), &calendar, &settings), [Said::Overdue]);
    assert_eq!(said(end, day("2026-10-12"), &calendar, &settings), [Said::Overdue, Said::Escalated]);
    assert_eq!(said(end, day("2026-09-28"), &calendar, &settings), []);
    assert_eq!(notice_before(day("2026-12-31"), day("2026-10-01"), &[90, 30, 7]), None);
    assert_eq!(notice_before(day("2026-12-31"), day("2026-10-02"), &[90, 30, 7]), Some(90));
    assert_eq!(notice_before(day("2026-12-31"), day("2026-12-30"), &[90, 30, 7]), Some(7));
    assert_eq!(notice_before(day("2026-12-31"), day("2027-01-01"), &[90, 30, 7]), None);
    assert_eq!(postponed(day("2026-10-01"), day("2026-10-01"), &calendar), day("2026-10-08"));
    assert_eq!(postponed(day("2026-11-01"), day("2026-10-01"), &calendar), day("2026-11-01"));
    let begins = day("2026-10-08");
    assert_eq!(due(Task::Guide, day("2026-09-28"), begins, &calendar, &settings), begins);
    assert_eq!(due(Task::Instrument, day("2026-09-22"), begins, &calendar, &settings), day("2026-09-30"));
}

fn mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(Mode::ALL)
}

fn votes() -> impl Strategy<Value = Vec<Option<Vote>>> {
    prop::collection::vec(prop::option::of(prop::sample::select(Vote::ALL)), 0..8)
}

proptest! {
    #[test]
    fn no_step_leaves_what_is_over(steps in prop::collection::vec(prop::sample::select(Move::ALL), 0..20)) {
        let mut phase = Phase::Draft;
        for step in steps {
            match phase.after(step) {
                Ok(next) => {
                    prop_assert!(!phase.is_over());
                    phase = next;
                }
                Err(refusal) => prop_assert_eq!(refusal, Refusal::WrongState),
            }
        }
    }

    #[test]
    fn every_item_can_come_to_an_end(steps in prop::collection::vec(prop::sample::select(Answer::ALL), 0..20)) {
        let mut state = ItemState::Drafted;
        for step in steps {
            if let Ok(next) = state.after(step) {
                prop_assert!(!state.is_over());
                state = next;
            }
        }
        prop_assert!(state.is_over() || state.after(Answer::Withdraw).is_ok());
    }

    #[test]
    fn every_assignment_can_be_recalled_once(
        events in prop::collection::vec(prop::sample::select(Event::ALL), 0..20),
        open in 0_u32..3,
    ) {
        let mut stage = Stage::Approved;
        for event in events {
            if let Ok(next) = stage.after(event, open) {
                prop_assert!(!stage.is_over());
                prop_assert!(next != Stage::InForce || stage == Stage::UnderReview || open == 0);
                stage = next;
            }
        }
        if stage.is_over() {
            prop_assert!(stage.after(Event::Recall, 0).is_err());
        } else {
            prop_assert_eq!(stage.after(Event::Recall, open), Ok(Stage::Recalled));
        }
    }

    #[test]
    fn quorum_arithmetic(mode in mode(), quorum in 0_u32..9, votes in votes()) {
        let seats = u32::try_from(votes.len()).unwrap();
        let agreed = u32::try_from(votes.iter().filter(|vote| **vote == Some(Vote::Agree)).count()).unwrap();
        match outcome(mode, quorum, &votes) {
            Err(_) => prop_assert!(needed(mode, quorum, seats).is_err()),
            Ok(StageState::Passed) => prop_assert!(agreed >= needed(mode, quorum, seats).unwrap()),
            Ok(StageState::Open) => prop_assert!(votes.contains(&None)),
            Ok(StageState::Returned) => prop_assert!(votes.contains(&Some(Vote::Return))),
            Ok(StageState::Refused) => prop_assert!(votes.contains(&Some(Vote::Refuse))),
            Ok(StageState::Waiting) => prop_assert!(false),
        }
    }

    #[test]
    fn more_agreement_never_hurts(mode in mode(), quorum in 1_u32..9, votes in votes(), seat in 0_usize..8) {
        let before = outcome(mode, quorum, &votes);
        let mut more = votes.clone();
        if let Some(vote) = more.get_mut(seat).filter(|vote| vote.is_none()) {
            *vote = Some(Vote::Agree);
            let after = outcome(mode, quorum, &more);
            prop_assert!(after == before || after == Ok(StageState::Passed));
            prop_assert!(after != Ok(StageState::Passed) || before != Ok(StageState::Returned));
        }
    }

    #[test]
    fn nobody_votes_on_what_he_drafted(me in 0_u128..4, principal in prop::option::of(0_u128..4),
        drafter in 0_u128..4, for_whom in prop::option::of(0_u128..4), seat in 0_u128..4) {
        let who = Acting { person: person(me), principal: principal.map(person) };
        let drafted = Acting { person: person(drafter), principal: for_whom.map(person) };
        if may_vote(who, Some(drafted), Seat::Person(person(seat)), &[], |_, _| true).is_ok() {
            prop_assert!(!who.is(drafted.person));
            prop_assert!(drafted.principal.is_none_or(|principal| !who.is(principal)));
        }
    }

    #[test]
    fn what_the_clock_says_is_said_once(from in 0_u64..400, days in 0_u32..30) {
        let (calendar, settings) = (Calendar::published([]), Settings::default());
        let start = day("2026-01-01") + chrono::Days::new(from);
        let end = calendar.after(start, days);
        let mut steps = std::collections::BTreeSet::new();
        for today in start.iter_days().take(90) {
            for each in said(end, today, &calendar, &settings) {
                steps.insert(each.step(end));
            }
        }
        // At most each reminder, the day itself, overdue and escalated.
        prop_assert!(steps.len() <= settings.reminders.len() + 3);
        for last in ["overdue", "escalated"] {
            let step = format!("{end} {last}");
            prop_assert!(steps.contains(&step));
        }
    }

    #[test]
    fn refusals_have_codes(refusal in prop::sample::select(Refusal::ALL)) {
        prop_assert!(refusal.key().starts_with("life-refusal-"));
    }
}
