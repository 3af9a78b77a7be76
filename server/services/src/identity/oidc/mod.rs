//! Sign-in at an OpenID provider: authorization code with PKCE, and what its claims give.

mod account;
pub mod claims;
mod provider;

pub use provider::{Config, ConfigError, Identity, Provider, Started};

use super::sign_in::{SignIn, vouched};
use super::token::hash;
use super::{Limits, Origin};
use crate::ServiceError;
use crate::write::Write;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Message;
use store::Db;
use store::oidc::Request;

/// Minutes within which a sign-in must come back.
const MINUTES: i64 = 10;

/// Why nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The answer belongs to no sign-in that this browser began, or came a second time.
    State,
    /// It came too late.
    Late,
    /// The provider does not answer, or not in time.
    Unreachable,
    /// Baton's own address is none.
    Address,
    /// The provider refused; its word for why.
    Provider(String),
    /// The provider gave no token for the code; its word for why.
    Exchange(String),
    /// There is no token in its answer, or none that can be read.
    Malformed,
    /// The provider tells nothing more about whoever signed in.
    UserInfo,
    /// The token is over.
    Expired,
    /// It was made for another program.
    Audience,
    /// It was made by another provider.
    Issuer,
    /// It belongs to another sign-in.
    Nonce,
    /// It was not signed by the provider.
    Signature,
    /// Nobody has the code that the claim names.
    Unknown {
        /// The claim.
        claim: String,
        /// The code; empty when the claim is missing.
        code: String,
    },
    /// The person signs in there by another name.
    Linked,
    /// The account is disabled.
    Disabled,
}

/// A provider's word as it may be shown: a short code.
fn word(said: &str) -> String {
    let plain = |each: &char| each.is_ascii_alphanumeric() || matches!(each, '_' | '-' | '.');
    said.chars().filter(plain).take(60).collect()
}

impl Refused {
    /// What it says to whoever wanted to sign in.
    pub fn message(&self) -> Message {
        match self {
            Self::State => Message::new("oidc-refused-state"),
            Self::Late => Message::new("oidc-refused-late"),
            Self::Unreachable => Message::new("oidc-refused-unreachable"),
            Self::Address => Message::new("oidc-refused-address"),
            Self::Provider(said) => Message::new("oidc-refused-provider").with("said", word(said)),
            Self::Exchange(said) => Message::new("oidc-refused-exchange").with("said", word(said)),
            Self::Malformed => Message::new("oidc-refused-malformed"),
            Self::UserInfo => Message::new("oidc-refused-user-info"),
            Self::Expired => Message::new("oidc-refused-expired"),
            Self::Audience => Message::new("oidc-refused-audience"),
            Self::Issuer => Message::new("oidc-refused-issuer"),
            Self::Nonce => Message::new("oidc-refused-nonce"),
            Self::Signature => Message::new("oidc-refused-signature"),
            Self::Unknown { claim, code } if code.is_empty() => {
                Message::new("oidc-refused-no-claim").with("claim", claim.as_str())
            }
            Self::Unknown { claim, code } => {
                Message::new("oidc-refused-unknown").with("claim", claim.as_str()).with("code", code.as_str())
            }
            Self::Linked => Message::new("oidc-refused-linked"),
            Self::Disabled => Message::new("oidc-refused-disabled"),
        }
    }
}

/// What the browser brings back.
#[derive(Debug, Clone, Default)]
pub struct Callback {
    /// The state with which it was sent away.
    pub state: String,
    /// The code for a token.
    pub code: String,
    /// Why there is no code.
    pub error: String,
    /// Who answers, where the provider says so (RFC 9207).
    pub issuer: String,
    /// The state that this browser keeps.
    pub kept: String,
}

/// Begins a sign-in; `redirect` is Baton's address to come back to.
pub async fn begin(
    db: &Db,
    provider: &Provider,
    redirect: &str,
    language: &str,
    back: &str,
    now: DateTime<Utc>,
) -> Result<Result<Started, Refused>, ServiceError> {
    let started = match provider.start(redirect, language).await {
        Ok(started) => started,
        Err(refused) => return Ok(Err(refused)),
    };
    let request = Request {
        nonce: started.nonce.clone(),
        verifier: started.verifier.clone(),
        back: back.to_owned(),
        expires_at: now + TimeDelta::minutes(MINUTES),
    };
    let mut write = Write::begin(db).await?;
    store::oidc::delete_old_requests(write.conn(), now).await?;
    store::oidc::insert_request(write.conn(), &hash(&started.state), &request).await?;
    write.commit_derived().await?;
    Ok(Ok(started))
}

/// Finishes a sign-in: takes its request once, has the code exchanged and the token verified, finds or makes the
/// account, brings its roles up to what the claims give, and begins a session. Tells the page to go to, too.
pub async fn finish(
    db: &Db,
    provider: &Provider,
    limits: &Limits,
    redirect: &str,
    callback: &Callback,
    origin: &Origin,
) -> Result<Result<(SignIn, String), Refused>, ServiceError> {
    // Another's answer would sign this browser in as him.
    if callback.state.is_empty() || callback.state != callback.kept {
        return Ok(Err(Refused::State));
    }
    let mut write = Write::begin(db).await?;
    let request = store::oidc::take_request(write.conn(), &hash(&callback.state)).await?;
    write.commit_derived().await?;
    let Some(request) = request else { return Ok(Err(Refused::State)) };
    if request.expires_at <= origin.now {
        return Ok(Err(Refused::Late));
    }
    if !callback.issuer.is_empty() && callback.issuer != provider.config().issuer {
        return Ok(Err(Refused::Issuer));
    }
    if callback.code.is_empty() {
        return Ok(Err(Refused::Provider(callback.error.clone())));
    }
    let identity = match provider.identify(&callback.code, &request, redirect, origin.now).await {
        Ok(identity) => identity,
        Err(refused) => return Ok(Err(refused)),
    };
    admit(db, provider.config(), limits, &identity, origin)
        .await
        .map(|admitted| Ok((admitted?, request.back)))
}

/// Lets in whom the provider vouches for.
async fn admit(
    db: &Db,
    config: &Config,
    limits: &Limits,
    identity: &Identity,
    origin: &Origin,
) -> Result<Result<SignIn, Refused>, ServiceError> {
    let account = match account::of(db, config, identity, origin).await? {
        Ok(account) => account,
        Err(refused) => return Ok(Err(refused)),
    };
    claims::apply(db, account.person, identity, origin).await?;
    Ok(Ok(vouched(db, limits, origin, &account, identity.is_multi_factor).await?))
}
