use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn every_state_and_act() {
    use State::{Answered, Claimed, Closed, Pushed, Returned};
    for (state, act, then) in [
        (Pushed, Act::Claim, Some(Claimed)),
        (Claimed, Act::Claim, None),
        (Answered, Act::Claim, None),
        (Returned, Act::Claim, None),
        (Pushed, Act::Record, None),
        (Claimed, Act::Record, Some(Claimed)),
        (Pushed, Act::Answer, None),
        (Claimed, Act::Answer, Some(Answered)),
        (Answered, Act::Answer, None),
        (Pushed, Act::Close, None),
        (Claimed, Act::Close, None),
        (Answered, Act::Close, Some(Closed)),
        (Closed, Act::Close, None),
        (Pushed, Act::Return, Some(Returned)),
        (Claimed, Act::Return, Some(Returned)),
        (Answered, Act::Return, None),
        (Returned, Act::Redirect, Some(Pushed)),
        (Pushed, Act::Redirect, None),
        (Pushed, Act::Escalate, Some(Pushed)),
        (Claimed, Act::Escalate, Some(Claimed)),
        (Closed, Act::Escalate, None),
        (Pushed, Act::Push, None),
    ] {
        assert_eq!(after(state, act).ok(), then, "{act} when {state}");
    }
    let refused = after(Claimed, Act::Claim).unwrap_err();
    assert_eq!(refused.message().key, "handoff-error-claimed");
}

#[test]
fn due_days_over_holidays() {
    let (settings, calendar) = (Settings::default(), Calendar::published([]));
    for (pushed, due) in [
        ("2026-11-24", "2026-11-26"),
        // Friday.
        ("2026-11-27", "2026-12-01"),
        // The day before 国庆; the 10th, a Saturday, is worked.
        ("2026-09-30", "2026-10-09"),
        ("2026-10-08", "2026-10-10"),
        ("2026-10-09", "2026-10-12"),
        // Pushed on a holiday.
        ("2026-10-03", "2026-10-09"),
        // 春节.
        ("2026-02-13", "2026-02-24"),
    ] {
        assert_eq!(settings.claim_due(&calendar, day(pushed)), day(due), "{pushed}");
    }
    assert_eq!(settings.answer_due(&calendar, day("2026-10-10")), day("2026-10-12"));
}

#[test]
fn levels_by_day() {
    let (settings, calendar) = (Settings::default(), Calendar::published([]));
    // Due on a Thursday.
    let due = day("2026-11-26");
    for (today, expected) in [
        ("2026-11-24", Level::None),
        ("2026-11-25", Level::Reminded),
        ("2026-11-26", Level::Reminded),
        ("2026-11-27", Level::Manager),
        // A weekend raises nothing.
        ("2026-11-28", Level::Manager),
        ("2026-11-30", Level::Manager),
        ("2026-12-01", Level::Above),
        ("2027-01-01", Level::Above),
    ] {
        assert_eq!(level(&settings, &calendar, due, day(today)), expected, "{today}");
    }
    let patient = Settings { escalate_first: 2, ..settings };
    assert_eq!(level(&patient, &calendar, due, day("2026-11-27")), Level::Late);
    for each in Level::ALL {
        assert_eq!(Level::from_number(each.number()), each);
    }
}

proptest! {
    #[test]
    fn waiting_never_lowers_the_level(due in 0_u64..300, one in 0_u64..330, more in 0_u64..30, first in 0_u32..5, second in 0_u32..5) {
        let calendar = Calendar::published([]);
        let settings = Settings { escalate_first: first, escalate_second: first + second, ..Settings::default() };
        let at = |offset: u64| day("2026-01-01") + chrono::Days::new(offset);
        let due = calendar.on_or_after(at(due));
        prop_assert!(level(&settings, &calendar, due, at(one)) <= level(&settings, &calendar, due, at(one + more)));
    }
}
