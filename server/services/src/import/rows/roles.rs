//! Roles in posts.

use super::{Importer, Outcome, outcome};
use crate::import::ROLES;
use crate::import::cells::{self, Fields};
use domain::duty::BENEFIT_RULE;
use domain::id::GrantId;
use domain::{Message, Period};
use store::StoreError;
use store::grant::RoleGrant;

impl Importer<'_> {
    /// One row is a role of a post, for a unit and all below it; without one, for the post's own unit.
    pub(super) async fn role(&mut self, fields: &mut Fields<'_>) -> Result<Outcome, StoreError> {
        let person = self.row_person(fields).await?;
        let unit = self.row_unit(fields).await?;
        let post = fields.must("post", cells::text);
        let role = fields.must("role", cells::text);
        let from = fields.must("from", cells::date);
        let mut written = String::new();
        fields.set("scope", &mut written, cells::text);
        let scope = if written.is_empty() {
            unit.clone()
        } else {
            self.found_unit(fields, "scope", &written).await?
        };
        let (Some(person), Some(unit), Some(post), Some(role), Some(from), Some(scope)) =
            (person, unit, post, role, from, scope)
        else {
            return Ok(Outcome::Wrong);
        };
        if Some(person.id) == self.me {
            fields.wrong("person", Message::new("import-error-own-role").with("rule", BENEFIT_RULE));
            return Ok(Outcome::Wrong);
        }
        let posts = store::people::appointments_of(self.conn, person.id).await?;
        // A built-in role by its word or code, another one by its code.
        let role = match ROLES.find(&role) {
            Some(role) => role.to_string(),
            None if store::grant::role_exists(self.conn, &role).await? => role,
            None => {
                fields.wrong("role", Message::new("import-error-unknown-word").with("allowed", ROLES.all()));
                return Ok(Outcome::Wrong);
            }
        };
        // The one of several that holds when the role begins, else the last.
        let mut named = posts.iter().filter(|each| each.unit == unit.id && each.post == post);
        let held = named.clone().find(|each| each.period.contains(from)).or_else(|| named.next_back());
        let Some(held) = held else {
            fields.wrong("post", Message::new("import-error-no-post"));
            return Ok(Outcome::Wrong);
        };
        let natural = format!(
            "{}\u{1f}{}\u{1f}{post}\u{1f}{role}\u{1f}{}\u{1f}{from}",
            person.code, unit.code, scope.code
        );
        let all = store::grant::of_appointment(self.conn, held.id).await?;
        let stored = all
            .into_iter()
            .find(|each| each.role == role && each.scope == scope.id && each.period.from == from);
        let mut grant = stored.clone().unwrap_or_else(|| RoleGrant {
            id: GrantId(store::new_id()),
            appointment: held.id,
            role,
            scope: scope.id,
            period: Period { from, to: None },
            source: "page".to_owned(),
        });
        if let Some(period) = Self::row_period(fields, grant.period.to) {
            grant.period = period;
        }
        let result = outcome(stored.as_ref(), &grant);
        if !self.is_first(fields, "role", natural, result == Outcome::Unchanged) || !fields.is_good() {
            return Ok(Outcome::Wrong);
        }
        if result == Outcome::Unchanged {
            return Ok(result);
        }
        let scale = self.weigh(&person).await?;
        match &stored {
            None => store::grant::insert(self.conn, &grant).await?,
            Some(_) => store::grant::end(self.conn, grant.id, grant.period.to).await?,
        }
        if !self.is_kept_apart(fields, "role", scale).await? {
            match &stored {
                None => store::grant::delete(self.conn, grant.id).await?,
                Some(stored) => store::grant::end(self.conn, grant.id, stored.period.to).await?,
            }
            return Ok(Outcome::Wrong);
        }
        // Whoever gives a role for a unit answers for it; nothing is assessed by roles, so a second look is cheap.
        self.touched.insert(scope.id);
        self.touched.insert(unit.id);
        Ok(result)
    }
}
