use crate::common::each_database;
use crate::made::{appointment, assignment, between, day, from, person, power, unit};
use domain::assignment::{Assignment, Function};
use domain::duty::Sight;
use domain::holding::{Decision, Holding};
use domain::id::{DeputyshipId, GrantId, GroupId, GroupRightId, MemberId, ReviewId};
use domain::people::{Appointment, Person};
use domain::power::PowerType;
use domain::separation::{Right, Via};
use domain::unit::{Unit, UnitKind};
use domain::{Date, Period};
use store::deputyship::Deputyship;
use store::dossier::{self, Whom};
use store::grant::RoleGrant;
use store::holding::{self, Held};
use store::person::{self, Filter};
use store::review::Review;
use store::{Conn, new_id};

fn today() -> Date {
    day("2026-11-24")
}

struct Place {
    one: Person,
    other: Person,
    county: Unit,
    town: Unit,
    post: Appointment,
    assignment: Assignment,
}

async fn place(conn: &mut Conn) -> Place {
    let (one, other) = (person("P1", "张一禾"), person("P2", "李青田"));
    let county = unit("41", "甲县", UnitKind::County, None);
    let town = unit("4101", "许家沟乡", UnitKind::Township, Some(&county));
    let power = power("A", "审批", PowerType::Licence, "");
    let assignment = assignment(&power, &town, "2026-01-01");
    for each in [&county, &town] {
        store::unit::insert(conn, each).await.unwrap();
    }
    store::power::insert(conn, &power).await.unwrap();
    store::assignment::insert(conn, &assignment).await.unwrap();
    for each in [&one, &other] {
        store::people::insert_person(conn, each).await.unwrap();
    }
    let post =
        Appointment { period: between("2026-01-01", "2026-12-31"), ..appointment(&town, "2026-01-01") };
    store::people::insert_appointment(conn, one.id, &post).await.unwrap();
    Place { one, other, county, town, post, assignment }
}

async fn grant(conn: &mut Conn, post: &Appointment, role: &str, scope: &Unit, period: Period) {
    let grant = RoleGrant {
        id: GrantId(new_id()),
        appointment: post.id,
        role: role.to_owned(),
        scope: scope.id,
        period,
        source: "page".to_owned(),
    };
    store::grant::insert(conn, &grant).await.unwrap();
}

async fn deputy(conn: &mut Conn, place: &Place, period: Period) {
    let deputyship = Deputyship {
        id: DeputyshipId(new_id()),
        deputy: place.other.id,
        appointment: place.post.id,
        assignment: None,
        period,
        reason: "休假".to_owned(),
    };
    store::deputyship::insert(conn, &deputyship).await.unwrap();
}

async fn group(conn: &mut Conn, place: &Place) -> GroupId {
    let id = GroupId(new_id());
    store::group::insert(conn, id, place.town.id, "一组").await.unwrap();
    let member = MemberId(new_id());
    store::group::insert_member(conn, member, id, place.one.id, from("2026-03-01")).await.unwrap();
    let right = (place.assignment.id, Function::Approve);
    let period = between("2026-02-01", "2026-06-30");
    store::group::insert_right(conn, GroupRightId(new_id()), id, right, period).await.unwrap();
    id
}

/// What each holds, how and until when.
async fn held(conn: &mut Conn, whom: Whom<'_>) -> Vec<(String, String, &'static str, Period)> {
    let rules = dossier::rules(conn).await.unwrap();
    let (book, names) = dossier::load(conn, whom, rules).await.unwrap();
    let mut all: Vec<_> = book
        .held
        .iter()
        .map(|held| {
            let what = match &held.right {
                Right::Role { role, .. } => role.clone(),
                Right::Function { function, .. } => function.to_string(),
            };
            let via = match held.via {
                Via::Own => "own",
                Via::Group(_) => "group",
                Via::Deputyship { .. } => "deputy",
            };
            (names.person(held.person), what, via, held.period)
        })
        .collect();
    all.sort_by(|one, other| (&one.0, &one.1, one.2).cmp(&(&other.0, &other.1, other.2)));
    all
}

#[test]
fn a_dossier_has_everything_that_is_held_by_whatever_way() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let place = place(&mut conn).await;
        grant(&mut conn, &place.post, "approver", &place.town, from("2026-02-01")).await;
        let group = group(&mut conn, &place).await;
        deputy(&mut conn, &place, between("2026-05-01", "2026-08-31")).await;
        let expected = [
            ("张一禾", "approve", "group", between("2026-03-01", "2026-06-30")),
            ("张一禾", "approver", "own", between("2026-02-01", "2026-12-31")),
            ("李青田", "approve", "deputy", between("2026-05-01", "2026-06-30")),
            ("李青田", "approver", "deputy", between("2026-05-01", "2026-08-31")),
        ]
        .map(|(name, what, via, period)| (name.to_owned(), what.to_owned(), via, period));
        for whom in [Whom::Person(place.one.id), Whom::Group(group), Whom::Role("business"), Whom::Everybody]
        {
            dossier::lock(&mut conn, whom).await.unwrap();
            assert_eq!(held(&mut conn, whom).await, expected, "{whom:?}");
            dossier::needs(&mut conn, whom).await.unwrap();
        }
        assert_eq!(held(&mut conn, Whom::Person(place.other.id)).await, expected[2..]);
        assert_eq!(held(&mut conn, Whom::Role("auditor")).await, []);
        let needs = dossier::needs(&mut conn, Whom::Person(place.one.id)).await.unwrap();
        assert!(needs.asked.contains_key(&place.assignment.id));
    });
}

#[test]
fn a_role_has_all_above_it() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        for code in ["a", "b", "c"] {
            store::role::insert(&mut conn, code, code).await.unwrap();
        }
        store::role::inherit(&mut conn, "b", "handler").await.unwrap();
        store::role::inherit(&mut conn, "a", "b").await.unwrap();
        store::role::inherit(&mut conn, "c", "b").await.unwrap();
        store::role::lock(&mut conn, None).await.unwrap();
        store::role::lock(&mut conn, Some("a")).await.unwrap();
        let place = place(&mut conn).await;
        grant(&mut conn, &place.post, "a", &place.town, from("2026-02-01")).await;
        let found = async |conn: &mut Conn, role: &str| {
            let filter = Filter { role: role.to_owned(), ..Filter::default() };
            person::list(conn, &filter, Sight::Everything, today(), 10, 0).await.unwrap().1
        };
        for (role, people) in [("a", 1), ("b", 1), ("handler", 1), ("business", 1), ("c", 0)] {
            assert_eq!(found(&mut conn, role).await, people, "{role}");
        }
        assert!(store::role::disinherit(&mut conn, "b", "handler").await.unwrap());
        assert!(!store::role::disinherit(&mut conn, "b", "handler").await.unwrap());
        for (role, people) in [("b", 1), ("handler", 0), ("business", 0)] {
            assert_eq!(found(&mut conn, role).await, people, "{role}");
        }
        let all = store::role::all(&mut conn, today()).await.unwrap();
        let holders: Vec<_> = all.iter().filter(|role| !role.is_built_in).map(|role| role.holders).collect();
        assert_eq!(holders, [1, 0, 0]);
    });
}

#[test]
fn people_are_found_by_pinyin_unit_and_sight() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let place = place(&mut conn).await;
        let list = async |conn: &mut Conn, typed: &str, of: Option<&Unit>, by: Sight| {
            let filter =
                Filter { typed: typed.to_owned(), unit: of.map(|unit| unit.id), role: String::new() };
            let (rows, count) = person::list(conn, &filter, by, today(), 10, 0).await.unwrap();
            assert_eq!(i64::try_from(rows.len()).unwrap(), count);
            rows.into_iter().map(|row| row.code).collect::<Vec<_>>()
        };
        for typed in ["张一", "zhangyihe", "zyh", "P1"] {
            assert_eq!(list(&mut conn, typed, None, Sight::Everything).await, ["P1"], "{typed}");
        }
        assert_eq!(list(&mut conn, "", Some(&place.county), Sight::Everything).await, ["P1"]);
        assert_eq!(list(&mut conn, "%", None, Sight::Everything).await, [""; 0]);
        assert_eq!(list(&mut conn, "", None, Sight::Nothing).await, [""; 0]);
        assert_eq!(list(&mut conn, "", None, Sight::Support(place.town.id)).await, ["P1"]);
        // The other has no post yet, and a trainee's post reads nothing.
        let desk = appointment(&place.county, "2026-01-01");
        store::people::insert_appointment(&mut conn, place.other.id, &desk).await.unwrap();
        let by = Sight::Post(desk.id, today());
        grant(&mut conn, &desk, "trainee", &place.county, from("2026-01-01")).await;
        assert_eq!(list(&mut conn, "", None, by).await, [""; 0]);
        grant(&mut conn, &desk, "leader", &place.town, from("2026-01-01")).await;
        assert_eq!(list(&mut conn, "", None, by).await, ["P1"]);
        grant(&mut conn, &desk, "leader", &place.county, from("2026-01-01")).await;
        assert_eq!(list(&mut conn, "", None, by).await, ["P1", "P2"]);

        let (one, other) = (place.one.id, place.other.id);
        let town = Sight::Support(place.town.id);
        assert!(person::by_id(&mut conn, other, town, None).await.unwrap().is_none());
        assert!(person::by_id(&mut conn, other, town, Some(other)).await.unwrap().is_some(), "himself");
        assert!(person::by_id(&mut conn, one, town, None).await.unwrap().is_some());
        for typed in ["P1", "P1 张一禾", "张一禾"] {
            assert_eq!(person::written(&mut conn, typed, town).await.unwrap()[0].person(), one, "{typed}");
        }
        assert_eq!(person::written(&mut conn, "李青田", town).await.unwrap(), []);
        assert_eq!(person::options(&mut conn, town, 10).await.unwrap().len(), 1);
        let choices = person::choices(&mut conn, town, today(), None, Some(one), 10).await.unwrap();
        assert_eq!((choices.len(), choices[0].name.as_str()), (1, "审批 · 许家沟乡"));
        let above = person::units_above(&mut conn, one).await.unwrap();
        assert_eq!(above[&place.town.id], [place.town.id, place.county.id]);
        assert_eq!(person::posts(&mut conn, one, day("2027-01-01")).await.unwrap(), []);
    });
}

#[test]
fn what_is_held_ends_or_never_was() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let place = place(&mut conn).await;
        grant(&mut conn, &place.post, "approver", &place.town, from("2026-02-01")).await;
        grant(&mut conn, &place.post, "handler", &place.town, from("2027-02-01")).await;
        let group = group(&mut conn, &place).await;
        deputy(&mut conn, &place, between("2026-05-01", "2026-12-31")).await;
        let kinds = |all: &[Held]| all.iter().map(|held| held.kind).collect::<Vec<_>>();
        let mine = holding::of_person(&mut conn, place.one.id).await.unwrap();
        assert_eq!(mine.len(), 5, "{mine:?}");
        let his = holding::of_person(&mut conn, place.other.id).await.unwrap();
        assert_eq!(kinds(&his), [Holding::Deputyship]);
        let common = holding::of_group(&mut conn, group).await.unwrap();
        assert_eq!(kinds(&common), [Holding::Member, Holding::GroupRight]);
        assert_eq!(holding::below(&mut conn, place.county.id, today()).await.unwrap().len(), 4);

        for held in mine.iter().chain(&common) {
            let found = holding::by_id(&mut conn, held.kind, held.id).await.unwrap();
            assert_eq!(found.as_ref(), Some(held));
        }
        let last = day("2026-11-23");
        for held in mine.iter().filter(|held| held.kind == Holding::Role) {
            holding::end(&mut conn, held, last).await.unwrap();
            let after = holding::by_id(&mut conn, held.kind, held.id).await.unwrap();
            assert_eq!(after.map(|held| held.period.to), (held.what == "approver").then_some(Some(last)));
        }
        // A post that had not begun goes with what hangs on it.
        let post = mine.iter().find(|held| held.kind == Holding::Appointment).unwrap();
        holding::end(&mut conn, post, day("2025-12-31")).await.unwrap();
        let left = holding::of_person(&mut conn, place.one.id).await.unwrap();
        assert_eq!(kinds(&left), [Holding::Member]);
    });
}

#[test]
fn reviews_show_the_lines_that_may_be_seen() {
    each_database(async |db| {
        let mut conn = db.write().await.unwrap();
        let place = place(&mut conn).await;
        grant(&mut conn, &place.post, "approver", &place.town, from("2026-02-01")).await;
        grant(&mut conn, &place.post, "leader", &place.county, from("2026-02-01")).await;
        let review = Review {
            id: ReviewId(new_id()),
            title: "复核".to_owned(),
            scope: place.county.id,
            opened_on: today(),
            due_on: day("2026-12-10"),
            undecided: Decision::Keep,
            closed_on: None,
            reminded_on: None,
        };
        store::review::insert(&mut conn, &review).await.unwrap();
        for held in holding::below(&mut conn, place.county.id, today()).await.unwrap() {
            store::review::insert_line(&mut conn, review.id, place.one.id, &held).await.unwrap();
        }
        let id = review.id;
        let (all, town) = (Sight::Everything, Sight::Support(place.town.id));
        for (by, lines) in [(all, 2), (town, 1)] {
            let listed = store::review::by_id(&mut conn, id, by).await.unwrap().unwrap();
            assert_eq!((listed.review, listed.lines, listed.open), (review.clone(), lines, lines));
            assert_eq!(store::review::list(&mut conn, by).await.unwrap().len(), 1);
            let due = store::review::due(&mut conn, by, today(), day("2026-12-10")).await.unwrap();
            assert_eq!(due.len(), 1);
        }
        assert_eq!(store::review::list(&mut conn, Sight::Nothing).await.unwrap(), []);
        let units = store::review::units(&mut conn, id, town).await.unwrap();
        assert_eq!(units, [(place.town.id, "许家沟乡".to_owned(), 1, 1)]);
        let lines = store::review::lines(&mut conn, id, Some(place.town.id), all, 10, 0).await.unwrap();
        assert_eq!((lines.len(), lines[0].words.lines().next()), (1, Some("approver")));
        let at = "2026-11-24T02:00:00Z".parse().unwrap();
        let line = lines[0].id;
        let by = Some(place.other.id);
        assert!(store::review::decide(&mut conn, line, Decision::Keep, by, at, "在岗").await.unwrap());
        assert!(!store::review::decide(&mut conn, line, Decision::Revoke, by, at, "").await.unwrap(), "once");
        let decided = store::review::line(&mut conn, line).await.unwrap().unwrap();
        assert_eq!((decided.decision, decided.decided_by.as_deref()), (Some(Decision::Keep), Some("李青田")));
        assert_eq!(store::review::undecided(&mut conn, id).await.unwrap().len(), 1);
        assert!(store::review::close(&mut conn, id, today()).await.unwrap());
        let left = store::review::undecided(&mut conn, id).await.unwrap()[0].id;
        assert!(!store::review::decide(&mut conn, left, Decision::Keep, by, at, "").await.unwrap(), "closed");
        assert_eq!(store::review::open(&mut conn).await.unwrap(), []);
    });
}
