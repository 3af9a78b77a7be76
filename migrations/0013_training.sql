-- Training: courses, questions, exams, classes, credit hours and certificates. What opens a right is still a row of
-- `completion` or `certificate`; what stands here leads to one.

-- ---- Courses ---------------------------------------------------------------------------------------------------

-- A course of a giving department. Powers name courses by their name (power.courses), and so do completions.
create table course (
    id uuid primary key,
    name text not null unique,
    unit_id uuid not null references unit (id),
    about text not null,
    tenths_of_hours integer not null check (tenths_of_hours >= 0),
    -- How long a completion counts; for ever when absent.
    valid_months integer check (valid_months > 0),
    state text not null check (state in ('draft', 'open', 'retired')),
    -- Counts the published versions of its content.
    version integer not null check (version >= 0),
    created_at timestamptz not null
);
create index course_by_unit on course (unit_id);

-- ---- Questions -------------------------------------------------------------------------------------------------

-- A question of a giving department's bank. Its text stands in versions; exams hold on to the version they drew.
create table question (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    -- What the file that it came from calls it.
    code text not null,
    -- The version that is drawn from now on.
    version integer not null check (version > 0),
    retired_on date,
    search text not null,
    unique (unit_id, code)
);

create table question_version (
    question_id uuid not null references question (id),
    version integer not null check (version > 0),
    kind text not null check (kind in ('single', 'multiple', 'true_false', 'short')),
    -- 1 easy to 5 hard
    difficulty integer not null check (difficulty between 1 and 5),
    -- Sanitised HTML.
    stem text not null,
    -- The domain's options with which of them are right, and for short answers what markers look for.
    content jsonb not null,
    explanation text not null,
    created_at timestamptz not null,
    primary key (question_id, version)
);

create table question_tag (
    question_id uuid not null references question (id),
    tag text not null,
    primary key (question_id, tag)
);
create index question_tag_by_tag on question_tag (tag);

-- ---- Exams -----------------------------------------------------------------------------------------------------

create table exam (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    name text not null,
    -- Who passes has completed this course, where it is given.
    course text,
    -- The whole of its settings: blueprint, minutes, attempts, delay, method, review options.
    settings jsonb not null,
    state text not null check (state in ('draft', 'open', 'closed')),
    opens_at timestamptz not null,
    closes_at timestamptz not null,
    created_at timestamptz not null
);
create index exam_by_unit on exam (unit_id);

-- ---- Classes and credit hours ----------------------------------------------------------------------------------

create table class (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    name text not null,
    -- Who attends has completed this course, where it is given.
    course text,
    form text not null check (form in ('class', 'shadowing', 'sent_to_township', 'case_based', 'online')),
    place text not null,
    seats integer not null check (seats > 0),
    begins_on date not null,
    ends_on date not null,
    state text not null check (state in ('draft', 'nominating', 'running', 'closed', 'cancelled')),
    created_at timestamptz not null,
    check (ends_on >= begins_on)
);
create index class_by_unit on class (unit_id);

-- The ledger of credit hours. Rows are never changed; a correction is a row of its own.
create table credit (
    id uuid primary key,
    person_id uuid not null references person (id),
    earned_on date not null,
    category text not null check (category in ('political', 'professional', 'legal', 'practical', 'general')),
    form text not null check (form in ('class', 'shadowing', 'sent_to_township', 'case_based', 'online')),
    -- Negative in corrections.
    tenths_of_hours integer not null,
    -- What it was earned by: code of the source and identifier of its record.
    source text not null check (source in ('class', 'course', 'exam', 'import', 'correction')),
    source_id uuid,
    -- The row that it corrects.
    corrects uuid references credit (id),
    reason text not null,
    written_at timestamptz not null,
    check ((source = 'correction') = (corrects is not null))
);
create index credit_by_person on credit (person_id, earned_on);
-- A source counts once for a person.
create unique index credit_once on credit (person_id, source, source_id) where corrects is null;

-- ---- Certificates ----------------------------------------------------------------------------------------------

-- What kinds of certificates the county issues itself. Powers name kinds by name, and so do certificates.
create table certificate_kind (
    id uuid primary key,
    name text not null unique,
    -- Who issues it.
    unit_id uuid not null references unit (id),
    -- Whoever has passed this exam may be issued it.
    exam_id uuid references exam (id),
    -- How long it is valid; without end when absent.
    valid_months integer check (valid_months > 0),
    -- How long before its end it may be renewed.
    renew_months integer not null check (renew_months >= 0),
    -- Whether leaving one's post cancels it.
    bound_to_post boolean not null,
    -- How numbers are made, such as {year} and {serial:4}.
    number_pattern text not null,
    created_at timestamptz not null
);

-- ---- Needs -----------------------------------------------------------------------------------------------------
