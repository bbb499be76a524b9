//! Text in columns: cleaned of what a terminal would obey, measured in columns, cut and wrapped.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of every table.
pub const COLUMNS: usize = 80;

/// A document's words as one harmless line: white space becomes a space; control characters, escape sequences' first
/// bytes and characters that turn the direction of text are left out.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ if c.is_control() || turns_text(c) => {}
            _ => out.push(c),
        }
    }
    out
}

fn turns_text(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

/// Columns that the text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Cut to at most `columns`, with `…` where something is missing at the end.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = take(text.chars(), columns.saturating_sub(1));
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Cut to at most `columns`, with `…` where something is missing at the start.
pub fn cut_start(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let kept: String = take(text.chars().rev(), columns.saturating_sub(1)).chars().rev().collect();
    format!("…{kept}")
}

fn take(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= columns
    };
    chars.take_while(fits).collect()
}

/// Filled up with spaces to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Lines of at most `columns - indent`, broken between words (longer words are broken anywhere), each indented.
pub fn wrap(text: &str, indent: usize, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(indent).max(1);
    let mut lines = vec![String::new()];
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        push_word(&mut lines, word, room);
    }
    lines.into_iter().filter(|l| !l.is_empty()).map(|l| format!("{}{l}", " ".repeat(indent))).collect()
}

fn push_word(lines: &mut Vec<String>, mut word: &str, room: usize) {
    let Some(line) = lines.last_mut() else { return };
    if !line.is_empty() && width(line) + 1 + width(word) <= room {
        line.push(' ');
        line.push_str(word);
        return;
    }
    while width(word) > room {
        let head = take(word.chars(), room);
        if head.is_empty() {
            break;
        }
        word = &word[head.len()..];
        lines.push(head);
    }
    lines.push(word.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_comes_through() {
        assert_eq!(clean("a\x1b[31mred\x07\r\n\tb\u{202e}c\u{9b}2J"), "a[31mred bc2J");
    }

    #[test]
    fn cutting_counts_columns_not_characters() {
        assert_eq!(cut("平均費用の予測", 7), "平均費…");
        assert_eq!(cut_start("applicants/pellworth/sow.pdf", 12), "…rth/sow.pdf");
        assert_eq!(cut("short", 5), "short");
        assert_eq!(pad("費", 4), "費  ");
    }

    #[test]
    fn wrapped_lines_keep_every_word_and_fit() {
        let text = "one two three averyveryverylongword four";
        let lines = wrap(text, 2, 12);
        assert!(lines.iter().all(|l| width(l) <= 12), "{lines:?}");
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
    }
}
