//! Signs in: the password, then the second factor, slowed down where it fails.

use super::password;
use super::second as factor;
use super::token::hash;
use super::{Device, Limits, Origin, Password, Token, login_of, shortened};
use crate::ServiceError;
use crate::write::Write;
use chrono::{DateTime, Utc};
use domain::id::{AccountId, SessionId};
use domain::throttle::{Failures, ONE_ACCOUNT, ONE_ADDRESS, Throttle};
use store::account::Account;
use store::session::Session;
use store::{Conn, Db, StoreError};

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum SignIn {
    /// Signed in: the session, and what the browser keeps to be known again.
    In {
        /// The session's token.
        session: Token,
        /// By what the browser is known again.
        device: Device,
    },
    /// The password is right; the token is good for the second factor and nothing else.
    SecondFactor(Token),
    /// Something is wrong; what, nobody is told.
    Refused,
    /// Too many failures; no attempt is taken until then.
    Wait(DateTime<Utc>),
}

/// Failures that are counted together, and how they slow down.
pub(super) struct Bucket {
    name: String,
    throttle: Throttle,
}

impl Bucket {
    pub(super) fn new(name: String) -> Self {
        Self { name, throttle: ONE_ACCOUNT }
    }

    /// Counts an attempt as failed before it is looked at, so that many at once are no way around; or says until
    /// when none is taken.
    pub(super) async fn attempt(
        &self,
        conn: &mut Conn,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let before = store::session::failures(conn, &self.name, now).await?;
        if let Some(until) = self.throttle.blocked(&before, now) {
            return Ok(Some(until));
        }
        let after = self.throttle.failed(&before, now);
        store::session::set_failures(conn, &self.name, &after, now).await?;
        Ok(None)
    }

    /// It did not fail: forget all failures.
    pub(super) async fn clear(&self, conn: &mut Conn) -> Result<(), StoreError> {
        store::session::forget_failures(conn, &self.name).await
    }

    /// It did not fail: forget this one.
    async fn undo(&self, conn: &mut Conn, now: DateTime<Utc>) -> Result<(), StoreError> {
        let counted: Failures = store::session::failures(conn, &self.name, now).await?;
        store::session::set_failures(conn, &self.name, &counted.undone(), now).await
    }
}

/// The token by which an account knows the browser.
async fn known(
    conn: &mut Conn,
    device: &Device,
    account: Option<AccountId>,
) -> Result<Option<Token>, StoreError> {
    let mut found = None;
    for token in device.tokens() {
        let of = store::session::device(conn, &token.hash()).await?;
        if of.is_some() && of == account {
            found = Some(token.clone());
        }
    }
    Ok(found)
}

/// Looks at name and password. It takes the same time and says the same whether or not there is such an account.
pub async fn sign_in(
    db: &Db,
    limits: &Limits,
    origin: &Origin,
    login: &str,
    typed: &Password,
) -> Result<SignIn, ServiceError> {
    let login = login_of(login);
    let now = origin.now;
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let account = store::account::by_login(conn, &login).await?;
    let known = known(conn, &origin.device, account.as_ref().map(|account| account.id)).await?;
    // A browser that the account knows counts by itself, so that nobody elsewhere, nor behind the same address,
    // keeps its owner out.
    let (own, address) = if let Some(token) = &known {
        (Bucket::new(format!("device {}", token.hash())), None)
    } else {
        // By the name, whether or not it is anybody's.
        let own = Bucket::new(format!("account {} {}", hash(&login), shortened(&origin.address)));
        let address = format!("address {}", shortened(&origin.address));
        (own, Some(Bucket { name: address, throttle: ONE_ADDRESS }))
    };
    for bucket in [Some(&own), address.as_ref()].into_iter().flatten() {
        if let Some(until) = bucket.attempt(conn, now).await? {
            return Ok(SignIn::Wait(until));
        }
    }
    write.commit_derived().await?;

    let stored = account.as_ref().filter(|account| !account.is_disabled);
    let stored = stored.and_then(|account| account.password_hash.as_ref());
    let is_right = password::is_right(typed, stored).await?;
    let Some(account) = account.filter(|_| is_right) else {
        return Ok(SignIn::Refused);
    };

    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    // Somebody may have disabled it, or set another password, while the hash was computed.
    let Some(account) = store::account::by_id(conn, account.id)
        .await?
        .filter(|again| !again.is_disabled && again.password_hash == account.password_hash)
    else {
        return Ok(SignIn::Refused);
    };
    own.clear(conn).await?;
    if let Some(address) = address {
        address.undo(conn, now).await?;
    }
    let done = if account.second_factor().is_some() {
        SignIn::SecondFactor(begin(conn, limits, origin, account.id, true).await?)
    } else {
        whole(conn, limits, origin, account.id, known).await?
    };
    write.commit_derived().await?;
    Ok(done)
}

/// Begins a session.
async fn begin(
    conn: &mut Conn,
    limits: &Limits,
    origin: &Origin,
    account: AccountId,
    is_half: bool,
) -> Result<Token, ServiceError> {
    let token = Token::new()?;
    let session = Session {
        id: SessionId(store::new_id()),
        account,
        started_at: origin.now,
        seen_at: origin.now,
        ends_at: origin.now + if is_half { limits.half } else { limits.absolute },
        is_half,
        device: shortened(&origin.label),
        address: shortened(&origin.address),
    };
    store::session::insert(conn, &token.hash(), &session).await?;
    Ok(token)
}

/// Begins a whole session, and makes the browser known.
async fn whole(
    conn: &mut Conn,
    limits: &Limits,
    origin: &Origin,
    account: AccountId,
    known: Option<Token>,
) -> Result<SignIn, ServiceError> {
    let session = begin(conn, limits, origin, account, false).await?;
    let (token, device) = if let Some(token) = known {
        (token, origin.device.clone())
    } else {
        let token = Token::new()?;
        let device = origin.device.with(token.clone());
        (token, device)
    };
    store::session::know_device(conn, &token.hash(), account, origin.now).await?;
    Ok(SignIn::In { session, device })
}

/// Begins the session of an account for which an OpenID provider vouches. The second factor is owed here unless the
/// provider asked for one.
pub(super) async fn vouched(
    db: &Db,
    limits: &Limits,
    origin: &Origin,
    account: &Account,
    is_multi_factor: bool,
) -> Result<SignIn, ServiceError> {
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let done = if account.second_factor().is_some() && !is_multi_factor {
        SignIn::SecondFactor(begin(conn, limits, origin, account.id, true).await?)
    } else {
        let known = known(conn, &origin.device, Some(account.id)).await?;
        whole(conn, limits, origin, account.id, known).await?
    };
    write.commit_derived().await?;
    Ok(done)
}

/// The account that owes its second factor.
async fn half(
    conn: &mut Conn,
    half: &Token,
    now: DateTime<Utc>,
) -> Result<Option<(Session, Account)>, StoreError> {
    let session = store::session::by_hash(conn, &half.hash()).await?;
    let Some(session) = session.filter(|session| session.is_half && session.ends_at > now) else {
        return Ok(None);
    };
    let account = store::account::by_id(conn, session.account).await?;
    Ok(account.filter(|account| !account.is_disabled).map(|account| (session, account)))
}

/// Whether a token waits for the second factor.
pub async fn is_half(db: &Db, token: &Token, now: DateTime<Utc>) -> Result<bool, ServiceError> {
    let mut conn = db.read().await?;
    Ok(half(&mut conn, token, now).await?.is_some())
}

/// Looks at the second factor: a code of the moment, or a recovery code. A new token replaces the half session's.
/// Refused, too, when that has ended; `is_half` tells.
pub async fn second(
    db: &Db,
    limits: &Limits,
    origin: &Origin,
    token: &Token,
    typed: &Password,
) -> Result<SignIn, ServiceError> {
    let now = origin.now;
    let mut write = Write::begin(db).await?;
    let conn = write.conn();
    let Some((_, account)) = half(conn, token, now).await? else {
        return Ok(SignIn::Refused);
    };
    let known = known(conn, &origin.device, Some(account.id)).await?;
    // Whoever comes here has the password: all unknown browsers count together.
    let bucket = Bucket::new(match &known {
        Some(token) => format!("second device {}", token.hash()),
        None => format!("second account {}", account.id),
    });
    if let Some(until) = bucket.attempt(conn, now).await? {
        return Ok(SignIn::Wait(until));
    }
    let done = if factor::take(conn, &account, typed, now).await? {
        bucket.clear(conn).await?;
        store::session::delete_by_hash(conn, &token.hash()).await?;
        whole(conn, limits, origin, account.id, known).await?
    } else {
        SignIn::Refused
    };
    write.commit_derived().await?;
    Ok(done)
}
