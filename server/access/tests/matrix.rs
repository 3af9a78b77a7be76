//! The whole matrix of roles, scopes, relations and actions, as one text to read and to compare.

use access::{Action, MODEL, POLICY, Policy, Tuple};
use domain::duty::{Relation, Role, Scope};
use std::fmt::Write;

/// The relations under which something is allowed; `any` but for what is named after `but`.
fn relations(allowed: &[Relation]) -> String {
    let words = |all: &mut dyn Iterator<Item = &Relation>| {
        all.map(|each| each.as_str()).collect::<Vec<_>>().join("+")
    };
    if allowed.len() * 2 < Relation::ALL.len() {
        return words(&mut allowed.iter());
    }
    let but = words(&mut Relation::ALL.iter().filter(|each| !allowed.contains(each)));
    if but.is_empty() { "any".to_owned() } else { format!("any but {but}") }
}

#[tokio::test]
async fn the_whole_matrix() {
    let policy = Policy::new(MODEL, POLICY).await.expect("the policy is read");
    let mut text = String::new();
    for &role in Role::ALL {
        for &action in Action::ALL {
            let mut cells: Vec<(String, Vec<&str>)> = Vec::new();
            for &scope in Scope::ALL {
                let is_allowed =
                    |relation: &Relation| policy.allows(Tuple { role, scope, relation: *relation, action });
                let allowed: Vec<Relation> = Relation::ALL.iter().copied().filter(is_allowed).collect();
                if allowed.is_empty() {
                    continue;
                }
                let words = relations(&allowed);
                match cells.iter_mut().find(|(same, _)| *same == words) {
                    Some((_, scopes)) => scopes.push(scope.as_str()),
                    None => cells.push((words, vec![scope.as_str()])),
                }
            }
            if cells.is_empty() {
                continue;
            }
            let cells: Vec<String> =
                cells.into_iter().map(|(words, scopes)| format!("{}: {words}", scopes.join("+"))).collect();
            writeln!(text, "{:<14}{:<22}{}", role.as_str(), action.as_str(), cells.join("; ")).expect("text");
        }
    }
    insta::assert_snapshot!("matrix", text);
}
