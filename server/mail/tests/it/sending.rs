//! What is sent, and what becomes of it when the server does something else than to take it.

use crate::server::{Offers, Reply, Server, Step, say};
use chrono::{TimeZone, Utc};
use mail::{AddressError, FaultKind, Folder, Letter, Memory, Security, Smtp, SmtpConfig, Transport};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

fn letter(to: &str) -> Letter {
    Letter {
        id: "0198-a@baton.example.cn".to_owned(),
        from: "Baton <baton@example.cn>".parse().expect("an address"),
        to: to.parse().expect("an address"),
        subject: "请复核权限：2026 年度\r\nBcc: everybody@example.cn".to_owned(),
        plain: "请于 12 月 31 日前复核。\nhttps://baton.example.cn/reviews/1\n.\n".to_owned(),
        html: "<p>请于 12 月 31 日前复核。</p>".to_owned(),
        written_at: Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 0).single().expect("a moment"),
    }
}

fn smtp(config: SmtpConfig, authorities: Option<&[u8]>) -> Transport {
    Transport::Smtp(Smtp::new(config.waiting(Duration::from_millis(700)), authorities).expect("a server"))
}

fn plain(server: &Server) -> Transport {
    smtp(SmtpConfig::parse(&format!("smtp://127.0.0.1:{}", server.port)).expect("an address"), None)
}

#[tokio::test]
async fn a_message_has_both_parts_and_its_own_name() {
    let server = Server::start(Offers::default(), |_| None).await;
    let transport = plain(&server);
    for _ in 0..3 {
        let receipt = transport.send(&letter("王 <wang@example.cn>")).await.expect("accepted");
        assert_eq!(receipt.answer, "250 2.0.0 queued as 1");
    }
    assert_eq!(server.connections(), 1, "a connection is used again");
    let accepted = server.accepted();
    assert_eq!(accepted.len(), 3);
    let text = &accepted[0];
    assert!(text.is_ascii(), "{text}");
    for part in [
        "Message-ID: <0198-a@baton.example.cn>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Date: Tue, 24 Nov 2026 02:00:00 +0000\r\n",
        "multipart/alternative",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("\r\nBcc:"), "a subject makes no header: {text}");
    let mut named = letter("wang@example.cn");
    named.to.name = Some("王\r\nBcc: everybody@example.cn".to_owned());
    let text = String::from_utf8(named.bytes().expect("a message")).expect("ASCII");
    assert!(!text.contains("\nBcc:"), "a name makes none either: {text}");
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (answers, kind) in [
        (
            (|step| matches!(step, Step::Rcpt(_)).then(|| say("550 5.1.1 nobody")).flatten())
                as fn(&Step) -> _,
            FaultKind::Recipient,
        ),
        (
            |step| matches!(step, Step::Rcpt(_)).then(|| say("450 4.2.0 greylisted")).flatten(),
            FaultKind::Transient,
        ),
        (
            |step| matches!(step, Step::Greeting).then(|| say("554 no service")).flatten(),
            FaultKind::Transient,
        ),
        (|step| matches!(step, Step::Mail(_)).then(|| say("550 not you")).flatten(), FaultKind::Transient),
        (|step| matches!(step, Step::Data).then(|| say("554 nothing")).flatten(), FaultKind::Permanent),
        (|step| matches!(step, Step::Message(_)).then(|| say("554 spam")).flatten(), FaultKind::Permanent),
        (|step| matches!(step, Step::Message(_)).then(|| say("452 full")).flatten(), FaultKind::Transient),
        (|step| matches!(step, Step::Message(_)).then_some(Reply::Drop), FaultKind::Unclear),
        (|step| matches!(step, Step::Message(_)).then_some(Reply::DropAccepted), FaultKind::Unclear),
        (|step| matches!(step, Step::Message(_)).then_some(Reply::Hang), FaultKind::Unclear),
        (|step| matches!(step, Step::Rcpt(_)).then_some(Reply::Hang), FaultKind::Transient),
        (|step| matches!(step, Step::Greeting).then_some(Reply::Hang), FaultKind::Transient),
        (|step| matches!(step, Step::Mail(_)).then_some(Reply::Drop), FaultKind::Transient),
    ] {
        let server = Server::start(Offers::default(), answers).await;
        let fault = plain(&server).send(&letter("wang@example.cn")).await.expect_err("refused");
        assert_eq!(fault.kind, kind, "{fault}");
        assert!(!fault.words.is_empty());
    }
    let nobody = smtp(SmtpConfig::parse("smtp://127.0.0.1:1").expect("an address"), None);
    let fault = nobody.send(&letter("wang@example.cn")).await.expect_err("nobody is there");
    assert_eq!(fault.kind, FaultKind::Transient);
}

#[tokio::test]
async fn one_refused_recipient_keeps_no_other_from_a_letter() {
    let server = Server::start(Offers::default(), |step| match step {
        Step::Rcpt(to) if to.contains("gone@") => say("550 5.1.1 nobody"),
        _ => None,
    })
    .await;
    let transport = plain(&server);
    for (to, is_good) in [("wang@example.cn", true), ("gone@example.cn", false), ("li@example.cn", true)] {
        assert_eq!(transport.send(&letter(to)).await.is_ok(), is_good, "{to}");
    }
    assert_eq!(server.accepted().len(), 2);
    assert_eq!(server.connections(), 1, "a refusal keeps the connection");
    assert!(!server.is_idle());
}

#[tokio::test]
async fn a_greylisted_letter_passes_later() {
    let tries = Arc::new(AtomicUsize::new(0));
    let seen = tries.clone();
    let server = Server::start(Offers::default(), move |step| match step {
        Step::Rcpt(_) if seen.fetch_add(1, Ordering::SeqCst) == 0 => say("451 4.7.1 come again"),
        _ => None,
    })
    .await;
    let transport = plain(&server);
    assert!(transport.send(&letter("wang@example.cn")).await.is_err_and(|fault| fault.may_pass()));
    assert!(transport.send(&letter("wang@example.cn")).await.is_ok());
}

/// A certificate for `localhost`, and who shows it.
fn certificate() -> (String, TlsAcceptor) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a configuration");
    (made.cert.pem(), TlsAcceptor::from(Arc::new(config)))
}

#[tokio::test]
async fn tls_is_checked() {
    let (authority, tls) = certificate();
    let (stranger, _) = certificate();
    let wrapped = Server::start(Offers { tls: Some(tls.clone()), ..Offers::default() }, |_| None).await;
    let upgraded = Server::start(Offers { start_tls: Some(tls), ..Offers::default() }, |_| None).await;
    let bare = Server::start(Offers::default(), |_| None).await;
    let at = |address: String, authority: Option<&str>| {
        smtp(SmtpConfig::parse(&address).expect("an address"), authority.map(str::as_bytes))
    };
    let wrapper = format!("smtps://localhost:{}", wrapped.port);
    let start = format!("smtp://localhost:{}?tls=required", upgraded.port);
    let letter = letter("wang@example.cn");
    for address in [&wrapper, &start] {
        at(address.clone(), Some(&authority)).send(&letter).await.expect("accepted");
        for authority in [None, Some(stranger.as_str())] {
            let fault = at(address.clone(), authority).send(&letter).await.expect_err("not trusted");
            assert_eq!(fault.kind, FaultKind::Transient, "{fault}");
        }
    }
    assert_eq!((wrapped.accepted().len(), upgraded.accepted().len()), (1, 1));
    // A server that does not offer it gets nothing.
    let fault =
        at(format!("smtp://localhost:{}?tls=required", bare.port), Some(&authority)).send(&letter).await;
    assert_eq!(fault.expect_err("no STARTTLS").kind, FaultKind::Transient);
    assert!(bare.accepted().is_empty());
}

#[tokio::test]
async fn the_password_is_shown_to_the_server_alone() {
    let server = Server::start(Offers { auth: true, ..Offers::default() }, |step| match step {
        // NUL baton NUL geheim
        Step::Auth(said) if !said.contains("AGJhdG9uAGdlaGVpbQ==") => say("535 5.7.8 no"),
        _ => None,
    })
    .await;
    let address = format!("smtp://baton@127.0.0.1:{}", server.port);
    let with = |password: &str| {
        let config = SmtpConfig::parse(&address).expect("an address");
        smtp(config.with_password(password.to_owned()).expect("a user"), None)
    };
    let good = with("geheim");
    good.send(&letter("wang@example.cn")).await.expect("accepted");
    let shown = format!("{good:?} {}", good.address());
    assert!(!shown.contains("geheim") && shown.contains("baton@127.0.0.1"), "{shown}");
    let fault = with("falsch").send(&letter("wang@example.cn")).await.expect_err("refused");
    // Everybody's letters would be refused alike, so that none is given up for it.
    assert_eq!(fault.kind, FaultKind::Transient);
    assert!(!fault.words.contains("falsch"));
}

#[test]
fn addresses_are_read() {
    let security = |address: &str| SmtpConfig::parse(address).map(|config| config.security());
    assert_eq!(security("smtps://mail.example.cn"), Ok(Security::Tls));
    assert_eq!(security("smtp://mail.example.cn"), Ok(Security::StartTls));
    assert_eq!(security("smtp://mail.example.cn:25"), Ok(Security::StartTls));
    assert_eq!(security("smtp://localhost:2525"), Ok(Security::Plain));
    assert_eq!(security("smtp://[::1]:2525"), Ok(Security::Plain));
    assert_eq!(security("smtp://127.0.0.1?tls=required"), Ok(Security::StartTls));
    assert_eq!(security("smtps://a:b@mail.example.cn"), Err(AddressError::Password));
    for wrong in ["mail.example.cn", "http://mail.example.cn", "smtp://", ""] {
        assert!(matches!(security(wrong), Err(AddressError::Form(_))), "{wrong}");
    }
    let nobody = SmtpConfig::parse("smtps://mail.example.cn").expect("an address");
    assert!(matches!(nobody.clone().with_password("x".to_owned()), Err(AddressError::User)));
    assert!(matches!(Smtp::new(nobody, Some(b"no pem")), Err(AddressError::Certificates(_))));
}

#[tokio::test]
async fn a_folder_holds_each_letter_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("out");
    let transport = Transport::Folder(Folder::open(&to).expect("made"));
    let letter = letter("wang@example.cn");
    for _ in 0..2 {
        let receipt = transport.send(&letter).await.expect("written");
        assert!(receipt.answer.ends_with("0198-a@baton.example.cn.eml"), "{}", receipt.answer);
    }
    let files: Vec<_> =
        std::fs::read_dir(&to).expect("there").map(|file| file.expect("a file").path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let text = std::fs::read_to_string(&files[0]).expect("text");
    assert!(text.contains("Message-ID: <0198-a@baton.example.cn>"), "{text}");
    std::fs::remove_dir_all(&to).expect("removed");
    let fault = transport.send(&letter).await.expect_err("the folder is gone");
    assert_eq!(fault.kind, FaultKind::Transient);
}

#[tokio::test]
async fn memory_fails_where_it_is_told_to() {
    let memory = Memory::default();
    memory.fail([FaultKind::Permanent]);
    let transport = Transport::Memory(memory);
    let letter = letter("wang@example.cn");
    assert_eq!(transport.send(&letter).await.expect_err("told to").kind, FaultKind::Permanent);
    transport.send(&letter).await.expect("kept");
    let Transport::Memory(memory) = &transport else { panic!("memory") };
    assert_eq!(memory.sent().len(), 1);
}
