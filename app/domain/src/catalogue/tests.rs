//! Versions, differences, moves, rounds and reviews: tables, and what holds for all of them.

use super::basis::{BasisState, Standing as BasisStanding, marked};
use super::lists::List;
use super::moving::moved;
use super::round::{
    Act, Answer, Answers, Closer, Deed, Outcome, Party, Stage, Standing, Terms, act, close, net, party,
};
use super::zero_base::{Basis, Grounds, Proposal, recall_reason, refusal, suggested};
use super::*;
use crate::assess::{RecallReason, Verdict};
use crate::assignment::{Assignment, Form, Function};
use crate::duty::Role;
use crate::id::{AssignmentId, UnitId};
use crate::power::{LegalBasis, Power, PowerType, Rhythm, Risk};
use crate::{Fen, Period};
use proptest::prelude::*;
use uuid::Uuid;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn power(id: u128, code: &str, name: &str, department: &str) -> Power {
    Power {
        id: PowerId(Uuid::from_u128(id)),
        catalogue: "目录".to_owned(),
        version: (id / 1000).to_string(),
        code: code.to_owned(),
        name: name.to_owned(),
        power_type: PowerType::Licence,
        field: String::new(),
        legal_bases: Vec::new(),
        original_department: department.to_owned(),
        published_form: String::new(),
        statutory_days: None,
        promised_days: None,
        minutes_per_case: 30,
        certificates: Vec::new(),
        courses: Vec::new(),
        equipment: Vec::new(),
        risk: Risk::Medium,
        rhythm: Rhythm::default(),
        min_people: None,
        cost_per_case: Fen::ZERO,
        remarks: String::new(),
        source: String::new(),
    }
}

/// What a version says, without whose row it is.
fn content(powers: &[Power]) -> Vec<Power> {
    let plain = |power: &Power| Power { id: PowerId(Uuid::nil()), version: String::new(), ..power.clone() };
    let mut all: Vec<Power> = powers.iter().map(plain).collect();
    all.sort_by(|one, other| format!("{one:?}").cmp(&format!("{other:?}")));
    all
}

#[test]
fn powers_are_found_again() {
    let old = [
        power(1, "A-1", "宅基地审批", "县农业农村局"),
        power(2, "2", "秸秆焚烧的处罚", "县环保局"),
        power(3, "A-3", "公章刻制备案", "县公安局"),
        power(4, "A-4", "户外广告设置许可", "县城管局"),
        power(5, "A-5", "临时占道许可", "县城管局"),
    ];
    let new = [
        // By name, though it is written otherwise and has another code.
        power(1001, "B-1", " 宅基地（审批）", "县农业农村局"),
        // A row number that now belongs to another one.
        power(1002, "2", "烟花爆竹零售许可", "县应急局"),
        power(1003, "3", "秸秆焚烧的处罚", "县环保局"),
        // By code, under another name.
        power(1004, "A-4", "大型户外广告设置许可", "县城管局"),
    ];
    let found = diff(&old, &new, &[]);
    let fates: Vec<_> = found.entries.iter().map(|entry| (entry.fate, entry.parts.clone())).collect();
    assert_eq!(
        fates,
        [
            (Fate::Added, vec![]),
            (Fate::Changed, vec![Part::Code]),
            (Fate::Removed, vec![]),
            (Fate::Renamed, vec![Part::Name]),
            (Fate::Removed, vec![]),
            (Fate::Renamed, vec![Part::Code, Part::Name]),
        ]
    );
    // A person says that two were merged into the one that is new, and one became two.
    let marks = [
        Mark { from: old[2].id, to: new[1].id, link: Link::Merged },
        Mark { from: old[4].id, to: new[1].id, link: Link::Merged },
    ];
    let found = diff(&old, &new, &marks);
    let merged = found.entries.iter().find(|entry| entry.fate == Fate::Merged).unwrap();
    assert_eq!((merged.before.len(), merged.after.len()), (2, 1));
    assert!(!found.entries.iter().any(|entry| matches!(entry.fate, Fate::Added | Fate::Removed)));
    assert!(marks.iter().all(|mark| found.links.contains(mark)));
    let split = [
        Mark { from: old[0].id, to: new[0].id, link: Link::Split },
        Mark { from: old[0].id, to: new[1].id, link: Link::Split },
    ];
    assert!(diff(&old, &new, &split).entries.iter().any(|entry| entry.fate == Fate::Split));
}

/// A version of few codes and names, so that they collide.
fn version(of: u128) -> impl Strategy<Value = Vec<Power>> {
    proptest::collection::vec((0..8_u128, 0..6_u32, 0..3_u32, 0..3_u32, any::<bool>()), 0..8).prop_map(
        move |rows| {
            let mut all: Vec<Power> = Vec::new();
            for (number, (code, name, department, minutes, is_row)) in (0_u128..).zip(rows) {
                let code = if is_row { code.to_string() } else { format!("C-00{code}") };
                if all.iter().any(|power| power.code == code) {
                    continue;
                }
                let id = of * 1000 + number;
                let mut each = power(id, &code, &format!("事项{name}"), &format!("局{department}"));
                each.minutes_per_case = minutes;
                all.push(each);
            }
            all
        },
    )
}

proptest! {
    #[test]
    fn a_version_does_not_differ_from_itself(all in version(1)) {
        let found = diff(&all, &all, &[]);
        prop_assert_eq!(found.entries, []);
        prop_assert_eq!(found.unchanged, all.len());
    }

    #[test]
    fn applying_what_differs_gives_the_newer(
        old in version(1),
        new in version(2),
        marks in proptest::collection::vec((0..8_usize, 0..8_usize), 0..5),
    ) {
        let marks: Vec<Mark> = marks
            .iter()
            .filter_map(|(from, to)| {
                Some(Mark { from: old.get(*from)?.id, to: new.get(*to)?.id, link: Link::Renamed })
            })
            .collect();
        let found = diff(&old, &new, &marks);
        prop_assert_eq!(content(&apply(&found, &old)), content(&new));
        // Every power stands in one place.
        let before: usize = found.entries.iter().map(|entry| entry.before.len()).sum();
        let after: usize = found.entries.iter().map(|entry| entry.after.len()).sum();
        prop_assert_eq!(before + found.unchanged, old.len());
        prop_assert_eq!(after + found.unchanged, new.len());
        // What a person has marked stays together.
        for mark in &marks {
            prop_assert!(found.links.iter().any(|link| (link.from, link.to) == (mark.from, mark.to)));
        }
    }
}

#[test]
fn a_line_leads_back_first_then_on() {
    let id = |number: u128| PowerId(Uuid::from_u128(number));
    let mark = |from, to| Mark { from: id(from), to: id(to), link: Link::Same };
    // 1 → 2 → 3 and 4; 5 → 3; a circle that nobody should make.
    let marks = [mark(1, 2), mark(2, 3), mark(2, 4), mark(5, 3), mark(4, 1)];
    assert_eq!(line(&marks[..4], id(3)), [id(3), id(2), id(5), id(1)]);
    assert_eq!(line(&marks[..4], id(1)), [id(1), id(2), id(3), id(4)]);
    assert_eq!(line(&marks, id(1)).len(), 4);
    assert_eq!(line(&[], id(9)), [id(9)]);
}

#[test]
fn versions_are_published_once_and_in_their_order() {
    let draft = Version {
        id: VersionId(Uuid::from_u128(1)),
        catalogue: "目录".to_owned(),
        version: "2026版".to_owned(),
        title: String::new(),
        document: "殷政〔2026〕1号".to_owned(),
        published_on: None,
        in_force_from: None,
        supersedes: None,
    };
    let older = Version {
        id: VersionId(Uuid::from_u128(2)),
        published_on: Some(day("2025-01-01")),
        in_force_from: Some(day("2025-02-01")),
        ..draft.clone()
    };
    let keys = |version: &Version,
                powers,
                before: Option<&Version>,
                on: &str,
                from: &str|
     -> Vec<&'static str> {
        version.refusals(powers, before, day(on), day(from)).into_iter().map(|(_, told)| told.key).collect()
    };
    assert_eq!(keys(&draft, 3, Some(&older), "2026-01-01", "2026-02-01"), [""; 0]);
    assert_eq!(keys(&draft, 3, None, "2026-01-01", "2026-01-01"), [""; 0]);
    let bare = Version { document: String::new(), ..older.clone() };
    assert_eq!(
        keys(&bare, 0, Some(&bare), "2026-01-01", "2025-12-31"),
        [
            "catalogue-refused-published",
            "catalogue-refused-empty",
            "catalogue-refused-document",
            "catalogue-refused-past",
            "catalogue-refused-other"
        ]
    );
    assert_eq!(
        keys(&older, 1, Some(&draft), "2026-01-01", "2026-01-01").last(),
        Some(&"catalogue-refused-draft")
    );
    assert_eq!(keys(&draft, 1, Some(&older), "2025-01-15", "2025-02-01"), ["catalogue-refused-earlier"]);
    for (version, next, on, state) in [
        (&draft, None, "2026-01-01", State::Draft),
        (&older, None, "2025-01-31", State::Published),
        (&older, None, "2025-02-01", State::InForce),
        (&older, Some("2026-02-01"), "2026-01-31", State::InForce),
        (&older, Some("2026-02-01"), "2026-02-01", State::Superseded),
    ] {
        assert_eq!(version.state(next.map(day), day(on)), state, "{on}");
    }
}

fn held_in(from: &str, to: Option<&str>) -> Assignment {
    Assignment {
        id: AssignmentId(Uuid::from_u128(1)),
        power: PowerId(Uuid::from_u128(1)),
        unit: UnitId(Uuid::from_u128(1)),
        giver: None,
        form: Form::Conferral,
        functions: vec![Function::Approve],
        period: Period { from: day(from), to: to.map(day) },
        transition_until: None,
        instrument: None,
        planned_volume: None,
    }
}

#[test]
fn a_move_ends_one_and_begins_the_next() {
    let (to, next) = (PowerId(Uuid::from_u128(2)), AssignmentId(Uuid::from_u128(2)));
    let go = |held: &Assignment, from: &str, until: Option<&str>| {
        moved(held, to, next, day(from), until.map(day), day("2026-03-01")).map_err(|told| told.key)
    };
    let held = held_in("2025-01-01", Some("2027-12-31"));
    let done = go(&held, "2026-04-01", Some("2026-06-30")).unwrap();
    assert_eq!(done.ended.period, Period { from: day("2025-01-01"), to: Some(day("2026-03-31")) });
    assert_eq!(done.next.period, Period { from: day("2026-04-01"), to: Some(day("2027-12-31")) });
    assert_eq!(
        (done.next.id, done.next.power, done.next.transition_until),
        (next, to, Some(day("2026-06-30")))
    );
    for (held, from, until, key) in [
        (held.clone(), "2026-02-28", None, "move-refused-past"),
        (held.clone(), "2025-01-01", None, "move-refused-not-in-force"),
        (held.clone(), "2028-01-01", None, "move-refused-not-in-force"),
        (held.clone(), "2029-01-01", None, "move-refused-not-in-force"),
        (held.clone(), "2026-04-01", Some("2028-01-01"), "move-refused-transition"),
        (
            Assignment { form: Form::Recalled, ..held.clone() },
            "2026-04-01",
            None,
            "move-refused-not-in-force",
        ),
        (Assignment { power: to, ..held.clone() }, "2026-04-01", None, "move-refused-same"),
    ] {
        assert_eq!(go(&held, from, until), Err(key), "{from}");
    }
}

proptest! {
    /// Whoever held it on a day before the move holds it after the move; nobody holds it twice on one day.
    #[test]
    fn a_move_leaves_no_gap_and_no_overlap(begins in 0..400_i64, length in proptest::option::of(0..400_i64), at in 0..500_i64) {
        let first = day("2026-01-01");
        let on = |days: i64| first + chrono::TimeDelta::days(days);
        let mut held = held_in("2026-01-01", None);
        held.period = Period { from: on(begins), to: length.map(|length| on(begins + length)) };
        let to = PowerId(Uuid::from_u128(2));
        if let Ok(done) = moved(&held, to, AssignmentId(Uuid::from_u128(2)), on(at), None, first) {
            for days in 0..1000 {
                let today = on(days);
                let both = [&done.ended, &done.next];
                let count = both.iter().filter(|each| each.period.contains(today)).count();
                prop_assert_eq!(count, usize::from(held.period.contains(today)));
                prop_assert_eq!(done.ended.period.contains(today), held.period.contains(today) && today < on(at));
            }
        }
    }
}

fn terms() -> Terms {
    Terms { form: Form::Conferral, functions: vec![Function::Approve], list: List::Basic, kept: true }
}

fn stands(
    township: Option<Answer>,
    department: Option<Answer>,
    county: Option<Answer>,
    kept: bool,
) -> Standing {
    Standing { terms: Terms { kept, ..terms() }, answers: Answers { township, department, county } }
}

#[test]
fn outcomes() {
    let (yes, no) = (Some(Answer::Accept), Some(Answer::Object));
    for (standing, outcome) in [
        (stands(None, None, None, true), Outcome::Open),
        (stands(None, yes, None, true), Outcome::Open),
        (stands(yes, None, None, true), Outcome::Agreed),
        (stands(yes, None, None, false), Outcome::Dropped),
        (stands(yes, no, None, true), Outcome::Disputed),
        (stands(no, yes, None, true), Outcome::Disputed),
        (stands(yes, yes, no, true), Outcome::Disputed),
        // The county's word is the last one.
        (stands(no, no, yes, true), Outcome::Agreed),
        (stands(no, None, yes, false), Outcome::Dropped),
    ] {
        assert_eq!(standing.outcome(), outcome, "{standing:?}");
    }
}

#[test]
fn refusals_of_a_round() {
    let standing = stands(Some(Answer::Accept), None, None, true);
    let key = |stage, deed: Deed, comment| {
        act(stage, &standing, Party::Township, &deed, comment).map(|_| ()).map_err(|told| told.key)
    };
    for stage in Stage::ALL.iter().copied().filter(|stage| *stage != Stage::Done) {
        assert_eq!(key(stage, Deed::Object, "接不住"), Ok(()));
        assert_eq!(key(stage, Deed::Comment, "请说明"), Ok(()));
    }
    let other = Terms { form: Form::Entrustment, ..terms() };
    for (deed, comment, refused) in [
        (Deed::Accept, "", "round-refused-answered"),
        (Deed::Object, " ", "round-refused-comment"),
        (Deed::Comment, "", "round-refused-comment"),
        (Deed::Change(terms()), "", "round-refused-same"),
        (Deed::Change(Terms { form: Form::Recalled, ..terms() }), "", "round-refused-form"),
        (Deed::Change(Terms { functions: Vec::new(), ..terms() }), "", "round-refused-functions"),
        // Taking it out needs a word, changing it does not.
        (Deed::Change(Terms { kept: false, ..terms() }), "", "round-refused-comment"),
    ] {
        assert_eq!(key(Stage::Up1, deed, comment), Err(refused));
    }
    assert_eq!(key(Stage::Up1, Deed::Change(other), ""), Ok(()));
    for deed in [Deed::Accept, Deed::Object, Deed::Comment, Deed::Change(terms())] {
        assert_eq!(key(Stage::Done, deed, "晚了"), Err("round-refused-closed"));
    }
    let (due, on) = (day("2026-03-06"), day("2026-03-06"));
    let shut = |stage, open, closer, on| close(stage, open, closer, due, on).map_err(|told| told.key);
    assert_eq!(shut(Stage::Down1, 9, Closer::Office, on), Ok(Stage::Up1));
    assert_eq!(shut(Stage::Up3, 1, Closer::Office, on), Err("round-refused-open"));
    assert_eq!(shut(Stage::Up3, 0, Closer::Office, on), Ok(Stage::Done));
    assert_eq!(shut(Stage::Up3, 1, Closer::Deadline, on), Err("round-refused-early"));
    assert_eq!(shut(Stage::Up3, 1, Closer::Deadline, day("2026-03-07")), Ok(Stage::Done));
    assert_eq!(shut(Stage::Done, 0, Closer::Office, on), Err("round-refused-closed"));
}

#[test]
fn parties_by_their_roles() {
    let id = |number: u128| UnitId(Uuid::from_u128(number));
    let (county, town, office) = (id(1), id(2), id(3));
    let (round, township, department) = ([county], [town, county], [office, county]);
    for (role, scope, expected) in [
        (Role::Organization, county, Some(Party::County)),
        (Role::Organization, town, Some(Party::Township)),
        (Role::Manager, town, Some(Party::Township)),
        (Role::Manager, office, Some(Party::Department)),
        (Role::Manager, id(9), None),
        (Role::Leader, town, None),
    ] {
        assert_eq!(party([(role, scope)], &round, &township, &department), expected, "{role}");
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    let change = (0..Form::ALL.len(), 0..List::ALL.len(), any::<bool>(), 0..4_usize).prop_map(
        |(form, list, kept, functions)| {
            let functions = Function::ALL[..functions].to_vec();
            Deed::Change(Terms { form: Form::ALL[form], list: List::ALL[list], kept, functions })
        },
    );
    prop_oneof![Just(Deed::Accept), Just(Deed::Object), Just(Deed::Comment), change]
}

proptest! {
    /// Whatever is done: the differences that are kept lead from the first terms to the last, a change asks the others
    /// anew, and what is refused changes nothing.
    #[test]
    fn a_round_keeps_every_difference(
        deeds in proptest::collection::vec((deed(), 0..3_usize, any::<bool>()), 0..30),
    ) {
        let first = stands(None, None, None, true);
        let mut now = first.clone();
        let mut kept: Vec<(Terms, Terms)> = Vec::new();
        for (deed, party, speaks) in deeds {
            let party = Party::ALL[party];
            let comment = if speaks { "说明" } else { "" };
            let Ok(after) = act(Stage::Up2, &now, party, &deed, comment) else { continue };
            if deed.act() == Act::Change {
                prop_assert_ne!(&after.terms, &now.terms);
                prop_assert_eq!(after.answers, Answers::default().with(party, Answer::Accept));
            } else {
                prop_assert_eq!(&after.terms, &now.terms);
            }
            for other in Party::ALL.iter().filter(|other| **other != party && deed.act() != Act::Change) {
                prop_assert_eq!(after.answers.of(*other), now.answers.of(*other));
            }
            kept.push((now.terms.clone(), after.terms.clone()));
            now = after;
        }
        prop_assert!(kept.windows(2).all(|pair| pair[0].1 == pair[1].0));
        prop_assert_eq!(net(&kept), first.terms.differences(&now.terms));
    }
}

#[test]
fn what_speaks_for_and_against() {
    let grounds = |cases, verdict, basis, may_rest| suggested(Grounds { cases, verdict, basis, may_rest });
    for (cases, verdict, basis, may_rest, proposal) in [
        (12, Some(Verdict::Can), Basis::InForce, false, Proposal::Keep),
        (12, Some(Verdict::Cannot), Basis::InForce, false, Proposal::Change),
        (0, Some(Verdict::Can), Basis::InForce, false, Proposal::Drop),
        (0, Some(Verdict::Can), Basis::InForce, true, Proposal::Keep),
        (12, None, Basis::Lapsed, true, Proposal::Drop),
        (12, None, Basis::None, false, Proposal::Keep),
    ] {
        assert_eq!(grounds(cases, verdict, basis, may_rest), proposal);
    }
    for (argued, decided, reason, is_refused) in [
        (None, Proposal::Keep, "", false),
        (None, Proposal::Drop, "", true),
        (None, Proposal::Drop, "零办件", false),
        (Some(Proposal::Drop), Proposal::Keep, "", true),
        (Some(Proposal::Keep), Proposal::Keep, " ", false),
    ] {
        assert_eq!(refusal(argued, decided, reason).is_some(), is_refused);
    }
}

#[test]
fn articles_end_and_warn() {
    let basis = |from: Option<&str>, to: Option<&str>| LegalBasis {
        citation: "《条例》第一条".to_owned(),
        from: from.map(day),
        to: to.map(day),
    };
    let changed = Some((BasisState::Changed, day("2026-01-01")));
    for (basis, mark, standing) in [
        (basis(None, None), None, BasisStanding::InForce),
        (basis(Some("2026-06-02"), None), None, BasisStanding::Lapsed),
        (basis(None, Some("2026-05-31")), None, BasisStanding::Lapsed),
        (basis(None, Some("2026-06-01")), None, BasisStanding::Soon),
        (basis(None, Some("2026-07-01")), None, BasisStanding::Soon),
        (basis(None, Some("2026-07-02")), None, BasisStanding::Coming),
        (basis(None, Some("2026-08-30")), None, BasisStanding::Coming),
        (basis(None, Some("2026-08-31")), changed, BasisStanding::Changed),
        (basis(None, Some("2026-08-31")), None, BasisStanding::InForce),
    ] {
        assert_eq!(BasisStanding::of(&basis, mark, day("2026-06-01")), standing, "{basis:?}");
    }
    let all = [basis(None, None), LegalBasis { citation: "《办法》".to_owned(), from: None, to: None }];
    let ended = marked(&all, "《条例》第一条", BasisState::Repealed, day("2026-06-01")).unwrap();
    // The day before it was marked stays as it was.
    assert!(ended[0].in_force(day("2026-05-31")) && !ended[0].in_force(day("2026-06-01")));
    assert_eq!(ended[1], all[1]);
    assert_eq!(marked(&ended, "《条例》第一条", BasisState::InForce, day("2026-06-01")), Some(all.to_vec()));
    assert_eq!(marked(&all, "《条例》第一条", BasisState::Changed, day("2026-06-01")), None);
    assert_eq!(marked(&all, "《别的》", BasisState::Expired, day("2026-06-01")), None);
}

#[test]
fn what_is_dropped_is_recalled_by_what_speaks_against_it() {
    for (cases, basis, expected) in [
        (0, Basis::Lapsed, RecallReason::LawChanged),
        (9, Basis::Lapsed, RecallReason::LawChanged),
        (0, Basis::InForce, RecallReason::TooRare),
        (0, Basis::None, RecallReason::TooRare),
        (1, Basis::InForce, RecallReason::CannotBeCarriedOut),
        (1, Basis::None, RecallReason::CannotBeCarriedOut),
    ] {
        assert_eq!(recall_reason(cases, basis), expected, "{cases} {basis}");
    }
}
