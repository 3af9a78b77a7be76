//! Measures decisions about access beside other engines, over 100,000 people, 5,000 units and 300,000 assignments.

mod clock;
mod county;
mod engines;

use access::{Action, Actor, MODEL, POLICY, Policy, Tuple};
use casbin::CoreApi;
use chrono::{DateTime, Utc};
use clock::{Table, Times, batches, each, nanoseconds, nothing};
use county::{ASSIGNMENTS, ASSIGNMENTS_OF_UNIT, HEAVY, PEOPLE, Raw, Record, UNITS};
use domain::assignment::Function;
use domain::duty::{Role, Scope, Side};
use engines::{Bits, Cedar, Failure, Rego};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::Arc;
use std::time::Instant;
use store::Db;

/// People whose decisions are mixed, and decisions of each.
const ACTORS: usize = 64;
const QUESTIONS: usize = 64;

/// One decision.
struct Question {
    actor: Actor,
    action: Action,
    record: Record,
}

impl Question {
    /// What of it an engine is asked: the first of the post's roles stands for all.
    fn tuple(&self) -> Option<Tuple> {
        let rights = self.actor.rights()?;
        let subject = self.record.subject();
        let relation = rights.standing(&subject).relation;
        let (role, scope) = match rights.grants.first() {
            Some(grant) => (grant.role, rights.scope(*grant, &subject)),
            None => (Role::Anyone, if subject.units.is_empty() { Scope::System } else { Scope::Outside }),
        };
        Some(Tuple { role, scope, relation, action: self.action })
    }
}

/// Numbers without a pattern, the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }
}

/// Decisions of a person on whatever can be done, on records of his unit, of others and of none.
fn questions(who: usize, actor: &Actor, dice: &mut Dice, wanted: usize) -> Vec<Question> {
    let (unit, me) = (county::unit_of(who), county::person(who));
    let mut named: Vec<_> =
        actor.rights().map(|rights| rights.named.keys().copied().collect()).unwrap_or_default();
    named.sort_unstable();
    let place_of = |id: domain::id::AssignmentId| usize::try_from(id.0.as_u128() & 0xffff_ffff).unwrap_or(0);
    let question = |_| {
        let action = Action::ALL[dice.below(Action::ALL.len())];
        let function = action.function();
        let place = match dice.below(4) {
            0 | 1 if !named.is_empty() => place_of(named[dice.below(named.len())]),
            3 => dice.below(ASSIGNMENTS),
            _ => unit * ASSIGNMENTS_OF_UNIT + dice.below(ASSIGNMENTS_OF_UNIT),
        };
        let mut record = Record::of(place, function);
        let other = county::person(dice.below(PEOPLE));
        if function.is_some() {
            record.parties =
                (0..dice.below(4)).map(|_| (county::person(dice.below(PEOPLE)), Side::Decides)).collect();
            if dice.below(8) == 0 {
                record.parties.push((me, Side::Oversees));
            }
        } else {
            if dice.below(4) == 0 {
                record = Record::default();
            }
            record.about = Some(if dice.below(2) == 0 { me } else { other });
            record.benefits = (dice.below(8) == 0).then_some(me);
        }
        Question { actor: actor.clone(), action, record }
    };
    (0..wanted).map(question).collect()
}

/// 50 rows of a list with the four things that could be done to each.
fn page(actor: &Actor, unit: usize) -> Vec<Question> {
    let actions = [
        (Action::AssignmentRead, None),
        (Action::AllocationChange, None),
        (Action::CaseAccept, Some(Function::Accept)),
        (Action::CaseApprove, Some(Function::Approve)),
    ];
    let rows = (0..50).flat_map(|row| actions.map(|(action, function)| (row, action, function)));
    rows.map(|(row, action, function)| {
        let record = Record::of(unit * ASSIGNMENTS_OF_UNIT + row, function);
        Question { actor: actor.clone(), action, record }
    })
    .collect()
}

fn now() -> DateTime<Utc> {
    county::day().and_hms_opt(9, 0, 0).unwrap_or_default().and_utc()
}

async fn load(db: &Db, who: usize) -> Result<Actor, Failure> {
    let mut conn = db.read().await?;
    let signed = store::rights::of_session(&mut conn, &county::token(who), county::day(), now()).await?;
    conn.commit().await?;
    Ok(Actor::Person(Arc::new(signed.ok_or("nobody has signed in")?.rights)))
}

/// Times loading the rights of these people, in turn: the statement, and it with its transaction.
async fn loading(db: &Db, who: &[usize], times: usize) -> Result<(Times, Times, u64), Failure> {
    let (mut statement, mut whole) = (Vec::new(), Vec::new());
    for &who in who.iter().cycle().take(who.len().min(50)) {
        load(db, who).await?;
    }
    let before = db.statements();
    for &who in who.iter().cycle().take(times) {
        let token = county::token(who);
        let began = Instant::now();
        let mut conn = db.read().await?;
        let sent = Instant::now();
        let signed = store::rights::of_session(&mut conn, &token, county::day(), now()).await?;
        statement.push(nanoseconds(sent));
        conn.commit().await?;
        whole.push(nanoseconds(began));
        drop(signed);
    }
    let statements = (db.statements() - before) / u64::try_from(times)?;
    Ok((Times::of(statement), Times::of(whole), statements))
}

async fn filled(name: &str, address: &str) -> Result<Db, Failure> {
    let began = Instant::now();
    let db = Db::open(address).await?;
    store::migrate(&db).await?;
    county::fill(&mut Raw::connect(address).await?).await?;
    eprintln!("{name}: filled in {:.1} s", began.elapsed().as_secs_f64());
    Ok(db)
}

async fn load_lines(table: &mut Table, name: &str, db: &Db) -> Result<(), Failure> {
    let typical = county::signed_in(500);
    for (what, who, times) in [("a typical", typical.as_slice(), 2_000), ("a heavy", &[HEAVY], 1_000)] {
        let (statement, whole, statements) = loading(db, who, times).await?;
        let s = if statements == 1 { "" } else { "s" };
        table.note(
            format!("load {what} person's rights, {name}, {statements} statement{s}"),
            statement,
            "≤ 2 ms, 1 statement",
        );
        table.note("  with its transaction", whole, "");
    }
    Ok(())
}

/// Asks every engine the whole space of questions; they must agree before anything is timed.
fn compare(
    policy: &Policy,
    bits: &Bits,
    cedar: &Cedar,
    rego: &mut [engines::Machine],
) -> Result<usize, Failure> {
    let mut asked = 0;
    for tuple in Tuple::all() {
        let wanted = policy.ask(tuple)?;
        let mut answers =
            vec![policy.allows(tuple), bits.allows(tuple), cedar.allows(tuple, &cedar.name(tuple))?];
        for machine in &mut *rego {
            answers.push(machine.allows(tuple)?);
        }
        if answers.iter().any(|answer| *answer != wanted) {
            return Err(
                format!("the engines differ on {tuple:?}: casbin {wanted}, others {answers:?}").into()
            );
        }
        asked += 1;
    }
    Ok(asked)
}

fn decisions(table: &mut Table, clock: Times, mix: &[Question], heavy: &[Question]) {
    let decide = |mix: &[Question], place: usize| {
        let Question { actor, action, record } = &mix[place % mix.len()];
        actor.permit(*action, &record.subject()).is_ok()
    };
    let allowed = (0..mix.len()).filter(|place| decide(mix, *place)).count();
    eprintln!("{allowed} of the mix of {} decisions are permits", mix.len());
    table.note(
        "Actor::permit, mixed people and actions",
        each(400_000, clock, |place| decide(mix, place)),
        "≤ 1 µs, p99 ≤ 5 µs",
    );
    table.note("  mean of batches of 16", batches(25_000, 16, |place| decide(mix, place)), "");
    table.note(
        "Actor::permit, a heavy person",
        each(400_000, clock, |place| decide(heavy, place)),
        "≤ 1 µs, p99 ≤ 5 µs",
    );
}

async fn pages(table: &mut Table, clock: Times, actor: &Actor, unit: usize) -> Result<(), Failure> {
    let page = page(actor, unit);
    let whole =
        |_| page.iter().filter(|one| one.actor.permit(one.action, &one.record.subject()).is_ok()).count();
    table.note("page of 50 rows × 4 actions", each(5_000, clock, whole), "≤ 500 µs");
    let (mut starts, mut firsts) = (Vec::new(), Vec::new());
    for _ in 0..50 {
        let began = Instant::now();
        let policy = Policy::new(MODEL, POLICY).await?;
        starts.push(nanoseconds(began));
        let began = Instant::now();
        let permits =
            page.iter().filter(|one| one.actor.permit_by(&policy, one.action, &one.record.subject()).is_ok());
        std::hint::black_box(permits.count());
        firsts.push(nanoseconds(began));
    }
    table.note("  the first one after a start, no answer kept", Times::of(firsts), "");
    table.note("start: read the embedded policy", Times::of(starts), "within 300 ms");
    Ok(())
}

async fn peers(table: &mut Table, clock: Times, mix: &[Question]) -> Result<(), Failure> {
    let policy = Policy::new(MODEL, POLICY).await?;
    let (bits, cedar) = (Bits::new(&policy)?, Cedar::new()?);
    let mut rego = [Rego::Rules.machine()?, Rego::Table.machine()?];
    let asked = compare(&policy, &bits, &cedar, &mut rego)?;
    println!("all engines give the same answer to each of {asked} questions");
    let tuples: Vec<Tuple> = mix.iter().filter_map(Question::tuple).collect();
    let tuple = |place: usize| tuples[place % tuples.len()];
    table.note("kept answer alone", batches(25_000, 16, |place| policy.allows(tuple(place))), "");
    table.note("bitset", batches(25_000, 16, |place| bits.allows(tuple(place))), "");
    table.note(
        "casbin, the embedded policy",
        each(10_000, clock, |place| policy.ask(tuple(place)).is_ok_and(|is| is)),
        "",
    );
    let names: Vec<_> = tuples.iter().map(|tuple| cedar.name(*tuple)).collect();
    table.note(
        "Cedar",
        each(10_000, clock, |place| cedar.allows(tuple(place), &names[place % names.len()])),
        "",
    );
    let [rules, by_action] = &mut rego;
    table.note(
        "compiled Rego, a rule for each row",
        each(10_000, clock, |place| rules.allows(tuple(place))),
        "",
    );
    table.note(
        "compiled Rego, rows by role and action",
        each(10_000, clock, |place| by_action.allows(tuple(place))),
        "",
    );
    let lines = county::named();
    let asked: Vec<Vec<String>> = lines.iter().step_by(lines.len() / 10).cloned().collect();
    let enforcer = engines::named_in_casbin(lines).await?;
    let ask = |place: usize| {
        let [person, assignment, function, _] = &asked[place % asked.len()][..] else { return false };
        enforcer.enforce((person.as_str(), assignment.as_str(), function.as_str())).is_ok_and(|is| is)
    };
    if !(0..asked.len()).all(ask) {
        return Err("casbin denies what a line grants".into());
    }
    table.note(format!("casbin, {ASSIGNMENTS} lines"), each(20, clock, ask), "");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    println!(
        "{PEOPLE} people, {UNITS} units, {ASSIGNMENTS} assignments, {} allocations",
        2 * ASSIGNMENTS + 200
    );
    let folder = tempfile::tempdir()?;
    let sqlite = filled("SQLite", &format!("sqlite://{}", folder.path().join("bench.db").display())).await?;
    access::start().await?;

    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut mix = Vec::new();
    for who in county::signed_in(ACTORS) {
        mix.extend(questions(who, &load(&sqlite, who).await?, &mut dice, QUESTIONS));
    }
    // People take turns, as requests do.
    let mut order: Vec<Option<Question>> = mix.into_iter().map(Some).collect();
    let places = (0..QUESTIONS).flat_map(|nth| (0..ACTORS).map(move |actor| actor * QUESTIONS + nth));
    let mix: Vec<Question> = places.filter_map(|place| order[place].take()).collect();
    let heavy = load(&sqlite, HEAVY).await?;
    let heavy_mix = questions(HEAVY, &heavy, &mut dice, ACTORS * QUESTIONS);

    let (mut table, clock) = (Table::default(), nothing());
    decisions(&mut table, clock, &mix, &heavy_mix);
    pages(&mut table, clock, &heavy, county::unit_of(HEAVY)).await?;
    table.note("reading the clock, taken off above", clock, "");
    load_lines(&mut table, "SQLite", &sqlite).await?;
    sqlite.close().await;
    if let Ok(server) = std::env::var("BATON_BENCH_POSTGRES") {
        let name = format!("baton_bench_access_{}", std::process::id());
        let mut admin = PgConnection::connect(&server).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("create database {name}"))).execute(&mut admin).await?;
        let done = on_postgres(&mut table, &server, &name).await;
        sqlx::raw_sql(AssertSqlSafe(format!("drop database {name} with (force)")))
            .execute(&mut admin)
            .await?;
        done?;
    }
    peers(&mut table, clock, &mix).await?;
    table.print();
    Ok(())
}

async fn on_postgres(table: &mut Table, server: &str, name: &str) -> Result<(), Failure> {
    let (host, _) = server.rsplit_once('/').ok_or("BATON_BENCH_POSTGRES names no database")?;
    let db = filled("PostgreSQL", &format!("{host}/{name}")).await?;
    load_lines(table, "PostgreSQL", &db).await?;
    db.close().await;
    Ok(())
}
