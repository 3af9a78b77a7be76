//! Each post sees its own part: every limited function against every kind of post.

mod catalogue;
mod world;

use crate::common::each_database;
use crate::made::day;
use domain::duty::Sight;
use domain::id::{AppointmentId, AssignmentId, PersonId, UnitId};
use domain::unit::Unit;
use std::collections::{BTreeMap, BTreeSet};
use store::assessment::{self as kept, By, Filter, Order};
use store::facts::Neighbours;
use store::{Conn, new_id};
use world::{ALL_ASSIGNMENTS, ALL_UNITS, ON, PEOPLE, UNITS, VIEWERS, World, set, world};

/// What somebody sees, by codes.
struct Seen {
    name: String,
    units: BTreeSet<String>,
    assignments: BTreeSet<String>,
    people: BTreeSet<String>,
    named: BTreeSet<String>,
}

impl Seen {
    fn has(&self, unit: &str) -> bool {
        self.units.contains(unit)
    }

    /// The highest unit that is seen above a unit; the unit itself where it is not seen.
    fn top(&self, unit: &str) -> String {
        let above = World::above(unit);
        above.iter().rfind(|unit| self.has(unit)).unwrap_or(&above[0]).clone()
    }

    fn below(&self, root: &str) -> BTreeSet<String> {
        let is_below = |code: &&String| World::above(World::unit_of(code)).iter().any(|unit| unit == root);
        self.assignments.iter().filter(is_below).cloned().collect()
    }
}

#[test]
fn every_post_sees_its_part_and_no_more() {
    each_database(async |db| {
        let world = world(&db).await;
        let work = catalogue::Work::write(&db, &world).await;
        let mut conn = db.read().await.unwrap();
        let mut viewers: Vec<(Sight, Seen)> = Vec::new();
        for (viewer, post) in VIEWERS.iter().zip(&world.posts) {
            let seen = Seen {
                name: viewer.name.to_owned(),
                units: set(viewer.units),
                assignments: set(viewer.assignments),
                people: set(viewer.people),
                named: set(viewer.named),
            };
            viewers.push((Sight::Post(*post, day(ON)), seen));
        }
        let of = |name: &str, units: &str, assignments: &str, people: &str, named: &str| Seen {
            name: name.to_owned(),
            units: set(units),
            assignments: set(assignments),
            people: set(people),
            named: set(named),
        };
        viewers.push((Sight::Nothing, of("nobody", "", "", "", "")));
        viewers.push((Sight::Post(AppointmentId(new_id()), day(ON)), of("no such post", "", "", "", "")));
        let town = Sight::Support(world.unit("T1").id);
        viewers.push((town, of("support view", "T1 Q", "T1A T1B QB", "pT1 pQ pD", "")));
        let everybody: Vec<&str> = PEOPLE.iter().map(|(code, ..)| *code).collect();
        let units = format!("{ALL_UNITS} X");
        viewers.push((Sight::Everything, of("operator", &units, ALL_ASSIGNMENTS, &everybody.join(" "), "")));
        for (sight, seen) in &viewers {
            units_are_limited(&mut conn, &world, *sight, seen).await;
            assignments_are_limited(&mut conn, &world, *sight, seen).await;
            boards_are_limited(&mut conn, &world, *sight, seen).await;
            files_are_limited(&mut conn, &world, *sight, seen).await;
            work.is_limited(&mut conn, &world, *sight, seen).await;
        }
    });
}

fn codes(units: impl IntoIterator<Item = Unit>) -> Vec<String> {
    units.into_iter().map(|unit| unit.code).collect()
}

async fn units_are_limited(conn: &mut Conn, world: &World, sight: Sight, seen: &Seen) {
    let who = &seen.name;
    let sorted: Vec<String> = seen.units.iter().cloned().collect();
    assert_eq!(codes(store::unit::all(conn, sight).await.unwrap()), sorted, "{who}: all");
    assert_eq!(codes(store::unit::search(conn, "", 100, sight).await.unwrap()), sorted, "{who}: search");
    let some: Vec<String> = sorted.iter().filter(|code| code.starts_with('T')).cloned().collect();
    assert_eq!(codes(store::unit::search(conn, "t", 100, sight).await.unwrap()), some, "{who}: search t");
    let options = store::unit::options(conn, 100, sight).await.unwrap();
    assert_eq!(options.into_iter().map(|(code, _)| code).collect::<Vec<_>>(), sorted, "{who}: options");
    let tops: Vec<String> = sorted.iter().filter(|code| seen.top(code) == **code).cloned().collect();
    let roots = store::unit::children(conn, None, sight).await.unwrap();
    assert_eq!(codes(roots.into_iter().map(|row| row.unit)), tops, "{who}: roots");
    let mut named = seen.units.clone();
    named.extend(seen.units.iter().filter_map(|code| World::above(code).get(1).cloned()));
    for code in &seen.assignments {
        named.insert(World::unit_of(code).to_owned());
        named.extend(world.assignment(code).giver.map(|giver| world.names[&giver].clone()));
    }
    let told = store::unit::codes(conn, sight).await.unwrap();
    assert_eq!(told.into_iter().map(|(_, code)| code).collect::<BTreeSet<_>>(), named, "{who}: codes");

    for unit in &world.units {
        let (code, is_seen) = (&unit.code, seen.has(&unit.code));
        let found = store::unit::visible(conn, unit.id, sight).await.unwrap();
        assert_eq!(found.is_some(), is_seen, "{who}: {code} visible");
        let received = seen.assignments.iter().any(|each| World::unit_of(each) == code);
        let found = store::unit::mentioned(conn, unit.id, sight).await.unwrap();
        assert_eq!(found.is_some(), is_seen || received, "{who}: {code} mentioned");
        let mut path: Vec<String> = World::above(code).into_iter().filter(|code| seen.has(code)).collect();
        path.reverse();
        assert_eq!(codes(store::unit::path(conn, unit.id, sight).await.unwrap()), path, "{who}: {code} path");
        let facts = store::facts::with_path(conn, unit.id, day(ON), Neighbours::Left, sight).await.unwrap();
        assert_eq!(facts.is_some(), is_seen, "{who}: {code} facts");
        if let Some((of, facts)) = facts {
            assert_eq!((codes(of), facts.unit.code), (path, code.clone()), "{who}: {code} facts");
        }
        let row = store::unit::rolled_up(conn, unit.id, sight).await.unwrap();
        let count = i64::try_from(seen.below(code).len()).unwrap();
        let sums = row.map(|row| row.sums.counts.all());
        assert_eq!(sums, is_seen.then_some(count), "{who}: {code} rolled up");
        let below: Vec<String> =
            sorted.iter().filter(|each| World::above(each).get(1) == Some(code)).cloned().collect();
        let rows = store::unit::children(conn, Some(unit.id), sight).await.unwrap();
        for row in &rows {
            let count = i64::try_from(seen.below(&row.unit.code).len()).unwrap();
            assert_eq!(row.sums.counts.all(), count, "{who}: {} below {code}", row.unit.code);
        }
        assert_eq!(codes(rows.into_iter().map(|row| row.unit)), below, "{who}: below {code}");
    }
}

async fn assignments_are_limited(conn: &mut Conn, world: &World, sight: Sight, seen: &Seen) {
    let who = &seen.name;
    for (code, each) in &world.assignments {
        let is_seen = seen.assignments.contains(code);
        let found = store::assignment::visible(conn, each.id, sight).await.unwrap();
        assert_eq!(found.is_some(), is_seen, "{who}: {code} visible");
        let found = kept::of_assignment(conn, each.id, sight).await.unwrap();
        assert_eq!(found.is_some(), is_seen, "{who}: {code} assessment");
        let months = store::statistics::of_assignment(conn, each.id, day("2026-01-01"), sight).await.unwrap();
        assert_eq!(months.len(), usize::from(is_seen), "{who}: {code} months");
        let handlers = store::people::handlers(conn, each.id, sight).await.unwrap();
        let handlers: Vec<String> = handlers.into_iter().map(|each| each.code).collect();
        let named = PEOPLE.iter().filter(|(.., of)| of == code && is_seen);
        assert_eq!(handlers, named.map(|(code, ..)| *code).collect::<Vec<_>>(), "{who}: {code} handlers");
    }
    let filter = store::power::Filter::default();
    let (listed, count) = store::power::list(conn, &filter, 10, 0, sight).await.unwrap();
    assert_eq!((listed.len(), count), (2, 2), "{who}: everybody reads the catalogue");
    for (power, listed) in world.powers.iter().zip(listed) {
        let of_power: BTreeSet<String> =
            seen.assignments.iter().filter(|code| code.ends_with(&power.code)).cloned().collect();
        let held = store::assignment::of_power(conn, power.id, 100, sight).await.unwrap();
        let held: Vec<String> =
            held.into_iter().map(|each| world.codes[&each.assignment.id].clone()).collect();
        assert_eq!(held.len(), of_power.len(), "{who}: holders of {}", power.code);
        assert_eq!(held.into_iter().collect::<BTreeSet<_>>(), of_power, "{who}: holders of {}", power.code);
        assert_eq!(listed.assigned, i64::try_from(of_power.len()).unwrap(), "{who}: {} assigned", power.code);
        let mut cannot = 0;
        for code in &of_power {
            let (kept, _) =
                kept::of_assignment(conn, world.assignment(code).id, sight).await.unwrap().unwrap();
            cannot += i64::from(kept.verdict == domain::assess::Verdict::Cannot);
        }
        assert_eq!(listed.cannot, cannot, "{who}: {} cannot be absorbed", power.code);
    }
}

async fn boards_are_limited(conn: &mut Conn, world: &World, sight: Sight, seen: &Seen) {
    let who = &seen.name;
    let lines = |lines: Vec<kept::Line>| {
        let all: Vec<String> = lines.into_iter().map(|line| line.unit_name + &line.power_code).collect();
        let unique: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(all.len(), unique.len(), "{who}: each once");
        unique
    };
    let day_of = kept::oldest(conn, sight).await.unwrap();
    assert_eq!(day_of, (!seen.assignments.is_empty()).then(|| day(ON)), "{who}: day");
    let shared = UNITS.iter().map(|(code, _)| *code).filter(|code| {
        !seen.assignments.is_empty() && seen.has(code) && seen.below(code).len() == seen.assignments.len()
    });
    let root = kept::common_root(conn, sight).await.unwrap().map(|root| world.names[&root].clone());
    let lowest = shared.max_by_key(|code| World::above(code).len()).map(str::to_owned);
    assert_eq!(root, lowest, "{who}: common root");

    let roots = world.units.iter().map(Some).chain([None]);
    for root in roots {
        let of = root.map_or("everywhere", |root| root.code.as_str());
        let expected = root.map_or(seen.assignments.clone(), |root| seen.below(&root.code));
        let count = i64::try_from(expected.len()).unwrap();
        for order in [Order::Worst, Order::Unit, Order::Power, Order::Ratio] {
            let filter = Filter { root: root.map(|root| root.id), order, ..Filter::default() };
            let list = kept::list(conn, &filter, 100, 0, sight).await.unwrap();
            assert_eq!(lines(list), expected, "{who}: list {of} by {order:?}");
        }
        let filter = Filter { root: root.map(|root| root.id), ..Filter::default() };
        let total = kept::total(conn, &filter, sight).await.unwrap();
        assert_eq!(total.counts.all(), count, "{who}: total {of}");
        let worst = kept::worst(conn, &filter, 100, 100, sight).await.unwrap();
        assert_eq!(lines(worst), expected, "{who}: worst {of}");
        let reasons = kept::reasons(conn, &filter, sight).await.unwrap();
        let sum: i64 = reasons.iter().map(|(.., count)| count).sum();
        assert_eq!(sum, count, "{who}: reasons {of}, where nothing is absorbed");
        // Each assignment stands in one cell: of the highest seen unit, or of the one directly below the root.
        let mut cells: BTreeMap<(String, String), i64> = BTreeMap::new();
        for code in &expected {
            let unit = World::unit_of(code);
            let place = match root {
                None => seen.top(unit),
                Some(root) => {
                    let above = World::above(unit);
                    let of = above.iter().position(|each| *each == root.code).unwrap();
                    above[of.saturating_sub(1)].clone()
                }
            };
            let power = world.powers.iter().find(|power| code.ends_with(&power.code)).unwrap();
            *cells.entry((place, power.power_type.as_str().to_owned())).or_default() += 1;
        }
        let board = kept::board(conn, By::Type, &filter, sight).await.unwrap();
        let told: BTreeMap<_, _> =
            board.into_iter().map(|cell| ((cell.unit_code, cell.group), cell.sums.counts.all())).collect();
        assert_eq!(told, cells, "{who}: board {of} by type");
        let board = kept::board(conn, By::Field, &filter, sight).await.unwrap();
        let sum: i64 = board.iter().map(|cell| cell.sums.counts.all()).sum();
        assert_eq!(sum, count, "{who}: board {of} by field");
        if let Some(root) = root {
            let own: BTreeSet<String> =
                expected.iter().filter(|code| World::unit_of(code) == root.code).cloned().collect();
            assert_eq!(lines(kept::of_unit(conn, root.id, sight).await.unwrap()), own, "{who}: own of {of}");
        }
    }
}

async fn files_are_limited(conn: &mut Conn, world: &World, sight: Sight, seen: &Seen) {
    let who = &seen.name;
    let sorted = |mut all: Vec<String>| {
        all.sort();
        all
    };
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>();
    let code = |id: AssignmentId| world.codes[&id].clone();
    let person = |id: PersonId| world.people[&id].clone();
    let name = |id: UnitId| world.names[&id].clone();

    let all = store::assignment::all(conn, sight).await.unwrap();
    let assignments = list(&seen.assignments);
    assert_eq!(sorted(all.iter().map(|each| code(each.id)).collect()), assignments, "{who}: assignments");
    let all = store::statistics::all(conn, sight).await.unwrap();
    assert_eq!(sorted(all.iter().map(|(of, _)| code(*of)).collect()), assignments, "{who}: statistics");
    let handled: BTreeSet<String> = PEOPLE.iter().map(|(.., of)| (*of).to_owned()).collect();
    let all = store::people::allocations(conn, sight).await.unwrap();
    let expected: Vec<String> = seen.assignments.intersection(&handled).cloned().collect();
    assert_eq!(
        sorted(all.iter().map(|each| code(each.assignment)).collect()),
        expected,
        "{who}: allocations"
    );

    let units = list(&seen.units);
    let counted: Vec<String> = units.iter().filter(|unit| *unit != "X").cloned().collect();
    let all = store::resources::establishments(conn, sight).await.unwrap();
    assert_eq!(sorted(all.iter().map(|(of, _)| name(*of)).collect()), counted, "{who}: establishment");
    let all = store::resources::all_equipment(conn, sight).await.unwrap();
    assert_eq!(sorted(all.iter().map(|(of, _)| name(*of)).collect()), counted, "{who}: equipment");
    let all = store::resources::all_funding(conn, sight).await.unwrap();
    let told = all.iter().map(|(of, line)| line.assignment.map_or_else(|| name(*of), code)).collect();
    let expected = counted.iter().chain(&assignments).cloned().collect();
    assert_eq!(sorted(told), sorted(expected), "{who}: funding");

    let people: Vec<String> = list(&seen.people);
    let all = store::people::persons(conn, sight).await.unwrap();
    let named = seen.people.union(&seen.named).cloned().collect::<Vec<_>>();
    assert_eq!(all.into_iter().map(|each| each.code).collect::<Vec<_>>(), named, "{who}: persons");
    let all = store::people::certificates(conn, sight).await.unwrap();
    assert_eq!(sorted(all.iter().map(|(of, _)| person(*of)).collect()), people, "{who}: certificates");
    let all = store::people::completions(conn, sight).await.unwrap();
    assert_eq!(sorted(all.iter().map(|(of, _)| person(*of)).collect()), people, "{who}: courses");
    let all = store::people::appointments(conn, sight).await.unwrap();
    let posts = PEOPLE.iter().filter(|(_, unit, _)| seen.has(unit)).map(|(code, ..)| (*code).to_owned());
    let viewers = if seen.has("X") { VIEWERS.len() } else { 0 };
    let expected = posts.chain(std::iter::repeat_n("p0".to_owned(), viewers)).collect();
    assert_eq!(sorted(all.iter().map(|(of, _)| person(*of)).collect()), sorted(expected), "{who}: posts");
    let grants = if seen.has("X") { VIEWERS.iter().map(|viewer| viewer.grants.len()).sum() } else { 0 };
    assert_eq!(store::grant::all(conn, sight).await.unwrap().len(), grants, "{who}: roles");
}
