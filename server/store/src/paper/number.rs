//! Numbers of papers: the running ones, and how an issuer makes them.

use crate::db::{execute, fetch_all, fetch_one, fetch_optional};
use crate::{Conn, StoreError};
use domain::id::UnitId;
use domain::paper::PaperKind;

const NEXT: &str = "insert into paper_sequence (issuer_id, kind, year, last) values ($1, $2, $3, 1)
    on conflict (issuer_id, kind, year) do update set last = paper_sequence.last + 1 returning last";

/// Takes the next running number of an issuer's year; whoever asks at the same time waits and gets the one after.
pub async fn next_number(
    conn: &mut Conn,
    issuer: UnitId,
    kind: PaperKind,
    year: i32,
) -> Result<i64, StoreError> {
    let (next,) = fetch_one!(conn, (i64,), NEXT, issuer.0, kind.as_str(), year)?;
    Ok(next)
}

const LAST: &str = "select last from paper_sequence where issuer_id = $1 and kind = $2 and year = $3";

/// The running number that was taken last; zero in a new year.
pub async fn last_number(
    conn: &mut Conn,
    issuer: UnitId,
    kind: PaperKind,
    year: i32,
) -> Result<i64, StoreError> {
    let last = fetch_optional!(conn, (i64,), LAST, issuer.0, kind.as_str(), year)?;
    Ok(last.map_or(0, |(last,)| last))
}

/// Whether a paper has, or had, a number.
pub async fn is_taken(conn: &mut Conn, number: &str) -> Result<bool, StoreError> {
    const SQL: &str = "select cast(count(*) as bigint) from paper where number = $1";
    let (count,) = fetch_one!(conn, (i64,), SQL, number)?;
    Ok(count > 0)
}

const PATTERNS: &str = "select kind, pattern from paper_pattern where issuer_id = $1 order by kind";

/// How an issuer makes its numbers, where it is not as usual.
pub async fn patterns(conn: &mut Conn, issuer: UnitId) -> Result<Vec<(PaperKind, String)>, StoreError> {
    let rows = fetch_all!(conn, (String, String), PATTERNS, issuer.0)?;
    rows.into_iter().map(|(kind, pattern)| Ok((kind.parse()?, pattern))).collect()
}

const SAVE_PATTERN: &str = "insert into paper_pattern (issuer_id, kind, pattern) values ($1, $2, $3)
    on conflict (issuer_id, kind) do update set pattern = excluded.pattern";

/// Stores how an issuer makes its numbers of one kind.
pub async fn save_pattern(
    conn: &mut Conn,
    issuer: UnitId,
    kind: PaperKind,
    pattern: &str,
) -> Result<(), StoreError> {
    execute!(conn, SAVE_PATTERN, issuer.0, kind.as_str(), pattern)?;
    Ok(())
}
