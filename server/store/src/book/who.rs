//! Everything that was ever held around one assignment, by which is answered who could do something on a day.

use crate::db::fetch_all;
use crate::held::{HeldRow, assemble, held, named};
use crate::{Conn, StoreError};
use domain::Date;
use domain::Period;
use domain::id::{AssignmentId, CertificateId, DeputyshipId, GroupId, PersonId};
use domain::people::Certificate;
use domain::separation::{Held, Names};
use std::collections::HashMap;
use uuid::Uuid;

/// What was held, and what everything in it is called.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Around {
    /// Functions of the assignment, and roles of those who hold them or stand in for one who does; each role with
    /// those from which it inherits.
    pub held: Vec<Held>,
    /// Certificates of these people.
    pub owned: Vec<(PersonId, Certificate)>,
    /// Names of people and posts.
    pub names: Names,
    /// Names of groups.
    pub groups: HashMap<GroupId, String>,
    /// Why somebody stands in.
    pub deputyships: HashMap<DeputyshipId, String>,
}

/// Begins a statement with `named`, whoever is ever named for the assignment `$1`, and `people`, these and those who
/// ever stand in for one of them.
macro_rules! people {
    () => {
        "with named as (select l.person_id from allocation l where l.assignment_id = $1
                union select m.person_id from group_right r join group_member m on m.group_id = r.group_id
                    where r.assignment_id = $1),
            people as (select person_id from named union select d.deputy_id from named cross join appointment p
                cross join deputyship d where p.person_id = named.person_id and d.appointment_id = p.id)"
    };
}

const HELD: &str = concat!(
    people!(),
    ", ",
    held!(
        functions: "allocation l", "where l.assignment_id = $1";
        groups: "group_right r join group_member m on m.group_id = r.group_id", "where r.assignment_id = $1";
        roles: "people cross join appointment p cross join (select b.appointment_id, b.scope_id, a.ancestor as role,
                b.valid_from, b.valid_to from role_grant b join role_ancestor a on a.child = b.role) g",
            "where p.person_id = people.person_id and g.appointment_id = p.id";
        lent: " and (d.assignment_id is null or d.assignment_id = $1) and p.person_id in (select person_id from named)"
    ),
    named!()
);
const MORE: &str = concat!(
    people!(),
    " select 'certificate' as kind, c.id, c.kind as name, c.person_id as of, c.number, c.issued_on as from_one,
            c.expires_on as to_one, c.suspended_from as from_two, c.suspended_to as to_two, c.revoked_on as ended
            from certificate c join people on people.person_id = c.person_id
        union all select 'group', q.id, q.name, q.id, '', null, null, null, null, null
            from duty_group q where q.id in (select r.group_id from group_right r where r.assignment_id = $1)
        union all select 'deputyship', d.id, d.reason, d.id, '', null, null, null, null, null
            from deputyship d join people on people.person_id = d.deputy_id"
);

#[derive(sqlx::FromRow)]
struct More {
    kind: String,
    id: Uuid,
    name: String,
    of: Uuid,
    number: String,
    from_one: Option<Date>,
    to_one: Option<Date>,
    from_two: Option<Date>,
    to_two: Option<Date>,
    ended: Option<Date>,
}

/// Loads it by two statements, whoever asks.
pub async fn around(conn: &mut Conn, assignment: AssignmentId) -> Result<Around, StoreError> {
    let (held, names) = assemble(fetch_all!(conn, HeldRow, HELD, assignment.0)?, Names::default())?;
    let mut around = Around { held, names, ..Around::default() };
    for row in fetch_all!(conn, More, MORE, assignment.0)? {
        match row.kind.as_str() {
            "group" => drop(around.groups.insert(GroupId(row.id), row.name)),
            "deputyship" => drop(around.deputyships.insert(DeputyshipId(row.id), row.name)),
            _ => {
                let issued_on =
                    row.from_one.ok_or_else(|| StoreError::Corrupt("a certificate".to_owned()))?;
                let certificate = Certificate {
                    id: CertificateId(row.id),
                    kind: row.name,
                    number: row.number,
                    issued_on,
                    expires_on: row.to_one,
                    suspended: row.from_two.map(|from| Period { from, to: row.to_two }),
                    revoked_on: row.ended,
                };
                around.owned.push((PersonId(row.of), certificate));
            }
        }
    }
    Ok(around)
}
