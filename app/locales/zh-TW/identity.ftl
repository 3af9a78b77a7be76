## Passwords
password-too-short = 密碼至少 { $least } 個字。幾個不相干的詞連在一起，既好記又難猜。
password-too-long = 密碼最多 { $most } 個字。
password-weak = 這個密碼太容易猜。請再加一兩個不相干的詞。
password-weak-because = 這個密碼太容易猜：{ $why }
password-warning-keys = 鍵盤上相鄰的鍵很容易猜。
password-warning-repeats = 重複的字元很容易猜。
password-warning-common = 它與常見密碼相同或相近。
password-warning-sequence = 連續的字母或數字很容易猜。
password-warning-dates = 年份和日期很容易猜。
password-warning-word = 單獨一個詞很容易猜。
password-warning-names = 姓名和帳號很容易猜。
password-suggestion-words = 請再加一兩個不相干的詞。
password-suggestion-tricks = 大小寫、倒寫和形近替換幫助不大，請改用更多的詞。
password-suggestion-patterns = 請避免規律、重複和連續的字元。
password-suggestion-dates = 請避免與自己有關的年份和日期。
password-error-again = 兩次輸入的密碼不一樣。
password-error-wrong = 目前密碼不對。
password-error-wait = 錯誤次數太多，請幾分鐘後再試。

## Accounts
account-error-login = 帳號為 2 至 64 個字，可用字母、漢字、數字和 . - _ @。
account-error-taken = 帳號「{ $login }」已有人使用，請換一個。
account-error-person = 沒有這個工號的人員。請先匯入人員，或核對工號。
account-error-has = 此人已有帳號「{ $login }」。
account-error-own = 不能停用自己的帳號，請由另一位系統管理員停用。
account-error-name = 請填寫姓名。

## Second factor
second-error-code = 驗證碼不對或已用過。請核對手機時間是否準確，再輸入新的 6 位驗證碼。
second-error-none = 尚未啟用兩步驟驗證。
error-randomness = 系統無法產生金鑰：{ $cause }。請聯絡系統管理員。

## Signing in
sign-in-title = 登入
sign-in-login = 帳號
sign-in-password = 密碼
sign-in-button = 登入
sign-in-refused = 帳號或密碼不對，或帳號已停用。請重試，或請系統管理員傳送重設密碼的連結。
sign-in-wait = 失敗次數太多，請在 { $minutes } 分鐘後再試。
sign-in-ended = 您的登入已結束，剛才填寫的內容還在。登入後會重新顯示，由您確認後再傳送。
sign-in-set = 密碼已設定，請登入。
second-title = 兩步驟驗證
second-intro = 請輸入手機驗證器上的 6 位驗證碼，或一個復原碼。
second-code = 驗證碼或復原碼
second-button = 繼續
second-refused = 驗證碼不對或已用過。請等待下一個驗證碼再試。
resend-title = 請核對後重新傳送
resend-intro = 這是登入結束前您填寫的內容，尚未傳送。
resend-button = 重新傳送
resend-drop = 不傳送，返回首頁

## One-time links
link-title = 設定密碼
link-intro = 為帳號「{ $login }」設定密碼。此連結只能使用一次。
link-over-title = 連結已失效
link-over = 連結已用過或已過期。請系統管理員再發一個。
setup-title = 建立第一位系統管理員
setup-intro = 系統管理員管理帳號，沒有業務權限。
setup-new-hint = 至少 { $least } 個字；幾個不相干的詞最好。
setup-name = 姓名
setup-button = 建立
link-button = 設定密碼

## One's own account
account-title = 我的帳號
account-password = 修改密碼
account-old = 目前密碼
account-new = 新密碼
account-new-hint = 至少 { $least } 個字；幾個不相干的詞最好。其他登入會結束。
account-again = 再輸入一次新密碼
account-save-password = 修改密碼
account-password-saved = 密碼已修改，其他登入已結束。
account-second = 兩步驟驗證
account-second-on = 已啟用，剩餘復原碼 { $count } 個。
account-second-off = 未啟用。啟用後，登入時還需要手機上的驗證碼。
account-second-begin = 啟用兩步驟驗證
account-second-scan = 用手機上的驗證器掃描，或手工輸入金鑰。
account-second-key = 金鑰
account-second-picture = 供驗證器掃描的 QR 碼
account-second-code = 驗證器顯示的 6 位驗證碼
account-second-confirm = 確認啟用
account-codes-title = 請妥善保存復原碼
account-codes = 手機不在身邊時，每個復原碼可代替驗證碼使用一次。它們只顯示這一次，請列印或抄寫後妥善保管。
account-codes-new = 重新產生復原碼
account-second-remove = 停用兩步驟驗證
account-second-removed = 兩步驟驗證已停用。
account-second-password = 目前密碼
account-sessions = 登入中的裝置
account-session-device = 裝置
account-session-address = 位址
account-session-seen = 最近使用
account-session-this = 本裝置
account-session-end = 結束
account-session-ended = 登入已結束。
account-everywhere = 在所有裝置上登出
account-others = 結束其他登入
ending-title = 登入即將結束
ending-intro = 較長時間沒有操作。如不繼續，登入將在 { $time } 結束。
ending-absolute = 登入將在 { $time } 結束，請先儲存；之後需重新登入。
ending-stay = 繼續使用

## All accounts
accounts-title = 帳號
nav-accounts = 帳號
accounts-new = 新增帳號
accounts-login = 帳號
accounts-person = 工號
accounts-person-hint = 帳號屬於已登記的人員；權限隨崗位，不隨帳號。
accounts-create = 新增並產生連結
accounts-name = 姓名
accounts-state = 狀態
accounts-active = 可用
accounts-no-password = 待設密碼
accounts-disabled = 已停用
accounts-second = 兩步驟驗證
accounts-seen = 最近使用
accounts-disable = 停用
accounts-enable = 啟用
accounts-link = 傳送連結
accounts-forget = 解除兩步驟驗證
accounts-link-title = 一次性連結
accounts-link-intro = 請交給「{ $login }」本人。連結 24 小時內有效，只能用一次，只顯示這一次。
accounts-search = 搜尋
accounts-none = 沒有符合的帳號。
accounts-done = 已完成。

## The command line
cli-user-added = 帳號「{ $login }」已建立。
cli-user-password = 密碼：
cli-user-again = 再輸入一次：
cli-user-link = 一次性連結（24 小時內有效）：{ $path }
cli-user-password-set = 帳號「{ $login }」的密碼已設定，原有登入已結束。
cli-user-disabled = 帳號「{ $login }」已停用，登入已結束。
cli-no-user = 沒有帳號「{ $login }」。
cli-user-pairs = 每個 --role 都要有一個 --unit；--post 可省略，或與 --role 一樣多。
cli-user-needs-name = 沒有工號為「{ $code }」的人員；請用 --name 寫明姓名，以便建立。
cli-user-no-role = 沒有角色「{ $role }」。
cli-first-link = 還沒有系統管理員。請用此一次性連結建立（24 小時內有效）：{ $address }

## Support views
support-title = 支援檢視
support-intro = 出現問題時，可在限定時間內唯讀檢視一個單位。須說明理由；會留下稽核紀錄，該單位也能看到。
support-unit = 單位（編碼或名稱）
support-reason = 理由
support-minutes = 時長（分鐘）
support-open = 開始檢視
support-end = 結束檢視
support-error-unit = 沒有找到唯一的單位，請填寫單位編碼。
support-error-reason = 請說明理由，至少 5 個字。
support-error-minutes = 時長為 1 至 { $most } 分鐘。
support-shown = 系統管理員{ $name }於{ $from }至{ $to }檢視了本單位：{ $reason }
