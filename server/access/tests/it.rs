//! The policy as a whole.

use access::{MODEL, POLICY, Policy, Tuple};

#[tokio::test]
async fn kept_answers_are_the_engine_s() {
    let policy = Policy::new(MODEL, POLICY).await.expect("the policy is read");
    for tuple in Tuple::all() {
        let said = policy.ask(tuple).expect("the engine answers");
        assert_eq!(policy.allows(tuple), said, "{tuple:?}");
        assert_eq!(policy.allows(tuple), said, "kept: {tuple:?}");
    }
}

#[test]
fn the_openid_provider_keeps_accounts_and_posts_alone() {
    use access::{Action, Actor, Operator};
    let provider = Actor::Operator(Operator::Provider);
    let may = |action: &&Action| provider.permit(**action, &domain::duty::Subject::default()).is_ok();
    let allowed: Vec<&Action> = Action::ALL.iter().filter(may).collect();
    assert_eq!(allowed, [&Action::AccountChange, &Action::AppointmentChange]);
}
