//! Which remedies mend which findings.

use super::examine::{Examined, Handler};
use super::{
    FindingKind, Gate, Lapse, Neighbour, Outcome, RecallReason, Remedy, RemedyKind, Training, Verdict,
};
use crate::assignment::Form;
use crate::rules::{Norms, Rules, TypeRules};

/// Units that a power is shared with at most.
const SHARERS: usize = 3;

/// From so many failing gates on, recall is offered beside the remedies.
const HOPELESS: usize = 4;

/// The remedies for what was found, in the order of the gates.
pub(super) fn remedies(
    examined: &Examined<'_>,
    verdict: Verdict,
    rules: &Rules,
    of_type: &TypeRules,
) -> Vec<Remedy> {
    let mut out = Vec::new();
    let facts = examined.facts;
    let sharers: Vec<Neighbour> = facts.neighbours.iter().take(SHARERS).cloned().collect();
    if verdict == Verdict::Idle {
        if !sharers.is_empty() {
            out.push(free(RemedyKind::Share { units: sharers }));
        }
        let reason = if facts.assignment.planned_volume == Some(0) {
            RecallReason::NoRegulatedObjects
        } else {
            RecallReason::TooRare
        };
        out.push(free(RemedyKind::Recall { reason }));
        return out;
    }
    for finding in &examined.findings {
        match &finding.kind {
            FindingKind::NoLegalBasis => out.push(free(RemedyKind::RecordLegalBasis)),
            FindingKind::LegalBasisNotInForce { .. } => {
                out.push(free(RemedyKind::Recall { reason: RecallReason::LawChanged }));
            }
            FindingKind::UnlawfulForm { .. } => {
                out.push(free(RemedyKind::ChangeForm { to: Form::Conferral }));
            }
            FindingKind::NotAnOrgan | FindingKind::Redelegated { .. } => {
                out.push(free(RemedyKind::ChangeForm { to: Form::FrontWindow }));
            }
            FindingKind::NoInstrument | FindingKind::WrongInstrument { .. } | FindingKind::Unsigned
                if !out.iter().any(|remedy: &Remedy| remedy.kind == RemedyKind::Sign) =>
            {
                out.push(free(RemedyKind::Sign));
            }
            FindingKind::InstrumentExpired { .. } => out.push(free(RemedyKind::Renew)),
            FindingKind::Unpublished => out.push(free(RemedyKind::Publish)),
            FindingKind::NoApprover => out.push(free(RemedyKind::NameApprover)),
            FindingKind::NoSupervisor => out.push(free(RemedyKind::NameSupervisor { instead_of: None })),
            FindingKind::ApproverSupervises { person } => {
                out.push(free(RemedyKind::NameSupervisor { instead_of: Some(person.clone()) }));
            }
            FindingKind::NoSupervisingUnit => {
                out.push(free(RemedyKind::NameSupervisingUnit { giver: facts.giver_name.clone() }));
            }
            FindingKind::SameUnit { .. } | FindingKind::ExceptionExpired { .. } => {
                out.push(free(RemedyKind::NameSupervisingUnit { giver: facts.giver_name.clone() }));
                out.push(free(RemedyKind::AskException));
            }
            FindingKind::RegisterLapses { missing, .. } => out.extend(missing.iter().map(|each| {
                free(match each {
                    Lapse::Approver => RemedyKind::NameApprover,
                    Lapse::SupervisingUnit => {
                        RemedyKind::NameSupervisingUnit { giver: facts.giver_name.clone() }
                    }
                    Lapse::Supervisor => RemedyKind::NameSupervisor { instead_of: None },
                })
            })),
            FindingKind::MissingItem { item, present, needed } => {
                let quantity = needed - present;
                out.push(Remedy {
                    kind: RemedyKind::Equip { item: item.clone(), quantity },
                    cost: Some(rules.norms.equipment_item.times(quantity.into())),
                });
            }
            FindingKind::MoneyShort { .. } => {
                let amount = examined.money.shortage();
                out.push(Remedy { kind: RemedyKind::Fund { amount }, cost: Some(amount) });
            }
            FindingKind::Late { .. } | FindingKind::Returned { .. } if examined.counts.handlers > 0 => {
                let kind =
                    RemedyKind::Shadow { people: examined.counts.handlers, giver: facts.giver_name.clone() };
                if !out.iter().any(|remedy: &Remedy| remedy.kind == kind) {
                    out.push(free(kind));
                }
            }
            FindingKind::RarelyExercised { .. } => out.push(free(if sharers.is_empty() {
                RemedyKind::Recall { reason: RecallReason::TooRare }
            } else {
                RemedyKind::Share { units: sharers.clone() }
            })),
            FindingKind::OverAllocated { person, .. } if staff_short(examined, of_type) > 0.0 => {
                out.push(free(RemedyKind::Relieve { person: person.clone() }));
            }
            FindingKind::NoStatistics => out.push(free(RemedyKind::ReportStatistics)),
            _ => {}
        }
    }
    out.extend(train(examined, &rules.norms));
    out.extend(post(examined, of_type, &rules.norms));
    let failing = examined.gates.iter().filter(|gate| gate.outcome == Outcome::Fail);
    let legal_fails = failing.clone().any(|gate| gate.gate == Gate::Legal);
    if failing.count() >= HOPELESS && !legal_fails {
        out.push(free(RemedyKind::Recall { reason: RecallReason::CannotBeCarriedOut }));
    }
    out.sort_by_key(|remedy| rank(&remedy.kind));
    out
}

/// In the order of the gates; sharing and recall, which give up, come last.
const fn rank(kind: &RemedyKind) -> u8 {
    match kind {
        RemedyKind::RecordLegalBasis
        | RemedyKind::ChangeForm { .. }
        | RemedyKind::Recall { reason: RecallReason::LawChanged } => 0,
        RemedyKind::Sign | RemedyKind::Renew | RemedyKind::Publish => 1,
        RemedyKind::Post { .. } | RemedyKind::Station { .. } => 2,
        RemedyKind::Train { .. } => 3,
        RemedyKind::NameApprover
        | RemedyKind::NameSupervisor { .. }
        | RemedyKind::NameSupervisingUnit { .. }
        | RemedyKind::AskException => 4,
        RemedyKind::Equip { .. } => 5,
        RemedyKind::Fund { .. } => 6,
        RemedyKind::Relieve { .. } | RemedyKind::Shadow { .. } => 7,
        RemedyKind::ReportStatistics => 8,
        RemedyKind::Share { .. } => 9,
        RemedyKind::Recall { .. } => 10,
    }
}

fn free(kind: RemedyKind) -> Remedy {
    Remedy { kind, cost: None }
}

/// Who may be trained: established people in post.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that `filter` takes")]
fn may_be_trained(handler: &&Handler<'_>) -> bool {
    handler.in_post && handler.established
}

/// One remedy for each certificate and course that handlers lack.
fn train(examined: &Examined<'_>, norms: &Norms) -> Vec<Remedy> {
    let certificates = examined.certificates.iter().cloned().map(Training::Certificate);
    let courses = examined.facts.power.courses.iter().cloned().map(Training::Course);
    let mut out = Vec::new();
    for what in certificates.chain(courses) {
        let lacks = |handler: &&Handler<'_>| match &what {
            Training::Certificate(kind) => handler.lacks_certificates.contains(kind),
            Training::Course(course) => handler.lacks_courses.contains(course),
        };
        let people: Vec<_> = examined.handlers.iter().filter(may_be_trained).filter(lacks).collect();
        if !people.is_empty() {
            #[expect(clippy::cast_precision_loss, reason = "a handful of people")]
            let cost = norms.course_place.times(people.len() as f64);
            out.push(Remedy {
                kind: RemedyKind::Train {
                    what,
                    people: people.iter().map(|handler| handler.person.id).collect(),
                    names: people.iter().map(|handler| handler.person.name.clone()).collect(),
                },
                cost: Some(cost),
            });
        }
    }
    out
}

/// Staff missing to reach the threshold of the workload ratio.
fn staff_short(examined: &Examined<'_>, of_type: &TypeRules) -> f64 {
    let work = &examined.workload;
    (work.required * of_type.workload.fraction() - work.available).max(0.0)
}

/// People to post, second or station: as many as are missing after training those who can be trained, or as
/// many as the work needs.
fn post(examined: &Examined<'_>, of_type: &TypeRules, norms: &Norms) -> Vec<Remedy> {
    let trainable = examined.handlers.iter().filter(may_be_trained).count();
    let trainable = u32::try_from(trainable).unwrap_or(u32::MAX);
    let by_law = examined.people_needed.saturating_sub(trainable);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates; not negative"
    )]
    let by_work = staff_short(examined, of_type).ceil() as u32;
    let people = by_law.max(by_work);
    let mut out = Vec::new();
    if people > 0 {
        out.push(Remedy {
            kind: RemedyKind::Post { people, certificates: examined.certificates.clone() },
            cost: Some(norms.post_year.times(people.into())),
        });
    }
    let qualified_missing = examined.people_needed.saturating_sub(examined.qualified);
    if let (Some(giver), true) = (&examined.facts.giver_name, qualified_missing > 0) {
        out.push(free(RemedyKind::Station { people: qualified_missing, giver: giver.clone() }));
    }
    let sharers: Vec<Neighbour> = examined.facts.neighbours.iter().take(SHARERS).cloned().collect();
    // Less than half a post is better shared than posted.
    if by_law == 0 && by_work > 0 && staff_short(examined, of_type) < 0.5 && !sharers.is_empty() {
        out.insert(0, free(RemedyKind::Share { units: sharers }));
    }
    out
}
