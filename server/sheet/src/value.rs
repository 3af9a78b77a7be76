//! Turns one cell into a value, or says why it cannot; empty cells are for the caller to look out for.

use chrono::{Datelike, Days, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use crate::cell::Cell;

/// Why a cell does not give the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    NotADate,
    NotANumber,
    NotWhole,
    Negative,
    TooLarge,
    /// A share of more than a whole.
    MoreThanWhole,
    /// Excel keeps fifteen digits, and the rest of an identifier is gone for good.
    LostDigits,
    NotYesNo,
    CellError,
}

/// A hundred billion yuan: more than any county has, and few enough that sums stay exact.
const MOST_FEN: i64 = 10_000_000_000_000;
/// From 1954 to 2119; other numbers are more likely amounts.
const SERIALS: std::ops::RangeInclusive<u32> = 20_000..=80_000;
/// Outside, a digit was mistyped.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;
/// A CSV file has them as text.
const ERRORS: [&str; 7] = ["#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// Text on one line, with Chinese punctuation as written.
pub fn text(cell: &Cell) -> Result<String, Bad> {
    raw(cell).map(|text| one_line(&text))
}

/// An identifier: half-width and without spaces, refused if Excel has cut it.
pub fn code(cell: &Cell) -> Result<String, Bad> {
    if let Cell::Number(number) = cell
        && number.abs() >= 1e15
    {
        return Err(Bad::LostDigits);
    }
    let code: String = half_width(cell)?.split_whitespace().collect();
    if is_scientific(&code) { Err(Bad::LostDigits) } else { Ok(code) }
}

/// A day in any of the usual spellings, with or without a time, or as Excel counts days.
pub fn date(cell: &Cell) -> Result<NaiveDate, Bad> {
    if let Cell::Date(date) = cell {
        return Ok(*date);
    }
    let text = half_width(cell)?;
    let date = match cell {
        Cell::Number(_) => {
            let (days, fraction) = text.split_once('.').unwrap_or((&text, ""));
            serial(days).or_else(|| if fraction.is_empty() { compact(days) } else { None })
        }
        _ => written(&text).or_else(|| serial(&text)).or_else(|| compact(&text)),
    };
    date.ok_or(Bad::NotADate)
}

/// The first day of a month, which may also be given by any of its days.
pub fn month(cell: &Cell) -> Result<NaiveDate, Bad> {
    if let Some(first) = date(cell).ok().and_then(|date| date.with_day(1)) {
        return Ok(first);
    }
    let text = half_width(cell)?;
    let parts = if text.len() == 6 && is_digits(&text) {
        text.split_at_checked(4)
    } else if let Some((year, rest)) = text.split_once('年') {
        rest.trim().strip_suffix('月').map(|month| (year, month))
    } else if matches!(cell, Cell::Text(_)) {
        text.split_once(['-', '/', '.'])
    } else {
        // The number 2025.1 may have been January or October.
        None
    };
    parts.and_then(|(year, month)| day(year, month, "1")).ok_or(Bad::NotADate)
}

/// A count.
pub fn whole(cell: &Cell) -> Result<u32, Bad> {
    let decimal = Decimal::parse(&half_width(cell)?)?;
    if decimal.fraction.bytes().any(|digit| digit != b'0') {
        return Err(Bad::NotWhole);
    }
    let count: u32 = decimal.digits.parse().map_err(|_| Bad::TooLarge)?;
    // Databases count in 31 bits.
    if count > i32::MAX.unsigned_abs() { Err(Bad::TooLarge) } else { Ok(count) }
}

/// A finite number that is not negative.
pub fn decimal(cell: &Cell) -> Result<f64, Bad> {
    Decimal::parse(&half_width(cell)?)?.value()
}

/// An amount in yuan, as exact fen.
pub fn fen(cell: &Cell) -> Result<i64, Bad> {
    let text = match cell {
        Cell::Number(number) => format!("{number:.2}"),
        _ => half_width(cell)?.split_whitespace().collect(),
    };
    let (text, is_negative) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.as_str(), false),
    };
    let text = text.strip_prefix('¥').unwrap_or(text);
    let text = text.strip_suffix('元').unwrap_or(text);
    let (text, places) = text.strip_suffix('万').map_or((text, 2), |text| (text, 6));
    let Decimal { digits, fraction } = Decimal::parse(text)?;
    if fraction.len() > places {
        return Err(Bad::NotANumber);
    }
    let amount: i64 = format!("{digits}{fraction:0<places$}").parse().map_err(|_| Bad::TooLarge)?;
    if is_negative && amount != 0 {
        return Err(Bad::Negative);
    }
    if amount > MOST_FEN { Err(Bad::TooLarge) } else { Ok(amount) }
}

/// A part of one, also in per cent.
pub fn share(cell: &Cell) -> Result<f64, Bad> {
    let text = half_width(cell)?;
    let share = match text.strip_suffix('%') {
        Some(percent) => Decimal::parse(percent.trim_end())?.value()? / 100.0,
        None => Decimal::parse(&text)?.value()?,
    };
    if share > 1.0 { Err(Bad::MoreThanWhole) } else { Ok(share) }
}

/// Words, ticks and digits for yes and no.
pub fn yes_no(cell: &Cell) -> Result<bool, Bad> {
    match half_width(cell)?.to_lowercase().as_str() {
        "是" | "有" | "√" | "✓" | "✔" | "☑" | "y" | "yes" | "true" | "1" => Ok(true),
        "否" | "无" | "×" | "✗" | "✘" | "x" | "n" | "no" | "false" | "0" => Ok(false),
        _ => Err(Bad::NotYesNo),
    }
}

/// Several texts in one cell, each once.
pub fn list(cell: &Cell) -> Result<Vec<String>, Bad> {
    let mut items = Vec::new();
    for item in raw(cell)?.split(['、', '，', ',', ';', '；', '\n', '\r']) {
        let item = one_line(item);
        if !item.is_empty() && !items.contains(&item) {
            items.push(item);
        }
    }
    Ok(items)
}

/// What no one sees is taken out: text from web pages has it.
fn raw(cell: &Cell) -> Result<String, Bad> {
    let text: String =
        cell.text().chars().filter(|char| !matches!(char, '\u{200B}'..='\u{200D}' | '\u{FEFF}')).collect();
    if matches!(cell, Cell::Error(_)) || ERRORS.contains(&text.as_str()) {
        Err(Bad::CellError)
    } else {
        Ok(text)
    }
}

fn half_width(cell: &Cell) -> Result<String, Bad> {
    Ok(raw(cell)?.nfkc().collect::<String>().trim().to_owned())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// As Excel shows a long number: 4.105E+17.
fn is_scientific(code: &str) -> bool {
    code.split_once(['E', 'e']).is_some_and(|(mantissa, exponent)| {
        let (first, rest) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        first.len() == 1
            && is_digits(first)
            && is_digits(rest)
            && exponent.strip_prefix('+').is_some_and(is_digits)
    })
}

fn day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number = |text: &str, most: usize| -> Option<u32> {
        let text = text.trim();
        if is_digits(text) && text.len() <= most { text.parse().ok() } else { None }
    };
    let year = i32::try_from(number(year, 4)?).ok().filter(|year| YEARS.contains(year))?;
    NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?)
}

fn written(text: &str) -> Option<NaiveDate> {
    if let Some((year, rest)) = text.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        let (date, time) = rest.split_once(['日', '号'])?;
        return day(year, month, date).filter(|_| is_time(time));
    }
    let separator = text.chars().find(|char| matches!(char, '-' | '/' | '.'))?;
    let (year, rest) = text.split_once(separator)?;
    let (month, rest) = rest.split_once(separator)?;
    let end = rest.find(|char: char| char == 'T' || char.is_whitespace()).unwrap_or(rest.len());
    let (date, time) = rest.split_at(end);
    day(year, month, date).filter(|_| is_time(time))
}

/// The time is not kept, but must be one: anything else after a date is a note that would be lost.
fn is_time(text: &str) -> bool {
    let text = text.trim().trim_start_matches('T').trim_end_matches('Z');
    let text = text.trim_start_matches(['上', '下', '午']).trim();
    let text = text.replace(['时', '分'], ":").replace('秒', "");
    let parts: Vec<&str> = text.trim_end_matches(':').split(':').map(str::trim).collect();
    let within = |part: &str, most: f64| {
        part.starts_with(|char: char| char.is_ascii_digit())
            && part.parse().is_ok_and(|value: f64| value < most)
    };
    text.is_empty()
        || ((2..=3).contains(&parts.len())
            && within(parts[0], 25.0)
            && parts[1..].iter().all(|part| within(part, 60.0)))
}

fn serial(text: &str) -> Option<NaiveDate> {
    let days: u32 = if is_digits(text) {
        text.parse().ok()?
    } else {
        return None;
    };
    // Excel counts a 29 February 1900 that never was, so that its day 0 lies one day earlier.
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30)?;
    if SERIALS.contains(&days) { zero.checked_add_days(Days::new(days.into())) } else { None }
}

fn compact(text: &str) -> Option<NaiveDate> {
    if text.len() == 8 && is_digits(text) { day(&text[..4], &text[4..6], &text[6..]) } else { None }
}

/// A number that is not negative, digit by digit, so that no amount is rounded.
struct Decimal {
    digits: String,
    fraction: String,
}

impl Decimal {
    fn parse(text: &str) -> Result<Self, Bad> {
        let (unsigned, is_negative) = match text.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (text.strip_prefix('+').unwrap_or(text), false),
        };
        let (grouped, fraction) = match unsigned.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
            Some(_) => return Err(Bad::NotANumber),
            None => (unsigned, ""),
        };
        let mut groups = grouped.split(',');
        let first = groups.next().unwrap_or_default();
        let are_grouped = groups.clone().next().is_none()
            || (first.len() <= 3 && groups.clone().all(|group| group.len() == 3));
        if !are_grouped || !is_digits(first) || !groups.all(is_digits) {
            return Err(Bad::NotANumber);
        }
        let decimal = Self { digits: grouped.replace(',', ""), fraction: fraction.to_owned() };
        let is_zero = decimal.digits.bytes().chain(decimal.fraction.bytes()).all(|digit| digit == b'0');
        if is_negative && !is_zero { Err(Bad::Negative) } else { Ok(decimal) }
    }

    fn value(&self) -> Result<f64, Bad> {
        let value: f64 =
            format!("{}.{}0", self.digits, self.fraction).parse().map_err(|_| Bad::NotANumber)?;
        if value.is_finite() { Ok(value) } else { Err(Bad::TooLarge) }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;

    fn t(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn n(number: f64) -> Cell {
        Cell::Number(number)
    }

    fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn check<T: Debug + PartialEq>(read: fn(&Cell) -> Result<T, Bad>, cases: Vec<(Cell, Result<T, Bad>)>) {
        for (cell, expected) in cases {
            assert_eq!(read(&cell), expected, "{cell:?}");
        }
        assert_eq!(read(&Cell::Error("#REF!".to_owned())), Err(Bad::CellError));
        assert_eq!(read(&t("#N/A")), Err(Bad::CellError));
    }

    #[test]
    fn texts() {
        let ok = |text: &str| Ok(text.to_owned());
        check(
            text,
            vec![
                (t(" 许家沟乡　　政府\r\n（便民）\u{FEFF} "), ok("许家沟乡 政府 （便民）")),
                (t("Ａ，Ｂ。"), ok("Ａ，Ｂ。")),
                (n(3.0), ok("3")),
                (Cell::Empty, ok("")),
                (Cell::Bool(true), ok("TRUE")),
                (Cell::Date(ymd(2025, 7, 1)), ok("2025-07-01")),
            ],
        );
    }

    #[test]
    fn codes() {
        let ok = |text: &str| Ok(text.to_owned());
        check(
            code,
            vec![
                (t(" ９１４１ 0500ＭＡ　（１）\n"), ok("91410500MA(1)")),
                (t("410522198001011234"), ok("410522198001011234")),
                (t("\t0012"), ok("0012")),
                (n(410_522.0), ok("410522")),
                (n(999_999_999_999_999.0), ok("999999999999999")),
                (n(1e15), Err(Bad::LostDigits)),
                (n(-4.105e17), Err(Bad::LostDigits)),
                (n(1.5), ok("1.5")),
                (t("4.10522E+17"), Err(Bad::LostDigits)),
                (t("４e+17"), Err(Bad::LostDigits)),
                (t("12E5"), ok("12E5")),
                (t("E+5"), ok("E+5")),
            ],
        );
    }

    #[test]
    fn dates() {
        let first = Ok(ymd(2025, 7, 1));
        let mut cases: Vec<(Cell, Result<NaiveDate, Bad>)> = [
            "2025-07-01",
            "2025/7/1",
            "2025.7.1",
            "20250701",
            "2025年7月1日",
            "２０２５年０７月０１日",
            " 2025 年 7 月 1 日 ",
            "2025年7月1号",
            "2025-07-01 10:30",
            "2025-07-01T10:30:59.5Z",
            "2025/7/1  上午9:05",
            "2025年7月1日10时30分",
            "45839",
            "４５８３９",
        ]
        .into_iter()
        .map(|text| (t(text), first))
        .collect();
        cases.extend(
            [n(45_839.0), n(45_839.75), n(20_250_701.0), Cell::Date(ymd(2025, 7, 1))]
                .map(|cell| (cell, first)),
        );
        cases.extend([(t("20000"), Ok(ymd(1954, 10, 3))), (n(80_000.0), Ok(ymd(2119, 1, 11)))]);
        cases.extend(
            [
                "",
                "2025-02-30",
                "2025-13-01",
                "25-7-1",
                "2025-07",
                "2025-7/1",
                "20250230",
                "19999",
                "80001",
                "2025-07-01 25:00",
                "2025-07-01（暂定）",
                "2025-07-01 暂定",
                "长期",
                "0202-07-01",
                "45839.5",
            ]
            .map(|text| (t(text), Err(Bad::NotADate))),
        );
        cases.extend(
            [Cell::Empty, n(12.0), n(20_250_701.5), n(-45_839.0), n(f64::NAN), Cell::Bool(true)]
                .map(|cell| (cell, Err(Bad::NotADate))),
        );
        check(date, cases);
    }

    #[test]
    fn months() {
        let july = Ok(ymd(2025, 7, 1));
        let mut cases: Vec<(Cell, Result<NaiveDate, Bad>)> = [
            "2025-07",
            "2025/7",
            "2025.7",
            "2025年7月",
            "2025 年 7 月",
            "202507",
            "２０２５０７",
            "2025-07-15",
            "20250731",
        ]
        .into_iter()
        .map(|text| (t(text), july))
        .collect();
        cases.extend([n(202_507.0), n(45_850.0), Cell::Date(ymd(2025, 7, 31))].map(|cell| (cell, july)));
        cases
            .extend(["2025", "202513", "2025-7-", "7月", "2025年"].map(|text| (t(text), Err(Bad::NotADate))));
        cases.extend([n(2025.7), Cell::Empty].map(|cell| (cell, Err(Bad::NotADate))));
        check(month, cases);
    }

    #[test]
    fn wholes() {
        check(
            whole,
            vec![
                (t("1,234"), Ok(1234)),
                (t("１，２３４"), Ok(1234)),
                (t("3.0"), Ok(3)),
                (t("+5"), Ok(5)),
                (t("-0"), Ok(0)),
                (n(3.0), Ok(3)),
                (n(2.999_999_999_999_999_6), Ok(3)),
                (n(3.5), Err(Bad::NotWhole)),
                (t("3.5"), Err(Bad::NotWhole)),
                (t("12件"), Err(Bad::NotANumber)),
                (t("1,2"), Err(Bad::NotANumber)),
                (t("1234,567"), Err(Bad::NotANumber)),
                (t("1,,234"), Err(Bad::NotANumber)),
                (t("1."), Err(Bad::NotANumber)),
                (t("--1"), Err(Bad::NotANumber)),
                (t("-3"), Err(Bad::Negative)),
                (n(-3.0), Err(Bad::Negative)),
                (n(2_147_483_647.0), Ok(2_147_483_647)),
                (n(2_147_483_648.0), Err(Bad::TooLarge)),
                (n(4_294_967_296.0), Err(Bad::TooLarge)),
                (n(f64::INFINITY), Err(Bad::NotANumber)),
                (Cell::Empty, Err(Bad::NotANumber)),
                (Cell::Bool(true), Err(Bad::NotANumber)),
            ],
        );
    }

    #[test]
    fn decimals() {
        check(
            decimal,
            vec![
                (t("1,234.5"), Ok(1234.5)),
                (t("０．２５"), Ok(0.25)),
                (n(0.1), Ok(0.1)),
                (n(-0.1), Err(Bad::Negative)),
                (n(f64::NAN), Err(Bad::NotANumber)),
                (t(&"9".repeat(400)), Err(Bad::TooLarge)),
                (t(".5"), Err(Bad::NotANumber)),
                (t("inf"), Err(Bad::NotANumber)),
                (t("1e5"), Err(Bad::NotANumber)),
            ],
        );
    }

    #[test]
    fn amounts() {
        check(
            fen,
            vec![
                (t("¥1,234.50"), Ok(123_450)),
                (t("￥ １２"), Ok(1200)),
                (t("1234.5元"), Ok(123_450)),
                (t("3.2万元"), Ok(3_200_000)),
                (t("3.2 万"), Ok(3_200_000)),
                (t("0.000001万"), Ok(1)),
                (t("0.0000001万"), Err(Bad::NotANumber)),
                (t("19.99"), Ok(1999)),
                (t("1.005"), Err(Bad::NotANumber)),
                (n(19.99), Ok(1999)),
                (n(0.1 + 0.2), Ok(30)),
                (n(1.006), Ok(101)),
                (n(-0.001), Ok(0)),
                (n(-1.0), Err(Bad::Negative)),
                (t("-¥5"), Err(Bad::Negative)),
                (t("¥-5"), Err(Bad::Negative)),
                (t("-3万元"), Err(Bad::Negative)),
                (t("99999999999999999999"), Err(Bad::TooLarge)),
                (n(f64::NAN), Err(Bad::NotANumber)),
                (t("元"), Err(Bad::NotANumber)),
                (t("免费"), Err(Bad::NotANumber)),
            ],
        );
    }

    #[test]
    fn shares() {
        check(
            share,
            vec![
                (t("0.5"), Ok(0.5)),
                (t("50%"), Ok(0.5)),
                (t("５０％"), Ok(0.5)),
                (t("100 %"), Ok(1.0)),
                (n(0.985), Ok(0.985)),
                (n(1.0), Ok(1.0)),
                (n(50.0), Err(Bad::MoreThanWhole)),
                (t("101%"), Err(Bad::MoreThanWhole)),
                (t("-5%"), Err(Bad::Negative)),
                (t("%"), Err(Bad::NotANumber)),
                (t("一半"), Err(Bad::NotANumber)),
            ],
        );
    }

    #[test]
    fn yes_and_no() {
        let mut cases = vec![
            (n(1.0), Ok(true)),
            (n(0.0), Ok(false)),
            (Cell::Bool(true), Ok(true)),
            (n(2.0), Err(Bad::NotYesNo)),
        ];
        cases.extend(["是", "√", "✓", "有", "Y", "ｙｅｓ", "True", "１"].map(|text| (t(text), Ok(true))));
        cases.extend(["否", "×", "无", "N", "no", "FALSE", "0"].map(|text| (t(text), Ok(false))));
        cases.extend(["", "也许", "是的吧"].map(|text| (t(text), Err(Bad::NotYesNo))));
        check(yes_no, cases);
    }

    #[test]
    fn lists() {
        let ok = |items: &[&str]| Ok(items.iter().map(|item| (*item).to_owned()).collect());
        check(
            list,
            vec![
                (
                    t("身份证、户口簿，申请表；身份证\n\n 照片 ;,"),
                    ok(&["身份证", "户口簿", "申请表", "照片"]),
                ),
                (t("宅基地　审批（乡、镇）"), ok(&["宅基地 审批（乡", "镇）"])),
                (n(7.0), ok(&["7"])),
                (Cell::Empty, ok(&[])),
            ],
        );
    }
}
