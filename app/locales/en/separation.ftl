## Separation of duties
separation-broken-roles = { $person } holds the roles { $members } together { $period }, which breaks rule { $rule }.
separation-broken-post = { $person } holds the roles { $members } together in one post ({ $place }) { $period }, which breaks rule { $rule }.
separation-broken-assignment = { $person } is named for { $members } of “{ $place }” together { $period }, which breaks rule { $rule }.
separation-expired-roles = The exception has ended, but { $person } still holds the roles { $members } together { $period }, which breaks rule { $rule }.
separation-expired-post = The exception has ended, but { $person } still holds the roles { $members } together in one post ({ $place }) { $period }, which breaks rule { $rule }.
separation-expired-assignment = The exception has ended, but { $person } is still named for { $members } of “{ $place }” together { $period }, which breaks rule { $rule }.
separation-since = since { $from }
separation-between = from { $from } to { $to }
separation-name = { $name }
separation-via-role = { $member } (inherited by the role “{ $role }”)
separation-via-group = { $member } (through a group)
separation-via-deputy = { $member } (as deputy of { $principal })
separation-error-cycle = “{ $parent }” already inherits from “{ $child }”, so “{ $child }” cannot inherit from it. Remove that inheritance first
separation-error-too-low = The number of members that exclude each other is { $cardinality }, but must be at least 2
separation-error-too-high = The number of members that exclude each other is { $cardinality }, but there are only { $members }. Add members or lower the number
separation-error-no-function = “{ $member }” is not a function. Choose one from the list
separation-error-always = The rule of the same case is always enforced and cannot be recorded only

## Two-sided register
register-no-approver = Nobody approves: no one is named for the decision
register-no-supervising-unit = No supervising unit
register-no-supervisor = Nobody supervises: no one is named for supervision
register-same-person = { $person } both approves and supervises
register-many-units = Several supervising units at once
register-same-unit = The approving unit is also the supervising unit, without an approved exception
register-same-unit-expired = The approving unit is also the supervising unit, and the exception has ended

## Rules
separation-kind-case = Same case
separation-kind-power_unit = Same power and unit
separation-kind-same_unit = Same unit on both sides
separation-kind-static = Static (same person)
separation-kind-dynamic = Dynamic (same post)
exception-state-asked = Awaiting approval
exception-state-coming = Not yet in force
exception-state-running = In force
exception-state-ending = About to expire
exception-state-expired = Expired
exception-state-ended = Ended early

role-business = business roles
separation-exception-ending = The exception runs out on { $to }
separation-exception-expired = The exception ran out on { $to }
