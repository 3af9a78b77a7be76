//! The reader's language: sentences from the locale files, and how dates, numbers and money are written.

use domain::{Arg, Date, Fen, Message};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::str::FromStr;
use std::sync::LazyLock;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    /// 简体中文
    ZhCn,
    /// English
    En,
    /// 繁體中文
    ZhTw,
}

/// A tag that is no language of Baton's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write zh-CN, en or zh-TW")]
pub struct UnknownLang;

impl FromStr for Lang {
    type Err = UnknownLang;
    fn from_str(tag: &str) -> Result<Self, UnknownLang> {
        Self::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(tag)).ok_or(UnknownLang)
    }
}

type Bundle = FluentBundle<FluentResource>;

macro_rules! bundle {
    ($tag:literal) => {
        LazyLock::new(|| {
            build(
                $tag,
                &[
                    include_str!(concat!("../locales/", $tag, "/common.ftl")),
                    include_str!(concat!("../locales/", $tag, "/domain.ftl")),
                    include_str!(concat!("../locales/", $tag, "/pages.ftl")),
                    include_str!(concat!("../locales/", $tag, "/import.ftl")),
                    include_str!(concat!("../locales/", $tag, "/cli.ftl")),
                    include_str!(concat!("../locales/", $tag, "/access.ftl")),
                    include_str!(concat!("../locales/", $tag, "/audit.ftl")),
                    include_str!(concat!("../locales/", $tag, "/separation.ftl")),
                    include_str!(concat!("../locales/", $tag, "/separation-pages.ftl")),
                    include_str!(concat!("../locales/", $tag, "/identity.ftl")),
                    include_str!(concat!("../locales/", $tag, "/people.ftl")),
                    include_str!(concat!("../locales/", $tag, "/catalogue.ftl")),
                    include_str!(concat!("../locales/", $tag, "/oidc.ftl")),
                    include_str!(concat!("../locales/", $tag, "/papers.ftl")),
                    include_str!(concat!("../locales/", $tag, "/notice.ftl")),
                    include_str!(concat!("../locales/", $tag, "/programs.ftl")),
                    include_str!(concat!("../locales/", $tag, "/mail.ftl")),
                    include_str!(concat!("../locales/", $tag, "/life.ftl")),
                    include_str!(concat!("../locales/", $tag, "/handoff.ftl")),
                ],
            )
        })
    };
}
static ZH_CN: LazyLock<Bundle> = bundle!("zh-CN");
static EN: LazyLock<Bundle> = bundle!("en");
static ZH_TW: LazyLock<Bundle> = bundle!("zh-TW");

fn build(tag: &str, sources: &[&str]) -> Bundle {
    let mut bundle = Bundle::new_concurrent(tag.parse().into_iter().collect());
    bundle.set_use_isolating(false);
    for source in sources {
        // A test reads every file; what it could not parse would have failed there.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new((*source).to_owned());
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Lang {
    /// Every language, Chinese first.
    pub const ALL: [Self; 3] = [Self::ZhCn, Self::En, Self::ZhTw];

    /// The tag, as pages and cookies write it.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::En => "en",
            Self::ZhTw => "zh-TW",
        }
    }

    /// Its name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::ZhCn => "简体中文",
            Self::En => "English",
            Self::ZhTw => "繁體中文",
        }
    }

    const fn is_chinese(self) -> bool {
        !matches!(self, Self::En)
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::ZhCn => &ZH_CN,
            Self::En => &EN,
            Self::ZhTw => &ZH_TW,
        }
    }

    /// Whether the locale files have a key.
    pub fn has(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    /// The words of a key without arguments.
    pub fn t(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A message with its arguments.
    pub fn say(self, message: &Message) -> String {
        let mut args = FluentArgs::new();
        for (name, arg) in &message.args {
            args.set(*name, self.arg(arg));
        }
        self.format(message.key, Some(&args))
    }

    fn format(self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = self.bundle();
        // A key that is missing shows itself; a test keeps that from happening.
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }

    fn arg(self, arg: &Arg) -> FluentValue<'static> {
        let text = match arg {
            Arg::Count(count) => {
                #[expect(clippy::cast_precision_loss, reason = "chooses a plural form")]
                return FluentValue::from(*count as f64);
            }
            Arg::Number(number) => decimal(*number, 2),
            Arg::Percent(fraction) => percent(*fraction),
            Arg::Money(amount) => self.money(*amount),
            Arg::Date(date) => self.date(*date),
            Arg::Text(text) => text.clone(),
            Arg::Term(message) => self.say(message),
            Arg::List(names) => self.list(names),
            Arg::Terms(terms) => self.list(&terms.iter().map(|term| self.say(term)).collect::<Vec<_>>()),
        };
        FluentValue::from(text)
    }

    /// Names in a row.
    pub fn list<S: AsRef<str>>(self, names: &[S]) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        names.join(if self.is_chinese() { "、" } else { ", " })
    }

    /// A day.
    pub fn date(self, date: Date) -> String {
        if self.is_chinese() { date.format("%Y年%-m月%-d日") } else { date.format("%-d %B %Y") }.to_string()
    }

    /// A moment, by the clock in China.
    pub fn moment(self, at: chrono::DateTime<chrono::Utc>) -> String {
        let at = at + chrono::TimeDelta::hours(8);
        format!("{} {}", self.date(at.date_naive()), at.format("%H:%M"))
    }

    /// A month.
    pub fn month(self, date: Date) -> String {
        if self.is_chinese() { date.format("%Y年%-m月") } else { date.format("%b %Y") }.to_string()
    }

    /// Money: Chinese counts from ten thousand yuan on in 万元.
    #[expect(clippy::cast_precision_loss, reason = "rounded to hundreds of yuan")]
    pub fn money(self, amount: Fen) -> String {
        let yuan = amount.0 as f64 / 100.0;
        if !self.is_chinese() {
            return format!("CN¥{}", grouped(yuan.round()));
        }
        let (unit, ten_thousand) = (self.t("unit-yuan"), self.t("unit-ten-thousand-yuan"));
        if yuan.abs() >= 10_000.0 {
            format!("{} {ten_thousand}", decimal(yuan / 10_000.0, 2))
        } else {
            format!("{} {unit}", decimal(yuan, 0))
        }
    }
}

/// A number with at most so many decimals and without needless zeros.
pub fn decimal(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.replace('-', "−") }
}

/// A fraction in per cent, with a decimal where it is needed.
pub fn percent(fraction: f64) -> String {
    format!("{}%", decimal(fraction * 100.0, 1))
}

/// A whole number with its thousands apart.
pub fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut out = String::from(if number < 0.0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(decimal(-0.001, 2), "0");
        assert_eq!(decimal(-1.25, 1), "−1.2");
        assert_eq!(percent(0.714), "71.4%");
        assert_eq!(percent(1.36), "136%");
        assert_eq!(grouped(-1_234_567.0), "−1,234,567");
        assert_eq!(Lang::ZhCn.money(Fen::yuan(46_000)), "4.6 万元");
        assert_eq!(Lang::En.money(Fen::yuan(46_000)), "CN¥46,000");
        assert_eq!(Lang::ZhCn.date(Date::from_ymd_opt(2026, 9, 3).unwrap_or_default()), "2026年9月3日");
    }
}
