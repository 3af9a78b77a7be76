# 告知事项：发生了什么，请谁办什么。工作日历的日子。
day-kind-off = 放假
day-kind-worked = 上班（调休）

notice-review_due = 权限复核“{ $title }”等您办理，请于{ $day }前完成。
notice-review_closed = 权限复核“{ $title }”已于{ $day }截止并办结，逾期未决的 { $count } 项已按约定处理。
notice-exception_asked = { $who }申请职责分离例外（规则 { $title }，{ $unit }），请审批。理由：{ $reason }
notice-exception_approved = 职责分离例外（规则 { $title }，{ $unit }）已由{ $who }批准，有效至{ $day }。
notice-exception_ending = 职责分离例外（规则 { $title }，{ $unit }）将于{ $day }到期，请提前安排分离或重新申请。
notice-round_stage = “{ $title }”进入新的阶段，{ $day }截止。
notice-round_due = “{ $title }”本阶段还剩 { $count } 个工作日，{ $day }截止。
notice-round_changed = { $who }调整了“{ $title }”中{ $unit }的条目或提出了意见，请看一看。
notice-basis_marked = { $unit }承接的 { $count } 项所依据的{ $title }自{ $day }起有变化：{ $reason }。
notice-basis_ending = { $title }还有 { $count } 天到期（{ $day }），引用它的赋权需要处理。
