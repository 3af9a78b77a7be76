-- How far cases are, when their clocks stand still, who broke the separation in them, and the hand-off of decided cases
-- to whoever supervises them.

alter table case_file add column applied_on date;
alter table case_file add column accepted_on date;
alter table case_file add column result text check
    (result in ('granted', 'refused', 'penalised', 'spared', 'withdrawn'));
alter table case_file add column decided_on date;
-- Last days by law and as promised; made again whenever a pause or the calendar changes.
alter table case_file add column statutory_due date;
alter table case_file add column promised_due date;
-- Who finishes it where that is another unit than the one that holds the power.
alter table case_file add column finisher_id uuid references unit (id);
-- Whether it is handled here, or was brought by a file.
alter table case_file add column source text not null default 'baton' check (source in ('baton', 'import'));
-- The due day of which its unit was told, so that nobody is told twice.
alter table case_file add column told_due date;
create index case_file_by_due on case_file (promised_due);
create index case_file_by_decision on case_file (decided_on);
-- Steps that a file brought are replaced when it comes again; what was done here stays.
alter table case_step add column is_imported boolean not null default false;

create table case_pause (
    id uuid primary key,
    case_id uuid not null references case_file (id),
    reason text not null check (reason in ('hearing', 'test', 'inspection', 'expert_review')),
    from_on date not null,
    to_on date,
    -- When the applicant was told; until then the clock runs on.
    notified_on date,
    unique (case_id, from_on),
    check (to_on is null or to_on >= from_on)
);

-- What broke a rule in a case that a file brought, or lacks a supervising side. Who stands on both sides of a case is
-- kept here and not among the steps, whose key refuses it.
create table case_violation (
    id uuid primary key,
    case_id uuid not null references case_file (id),
    -- Code of the rule.
    rule text not null,
    -- What was done; empty where it is about the case itself.
    function text not null,
    person_id uuid references person (id),
    on_day date not null
);
create index case_violation_by_case on case_violation (case_id);

-- Limits and offsets: one row, or none for the defaults.
create table handoff_settings (
    id integer primary key check (id = 1),
    push_days integer not null check (push_days >= 0),
    claim_days integer not null check (claim_days >= 0),
    answer_days integer not null check (answer_days >= 0),
    remind_before integer not null check (remind_before >= 0),
    escalate_first integer not null check (escalate_first >= 0),
    escalate_second integer not null check (escalate_second >= escalate_first),
    pushed_is_claimed boolean not null,
    imports_from date,
    penalty_days integer not null check (penalty_days >= 1),
    case_before integer not null check (case_before >= 0)
);

create table handoff (
    id uuid primary key,
    case_id uuid not null references case_file (id),
    kind text not null check (kind in ('approval', 'penalty')),
    -- Of a penalty, its document; a decision has none, and is pushed once.
    number text not null,
    effect text check (effect in ('suspended', 'restricted', 'revoked')),
    -- What it says.
    content text not null,
    from_unit_id uuid not null references unit (id),
    to_unit_id uuid not null references unit (id),
    state text not null check (state in ('pushed', 'claimed', 'answered', 'closed', 'returned')),
    -- How often it was pushed: 1, and more where it had gone to the wrong unit.
    round integer not null check (round >= 1),
    decided_on date not null,
    push_due date not null,
    pushed_on date not null,
    pushed_at timestamptz not null,
    claim_due date not null,
    claimed_on date,
    claimed_by uuid references person (id),
    answer_due date,
    answered_on date,
    answer text check (answer in ('in_order', 'mending', 'suspend', 'revoke')),
    closed_on date,
    -- How high its being late was told in the step in which it is.
    told integer not null,
    unique (case_id, kind, number),
    check ((claimed_on is null) = (claimed_by is null)),
    check (state not in ('claimed', 'answered', 'closed') or claimed_on is not null),
    check (kind = 'penalty' or number = '')
);
create index handoff_by_target on handoff (to_unit_id, state);
create index handoff_by_source on handoff (from_unit_id);
create index handoff_by_claim on handoff (state, claim_due);
create index handoff_by_push on handoff (pushed_on);

-- What was done to it: who, for whom, when.
create table handoff_event (
    id uuid primary key,
    handoff_id uuid not null references handoff (id),
    act text not null check (act in
        ('push', 'claim', 'record', 'answer', 'close', 'return', 'redirect', 'escalate')),
    -- None where the clock did it.
    person_id uuid references person (id),
    principal_id uuid references person (id),
    -- The unit to which it went, where it went to one.
    unit_id uuid references unit (id),
    at timestamptz not null,
    note text not null
);
create index handoff_event_by_handoff on handoff_event (handoff_id, at);
