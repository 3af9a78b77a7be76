//! The inbox, what one wishes, the calendar and the queue of letters, over HTTP and on both databases.

use axum::http::StatusCode;
use domain::duty::Role;
use domain::id::LetterId;
use domain::notice::{Event, Notice, Words};
use store::letter::{Failed, Letter};
use store::{Db, new_id};

#[path = "../../server/store/tests/it/common.rs"]
mod databases;
#[expect(dead_code, reason = "other tests use the rest")]
mod site;
use databases::each_audited_database as each_database;
use site::Site;

#[expect(clippy::disallowed_methods, reason = "what no use case makes")]
async fn write(db: &Db) -> store::Conn {
    db.write().await.expect("the test database answers")
}

async fn tell(site: &Site, title: &str, due: Option<&str>) {
    let notice = Notice {
        event: Event::ReviewDue,
        about: new_id(),
        step: "opened".to_owned(),
        words: Words { title: title.to_owned(), ..Words::default() },
        link: "/reviews".to_owned(),
        due: due.map(|day| day.parse().expect("a day")),
    };
    let mut conn = write(&site.state.db).await;
    store::notice::insert(&mut conn, site.person(), &notice, site.state.clock.now()).await.expect("a notice");
    conn.commit_derived().await.expect("written");
}

#[test]
fn notices_are_listed_read_and_counted() {
    each_database(async |db| {
        let empty = Site::empty(db).await;
        let me = empty.sign_in(Role::Manager, "0").await;
        let other = empty.sign_in(Role::Manager, "0").await;
        let (status, text) = me.get("/inbox", "en").await;
        assert!(
            status == StatusCode::OK
                && text.contains("There is nothing here")
                && !text.contains("class=\"unread\"")
        );
        tell(&me, "alpha & <b>", Some("2026-11-26")).await;
        tell(&me, "omega", None).await;
        let (_, text) = me.get("/inbox", "en").await;
        assert!(text.contains("alpha &amp; &lt;b&gt;") && text.contains("omega"), "{text}");
        assert!(text.contains("2 unread") && text.contains("<b class=\"unread\">2"), "{text}");
        assert!(me.get("/account", "en").await.1.contains("2 unread"), "every page counts");
        assert!(!other.get("/inbox", "en").await.1.contains("omega"));
        let (_, due) = me.get("/inbox?show=due&class=rights", "en").await;
        assert!(due.contains("alpha") && !due.contains("omega"), "{due}");
        assert!(me.get("/inbox?class=handoff&page=9", "en").await.1.contains("There is nothing here"));
        let id = due.split("id=\"n-").nth(1).and_then(|rest| rest.split('"').next()).expect("a notice");
        // Another's notice is not there.
        let read = format!("action=read&id={id}");
        assert_eq!(other.post("/inbox", &read).await.2.as_deref(), Some("/inbox?read=0"));
        let (status, _, to) = me.post("/inbox?show=unread", &read).await;
        assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some("/inbox?show=unread&read=1")));
        let (_, text) = me.get("/inbox?show=unread&read=1", "en").await;
        assert!(
            text.contains("One notice is marked") && text.contains("omega") && !text.contains("alpha"),
            "{text}"
        );
        let (_, _, to) = me.post("/inbox", "action=all").await;
        assert_eq!(to.as_deref(), Some("/inbox?read=1"));
        assert!(!me.get("/inbox", "en").await.1.contains("class=\"unread\""));
        for form in ["", "action=read", "action=read&id=x", "action=x"] {
            assert_eq!(me.post("/inbox", form).await.0, StatusCode::NOT_FOUND, "{form}");
        }
    });
}

#[test]
fn wishes_are_kept_and_told_what_is_wrong() {
    each_database(async |db| {
        let me = Site::empty(db).await.sign_in(Role::Manager, "0").await;
        let (_, text) = me.get("/inbox/wishes", "en").await;
        assert!(text.contains("no way to send mail") && text.contains("value=\"08:00\""), "{text}");
        let wrong =
            "action=save&address=nowhere&quiet_from=22:00&digest_at=noon&class_rights=daily&language=en";
        let (status, text, _) = me.post("/inbox/wishes", wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["address", "digest_at", "quiet_to"] {
            assert!(text.contains(&format!("href=\"#{field}\"")), "{field} is not in the summary");
        }
        assert!(
            text.contains("value=\"nowhere\"") && text.contains("value=\"noon\""),
            "what was typed is kept"
        );
        let good = "action=save&address=wang%40example.cn&quiet_from=22:00&quiet_to=7:30&digest_at=9:15&class_rights=daily&language=en";
        let (status, _, to) = me.post("/inbox/wishes", good).await;
        assert_eq!((status, to.as_deref()), (StatusCode::SEE_OTHER, Some("/inbox/wishes?saved=1")));
        let (_, text) = me.get("/inbox/wishes?saved=1", "en").await;
        for part in ["wang@example.cn", "value=\"22:00\"", "value=\"07:30\"", "value=\"09:15\"", "Saved."] {
            assert!(text.contains(part), "{part}: {text}");
        }
    });
}

#[test]
fn a_calendar_is_for_whoever_has_its_address() {
    each_database(async |db| {
        let me = Site::empty(db).await.sign_in(Role::Manager, "0").await;
        tell(&me, "年度权限复核", Some("2026-12-31")).await;
        let nobody = me.signed_out();
        assert_eq!(nobody.get("/inbox/deadlines.ics", "en").await.0, StatusCode::NOT_FOUND);
        let (status, text, _) = me.post("/inbox/wishes", "action=key").await;
        assert_eq!(status, StatusCode::OK);
        let path = text.split("/inbox/deadlines.ics?key=").nth(1).and_then(|rest| rest.split('<').next());
        let address = format!("/inbox/deadlines.ics?key={}", path.expect("an address"));
        let (status, file) = nobody.get(&address, "en").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            file.starts_with("BEGIN:VCALENDAR\r\n") && file.contains("DTSTART;VALUE=DATE:20261231"),
            "{file}"
        );
        assert!(!me.get("/inbox/wishes", "en").await.1.contains(&address), "it is shown once");
        let (_, _, to) = me.post("/inbox/wishes", "action=close").await;
        assert_eq!(to.as_deref(), Some("/inbox/wishes?closed=1"));
        assert_eq!(nobody.get(&address, "en").await.0, StatusCode::NOT_FOUND);
    });
}

#[test]
fn the_administrator_sees_the_queue_and_sends_again() {
    each_database(async |db| {
        let office = Site::empty(db.clone()).await;
        let admin = office.sign_in(Role::Administrator, "0").await;
        let (_, text) = admin.get("/letters", "en").await;
        assert!(text.contains("--smtp") && text.contains("There are no letters"), "{text}");
        let id = LetterId(new_id());
        let now = admin.state.clock.now();
        let letter = Letter {
            id,
            person: office.person(),
            dedupe: format!("{}/{}/opened", Event::ReviewDue, new_id()),
            message_id: format!("{id}@example.cn"),
            address: "gone@example.cn".to_owned(),
            subject: "secret subject".to_owned(),
            plain: "secret words".to_owned(),
            html: "secret words".to_owned(),
            created_at: now,
        };
        let mut conn = write(&db).await;
        store::letter::insert(&mut conn, &letter).await.expect("a letter");
        store::letter::claim(&mut conn, id, now, now).await.expect("claims");
        let failed = Failed { attempts: 1, next: None, error: "550 5.1.1 nobody", unclear: true };
        store::letter::failed(&mut conn, id, now, &failed).await.expect("fails");
        conn.commit_derived().await.expect("written");
        let (_, text) = admin.get("/letters?state=dead", "en").await;
        for part in ["gone@example.cn", "550 5.1.1 nobody", "given up", "1 of them with an unknown end"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("secret"), "what stands in a letter is its recipient's");
        let form = format!("id={id}");
        assert_eq!(office.get("/letters", "en").await.0, StatusCode::FORBIDDEN);
        assert_eq!(office.post("/letters", &form).await.0, StatusCode::FORBIDDEN);
        let (_, _, to) = admin.post("/letters", &form).await;
        assert_eq!(to.as_deref(), Some("/letters?again=1"));
        assert_eq!(admin.post("/letters", &form).await.0, StatusCode::NOT_FOUND, "it is not given up");
        assert!(admin.get("/letters?state=waiting", "en").await.1.contains("gone@example.cn"));
    });
}

#[test]
fn every_letter_has_its_preview() {
    each_database(async |db| {
        let admin = Site::empty(db).await.sign_in(Role::Administrator, "0").await;
        let events = Event::ALL.iter().map(|event| event.as_str()).chain(["digest", "nonsense"]);
        for event in events {
            for language in ["zh-CN", "en", "zh-TW", "xx"] {
                let query = format!("event={event}&language={language}");
                let (status, text) = admin.get(&format!("/letters/preview?{query}"), "en").await;
                assert_eq!(status, StatusCode::OK, "{query}");
                assert!(
                    text.matches("<h1").count() == 1 && text.contains("/inbox/wishes"),
                    "{query}: {text}"
                );
                let (status, file) = admin.get(&format!("/letters/preview.eml?{query}"), "en").await;
                assert_eq!(status, StatusCode::OK, "{query}");
                assert!(file.is_ascii() && file.contains("multipart/alternative"), "{query}: {file}");
            }
        }
    });
}
