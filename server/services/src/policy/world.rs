//! The office that a file describes: names become identifiers, and everybody's rights are what the database would
//! give.

use super::Remark;
use super::file::{Appointed, File, Word, period};
use domain::duty::{Grant, Mode, Named, Post, Rights, Role, Side};
use domain::id::{AppointmentId, AssignmentId, DeputyshipId, ExceptionId, GroupId, PersonId, UnitId};
use domain::separation::{
    self, BUSINESS, Book, Exception, Held, Lending, Names, Right, Set, Via, lent, of_group,
};
use domain::{Date, Message, Period};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Names of one kind; the place of a name is its identifier.
#[derive(Debug, Default)]
pub struct Register {
    kind: &'static str,
    places: HashMap<String, u128>,
}

/// Says that something is not there.
pub fn unknown(word: &Word, kind: &'static str) -> Remark {
    let message = Message::new("policy-error-unknown")
        .with("kind", Message::new(kind))
        .with("name", word.value.as_str());
    Remark { line: word.referenced.line(), message }
}

impl Register {
    fn new(kind: &'static str) -> Self {
        Self { kind, places: HashMap::new() }
    }

    fn add(&mut self, word: &Word) -> Result<Uuid, Remark> {
        let place = self.places.len() as u128 + 1;
        if self.places.insert(word.value.clone(), place).is_some() {
            let message = Message::new("policy-error-twice").with("name", word.value.as_str());
            return Err(Remark { line: word.referenced.line(), message });
        }
        Ok(Uuid::from_u128(place))
    }

    /// The identifier of a name.
    pub fn find(&self, word: &Word) -> Result<Uuid, Remark> {
        let place = self.places.get(&word.value).ok_or_else(|| unknown(word, self.kind))?;
        Ok(Uuid::from_u128(*place))
    }
}

/// A power handed to a unit.
#[derive(Debug)]
pub struct Assigned {
    /// The unit and those above it.
    pub units: Vec<UnitId>,
    /// Giving and supervising units and those above them.
    pub givers: Vec<UnitId>,
    /// Certificates that it asks for.
    pub certificates: Vec<String>,
}

/// A post.
#[derive(Debug)]
struct Appointment {
    id: AppointmentId,
    person: PersonId,
    unit: UnitId,
    period: Period,
    name: String,
}

/// The office.
#[derive(Debug)]
pub struct World {
    /// The day.
    pub on: Date,
    /// People.
    pub people: Register,
    units: Register,
    posts: Register,
    cases: Register,
    assignments: Register,
    parents: HashMap<UnitId, UnitId>,
    assigned: HashMap<AssignmentId, Assigned>,
    roles: BTreeSet<String>,
    appointments: Vec<Appointment>,
    lendings: Vec<Lending>,
    certificates: Vec<(PersonId, String, Period)>,
    parties: HashMap<Uuid, (AssignmentId, Vec<(PersonId, Side)>)>,
    /// Roles that are active in sessions: whose they are, and which.
    pub sessions: HashMap<String, (PersonId, BTreeSet<String>)>,
    /// What separation is judged on.
    pub book: Book,
    /// What everybody is called.
    pub names: Names,
}

impl World {
    /// Builds the office; refuses names that are not there.
    pub fn new(file: &File) -> Result<Self, Remark> {
        let mut world = Self {
            on: file.on.unwrap_or_default(),
            people: Register::new("policy-kind-person"),
            units: Register::new("policy-kind-unit"),
            posts: Register::new("policy-kind-post"),
            cases: Register::new("policy-kind-case"),
            assignments: Register::new("policy-kind-assignment"),
            parents: HashMap::new(),
            assigned: HashMap::new(),
            roles: Role::ALL.iter().map(|role| role.as_str().to_owned()).collect(),
            appointments: Vec::new(),
            lendings: Vec::new(),
            certificates: Vec::new(),
            parties: HashMap::new(),
            sessions: HashMap::new(),
            book: Book { hierarchy: separation::hierarchy(), sets: separation::sets(), ..Book::default() },
            names: Names::default(),
        };
        world.roles.insert(BUSINESS.to_owned());
        world.add_units(file)?;
        world.add_rules(file)?;
        world.add_people(file)?;
        world.add_rights(file)?;
        world.add_deputies(file)?;
        world.add_cases(file)?;
        Ok(world)
    }

    /// A unit and those above it.
    fn above(&self, unit: UnitId) -> Vec<UnitId> {
        std::iter::successors(Some(unit), |unit| self.parents.get(unit).copied()).collect()
    }

    fn add_units(&mut self, file: &File) -> Result<(), Remark> {
        for unit in &file.units {
            // A parent stands before its children, so there are no cycles.
            let parent = unit.parent.as_ref().map(|parent| self.units.find(parent)).transpose()?;
            let id = UnitId(self.units.add(&unit.name)?);
            self.names.units.insert(id, unit.name.value.clone());
            self.parents.extend(parent.map(|parent| (id, UnitId(parent))));
        }
        for each in &file.assignments {
            let units = self.above(UnitId(self.units.find(&each.unit)?));
            let mut givers = Vec::new();
            for giver in each.giver.iter().chain(&each.supervised_by) {
                givers.extend(self.above(UnitId(self.units.find(giver)?)));
            }
            let id = AssignmentId(self.assignments.add(&each.name)?);
            self.names.assignments.insert(id, each.name.value.clone());
            self.assigned.insert(id, Assigned { units, givers, certificates: each.certificates.clone() });
        }
        Ok(())
    }

    fn add_rules(&mut self, file: &File) -> Result<(), Remark> {
        self.roles.extend(file.roles.iter().map(|role| role.value.clone()));
        for edge in &file.inheritance {
            let (child, parent) = (self.role(&edge.child)?, self.role(&edge.parent)?);
            let hierarchy = self.book.hierarchy.clone().with(child, parent);
            self.book.hierarchy = hierarchy.map_err(|error| Remark {
                line: edge.child.referenced.line(),
                message: error.message(&self.names),
            })?;
        }
        for set in &file.sets {
            let members = set.members.iter().map(|member| member.value.clone()).collect();
            let mode = set.mode.unwrap_or(Mode::Enforce);
            let new = Set { code: set.code.value.clone(), kind: set.kind, members, cardinality: set.n, mode };
            let line = set.code.referenced.line();
            let new = new.checked().map_err(|error| Remark { line, message: error.message() })?;
            if set.kind.is_about_roles() {
                set.members.iter().try_for_each(|member| self.role(member).map(drop))?;
            }
            self.put_set(new);
        }
        Ok(())
    }

    /// Adds a set, or puts it in the place of that with its code.
    pub fn put_set(&mut self, set: Set) {
        self.book.sets.retain(|old| old.code != set.code);
        self.book.sets.push(set);
    }

    /// A role that is known.
    pub fn role(&self, word: &Word) -> Result<String, Remark> {
        if self.roles.contains(&word.value) {
            return Ok(word.value.clone());
        }
        Err(unknown(word, "policy-kind-role"))
    }

    fn person(&self, word: &Word) -> Result<PersonId, Remark> {
        self.people.find(word).map(PersonId)
    }

    /// An assignment that is known.
    fn assignment(&self, word: &Word) -> Result<AssignmentId, Remark> {
        self.assignments.find(word).map(AssignmentId)
    }

    fn add_people(&mut self, file: &File) -> Result<(), Remark> {
        for person in &file.people {
            let id = PersonId(self.people.add(person)?);
            self.names.people.insert(id, person.value.clone());
        }
        for post in &file.appointments {
            self.add_post(post)?;
        }
        for each in &file.certificates {
            let period = period(each.from, each.to.as_ref())?;
            self.certificates.push((self.person(&each.who)?, each.kind.clone(), period));
        }
        Ok(())
    }

    fn add_post(&mut self, post: &Appointed) -> Result<(), Remark> {
        let person = self.person(&post.who)?;
        let unit = UnitId(self.units.find(&post.unit)?);
        let id = AppointmentId(self.posts.add(&post.name)?);
        let held = period(post.from, post.to.as_ref())?;
        self.names.posts.insert(id, post.name.value.clone());
        for grant in &post.roles {
            let role = self.role(&grant.role)?;
            let scope = grant.scope.as_ref().map_or(Ok(unit.0), |scope| self.units.find(scope))?;
            let granted = period(grant.from.unwrap_or(post.from), grant.to.as_ref())?;
            let Some(period) = granted.and(&held) else { continue };
            let right = Right::Role { role, post: id, scope: UnitId(scope) };
            self.book.held.push(Held { person, right, period, via: Via::Own });
        }
        let name = post.name.value.clone();
        self.appointments.push(Appointment { id, person, unit, period: held, name });
        Ok(())
    }

    fn add_rights(&mut self, file: &File) -> Result<(), Remark> {
        for each in &file.rights {
            let right =
                Right::Function { function: each.function, assignment: self.assignment(&each.assignment)? };
            let (person, period) = (self.person(&each.who)?, period(each.from, each.to.as_ref())?);
            self.book.held.push(Held { person, right, period, via: Via::Own });
        }
        let mut groups = Register::new("policy-kind-group");
        for group in &file.groups {
            let id = GroupId(groups.add(&group.name)?);
            let mut rights = Vec::new();
            for right in &group.rights {
                let period = period(right.from, right.to.as_ref())?;
                rights.push((self.assignment(&right.assignment)?, right.function, period));
            }
            for member in &group.members {
                let period = period(member.from, member.to.as_ref())?;
                let held = of_group(id, &rights, self.person(&member.who)?, period);
                self.book.held.extend(held);
            }
        }
        for (place, each) in file.exceptions.iter().enumerate() {
            self.book.exceptions.push(Exception {
                id: ExceptionId(Uuid::from_u128(place as u128 + 1)),
                rule: each.rule.clone(),
                person: each.who.as_ref().map(|who| self.person(who)).transpose()?,
                assignment: each.assignment.as_ref().map(|name| self.assignment(name)).transpose()?,
                period: period(each.from, each.to.as_ref())?,
                is_approved: each.approved,
                ended_on: each.ended,
            });
        }
        Ok(())
    }

    fn add_deputies(&mut self, file: &File) -> Result<(), Remark> {
        let own = self.book.held.clone();
        for (place, each) in file.deputies.iter().enumerate() {
            let deputy = self.person(&each.who)?;
            let post = AppointmentId(self.posts.find(&each.post)?);
            let asked = period(each.from, each.to.as_ref())?;
            let only = each.assignment.as_ref().map(|name| self.assignment(name)).transpose()?;
            let Some(of) = self.appointments.iter().find(|of| of.id == post) else { continue };
            let Some(period) = asked.and(&of.period) else { continue };
            let deputyship = DeputyshipId(Uuid::from_u128(place as u128 + 1));
            let lending = Lending { deputyship, deputy, principal: of.person, post, only, period };
            self.book.held.extend(lent(&own, &lending));
            self.lendings.push(lending);
        }
        Ok(())
    }

    fn add_cases(&mut self, file: &File) -> Result<(), Remark> {
        for case in &file.cases {
            let id = self.cases.add(&case.name)?;
            let mut parties = Vec::new();
            for step in &case.steps {
                let who = self.person(&step.who)?;
                let principal = step.principal.as_ref().map(|who| self.person(who)).transpose()?;
                if let Some(side) = Side::of(step.function) {
                    parties.extend([Some(who), principal].into_iter().flatten().map(|person| (person, side)));
                }
            }
            self.parties.insert(id, (self.assignment(&case.assignment)?, parties));
        }
        Ok(())
    }

    /// The assignment of a case and who has acted in it.
    #[expect(clippy::type_complexity, reason = "two things that belong together, once")]
    pub fn case(&self, word: &Word) -> Result<(AssignmentId, &[(PersonId, Side)]), Remark> {
        let id = self.cases.find(word)?;
        let (assignment, parties) = self.parties.get(&id).ok_or_else(|| unknown(word, "policy-kind-case"))?;
        Ok((*assignment, parties))
    }

    /// An assignment with its units.
    pub fn assigned(&self, word: &Word) -> Result<(AssignmentId, &Assigned), Remark> {
        let id = self.assignment(word)?;
        Ok((id, self.of_assignment(id).ok_or_else(|| unknown(word, "policy-kind-assignment"))?))
    }

    /// What is known about an assignment.
    pub fn of_assignment(&self, id: AssignmentId) -> Option<&Assigned> {
        self.assigned.get(&id)
    }

    /// A unit and those above it, by its name.
    pub fn units(&self, word: &Word) -> Result<Vec<UnitId>, Remark> {
        Ok(self.above(UnitId(self.units.find(word)?)))
    }

    /// What a person could do on a day in a post: his own, that of whom he stands in for, or by default his own
    /// first. In a post that is not his on the day he can do nothing.
    pub fn rights(&self, who: &Word, post: Option<&Word>, on: Date) -> Result<Rights, Remark> {
        let person = self.person(who)?;
        let wanted = post.map(|post| self.posts.find(post)).transpose()?.map(AppointmentId);
        let own = self.appointments.iter().find(|each| {
            each.person == person && each.period.contains(on) && wanted.is_none_or(|wanted| wanted == each.id)
        });
        let lending = self.lendings.iter().find(|lending| {
            lending.deputy == person && Some(lending.post) == wanted && lending.period.contains(on)
        });
        let acting = match (own, lending) {
            (Some(own), _) => Some((own, None)),
            (None, Some(by)) => {
                self.appointments.iter().find(|each| each.id == by.post).map(|of| (of, Some(by)))
            }
            (None, None) => None,
        };
        let via = acting.and_then(|(_, by)| by).map(|by| by.deputyship);
        let mut rights = Rights {
            person,
            name: who.value.clone(),
            on,
            post: acting.map(|(of, by)| Post {
                appointment: of.id,
                deputyship: by.map(|by| by.deputyship),
                name: of.name.clone(),
                unit: of.unit,
                unit_name: self.names.unit(of.unit),
                until: by.map_or(of.period, |by| by.period).to,
                principal: by.map(|by| (by.principal, self.names.person(by.principal))),
                only: by.and_then(|by| by.only),
            }),
            others: Vec::new(),
            grants: Vec::new(),
            named: HashMap::new(),
            certificates: Vec::new(),
            rules: self.book.sets.iter().filter_map(Set::function_rule).collect(),
            support: None,
            exceptions: Vec::new(),
        };
        for held in self.book.held.iter().filter(|held| held.person == person && held.period.contains(on)) {
            let by = match held.via {
                Via::Deputyship { deputyship, .. } => Some(deputyship),
                Via::Own | Via::Group(_) => None,
            };
            let is_in_post = acting.is_some() && by == via;
            match &held.right {
                Right::Role { role, post, scope }
                    if is_in_post && acting.is_some_and(|(of, _)| of.id == *post) =>
                {
                    let roles = self.book.hierarchy.closure(role).filter_map(|role| role.parse().ok());
                    rights.grants.extend(roles.map(|role| Grant { role, scope: *scope }));
                }
                Right::Role { .. } => {}
                Right::Function { function, assignment } => {
                    let named: &mut Named = rights.named.entry(*assignment).or_default();
                    named.held = named.held.with(*function);
                    if is_in_post {
                        named.usable = named.usable.with(*function);
                    }
                }
            }
        }
        let valid =
            self.certificates.iter().filter(|(whose, _, period)| *whose == person && period.contains(on));
        rights.certificates = valid.map(|(_, kind, _)| kind.clone()).collect();
        for exception in self.book.exceptions.iter().filter(|each| each.person == Some(person)) {
            if let Some(assignment) = exception.assignment
                && exception.lifts().is_some_and(|period| period.contains(on))
            {
                rights.exceptions.push((exception.rule.clone(), assignment, exception.id));
            }
        }
        Ok(rights)
    }
}
