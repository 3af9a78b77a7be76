# Notices: what happened, and who is to do what. The days of the working calendar.
day-kind-off = day off
day-kind-worked = working day (made up)

notice-review_due = The review of rights “{ $title }” waits for you; please finish it by { $day }.
notice-review_closed = The review of rights “{ $title }” closed on { $day }; { $count } undecided rights were dealt with as agreed.
notice-exception_asked = { $who } asks for an exception from separation (rule { $title }, { $unit }); please decide. Reason: { $reason }
notice-exception_approved = The exception from separation (rule { $title }, { $unit }) was approved by { $who }, until { $day }.
notice-exception_ending = The exception from separation (rule { $title }, { $unit }) runs out on { $day }; separate the duties before, or ask again.
notice-round_stage = “{ $title }” has come to a new stage, which ends on { $day }.
notice-round_due = The stage of “{ $title }” ends on { $day }; { $count } working days are left.
notice-round_changed = { $who } changed items of { $unit } in “{ $title }” or commented on them. Have a look.
notice-basis_marked = { $title }, on which { $count } powers of { $unit } stand, is no longer what it was from { $day } on: { $reason }.
notice-basis_ending = { $title } ends in { $count } days ({ $day }); see to the assignments on it.
