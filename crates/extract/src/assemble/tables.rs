//! Which header cells govern a table cell.
//!
//! Files often flag no header row, and RACI and "In scope | Out of scope" tables mean nothing without one, so an unflagged
//! first row is taken as a header where it looks like one: short cells with the words of table heads, or cells that are
//! short above columns of numbers or of long text.

use capmap_model::{Block, BlockKind, Cell, Span};

/// Sets every cell's `headers`, and flags header rows.
pub(super) fn link(blocks: &mut [Block], text: &str) {
    let mut from = 0;
    while from < blocks.len() {
        let Some(table) = table_of(&blocks[from]) else {
            from += 1;
            continue;
        };
        let rows = blocks[from..].iter().take_while(|b| table_of(b) == Some(table)).count();
        link_table(&mut blocks[from..from + rows], text);
        from += rows;
    }
}

fn table_of(block: &Block) -> Option<u32> {
    match &block.kind {
        BlockKind::Row { table, .. } => Some(*table),
        _ => None,
    }
}

fn row(block: &mut Block) -> Option<(&mut bool, &mut Vec<Cell>)> {
    match &mut block.kind {
        BlockKind::Row { header, cells, .. } => Some((header, cells)),
        _ => None,
    }
}

/// What governs the rows that follow, while a table is walked.
#[derive(Default)]
struct Governing {
    /// Header rows, outermost first; each holds one span per column (empty spans where a cell is empty).
    columns: Vec<Vec<Span>>,
    /// A cell over the whole width, such as "Excluded services".
    band: Option<Span>,
    /// The last first cell with words: a cell merged over several rows is empty in all but the first.
    row: Option<Span>,
    /// True while only header rows have been seen.
    at_top: bool,
}

fn link_table(rows: &mut [Block], text: &str) {
    flag_header(rows, text);
    let width = rows.iter_mut().filter_map(|b| row(b).map(|(_, cells)| cells.len())).max().unwrap_or(0);
    let mut governing = Governing { at_top: true, ..Governing::default() };
    for block in rows {
        let Some((header, cells)) = row(block) else { continue };
        if width > 1 && is_band(cells, text) {
            governing.band = Some(cells[0].span);
            *header = true;
        } else if *header {
            governing.header_row(cells);
        } else {
            governing.body_row(cells);
        }
    }
}

impl Governing {
    fn header_row(&mut self, cells: &mut [Cell]) {
        if !self.at_top {
            // A head that is repeated or changed in mid-table replaces the one above.
            *self = Governing { at_top: true, ..Governing::default() };
        }
        for (column, cell) in cells.iter_mut().enumerate() {
            cell.headers = self.of_column(column);
        }
        self.columns.push(cells.iter().map(|c| c.span).collect());
    }

    fn body_row(&mut self, cells: &mut [Cell]) {
        self.at_top = false;
        if let Some(first) = cells.first().filter(|c| !c.span.is_empty()) {
            self.row = Some(first.span);
        }
        for (column, cell) in cells.iter_mut().enumerate() {
            cell.headers = self.of_column(column);
            cell.headers.extend(self.band);
            cell.headers.extend(self.row.filter(|_| column > 0));
        }
    }

    fn of_column(&self, column: usize) -> Vec<Span> {
        self.columns.iter().filter_map(|spans| header_at(spans, column)).collect()
    }
}

/// The header above a column; an empty header cell to the right of one with words belongs to its span.
fn header_at(spans: &[Span], column: usize) -> Option<Span> {
    let upto = spans.get(..=column).unwrap_or(spans);
    let found = upto.iter().rposition(|s| !s.is_empty())?;
    (found == column || column < spans.len()).then(|| upto[found])
}

/// One short cell over the whole width names the rows below it.
fn is_band(cells: &[Cell], text: &str) -> bool {
    let [only] = cells else { return false };
    let words = slice(text, only);
    words.len() <= 80 && !words.ends_with('.') && words.chars().any(char::is_alphabetic)
}

fn slice<'a>(text: &'a str, cell: &Cell) -> &'a str {
    text.get(cell.span.start..cell.span.end).unwrap_or("")
}

/// Flags the first row of two or more cells as a header, where no row is flagged and it looks like one.
fn flag_header(rows: &mut [Block], text: &str) {
    let flagged = rows.iter_mut().any(|b| row(b).is_some_and(|(header, _)| *header));
    let grid: Vec<Vec<&str>> = rows.iter().map(|b| cells_of(b, text)).collect();
    let Some(first) = grid.iter().position(|cells| cells.len() >= 2) else { return };
    if flagged || first > 1 || !looks_like_header(&grid[first], &grid[first + 1..]) {
        return;
    }
    if let Some((header, _)) = row(&mut rows[first]) {
        *header = true;
    }
}

fn cells_of<'a>(block: &Block, text: &'a str) -> Vec<&'a str> {
    match &block.kind {
        BlockKind::Row { cells, .. } => cells.iter().map(|c| slice(text, c)).collect(),
        _ => Vec::new(),
    }
}

fn looks_like_header(first: &[&str], body: &[Vec<&str>]) -> bool {
    let filled: Vec<&&str> = first.iter().filter(|c| !c.is_empty()).collect();
    if body.is_empty() || filled.len() < 2 || !filled.iter().all(|c| is_label(c)) {
        return false;
    }
    let known = filled.iter().filter(|c| names_a_column(c)).count();
    // Of two cells both must be heads: "Service | Tagging" is a pair, not a head.
    if known * 2 > filled.len() || (filled.len() > 2 && known * 2 == filled.len()) {
        return true;
    }
    let columns: Vec<usize> = (0..first.len()).filter(|&i| !first[i].is_empty()).collect();
    let contrasting = columns.iter().filter(|&&i| contrasts(first[i], body, i)).count();
    contrasting * 2 > columns.len() || (first.len() > 2 && contrasting * 2 >= columns.len())
}

/// Short, without a full stop, not a number.
fn is_label(cell: &str) -> bool {
    let words = cell.split_whitespace().count();
    words <= 7 && cell.len() <= 60 && !cell.ends_with(['.', ';']) && !is_numeric(cell)
}

fn is_numeric(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    digits > 0 && letters <= digits
}

/// True where the cells below are numbers, or more than twice as long.
fn contrasts(head: &str, body: &[Vec<&str>], column: usize) -> bool {
    let below: Vec<&str> =
        body.iter().filter_map(|r| r.get(column).copied()).filter(|c| !c.is_empty()).collect();
    if below.is_empty() {
        return false;
    }
    let numbers = below.iter().filter(|c| is_numeric(c)).count();
    let length: usize = below.iter().map(|c| c.len()).sum();
    numbers * 3 >= below.len() * 2 || length > 2 * below.len() * head.len().max(8)
}

const COLUMN_WORDS: [&str; 74] = [
    "scope",
    "included",
    "excluded",
    "include",
    "exclude",
    "description",
    "deliverable",
    "deliverables",
    "due",
    "date",
    "item",
    "items",
    "task",
    "activity",
    "activities",
    "role",
    "roles",
    "responsibility",
    "responsibilities",
    "responsible",
    "accountable",
    "consulted",
    "informed",
    "price",
    "cost",
    "fee",
    "fees",
    "rate",
    "rates",
    "service",
    "services",
    "level",
    "target",
    "measure",
    "metric",
    "owner",
    "qty",
    "quantity",
    "unit",
    "units",
    "no",
    "#",
    "id",
    "ref",
    "reference",
    "name",
    "phase",
    "milestone",
    "assumption",
    "risk",
    "section",
    "requirement",
    "requirements",
    "frequency",
    "amount",
    "total",
    "type",
    "category",
    "comments",
    "comment",
    "notes",
    "status",
    "term",
    "definition",
    "acceptance",
    "criteria",
    "timeline",
    "week",
    "standard",
    "method",
    "question",
    "answer",
    "r",
    "a",
];

/// `R`, `A`, `C`, `I` and words such as "Deliverable".
fn names_a_column(cell: &str) -> bool {
    let lower = cell.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric() && c != '#').filter(|w| !w.is_empty());
    words.any(|w| COLUMN_WORDS.contains(&w) || matches!(w, "c" | "i"))
}
