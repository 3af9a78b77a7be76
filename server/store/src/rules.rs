//! The configuration of the assessment, as stored.

use crate::db::{execute, fetch_all, int, nat};
use crate::{Conn, StoreError};
use domain::Fen;
use domain::power::PowerType;
use domain::rules::{Norms, PerMille, Rules, TypeRules};
use domain::wisn::WorkingYear;
use sqlx::types::Json;

// One statement for both tables: norms stand in each row, and either side may be missing.
const LOAD: &str = "select n.possible_days, n.holidays, n.leave_days, n.sick_days, n.training_days, n.hours_per_day,
    n.category_allowance, n.post_year_fen, n.course_place_fen, n.equipment_item_fen,
    t.power_type, t.min_people, t.certificates, t.workload, t.on_time, t.returned, t.exercise, t.money, t.idle_months
    from (select 1 as one) o left join norms n on n.id = o.one left join type_rules t on o.one = 1";

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    norms: NormsRow,
    #[sqlx(flatten)]
    of_type: TypeRow,
}

#[derive(sqlx::FromRow)]
struct NormsRow {
    possible_days: Option<f64>,
    holidays: Option<f64>,
    leave_days: Option<f64>,
    sick_days: Option<f64>,
    training_days: Option<f64>,
    hours_per_day: Option<f64>,
    category_allowance: Option<i32>,
    post_year_fen: Option<i64>,
    course_place_fen: Option<i64>,
    equipment_item_fen: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct TypeRow {
    power_type: Option<String>,
    min_people: Option<i32>,
    certificates: Option<Json<Vec<String>>>,
    workload: Option<i32>,
    on_time: Option<i32>,
    returned: Option<i32>,
    exercise: Option<i32>,
    money: Option<i32>,
    idle_months: Option<i32>,
}

impl NormsRow {
    fn read(&self) -> Option<Norms> {
        Some(Norms {
            year: WorkingYear {
                possible_days: self.possible_days?,
                holidays: self.holidays?,
                leave: self.leave_days?,
                sick: self.sick_days?,
                training: self.training_days?,
                hours_per_day: self.hours_per_day?,
            },
            category_allowance: PerMille(nat(self.category_allowance?)),
            post_year: Fen(self.post_year_fen?),
            course_place: Fen(self.course_place_fen?),
            equipment_item: Fen(self.equipment_item_fen?),
        })
    }
}

impl TypeRow {
    fn read(self) -> Option<Result<(PowerType, TypeRules), StoreError>> {
        let rules = TypeRules {
            min_people: nat(self.min_people?),
            certificates: self.certificates?.0,
            workload: PerMille(nat(self.workload?)),
            on_time: PerMille(nat(self.on_time?)),
            returned: PerMille(nat(self.returned?)),
            exercise: PerMille(nat(self.exercise?)),
            money: PerMille(nat(self.money?)),
            idle_months: nat(self.idle_months?),
        };
        Some(self.power_type?.parse().map(|power_type| (power_type, rules)).map_err(StoreError::from))
    }
}

/// The rules, with the defaults where nothing is stored.
pub async fn load(conn: &mut Conn) -> Result<Rules, StoreError> {
    let rows = fetch_all!(conn, Row, LOAD)?;
    let norms = rows.first().and_then(|row| row.norms.read()).unwrap_or_default();
    let types = rows.into_iter().filter_map(|row| row.of_type.read()).collect::<Result<_, _>>()?;
    Ok(Rules::new(norms, types))
}

const SAVE_TYPE: &str = "insert into type_rules (power_type, min_people, certificates, workload, on_time, returned,
    exercise, money, idle_months) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (power_type) do update set min_people = excluded.min_people, certificates = excluded.certificates,
    workload = excluded.workload, on_time = excluded.on_time, returned = excluded.returned,
    exercise = excluded.exercise, money = excluded.money, idle_months = excluded.idle_months";

/// Stores the thresholds of a type.
pub async fn save_type(conn: &mut Conn, power_type: PowerType, rules: &TypeRules) -> Result<(), StoreError> {
    execute!(
        conn,
        SAVE_TYPE,
        power_type.as_str(),
        int(rules.min_people),
        Json(&rules.certificates),
        int(rules.workload.0),
        int(rules.on_time.0),
        int(rules.returned.0),
        int(rules.exercise.0),
        int(rules.money.0),
        int(rules.idle_months),
    )?;
    Ok(())
}

const SAVE_NORMS: &str =
    "insert into norms (id, possible_days, holidays, leave_days, sick_days, training_days,
    hours_per_day, category_allowance, post_year_fen, course_place_fen, equipment_item_fen)
    values (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update set possible_days = excluded.possible_days, holidays = excluded.holidays,
    leave_days = excluded.leave_days, sick_days = excluded.sick_days, training_days = excluded.training_days,
    hours_per_day = excluded.hours_per_day, category_allowance = excluded.category_allowance,
    post_year_fen = excluded.post_year_fen, course_place_fen = excluded.course_place_fen,
    equipment_item_fen = excluded.equipment_item_fen";

/// Stores the norms.
pub async fn save_norms(conn: &mut Conn, norms: &Norms) -> Result<(), StoreError> {
    execute!(
        conn,
        SAVE_NORMS,
        norms.year.possible_days,
        norms.year.holidays,
        norms.year.leave,
        norms.year.sick,
        norms.year.training,
        norms.year.hours_per_day,
        int(norms.category_allowance.0),
        norms.post_year.0,
        norms.course_place.0,
        norms.equipment_item.0,
    )?;
    Ok(())
}
