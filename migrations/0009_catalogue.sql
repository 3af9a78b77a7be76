-- Catalogue work: versions and what became of their powers, zero-base reviews, the three lists, rounds "three times
-- up, three times down", what became of legal bases, and whose list is public. Written by the same rules as the first
-- migration.

-- A version of a catalogue. Its powers name it by catalogue and version. Until it is published it may be changed.
create table catalogue_version (
    id uuid primary key,
    catalogue text not null,
    version text not null,
    title text not null,
    document text not null,
    published_on date,
    in_force_from date,
    supersedes_id uuid references catalogue_version (id),
    unique (catalogue, version),
    check ((published_on is null) = (in_force_from is null))
);
-- The versions that are there bear the identifier of their first power.
insert into catalogue_version (id, catalogue, version, title, document)
    select q.id, q.catalogue, q.version, '', '' from power q where not exists (
        select 1 from power r where r.catalogue = q.catalogue and r.version = q.version and r.id < q.id);

-- What became of a power in the version that supersedes its own.
create table power_link (
    from_id uuid not null references power (id),
    to_id uuid not null references power (id),
    link text not null check (link in ('same', 'renamed', 'split', 'merged')),
    -- Who said so; none where it was found by code or name.
    marked_by uuid references person (id),
    primary key (from_id, to_id),
    check (from_id <> to_id)
);
create index power_link_by_to on power_link (to_id);

-- The assignment that takes the place of another one, from its first day on; of a power that was split, several do.
create table assignment_succession (
    assignment_id uuid primary key references assignment (id),
    succeeds_id uuid not null references assignment (id),
    reason text not null,
    check (assignment_id <> succeeds_id)
);
create index assignment_succession_by_before on assignment_succession (succeeds_id);

create table zero_base (
    id uuid primary key,
    title text not null,
    scope_id uuid not null references unit (id),
    opened_on date not null,
    due_on date not null,
    closed_on date
);
create table zero_base_line (
    id uuid primary key,
    review_id uuid not null references zero_base (id),
    unit_id uuid not null references unit (id),
    assignment_id uuid not null references assignment (id),
    -- What speaks for and against it, as it was when the review was opened.
    cases bigint not null check (cases >= 0),
    verdict text check (verdict in ('cannot', 'poorly', 'idle', 'in_transition', 'can')),
    basis text not null check (basis in ('in_force', 'lapsed', 'none')),
    suggested text not null check (suggested in ('keep', 'drop', 'change')),
    argued text check (argued in ('keep', 'drop', 'change')),
    grounds text not null,
    argued_by uuid references person (id),
    argued_at timestamptz,
    decision text check (decision in ('keep', 'drop', 'change')),
    reason text not null,
    decided_by uuid references person (id),
    decided_at timestamptz,
    unique (review_id, assignment_id)
);
create index zero_base_line_by_unit on zero_base_line (review_id, unit_id);

-- The three lists of a township.
create table duty_row (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    list text not null check (list in ('basic', 'co_operating', 'recalled')),
    code text not null,
    text text not null,
    -- The department that leads, or that took it back; as written, and as a unit where there is one.
    lead text not null,
    lead_id uuid references unit (id),
    -- With what the township co-operates.
    matters text not null,
    basis text not null,
    power_id uuid references power (id),
    search text not null,
    unique (unit_id, list, code)
);
create index duty_row_by_lead on duty_row (lead_id);

create table catalogue_round (
    id uuid primary key,
    title text not null,
    scope_id uuid not null references unit (id),
    opened_on date not null,
    -- Working days of each of the six stages, separated by spaces.
    days text not null,
    stage text not null check (stage in ('down_1', 'up_1', 'down_2', 'up_2', 'down_3', 'up_3', 'done')),
    stage_from date not null,
    due_on date not null,
    -- The last day on which those concerned were reminded.
    reminded_on date
);
create table round_item (
    id uuid primary key,
    round_id uuid not null references catalogue_round (id),
    power_id uuid not null references power (id),
    unit_id uuid not null references unit (id),
    department_id uuid references unit (id),
    form text not null check (form in
        ('statutory', 'conferral', 'entrustment', 'review_and_stamp', 'front_window', 'stationing', 'co_operation')),
    functions text not null,
    list text not null check (list in ('basic', 'co_operating', 'recalled')),
    is_kept boolean not null,
    township text check (township in ('accept', 'object')),
    department text check (department in ('accept', 'object')),
    county text check (county in ('accept', 'object')),
    -- Grows with each change, so that nobody answers what he has not seen.
    revision integer not null check (revision >= 0),
    unique (round_id, power_id, unit_id)
);
create index round_item_by_unit on round_item (unit_id);
create index round_item_by_department on round_item (department_id);
create table round_change (
    id uuid primary key,
    round_id uuid not null references catalogue_round (id),
    item_id uuid not null references round_item (id),
    stage text not null,
    party text not null check (party in ('township', 'department', 'county')),
    act text not null check (act in ('change', 'accept', 'object', 'comment')),
    person_id uuid references person (id),
    -- On whose behalf, where it was done as a deputy.
    principal_id uuid references person (id),
    done_at timestamptz not null,
    -- The terms before and after, as JSON; the same where nothing was changed.
    before jsonb not null,
    after jsonb not null,
    comment text not null
);
create index round_change_by_round on round_change (round_id, stage);
create index round_change_by_item on round_change (item_id);

-- What became of an article on which powers stand.
create table basis_mark (
    citation text primary key,
    state text not null check (state in ('in_force', 'expired', 'changed', 'repealed')),
    since date not null,
    source text not null,
    marked_by uuid references person (id),
    marked_at timestamptz not null
);

-- Units whose list anybody may read.
create table public_list (
    unit_id uuid primary key references unit (id),
    published_on date not null
);
