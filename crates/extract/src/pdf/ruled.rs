//! Tables with drawn lines: the lines make a grid, the grid's cells take the words.
//!
//! Lines that touch belong to one grid. Between two neighbouring cells without a line there is none to tell them apart:
//! they are one (merged) cell. A grid with text in one column only is a box, and its text stays running text.

use super::ink::{Box4, Fill, Rule};
use super::line::{Line, Table, TableRow, mean_weight};
use super::words::{Segment, Word, segments_of};

/// Lines closer than this many points are one.
const SAME: f32 = 2.5;
/// Lines that miss each other by less than this touch.
const TOUCH: f32 = 3.0;
/// More lines than this in one direction are a drawing.
const MOST_LINES: usize = 800;
/// A single row whose cells are longer than this (bytes) is page layout, not a table.
const LAYOUT_CELL: usize = 400;

/// A line of a grid: where it stands across, and from where to where it runs.
#[derive(Debug, Clone, Copy)]
struct Stroke {
    at: f32,
    from: f32,
    to: f32,
    /// A line, not only the edge of an area.
    drawn: bool,
}

/// Lines that belong together.
struct Grid {
    xs: Vec<f32>,
    ys: Vec<f32>,
    down: Vec<Stroke>,
    across: Vec<Stroke>,
}

/// Takes the words that stand in ruled tables out of `segments`, and gives the tables from top to bottom.
pub(super) fn take_tables(
    rules: &[Rule],
    fills: &[Fill],
    page: Box4,
    segments: &mut Vec<Segment>,
) -> Vec<Table> {
    let mut grids = grids(rules, page);
    grids.sort_by(|a, b| a.size().total_cmp(&b.size()));
    let mut tables: Vec<Table> = grids.iter().filter_map(|g| g.take(fills, segments)).collect();
    tables.sort_by(|a, b| a.area[1].total_cmp(&b.area[1]));
    tables
}

fn grids(rules: &[Rule], page: Box4) -> Vec<Grid> {
    let across = strokes(rules.iter().filter(|r| r.horizontal()).map(horizontal), [page[1], page[3]]);
    let down = strokes(rules.iter().filter(|r| !r.horizontal()).map(vertical), [page[0], page[2]]);
    if across.len() < 2 || down.is_empty() || across.len() > MOST_LINES || down.len() > MOST_LINES {
        return Vec::new();
    }
    components(&across, &down)
}

fn horizontal(rule: &Rule) -> Stroke {
    let [x0, y0, x1, y1] = rule.area;
    Stroke { at: (y0 + y1) / 2.0, from: x0, to: x1, drawn: !rule.edge }
}

fn vertical(rule: &Rule) -> Stroke {
    let [x0, y0, x1, y1] = rule.area;
    Stroke { at: (x0 + x1) / 2.0, from: y0, to: y1, drawn: !rule.edge }
}

/// Lines that lie on each other or continue each other become one. Those at the page's edge are its frame.
fn strokes(rules: impl Iterator<Item = Stroke>, ends: [f32; 2]) -> Vec<Stroke> {
    let mut all: Vec<Stroke> =
        rules.filter(|s| s.to - s.from >= 4.0 && s.at > ends[0] + 2.0 && s.at < ends[1] - 2.0).collect();
    all.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.from.total_cmp(&b.from)));
    let mut merged: Vec<Stroke> = Vec::new();
    let mut group = 0;
    for stroke in all {
        if merged.get(group).is_some_and(|first| stroke.at - first.at > SAME) {
            group = merged.len();
        }
        let meets = |s: &&mut Stroke| stroke.from <= s.to + TOUCH && stroke.to >= s.from - TOUCH;
        let from = group.min(merged.len());
        match merged[from..].iter_mut().find(meets) {
            Some(same) => {
                same.from = same.from.min(stroke.from);
                same.to = same.to.max(stroke.to);
                same.drawn |= stroke.drawn;
            }
            None => merged.push(stroke),
        }
        if merged.len() > MOST_LINES {
            break;
        }
    }
    merged
}

fn components(across: &[Stroke], down: &[Stroke]) -> Vec<Grid> {
    let mut owner: Vec<usize> = (0..across.len() + down.len()).collect();
    for (v, d) in down.iter().enumerate() {
        for (h, a) in across.iter().enumerate() {
            let touches = d.at >= a.from - TOUCH
                && d.at <= a.to + TOUCH
                && a.at >= d.from - TOUCH
                && a.at <= d.to + TOUCH;
            if touches {
                let (x, y) = (root(&mut owner, h), root(&mut owner, across.len() + v));
                owner[x.max(y)] = x.min(y);
            }
        }
    }
    let mut grids: Vec<(usize, Grid)> = Vec::new();
    for i in 0..owner.len() {
        let of = root(&mut owner, i);
        let at = grids.iter().position(|(r, _)| *r == of).unwrap_or_else(|| {
            grids.push((of, Grid { xs: Vec::new(), ys: Vec::new(), down: Vec::new(), across: Vec::new() }));
            grids.len() - 1
        });
        match across.get(i) {
            Some(&stroke) => grids[at].1.across.push(stroke),
            None => grids[at].1.down.push(down[i - across.len()]),
        }
    }
    grids
        .into_iter()
        .map(|(_, grid)| grid.with_lines())
        .filter(|g| g.xs.len() >= 2 && g.ys.len() >= 2)
        .collect()
}

fn root(owner: &mut [usize], mut i: usize) -> usize {
    while owner[i] != i {
        owner[i] = owner[owner[i]];
        i = owner[i];
    }
    i
}

impl Grid {
    /// Finds where columns and rows begin and end; a side without a line of its own ends where the lines across end.
    fn with_lines(mut self) -> Self {
        self.xs = places(self.down.iter().map(|s| s.at), self.across.iter());
        self.ys = places(self.across.iter().map(|s| s.at), self.down.iter());
        self
    }

    fn size(&self) -> f32 {
        let area = self.area();
        (area[2] - area[0]) * (area[3] - area[1])
    }

    fn area(&self) -> Box4 {
        let end = |v: &[f32]| v.last().copied().unwrap_or(0.0);
        [self.xs[0], self.ys[0], end(&self.xs), end(&self.ys)]
    }

    /// Cells without a line between them share a number.
    fn merged_cells(&self) -> Vec<usize> {
        let (columns, rows) = (self.xs.len() - 1, self.ys.len() - 1);
        let mut owner: Vec<usize> = (0..columns * rows).collect();
        for r in 0..rows {
            let y = (self.ys[r] + self.ys[r + 1]) / 2.0;
            for c in 0..columns {
                let x = (self.xs[c] + self.xs[c + 1]) / 2.0;
                if c + 1 < columns && !parted(&self.down, self.xs[c + 1], y) {
                    unite(&mut owner, r * columns + c, r * columns + c + 1);
                }
                if r + 1 < rows && !parted(&self.across, self.ys[r + 1], x) {
                    unite(&mut owner, r * columns + c, (r + 1) * columns + c);
                }
            }
        }
        (0..owner.len()).map(|i| root(&mut owner, i)).collect()
    }

    fn cell_at(&self, word: &Word) -> Option<usize> {
        let (x, y) = ((word.x0 + word.x1) / 2.0, word.y - word.size * 0.3);
        let column = self.xs.partition_point(|&edge| edge <= x).checked_sub(1)?;
        let row = self.ys.partition_point(|&edge| edge <= y).checked_sub(1)?;
        (column + 1 < self.xs.len() && row + 1 < self.ys.len()).then_some(row * (self.xs.len() - 1) + column)
    }

    fn take(&self, fills: &[Fill], segments: &mut Vec<Segment>) -> Option<Table> {
        let columns = self.xs.len() - 1;
        let cells = self.merged_cells();
        if cells.iter().all(|&c| c == cells[0]) {
            return None;
        }
        let mut words: Vec<Vec<Word>> = vec![Vec::new(); cells.len()];
        for word in segments.iter().flat_map(|s| &s.words) {
            if let Some(cell) = self.cell_at(word) {
                words[cells[cell]].push(word.clone());
            }
        }
        let drawn = self.down.iter().chain(&self.across).filter(|s| s.drawn).count();
        let sure = drawn * 2 >= self.down.len() + self.across.len();
        if !is_table(&words, columns, sure) {
            return None;
        }
        self.remove_words(segments);
        let ocr = words.iter().flatten().any(|w| w.ocr);
        let mut rows: Vec<TableRow> = Vec::new();
        for (cells_of_row, owners) in words.chunks(columns).zip(cells.chunks(columns)) {
            let spans = owners.iter().all(|&o| o == owners[0]);
            rows.extend(rows_of_cells(cells_of_row, spans, &self.xs));
        }
        self.mark_headers(fills, &mut rows);
        let mut table = Table {
            area: self.area(),
            columns: self.xs[..columns].to_vec(),
            rows,
            ocr,
            role: capmap_model::Role::Main,
        };
        drop_empty(&mut table);
        Some(table)
    }

    fn remove_words(&self, segments: &mut Vec<Segment>) {
        let mut kept = Vec::with_capacity(segments.len());
        for segment in segments.drain(..) {
            let inside = segment.words.iter().filter(|w| self.cell_at(w).is_some()).count();
            if inside == 0 {
                kept.push(segment);
            } else if inside < segment.words.len() {
                let rest: Vec<Word> =
                    segment.words.into_iter().filter(|w| self.cell_at(w).is_none()).collect();
                kept.push(Segment::new(rest));
            }
        }
        *segments = kept;
    }

    /// The first row with several cells is a row of headers where it is heavier than the rest or on a ground of its own.
    fn mark_headers(&self, fills: &[Fill], rows: &mut [TableRow]) {
        let filled = |row: &TableRow| row.cells.iter().filter(|c| !c.is_empty()).count();
        let Some(first) = rows.iter().position(|r| filled(r) >= 2) else { return };
        let others: Vec<f32> = rows[first + 1..].iter().map(|r| r.weight).filter(|&w| w > 0.0).collect();
        let mean = others.iter().sum::<f32>() / others.len().max(1) as f32;
        let heavier = mean > 0.0 && rows[first].weight > mean * 1.2;
        let ground = |r: usize| self.ground(fills, r);
        let own_ground =
            first + 2 < self.ys.len() && ground(first).is_some() && ground(first) != ground(first + 1);
        rows[first].header = first <= 2 && rows.len() > first + 1 && (heavier || own_ground);
    }

    fn ground(&self, fills: &[Fill], row: usize) -> Option<[u8; 4]> {
        let y = (self.ys[row] + self.ys[row + 1]) / 2.0;
        let x = self.xs[0] + 4.0;
        let under = |f: &&Fill| f.area[0] <= x && x <= f.area[2] && f.area[1] <= y && y <= f.area[3];
        fills.iter().rev().find(under).and_then(|f| f.color).filter(|c| c[..3] != [255, 255, 255])
    }
}

fn places<'s>(
    lines: impl Iterator<Item = f32>,
    others: impl Iterator<Item = &'s Stroke> + Clone,
) -> Vec<f32> {
    let mut at: Vec<f32> = lines.collect();
    at.sort_by(f32::total_cmp);
    at.dedup_by(|a, b| *a - *b <= SAME * 1.5);
    let from = others.clone().map(|s| s.from).fold(f32::MAX, f32::min);
    let to = others.map(|s| s.to).fold(f32::MIN, f32::max);
    if at.first().is_some_and(|&first| from < first - 8.0) {
        at.insert(0, from);
    }
    if at.last().is_some_and(|&last| to > last + 8.0) {
        at.push(to);
    }
    at
}

fn parted(strokes: &[Stroke], at: f32, along: f32) -> bool {
    strokes.iter().any(|s| (s.at - at).abs() <= SAME * 1.5 && s.from - 1.0 <= along && along <= s.to + 1.0)
}

fn unite(owner: &mut [usize], a: usize, b: usize) {
    let (x, y) = (root(owner, a), root(owner, b));
    owner[x.max(y)] = x.min(y);
}

/// Text in at least two columns, and not one row of long texts. Areas that only touch need short texts in most cells.
fn is_table(words: &[Vec<Word>], columns: usize, sure: bool) -> bool {
    let used = (0..columns).filter(|&c| words.iter().skip(c).step_by(columns).any(|w| !w.is_empty())).count();
    let rows = words.chunks(columns).filter(|r| r.iter().any(|c| !c.is_empty())).count();
    let longest = words.iter().map(|w| w.iter().map(|w| w.text.len() + 1).sum::<usize>()).max().unwrap_or(0);
    let filled = words.iter().filter(|w| !w.is_empty()).count();
    let plain = sure || (longest < LAYOUT_CELL / 2 && filled * 2 >= rows * used);
    used >= 2 && plain && (rows >= 2 || longest < LAYOUT_CELL)
}

/// Cells between two lines to a row; to several where every cell lists the same number of short lines, level with the
/// others': some tables have no lines between their rows.
fn rows_of_cells(cells: &[Vec<Word>], spans: bool, xs: &[f32]) -> Vec<TableRow> {
    let all: Vec<&Word> = cells.iter().flatten().collect();
    let weight = mean_weight(&all);
    let lines: Vec<Vec<Line>> = cells.iter().map(|words| cell_lines(words)).collect();
    if let Some(count) = listed(&lines, xs) {
        let row = |i: usize| {
            lines.iter().map(|cell| cell.get(i).map(|l| l.text.clone()).into_iter().collect()).collect()
        };
        return (0..count).map(|i| TableRow { cells: row(i), header: false, weight, spans }).collect();
    }
    let texts = lines.into_iter().map(|cell| cell.into_iter().map(|l| l.text).collect()).collect();
    vec![TableRow { cells: texts, header: false, weight, spans }]
}

/// How many rows stand in one pair of lines; none where it is one.
fn listed(lines: &[Vec<Line>], xs: &[f32]) -> Option<usize> {
    let filled: Vec<usize> = (0..lines.len()).filter(|&c| !lines[c].is_empty()).collect();
    let first = &lines[*filled.first()?];
    let level = |c: &usize| lines[*c].iter().zip(first).all(|(a, b)| (a.y - b.y).abs() < 3.0);
    let short = |c: &usize| {
        let width = xs[*c + 1] - xs[*c];
        lines[*c].iter().all(|l| l.x1 - l.x0 < width * 0.6)
    };
    let same = filled.iter().all(|&c| lines[c].len() == first.len()) && filled.iter().all(level);
    (filled.len() >= 2 && first.len() >= 4 && same && filled.iter().any(short)).then_some(first.len())
}

/// The lines of a cell's words.
fn cell_lines(words: &[Word]) -> Vec<Line> {
    if words.is_empty() {
        return Vec::new();
    }
    super::columns::rows_of(segments_of(words.to_vec()))
        .iter()
        .filter_map(|row| Line::of(row, [0.0, 0.0]))
        .filter(|line| !line.text.is_empty())
        .collect()
}

/// Leaves out rows and columns without any text.
pub(super) fn drop_empty(table: &mut Table) {
    table.rows.retain(|r| r.cells.iter().any(|c| !c.is_empty()));
    let used: Vec<bool> =
        (0..table.columns.len()).map(|c| table.rows.iter().any(|r| !r.cells[c].is_empty())).collect();
    let keep = |i: &mut usize| {
        *i += 1;
        used[*i - 1]
    };
    let mut i = 0;
    table.columns.retain(|_| keep(&mut i));
    for row in &mut table.rows {
        let mut i = 0;
        row.cells.retain(|_| keep(&mut i));
    }
}
