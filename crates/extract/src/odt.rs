//! OpenDocument text: the same things as in a Word document, under other names.

use crate::Options;
use crate::archive::Archive;
use crate::assemble::{Raw, RawKind, Reading};
use crate::cells::Table;
use crate::structure::{clause_number, format_number, pseudo_heading};
use crate::xml::{Element, Token, Xml};
use capmap_model::{Failure, FailureKind, Hidden, HiddenWhy, Role};
use std::collections::BTreeMap;

/// Reads an .odt file.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let limits = &options.limits;
    let deadline = limits.deadline();
    let mut archive = Archive::open(bytes, limits)?;
    let content = archive.xml("content.xml")?.ok_or_else(missing)?;
    let styles = archive.xml("styles.xml")?.unwrap_or_default();
    let meta = archive.xml("META-INF/manifest.xml")?.unwrap_or_default();
    if meta.contains("encryption-data") {
        let detail = "an encrypted document; open it with its password, save it without one, and pass that";
        return Err(Failure::new(FailureKind::Encrypted, detail));
    }
    let mut body = Body::default();
    // Page headers and list styles stand in the styles; the first pass over them gathers list styles only.
    body.lists(Xml::new(&styles, limits, deadline))?;
    body.lists(Xml::new(&content, limits, deadline))?;
    body.read(Xml::new(&content, limits, deadline))?;
    body.read(Xml::new(&styles, limits, deadline))?;
    if let Some(meta) = archive.xml("meta.xml")? {
        body.reading.title = crate::package::title(Xml::new(&meta, limits, deadline)).ok().flatten();
    }
    Ok(body.reading)
}

fn missing() -> Failure {
    Failure::new(FailureKind::Malformed, "its content is missing; open it, save it anew, and pass that")
}

/// How one level of a list is numbered; bullets have no format.
#[derive(Clone, Default)]
struct Level {
    format: String,
    prefix: String,
    suffix: String,
    start: u32,
    /// How many levels are shown: 3 gives `2.1.4`.
    shown: usize,
}

#[derive(Default)]
struct Body {
    reading: Reading,
    styles: BTreeMap<String, BTreeMap<usize, Level>>,
    /// Numbering of headings.
    outline: BTreeMap<usize, Level>,
    outline_counts: [u32; 10],
    lists: Vec<OpenList>,
    blocks: Vec<Open>,
    tables: Vec<Table>,
    table_count: u32,
    passing: u32,
    role: Option<Role>,
    in_header_rows: bool,
}

struct OpenList {
    style: String,
    count: u32,
    /// The open item has not written its first words.
    fresh: bool,
}

/// A paragraph or heading that is open.
#[derive(Default)]
struct Open {
    level: Option<u8>,
    text: String,
    role: Option<Role>,
}

impl Body {
    /// Gathers list styles.
    fn lists(&mut self, mut xml: Xml<'_>) -> Result<(), Failure> {
        let mut style: Option<String> = None;
        while let Some(token) = xml.next()? {
            let Token::Open(e) = token else { continue };
            match e.name.as_str() {
                "list-style" => style = e.attr("name"),
                "outline-style" => style = None,
                "list-level-style-number" | "list-level-style-bullet" | "outline-level-style" => {
                    let at = e.attr("level").and_then(|l| l.parse().ok()).unwrap_or(1);
                    let level = level_of(&e);
                    match (&style, e.name.as_str()) {
                        (_, "outline-level-style") => drop(self.outline.insert(at, level)),
                        (Some(style), _) => {
                            drop(self.styles.entry(style.clone()).or_default().insert(at, level))
                        }
                        (None, _) => {}
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read(&mut self, mut xml: Xml<'_>) -> Result<(), Failure> {
        while let Some(token) = xml.next()? {
            match token {
                Token::Open(e) => self.open(&e),
                Token::Close(name) => self.close(&name),
                Token::Text(text) if self.passing == 0 => self.write(&text),
                Token::Text(_) => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, e: &Element<'_>) {
        if self.passing > 0 {
            self.passing += 1;
            return;
        }
        match e.name.as_str() {
            // Deleted text, what stands for a field, descriptions, indexes' templates.
            "tracked-changes"
            | "desc"
            | "forms"
            | "note-citation"
            | "binary-data"
            | "table-of-content-source" => self.passing = 1,
            "annotation" => self.begin(None, Some(Role::Note)),
            "h" => self.begin(e.attr("outline-level").and_then(|l| l.parse().ok()).or(Some(1)), None),
            "p" if self.blocks.last().is_some_and(|b| b.role == Some(Role::Note)) => self.write(" "),
            "p" => self.begin(None, None),
            "s" => self.write(" "),
            "tab" => self.write("\t"),
            "line-break" => self.write("\n"),
            "list" => {
                let outer = self.lists.last().map(|l| l.style.clone()).unwrap_or_default();
                self.lists.push(OpenList {
                    style: e.attr("style-name").unwrap_or(outer),
                    count: 0,
                    fresh: false,
                });
            }
            "list-item" => self.begin_item(),
            "table" => self.tables.push(Table::default()),
            "table-header-rows" => self.in_header_rows = true,
            "table-row" => self.begin_row(),
            "table-cell" => self.begin_cell(e),
            "note-body" => self.role = Some(Role::Note),
            "header" | "header-left" | "header-first" => self.role = Some(Role::Header),
            "footer" | "footer-left" | "footer-first" => self.role = Some(Role::Footer),
            "table-of-content" => self.role = Some(Role::Contents),
            _ => {}
        }
    }

    fn begin(&mut self, level: Option<u8>, role: Option<Role>) {
        self.blocks.push(Open { level, text: String::new(), role });
    }

    fn begin_item(&mut self) {
        if let Some(list) = self.lists.last_mut() {
            list.count += 1;
            list.fresh = true;
        }
    }

    fn begin_row(&mut self) {
        let head = self.in_header_rows;
        if let Some(table) = self.tables.last_mut() {
            table.open_row();
            if head {
                table.header_row();
            }
        }
    }

    fn begin_cell(&mut self, e: &Element<'_>) {
        if let Some(table) = self.tables.last_mut() {
            table.open_cell();
            table.span(e.attr("number-columns-spanned").and_then(|n| n.parse().ok()).unwrap_or(1));
        }
    }

    fn close(&mut self, name: &str) {
        if self.passing > 0 {
            self.passing -= 1;
            return;
        }
        match name {
            "annotation" => self.end_comment(),
            "p" if self.blocks.last().is_some_and(|b| b.role == Some(Role::Note)) => {}
            "p" | "h" => self.end_block(),
            "list" => drop(self.lists.pop()),
            "table" => self.end_table(),
            "table-header-rows" => self.in_header_rows = false,
            "table-row" => self.tables.last_mut().map_or((), Table::close_row),
            "table-cell" => self.tables.last_mut().map_or((), Table::close_cell),
            "note-body" | "table-of-content" => self.role = None,
            name if name.starts_with("header") || name.starts_with("footer") => self.role = None,
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        if let Some(block) = self.blocks.last_mut() {
            block.text.push_str(text);
        }
    }

    fn end_comment(&mut self) {
        if let Some(block) = self.blocks.pop() {
            self.reading.hidden.push(Hidden { text: block.text, page: None, why: HiddenWhy::Comment });
        }
    }

    fn end_block(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        let text = block.text.trim();
        if text.is_empty() {
            return;
        }
        let role = self.role.unwrap_or(Role::Main);
        let raw = if role != Role::Main {
            Raw::new(RawKind::Paragraph, text)
        } else if let Some(level) = block.level {
            self.heading(level, text)
        } else if let Some(item) = self.item(text) {
            item
        } else {
            let kind = pseudo_heading(text, false);
            Raw::new(
                kind.map_or(RawKind::Paragraph, |(level, number)| RawKind::Heading { level, number }),
                text,
            )
        };
        self.emit(raw.with_role(role));
    }

    fn heading(&mut self, level: u8, text: &str) -> Raw {
        let at = usize::from(level.clamp(1, 9));
        self.outline_counts[at] += 1;
        self.outline_counts[at + 1..].fill(0);
        let style = self.outline.get(&at).filter(|l| !l.format.is_empty()).cloned();
        let full =
            style.map_or_else(|| text.to_owned(), |l| format!("{} {text}", l.mark(&self.outline_counts, at)));
        let number = clause_number(&full).map(|(n, _)| n.to_owned());
        Raw::new(RawKind::Heading { level, number }, full)
    }

    /// The first paragraph of a list item, with its mark.
    fn item(&mut self, text: &str) -> Option<Raw> {
        let depth = self.lists.len();
        let mut counts = [0; 10];
        for (at, list) in self.lists.iter().take(9).enumerate() {
            counts[at + 1] = list.count;
        }
        let list = self.lists.last_mut().filter(|l| l.fresh)?;
        list.fresh = false;
        let level = self.styles.get(&list.style).and_then(|s| s.get(&depth)).filter(|l| !l.format.is_empty());
        let mark = level.map(|l| l.mark(&counts, depth.min(9)));
        let number = mark.as_ref().map(|m| m.trim_matches(|c: char| !c.is_alphanumeric()).to_owned());
        let depth = u8::try_from(depth - 1).unwrap_or(u8::MAX);
        let text = format!("{} {text}", mark.as_deref().unwrap_or("•"));
        Some(Raw::new(RawKind::Item { depth, number }, text))
    }

    fn emit(&mut self, raw: Raw) {
        match self.tables.last_mut() {
            Some(table) => table.push(raw, false),
            None => self.reading.raw.push(raw),
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else { return };
        let role = self.role.unwrap_or(Role::Main);
        let blocks = if self.tables.is_empty() {
            self.table_count += 1;
            table.finish(self.table_count - 1, role)
        } else {
            table.flatten(role)
        };
        for raw in blocks {
            self.emit(raw);
        }
    }
}

fn level_of(e: &Element<'_>) -> Level {
    let number = |name: &str| e.attr(name).and_then(|v| v.parse::<u32>().ok()).unwrap_or(1);
    Level {
        format: e.attr("num-format").unwrap_or_default(),
        prefix: e.attr("num-prefix").unwrap_or_default(),
        suffix: e.attr("num-suffix").unwrap_or_default(),
        start: number("start-value"),
        shown: usize::try_from(number("display-levels")).unwrap_or(1),
    }
}

impl Level {
    /// `2.1.` for the third level of counts that are 2, 1.
    fn mark(&self, counts: &[u32; 10], at: usize) -> String {
        let first = (at + 1).saturating_sub(self.shown.max(1)).max(1);
        let shown = counts[first..=at].iter().map(|&n| format_number(n + self.start - 1, &self.format));
        format!("{}{}{}", self.prefix, shown.collect::<Vec<_>>().join("."), self.suffix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn structure() {
        let content = "<c><list-style name='L'><list-level-style-number level='1' num-format='1' num-suffix='.'/>\
            <list-level-style-bullet level='2'/></list-style><h outline-level='1'>Scope</h>\
            <p>We<s/>tag<annotation><p>remark</p></annotation>:</p><list style-name='L'><list-item><p>one</p><list><list-item><p>deep</p>\
            </list-item></list></list-item><list-item><p>two</p></list-item></list>\
            <table><table-header-rows><table-row><table-cell><p>A</p></table-cell><table-cell><p>B</p></table-cell></table-row>\
            </table-header-rows><table-row><table-cell><p>c</p></table-cell><table-cell><p>d</p></table-cell></table-row></table></c>";
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        let outcome =
            crate::read(&bytes, "a.odt", capmap_model::Format::Odt, &Options::default(), &mut |_| {});
        let document = outcome.document().unwrap();
        assert_eq!(document.text, "Scope\n\nWe tag:\n\n1. one\n• deep\n2. two\n\nA\tB\nc\td");
        assert_eq!(document.hidden[0].text, "remark");
    }
}
