//! One paragraph: its properties while it is read, and what kind of block it becomes.

use super::numbering::{Mark, Numbering};
use super::styles::Styles;
use crate::assemble::{Raw, RawKind};
use crate::structure::{clause_number, item_number, pseudo_heading, run_in_heading};
use capmap_model::Role;

/// A paragraph that is open.
#[derive(Debug, Clone, Default)]
pub(super) struct Paragraph {
    pub style: String,
    pub num_id: Option<i64>,
    pub num_level: Option<u8>,
    pub outline: Option<u8>,
    /// Left indent in twips.
    pub indent: Option<i64>,
    pub text: String,
    /// Bytes of `text` that are bold.
    pub bold: usize,
    /// Has a fill of its own, on which light text can be read.
    pub shaded: bool,
    /// Inside a table of contents.
    pub contents: bool,
    /// A section's end or a page break says nothing; a mark that is deleted joins this paragraph to the next.
    pub joined: bool,
}

/// Longest text, in bytes, that is still a heading: legal clauses are often set in heading styles.
const LONGEST_HEADING: usize = 200;

impl Paragraph {
    /// The block that this paragraph is, with its number in front; none where it has no words.
    pub(super) fn finish(mut self, styles: &Styles, numbering: &mut Numbering, role: Role) -> Option<Raw> {
        self.text = self.text.trim().to_owned();
        if self.text.is_empty() {
            return None;
        }
        let names_contents = matches!(self.text.to_lowercase().as_str(), "table of contents" | "contents");
        let contents = self.contents || names_contents || styles.is_contents(&self.style);
        let role = if contents && role == Role::Main { Role::Contents } else { role };
        let (mark, depth) = self.mark(styles, numbering);
        let full = match &mark {
            Some(Mark::Bullet) => format!("• {}", self.text),
            Some(Mark::Number(number)) => format!("{number} {}", self.text),
            None => self.text.clone(),
        };
        let kind = if role == Role::Main {
            self.kind(styles, &full, mark.as_ref(), depth)
        } else {
            plain(mark, depth)
        };
        Some(Raw::new(kind, full).with_role(role))
    }

    /// How far in the paragraph stands, in twips; a level that states nothing counts half an inch.
    pub(super) fn indent(&self, styles: &Styles, numbering: &Numbering) -> i64 {
        let (list, level) = self.list(styles, numbering);
        let of_level = list.and_then(|id| numbering.indent(id, usize::from(level)));
        self.indent.or(of_level).unwrap_or(i64::from(level) * 720)
    }

    /// The mark and level that the paragraph, or else its style, asks for.
    fn mark(&self, styles: &Styles, numbering: &mut Numbering) -> (Option<Mark>, u8) {
        let (list, level) = self.list(styles, numbering);
        (list.and_then(|list| numbering.next(list, usize::from(level))), level)
    }

    /// List and level, of the paragraph or its style.
    fn list(&self, styles: &Styles, numbering: &Numbering) -> (Option<i64>, u8) {
        let (style_list, style_level) = styles.numbering(&self.style);
        let Some(list) = self.num_id.or(style_list).filter(|&id| id != 0) else { return (None, 0) };
        let by_style = || numbering.level_of_style(list, &styles.ids(&self.style));
        let own_level = self.num_level.filter(|_| self.num_id.is_some());
        let level = own_level.or_else(by_style).or(self.num_level).or(style_level).unwrap_or(0);
        (Some(list), level)
    }

    fn kind(&self, styles: &Styles, full: &str, mark: Option<&Mark>, depth: u8) -> RawKind {
        let outline = self.outline.or_else(|| styles.outline(&self.style)).filter(|&l| l < 9);
        let title = styles.is_title(&self.style).then_some(0);
        let is_bullet = mark == Some(&Mark::Bullet);
        if let Some(level) = outline.or(title).filter(|_| full.len() <= LONGEST_HEADING && !is_bullet) {
            let number = clause_number(full).map(|(n, _)| n.to_owned()).or_else(|| number_of(mark));
            return RawKind::Heading { level: level + 1, number };
        }
        let all_bold = styles.bold(&self.style) || self.bold * 10 >= self.text.len() * 9;
        if let Some((level, number)) = pseudo_heading(full, all_bold).filter(|_| !is_bullet) {
            return RawKind::Heading { level, number };
        }
        match (mark, item_number(full), crate::structure::bullet(full)) {
            (Some(_), ..) => plain(mark.cloned(), depth),
            // Numbers and bullets that somebody typed.
            (None, Some((number, _)), _) => RawKind::Item { depth: 0, number: Some(number.to_owned()) },
            (None, None, Some(_)) if !full.starts_with(['-', '–', '—', '>']) => {
                RawKind::Item { depth: 0, number: None }
            }
            _ => RawKind::Paragraph,
        }
    }
}

fn number_of(mark: Option<&Mark>) -> Option<String> {
    match mark {
        Some(Mark::Number(number)) => Some(bare(number)),
        _ => None,
    }
}

/// `(a)` without its brackets, `3.2.` without its last point.
fn bare(number: &str) -> String {
    number.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

fn plain(mark: Option<Mark>, depth: u8) -> RawKind {
    match mark {
        Some(Mark::Bullet) => RawKind::Item { depth, number: None },
        Some(Mark::Number(number)) => RawKind::Item { depth, number: Some(bare(&number)) },
        None => RawKind::Paragraph,
    }
}

/// Depth of list items by how far in they stand: bullets below a numbered item belong to it, though Word keeps them in a
/// list of their own.
#[derive(Debug, Default)]
pub(super) struct Indents {
    open: Vec<i64>,
}

impl Indents {
    /// Sets the depth of an item; any other block but a row ends the list.
    pub(super) fn nest(&mut self, raw: &mut Raw, indent: i64) {
        match &mut raw.kind {
            RawKind::Item { depth, .. } => {
                self.open.retain(|&outer| outer < indent);
                self.open.push(indent);
                *depth = u8::try_from(self.open.len() - 1).unwrap_or(u8::MAX);
            }
            RawKind::Paragraph => {}
            _ => self.open.clear(),
        }
    }
}

/// Splits a heading off the paragraph that it begins.
pub(super) fn split_run_in(raw: Raw) -> Vec<Raw> {
    let splits = matches!(raw.kind, RawKind::Paragraph | RawKind::Item { .. }) && raw.role == Role::Main;
    let Some(at) = run_in_heading(&raw.text).filter(|_| splits) else { return vec![raw] };
    let (head, rest) = raw.text.split_at(at);
    let number = clause_number(head).map(|(n, _)| n.to_owned());
    let dots = number.as_deref().map_or(0, |n| n.trim_end_matches(".0").matches('.').count());
    let kind = RawKind::Heading { level: u8::try_from(dots + 1).unwrap_or(9), number };
    vec![Raw::new(kind, head), Raw::new(RawKind::Paragraph, rest)]
}
