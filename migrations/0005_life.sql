-- The life of an assignment: proposed, answered by its unit, approved along a route, taken over task by task, in force,
-- and handed back. States are codes that the domain knows; who did something stands beside for whom he did it.

-- Days and offsets that differ from the defaults: one row of JSON, or none.
create table life_settings (
    id integer primary key check (id = 1),
    settings jsonb not null
);

-- Routes of approval. The one of the nearest unit above a proposal's counts, one for its form before one for any.
create table approval_route (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    name text not null,
    -- A form of transfer; any when null.
    form text check (form in
        ('statutory', 'conferral', 'entrustment', 'review_and_stamp', 'front_window', 'stationing', 'co_operation')),
    made_at timestamptz not null,
    ended_on date
);
create index approval_route_by_unit on approval_route (unit_id);
create table approval_stage (
    id uuid primary key,
    route_id uuid not null references approval_route (id),
    place integer not null check (place >= 1),
    name text not null,
    mode text not null check (mode in ('all', 'any', 'quorum')),
    quorum integer not null check (quorum >= 0),
    -- Working days.
    days integer not null check (days >= 0),
    unique (route_id, place)
);
-- Whose approval a stage asks for: a person's, or that of whoever holds a role for a unit.
create table approval_seat (
    id uuid primary key,
    stage_id uuid not null references approval_stage (id),
    person_id uuid references person (id),
    role text references role (code),
    unit_id uuid references unit (id),
    check ((person_id is null) = (role is not null) and (role is null) = (unit_id is null))
);
create index approval_seat_by_stage on approval_seat (stage_id);

create table proposal (
    id uuid primary key,
    number text not null unique,
    title text not null,
    -- The unit that proposes.
    unit_id uuid not null references unit (id),
    giver_id uuid references unit (id),
    form text not null check (form in
        ('statutory', 'conferral', 'entrustment', 'review_and_stamp', 'front_window', 'stationing', 'co_operation')),
    functions text not null,
    valid_from date not null,
    valid_to date,
    planned_volume integer check (planned_volume >= 0),
    reason text not null,
    phase text not null check (phase in
        ('draft', 'answering', 'approving', 'returned', 'approved', 'refused', 'withdrawn')),
    drafted_by uuid references person (id),
    drafted_for uuid references person (id),
    drafted_at timestamptz not null,
    answer_due date,
    -- How often it went along its route.
    round integer not null check (round >= 0),
    check (valid_to is null or valid_to >= valid_from)
);
create index proposal_by_unit on proposal (unit_id);
create index proposal_by_phase on proposal (phase);
create table proposal_item (
    id uuid primary key,
    proposal_id uuid not null references proposal (id),
    power_id uuid not null references power (id),
    unit_id uuid not null references unit (id),
    -- The assignment that ends when this one begins.
    replaces_id uuid references assignment (id),
    state text not null check (state in
        ('drafted', 'proposed', 'accepted', 'objected', 'dropped', 'approved', 'refused', 'withdrawn')),
    -- How the unit would absorb it, when it was drafted: the verdict, and the first finding's gate or grade.
    verdict text,
    finding text not null,
    reason text not null,
    answered_by uuid references person (id),
    answered_for uuid references person (id),
    answered_at timestamptz,
    assignment_id uuid references assignment (id),
    unique (proposal_id, power_id, unit_id)
);
create index proposal_item_by_unit on proposal_item (unit_id, state);
create index proposal_item_by_power on proposal_item (power_id);
-- A proposal's stages, as its route was when it was sent along it.
create table proposal_stage (
    id uuid primary key,
    proposal_id uuid not null references proposal (id),
    round integer not null,
    place integer not null,
    name text not null,
    mode text not null check (mode in ('all', 'any', 'quorum')),
    quorum integer not null,
    days integer not null,
    due_on date,
    state text not null check (state in ('waiting', 'open', 'passed', 'refused', 'returned')),
    unique (proposal_id, round, place)
);
create table proposal_seat (
    id uuid primary key,
    stage_id uuid not null references proposal_stage (id),
    person_id uuid references person (id),
    role text references role (code),
    unit_id uuid references unit (id),
    vote text check (vote in ('agree', 'return', 'refuse')),
    voted_by uuid references person (id),
    voted_for uuid references person (id),
    voted_at timestamptz,
    reason text not null,
    check ((person_id is null) = (role is not null) and (role is null) = (unit_id is null)),
    -- Whoever decides in a stage does so once.
    unique (stage_id, voted_by)
);
create index proposal_seat_by_person on proposal_seat (person_id);
create table proposal_event (
    id uuid primary key,
    proposal_id uuid not null references proposal (id),
    item_id uuid references proposal_item (id),
    act text not null,
    person_id uuid references person (id),
    principal_id uuid references person (id),
    happened_at timestamptz not null,
    -- The day on which whoever owes something was urged.
    urged_on date,
    reason text not null,
    unique (proposal_id, urged_on)
);
create index proposal_event_by_proposal on proposal_event (proposal_id, happened_at);

-- Where an assignment is in its life; one without a row was in force when it was imported.
create table assignment_life (
    assignment_id uuid primary key references assignment (id),
    item_id uuid references proposal_item (id),
    stage text not null check (stage in
        ('approved', 'signed', 'in_transition', 'in_force', 'under_review', 'recalled', 'renewed', 'expired')),
    -- The day for which its beginning was planned; it may have been put off.
    planned_from date not null,
    begun_on date,
    follows_id uuid references assignment (id)
);
create index assignment_life_by_stage on assignment_life (stage);
create table takeover_task (
    id uuid primary key,
    assignment_id uuid not null references assignment (id),
    task text not null check (task in ('instrument', 'published', 'handlers', 'certified', 'posts', 'money', 'means',
        'guide', 'supervisor', 'open_cases')),
    unit_id uuid not null references unit (id),
    due_on date not null,
    state text not null check (state in ('open', 'met', 'waived')),
    met_on date,
    -- Who ticked it, where the system cannot know.
    done_by uuid references person (id),
    done_for uuid references person (id),
    note text not null,
    unique (assignment_id, task)
);
create index takeover_task_by_unit on takeover_task (unit_id, state);
create table takeover_waiver (
    id uuid primary key,
    task_id uuid not null references takeover_task (id),
    reason text not null,
    plan text not null,
    valid_to date not null,
    asked_by uuid references person (id),
    asked_for uuid references person (id),
    asked_at timestamptz not null,
    decision text check (decision in ('granted', 'refused')),
    answer text not null,
    decided_by uuid references person (id),
    decided_for uuid references person (id),
    decided_at timestamptz,
    check (decided_by is null or asked_by is null or decided_by <> asked_by)
);
create index takeover_waiver_by_task on takeover_waiver (task_id);

-- One row for each assignment that was recalled: nothing is recalled twice.
create table recall (
    assignment_id uuid primary key references assignment (id),
    reason text not null check (reason in ('too_technical', 'no_regulated_objects', 'too_rare',
        'unreasonable_assessment', 'cannot_be_carried_out', 'law_changed')),
    note text not null,
    -- Number of the decision.
    number text not null,
    last_on date not null,
    decided_by uuid references person (id),
    decided_for uuid references person (id),
    decided_at timestamptz not null
);
-- What belonged to it and is dealt with row by row.
create table reclaim (
    id uuid primary key,
    assignment_id uuid not null references assignment (id),
    kind text not null check (kind in ('allocation', 'funding', 'post', 'certificate')),
    row_id uuid not null,
    -- A line each: what it is, then more about it.
    words text not null,
    state text not null check (state in ('open', 'done', 'kept')),
    decided_by uuid references person (id),
    decided_at timestamptz,
    reason text not null,
    unique (assignment_id, kind, row_id)
);

create table adjustment (
    id uuid primary key,
    assignment_id uuid not null references assignment (id),
    kind text not null check (kind in ('recall', 'extend', 'change_form', 'more_means')),
    -- The side that asks.
    unit_id uuid not null references unit (id),
    wish text not null,
    reason text not null,
    due_on date not null,
    asked_by uuid references person (id),
    asked_for uuid references person (id),
    asked_at timestamptz not null,
    decision text check (decision in ('granted', 'refused')),
    answer text not null,
    decided_by uuid references person (id),
    decided_for uuid references person (id),
    decided_at timestamptz,
    check (decided_by is null or asked_by is null or decided_by <> asked_by)
);
create index adjustment_by_assignment on adjustment (assignment_id);
