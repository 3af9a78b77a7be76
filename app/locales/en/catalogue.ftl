# Catalogue work: versions, rounds, zero-base reviews, the three lists, legal bases, lists for everybody.
nav-catalogues = Catalogue work
catalogue-area = Pages of the catalogue work
rows-count = { $count ->
    [one] One row
   *[other] { $count } rows
}
choose-rows = Choose

## Versions
version-state-draft = Draft
version-state-published = Published, not yet in force
version-state-in_force = In force
version-state-superseded = Superseded
catalogues-title = Catalogue versions
catalogues-intro = Each catalogue has versions. A draft may be changed; once published it stays as it is, and a change takes a new version. A new version never rewrites the past: assignments stay on their powers until you move them, by date, to the new ones.
catalogue-version = Version
catalogue-state = State
catalogue-published = Published on
catalogue-from = In force from
catalogue-powers = Powers
catalogue-assigned = Assignments in force
catalogue-difference = Against the version before
catalogue-diff = See what differs
catalogue-none = None
catalogue-make = Make a version
catalogue-make-hint = A draft first; publish it when it is right
catalogue-supersedes = Takes the place of
catalogue-supersedes-hint = “None” for a new catalogue
catalogue-name = Catalogue
catalogue-name-hint = May stay empty where it takes the place of another version
catalogue-version-hint = Such as 2026版
catalogue-full-title = Full title
catalogue-document = Document number
catalogue-copy = Copy the powers of the version whose place it takes into the draft
catalogue-draft-note = This is a draft. Import a list of powers to change it.
catalogue-against = Against { $version }, { $count } powers are unchanged.
catalogue-mark = Mark what became of a power
catalogue-mark-hint = Where neither code nor name leads on, say whether it was renamed, split or merged
catalogue-mark-from = Old power
catalogue-mark-link = Became
catalogue-mark-to = New power
catalogue-unmark = Take the mark back
catalogue-remove = Take a power out
catalogue-remove-hint = Out of the draft; not where something stands on it
catalogue-done-removed = The power was taken out of the draft.
catalogue-error-used = An assignment, an item or a list stands on this power, so it stays.
catalogue-publish = Publish the version
catalogue-publish-hint = From then on it stays as it is
catalogue-done-published = The version is published.
catalogue-done-marked = The mark is saved.
catalogue-done-moved = { $count ->
    [one] One assignment was moved.
   *[other] { $count } assignments were moved.
}
catalogue-error-name = Give it a name.
catalogue-error-long = At most { $most } characters.
catalogue-error-taken = The catalogue has a version of this name. Choose another name.
catalogue-error-from = Say from which day it is in force.
catalogue-error-link = Choose renamed, split or merged.
catalogue-error-nothing-before = This version takes the place of none, so there is no old power to mark.
catalogue-refused-published = This version is published and stays as it is. Make a new version.
catalogue-refused-empty = This version has no powers yet. Import them first.
catalogue-refused-document = Give the number of the document that publishes it.
catalogue-refused-past = It cannot be in force before today ({ $today }): who could decide in the past is not rewritten.
catalogue-refused-other = It can only take the place of another version of the same catalogue.
catalogue-refused-draft = The version whose place it takes is not published. Publish that first, or choose another.
catalogue-refused-earlier = It must be in force later than the version whose place it takes ({ $from }).
power-link-same = the same
power-link-renamed = renamed
power-link-split = split
power-link-merged = merged

## What differs
power-fate-added = Added
power-fate-removed = Removed
power-fate-changed = Changed
power-fate-renamed = Renamed
power-fate-split = Split
power-fate-merged = Merged
power-part-code = Code
power-part-name = Name
power-part-type = Type
power-part-field = Field
power-part-basis = Legal basis
power-part-department = Original department
power-part-form = Form of transfer
power-part-statutory_days = Statutory time limit
power-part-promised_days = Promised time limit
power-part-minutes = Minutes per case
power-part-certificates = Certificates
power-part-courses = Training
power-part-equipment = Equipment
power-part-risk = Risk
power-part-rhythm = Season and emergency
power-part-min_people = Handlers
power-part-cost = Cost per case
power-part-remarks = Remarks
power-part-source = Source
diff-title = What differs between versions
diff-between = { $old } → { $new }
diff-fate = What happened
diff-part = What changed
diff-parts = What changed
diff-before = Old power
diff-after = New power
diff-code-before = Old code
diff-code-after = New code
diff-was = Was
diff-is = Is
diff-none = Nothing differs, or nothing that matches the filter.

## Moving to a new version
move-title = Move to this version
move-hint = The old assignment ends the day before, the new one begins on the day; what was before stays
move-old = Old power
move-new = New power
move-choose = Choose “{ $power }” of { $unit }
move-all = Of all { $count } rows, those with one successor
move-from = From which day
move-from-hint = Neither before today nor before the version is in force
move-transition = Transition until
move-reason = Reason or document number
move-do = Move
move-error-none = Choose the assignments to move.
move-error-reason = Give a reason or a document number.
move-error-version = The new version is not in force on that day. Choose another day.
move-refused-not-in-force = The assignment is not in force on { $day } and cannot be moved. Choose another day.
move-refused-past = The day cannot lie before today ({ $today }).
move-refused-same = Old and new power are the same.
move-refused-transition = The last day of the transition must lie within the new assignment.

## Rounds
rounds-title = Rounds
rounds-intro = A list goes down to the townships three times and comes up three times. At each stage township, department and county may change, accept or object, and every difference is kept.
rounds-empty = There is no round yet.
round-name = Name of the round
round-open = Open a round
round-open-intro = Each power of the chosen version becomes one item for each township in the scope. 20 townships and 150 powers make 3,000 items: answer them in bulk, or export a spreadsheet, fill it in and import it.
round-scope = Unit
round-scope-hint = Its townships and subdistricts take part
round-kinds = Kind of unit
round-kinds-all = Townships and subdistricts
round-version-hint = The powers of this version
round-days = Working days of the stages
round-days-hint = One number for all six, or six in a row; 5 where it is empty
round-form-hint = Where the catalogue says a form, that one counts
round-functions = Functions
round-stages = Stages
round-stage = Stage
round-stage-down_1 = First down
round-stage-up_1 = First up
round-stage-down_2 = Second down
round-stage-up_2 = Second up
round-stage-down_3 = Third down
round-stage-up_3 = Third up
round-stage-done = Closed
round-due = Stage ends
round-items = Items
round-outcome = Outcome
round-outcome-agreed = Agreed
round-outcome-dropped = Left out
round-outcome-disputed = Disputed
round-outcome-open = Not answered
round-party = Party
round-party-township = Township
round-party-department = Department
round-party-county = County
round-answer-accept = accepts
round-answer-object = objects
round-act = What is done
round-act-change = Change
round-act-accept = Accept
round-act-object = Object
round-act-comment = Comment
round-part-form = Form of transfer
round-part-functions = Functions
round-part-list = List
round-part-kept = Whether it stays
round-standing = { $stage }, until { $due }. { $turn }
round-turn-down = County and departments have sent the list down; townships may look at it already.
round-turn-up = Townships answer item by item.
round-over = The round is closed: { $agreed } agreed, { $dropped } left out, { $left } not settled.
round-terms = Terms
round-said = What the parties say
round-history = History
round-not-kept = Left out
round-choose = Choose “{ $power }” of { $unit }
round-answer = Answer
round-answer-hint = Tick items, or take all that match the filter
round-all = All { $count } that match
round-comment = Comment
round-comment-hint = Needed to object, to comment, and to leave an item out
round-terms-new = New terms (for “Change”)
round-unchanged = Unchanged
round-kept = Whether it stays
round-keep = Stays
round-drop = Left out
round-functions-hint = With none ticked they stay as they are.
round-functions-usual = With none ticked, those that are usual for the type of each power and its form: inspect and penalise for a penalty, else mostly accept, review and approve.
round-answer-do = Send
round-close = Close “{ $stage }” and go on to “{ $next }”
round-close-hint = { $count } items are not settled
round-changes = Differences and history
round-changes-none = Nothing matches.
round-when = When
round-by = Who
round-difference = Difference and comment
round-operator = System
round-net = All together, these changed: { $parts }.
round-net-none = All together, the terms did not change.
round-export = Export items (to be answered in a spreadsheet)
round-import = Import a filled-in spreadsheet
round-import-intro = Export the items, change 下放方式, 承接环节, 清单 or 保留 in the spreadsheet, or write 同意 or 不同意 under 意见, and import it. If one row is wrong nothing is written, and each wrong row is told.
round-file = File (CSV or XLSX)
round-import-do = Import
round-done-opened = The round is open; townships and departments were told.
round-done-stage = The round is now at “{ $stage }”.
round-done-answered = Done for { $count } items{ $left ->
    [0] .
   *[other] ; { $left } were so already and stay as they are.
 }
round-error-days = Write one number, or six, each from 1 to { $most }.
round-error-version = Choose a version of a catalogue.
round-error-units = There is no township or subdistrict in the scope. Choose another unit.
round-error-act = Choose change, accept, object or comment.
round-error-none = Tick items, or take all that match.
round-error-nothing = There is nothing to change.
round-error-changed = Somebody changed this item after you had looked at it. Look at it as it is now, then answer.
round-error-stage = This stage is closed already. Look at the stage as it is now.
round-refused-closed = The round is closed.
round-refused-answered = Your party has answered so already.
round-refused-comment = Give the reason.
round-refused-form = Recalled is no form of transfer. Leave out what is not wanted.
round-refused-functions = There must be at least one function.
round-refused-same = The terms do not change.
round-refused-open = { $count } items are not settled. Settle them first: what the county accepts is settled.
round-refused-early = The last day ({ $due }) is not over.
round-file-headings = No headings were found. Use the exported file; it needs at least the columns { $one } and { $other }.
round-file-no-item = Row { $row }: the round has no { $power } for { $unit }, or you may not see it. Check both codes.
round-file-twice = Row { $row }: the item stands in the file twice. Remove one of the rows.
round-file-form = Row { $row }: the form is not understood. Write 赋权, 委托, 法定, 实质审核, 窗口前移, 派驻 or 配合.
round-file-functions = Row { $row }: a function is not understood. Write 受理, 审查, 决定, 监管, 检查, 处罚, 法制审核 or 听证, separated by 、.
round-file-list = Row { $row }: the list is not understood. Write 基本履职, 配合履职 or 上级部门收回.
round-file-kept = Row { $row }: write 是 or 否 under 保留.
round-file-answer = Row { $row }: write 同意 or 不同意 under 意见.
round-file-both = Row { $row }: it changes the terms and objects too. Do one of them.

## Zero-base reviews
zero-base-keep = Keep
zero-base-change = Change
zero-base-drop = Drop
zero-base-basis-in_force = In force
zero-base-basis-lapsed = Lapsed
zero-base-basis-none = None known
zero-bases-title = Zero-base reviews
zero-bases-intro = Everything that is held is listed and argued, line by line, and the organization department decides on each.
zero-bases-empty = There is no zero-base review yet.
zero-base-open = Open a zero-base review
zero-base-open-intro = Every assignment in force today within the scope becomes a line, with its cases in twelve months, verdict and legal basis.
zero-base-unit-hint = The unit and all below it; for a department, everything that it handed down
zero-base-lines = Lines
zero-base-argued = Argued
zero-base-decided = Decided
zero-base-dropped = Dropped
zero-base-about = Until { $due }. Of { $lines } lines { $argued } are argued and { $decided } decided, { $dropped } of these dropped.
zero-base-cases = Cases in 12 months
zero-base-basis = Legal basis
zero-base-suggested = The facts suggest
zero-base-argument = The unit says
zero-base-decision = Decision
zero-base-state-open = Not decided
zero-base-state-argued = Argued, not decided
zero-base-act = Argue and decide
zero-base-act-hint = Tick lines, or take all that match the filter
zero-base-all = All that match and are not decided (the list has { $count })
zero-base-proposal = Proposal
zero-base-grounds = Grounds of the unit
zero-base-grounds-hint = For arguing; needed to drop or change
zero-base-reason = Reason of the decision
zero-base-reason-hint = For deciding; needed to drop, to change, and to depart from what the unit says
zero-base-argue = Send what the unit says
zero-base-decide = Decide
zero-base-close = Close the review
zero-base-done-argued = { $count ->
    [one] One line was argued.
   *[other] { $count } lines were argued.
}
zero-base-done-decided = { $count ->
    [one] One line was decided.
   *[other] { $count } lines were decided.
}
zero-base-done-closed = The review is closed.
zero-base-error-kind = There is no such kind of unit.
zero-base-error-decided = Some of them have been decided already, or the review is over. Open the page again
zero-base-error-empty = Nothing is in force within the scope. Choose another unit.
zero-base-error-none = Tick lines, or take all that match.
zero-base-error-proposal = Choose keep, change or drop.
zero-base-error-open = { $count ->
    [one] One line is not decided.
   *[other] { $count } lines are not decided.
}
zero-base-refused-reason = Give the reason.

## The three lists
duty-list-basic = Basic duties
duty-list-co_operating = Co-operating duties
duty-list-recalled = Taken back by departments
duties-title = Three lists
duties-intro = What each township does itself, where it helps whom, and what departments have taken back.
duties-empty = There are no lists yet.
duties-import = Import the three lists
duties-list = List
duties-text = Duty
duties-lead = Leading department, or who took it back
duties-matters = How the township helps
duties-not-assigned = not assigned
duties-error-lead = Name the department for co-operating duties and for what was taken back.
import-kind-duties = Three lists
import-about-duties = Basic duties, co-operating duties and duties taken back of townships, with the leading department
import-error-published-version = This version of the catalogue is published and stays as it is. Make a new version under “Catalogue versions” and import into that.

## Legal bases
basis-state-in_force = In force
basis-state-expired = Expired
basis-state-changed = Changed
basis-state-repealed = Repealed
basis-standing-in_force = In force
basis-standing-soon = Ends within 30 days
basis-standing-coming = Ends within 90 days
basis-standing-changed = Changed, look at it
basis-standing-lapsed = Lapsed
bases-title = Legal bases
bases-intro = Every article that powers cite and how it stands. When one is over or changed, the powers and assignments on it are flagged, and assessments heed it from that day on.
bases-none = No article matches.
bases-citation = Article
bases-standing = Stands
bases-last = Last day
bases-mark = Mark
bases-since = { $state }, since { $since }
bases-assigned = Assignments in force
bases-powers = Powers on it
bases-powers-count = { $count ->
    [one] One power
   *[other] { $count } powers
}
bases-mark-title = Mark what became of an article
bases-mark-hint = What is expired or repealed carries no assignment from that day on; before it, nothing changes
bases-from = From which day
bases-source = Where it is written
bases-source-hint = A notice, a document number or an address
bases-mark-do = Mark and tell
bases-done = It is marked. { $powers } powers stand on it, in { $units } units, which were told.
basis-error-citation = No power cites this article. Choose one of the list.
basis-error-since = Say from which day.
basis-error-source = Say where it is written.
basis-error-state = Choose what became of it.

## For everybody
publishing-title = Public lists
publishing-intro = Choose whose lists anybody may read. The public pages need no signing in, list assignments in force and name no person. Nothing is public unless you say so.
publishing-open = Open the public pages
publishing-held = Assignments in force
publishing-state = State
publishing-since = Public since { $day }
publishing-look = Look at it
publishing-not = Not public
publishing-none = No unit holds anything.
publishing-choose = Choose { $unit }
publishing-all = All { $count } units that match
publishing-publish = Publish
publishing-withdraw = Withdraw
publishing-done = { $count ->
    [one] One unit was changed.
   *[other] { $count } units were changed.
}
public-error-do = Choose publish or withdraw.
public-error-none = Tick units, or take all.
public-title = Powers of townships
public-intro = Find out who decides something, or what a unit may decide.
public-units = Units with public lists
public-none = No list is public yet.
public-search-unit = Find a unit
public-search-power = Find a power
public-ask = Ask
public-powers-title = Who may do it
public-on = { $count ->
    [one] One entry in force on { $day }.
   *[other] { $count } entries in force on { $day }.
}
public-nothing = Nothing that is public matches on that day.
public-note = Only assignments that are public and in force on the day are listed. The signed papers are authoritative.
public-period = In force

# Proposals after a round
round-proposal = Proposal
round-proposal-title = Title
round-proposals = Proposals that became of this round
round-proposing = Make proposals
round-proposing-hint = What was agreed is drafted as one proposal for each giving department, form and functions; what stands in a proposal is not proposed again
round-propose = Draft proposals ({ $count })
round-propose-from = First day in force
round-propose-to = Last day in force
round-propose-to-hint = An entrustment should have a term; without one where it is empty
round-done-drafted = { $count } items went into { $proposals } draft proposals; { $left } were left out: the unit holds them in this way already, they stand in another proposal, or their terms are not lawful.
round-refused-running = The round is not over yet, so nothing can be proposed. Close its stages first.
round-error-drafted = There is nothing to propose: everything that was agreed stands in a proposal.
round-answers-confirm = It answers the proposal, too (one click accepts everything)
round-answers-count = It counts as accepted and is not asked again
settings-round-answers = What a unit has agreed to in a round

# Carrying a zero-base review out
zero-base-code = Reason code of the recall
zero-base-code-facts = As the facts say
zero-base-recalling = Recall what is dropped
zero-base-recalling-hint = Each is recalled with its code and the reason of its decision; open cases, people and money are settled row by row
zero-base-recall = Recall ({ $count })
zero-base-recall-number = Number of the recall decision
zero-base-recall-last = Last day in force
zero-base-adjusting = Adjust what is changed
zero-base-adjusting-hint = Each becomes a request for an adjustment, on which somebody else decides
zero-base-adjust = Ask for adjustments ({ $count })
zero-base-adjust-kind = Kind of adjustment
zero-base-recalled = Recalled: { $number }, last day { $last }
zero-base-adjustment = Adjustment
zero-base-asked = not decided yet
zero-base-done-recalled = { $count } were recalled.
zero-base-done-adjusted = { $count } adjustments were asked for.
zero-base-error-done = Nothing is left to be carried out.
