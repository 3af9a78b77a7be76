//! Keeps exported text from being run as a formula by the spreadsheet program that opens it.

use std::borrow::Cow;

/// Puts a `'` before a cell that a spreadsheet program might run, but not before a plain number.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if needs_guard(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Takes off the `'` that [`guard`] wrote, and no other.
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

/// A text that already looks guarded is guarded once more, or else it would come back without its own `'`.
fn needs_guard(cell: &str) -> bool {
    let cell = cell.trim_start_matches('\'');
    // Excel in an East Asian language takes the full-width signs for the others.
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) && !is_plain_number(cell)
}

fn is_plain_number(cell: &str) -> bool {
    let unsigned = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_run_is_guarded() {
        for (plain, guarded) in [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("＝1+1", "'＝1+1"),
            ("-", "'-"),
            ("-1.", "'-1."),
            ("-1e5", "'-1e5"),
            ("'=1", "''=1"),
            ("''=1", "'''=1"),
            ("-12.5", "-12.5"),
            ("+3", "+3"),
            ("'-12.5", "'-12.5"),
            ("'tis", "'tis"),
            ("'", "'"),
            ("许家沟乡=好", "许家沟乡=好"),
            ("", ""),
        ] {
            assert_eq!(guard(plain), guarded, "{plain:?}");
            assert_eq!(unguard(guarded), plain, "{guarded:?}");
        }
    }
}
