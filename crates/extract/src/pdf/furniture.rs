//! Page furniture: what repeats at the top or bottom of pages. It stays in the text, in a role of its own.

use super::line::{Line, PageLayout, Part, Table};
use capmap_model::Role;
use std::collections::HashMap;

/// Furniture stands within this share of the page's height from its edge.
const MARGIN: f32 = 0.15;
/// Lines looked at on each edge.
const LINES: usize = 6;
/// Notes are set smaller than this part of the body's size.
const SMALL: f32 = 0.93;
/// Repeats stand within this many points of each other.
const LEVEL: f32 = 14.0;

/// Gives repeated lines at the edges of pages their role.
pub(super) fn mark(pages: &mut [PageLayout]) {
    let mut seen: HashMap<(String, bool), Vec<f32>> = HashMap::new();
    for page in pages.iter() {
        for (at, bottom) in edge_parts(page) {
            let (key, y) = key_of(&page.parts[at]);
            seen.entry((key, bottom)).or_default().push(y);
        }
    }
    let count = pages.len();
    for page in pages {
        for (at, bottom) in edge_parts(page) {
            let (key, y) = key_of(&page.parts[at]);
            let bare = is_page_number(&key);
            let places = seen.get(&(key, bottom));
            let level = places.map_or(0, |ys| ys.iter().filter(|&&other| (other - y).abs() <= LEVEL).count());
            let needed = if bare { 1 } else { needed(count) };
            if level >= needed && count > 1 || artifact(&page.parts[at]) {
                set_role(&mut page.parts[at], bottom);
            }
        }
    }
}

/// The raised mark of a note, which stands as a line of its own before the note's words, goes in front of them: alone it
/// would pass for a page number, and the note for text.
pub(super) fn join_marks(pages: &mut [PageLayout]) {
    for page in pages {
        let foot = page.height * 0.6;
        let joined = |pair: &[Part]| match pair {
            [Part::Line(mark), Part::Line(note)] if mark.y > foot => is_mark_of(mark, note),
            _ => false,
        };
        for at in (0..page.parts.len().saturating_sub(1)).rev() {
            if !joined(&page.parts[at..at + 2]) {
                continue;
            }
            if let (Part::Line(mark), Some(Part::Line(note))) =
                (page.parts.remove(at), page.parts.get_mut(at))
            {
                note.text = format!("{} {}", mark.text, note.text);
                note.x0 = mark.x0;
            }
        }
    }
}

fn is_mark_of(mark: &Line, note: &Line) -> bool {
    let number = (1..=3).contains(&mark.text.len()) && mark.text.bytes().all(|b| b.is_ascii_digit());
    let raised = mark.size < note.size * 0.85 && (0.0..note.size).contains(&(note.y - mark.y));
    number && raised && (0.0..note.size).contains(&(note.x0 - mark.x1))
}

/// Small lines at the foot of a column, from one that begins with a number or sign, are its notes.
pub(super) fn mark_notes(pages: &mut [PageLayout], body_size: f32) {
    for page in pages {
        let small = |part: &Part| match part {
            Part::Line(line) if line.role == Role::Main && line.size < body_size * SMALL => Some(line.y),
            _ => None,
        };
        let mut at = 0;
        while at < page.parts.len() {
            let end = at + foot(&page.parts[at..], page.height * 0.4, small);
            for part in &mut page.parts[at..end] {
                if let Part::Line(line) = part {
                    line.role = Role::Note;
                }
            }
            at = end.max(at + 1);
        }
    }
}

/// How many of the first parts are notes at the foot of their column: nothing of another kind stands below them.
fn foot(parts: &[Part], below: f32, small: impl Fn(&Part) -> Option<f32>) -> usize {
    let starts = matches!(parts.first(), Some(Part::Line(line)) if line.y > below && begins_note(&line.text));
    if !starts {
        return 0;
    }
    let mut last = 0.0;
    for (count, part) in parts.iter().enumerate() {
        match small(part) {
            Some(y) if y >= last => last = y,
            _ => {
                let below = matches!(part, Part::Line(line) if line.role == Role::Main && line.y > last);
                let table = matches!(part, Part::Table(table) if table.area[1] > last);
                return if below || table { 0 } else { count };
            }
        }
    }
    parts.len()
}

fn begins_note(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].trim_start();
    let numbered = (1..=3).contains(&digits)
        && rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '“' | '"' | '['));
    numbered || text.starts_with(['*', '†', '‡'])
}

/// On how many pages a text must stand to be furniture.
fn needed(pages: usize) -> usize {
    match pages {
        0..=5 => 2,
        6..=12 => 3,
        n => (n / 6).clamp(3, 6),
    }
}

/// Parts near the upper and lower edge, nearest first; true for the lower edge.
fn edge_parts(page: &PageLayout) -> Vec<(usize, bool)> {
    let (upper, lower) = (page.height * MARGIN, page.height * (1.0 - MARGIN));
    let mut near: Vec<(usize, f32)> = page.parts.iter().enumerate().map(|(i, p)| (i, middle(p))).collect();
    near.sort_by(|a, b| a.1.total_cmp(&b.1));
    let top = near.iter().take_while(|n| n.1 < upper).take(LINES).map(|n| (n.0, false));
    let bottom = near.iter().rev().take_while(|n| n.1 > lower).take(LINES).map(|n| (n.0, true));
    top.chain(bottom).collect()
}

fn middle(part: &Part) -> f32 {
    match part {
        Part::Line(line) => line.y,
        Part::Table(table) => (table.area[1] + table.area[3]) / 2.0,
    }
}

fn artifact(part: &Part) -> bool {
    matches!(part, Part::Line(Line { artifact: true, .. }))
}

fn set_role(part: &mut Part, bottom: bool) {
    let new = if bottom { Role::Footer } else { Role::Header };
    match part {
        Part::Line(line) => line.role = new,
        Part::Table(table) => table.role = new,
    }
}

/// A part's text with every number replaced, and its height on the page.
fn key_of(part: &Part) -> (String, f32) {
    match part {
        Part::Line(line) => (folded(&line.text), line.y),
        Part::Table(table) => (folded(&table_text(table)), table.area[1]),
    }
}

fn table_text(table: &Table) -> String {
    let cells = table.rows.iter().flat_map(|r| &r.cells).flatten();
    cells.map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_digit() {
            if !out.ends_with('#') {
                out.push('#');
            }
        } else if !c.is_whitespace() {
            out.extend(c.to_lowercase());
        }
    }
    if !out.is_empty() && out.len() <= 5 && out.chars().all(|c| "ivxl".contains(c)) {
        "#".to_owned()
    } else {
        out
    }
}

/// `#`, `page#`, `page#of#`, `-#-`, `#|page`, `#/#`.
fn is_page_number(key: &str) -> bool {
    let bare: String = key.chars().filter(|c| c.is_alphanumeric() || *c == '#').collect();
    matches!(bare.as_str(), "#" | "page#" | "page#of#" | "#of#" | "##" | "#page" | "p#" | "pg#")
}
