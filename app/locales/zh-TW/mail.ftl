## 收件箱
inbox = 收件箱
inbox-title = 收件箱
inbox-unread = { $count } 條未讀
inbox-show-all = 全部
inbox-show-unread = 未讀
inbox-show-due = 有期限的
inbox-class = 類別
inbox-what = 事項
inbox-due = 辦理期限
inbox-when = 告知時間
inbox-state = 狀態
inbox-new = 未讀
inbox-is-read = 已讀
inbox-past = 已過期限
inbox-near = { $count ->
    [0] 今天到期
   *[other] 還剩 { $count } 天
}
inbox-read = 標為已讀
inbox-read-all = 全部標為已讀
inbox-done = 已將 { $count } 條標為已讀。
inbox-empty = 這裡沒有告知事項。需要您知道或辦理的事項會出現在這裡；設定了電子郵件地址的，還會發郵件給您。

## 郵件與日曆設定
wishes-title = 郵件與日曆
wishes-saved = 已儲存。
wishes-no-mail = 本系統沒有設定發信方式：告知事項只在收件箱裡。這裡的設定先儲存，開通發信後生效。
wishes-mail = 郵件
wishes-address = 電子郵件地址
wishes-address-hint = 留空則不發郵件，事項仍在收件箱裡
wishes-language = 郵件語言
wishes-classes = 哪些事項怎樣發
wishes-urgent = 升級、催辦和逾期的事項不等彙總，但仍避開免打擾時段。
wishes-times = 時間
wishes-digest-at = 每日彙總的時間
wishes-time-hint = 例如 8:30
wishes-quiet-from = 免打擾開始
wishes-quiet-hint = 這段時間裡不發郵件，例如 22:00 到 7:30；不需要則都留空
wishes-quiet-to = 免打擾結束
wish-error-address = 這不是電子郵件地址，請寫成 name@example.cn 的樣子
wish-error-time = 請寫幾點幾分，例如 8:30
wish-error-half = 免打擾時段要有開始和結束，請補上，或都留空
wish-now = 立即發
wish-daily = 每日彙總
wish-never = 不發郵件
language-zh-CN = 简体中文
language-en = English
language-zh-TW = 繁體中文
notice-class-rights = 權限複核與例外
notice-class-catalogue = 事項清單
notice-class-life = 賦權與承接
notice-class-handoff = 審管銜接
feed-title = 期限日曆
feed-intro = 手機或電腦的日曆程式可以訂閱您的辦理期限。知道訂閱地址的人都能看到這些期限，請不要轉發；洩露了就換一個。
feed-made = 這是您的訂閱地址，只顯示這一次，請複製到日曆程式裡：
feed-open = 訂閱已開通，地址生成於 { $at }。
feed-none = 還沒有開通訂閱。
feed-make = 生成訂閱地址
feed-renew = 換一個訂閱地址
feed-close = 停止訂閱
feed-closed = 訂閱已停止，原來的地址不再有效。
feed-name = 接棒 · 辦理期限

## 郵件的文字
letter-greeting = { $name }，您好：
letter-hello = 您好：
letter-due = 辦理期限：{ $day }
letter-go = 前往辦理
letter-digest = { $day }告知事項彙總（{ $count } 項）
letter-why = 這封郵件由接棒系統自動發出，請勿直接回覆。
letter-change = 更改郵件設定
letter-test-subject = 測試郵件
letter-test = 如果您看到這封郵件，說明本站可以正常發信。本站地址：
sample-power = 農村村民宅基地審批
sample-unit = 許家溝鄉
sample-who = 王禾
sample-title = 2026 年度權限複核
sample-reason = 本單位只有一名具備資格的人員

## 發信佇列
nav-letters = 郵件
letters-title = 郵件
letters-intro = 發給誰、發得怎樣、憑什麼證明已經發出。郵件的內容只有收件人能看到。
letters-by = 發信方式：{ $address }
letters-inbox-only = 沒有設定發信方式，告知事項只在收件箱裡。請在啟動時用 --smtp 或 --mail-folder 指明發信方式。
letters-empty = 這裡沒有郵件。收件人在「郵件與日曆」裡填寫電子郵件地址後，新的告知事項會發郵件。
letters-to = 收件人
letters-about = 類別
letters-digest = 每日彙總
letters-state = 狀態
letters-tries = 次數
letters-proof = 伺服器的答覆
letters-next = 下次 { $at }
letters-unclear = 其中 { $count } 次結果不明
letters-again = 重新傳送
letters-again-done = 已重新排入佇列。
letters-broken = 郵件不能生成：{ $words }
letter-state-waiting = 等待傳送
letter-state-sending = 正在傳送
letter-state-sent = 已發出
letter-state-dead = 已放棄
preview-title = 郵件樣式
preview-event = 事項
preview-subject = 主題：{ $subject }
preview-plain = 純文字部分
preview-file = 下載 .eml 檔案
action-letter-read = 檢視發信佇列
action-letter-resend = 重新傳送郵件

## 命令列
cli-mail-none = 沒有設定發信方式。請用 --smtp 或 --mail-folder 指明。
cli-mail-sent = 已發給 { $address }。答覆：{ $answer }
cli-mail-fault = 沒有發出：{ $words }
cli-mail-address = 「{ $address }」不是電子郵件地址
cli-mail-server = 「{ $address }」不是發信伺服器的地址，請寫成 smtps://主機、smtp://主機 或 smtp://主機:連接埠
cli-mail-password = 密碼不能寫在地址裡，本機上的人都看得到命令列；請設定 BATON_SMTP_PASSWORD 或 BATON_SMTP_PASSWORD_FILE
cli-mail-user = 有密碼卻沒有使用者名稱，請寫成 smtps://使用者名稱@主機
cli-mail-authorities = 憑證檔案裡沒有可用的 PEM 憑證：{ $cause }
cli-mail-done = 寫信 { $written } 封，發出 { $sent } 封，待重試 { $failed } 封，放棄 { $dead } 封
