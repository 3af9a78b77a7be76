//! The OpenID provider: where it is found, and what its tokens say once everything about them is verified.

use super::Refused;
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields, IssuerUrl, LanguageTag,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse, UserInfoClaims,
};
use openidconnect::{ClaimsVerificationError as Claim, SignatureVerificationError as Signature};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::Secret;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long a provider may take, for everything that one page needs of it.
const PATIENCE: Duration = Duration::from_secs(4);

/// How the provider is reached.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its address, under which it describes itself.
    pub issuer: String,
    /// Baton's name there.
    pub client_id: String,
    /// Baton's secret there; none for a public client.
    pub client_secret: Option<Secret>,
    /// What the button says.
    pub name: String,
    /// The claim that holds the person's code.
    pub person_claim: String,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
}

/// Why a provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No address.
    #[error("{0} is no address of an OpenID provider")]
    Address(String),
    /// Tokens would travel in the open.
    #[error("{0} is not encrypted; an OpenID provider elsewhere than on this machine needs https")]
    Open(String),
    /// The HTTP client.
    #[error("no connection to an OpenID provider can be made: {0}")]
    Connection(String),
}

/// All claims that the standard does not name.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct OtherClaims {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}
impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Oidc = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider, with what it said about itself.
pub struct Provider {
    config: Config,
    issuer: IssuerUrl,
    http: reqwest::Client,
    found: Mutex<Option<Arc<CoreProviderMetadata>>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Where a sign-in begins, and what must be kept until it comes back.
pub struct Started {
    /// The provider's page.
    pub address: String,
    /// Comes back with the browser.
    pub state: String,
    /// Comes back inside the token.
    pub nonce: String,
    /// Is shown with the code.
    pub verifier: String,
}

/// Who signed in, as the provider says.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The name there that stays the same.
    pub subject: String,
    /// Every claim.
    pub claims: Map<String, Value>,
    /// Whether a second factor was asked for there.
    pub is_multi_factor: bool,
}

impl Identity {
    /// Whether a claim has a value, or holds it among others.
    pub fn has(&self, claim: &str, value: &str) -> bool {
        self.values(claim).iter().any(|each| each == value)
    }

    /// The values of a claim as texts.
    pub fn values(&self, claim: &str) -> Vec<String> {
        let one = |value: &Value| match value {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        };
        match self.claims.get(claim) {
            Some(Value::Array(values)) => values.iter().filter_map(one).collect(),
            Some(value) => one(value).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

/// Authentication methods and contexts by which providers tell of a second factor (RFC 8176, REFEDS, PAPE).
fn is_multi_factor(methods: &[String], context: Option<&str>) -> bool {
    const CONTEXTS: [&str; 3] = [
        "mfa",
        "https://refeds.org/profile/mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    ];
    methods.iter().any(|method| method == "mfa") || context.is_some_and(|context| CONTEXTS.contains(&context))
}

impl Provider {
    /// A provider, which is not asked anything yet.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let issuer =
            IssuerUrl::new(config.issuer.clone()).map_err(|_| ConfigError::Address(config.issuer.clone()))?;
        let address = issuer.url();
        let is_here = match address.host_str() {
            None => return Err(ConfigError::Address(config.issuer)),
            Some("localhost") => true,
            Some(host) => host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
        };
        match address.scheme() {
            "https" => {}
            "http" if is_here => {}
            "http" => return Err(ConfigError::Open(config.issuer)),
            _ => return Err(ConfigError::Address(config.issuer)),
        }
        let http = reqwest::Client::builder()
            // A provider that could send Baton elsewhere could make it ask machines that it alone reaches.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| ConfigError::Connection(error.to_string()))?;
        Ok(Self { config, issuer, http, found: Mutex::new(None) })
    }

    /// How it is reached.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What it says about itself: asked for once, and again when that proves to be old.
    async fn found(
        &self,
        old: Option<&Arc<CoreProviderMetadata>>,
    ) -> Result<Arc<CoreProviderMetadata>, Refused> {
        let mut found = self.found.lock().await;
        if let Some(known) = found.as_ref()
            && old.is_none_or(|old| !Arc::ptr_eq(old, known))
        {
            return Ok(known.clone());
        }
        let fresh = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let fresh = Arc::new(fresh.map_err(|_| Refused::Unreachable)?);
        *found = Some(fresh.clone());
        Ok(fresh)
    }

    fn client(&self, found: &CoreProviderMetadata, redirect: &str) -> Result<Oidc, Refused> {
        let id = ClientId::new(self.config.client_id.clone());
        let secret =
            self.config.client_secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let redirect = RedirectUrl::new(redirect.to_owned()).map_err(|_| Refused::Address)?;
        Ok(Client::from_provider_metadata(found.clone(), id, secret).set_redirect_uri(redirect))
    }

    /// Where the browser goes to sign in, and comes back to `redirect`.
    pub async fn start(&self, redirect: &str, language: &str) -> Result<Started, Refused> {
        let found = timeout(PATIENCE, self.found(None)).await.map_err(|_| Refused::Unreachable)??;
        let client = self.client(&found, redirect)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge)
            .add_ui_locale(LanguageTag::new(language.to_owned()));
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let (address, state, nonce) = request.url();
        Ok(Started {
            address: address.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        })
    }

    /// Exchanges a code for a token, and verifies signature, issuer, audience, expiry and nonce.
    pub async fn identify(
        &self,
        code: &str,
        request: &store::oidc::Request,
        redirect: &str,
        now: DateTime<Utc>,
    ) -> Result<Identity, Refused> {
        timeout(PATIENCE, self.exchange(code, request, redirect, now))
            .await
            .map_err(|_| Refused::Unreachable)?
    }

    async fn exchange(
        &self,
        code: &str,
        request: &store::oidc::Request,
        redirect: &str,
        now: DateTime<Utc>,
    ) -> Result<Identity, Refused> {
        let mut found = self.found(None).await?;
        let mut client = self.client(&found, redirect)?;
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|_| Refused::Unreachable)?
            .set_pkce_verifier(PkceCodeVerifier::new(request.verifier.clone()))
            .request_async(&self.http)
            .await;
        let tokens = answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => Refused::Exchange(said.error().as_ref().to_owned()),
            RequestTokenError::Request(_) => Refused::Unreachable,
            _ => Refused::Malformed,
        })?;
        let token = tokens.id_token().ok_or(Refused::Malformed)?;
        let nonce = Nonce::new(request.nonce.clone());
        let verify = |client: &Oidc| {
            let verifier = client.id_token_verifier().set_time_fn(move || now);
            token.claims(&verifier, &nonce).cloned()
        };
        let mut claims = verify(&client);
        if matches!(claims, Err(Claim::SignatureVerification(Signature::NoMatchingKey))) {
            // The provider changes its keys now and then.
            found = self.found(Some(&found)).await?;
            client = self.client(&found, redirect)?;
            claims = verify(&client);
        }
        let claims = claims.map_err(|error| Refused::of_claims(&error))?;
        let mut identity = identity(&claims)?;
        if let Ok(asked) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())) {
            let said: UserInfoClaims<OtherClaims, CoreGenderClaim> =
                asked.request_async(&self.http).await.map_err(|_| Refused::UserInfo)?;
            let Ok(Value::Object(said)) = serde_json::to_value(&said) else {
                return Err(Refused::Malformed);
            };
            for (name, value) in said {
                // What was signed comes first.
                identity.claims.entry(name).or_insert(value);
            }
        }
        Ok(identity)
    }
}

fn identity(claims: &IdTokenClaims<OtherClaims, CoreGenderClaim>) -> Result<Identity, Refused> {
    let methods: Vec<String> = claims
        .auth_method_refs()
        .map(|methods| methods.iter().map(|method| method.as_str().to_owned()).collect())
        .unwrap_or_default();
    let context = claims.auth_context_ref().map(|context| context.as_str().to_owned());
    let Ok(Value::Object(all)) = serde_json::to_value(claims) else {
        return Err(Refused::Malformed);
    };
    Ok(Identity {
        issuer: claims.issuer().as_str().to_owned(),
        subject: claims.subject().as_str().to_owned(),
        claims: all,
        is_multi_factor: is_multi_factor(&methods, context.as_deref()),
    })
}

impl Refused {
    fn of_claims(error: &Claim) -> Self {
        match error {
            Claim::Expired(_) => Self::Expired,
            Claim::InvalidAudience(_) => Self::Audience,
            Claim::InvalidIssuer(_) => Self::Issuer,
            Claim::InvalidNonce(_) => Self::Nonce,
            Claim::SignatureVerification(_) => Self::Signature,
            _ => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(issuer: &str) -> Config {
        Config {
            issuer: issuer.to_owned(),
            client_id: "baton".to_owned(),
            client_secret: Some(Secret::new("very secret")),
            name: "统一认证".to_owned(),
            person_claim: "employee_number".to_owned(),
            scopes: Vec::new(),
        }
    }

    #[test]
    fn a_provider_elsewhere_is_encrypted() {
        for good in
            ["https://id.example.gov.cn", "http://127.0.0.1:4000", "http://[::1]/", "http://localhost/x"]
        {
            assert!(Provider::new(config(good)).is_ok(), "{good}");
        }
        for bad in ["http://id.example.gov.cn", "http://127.0.0.1.evil.example", "ftp://127.0.0.1", "id", ""]
        {
            assert!(Provider::new(config(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        let provider = Provider::new(config("https://id.example")).expect("a provider");
        assert!(!format!("{provider:?}").contains("very secret"));
    }

    #[test]
    fn a_claim_has_one_value_or_several() {
        let Value::Object(claims) = json!({"groups": ["a", "b", 7], "department": " 农业农村局 ", "no": {}})
        else {
            panic!("an object");
        };
        let identity =
            Identity { issuer: String::new(), subject: String::new(), claims, is_multi_factor: false };
        assert!(identity.has("groups", "b") && identity.has("groups", "7"));
        assert!(identity.has("department", "农业农村局"));
        assert!(!identity.has("groups", "c") && !identity.has("no", "") && !identity.has("none", ""));
    }

    #[test]
    fn a_second_factor_is_told_by_method_or_context() {
        let methods = |all: &[&str]| all.iter().map(|each| (*each).to_owned()).collect::<Vec<_>>();
        assert!(is_multi_factor(&methods(&["pwd", "mfa"]), None));
        assert!(is_multi_factor(&[], Some("https://refeds.org/profile/mfa")));
        assert!(!is_multi_factor(&methods(&["pwd", "otp"]), Some("urn:mace:incommon:iap:silver")));
    }
}
