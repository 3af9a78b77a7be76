-- The gap board and what it stands on. One text for SQLite and PostgreSQL: uuid, boolean, date, integer,
-- bigint, double precision, timestamptz, jsonb, bytea and text; states are text with a check; money is fen.

create table unit (
    id uuid primary key,
    code text not null unique,
    name text not null,
    kind text not null check (kind in
        ('province', 'city', 'county', 'department', 'township', 'subdistrict', 'centre', 'team')),
    parent_id uuid references unit (id),
    credit_code text,
    -- Name, pinyin and initials in lower case, for the search box.
    search text not null,
    -- Grows with each write to the facts on which the unit's assessments stand.
    facts_version bigint not null default 0
);
create index unit_by_parent on unit (parent_id);
create index unit_by_name on unit (name);

-- Every unit with itself (depth 0) and each unit above it.
create table unit_ancestor (
    unit_id uuid not null references unit (id),
    ancestor_id uuid not null references unit (id),
    depth integer not null check (depth >= 0),
    primary key (unit_id, ancestor_id)
);
create index unit_ancestor_by_ancestor on unit_ancestor (ancestor_id, unit_id);

create table power (
    id uuid primary key,
    catalogue text not null,
    version text not null,
    code text not null,
    name text not null,
    power_type text not null check (power_type in
        ('licence', 'penalty', 'coercion', 'levy', 'payment', 'inspection', 'confirmation', 'award',
         'adjudication', 'other', 'public_service')),
    field text not null,
    legal_bases jsonb not null,
    original_department text not null,
    published_form text not null,
    statutory_days integer check (statutory_days >= 0),
    promised_days integer check (promised_days >= 0),
    minutes_per_case integer not null check (minutes_per_case >= 0),
    certificates jsonb not null,
    courses jsonb not null,
    equipment jsonb not null,
    risk text not null check (risk in ('high', 'medium', 'low')),
    seasonal boolean not null,
    emergency boolean not null,
    min_people integer check (min_people >= 0),
    cost_per_case_fen bigint not null check (cost_per_case_fen >= 0),
    remarks text not null,
    source text not null,
    search text not null,
    unique (catalogue, version, code)
);
create index power_by_field on power (field);
create index power_by_type on power (power_type);
create index power_by_code on power (code);
create index power_by_name on power (name);

create table assignment (
    id uuid primary key,
    power_id uuid not null references power (id),
    unit_id uuid not null references unit (id),
    giver_id uuid references unit (id),
    form text not null check (form in
        ('statutory', 'conferral', 'entrustment', 'review_and_stamp', 'front_window', 'stationing',
         'co_operation', 'recalled')),
    -- Codes of the granted functions, separated by spaces.
    functions text not null,
    valid_from date not null,
    valid_to date,
    transition_until date,
    instrument_kind text check (instrument_kind in ('acceptance', 'entrustment_agreement', 'recall_decision')),
    instrument_number text,
    instrument_signed_on date,
    instrument_until date,
    instrument_published_on date,
    planned_volume integer check (planned_volume >= 0),
    unique (power_id, unit_id, valid_from),
    check (valid_to is null or valid_to >= valid_from)
);
create index assignment_by_unit on assignment (unit_id);
create index assignment_by_giver on assignment (giver_id, power_id);

create table person (
    id uuid primary key,
    code text not null unique,
    name text not null,
    allowance_hours double precision not null check (allowance_hours >= 0),
    search text not null
);

create table appointment (
    id uuid primary key,
    person_id uuid not null references person (id),
    unit_id uuid not null references unit (id),
    post text not null,
    kind text not null check (kind in
        ('established', 'stationed', 'redeployed', 'on_loan', 'auxiliary', 'contract')),
    share double precision not null check (share >= 0 and share <= 1),
    valid_from date not null,
    valid_to date,
    unique (person_id, unit_id, post, valid_from)
);
create index appointment_by_unit on appointment (unit_id);

create table certificate (
    id uuid primary key,
    person_id uuid not null references person (id),
    kind text not null,
    number text not null,
    issued_on date not null,
    expires_on date,
    suspended_from date,
    suspended_to date,
    revoked_on date,
    unique (kind, number)
);
create index certificate_by_person on certificate (person_id);

create table completion (
    id uuid primary key,
    person_id uuid not null references person (id),
    course text not null,
    completed_on date not null,
    valid_until date,
    tenths_of_hours integer not null check (tenths_of_hours >= 0),
    unique (person_id, course, completed_on)
);

create table allocation (
    id uuid primary key,
    assignment_id uuid not null references assignment (id),
    person_id uuid not null references person (id),
    function text not null check (function in
        ('accept', 'review', 'approve', 'supervise', 'inspect', 'penalise', 'legal_review', 'hear')),
    share double precision not null check (share >= 0 and share <= 1),
    valid_from date not null,
    valid_to date,
    unique (assignment_id, person_id, function, valid_from)
);
create index allocation_by_person on allocation (person_id);

create table establishment (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    authorised integer not null check (authorised >= 0),
    valid_from date not null,
    unique (unit_id, valid_from)
);

create table equipment (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    item text not null,
    quantity integer not null check (quantity >= 0),
    valid_from date not null,
    valid_to date,
    unique (unit_id, item, valid_from)
);

create table funding (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    -- The unit as a whole when null.
    assignment_id uuid references assignment (id),
    year integer not null,
    source text not null check (source in ('general_transfer', 'special_transfer', 'department', 'own')),
    document text not null,
    allocated_fen bigint not null check (allocated_fen >= 0),
    committed_fen bigint not null check (committed_fen >= 0),
    released_fen bigint not null check (released_fen >= 0),
    spent_fen bigint not null check (spent_fen >= 0)
);
create unique index funding_of_unit on funding (unit_id, year, source, document) where assignment_id is null;
create unique index funding_of_assignment on funding (assignment_id, year, source, document)
    where assignment_id is not null;
create index funding_by_unit on funding (unit_id);

create table statistics (
    id uuid primary key,
    assignment_id uuid not null references assignment (id),
    month date not null,
    received integer not null check (received >= 0),
    completed integer not null check (completed >= 0),
    instant integer not null check (instant >= 0),
    early integer not null check (early >= 0),
    overdue integer not null check (overdue >= 0),
    returned integer not null check (returned >= 0),
    complaints integer not null check (complaints >= 0),
    reconsiderations integer not null check (reconsiderations >= 0),
    reversals integer not null check (reversals >= 0),
    unique (assignment_id, month)
);

-- Thresholds that differ from the defaults, per power type; per mille where they are fractions.
create table type_rules (
    power_type text primary key,
    min_people integer not null check (min_people >= 0),
    certificates jsonb not null,
    workload integer not null check (workload >= 0),
    on_time integer not null check (on_time >= 0 and on_time <= 1000),
    returned integer not null check (returned >= 0 and returned <= 1000),
    exercise integer not null check (exercise >= 0 and exercise <= 1000),
    money integer not null check (money >= 0),
    idle_months integer not null check (idle_months >= 1)
);

-- Norms of working time and cost: one row, or none for the defaults.
create table norms (
    id integer primary key check (id = 1),
    possible_days double precision not null,
    holidays double precision not null,
    leave_days double precision not null,
    sick_days double precision not null,
    training_days double precision not null,
    hours_per_day double precision not null,
    category_allowance integer not null check (category_allowance >= 0 and category_allowance < 1000),
    post_year_fen bigint not null check (post_year_fen >= 0),
    course_place_fen bigint not null check (course_place_fen >= 0),
    equipment_item_fen bigint not null check (equipment_item_fen >= 0)
);

-- The newest assessment of each assignment that is assessed. What boards count and sum stands in columns.
create table assessment (
    assignment_id uuid primary key references assignment (id),
    unit_id uuid not null references unit (id),
    power_id uuid not null references power (id),
    power_type text not null,
    field text not null,
    on_date date not null,
    -- The unit's facts_version that it was made from; −1 when rules changed since.
    facts_version bigint not null,
    verdict text not null check (verdict in ('cannot', 'poorly', 'idle', 'in_transition', 'can')),
    -- The gate or grade of the first finding, 'no_cases', or '' without findings.
    reason text not null,
    -- Worst first: larger is worse.
    severity bigint not null,
    ratio double precision,
    -- Thousandths of a post.
    required_staff bigint not null,
    -- Counted up to what is required, so that one power's plenty does not hide another's want.
    available_staff bigint not null,
    short_staff bigint not null,
    required_fen bigint not null,
    -- Counted up to what is required, too.
    released_fen bigint not null,
    short_fen bigint not null,
    handlers integer not null,
    trained_handlers integer not null,
    -- Courses and certificates that handlers still owe, one for each person and course.
    untrained integer not null,
    required_items integer not null,
    present_items integer not null,
    result jsonb not null
);
create index assessment_by_unit on assessment (unit_id, field, verdict);
create index assessment_by_power on assessment (power_id);
create index assessment_by_severity on assessment (severity);
create index assessment_by_day on assessment (on_date, facts_version);

-- Files that wait between preview and confirmation.
create table upload (
    id uuid primary key,
    kind text not null,
    file_name text not null,
    content bytea not null,
    uploaded_at timestamptz not null,
    -- What it would do, or did: the report in each language; and whether it is done.
    report jsonb not null,
    is_done boolean not null
);
