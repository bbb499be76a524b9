//! Tables while they are read from formats whose cells hold blocks: Word, OpenDocument, slides.

use crate::assemble::{Raw, RawKind};
use capmap_model::Role;

/// Most columns that spans may fill.
const WIDEST: usize = 64;

/// A table that is open.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Row>,
    row: Row,
    cell: Cell,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    header: bool,
    deleted: bool,
    /// Columns left free before the first cell.
    before: usize,
}

#[derive(Debug, Default)]
struct Cell {
    blocks: Vec<Raw>,
    columns: usize,
    bold: bool,
    deleted: bool,
}

impl Table {
    pub(crate) fn open_row(&mut self) {
        self.row = Row::default();
    }
    pub(crate) fn open_cell(&mut self) {
        self.cell = Cell { columns: 1, bold: true, ..Cell::default() };
    }
    pub(crate) fn span(&mut self, columns: i64) {
        self.cell.columns = usize::try_from(columns).unwrap_or(1).clamp(1, WIDEST);
    }
    pub(crate) fn skip_columns(&mut self, columns: i64) {
        self.row.before = usize::try_from(columns).unwrap_or(0).min(WIDEST);
    }
    pub(crate) fn header_row(&mut self) {
        self.row.header = true;
    }
    pub(crate) fn deleted_row(&mut self) {
        self.row.deleted = true;
    }
    pub(crate) fn deleted_cell(&mut self) {
        self.cell.deleted = true;
    }

    /// Adds a block to the open cell; `bold` where all of it is.
    pub(crate) fn push(&mut self, raw: Raw, bold: bool) {
        self.cell.bold &= bold;
        self.cell.blocks.push(raw);
    }

    pub(crate) fn close_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        if !cell.deleted {
            self.row.cells.push(cell);
        }
    }

    pub(crate) fn close_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if !row.deleted {
            self.rows.push(row);
        }
    }

    /// The table as blocks. A table of one column only frames its content, and a table inside a cell becomes lines.
    pub(crate) fn finish(self, table: u32, role: Role) -> Vec<Raw> {
        let framed = self.rows.iter().all(|r| r.cells.len() <= 1);
        if framed {
            return self.rows.into_iter().flat_map(|r| r.cells).flat_map(|c| c.blocks).collect();
        }
        let count = self.rows.len();
        let rows = self.rows.into_iter().enumerate();
        rows.map(|(index, row)| row.finish(table, role, index == 0 && count > 1)).collect()
    }

    /// The table as lines of a cell around it.
    pub(crate) fn flatten(self, role: Role) -> Vec<Raw> {
        let line = |row: Row| {
            row.cells.into_iter().map(Cell::text).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let lines = self.rows.into_iter().map(line).filter(|l| !l.is_empty());
        lines.map(|l| Raw::new(RawKind::Paragraph, l).with_role(role)).collect()
    }
}

impl Row {
    fn finish(self, table: u32, role: Role, first: bool) -> Raw {
        let filled = self.cells.iter().filter(|c| !c.blocks.is_empty()).count();
        let short = |c: &Cell| c.blocks.len() <= 1 && c.blocks.iter().all(|b| b.text.len() <= 60);
        let bold_head =
            first && filled > 1 && self.cells.iter().all(|c| c.blocks.is_empty() || (c.bold && short(c)));
        let header = self.header || bold_head;
        let whole_width = self.cells.len() == 1 && self.before == 0;
        let mut cells = vec![String::new(); self.before];
        for cell in self.cells {
            let columns = if whole_width { 1 } else { cell.columns };
            cells.push(cell.text());
            cells.resize((cells.len() + columns - 1).min(WIDEST * 4), String::new());
        }
        Raw::new(RawKind::Row { table, header, cells }, "").with_role(role)
    }
}

impl Cell {
    fn text(self) -> String {
        let texts: Vec<String> = self.blocks.into_iter().map(|b| b.text).collect();
        texts.join("\n")
    }
}
