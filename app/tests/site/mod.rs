//! A site over a database, and browsers that have signed in to it.

use app::state::{AppState, Assets, Clock};
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use chrono::{TimeDelta, TimeZone, Utc};
use domain::Period;
use domain::duty::Role;
use domain::id::{AccountId, AppointmentId, GrantId, PersonId, SessionId, UnitId};
use domain::people::{Appointment, Person, StaffKind};
use domain::unit::{Unit, UnitKind};
use services::write::Caller;
use sha2::{Digest, Sha256};
use store::account::Account;
use store::grant::RoleGrant;
use store::session::Session;
use store::{Db, new_id};
use tower::ServiceExt;

/// The site, as one role sees it.
pub struct Site {
    pub state: AppState,
    router: axum::Router,
    cookie: String,
    me: Option<Me>,
}

/// Who has signed in.
#[derive(Clone, Copy)]
struct Me {
    person: PersonId,
    appointment: AppointmentId,
    grant: GrantId,
    account: AccountId,
    session: SessionId,
}

/// What was answered: status, text, and where to.
pub type Answered = (StatusCode, String, Option<String>);

impl Site {
    /// Whoever comes without having signed in.
    pub fn anonymous(db: Db) -> Self {
        let moment = Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 0).single().expect("a moment");
        let assets = Assets { style: "/style", script: "/script" };
        let state = AppState::new(db, Clock::Fixed(moment), assets);
        Self { router: app::router(state.clone()), state, cookie: String::new(), me: None }
    }

    /// The organization department of a county that has nothing yet.
    pub async fn empty(db: Db) -> Self {
        let site = Self::anonymous(db);
        let mut conn = site.write().await;
        let county = Unit {
            id: UnitId(new_id()),
            code: "0".to_owned(),
            name: "本机构".to_owned(),
            kind: UnitKind::County,
            parent: None,
            credit_code: None,
        };
        store::unit::insert(&mut conn, &county).await.expect("a county");
        conn.commit_derived().await.expect("written");
        site.sign_in(Role::Organization, "0").await
    }

    /// The organization department of the sample county.
    pub async fn with_sample(db: Db) -> Self {
        let site = Self::anonymous(db);
        services::sample::load(&site.state.db, &site.operator(), &mut |_| {})
            .await
            .expect("the sample loads");
        site.sign_in(Role::Organization, "410000").await
    }

    /// Whoever works at the machine.
    pub fn operator(&self) -> Caller {
        let clock = &self.state.clock;
        Caller::operator(access::Operator::Console, clock.now(), clock.today())
    }

    async fn write(&self) -> store::Conn {
        #[expect(clippy::disallowed_methods, reason = "what no use case makes")]
        self.state.db.write().await.expect("the test database answers")
    }

    /// The same site in another browser, in which a new person has signed in who has a role for a unit.
    pub async fn sign_in(&self, role: Role, unit: &str) -> Self {
        let mut conn = self.write().await;
        let unit = store::unit::by_code(&mut conn, unit).await.expect("reads").expect("the unit");
        let (now, today) = (self.state.clock.now(), self.state.clock.today());
        let period = Period { from: today - TimeDelta::days(400), to: None };
        let appointment = Appointment {
            id: AppointmentId(new_id()),
            unit: unit.id,
            post: "测试岗位".to_owned(),
            kind: StaffKind::Established,
            share: 1.0,
            period,
        };
        let id = new_id();
        let person = Person {
            id: PersonId(id),
            code: format!("T-{}", id.simple()),
            name: "测试人".to_owned(),
            allowance_hours: 0.0,
            appointments: Vec::new(),
            certificates: Vec::new(),
            completions: Vec::new(),
        };
        store::people::insert_person(&mut conn, &person).await.expect("a person");
        store::people::insert_appointment(&mut conn, person.id, &appointment).await.expect("a post");
        let grant = RoleGrant {
            id: GrantId(new_id()),
            appointment: appointment.id,
            role: role.to_string(),
            scope: unit.id,
            period,
            source: "console".to_owned(),
        };
        store::grant::insert(&mut conn, &grant).await.expect("a role");
        let account = Account {
            id: AccountId(new_id()),
            person: person.id,
            login: person.code.to_lowercase(),
            password_hash: None,
            is_disabled: false,
            totp_secret: None,
            totp_confirmed_at: None,
            totp_step: 0,
            created_at: now,
        };
        store::account::insert(&mut conn, &account).await.expect("an account");
        let token = new_id().simple().to_string();
        let hash: String = Sha256::digest(token.as_bytes())
            .iter()
            .fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
        let session = Session {
            id: SessionId(new_id()),
            account: account.id,
            started_at: now,
            seen_at: now,
            ends_at: now + TimeDelta::hours(1),
            is_half: false,
            device: String::new(),
            address: String::new(),
        };
        store::session::insert(&mut conn, &hash, &session).await.expect("a session");
        conn.commit_derived().await.expect("written");
        let cookie = format!("{}={token}", app::door::session_cookie(&self.state));
        let me = Me {
            person: person.id,
            appointment: appointment.id,
            grant: grant.id,
            account: account.id,
            session: session.id,
        };
        Self { state: self.state.clone(), router: self.router.clone(), cookie, me: Some(me) }
    }

    /// The same browser with another cookie.
    pub fn with_cookie(&self, cookie: &str) -> Self {
        let (state, router) = (self.state.clone(), self.router.clone());
        Self { state, router, cookie: cookie.to_owned(), me: None }
    }

    /// The same site in a browser that has none.
    pub fn signed_out(&self) -> Self {
        self.with_cookie("")
    }

    /// The same browser at another server.
    pub fn at(&self, db: Db) -> Self {
        Self { cookie: self.cookie.clone(), me: self.me, ..Self::anonymous(db) }
    }

    fn me(&self) -> Me {
        self.me.expect("somebody has signed in")
    }

    /// Who has signed in.
    pub fn person(&self) -> PersonId {
        self.me().person
    }

    /// His post.
    pub fn appointment(&self) -> AppointmentId {
        self.me().appointment
    }

    /// What pages call his session.
    pub fn session(&self) -> SessionId {
        self.me().session
    }

    /// Takes his `role`, `post`, `account` or `session` away.
    pub async fn take_away(&self, what: &str) {
        let me = self.me();
        let mut conn = self.write().await;
        let yesterday = self.state.clock.today() - TimeDelta::days(1);
        match what {
            "role" => store::grant::end(&mut conn, me.grant, Some(yesterday)).await,
            "post" => {
                let posts = store::people::appointments_of(&mut conn, me.person).await.expect("reads");
                let mut post = posts.into_iter().next().expect("a post");
                post.period.to = Some(yesterday);
                store::people::update_appointment(&mut conn, me.person, &post).await
            }
            "account" => store::account::set_disabled(&mut conn, me.account, true).await,
            "session" => store::session::delete(&mut conn, me.account, me.session).await.map(|_| ()),
            other => panic!("{other}"),
        }
        .expect("taken away");
        conn.commit_derived().await.expect("written");
    }

    pub async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("answers")
    }

    pub fn cookies(&self, lang: &str) -> String {
        format!("lang={lang}; {}", self.cookie)
    }

    pub async fn get(&self, address: &str, lang: &str) -> (StatusCode, String) {
        let request = Request::get(address).header(header::COOKIE, self.cookies(lang));
        text(self.send(request.body(Body::empty()).expect("a request")).await).await
    }

    async fn sent(&self, address: &str, kind: &str, body: Vec<u8>) -> Answered {
        let request = Request::post(address)
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, self.cookies("en"))
            .body(Body::from(body))
            .expect("a request");
        let response = self.send(request).await;
        let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
        let (status, text) = text(response).await;
        (status, text, to)
    }

    pub async fn post(&self, address: &str, form: &str) -> Answered {
        self.sent(address, "application/x-www-form-urlencoded", form.as_bytes().to_vec()).await
    }

    pub async fn upload(&self, kind: &str, name: &str, content: &[u8]) -> Answered {
        self.upload_to("/import", kind, name, content).await
    }

    /// Sends a file to the form of a page, with its kind where there is one.
    pub async fn upload_to(&self, address: &str, kind: &str, name: &str, content: &[u8]) -> Answered {
        let mut body = Vec::new();
        if !kind.is_empty() {
            body.extend_from_slice(b"--x\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n");
            body.extend_from_slice(kind.as_bytes());
            body.extend_from_slice(b"\r\n");
        }
        let head = format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--x--\r\n");
        self.sent(address, "multipart/form-data; boundary=x", body).await
    }
}

/// Status and text of an answer.
pub async fn text(response: Response) -> (StatusCode, String) {
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("UTF-8"))
}
