//! Signing in: the password, the second factor, and back to where one came from, with what was typed meanwhile.

use crate::components::form::{ErrorSummary, Field, SecretField, Sent, fields};
use crate::door;
use crate::request::{Answer, Cx, Failure, go_to, href, own_path, t};
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::Message;
use domain::id::{AppointmentId, DeputyshipId};
use leptos::prelude::*;
use services::form::Fields;
use services::identity::{self, Device, Origin, Password, SignIn, Token};

/// The cookie by which a browser is known again.
const DEVICE: &str = "baton-device";
const DEVICE_SECONDS: u32 = 180 * 24 * 60 * 60;
/// Where a form was sent to when its session had ended, and the beginning of the names of what it held.
const KEPT_TO: &str = "kept_to";
const KEPT: &str = "kept.";

/// A form that was sent after its session had ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    /// Where it was sent to.
    pub to: String,
    /// What it held; never a password.
    pub fields: Fields,
}

impl Kept {
    /// From a form's body; passwords and codes are not carried along.
    pub fn of(to: &str, body: &[u8]) -> Self {
        let mut fields = fields(body);
        fields.retain(|name, _| {
            !["password", "old", "new", "again", "code", "appointment"].contains(&name.as_str())
        });
        Self { to: to.to_owned(), fields }
    }

    fn sent(fields: &Fields) -> Option<Self> {
        let to = own_path(fields.get(KEPT_TO)?)?.to_owned();
        let held = fields
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(KEPT)?.to_owned(), value.clone())));
        Some(Self { to, fields: held.collect() })
    }

    /// As hidden fields of the sign-in's own form.
    fn hidden(&self) -> impl IntoView + use<> {
        let fields = self.fields.iter().map(|(name, value)| (format!("{KEPT}{name}"), value.clone()));
        hidden([(KEPT_TO.to_owned(), self.to.clone())].into_iter().chain(fields))
    }
}

fn hidden(fields: impl Iterator<Item = (String, String)>) -> Vec<AnyView> {
    fields.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }.into_any()).collect()
}

/// The browser that asks.
pub fn origin(cx: &Cx, headers: &HeaderMap) -> Origin {
    let label = headers.get(header::USER_AGENT).and_then(|label| label.to_str().ok()).unwrap_or_default();
    Origin {
        address: cx.from.clone(),
        label: label.to_owned(),
        device: door::cookie(headers, DEVICE).map(Device::sent).unwrap_or_default(),
        now: cx.state.clock.now(),
        today: cx.today,
    }
}

fn back(cx: &Cx, fields: &Fields) -> String {
    let typed = fields.get("back").map_or(cx.param("back"), String::as_str);
    own_path(typed).filter(|path| !path.starts_with("/sign-in")).unwrap_or("/").to_owned()
}

/// `GET /sign-in?back=…`
pub async fn show(cx: Cx) -> Answer {
    if cx.signed.as_ref().is_some_and(|signed| !signed.is_half) {
        return Ok(go_to(&back(&cx, &Fields::new())));
    }
    Ok(page(&cx, StatusCode::OK, Sent::default(), None))
}

/// The page, with what is kept of a form whose session had ended.
pub fn page(cx: &Cx, status: StatusCode, sent: Sent, kept: Option<&Kept>) -> Response {
    let title = cx.lang.t("sign-in-title");
    let in_title = sent.titled(cx.lang, &title);
    let back = back(cx, &sent.fields);
    let was_set = cx.param("set") == "1";
    // What is kept of a form is sent with the password alone.
    let elsewhere = kept.is_none().then(|| back.clone());
    cx.page(status, None, &in_title, || {
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{title}</h1></div>
            {kept.map(|_| view! { <p class="warn" role="status">{t("sign-in-ended")}</p> })}
            {was_set.then(|| view! { <p class="done" role="status">{t("sign-in-set")}</p> })}
            <form class="card pad form narrow" method="post" action="/sign-in" novalidate=true>
                <input type="hidden" name="back" value=back />
                {kept.map(Kept::hidden)}
                <Field name="login" label=t("sign-in-login") sent=sent.clone() />
                <SecretField name="password" label=t("sign-in-password") complete="current-password" sent=sent />
                <div class="actions"><button class="button">{t("sign-in-button")}</button></div>
            </form>
            {elsewhere.and_then(|back| super::oidc::button(cx, &back))}
        }
    })
}

/// `POST /sign-in`
pub async fn send(cx: Cx, headers: HeaderMap, body: Bytes) -> Answer {
    let mut fields = fields(&body);
    let password = Password::new(fields.remove("password").unwrap_or_default());
    let login = fields.get("login").cloned().unwrap_or_default();
    let kept = Kept::sent(&fields);
    let tried =
        identity::sign_in(&cx.state.db, &cx.state.limits, &origin(&cx, &headers), &login, &password).await?;
    Ok(done(&cx, tried, &fields, kept.as_ref(), "sign-in-refused", |sent| {
        page(&cx, StatusCode::UNPROCESSABLE_ENTITY, sent, kept.as_ref())
    }))
}

/// Goes on with whomever an OpenID provider vouches for.
pub fn vouched(cx: &Cx, tried: SignIn, back: &str) -> Response {
    let fields = Fields::from([("back".to_owned(), back.to_owned())]);
    done(cx, tried, &fields, None, "sign-in-refused", |sent| {
        page(cx, StatusCode::UNPROCESSABLE_ENTITY, sent, None)
    })
}

fn done(
    cx: &Cx,
    tried: SignIn,
    fields: &Fields,
    kept: Option<&Kept>,
    refused: &'static str,
    again: impl FnOnce(Sent) -> Response,
) -> Response {
    let state = &cx.state;
    let name = door::session_cookie(state);
    let wrong = |message| Sent { fields: fields.clone(), errors: vec![("login", message)] };
    let (mut response, cookies) = match tried {
        SignIn::In { session, device } => {
            let response = match kept {
                Some(kept) => resend(cx, kept),
                None => go_to(&back(cx, fields)),
            };
            let cookies = [
                door::set_cookie(state, name, session.reveal(), None),
                door::set_cookie(state, DEVICE, &device.reveal(), Some(DEVICE_SECONDS)),
            ];
            (response, cookies.to_vec())
        }
        SignIn::SecondFactor(token) => {
            let response = second_page(cx, StatusCode::OK, &Sent::default(), fields, kept);
            (response, vec![door::set_cookie(state, name, token.reveal(), None)])
        }
        SignIn::Refused => return again(wrong(Message::new(refused))),
        SignIn::Wait(until) => {
            let minutes = (until - state.clock.now()).num_minutes().max(0) + 1;
            return again(wrong(Message::new("sign-in-wait").with("minutes", minutes)));
        }
    };
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What was typed before the session ended, to be looked at and sent again; nothing is sent by itself.
fn resend(cx: &Cx, kept: &Kept) -> Response {
    cx.page(StatusCode::OK, None, &cx.lang.t("resend-title"), || {
        let shown: Vec<_> = kept
            .fields
            .iter()
            .map(|(name, value)| view! { <dt>{name.clone()}</dt><dd>{value.clone()}</dd> })
            .collect();
        view! {
            <div class="title"><h1>{t("resend-title")}</h1></div>
            <p class="lead">{t("resend-intro")}</p>
            <form class="card pad" method="post" action=kept.to.clone()>
                <dl class="wide">{shown}</dl>
                {hidden(kept.fields.clone().into_iter())}
                <div class="actions">
                    <button class="button">{t("resend-button")}</button>
                    <a href="/">{t("resend-drop")}</a>
                </div>
            </form>
        }
    })
}

/// `GET /sign-in/second`
pub async fn second(cx: Cx) -> Answer {
    if !cx.signed.as_ref().is_some_and(|signed| signed.is_half) {
        return Ok(go_to("/"));
    }
    Ok(second_page(&cx, StatusCode::OK, &Sent::default(), &Fields::new(), None))
}

fn second_page(cx: &Cx, status: StatusCode, sent: &Sent, fields: &Fields, kept: Option<&Kept>) -> Response {
    let back = back(cx, fields);
    let error = sent.error("login");
    cx.page(status, None, &cx.lang.t("second-title"), || {
        let errors = error.into_iter().map(|error| ("code", error)).collect::<Vec<_>>();
        let sent = Sent { fields: Fields::new(), errors };
        view! {
            <ErrorSummary errors=sent.errors.clone() />
            <div class="title"><h1>{t("second-title")}</h1></div>
            <p class="lead">{t("second-intro")}</p>
            <form class="card pad form narrow" method="post" action="/sign-in/second" novalidate=true>
                <input type="hidden" name="back" value=back />
                {kept.map(Kept::hidden)}
                <Field name="code" label=t("second-code") sent=sent />
                <div class="actions"><button class="button">{t("second-button")}</button></div>
            </form>
        }
    })
}

/// `POST /sign-in/second`
pub async fn send_second(cx: Cx, headers: HeaderMap, body: Bytes) -> Answer {
    let mut fields = fields(&body);
    let code = Password::new(fields.remove("code").unwrap_or_default());
    let kept = Kept::sent(&fields);
    let token =
        door::cookie(&headers, door::session_cookie(&cx.state)).map(Token::sent).ok_or(Failure::SignIn)?;
    let (db, limits) = (&cx.state.db, &cx.state.limits);
    if !identity::is_half(db, &token, cx.state.clock.now()).await? {
        return Err(Failure::SignIn);
    }
    let tried = identity::second(db, limits, &origin(&cx, &headers), &token, &code).await?;
    Ok(done(&cx, tried, &fields, kept.as_ref(), "second-refused", |sent| {
        second_page(&cx, StatusCode::UNPROCESSABLE_ENTITY, &sent, &fields, kept.as_ref())
    }))
}

/// `POST /sign-out`
pub async fn out(cx: Cx, headers: HeaderMap) -> Answer {
    let name = door::session_cookie(&cx.state);
    if let Some(token) = door::cookie(&headers, name).map(Token::sent) {
        identity::sign_out(&cx.state.db, &token).await?;
    }
    let mut response = go_to("/sign-in");
    response.headers_mut().append(header::SET_COOKIE, door::set_cookie(&cx.state, name, "", Some(0)));
    Ok(response)
}

/// `POST /acting`: acts in another of one's posts.
pub async fn act(cx: Cx, body: Bytes) -> Answer {
    let fields = fields(&body);
    let signed = cx.signed.clone().ok_or(Failure::SignIn)?;
    let text = |name| fields.get(name).map_or("", String::as_str);
    let appointment: AppointmentId = text("appointment").parse().map_err(|_| Failure::NotFound)?;
    let deputyship: Option<DeputyshipId> = text("deputyship").parse().ok();
    if !identity::switch(&cx.state.db, &cx.caller()?, &signed, appointment, deputyship).await? {
        return Err(Failure::NotFound);
    }
    // What the page showed may not be for the other post.
    Ok(go_to(&href("/", [])))
}
