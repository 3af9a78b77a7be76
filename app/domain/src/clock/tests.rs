use super::*;
use crate::calendar::DayKind;
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn pause(from: &str, to: Option<&str>) -> Pause {
    let from = day(from);
    Pause { reason: PauseReason::Hearing, from, to: to.map(day), notified_on: Some(from) }
}

fn clock(start: &str, limit: u32, count: Count, pauses: &[Pause]) -> Clock {
    Clock { start: day(start), limit, count, pauses: pauses.to_vec() }
}

/// Start, limit, which days, pauses, due.
type Row<'a> = (&'a str, u32, Count, &'a [Pause], Option<&'a str>);

#[test]
fn due_days() {
    use Count::{Natural, Working};
    let calendar = Calendar::published([(day("2026-11-26"), DayKind::Off)]);
    let table: &[Row<'_>] = &[
        // Tuesday, and the week after.
        ("2026-11-03", 7, Working, &[], Some("2026-11-12")),
        ("2026-11-03", 0, Working, &[], Some("2026-11-03")),
        // Accepted on a Saturday; done on the Monday at latest.
        ("2026-11-07", 0, Working, &[], Some("2026-11-09")),
        // The office's own holiday.
        ("2026-11-25", 1, Working, &[], Some("2026-11-27")),
        // 国庆: 1 to 7 October off, Saturday the 10th worked.
        ("2026-09-29", 2, Working, &[], Some("2026-10-08")),
        ("2026-09-29", 4, Working, &[], Some("2026-10-10")),
        ("2026-09-29", 5, Working, &[], Some("2026-10-12")),
        // 春节: 15 to 23 February off, Saturdays the 14th and the 28th worked.
        ("2026-02-12", 2, Working, &[], Some("2026-02-14")),
        ("2026-02-12", 7, Working, &[], Some("2026-02-28")),
        // Ninety natural days; the last of them is a working day.
        ("2026-03-02", 90, Natural, &[], Some("2026-06-01")),
        // The ninetieth is 4 October, a holiday: the next working day.
        ("2026-07-06", 90, Natural, &[], Some("2026-10-08")),
        // A pause of three working days, over a weekend.
        ("2026-11-03", 5, Working, &[pause("2026-11-05", Some("2026-11-09"))], Some("2026-11-13")),
        // A pause that lies in a holiday costs and gives nothing.
        ("2026-09-29", 2, Working, &[pause("2026-10-01", Some("2026-10-07"))], Some("2026-10-08")),
        // A pause over a holiday gives its working days only: 30 September and 8 October.
        ("2026-09-29", 2, Working, &[pause("2026-09-30", Some("2026-10-08"))], Some("2026-10-10")),
        // Two pauses over the same days count once.
        (
            "2026-11-03",
            5,
            Working,
            &[pause("2026-11-05", Some("2026-11-06")), pause("2026-11-06", Some("2026-11-09"))],
            Some("2026-11-13"),
        ),
        // No end, before and after the due day.
        ("2026-11-03", 5, Working, &[pause("2026-11-05", None)], None),
        ("2026-11-03", 5, Working, &[pause("2026-11-11", None)], Some("2026-11-10")),
        // A natural pause.
        ("2026-03-02", 90, Natural, &[pause("2026-03-10", Some("2026-03-19"))], Some("2026-06-10")),
    ];
    for (start, limit, count, pauses, due) in table {
        assert_eq!(clock(start, *limit, *count, pauses).due(&calendar), due.map(day), "{start} + {limit}");
    }
}

#[test]
fn nobody_told_nothing_stopped() {
    let calendar = Calendar::published([]);
    let mut silent = pause("2026-11-05", Some("2026-11-09"));
    silent.notified_on = None;
    assert_eq!(clock("2026-11-03", 5, Count::Working, &[silent]).due(&calendar), Some(day("2026-11-10")));
    // Told on the last day of three: it stood still for one.
    silent.notified_on = Some(day("2026-11-09"));
    assert_eq!(clock("2026-11-03", 5, Count::Working, &[silent]).due(&calendar), Some(day("2026-11-11")));
    assert!(silent.runs(day("2026-11-06")) && !silent.stops(day("2026-11-06")));
}

#[test]
fn readings() {
    let calendar = Calendar::published([]);
    let running = clock("2026-11-03", 5, Count::Working, &[]);
    let paused = clock("2026-11-03", 5, Count::Working, &[pause("2026-11-05", None)]);
    let read = |clock: &Clock, today: &str, ended: Option<&str>| {
        let reading = clock.reading(&calendar, day(today), ended.map(day));
        (reading.used, reading.left, reading.standing)
    };
    assert_eq!(read(&running, "2026-11-03", None), (0, 5, Standing::Running));
    assert_eq!(read(&running, "2026-11-10", None), (5, 0, Standing::Running));
    assert_eq!(read(&running, "2026-11-11", None), (6, -1, Standing::Overdue));
    assert_eq!(read(&running, "2026-12-01", Some("2026-11-10")), (5, 0, Standing::Kept));
    assert_eq!(read(&running, "2026-12-01", Some("2026-11-11")), (6, -1, Standing::Broken));
    assert_eq!(read(&paused, "2026-12-01", None), (1, 4, Standing::Paused));
    assert_eq!(paused.due(&calendar), None);
    // Before it starts nothing is used.
    assert_eq!(read(&running, "2026-10-01", None), (0, 5, Standing::Running));
}

/// The due day as a clerk finds it, ticking one day after the other.
fn by_hand(clock: &Clock, calendar: &Calendar) -> Date {
    let mut day = clock.start;
    let mut ticked = 0;
    while ticked < clock.limit {
        day = day + chrono::Days::new(1);
        let mut counts = true;
        if clock.count == Count::Working && !calendar.is_working(day) {
            counts = false;
        }
        for pause in &clock.pauses {
            let Some(told) = pause.notified_on else { continue };
            if day >= pause.from && day >= told && pause.to.is_some_and(|to| day <= to) {
                counts = false;
            }
        }
        if counts {
            ticked += 1;
        }
    }
    while !calendar.is_working(day) {
        day = day + chrono::Days::new(1);
    }
    day
}

fn pauses() -> impl Strategy<Value = Vec<Pause>> {
    let one = (0_u64..200, 0_u64..30, prop::option::of(0_u64..20)).prop_map(|(from, long, told)| {
        let from = day("2026-01-01") + chrono::Days::new(from);
        Pause {
            reason: PauseReason::Test,
            from,
            to: Some(from + chrono::Days::new(long)),
            notified_on: told.map(|late| from + chrono::Days::new(late)),
        }
    });
    prop::collection::vec(one, 0..4)
}

fn any_clock() -> impl Strategy<Value = Clock> {
    (0_u64..300, 0_u32..100, prop::bool::ANY, pauses()).prop_map(|(start, limit, working, pauses)| Clock {
        start: day("2026-01-01") + chrono::Days::new(start),
        limit,
        count: if working { Count::Working } else { Count::Natural },
        pauses,
    })
}

proptest! {
    #[test]
    fn the_due_day_is_the_one_found_by_hand(clock in any_clock(), own in prop::collection::btree_map(0_u64..500, prop::bool::ANY, 0..20)) {
        let own = own.into_iter().map(|(offset, off)| {
            (day("2026-01-01") + chrono::Days::new(offset), if off { DayKind::Off } else { DayKind::Worked })
        });
        let calendar = Calendar::published(own);
        prop_assert_eq!(clock.due(&calendar), Some(by_hand(&clock, &calendar)));
    }

    #[test]
    fn pausing_never_shortens(clock in any_clock(), more in pauses()) {
        let calendar = Calendar::published([]);
        let mut longer = clock.clone();
        longer.pauses.extend(more);
        prop_assert!(longer.due(&calendar) >= clock.due(&calendar));
    }

    #[test]
    fn one_more_holiday_never_brings_the_due_day_forward(clock in any_clock(), off in 0_u64..500) {
        let off = (day("2026-01-01") + chrono::Days::new(off), DayKind::Off);
        prop_assert!(clock.due(&Calendar::published([off])) >= clock.due(&Calendar::published([])));
    }

    #[test]
    fn what_is_used_and_what_is_left_make_the_limit(clock in any_clock(), on in 0_u64..600) {
        let calendar = Calendar::published([]);
        let on = day("2026-01-01") + chrono::Days::new(on);
        let reading = clock.reading(&calendar, on, None);
        prop_assert_eq!(i64::from(reading.used) + reading.left, i64::from(clock.limit));
        // Overdue means that more was used than allowed, but where a holiday put the last natural day off.
        if reading.standing == Standing::Overdue {
            prop_assert!(reading.left <= 0);
        }
        if clock.count == Count::Working && reading.left < 0 {
            prop_assert_eq!(reading.standing, Standing::Overdue);
        }
    }
}
