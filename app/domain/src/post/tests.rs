use super::*;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    format!("{text}:00+08:00").parse().expect("a moment")
}

fn clock(text: &str) -> Minute {
    text.parse().expect("a minute")
}

fn wishes(wish: Wish, quiet: Option<(&str, &str)>) -> Wishes {
    Wishes {
        address: "wang@example.cn".to_owned(),
        quiet: quiet.map(|(from, to)| Quiet { from: clock(from), to: clock(to) }),
        classes: BTreeMap::from([(Class::Rights, wish)]),
        ..Wishes::default()
    }
}

#[test]
fn when_letters_are_due() {
    let night = Some(("22:00", "07:30"));
    let noon = Some(("12:00", "14:00"));
    for (wish, quiet, made, expected) in [
        (Wish::Now, None, "2026-11-24T10:00", Some((None, "2026-11-24T10:00"))),
        (Wish::Now, night, "2026-11-24T10:00", Some((None, "2026-11-24T10:00"))),
        (Wish::Now, night, "2026-11-24T22:00", Some((None, "2026-11-25T07:30"))),
        (Wish::Now, night, "2026-11-25T00:15", Some((None, "2026-11-25T07:30"))),
        (Wish::Now, night, "2026-11-25T07:29", Some((None, "2026-11-25T07:30"))),
        (Wish::Now, night, "2026-11-25T07:30", Some((None, "2026-11-25T07:30"))),
        (Wish::Now, noon, "2026-11-24T13:59", Some((None, "2026-11-24T14:00"))),
        (Wish::Now, Some(("08:00", "08:00")), "2026-11-24T08:00", Some((None, "2026-11-24T08:00"))),
        // The digest is written at eight.
        (Wish::Daily, None, "2026-11-24T07:59", Some((Some("2026-11-24T08:00"), "2026-11-24T08:00"))),
        (Wish::Daily, None, "2026-11-24T08:00", Some((Some("2026-11-25T08:00"), "2026-11-25T08:00"))),
        (
            Wish::Daily,
            Some(("20:00", "09:00")),
            "2026-11-24T07:59",
            Some((Some("2026-11-24T08:00"), "2026-11-24T09:00")),
        ),
        (Wish::Never, None, "2026-11-24T10:00", None),
    ] {
        let due = wishes(wish, quiet).due(Event::ReviewDue, at(made));
        let expected = match expected {
            None => Due::Never,
            Some((None, sent)) => Due::Alone(at(sent)),
            Some((Some(written), sent)) => Due::Digest { written: at(written), sent: at(sent) },
        };
        assert_eq!(due, expected, "{wish} {quiet:?} {made}");
    }
    let nowhere = Wishes { address: String::new(), ..wishes(Wish::Now, None) };
    assert_eq!(nowhere.due(Event::ReviewDue, at("2026-11-24T10:00")), Due::Never);
}

#[test]
fn urgent_events_are_known_by_their_end() {
    for &event in Event::ALL {
        let ends = event.as_str().rsplit('_').next().unwrap_or_default();
        assert_eq!(is_urgent(event), ["escalated", "urged", "late", "overdue"].contains(&ends), "{event}");
    }
}

#[test]
fn minutes_are_read_as_people_write_them() {
    for (text, minute) in [("8:30", 510), ("08:30", 510), ("8：30", 510), ("0:00", 0), ("23:59", 1439)] {
        assert_eq!(text.parse::<Minute>(), Ok(Minute(minute)), "{text}");
    }
    for text in ["24:00", "8:60", "8", "", "8:3x", "-1:00", "008:30", "+8:30"] {
        assert!(text.parse::<Minute>().is_err(), "{text}");
    }
    assert_eq!(Minute(510).to_string(), "08:30");
}

#[test]
fn tries_end() {
    let now = at("2026-11-24T10:00");
    let retries = Retries::default();
    assert_eq!(retries.next(1, now), Some(at("2026-11-24T10:01")));
    assert_eq!(retries.next(7, now), Some(at("2026-11-25T10:00")));
    assert_eq!(retries.next(8, now), None);
    assert_eq!(Retries(Vec::new()).next(1, now), None);
}

fn minutes() -> impl Strategy<Value = Minute> {
    (0..DAY).prop_map(Minute)
}

fn any_wishes() -> impl Strategy<Value = Wishes> {
    let quiet = proptest::option::of((minutes(), minutes()).prop_map(|(from, to)| Quiet { from, to }));
    (quiet, minutes(), 0..3_usize).prop_map(|(quiet, digest_at, wish)| Wishes {
        quiet,
        digest_at,
        ..wishes(Wish::ALL[wish], None)
    })
}

fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    (0..400_i64 * 86_400).prop_map(|seconds| at("2026-01-01T00:00") + TimeDelta::seconds(seconds))
}

proptest! {
    #[test]
    fn letters_come_neither_early_nor_in_quiet_hours_nor_late(wishes in any_wishes(), made in moments()) {
        let sent = match wishes.due(Event::ReviewDue, made) {
            Due::Never => return Ok(()),
            Due::Alone(sent) => {
                prop_assert!(sent - made <= TimeDelta::days(1));
                sent
            }
            Due::Digest { written, sent } => {
                prop_assert!(written > made && written - made <= TimeDelta::days(1));
                prop_assert_eq!(minute(written), wishes.digest_at);
                prop_assert!(sent >= written && sent - written <= TimeDelta::days(1));
                sent
            }
        };
        prop_assert!(sent >= made);
        prop_assert!(!wishes.quiet.is_some_and(|quiet| quiet.contains(minute(sent))));
        prop_assert_eq!(wishes.loud(sent), sent);
    }

    #[test]
    fn what_comes_later_is_never_due_earlier(wishes in any_wishes(), one in moments(), other in moments()) {
        let when = |made| match wishes.due(Event::ReviewDue, made) {
            Due::Never => None,
            Due::Alone(sent) | Due::Digest { sent, .. } => Some(sent),
        };
        prop_assert!(when(one.min(other)) <= when(one.max(other)));
    }

    #[test]
    fn quiet_hours_and_the_rest_make_a_day(from in minutes(), to in minutes()) {
        let (quiet, rest) = (Quiet { from, to }, Quiet { from: to, to: from });
        let count = |quiet: Quiet| (0..DAY).filter(|each| quiet.contains(Minute(*each))).count();
        let whole = if from == to { 0 } else { 24 * 60 };
        prop_assert_eq!(count(quiet) + count(rest), whole);
    }

    #[test]
    fn minutes_are_written_as_they_are_read(minute in minutes()) {
        prop_assert_eq!(minute.to_string().parse::<Minute>(), Ok(minute));
    }
}
