#![doc = include_str!("../README.md")]

pub mod components;
pub mod door;
pub mod errors;
pub mod i18n;
pub mod letters;
mod nav;
pub mod pages;
pub mod request;
pub mod route;
pub mod shell;
pub mod state;

use access::Action;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{get, post};
use door::{Door, Doors};
use pages::deed::Deed;
use pages::{
    account, accounts, assign, assignment, assignments, audit, board, cases, claims, exceptions, failure,
    groups, home, import, language, link, oidc, people, person, power, powers, register, reviews, roles,
    rules, separation, sign_in, unit, units, who,
};
pub use route::Answers;
use route::{Route, given, read, sent};
use state::AppState;

/// The most that a form may send.
const FORM_BYTES: usize = 1 << 20;
/// The most that is received of a form with a file. What is beyond the limit of files is thrown away, so that the
/// browser gets to see why; beyond this one, it is cut off.
const UPLOAD_BYTES: usize = 128 << 20;

/// Every route. A page that is not here is not served, and tests look at each one that is: what it shows, and who is
/// let in. An area with pages of its own names their routes itself, and is one line here.
fn table() -> Vec<Route> {
    let mut all = base();
    all.extend(pages::inbox::routes());
    all.extend(pages::letters::routes());
    all.extend(pages::life::routes());
    all.extend(pages::papers::routes());
    all.extend(pages::handoffs::routes());
    all.extend(pages::programs::routes());
    all.extend(pages::catalogue::routes());
    all
}

/// The routes of pages that belong to no area.
#[expect(clippy::too_many_lines, reason = "a line for each route")]
fn base() -> Vec<Route> {
    use Action as Act;
    use Answers::{Other, Page};
    use Door::{May, Open};
    vec![
        read("/", Page, Open, get(home::show)),
        sent("/sign-in", Open, Open, get(sign_in::show).post(sign_in::send)),
        sent("/sign-in/second", Open, Open, get(sign_in::second).post(sign_in::send_second)),
        read("/sign-out", Other, Door::Half, post(sign_in::out)),
        read("/acting", Other, Door::Signed, post(sign_in::act)),
        sent("/link/{token}", Open, Open, get(link::show).post(link::send)),
        sent("/account", Door::Signed, Door::Signed, get(account::show).post(account::send)),
        read("/account/ending", Page, Door::Signed, get(account::ending)),
        sent(
            "/accounts",
            May(Act::AccountRead),
            May(Act::AccountChange),
            get(accounts::show).post(accounts::send),
        ),
        read("/people", Page, May(Act::PersonRead), get(people::show)),
        read("/people/{id}", Page, May(Act::PersonRead), get(person::show)),
        read("/people/{id}/end", Other, May(Act::PersonRead), post(person::end)),
        given("/people/{id}/appoint", Act::AppointmentChange, Deed::Appoint),
        given("/people/{id}/grant", Act::AppointmentChange, Deed::Grant),
        given("/people/{id}/allocate", Act::AllocationChange, Deed::Allocate),
        given("/people/{id}/deputise", Act::DeputyshipChange, Deed::Deputise),
        sent("/groups", May(Act::GroupChange), May(Act::GroupChange), get(groups::list).post(groups::make)),
        sent(
            "/groups/{id}",
            May(Act::GroupChange),
            May(Act::GroupChange),
            get(groups::show).post(groups::send),
        ),
        read("/groups/{id}/end", Other, May(Act::GroupChange), post(groups::end)),
        sent("/roles", May(Act::RoleChange), May(Act::RoleChange), get(roles::show).post(roles::send)),
        read("/reviews", Page, May(Act::ReviewRead), get(reviews::list)),
        sent(
            "/reviews/new",
            May(Act::ReviewOpen),
            May(Act::ReviewOpen),
            get(reviews::new).post(reviews::open),
        ),
        sent(
            "/reviews/{id}",
            May(Act::ReviewRead),
            May(Act::ReviewDecide),
            get(reviews::show).post(reviews::send),
        ),
        read("/oidc/start", Other, Open, get(oidc::start)),
        read("/oidc/callback", Other, Open, get(oidc::callback)),
        sent("/claims", May(Act::ClaimChange), May(Act::ClaimChange), get(claims::show).post(claims::send)),
        read("/sample", Other, May(Act::SampleLoad), post(home::load_sample)),
        read("/board", Page, May(Act::AssignmentRead), get(board::show)),
        read("/powers", Page, May(Act::PowerRead), get(powers::show)),
        read("/powers/{id}", Page, May(Act::PowerRead), get(power::show)),
        read("/units", Page, May(Act::UnitRead), get(units::show)),
        read("/units/{id}", Page, May(Act::UnitRead), get(unit::show)),
        read("/assignments", Page, May(Act::AssignmentRead), get(assignments::show)),
        read("/assignments.csv", Other, May(Act::AssignmentRead), get(assignments::csv)),
        sent(
            "/assignments/new",
            May(Act::AssignmentCreate),
            May(Act::AssignmentCreate),
            get(assign::show).post(assign::send),
        ),
        read("/assignments/{id}", Page, May(Act::AssignmentRead), get(assignment::show)),
        sent(
            "/import",
            May(Act::FileImport),
            May(Act::FileImport),
            get(import::show).post(import::send).layer(DefaultBodyLimit::max(UPLOAD_BYTES)),
        ),
        sent(
            "/import/{id}",
            May(Act::FileImport),
            May(Act::FileImport),
            get(import::preview).post(import::confirm),
        ),
        read("/cases", Page, May(Act::CaseRead), get(cases::show)),
        sent("/cases/new", May(Act::CaseOpen), May(Act::CaseOpen), get(cases::new).post(cases::open)),
        // Which step it is stands in the form, and is asked for by the write.
        sent("/cases/{id}", May(Act::CaseRead), May(Act::CaseRead), get(cases::one).post(cases::record)),
        read("/separation", Page, May(Act::SeparationRead), get(separation::show)),
        sent(
            "/separation/new",
            May(Act::SeparationChange),
            May(Act::SeparationChange),
            get(separation::new).post(separation::send),
        ),
        // Whether it is approved or ended stands in the form, and is asked for by the write.
        sent(
            "/separation/exceptions",
            May(Act::SeparationRead),
            May(Act::SeparationRead),
            get(exceptions::show).post(exceptions::send),
        ),
        read("/separation/exceptions.csv", Other, May(Act::SeparationRead), get(exceptions::csv)),
        sent(
            "/separation/exceptions/new",
            May(Act::ExceptionRequest),
            May(Act::ExceptionRequest),
            get(exceptions::new).post(exceptions::ask),
        ),
        sent(
            "/separation/{code}",
            May(Act::SeparationRead),
            May(Act::SeparationChange),
            get(separation::one).post(separation::switch),
        ),
        read("/register", Page, May(Act::RegisterRead), get(register::show)),
        read("/register.csv", Other, May(Act::RegisterRead), get(register::csv)),
        sent(
            "/register/new",
            May(Act::RegisterChange),
            May(Act::RegisterChange),
            get(register::new).post(register::send),
        ),
        read("/import/{id}/errors.csv", Other, May(Act::FileImport), get(import::errors)),
        read("/import/template/{kind}", Other, May(Act::FileImport), get(import::template)),
        read("/export/{kind}", Other, May(Act::FileExport), get(import::export)),
        sent(
            "/rules",
            May(Act::ThresholdsRead),
            May(Act::ThresholdsChange),
            get(rules::show).post(rules::send),
        ),
        read("/who", Page, May(Act::HolderAsk), get(who::show)),
        read("/audit", Page, May(Act::AuditRead), get(audit::show)),
        read("/audit.csv", Other, May(Act::AuditExport), get(audit::csv)),
        read("/audit/verify", Other, May(Act::AuditVerify), post(audit::verify)),
        read("/language/{tag}", Other, Open, get(language::choose)),
    ]
}

/// The pages' routes.
pub fn router(state: AppState) -> Router {
    let mut router = Router::new();
    for route in table() {
        let guard = middleware::from_fn_with_state(route.doors, door::guard);
        router = router.route(route.path, route.answer.layer(guard));
    }
    router
        .fallback(failure::not_found)
        .method_not_allowed_fallback(failure::wrong_method)
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn_with_state(state.clone(), request::explain))
        .with_state(state)
}

/// The patterns of all routes that answer with a page.
pub fn routes() -> Vec<&'static str> {
    table().into_iter().filter(|route| route.answers == Answers::Page).map(|route| route.path).collect()
}

/// Every route with what it answers and its doors, for tests that knock at each.
pub fn doors() -> Vec<(&'static str, Answers, Doors)> {
    table().into_iter().map(|route| (route.path, route.answers, route.doors)).collect()
}
