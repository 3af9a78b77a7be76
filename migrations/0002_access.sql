-- Who may do what: accounts and sessions, roles held in posts, deputies and groups, separation of approval from
-- supervision, cases, and the audit trail. Written by the same rules as the first migration.

-- A way to sign in; what one may do hangs on the person's posts, never on the account.
create table account (
    id uuid primary key,
    person_id uuid not null unique references person (id),
    -- In lower case.
    login text not null unique,
    -- Argon2id in PHC form; none where one signs in elsewhere only.
    password_hash text,
    is_disabled boolean not null,
    -- Base32; counts once it is confirmed.
    totp_secret text,
    totp_confirmed_at timestamptz,
    -- The last accepted time step, so that a code is good once.
    totp_step bigint not null,
    created_at timestamptz not null
);

create table recovery_code (
    account_id uuid not null references account (id),
    code_hash text not null,
    used_at timestamptz,
    primary key (account_id, code_hash)
);

-- The account's name at an OpenID provider.
create table external_identity (
    issuer text not null,
    subject text not null,
    account_id uuid not null references account (id),
    primary key (issuer, subject)
);

-- Opens once: sets a password, or makes the first administrator when it is nobody's.
create table one_time_link (
    token_hash text primary key,
    account_id uuid references account (id),
    expires_at timestamptz not null,
    used_at timestamptz
);

create table session (
    token_hash text primary key,
    -- What pages call it; the token is known to the browser alone.
    id uuid not null unique,
    account_id uuid not null references account (id),
    started_at timestamptz not null,
    seen_at timestamptz not null,
    -- Whatever one does, it ends here.
    ends_at timestamptz not null,
    -- The post in which one acts: one's own, or another's by a deputyship.
    appointment_id uuid references appointment (id),
    deputyship_id uuid,
    -- The password is right, the second factor is still owed.
    is_half boolean not null,
    device text not null,
    address text not null
);
create index session_by_account on session (account_id);

-- Browsers from which an account has signed in before; others' failures do not slow them.
create table known_device (
    token_hash text primary key,
    account_id uuid not null references account (id),
    used_at timestamptz not null
);

-- Failed sign-ins by bucket: account and device, account and address, or address.
create table sign_in_failure (
    bucket text primary key,
    failures integer not null check (failures >= 0),
    last_at timestamptz not null,
    blocked_until timestamptz
);

-- A sign-in at an OpenID provider that is under way; used once.
create table oidc_request (
    state_hash text primary key,
    nonce text not null,
    verifier text not null,
    back text not null,
    expires_at timestamptz not null
);

-- Roles: the built-in ones that the policy knows, and others that only inherit from these.
create table role (
    code text primary key,
    -- Empty for built-in ones, which the languages name.
    name text not null,
    is_built_in boolean not null
);
create table role_inheritance (
    child text not null references role (code),
    parent text not null references role (code),
    primary key (child, parent),
    check (child <> parent)
);
insert into role (code, name, is_built_in) values
    ('business', '', true), ('organization', '', true), ('manager', '', true), ('handler', '', true),
    ('approver', '', true), ('supervisor', '', true), ('trainer', '', true), ('trainee', '', true),
    ('leader', '', true), ('auditor', '', true), ('administrator', '', true);
-- Whoever has one of these has business rights, which the administrator has not.
insert into role_inheritance (child, parent) values
    ('organization', 'business'), ('manager', 'business'), ('handler', 'business'), ('approver', 'business'),
    ('supervisor', 'business'), ('trainer', 'business'), ('leader', 'business');

-- Every role with itself and each one from which it inherits.
create table role_ancestor (
    child text not null references role (code),
    ancestor text not null references role (code),
    primary key (child, ancestor)
);
insert into role_ancestor (child, ancestor) select code, code from role;
insert into role_ancestor (child, ancestor) select child, parent from role_inheritance;

-- A role in a post, for a unit and all below it.
create table role_grant (
    id uuid primary key,
    appointment_id uuid not null references appointment (id),
    role text not null references role (code),
    scope_id uuid not null references unit (id),
    valid_from date not null,
    valid_to date,
    -- Whether a person, a claim of the OpenID provider or the command line gave it.
    source text not null check (source in ('page', 'claim', 'console')),
    unique (appointment_id, role, scope_id, valid_from),
    check (valid_to is null or valid_to >= valid_from)
);
create index role_grant_by_role on role_grant (role);
create index role_grant_by_scope on role_grant (scope_id);
create index appointment_by_person on appointment (person_id);
create index allocation_by_assignment on allocation (assignment_id);

-- Which claim of the OpenID provider gives which role in which unit.
create table claim_rule (
    id uuid primary key,
    claim text not null,
    value text not null,
    unit_id uuid not null references unit (id),
    post text not null,
    role text not null references role (code),
    unique (claim, value, unit_id, role)
);

-- Acts for a post while its holder cannot: for all of it, or for one assignment.
create table deputyship (
    id uuid primary key,
    deputy_id uuid not null references person (id),
    appointment_id uuid not null references appointment (id),
    assignment_id uuid references assignment (id),
    valid_from date not null,
    valid_to date not null,
    reason text not null,
    check (valid_to >= valid_from)
);
create index deputyship_by_deputy on deputyship (deputy_id);
create index deputyship_by_appointment on deputyship (appointment_id);

create table duty_group (
    id uuid primary key,
    unit_id uuid not null references unit (id),
    name text not null,
    unique (unit_id, name)
);
create table group_member (
    id uuid primary key,
    group_id uuid not null references duty_group (id),
    person_id uuid not null references person (id),
    valid_from date not null,
    valid_to date,
    unique (group_id, person_id, valid_from),
    check (valid_to is null or valid_to >= valid_from)
);
create index group_member_by_person on group_member (person_id);
create table group_right (
    id uuid primary key,
    group_id uuid not null references duty_group (id),
    assignment_id uuid not null references assignment (id),
    function text not null check (function in
        ('accept', 'review', 'approve', 'supervise', 'inspect', 'penalise', 'legal_review', 'hear')),
    valid_from date not null,
    valid_to date,
    unique (group_id, assignment_id, function, valid_from),
    check (valid_to is null or valid_to >= valid_from)
);
create index group_right_by_assignment on group_right (assignment_id);

-- Nobody has `cardinality` or more of the members: roles anywhere (static) or in one post (dynamic), or functions
-- of the same power in the same unit on the same day.
create table separation_rule (
    code text primary key,
    -- Empty for built-in ones, which the languages name.
    name text not null,
    kind text not null check (kind in ('case', 'power_unit', 'same_unit', 'static', 'dynamic')),
    cardinality integer not null check (cardinality >= 2),
    mode text not null check (mode in ('record', 'enforce')),
    is_built_in boolean not null,
    -- The rule of the same case knows no exception.
    check (kind <> 'case' or mode = 'enforce')
);
create table separation_member (
    rule_code text not null references separation_rule (code),
    -- A role, or a function.
    member text not null,
    primary key (rule_code, member)
);
insert into separation_rule (code, name, kind, cardinality, mode, is_built_in) values
    ('SOD-01', '', 'case', 2, 'enforce', true),
    ('SOD-02', '', 'power_unit', 2, 'enforce', true),
    ('SOD-03', '', 'power_unit', 2, 'enforce', true),
    ('SOD-04', '', 'same_unit', 2, 'record', true),
    ('SOD-05', '', 'dynamic', 2, 'enforce', true),
    ('SOD-06', '', 'static', 2, 'enforce', true),
    ('SOD-07', '', 'static', 2, 'enforce', true);
insert into separation_member (rule_code, member) values
    ('SOD-02', 'penalise'), ('SOD-02', 'supervise'),
    ('SOD-03', 'approve'), ('SOD-03', 'supervise'),
    ('SOD-04', 'approve'), ('SOD-04', 'supervise'),
    ('SOD-05', 'approver'), ('SOD-05', 'supervisor'),
    ('SOD-06', 'administrator'), ('SOD-06', 'business'),
    ('SOD-07', 'auditor'), ('SOD-07', 'organization');

-- Lets a person, or a unit on both sides of an assignment, stand against a rule for a while.
create table separation_exception (
    id uuid primary key,
    rule_code text not null references separation_rule (code),
    -- The beneficiary; none for a unit on both sides.
    person_id uuid references person (id),
    -- None for a rule about roles.
    assignment_id uuid references assignment (id),
    reason text not null,
    -- What is done instead of separating.
    control text not null,
    requested_by uuid not null references person (id),
    -- Counts once it is approved, by another one than the beneficiary and the one who asked.
    approved_by uuid references person (id),
    approved_at timestamptz,
    valid_from date not null,
    valid_to date not null,
    ended_on date,
    check (valid_to >= valid_from),
    check (rule_code <> 'SOD-01'),
    check (approved_by is null or (approved_by <> requested_by and (person_id is null or approved_by <> person_id)))
);
create index separation_exception_by_person on separation_exception (person_id);
create index separation_exception_by_assignment on separation_exception (assignment_id);

-- The supervising side of an assignment; who approves and who supervises stands in the allocations.
create table supervision (
    id uuid primary key,
    assignment_id uuid not null references assignment (id),
    unit_id uuid not null references unit (id),
    liaison_id uuid references person (id),
    valid_from date not null,
    valid_to date,
    unique (assignment_id, unit_id, valid_from),
    check (valid_to is null or valid_to >= valid_from)
);
create index supervision_by_unit on supervision (unit_id);

-- Cases, and who did what in them.
create table case_file (
    id uuid primary key,
    assignment_id uuid not null references assignment (id),
    number text not null,
    opened_on date not null,
    unique (assignment_id, number)
);
-- Each person stands on one side of a case: whoever accepts or approves it decides, whoever supervises, inspects,
-- legally reviews or hears it oversees. The key is the last line of the separation; nothing gets around it.
create table case_party (
    case_id uuid not null references case_file (id),
    person_id uuid not null references person (id),
    side text not null check (side in ('decides', 'oversees')),
    primary key (case_id, person_id),
    unique (case_id, person_id, side)
);
create table case_step (
    id uuid primary key,
    case_id uuid not null references case_file (id),
    function text not null,
    person_id uuid not null references person (id),
    -- For whom, where it was done as a deputy.
    principal_id uuid references person (id),
    side text,
    done_at timestamptz not null,
    note text not null,
    foreign key (case_id, person_id, side) references case_party (case_id, person_id, side),
    foreign key (case_id, principal_id, side) references case_party (case_id, person_id, side),
    check ((function in ('accept', 'approve') and side is not null and side = 'decides')
        or (function in ('supervise', 'inspect', 'legal_review', 'hear') and side is not null and side = 'oversees')
        or (function in ('review', 'penalise') and side is null))
);
create index case_step_by_case on case_step (case_id);

-- The yearly review of who holds what.
create table rights_review (
    id uuid primary key,
    title text not null,
    scope_id uuid not null references unit (id),
    opened_on date not null,
    due_on date not null,
    -- What happens at the deadline to what nobody decided on.
    undecided text not null check (undecided in ('keep', 'revoke')),
    closed_on date,
    -- The last day on which the reviewers were reminded.
    reminded_on date
);
create table rights_review_line (
    id uuid primary key,
    review_id uuid not null references rights_review (id),
    unit_id uuid not null references unit (id),
    person_id uuid not null references person (id),
    -- What is reviewed: a role_grant, an allocation, a group_member or a deputyship.
    kind text not null check (kind in ('role', 'allocation', 'group', 'deputyship')),
    right_id uuid not null,
    -- What it was when the campaign was opened, in words.
    words text not null,
    decision text check (decision in ('keep', 'revoke')),
    decided_by uuid references person (id),
    decided_at timestamptz,
    reason text not null,
    unique (review_id, kind, right_id)
);
create index rights_review_line_by_unit on rights_review_line (review_id, unit_id);

-- Break-glass: the administrator looks at a unit for a while; the unit sees that he does.
create table support_view (
    id uuid primary key,
    account_id uuid not null references account (id),
    unit_id uuid not null references unit (id),
    reason text not null,
    began_at timestamptz not null,
    ends_at timestamptz not null
);
create index support_view_by_account on support_view (account_id, ends_at);
create index support_view_by_unit on support_view (unit_id);

-- What was done and what was refused, chained: each row's hash covers the row and the hash before it.
create table audit (
    seq bigint not null primary key,
    at timestamptz not null,
    outcome text not null check (outcome in ('done', 'denied')),
    action text not null,
    -- What it was done to: an identifier, or a code.
    subject text not null,
    unit_id uuid references unit (id),
    actor_id uuid references person (id),
    actor text not null,
    principal text not null,
    post text not null,
    address text not null,
    reason text not null,
    -- The rule that refused, the exception that was used, or the rule that would have refused.
    rule text not null,
    -- JSON as text, so that both databases give back what was hashed.
    before text not null,
    after text not null,
    previous text not null,
    hash text not null
);
create index audit_by_subject on audit (subject);
create index audit_by_unit on audit (unit_id, seq);
create index audit_by_actor on audit (actor_id, seq);
-- The last row; who writes the next one takes it first.
create table audit_head (
    id integer primary key check (id = 1),
    seq bigint not null,
    hash text not null
);
insert into audit_head (id, seq, hash) values (1, 0, '');

-- A file that waits belongs to who sent it. Those of the first version belong to nobody, and go within a day.
alter table upload add column person_id uuid references person (id);
