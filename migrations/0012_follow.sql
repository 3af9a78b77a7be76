-- What follows from rounds and zero-base reviews. Written by the same rules as the first migration.

-- The item of a proposal that became of an item of a round.
create table round_proposal (
    round_item_id uuid primary key references round_item (id),
    proposal_item_id uuid not null unique references proposal_item (id)
);

-- The code with which an assignment that is dropped will be recalled.
alter table zero_base_line add column code text check (code in ('too_technical', 'no_regulated_objects', 'too_rare',
    'unreasonable_assessment', 'cannot_be_carried_out', 'law_changed'));
-- The request for an adjustment that became of a line.
create table zero_base_adjustment (
    line_id uuid primary key references zero_base_line (id),
    adjustment_id uuid not null unique references adjustment (id)
);
