//! The accounts of the demonstration: one of each role, in the sample county.

use crate::output::{Failure, say};
use app::i18n::Lang;
use domain::Message;
use domain::duty::Role;
use services::identity::{Device, Limits, Origin, Password};
use services::write::Caller;
use store::Db;

/// Known to everybody, in a database that is thrown away and that this machine alone can reach.
const PASSWORD: &str = "jiebang-demo-2026";

/// Names to sign in with, whose they are, and what the person is in the sample.
const ACCOUNTS: [(&str, &str, Role); 10] = [
    ("bianban", "P127", Role::Organization),
    ("lingdao", "P128", Role::Leader),
    ("fuxiangzhang", "P001", Role::Manager),
    ("jingban", "P003", Role::Handler),
    ("shenpi", "P006", Role::Approver),
    ("jianguan", "P109", Role::Supervisor),
    ("peixun", "P106", Role::Trainer),
    ("xueyuan", "P009", Role::Trainee),
    ("shenji", "P129", Role::Auditor),
    ("guanli", "P130", Role::Administrator),
];

/// Makes the accounts, and prints how to sign in.
pub async fn accounts(db: &Db, caller: &Caller, lang: Lang) -> Result<(), Failure> {
    let limits = Limits::default();
    let origin = Origin {
        address: caller.address.clone(),
        label: String::new(),
        device: Device::default(),
        now: caller.now,
        today: caller.today,
    };
    let password = Password::new(PASSWORD.to_owned());
    say(&lang.say(&Message::new("cli-demo-accounts").with("password", PASSWORD)));
    for (login, person, role) in ACCOUNTS {
        let made = services::identity::create(db, &limits, caller, login, person).await?;
        if let Ok((_, token)) = made {
            services::identity::use_link(db, &origin, &token, &password, &password).await?;
        }
        say(&format!("  {login:<14}{}", lang.say(&role.message())));
    }
    Ok(())
}
