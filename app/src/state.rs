//! What every page needs: the database, the clock and where the browser side is.

use domain::Date;
use domain::webhook::Network;
use services::identity::Limits;
use services::identity::oidc::Provider;
use std::sync::Arc;
use store::Db;

/// What tells the time. Days are those of China, where every user lives.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// Always the same moment, for tests.
    Fixed(chrono::DateTime<chrono::Utc>),
}

impl Clock {
    /// Now, to the microsecond that both databases keep.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        use chrono::SubsecRound;
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place where the time is read")]
            Self::System => chrono::Utc::now().trunc_subsecs(6),
            Self::Fixed(moment) => *moment,
        }
    }

    /// The day in China (UTC+8, all year).
    pub fn today(&self) -> Date {
        (self.now() + chrono::TimeDelta::hours(8)).date_naive()
    }
}

/// Addresses of the browser side.
#[derive(Debug, Clone, Copy)]
pub struct Assets {
    /// Style sheet.
    pub style: &'static str,
    /// Script, which loads the rest.
    pub script: &'static str,
}

/// Shared by all requests.
#[derive(Debug, Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The browser side.
    pub assets: Assets,
    /// Whether browsers come by TLS alone; cookies then insist on it.
    pub is_secure: bool,
    /// How long sessions and links last.
    pub limits: Limits,
    /// Where one can sign in, too.
    pub oidc: Option<Arc<Provider>>,
    /// Where browsers find the site, such as `https://baton.example.cn`; without any, on this machine only.
    pub origins: Vec<String>,
    /// Networks that webhooks may reach though they are not public.
    pub webhook_networks: Arc<[Network]>,
}

impl AppState {
    /// A state.
    pub fn new(db: Db, clock: Clock, assets: Assets) -> Self {
        Self {
            db,
            clock,
            assets,
            is_secure: false,
            limits: Limits::default(),
            oidc: None,
            origins: Vec::new(),
            webhook_networks: Arc::default(),
        }
    }

    /// The same for browsers that come by TLS alone, or not.
    #[must_use]
    pub fn secure(mut self, is_secure: bool) -> Self {
        self.is_secure = is_secure;
        self
    }

    /// The same with networks that webhooks may reach.
    #[must_use]
    pub fn with_webhook_networks(mut self, networks: &[Network]) -> Self {
        self.webhook_networks = networks.into();
        self
    }

    /// The same with a provider at which one can sign in, and the origins to which that sends browsers back.
    #[must_use]
    pub fn with_provider(mut self, oidc: Option<Arc<Provider>>, origins: Vec<String>) -> Self {
        (self.oidc, self.origins) = (oidc, origins);
        self
    }
}
