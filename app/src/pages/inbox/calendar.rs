//! One's deadlines as a calendar file (RFC 5545), for whoever knows its token.

use crate::i18n::Lang;
use crate::letters;
use crate::request::{Answer, Cx, Failure};
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use chrono::TimeDelta;
use icalendar::{Calendar, Component, Event, EventLike};
use services::identity::Token;
use std::collections::BTreeSet;
use store::inbox::Line;

/// How long what is over stays in the calendar.
const KEPT: TimeDelta = TimeDelta::days(31);

/// `GET /inbox/deadlines.ics?key=…`
pub async fn file(cx: Cx) -> Answer {
    let token = Token::sent(cx.param("key"));
    let person = services::inbox::opened(&cx.state.db, &token).await?.ok_or(Failure::NotFound)?;
    let mut conn = cx.read().await?;
    let lines = store::inbox::due(&mut conn, person, cx.today - KEPT).await?;
    let wishes = store::wish::of(&mut conn, person).await?;
    drop(conn);
    let text = text(&lines, letters::lang(wishes.language), &cx.state.post.site);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, text).into_response())
}

/// The calendar: each thing once, however many notices speak of it, the newest for all of them.
fn text(lines: &[Line], lang: Lang, site: &str) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&lang.t("feed-name"));
    let host = site.split_once("://").map_or(site, |(_, host)| host);
    let mut seen = BTreeSet::new();
    for line in lines {
        let Some(due) = line.due else { continue };
        let kind = line.event.as_str().split('_').next().unwrap_or_default();
        // The same whenever it is fetched, so that calendars change their entry and do not add one.
        let uid = format!("{kind}-{}@{host}", line.about);
        if !seen.insert(uid.clone()) {
            continue;
        }
        let mut event = Event::new();
        event
            .uid(&uid)
            .timestamp(line.created_at)
            .summary(&lang.say(&line.event.sentence(&line.words)))
            .url(&format!("{site}{}", line.link))
            .all_day(due);
        calendar.push(event.done());
    }
    calendar.done().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::NoticeId;
    use domain::notice::{self, Words};

    fn line(number: u128, step: &str, due: &str, title: &str) -> Line {
        Line {
            id: NoticeId(uuid::Uuid::from_u128(number)),
            event: notice::Event::ReviewDue,
            about: uuid::Uuid::from_u128(7),
            step: step.to_owned(),
            words: Words { title: title.to_owned(), day: due.parse().ok(), ..Words::default() },
            link: "/reviews/7".to_owned(),
            created_at: "2026-11-24T02:00:00Z".parse().expect("a moment"),
            due: due.parse().ok(),
            read_at: None,
        }
    }

    #[test]
    fn lines_are_folded_texts_escaped_and_things_stand_once() {
        let title = format!("{}；a,b;c\\d", "年度权限复核".repeat(12));
        let lines = [line(1, "7", "2026-12-31", &title), line(2, "opened", "2026-12-31", &title)];
        let text = text(&lines, Lang::ZhCn, "https://baton.example.cn");
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(!text.replace("\r\n", "").contains('\n'), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert_eq!(unfolded.matches("BEGIN:VEVENT").count(), 1, "{unfolded}");
        for part in [
            "UID:review-00000000-0000-0000-0000-000000000007@baton.example.cn",
            "DTSTAMP:20261124T020000Z",
            "DTSTART;VALUE=DATE:20261231",
            "URL:https://baton.example.cn/reviews/7",
            "a\\,b\\;c\\\\d",
        ] {
            assert!(unfolded.contains(part), "{part}: {unfolded}");
        }
    }
}
