//! Everything that was ever held around one assignment, by which is answered who could do something on a day.

use super::{HeldRow, LendingRow, with_lent};
use crate::db::fetch_all;
use crate::{Conn, StoreError};
use domain::Date;
use domain::Period;
use domain::id::{AppointmentId, AssignmentId, CertificateId, DeputyshipId, GroupId, PersonId};
use domain::people::Certificate;
use domain::separation::Held;
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
    /// Names of people.
    pub people: HashMap<PersonId, String>,
    /// Units and names of posts.
    pub posts: HashMap<AppointmentId, String>,
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
            people as (select person_id from named union select d.deputy_id from deputyship d
                join appointment p on p.id = d.appointment_id join named on named.person_id = p.person_id)"
    };
}

const HELD: &str = concat!(
    people!(),
    held!(
        "from (select b.appointment_id, b.scope_id, a.ancestor as role, b.valid_from, b.valid_to from role_grant b
                join role_ancestor a on a.child = b.role) g
            join appointment p on p.id = g.appointment_id join people on people.person_id = p.person_id",
        "from allocation l where l.assignment_id = $1",
        "from group_right r join group_member m on m.group_id = r.group_id where r.assignment_id = $1"
    )
);
const LENDINGS: &str = concat!(
    people!(),
    lendings!(
        "from deputyship d join appointment p on p.id = d.appointment_id
            join named on named.person_id = p.person_id
            where d.assignment_id is null or d.assignment_id = $1"
    )
);
const MORE: &str = concat!(
    people!(),
    " select 'person' as kind, n.id, n.name, n.id as of, '' as number, cast(null as date) as from_one,
            cast(null as date) as to_one, cast(null as date) as from_two, cast(null as date) as to_two,
            cast(null as date) as ended from person n join people on people.person_id = n.id
        union all select 'post', p.id, u.name || ' ' || p.post, p.id, '', null, null, null, null, null
            from appointment p join people on people.person_id = p.person_id join unit u on u.id = p.unit_id
        union all select 'group', q.id, q.name, q.id, '', null, null, null, null, null
            from duty_group q where q.id in (select r.group_id from group_right r where r.assignment_id = $1)
        union all select 'deputyship', d.id, d.reason, d.id, '', null, null, null, null, null
            from deputyship d join people on people.person_id = d.deputy_id
        union all select 'certificate', c.id, c.kind, c.person_id, c.number, c.issued_on, c.expires_on,
            c.suspended_from, c.suspended_to, c.revoked_on
            from certificate c join people on people.person_id = c.person_id"
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

/// Loads it by three statements, whoever asks.
pub async fn around(conn: &mut Conn, assignment: AssignmentId) -> Result<Around, StoreError> {
    let own = fetch_all!(conn, HeldRow, HELD, assignment.0)?;
    let lendings = fetch_all!(conn, LendingRow, LENDINGS, assignment.0)?;
    let mut around = Around { held: with_lent(own, lendings)?, ..Around::default() };
    for row in fetch_all!(conn, More, MORE, assignment.0)? {
        match row.kind.as_str() {
            "person" => drop(around.people.insert(PersonId(row.id), row.name)),
            "post" => drop(around.posts.insert(AppointmentId(row.id), row.name)),
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
