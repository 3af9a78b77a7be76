## The inbox
inbox = Inbox
inbox-title = Inbox
inbox-unread = { $count } unread
inbox-show-all = All
inbox-show-unread = Unread
inbox-show-due = With a deadline
inbox-class = About
inbox-what = What
inbox-due = Deadline
inbox-when = Told
inbox-state = State
inbox-new = new
inbox-is-read = read
inbox-past = date has passed
inbox-near = { $count ->
    [0] due today
    [one] { $count } day left
   *[other] { $count } days left
}
inbox-read = Mark as read
inbox-read-all = Mark all as read
inbox-done = { $count ->
    [one] One notice is marked as read.
   *[other] { $count } notices are marked as read.
}
inbox-empty = There is nothing here. What you have to know or do will stand here, and is sent by mail where you have given an address.

## Mail and calendar
wishes-title = Mail and calendar
wishes-saved = Saved.
wishes-no-mail = This site has no way to send mail: notices stand in the inbox alone. What you choose here is kept, and holds once mail is set up.
wishes-mail = Mail
wishes-address = Mail address
wishes-address-hint = Empty for no mail; the inbox has it all the same
wishes-language = Language of letters
wishes-classes = What is sent, and how
wishes-urgent = What was escalated, urged or is late does not wait for the digest, but keeps the quiet hours.
wishes-times = Times
wishes-digest-at = Time of the daily digest
wishes-time-hint = Such as 8:30
wishes-quiet-from = Quiet from
wishes-quiet-hint = No letter comes in these hours, such as 22:00 to 7:30; leave both empty for none
wishes-quiet-to = Quiet until
wish-error-address = This is no mail address; write it like name@example.cn
wish-error-time = Write hours and minutes, such as 8:30
wish-error-half = Quiet hours need a beginning and an end; add it, or leave both empty
wish-now = At once
wish-daily = In the daily digest
wish-never = No letter
language-zh-CN = 简体中文
language-en = English
language-zh-TW = 繁體中文
notice-class-rights = Reviews of rights and exceptions
notice-class-catalogue = Catalogue and lists
notice-class-life = Assignments and take-over
notice-class-handoff = Hand-off to supervision
feed-title = Calendar of deadlines
feed-intro = The calendar on your phone or computer can subscribe to your deadlines. Whoever knows the address sees them, so keep it to yourself; if it gets out, make another one.
feed-made = This is the address to subscribe to. It is shown this once; copy it into your calendar:
feed-open = The calendar is open; its address was made on { $at }.
feed-none = The calendar is not open.
feed-make = Make an address
feed-renew = Make another address
feed-close = Close the calendar
feed-closed = The calendar is closed; its address opens it no longer.
feed-name = Baton · Deadlines

## The words of letters
letter-greeting = Dear { $name },
letter-hello = Hello,
letter-due = Deadline: { $day }
letter-go = Go there
letter-digest = Notices of { $day } ({ $count })
letter-why = Baton wrote this letter by itself; please do not reply to it.
letter-change = Change what is sent to you
letter-test-subject = Test letter
letter-test = If you read this, this site can send mail. The site is at:
sample-power = Approval of rural homesteads
sample-unit = Xujiagou Township
sample-who = Wang He
sample-title = Review of rights 2026
sample-reason = The unit has only one qualified person

## The queue
nav-letters = Mail
letters-title = Mail
letters-intro = To whom, how it went, and what proves that it was sent. What stands in a letter is for its recipient alone.
letters-by = Letters leave by { $address }
letters-inbox-only = There is no way to send mail; notices stand in the inbox alone. Start the server with --smtp or --mail-folder.
letters-empty = There are no letters here. New notices are sent to whoever has given an address under “Mail and calendar”.
letters-to = To
letters-about = About
letters-digest = Daily digest
letters-state = State
letters-tries = Tries
letters-proof = The server's answer
letters-next = Next { $at }
letters-unclear = { $count } of them with an unknown end
letters-again = Send again
letters-again-done = It waits to be sent again.
letters-broken = The letter cannot be made: { $words }
letter-state-waiting = waiting
letter-state-sending = being sent
letter-state-sent = sent
letter-state-dead = given up
preview-title = What letters look like
preview-event = Event
preview-subject = Subject: { $subject }
preview-plain = Plain part
preview-file = Download as .eml
action-letter-read = look at the queue of letters
action-letter-resend = send a letter again

## The command line
cli-mail-none = There is no way to send mail. Name one with --smtp or --mail-folder.
cli-mail-sent = Sent to { $address }. Answer: { $answer }
cli-mail-fault = Not sent: { $words }
cli-mail-address = “{ $address }” is no mail address
cli-mail-server = “{ $address }” is no address of a mail server; write smtps://HOST, smtp://HOST or smtp://HOST:PORT
cli-mail-password = The password does not belong into the address, because whoever is on the machine can read command lines; set BATON_SMTP_PASSWORD or BATON_SMTP_PASSWORD_FILE
cli-mail-user = There is a password and no user; write smtps://USER@HOST
cli-mail-authorities = The file of certificates holds none in PEM: { $cause }
cli-mail-done = { $written } written, { $sent } sent, { $failed } to be tried again, { $dead } given up
