//! What can be said of one assignment without looking at the unit's others: six gates, work, and the need of money.

use super::engine::{Reports, annual_volume};
use super::{
    AssignmentFacts, Counts, Evidence, Finding, FindingKind, Gate, GateResult, MoneyNeed, Outcome,
    PersonFacts, UnitFacts, Workload,
};
use crate::assignment::{Form, InstrumentKind};
use crate::people::Person;
use crate::power::{PowerType, RequiredItem};
use crate::rules::{Rules, TypeRules};
use crate::wisn::{Activity, WisnError, need};
use crate::{Date, Fen};
use chrono::Datelike;
use std::collections::BTreeMap;

/// One assignment, examined by itself.
pub(super) struct Examined<'a> {
    pub facts: &'a AssignmentFacts,
    pub gates: Vec<GateResult>,
    pub findings: Vec<Finding>,
    pub handlers: Vec<Handler<'a>>,
    /// Kinds of certificate asked for by the power or its type.
    pub certificates: Vec<String>,
    pub qualified: u32,
    pub people_needed: u32,
    pub workload: Workload,
    pub money: MoneyNeed,
    pub counts: Counts,
    pub training_parity: f64,
    pub money_evidence: Vec<Evidence>,
    pub allocation_evidence: Vec<Evidence>,
    /// Handlers with more than a whole working time allocated.
    pub over_allocated: Vec<String>,
}

/// A person who handles the assignment on the day.
pub(super) struct Handler<'a> {
    pub person: &'a Person,
    /// Share of his working time, after over-full time is scaled to a whole.
    pub share: f64,
    pub in_post: bool,
    pub established: bool,
    pub lacks_certificates: Vec<String>,
    pub lacks_courses: Vec<String>,
}

impl Handler<'_> {
    pub fn is_qualified(&self) -> bool {
        self.in_post && self.established && self.lacks_certificates.is_empty()
    }

    fn is_trained(&self) -> bool {
        self.lacks_certificates.is_empty() && self.lacks_courses.is_empty()
    }
}

pub(super) fn examine<'a>(
    unit: &'a UnitFacts,
    facts: &'a AssignmentFacts,
    reports: Reports,
    rules: &Rules,
    on: Date,
) -> Result<Examined<'a>, WisnError> {
    let of_type = rules.of(facts.power.power_type);
    let certificates = rules.certificates(&facts.power);
    let handlers = handlers(unit, facts, &certificates, on);
    let volume = annual_volume(facts, reports, on);
    let required = need(
        &[Activity { volume, minutes: f64::from(facts.power.minutes_per_case) }],
        rules.norms.year.hours()?,
        &[rules.norms.category_allowance.fraction()],
        0.0,
    )?
    .total();
    let lawful = handlers.iter().filter(|handler| handler.in_post && handler.established);
    let mut examined = Examined {
        facts,
        gates: Vec::with_capacity(7),
        findings: Vec::new(),
        certificates,
        qualified: count(handlers.iter().filter(|handler| handler.is_qualified())),
        people_needed: facts.power.min_people.unwrap_or(of_type.min_people),
        workload: Workload {
            annual_volume: volume,
            required,
            // The sum of no shares is a negative zero.
            available: lawful.map(|handler| handler.share).sum::<f64>() + 0.0,
        },
        money: MoneyNeed::default(),
        counts: Counts {
            handlers: count(handlers.iter()),
            trained_handlers: count(handlers.iter().filter(|handler| handler.is_trained())),
            untrained: count(
                handlers
                    .iter()
                    .flat_map(|handler| handler.lacks_certificates.iter().chain(&handler.lacks_courses)),
            ),
            ..Counts::default()
        },
        training_parity: 1.0,
        money_evidence: Vec::new(),
        allocation_evidence: active_allocations(facts, on)
            .filter(|allocation| allocation.function.handles())
            .map(|allocation| Evidence::Allocation(allocation.id))
            .collect(),
        over_allocated: Vec::new(),
        handlers,
    };
    legal(&mut examined, unit, on);
    instrument(&mut examined, on);
    people(&mut examined, on);
    training(&mut examined);
    super::register::separation(&mut examined, unit, on);
    means(&mut examined, unit, on);
    over_allocation(&mut examined, unit, on);
    money(&mut examined, of_type, rules, on);
    Ok(examined)
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

pub(super) fn active_allocations(
    facts: &AssignmentFacts,
    on: Date,
) -> impl Iterator<Item = &crate::people::Allocation> {
    facts.allocations.iter().filter(move |allocation| allocation.period.contains(on))
}

/// All the working time of a person that is allocated on a day, here and elsewhere.
fn allocated(person: &PersonFacts, on: Date) -> f64 {
    person.allocations.iter().filter(|each| each.period.contains(on)).map(|each| each.share).sum()
}

fn handlers<'a>(
    unit: &'a UnitFacts,
    facts: &AssignmentFacts,
    certificates: &[String],
    on: Date,
) -> Vec<Handler<'a>> {
    let mut shares: BTreeMap<_, f64> = BTreeMap::new();
    for allocation in active_allocations(facts, on).filter(|allocation| allocation.function.handles()) {
        *shares.entry(allocation.person).or_default() += allocation.share;
    }
    let handler = |(id, share): (_, f64)| {
        let facts_of_person = unit.person(id)?;
        let person = &facts_of_person.person;
        let courses = &facts.power.courses;
        Some(Handler {
            person,
            share: share / allocated(facts_of_person, on).max(1.0),
            in_post: person.posts(on).next().is_some(),
            established: person.posts(on).any(|post| post.kind.is_established()),
            lacks_certificates: lacking(certificates, |kind| person.holds_certificate(kind, on)),
            lacks_courses: lacking(courses, |course| person.completed(course, on)),
        })
    };
    shares.into_iter().filter_map(handler).collect()
}

fn lacking(required: &[String], holds: impl Fn(&str) -> bool) -> Vec<String> {
    required.iter().filter(|each| !holds(each)).cloned().collect()
}

impl Examined<'_> {
    /// Closes a gate: it fails when something was found since `before`.
    pub fn gate(&mut self, gate: Gate, before: usize) {
        let outcome = if self.findings.len() > before { Outcome::Fail } else { Outcome::Pass };
        self.gates.push(GateResult { gate, outcome });
    }

    pub fn not_applicable(&mut self, gate: Gate) {
        self.gates.push(GateResult { gate, outcome: Outcome::NotApplicable });
    }
}

/// Gate 1: a basis in force and a form that is lawful for the type.
fn legal(examined: &mut Examined<'_>, unit: &UnitFacts, on: Date) {
    let before = examined.findings.len();
    let (power, assignment) = (&examined.facts.power, &examined.facts.assignment);
    let proof = vec![Evidence::Assignment(assignment.id)];
    match power.legal_bases.first() {
        None => examined.found(FindingKind::NoLegalBasis, Vec::new()),
        Some(first) if !power.legal_bases.iter().any(|basis| basis.in_force(on)) => {
            examined
                .found(FindingKind::LegalBasisNotInForce { citation: first.citation.clone() }, Vec::new());
        }
        Some(_) => {}
    }
    match (power.power_type, assignment.form) {
        // 行政许可法 art. 24: entrusted to other administrative organs only.
        (PowerType::Licence, Form::Entrustment | Form::Conferral)
            if !unit.unit.kind.is_administrative_organ() =>
        {
            examined.found(FindingKind::NotAnOrgan, proof.clone());
        }
        // 行政处罚法 art. 24: penalties reach townships by conferral, not by entrustment or half-way forms.
        // 行政强制法 art. 17: the power to take coercive measures is not entrusted.
        (PowerType::Penalty, form @ (Form::Entrustment | Form::ReviewAndStamp | Form::FrontWindow))
        | (PowerType::Coercion, form @ Form::Entrustment) => {
            examined.found(FindingKind::UnlawfulForm { form, power_type: power.power_type }, proof.clone());
        }
        _ => {}
    }
    if examined.facts.entrusted_giver.is_some() {
        let giver = examined.facts.giver_name.clone().unwrap_or_default();
        examined.found(FindingKind::Redelegated { giver }, proof);
    }
    examined.gate(Gate::Legal, before);
}

/// Gate 2: a paper, signed, inside its term; an entrustment is also published. A statute needs no paper.
fn instrument(examined: &mut Examined<'_>, on: Date) {
    let before = examined.findings.len();
    let assignment = &examined.facts.assignment;
    if assignment.form == Form::Statutory {
        return examined.not_applicable(Gate::Instrument);
    }
    let proof = vec![Evidence::Assignment(assignment.id)];
    if let Some(paper) = &assignment.instrument {
        let kind = paper.kind;
        let entrusts = kind == InstrumentKind::EntrustmentAgreement;
        if kind == InstrumentKind::RecallDecision || (assignment.form == Form::Entrustment && !entrusts) {
            let form = assignment.form;
            examined.found(FindingKind::WrongInstrument { kind, form }, proof.clone());
        }
        if paper.signed_on.is_none_or(|signed| signed > on) {
            examined.found(FindingKind::Unsigned, proof.clone());
        }
        if let Some(until) = paper.until.filter(|until| *until < on) {
            examined.found(FindingKind::InstrumentExpired { until }, proof.clone());
        }
        let published = paper.published_on.is_some_and(|published| published <= on);
        if assignment.form == Form::Entrustment && !published {
            examined.found(FindingKind::Unpublished, proof);
        }
    } else {
        examined.found(FindingKind::NoInstrument, proof);
    }
    examined.gate(Gate::Instrument, before);
}

/// Gate 3: enough qualified established people in post.
fn people(examined: &mut Examined<'_>, on: Date) {
    let before = examined.findings.len();
    if examined.people_needed == 0 {
        return examined.not_applicable(Gate::People);
    }
    if examined.qualified < examined.people_needed {
        let qualified = examined.handlers.iter().filter(|handler| handler.is_qualified());
        let evidence = qualified.map(|handler| Evidence::Person(handler.person.id)).collect();
        examined.found(
            FindingKind::TooFewPeople { qualified: examined.qualified, needed: examined.people_needed },
            evidence,
        );
        let mut more = Vec::new();
        let named = |unfit: &dyn Fn(&Handler<'_>) -> bool| -> (Vec<String>, Vec<Evidence>) {
            let unfit = examined.handlers.iter().filter(|handler| unfit(handler));
            unfit.map(|handler| (handler.person.name.clone(), Evidence::Person(handler.person.id))).unzip()
        };
        let (people, proof) = named(&|handler| !handler.in_post);
        if !people.is_empty() {
            more.push((FindingKind::NotInPost { people }, proof));
        }
        let (people, proof) = named(&|handler| handler.in_post && !handler.established);
        if !people.is_empty() {
            more.push((FindingKind::NotEstablished { people }, proof));
        }
        for handler in &examined.handlers {
            for kind in &handler.lacks_certificates {
                // The one that counted last.
                let held = handler
                    .person
                    .certificates
                    .iter()
                    .filter(|held| held.kind == *kind && held.issued_on <= on);
                let last = held.filter_map(|held| {
                    let suspended =
                        held.suspended.filter(|period| period.contains(on)).map(|period| period.from);
                    // The day after the last one on which it counted.
                    let expired = held.expires_on.filter(|last| *last < on).and_then(|last| last.succ_opt());
                    let lapsed = [expired, held.revoked_on, suspended];
                    lapsed.into_iter().flatten().min().map(|lapsed| (lapsed, held.id))
                });
                if let Some((lapsed, id)) = last.max() {
                    more.push((
                        FindingKind::CertificateLapsed {
                            person: handler.person.name.clone(),
                            certificate: kind.clone(),
                            on: lapsed,
                        },
                        vec![Evidence::Certificate(id)],
                    ));
                }
            }
        }
        for (kind, evidence) in more {
            examined.found(kind, evidence);
        }
    }
    examined.gate(Gate::People, before);
}

/// Gate 4: each handler holds every required certificate and course.
fn training(examined: &mut Examined<'_>) {
    let before = examined.findings.len();
    if examined.certificates.is_empty() && examined.facts.power.courses.is_empty() {
        return examined.not_applicable(Gate::Training);
    }
    if examined.handlers.is_empty() {
        examined.training_parity = 0.0;
        examined.found(FindingKind::NobodyToTrain, Vec::new());
        return examined.gate(Gate::Training, before);
    }
    examined.training_parity =
        super::engine::fraction(examined.counts.trained_handlers, examined.counts.handlers);
    let who_lacks = |lacks: &dyn Fn(&Handler<'_>) -> bool| -> (Vec<String>, Vec<Evidence>) {
        let lacking = examined.handlers.iter().filter(|handler| lacks(handler));
        lacking.map(|handler| (handler.person.name.clone(), Evidence::Person(handler.person.id))).unzip()
    };
    let mut found = Vec::new();
    for certificate in &examined.certificates {
        let (people, proof) = who_lacks(&|handler| handler.lacks_certificates.contains(certificate));
        if !people.is_empty() {
            found.push((FindingKind::LacksCertificate { certificate: certificate.clone(), people }, proof));
        }
    }
    for course in &examined.facts.power.courses {
        let (people, mut proof) = who_lacks(&|handler| handler.lacks_courses.contains(course));
        if !people.is_empty() {
            // Completed, but not counting any more.
            let lacking = examined.handlers.iter().filter(|handler| handler.lacks_courses.contains(course));
            let completions = lacking.flat_map(|handler| &handler.person.completions);
            let lapsed = completions.filter(|completion| completion.course == *course);
            proof.extend(lapsed.map(|completion| Evidence::Completion(completion.id)));
            found.push((FindingKind::LacksCourse { course: course.clone(), people }, proof));
        }
    }
    for (kind, evidence) in found {
        examined.found(kind, evidence);
    }
    examined.gate(Gate::Training, before);
}

/// Gate 6: equipment, seals and accounts are present.
fn means(examined: &mut Examined<'_>, unit: &UnitFacts, on: Date) {
    let before = examined.findings.len();
    if examined.facts.power.equipment.is_empty() {
        return examined.not_applicable(Gate::Means);
    }
    for RequiredItem { item, quantity: needed } in &examined.facts.power.equipment {
        let owned = unit.equipment.iter().filter(|each| each.item == *item && each.period.contains(on));
        let evidence: Vec<Evidence> = owned.clone().map(|each| Evidence::Equipment(each.id)).collect();
        let present = owned.fold(0_u32, |sum, each| sum.saturating_add(each.quantity)).min(*needed);
        examined.counts.required_items = examined.counts.required_items.saturating_add(*needed);
        examined.counts.present_items = examined.counts.present_items.saturating_add(present);
        if present < *needed {
            examined
                .found(FindingKind::MissingItem { item: item.clone(), present, needed: *needed }, evidence);
        }
    }
    examined.gate(Gate::Means, before);
}

/// A remark, no gate: people with more than a whole working time allocated.
fn over_allocation(examined: &mut Examined<'_>, unit: &UnitFacts, on: Date) {
    let mut over = Vec::new();
    for handler in &examined.handlers {
        let Some(person) = unit.person(handler.person.id) else {
            continue;
        };
        let share = allocated(person, on);
        // Sums of decimal shares are not exact.
        if share > 1.0 + 1e-6 {
            over.push((person.person.name.clone(), share, person.person.id));
        }
    }
    for (person, share, id) in over {
        examined.over_allocated.push(person.clone());
        examined.found(FindingKind::OverAllocated { person, share }, vec![Evidence::Person(id)]);
    }
}

/// Gate 7, its first half: what is needed and what came for the assignment itself.
fn money(examined: &mut Examined<'_>, of_type: &TypeRules, rules: &Rules, on: Date) {
    let facts = examined.facts;
    let missing_items = examined.counts.required_items.saturating_sub(examined.counts.present_items);
    let lines = facts.funding.iter().filter(|line| line.year == on.year());
    examined.money_evidence = lines.clone().map(|line| Evidence::Funding(line.id)).collect();
    let mut need = MoneyNeed {
        people: rules.norms.post_year.times(examined.workload.required),
        cases: facts.power.cost_per_case.times(examined.workload.annual_volume),
        equipment: rules.norms.equipment_item.times(missing_items.into()),
        training: rules.norms.course_place.times(examined.counts.untrained.into()),
        released_own: lines.map(|line| line.released).sum(),
        released_shared: Fen::ZERO,
        threshold: Fen::ZERO,
    };
    need.threshold = need.required().times(of_type.money.fraction());
    examined.money = need;
}
