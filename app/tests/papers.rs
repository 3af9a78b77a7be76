//! Papers over HTTP, on both databases: drawn up, signed, published, voided, their scans, and what is refused.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use domain::assess::{Gate, Outcome};
use domain::assignment::{Assignment, Form, InstrumentKind};
use domain::attachment::{Beside, MediaType};
use domain::duty::{Role, Sight};
use domain::id::{AttachmentId, PaperId};
use domain::paper::{PaperKind, PaperState};
use services::form::Fields;
use store::attachment::Attachment;
use store::{Db, new_id};

#[path = "../../server/store/tests/it/common.rs"]
mod databases;
#[expect(dead_code, reason = "other tests use the rest")]
mod site;
use databases::each_audited_database as each_database;
use site::{Answered, Site, text};

const SCAN: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n";

/// Sends a file to be kept.
async fn attach(site: &Site, address: &str, name: &str, body: Body, fields: &[(&str, &str)]) -> Answered {
    use futures::{StreamExt, stream};
    let field = |(field, value): &(&str, &str)| {
        format!("--x\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
    };
    let fields = fields.iter().map(field).collect::<Vec<_>>().concat();
    let head = format!(
        "{fields}--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: application/pdf\r\n\r\n"
    );
    let part = |text: String| stream::once(async move { Ok::<_, axum::Error>(Bytes::from(text)) });
    let whole = part(head).chain(body.into_data_stream()).chain(part("\r\n--x--\r\n".to_owned()));
    let request = Request::post(address)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, site.cookies("en"))
        .body(Body::from_stream(whole))
        .expect("a request");
    let response = site.send(request).await;
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
    let (status, text) = text(response).await;
    (status, text, to)
}

async fn bytes(site: &Site, address: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let request = Request::get(address).header(header::COOKIE, site.cookies("en"));
    let response = site.send(request.body(Body::empty()).expect("a request")).await;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    (parts.status, parts.headers, body.to_vec())
}

/// The first assignment of a form that its giver gave and that has not ended.
async fn assignment(db: &Db, form: Form) -> Assignment {
    let mut conn = db.read().await.expect("reads");
    let all = store::assignment::all(&mut conn, Sight::Everything).await.expect("reads");
    let fits = |each: &Assignment| each.form == form && each.giver.is_some() && each.period.to.is_none();
    all.into_iter().find(fits).unwrap_or_else(|| panic!("the sample has no {form}"))
}

async fn again(db: &Db, assignment: &Assignment) -> Assignment {
    let mut conn = db.read().await.expect("reads");
    store::assignment::by_id(&mut conn, assignment.id).await.expect("reads").expect("is there")
}

/// How the second gate of an assignment came out.
async fn gate(db: &Db, assignment: &Assignment) -> Outcome {
    let mut conn = db.read().await.expect("reads");
    let kept = store::assessment::of_assignment(&mut conn, assignment.id, Sight::Everything).await;
    let (result, _) = kept.expect("reads").expect("is assessed");
    result.gates.iter().find(|each| each.gate == Gate::Instrument).expect("a gate").outcome
}

fn id_of(to: Option<String>) -> PaperId {
    let to = to.expect("a paper");
    let id = to.trim_start_matches("/papers/").split('?').next().expect("an identifier");
    id.parse().expect("an identifier")
}

async fn draw(site: &Site, assignment: &Assignment, form: &str) -> PaperId {
    let address = format!("/assignments/{}/papers/new", assignment.id);
    let (status, text, to) = site.post(&address, form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    id_of(to)
}

#[test]
fn a_paper_goes_from_drawing_up_to_the_gate() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let db = &site.state.db;
        let given = assignment(db, Form::Entrustment).await;
        let path = format!("/assignments/{}/papers", given.id);
        let (status, list) = site.get(&path, "en").await;
        assert_eq!(status, StatusCode::OK);
        assert!(list.contains("kind=entrustment_agreement") && !list.contains("kind=acceptance"));

        // Without a term an entrustment is refused, and what was typed is kept.
        let typed = "kind=entrustment_agreement&authority=No.+9&from=2026-11-01";
        let (status, text) = site.get(&format!("{path}/new?action=check&{typed}"), "en").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("href=\"#to\"") && text.contains("value=\"No. 9\""));
        let typed = format!("{typed}&to=2028-10-31");
        let (status, check) = site.get(&format!("{path}/new?action=check&{typed}"), "en").await;
        assert_eq!(status, StatusCode::OK, "{check}");
        assert!(check.contains("name=\"proposed\"") && check.contains("委〔2026〕1号"));
        let paper = draw(&site, &given, &typed).await;
        let (status, page) = site.get(&format!("/papers/{paper}"), "en").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.contains("Waits for signature") && page.contains("First add the scan"));

        // A signature without a scan, or on a day to come, is none.
        let address = format!("/papers/{paper}");
        let (status, text, _) = site.post(&address, "do=sign&signed_on=2026-12-01").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("href=\"#scan\"") && text.contains("still to come"), "{text}");
        let (status, _, to) =
            attach(&site, &format!("{address}/attach"), "扫描 1.PDF", SCAN.into(), &[]).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(to, Some(format!("{address}?saved=attached")));
        let (status, _, _) = site.post(&address, "do=sign&signed_on=2026-11-24").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let instrument = again(db, &given).await.instrument.expect("an instrument");
        assert_eq!(instrument.kind, InstrumentKind::EntrustmentAgreement);
        assert!(instrument.number.ends_with("委〔2026〕1号"));
        assert_eq!(instrument.signed_on, instrument.signed_on.filter(|day| day.to_string() == "2026-11-24"));
        assert_eq!(gate(db, &given).await, Outcome::Fail, "it is not published");
        let (status, _, _) = site.post(&address, "do=publish&published_on=2026-11-24").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(gate(db, &given).await, Outcome::Pass);
        // Twice is refused with words.
        for again in ["do=sign&signed_on=2026-11-24", "do=publish&published_on=2026-11-24"] {
            let (status, text, _) = site.post(&address, again).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(text.contains("already"), "{again}");
        }
        // Voided, it grounds nothing, and its number is gone.
        let (status, _, _) = site.post(&address, "do=void&reason=").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let (status, _, _) = site.post(&address, "do=void&reason=wrong").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(again(db, &given).await.instrument, None);
        assert_eq!(gate(db, &given).await, Outcome::Fail);
        let number = instrument.number.as_str();
        let taken = app::request::href("", [("number", number)]);
        let (status, text, _) = site.post(&format!("{path}/new"), &format!("{typed}&{}", &taken[1..])).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("was used before") && text.contains("class=\"paper\""));
        let next = draw(&site, &given, &typed).await;
        let (_, page) = site.get(&format!("/papers/{next}"), "en").await;
        assert!(page.contains("委〔2026〕2号"));
    });
}

#[test]
fn one_paper_holds_several_powers_and_is_a_pdf() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let db = &site.state.db;
        let given = assignment(db, Form::Conferral).await;
        let mut conn = db.read().await.expect("reads");
        let fellows = store::paper::fellows(&mut conn, given.id, site.state.clock.today()).await;
        let fellows: Vec<_> = fellows
            .expect("reads")
            .into_iter()
            .filter(|each| PaperKind::Acceptance.suits(each.form))
            .collect();
        drop(conn);
        let items = fellows.iter().map(|each| format!("&items={}", each.id)).collect::<Vec<_>>().concat();
        let paper = draw(&site, &given, &format!("kind=acceptance{items}")).await;
        let (status, headers, pdf) = bytes(&site, &format!("/papers/{paper}/pdf")).await;
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&pdf));
        assert_eq!(headers[header::CONTENT_TYPE], "application/pdf");
        assert!(pdf.starts_with(b"%PDF-1.7"));
        let (_, page) = site.get(&format!("/papers/{paper}"), "en").await;
        for fellow in &fellows {
            assert!(page.contains(&fellow.name), "{}", fellow.name);
        }
        let (_, list) = site.get("/papers?kind=acceptance&state=drawn", "en").await;
        assert!(list.contains(&paper.to_string()));
        let (_, list) = site.get("/papers?state=voided", "en").await;
        assert!(!list.contains(&paper.to_string()));
        // A font that is none is said.
        let mut broken = site.state.clone();
        broken = broken.with_fonts(papers::Fonts::of_file("/no/such/font.ttc".into()));
        let router = app::router(broken);
        let request = Request::get(format!("/papers/{paper}/pdf")).header(header::COOKIE, site.cookies("en"));
        let request = request.body(Body::empty()).expect("a request");
        let answer = tower::ServiceExt::oneshot(router, request).await.expect("answers");
        let (status, said) = text(answer).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(said.contains("/no/such/font.ttc") && said.contains("fonts-noto-cjk"));
    });
}

#[test]
fn what_is_no_scan_is_refused_and_nothing_is_kept() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let given = assignment(&site.state.db, Form::Conferral).await;
        let paper = draw(&site, &given, "kind=acceptance").await;
        let address = format!("/papers/{paper}/attach");
        for (name, content, words) in [
            ("a.pdf", b"PK\x03\x04 a workbook".as_slice(), "no PDF, PNG or JPEG"),
            ("a.pdf", b"MZ", "no PDF, PNG or JPEG"),
            ("a.pdf", &SCAN[..SCAN.len() - 12], "cut off or damaged"),
            ("a.pdf", b"", "The file is empty"),
            ("", b"", "Choose a file"),
        ] {
            let (status, text, _) = attach(&site, &address, name, content.to_vec().into(), &[]).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            assert!(text.contains(words) && text.contains("error-summary"), "{words}");
        }
        // 200 MB come in pieces, are looked at and thrown away.
        let piece = Bytes::from(vec![b'x'; 1 << 20]);
        let pieces = futures::stream::iter((0..200).map(move |_| Ok::<_, axum::Error>(piece.clone())));
        let (status, text, _) = attach(&site, &address, "a.pdf", Body::from_stream(pieces), &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("The file has 200 MB, more than 20 MB"), "{text}");
        let mut conn = site.state.db.read().await.expect("reads");
        assert!(store::attachment::of(&mut conn, Beside::Paper, paper.0).await.expect("reads").is_empty());
    });
}

#[test]
fn files_are_kept_as_they_are_and_looked_at_when_fetched() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let db = &site.state.db;
        let given = assignment(db, Form::Conferral).await;
        let address = format!("/assignments/{}/papers/attach", given.id);
        let (status, _, _) = attach(&site, &address, "../x\u{202e}.exe", SCAN.into(), &[]).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let kept = async || {
            let mut conn = db.read().await.expect("reads");
            store::attachment::of(&mut conn, Beside::Assignment, given.id.0).await.expect("reads")
        };
        let first = kept().await.remove(0);
        let (status, headers, content) = bytes(&site, &format!("/attachments/{}", first.file.id)).await;
        assert_eq!((status, content.as_slice()), (StatusCode::OK, SCAN));
        assert_eq!(headers[header::CONTENT_TYPE], "application/pdf");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        let disposition = headers[header::CONTENT_DISPOSITION].to_str().expect("ASCII");
        assert_eq!(disposition, "attachment; filename=\"x.pdf\"; filename*=UTF-8''x.pdf");
        // Another one takes its place, once.
        let id = first.file.id.to_string();
        for status in [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY] {
            let fields = [("replaces", id.as_str())];
            let answer = attach(&site, &address, "better.pdf", SCAN.into(), &fields).await;
            assert_eq!(answer.0, status, "{}", answer.1);
        }
        let all = kept().await;
        assert_eq!(all.len(), 2);
        assert!(all.iter().any(|line| line.is_replaced && line.file.id == first.file.id));
        // What is no longer what it was is not sent.
        let damaged = Attachment {
            id: AttachmentId(new_id()),
            media: MediaType::Pdf,
            replaces: None,
            sha256: "0".repeat(64),
            ..first.file.clone()
        };
        #[expect(clippy::disallowed_methods, reason = "what no use case makes")]
        let mut conn = db.write().await.expect("writes");
        store::attachment::insert(&mut conn, &damaged, SCAN).await.expect("written");
        conn.commit_derived().await.expect("written");
        let (status, _, content) = bytes(&site, &format!("/attachments/{}", damaged.id)).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        let said = String::from_utf8_lossy(&content);
        assert!(said.contains("is not what was kept") && !said.contains("%PDF"));
        // Elsewhere in the tree there is nothing.
        let stranger = site.sign_in(Role::Organization, "410505-SJ").await;
        for address in
            [format!("/attachments/{}", first.file.id), format!("/assignments/{}/papers", given.id)]
        {
            assert_eq!(bytes(&stranger, &address).await.0, StatusCode::NOT_FOUND, "{address}");
        }
    });
}

#[test]
fn each_side_does_its_own() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let db = &site.state.db;
        let given = assignment(db, Form::Conferral).await;
        let mut conn = db.read().await.expect("reads");
        let [receiver, giver] = [given.unit, given.giver.expect("a giver")];
        let mut codes = Vec::new();
        for unit in [receiver, giver] {
            codes.push(store::unit::by_id(&mut conn, unit).await.expect("reads").expect("a unit").code);
        }
        drop(conn);
        let (receiver, giver) =
            (site.sign_in(Role::Manager, &codes[0]).await, site.sign_in(Role::Manager, &codes[1]).await);
        // Who receives draws nothing up; who gives does, and records what he signs alone.
        let new = format!("/assignments/{}/papers/new", given.id);
        assert_eq!(receiver.post(&new, "kind=acceptance").await.0, StatusCode::FORBIDDEN);
        let acceptance = draw(&giver, &given, "kind=acceptance").await;
        let recall = draw(&giver, &given, "kind=recall_decision&to=2026-12-31&reason=rare").await;
        for paper in [acceptance, recall] {
            let address = format!("/papers/{paper}/attach");
            let may = attach(&receiver, &address, "a.pdf", SCAN.into(), &[]).await.0;
            let wanted = if paper == acceptance { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(may, wanted);
        }
        assert_eq!(
            attach(&giver, &format!("/papers/{recall}/attach"), "a.pdf", SCAN.into(), &[]).await.0,
            StatusCode::SEE_OTHER
        );
        let sign = "do=sign&signed_on=2026-11-24";
        assert_eq!(receiver.post(&format!("/papers/{recall}"), sign).await.0, StatusCode::FORBIDDEN);
        assert_eq!(receiver.post(&format!("/papers/{acceptance}"), sign).await.0, StatusCode::SEE_OTHER);
        let before = again(db, &given).await.instrument;
        assert_eq!(giver.post(&format!("/papers/{recall}"), sign).await.0, StatusCode::SEE_OTHER);
        assert_eq!(again(db, &given).await.instrument, before, "a recall grounds nothing that is in force");
        assert_eq!(
            receiver.post(&format!("/papers/{acceptance}"), "do=void&reason=x").await.0,
            StatusCode::FORBIDDEN
        );
        // Each unit numbers its own.
        let (_, page) = giver.get("/papers/settings", "en").await;
        let unit = given.giver.expect("a giver");
        let patterns = "acceptance=A%7Byear%7D-%7Bnumber%7D&entrustment_agreement=B%7Byear%7D-%7Bnumber%7D\
            &recall_decision=C%7Byear%7D-%7Bnumber%7D&waiver=D%7Byear%7D";
        assert!(page.contains("name=\"waiver\""));
        let (status, text, _) = giver.post("/papers/settings", &format!("unit={unit}&{patterns}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("href=\"#waiver\"") && text.contains("value=\"A{year}-{number}\""));
        let whole = format!("unit={unit}&{patterns}%7Bnumber%7D");
        assert_eq!(receiver.post("/papers/settings", &whole).await.0, StatusCode::FORBIDDEN);
        assert_eq!(giver.post("/papers/settings", &whole).await.0, StatusCode::SEE_OTHER);
        let next = draw(&giver, &given, "kind=acceptance").await;
        assert!(giver.get(&format!("/papers/{next}"), "en").await.1.contains("A2026-2"));
    });
}

#[test]
fn two_at_once_do_not_do_the_same() {
    each_database(async |db| {
        let site = Site::with_sample(db).await;
        let db = &site.state.db;
        let caller = site.operator();
        let given = assignment(db, Form::Conferral).await;
        let say = |_: &str, message: &domain::Message| app::i18n::Lang::ZhCn.say(message);
        let form: Fields = [("kind".to_owned(), "acceptance".to_owned())].into();
        let drawn = futures::future::join_all(
            (0..6).map(|_| services::paper::draw(db, &caller, given.id, &form, &say)),
        );
        let mut papers = Vec::new();
        for paper in drawn.await {
            papers.push(paper.expect("drawn").expect("an assignment").expect("no error"));
        }
        let mut conn = db.read().await.expect("reads");
        let mut numbers = std::collections::BTreeSet::new();
        for &paper in &papers {
            let paper = store::paper::visible(&mut conn, paper, Sight::Everything).await.expect("reads");
            numbers.insert(paper.expect("a paper").number);
        }
        drop(conn);
        assert_eq!(numbers.len(), 6, "{numbers:?}");
        let address = format!("/papers/{}/attach", papers[0]);
        assert_eq!(attach(&site, &address, "a.pdf", SCAN.into(), &[]).await.0, StatusCode::SEE_OTHER);
        let form: Fields = [("signed_on".to_owned(), caller.today.to_string())].into();
        let signed =
            futures::future::join_all((0..4).map(|_| services::paper::sign(db, &caller, papers[0], &form)));
        let signed = signed.await;
        let good = signed.iter().filter(|each| matches!(each, Ok(Some(Ok(()))))).count();
        let told = signed.iter().filter(|each| matches!(each, Ok(Some(Err(_))))).count();
        assert_eq!((good, told), (1, 3));
        let mut conn = db.read().await.expect("reads");
        let paper = store::paper::visible(&mut conn, papers[0], Sight::Everything).await.expect("reads");
        assert_eq!(paper.expect("a paper").state, PaperState::Signed);
    });
}
