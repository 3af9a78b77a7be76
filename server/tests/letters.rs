//! Letters by the program itself, on both databases: killed at random points it loses none, and sends none twice but
//! where the kill fell between the server's acceptance and the program's commit.

#[path = "../store/tests/it/common.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod databases;
#[path = "../mail/tests/it/server.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod smtp;

use chrono::{DateTime, Utc};
use domain::id::{AccountId, PersonId};
use domain::notice::{Event, Notice, Words};
use domain::people::Person;
use domain::post::{LetterState, Wishes};
use smtp::{Offers, Server};
use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use store::account::Account;
use store::letter::Listed;
use store::{Db, new_id};

/// How often the program is killed on each database.
const KILLS: usize = 100;
/// How long a try may last, in milliseconds; after that another one is made. Long enough for a busy machine.
const LEASE: u32 = 1500;
const PEOPLE: usize = 20;

/// Numbers that look random and are the same on each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn pause(&mut self, most: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(most.as_micros()).expect("short")))
    }
}

#[expect(clippy::disallowed_methods, reason = "the program reads the same clock")]
fn now() -> DateTime<Utc> {
    use chrono::SubsecRound;
    Utc::now().trunc_subsecs(6)
}

#[expect(clippy::disallowed_methods, reason = "what no use case makes")]
async fn write(db: &Db) -> store::Conn {
    db.write().await.expect("the test database answers")
}

/// People who wish to be written to.
async fn people(db: &Db) -> Vec<PersonId> {
    let mut people = Vec::new();
    let mut conn = write(db).await;
    for number in 0..PEOPLE {
        let person = Person {
            id: PersonId(new_id()),
            code: format!("P{number}"),
            name: format!("王{number}"),
            allowance_hours: 0.0,
            appointments: Vec::new(),
            certificates: Vec::new(),
            completions: Vec::new(),
        };
        store::people::insert_person(&mut conn, &person).await.expect("a person");
        let account = Account {
            id: AccountId(new_id()),
            person: person.id,
            login: format!("p{number}"),
            password_hash: None,
            is_disabled: false,
            totp_secret: None,
            totp_confirmed_at: None,
            totp_step: 0,
            created_at: now(),
        };
        store::account::insert(&mut conn, &account).await.expect("an account");
        let wishes = Wishes { address: format!("p{number}@example.cn"), ..Wishes::default() };
        store::wish::set(&mut conn, person.id, &wishes).await.expect("wishes");
        people.push(person.id);
    }
    conn.commit_derived().await.expect("written");
    people
}

async fn tell(db: &Db, person: PersonId) {
    let notice = Notice {
        event: Event::ReviewDue,
        about: new_id(),
        step: "opened".to_owned(),
        words: Words { title: "年度".to_owned(), day: Some(now().date_naive()), ..Words::default() },
        link: "/reviews/1".to_owned(),
        due: None,
    };
    let mut conn = write(db).await;
    store::notice::insert(&mut conn, person, &notice, now()).await.expect("a notice");
    conn.commit_derived().await.expect("written");
}

async fn letters(db: &Db) -> Vec<Listed> {
    let mut conn = db.read().await.expect("reads");
    store::letter::list(&mut conn, None, 100_000, 0).await.expect("reads")
}

fn mailer(address: &str, port: u16) -> Child {
    Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["--database", address, "--lang", "en", "mail", "send"])
        .args(["--smtp", &format!("smtp://127.0.0.1:{port}"), "--mail-lease", &LEASE.to_string()])
        .args(["--mail-retries", &["0"; 30].join(",")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("runs")
}

/// Message-IDs of what the server accepted, in their order.
fn accepted(server: &Server) -> Vec<String> {
    let id = |message: &String| {
        let line = message.lines().find_map(|line| line.strip_prefix("Message-ID: <"));
        line.and_then(|rest| rest.strip_suffix('>')).expect("a Message-ID").to_owned()
    };
    server.accepted().iter().map(id).collect()
}

/// Waits until something holds or the child has ended.
async fn until(child: &mut Child, holds: impl Fn() -> bool) {
    let most = Instant::now() + Duration::from_secs(3);
    while !holds() && child.try_wait().expect("waits").is_none() && Instant::now() < most {
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
}

#[test]
fn kills_lose_no_letter_and_repeat_none_that_was_committed() {
    databases::each_address(async |address| {
        let db = Db::open(&address).await.expect("opens");
        store::migrate(&db).await.expect("migrates");
        let people = people(&db).await;
        let offers = Offers { linger: Duration::from_millis(1), ..Offers::default() };
        let server = Server::start(offers, |_| None).await;
        let mut dice = Dice(20_261_124);
        let mut told = 0;
        // Acceptances that the program had not committed when it was killed, by Message-ID.
        let mut open: BTreeMap<String, usize> = BTreeMap::new();
        let mut seen = 0;
        for kill in 0..KILLS {
            for _ in 0..4 {
                let place = usize::try_from(dice.below(PEOPLE as u64)).expect("small");
                tell(&db, people[place]).await;
                told += 1;
            }
            let (connections, before) = (server.connections(), server.accepted().len());
            let mut child = mailer(&address, server.port);
            match kill % 4 {
                // While it starts, reads and writes letters.
                0 => tokio::time::sleep(dice.pause(Duration::from_millis(60))).await,
                1 => {
                    until(&mut child, || server.connections() > connections).await;
                    tokio::time::sleep(dice.pause(Duration::from_millis(6))).await;
                }
                _ => {
                    let wanted = before + 1 + usize::try_from(dice.below(3)).expect("small");
                    until(&mut child, || server.accepted().len() >= wanted).await;
                    tokio::time::sleep(dice.pause(Duration::from_millis(20))).await;
                }
            }
            child.kill().expect("killed");
            child.wait().expect("ends");
            // What was on its way to the server still arrives.
            while !server.is_idle() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let committed: BTreeSet<String> = letters(&db)
                .await
                .into_iter()
                .filter(|it| it.state == LetterState::Sent)
                .map(|it| it.message_id)
                .collect();
            let all = accepted(&server);
            for id in all[seen..].iter().filter(|id| !committed.contains(*id)) {
                *open.entry(id.clone()).or_default() += 1;
            }
            seen = all.len();
        }
        // At last it is left alone.
        let most = Instant::now() + Duration::from_mins(1);
        loop {
            mailer(&address, server.port).wait().expect("ends");
            let letters = letters(&db).await;
            let sent = letters.iter().filter(|it| it.state == LetterState::Sent).count();
            if sent == told {
                break;
            }
            assert!(Instant::now() < most, "{sent} of {told} are sent: {letters:?}");
            tokio::time::sleep(Duration::from_millis(u64::from(LEASE / 4))).await;
        }
        let letters = letters(&db).await;
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for id in accepted(&server) {
            *counts.entry(id).or_default() += 1;
        }
        let known: BTreeSet<&String> = letters.iter().map(|it| &it.message_id).collect();
        let lost = letters.iter().filter(|it| !counts.contains_key(&it.message_id)).count();
        assert_eq!((letters.len(), known.len(), lost), (told, told, 0), "a letter for each notice");
        assert!(counts.keys().all(|id| known.contains(id)), "no letter has another name");
        let mut twice = 0;
        for (id, count) in &counts {
            let excused = open.get(id).copied().unwrap_or(0);
            assert!(count - 1 <= excused, "{id} was accepted {count} times, {excused} of them not committed");
            twice += count - 1;
        }
        let scheme = address.split(':').next().unwrap_or_default();
        println!(
            "{scheme}: {KILLS} kills, {told} letters: {lost} lost, {twice} sent twice under the same Message-ID \
             ({} kills between acceptance and commit)",
            open.values().sum::<usize>()
        );
        db.close().await;
    });
}

#[test]
fn a_test_letter_goes_into_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_baton"))
            .args(["--lang", "en", "mail", "test"])
            .args(args)
            .current_dir(folder.path())
            .env("BATON_SMTP_PASSWORD", "geheim")
            .output()
            .expect("runs");
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said)
    };
    let (good, said) =
        run(&["wang@example.cn", "--mail-folder", "out", "--mail-from", "Baton <b@example.cn>"]);
    assert!(good && said.contains("Sent to wang@example.cn"), "{said}");
    let files: Vec<_> = std::fs::read_dir(folder.path().join("out")).expect("made").collect();
    assert_eq!(files.len(), 1);
    let path = files[0].as_ref().expect("a file").path();
    let text = std::fs::read_to_string(path).expect("text");
    for part in ["From: Baton <b@example.cn>", "To: wang@example.cn", "Subject: [Baton] Test letter"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for (args, words) in [
        (vec!["wang@example.cn"], "Name one with --smtp"),
        (vec!["nowhere", "--mail-folder", "out"], "is no mail address"),
        (vec!["a@b.cn", "--smtp", "mail.example.cn"], "write smtps://HOST"),
        (vec!["a@b.cn", "--smtp", "smtps://a:b@mail.example.cn"], "BATON_SMTP_PASSWORD"),
        (vec!["a@b.cn", "--smtp", "smtps://mail.example.cn"], "smtps://USER@HOST"),
        (vec!["a@b.cn", "--smtp", "smtp://a@127.0.0.1:1"], "Not sent:"),
        (vec!["a@b.cn", "--smtp", "smtps://a@127.0.0.1", "--smtp-ca", "none.pem"], "none.pem"),
    ] {
        let (good, said) = run(&args);
        assert!(!good && said.contains(words), "{args:?}: {said}");
        assert!(!said.contains("geheim"), "{said}");
    }
}
