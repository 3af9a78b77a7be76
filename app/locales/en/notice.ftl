# Notices: what happened, and who is to do what. The days of the working calendar.
day-kind-off = day off
day-kind-worked = working day (made up)

notice-review_due = The review of rights “{ $title }” waits for you; please finish it by { $day }.
