//! Rounds "three times up, three times down" (三上三下): a list goes down to the townships and comes up again, three
//! times; at each stage township, department and county change, accept or object, and every difference is kept.

use super::lists::List;
use crate::assignment::{Form, Function};
use crate::code::codes;
use crate::duty::Role;
use crate::id::UnitId;
use crate::{Date, Message};
use serde::{Deserialize, Serialize};

codes! {
    /// The stages.
    Stage, "round-stage" {
        /// 一下
        Down1 = "down_1",
        /// 一上
        Up1 = "up_1",
        /// 二下
        Down2 = "down_2",
        /// 二上
        Up2 = "up_2",
        /// 三下
        Down3 = "down_3",
        /// 三上
        Up3 = "up_3",
        /// Closed.
        Done = "done",
    }
}

impl Stage {
    /// The next one; none after the end.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }

    /// Whether the township has the list before it.
    pub const fn is_up(self) -> bool {
        matches!(self, Self::Up1 | Self::Up2 | Self::Up3)
    }
}

/// How many stages have a deadline.
pub const STAGES: usize = 6;

codes! {
    /// Who speaks.
    Party, "round-party" {
        /// The receiving unit.
        Township = "township",
        /// The department that gives.
        Department = "department",
        /// The county's organization department.
        County = "county",
    }
}

codes! {
    /// What a party says to an item as it stands.
    Answer, "round-answer" {
        /// Agrees.
        Accept = "accept",
        /// Objects.
        Object = "object",
    }
}

codes! {
    /// What is done to an item.
    Act, "round-act" {
        /// Its terms are changed.
        Change = "change",
        /// It is accepted.
        Accept = "accept",
        /// It is objected to.
        Object = "object",
        /// Something is said to it.
        Comment = "comment",
    }
}

/// What is to be handed down, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Form of transfer.
    pub form: Form,
    /// Functions.
    pub functions: Vec<Function>,
    /// On which of the three lists it will stand.
    pub list: List,
    /// Whether it stays in the list at all.
    pub kept: bool,
}

codes! {
    /// A part of the terms that may differ.
    TermPart, "round-part" {
        /// Form of transfer.
        Form = "form",
        /// Functions.
        Functions = "functions",
        /// The list.
        List = "list",
        /// Whether it stays.
        Kept = "kept",
    }
}

impl Terms {
    /// The parts in which two differ.
    pub fn differences(&self, other: &Self) -> Vec<TermPart> {
        let differs = |part: &TermPart| match part {
            TermPart::Form => self.form != other.form,
            TermPart::Functions => self.functions != other.functions,
            TermPart::List => self.list != other.list,
            TermPart::Kept => self.kept != other.kept,
        };
        TermPart::ALL.iter().copied().filter(differs).collect()
    }
}

/// What the parties say to an item as it stands; whoever changes it asks the others anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The township.
    pub township: Option<Answer>,
    /// The department.
    pub department: Option<Answer>,
    /// The county.
    pub county: Option<Answer>,
}

impl Answers {
    /// What a party says.
    pub const fn of(self, party: Party) -> Option<Answer> {
        match party {
            Party::Township => self.township,
            Party::Department => self.department,
            Party::County => self.county,
        }
    }

    /// With what a party says.
    #[must_use]
    pub const fn with(mut self, party: Party, answer: Answer) -> Self {
        match party {
            Party::Township => self.township = Some(answer),
            Party::Department => self.department = Some(answer),
            Party::County => self.county = Some(answer),
        }
        self
    }
}

/// An item as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The terms.
    pub terms: Terms,
    /// What is said to them.
    pub answers: Answers,
}

codes! {
    /// Where an item has come to.
    Outcome, "round-outcome" {
        /// Everybody who must has agreed.
        Agreed = "agreed",
        /// It is taken out of the list.
        Dropped = "dropped",
        /// Somebody objects.
        Disputed = "disputed",
        /// Somebody has not answered yet.
        Open = "open",
    }
}

impl Standing {
    /// Where it has come to. The county's word is the last one; without it the township must agree and nobody object.
    pub fn outcome(&self) -> Outcome {
        let Answers { township, department, county } = self.answers;
        match county {
            Some(Answer::Accept) if self.terms.kept => Outcome::Agreed,
            Some(Answer::Accept) => Outcome::Dropped,
            _ if [township, department, county].contains(&Some(Answer::Object)) => Outcome::Disputed,
            _ if township == Some(Answer::Accept) && self.terms.kept => Outcome::Agreed,
            _ if township == Some(Answer::Accept) => Outcome::Dropped,
            _ => Outcome::Open,
        }
    }
}

/// For which party somebody speaks about an item, by the roles of his post: the organization department of the round's
/// unit for the county, else whoever leads the township, else whoever leads the department.
pub fn party(
    grants: impl IntoIterator<Item = (Role, UnitId)> + Clone,
    round: &[UnitId],
    township: &[UnitId],
    department: &[UnitId],
) -> Option<Party> {
    let holds = |may: &dyn Fn(Role) -> bool, units: &[UnitId]| {
        grants.clone().into_iter().any(|(role, scope)| may(role) && units.contains(&scope))
    };
    let leads = |role| matches!(role, Role::Manager | Role::Organization);
    if holds(&|role| role == Role::Organization, round) {
        Some(Party::County)
    } else if holds(&leads, township) {
        Some(Party::Township)
    } else if holds(&leads, department) {
        Some(Party::Department)
    } else {
        None
    }
}

/// What somebody does to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Changes its terms.
    Change(Terms),
    /// Accepts it as it stands.
    Accept,
    /// Objects to it.
    Object,
    /// Says something to it.
    Comment,
}

impl Deed {
    /// What it is called.
    pub const fn act(&self) -> Act {
        match self {
            Self::Change(_) => Act::Change,
            Self::Accept => Act::Accept,
            Self::Object => Act::Object,
            Self::Comment => Act::Comment,
        }
    }
}

/// The item after a deed of a party, or why not.
pub fn act(
    stage: Stage,
    standing: &Standing,
    party: Party,
    deed: &Deed,
    comment: &str,
) -> Result<Standing, Message> {
    if stage == Stage::Done {
        return Err(Message::new("round-refused-closed"));
    }
    let is_silent = comment.trim().is_empty();
    let answered = |answer| {
        if standing.answers.of(party) == Some(answer) {
            return Err(Message::new("round-refused-answered"));
        }
        let answers = standing.answers.with(party, answer);
        Ok(Standing { terms: standing.terms.clone(), answers })
    };
    match deed {
        Deed::Object | Deed::Comment if is_silent => Err(Message::new("round-refused-comment")),
        Deed::Accept => answered(Answer::Accept),
        Deed::Object => answered(Answer::Object),
        Deed::Comment => Ok(standing.clone()),
        Deed::Change(terms) => {
            if terms.form == Form::Recalled {
                return Err(Message::new("round-refused-form"));
            }
            if terms.functions.is_empty() {
                return Err(Message::new("round-refused-functions"));
            }
            let parts = standing.terms.differences(terms);
            if parts.is_empty() {
                return Err(Message::new("round-refused-same"));
            }
            if parts.contains(&TermPart::Kept) && is_silent {
                return Err(Message::new("round-refused-comment"));
            }
            let answers = Answers::default().with(party, Answer::Accept);
            Ok(Standing { terms: terms.clone(), answers })
        }
    }
}

/// Who closes a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closer {
    /// The organization department.
    Office,
    /// The deadline.
    Deadline,
}

/// The stage that follows, or why it cannot be closed yet: at the very end nothing may be open, unless the time is up.
pub fn close(stage: Stage, open: i64, closer: Closer, due: Date, today: Date) -> Result<Stage, Message> {
    let Some(next) = stage.next() else { return Err(Message::new("round-refused-closed")) };
    if closer == Closer::Deadline && today <= due {
        return Err(Message::new("round-refused-early").with("due", due));
    }
    if next == Stage::Done && open > 0 && closer == Closer::Office {
        return Err(Message::new("round-refused-open").with("count", open));
    }
    Ok(next)
}

/// From several changes of one item, in their order, what differs in the end between before and after.
pub fn net(changes: &[(Terms, Terms)]) -> Vec<TermPart> {
    match (changes.first(), changes.last()) {
        (Some((before, _)), Some((_, after))) => before.differences(after),
        _ => Vec::new(),
    }
}
