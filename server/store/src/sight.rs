//! What a post may see, as parts of statements: rows that it may not are never read.
//!
//! A post sees the units for which it holds a reading role and all below them; and of the assignments those that
//! such a unit received, gave or supervises. The three parameters of [`BoundSight`] stand first in every limited
//! statement, as `$1`, `$2` and `$3`.
//!
//! Statements about one record take [`seen!`] or [`seen_assignment!`], which walk up from it and hold for everything
//! too. Statements about many records have two texts: without a limit, and one that begins at what may be seen
//! ([`sight!`], [`mine!`], [`mine_below!`]), so that a township's post never looks at the nation.

use domain::Date;
use domain::duty::Sight;
use uuid::Uuid;

/// A sight as statements take it: everything when the post and the support view are null.
pub(crate) struct BoundSight {
    pub(crate) post: Option<Uuid>,
    pub(crate) on: Option<Date>,
    pub(crate) support: Option<Uuid>,
}

impl From<Sight> for BoundSight {
    fn from(sight: Sight) -> Self {
        match sight {
            Sight::Everything => Self { post: None, on: None, support: None },
            Sight::Nothing => Self { post: Some(Uuid::nil()), on: None, support: None },
            Sight::Post(appointment, on) => Self { post: Some(appointment.0), on: Some(on), support: None },
            Sight::Support(unit) => Self { post: None, on: None, support: Some(unit.0) },
        }
    }
}

/// Of the texts without and with a limit, the one that a sight needs.
pub(crate) fn text(sight: Sight, texts: [&'static str; 2]) -> &'static str {
    texts[usize::from(sight != Sight::Everything)]
}

/// Sends a statement whose first three parameters are a sight: `by_sight!(fetch_all, conn, Row, SQL, sight, a, b)?`.
macro_rules! by_sight {
    ($fetch:ident, $conn:expr, $row:ty, $sql:expr, $sight:expr $(, $arg:expr)* $(,)?) => {{
        let bound = $crate::sight::BoundSight::from($sight);
        $fetch!($conn, $row, $sql, bound.post, bound.on, bound.support $(, $arg)*)
    }};
}

/// Begins a statement with `top`: the units for which the post holds a reading role, or that of the support view.
macro_rules! top {
    () => {
        concat!(
            "with top as (
                select sg.scope_id as id from role_grant sg
                join role_ancestor sr on sr.child = sg.role and sr.ancestor in ('business', 'auditor')
                where sg.appointment_id = $1 and ",
            $crate::rights::holds!("sg"),
            " union select su.id from unit su where su.id = $3) "
        )
    };
}

/// Begins a statement with `top` and `sight`, the units that may be seen. Not for everything, where it is empty.
macro_rules! sight {
    () => {
        concat!(
            $crate::sight::top!(),
            ", sight as (select distinct sa.unit_id from top cross join unit_ancestor sa where sa.ancestor_id = top.id) "
        )
    };
}

/// Whether a unit may be seen, after `top` or `sight`: `seen!("u.id")`.
macro_rules! seen {
    ($unit:literal) => {
        concat!(
            "((cast($1 as uuid) is null and cast($3 as uuid) is null) or exists (select 1 from unit_ancestor up
                join top on top.id = up.ancestor_id where up.unit_id = ", $unit, "))"
        )
    };
}

/// Whether an assignment with this identifier, unit and giver may be seen, after `top` or `sight`.
macro_rules! seen_assignment {
    ($id:literal, $unit:literal, $giver:literal) => {
        concat!(
            "((cast($1 as uuid) is null and cast($3 as uuid) is null)
            or exists (select 1 from unit_ancestor up join top on top.id = up.ancestor_id
                where up.unit_id = ",
            $unit,
            ")
            or exists (select 1 from unit_ancestor up join top on top.id = up.ancestor_id
                where up.unit_id = ",
            $giver,
            ")
            or exists (select 1 from supervision sv join unit_ancestor up on up.unit_id = sv.unit_id
                join top on top.id = up.ancestor_id where sv.assignment_id = ",
            $id,
            "
                  and ",
            $crate::sight::supervises!(),
            "))"
        )
    };
}

/// Whether a supervision called `sv` holds on the day; a support view has none and sees them all.
macro_rules! supervises {
    () => {
        concat!("(cast($2 as date) is null or (", $crate::rights::holds!("sv"), "))")
    };
}

/// Assignments that a unit in `sight` received, gave or supervises. Who sees every tree need not look for what was
/// given elsewhere.
macro_rules! received_or_given {
    () => {
        concat!(
            "select x.id, x.unit_id from sight cross join assignment x where x.unit_id = sight.unit_id
            union all select g.id, g.unit_id from (
                select x.id, x.unit_id from sight cross join assignment x
                    where x.giver_id = sight.unit_id and ",
            $crate::sight::is_elsewhere!(),
            " union select x.id, x.unit_id from sight cross join supervision sv cross join assignment x
                    where sv.unit_id = sight.unit_id and x.id = sv.assignment_id and ",
            $crate::sight::is_elsewhere!(),
            " and ",
            $crate::sight::supervises!(),
            ") g where g.unit_id not in (select unit_id from sight)"
        )
    };
}

/// Whether there is anything that may not be seen.
macro_rules! is_elsewhere {
    () => {
        "exists (select 1 from unit su where su.parent_id is null and su.id not in (select id from top))"
    };
}

/// Begins a statement with `top`, `sight` and `mine`: each assignment that may be seen, once, with its unit.
macro_rules! mine {
    () => {
        concat!($crate::sight::sight!(), ", mine as (", $crate::sight::received_or_given!(), ")")
    };
}

/// The same with those assignments alone whose units stand at or below `$4`. Who sees that unit sees all of them;
/// the others' own part is looked through, which is then smaller.
macro_rules! mine_below {
    () => {
        concat!(
            $crate::sight::top!(),
            ", sight as (select distinct sa.unit_id from top cross join unit_ancestor sa
                where sa.ancestor_id = top.id and not exists (select 1 from unit_ancestor up
                    join top above on above.id = up.ancestor_id where up.unit_id = $4)),
            mine as (select x.id, x.unit_id from unit_ancestor below cross join assignment x
                where below.ancestor_id = $4 and x.unit_id = below.unit_id and exists (select 1 from unit_ancestor up
                    join top above on above.id = up.ancestor_id where up.unit_id = $4)
                union all select every.id, every.unit_id from (",
            $crate::sight::received_or_given!(),
            ") every join unit_ancestor below on below.unit_id = every.unit_id and below.ancestor_id = $4)"
        )
    };
}

pub(crate) use {
    by_sight, is_elsewhere, mine, mine_below, received_or_given, seen, seen_assignment, sight, supervises,
    top,
};
