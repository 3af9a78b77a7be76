//! What the server does by itself.

use access::Operator;
use app::state::Clock;
use services::identity::Limits;
use services::write::Caller;
use std::time::Duration;
use store::Db;

/// How often the day is looked at.
const EVERY: Duration = Duration::from_mins(10);

/// Closes reviews that are due, forgets sessions that are over, and assesses everything when a new day has begun,
/// because certificates expire and windows move without a write.
pub async fn assess_each_day(db: Db, clock: Clock) {
    loop {
        let today = clock.today();
        let caller = Caller::operator(Operator::Schedule, clock.now(), today);
        let done = services::review::each_day(&db, &caller).await;
        let rounds = services::catalogue::round::each_day(&db, &caller).await;
        let bases = services::catalogue::basis::each_day(&db, &caller).await;
        let swept = services::identity::clear_old(&db, &Limits::default(), clock.now()).await;
        for error in [done.err(), rounds.err(), bases.err(), swept.err()].into_iter().flatten() {
            crate::output::complain(&error.to_string());
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

async fn is_behind(db: &Db, today: domain::Date) -> Result<bool, store::StoreError> {
    let mut conn = db.read().await?;
    store::assessment::is_behind(&mut conn, today).await
}
