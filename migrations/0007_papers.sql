-- Papers that make assignments lawful, or end or bridge them, and the files that are kept beside records.

create table paper (
    id uuid primary key,
    kind text not null check (kind in ('acceptance', 'entrustment_agreement', 'recall_decision', 'waiver')),
    -- Never used twice: what is voided keeps it.
    number text not null unique,
    issuer_id uuid not null references unit (id),
    receiver_id uuid not null references unit (id),
    -- Everything that is printed, as it was drawn up.
    content jsonb not null,
    -- The term that it states.
    valid_from date not null,
    valid_to date,
    state text not null check (state in ('drawn', 'signed', 'voided')),
    drawn_on date not null,
    -- None where the operator drew it.
    drawn_by uuid references person (id),
    signed_on date,
    published_on date,
    voided_on date,
    void_reason text not null,
    search text not null,
    check (valid_to is null or valid_to >= valid_from),
    check (state <> 'drawn' or signed_on is null),
    check (state <> 'signed' or signed_on is not null),
    check ((state = 'voided') = (voided_on is not null))
);
create index paper_by_issuer on paper (issuer_id);
create index paper_by_receiver on paper (receiver_id);
create index paper_by_day on paper (drawn_on);

create table paper_item (
    paper_id uuid not null references paper (id),
    assignment_id uuid not null references assignment (id),
    primary key (paper_id, assignment_id)
);
create index paper_item_by_assignment on paper_item (assignment_id);

-- How an issuer's numbers are made, where it is not as usual.
create table paper_pattern (
    issuer_id uuid not null references unit (id),
    kind text not null check (kind in ('acceptance', 'entrustment_agreement', 'recall_decision', 'waiver')),
    pattern text not null,
    primary key (issuer_id, kind)
);
-- The last running number of a year.
create table paper_sequence (
    issuer_id uuid not null references unit (id),
    kind text not null check (kind in ('acceptance', 'entrustment_agreement', 'recall_decision', 'waiver')),
    year integer not null,
    last bigint not null check (last >= 0),
    primary key (issuer_id, kind, year)
);

-- Files are added and never changed; one that takes another's place says so.
create table attachment (
    id uuid primary key,
    beside text not null check (beside in ('paper', 'assignment')),
    beside_id uuid not null,
    name text not null,
    media_type text not null check (media_type in ('application/pdf', 'image/png', 'image/jpeg')),
    size bigint not null check (size > 0),
    -- In hexadecimal.
    sha256 text not null,
    content bytea not null,
    uploaded_by uuid references person (id),
    uploaded_at timestamptz not null,
    replaces uuid unique references attachment (id)
);
create index attachment_by_record on attachment (beside, beside_id);
