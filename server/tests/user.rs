//! `baton user` as a person uses it: accounts are made, listed, disabled, and no secret is printed.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

#[path = "../store/tests/it/common.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod databases;
use databases::each_address;

const UNITS: &str = "单位编码,单位名称,单位类型,上级单位编码\n1,甲县,县,\n2,乙乡,乡镇,1\n";
const GOOD: &str = "许家沟的核桃九月熟了";

fn baton(folder: &Path, args: &[&str], typed: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(args)
        .current_dir(folder)
        .env("LANG", "en_GB.UTF-8")
        .env_remove("LC_ALL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    // A command that asks for nothing has closed it.
    let _ = child.stdin.take().expect("its input").write_all(typed.as_bytes());
    child.wait_with_output().expect("ends")
}

fn text(output: &Output) -> String {
    let told = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    told.concat()
}

#[test]
fn accounts_from_the_command_line() {
    each_address(async |address| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("units.csv"), UNITS).expect("written");
        let run = |args: &[&str], typed: &str| {
            let output = baton(folder.path(), &[&["--database", &address], args].concat(), typed);
            let told = text(&output);
            assert!(!told.contains("argon2") && !told.contains(GOOD), "{told}");
            (output.status.success(), told)
        };
        assert!(run(&["import", "units", "units.csv"], "").0);

        // Everything that is wrong is told, and nothing is written.
        let (good, told) =
            run(&["user", "add", "a b", "--person", "P1", "--role", "king", "--unit", "1"], GOOD);
        assert!(!good && told.contains("2 to 64") && told.contains("P1") && told.contains("king"), "{told}");
        for (args, words) in [
            (vec!["--role", "leader"], "needs its --unit"),
            (vec!["--role", "leader", "--unit", "9"], "9"),
            (vec!["--role", "leader", "--unit", "1", "--post", "a", "--post", "b"], "--post"),
        ] {
            let args = [vec!["user", "add", "zhang", "--person", "P1", "--name", "张一禾"], args].concat();
            let (good, told) = run(&args, GOOD);
            assert!(!good && told.contains(words), "{told}");
        }
        let add = [
            "user",
            "add",
            "Zhang",
            "--person",
            "P1",
            "--name",
            "张一禾",
            "--role",
            "manager",
            "--unit",
            "2",
        ];
        let (good, told) = run(&add, "zhang12345\n");
        assert!(!good && told.contains("too easy to guess"), "{told}");
        let (good, told) = run(&["user", "list"], "");
        assert!(good && !told.contains("zhang"), "{told}");

        let (good, told) = run(&add, &format!("{GOOD}\n"));
        assert!(good && told.contains("zhang"), "{told}");
        let (good, told) = run(&add, GOOD);
        assert!(!good && told.contains("is taken"), "{told}");
        let (good, told) = run(&["export", "roles"], "");
        assert!(good && told.contains("P1") && told.contains("承接单位负责人"), "{told}");

        // Whoever has an account already is given nothing by the way.
        let again = ["user", "add", "second", "--person", "P1", "--role", "auditor", "--unit", "1", "--link"];
        let (good, told) = run(&again, "");
        assert!(!good && told.contains("zhang"), "{told}");
        let (_, told) = run(&["export", "roles"], "");
        assert!(!told.contains("审计人员"), "{told}");

        // An administrator has no business rights.
        let both =
            ["user", "add", "both", "--person", "P3", "--name", "李三", "--role", "manager", "--unit", "2"];
        let (good, told) =
            run(&[&both[..], &["--role", "administrator", "--unit", "1", "--link"]].concat(), "");
        assert!(!good && told.contains("SOD-06"), "{told}");

        let admin = ["user", "add", "guan", "--person", "P2", "--name", "王管理", "--role", "administrator"];
        let (good, told) = run(&[&admin[..], &["--unit", "1", "--link"]].concat(), "");
        assert!(good && told.contains("/link/"), "{told}");
        let (good, told) = run(&["user", "passwd", "zhang"], "short\n");
        assert!(!good && told.contains("at least 10"), "{told}");
        assert!(run(&["user", "passwd", "zhang"], "correct horse battery staple\n").0);
        let (good, told) = run(&["user", "passwd", "nobody", "--link"], "");
        assert!(!good && told.contains("nobody"), "{told}");
        assert!(run(&["user", "disable", "zhang"], "").0);
        let (_, told) = run(&["user", "list"], "");
        let line = |name: &str| told.lines().find(|line| line.contains(name)).unwrap_or_default();
        assert!(line("zhang").contains("disabled") && line("guan").contains("no password yet"), "{told}");
        assert!(run(&["audit", "verify"], "").0);
    });
}
