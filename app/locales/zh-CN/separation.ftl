## 职责分离
separation-broken-roles = { $person }{ $period }同时具有{ $members }的角色，违反规则 { $rule }。
separation-broken-post = { $person }{ $period }在同一岗位（{ $place }）同时具有{ $members }的角色，违反规则 { $rule }。
separation-broken-assignment = { $person }{ $period }在“{ $place }”中同时承担{ $members }，违反规则 { $rule }。
separation-expired-roles = 例外已经到期或终止，{ $person }{ $period }仍同时具有{ $members }的角色，违反规则 { $rule }。
separation-expired-post = 例外已经到期或终止，{ $person }{ $period }仍在同一岗位（{ $place }）同时具有{ $members }的角色，违反规则 { $rule }。
separation-expired-assignment = 例外已经到期或终止，{ $person }{ $period }仍在“{ $place }”中同时承担{ $members }，违反规则 { $rule }。
separation-since = 自{ $from }起
separation-between = { $from }至{ $to }
separation-name = { $name }
separation-via-role = { $member }（由角色“{ $role }”继承）
separation-via-group = { $member }（作为工作组成员）
separation-via-deputy = { $member }（代理{ $principal }）
separation-error-cycle = “{ $parent }”已经直接或间接继承“{ $child }”，“{ $child }”不能再继承它。请先解除原有的继承关系
separation-error-too-low = 互斥数是 { $cardinality }，至少应为 2
separation-error-too-high = 互斥数是 { $cardinality }，但成员只有 { $members } 个。请增加成员或减小互斥数
separation-error-no-function = “{ $member }”不是职能。请从列表中选择
separation-error-always = “同一案件”规则始终强制执行，不能改为仅记录

## 双向责任清单
register-no-approver = 无人审批：没有指定承担决定职能的人员
register-no-supervising-unit = 无监管单位
register-no-supervisor = 无人监管：没有指定承担监管职能的人员
register-same-person = { $person }既审批又监管
register-many-units = 同时有两个以上监管单位
register-same-unit = 审批单位与监管单位是同一单位，没有经批准的例外
register-same-unit-expired = 审批单位与监管单位是同一单位，例外已经到期或终止

## 规则
separation-kind-case = 同一案件
separation-kind-power_unit = 同一事项、同一单位
separation-kind-same_unit = 审批与监管同为一个单位
separation-kind-static = 静态互斥（同一人）
separation-kind-dynamic = 动态互斥（同一岗位）
exception-state-asked = 待批准
exception-state-coming = 未生效
exception-state-running = 生效中
exception-state-ending = 即将到期
exception-state-expired = 已到期
exception-state-ended = 已终止

role-business = 业务角色
separation-exception-ending = 例外将于{ $to }到期
separation-exception-expired = 例外已于{ $to }到期
