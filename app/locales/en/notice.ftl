# Notices: what happened, and who is to do what. The days of the working calendar.
day-kind-off = day off
day-kind-worked = working day (made up)

notice-review_due = The review of rights “{ $title }” waits for you; please finish it by { $day }.
notice-round_stage = “{ $title }” has come to a new stage, which ends on { $day }.
notice-round_due = The stage of “{ $title }” ends on { $day }; { $count } working days are left.
notice-round_changed = { $who } changed items of { $unit } in “{ $title }” or commented on them. Have a look.
notice-basis_marked = { $title }, on which { $count } powers of { $unit } stand, is no longer what it was from { $day } on: { $reason }.
notice-basis_ending = { $title } ends in { $count } days ({ $day }); see to the assignments on it.
