//! Markdown: structure as written; comments and tags are not text, front matter is not text.

use crate::assemble::{Raw, RawKind, Reading};
use crate::structure::{clause_number, pseudo_heading};
use crate::{Limits, Options, charset, html};
use capmap_model::{Failure, Role};
use pulldown_cmark::{Event, HeadingLevel, Options as Syntax, Parser, Tag, TagEnd};

/// Reads Markdown with tables and footnotes.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let decoded = charset::decode(bytes, options.charset.as_deref(), false);
    let limits = &options.limits;
    Limits::check(
        decoded.text.len() as u64,
        limits.output_bytes,
        "output_bytes",
        "the text's size in bytes",
    )?;
    let syntax = Syntax::ENABLE_TABLES
        | Syntax::ENABLE_FOOTNOTES
        | Syntax::ENABLE_STRIKETHROUGH
        | Syntax::ENABLE_TASKLISTS
        | Syntax::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Syntax::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let deadline = limits.deadline();
    let mut builder = Builder { limits, ..Builder::new(limits) };
    for (step, event) in Parser::new_ext(&decoded.text, syntax).enumerate() {
        if step % 4096 == 0 {
            deadline.check()?;
        }
        builder.event(event);
    }
    builder.flush();
    Ok(Reading {
        raw: builder.raw,
        title: builder.title,
        notes: builder.notes.into_iter().chain(decoded.note).collect(),
        ..Reading::default()
    })
}

/// A list that is open: the next number, none for bullets.
type List = Option<u64>;

/// An item that is open, and the block into which its first words went.
struct Item {
    depth: u8,
    number: Option<u64>,
    block: Option<usize>,
}

struct Builder<'a> {
    limits: &'a Limits,
    raw: Vec<Raw>,
    text: String,
    /// Bytes of `text` that are bold.
    bold: usize,
    strong: u32,
    heading: Option<u8>,
    lists: Vec<List>,
    items: Vec<Item>,
    /// Cells of the open row, and whether it is the head.
    row: Option<(Vec<String>, bool)>,
    table: u32,
    in_image: bool,
    in_front_matter: bool,
    in_code: bool,
    in_note: bool,
    html: String,
    title: Option<String>,
    notes: Vec<String>,
}

impl<'a> Builder<'a> {
    fn new(limits: &'a Limits) -> Builder<'a> {
        Builder {
            limits,
            raw: Vec::new(),
            text: String::new(),
            bold: 0,
            strong: 0,
            heading: None,
            lists: Vec::new(),
            items: Vec::new(),
            row: None,
            table: 0,
            in_image: false,
            in_front_matter: false,
            in_code: false,
            in_note: false,
            html: String::new(),
            title: None,
            notes: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_front_matter => self.front_matter(&text),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.write(&text)
            }
            Event::Html(html) => self.html.push_str(&html),
            Event::InlineHtml(tag) if is_line_break(&tag) => self.write("\n"),
            Event::SoftBreak => self.write(" "),
            Event::HardBreak => self.write("\n"),
            Event::TaskListMarker(done) => self.write(if done { "☑ " } else { "☐ " }),
            Event::Rule => self.flush(),
            Event::InlineHtml(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn write(&mut self, text: &str) {
        // What an image shows is not known; its description is not text of the document.
        if self.in_image {
            return;
        }
        self.text.push_str(text);
        if self.strong > 0 {
            self.bold += text.len();
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = Some(level_of(level));
            }
            Tag::List(start) => {
                self.flush();
                self.lists.push(start);
            }
            Tag::Item => self.start_item(),
            Tag::Table(_) => self.flush(),
            Tag::TableHead => self.row = Some((Vec::new(), true)),
            Tag::TableRow => self.row = Some((Vec::new(), false)),
            Tag::Paragraph | Tag::BlockQuote(_) | Tag::HtmlBlock => self.flush(),
            Tag::CodeBlock(_) => {
                self.flush();
                self.in_code = true;
            }
            Tag::FootnoteDefinition(_) => {
                self.flush();
                self.in_note = true;
            }
            Tag::Strong => self.strong += 1,
            Tag::Image { .. } => self.in_image = true,
            Tag::MetadataBlock(_) => self.in_front_matter = true,
            _ => {}
        }
    }

    fn start_item(&mut self) {
        self.flush();
        let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        let number = self.lists.last_mut().and_then(|list| {
            let number = *list;
            *list = number.map(|n| n.saturating_add(1));
            number
        });
        self.items.push(Item { depth, number, block: None });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) | TagEnd::Paragraph => {
                self.flush();
                self.heading = None;
            }
            TagEnd::CodeBlock => {
                self.flush();
                self.in_code = false;
            }
            TagEnd::FootnoteDefinition => {
                self.flush();
                self.in_note = false;
            }
            TagEnd::Item => {
                self.flush();
                self.items.pop();
            }
            TagEnd::List(_) => drop(self.lists.pop()),
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.text).trim().to_owned();
                self.bold = 0;
                if let Some((cells, _)) = &mut self.row {
                    cells.push(cell);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => self.end_row(),
            TagEnd::Table => self.table += 1,
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Image => self.in_image = false,
            TagEnd::MetadataBlock(_) => self.in_front_matter = false,
            _ => {}
        }
    }

    fn end_row(&mut self) {
        if let Some((cells, header)) = self.row.take() {
            self.push(RawKind::Row { table: self.table, header, cells }, String::new());
        }
    }

    fn push(&mut self, kind: RawKind, text: String) {
        let role = if self.in_note { Role::Note } else { Role::Main };
        self.raw.push(Raw::new(kind, text).with_role(role));
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let bold = std::mem::take(&mut self.bold);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(level) = self.heading {
            let number = clause_number(text).map(|(n, _)| n.to_owned());
            self.push(RawKind::Heading { level, number }, text.to_owned());
        } else if !self.flush_item(text) {
            let heading =
                pseudo_heading(text, bold * 10 >= text.len() * 9).filter(|_| !self.in_code && !self.in_note);
            let kind =
                heading.map_or(RawKind::Paragraph, |(level, number)| RawKind::Heading { level, number });
            self.push(kind, text.to_owned());
        }
    }

    /// Writes the first words of an item, or adds a paragraph to it; false outside lists and after an inner list.
    fn flush_item(&mut self, text: &str) -> bool {
        let here = self.raw.len();
        let Some(item) = self.items.last_mut() else { return false };
        match item.block {
            None => {
                item.block = Some(here);
                let (depth, number) = (item.depth, item.number.map(|n| n.to_string()));
                let mark = number.as_ref().map_or("• ".to_owned(), |n| format!("{n}. "));
                self.push(RawKind::Item { depth, number }, format!("{mark}{text}"));
                true
            }
            Some(at) if at + 1 == here => {
                self.raw[at].text.push('\n');
                self.raw[at].text.push_str(text);
                true
            }
            Some(_) => false,
        }
    }

    /// Blocks of HTML are read as HTML; comments among them vanish there.
    fn end_html(&mut self) {
        let markup = std::mem::take(&mut self.html);
        match html::fragment(&markup, self.limits) {
            Ok(blocks) => {
                for mut raw in blocks {
                    if let RawKind::Row { table, .. } = &mut raw.kind {
                        *table = table.saturating_add(self.table);
                    }
                    self.raw.push(raw);
                }
                self.table += 1 + u32::try_from(markup.matches("<table").count()).unwrap_or(0);
            }
            Err(failure) => self.notes.push(format!("a piece of HTML is left out: {failure}")),
        }
    }

    fn front_matter(&mut self, text: &str) {
        let title = text.lines().find_map(|l| l.strip_prefix("title:").or_else(|| l.strip_prefix("title =")));
        let title = title.map(|t| t.trim().trim_matches(['"', '\'']).to_owned());
        self.title = self.title.take().or(title);
    }
}

fn is_line_break(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    tag.starts_with("<br") && tag[3..].starts_with(['>', '/', ' '])
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(markdown: &str) -> String {
        let reading = read(markdown.as_bytes(), &Options::default()).unwrap();
        let lines = reading.raw.iter().map(|r| match &r.kind {
            RawKind::Heading { level, .. } => format!("h{level} {}", r.text),
            RawKind::Paragraph => format!("p {}", r.text),
            RawKind::Item { depth, .. } => format!("i{depth} {}", r.text),
            RawKind::Row { header, cells, .. } => {
                format!("{} {}", if *header { "head" } else { "row" }, cells.join("/"))
            }
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn comments_and_tags_are_not_text() {
        let markdown = "<!-- document: sow -->\n# A <!-- x=2 -->\n\nWords<br>of <b>it</b>. <!-- allocation=2 -->\n\n- one <!-- y=1 -->\n  - two\n\n    more\n1. three\n\n| A | B |\n|---|---|\n| c | d <!-- z=2 --> |\n\n<!--\nlong\n-->\n";
        assert_eq!(
            text(markdown),
            "h1 A\np Words\nof it.\ni0 • one\ni1 • two\nmore\ni0 1. three\nhead A/B\nrow c/d"
        );
    }

    #[test]
    fn front_matter_images_and_notes() {
        let markdown = "---\ntitle: \"T\"\nx: y\n---\n![shown](a.png)\n\n**3.1 Exclusions**\n\nSeats[^1].\n\n[^1]: Not all.\n";
        let reading = read(markdown.as_bytes(), &Options::default()).unwrap();
        assert_eq!(reading.title.as_deref(), Some("T"));
        assert_eq!(text(markdown), "h2 3.1 Exclusions\np Seats.\np Not all.");
        assert_eq!(reading.raw[2].role, Role::Note);
    }

    #[test]
    fn html_blocks_are_read_as_html() {
        assert_eq!(
            text("<details><summary>More</summary>\n<p>Inner words</p></details>\n"),
            "h6 More\np Inner words"
        );
    }
}
