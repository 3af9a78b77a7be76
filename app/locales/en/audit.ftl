nav-audit = Audit trail
audit-title = Audit trail
audit-intro = Each change and each refusal leaves one row, chained to the one before it, so that none can be altered unseen. Newest first; you see the units that you audit.
audit-count = { $count ->
    [one] 1 row
   *[other] { $count } rows
}
audit-none = No row matches.
audit-who = Who
audit-what = What
audit-outcome = Outcome
audit-outcome-done = Done
audit-outcome-denied = Refused
audit-from = From
audit-to = Until
audit-number = Number
audit-when = When
audit-subject = To what
audit-changes = What changed
audit-change-count = { $count ->
    [one] 1 change
   *[other] { $count } changes
}
audit-rule = Rule { $rule }
audit-reason = Reason: { $reason }
audit-verify = Verify the chain
audit-verify-hint = Computes every row again and finds those that were changed, removed, added or moved.
audit-noted = Head noted elsewhere (optional)
audit-noted-hint = “number:hash” as an earlier verification gave it. Only this finds a chain that was rewritten as a whole.
audit-error-noted = Write “number:hash”, or the hash alone: 64 hexadecimal digits.
audit-verified = { $count ->
    [one] 1 row verified
   *[other] { $count } rows verified
}
audit-whole = The chain is whole: no row was changed, removed, added or moved.
audit-broken = { $count ->
    [one] The chain is broken in 1 place
   *[other] The chain is broken in { $count } places
}
audit-head = Head of the chain:
audit-head-hint = Note it outside of this system and compare it next time.
audit-fault-changed = Row { $row } was changed.
audit-fault-missing = Row { $row } is missing.
audit-fault-missing-many = Rows { $first } to { $last } are missing.
audit-fault-moved = Row { $row } does not follow row { $before }: one of them was replaced or moved.
audit-fault-surplus = Row { $row } does not belong to the chain; it was added.
audit-fault-surplus-many = Rows { $first } to { $last } do not belong to the chain; they were added.
audit-fault-head = The last row is not the one that the head names: expected { $expected }, found { $found }.
audit-fault-no-head = The record of the head was removed.
audit-fault-unnoted-row = Row { $row } is no longer the one that was noted ({ $hash }): it and what follows were removed or rewritten.
audit-fault-unnoted = No row has the noted hash { $hash }: rows were removed or rewritten.
error-form-too-large = The form is larger than 1 MB and was not taken. Send less.
