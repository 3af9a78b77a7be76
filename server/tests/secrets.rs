//! Passwords, tokens and secrets of second factors are told to nobody: neither what the program prints nor the audit
//! trail holds any, and the database holds no password and no token.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

const UNITS: &str = "单位编码,单位名称,单位类型,上级单位编码\n1,甲县,县,\n";
const PASSWORD: &str = "korrekt-pferd-batterie-klammer-7";
const NEXT: &str = "zweites-pferd-ohne-klammer-batterie-8";
const WRONG: &str = "falsches-pferd-mit-heftklammer-9";

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
    command
        .args(args)
        .args(["--database", "sqlite://baton.db", "--lang", "en"])
        .current_dir(folder)
        .env_remove("BATON_ORIGIN")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs a command and tells everything that it printed.
fn run(folder: &Path, args: &[&str], typed: &str) -> String {
    let mut child = command(folder, args).spawn().expect("runs");
    child.stdin.take().expect("its input").write_all(typed.as_bytes()).expect("typed");
    let output = child.wait_with_output().expect("ends");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{args:?}: {said}");
    said
}

/// A server, ended with the test, and everything that it says.
struct Server {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = command(folder, &["serve", "--listen", "127.0.0.1:0"]).spawn().expect("runs");
        let said = Arc::new(Mutex::new(String::new()));
        listen(child.stdout.take().expect("its output"), said.clone());
        listen(child.stderr.take().expect("its errors"), said.clone());
        Self { child, said }
    }

    fn said(&self) -> String {
        self.said.lock().expect("not poisoned").clone()
    }

    fn address(&self) -> String {
        for _ in 0..200 {
            let said = self.said();
            let found = said.lines().find_map(|line| line.split_once("http://127.0.0.1:"));
            if let Some((_, rest)) = found {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                return format!("127.0.0.1:{port}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not say where it is: {}", self.said());
    }
}

fn listen(mut pipe: impl Read + Send + 'static, said: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = pipe.read(&mut bytes) {
            said.lock().expect("not poisoned").push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    });
}

fn sent(address: &str, cookie: &str, path: &str, form: Option<&str>) -> String {
    let mut stream = TcpStream::connect(address).expect("connects");
    let head = format!("host: {address}\r\ncookie: {cookie}\r\nconnection: close\r\n");
    match form {
        None => write!(stream, "GET {path} HTTP/1.1\r\n{head}\r\n"),
        Some(form) => write!(
            stream,
            "POST {path} HTTP/1.1\r\n{head}content-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{form}",
            form.len()
        ),
    }
    .expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answered");
    String::from_utf8_lossy(&answer).into_owned()
}

/// The values of all cookies that an answer sets, by name.
fn cookies(answer: &str) -> Vec<(String, String)> {
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    let set = head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let pairs = set.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// A secret of 20 bytes in Base32, as a page shows it.
fn base32(answer: &str) -> String {
    let is_base32 = |each: char| each.is_ascii_uppercase() || ('2'..='7').contains(&each);
    let plain = answer.split(|each| !is_base32(each)).find(|run| run.len() == 32);
    plain.unwrap_or_else(|| panic!("no secret in {answer}")).to_owned()
}

#[test]
fn secrets_are_never_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::write(folder.join("units.csv"), UNITS).expect("written");
    let mut said = run(folder, &["import", "units", "units.csv"], "");
    let add =
        ["user", "add", "zhang", "--person", "P1", "--name", "张一禾", "--role", "auditor", "--unit", "1"];
    said += &run(folder, &add, &format!("{PASSWORD}\n{PASSWORD}\n"));

    let server = Server::start(folder);
    let address = server.address();
    let mut secrets = vec![PASSWORD.to_owned(), NEXT.to_owned(), WRONG.to_owned()];
    let sign_in =
        |password: &str| sent(&address, "", "/sign-in", Some(&format!("login=zhang&password={password}")));
    assert!(sign_in(WRONG).starts_with("HTTP/1.1 422"));
    let answer = sign_in(PASSWORD);
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let set = cookies(&answer);
    assert!(!set.is_empty(), "{answer}");
    secrets.extend(set.iter().map(|(_, value)| value.clone()));
    let cookie = set.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");

    // A second factor, refused and confirmed.
    let enrolled = sent(&address, &cookie, "/account", Some("action=enrol"));
    let secret = base32(&enrolled);
    sent(&address, &cookie, "/account", Some("action=confirm&code=000000"));
    let key = totp_rs::Secret::try_from_base32(&secret).expect("Base32");
    let totp = totp_rs::Builder::new().with_secret(key).build().expect("a secret");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let confirmed =
        sent(&address, &cookie, "/account", Some(&format!("action=confirm&code={}", totp.generate(now))));
    assert!(!confirmed.starts_with("HTTP/1.1 422"), "{confirmed}");
    let in_base32 = secret.clone();
    // Another password, then out, and a form with passwords after that.
    let change = format!("action=password&old={PASSWORD}&new={NEXT}&again={NEXT}");
    let changed = sent(&address, &cookie, "/account", Some(&change));
    assert!(!changed.starts_with("HTTP/1.1 5"), "{changed}");
    sent(&address, &cookie, "/sign-out", Some(""));
    let late = sent(&address, &cookie, "/account", Some(&change));
    assert!(late.starts_with("HTTP/1.1 401"), "{late}");
    assert!(!late.contains(PASSWORD) && !late.contains(NEXT), "a password is not carried along");

    secrets.push(in_base32);
    let audit = run(folder, &["audit", "export", "--format", "json"], "");
    assert!(audit.lines().count() >= 3, "{audit}");
    said += &server.said();
    for secret in &secrets {
        assert!(!said.contains(secret.as_str()), "the program printed {secret}");
        assert!(!audit.contains(secret.as_str()), "the audit trail holds {secret}");
    }
    drop(server);
    // In the database stand hashes.
    let mut kept = Vec::new();
    for file in ["baton.db", "baton.db-wal"] {
        kept.extend(std::fs::read(folder.join(file)).unwrap_or_default());
    }
    let (_, but_the_second_factor) = secrets.split_last().expect("secrets");
    for secret in but_the_second_factor {
        let is_kept = kept.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!is_kept, "the database holds {secret}");
    }
}
