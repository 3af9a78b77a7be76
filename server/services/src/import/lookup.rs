//! What rows refer to by code or name: units, powers, people, assignments. Each is looked up once.

use domain::assignment::Assignment;
use domain::duty::Sight;
use domain::id::{PowerId, UnitId};
use domain::people::Person;
use domain::power::Power;
use domain::unit::Unit;
use domain::{Date, Message};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use store::{Conn, StoreError};

/// What was found under a code or name, or why nothing was.
pub(super) type Found<T> = Result<T, Message>;

pub(super) struct Lookup {
    /// By this day a power without its version is that of the version in force.
    today: Date,
    units: HashMap<String, Found<Unit>>,
    powers: HashMap<(String, String, String), Found<Power>>,
    people: HashMap<String, Option<Person>>,
    assignments: HashMap<(UnitId, PowerId), Vec<Assignment>>,
}

/// Units that a message suggests at most.
const SUGGESTED: i64 = 3;

/// That there is no such unit, with those that it could mean.
async fn missing_unit(conn: &mut Conn, written: &str) -> Result<Message, StoreError> {
    // A single character is part of too many.
    let similar = match written.chars().count() {
        0 | 1 => Vec::new(),
        _ => store::unit::search(conn, written, SUGGESTED, Sight::Everything).await?,
    };
    if similar.is_empty() {
        return Ok(Message::new("import-error-no-unit"));
    }
    let names: Vec<String> = similar.into_iter().map(|unit| format!("{} {}", unit.code, unit.name)).collect();
    Ok(Message::new("import-error-no-unit-but").with("names", names))
}

impl Lookup {
    /// Nothing looked up yet.
    pub fn new(today: Date) -> Self {
        Self {
            today,
            units: HashMap::new(),
            powers: HashMap::new(),
            people: HashMap::new(),
            assignments: HashMap::new(),
        }
    }

    /// Forgets units, of which one was just written.
    pub fn forget_units(&mut self) {
        self.units.clear();
    }

    /// Takes note of a person that was just written.
    pub fn note_person(&mut self, person: &Person) {
        self.people.insert(person.code.clone(), Some(person.clone()));
    }

    /// Forgets the assignments of a power to a unit.
    pub fn forget_assignments(&mut self, unit: UnitId, power: PowerId) {
        self.assignments.remove(&(unit, power));
    }

    /// A unit by its code, else by its name, which must be the only one.
    pub async fn unit(&mut self, conn: &mut Conn, written: &str) -> Result<Found<Unit>, StoreError> {
        if let Some(found) = self.units.get(written) {
            return Ok(found.clone());
        }
        let mut all = store::unit::called(conn, written, written).await?;
        let found = match all.iter().position(|unit| unit.code == written) {
            Some(place) => Ok(all.swap_remove(place)),
            None if all.len() > 1 => {
                let codes: Vec<String> = all.iter().map(|unit| unit.code.clone()).collect();
                Err(Message::new("import-error-many-units").with("codes", codes))
            }
            None => match all.pop() {
                Some(unit) => Ok(unit),
                None => Err(missing_unit(conn, written).await?),
            },
        };
        self.units.insert(written.to_owned(), found.clone());
        Ok(found)
    }

    /// A power by its code or name, in a catalogue and version where these are given.
    pub async fn power(
        &mut self,
        conn: &mut Conn,
        written: &str,
        catalogue: &str,
        version: &str,
    ) -> Result<Found<Power>, StoreError> {
        let key = (written.to_owned(), catalogue.to_owned(), version.to_owned());
        if let Some(found) = self.powers.get(&key) {
            return Ok(found.clone());
        }
        let mut all = store::power::named(conn, written, written, catalogue, version).await?;
        if all.iter().any(|power| power.code == written) {
            all.retain(|power| power.code == written);
        }
        let mut all = crate::catalogue::in_force(conn, all, self.today).await?;
        let found = if all.len() > 1 {
            let names =
                all.iter().map(|power| format!("{} {}", power.catalogue, power.version)).collect::<Vec<_>>();
            Err(Message::new("import-error-many-powers").with("catalogues", names))
        } else {
            all.pop().ok_or_else(|| Message::new("import-error-no-power"))
        };
        self.powers.insert(key, found.clone());
        Ok(found)
    }

    /// A person by his code.
    pub async fn person(&mut self, conn: &mut Conn, code: &str) -> Result<Option<Person>, StoreError> {
        if let Some(found) = self.people.get(code) {
            return Ok(found.clone());
        }
        let found = store::people::person_by_code(conn, code).await?;
        self.people.insert(code.to_owned(), found.clone());
        Ok(found)
    }

    /// The assignment of a power to a unit that began on a day; without the day the one in force `on`, else
    /// the latest.
    pub async fn assignment(
        &mut self,
        conn: &mut Conn,
        unit: &Unit,
        power: &Power,
        began: Option<Date>,
        on: Date,
    ) -> Result<Found<Assignment>, StoreError> {
        let key = (unit.id, power.id);
        let all = match self.assignments.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                unknown.insert(store::assignment::of_unit_and_power(conn, unit.id, power.id).await?)
            }
        };
        let found = match began {
            Some(began) => all.iter().find(|each| each.period.from == began),
            None => all.iter().rev().find(|each| each.period.contains(on)).or(all.last()),
        };
        Ok(found.cloned().ok_or_else(|| {
            Message::new("import-error-no-assignment")
                .with("unit", unit.name.as_str())
                .with("power", power.name.as_str())
        }))
    }
}
