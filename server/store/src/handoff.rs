//! Hand-offs of cases: rows that change hands, one at a time, and what was done to them.

use crate::db::{execute, fetch_all, fetch_optional, int, nat};
use crate::{Conn, StoreError};
use chrono::{DateTime, Utc};
use domain::Date;
use domain::handoff::{Act, Answer, Effect, Kind, Level, Settings, State};
use domain::id::{CaseId, HandoffId, PersonId, UnitId};
use serde::Serialize;
use uuid::Uuid;

mod list;

pub use list::{Box, Counts, Filter, Line, Stage, counts, list, total, visible};

#[derive(sqlx::FromRow)]
struct SettingsRow {
    push_days: i32,
    claim_days: i32,
    answer_days: i32,
    remind_before: i32,
    escalate_first: i32,
    escalate_second: i32,
    pushed_is_claimed: bool,
    imports_from: Option<Date>,
    penalty_days: i32,
    case_before: i32,
}

const SETTINGS: &str =
    "select push_days, claim_days, answer_days, remind_before, escalate_first, escalate_second,
    pushed_is_claimed, imports_from, penalty_days, case_before from handoff_settings";

/// Limits and offsets.
pub async fn settings(conn: &mut Conn) -> Result<Settings, StoreError> {
    let row = fetch_optional!(conn, SettingsRow, SETTINGS)?;
    Ok(row.map_or_else(Settings::default, |row| Settings {
        push_days: nat(row.push_days),
        claim_days: nat(row.claim_days),
        answer_days: nat(row.answer_days),
        remind_before: nat(row.remind_before),
        escalate_first: nat(row.escalate_first),
        escalate_second: nat(row.escalate_second),
        pushed_is_claimed: row.pushed_is_claimed,
        imports_from: row.imports_from,
        penalty_days: nat(row.penalty_days),
        case_before: nat(row.case_before),
    }))
}

const SET_SETTINGS: &str = "insert into handoff_settings (id, push_days, claim_days, answer_days, remind_before,
        escalate_first, escalate_second, pushed_is_claimed, imports_from, penalty_days, case_before)
    values (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update set push_days = $1, claim_days = $2, answer_days = $3, remind_before = $4,
        escalate_first = $5, escalate_second = $6, pushed_is_claimed = $7, imports_from = $8, penalty_days = $9,
        case_before = $10";

/// Keeps limits and offsets.
pub async fn set_settings(conn: &mut Conn, settings: &Settings) -> Result<(), StoreError> {
    execute!(
        conn,
        SET_SETTINGS,
        int(settings.push_days),
        int(settings.claim_days),
        int(settings.answer_days),
        int(settings.remind_before),
        int(settings.escalate_first),
        int(settings.escalate_second),
        settings.pushed_is_claimed,
        settings.imports_from,
        int(settings.penalty_days),
        int(settings.case_before),
    )?;
    Ok(())
}

/// A hand-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handoff {
    /// Identifier.
    pub id: HandoffId,
    /// The case.
    pub case: CaseId,
    /// Which way it goes.
    pub kind: Kind,
    /// Of a penalty, its document.
    pub number: String,
    /// What a penalty does to the licence.
    pub effect: Option<Effect>,
    /// What it says.
    pub content: String,
    /// From which unit.
    pub from: UnitId,
    /// To which unit.
    pub to: UnitId,
    /// How far it is.
    pub state: State,
    /// How often it was pushed.
    pub round: u32,
    /// When it was decided.
    pub decided_on: Date,
    /// The last day for pushing it.
    pub push_due: Date,
    /// When it was pushed, the last time.
    pub pushed_on: Date,
    /// At which moment.
    pub pushed_at: DateTime<Utc>,
    /// The last day for claiming it.
    pub claim_due: Date,
    /// When it was claimed, and by whom.
    pub claimed: Option<(Date, PersonId)>,
    /// The last day for answering it.
    pub answer_due: Option<Date>,
    /// When it was answered, and how.
    pub answered: Option<(Date, Answer)>,
    /// When the other side took note.
    pub closed_on: Option<Date>,
    /// How high its being late was told in the step in which it is.
    #[serde(skip)]
    pub told: Level,
}

impl Handoff {
    /// The day by which somebody must act; none where nobody must.
    pub fn due(&self) -> Option<Date> {
        match self.state {
            State::Pushed => Some(self.claim_due),
            State::Claimed => self.answer_due,
            State::Answered | State::Closed | State::Returned => None,
        }
    }
}

#[derive(sqlx::FromRow)]
struct HandoffRow {
    id: Uuid,
    case_id: Uuid,
    kind: String,
    number: String,
    effect: Option<String>,
    content: String,
    from_unit_id: Uuid,
    to_unit_id: Uuid,
    state: String,
    round: i32,
    decided_on: Date,
    push_due: Date,
    pushed_on: Date,
    pushed_at: DateTime<Utc>,
    claim_due: Date,
    claimed_on: Option<Date>,
    claimed_by: Option<Uuid>,
    answer_due: Option<Date>,
    answered_on: Option<Date>,
    answer: Option<String>,
    closed_on: Option<Date>,
    told: i32,
}

impl TryFrom<HandoffRow> for Handoff {
    type Error = StoreError;
    fn try_from(row: HandoffRow) -> Result<Self, StoreError> {
        let answer = row.answer.map(|code| code.parse()).transpose()?;
        Ok(Self {
            id: HandoffId(row.id),
            case: CaseId(row.case_id),
            kind: row.kind.parse()?,
            number: row.number,
            effect: row.effect.map(|code| code.parse()).transpose()?,
            content: row.content,
            from: UnitId(row.from_unit_id),
            to: UnitId(row.to_unit_id),
            state: row.state.parse()?,
            round: nat(row.round),
            decided_on: row.decided_on,
            push_due: row.push_due,
            pushed_on: row.pushed_on,
            pushed_at: row.pushed_at,
            claim_due: row.claim_due,
            claimed: row.claimed_on.zip(row.claimed_by.map(PersonId)),
            answer_due: row.answer_due,
            answered: row.answered_on.zip(answer),
            closed_on: row.closed_on,
            told: Level::from_number(row.told),
        })
    }
}

/// The columns of [`HandoffRow`], from a table called `h`.
macro_rules! handoff_columns {
    () => {
        "h.id, h.case_id, h.kind, h.number, h.effect, h.content, h.from_unit_id, h.to_unit_id, h.state, h.round,
        h.decided_on, h.push_due, h.pushed_on, h.pushed_at, h.claim_due, h.claimed_on, h.claimed_by, h.answer_due,
        h.answered_on, h.answer, h.closed_on, h.told"
    };
}
use handoff_columns;

const INSERT: &str = "insert into handoff (id, case_id, kind, number, effect, content, from_unit_id, to_unit_id, state,
        round, decided_on, push_due, pushed_on, pushed_at, claim_due, claimed_on, claimed_by, answer_due, told)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 0)
    on conflict (case_id, kind, number) do nothing";

/// Pushes one; tells whether this decision or document was not pushed before.
pub async fn insert(conn: &mut Conn, handoff: &Handoff) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        INSERT,
        handoff.id.0,
        handoff.case.0,
        handoff.kind.as_str(),
        &handoff.number,
        handoff.effect.map(Effect::as_str),
        &handoff.content,
        handoff.from.0,
        handoff.to.0,
        handoff.state.as_str(),
        int(handoff.round),
        handoff.decided_on,
        handoff.push_due,
        handoff.pushed_on,
        handoff.pushed_at,
        handoff.claim_due,
        handoff.claimed.map(|(on, _)| on),
        handoff.claimed.map(|(_, by)| by.0),
        handoff.answer_due,
    )?;
    Ok(rows > 0)
}

const BY_ID: &str = concat!("select ", handoff_columns!(), " from handoff h where h.id = $1");

/// One, whoever asks.
pub async fn by_id(conn: &mut Conn, id: HandoffId) -> Result<Option<Handoff>, StoreError> {
    fetch_optional!(conn, HandoffRow, BY_ID, id.0)?.map(Handoff::try_from).transpose()
}

/// One that nobody else changes until the transaction ends.
pub async fn locked(conn: &mut Conn, id: HandoffId) -> Result<Option<Handoff>, StoreError> {
    execute!(conn, "update handoff set round = round where id = $1", id.0)?;
    by_id(conn, id).await
}

const OF_CASE: &str =
    concat!("select ", handoff_columns!(), " from handoff h where h.case_id = $1 order by h.pushed_at, h.id");

/// Those of a case, the earliest first.
pub async fn of_case(conn: &mut Conn, id: CaseId) -> Result<Vec<Handoff>, StoreError> {
    fetch_all!(conn, HandoffRow, OF_CASE, id.0)?.into_iter().map(Handoff::try_from).collect()
}

const CHANGE: &str = "update handoff set state = $3, from_unit_id = $4, to_unit_id = $5, round = $6, pushed_on = $7,
        pushed_at = $8, claim_due = $9, claimed_on = $10, claimed_by = $11, answer_due = $12, answered_on = $13,
        answer = $14, closed_on = $15, told = 0
    where id = $1 and state = $2";

/// Keeps one as it is now; tells whether it still was in the state in which it was read.
pub async fn change(conn: &mut Conn, was: State, now: &Handoff) -> Result<bool, StoreError> {
    let rows = execute!(
        conn,
        CHANGE,
        now.id.0,
        was.as_str(),
        now.state.as_str(),
        now.from.0,
        now.to.0,
        int(now.round),
        now.pushed_on,
        now.pushed_at,
        now.claim_due,
        now.claimed.map(|(on, _)| on),
        now.claimed.map(|(_, by)| by.0),
        now.answer_due,
        now.answered.map(|(on, _)| on),
        now.answered.map(|(_, answer)| answer.as_str()),
        now.closed_on,
    )?;
    Ok(rows > 0)
}

const WAITING: &str = concat!(
    "select ",
    handoff_columns!(),
    " from handoff h where h.id > $3 and ((h.state = 'pushed' and h.claim_due <= $1)
        or (h.state = 'claimed' and h.answer_due <= $1)) and h.told < 4 order by h.id limit $2"
);

/// Those on which somebody must act by a day and that were not told as high as it goes, after one of them.
pub async fn waiting(
    conn: &mut Conn,
    by: Date,
    limit: i64,
    after: HandoffId,
) -> Result<Vec<Handoff>, StoreError> {
    fetch_all!(conn, HandoffRow, WAITING, by, limit, after.0)?.into_iter().map(Handoff::try_from).collect()
}

const TOLD: &str = "update handoff set told = $4 where id = $1 and state = $2 and round = $3 and told < $4";

/// Notes how high it was told; tells whether it was lower, and in the same state and round.
pub async fn told(conn: &mut Conn, handoff: &Handoff, level: Level) -> Result<bool, StoreError> {
    let (state, round) = (handoff.state.as_str(), int(handoff.round));
    Ok(execute!(conn, TOLD, handoff.id.0, state, round, level.number())? > 0)
}

const UNDONE: &str = concat!(
    "select ",
    handoff_columns!(),
    " from handoff h where h.state in ('pushed', 'claimed') order by h.id"
);

/// Those on which somebody must act, for when the calendar changes.
pub async fn undone(conn: &mut Conn) -> Result<Vec<Handoff>, StoreError> {
    fetch_all!(conn, HandoffRow, UNDONE)?.into_iter().map(Handoff::try_from).collect()
}

const DATE_AGAIN: &str = "update handoff set claim_due = $2, answer_due = $3, told = 0 where id = $1";

/// Keeps other last days.
pub async fn date_again(
    conn: &mut Conn,
    id: HandoffId,
    claim_due: Date,
    answer_due: Option<Date>,
) -> Result<(), StoreError> {
    execute!(conn, DATE_AGAIN, id.0, claim_due, answer_due)?;
    Ok(())
}

/// Something that was done to a hand-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub act: Act,
    /// By whom; none where the clock did it.
    pub person: Option<PersonId>,
    /// For whom.
    pub principal: Option<PersonId>,
    /// The unit to which it went, where it went to one.
    pub unit: Option<UnitId>,
    /// When.
    pub at: DateTime<Utc>,
    /// What there is to say about it.
    pub note: String,
}

const INSERT_EVENT: &str =
    "insert into handoff_event (id, handoff_id, act, person_id, principal_id, unit_id, at, note)
    values ($1, $2, $3, $4, $5, $6, $7, $8)";

/// Writes down what was done.
pub async fn insert_event(conn: &mut Conn, id: HandoffId, event: &Event) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT_EVENT,
        crate::new_id(),
        id.0,
        event.act.as_str(),
        event.person.map(|person| person.0),
        event.principal.map(|person| person.0),
        event.unit.map(|unit| unit.0),
        event.at,
        &event.note,
    )?;
    Ok(())
}

/// An event with names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLine {
    /// What was done.
    pub act: Act,
    /// By whom; none where the clock did it.
    pub name: Option<String>,
    /// For whom.
    pub principal: Option<String>,
    /// The unit to which it went.
    pub unit: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// What there is to say about it.
    pub note: String,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    act: String,
    name: Option<String>,
    principal: Option<String>,
    unit: Option<String>,
    at: DateTime<Utc>,
    note: String,
}

const EVENTS: &str =
    "select e.act, n.name, o.name as principal, u.name as unit, e.at, e.note from handoff_event e
    left join person n on n.id = e.person_id left join person o on o.id = e.principal_id
    left join unit u on u.id = e.unit_id where e.handoff_id = $1 order by e.at, e.id";

/// What was done to a hand-off, in order.
pub async fn events(conn: &mut Conn, id: HandoffId) -> Result<Vec<EventLine>, StoreError> {
    let line = |row: EventRow| {
        Ok(EventLine {
            act: row.act.parse()?,
            name: row.name,
            principal: row.principal,
            unit: row.unit,
            at: row.at,
            note: row.note,
        })
    };
    fetch_all!(conn, EventRow, EVENTS, id.0)?.into_iter().map(line).collect()
}

/// What the words about a hand-off name.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Named {
    /// Number of the case.
    pub number: String,
    /// The power.
    pub power: String,
    /// The unit that it comes from.
    pub from_unit: String,
    /// The unit that it goes to.
    pub to_unit: String,
}

const NAMED: &str = "select c.number, p.name as power, f.name as from_unit, t.name as to_unit
    from handoff h join case_file c on c.id = h.case_id join assignment s on s.id = c.assignment_id
    join power p on p.id = s.power_id join unit f on f.id = h.from_unit_id join unit t on t.id = h.to_unit_id
    where h.id = $1";

/// What the words about a hand-off name.
pub async fn named(conn: &mut Conn, id: HandoffId) -> Result<Named, StoreError> {
    Ok(fetch_optional!(conn, Named, NAMED, id.0)?.unwrap_or_default())
}
