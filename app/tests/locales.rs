//! Every sentence is there in every language, with the same arguments, and none is there in vain.

use app::i18n::Lang;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The keys of a language with their arguments.
fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang.tag());
    let mut keys = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("locales are there") {
        let path = entry.expect("readable").path();
        let text = fs::read_to_string(&path).expect("UTF-8");
        let resource = fluent_syntax::parser::parse(text.as_str())
            .unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", path.display()));
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let mut args = BTreeSet::new();
                arguments(message.value.as_ref().expect("a message has words"), &mut args);
                let before = keys.insert(message.id.name.to_owned(), args);
                assert!(before.is_none(), "{} stands twice in {}", message.id.name, lang.tag());
            }
        }
    }
    keys
}

fn arguments(pattern: &Pattern<&str>, out: &mut BTreeSet<String>) {
    let mut inline = |expression: &InlineExpression<&str>| {
        if let InlineExpression::VariableReference { id } = expression {
            out.insert(id.name.to_owned());
        }
    };
    let mut inner = Vec::new();
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(expression) } => inline(expression),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                inline(selector);
                inner.extend(variants.iter().map(|variant| &variant.value));
            }
            PatternElement::TextElement { .. } => {}
        }
    }
    for pattern in inner {
        arguments(pattern, out);
    }
}

#[test]
fn languages_agree() {
    let chinese = keys(Lang::ZhCn);
    for lang in [Lang::En, Lang::ZhTw] {
        let other = keys(lang);
        let (here, there): (BTreeSet<_>, BTreeSet<_>) = (chinese.keys().collect(), other.keys().collect());
        let differ: Vec<_> = here.symmetric_difference(&there).collect();
        assert!(differ.is_empty(), "zh-CN and {} differ in {differ:?}", lang.tag());
        for (key, args) in &chinese {
            // A plural may need the number that another language leaves out.
            let more: Vec<_> = other[key].difference(args).filter(|arg| *arg != "count").collect();
            assert!(more.is_empty(), "{key} has other arguments in {}: {more:?}", lang.tag());
        }
    }
}

/// The texts of all sources that may name a key.
fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut folders: Vec<PathBuf> = [
        "app/src",
        "app/domain/src",
        "server/src",
        "server/api/src",
        "server/services/src",
        "server/papers/src",
    ]
    .map(|path| root.join(path))
    .to_vec();
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                text.push_str(&fs::read_to_string(path).expect("UTF-8"));
            }
        }
    }
    text
}

/// Beginnings of keys whose ends are made: enumerations' codes, columns, fields.
fn made_keys() -> BTreeSet<String> {
    use domain::assess::{Gate, Grade, Outcome, RecallReason, Verdict};
    use domain::assignment::{Form, Function, InstrumentKind};
    use domain::funding::FundingSource;
    use domain::people::StaffKind;
    use domain::power::{PowerType, Risk};
    use domain::unit::UnitKind;
    let mut keys = BTreeSet::new();
    macro_rules! all {
        ($($type:ty),+) => { $(keys.extend(<$type>::ALL.iter().map(|each| each.key().to_owned()));)+ };
    }
    all!(
        Gate,
        Grade,
        Outcome,
        RecallReason,
        Verdict,
        Form,
        Function,
        InstrumentKind,
        FundingSource,
        StaffKind
    );
    all!(PowerType, Risk, UnitKind);
    all!(domain::paper::PaperKind, domain::paper::PaperState);
    all!(domain::holding::Holding, domain::holding::Decision);
    all!(domain::duty::Role, domain::duty::Side, domain::audit::Outcome, domain::assess::Lapse);
    keys.extend(access::Action::ALL.iter().map(|action| action.key().to_owned()));
    all!(domain::separation::Kind, domain::separation::State);
    all!(domain::token::Area, domain::token::Mode);
    all!(domain::webhook::Event, domain::webhook::Problem, domain::webhook::State);
    all!(domain::calendar::DayKind);
    all!(domain::notice::Event);
    all!(domain::post::Language, domain::post::Wish, domain::post::Class, domain::post::LetterState);
    all!(
        domain::life::settings::RoundAnswers,
        domain::life::Refusal,
        domain::life::state::Phase,
        domain::life::state::Move
    );
    all!(domain::life::state::ItemState, domain::life::state::Answer, domain::life::state::Stage);
    all!(domain::life::state::Event, domain::life::state::Adjust, domain::life::state::Decision);
    all!(domain::life::route::Mode, domain::life::route::Vote, domain::life::route::StageState);
    all!(domain::life::takeover::Task, domain::life::takeover::TaskState);
    all!(domain::notice::Event, domain::case::CaseResult, domain::clock::Count, domain::clock::Standing);
    all!(domain::clock::PauseReason, domain::indicator::Indicator);
    all!(domain::handoff::Kind, domain::handoff::State, domain::handoff::Act);
    all!(domain::handoff::Answer, domain::handoff::Effect);
    {
        use domain::catalogue::{Fate, Link, Part, State, basis, lists, round, zero_base};
        all!(Fate, Link, Part, State, basis::BasisState, basis::Standing, lists::List);
        all!(round::Stage, round::Party, round::Answer, round::Act, round::TermPart, round::Outcome);
        all!(zero_base::Proposal, zero_base::Basis);
    }
    for name in ["received", "completed", "early", "overdue", "returned", "reversals", "complaints"] {
        keys.insert(format!("cases-{name}"));
    }
    for name in [
        "min-people",
        "certificates",
        "workload",
        "on-time",
        "returned",
        "exercise",
        "money",
        "idle-months",
        "possible-days",
        "holidays",
        "leave-days",
        "sick-days",
        "training-days",
        "hours-per-day",
        "category-allowance",
        "post-year",
        "course-place",
        "equipment-item",
    ] {
        keys.insert(format!("rules-{name}"));
    }
    keys
}

#[test]
fn every_key_is_there_and_used() {
    let sources = sources();
    let made = made_keys();
    for key in &made {
        assert!(Lang::ZhCn.has(key), "{key} is missing");
    }
    for key in keys(Lang::ZhCn).keys() {
        assert!(made.contains(key) || sources.contains(&format!("\"{key}\"")), "{key} is not used");
    }
    // What looks like a key in a call that asks for one.
    let mut missing = BTreeSet::new();
    for call in ["t(\"", "Message::new(\"", "say(\"", "rate(\"", "lang.t(\""] {
        for (place, _) in sources.match_indices(call) {
            let key: String = sources[place + call.len()..].chars().take_while(|each| *each != '"').collect();
            let is_key = !key.is_empty()
                && key.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_0123456789".contains(&byte));
            if is_key && !Lang::ZhCn.has(&key) && key.contains('-') {
                missing.insert(key);
            }
        }
    }
    assert!(missing.is_empty(), "missing: {missing:?}");
}

#[test]
fn every_finding_and_remedy_has_its_sentence() {
    // Each is said by a key that its own file names.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("domain/src/assess");
    for file in ["finding.rs", "remedy.rs"] {
        let text = fs::read_to_string(root.join(file)).expect("UTF-8");
        let mut found = 0;
        for piece in text.split('"').skip(1).step_by(2) {
            if piece.starts_with("finding-") || piece.starts_with("remedy-") {
                found += 1;
                for lang in Lang::ALL {
                    assert!(lang.has(piece), "{piece} is missing in {}", lang.tag());
                }
            }
        }
        assert!(found > 15, "{file} names only {found} keys");
    }
}
