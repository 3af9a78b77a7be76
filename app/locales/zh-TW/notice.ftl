# 告知事項：發生了什麼，請誰辦什麼。工作日曆的日子。
day-kind-off = 放假
day-kind-worked = 上班（調休）

notice-review_due = 權限複核「{ $title }」等您辦理，請於{ $day }前完成。
