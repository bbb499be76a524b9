//! Tables of contents: entries that end in a page number. They repeat the headings and say nothing of their own.

use super::line::{Table, TableRow};

/// True where a line is an entry: dots lead to a page number, or it ends in one below the title of a table of contents.
pub(super) fn is_entry(line: &str, below_title: bool) -> bool {
    let text = line.trim_end();
    let last = text.rsplit([' ', '.', '\u{2026}', '\t']).next().unwrap_or("");
    let leaders = text.contains("....") || text.contains(". . .") || text.contains("……");
    // without leaders, four digits are a year
    is_page(last) && (leaders || (below_title && last.len() <= 3 && !text.contains("____")))
}

fn is_page(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    !word.is_empty()
        && word.len() <= 4
        && (word.bytes().all(|b| b.is_ascii_digit()) || word.bytes().all(|b| b"ivxl".contains(&b)))
}

/// True for the title of a table of contents.
pub(super) fn is_contents_title(text: &str) -> bool {
    let plain = text.trim().trim_end_matches(':').to_lowercase();
    matches!(plain.as_str(), "contents" | "table of contents" | "list of tables" | "list of figures")
}

/// True where most rows of a table end in a page number.
pub(super) fn is_contents_table(table: &Table) -> bool {
    let numeric = |row: &&TableRow| row.cells.iter().rev().flatten().next().is_some_and(|l| is_page(l));
    table.rows.iter().filter(numeric).count() * 3 >= table.rows.len() * 2
}

/// Dots that lead to a page number, as one sign.
pub(super) fn without_leaders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['.', '\u{2026}']) {
        let run = rest[at..].find(|c: char| !matches!(c, '.' | '\u{2026}' | ' ')).unwrap_or(rest.len() - at);
        let dots = rest[at..at + run].chars().filter(|&c| c != ' ').count();
        if dots >= 3 {
            out.push_str(rest[..at].trim_end());
            out.push_str(" … ");
        } else {
            out.push_str(&rest[..at + run]);
        }
        rest = &rest[at + run..];
    }
    out.push_str(rest);
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_told_from_text() {
        assert!(is_entry("3.1 Scope ........ 12", false));
        assert!(is_entry("Foreword iv", true));
        assert!(!is_entry("It ends in the year 2025", true) && !is_entry("within 12", false));
        assert_eq!(without_leaders("3.1 Scope . . . . . . 12"), "3.1 Scope … 12");
        assert_eq!(without_leaders("1. Scope of v2.0 and so on"), "1. Scope of v2.0 and so on");
    }
}
