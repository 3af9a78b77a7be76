## Passwords
password-too-short = The password needs at least { $least } characters. A few unrelated words are easy to remember and hard to guess.
password-too-long = The password may have at most { $most } characters.
password-weak = This password is too easy to guess. Add one or two unrelated words.
password-weak-because = This password is too easy to guess: { $why }
password-warning-keys = rows of keys are easy to guess.
password-warning-repeats = repeated characters are easy to guess.
password-warning-common = it is like a common password.
password-warning-sequence = sequences such as abc or 6543 are easy to guess.
password-warning-dates = years and dates are easy to guess.
password-warning-word = a single word is easy to guess.
password-warning-names = names are easy to guess.
password-suggestion-words = add one or two unrelated words.
password-suggestion-tricks = capitals, reversed words and look-alike letters help little; use more words.
password-suggestion-patterns = avoid patterns, repeats and sequences.
password-suggestion-dates = avoid years and dates that have to do with you.
password-error-again = The two passwords differ.
password-error-wrong = This is not your present password.
password-error-wait = Too many wrong passwords; try again in a few minutes.

## Accounts
account-error-login = An account name has 2 to 64 letters, digits or . - _ @.
account-error-taken = The account name “{ $login }” is taken; choose another one.
account-error-person = Nobody has this staff number. Import people first, or check the number.
account-error-has = This person has the account “{ $login }” already.
account-error-own = You cannot disable your own account; another administrator can.
account-error-name = Write the name.

## Second factor
second-error-code = The code is wrong or was used. Check that your telephone’s clock is right and type the next 6 digits.
second-error-none = There is no second factor.
error-randomness = The system cannot make a secret: { $cause }. Tell the system administrator.

## Signing in
sign-in-title = Sign in
sign-in-login = Account
sign-in-password = Password
sign-in-button = Sign in
sign-in-refused = Account or password is wrong, or the account is disabled. Try again, or ask the system administrator for a link that sets a new password.
sign-in-wait = { $minutes ->
    [one] Too many failures; try again in a minute.
   *[other] Too many failures; try again in { $minutes } minutes.
}
sign-in-ended = Your session has ended; what you typed is kept. It is shown again after you sign in, and you decide whether to send it.
sign-in-set = The password is set. Sign in.
second-title = Second step
second-intro = Type the 6 digits of your authenticator, or a recovery code.
second-code = Code or recovery code
second-button = Continue
second-refused = The code is wrong or was used. Wait for the next one.
resend-title = Check and send again
resend-intro = This is what you typed before your session ended. It has not been sent.
resend-button = Send again
resend-drop = Do not send; go to the first page

## One-time links
link-title = Set a password
link-intro = Sets the password of the account “{ $login }”. This link works once.
link-over-title = This link opens nothing
link-over = It was used or is too old. Ask the system administrator for another one.
setup-title = Make the first administrator
setup-intro = The administrator keeps accounts and has no business rights.
setup-new-hint = At least { $least } characters; a few unrelated words are best.
setup-name = Name
setup-button = Make
link-button = Set the password

## One's own account
account-title = My account
account-password = Change the password
account-old = Present password
account-new = New password
account-new-hint = At least { $least } characters; a few unrelated words are best.
account-again = The new password once more
account-save-password = Change the password
account-password-saved = The password is changed; other sessions have ended.
account-second = Second factor
account-second-on = { $count ->
    [one] In use; one recovery code is left.
   *[other] In use; { $count } recovery codes are left.
}
account-second-off = Not in use. With it, signing in also takes a code from your telephone.
account-second-begin = Set up a second factor
account-second-scan = Scan this with your authenticator, or type the key.
account-second-key = Key
account-second-picture = QR code for your authenticator
account-second-code = The 6 digits that it shows
account-second-confirm = Confirm
account-codes-title = Keep these recovery codes
account-codes = When your telephone is not there, each replaces a code once. They are shown this once: print them or write them down.
account-codes-new = Make other recovery codes
account-second-remove = Remove the second factor
account-second-removed = The second factor is removed.
account-second-password = Present password
account-sessions = Sessions
account-session-device = Device
account-session-address = Address
account-session-seen = Last used
account-session-this = this one
account-session-end = End
account-session-ended = The session has ended.
account-everywhere = Sign out everywhere
account-others = End the other sessions
ending-title = Your session is about to end
ending-intro = You have done nothing for a while. Unless you stay, your session ends at { $time }.
ending-absolute = Your session ends at { $time }, whatever you do. Save, then sign in again.
ending-stay = Stay

## All accounts
accounts-title = Accounts
nav-accounts = Accounts
accounts-new = New account
accounts-login = Account
accounts-person = Staff number
accounts-person-hint = An account belongs to a known person; rights go with posts, not with accounts.
accounts-create = Make it, with a link
accounts-name = Name
accounts-state = State
accounts-active = active
accounts-no-password = no password yet
accounts-disabled = disabled
accounts-second = second factor
accounts-seen = Last used
accounts-disable = Disable
accounts-enable = Enable
accounts-link = Make a link
accounts-forget = Remove second factor
accounts-link-title = One-time link
accounts-link-intro = Hand this to “{ $login }”. It works once within 24 hours, and is shown this once.
accounts-search = Search
accounts-none = No account fits.
accounts-done = Done.

## The command line
cli-user-added = The account “{ $login }” is made.
cli-user-password = Password:
cli-user-again = Once more:
cli-user-link = One-time link (good for 24 hours): { $path }
cli-user-password-set = The password of “{ $login }” is set; its sessions have ended.
cli-user-disabled = The account “{ $login }” is disabled; its sessions have ended.
cli-no-user = There is no account “{ $login }”.
cli-user-pairs = Each --role needs its --unit; --post is left out, or given as often as --role.
cli-user-needs-name = Nobody has the staff number “{ $code }”; give --name to make the person.
cli-user-no-role = There is no role “{ $role }”.
cli-first-link = There is no administrator yet. Make the first one by this one-time link (good for 24 hours): { $address }

## Support views
support-title = Support view
support-intro = When something goes wrong, you may look at one unit for a limited time, read only. Say why; it is audited, and the unit sees it.
support-unit = Unit (code or name)
support-reason = Reason
support-minutes = Minutes
support-open = Begin to look
support-end = Stop looking
support-error-unit = There is not exactly one such unit; write its code.
support-error-reason = Say why, in at least 5 letters.
support-error-minutes = A view lasts 1 to { $most } minutes.
support-shown = Administrator { $name } looked at this unit from { $from } to { $to }: { $reason }
