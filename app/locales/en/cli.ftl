cli-migrated = { $count ->
    [one] { $count } migration was run;
   *[other] { $count } migrations were run;
} the database has this version’s tables.
cli-database = Database: { $address }
cli-serving = Open this in a browser: { $address }
cli-loopback-only = Only this machine is served; to serve others, name the site with --origin. Ctrl+C ends it.
cli-sample-kept = The database holds data already; the sample was not loaded.
cli-sample-loading = Loading the sample county
cli-sample-loaded = The sample county is loaded.
cli-importing = Importing
cli-import-dry-run = Dry run, nothing written: { $new } new, { $changed } changed, { $unchanged } unchanged, { $wrong } wrong
cli-import-written = Imported: { $new } new, { $changed } changed, { $unchanged } unchanged, { $wrong } wrong
cli-import-nothing-written = Nothing was written: { $new } new, { $changed } changed, { $unchanged } unchanged, { $wrong } wrong. Mend the rows and try again, or import the good ones with --on-error skip
cli-import-unknown-column = Unknown column, not imported: { $column } (sheet { $sheet })
cli-import-skipped-sheet = Sheet without known headings, not imported: { $sheet }
cli-import-warnings = { $count ->
    [one] { $count } remark:
   *[other] { $count } remarks:
}
cli-import-more = Only the first { $shown } are listed. Add --errors-to FILE for all of them
cli-import-errors = { $count ->
    [one] { $count } error:
   *[other] { $count } errors:
}
cli-assessing = Assessing
cli-assessed = { $count ->
    [one] { $count } assignment
   *[other] { $count } assignments
}
cli-unit-code = Unit code
cli-unit = Unit
cli-power-code = Power code
cli-power = Power
cli-verdict = Verdict
cli-ratio = Workload ratio
cli-why = Why
cli-mend = What would mend it
cli-sentences-join = ;{" "}
cli-short-staff = Staff short
cli-short-money = Money short
cli-total = Total
cli-untrained = Courses owed
cli-not-loopback = { $address } is no address of this machine alone. To serve others, name the site with --origin, such as --origin https://baton.example.cn, behind a proxy that ends TLS.
cli-without-tls = Warning: { $address } is not protected by TLS. Passwords and cookies can be read on their way; put a TLS proxy in front and use https://.
cli-address-taken = Cannot listen on { $address }: { $cause }. Choose another one with --listen, such as --listen 127.0.0.1:3001
cli-no-file = There is no file { $path }. Check the path
cli-file = { $path }: { $cause }
cli-no-unit = No unit has the code “{ $code }”.
cli-system = The system did not do it: { $cause }
cli-demo-accounts = Sample accounts (the password of all is { $password }; for demonstration only):

## Separation policy
cli-policy-tested = { $file }: { $checked } checked, { $failed } failed
cli-policy-checking = Checking
cli-policy-found = { $on }: { $count } to mend
cli-policy-kind = Kind
cli-policy-rule = Rule
cli-policy-subject = Subject
cli-policy-from = From
cli-policy-to = To
cli-policy-what = What is wrong
cli-policy-violation = Violation
cli-policy-expired_violation = Violation after an exception
cli-policy-gap = Gap
cli-policy-overlap = Overlap
cli-policy-ending_exception = Exception about to expire
cli-policy-expired_exception = Exception expired
policy-check-failed = { $on }, “{ $who }”, { $what }: expected { $expected }, found { $found }
policy-operation-failed = expected { $expected }, found { $found }
policy-what-held = rights held
policy-allow = allow
policy-deny = deny
policy-deny-by = deny (rule { $rule })
policy-accept = accept
policy-reject = reject
policy-reject-by = reject (rule { $rule })
policy-reject-because = reject: { $reason }
policy-not-his = the role “{ $role }” was not given
policy-too-many-active = the roles that are active together break rule { $rule }
policy-error-yaml = The file is not what was expected: { $cause }
policy-error-empty = The file has neither checks nor operations. Say what is to be tested
policy-error-unknown = There is no { $kind } called “{ $name }”. Check the name, or define it in the file first
policy-error-twice = The name “{ $name }” is already used. Choose another one
policy-error-lacks = { $name } is missing
policy-kind-person = person
policy-kind-unit = unit (parents stand before children)
policy-kind-post = post
policy-kind-case = case
policy-kind-assignment = assignment
policy-kind-group = group
policy-kind-role = role
policy-kind-set = set
policy-kind-session = session
policy-kind-action = action
