//! What boards, lists and trees tell agrees with the kept assessments.

use crate::common::each_database;
use crate::made::{assignment, day, person, power, unit};
use domain::assess::{Assessment, FindingKind, Verdict, assess_unit};
use domain::duty::Sight;
use domain::id::UnitId;
use domain::power::{Power, PowerType};
use domain::rules::Rules;
use domain::unit::{Unit, UnitKind};
use domain::{Date, Fen};
use std::collections::BTreeMap;
use store::assessment::{self as kept, By, Filter, Lack, Line, Order, Sums};
use store::{Conn, Db, facts};

const ON: &str = "2026-11-10";

/// 县 with two 乡镇 and a 队 below the first; each holds each of the powers.
struct Place {
    province: Unit,
    county: Unit,
    towns: [Unit; 2],
    team: Unit,
    powers: Vec<Power>,
}

async fn county(db: &Db) -> Place {
    let province = unit("4", "省", UnitKind::Province, None);
    let county = unit("41", "县", UnitKind::County, Some(&province));
    let towns = ["甲乡", "乙镇"].map(|name| unit(name, name, UnitKind::Township, Some(&county)));
    let team = unit("甲队", "甲队", UnitKind::Team, Some(&towns[0]));
    let powers = vec![
        power("1", "审批", PowerType::Licence, "农业农村"),
        power("2", "处罚", PowerType::Penalty, "农业农村"),
        power("3", "检查", PowerType::Inspection, "城市管理"),
        power("4", "服务", PowerType::PublicService, ""),
    ];
    let mut conn = db.write().await.unwrap();
    for each in [&province, &county, &towns[0], &towns[1], &team] {
        store::unit::insert(&mut conn, each).await.unwrap();
    }
    for power in &powers {
        store::power::insert(&mut conn, power).await.unwrap();
        for unit in [&county, &towns[0], &towns[1], &team] {
            let assigned = assignment(power, unit, "2025-01-01");
            store::assignment::insert(&mut conn, &assigned).await.unwrap();
        }
    }
    conn.commit().await.unwrap();
    Place { province, county, towns, team, powers }
}

/// Assesses a unit, gives the results every verdict in turn and numbers of their own, and keeps them.
async fn keep(conn: &mut Conn, unit: &Unit, seed: u32, on: Date) -> Vec<Assessment> {
    let facts = facts::unit_facts(conn, unit.id, on).await.unwrap().unwrap();
    let mut results = assess_unit(&facts, &Rules::default(), on).unwrap();
    for (number, each) in (seed..).zip(&mut results) {
        each.verdict = Verdict::ALL[number as usize % Verdict::ALL.len()];
        each.workload.annual_volume = f64::from(number) / 3.0;
        each.workload.required = f64::from(number) * 0.7;
        each.workload.available = 2.1;
        each.money.people = Fen(i64::from(number) * 1000);
        each.money.threshold = each.money.people;
        each.money.released_own = Fen(3500);
        each.counts.handlers = number;
        each.counts.trained_handlers = number / 2;
        each.counts.untrained = number * 2;
        each.counts.required_items = 5;
        each.counts.present_items = number % 5;
    }
    kept::replace_unit(conn, &facts, &results).await.unwrap();
    results
}

/// Keeps assessments for every unit of the county.
async fn keep_all(conn: &mut Conn, county: &Place) -> Vec<Assessment> {
    let mut all = Vec::new();
    let units = [&county.county, &county.towns[0], &county.towns[1], &county.team];
    for (unit, seed) in units.into_iter().zip([0, 3, 6, 9]) {
        all.extend(keep(conn, unit, seed, day(ON)).await);
    }
    all
}

fn sum<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Sums {
    let mut sums = Sums::default();
    for line in lines {
        sums += Sums::from(line);
    }
    sums
}

fn reason(line: &Line) -> &'static str {
    let first = line.assessment.findings.first().filter(|_| line.assessment.verdict != Verdict::Can);
    first.map_or("", |first| match (first.kind.gate(), first.kind.grade()) {
        (Some(gate), _) => gate.as_str(),
        (_, Some(grade)) => grade.as_str(),
        _ if matches!(first.kind, FindingKind::NoCases { .. }) => "no_cases",
        _ => "",
    })
}

fn at(root: &Unit, filter: &Filter) -> Filter {
    Filter { root: Some(root.id), ..filter.clone() }
}

async fn everything(conn: &mut Conn) -> Vec<Line> {
    kept::list(conn, &Filter::default(), 1000, 0, Sight::Everything).await.unwrap()
}

#[test]
fn results_are_kept_as_they_were() {
    each_database(async |db| {
        let county = county(&db).await;
        let mut conn = db.write().await.unwrap();
        assert_eq!(kept::oldest(&mut conn, Sight::Everything).await.unwrap(), None);
        assert_eq!(kept::common_root(&mut conn, Sight::Everything).await.unwrap(), None);
        let town = &county.towns[0];
        store::unit::touch(&mut conn, town.id).await.unwrap();
        let results = keep(&mut conn, town, 0, day(ON)).await;
        for each in &results {
            let stored = kept::of_assignment(&mut conn, each.assignment, Sight::Everything).await.unwrap();
            assert_eq!(stored, Some((each.clone(), 1)));
        }
        // One unit alone is assessed.
        assert_eq!(kept::common_root(&mut conn, Sight::Everything).await.unwrap(), Some(town.id));
        keep(&mut conn, &county.team, 0, day("2026-01-02")).await;
        assert_eq!(kept::common_root(&mut conn, Sight::Everything).await.unwrap(), Some(town.id));
        assert_eq!(kept::oldest(&mut conn, Sight::Everything).await.unwrap(), Some(day("2026-01-02")));
        keep(&mut conn, &county.towns[1], 0, day(ON)).await;
        assert_eq!(kept::common_root(&mut conn, Sight::Everything).await.unwrap(), Some(county.county.id));

        // There is no unit above two trees.
        let alone = Unit { parent: None, ..county.towns[1].clone() };
        store::unit::update(&mut conn, &alone).await.unwrap();
        assert_eq!(kept::common_root(&mut conn, Sight::Everything).await.unwrap(), None);

        // Fewer results take the place of all that were kept, of this unit alone.
        let facts = facts::unit_facts(&mut conn, town.id, day(ON)).await.unwrap().unwrap();
        kept::replace_unit(&mut conn, &facts, &results[..1]).await.unwrap();
        let lines = kept::of_unit(&mut conn, town.id, Sight::Everything).await.unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].assessment, results[0]);
        let gone = kept::of_assignment(&mut conn, results[1].assignment, Sight::Everything).await.unwrap();
        assert_eq!(gone, None);
        assert_eq!(kept::of_unit(&mut conn, county.team.id, Sight::Everything).await.unwrap().len(), 4);
    });
}

#[test]
fn lists_are_sorted_filtered_and_paged() {
    each_database(async |db| {
        let county = county(&db).await;
        let mut conn = db.write().await.unwrap();
        let results = keep_all(&mut conn, &county).await;
        let all = everything(&mut conn).await;
        assert_eq!(all.len(), results.len());
        assert!(all.is_sorted_by_key(|line| -line.assessment.severity()));
        assert!(all.iter().all(|line| results.contains(&line.assessment)));

        let mut filters = vec![Filter::default()];
        for root in [&county.province, &county.county, &county.towns[0], &county.team] {
            filters.push(Filter { root: Some(root.id), ..Filter::default() });
        }
        for field in ["", "农业农村", "没有"] {
            filters.push(Filter {
                field: Some(field.to_owned()),
                root: Some(county.towns[0].id),
                ..Filter::default()
            });
        }
        for &verdict in Verdict::ALL {
            filters.push(Filter {
                verdict: Some(verdict),
                power_type: Some(PowerType::Penalty),
                ..Filter::default()
            });
        }
        for reason in ["instrument", "people", "no such"] {
            filters.push(Filter { reason: reason.to_owned(), ..Filter::default() });
        }
        let within = |root: UnitId, unit: UnitId| {
            let below_town = unit == county.team.id && root == county.towns[0].id;
            root == unit || root == county.province.id || root == county.county.id || below_town
        };
        for filter in &filters {
            let matches = |line: &&Line| {
                filter.root.is_none_or(|root| within(root, line.unit))
                    && filter.field.as_ref().is_none_or(|field| *field == line.field)
                    && filter.power_type.is_none_or(|of| of == line.power_type)
                    && filter.verdict.is_none_or(|of| of == line.assessment.verdict)
                    && (filter.reason.is_empty() || filter.reason == reason(line))
            };
            let expected: Vec<Line> = all.iter().filter(matches).cloned().collect();
            let lines = kept::list(&mut conn, filter, 1000, 0, Sight::Everything).await.unwrap();
            let sums = kept::total(&mut conn, filter, Sight::Everything).await.unwrap();
            assert_eq!(lines, expected, "{filter:?}");
            assert_eq!(sums, sum(&expected), "{filter:?}");
            let mut paged = Vec::new();
            while paged.len() < expected.len() {
                let offset = i64::try_from(paged.len()).unwrap();
                let page = kept::list(&mut conn, filter, 3, offset, Sight::Everything).await.unwrap();
                paged.extend(page);
            }
            assert_eq!(paged, expected, "{filter:?}");

            // At most one of each unit, and still the worst first.
            let worst = kept::worst(&mut conn, filter, 1, 1000, Sight::Everything).await.unwrap();
            let mut seen = std::collections::BTreeSet::new();
            let first: Vec<i64> = expected
                .iter()
                .filter(|line| seen.insert(line.unit))
                .map(|line| line.assessment.severity())
                .collect();
            assert_eq!(worst.iter().map(|line| line.assessment.severity()).collect::<Vec<_>>(), first);
        }
    });
}

#[test]
fn lists_are_searched_and_put_in_order() {
    each_database(async |db| {
        let county = county(&db).await;
        let mut conn = db.write().await.unwrap();
        keep_all(&mut conn, &county).await;
        let all = everything(&mut conn).await;
        for (lack, short) in [
            (Lack::Staff, (|line| line.assessment.workload.difference() < -0.0005) as fn(&Line) -> bool),
            (Lack::Money, |line| line.assessment.money.shortage() > Fen::ZERO),
            (Lack::Training, |line| line.assessment.counts.untrained > 0),
        ] {
            let filter = Filter { lack: Some(lack), ..Filter::default() };
            let expected: Vec<Line> = all.iter().filter(|line| short(line)).cloned().collect();
            assert_eq!(
                kept::list(&mut conn, &filter, 1000, 0, Sight::Everything).await.unwrap(),
                expected,
                "{lack:?}"
            );
        }
        let town = &county.towns[0];
        for typed in [town.name.as_str(), town.code.as_str()] {
            let filter = Filter { typed: typed.to_owned(), ..Filter::default() };
            let found = kept::list(&mut conn, &filter, 1000, 0, Sight::Everything).await.unwrap();
            assert!(found.iter().any(|line| line.unit == town.id), "{typed}");
            assert!(found.len() < all.len(), "{typed}");
        }
        let nothing = Filter { typed: "%".to_owned(), ..Filter::default() };
        assert!(kept::list(&mut conn, &nothing, 1000, 0, Sight::Everything).await.unwrap().is_empty());

        let in_order = async |conn: &mut Conn, order| {
            let lines = kept::list(conn, &Filter { order, ..Filter::default() }, 1000, 0, Sight::Everything)
                .await
                .unwrap();
            assert_eq!(lines.len(), all.len());
            lines
        };
        let by_power = in_order(&mut conn, Order::Power).await;
        assert!(by_power.is_sorted_by_key(|line| line.power_code.clone()));
        let by_unit = in_order(&mut conn, Order::Unit).await;
        let mut units: Vec<UnitId> = by_unit.iter().map(|line| line.unit).collect();
        units.dedup();
        assert_eq!(units.len(), 4, "each unit's lines stand together");
        let by_ratio = in_order(&mut conn, Order::Ratio).await;
        let ratios = by_ratio.iter().map(|line| line.assessment.workload.ratio().unwrap_or(f64::MAX));
        assert!(ratios.is_sorted());
    });
}

#[test]
fn boards_and_trees_agree_with_the_list() {
    each_database(async |db| {
        let county = county(&db).await;
        let mut conn = db.write().await.unwrap();
        keep_all(&mut conn, &county).await;
        let all = everything(&mut conn).await;
        let below_first = [county.towns[0].id, county.team.id];
        let column = |unit: UnitId| if below_first.contains(&unit) { county.towns[0].id } else { unit };
        let filters = [
            Filter::default(),
            Filter { verdict: Some(Verdict::Cannot), ..Filter::default() },
            Filter {
                power_type: Some(PowerType::Licence),
                field: Some("农业农村".to_owned()),
                ..Filter::default()
            },
        ];
        for (by, filter) in
            [By::Field, By::Type].into_iter().flat_map(|by| filters.iter().map(move |f| (by, f)))
        {
            let mut expected: BTreeMap<(UnitId, String), Vec<&Line>> = BTreeMap::new();
            let matching = all.iter().filter(|line| {
                filter.verdict.is_none_or(|of| of == line.assessment.verdict)
                    && filter.power_type.is_none_or(|of| of == line.power_type)
                    && filter.field.as_ref().is_none_or(|of| *of == line.field)
            });
            for line in matching {
                let group = match by {
                    By::Field => line.field.clone(),
                    By::Type => line.power_type.as_str().to_owned(),
                };
                expected.entry((column(line.unit), group)).or_default().push(line);
            }
            let cells =
                kept::board(&mut conn, by, &at(&county.county, filter), Sight::Everything).await.unwrap();
            assert_eq!(cells.len(), expected.len(), "{by:?} {filter:?}");
            for cell in cells {
                let lines = &expected[&(cell.unit, cell.group.clone())];
                assert_eq!(cell.sums, sum(lines.iter().copied()), "{by:?} {cell:?}");
            }
        }
        // The province received nothing itself: its board has the county's column alone.
        let cells =
            kept::board(&mut conn, By::Type, &at(&county.province, &Filter::default()), Sight::Everything)
                .await
                .unwrap();
        assert!(cells.iter().all(|cell| cell.unit == county.county.id && cell.unit_code == "41"));
        assert_eq!(cells.iter().map(|cell| cell.sums.counts.all()).sum::<i64>(), 16);

        // Without a root, the tops have the columns.
        let cells = kept::board(&mut conn, By::Type, &Filter::default(), Sight::Everything).await.unwrap();
        assert!(cells.iter().all(|cell| cell.unit == county.province.id));
        assert_eq!(cells.iter().map(|cell| cell.sums.counts.all()).sum::<i64>(), 16);

        let rows = store::unit::children(&mut conn, Some(county.county.id), Sight::Everything).await.unwrap();
        for row in rows {
            let own = all.iter().filter(|line| column(line.unit) == row.unit.id);
            assert_eq!(row.sums, sum(own), "{}", row.unit.name);
        }
        let top =
            store::unit::rolled_up(&mut conn, county.province.id, Sight::Everything).await.unwrap().unwrap();
        assert_eq!((top.children, top.sums), (1, sum(&all)));
        assert_eq!(top.sums.counts.worst(), Some(Verdict::Cannot));
    });
}

#[test]
fn reasons_and_powers_agree_with_the_list() {
    each_database(async |db| {
        let county = county(&db).await;
        let mut conn = db.write().await.unwrap();
        // Somebody in post, so that not everything fails for the same reason.
        let people = person("P1", "张一禾");
        store::people::insert_person(&mut conn, &people).await.unwrap();
        keep_all(&mut conn, &county).await;
        let all = everything(&mut conn).await;
        for filter in [
            Filter::default(),
            Filter { verdict: Some(Verdict::Poorly), ..Filter::default() },
            Filter {
                power_type: Some(PowerType::Penalty),
                field: Some("农业农村".to_owned()),
                ..Filter::default()
            },
        ] {
            let mut expected: BTreeMap<(String, Verdict), i64> = BTreeMap::new();
            for line in &all {
                let verdict = line.assessment.verdict;
                if verdict != Verdict::Can
                    && !reason(line).is_empty()
                    && filter.verdict.is_none_or(|of| of == verdict)
                    && filter.power_type.is_none_or(|of| of == line.power_type)
                    && filter.field.as_ref().is_none_or(|of| *of == line.field)
                {
                    *expected.entry((reason(line).to_owned(), verdict)).or_default() += 1;
                }
            }
            let reasons =
                kept::reasons(&mut conn, &at(&county.county, &filter), Sight::Everything).await.unwrap();
            assert!(reasons.is_sorted_by_key(|(_, _, count)| -count));
            let of_all = kept::reasons(&mut conn, &filter, Sight::Everything).await.unwrap();
            assert_eq!(of_all, reasons, "the county has all there is");
            let told: BTreeMap<_, _> =
                reasons.into_iter().map(|(reason, verdict, count)| ((reason, verdict), count)).collect();
            assert_eq!(told, expected, "{filter:?}");
        }

        let (powers, count) =
            store::power::list(&mut conn, &store::power::Filter::default(), 10, 0, Sight::Everything)
                .await
                .unwrap();
        assert_eq!(count, 4);
        for listed in powers {
            let of = || all.iter().filter(|line| line.power == listed.power.id);
            let cannot = of().filter(|line| line.assessment.verdict == Verdict::Cannot).count();
            assert_eq!(listed.assigned, 4);
            assert_eq!(listed.cannot, i64::try_from(cannot).unwrap());
        }
        let held =
            store::assignment::of_power(&mut conn, county.powers[0].id, 10, Sight::Everything).await.unwrap();
        let verdicts: Vec<_> = held.iter().map(|each| each.verdict).collect();
        assert_eq!(verdicts.len(), 4);
        assert!(verdicts.is_sorted(), "the worst first: {verdicts:?}");
    });
}
