//! Two counties with everything that can be seen, and the posts that look at them.

use crate::made::{allocation, appointment, assignment, between, day, from, month, person, power, unit};
use domain::assess::assess_unit;
use domain::assignment::Assignment;
use domain::funding::{FundingLine, FundingSource};
use domain::id::{
    AppointmentId, AssignmentId, CertificateId, CompletionId, EquipmentId, EstablishmentId, FundingId,
    GrantId, PersonId, SupervisionId, UnitId,
};
use domain::means::{Equipment, Establishment};
use domain::people::{Certificate, Completion};
use domain::power::{Power, PowerType};
use domain::rules::Rules;
use domain::separation::register::Supervision;
use domain::unit::{Unit, UnitKind};
use domain::{Fen, Period};
use std::collections::{BTreeSet, HashMap};
use store::grant::RoleGrant;
use store::{Db, assessment as kept, new_id};

pub const ON: &str = "2026-11-10";

/// Code and code of the unit above. 省 with two 县; in the first a department, two 乡 and a 队 below one of them.
pub const UNITS: [(&str, &str); 8] =
    [("P", ""), ("C1", "P"), ("D", "C1"), ("T1", "C1"), ("T2", "C1"), ("Q", "T1"), ("C2", "P"), ("T3", "C2")];
/// Unit, power and giver of each assignment.
pub const ASSIGNMENTS: [(&str, &str, &str); 8] = [
    ("T1", "A", "D"),
    ("T1", "B", ""),
    ("T2", "A", "D"),
    ("T2", "B", "C1"),
    ("Q", "B", "T1"),
    ("C1", "A", ""),
    ("T3", "A", "C2"),
    ("T3", "B", ""),
];
/// Assignment, supervising unit, and the days.
const SUPERVISIONS: [(&str, &str, &str, &str); 4] = [
    ("T3B", "D", "2025-01-01", "2027-12-31"),
    ("T1B", "D", "2025-01-01", "2026-11-09"),
    ("T2B", "D", "2026-11-11", "2027-12-31"),
    // A unit that supervises what it gave itself sees it once.
    ("T2A", "D", "2025-01-01", "2027-12-31"),
];
/// The post's unit by the person's code, and whose assignment has his time.
pub const PEOPLE: [(&str, &str, &str); 9] = [
    ("pP", "P", ""),
    ("pC1", "C1", "C1A"),
    ("pD", "D", "T1B"),
    ("pT1", "T1", "T1A"),
    ("pT2", "T2", "T2A"),
    ("pQ", "Q", "QB"),
    ("pC2", "C2", ""),
    ("pT3", "T3", "T3B"),
    ("p0", "", ""),
];

/// What a post holds (role, unit, from, to), and what it sees: units and assignments by their codes.
pub struct Viewer {
    pub name: &'static str,
    pub grants: &'static [(&'static str, &'static str, &'static str, &'static str)],
    pub units: &'static str,
    pub assignments: &'static str,
    /// Codes of the people of these units: in post there, or with time for an assignment there.
    pub people: &'static str,
    /// Those who are named besides in assignments that are seen.
    pub named: &'static str,
}

const ALWAYS: (&str, &str) = ("2025-01-01", "2027-12-31");
pub const ALL_UNITS: &str = "P C1 D T1 T2 Q C2 T3";
pub const ALL_ASSIGNMENTS: &str = "T1A T1B T2A T2B QB C1A T3A T3B";
pub const VIEWERS: [Viewer; 15] = [
    Viewer {
        name: "manager of a township",
        grants: &[("manager", "T1", ALWAYS.0, ALWAYS.1)],
        units: "T1 Q",
        assignments: "T1A T1B QB",
        people: "pT1 pQ pD",
        named: "",
    },
    Viewer {
        name: "handler and approver of a township without anything below",
        grants: &[("handler", "T2", ALWAYS.0, ALWAYS.1), ("approver", "T2", ALWAYS.0, ALWAYS.1)],
        units: "T2",
        assignments: "T2A T2B",
        people: "pT2",
        named: "",
    },
    Viewer {
        name: "leader of a county, of which a department supervises elsewhere",
        grants: &[("leader", "C1", ALWAYS.0, ALWAYS.1)],
        units: "C1 D T1 T2 Q",
        assignments: "T1A T1B T2A T2B QB C1A T3B",
        people: "pC1 pD pT1 pT2 pQ",
        named: "pT3",
    },
    Viewer {
        name: "trainer of the department that gave and supervises",
        grants: &[("trainer", "D", ALWAYS.0, ALWAYS.1)],
        units: "D",
        assignments: "T1A T2A T3B",
        people: "pD",
        named: "pT1 pT2 pT3",
    },
    Viewer {
        name: "supervisor of the other county",
        grants: &[("supervisor", "C2", ALWAYS.0, ALWAYS.1)],
        units: "C2 T3",
        assignments: "T3A T3B",
        people: "pC2 pT3",
        named: "",
    },
    Viewer {
        name: "organization department of a county and the team of another post's unit",
        grants: &[("organization", "C2", ALWAYS.0, ALWAYS.1), ("handler", "Q", ALWAYS.0, ALWAYS.1)],
        units: "C2 T3 Q",
        assignments: "T3A T3B QB",
        people: "pC2 pT3 pQ",
        named: "",
    },
    Viewer {
        name: "one role inside of another's part",
        grants: &[("leader", "T1", ALWAYS.0, ALWAYS.1), ("handler", "Q", ALWAYS.0, ALWAYS.1)],
        units: "T1 Q",
        assignments: "T1A T1B QB",
        people: "pT1 pQ pD",
        named: "",
    },
    Viewer {
        name: "auditor of the province",
        grants: &[("auditor", "P", ALWAYS.0, ALWAYS.1)],
        units: ALL_UNITS,
        assignments: ALL_ASSIGNMENTS,
        people: "pP pC1 pD pT1 pT2 pQ pC2 pT3",
        named: "",
    },
    Viewer {
        name: "a role that inherits from manager",
        grants: &[("second", "T2", ALWAYS.0, ALWAYS.1)],
        units: "T2",
        assignments: "T2A T2B",
        people: "pT2",
        named: "",
    },
    Viewer {
        name: "trainee",
        grants: &[("trainee", "P", ALWAYS.0, ALWAYS.1)],
        units: "",
        assignments: "",
        people: "",
        named: "",
    },
    Viewer {
        name: "administrator",
        grants: &[("administrator", "P", ALWAYS.0, ALWAYS.1)],
        units: "",
        assignments: "",
        people: "",
        named: "",
    },
    Viewer {
        name: "manager until yesterday, and again from tomorrow on",
        grants: &[
            ("manager", "T1", "2025-01-01", "2026-11-09"),
            ("manager", "T1", "2026-11-11", "2027-12-31"),
        ],
        units: "",
        assignments: "",
        people: "",
        named: "",
    },
    Viewer {
        name: "manager for this day",
        grants: &[("manager", "T1", ON, ON)],
        units: "T1 Q",
        assignments: "T1A T1B QB",
        people: "pT1 pQ pD",
        named: "",
    },
    Viewer { name: "a post without roles", grants: &[], units: "", assignments: "", people: "", named: "" },
    Viewer {
        name: "manager of a team here and of a township elsewhere",
        grants: &[("manager", "Q", ALWAYS.0, ALWAYS.1), ("manager", "T3", ALWAYS.0, ALWAYS.1)],
        units: "Q T3",
        assignments: "QB T3A T3B",
        people: "pQ pT3",
        named: "",
    },
];

pub fn set(codes: &str) -> BTreeSet<String> {
    codes.split_whitespace().map(str::to_owned).collect()
}

/// Everything that was made, by code.
pub struct World {
    pub units: Vec<Unit>,
    pub powers: [Power; 2],
    pub assignments: Vec<(String, Assignment)>,
    pub people: HashMap<PersonId, String>,
    pub names: HashMap<UnitId, String>,
    pub codes: HashMap<AssignmentId, String>,
    pub posts: Vec<AppointmentId>,
}

impl World {
    pub fn unit(&self, code: &str) -> &Unit {
        self.units.iter().find(|unit| unit.code == code).unwrap()
    }

    pub fn assignment(&self, code: &str) -> &Assignment {
        &self.assignments.iter().find(|(of, _)| of == code).unwrap().1
    }

    /// The unit's code and those above it, from itself on.
    pub fn above(code: &str) -> Vec<String> {
        let mut above = vec![code.to_owned()];
        while let Some((_, parent)) = UNITS.iter().find(|(unit, _)| *unit == above.last().unwrap())
            && !parent.is_empty()
        {
            above.push((*parent).to_owned());
        }
        above
    }

    pub fn unit_of(code: &str) -> &str {
        &code[..code.len() - 1]
    }
}

#[expect(clippy::too_many_lines, reason = "one county, unit by unit")]
pub async fn world(db: &Db) -> World {
    let mut conn = db.write().await.unwrap();
    let mut units: Vec<Unit> = Vec::new();
    for (code, parent) in UNITS {
        let parent = units.iter().find(|unit| unit.code == parent).cloned();
        let each = unit(code, code, UnitKind::Township, parent.as_ref());
        store::unit::insert(&mut conn, &each).await.unwrap();
        units.push(each);
    }
    let powers =
        [power("A", "审批", PowerType::Licence, "农业"), power("B", "处罚", PowerType::Penalty, "农业")];
    for power in &powers {
        store::power::insert(&mut conn, power).await.unwrap();
    }
    let id = |code: &str| units.iter().find(|unit| unit.code == code).map(|unit| unit.id);
    let mut assignments: Vec<(String, Assignment)> = Vec::new();
    for (unit, power, giver) in ASSIGNMENTS {
        let of = units.iter().find(|each| each.code == unit).unwrap();
        let power = powers.iter().find(|each| each.code == power).unwrap();
        let each = Assignment { giver: id(giver), ..assignment(power, of, "2025-01-01") };
        store::assignment::insert(&mut conn, &each).await.unwrap();
        store::statistics::insert(&mut conn, each.id, &month("2026-10-01", 3)).await.unwrap();
        assignments.push((format!("{unit}{}", power.code), each));
    }
    for (assignment, unit, from, to) in SUPERVISIONS {
        let row = Supervision {
            id: SupervisionId(new_id()),
            assignment: assignments.iter().find(|(code, _)| code == assignment).unwrap().1.id,
            unit: id(unit).unwrap(),
            liaison: None,
            period: between(from, to),
        };
        store::supervision::insert(&mut conn, &row).await.unwrap();
    }
    let mut people = HashMap::new();
    for (code, unit, handles) in PEOPLE {
        let each = person(code, code);
        people.insert(each.id, code.to_owned());
        store::people::insert_person(&mut conn, &each).await.unwrap();
        if let Some(unit) = units.iter().find(|of| of.code == unit) {
            let post = appointment(unit, "2025-01-01");
            store::people::insert_appointment(&mut conn, each.id, &post).await.unwrap();
        }
        if let Some((_, of)) = assignments.iter().find(|(of, _)| of == handles) {
            store::people::insert_allocation(&mut conn, &allocation(of, &each, 0.5)).await.unwrap();
        }
        let certificate = Certificate {
            id: CertificateId(new_id()),
            kind: "行政执法证".to_owned(),
            number: code.to_owned(),
            issued_on: day("2025-01-01"),
            expires_on: None,
            suspended: None,
            revoked_on: None,
        };
        store::people::insert_certificate(&mut conn, each.id, &certificate).await.unwrap();
        let completion = Completion {
            id: CompletionId(new_id()),
            course: "课程".to_owned(),
            completed_on: day("2025-01-01"),
            valid_until: None,
            tenths_of_hours: 80,
        };
        store::people::insert_completion(&mut conn, each.id, &completion).await.unwrap();
    }
    for unit in &units {
        let posts = Establishment { id: EstablishmentId(new_id()), authorised: 3, from: day("2025-01-01") };
        store::resources::insert_establishment(&mut conn, unit.id, &posts).await.unwrap();
        let item = Equipment {
            id: EquipmentId(new_id()),
            item: "公章".to_owned(),
            quantity: 1,
            period: from("2025-01-01"),
        };
        store::resources::insert_equipment(&mut conn, unit.id, &item).await.unwrap();
        let of_unit =
            assignments.iter().filter(|(_, each)| each.unit == unit.id).map(|(_, each)| Some(each.id));
        for assignment in std::iter::once(None).chain(of_unit) {
            let line = FundingLine {
                id: FundingId(new_id()),
                assignment,
                year: 2026,
                source: FundingSource::Own,
                document: String::new(),
                allocated: Fen(1),
                committed: Fen(1),
                released: Fen(1),
                spent: Fen(0),
            };
            store::resources::insert_funding(&mut conn, unit.id, &line).await.unwrap();
        }
        let facts = store::facts::unit_facts(&mut conn, unit.id, day(ON)).await.unwrap().unwrap();
        let results = assess_unit(&facts, &Rules::default(), day(ON)).unwrap();
        kept::replace_unit(&mut conn, &facts, &results).await.unwrap();
    }
    // The posts that look stand in a unit of their own, so that they do not count among what is seen.
    store::role::insert(&mut conn, "second", "副职").await.unwrap();
    store::role::inherit(&mut conn, "second", "manager").await.unwrap();
    let holder = people.iter().find(|(_, code)| *code == "p0").map(|(id, _)| *id).unwrap();
    let nowhere = unit("X", "X", UnitKind::Department, None);
    store::unit::insert(&mut conn, &nowhere).await.unwrap();
    let mut posts = Vec::new();
    for viewer in &VIEWERS {
        let mut post = appointment(&nowhere, "2025-01-01");
        viewer.name.clone_into(&mut post.post);
        store::people::insert_appointment(&mut conn, holder, &post).await.unwrap();
        for (role, scope, from, to) in viewer.grants {
            let grant = RoleGrant {
                id: GrantId(new_id()),
                appointment: post.id,
                role: (*role).to_owned(),
                scope: id(scope).unwrap(),
                period: Period { from: day(from), to: Some(day(to)) },
                source: "page".to_owned(),
            };
            store::grant::insert(&mut conn, &grant).await.unwrap();
        }
        posts.push(post.id);
    }
    conn.commit().await.unwrap();
    units.push(nowhere);
    World {
        names: units.iter().map(|unit| (unit.id, unit.code.clone())).collect(),
        codes: assignments.iter().map(|(code, each)| (each.id, code.clone())).collect(),
        units,
        powers,
        assignments,
        people,
        posts,
    }
}
