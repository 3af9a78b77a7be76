## Shared by all pages
brand = Baton
skip-to-main = Skip to content
nav-label = Main
nav-menu = Menu
nav-board = Gap board
nav-powers = Catalogue
nav-units = Units
nav-assign = Assign
nav-import = Import
nav-rules = Thresholds
crumbs-label = Where you are
sign-document = Document number:
sign-unit = Unit (seal):
sign-filled-by = Filled in by:
sign-checked-by = Checked by:
sign-date = Date:
to-first-page = Go to the first page
search = Search
save = Save
cancel = Cancel
edit = Change
choose = Choose
none = none
until = until { $date }
minutes = { $minutes } minutes
working-days = { $days ->
    [one] { $days } working day
   *[other] { $days } working days
}
no-end = open-ended
not-recorded = not recorded
not-assessed = not assessed
valid-until = until { $date }
issued-on = issued on { $date }
not-valid = not valid
unit-yuan = yuan
unit-ten-thousand-yuan = 10,000 yuan
field-unknown = not stated
assessed-on = Assessed on { $date }
export-csv = Export CSV
quick-filter = Narrow this page
pager-label = Pages
pager-shown = { $from }–{ $to } of { $total }
pager-before = Previous page
pager-after = Next page
page-number = page { $page }
chip-remove = , remove this filter

## Filters
filter-all = All
filter-apply = Apply
filter-by = Group by
filter-by-field = Field of work
filter-by-type = Type of power
filter-verdict = Verdict
filter-type = Type
filter-field = Field of work
filter-catalogue = Catalogue
filter-search-assignment = Find a power or unit
filter-search-power = Find a power
filter-search-unit = Find a unit
filter-search-hint = Name, pinyin, initials or code

## Columns
col-power = Power
col-power-code = Power code
col-unit = Unit
col-kind = Kind
col-code = Code
col-verdict = Verdict
col-why = Why
col-mend = What would mend it
col-ratio = Ratio
col-ratio-long = Workload ratio (available ÷ required)
col-parity = People · money · training · means
col-department = Original department
col-published-form = Form as published
col-assigned = Units
col-form = Form of transfer
col-from = In force from
col-to = In force to
col-person = Person
col-post = Post
col-allocated = Time allocated
col-certificates = Certificates
col-courses = Courses
col-money-for = For
col-source = Source
col-allocated-money = Allocated
col-released = Released
col-spent = Spent
col-function = Function
col-share = Share of time
col-month = Month

## Forms
form-errors = Some fields need mending
form-error-of = { $field }: { $error }
form-error-prefix = Error:{" "}

## Errors
not-found-title = There is no such page
not-found-text = The address may be mistyped, or what it showed was moved. Start again from the first page.
broken-title = That did not work
error-wrong-method = This address cannot be used in that way. Go back and use the buttons of the page.
error-address = “{ $address }” is no database address. Write sqlite://FILE or postgres://USER@HOST/NAME.
error-unreachable = The database cannot be opened: { $cause }. Check the path or the network, and the permissions of the folder.
error-not-a-database = The file is not a Baton database, or it is damaged: { $cause }. Use the right file or a backup.
error-read-only = The database is read-only. Check that the file and its folder may be written, then try again.
error-locked = Another program holds the database. Try again in a moment, or close that program.
error-newer = A newer Baton made this database (its migration { $version } is unknown here). Use that version, or a backup from before.
error-migration = The database’s tables do not fit this version: { $cause }. Use a backup, or ask whoever maintains it.
error-duplicate = There is already a row with this key. Check it and try again.
error-reference = A row refers to one that is not there, or is still in use.
error-check = A value is outside what is allowed: { $cause }
error-corrupt = A stored value cannot be read: { $cause }. Ask whoever maintains the database.
error-database = The database did not do it: { $cause }. Nothing was written; try again.
error-no-working-time = Holidays, leave, sick leave and training use up the whole year, so that no need can be computed. Change them under Thresholds.
error-allowances-take-all = Common duties take all working time, so that no need can be computed. Change them under Thresholds.
error-not-a-number = Volumes, times and shares are numbers from zero on.
error-sample = The sample is wrong: { $kind }, row { $row }, { $column }: { $problem }

nav-group-powers = Powers
nav-group-devolve = Devolution
nav-group-cases = Cases
nav-group-people = People
nav-group-system = Administration
