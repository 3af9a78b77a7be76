//! Policy tests: files that say who may do what in an invented office, and whether the program agrees.

mod check;
mod file;
pub mod findings;
mod operate;
mod world;

use domain::Message;
use world::World;

/// The program's own rules as policy tests: names and texts.
pub const SHIPPED: [(&str, &str); 4] = [
    ("ansi-static.yaml", include_str!("../../../access/policies/ansi-static.yaml")),
    ("ansi-dynamic.yaml", include_str!("../../../access/policies/ansi-dynamic.yaml")),
    ("separation.yaml", include_str!("../../../access/policies/separation.yaml")),
    ("roles.yaml", include_str!("../../../access/policies/roles.yaml")),
];

/// Something about a line of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// The line, from 1 on; 0 where it is not known.
    pub line: u64,
    /// What is said.
    pub message: Message,
}

/// What a file's tests came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// How many checks and operations there were.
    pub checked: usize,
    /// Those on which the program disagrees.
    pub failed: Vec<Remark>,
}

/// Runs the tests of a file. A file may hold several documents, each an office of its own. Refuses a file that
/// cannot be understood, and tells where.
pub fn run(text: &str) -> Result<Report, Remark> {
    let files = file::read(text)?;
    let mut report = Report::default();
    for file in &files {
        let mut world = World::new(file)?;
        report.checked += file.checks.len() + file.operations.len();
        for check in &file.checks {
            report.failed.extend(check::run(&world, check)?);
        }
        for operation in &file.operations {
            report.failed.extend(operate::run(&mut world, operation)?);
        }
    }
    if report.checked == 0 {
        return Err(Remark { line: 1, message: Message::new("policy-error-empty") });
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_pass() {
        for (name, text) in SHIPPED {
            let report = run(text).unwrap_or_else(|remark| panic!("{name}: {remark:?}"));
            assert_eq!(report.failed, [], "{name}");
            assert!(report.checked > 5, "{name}");
        }
    }

    #[test]
    fn wrong_files_are_told_with_their_line() {
        for (text, line, key) in [
            ("people: [甲]\nchecks:\n  - {who: 乙, expect: allow}\n", 3, "policy-error-unknown"),
            ("people: [甲]\nchecks:\n  - {who: 甲, expect: perhaps}\n", 3, "policy-error-yaml"),
            ("people: [甲]\nchecks:\n  - {who: 甲, expects: allow}\n", 3, "policy-error-yaml"),
            (
                "people: [甲]\nchecks:\n  - who: 甲\n    do: case.aprove\n    expect: allow\n",
                4,
                "policy-error-unknown",
            ),
            ("people: [甲]\n", 1, "policy-error-empty"),
            (
                "roles: [a, b]\ninheritance:\n  - {child: a, parent: b}\n  - {child: b, parent: a}\n",
                4,
                "separation-error-cycle",
            ),
            ("sets:\n  - {code: X, kind: static, members: [a], n: 2}\n", 2, "separation-error-too-high"),
            (
                "people: [甲]\nrights:\n  - {who: 甲, assignment: 一, function: accept, from: 2026-01-01}\n",
                3,
                "policy-error-unknown",
            ),
            ("operations:\n  - {do: assign, role: a, expect: accept}\n", 2, "policy-error-lacks"),
            ("units:\n  - {name: 县}\n  - {name: 县}\n", 3, "policy-error-twice"),
        ] {
            let remark = run(text).expect_err(text);
            assert_eq!((remark.line, remark.message.key), (line, key), "{text}: {remark:?}");
        }
    }

    #[test]
    fn a_failing_check_is_told_with_its_line() {
        let text = "on: 2026-03-01\npeople: [甲]\nchecks:\n  - {who: 甲, expect: allow}\n  - {who: 甲, expect: deny, rule: SOD-03}\n";
        let report = run(text).expect("understood");
        assert_eq!((report.checked, report.failed.len()), (2, 1));
        assert_eq!(report.failed[0].line, 5);
    }
}
