//! The catalogue.

use super::id;
use crate::answer::{Page, Paging, json, page};
use crate::door::Door;
use crate::endpoint::{Endpoint, line};
use crate::problem::{Answer, Fault};
use crate::request::{Api, Asked};
use access::Action;
use axum::extract::Path;
use chrono::NaiveDate;
use domain::id::PowerId;
use domain::power::Power;
use domain::token::Area;
use serde::{Deserialize, Serialize};
use store::power::Filter;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use uuid::Uuid;

/// The area's endpoints.
pub fn lines() -> Vec<Endpoint> {
    let read = Door::read(Area::Powers, Action::PowerRead);
    vec![line(routes!(list), read), line(routes!(one), read)]
}

/// A power, and how the units that received it fare.
#[derive(Debug, Serialize, ToSchema)]
struct PowerLine {
    /// Identifier.
    id: Uuid,
    /// Catalogue it stands in.
    catalogue: String,
    /// Version of the catalogue.
    version: String,
    /// Code; unique in the version.
    code: String,
    /// Name.
    name: String,
    /// Type, such as `licence` or `penalty`.
    power_type: &'static str,
    /// Field of work.
    field: String,
    /// Department that held it before, as published.
    original_department: String,
    /// How much harm a wrong decision does: `high`, `medium` or `low`.
    risk: &'static str,
    /// Assignments that are assessed, among those that may be seen.
    assigned: i64,
    /// Of them, those that cannot be absorbed.
    cannot: i64,
}

/// Which powers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wish {
    /// Part of the name, its pinyin or initials, the code or the department.
    #[serde(default)]
    q: String,
    /// Catalogue.
    #[serde(default)]
    catalogue: String,
    /// Field of work.
    #[serde(default)]
    field: String,
    /// Type.
    #[serde(default)]
    power_type: String,
}

/// Powers, by catalogue and code.
#[utoipa::path(get, path = "/powers", tag = "powers", params(Wish, Paging),
    responses((status = 200, body = Page<PowerLine>)))]
async fn list(api: Api, Asked(wish): Asked<Wish>, Asked(paging): Asked<Paging>) -> Answer {
    let filter = Filter {
        typed: wish.q,
        catalogue: wish.catalogue,
        field: wish.field,
        power_type: wish.power_type.parse().ok(),
    };
    let mut conn = api.read().await?;
    let (limit, offset) = (paging.limit(), paging.offset());
    let (listed, total) = store::power::list(&mut conn, &filter, limit, offset, api.sight()).await?;
    let rows = listed.into_iter().map(|listed| PowerLine {
        id: listed.power.id.0,
        catalogue: listed.power.catalogue,
        version: listed.power.version,
        code: listed.power.code,
        name: listed.power.name,
        power_type: listed.power.power_type.as_str(),
        field: listed.power.field,
        original_department: listed.power.original_department,
        risk: listed.power.risk.as_str(),
        assigned: listed.assigned,
        cannot: listed.cannot,
    });
    page(&api, paging, rows.collect(), total)
}

/// An article on which a power stands.
#[derive(Debug, Serialize, ToSchema)]
struct Basis {
    /// Law and article, as published.
    citation: String,
    /// In force from.
    from: Option<NaiveDate>,
    /// Last day in force.
    to: Option<NaiveDate>,
}

/// A thing that handling a power needs.
#[derive(Debug, Serialize, ToSchema)]
struct Needed {
    /// Equipment, seal or system account.
    item: String,
    /// How many.
    quantity: u32,
}

/// A power with everything that the catalogue says of it.
#[derive(Debug, Serialize, ToSchema)]
struct PowerDetail {
    /// Identifier.
    id: Uuid,
    /// Catalogue it stands in.
    catalogue: String,
    /// Version of the catalogue.
    version: String,
    /// Code; unique in the version.
    code: String,
    /// Name.
    name: String,
    /// Type, such as `licence` or `penalty`.
    power_type: &'static str,
    /// Field of work.
    field: String,
    /// Articles it stands on.
    legal_bases: Vec<Basis>,
    /// Department that held it before, as published.
    original_department: String,
    /// Form of transfer, as published.
    published_form: String,
    /// Time limit set by law, in working days.
    statutory_days: Option<u32>,
    /// Time limit promised, in working days.
    promised_days: Option<u32>,
    /// Working time of one case, in minutes.
    minutes_per_case: u32,
    /// Kinds of certificate that its handlers hold.
    certificates: Vec<String>,
    /// Courses that its handlers completed.
    courses: Vec<String>,
    /// Equipment, seals and accounts.
    equipment: Vec<Needed>,
    /// How much harm a wrong decision does: `high`, `medium` or `low`.
    risk: &'static str,
    /// Used in one season of the year only.
    is_seasonal: bool,
    /// Used in emergencies only.
    is_for_emergencies: bool,
    /// Handlers needed, where it differs from the rule for the type.
    min_people: Option<u32>,
    /// Money that one case costs beside working time, in fen.
    cost_per_case_fen: i64,
    /// Remarks, as published.
    remarks: String,
    /// Where it was published.
    source: String,
}

impl From<Power> for PowerDetail {
    fn from(power: Power) -> Self {
        let basis = |basis: domain::power::LegalBasis| Basis {
            citation: basis.citation,
            from: basis.from,
            to: basis.to,
        };
        let needed = |item: domain::power::RequiredItem| Needed { item: item.item, quantity: item.quantity };
        Self {
            id: power.id.0,
            catalogue: power.catalogue,
            version: power.version,
            code: power.code,
            name: power.name,
            power_type: power.power_type.as_str(),
            field: power.field,
            legal_bases: power.legal_bases.into_iter().map(basis).collect(),
            original_department: power.original_department,
            published_form: power.published_form,
            statutory_days: power.statutory_days,
            promised_days: power.promised_days,
            minutes_per_case: power.minutes_per_case,
            certificates: power.certificates,
            courses: power.courses,
            equipment: power.equipment.into_iter().map(needed).collect(),
            risk: power.risk.as_str(),
            is_seasonal: power.rhythm.seasonal,
            is_for_emergencies: power.rhythm.emergency,
            min_people: power.min_people,
            cost_per_case_fen: power.cost_per_case.0,
            remarks: power.remarks,
            source: power.source,
        }
    }
}

/// A power with everything that the catalogue says of it.
#[utoipa::path(get, path = "/powers/{id}", tag = "powers", params(("id" = Uuid, Path)),
    responses((status = 200, body = PowerDetail)))]
async fn one(api: Api, Path(power): Path<String>) -> Answer {
    let power: PowerId = id(&power)?;
    let mut conn = api.read().await?;
    let found = store::power::by_id(&mut conn, power).await?.ok_or(Fault::NotFound)?;
    json(&PowerDetail::from(found))
}
