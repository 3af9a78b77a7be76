-- What somebody has to know: one row for each person, event, thing that it is about, and step (such as a reminder's
-- offset). The key is what keeps anybody from being told the same twice.
create table notice (
    id uuid primary key,
    person_id uuid not null references person (id),
    event text not null,
    about uuid not null,
    step text not null,
    -- The words that the sentence names, as JSON.
    words text not null,
    -- Where it is dealt with: a path of this site.
    link text not null,
    created_at timestamptz not null,
    due_on date,
    read_at timestamptz,
    unique (person_id, event, about, step)
);
create index notice_by_person on notice (person_id, created_at);

-- Days on which one works or not, other than the published ones.
create table calendar_day (
    day date primary key,
    kind text not null check (kind in ('off', 'worked')),
    name text not null
);
