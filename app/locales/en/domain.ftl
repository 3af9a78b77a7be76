## Units
unit-kind-province = Province
unit-kind-city = City
unit-kind-county = County
unit-kind-department = Department
unit-kind-township = Township
unit-kind-subdistrict = Subdistrict
unit-kind-centre = Centre
unit-kind-team = Team

## Powers
power-type-licence = Licence
power-type-penalty = Penalty
power-type-coercion = Coercion
power-type-levy = Levy
power-type-payment = Payment
power-type-inspection = Inspection
power-type-confirmation = Confirmation
power-type-award = Award
power-type-adjudication = Adjudication
power-type-other = Other power
power-type-public_service = Public service
risk-high = High
risk-medium = Medium
risk-low = Low

## Assignments
form-statutory = Statutory
form-conferral = Conferral
form-entrustment = Entrustment
form-review_and_stamp = Review and stamp
form-front_window = Front window
form-stationing = Stationing
form-co_operation = Co-operation
form-recalled = Recalled
function-accept = Accept
function-review = Review
function-approve = Approve
function-supervise = Supervise
function-inspect = Inspect
function-penalise = Penalise
function-legal_review = Legal review
function-hear = Hear
instrument-kind-acceptance = Acceptance
instrument-kind-entrustment_agreement = Entrustment agreement
instrument-kind-recall_decision = Recall decision
recall-reason-too_technical = too technical
recall-reason-no_regulated_objects = no regulated objects
recall-reason-too_rare = exercised too rarely
recall-reason-unreasonable_assessment = unreasonable assessment load
recall-reason-cannot_be_carried_out = cannot be carried out
recall-reason-law_changed = law changed

## People and money
staff-kind-established = Established
staff-kind-stationed = Stationed
staff-kind-redeployed = Redeployed
staff-kind-on_loan = On loan
staff-kind-auxiliary = Auxiliary
staff-kind-contract = Contract
funding-source-general_transfer = General transfer
funding-source-special_transfer = Special transfer
funding-source-department = Department
funding-source-own = Own funds

## Assessment
verdict-cannot = Cannot absorb
verdict-poorly = Absorbs poorly
verdict-idle = Idle
verdict-in_transition = In transition
verdict-can = Can absorb
gate-legal = Legal basis
gate-instrument = Instrument
gate-people = People
gate-training = Training
gate-separation = Separation
gate-means = Means
gate-money = Money
outcome-pass = Pass
outcome-fail = Fail
outcome-not_applicable = Not needed
grade-workload = Workload ratio
grade-on_time = On time
grade-returned = Returned or reversed
grade-exercise = Exercise rate
reason-no-cases = No cases
parity-people = Ppl
parity-money = Mon
parity-training = Trn
parity-means = Mns

finding-no-legal-basis = No legal basis is recorded
finding-legal-basis-not-in-force = The legal basis is not in force any more: { $citation }
finding-unlawful-form = The form “{ $form }” is not lawful for the type “{ $type }”
finding-not-an-organ = A licence may be entrusted to an administrative organ only, and the receiving unit is none
finding-redelegated = { $giver } holds it by entrustment itself and may not hand it on
finding-no-instrument = There is no instrument
finding-wrong-instrument = A document of the kind “{ $kind }” does not make “{ $form }” lawful
finding-unsigned = The instrument is not signed
finding-instrument-expired = The instrument expired on { $date }
finding-unpublished = The entrustment is not published
finding-too-few-people = { $qualified } certified established { $qualified ->
    [one] person is
   *[other] people are
} in post, and { $needed } { $needed ->
    [one] is
   *[other] are
} needed
finding-certificate-lapsed = The { $certificate } of { $person } has not been valid since { $date }
finding-not-established = Not established, and so not counted among the handlers: { $people }
finding-not-in-post = Not in post on the day: { $people }
finding-lacks-certificate = { $count ->
    [one] { $count } person lacks
   *[other] { $count } people lack
} a valid “{ $certificate }”: { $people }
finding-lacks-course = { $count ->
    [one] { $count } person has
   *[other] { $count } people have
} not completed “{ $course }”: { $people }
finding-nobody-to-train = No handler is named who could be trained
finding-no-approver = Nobody is named to approve
finding-no-supervisor = Nobody is named to supervise
finding-approver-supervises = { $person } makes the decision and also supervises, reviews or hears it
finding-no-supervising-unit = No supervising unit is registered
finding-same-unit = { $unit } approves and supervises, without an approved exception
finding-same-unit-recorded = { $unit } approves and supervises, without an approved exception (rule SOD-04 is only recorded)
finding-exception-expired = { $unit } approves and supervises; the exception ran out on { $date }
finding-register-lapses = From { $date } on there will be no { $missing }
lapse-approver = approver
lapse-supervising_unit = supervising unit
lapse-supervisor = supervisor
finding-missing-item = { $item } is missing: { $needed } needed, { $present } there
finding-money-short = { $released } released of { $required } required
finding-over-allocated = { $share } of { $person }’s working time is allocated
finding-staff-short = { $required } staff required, { $available } available (ratio { $ratio }, difference { $difference })
finding-late = { $part } of { $whole } on time, { $rate }, below { $threshold }
finding-returned = { $part } of { $whole } returned or reversed, { $rate }, above { $threshold }
finding-rarely-exercised = The unit exercises only { $exercised } of { $planned } powers of the type “{ $type }”
finding-no-cases = Not one case in { $months } months, and neither seasonal nor for emergencies
finding-no-statistics = No case statistics are reported, so that nothing is known about use and quality

remedy-label-people = People
remedy-label-train = Training
remedy-label-equip = Equip
remedy-label-name = Name
remedy-label-share = Share
remedy-label-recall = Recall
remedy-label-statistics = Statistics
remedy-train-course = Train { $count ->
    [one] { $count } person
   *[other] { $count } people
} in “{ $course }”: { $people }
remedy-train-certificate = Let { $count ->
    [one] { $count } person
   *[other] { $count } people
} obtain the “{ $certificate }”: { $people }
remedy-post = Post or redeploy { $count ->
    [one] { $count } established person
   *[other] { $count } established people
}
remedy-post-certified = Post or redeploy { $count ->
    [one] { $count } established person
   *[other] { $count } established people
} with “{ $certificates }”
remedy-station = Ask { $giver } to station { $count ->
    [one] { $count } person
   *[other] { $count } people
}
remedy-shadow-at = Let { $count ->
    [one] { $count } person
   *[other] { $count } people
} learn on the job at { $giver }
remedy-shadow = Let { $count ->
    [one] { $count } person
   *[other] { $count } people
} learn on the job at the original department
remedy-fund = Release another { $amount }
remedy-equip = Provide { $item }: { $count }
remedy-name-approver = Name who approves
remedy-name-supervisor = Name a supervisor who does not approve
remedy-name-other-supervisor = Name another supervisor instead of { $person }
remedy-name-supervising-unit = Register another unit as the supervising one
remedy-name-supervising-unit-as = Register a supervising unit, such as { $giver }
remedy-ask-exception = Where they cannot be separated, ask for an exception with an end and a compensating control
remedy-share = Share it with { $units }
remedy-recall = Recall it; reason: { $reason }
remedy-record-legal-basis = Record the legal basis
remedy-change-form = Hand it down by “{ $form }” instead
remedy-sign = Sign the instrument
remedy-renew = Renew the instrument
remedy-publish = Publish the entrustment
remedy-relieve = Relieve { $person } of other work
remedy-report-statistics = Report the case statistics of the last 12 months
