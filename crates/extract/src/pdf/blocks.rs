//! Lines of all pages to blocks: paragraphs, items, entries of the table of contents, rows.
//!
//! A line goes on with the block before it unless something says otherwise: another size or weight, a wider gap, an
//! indent, a bullet or number, or room that the line's first word would have fitted into. Across columns and pages a block
//! goes on only in mid-sentence.

use super::contents::{is_contents_table, is_contents_title, is_entry, without_leaders};
use super::headings::Body;
use super::hyphen::{Vocabulary, append, is_cut};
use super::joining::{Open, rights};
use super::line::{Line, PageLayout, Part, Table};
use super::marker::MarkerKind;
use capmap_model::Role;

/// A finished block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) shape: Shape,
    pub(super) text: String,
    pub(super) role: Role,
    pub(super) page: u32,
    /// Byte offsets where later pages begin.
    pub(super) page_breaks: Vec<(usize, u32)>,
    pub(super) ocr: bool,
    pub(super) size: f32,
    /// The least of its lines' low weights.
    pub(super) low_weight: f32,
    /// Lines on the page.
    pub(super) lines: usize,
}

/// What a block is.
#[derive(Debug)]
pub(super) enum Shape {
    Paragraph,
    Heading {
        level: u8,
        number: Option<String>,
    },
    Item {
        depth: u8,
        number: Option<String>,
    },
    /// An entry of the table of contents.
    Contents,
    Row {
        table: u32,
        header: bool,
        cells: Vec<String>,
    },
}

/// Builds the blocks of a document.
pub(super) fn build(pages: &[PageLayout], body: &Body) -> Vec<Block> {
    let mut builder = Builder::new(*body, vocabulary(pages));
    for page in pages {
        builder.page(page);
    }
    builder.close();
    builder.out
}

/// Only a document with words cut at line ends needs its words known.
fn vocabulary(pages: &[PageLayout]) -> Vocabulary {
    let mut vocabulary = Vocabulary::default();
    let lines = || {
        pages.iter().flat_map(|p| &p.parts).flat_map(|part| match part {
            Part::Line(line) => vec![line.text.as_str()],
            Part::Table(table) => {
                table.rows.iter().flat_map(|r| &r.cells).flatten().map(String::as_str).collect()
            }
        })
    };
    if lines().any(is_cut) {
        lines().for_each(|line| vocabulary.learn(line));
    }
    vocabulary
}

struct Builder {
    body: Body,
    vocabulary: Vocabulary,
    out: Vec<Block>,
    open: Option<Open>,
    /// Notes and furniture at the end of the page before, until it is known whether a block runs over it.
    tail: Vec<Block>,
    /// Furniture at the top of this page, while the block before it runs on.
    held: Vec<Block>,
    /// A block that broke off in mid-sentence at the end of a column: its place in `out`, and how it ended.
    interrupted: Option<(usize, Open)>,
    /// The place in `out` of the open block, where it has one.
    slot: Option<usize>,
    items: Vec<(f32, MarkerKind)>,
    in_contents: bool,
    tables: u32,
    /// The table that stands directly before.
    last_table: Option<LastTable>,
}

/// What tells whether the next table goes on with this one.
struct LastTable {
    columns: Vec<f32>,
    /// Lines of its first row.
    heading: Option<Vec<String>>,
    number: u32,
}

impl Builder {
    fn new(body: Body, vocabulary: Vocabulary) -> Self {
        Builder {
            body,
            vocabulary,
            out: Vec::new(),
            open: None,
            tail: Vec::new(),
            held: Vec::new(),
            interrupted: None,
            slot: None,
            items: Vec::new(),
            in_contents: false,
            tables: 0,
            last_table: None,
        }
    }

    fn page(&mut self, page: &PageLayout) {
        let rights = rights(&page.parts);
        let (furniture, text): (Vec<usize>, Vec<usize>) =
            (0..page.parts.len()).partition(|&i| role(&page.parts[i]) != Role::Main);
        let of = |wanted: Role| furniture.iter().copied().filter(move |&i| role(&page.parts[i]) == wanted);
        self.held = of(Role::Header).flat_map(|i| self.furniture(&page.parts[i], page.number)).collect();
        for (n, &i) in text.iter().enumerate() {
            match &page.parts[i] {
                Part::Line(line) => self.line(line, rights[i], page.number),
                Part::Table(table) => self.table(table, page.number, n == 0),
            }
        }
        if text.is_empty() {
            self.close();
            self.out.append(&mut self.held);
        }
        let mut notes: Vec<Block> =
            of(Role::Note).flat_map(|i| self.furniture(&page.parts[i], page.number)).collect();
        join_notes(&mut notes, &self.vocabulary);
        notes.extend(of(Role::Footer).flat_map(|i| self.furniture(&page.parts[i], page.number)));
        // a block that began before this page and still runs on has kept its header back
        self.tail.append(&mut self.held);
        self.tail.append(&mut notes);
    }

    fn furniture(&self, part: &Part, page: u32) -> Vec<Block> {
        let block = |text: String, role: Role, ocr: bool| Block {
            shape: Shape::Paragraph,
            text,
            role,
            page,
            page_breaks: Vec::new(),
            ocr,
            size: 0.0,
            low_weight: 0.0,
            lines: 1,
        };
        match part {
            Part::Line(line) => vec![block(line.text.clone(), line.role, line.ocr)],
            Part::Table(table) => {
                let rows = table.rows.iter().map(|r| self.cells(&r.cells).join(" "));
                rows.map(|text| block(text.trim().to_owned(), table.role, table.ocr)).collect()
            }
        }
    }

    fn cells(&self, cells: &[Vec<String>]) -> Vec<String> {
        let joined = cells.iter().map(|lines| {
            let mut text = String::new();
            for line in lines {
                append(&mut text, line, &self.vocabulary);
            }
            text
        });
        joined.collect()
    }

    fn line(&mut self, line: &Line, right: f32, page: u32) {
        let contents = is_entry(&line.text, self.in_contents);
        if !contents && self.open.as_ref().is_some_and(|open| open.takes(line, page, &self.body)) {
            // the notes of the page that the block leaves stand before it, so that pages follow each other in the text
            self.out.append(&mut self.tail);
            self.append(line, right, page);
            return;
        }
        if self.resume(line, page) {
            self.append(line, right, page);
            return;
        }
        let slot = self.slot.is_none().then_some(self.out.len());
        if let (Some(open), Some(slot)) = (&self.open, slot)
            && open.is_interrupted_by(line, page)
        {
            self.interrupted = Some((slot, open.emptied()));
        }
        self.close();
        self.out.append(&mut self.held);
        self.last_table = None;
        self.start(line, right, page, contents);
    }

    /// A sentence that a box beside it broke off goes on: its block, which stands before the box, is opened again.
    fn resume(&mut self, line: &Line, page: u32) -> bool {
        let goes_on = self.interrupted.as_ref().is_some_and(|(_, open)| open.resumes(line, page));
        let Some((slot, mut open)) = self.interrupted.take_if(|_| goes_on) else { return false };
        self.close();
        std::mem::swap(&mut open.block, &mut self.out[slot]);
        (self.open, self.slot) = (Some(open), Some(slot));
        true
    }

    fn append(&mut self, line: &Line, right: f32, page: u32) {
        let Some(open) = &mut self.open else { return };
        let begin = append(&mut open.block.text, &line.text, &self.vocabulary);
        if page != open.block.page_breaks.last().map_or(open.block.page, |b| b.1) {
            open.block.page_breaks.push((begin, page));
        }
        open.pitch = if open.last.column == line.column { line.y - open.last.y } else { open.pitch };
        if line.low_weight > 0.0 {
            open.block.low_weight = open.block.low_weight.min(line.low_weight);
        }
        open.block.lines += 1;
        open.block.ocr |= line.ocr;
        open.text_x = if open.block.lines == 2 { line.x0 } else { open.text_x };
        open.right = right;
        open.last = line.clone();
    }

    fn start(&mut self, line: &Line, right: f32, page: u32, contents: bool) {
        let shape = if contents { Shape::Contents } else { self.shape(line) };
        let text = if contents { without_leaders(&line.text) } else { line.text.clone() };
        let block = Block {
            shape,
            text,
            role: if contents { Role::Contents } else { Role::Main },
            page,
            page_breaks: Vec::new(),
            ocr: line.ocr,
            size: line.size,
            low_weight: line.low_weight,
            lines: 1,
        };
        self.open = Some(Open {
            first_x: line.x0,
            text_x: line.text_x,
            pitch: 0.0,
            right,
            last: line.clone(),
            block,
        });
    }

    fn shape(&mut self, line: &Line) -> Shape {
        let at = line.x0 - line.column[0];
        let Some(found) = line.marker().filter(|m| m.kind != MarkerKind::Named) else {
            // text that stands left of the items' own text ends their list
            self.items.retain(|(x, _)| at > *x + 2.0);
            return Shape::Paragraph;
        };
        while self.items.last().is_some_and(|(x, _)| *x > at + 4.0) {
            self.items.pop();
        }
        let deeper = self.items.last().is_none_or(|(x, kind)| at > *x + 4.0 || nested(*kind, found.kind));
        let known =
            self.items.iter().position(|(x, kind)| (x - at).abs() <= 4.0 && same_kind(*kind, found.kind));
        match known {
            Some(position) => self.items.truncate(position + 1),
            None if deeper => self.items.push((at, found.kind)),
            None => {}
        }
        let depth = self.items.len().saturating_sub(1).min(8) as u8;
        Shape::Item { depth, number: found.number.map(str::to_owned) }
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            let mut block = open.block;
            if is_contents_title(&block.text) {
                self.in_contents = true;
                block.role = Role::Contents;
            } else if block.role != Role::Contents {
                self.in_contents = false;
            }
            match self.slot.take() {
                Some(slot) => self.out[slot] = block,
                None => self.out.push(block),
            }
        }
        self.out.append(&mut self.tail);
    }

    fn table(&mut self, table: &Table, page: u32, first: bool) {
        let columns = table.columns.clone();
        let heading = table.rows.first().map(|r| r.cells.concat());
        // over a page's end a table goes on by its columns; beside itself in the next column, by its repeated header
        let goes_on = |last: &LastTable| alike(&last.columns, &columns) && (first || last.heading == heading);
        let same = self.last_table.as_ref().filter(|last| goes_on(last)).map(|last| last.number);
        self.close();
        self.out.append(&mut self.held);
        let number = same.unwrap_or(self.tables);
        self.tables = self.tables.max(number + 1);
        let contents = self.in_contents && is_contents_table(table);
        for row in &table.rows {
            let mut cells = self.cells(&row.cells);
            if columns.len() > 1
                && cells[1..].iter().all(String::is_empty)
                && !cells[0].is_empty()
                && row.spans
            {
                cells.truncate(1);
            }
            let shape = if contents {
                Shape::Contents
            } else {
                Shape::Row { table: number, header: row.header, cells: cells.clone() }
            };
            self.out.push(Block {
                shape,
                text: if contents { cells.join(" ").trim().to_owned() } else { String::new() },
                role: if contents { Role::Contents } else { Role::Main },
                page,
                page_breaks: Vec::new(),
                ocr: table.ocr,
                size: 0.0,
                low_weight: 0.0,
                lines: 1,
            });
        }
        self.items.clear();
        self.last_table = Some(LastTable { columns, heading, number });
    }
}

/// Lines of one note become one block: a note begins with its number or sign.
fn join_notes(notes: &mut Vec<Block>, vocabulary: &Vocabulary) {
    let mut joined: Vec<Block> = Vec::new();
    for note in notes.drain(..) {
        let begins = note.text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '*' | '†' | '‡'));
        match joined.last_mut().filter(|_| !begins) {
            Some(before) => drop(append(&mut before.text, &note.text, vocabulary)),
            None => joined.push(note),
        }
    }
    *notes = joined;
}

fn role(part: &Part) -> Role {
    match part {
        Part::Line(line) => line.role,
        Part::Table(table) => table.role,
    }
}

fn same_kind(a: MarkerKind, b: MarkerKind) -> bool {
    a == b || matches!((a, b), (MarkerKind::Bullet(_), MarkerKind::Bullet(_)))
}

/// Letters or bullets directly under numbers are a list inside, even at the same indent.
fn nested(outer: MarkerKind, inner: MarkerKind) -> bool {
    matches!(outer, MarkerKind::Decimal | MarkerKind::Clause) && matches!(inner, MarkerKind::Lower)
}

/// Columns that are as wide and as many.
fn alike(a: &[f32], b: &[f32]) -> bool {
    let (Some(left), Some(right)) = (a.first(), b.first()) else { return false };
    a.len() == b.len() && a.iter().zip(b).all(|(x, y)| ((x - left) - (y - right)).abs() < 4.0)
}
