//! What every page needs: the database, the clock and where the browser side is.

use domain::Date;
use domain::webhook::Network;
use papers::Fonts;
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

/// Where letters come from and lead to.
#[derive(Debug, Clone)]
pub struct Post {
    /// Where browsers find the site, as letters and calendars write it.
    pub site: String,
    /// How letters leave, as the administrator reads it; none where there is the inbox alone.
    pub address: Option<String>,
    /// From whom letters come.
    pub from: String,
}

impl Default for Post {
    fn default() -> Self {
        Self {
            site: "http://localhost:3000".to_owned(),
            address: None,
            from: "Baton <baton@localhost>".to_owned(),
        }
    }
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
    /// Where letters come from and lead to.
    pub post: Arc<Post>,
    /// What papers are set in.
    pub fonts: Fonts,
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
            post: Arc::default(),
            fonts: Fonts::default(),
        }
    }

    /// The same with letters.
    #[must_use]
    pub fn with_post(mut self, post: Post) -> Self {
        self.post = Arc::new(post);
        self
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

    /// The same with other fonts than those that are installed.
    #[must_use]
    pub fn with_fonts(mut self, fonts: Fonts) -> Self {
        self.fonts = fonts;
        self
    }

    /// The same with a provider at which one can sign in, and the origins to which that sends browsers back.
    #[must_use]
    pub fn with_provider(mut self, oidc: Option<Arc<Provider>>, origins: Vec<String>) -> Self {
        (self.oidc, self.origins) = (oidc, origins);
        self
    }
}
