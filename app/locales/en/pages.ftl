## First page
home-title = Baton
home-welcome = Welcome to Baton
home-empty = The database is empty. Baton maps each power that a county hands down to the unit that receives it, looks whether people, money and training followed, and shows what cannot be absorbed, why, and what would mend it.
home-sample = Look at the sample first
home-sample-hint = Loads the sample county: Xujiagou township and its neighbours, with item names from published lists and invented people. Try whatever you like; for real work, start another database.
home-sample-load = Load the sample county
home-sample-refused = The database holds data already, so the sample was not loaded. To see it, run baton demo, which uses a throw-away database.
home-steps = Import your own data, in this order
home-worst = What needs somebody most
home-to-board = Open the gap board
home-tasks = Common tasks
home-task-assign = Assign a power to a unit
home-task-assign-hint = See the absorption check before saving
home-task-import = Import a table
home-task-import-hint = CSV or XLSX; preview, then decide
home-task-units = Look at a unit
home-task-units-hint = People, money, means and the powers it received
home-task-rules = See the thresholds
home-task-rules-hint = Verdicts follow from these numbers

## Gap board
numbers-label = Numbers that open their rows
numbers-assigned = Assigned
numbers-staff = Staff short
numbers-money = Money short
numbers-untrained = Courses and certificates owed
lack-staff = staff short
lack-money = money short
lack-training = courses or certificates owed
board-title = Gaps in { $unit }
board-everything = all units
board-about = { $units ->
    [one] { $units } unit
   *[other] { $units } units
}, { $powers } assigned powers
board-because = Mainly held up by:
board-map = Units and powers
board-caption = Each cell: “{ $verdict }” / all. Open it to see why.
board-caption-one = Each cell: “{ $verdict }”. Open it to see why.
board-cell = , { $unit }, { $group }: { $number } of { $all } { $verdict }
board-own = { $unit } (itself)
board-worst = What needs somebody most
board-all = All { $count }
board-empty = No power is assigned yet, so there is nothing to assess. Import units, powers and assignments first, or load the sample county from the first page.
board-none-match = Nothing matches the filters. Remove one.
board-none-here = This unit and those below it have received no power yet.
assignments-title = Assigned powers
assignments-count = { $count ->
    [one] { $count } assignment
   *[other] { $count } assignments
}

## Powers
powers-title = Catalogue of powers
powers-count = { $count ->
    [one] { $count } power
   *[other] { $count } powers
}
powers-empty = The catalogue is empty.
powers-none-match = No such power was found. Try another word, or remove a filter.
powers-import = Import a catalogue
power-assign = Assign to a unit
power-units = Receiving units
power-nobody = No unit has received this power yet.
power-about = About the power
power-needs = What handling it needs
power-version = Catalogue and version
power-basis = Legal basis
power-no-basis = not recorded
basis-not-in-force = not in force
power-statutory = Statutory limit
power-promised = Promised limit
power-risk = Risk
power-rhythm = Rhythm
power-seasonal = seasonal
power-emergency = for emergencies
power-remarks = Remarks
power-source = Source
power-minutes = Working time of a case
power-people = Least number of people
power-certificates = Certificates
power-courses = Courses
power-equipment = Equipment
power-cost = Money for a case
power-needs-note = What is not set here follows the thresholds of the type:

## Units
units-title = Units
units-empty = There is no unit yet.
units-import = Import units
units-none-match = No such unit was found. Type a part of its name, pinyin, initials or code.
unit-assign = Assign a power to this unit
unit-below = Units below
unit-powers = Powers received
unit-people = People
unit-no-post = no post here
unit-no-people = No one is recorded in post.
unit-staff = Establishment and staff
unit-authorised = Authorised posts
unit-established = On authorised posts
unit-in-post = In post
unit-over-ceiling = above the ceiling
unit-need = Required staff (WISN)
unit-available = Able to handle powers
unit-difference = Difference
unit-staff-note = Authorised, established and in post are three different counts. Required staff includes individual allowances; stationed, redeployed and loaned people take no authorised post here.
unit-money = Money in { $year }: { $total } released
unit-money-whole = The unit as a whole
unit-no-money = No money is recorded for this year.
unit-means = Equipment, seals and accounts
unit-no-means = Nothing is recorded.

## Assignment
giver = Giving unit
giver-unknown = original department not stated
functions = Functions granted
transition-until = Transition until
planned-volume = Cases expected in a year
paper = Instrument
paper-kind = Kind of instrument
paper-number = Document number
paper-none = none
paper-signed = Signed on
paper-unsigned = not signed yet
paper-until = Instrument valid until
paper-published = Published on
paper-unpublished = not published yet
assignment-not-assessed = Recalled or ended, and so not assessed any more.
lead-cannot = { $unit } cannot absorb it now:{" "}
lead-poorly = { $unit } absorbs it poorly:{" "}
lead-idle = { $unit } has it and does not use it:{" "}
lead-in-transition = { $unit } is taking it over, and tasks are open:{" "}
lead-can = { $unit } can absorb it.
lead-join = ;{" "}
lead-stop = .{" "}
lead-tasks = Take-over tasks met: { $done } of { $all }.{" "}
lead-cost = Mending it takes about { $cost }.
assignment-mend = What would mend it
assignment-gates = Seven gates
assignment-grades = How well it goes
assignment-thresholds = At least { $people } people; { $money } of the money; idle after { $months } months without a case.
assignment-parity = Parity of people, money, training and means
assignment-registration = Registration
assignment-people = Who does what
assignment-nobody = Nobody is allocated to it.
assignment-cases = Cases of the last 12 months
assignment-no-cases = No case statistics are reported.
gate-not-applicable = Not asked for here
gate-legal-passed = The basis is in force and the form lawful
gate-instrument-passed = Signed, and inside its term
gate-people-passed = { $count } { $count ->
    [one] handler
   *[other] handlers
}, enough
gate-training-passed = { $trained } of { $count } handlers hold every certificate and course
gate-separation-passed = Different people approve and supervise
gate-means-passed = { $present } of { $required } items present
gate-money-passed = { $released } released of { $required } required
evidence = Proof:
evidence-assignment = registration
evidence-person = person { $number }
evidence-certificate = certificate { $number }
evidence-completion = course { $number }
evidence-allocation = allocation { $number }
evidence-equipment = equipment { $number }
evidence-funding = money { $number }
evidence-statistics = cases { $number }
grade-nothing = Nothing to count yet
grade-value = { $value } ({ $part } ÷ { $whole })
grade-at-least = threshold ≥ { $threshold }
grade-at-most = threshold ≤ { $threshold }
remedy-cost = about { $cost }
figure-least = The least of the four
figure-volume = Cases in a year
figure-required = Required staff
figure-available = Available staff
figure-money = Money
money-people = People
money-cases = Cases
money-equipment = Equipment
money-training = Training
money-required = Required
money-released-own = Released for it
money-released-shared = Share of the unit’s money
money-short = Short
figure-note = Assessed on { $date } from version { $version } of the facts.
cases-received = Received
cases-completed = Completed
cases-early = Early
cases-overdue = Overdue
cases-returned = Returned
cases-reversals = Reversed
cases-complaints = Complaints

## Assigning
assign-title = Assign a power to a unit
assign-intro = Choose the power and the unit, look at the absorption check, then decide whether to save.
assign-what = Who does what
assign-when = From when, and how much work
assign-unit = Receiving unit
assign-power-hint = Code or whole name; choose from the list
assign-unit-hint = Code or whole name
assign-giver-hint = May be left empty; an entrustment needs to say who entrusts
assign-functions-hint = The grant covers only what is ticked
assign-to-hint = Leave empty when there is no end
assign-transition-hint = Inside the transition, open tasks show as “in transition”
assign-volume-hint = About how many a year; 0 when there is nothing to exercise it on
assign-published-hint = Entrustments are published
assign-check = Check absorption
assign-check-hint = Nothing is saved yet
assign-check-title = Absorption check before saving
assign-now = { $unit } holds { $powers } powers and cannot absorb { $cannot } of them.
assign-changes-none = Saving changes no verdict of the unit’s other powers.
assign-changes = Saving changes verdicts of the unit’s other powers:
assign-save = Assign
assign-edit = Go back and change
assign-save-hint = It can be saved even if it cannot be absorbed; the gap then shows on the board
assign-error-power = Enter a power
assign-error-no-power = No power has the code or name “{ $typed }”. Choose one from the list, or import powers first
assign-error-many-powers = Several catalogues have “{ $typed }”. Enter a code that only one has
assign-error-unit = Enter the receiving unit
assign-error-no-unit = No unit has the code or name “{ $typed }”. Choose one from the list, or import units first
assign-error-many-units = Several units are called “{ $typed }”. Enter the unit’s code
assign-error-own-giver = A unit cannot give a power to itself
assign-error-form = Choose a form of transfer
assign-error-recalled = Recall is not a form of handing down; change the existing assignment
assign-error-functions = Tick at least one function
assign-error-from = Enter the day from which it is in force
assign-error-transition = The transition ends while the assignment is in force
assign-error-volume = Cases expected are a whole number from zero on, such as 120
assign-error-overlap = The unit already holds this power from { $from } on, and the periods overlap
assign-error-instrument-kind = A number or date of an instrument was entered; choose its kind
assign-error-over = This assignment ended before today, so there is nothing to check. Look at its last day

## Thresholds
rules-title = Thresholds and norms
rules-intro = Verdicts follow from these numbers. Unless a law is named they are Baton’s proposals: change them to fit your county, and everything is assessed again.
rules-saved = Saved, and everything was assessed again by the new numbers.
rules-types = Thresholds per type of power
rules-edit = Change the thresholds of { $type }
rules-min-people = Least people
rules-certificates = Certificates needed
rules-workload = Workload ratio at least (%)
rules-on-time = On time at least (%)
rules-returned = Returned or reversed at most (%)
rules-exercise = Exercise rate at least (%)
rules-money = Money released at least (%)
rules-idle-months = Months without a case until idle
rules-norms = Norms of working time and cost
rules-possible-days = Days in a year, weekends left out
rules-holidays = Public holidays (days)
rules-leave-days = Annual leave (days)
rules-sick-days = Sick leave (days)
rules-training-days = Training (days)
rules-hours-per-day = Hours in a day
rules-category-allowance = Common duties (%)
rules-post-year = One post for a year (yuan)
rules-course-place = One place in a course (yuan)
rules-equipment-item = One item of equipment (yuan)
rules-awt = Available working time (hours a year)
rules-norms-note = Required staff = cases a year × time of a case ÷ available working time ÷ (1 − common duties) + individual allowances ÷ available working time (WISN, World Health Organization). Penalties and inspections need two people: Law on Administrative Penalties, article 42.
rules-error-range = Enter a number from { $least } to { $most }
rules-error-whole = Enter a whole number from { $least } to { $most }
rules-error-money = Enter an amount in yuan from zero on, such as 90000
rules-error-no-time = No working day is left after holidays, leave, sick leave and training
