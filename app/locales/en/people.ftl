## People
nav-people = People
people-title = People
people-count = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
people-empty = There are no people yet. Import them first.
people-none-match = Nobody matches. Use fewer filters.
people-search = Search people
people-search-hint = Name, pinyin, initials or staff number
people-unit = Unit (and below)
people-role = Role
people-roles = Roles
people-posts = Posts
people-functions = Functions
people-between = { $from } to { $to }
people-since = since { $from }
people-from = First day
people-to = Last day
people-to-hint = Leave empty for no end
person-deed = { $person }: { $deed }
person-appoint = appoint to a post
person-appoint-hint = A post in a unit, and if you wish a role for that unit. You see what it would break before it is saved.
person-grant = grant a role
person-grant-hint = A role hangs on a post and ends with it. It is checked against everything the person holds now and later.
person-allocate = name for a function
person-allocate-hint = Names the person for a function of a power. Supervision can always be named; other functions only as far as they were handed down.
person-deputise = arrange a deputy
person-deputise-hint = The deputy acts with the post’s roles and functions for a while. What he is lent counts in the separation of duties.
person-saved = Saved.
person-ended = Ended.
person-conflicts = Conflicting rights
person-no-posts = No posts.
person-no-roles = No roles.
person-no-functions = Not named for any function.
person-functions = Functions
person-deputy-of = Stands in for others
person-deputies = Others stand in
person-no-deputyships = Stands in for nobody.
person-no-deputies = Nobody stands in.
person-no-groups = In no group.
person-no-certificates = No certificates are recorded.
person-number = Number
person-issued = Issued
person-expires = Expires
person-change = Change
person-end = End
person-last-day = Last day (empty: ends at once)
person-reason = Reason
person-one-matter = one matter
person-all-matters = all matters
person-kind = Footing
person-share-hint = Share of all working time, such as 50%
person-unit-hint = Code or name
person-role-hint = Granted along with the post, for its unit and below
person-scope = For which unit
person-scope-hint = For this unit and all below it
person-assignment = Matter
person-assignment-hint = What the person’s units have received
person-of-post = Post to stand in for
person-deputy = Deputy
person-person-hint = Staff number or name
person-for = For

## Checked before saving
weighed-check = Check
weighed-check-hint = See what it would break and allow; nothing is saved yet
weighed-free = Breaks no rule of separation.
weighed-refused = Breaks a rule in force; it cannot be saved
weighed-noted = Breaks a rule that is only recorded; saving it is noted in the audit trail
weighed-lacking = Certificates are lacking; without them it cannot be used
weighed-gains = Newly possible
weighed-no-gains = Nothing becomes possible that was not before.
weighed-people = { $count ->
    [one] { $count } person concerned
   *[other] { $count } people concerned
}
weighed-right = What
weighed-where = Where
weighed-when = When
weighed-edit = Back to the form
weighed-save-hint = It is checked once more when saved
weighed-refused-hint = End the conflicting right first, or ask for an exception

## Errors
duty-lacking = { $person } lacks for “{ $place }”: { $certificates }
duty-error-from = Enter the first day
duty-error-unit = Enter the unit
duty-error-person = Enter the person
duty-error-no-person = “{ $typed }” was not found. Check the staff number or name
duty-error-many-people = Several people are called “{ $typed }”; enter the staff number
duty-error-post = Choose a post
duty-error-post-name = Enter the name of the post
duty-error-kind = Choose the footing
duty-error-share = Enter a share between 0% and 100%
duty-error-role = Choose a role
duty-error-outside-post = The post “{ $post }” is not held on these days
duty-error-own-deputy = Nobody can stand in for himself
duty-error-deputy-to = A deputyship must have a last day
duty-error-reason = Enter the reason
duty-error-assignment = Choose a matter
duty-error-function = Choose a function
duty-error-not-granted = This function was not handed down to the unit
duty-error-outside-assignment = The assignment begins on { $from } and is not in force on these days
duty-error-name = Enter a name
duty-error-code = Use lower-case letters, digits and hyphens, 40 at most, and not the code of a built-in role or function
duty-error-child = Only a role of your own can inherit from others
duty-error-parent = Choose the role to inherit from
duty-error-elsewhere = This matter belongs neither to the group’s unit nor to one below it
duty-error-duplicate = There is already such an entry
duty-error-gone = This entry is gone; reload the page
duty-error-past = The last day cannot be before yesterday (today is { $today })
duty-error-ended = It ends on that day or earlier already
import-error-own-function = This row would give you yourself a right, be it as a deputy (rule { $rule }). Have somebody else import it.

## Groups and roles
groups-title = Groups
groups-intro = The members of a group have functions in common. Members and rights are dated, and all of it counts in the separation of duties.
groups-empty = There are no groups yet.
groups-make = Make a group
groups-name = Name
groups-members = Members
groups-rights = Functions in common
groups-add-member = Add a member
groups-add-right = Add a function
roles-title = Roles
roles-intro = Built-in roles are set by the policy. Roles of your own inherit everything from these; when that changes, it is checked for everybody who holds them.
roles-built-in = built in
roles-own = your own
roles-parents = Inherits from
roles-holders = Posts with it
roles-disinherit = no longer inherit from “{ $role }”
roles-make = Make a role
roles-name = Name of the role
roles-code-hint = Lower-case letters, digits and hyphens
roles-inherit = Add an inheritance
roles-child = Role of your own
roles-parent = Inherits from
roles-check = Who is affected?
roles-check-hint = Lists the people and conflicts first; nothing is saved yet

## Reviews of rights
reviews-title = Reviews of rights
reviews-intro = Once a year each right is kept or revoked. What nobody decided on by the deadline is treated as was set when the review was opened.
reviews-empty = There are no reviews that you can see.
reviews-open = Open a review
reviews-name = Name
reviews-name-hint = Such as: review of rights 2026
reviews-unit-hint = All rights in this unit and below it
reviews-due = Deadline
reviews-due-hint = Reviewers are reminded 14, 7 and 1 days before
reviews-undecided = What nobody decided on
reviews-state = State
reviews-running = running
reviews-closed = closed
reviews-lines = Rights
reviews-left = Left
reviews-about = Deadline { $due }; what is left then: { $decision }. { $open } of { $lines } are left.
reviews-keep-all = { $count ->
    [one] Keep the one on this page
   *[other] Keep all { $count } on this page
}
reviews-keep-hint = Without your own, which others decide on
reviews-kept = { $count } kept.
reviews-revoked = Revoked; it is gone at once.
reviews-decision = Decision
reviews-by-deadline = by the deadline
reviews-open-line = not decided
reviews-notice = The review “{ $title }” ends on { $due } (in { $days } days); { $count } are left.
reviews-go = Review
review-error-due = Enter the deadline
review-error-past = The deadline must be after today
review-error-undecided = Choose what becomes of what nobody decided on
review-error-empty = There are no rights to review in this unit and below it
review-error-none = Choose at least one
review-error-decided = Some were decided already, or the review is closed. Reload the page
review-error-reason = A reason is needed to revoke

## Kinds
holding-appointment = post
holding-role = role
holding-allocation = function
holding-deputyship = deputyship
holding-group = member of a group
holding-group_right = function of a group
decision-keep = keep
decision-revoke = revoke
