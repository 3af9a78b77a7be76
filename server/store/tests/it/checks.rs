//! The database finds who may break a rule of separation, through whatever he holds it, and nobody else.

use crate::common::each_database;
use crate::made::{allocation, appointment, assignment, between, day, from, person, power, unit};
use domain::assignment::Function;
use domain::id::{DeputyshipId, GrantId, GroupId, GroupRightId, MemberId, PersonId};
use domain::people::{Allocation, Person};
use domain::power::PowerType;
use domain::separation::{Book, Via, hierarchy, sets, violations};
use domain::unit::UnitKind;
use std::collections::BTreeSet;
use store::deputyship::Deputyship;
use store::grant::RoleGrant;
use store::{check, new_id};

/// What the first migration about access writes is what the domain calls built in.
#[test]
fn built_in_rules_are_the_same_in_both_places() {
    each_database(async |db| {
        let mut conn = db.read().await.unwrap();
        let stored: Vec<_> =
            store::set::rules(&mut conn).await.unwrap().into_iter().map(|rule| rule.set).collect();
        assert_eq!(stored, sets());
        assert_eq!(store::book::hierarchy(&mut conn).await.unwrap(), hierarchy());
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "one office with every way of holding a right")]
fn whoever_holds_enough_is_found() {
    each_database(async |db| {
        let (town, office) =
            (unit("1", "镇", UnitKind::Township, None), unit("2", "局", UnitKind::Department, None));
        let power = power("A", "户外广告", PowerType::Licence, "");
        let given = assignment(&power, &town, "2026-01-01");
        let everybody: Vec<Person> =
            ["两头", "代理", "组员", "管理", "清白", "先后"].map(|name| person(name, name)).into();
        let [both, deputy, member, admin, clean, after] = &everybody[..] else { unreachable!("six") };
        let principal = person("本人", "本人");
        let allot = |person: &Person, function, period| Allocation {
            function,
            period,
            ..allocation(&given, person, 0.1)
        };
        let always = from("2026-01-01");

        let mut conn = db.write().await.unwrap();
        store::unit::insert(&mut conn, &town).await.unwrap();
        store::unit::insert(&mut conn, &office).await.unwrap();
        store::power::insert(&mut conn, &power).await.unwrap();
        store::assignment::insert(&mut conn, &given).await.unwrap();
        for each in everybody.iter().chain([&principal]) {
            store::people::insert_person(&mut conn, each).await.unwrap();
        }
        for (person, function, period) in [
            (both, Function::Approve, always),
            (both, Function::Supervise, between("2026-06-01", "2026-06-30")),
            (deputy, Function::Approve, always),
            (&principal, Function::Supervise, always),
            (member, Function::Approve, always),
            (clean, Function::Approve, always),
            (clean, Function::Accept, always),
            (after, Function::Approve, between("2026-01-01", "2026-03-31")),
            (after, Function::Supervise, from("2026-04-01")),
        ] {
            store::people::insert_allocation(&mut conn, &allot(person, function, period)).await.unwrap();
        }
        let post = appointment(&office, "2026-02-01");
        store::people::insert_appointment(&mut conn, principal.id, &post).await.unwrap();
        let deputyship = Deputyship {
            id: DeputyshipId(new_id()),
            deputy: deputy.id,
            appointment: post.id,
            assignment: None,
            period: between("2026-01-15", "2026-02-15"),
            reason: String::new(),
        };
        store::deputyship::insert(&mut conn, &deputyship).await.unwrap();
        let group = GroupId(new_id());
        store::group::insert(&mut conn, group, office.id, "联合监管组").await.unwrap();
        let period = from("2026-05-01");
        store::group::insert_member(&mut conn, MemberId(new_id()), group, member.id, period).await.unwrap();
        let right = (given.id, Function::Supervise);
        store::group::insert_right(&mut conn, GroupRightId(new_id()), group, right, always).await.unwrap();
        // A role of one's own counts as what it inherits from.
        store::role::insert(&mut conn, "clerk", "文书").await.unwrap();
        store::role::inherit(&mut conn, "clerk", "handler").await.unwrap();
        for role in ["administrator", "clerk"] {
            let post =
                domain::people::Appointment { post: role.to_owned(), ..appointment(&town, "2026-01-01") };
            store::people::insert_appointment(&mut conn, admin.id, &post).await.unwrap();
            let grant = RoleGrant {
                id: GrantId(new_id()),
                appointment: post.id,
                role: role.to_owned(),
                scope: town.id,
                period: always,
                source: "page".to_owned(),
            };
            store::grant::insert(&mut conn, &grant).await.unwrap();
        }
        conn.commit().await.unwrap();

        let mut conn = db.read().await.unwrap();
        let (held, names) = check::breaking(&mut conn, day("2026-01-01")).await.unwrap();
        let found: BTreeSet<PersonId> = held.iter().map(|held| held.person).collect();
        assert!(!found.contains(&clean.id) && !found.contains(&principal.id));
        let lent = held.iter().find(|held| matches!(held.via, Via::Deputyship { .. })).unwrap();
        assert_eq!(
            lent.period,
            between("2026-02-01", "2026-02-15"),
            "the post began later than the deputyship"
        );
        assert_eq!(names.person(principal.id), "本人");
        assert_eq!(names.assignment(given.id), "户外广告 · 镇");
        assert_eq!(names.roles["clerk"], "文书");

        let book = Book {
            hierarchy: store::book::hierarchy(&mut conn).await.unwrap(),
            sets: sets(),
            held,
            exceptions: Vec::new(),
        };
        let broken: BTreeSet<_> = violations(&book)
            .into_iter()
            .map(|each| (names.person(each.person), each.rule, each.period.from, each.period.to))
            .collect();
        let expected = [
            ("两头", "SOD-03", "2026-06-01", Some("2026-06-30")),
            ("代理", "SOD-03", "2026-02-01", Some("2026-02-15")),
            ("组员", "SOD-03", "2026-05-01", None),
            ("管理", "SOD-06", "2026-01-01", None),
        ];
        let expected =
            expected.map(|(who, rule, from, to)| (who.to_owned(), rule.to_owned(), day(from), to.map(day)));
        assert_eq!(broken, BTreeSet::from(expected));

        // What is over is not looked for.
        let (later, _) = check::breaking(&mut conn, day("2026-07-01")).await.unwrap();
        let later: BTreeSet<PersonId> = later.iter().map(|held| held.person).collect();
        assert_eq!(later, BTreeSet::from([member.id, admin.id]));

        let (register, _) = check::held_in(&mut conn, town.id, day("2026-01-01")).await.unwrap();
        assert_eq!(register.len(), 11, "nine allocations, one of a group, one lent");
        assert!(check::held_in(&mut conn, office.id, day("2026-01-01")).await.unwrap().0.is_empty());
        let listed = check::registered(&mut conn, town.id, day("2026-01-01")).await.unwrap();
        assert!(listed.len() == 1 && listed[0].decides);
    });
}
