//! What the server does by itself.

use access::Operator;
use app::state::Clock;
use services::ServiceError;
use services::identity::Limits;
use services::mailer::Mailer;
use services::webhook::Sender;
use services::write::Caller;
use std::sync::Arc;
use std::time::Duration;
use store::{Db, StoreError};

/// How often the day is looked at.
const EVERY: Duration = Duration::from_mins(10);

/// Closes reviews that are due, reminds of what is owed, takes the life of assignments on, forgets sessions that are
/// over, and assesses everything when a new day has begun, because certificates expire and windows move without a
/// write.
pub async fn assess_each_day(db: Db, clock: Clock) {
    loop {
        let today = clock.today();
        let caller = Caller::operator(Operator::Schedule, clock.now(), today);
        for done in [
            services::review::each_day(&db, &caller).await,
            services::exception::each_day(&db, &caller).await,
            services::catalogue::round::each_day(&db, &caller).await,
            services::catalogue::basis::each_day(&db, &caller).await,
            services::life::clock::run(&db, &caller).await,
            services::handoff::each_time(&db, &caller).await.map(drop),
            services::identity::clear_old(&db, &Limits::default(), clock.now()).await,
        ] {
            if let Err(error) = done {
                crate::output::complain(&error.to_string());
            }
        }
        // What cannot be read now is tried again; pages tell the day of what they show.
        if let Ok(true) = is_behind(&db, today).await {
            let keep = services::assess::Keep::Results;
            if let Err(error) = services::assess::each_unit(&db, today, None, keep, &mut |_, _| {}).await {
                crate::output::complain(&error.to_string());
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// How often the queue of webhooks is looked at.
const TOLD_EVERY: Duration = Duration::from_secs(2);

/// Sends what webhooks are told.
pub async fn send_webhooks(db: Db, clock: Clock, sender: Sender) {
    loop {
        match sender.send_due(&db, clock.now()).await {
            // There may be more.
            Ok(tried) if tried > 0 => continue,
            // Nothing is due, or somebody writes something long.
            Ok(_) | Err(ServiceError::Store(StoreError::Locked)) => {}
            Err(error) => crate::output::complain(&error.to_string()),
        }
        tokio::time::sleep(TOLD_EVERY).await;
    }
}

/// How often the mailer looks whether somebody is to be written to.
const POST: Duration = Duration::from_secs(3);

/// Writes and sends letters, until the mailer is told to stop.
pub async fn send_letters(db: Db, clock: Clock, mailer: Arc<Mailer>) {
    let now = move || clock.now();
    let mut last = String::new();
    while !mailer.stop.is_asked() {
        // What fails goes on failing; it is told once.
        let told = match mailer.pass(&db, &now).await {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        if !told.is_empty() && told != last {
            crate::output::complain(&told);
        }
        last = told;
        let _ = tokio::time::timeout(POST, mailer.stop.asked()).await;
    }
}

async fn is_behind(db: &Db, today: domain::Date) -> Result<bool, store::StoreError> {
    let mut conn = db.read().await?;
    store::assessment::is_behind(&mut conn, today).await
}
