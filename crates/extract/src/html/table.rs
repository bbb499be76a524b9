//! A table while it is being read: cells put on a grid, so that columns line up under their headers.

/// Most columns that spans may fill.
const WIDEST: usize = 64;

/// The table that is open.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Its number in the document.
    pub table: u32,
    /// Cells of the row that is open.
    row: Vec<String>,
    /// Whether all cells so far are header cells.
    all_headers: bool,
    in_head: bool,
    /// For each column, how many more rows a cell from above reaches down.
    reaches: Vec<u32>,
    /// Cells that were really there.
    own_cells: usize,
    /// A list of terms and definitions rather than a table.
    pub definitions: bool,
    /// Text of the cell that is open.
    cell: Option<OpenCell>,
}

#[derive(Debug)]
struct OpenCell {
    text: String,
    columns: usize,
    rows: u32,
}

/// A row that is whole.
pub(super) struct Row {
    /// Cells, with empty ones where spans reach.
    pub cells: Vec<String>,
    /// Only header cells.
    pub header: bool,
}

impl Grid {
    pub(super) fn new(table: u32) -> Grid {
        Grid { table, all_headers: true, ..Grid::default() }
    }

    /// A grid of two columns for terms and definitions.
    pub(super) fn of_definitions(table: u32) -> Grid {
        Grid { definitions: true, ..Grid::new(table) }
    }

    /// A definition begins: beside its term, or below the definition before.
    pub(super) fn open_definition(&mut self) -> Option<Row> {
        let row = if self.own_cells > 1 { self.close_row() } else { None };
        if self.own_cells == 0 {
            self.open_cell(false, 1, 1);
            self.close_cell();
        }
        self.open_cell(false, 1, 1);
        row
    }

    pub(super) fn in_cell(&self) -> bool {
        self.cell.is_some()
    }

    pub(super) fn set_head(&mut self, in_head: bool) {
        self.in_head = in_head;
    }

    /// A cell begins; empty cells stand where cells from above reach down.
    pub(super) fn open_cell(&mut self, is_header: bool, columns: usize, rows: u32) {
        while self.reaches.get(self.row.len()).is_some_and(|&r| r > 0) {
            self.reaches[self.row.len()] -= 1;
            self.row.push(String::new());
        }
        self.all_headers &= is_header;
        self.own_cells += 1;
        self.cell = Some(OpenCell {
            text: String::new(),
            columns: columns.clamp(1, WIDEST),
            rows: rows.clamp(1, 10_000),
        });
    }

    /// Adds a paragraph to the open cell.
    pub(super) fn write(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            if !cell.text.is_empty() {
                cell.text.push('\n');
            }
            cell.text.push_str(text);
        }
    }

    pub(super) fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let at = self.row.len();
        self.row.push(cell.text);
        let end = (at + cell.columns).min(WIDEST.max(at + 1));
        self.row.resize(end, String::new());
        if self.reaches.len() < end {
            self.reaches.resize(end, 0);
        }
        self.reaches[at..end].fill(cell.rows - 1);
    }

    /// The row that ends; none where it has no cells.
    pub(super) fn close_row(&mut self) -> Option<Row> {
        self.close_cell();
        let own = std::mem::take(&mut self.own_cells);
        let mut cells = std::mem::take(&mut self.row);
        let header = std::mem::replace(&mut self.all_headers, true) || self.in_head;
        for reach in self.reaches.iter_mut().skip(cells.len()) {
            *reach = reach.saturating_sub(1);
        }
        if own == 1 && cells.len() > 1 && cells.iter().skip(1).all(String::is_empty) {
            // One cell over the whole width.
            cells.truncate(1);
        }
        (own > 0).then_some(Row { cells, header })
    }
}
