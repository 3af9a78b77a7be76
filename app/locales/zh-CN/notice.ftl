# 告知事项：发生了什么，请谁办什么。工作日历的日子。
day-kind-off = 放假
day-kind-worked = 上班（调休）

notice-review_due = 权限复核“{ $title }”等您办理，请于{ $day }前完成。
