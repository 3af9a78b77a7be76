//! A small mail server on loopback that does what a test wants: accepts, refuses, hangs, or drops the line.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Where a conversation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody has connected.
    Greeting,
    /// `AUTH`, with what follows.
    Auth(String),
    /// `MAIL FROM`, with what follows.
    Mail(String),
    /// `RCPT TO`, with what follows.
    Rcpt(String),
    /// `DATA`.
    Data,
    /// The whole message.
    Message(String),
}

/// What the server does about it.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Answers; a message whose answer begins with 2 is accepted.
    Say(String),
    /// Accepts the message and drops the line without saying so.
    DropAccepted,
    /// Drops the line.
    Drop,
    /// Says nothing.
    Hang,
}

/// A refusal or another answer.
#[expect(clippy::unnecessary_wraps, reason = "as rules give it")]
pub fn say(text: &str) -> Option<Reply> {
    Some(Reply::Say(text.to_owned()))
}

/// What the server does, where it is not the usual thing.
pub type Rule = Arc<dyn Fn(&Step) -> Option<Reply> + Send + Sync>;

/// What is offered beside the plain conversation.
#[derive(Clone, Default)]
pub struct Offers {
    /// TLS from the first byte.
    pub tls: Option<TlsAcceptor>,
    /// STARTTLS.
    pub start_tls: Option<TlsAcceptor>,
    /// AUTH.
    pub auth: bool,
    /// How long it takes from having accepted a message to saying so.
    pub linger: Duration,
}

/// A running server; it ends with the test's runtime.
#[derive(Clone)]
pub struct Server {
    pub port: u16,
    accepted: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
    ended: Arc<AtomicUsize>,
}

trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

impl Server {
    /// Starts one.
    pub async fn start(
        offers: Offers,
        rule: impl Fn(&Step) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let server =
            Self { port, accepted: Arc::default(), connections: Arc::default(), ended: Arc::default() };
        let (it, rule): (Self, Rule) = (server.clone(), Arc::new(rule));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                it.connections.fetch_add(1, Ordering::SeqCst);
                let _ = stream.set_nodelay(true);
                let (it, rule, offers) = (it.clone(), rule.clone(), offers.clone());
                tokio::spawn(async move {
                    let line: std::io::Result<Box<dyn Line>> = match &offers.tls {
                        Some(tls) => tls.accept(stream).await.map(|stream| Box::new(stream) as Box<dyn Line>),
                        None => Ok(Box::new(stream)),
                    };
                    if let Ok(line) = line {
                        let _ = it.talk(line, &offers, &rule).await;
                    }
                    it.ended.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// Every message that was accepted, in its order.
    pub fn accepted(&self) -> Vec<String> {
        self.accepted.lock().expect("not poisoned").clone()
    }

    /// How often somebody has connected.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Whether nobody is connected.
    pub fn is_idle(&self) -> bool {
        self.ended.load(Ordering::SeqCst) == self.connections()
    }

    async fn talk(&self, line: Box<dyn Line>, offers: &Offers, rule: &Rule) -> std::io::Result<()> {
        let mut line = BufReader::new(line);
        let mut start_tls = offers.start_tls.clone();
        if !answer(&mut line, rule(&Step::Greeting), "220 here").await? {
            return Ok(());
        }
        loop {
            let mut said = String::new();
            if line.read_line(&mut said).await? == 0 {
                return Ok(());
            }
            let said = said.trim_end();
            let verb = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let goes_on = match verb.as_str() {
                "EHLO" => {
                    let mut lines = vec!["here", "8BITMIME"];
                    lines.extend(start_tls.is_some().then_some("STARTTLS"));
                    lines.extend(offers.auth.then_some("AUTH PLAIN LOGIN"));
                    let last = lines.len() - 1;
                    let text: Vec<String> = lines
                        .iter()
                        .enumerate()
                        .map(|(place, line)| format!("250{}{line}", if place == last { ' ' } else { '-' }))
                        .collect();
                    answer(&mut line, None, &text.join("\r\n")).await?
                }
                "STARTTLS" => {
                    let Some(tls) = start_tls.take() else { return Ok(()) };
                    answer(&mut line, None, "220 go on").await?;
                    let stream: Box<dyn Line> = Box::new(tls.accept(line.into_inner()).await?);
                    line = BufReader::new(stream);
                    true
                }
                "AUTH" => answer(&mut line, rule(&Step::Auth(said.to_owned())), "235 welcome").await?,
                "MAIL" => answer(&mut line, rule(&Step::Mail(said.to_owned())), "250 good").await?,
                "RCPT" => answer(&mut line, rule(&Step::Rcpt(said.to_owned())), "250 good").await?,
                "DATA" => {
                    let reply = rule(&Step::Data);
                    let is_refused = reply.is_some();
                    if answer(&mut line, reply, "354 go on").await? && !is_refused {
                        let message = message(&mut line).await?;
                        let reply = rule(&Step::Message(message.clone()));
                        let is_taken = match &reply {
                            None | Some(Reply::DropAccepted) => true,
                            Some(Reply::Say(text)) => text.starts_with('2'),
                            Some(_) => false,
                        };
                        if is_taken {
                            self.accepted.lock().expect("not poisoned").push(message);
                            tokio::time::sleep(offers.linger).await;
                        }
                        answer(&mut line, reply, "250 2.0.0 queued as 1").await?
                    } else {
                        is_refused
                    }
                }
                "RSET" | "NOOP" => answer(&mut line, None, "250 good").await?,
                "QUIT" => {
                    answer(&mut line, None, "221 bye").await?;
                    false
                }
                _ => answer(&mut line, None, "502 what").await?,
            };
            if !goes_on {
                return Ok(());
            }
        }
    }
}

/// Answers; tells whether the conversation goes on.
async fn answer(
    line: &mut BufReader<Box<dyn Line>>,
    reply: Option<Reply>,
    usual: &str,
) -> std::io::Result<bool> {
    let text = match &reply {
        None => usual,
        Some(Reply::Say(text)) => text,
        Some(Reply::Drop | Reply::DropAccepted) => return Ok(false),
        Some(Reply::Hang) => std::future::pending().await,
    };
    line.get_mut().write_all(format!("{text}\r\n").as_bytes()).await?;
    line.get_mut().flush().await?;
    Ok(true)
}

/// Reads a message up to the line with one dot.
async fn message(line: &mut BufReader<Box<dyn Line>>) -> std::io::Result<String> {
    let mut message = String::new();
    loop {
        let mut said = String::new();
        if line.read_line(&mut said).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if said.trim_end() == "." {
            return Ok(message);
        }
        message.push_str(said.strip_prefix('.').unwrap_or(&said));
    }
}
