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
nav-who = Who could
who-title = Who could?
who-intro = Who could exercise a power in a unit on a day, and by which right; and who could not though named, and why. Answered from the posts, names, groups, deputies, certificates and exceptions of that day.
who-named-hint = Code or name
who-on = Day
who-ask = Ask
who-error-function = Choose a function.
who-asked = { $function } of { $power } in { $unit } on { $on }
who-count = { $count ->
    [one] 1 person could.
   *[other] { $count } people could.
}
who-nobody = Nobody could.
who-not-assigned = The unit did not hold the power on that day; nobody could.
who-note = In a single case, whoever already stands on its other side still may not (SOD-01). Rules and the tree of units are those of now.
who-could = Could
who-why = By which right, or why not
who-yes = Could
who-no = Could not
who-by-own = Named himself (from { $from }, { $until }), as { $role } in the post { $post }
who-by-group = Through the group { $group } (from { $from }, { $until }), as { $role } in the post { $post }
who-by-deputyship = For { $principal } ({ $reason }; from { $from }, { $until }), as { $role } in the post { $post }
who-until = until { $to }
who-no-end = without end
who-excepted = Rule { $rule } is lifted by exception { $exception }
who-recorded = Breaks rule { $rule }, which is only recorded
who-other-days = Named from { $from } to { $to } only
who-later = Named from { $from } on only
who-opposed = Holds the opposite right for the same power and unit (rule { $rule })
who-uncertified = Lacks a valid certificate: { $certificates } (rule CERT-01)
who-lapsed = { $certificate } (valid until { $last })
who-lacking = { $certificate }
who-no-role = No post of that day had a role for it (rule ROLE-01)
who-assigned = By: { $form }, from { $from }, { $until }; { $paper }
who-paper = { $kind } { $number }
who-no-paper = no paper is recorded
