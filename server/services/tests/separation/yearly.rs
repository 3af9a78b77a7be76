//! A year of hand-offs: none is lost, none is pushed twice, every due day is the one found by hand, and the sums of the
//! indicators are those counted by hand.

use crate::made::{self, day, from};
use crate::office::{Office, each_office};
use chrono::{Datelike, Days, Weekday};
use domain::Date;
use domain::calendar::{Calendar, DayKind, published_days};
use domain::case::{Case, CaseResult, Progress};
use domain::duty::Sight;
use domain::handoff::{Kind, Level, Settings, State};
use domain::id::{CaseId, HandoffId};
use domain::indicator::{Indicator, Ratio};
use domain::power::PowerType;
use services::handoff::each_time;
use services::write::Caller;
use std::collections::{BTreeMap, HashSet};
use store::handoff::Handoff;
use store::indicator::{By, Filter};

const HANDOFFS: usize = 20_000;

/// The working day that is so many after a day, ticked one by one, by rules of its own.
fn by_hand(own: &[(Date, DayKind)], from: Date, days: u32) -> Date {
    let works = |day: Date| {
        if let Some((_, kind)) = own.iter().find(|(each, _)| *each == day) {
            return *kind == DayKind::Worked;
        }
        if let Some((_, kind)) = published_days().find(|(each, _)| *each == day) {
            return kind == DayKind::Worked;
        }
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
    };
    let (mut day, mut left) = (from, days);
    while left > 0 {
        day = day + Days::new(1);
        if works(day) {
            left -= 1;
        }
    }
    day
}

/// A number that looks random and is the same each time.
fn mixed(seed: usize) -> usize {
    let mut x = u64::try_from(seed).unwrap().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x ^= x >> 31;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    usize::try_from(x >> 33).unwrap()
}

#[test]
fn twenty_thousand_hand_offs_in_a_year() {
    each_office(async |office| year(&office).await);
}

#[expect(clippy::too_many_lines, reason = "one year")]
async fn year(office: &Office) {
    let own = [(day("2026-06-05"), DayKind::Off), (day("2026-06-06"), DayKind::Worked)];
    let calendar = Calendar::published(own);
    let settings = Settings::default();
    // Two powers in two townships: limits count once for each power.
    let licence = domain::power::Power {
        statutory_days: Some(20),
        promised_days: Some(0),
        ..made::power("B-1", "即办许可", PowerType::Licence, "")
    };
    let slow = domain::power::Power {
        statutory_days: Some(30),
        promised_days: Some(12),
        ..made::power("B-2", "慢办确认", PowerType::Confirmation, "")
    };
    let other = made::unit("4102", "都里镇", domain::unit::UnitKind::Township, Some(&office.county));
    let (claimer, _) = office.hire("认领人", &office.department, "supervisor").await;
    let mut conn = office.db.write().await.unwrap();
    store::unit::insert(&mut conn, &other).await.unwrap();
    for power in [&licence, &slow] {
        store::power::insert(&mut conn, power).await.unwrap();
    }
    let mut assignments = Vec::new();
    for (power, unit) in
        [(&licence, &office.town), (&licence, &other), (&slow, &office.town), (&slow, &other)]
    {
        let assignment = made::assignment(power, unit, "2025-01-01");
        store::assignment::insert(&mut conn, &assignment).await.unwrap();
        assignments.push((assignment, power.power_type, unit));
    }
    for (on, kind) in own {
        store::calendar::set(&mut conn, on, kind, "x").await.unwrap();
    }
    let side = |assignment| domain::separation::register::Supervision {
        id: domain::id::SupervisionId(store::new_id()),
        assignment,
        unit: office.department.id,
        liaison: None,
        period: from("2025-01-01"),
    };
    for (assignment, ..) in &assignments {
        store::supervision::insert(&mut conn, &side(assignment.id)).await.unwrap();
    }

    let mut due: BTreeMap<Date, Date> = BTreeMap::new();
    let mut claims: BTreeMap<(String, String, String), Ratio> = BTreeMap::new();
    let (mut early, mut open, mut twice) = (Ratio::default(), 0, 0);
    let mut pushed = HashSet::new();
    for number in 0..HANDOFFS {
        let (assignment, power_type, unit) = &assignments[mixed(number) % 4];
        let on = day("2026-01-01") + Days::new(u64::try_from(mixed(number + 7) % 365).unwrap());
        let case = Case {
            id: CaseId(store::new_id()),
            assignment: assignment.id,
            number: number.to_string(),
            opened_on: on,
        };
        store::case::insert(&mut conn, &case).await.unwrap();
        let promised = on + Days::new(u64::try_from(mixed(number + 3) % 3).unwrap());
        let progress = Progress {
            decided_on: Some(on),
            result: Some(CaseResult::Granted),
            promised_due: Some(promised),
            ..Progress::default()
        };
        store::case::set_progress(&mut conn, case.id, &progress).await.unwrap();
        early += Ratio { numerator: i64::from(on < promised), denominator: 1 };
        let claim_due = settings.claim_due(&calendar, on);
        due.insert(on, claim_due);
        // Most are claimed on some day after the push; every fortieth never.
        let claimed =
            (number % 40 != 0).then(|| on + Days::new(u64::try_from(mixed(number + 11) % 5).unwrap()));
        let handoff = Handoff {
            id: HandoffId(store::new_id()),
            case: case.id,
            kind: Kind::Approval,
            number: String::new(),
            effect: None,
            content: String::new(),
            from: unit.id,
            to: office.department.id,
            state: if claimed.is_some() { State::Claimed } else { State::Pushed },
            round: 1,
            decided_on: on,
            push_due: settings.push_due(&calendar, on),
            pushed_on: on,
            pushed_at: store::case::noon(on),
            claim_due,
            claimed: claimed.map(|on| (on, claimer.id)),
            // What is claimed is not to be told about here.
            answer_due: claimed.map(|_| day("2099-01-01")),
            answered: None,
            closed_on: None,
            told: Level::None,
        };
        assert!(store::handoff::insert(&mut conn, &handoff).await.unwrap());
        if number % 10 == 0 {
            let same = Handoff { id: HandoffId(store::new_id()), ..handoff.clone() };
            twice += usize::from(store::handoff::insert(&mut conn, &same).await.unwrap());
        }
        pushed.insert(handoff.id);
        open += i64::from(claimed.is_none());
        let kept = claimed.is_some_and(|on| on <= claim_due);
        let is_counted = claimed.is_some() || claim_due < day("2027-02-01");
        let key = (unit.code.clone(), power_type.to_string(), on.format("%Y-%m").to_string());
        let ratio = claims.entry(key).or_default();
        if is_counted {
            *ratio += Ratio { numerator: kept.into(), denominator: 1 };
        }
    }
    conn.commit_derived().await.unwrap();
    assert_eq!((pushed.len(), twice), (HANDOFFS, 0));
    for (on, found) in &due {
        assert_eq!(*found, by_hand(&own, *on, settings.claim_days), "pushed on {on}");
    }

    let mut conn = office.db.read().await.unwrap();
    let filter = store::handoff::Filter { on: day("2027-02-01"), ..Default::default() };
    let counts = store::handoff::counts(&mut conn, &filter, Sight::Everything).await.unwrap();
    let all = i64::try_from(HANDOFFS).unwrap();
    assert_eq!((counts.unclaimed, counts.claimed, counts.overdue), (open, all - open, open));
    let mut seen = HashSet::new();
    for chunk in 0.. {
        let lines =
            store::handoff::list(&mut conn, &filter, Sight::Everything, 5000, chunk * 5000).await.unwrap();
        if lines.is_empty() {
            break;
        }
        seen.extend(lines.into_iter().map(|line| line.handoff.id));
    }
    assert_eq!(seen, pushed, "none is lost, and none is listed twice");

    // Sums by unit, by type, by month, and for one of them alone.
    let year = Filter {
        root: None,
        power_type: None,
        from: day("2026-01-01"),
        to: day("2026-12-31"),
        today: day("2027-02-01"),
    };
    for by in By::ALL {
        let sums = store::indicator::sums(&mut conn, &year, by, Sight::Everything).await.unwrap();
        let mut expected: BTreeMap<String, Ratio> = BTreeMap::new();
        for ((unit, power_type, month), ratio) in &claims {
            let key = match by {
                By::Unit => unit.clone(),
                By::Type => power_type.clone(),
                By::Month => month.clone(),
            };
            *expected.entry(key).or_default() += *ratio;
        }
        let found = |key: &str| {
            let named = sums.each.iter().find(|(name, _)| name.split(' ').next() == Some(key));
            named.map(|(_, all)| all.of(Indicator::Claims)).unwrap_or_default()
        };
        for (key, ratio) in &expected {
            assert_eq!(found(key), *ratio, "{by:?} {key}");
        }
        assert_eq!(sums.all.of(Indicator::Early), early);
        // The office's own power has no limits and no cases; the others count once each.
        assert_eq!(sums.all.of(Indicator::Compression), Ratio { numerator: 38, denominator: 50 });
        assert_eq!(sums.all.of(Indicator::Instant), Ratio { numerator: 1, denominator: 3 });
        assert_eq!(sums.all.of(Indicator::Exercise), Ratio { numerator: 4, denominator: 5 });
    }
    let march = Filter {
        root: Some(other.id),
        power_type: Some(PowerType::Confirmation),
        from: day("2026-03-01"),
        to: day("2026-03-31"),
        ..year
    };
    let sums = store::indicator::sums(&mut conn, &march, By::Month, Sight::Everything).await.unwrap();
    let key = ("4102".to_owned(), "confirmation".to_owned(), "2026-03".to_owned());
    assert_eq!(sums.all.of(Indicator::Claims), claims[&key]);
    drop(conn);

    // The clock finds each of those that nobody claimed, once, however often and on however many servers it runs.
    let now = "2027-02-01T02:00:00Z".parse().unwrap();
    let caller = Caller::operator(access::Operator::Schedule, now, day("2027-02-01"));
    let (one, two) = tokio::join!(each_time(&office.db, &caller), each_time(&office.other, &caller));
    let told = one.unwrap().told + two.unwrap().told;
    assert_eq!(i64::try_from(told).unwrap(), open);
    assert_eq!(each_time(&office.db, &caller).await.unwrap().told, 0);
}
