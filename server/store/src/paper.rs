//! Papers, what they are about, and their numbers.

mod number;

pub use number::{is_taken, last_number, next_number, patterns, save_pattern};

use crate::db::{execute, fetch_all, fetch_one, fetch_optional, nat};
use crate::search::{pattern, searchable};
use crate::sight::{by_sight, mine, seen_assignment, text, top};
use crate::{Conn, StoreError};
use domain::assignment::{Form, Function};
use domain::duty::Sight;
use domain::id::{AssignmentId, PaperId, PersonId, UnitId};
use domain::paper::{PaperKind, PaperState};
use domain::power::{LegalBasis, PowerType};
use domain::{Date, Period};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

/// A paper.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// Identifier.
    pub id: PaperId,
    /// What it does.
    pub kind: PaperKind,
    /// Its number (文号).
    pub number: String,
    /// The unit that gives.
    pub issuer: UnitId,
    /// The unit that receives.
    pub receiver: UnitId,
    /// Everything that is printed; lists leave it out.
    pub content: Value,
    /// The term that it states.
    pub term: Period,
    /// How far it has come.
    pub state: PaperState,
    /// When it was drawn up.
    pub drawn_on: Date,
    /// By whom; none where the operator did.
    pub drawn_by: Option<PersonId>,
    /// Day of the last signature.
    pub signed_on: Option<Date>,
    /// Day of publication.
    pub published_on: Option<Date>,
    /// When it was voided.
    pub voided_on: Option<Date>,
    /// Why.
    pub void_reason: String,
}

#[derive(sqlx::FromRow)]
struct PaperRow {
    id: Uuid,
    kind: String,
    number: String,
    issuer_id: Uuid,
    receiver_id: Uuid,
    content: Option<Value>,
    valid_from: Date,
    valid_to: Option<Date>,
    state: String,
    drawn_on: Date,
    drawn_by: Option<Uuid>,
    signed_on: Option<Date>,
    published_on: Option<Date>,
    voided_on: Option<Date>,
    void_reason: String,
}

impl TryFrom<PaperRow> for Paper {
    type Error = StoreError;
    fn try_from(row: PaperRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: PaperId(row.id),
            kind: row.kind.parse()?,
            number: row.number,
            issuer: UnitId(row.issuer_id),
            receiver: UnitId(row.receiver_id),
            content: row.content.unwrap_or_default(),
            term: Period { from: row.valid_from, to: row.valid_to },
            state: row.state.parse()?,
            drawn_on: row.drawn_on,
            drawn_by: row.drawn_by.map(PersonId),
            signed_on: row.signed_on,
            published_on: row.published_on,
            voided_on: row.voided_on,
            void_reason: row.void_reason,
        })
    }
}

/// The columns of [`PaperRow`], from a table called `p`; lists leave out what is printed.
macro_rules! columns {
    ($content:literal) => {
        concat!(
            "p.id, p.kind, p.number, p.issuer_id, p.receiver_id, ",
            $content,
            " as content, p.valid_from, p.valid_to, p.state, p.drawn_on, p.drawn_by, p.signed_on, p.published_on,
            p.voided_on, p.void_reason"
        )
    };
}

const INSERT: &str =
    "insert into paper (id, kind, number, issuer_id, receiver_id, content, valid_from, valid_to, state,
    drawn_on, drawn_by, signed_on, published_on, voided_on, void_reason, search)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const INSERT_ITEM: &str = "insert into paper_item (paper_id, assignment_id) values ($1, $2)";

/// Adds a paper about some assignments; `words` are those by which it is found. Its number must be new.
pub async fn insert(
    conn: &mut Conn,
    paper: &Paper,
    items: &[AssignmentId],
    words: &[&str],
) -> Result<(), StoreError> {
    execute!(
        conn,
        INSERT,
        paper.id.0,
        paper.kind.as_str(),
        &paper.number,
        paper.issuer.0,
        paper.receiver.0,
        &paper.content,
        paper.term.from,
        paper.term.to,
        paper.state.as_str(),
        paper.drawn_on,
        paper.drawn_by.map(|id| id.0),
        paper.signed_on,
        paper.published_on,
        paper.voided_on,
        &paper.void_reason,
        searchable(words),
    )?;
    for item in items {
        execute!(conn, INSERT_ITEM, paper.id.0, item.0)?;
    }
    Ok(())
}

const LOCK: &str = "update paper set number = number where id = $1";
const BY_ID: &str = concat!("select ", columns!("p.content"), " from paper p where p.id = $1");

/// A paper, whoever asks, that nobody else writes to until the transaction ends.
pub async fn locked(conn: &mut Conn, id: PaperId) -> Result<Option<Paper>, StoreError> {
    execute!(conn, LOCK, id.0)?;
    fetch_optional!(conn, PaperRow, BY_ID, id.0)?.map(Paper::try_from).transpose()
}

const VISIBLE: &str = concat!(
    top!(),
    " select ",
    columns!("p.content"),
    " from paper p where p.id = $4 and exists (select 1 from paper_item i join assignment s on s.id = i.assignment_id
        where i.paper_id = p.id and ",
    seen_assignment!("s.id", "s.unit_id", "s.giver_id"),
    ")"
);

/// A paper about an assignment that may be seen.
pub async fn visible(conn: &mut Conn, id: PaperId, sight: Sight) -> Result<Option<Paper>, StoreError> {
    by_sight!(fetch_optional, conn, PaperRow, VISIBLE, sight, id.0)?.map(Paper::try_from).transpose()
}

const ITEMS: &str = "select i.assignment_id from paper_item i join assignment s on s.id = i.assignment_id
    join power p on p.id = s.power_id where i.paper_id = $1 order by p.code, i.assignment_id";

/// The assignments that a paper is about, whoever asks.
pub async fn items(conn: &mut Conn, id: PaperId) -> Result<Vec<AssignmentId>, StoreError> {
    Ok(fetch_all!(conn, (Uuid,), ITEMS, id.0)?.into_iter().map(|(id,)| AssignmentId(id)).collect())
}

const LOCK_ITEMS: &str = "update assignment set valid_from = valid_from
    where id in (select i.assignment_id from paper_item i where i.paper_id = $1)";

/// Keeps others from writing to what a paper is about until the transaction ends.
pub async fn lock_items(conn: &mut Conn, id: PaperId) -> Result<(), StoreError> {
    execute!(conn, LOCK_ITEMS, id.0)?;
    Ok(())
}

/// A paper about an assignment that was not voided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The assignment.
    pub assignment: AssignmentId,
    /// The paper.
    pub id: PaperId,
    /// What it does.
    pub kind: PaperKind,
    /// Its number.
    pub number: String,
    /// How far it has come.
    pub state: PaperState,
}

#[derive(sqlx::FromRow)]
struct BesideRow {
    assignment_id: Uuid,
    id: Uuid,
    kind: String,
    number: String,
    state: String,
}

macro_rules! beside {
    ($rest:literal) => {
        concat!(
            "select i.assignment_id, p.id, p.kind, p.number, p.state from paper_item i join paper p on p.id = i.paper_id
            where p.state <> 'voided' and ",
            $rest,
            " order by p.drawn_on desc, p.id desc"
        )
    };
}
const BESIDE: &str = beside!("i.assignment_id = $1");
const BESIDE_UNIT: &str = beside!("i.assignment_id in (select s.id from assignment s where s.unit_id = $1)");

fn known(row: BesideRow) -> Result<Beside, StoreError> {
    Ok(Beside {
        assignment: AssignmentId(row.assignment_id),
        id: PaperId(row.id),
        kind: row.kind.parse()?,
        number: row.number,
        state: row.state.parse()?,
    })
}

/// The papers about an assignment that were not voided, the latest first.
pub async fn beside(conn: &mut Conn, id: AssignmentId) -> Result<Vec<Beside>, StoreError> {
    fetch_all!(conn, BesideRow, BESIDE, id.0)?.into_iter().map(known).collect()
}

/// The same about all that a unit has.
pub async fn beside_unit(conn: &mut Conn, unit: UnitId) -> Result<Vec<Beside>, StoreError> {
    fetch_all!(conn, BesideRow, BESIDE_UNIT, unit.0)?.into_iter().map(known).collect()
}

/// Writes down a signature; tells whether the paper still waited for it.
pub async fn sign(
    conn: &mut Conn,
    id: PaperId,
    on: Date,
    published_on: Option<Date>,
) -> Result<bool, StoreError> {
    const SQL: &str = "update paper set state = 'signed', signed_on = $2, published_on = $3
        where id = $1 and state = 'drawn'";
    Ok(execute!(conn, SQL, id.0, on, published_on)? > 0)
}

/// Writes down a publication; tells whether the paper was signed and not yet published.
pub async fn publish(conn: &mut Conn, id: PaperId, on: Date) -> Result<bool, StoreError> {
    const SQL: &str =
        "update paper set published_on = $2 where id = $1 and state = 'signed' and published_on is null";
    Ok(execute!(conn, SQL, id.0, on)? > 0)
}

/// Voids a paper; tells whether it was valid.
pub async fn void(conn: &mut Conn, id: PaperId, on: Date, reason: &str) -> Result<bool, StoreError> {
    const SQL: &str = "update paper set state = 'voided', voided_on = $2, void_reason = $3
        where id = $1 and state <> 'voided'";
    Ok(execute!(conn, SQL, id.0, on, reason)? > 0)
}

/// Which papers a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// What was typed: of a number, a unit or a power.
    pub typed: String,
    /// Of one kind.
    pub kind: Option<PaperKind>,
    /// In one state.
    pub state: Option<PaperState>,
    /// About one assignment.
    pub assignment: Option<AssignmentId>,
}

/// A paper as lists show it, without what is printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The paper.
    pub paper: Paper,
    /// Name of the giving unit.
    pub issuer: String,
    /// Name of the receiving unit.
    pub receiver: String,
    /// How many powers it is about.
    pub items: i64,
    /// How many scans are kept beside it.
    pub scans: i64,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    paper: PaperRow,
    issuer: String,
    receiver: String,
    items: i64,
    scans: i64,
}

macro_rules! filtered {
    ($what:expr, $seen:literal) => {
        concat!(
            $what,
            " from paper p join unit g on g.id = p.issuer_id join unit r on r.id = p.receiver_id where ",
            $seen,
            " and p.search like $4 escape '\\' and (cast($5 as text) is null or p.kind = $5)
              and (cast($6 as text) is null or p.state = $6)
              and (cast($7 as uuid) is null or exists
                  (select 1 from paper_item x where x.paper_id = p.id and x.assignment_id = $7))"
        )
    };
}
macro_rules! list {
    ($seen:literal) => {
        concat!(
            filtered!(
                concat!(
                    " select ",
                    columns!("cast(null as jsonb)"),
                    ", g.name as issuer, r.name as receiver,
                    (select cast(count(*) as bigint) from paper_item i where i.paper_id = p.id) as items,
                    (select cast(count(*) as bigint) from attachment a
                        where a.beside = 'paper' and a.beside_id = p.id) as scans"
                ),
                $seen
            ),
            " order by p.drawn_on desc, p.number desc, p.id limit $8 offset $9"
        )
    };
}
macro_rules! total {
    ($seen:literal) => {
        filtered!(" select cast(count(*) as bigint)", $seen)
    };
}
const LIST: [&str; 2] = [
    list!("true"),
    concat!(
        mine!(),
        list!("p.id in (select i.paper_id from mine join paper_item i on i.assignment_id = mine.id)")
    ),
];
const TOTAL: [&str; 2] = [
    total!("true"),
    concat!(
        mine!(),
        total!("p.id in (select i.paper_id from mine join paper_item i on i.assignment_id = mine.id)")
    ),
];

/// Papers that may be seen, the latest first.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    sight: Sight,
    limit: i64,
    offset: i64,
) -> Result<Vec<Line>, StoreError> {
    let (typed, kind, state, assignment) = bound(filter);
    let sql = text(sight, LIST);
    let rows =
        by_sight!(fetch_all, conn, LineRow, sql, sight, typed, kind, state, assignment, limit, offset)?;
    let line = |row: LineRow| {
        Ok(Line {
            paper: row.paper.try_into()?,
            issuer: row.issuer,
            receiver: row.receiver,
            items: row.items,
            scans: row.scans,
        })
    };
    rows.into_iter().map(line).collect()
}

/// How many there are.
pub async fn total(conn: &mut Conn, filter: &Filter, sight: Sight) -> Result<i64, StoreError> {
    let (typed, kind, state, assignment) = bound(filter);
    let sql = text(sight, TOTAL);
    let (total,) = by_sight!(fetch_one, conn, (i64,), sql, sight, typed, kind, state, assignment)?;
    Ok(total)
}

fn bound(filter: &Filter) -> (String, Option<&'static str>, Option<&'static str>, Option<Uuid>) {
    let (kind, state) = (filter.kind.map(PaperKind::as_str), filter.state.map(PaperState::as_str));
    (pattern(&filter.typed), kind, state, filter.assignment.map(|id| id.0))
}

/// An assignment that could stand on the same paper, with what is printed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fellow {
    /// The assignment.
    pub id: AssignmentId,
    /// Code of its power.
    pub code: String,
    /// Name of its power.
    pub name: String,
    /// Type of its power.
    pub power_type: PowerType,
    /// Articles on which its power stands.
    pub legal_bases: Vec<LegalBasis>,
    /// Working time of one case, in minutes.
    pub minutes: u32,
    /// Form of transfer.
    pub form: Form,
    /// The granted functions.
    pub functions: Vec<Function>,
    /// Number of the signed paper on which it stands.
    pub signed: Option<String>,
}

#[derive(sqlx::FromRow)]
struct FellowRow {
    id: Uuid,
    code: String,
    name: String,
    power_type: String,
    legal_bases: Json<Vec<LegalBasis>>,
    minutes_per_case: i32,
    form: String,
    functions: String,
    signed: Option<String>,
}

impl TryFrom<FellowRow> for Fellow {
    type Error = StoreError;
    fn try_from(row: FellowRow) -> Result<Self, StoreError> {
        let functions = row.functions.split_whitespace().map(str::parse);
        Ok(Self {
            id: AssignmentId(row.id),
            code: row.code,
            name: row.name,
            power_type: row.power_type.parse()?,
            legal_bases: row.legal_bases.0,
            minutes: nat(row.minutes_per_case),
            form: row.form.parse()?,
            functions: functions.collect::<Result<_, _>>()?,
            signed: row.signed,
        })
    }
}

const FELLOWS: &str =
    "select s.id, p.code, p.name, p.power_type, p.legal_bases, p.minutes_per_case, s.form, s.functions,
        case when s.instrument_signed_on is not null then s.instrument_number end as signed
    from assignment me join assignment s on s.unit_id = me.unit_id and s.giver_id = me.giver_id
    join power p on p.id = s.power_id
    where me.id = $1 and (s.id = me.id or s.valid_to is null or s.valid_to >= $2
        or exists (select 1 from recall r join recall o on o.number = r.number
            where r.assignment_id = s.id and o.assignment_id = me.id)) order by p.code, s.valid_from";

/// What the same unit received from the same giver and has not ended on a day, and what was recalled by the same
/// decision.
pub async fn fellows(conn: &mut Conn, of: AssignmentId, on: Date) -> Result<Vec<Fellow>, StoreError> {
    fetch_all!(conn, FellowRow, FELLOWS, of.0, on)?.into_iter().map(Fellow::try_from).collect()
}
