## 職責分離
separation-broken-roles = { $person }{ $period }同時具有{ $members }的角色，違反規則 { $rule }。
separation-broken-post = { $person }{ $period }在同一職位（{ $place }）同時具有{ $members }的角色，違反規則 { $rule }。
separation-broken-assignment = { $person }{ $period }在「{ $place }」中同時承擔{ $members }，違反規則 { $rule }。
separation-expired-roles = 例外已經到期或終止，{ $person }{ $period }仍同時具有{ $members }的角色，違反規則 { $rule }。
separation-expired-post = 例外已經到期或終止，{ $person }{ $period }仍在同一職位（{ $place }）同時具有{ $members }的角色，違反規則 { $rule }。
separation-expired-assignment = 例外已經到期或終止，{ $person }{ $period }仍在「{ $place }」中同時承擔{ $members }，違反規則 { $rule }。
separation-since = 自{ $from }起
separation-between = { $from }至{ $to }
separation-name = { $name }
separation-via-role = { $member }（由角色「{ $role }」繼承）
separation-via-group = { $member }（作為工作小組成員）
separation-via-deputy = { $member }（代理{ $principal }）
separation-error-cycle = 「{ $parent }」已經直接或間接繼承「{ $child }」，「{ $child }」不能再繼承它。請先解除原有的繼承關係
separation-error-too-low = 互斥數是 { $cardinality }，至少應為 2
separation-error-too-high = 互斥數是 { $cardinality }，但成員只有 { $members } 個。請增加成員或減小互斥數
separation-error-no-function = 「{ $member }」不是職能。請從清單中選擇
separation-error-always = 「同一案件」規則一律強制執行，不能改為僅記錄

## 雙向責任清單
register-no-approver = 無人審批：沒有指定承擔決定職能的人員
register-no-supervising-unit = 無監管單位
register-no-supervisor = 無人監管：沒有指定承擔監管職能的人員
register-same-person = { $person }既審批又監管
register-many-units = 同時有兩個以上監管單位
register-same-unit = 審批單位與監管單位是同一單位，沒有經核准的例外
register-same-unit-expired = 審批單位與監管單位是同一單位，例外已經到期或終止

## 規則
separation-kind-case = 同一案件
separation-kind-power_unit = 同一事項、同一單位
separation-kind-same_unit = 審批與監管同為一個單位
separation-kind-static = 靜態互斥（同一人）
separation-kind-dynamic = 動態互斥（同一職位）
exception-state-asked = 待核准
exception-state-coming = 尚未生效
exception-state-running = 生效中
exception-state-ending = 即將到期
exception-state-expired = 已到期
exception-state-ended = 已終止

role-business = 業務角色
separation-exception-ending = 例外將於{ $to }到期
separation-exception-expired = 例外已於{ $to }到期
