## 收件箱
inbox = 收件箱
inbox-title = 收件箱
inbox-unread = { $count } 条未读
inbox-show-all = 全部
inbox-show-unread = 未读
inbox-show-due = 有期限的
inbox-class = 类别
inbox-what = 事项
inbox-due = 办理期限
inbox-when = 告知时间
inbox-state = 状态
inbox-new = 未读
inbox-is-read = 已读
inbox-past = 已过期限
inbox-near = { $count ->
    [0] 今天到期
   *[other] 还剩 { $count } 天
}
inbox-read = 标为已读
inbox-read-all = 全部标为已读
inbox-done = 已将 { $count } 条标为已读。
inbox-empty = 这里没有告知事项。需要您知道或办理的事项会出现在这里；设置了邮箱的，还会发邮件给您。

## 邮件与日历设置
wishes-title = 邮件与日历
wishes-saved = 已保存。
wishes-no-mail = 本系统没有设置发信方式：告知事项只在收件箱里。这里的设置先保存，开通发信后生效。
wishes-mail = 邮件
wishes-address = 邮箱地址
wishes-address-hint = 留空则不发邮件，事项仍在收件箱里
wishes-language = 邮件语言
wishes-classes = 哪些事项怎样发
wishes-urgent = 升级、催办和逾期的事项不等汇总，但仍避开免打扰时段。
wishes-times = 时间
wishes-digest-at = 每日汇总的时间
wishes-time-hint = 例如 8:30
wishes-quiet-from = 免打扰开始
wishes-quiet-hint = 这段时间里不发邮件，例如 22:00 到 7:30；不需要则都留空
wishes-quiet-to = 免打扰结束
wish-error-address = 这不是邮箱地址，请写成 name@example.cn 的样子
wish-error-time = 请写几点几分，例如 8:30
wish-error-half = 免打扰时段要有开始和结束，请补上，或都留空
wish-now = 立即发
wish-daily = 每日汇总
wish-never = 不发邮件
language-zh-CN = 简体中文
language-en = English
language-zh-TW = 繁體中文
notice-class-rights = 权限复核与例外
notice-class-catalogue = 事项清单
notice-class-life = 赋权与承接
notice-class-handoff = 审管衔接
feed-title = 期限日历
feed-intro = 手机或电脑的日历程序可以订阅您的办理期限。知道订阅地址的人都能看到这些期限，请不要转发；泄露了就换一个。
feed-made = 这是您的订阅地址，只显示这一次，请复制到日历程序里：
feed-open = 订阅已开通，地址生成于 { $at }。
feed-none = 还没有开通订阅。
feed-make = 生成订阅地址
feed-renew = 换一个订阅地址
feed-close = 停止订阅
feed-closed = 订阅已停止，原来的地址不再有效。
feed-name = 接棒 · 办理期限

## 邮件的文字
letter-greeting = { $name }，您好：
letter-hello = 您好：
letter-due = 办理期限：{ $day }
letter-go = 前往办理
letter-digest = { $day }告知事项汇总（{ $count } 项）
letter-why = 这封邮件由接棒系统自动发出，请勿直接回复。
letter-change = 更改邮件设置
letter-test-subject = 测试邮件
letter-test = 如果您看到这封邮件，说明本站可以正常发信。本站地址：
sample-power = 农村村民宅基地审批
sample-unit = 许家沟乡
sample-who = 王禾
sample-title = 2026 年度权限复核
sample-reason = 本单位只有一名具备资格的人员

## 发信队列
nav-letters = 邮件
letters-title = 邮件
letters-intro = 发给谁、发得怎样、凭什么证明已经发出。邮件的内容只有收件人能看到。
letters-by = 发信方式：{ $address }
letters-inbox-only = 没有设置发信方式，告知事项只在收件箱里。请在启动时用 --smtp 或 --mail-folder 指明发信方式。
letters-empty = 这里没有邮件。收件人在“邮件与日历”里填写邮箱后，新的告知事项会发邮件。
letters-to = 收件人
letters-about = 类别
letters-digest = 每日汇总
letters-state = 状态
letters-tries = 次数
letters-proof = 服务器的答复
letters-next = 下次 { $at }
letters-unclear = 其中 { $count } 次结果不明
letters-again = 重新发送
letters-again-done = 已重新排入队列。
letters-broken = 邮件不能生成：{ $words }
letter-state-waiting = 等待发送
letter-state-sending = 正在发送
letter-state-sent = 已发出
letter-state-dead = 已放弃
preview-title = 邮件样式
preview-event = 事项
preview-subject = 主题：{ $subject }
preview-plain = 纯文本部分
preview-file = 下载 .eml 文件
action-letter-read = 查看发信队列
action-letter-resend = 重新发送邮件

## 命令行
cli-mail-none = 没有设置发信方式。请用 --smtp 或 --mail-folder 指明。
cli-mail-sent = 已发给 { $address }。答复：{ $answer }
cli-mail-fault = 没有发出：{ $words }
cli-mail-address = “{ $address }”不是邮箱地址
cli-mail-server = “{ $address }”不是发信服务器的地址，请写成 smtps://主机、smtp://主机 或 smtp://主机:端口
cli-mail-password = 密码不能写在地址里，本机上的人都看得到命令行；请设置 BATON_SMTP_PASSWORD 或 BATON_SMTP_PASSWORD_FILE
cli-mail-user = 有密码却没有用户名，请写成 smtps://用户名@主机
cli-mail-authorities = 证书文件里没有可用的 PEM 证书：{ $cause }
cli-mail-done = 写信 { $written } 封，发出 { $sent } 封，待重试 { $failed } 封，放弃 { $dead } 封
