//! Says why somebody may not: what was refused, the rule and the fact, and who can do it instead.

use crate::ServiceError;
use access::{Denial, ROLE_RULE, SCOPE_RULE};
use domain::duty::{BENEFIT_RULE, CASE_RULE, CERTIFICATE_RULE, Rights, Sight};
use domain::{Arg, Date, Message};
use store::Conn;
use store::people::Handling;

/// A denial in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// What was refused.
    pub what: Message,
    /// The rule and the fact.
    pub why: Message,
    /// Who can do it instead, where somebody can.
    pub instead: Option<Message>,
}

/// Finds the words for a denial.
pub async fn explain(
    conn: &mut Conn,
    denial: &Denial,
    rights: Option<&Rights>,
    today: Date,
) -> Result<Refusal, ServiceError> {
    // Names of colleagues only: a forged identifier must not tell who works elsewhere.
    let sight = rights.map_or(Sight::Nothing, Rights::sight);
    let handlers = match denial.assignment {
        Some(assignment) => store::people::handlers(conn, assignment, sight).await?,
        None => Vec::new(),
    };
    Ok(words(denial, rights, &handlers, today))
}

/// The same where it is known who is named for the assignment.
pub fn words(denial: &Denial, rights: Option<&Rights>, handlers: &[Handling], today: Date) -> Refusal {
    let what = Message::new("denied-what").with("action", Message::new(denial.action.key()));
    let me = rights.map(|rights| rights.person);
    let current = || handlers.iter().filter(|each| each.allocation.period.contains(today));
    let function = denial.action.function();
    let why = match denial.rule.as_str() {
        CASE_RULE => Message::new("denied-case"),
        CERTIFICATE_RULE => Message::new("denied-certificate"),
        BENEFIT_RULE => Message::new("denied-benefit"),
        SCOPE_RULE => Message::new("denied-scope"),
        ROLE_RULE => {
            let post = rights.and_then(|rights| rights.post.as_ref());
            match post {
                Some(post) => Message::new("denied-role").with("post", post.name.as_str()),
                None => Message::new("denied-no-post"),
            }
        }
        _ => {
            let opposed = current()
                .filter(|each| {
                    Some(each.allocation.person) == me && Some(each.allocation.function) != function
                })
                .min_by_key(|each| each.allocation.period.from);
            match opposed {
                Some(each) => Message::new("denied-opposed")
                    .with("since", each.allocation.period.from)
                    .with("function", each.allocation.function.message()),
                None => Message::new("denied-opposed-otherwise"),
            }
        }
    };
    let mut names: Vec<String> = current()
        .filter(|each| Some(each.allocation.function) == function && Some(each.allocation.person) != me)
        .map(|each| each.name.clone())
        .collect();
    names.dedup();
    let roles = || access::roles_that_may(denial.action);
    let instead = if !names.is_empty() {
        Some(Message::new("denied-instead").with("names", names))
    } else if denial.rule == ROLE_RULE && !roles().is_empty() {
        let roles = roles().into_iter().map(domain::duty::Role::message).collect::<Vec<_>>();
        Some(Message::new("denied-instead-roles").with("roles", Arg::Terms(roles)))
    } else {
        None
    };
    Refusal { what, why: why.with("rule", denial.rule.as_str()), instead }
}
