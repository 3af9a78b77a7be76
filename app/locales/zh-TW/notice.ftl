# 告知事項：發生了什麼，請誰辦什麼。工作日曆的日子。
day-kind-off = 放假
day-kind-worked = 上班（調休）

notice-review_due = 權限複核「{ $title }」等您辦理，請於{ $day }前完成。
notice-review_closed = 權限複核「{ $title }」已於{ $day }截止並辦結，逾期未決的 { $count } 項已按約定處理。
notice-exception_asked = { $who }申請職責分離例外（規則 { $title }，{ $unit }），請審批。理由：{ $reason }
notice-exception_approved = 職責分離例外（規則 { $title }，{ $unit }）已由{ $who }批准，有效至{ $day }。
notice-exception_ending = 職責分離例外（規則 { $title }，{ $unit }）將於{ $day }到期，請提前安排分離或重新申請。
notice-round_stage = 「{ $title }」進入新的階段，{ $day }截止。
notice-round_due = 「{ $title }」本階段還剩 { $count } 個工作日，{ $day }截止。
notice-round_changed = { $who }調整了「{ $title }」中{ $unit }的條目或提出了意見，請看一看。
notice-basis_marked = { $unit }承接的 { $count } 項所依據的{ $title }自{ $day }起有變化：{ $reason }。
notice-basis_ending = { $title }還有 { $count } 天到期（{ $day }），引用它的賦權需要處理。
