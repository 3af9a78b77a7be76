import-title = Import
import-intro = Use your own headings; dates, full-width characters and common encodings are understood. Preview first, then decide.
import-kind = What the file holds
import-file = File
import-file-hint = CSV or XLSX, at most 32 MB
import-preview = Preview
import-preview-hint = A preview writes nothing
import-kinds = What can be imported
import-holds = Holds
import-template = Template
import-kind-units = Units
import-kind-powers = Powers
import-kind-people = People
import-kind-certificates = Certificates
import-kind-completions = Completed courses
import-kind-assignments = Assignments
import-kind-allocations = Allocations
import-kind-establishment = Establishment
import-kind-equipment = Equipment
import-kind-funding = Funding
import-kind-statistics = Case statistics
import-about-units = Code, name, kind and the unit above
import-about-powers = The catalogue: names, types, legal bases, limits and what handling needs
import-about-people = People and posts; several posts are several rows
import-about-certificates = Numbers and validity
import-about-completions = Who completed which course when
import-about-assignments = Which power goes to which unit, in which form, by which instrument
import-about-allocations = Who gives how much time to which function of which power
import-about-establishment = Authorised posts of each unit
import-about-equipment = Equipment, seals and system accounts
import-about-funding = Money for a unit or a power: allocated, released, spent
import-about-statistics = Cases received, completed, overdue, returned, by month
import-preview-title = Preview of the import
import-report-title = Result of the import
import-new = New
import-changed = Changed
import-unchanged = Unchanged
import-wrong = Wrong
import-all-good = Every row can be imported.
import-some-wrong = Wrong rows are left out. You can import the others now and the whole file again once it is mended: rows that are there are not doubled.
import-all-wrong = No row can be imported. Mend the rows below and choose the file again.
import-nothing-to-do = Everything in the file is there already. There is nothing to import.
import-confirm = Import { $count ->
    [one] { $count } row
   *[other] { $count } rows
}
import-confirm-good = Import only the { $count } good { $count ->
    [one] row
   *[other] rows
}
import-choose-again = Choose another file
import-another = Import another file
import-done = Imported, and the units concerned were assessed again.
import-done-in-part = The good rows were imported, and the units concerned assessed again. The wrong rows stand below; mend them and import the file once more.
import-unknown-columns = Columns that are not known and were not imported: { $columns }
import-skipped-sheets = Sheets without known headings, not imported: { $sheets }
import-errors = { $count ->
    [one] { $count } error
   *[other] { $count } errors
}
import-warnings = { $count ->
    [one] { $count } remark
   *[other] { $count } remarks
}
import-more = Only the first { $shown } are shown; the file with explanations has all.
import-errors-file = Download the file with explanations
import-sheet = Sheet
import-row = Row
import-column = Column
import-value = Value
import-problem = What is wrong and how to mend it

import-error-no-headings = No headings of { $kind } were found. Is it the right kind of file? It needs at least: { $columns }. The template has all there are
import-error-missing-columns = Sheet “{ $sheet }” lacks { $count ->
    [one] a needed column
   *[other] needed columns
}: { $columns }. Add { $count ->
    [one] it
   *[other] them
} and import again
import-error-two-columns = In sheet “{ $sheet }”, “{ $one }” and “{ $other }” mean the same. Keep one of them
import-error-no-file = Choose a file
import-error-no-kind = Choose what the file holds
import-error-broken-upload = The file did not arrive whole. Choose it again and send it once more
import-error-gone = The file is not here any more: previews are kept for 24 hours. Choose the file again
import-error-empty = Needed, and may not be empty
import-error-not-a-date = Not a date. Write it as 2026-07-01
import-error-not-a-number = Not a number. Write digits only, such as 1234.5
import-error-not-whole = A whole number is needed
import-error-negative = May not be negative
import-error-too-large = The number is too large; check its digits
import-error-more-than-whole = A share is at most 1 (100%)
import-error-not-a-month = Not a month. Write it as 2026-07
import-error-no-unit-but = No unit has this code or name. Did you mean: { $names }
import-warning-left-out = A total or a signature, not imported
import-warning-renamed = Was called “{ $name }”, and is renamed
import-error-two-names = Row { $row } gives this code the name “{ $name }”. Check it
import-error-lost-digits = The spreadsheet program turned this code into a number and lost its last digits. Make the column text and enter it again
import-error-not-yes-no = Write 是 (yes) or 否 (no)
import-error-cell-error = The cell holds a formula error. Mend the formula or enter the value
import-error-unknown-word = This word is not known. Known are: { $allowed }
import-error-not-a-year = Not a year. Write it as 2026
import-error-no-key = There is neither a code nor a row number. Enter one of them, so that the row can be told from others
import-error-no-unit = No unit has this code or name. Check it, or import units first
import-error-many-units = Several units have this name; write the code instead: { $codes }
import-error-unit-circle = A unit cannot stand below itself or below one of those under it
import-error-no-power = No power has this code or name. Check it, or import powers first
import-error-many-powers = Several catalogues have this power; fill the columns 目录 (catalogue) and 版本 (version): { $catalogues }
import-error-no-person = No person has this code. Check it, or import people first
import-error-no-assignment = { $unit } has not received “{ $power }”. Check it, or import assignments first
import-error-reversed = Earlier than its beginning, { $from }
import-error-future = Later than today ({ $today })
import-error-contradicts = The same record as row { $row }, with other values. Keep the right one only
import-error-more-than-completed = More than completed, { $completed }
import-warning-repeated = The same as row { $row }
import-warning-credit-code-shape = A credit code has 18 digits and capital letters; kept as it is
import-warning-credit-code-digit = The check character of the credit code should be { $expected }; kept as it is
import-warning-type-unknown = No type was published; taken as “other power”
import-warning-recalled = Published as taken back; if it is not handed down any more, leave this row out of the file
import-warning-no-legal-basis = Without a legal basis, the gate “legal basis” cannot pass
import-warning-promise-too-long = The promised limit is longer than the statutory one
import-warning-function-not-granted = This function was not granted with the assignment
import-warning-over-allocated = More was committed or released than allocated
import-warning-overspent = More was spent than released

file-error-empty = The file is empty. Check whether it is the right one
file-kind-binary = data of a program
file-error-not-a-spreadsheet = This is no spreadsheet; it looks like { $what }. Save it as XLSX or CSV in the spreadsheet program
file-error-too-large = The file has { $size } MB, more than { $limit } MB. Split it into several files
file-error-bomb = Unpacked, the file is larger than { $limit } MB and was not opened. Check where it came from, or split it
file-error-damaged = The file is damaged: { $cause }. Open it in the spreadsheet program and save it again
file-error-encrypted = The file has a password. Remove it and save the file again
file-error-encoding = The text of row { $row } cannot be read. Save the file as CSV in UTF-8, or as XLSX
file-error-csv = Row { $row } is malformed: { $cause }. Check that quotation marks come in pairs
file-error-too-many-rows = A sheet has more than { $limit } rows. Split it into several files
import-kind-roles = Roles
import-about-roles = who may do what in which post, for which unit and all below it
import-error-own-role = Nobody gives himself a role (rule { $rule }). Have somebody else import this row.
import-error-no-post = This person has no such post in the unit. Import people first, or check the name of the post.
