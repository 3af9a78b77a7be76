//! What differs between two versions of a catalogue, power by power and part by part.

use super::{Link, Mark};
use crate::code::codes;
use crate::id::PowerId;
use crate::power::Power;
use std::collections::HashMap;

codes! {
    /// A part of a power that may differ.
    Part, "power-part" {
        /// Code.
        Code = "code",
        /// Name.
        Name = "name",
        /// Type.
        Type = "type",
        /// Field of work.
        Field = "field",
        /// Legal basis.
        Basis = "basis",
        /// Original department.
        Department = "department",
        /// Form of transfer, as published.
        Form = "form",
        /// Statutory time limit.
        StatutoryDays = "statutory_days",
        /// Promised time limit.
        PromisedDays = "promised_days",
        /// Minutes of one case.
        Minutes = "minutes",
        /// Certificates.
        Certificates = "certificates",
        /// Courses.
        Courses = "courses",
        /// Equipment.
        Equipment = "equipment",
        /// Risk.
        Risk = "risk",
        /// Season and emergency.
        Rhythm = "rhythm",
        /// Handlers.
        MinPeople = "min_people",
        /// Money of one case.
        Cost = "cost",
        /// Remarks.
        Remarks = "remarks",
        /// Where it was published.
        Source = "source",
    }
}

impl Part {
    /// Whether two powers differ in it.
    pub fn differs(self, one: &Power, other: &Power) -> bool {
        match self {
            Self::Code => one.code != other.code,
            Self::Name => one.name != other.name,
            Self::Type => one.power_type != other.power_type,
            Self::Field => one.field != other.field,
            Self::Basis => one.legal_bases != other.legal_bases,
            Self::Department => one.original_department != other.original_department,
            Self::Form => one.published_form != other.published_form,
            Self::StatutoryDays => one.statutory_days != other.statutory_days,
            Self::PromisedDays => one.promised_days != other.promised_days,
            Self::Minutes => one.minutes_per_case != other.minutes_per_case,
            Self::Certificates => one.certificates != other.certificates,
            Self::Courses => one.courses != other.courses,
            Self::Equipment => one.equipment != other.equipment,
            Self::Risk => one.risk != other.risk,
            Self::Rhythm => one.rhythm != other.rhythm,
            Self::MinPeople => one.min_people != other.min_people,
            Self::Cost => one.cost_per_case != other.cost_per_case,
            Self::Remarks => one.remarks != other.remarks,
            Self::Source => one.source != other.source,
        }
    }

    /// The parts in which two powers differ.
    pub fn all_that_differ(one: &Power, other: &Power) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|part| part.differs(one, other)).collect()
    }
}

codes! {
    /// What happened to powers between two versions.
    Fate, "power-fate" {
        /// It is new.
        Added = "added",
        /// It is gone.
        Removed = "removed",
        /// Parts of it differ, the name does not.
        Changed = "changed",
        /// It bears another name.
        Renamed = "renamed",
        /// It became several.
        Split = "split",
        /// Several became one.
        Merged = "merged",
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What happened.
    pub fate: Fate,
    /// The powers of the older version; none where it is new.
    pub before: Vec<Power>,
    /// Those of the newer version; none where it is gone.
    pub after: Vec<Power>,
    /// The parts that differ, where one became one.
    pub parts: Vec<Part>,
}

/// Everything that differs between two versions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// What differs, by code.
    pub entries: Vec<Entry>,
    /// How many powers do not.
    pub unchanged: usize,
    /// What became of what.
    pub links: Vec<Mark>,
}

/// A name without what people write differently: spaces, brackets, marks, width, letter case.
pub fn normal(text: &str) -> String {
    let narrow = |each: char| match each {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(each) - 0xfee0).unwrap_or(each),
        _ => each,
    };
    text.chars().map(narrow).filter(|each| each.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a code is a mere row number, which the next version gives to another power.
fn is_row_number(code: &str) -> bool {
    code.len() < 5 && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// Powers that belong together, by their places in both versions.
type Groups = Vec<(Vec<usize>, Vec<usize>)>;

/// Those that a person has marked, everything that hangs together as one.
fn marked(old: &[Power], new: &[Power], marks: &[Mark]) -> Groups {
    let place = |all: &[Power], id: PowerId| all.iter().position(|power| power.id == id);
    let mut groups: Groups = Vec::new();
    for mark in marks.iter().filter(|mark| mark.link != Link::Same) {
        let (Some(one), Some(other)) = (place(old, mark.from), place(new, mark.to)) else { continue };
        let (mut touched, rest): (Groups, Groups) =
            groups.into_iter().partition(|(before, after)| before.contains(&one) || after.contains(&other));
        touched.push((vec![one], vec![other]));
        let (mut before, mut after): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for (some, others) in touched {
            before.extend(some);
            after.extend(others);
        }
        for places in [&mut before, &mut after] {
            places.sort_unstable();
            places.dedup();
        }
        groups = rest;
        groups.push((before, after));
    }
    groups
}

/// Pairs powers that are alone on both sides with the same key.
fn pair(
    sides: [&[Power]; 2],
    open: &mut [Vec<bool>; 2],
    groups: &mut Groups,
    key: impl Fn(&Power) -> Option<String>,
) {
    let mut found: HashMap<String, [Vec<usize>; 2]> = HashMap::new();
    for (side, powers) in sides.iter().enumerate() {
        for (place, power) in powers.iter().enumerate().filter(|(place, _)| open[side][*place]) {
            if let Some(key) = key(power) {
                found.entry(key).or_default()[side].push(place);
            }
        }
    }
    for [before, after] in found.into_values() {
        if let ([one], [other]) = (&before[..], &after[..]) {
            open[0][*one] = false;
            open[1][*other] = false;
            groups.push((before, after));
        }
    }
}

/// Compares two versions. Powers are matched as a person has marked them; else by code and name, by name and
/// department, and by a code that is more than a row number.
pub fn diff(old: &[Power], new: &[Power], marks: &[Mark]) -> Diff {
    let mut groups = marked(old, new, marks);
    let mut open = [vec![true; old.len()], vec![true; new.len()]];
    for (before, after) in &groups {
        for (side, places) in [before, after].into_iter().enumerate() {
            for place in places {
                open[side][*place] = false;
            }
        }
    }
    let name = |power: &Power| format!("{}\u{1f}{}", normal(&power.name), normal(&power.original_department));
    pair([old, new], &mut open, &mut groups, |power| Some(format!("{}\u{1f}{}", power.code, name(power))));
    pair([old, new], &mut open, &mut groups, |power| Some(name(power)));
    pair([old, new], &mut open, &mut groups, |power| {
        (!is_row_number(&power.code)).then(|| power.code.clone())
    });
    let alone =
        |side: usize| open[side].iter().enumerate().filter(|(_, open)| **open).map(|(place, _)| place);
    groups.extend(alone(0).map(|place| (vec![place], Vec::new())));
    groups.extend(alone(1).map(|place| (Vec::new(), vec![place])));

    let mut out = Diff::default();
    for (before, after) in groups {
        let before: Vec<Power> = before.into_iter().map(|place| old[place].clone()).collect();
        let after: Vec<Power> = after.into_iter().map(|place| new[place].clone()).collect();
        let mut parts = Vec::new();
        let fate = match (&before[..], &after[..]) {
            ([], _) => Fate::Added,
            (_, []) => Fate::Removed,
            ([one], [other]) => {
                parts = Part::all_that_differ(one, other);
                if parts.contains(&Part::Name) { Fate::Renamed } else { Fate::Changed }
            }
            (one, other) if other.len() > one.len() => Fate::Split,
            _ => Fate::Merged,
        };
        let link = match fate {
            Fate::Split => Link::Split,
            Fate::Merged => Link::Merged,
            Fate::Renamed => Link::Renamed,
            _ => Link::Same,
        };
        for from in &before {
            out.links.extend(after.iter().map(|to| Mark { from: from.id, to: to.id, link }));
        }
        if fate == Fate::Changed && parts.is_empty() {
            out.unchanged += 1;
        } else {
            out.entries.push(Entry { fate, before, after, parts });
        }
    }
    let key = |entry: &Entry| {
        let first = entry.after.first().or(entry.before.first());
        first.map(|power| (power.code.clone(), power.id))
    };
    out.entries.sort_by_key(key);
    out.links.sort_unstable();
    out
}

/// The newer version, from the older one and what differs: as far as a power has not changed, it stays the older row.
pub fn apply(diff: &Diff, old: &[Power]) -> Vec<Power> {
    let is_gone = |power: &Power| {
        diff.entries.iter().any(|entry| entry.before.iter().any(|before| before.id == power.id))
    };
    let kept = old.iter().filter(|power| !is_gone(power)).cloned();
    kept.chain(diff.entries.iter().flat_map(|entry| entry.after.iter().cloned())).collect()
}
