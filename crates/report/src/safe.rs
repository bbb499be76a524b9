//! Words of documents made harmless for where they go: a page, a terminal, a spreadsheet. The exact words stay in the JSON.

use std::borrow::Cow;

/// Without control characters and characters that turn or hide text; line breaks and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !unseen(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !unseen(*c)).collect())
}

/// The same on one line, white space runs as one space.
pub(crate) fn line(text: &str) -> String {
    let visible = visible(text);
    let mut out = String::with_capacity(visible.len());
    for word in visible.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Words before a quote, as shown: whole words on one line, with the space that parts them from the quote.
pub(crate) fn lead(before: &str, full: usize) -> String {
    let cut = before.chars().count() >= full;
    let shown = match before.split_once(char::is_whitespace) {
        Some((_, rest)) if cut => format!("… {}", line(rest)),
        _ => line(before),
    };
    if before.ends_with(char::is_whitespace) { shown + " " } else { shown }
}

/// The same for the words after it.
pub(crate) fn trail(after: &str, full: usize) -> String {
    let cut = after.chars().count() >= full;
    let shown = match after.rsplit_once(char::is_whitespace) {
        Some((rest, _)) if cut => format!("{} …", line(rest)),
        _ => line(after),
    };
    if after.starts_with(char::is_whitespace) { format!(" {shown}") } else { shown }
}

/// Cut to `most` characters, with `…` where something is missing.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn unseen(c: char) -> bool {
    let kept = matches!(c, '\n' | '\t');
    let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}');
    let no_character = matches!(c, '\u{fffe}' | '\u{ffff}');
    (c.is_control() && !kept) || turns || no_character
}

/// A cell of a CSV file on one line, which no spreadsheet takes for a formula: an apostrophe stands before what would start
/// one, also where another separator than the comma would split the cell.
pub(crate) fn inert(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len() + 1);
    let mut at_start = true;
    for c in text.chars() {
        if at_start && starts_formula(c) {
            out.push('\'');
        }
        at_start = c == ';' || (at_start && c == ' ');
        out.push(c);
    }
    out
}

fn starts_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠' | '−')
}

/// JSON whose strings hold nothing that a terminal obeys. It stands for the same values: outside of strings JSON has no such
/// characters, and inside they may be written as `\u....`.
pub(crate) fn json(text: &str) -> String {
    if text.chars().all(|c| !unseen(c)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if unseen(c) {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_or_a_reader_does_not_see_goes() {
        assert_eq!(visible("a\x1b[31m\u{9b}2J\u{202e}b\u{7f}\nc"), "a[31m2Jb\nc");
        assert_eq!(line(" a\r\n b\tc\u{a0}d "), "a b c d");
    }

    #[test]
    fn no_cell_starts_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("\t=1", "'=1"),
            ("\u{202e}@x", "'@x"),
            ("＝1", "'＝1"),
            ("a;=1", "a;'=1"),
            ("- an item", "'- an item"),
            ("a - b", "a - b"),
            ("a; - b", "a; '- b"),
        ] {
            assert_eq!(inert(text), cell);
        }
    }

    #[test]
    fn json_keeps_its_value() {
        let text = serde_json::to_string("a\u{9b}\u{202e}\u{7f}é").unwrap();
        let safe = json(&text);
        assert_eq!(safe, "\"a\\u009b\\u202e\\u007fé\"");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), "a\u{9b}\u{202e}\u{7f}é");
    }

    #[test]
    fn surroundings_are_whole_words() {
        assert_eq!(lead("orecast of cost\n", 16), "… of cost ");
        assert_eq!(lead("3 Services ", 64), "3 Services ");
        assert_eq!(trail("; variance is expl", 18), "; variance is …");
        assert_eq!(trail("\n\nNext", 64), " Next");
    }

    #[test]
    fn cutting_counts_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöü", 2), "ä…");
    }
}
