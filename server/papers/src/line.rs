//! Breaks texts into lines: between Chinese characters, between words, and never before or after punctuation that
//! may not stand there.

/// May not begin a line.
const CLOSING: &str = "，。、；：？！）〕】》」』”’…—％,.;:?!)]}%";
/// May not end a line.
const OPENING: &str = "（〔【《「『“‘([{";

/// A line of a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// Ends with a space where it was broken at one, so that words do not run together when they are read.
    pub(crate) text: String,
    /// In ems, without that space.
    pub(crate) width: f32,
    /// Whether the paragraph ends with it.
    pub(crate) is_last: bool,
}

/// What is not broken within a line: a character with the punctuation that clings to it, or a word.
fn pieces(text: &str) -> Vec<String> {
    // Codes such as YD-NY-001 are words.
    let is_word = |each: char| each.is_alphanumeric() && u32::from(each) < 0x2e80 || "-_./".contains(each);
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for each in text.chars() {
        let clings = before.is_some_and(|before| {
            let is_one_word = is_word(before) && is_word(each);
            is_one_word || CLOSING.contains(each) && before != ' ' || OPENING.contains(before)
        });
        match pieces.last_mut().filter(|_| clings) {
            Some(piece) => piece.push(each),
            None => pieces.push(each.to_string()),
        }
        before = Some(each);
    }
    pieces
}

/// Breaks a text into lines that are at most so wide, the first one less by an indent; all in ems.
pub(crate) fn break_lines(text: &str, most: f32, indent: f32, advance: &dyn Fn(char) -> f32) -> Vec<Line> {
    let wide = |text: &str| text.chars().map(advance).sum::<f32>();
    let mut lines: Vec<Line> = Vec::new();
    let (mut line, mut width) = (String::new(), 0.0_f32);
    let mut room = most - indent;
    let end = |line: &mut String, width: &mut f32, room: &mut f32, lines: &mut Vec<Line>| {
        let whole = std::mem::take(line);
        let text = whole.trim_end();
        let width_of_line = wide(text);
        let text = if text.len() < whole.len() { format!("{text} ") } else { text.to_owned() };
        lines.push(Line { width: width_of_line, text, is_last: false });
        (*width, *room) = (0.0, most);
    };
    for piece in pieces(text.trim()) {
        let piece_width = wide(&piece);
        if width > 0.0 && width + piece_width > room + 0.001 {
            end(&mut line, &mut width, &mut room, &mut lines);
        }
        if width == 0.0 && piece.trim().is_empty() {
            continue;
        }
        if piece_width <= room {
            line.push_str(&piece);
            width += piece_width;
            continue;
        }
        // Wider than a whole line: broken anywhere.
        for each in piece.chars() {
            if width > 0.0 && width + advance(each) > room {
                end(&mut line, &mut width, &mut room, &mut lines);
            }
            line.push(each);
            width += advance(each);
        }
    }
    end(&mut line, &mut width, &mut room, &mut lines);
    if let Some(last) = lines.last_mut() {
        last.is_last = true;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advance(each: char) -> f32 {
        if each.is_ascii() { 0.5 } else { 1.0 }
    }

    fn broken(text: &str, most: f32) -> Vec<String> {
        break_lines(text, most, 0.0, &advance).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn chinese_breaks_anywhere_but_at_punctuation() {
        assert_eq!(broken("行政许可事项", 4.0), ["行政许可", "事项"]);
        assert_eq!(broken("行政许可，事项", 4.0), ["行政许", "可，事项"]);
        assert_eq!(broken("行政许（事项）", 4.0), ["行政许", "（事项）"]);
        assert_eq!(broken("", 4.0), [""]);
    }

    #[test]
    fn words_stay_whole_where_they_can() {
        assert_eq!(broken("one two three", 4.0), ["one two ", "three"]);
        assert_eq!(broken("ABCDEFGHIJKLMNOP", 4.0), ["ABCDEFGH", "IJKLMNOP"]);
        assert_eq!(broken("第120号", 2.0), ["第", "120", "号"]);
        assert_eq!(broken("编码YD-NY-001", 5.0), ["编码", "YD-NY-001"]);
    }

    #[test]
    fn the_first_line_is_indented_and_the_last_one_known() {
        let lines = break_lines("一二三四五六", 4.0, 2.0, &advance);
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["一二", "三四五六"]);
        assert!(!lines[0].is_last && lines[1].is_last);
    }

    #[test]
    fn nothing_is_lost() {
        let text = "《中华人民共和国土地管理法》第六十二条（2019年修正）、the Land Administration Law, art. 62；其他。";
        for most in [1.0, 3.0, 7.5, 12.0, 100.0] {
            let joined: String = broken(text, most).concat();
            let bare = |text: &str| text.chars().filter(|each| !each.is_whitespace()).collect::<String>();
            assert_eq!(bare(&joined), bare(text));
        }
    }
}
