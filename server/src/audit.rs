//! `baton audit`: proves that the trail is whole, and writes it to a file.

use crate::cli::{AuditCommand, AuditFormat};
use crate::output::{self, Failure, complain, say};
use app::i18n::Lang;
use domain::Message;
use services::audit::Format;
use services::write::Caller;
use store::Db;
use store::audit::Filter;

/// Does it; false where the chain is broken.
pub async fn run(db: &Db, command: AuditCommand, caller: &Caller, lang: Lang) -> Result<bool, Failure> {
    match command {
        AuditCommand::Verify { expect } => {
            let verified = services::audit::verify(db, caller, expect).await?;
            for fault in &verified.faults {
                complain(&lang.say(&fault.message()));
            }
            say(&lang.say(&Message::new("audit-verified").with("count", verified.rows)));
            // Alone on its line, to be cut out and noted elsewhere.
            say(&verified.head());
            Ok(verified.faults.is_empty())
        }
        AuditCommand::Export { format, to } => {
            let format = match format {
                AuditFormat::Csv => Format::Csv,
                AuditFormat::Json => Format::Json,
            };
            let content = services::audit::export(db, caller, &Filter::default(), format).await?;
            output::write(&content, to.as_deref())?;
            Ok(true)
        }
    }
}
