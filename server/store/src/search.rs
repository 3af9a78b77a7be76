//! What the search box finds: names as they stand, their pinyin, its initials, and codes.

use pinyin::ToPinyin;

/// The searchable text of a row: its words, their pinyin in one piece and the initials, in lower case.
pub(crate) fn searchable(words: &[&str]) -> String {
    let mut out = String::new();
    for word in words {
        let word = word.to_lowercase();
        let (mut whole, mut initials) = (String::new(), String::new());
        for (character, pinyin) in word.chars().zip(word.as_str().to_pinyin()) {
            if let Some(pinyin) = pinyin {
                whole.push_str(pinyin.plain());
                initials.push_str(pinyin.first_letter());
            } else {
                whole.push(character);
                initials.push(character);
            }
        }
        for form in [&word, &whole, &initials] {
            if !out.split(' ').any(|known| known == form) {
                out.push_str(form);
                out.push(' ');
            }
        }
    }
    out.trim_end().to_owned()
}

/// What was typed, as a pattern for `like … escape '\'`.
pub(crate) fn pattern(typed: &str) -> String {
    let mut out = String::from("%");
    for character in typed.trim().to_lowercase().chars() {
        if matches!(character, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('%');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_by_name_pinyin_and_initials() {
        let text = searchable(&["许家沟乡", "410505101"]);
        for typed in ["许家沟", "xujiagou", "xjg", "410505"] {
            assert!(text.contains(typed), "{typed} in {text}");
        }
        assert_eq!(pattern(" 100%_\\ "), "%100\\%\\_\\\\%");
    }
}
