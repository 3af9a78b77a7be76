-- Tokens by which other programs act as a person in one of his posts.
create table api_token (
    id uuid primary key,
    -- SHA-256 in hexadecimal; the token itself is shown once.
    token_hash text not null unique,
    -- Its first characters, by which people know it again.
    prefix text not null,
    account_id uuid not null references account (id),
    -- The post: one's own, or another's by a deputyship.
    appointment_id uuid not null references appointment (id),
    deputyship_id uuid,
    label text not null,
    -- What it may do, such as `cases:write`, separated by spaces.
    scopes text not null,
    made_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    revoked_at timestamptz
);
create index api_token_by_account on api_token (account_id);

-- What was done once by a request with an Idempotency-Key, written with what it did; the answer follows.
create table api_reply (
    token_id uuid not null references api_token (id),
    key text not null,
    -- SHA-256 of method, address, kind and body.
    fingerprint text not null,
    done_at timestamptz not null,
    -- None until the answer is kept.
    status integer,
    kind text not null,
    location text not null,
    body text not null,
    primary key (token_id, key)
);
create index api_reply_by_time on api_reply (done_at);

-- Addresses that are told of what happens in a unit and below it.
create table webhook (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    url text not null,
    -- Each delivery is signed with it, so it is kept as it is.
    secret text not null,
    -- Separated by spaces.
    events text not null,
    is_enabled boolean not null,
    -- Attempts that failed since the last one that did not.
    failures integer not null check (failures >= 0),
    made_by uuid references person (id),
    made_at timestamptz not null
);
create index webhook_by_unit on webhook (unit_id);

create table webhook_delivery (
    id uuid primary key,
    webhook_id uuid not null references webhook (id),
    event text not null,
    -- JSON, as it is signed and sent.
    body text not null,
    state text not null check (state in ('waiting', 'delivered', 'dead')),
    made_at timestamptz not null,
    attempts integer not null check (attempts >= 0),
    -- When it is sent next, or was settled.
    due_at timestamptz not null,
    -- Until then it is in the hands of one sender.
    leased_until timestamptz,
    -- The receiver's last status, and what went wrong.
    status integer,
    problem text not null
);
create index webhook_delivery_by_due on webhook_delivery (state, due_at);
create index webhook_delivery_by_webhook on webhook_delivery (webhook_id, id);
