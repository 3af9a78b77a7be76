## Passwords
password-too-short = 密码至少 { $least } 个字。几个不相干的词连在一起，既好记又难猜。
password-too-long = 密码最多 { $most } 个字。
password-weak = 这个密码太容易猜。请再加一两个不相干的词。
password-weak-because = 这个密码太容易猜：{ $why }
password-warning-keys = 键盘上相邻的键很容易猜。
password-warning-repeats = 重复的字符很容易猜。
password-warning-common = 它与常见密码相同或相近。
password-warning-sequence = 连续的字母或数字很容易猜。
password-warning-dates = 年份和日期很容易猜。
password-warning-word = 单独一个词很容易猜。
password-warning-names = 姓名和账号很容易猜。
password-suggestion-words = 请再加一两个不相干的词。
password-suggestion-tricks = 大小写、倒写和形近替换帮助不大，请改用更多的词。
password-suggestion-patterns = 请避免规律、重复和连续的字符。
password-suggestion-dates = 请避免与自己有关的年份和日期。
password-error-again = 两次输入的密码不一样。
password-error-wrong = 当前密码不对。
password-error-wait = 错误次数太多，请几分钟后再试。

## Accounts
account-error-login = 账号为 2 至 64 个字，可用字母、汉字、数字和 . - _ @。
account-error-taken = 账号“{ $login }”已有人使用，请换一个。
account-error-person = 没有这个工号的人员。请先导入人员，或核对工号。
account-error-has = 此人已有账号“{ $login }”。
account-error-own = 不能停用自己的账号，请由另一位系统管理员停用。
account-error-name = 请填写姓名。

## Second factor
second-error-code = 验证码不对或已用过。请核对手机时间是否准确，再输入新的 6 位验证码。
second-error-none = 尚未启用两步验证。
error-randomness = 系统无法生成密钥：{ $cause }。请联系系统管理员。

## Signing in
sign-in-title = 登录
sign-in-login = 账号
sign-in-password = 密码
sign-in-button = 登录
sign-in-refused = 账号或密码不对，或账号已停用。请重试，或请系统管理员发送重设密码的链接。
sign-in-wait = 失败次数太多，请在 { $minutes } 分钟后再试。
sign-in-ended = 您的登录已结束，刚才填写的内容还在。登录后会重新显示，由您确认后再发送。
sign-in-set = 密码已设置，请登录。
second-title = 两步验证
second-intro = 请输入手机验证器上的 6 位验证码，或一个恢复码。
second-code = 验证码或恢复码
second-button = 继续
second-refused = 验证码不对或已用过。请等待下一个验证码再试。
resend-title = 请核对后重新发送
resend-intro = 这是登录结束前您填写的内容，尚未发送。
resend-button = 重新发送
resend-drop = 不发送，返回首页

## One-time links
link-title = 设置密码
link-intro = 为账号“{ $login }”设置密码。此链接只能使用一次。
link-over-title = 链接已失效
link-over = 链接已用过或已过期。请系统管理员再发一个。
setup-title = 建立第一位系统管理员
setup-intro = 系统管理员管理账号，没有业务权限。
setup-new-hint = 至少 { $least } 个字；几个不相干的词最好。
setup-name = 姓名
setup-button = 建立
link-button = 设置密码

## One's own account
account-title = 我的账号
account-password = 修改密码
account-old = 当前密码
account-new = 新密码
account-new-hint = 至少 { $least } 个字；几个不相干的词最好。其他登录会结束。
account-again = 再输入一次新密码
account-save-password = 修改密码
account-password-saved = 密码已修改，其他登录已结束。
account-second = 两步验证
account-second-on = 已启用，剩余恢复码 { $count } 个。
account-second-off = 未启用。启用后，登录时还需要手机上的验证码。
account-second-begin = 启用两步验证
account-second-scan = 用手机上的验证器扫描，或手工输入密钥。
account-second-key = 密钥
account-second-picture = 供验证器扫描的二维码
account-second-code = 验证器显示的 6 位验证码
account-second-confirm = 确认启用
account-codes-title = 请保存恢复码
account-codes = 手机不在身边时，每个恢复码可代替验证码使用一次。它们只显示这一次，请打印或抄写后妥善保管。
account-codes-new = 重新生成恢复码
account-second-remove = 停用两步验证
account-second-removed = 两步验证已停用。
account-second-password = 当前密码
account-sessions = 登录中的设备
account-session-device = 设备
account-session-address = 地址
account-session-seen = 最近使用
account-session-this = 本设备
account-session-end = 结束
account-session-ended = 登录已结束。
account-everywhere = 在所有设备上退出
account-others = 结束其他登录
ending-title = 登录即将结束
ending-intro = 较长时间没有操作。如不继续，登录将在 { $time } 结束。
ending-absolute = 登录将在 { $time } 结束，请先保存；之后需重新登录。
ending-stay = 继续使用

## All accounts
accounts-title = 账号
nav-accounts = 账号
accounts-new = 新建账号
accounts-login = 账号
accounts-person = 工号
accounts-person-hint = 账号属于已登记的人员；权限随岗位，不随账号。
accounts-create = 新建并生成链接
accounts-name = 姓名
accounts-state = 状态
accounts-active = 可用
accounts-no-password = 待设密码
accounts-disabled = 已停用
accounts-second = 两步验证
accounts-seen = 最近使用
accounts-disable = 停用
accounts-enable = 启用
accounts-link = 发送链接
accounts-forget = 解除两步验证
accounts-link-title = 一次性链接
accounts-link-intro = 请交给“{ $login }”本人。链接 24 小时内有效，只能用一次，只显示这一次。
accounts-search = 查找
accounts-none = 没有符合的账号。
accounts-done = 已完成。

## The command line
cli-user-added = 账号“{ $login }”已建立。
cli-user-password = 密码：
cli-user-again = 再输入一次：
cli-user-link = 一次性链接（24 小时内有效）：{ $path }
cli-user-password-set = 账号“{ $login }”的密码已设置，原有登录已结束。
cli-user-disabled = 账号“{ $login }”已停用，登录已结束。
cli-no-user = 没有账号“{ $login }”。
cli-user-pairs = 每个 --role 都要有一个 --unit；--post 可省略，或与 --role 一样多。
cli-user-needs-name = 没有工号为“{ $code }”的人员；请用 --name 写明姓名，以便建立。
cli-user-no-role = 没有角色“{ $role }”。
cli-first-link = 还没有系统管理员。请用此一次性链接建立（24 小时内有效）：{ $address }

## Support views
support-title = 支持查看
support-intro = 出现问题时，可在限定时间内只读查看一个单位。须说明理由；会留下审计记录，该单位也能看到。
support-unit = 单位（编码或名称）
support-reason = 理由
support-minutes = 时长（分钟）
support-open = 开始查看
support-end = 结束查看
support-error-unit = 没有找到唯一的单位，请填写单位编码。
support-error-reason = 请说明理由，至少 5 个字。
support-error-minutes = 时长为 1 至 { $most } 分钟。
support-shown = 系统管理员{ $name }于{ $from }至{ $to }查看了本单位：{ $reason }
