//! The walk over a part with text: the body, a header, the notes.
//!
//! Elements that are not known are looked into, so that no wrapper hides its text; only those that hold no text of the
//! final view (deletions, field codes, fallbacks of what was read already) are passed over.

use super::fields::Fields;
use super::numbering::{Numbering, indent_of};
use super::paragraph::{Indents, Paragraph, split_run_in};
use super::run::{Run, is_fill, symbol};
use super::styles::Styles;
use crate::assemble::{Raw, Reading};
use crate::cells::Table;
use crate::xml::{Element, Token, Xml};
use capmap_model::{Failure, Hidden, HiddenWhy, Role};

/// Elements without text of the final view.
const PASSED_OVER: [&str; 8] =
    ["del", "moveFrom", "instrText", "delInstrText", "delText", "Fallback", "sdtPr", "sdtEndPr"];

/// Reads parts one after the other.
pub(super) struct Body<'a> {
    styles: &'a Styles,
    numbering: Numbering,
    reading: Reading,
    role: Role,
    /// Open paragraphs: one, or more where a text box stands in a paragraph.
    paragraphs: Vec<Paragraph>,
    /// Blocks of text boxes, which follow the paragraph that they are anchored in.
    anchored: Vec<Raw>,
    tables: Vec<OpenTable>,
    table_count: u32,
    runs: Vec<Run>,
    fields: Fields,
    /// How deep inside an element that is passed over.
    passing: u32,
    in_text: bool,
    in_paragraph_properties: u32,
    /// Where ruby text began in the open paragraph.
    ruby: Option<usize>,
    ruby_text: String,
    in_separator: bool,
    /// Text of a paragraph whose mark is deleted: it goes on in the next.
    carried: String,
    indents: Indents,
    deletions: u32,
    insertions: u32,
}

/// A table, and how many paragraphs were open around it.
struct OpenTable {
    table: Table,
    paragraphs: usize,
    in_row_properties: bool,
    in_cell_properties: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(styles: &'a Styles, numbering: Numbering) -> Body<'a> {
        Body {
            styles,
            numbering,
            reading: Reading::default(),
            role: Role::Main,
            paragraphs: Vec::new(),
            anchored: Vec::new(),
            tables: Vec::new(),
            table_count: 0,
            runs: Vec::new(),
            fields: Fields::default(),
            passing: 0,
            in_text: false,
            in_paragraph_properties: 0,
            ruby: None,
            ruby_text: String::new(),
            in_separator: false,
            carried: String::new(),
            indents: Indents::default(),
            deletions: 0,
            insertions: 0,
        }
    }

    /// Reads one part, all of it in `role`.
    pub(super) fn read(&mut self, mut xml: Xml<'_>, role: Role) -> Result<(), Failure> {
        self.role = role;
        while let Some(token) = xml.next()? {
            match token {
                Token::Open(e) => self.open(&e),
                Token::Close(name) => self.close(&name),
                Token::Text(text) => self.text(&text),
            }
        }
        while !self.paragraphs.is_empty() {
            self.end_paragraph();
        }
        while !self.tables.is_empty() {
            self.end_table();
        }
        self.fields = Fields::default();
        self.passing = 0;
        Ok(())
    }

    /// What was read.
    pub(super) fn finish(mut self) -> Reading {
        let mut note = |count: u32, what: &str, fate: &str| {
            let plural = if count == 1 { "" } else { "s" };
            if count > 0 {
                self.reading.notes.push(format!("{count} tracked {what}{plural} {fate}"));
            }
        };
        note(self.deletions, "deletion", "left out");
        note(self.insertions, "insertion", "kept");
        self.reading
    }

    fn open(&mut self, e: &Element<'_>) {
        let name = e.name.as_str();
        if self.passing > 0 {
            self.passing += 1;
            if name == "instrText" || self.fields.in_code() {
                self.in_text = name == "instrText";
            }
            return;
        }
        if name.ends_with("Change") {
            // How it was before a tracked change of format.
            self.passing = 1;
            return;
        }
        if self.open_property(e) {
            return;
        }
        if PASSED_OVER.contains(&name) {
            self.pass_over(e);
            return;
        }
        match name {
            "p" => self.begin_paragraph(),
            "r" => self.runs.push(Run::default()),
            "t" => self.in_text = true,
            "tbl" => self.begin_table(),
            "tr" => self.in_table(Table::open_row),
            "tc" => self.in_table(Table::open_cell),
            "ins" | "moveTo" => self.insertions += 1,
            "footnote" | "endnote" => {
                self.in_separator = e.attr("type").is_some_and(|t| t.contains("eparator"))
            }
            _ => self.open_inline(e),
        }
    }

    fn pass_over(&mut self, e: &Element<'_>) {
        self.passing = 1;
        match e.name.as_str() {
            "del" | "moveFrom" => self.deletions += u32::from(e.name == "del" || e.attr("id").is_some()),
            "instrText" => self.in_text = true,
            _ => {}
        }
    }

    /// Signs that are elements.
    fn open_inline(&mut self, e: &Element<'_>) {
        match e.name.as_str() {
            "tab" | "ptab" => self.write("\t"),
            "br" | "cr" => self.write("\n"),
            "noBreakHyphen" => self.write("-"),
            "sym" => {
                let code = e.attr("char").and_then(|c| u32::from_str_radix(&c, 16).ok());
                self.write(code.map_or("", symbol));
            }
            "fldChar" => self.field(&e.attr("fldCharType").unwrap_or_default()),
            "rt" => self.ruby = self.paragraphs.last().map(|p| p.text.len()),
            _ => {}
        }
    }

    fn field(&mut self, kind: &str) {
        self.fields.step(kind);
        if let Some(p) = self.paragraphs.last_mut() {
            p.contents |= self.fields.in_contents();
        }
    }

    /// Properties of paragraphs, runs, rows and cells. True where the element was one.
    fn open_property(&mut self, e: &Element<'_>) -> bool {
        match e.name.as_str() {
            "pPr" => self.in_paragraph_properties += 1,
            "trPr" => self.with_table(|t| t.in_row_properties = true),
            "tcPr" => self.with_table(|t| t.in_cell_properties = true),
            _ if self.in_paragraph_properties > 0 => self.paragraph_property(e),
            _ if self.tables.last().is_some_and(|t| t.in_row_properties) => self.row_property(e),
            _ if self.tables.last().is_some_and(|t| t.in_cell_properties) => self.cell_property(e),
            "b" | "vanish" | "color" | "shd" | "highlight" | "sz" | "rStyle" => self.run_property(e),
            _ => return false,
        }
        true
    }

    fn paragraph_property(&mut self, e: &Element<'_>) {
        let Some(p) = self.paragraphs.last_mut() else { return };
        let level = || e.val_number().and_then(|n| u8::try_from(n).ok());
        match e.name.as_str() {
            "pStyle" => p.style = e.attr("val").unwrap_or_default(),
            "numId" => p.num_id = e.val_number(),
            "ilvl" => p.num_level = level(),
            "outlineLvl" => p.outline = level(),
            "ind" => p.indent = indent_of(e),
            "shd" => p.shaded = is_fill(e),
            // The mark of this paragraph is deleted: the next one continues it.
            "del" => p.joined = true,
            _ => {}
        }
    }

    fn row_property(&mut self, e: &Element<'_>) {
        let on = e.is_on();
        let number = e.val_number().unwrap_or(0);
        match e.name.as_str() {
            "tblHeader" if on => self.in_table(Table::header_row),
            "del" => {
                self.deletions += 1;
                self.in_table(Table::deleted_row);
            }
            "ins" => self.insertions += 1,
            "gridBefore" => self.in_table(|t| t.skip_columns(number)),
            _ => {}
        }
    }

    fn cell_property(&mut self, e: &Element<'_>) {
        match e.name.as_str() {
            "gridSpan" => {
                let columns = e.val_number().unwrap_or(1);
                self.in_table(|t| t.span(columns));
            }
            "cellDel" => {
                self.deletions += 1;
                self.in_table(Table::deleted_cell);
            }
            _ => {}
        }
    }

    fn run_property(&mut self, e: &Element<'_>) {
        if let Some(run) = self.runs.last_mut() {
            run.property(e);
        }
    }

    fn close(&mut self, name: &str) {
        if self.passing > 0 {
            self.passing -= 1;
            self.in_text = false;
            return;
        }
        match name {
            "p" => self.end_paragraph(),
            "pPr" => self.in_paragraph_properties = self.in_paragraph_properties.saturating_sub(1),
            "r" => drop(self.runs.pop()),
            "t" => self.in_text = false,
            "tbl" => self.end_table(),
            "tr" => self.in_table(Table::close_row),
            "tc" => self.in_table(Table::close_cell),
            "trPr" => self.with_table(|t| t.in_row_properties = false),
            "tcPr" => self.with_table(|t| t.in_cell_properties = false),
            "footnote" | "endnote" => self.in_separator = false,
            "rt" => self.end_ruby_text(),
            "ruby" => {
                let text = std::mem::take(&mut self.ruby_text);
                self.write(&text);
            }
            _ => {}
        }
    }

    /// Ruby text comes before its base in the file and above it on the page: it is put behind.
    fn end_ruby_text(&mut self) {
        if let (Some(from), Some(p)) = (self.ruby.take(), self.paragraphs.last_mut()) {
            self.ruby_text = format!(" {}", p.text.split_off(from.min(p.text.len())));
        }
    }

    fn text(&mut self, text: &str) {
        if !self.in_text {
            return;
        }
        if self.passing > 0 {
            self.fields.code(text);
            return;
        }
        self.write(text);
    }

    fn write(&mut self, text: &str) {
        let run = self.runs.last().cloned().unwrap_or_default();
        let boxed = self.paragraphs.len() > 1 || !self.tables.is_empty();
        let Some(p) = self.paragraphs.last_mut() else { return };
        if self.fields.in_code() || self.in_separator {
            return;
        }
        let why = run.hides(self.styles, p, boxed);
        if let Some(why) = why {
            self.hide(text, why);
            return;
        }
        p.text.push_str(text);
        if run.is_bold(self.styles, p) {
            p.bold += text.len();
        }
    }

    fn hide(&mut self, text: &str, why: HiddenWhy) {
        let full = self.reading.hidden.len() >= 1000;
        match self.reading.hidden.last_mut() {
            Some(last) if last.why == why && last.text.len() < 2000 => last.text.push_str(text),
            _ if full => {}
            _ => self.reading.hidden.push(Hidden { text: text.to_owned(), page: None, why }),
        }
    }

    fn begin_paragraph(&mut self) {
        // Hidden text of two paragraphs is two texts.
        if let Some(last) = self.reading.hidden.last_mut() {
            last.text.push(' ');
        }
        self.paragraphs.push(Paragraph { contents: self.fields.in_contents(), ..Paragraph::default() });
    }

    fn end_paragraph(&mut self) {
        let Some(mut paragraph) = self.paragraphs.pop() else { return };
        self.in_paragraph_properties = 0;
        paragraph.text.insert_str(0, &std::mem::take(&mut self.carried));
        if paragraph.joined {
            self.carried = paragraph.text;
            return;
        }
        let all_bold = paragraph.bold * 10 >= paragraph.text.trim().len() * 9;
        let indent = paragraph.indent(self.styles, &self.numbering);
        if let Some(mut raw) = paragraph.finish(self.styles, &mut self.numbering, self.role) {
            self.indents.nest(&mut raw, indent);
            for raw in split_run_in(raw) {
                self.emit(raw, all_bold);
            }
        }
        if self.paragraphs.is_empty() {
            for raw in std::mem::take(&mut self.anchored) {
                self.emit(raw, false);
            }
        }
    }

    /// Puts a block where it belongs: the open cell, behind the open paragraph, or the document.
    fn emit(&mut self, raw: Raw, bold: bool) {
        let open = self.paragraphs.len();
        match self.tables.last_mut().filter(|t| t.paragraphs == open) {
            Some(table) => table.table.push(raw, bold),
            None if open > 0 => self.anchored.push(raw),
            None => self.reading.raw.push(raw),
        }
    }

    fn begin_table(&mut self) {
        let paragraphs = self.paragraphs.len();
        let table = Table::default();
        self.tables.push(OpenTable {
            table,
            paragraphs,
            in_row_properties: false,
            in_cell_properties: false,
        });
    }

    fn end_table(&mut self) {
        let Some(open) = self.tables.pop() else { return };
        let inside_cell = self.tables.last().is_some_and(|t| t.paragraphs == self.paragraphs.len());
        let blocks = if inside_cell {
            open.table.flatten(self.role)
        } else {
            self.table_count += 1;
            open.table.finish(self.table_count - 1, self.role)
        };
        for raw in blocks {
            self.emit(raw, false);
        }
    }

    fn with_table(&mut self, act: impl FnOnce(&mut OpenTable)) {
        if let Some(table) = self.tables.last_mut() {
            act(table);
        }
    }

    fn in_table(&mut self, act: impl FnOnce(&mut Table)) {
        self.with_table(|open| act(&mut open.table));
    }
}
