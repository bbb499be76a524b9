//! Paragraphs and tables as they are added. Ids are counted here: the library's own counters go on from one document to the
//! next, and the same pack must give the same bytes.

use crate::pack::AROUND;
use crate::safe::{lead, line, trail, visible};
use docx_rs::{
    Docx, Hyperlink, HyperlinkData, HyperlinkType, LineSpacing, PageMargin, Paragraph, Run, RunFonts,
    Shading, Style, StyleType, Table, TableBorder, TableBorders, TableCell, TableCellMargins,
    TableLayoutType, TableRow, WidthType,
};

/// Width of the text, in twentieths of a point: A4 without margins.
const WIDTH: usize = 9_900;

#[derive(Default)]
pub(super) struct Sheet {
    blocks: Vec<Block>,
    paragraphs: usize,
    links: usize,
}

enum Block {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

/// A cell: its words, and its looks.
pub(super) struct Cell {
    pub text: String,
    pub bold: bool,
    pub strike: bool,
    /// Background and colour of the words, hexadecimal.
    pub colors: Option<(&'static str, &'static str)>,
    /// Stays on the page of the row below.
    pub with_next: bool,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell { text, bold: false, strike: false, colors: None, with_next: false }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Sheet {
    pub(super) fn heading(&mut self, level: usize, text: &str) {
        let run = Run::new().add_text(line(text));
        let paragraph = self.paragraph().style(&format!("Heading{level}")).keep_next(true).add_run(run);
        self.push(paragraph);
    }

    pub(super) fn text(&mut self, text: &str) {
        let paragraph = self.paragraph().add_run(Run::new().add_text(line(text)));
        self.push(paragraph);
    }

    pub(super) fn item(&mut self, text: &str) {
        let run = Run::new().add_text(format!("•  {}", line(text)));
        let paragraph =
            self.paragraph().indent(Some(360), Some(docx_rs::SpecialIndentType::Hanging(240)), None, None);
        self.push(paragraph.add_run(run));
    }

    pub(super) fn strong(&mut self, text: &str) {
        let paragraph = self.paragraph().add_run(Run::new().add_text(line(text)).bold());
        self.push(paragraph);
    }

    pub(super) fn quiet(&mut self, text: &str) {
        let paragraph = self.paragraph().style("Quiet").add_run(Run::new().add_text(line(text)));
        self.push(paragraph);
    }

    /// A quote with its surroundings; line breaks are kept.
    pub(super) fn quote(&mut self, before: &str, quote: &str, after: &str) {
        let around = |text: String| Run::new().add_text(text).color("5A6A64");
        let mut words = Run::new();
        for (i, part) in visible(quote).split('\n').enumerate() {
            if i > 0 {
                words = words.add_break(docx_rs::BreakType::TextWrapping);
            }
            words = words.add_text(part);
        }
        let (open, close) = (Run::new().add_text("“"), Run::new().add_text("”"));
        let paragraph = self
            .paragraph()
            .style("Evidence")
            .add_run(around(lead(before, AROUND)))
            .add_run(open)
            .add_run(words)
            .add_run(close)
            .add_run(around(trail(after, AROUND)));
        self.push(paragraph);
    }

    /// "name: " in bold and what follows; a link where there is an address.
    pub(super) fn fact(&mut self, name: &str, text: &str, link: Option<&str>) {
        let paragraph =
            self.paragraph().style("Fact").add_run(Run::new().add_text(format!("{name}: ")).bold());
        let run = Run::new().add_text(line(text));
        let paragraph = match link {
            None => paragraph.add_run(run),
            Some(address) => {
                paragraph.add_hyperlink(self.link(address).add_run(run.color("0B4F8A").underline("single")))
            }
        };
        self.push(paragraph);
    }

    fn link(&mut self, address: &str) -> Hyperlink {
        self.links += 1;
        let mut link = Hyperlink::new(line(address), HyperlinkType::External);
        if let HyperlinkData::External { rid, .. } = &mut link.link {
            *rid = format!("rIdHyperlink{}", self.links);
        }
        link
    }

    /// A table with a heading row; `shares` are the columns' parts of the width.
    pub(super) fn table(&mut self, headings: &[&str], shares: &[usize], rows: Vec<Vec<Cell>>) {
        let sum = shares.iter().sum::<usize>().max(1);
        let widths: Vec<usize> = shares.iter().map(|share| WIDTH * share / sum).collect();
        let bold = |text: &&str| Cell {
            bold: true,
            colors: Some(("E1E8D9", "16211D")),
            with_next: true,
            ..Cell::from(*text)
        };
        let first = headings.iter().map(bold).collect();
        let rows = std::iter::once(first).filter(|row: &Vec<Cell>| !row.is_empty()).chain(rows);
        let rows = rows.map(|row| self.row(row, &widths)).collect();
        let table =
            Table::new(rows).set_grid(widths).width(WIDTH, WidthType::Dxa).layout(TableLayoutType::Fixed);
        let table = table.set_borders(borders()).margins(TableCellMargins::new().margin(50, 90, 50, 90));
        self.blocks.push(Block::Table(Box::new(table)));
        let after = self.paragraph();
        self.push(after);
    }

    fn row(&mut self, cells: Vec<Cell>, widths: &[usize]) -> TableRow {
        let cells = cells.into_iter().zip(widths).map(|(cell, width)| self.cell(cell, *width)).collect();
        TableRow::new(cells).cant_split()
    }

    fn cell(&mut self, cell: Cell, width: usize) -> TableCell {
        let mut run = Run::new().add_text(line(&cell.text)).size(17);
        if cell.bold {
            run = run.bold();
        }
        if cell.strike {
            run = run.strike();
        }
        let mut into = TableCell::new().width(width, WidthType::Dxa);
        if let Some((background, color)) = cell.colors {
            run = run.color(color);
            into = into.shading(Shading::new().fill(background));
        }
        into.add_paragraph(self.paragraph().keep_next(cell.with_next).add_run(run))
    }

    fn paragraph(&mut self) -> Paragraph {
        self.paragraphs += 1;
        Paragraph::new().id(format!("{:08X}", self.paragraphs & 0x7FFF_FFFF))
    }

    fn push(&mut self, paragraph: Paragraph) {
        self.blocks.push(Block::Paragraph(Box::new(paragraph)));
    }

    /// The document; `day` is when it was made.
    pub(super) fn finish(self, day: &str) -> Docx {
        let made = format!("{day}T00:00:00Z");
        let docx = styled(Docx::new()).created_at(&made).updated_at(&made);
        self.blocks.into_iter().fold(docx, |docx, block| match block {
            Block::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
            Block::Table(table) => docx.add_table(*table),
        })
    }
}

fn styled(docx: Docx) -> Docx {
    let margin =
        PageMargin { top: 1000, left: 1000, bottom: 1000, right: 1000, header: 500, footer: 500, gutter: 0 };
    let fonts = RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri");
    let docx = docx.page_size(11_906, 16_838).page_margin(margin).default_fonts(fonts).default_size(21);
    let docx = (1..=4).fold(docx, |docx, level| docx.add_style(heading(level)));
    let plain = |id: &str| Style::new(id, StyleType::Paragraph).name(id);
    docx.add_style(plain("Quiet").color("4A5A54").size(18).line_spacing(space(0, 60)))
        .add_style(plain("Fact").size(18).indent(Some(360), None, None, None))
        .add_style(plain("Evidence").indent(Some(200), None, None, None).line_spacing(space(120, 40)))
}

fn heading(level: usize) -> Style {
    let size = [34, 28, 24, 22][level - 1];
    Style::new(format!("Heading{level}"), StyleType::Paragraph)
        .name(format!("heading {level}"))
        .outline_lvl(level - 1)
        .size(size)
        .bold()
        .color("17523F")
        .line_spacing(space(if level < 4 { 240 } else { 140 }, 60))
}

/// Thin grey lines.
fn borders() -> TableBorders {
    use docx_rs::TableBorderPosition::{Bottom, InsideH, InsideV, Left, Right, Top};
    let line = |at| TableBorder::new(at).color("A9B7B0").size(4);
    [Top, Bottom, Left, Right, InsideH, InsideV]
        .map(line)
        .into_iter()
        .fold(TableBorders::new(), TableBorders::set)
}

/// Space before and after a paragraph, in twentieths of a point.
fn space(before: u32, after: u32) -> LineSpacing {
    LineSpacing::new().before(before).after(after)
}
