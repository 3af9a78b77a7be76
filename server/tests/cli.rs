//! The command line as a person uses it: commands, exit codes, and that nothing is half-written.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

#[path = "../store/tests/it/common.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod databases;
use databases::each_address;

const POWERS: &str =
    "目录,版本,事项编码,事项名称,事项类型,领域,单件工时,风险等级\n目录,1,A,户外广告,行政许可,城管,60,中\n";
const ASSIGNMENTS: &str =
    "事项编码,目录,版本,承接单位编码,下放方式,承接环节,生效日期\nA,目录,1,2,赋权,受理、决定,2026-01-01\n";
const UNITS: &str = "单位编码,单位名称,单位类型,上级单位编码\n1,甲县,县,\n2,乙乡,乡镇,1\n";

fn baton(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(args)
        .current_dir(folder)
        .env_remove("BATON_DATABASE")
        .env("LANG", "en_GB.UTF-8")
        .env_remove("LC_ALL")
        .output()
        .expect("runs")
}

fn good(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What was complained of.
fn bad(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

#[test]
fn imports_and_exports() {
    each_address(async |address| {
        let folder = tempfile::tempdir().expect("a folder");
        let run = |args: &[&str]| baton(folder.path(), args);
        fs::write(folder.path().join("units.csv"), UNITS).expect("written");
        // Before and after the command's name.
        assert!(good(&run(&["--database", &address, "migrate"])).contains("migration"));
        assert!(good(&run(&["migrate", "--database", &address])).contains("0 migrations"));

        let dry = good(&run(&["import", "units", "units.csv", "--dry-run", "--database", &address]));
        assert!(dry.contains("Dry run, nothing written: 2 new"), "{dry}");
        let report =
            good(&run(&["import", "units", "units.csv", "--format", "json", "--database", &address]));
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        for (key, number) in [("new", 2), ("changed", 0), ("unchanged", 0), ("wrong", 0)] {
            assert_eq!(report[key], number, "{key}");
        }
        assert_eq!(report["errors"], serde_json::json!([]));

        good(&run(&["export", "units", "--to", "again.csv", "--database", &address]));
        let again = good(&run(&["import", "units", "again.csv", "--database", &address]));
        assert!(again.contains("0 new, 0 changed, 2 unchanged, 0 wrong"), "{again}");

        fs::write(folder.path().join("wrong.csv"), format!("{UNITS}3,丙镇,乡镇,9\n4,丁镇,乡镇,1\n"))
            .expect("written");
        let stopped = bad(&run(&["import", "units", "wrong.csv", "--database", &address]));
        assert!(stopped.contains("Nothing was written") && stopped.contains("上级单位编码"), "{stopped}");
        let skipped = run(&[
            "import",
            "units",
            "wrong.csv",
            "--on-error",
            "skip",
            "--errors-to",
            "why.csv",
            "--database",
            &address,
        ]);
        assert!(bad(&skipped).contains("Imported: 1 new, 0 changed, 2 unchanged, 1 wrong"));
        let why = fs::read_to_string(folder.path().join("why.csv")).expect("written");
        assert!(
            why.lines().nth(3).is_some_and(|line| line.contains("No unit has this code or name")),
            "{why}"
        );
    });
}

#[test]
fn assesses_in_each_format() {
    each_address(async |address| {
        let folder = tempfile::tempdir().expect("a folder");
        let run = |args: &[&str]| baton(folder.path(), args);
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
        for kind in [
            "units",
            "powers",
            "people",
            "certificates",
            "completions",
            "assignments",
            "allocations",
            "establishment",
            "equipment",
            "funding",
        ] {
            let file = sample.join(format!("{kind}.csv"));
            let file = file.display().to_string();
            let import = run(&["import", kind, &file, "--on-error", "skip", "--database", &address]);
            if kind == "allocations" {
                // Three people of the sample stand on both sides, which the rules in force refuse.
                assert!(bad(&import).contains("SOD-02"));
            } else {
                good(&import);
            }
        }
        let json = good(&run(&[
            "assess",
            "--on",
            "2026-11-24",
            "--unit",
            "410505101",
            "--format",
            "json",
            "--database",
            &address,
        ]));
        let all: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
        assert_eq!(all.len(), 42);
        assert!(all.iter().all(|each| each["gates"].as_array().is_some_and(|gates| gates.len() == 7)));
        let cannot = all.iter().filter(|each| each["verdict"] == "cannot").count();
        let csv = good(&run(&[
            "assess",
            "--on",
            "2026-11-24",
            "--unit",
            "410505101",
            "--verdict",
            "cannot",
            "--format",
            "csv",
            "--database",
            &address,
        ]));
        assert_eq!(csv.lines().count(), cannot + 1);
        assert!(
            good(&run(&["assess", "--unit", "410505107", "--database", &address])).contains("assignments")
        );
        assert!(
            bad(&run(&["assess", "--unit", "nowhere", "--database", &address]))
                .contains("No unit has the code")
        );
    });
}

#[test]
fn bad_input_is_told_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| baton(folder.path(), args);
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).expect("written");
    let large = fs::File::create(folder.path().join("large.csv")).expect("made");
    large.set_len(300 << 20).expect("grown");
    write(
        "text.db",
        b"this is no database, although it is long enough to look like one to those who do not look",
    );
    write("units.csv", UNITS.as_bytes());
    for (args, words) in [
        (vec!["import", "units", "large.csv"], "The file has 300 MB, more than 32 MB"),
        (vec!["import", "units", "none.csv"], "There is no file none.csv"),
        (vec!["import", "stars", "units.csv"], "write one of units, powers"),
        (vec!["import", "powers", "units.csv"], "事项"),
        (vec!["assess", "--database", "sqlite://text.db"], "not a Baton database"),
        (vec!["assess", "--database", "mysql://here"], "is no database address"),
        (vec!["assess", "--database", "postgres://nobody@127.0.0.1:1/none"], "cannot be opened"),
        (vec!["assess", "--on", "2026-02-30"], "2026-02-30"),
        (vec!["assess", "--verdict", "fine"], "cannot, poorly"),
        (vec!["serve", "--listen", "0.0.0.0:3000"], "no address of this machine alone"),
    ] {
        let told = bad(&run(&args));
        assert!(told.contains(words), "{args:?}: {told}");
    }
    assert!(good(&run(&["assess"])).contains("0 assignments"));
}

/// Ends the server with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(folder: &Path, args: &[&str]) -> (Server, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(args)
        .args(["--listen", "127.0.0.1:0", "--lang", "en"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs");
    let out = child.stdout.take().expect("its output");
    let mut lines = BufReader::new(out).lines();
    let address = lines.find_map(|line| {
        let line = line.ok()?;
        Some(line.split_once("http://")?.1.trim_end_matches('/').to_owned())
    });
    // What it says later is read, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    (Server(child), address.expect("an address"))
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("connects");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    answer
}

#[test]
fn serves_pages_and_the_browser_side_from_one_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_server, address) = serve(folder.path(), &["serve"]);
    assert!(get(&address, "/").starts_with("HTTP/1.1 303"));
    let page = get(&address, "/sign-in");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    for header in [
        "content-security-policy: default-src 'none'",
        "referrer-policy: same-origin",
        "x-content-type-options: nosniff",
    ] {
        assert!(page.contains(header), "{header}");
    }
    let asset = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
    let script = get(&address, asset);
    assert!(script.contains("content-type: text/javascript") && script.contains("immutable"));
    assert!(get(&address, "/nothing").starts_with("HTTP/1.1 404"));
    assert!(folder.path().join("baton.db").exists());
}

#[test]
fn the_demonstration_prints_the_board_and_serves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_server, address) = serve(folder.path(), &["demo"]);
    let board = get(&address, "/board");
    assert!(board.starts_with("HTTP/1.1 303") && board.contains("location: /sign-in?back="), "{board}");
    assert!(!folder.path().join("baton.db").exists(), "it uses a throw-away database");
}

#[test]
fn policy_tests_and_checks() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| baton(folder.path(), args);
    let shipped = good(&run(&["policy", "test"]));
    assert!(shipped.contains("ansi-static.yaml") && !shipped.contains("1 failed"), "{shipped}");

    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    file("wrong.yaml", "people: [a]\nchecks:\n  - {who: a, expect: allow}\n  - {who: a, expect: deny}\n");
    let failed = bad(&run(&["policy", "test", "wrong.yaml"]));
    assert!(failed.contains("wrong.yaml:4: ") && failed.contains("2 checked, 1 failed"), "{failed}");
    file("torn.yaml", "people: [a]\nchecks:\n  - {who: b, expect: allow}\n");
    let torn = bad(&run(&["policy", "test", "torn.yaml"]));
    assert!(torn.contains("torn.yaml:3: There is no person called “b”"), "{torn}");
    assert!(bad(&run(&["policy", "test", "none.yaml"])).contains("none.yaml"));

    // A power without anybody on either side: three gaps.
    file("units.csv", UNITS);
    file("powers.csv", POWERS);
    file("assignments.csv", ASSIGNMENTS);
    for kind in ["units", "powers", "assignments"] {
        good(&run(&["import", kind, &format!("{kind}.csv")]));
    }
    let on = ["policy", "check", "--on", "2026-06-01", "--format"];
    let found = good(&run(&[&on[..], &["json"]].concat()));
    let found: serde_json::Value = serde_json::from_str(&found).expect("JSON");
    let found = found.as_array().expect("a list");
    assert_eq!(found.iter().filter(|item| item["kind"] == "gap").count(), 3, "{found:?}");
    assert!(found.iter().all(|item| item["from"] == "2026-01-01" && item["to"].is_null()), "{found:?}");
    let csv = good(&run(&[&on[..], &["csv"]].concat()));
    assert_eq!(csv.lines().count(), 4, "{csv}");
    let text = good(&run(&[&on[..], &["text"]].concat()));
    assert!(text.contains("3 to mend"), "{text}");
    let before = good(&run(&["policy", "check", "--on", "2025-06-01"]));
    assert!(before.contains("0 to mend"), "{before}");
}
