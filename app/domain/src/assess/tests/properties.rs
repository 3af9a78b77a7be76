//! What the assessment promises for all inputs.

use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn assessment_is_deterministic(received in proptest::collection::vec(0_u32..500, 12), released in 0_i64..10_000_000) {
        let mut facts = sound();
        for (row, received) in facts.assignments[0].statistics.iter_mut().zip(received) {
            row.received = received;
        }
        facts.assignments[0].funding[0].released = Fen(released);
        prop_assert_eq!(assess(&facts), assess(&facts.clone()));
    }

    #[test]
    fn more_volume_never_lowers_the_need(more in 0_u32..5_000, at in 0_usize..12) {
        let (less, mut facts) = (assess(&sound()), sound());
        facts.assignments[0].statistics[at].received += more;
        let now = assess(&facts);
        prop_assert!(now.workload.required >= less.workload.required);
        prop_assert!(now.money.required() >= less.money.required());
        prop_assert!(now.workload.ratio() <= less.workload.ratio());
    }

    #[test]
    fn more_staff_never_lowers_the_ratio(shares in proptest::collection::vec(0.0..1.0_f64, 1..6)) {
        let mut facts = sound();
        let mut before = assess(&facts);
        for (number, share) in (20_u128..).zip(shares) {
            facts.people.push(person(number));
            allocate(&mut facts, number, Function::Review, share);
            let after = assess(&facts);
            prop_assert!(after.workload.ratio() >= before.workload.ratio());
            prop_assert!(after.parity.people >= before.parity.people);
            prop_assert!(failing(&after).iter().all(|gate| failing(&before).contains(gate)));
            before = after;
        }
    }

    #[test]
    fn zero_volume_needs_nobody_and_no_money_for_people(minutes in 0_u32..10_000) {
        let mut facts = sound();
        facts.assignments[0].power.minutes_per_case = minutes;
        for row in &mut facts.assignments[0].statistics {
            row.received = 0;
        }
        let assessment = assess(&facts);
        prop_assert!(assessment.workload.required == 0.0);
        prop_assert_eq!(assessment.workload.ratio(), None);
        prop_assert_eq!(assessment.money.people, Fen::ZERO);
    }

    #[test]
    fn gates_decide_the_verdict(qualified in 0_u128..4, released in 0_i64..8_000_000) {
        let mut facts = sound();
        for person in facts.people.iter_mut().skip(usize::try_from(qualified).unwrap_or(0)) {
            person.person.certificates.clear();
        }
        facts.assignments[0].funding[0].released = Fen(released);
        let assessment = assess(&facts);
        prop_assert_eq!(failing(&assessment).is_empty(), assessment.verdict != Verdict::Cannot);
        prop_assert!(assessment.verdict == Verdict::Can || !assessment.remedies.is_empty());
    }
}
