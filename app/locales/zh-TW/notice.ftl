# 告知事項：發生了什麼，請誰辦什麼。工作日曆的日子。
day-kind-off = 放假
day-kind-worked = 上班（調休）

notice-review_due = 權限複核「{ $title }」等您辦理，請於{ $day }前完成。
notice-round_stage = 「{ $title }」進入新的階段，{ $day }截止。
notice-round_due = 「{ $title }」本階段還剩 { $count } 個工作日，{ $day }截止。
notice-round_changed = { $who }調整了「{ $title }」中{ $unit }的條目或提出了意見，請看一看。
notice-basis_marked = { $unit }承接的 { $count } 項所依據的{ $title }自{ $day }起有變化：{ $reason }。
notice-basis_ending = { $title }還有 { $count } 天到期（{ $day }），引用它的賦權需要處理。
