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
