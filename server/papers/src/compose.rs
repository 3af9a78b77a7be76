//! From the facts of a paper to its sentences.

use crate::sheet::{Block, Clause, Column, Sheet, Table};
use domain::assignment::{Form, Function};
use domain::paper::PaperKind;
use domain::power::PowerType;
use domain::{Arg, Date, Message, Period};

/// One power of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its code in the catalogue.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub power_type: PowerType,
    /// Articles it stands on.
    pub bases: Vec<String>,
    /// In which form it is handed down.
    pub form: Form,
    /// The functions that are granted.
    pub functions: Vec<Function>,
    /// Working time of one case, in minutes; zero where it is unknown.
    pub minutes: u32,
}

/// A case that is not decided when a power is recalled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// Its number.
    pub number: String,
    /// When it was filed.
    pub opened_on: Date,
    /// Who finishes it.
    pub finisher: String,
}

/// What a paper is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// What it does.
    pub kind: PaperKind,
    /// Its number.
    pub number: String,
    /// Name of the unit that gives, and issues the paper.
    pub issuer: String,
    /// Name of the unit that receives.
    pub receiver: String,
    /// When it is drawn up.
    pub drawn_on: Date,
    /// By whom; empty where nobody signed in did it.
    pub drawn_by: String,
    /// The document by which it is done; empty where none is named.
    pub authority: String,
    /// Its term. A recall decision ends with the last day on which the receiving unit may act.
    pub term: Period,
    /// The reason of a recall decision by its code.
    pub cause: Option<Message>,
    /// Why: of a recall decision and a waiver.
    pub reason: String,
    /// What is done about it: of a recall decision (open cases) and a waiver (mending).
    pub plan: String,
    /// The powers.
    pub items: Vec<Item>,
    /// Cases that are still to be decided: of a recall decision.
    pub cases: Vec<OpenCase>,
}

/// Puts facts into sentences of a language; `say` knows its words.
pub fn compose(facts: &Facts, lang: &str, say: &dyn Fn(&Message) -> String) -> Sheet {
    let words = Words { facts, lang, say };
    Sheet {
        lang: lang.to_owned(),
        title: words.of(match facts.kind {
            PaperKind::Acceptance => "paper-title-acceptance",
            PaperKind::EntrustmentAgreement => "paper-title-entrustment",
            PaperKind::RecallDecision => "paper-title-recall",
            PaperKind::Waiver => "paper-title-waiver",
        }),
        number: facts.number.clone(),
        drawn_on: facts.drawn_on,
        addressee: if facts.kind.is_mutual() { String::new() } else { words.of("paper-to") },
        opening: vec![words.of(match facts.kind {
            PaperKind::Acceptance => "paper-opening-acceptance",
            PaperKind::EntrustmentAgreement => "paper-opening-entrustment",
            PaperKind::RecallDecision => "paper-opening-recall",
            PaperKind::Waiver => "paper-opening-waiver",
        })],
        table: words.table(),
        clauses: words.clauses(),
        blocks: words.blocks(),
        desk: words.desk(),
        foot: words.foot(),
    }
}

struct Words<'a> {
    facts: &'a Facts,
    lang: &'a str,
    say: &'a dyn Fn(&Message) -> String,
}

impl Words<'_> {
    /// The words of a key, which may name both sides, the number of powers, and the term.
    fn of(&self, key: &'static str) -> String {
        let facts = self.facts;
        let to = facts.term.to.unwrap_or(facts.term.from);
        (self.say)(
            &Message::new(key)
                .with("issuer", facts.issuer.as_str())
                .with("receiver", facts.receiver.as_str())
                .with("count", facts.items.len())
                .with("from", facts.term.from)
                .with("to", to),
        )
    }

    fn is_chinese(&self) -> bool {
        self.lang.starts_with("zh")
    }

    fn clauses(&self) -> Vec<Clause> {
        let facts = self.facts;
        let typed = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let term = if facts.term.to.is_some() { "paper-term-until" } else { "paper-term-open" };
        let basis = ("paper-clause-basis", typed(&facts.authority));
        let all: Vec<(&'static str, Option<String>)> = match facts.kind {
            PaperKind::Acceptance => vec![
                basis,
                ("paper-clause-term", Some(self.of(term))),
                ("paper-clause-duty", Some(self.of("paper-duty-acceptance"))),
                ("paper-clause-cases", Some(self.of("paper-cases-acceptance"))),
            ],
            PaperKind::EntrustmentAgreement => vec![
                basis,
                ("paper-clause-authority", Some(self.of("paper-authority"))),
                ("paper-clause-term", Some(self.of(term))),
                ("paper-clause-oversight", Some(self.of("paper-oversight"))),
                ("paper-clause-publication", Some(self.of("paper-publication"))),
                ("paper-clause-cases", Some(self.of("paper-cases-entrustment"))),
            ],
            PaperKind::RecallDecision => vec![
                basis,
                ("paper-clause-reason", self.reason()),
                ("paper-clause-last", Some(self.of("paper-last"))),
                ("paper-clause-cases", Some(self.cases())),
                ("paper-clause-hand-over", typed(&facts.plan)),
            ],
            PaperKind::Waiver => vec![
                basis,
                ("paper-clause-missing", typed(&facts.reason)),
                ("paper-clause-plan", typed(&facts.plan)),
                ("paper-clause-expiry", Some(self.of("paper-expiry"))),
            ],
        };
        let there = all.into_iter().filter_map(|(key, text)| text.map(|text| (key, text)));
        there
            .enumerate()
            .map(|(place, (key, text))| Clause {
                head: self.ordinal(place, &(self.say)(&Message::new(key))),
                text: self.stopped(text),
            })
            .collect()
    }

    /// Why something is recalled: the reason by its code, and what there is to say.
    fn reason(&self) -> Option<String> {
        let cause = self.facts.cause.as_ref().map(|cause| self.stopped((self.say)(cause)));
        let note = Some(self.facts.reason.clone()).filter(|note| !note.is_empty());
        let all: Vec<String> = [cause, note].into_iter().flatten().collect();
        (!all.is_empty()).then(|| all.join(if self.is_chinese() { "" } else { " " }))
    }

    /// What becomes of open cases, and who finishes each that there is.
    fn cases(&self) -> String {
        let each = self.facts.cases.iter().map(|case| {
            (self.say)(
                &Message::new("paper-case-open")
                    .with("number", case.number.as_str())
                    .with("date", case.opened_on)
                    .with("who", case.finisher.as_str()),
            )
        });
        let said = std::iter::once(self.of("paper-cases-recall")).chain(each);
        said.collect::<Vec<_>>().join(if self.is_chinese() { "" } else { " " })
    }

    /// 一、, or 1.
    fn ordinal(&self, place: usize, head: &str) -> String {
        const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
        match CHINESE.get(place).filter(|_| self.is_chinese()) {
            Some(number) => format!("{number}、{head}"),
            None => format!("{}. {head}", place + 1),
        }
    }

    /// A sentence that somebody typed ends as sentences do.
    fn stopped(&self, text: String) -> String {
        let is_stopped = text.ends_with(['。', '！', '？', '.', '!', '?', '；', ';']);
        if is_stopped { text } else { format!("{text}{}", if self.is_chinese() { "。" } else { "." }) }
    }

    fn table(&self) -> Table {
        let columns = [
            ("paper-column-place", 6, true),
            ("paper-column-code", 12, true),
            ("paper-column-name", 22, false),
            ("paper-column-type", 10, true),
            ("paper-column-basis", 21, false),
            ("paper-column-form", 7, true),
            ("paper-column-functions", 14, true),
            ("paper-column-minutes", 8, true),
        ];
        let term = |message: Message| (self.say)(&message);
        let rows = self.facts.items.iter().enumerate().map(|(place, item)| {
            let functions: Vec<Message> = item.functions.iter().map(|function| function.message()).collect();
            let functions =
                Message { key: "paper-functions", args: vec![("functions", Arg::Terms(functions))] };
            let or_none = |text: String| if text.is_empty() { "—".to_owned() } else { text };
            let minutes = if item.minutes == 0 { String::new() } else { item.minutes.to_string() };
            vec![
                (place + 1).to_string(),
                item.code.clone(),
                item.name.clone(),
                term(item.power_type.message()),
                or_none(item.bases.join(if self.is_chinese() { "；" } else { "; " })),
                term(item.form.message()),
                or_none(term(functions)),
                or_none(minutes),
            ]
        });
        Table {
            caption: self.of("paper-table"),
            columns: columns
                .map(|(key, width, is_centred)| Column {
                    head: (self.say)(&Message::new(key)),
                    width,
                    is_centred,
                })
                .to_vec(),
            rows: rows.collect(),
        }
    }

    fn blocks(&self) -> Vec<Block> {
        let block = |head: &'static str, unit: &str| Block {
            head: self.of(head),
            unit: unit.to_owned(),
            lines: ["paper-sign-head", "paper-sign-date"].map(|key| self.of(key)).to_vec(),
        };
        let (issuer, receiver) = (self.facts.issuer.as_str(), self.facts.receiver.as_str());
        match self.facts.kind {
            PaperKind::Acceptance => {
                vec![block("paper-seal-giver", issuer), block("paper-seal-receiver", receiver)]
            }
            PaperKind::EntrustmentAgreement => {
                vec![block("paper-seal-entrusting", issuer), block("paper-seal-entrusted", receiver)]
            }
            PaperKind::RecallDecision | PaperKind::Waiver => {
                vec![Block { lines: vec![self.of("paper-sign-date")], ..block("paper-seal", issuer) }]
            }
        }
    }

    fn desk(&self) -> Vec<String> {
        let by = Message::new("paper-filled-by").with("name", self.facts.drawn_by.as_str());
        let on = Message::new("paper-filled-on").with("date", self.facts.drawn_on);
        vec![(self.say)(&by).trim_end().to_owned(), self.of("paper-checked-by"), (self.say)(&on)]
    }

    fn foot(&self) -> String {
        (self.say)(&Message::new("paper-foot").with("page", "{page}").with("pages", "{pages}"))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Facts with so many items.
    pub(crate) fn facts(kind: PaperKind, items: usize) -> Facts {
        let day = |day: &str| day.parse::<Date>().expect("a day");
        let item = |place: usize| Item {
            code: format!("YD-NY-{place:03}"),
            name: format!("农村居民宅基地的审批及其变更、延续与注销事项之{place}"),
            power_type: PowerType::Licence,
            bases: vec!["《中华人民共和国土地管理法》第六十二条".to_owned()],
            form: Form::Conferral,
            functions: vec![Function::Accept, Function::Approve],
            minutes: 240,
        };
        Facts {
            kind,
            number: "殷农承〔2026〕12号".to_owned(),
            issuer: "殷都区农业农村局".to_owned(),
            receiver: "许家沟乡".to_owned(),
            drawn_on: day("2026-11-28"),
            drawn_by: "李某".to_owned(),
            authority: "《殷都区赋权乡镇实施方案》".to_owned(),
            term: Period { from: day("2027-01-01"), to: Some(day("2029-12-31")) },
            cause: None,
            reason: "专业性强".to_owned(),
            plan: "三个月内补齐".to_owned(),
            items: (1..=items).map(item).collect(),
            cases: Vec::new(),
        }
    }

    /// Writes a message as its key and arguments.
    pub(crate) fn plain(message: &Message) -> String {
        let args = message.args.iter().filter_map(|(_, arg)| match arg {
            Arg::Text(text) => Some(text.clone()),
            Arg::Date(date) => Some(date.to_string()),
            Arg::Count(count) => Some(count.to_string()),
            _ => None,
        });
        args.fold(message.key.to_owned(), |text, arg| format!("{text} {arg}"))
    }

    #[test]
    fn a_recall_says_why_and_who_finishes_what() {
        let case = OpenCase {
            number: "殷农〔2026〕7号".to_owned(),
            opened_on: "2026-11-20".parse().expect("a day"),
            finisher: "许家沟乡 张某".to_owned(),
        };
        let facts = Facts {
            cause: Some(Message::new("recall-reason-too_technical")),
            cases: vec![case],
            ..facts(PaperKind::RecallDecision, 1)
        };
        let sheet = compose(&facts, "zh-CN", &plain);
        let text = sheet.clauses.iter().map(|clause| clause.text.as_str()).collect::<String>();
        assert!(text.contains("recall-reason-too_technical。专业性强。"), "{text}");
        assert!(text.contains("paper-case-open 殷农〔2026〕7号 2026-11-20 许家沟乡 张某"), "{text}");
    }

    #[test]
    fn every_kind_says_what_it_is_about() {
        for &kind in PaperKind::ALL {
            let facts = facts(kind, 3);
            let sheet = compose(&facts, "zh-CN", &plain);
            assert_eq!(sheet.table.rows.len(), 3);
            let width: u32 = sheet.table.columns.iter().map(|column| u32::from(column.width)).sum();
            assert_eq!(width, 100);
            assert!(sheet.table.rows.iter().all(|row| row.len() == sheet.table.columns.len()));
            assert_eq!(sheet.blocks.len(), if kind.is_mutual() { 2 } else { 1 });
            assert_eq!(sheet.addressee.is_empty(), kind.is_mutual());
            assert!(sheet.clauses[0].head.starts_with("一、"));
            let text = sheet.clauses.iter().map(|clause| clause.text.as_str()).collect::<String>();
            assert!(text.contains("实施方案》。"));
            let needs_reason = !kind.is_mutual();
            assert_eq!(text.contains("专业性强。"), needs_reason, "{kind}");
            assert!(sheet.foot.contains("{page}") && sheet.foot.contains("{pages}"));
        }
    }

    #[test]
    fn what_is_not_said_has_no_clause() {
        let with = facts(PaperKind::RecallDecision, 1);
        let without =
            Facts { authority: String::new(), plan: String::new(), reason: String::new(), ..with.clone() };
        let [with, without] = [with, without].map(|facts| compose(&facts, "en", &plain).clauses);
        assert_eq!((with.len(), without.len()), (5, 2));
        assert!(without[0].head.starts_with("1. ") && without[1].head.starts_with("2. "));
    }
}
