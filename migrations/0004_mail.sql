-- How somebody wishes to be written to. Whoever has no row, or no address in it, gets no letters.
create table post_wish (
    person_id uuid primary key references person (id),
    address text not null,
    language text not null check (language in ('zh-CN', 'en', 'zh-TW')),
    -- Minutes of the day in China; both or none.
    quiet_from integer,
    quiet_to integer,
    digest_at integer not null check (digest_at between 0 and 1439),
    -- Wishes by class of events, as JSON.
    classes text not null,
    check ((quiet_from is null) = (quiet_to is null)),
    check (quiet_from is null or (quiet_from between 0 and 1439 and quiet_to between 0 and 1439))
);

-- Opens the calendar of somebody's deadlines to whoever knows the token; one for each person.
create table calendar_key (
    person_id uuid primary key references person (id),
    key_hash text not null unique,
    made_at timestamptz not null
);

-- A letter, and what became of it. The key keeps anybody from being written the same twice: a letter is made once, and
-- however often it is tried, it bears one Message-ID.
create table letter (
    id uuid primary key,
    person_id uuid not null references person (id),
    -- Event, thing and step of its notice, or the day of a digest.
    dedupe text not null,
    message_id text not null unique,
    address text not null,
    subject text not null,
    plain text not null,
    html text not null,
    created_at timestamptz not null,
    state text not null check (state in ('waiting', 'sending', 'sent', 'dead')),
    attempts integer not null check (attempts >= 0),
    -- Tries of which nobody knows how they ended: the recipient may have got it by one of them.
    unclear integer not null check (unclear >= 0),
    next_at timestamptz not null,
    -- In flight: until then it belongs to whoever sends it. After that nobody knows, and it is sent again.
    leased_until timestamptz,
    last_error text not null,
    -- What proves that the server took it.
    sent_at timestamptz,
    answer text not null,
    unique (person_id, dedupe),
    check ((state = 'sending') = (leased_until is not null)),
    check ((state = 'sent') = (sent_at is not null))
);
create index letter_by_time on letter (state, next_at);
create index letter_by_creation on letter (created_at);

-- When a notice is to be written about; none until the mailer has looked at it.
alter table notice add column post_at timestamptz;
-- When that was done, or was no longer needed.
alter table notice add column posted_at timestamptz;
alter table notice add column letter_id uuid references letter (id);
create index notice_unplanned on notice (created_at) where post_at is null;
create index notice_planned on notice (post_at) where posted_at is null;
create index notice_unread on notice (person_id) where read_at is null;
