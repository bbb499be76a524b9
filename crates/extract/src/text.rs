//! Plain text: paragraphs by empty lines, headings by clause number, capitals or underline, lists by their signs.

use crate::assemble::{Raw, RawKind, Reading};
use crate::charset;
use crate::structure::{bullet, clause_number, is_capitals, is_roman, is_title, item_number};
use crate::{Limits, Options};
use capmap_model::Failure;

/// Reads plain text. A form feed begins a new page.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let decoded = charset::decode(bytes, options.charset.as_deref(), false);
    let limit = options.limits.output_bytes;
    Limits::check(decoded.text.len() as u64, limit, "output_bytes", "the text's size in bytes")?;
    let mut reading = of_text(&decoded.text);
    reading.notes.extend(decoded.note);
    Ok(reading)
}

/// Reads text that is already decoded.
pub(crate) fn of_text(text: &str) -> Reading {
    let mut reading = Reading::default();
    let paged = text.trim_end_matches('\u{c}').contains('\u{c}');
    for (number, page) in (1u32..).zip(text.trim_end_matches('\u{c}').split('\u{c}')) {
        let mut reader =
            Lines { page: paged.then_some(number), table: next_table(&reading.raw), ..Lines::default() };
        for line in page.lines() {
            reader.line(line);
        }
        reader.flush();
        reading.raw.append(&mut reader.raw);
        reading.pages = if paged { number } else { 0 };
    }
    reading
}

fn next_table(raw: &[Raw]) -> u32 {
    let tables = raw.iter().filter_map(|r| match r.kind {
        RawKind::Row { table, .. } => Some(table + 1),
        _ => None,
    });
    tables.max().unwrap_or(0)
}

/// The block that lines are being added to.
#[derive(Default)]
enum Open {
    #[default]
    None,
    Paragraph(Vec<String>),
    Item {
        depth: u8,
        number: Option<String>,
        lines: Vec<String>,
    },
    Table(Vec<String>),
}

#[derive(Default)]
struct Lines {
    raw: Vec<Raw>,
    open: Open,
    /// Indents of the lists that are open, outermost first.
    indents: Vec<usize>,
    page: Option<u32>,
    table: u32,
}

impl Lines {
    fn line(&mut self, line: &str) {
        let line = line.trim_end();
        let words = line.trim_start();
        if words.is_empty() {
            self.flush();
        } else if is_rule(words) {
            self.underline(words);
        } else if let Some((depth, number)) = self.item(line) {
            self.flush();
            self.open = Open::Item { depth, number, lines: vec![tidy_bullet(words)] };
        } else if let Some((level, number)) = self.heading(words) {
            self.flush();
            self.push(RawKind::Heading { level, number }, words.to_owned());
        } else {
            self.go_on(line);
        }
    }

    /// A line of signs below one line of words makes them a heading.
    fn underline(&mut self, rule: &str) {
        match std::mem::take(&mut self.open) {
            Open::Paragraph(lines) if lines.len() == 1 && !rule.starts_with('|') => {
                let level = if rule.starts_with('=') { 1 } else { 2 };
                let number = clause_number(&lines[0]).map(|(n, _)| n.to_owned());
                self.push(RawKind::Heading { level, number }, lines.concat());
            }
            other => {
                self.open = other;
                self.flush();
            }
        }
    }

    /// Depth and number of a list item that begins on `line`.
    fn item(&mut self, line: &str) -> Option<(u8, Option<String>)> {
        let number = match (bullet(line), item_number(line)) {
            (Some(_), _) => None,
            (None, Some((number, rest))) if !looks_like_title(line.trim_start(), rest) => {
                Some(number.to_owned())
            }
            _ => return None,
        };
        let indent = line.len() - line.trim_start().len();
        self.indents.retain(|&i| i <= indent);
        if self.indents.last() != Some(&indent) {
            self.indents.push(indent);
        }
        let depth = u8::try_from(self.indents.len() - 1).unwrap_or(u8::MAX);
        Some((depth, number))
    }

    fn heading(&self, line: &str) -> Option<(u8, Option<String>)> {
        if let Some((number, rest)) = clause_number(line) {
            let named = !line.starts_with(number);
            if is_title(rest) || (named && rest.is_empty()) {
                let level = number.matches('.').count() + 1;
                return Some((u8::try_from(level).unwrap_or(9), Some(number.to_owned())));
            }
        }
        let alone = matches!(self.open, Open::None);
        (alone && is_capitals(line)).then_some((1, None))
    }

    fn go_on(&mut self, line: &str) {
        let row = has_columns(line);
        match &mut self.open {
            Open::Table(lines) if row => lines.push(line.to_owned()),
            Open::Paragraph(lines) | Open::Item { lines, .. } if !row => {
                lines.push(line.trim_start().to_owned())
            }
            _ => {
                self.flush();
                self.open = if row {
                    Open::Table(vec![line.to_owned()])
                } else {
                    self.indents.clear();
                    Open::Paragraph(vec![line.trim_start().to_owned()])
                };
            }
        }
    }

    fn flush(&mut self) {
        match std::mem::take(&mut self.open) {
            Open::None => {}
            Open::Paragraph(lines) => self.push(RawKind::Paragraph, lines.join(" ")),
            Open::Item { depth, number, lines } => {
                self.push(RawKind::Item { depth, number }, lines.join(" "))
            }
            // One line with wide gaps is no table.
            Open::Table(lines) if lines.len() < 2 => self.push(RawKind::Paragraph, lines.concat()),
            Open::Table(lines) => {
                for line in &lines {
                    let cells = columns(line).into_iter().map(str::to_owned).collect();
                    self.push(RawKind::Row { table: self.table, header: false, cells }, String::new());
                }
                self.table += 1;
            }
        }
    }

    fn push(&mut self, kind: RawKind, text: String) {
        self.raw.push(Raw { page: self.page, ..Raw::new(kind, text) });
    }
}

/// Signs only: `-----`, `=====`, `+---+---+`.
fn is_rule(words: &str) -> bool {
    words.len() >= 3
        && words.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '+' | '|' | ' ' | '#'))
}

fn tidy_bullet(words: &str) -> String {
    bullet(words).map_or_else(|| words.to_owned(), |rest| format!("• {rest}"))
}

/// `3. Services` is a heading, `3. send the report by Friday` is an item.
fn looks_like_title(line: &str, rest: &str) -> bool {
    let letter =
        item_number(line).is_some_and(|(n, _)| n.bytes().all(|b| b.is_ascii_lowercase()) && !is_roman(n));
    !letter && clause_number(line).is_some() && is_title(rest) && rest.split_whitespace().count() <= 6
}

fn has_columns(line: &str) -> bool {
    columns(line).len() >= 2
}

/// Cells divided by tabs, bars, or three and more spaces.
fn columns(line: &str) -> Vec<&str> {
    let line = line.trim();
    if line.starts_with('|') && line.ends_with('|') && line.len() > 2 {
        return line.trim_matches('|').split('|').map(str::trim).collect();
    }
    if line.contains('\t') {
        return line.split('\t').map(str::trim).collect();
    }
    line.split("   ").map(str::trim).filter(|c| !c.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let name = |r: &Raw| match &r.kind {
            RawKind::Heading { level, number } => {
                format!("h{level} {} | {}", number.as_deref().unwrap_or("-"), r.text)
            }
            RawKind::Paragraph => format!("p | {}", r.text),
            RawKind::Item { depth, number } => {
                format!("i{depth} {} | {}", number.as_deref().unwrap_or("-"), r.text)
            }
            RawKind::Row { cells, .. } => format!("r | {}", cells.join("/")),
        };
        of_text(text).raw.iter().map(name).collect()
    }

    #[test]
    fn structure_of_a_plain_contract() {
        let text = "STATEMENT OF WORK\n\n3. Services\n\n3.4.1 Exclusions\nThe supplier shall not\nreclaim seats.\n\n\
            Included are:\n- tagging\n  by team\n   * and by product\n- alerts\n1) send the weekly note\n\n\
            Task          Due\nForecast      week 6\n\nAnnex\n-----\nEnd.";
        assert_eq!(
            kinds(text),
            [
                "h1 - | STATEMENT OF WORK",
                "h1 3 | 3. Services",
                "h3 3.4.1 | 3.4.1 Exclusions",
                "p | The supplier shall not reclaim seats.",
                "p | Included are:",
                "i0 - | • tagging by team",
                "i1 - | • and by product",
                "i0 - | • alerts",
                "i0 1 | 1) send the weekly note",
                "r | Task/Due",
                "r | Forecast/week 6",
                "h2 - | Annex",
                "p | End.",
            ]
        );
    }

    #[test]
    fn form_feeds_are_pages() {
        let reading = of_text("one\u{c}two\u{c}");
        assert_eq!((reading.pages, reading.raw.len(), reading.raw[1].page), (2, 2, Some(2)));
    }
}
