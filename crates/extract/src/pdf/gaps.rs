//! Tables without drawn lines: rows whose gaps stand above each other.
//!
//! A table begins with a line that has a gap in it and goes on while later lines leave at least one of these gaps free.
//! Lines that fill only some columns continue the cells above them.

use super::line::{Table, TableRow, mean_weight};
use super::words::{Segment, Word};

/// A gap between cells is at least this part of the font size.
const GAP: f32 = 0.9;
/// Lines with a gap that make a table.
const ROWS: usize = 3;
/// Lines of the longest table on one page.
const LONGEST: usize = 500;
/// A row further below than this many font sizes begins something else.
const FAR: f32 = 3.6;

/// A run of rows that is a table.
pub(super) struct Found {
    /// One past the last row.
    pub(super) to: usize,
    /// The table.
    pub(super) table: Table,
}

/// The next table at or after row `from`.
pub(super) fn table_at(rows: &[Vec<Segment>], from: usize) -> Option<Found> {
    let first = gaps(rows.get(from)?);
    if first.is_empty() || is_leader(&rows[from]) {
        return None;
    }
    let (to, gutters) = grow(rows, from, first);
    let several = rows[from..to].iter().filter(|r| splits(r, &gutters)).count();
    let wide = gutters.len() >= 2;
    let labels = several >= 2 && gutters.len() == 1 && beside_labels(&rows[from..to], &gutters[0]);
    if !labels && (several < if wide { 2 } else { ROWS } || several * 4 < to - from) {
        return None;
    }
    if gutters.len() == 1 && !short_cells(&rows[from..to], &gutters) {
        return None;
    }
    Some(Found { to, table: build(&rows[from..to], &gutters) })
}

/// Free stretches between the segments of a row. A bullet or number and its text are one.
fn gaps(row: &[Segment]) -> Vec<[f32; 2]> {
    let marker = |s: &Segment| s.words.len() == 1 && is_marker(&s.words[0].text);
    let skip = usize::from(row.first().is_some_and(marker));
    row.windows(2)
        .skip(skip)
        .filter(|w| w[1].x0 - w[0].x1 >= w[0].size.max(w[1].size) * GAP)
        .map(|w| [w[0].x1, w[1].x0])
        .collect()
}

fn is_marker(text: &str) -> bool {
    super::marker::is_marker(text) || text.chars().all(|c| !c.is_alphanumeric())
}

/// True where a row has text on both sides of one of the gutters.
fn splits(row: &[Segment], gutters: &[[f32; 2]]) -> bool {
    gutters.iter().any(|g| row.iter().any(|s| s.x1 <= g[0] + 1.0) && row.iter().any(|s| s.x0 >= g[1] - 1.0))
}

/// A narrow column of labels beside a column of text: both begin at one place each, and the labels are short.
fn beside_labels(rows: &[Vec<Segment>], gutter: &[f32; 2]) -> bool {
    let edge = (gutter[0] + gutter[1]) / 2.0;
    let level = |left: bool| {
        let mut starts = rows.iter().flatten().filter(|s| (s.x1 <= edge) == left).map(|s| s.x0);
        let first = starts.next().unwrap_or(0.0);
        starts.all(|x| (x - first).abs() < 3.0)
    };
    let short = rows.iter().flatten().filter(|s| s.x1 <= edge).all(|s| s.words.len() <= 4);
    let size = rows[0][0].size;
    short && gutter[1] - gutter[0] > size && level(true) && level(false)
}

/// Dots that lead to a page number.
fn is_leader(row: &[Segment]) -> bool {
    row.iter().any(|s| s.words.iter().any(|w| w.text.contains("....") || w.text.contains("……")))
        || row.iter().flat_map(|s| &s.words).filter(|w| w.text == ".").count() > 4
}

fn grow(rows: &[Vec<Segment>], from: usize, mut gutters: Vec<[f32; 2]>) -> (usize, Vec<[f32; 2]>) {
    let mut to = from + 1;
    let mut kept_to = to;
    while let Some(row) = rows.get(to).filter(|_| to - from < LONGEST) {
        let (before, size) = (&rows[to - 1], row[0].size.max(rows[to - 1][0].size));
        if row[0].y - before[0].y > size * FAR || is_leader(row) {
            break;
        }
        let left = free_of(&gutters, row);
        let own = gaps(row);
        let lost = gutters.len() - left.len();
        if left.is_empty()
            || (own.is_empty() && lost > 0)
            || (lost > 0 && left.len() < own.len().min(gutters.len()))
        {
            break;
        }
        gutters = left;
        to += 1;
        if !own.is_empty() || to - kept_to < 4 {
            kept_to = to;
        }
    }
    // lines after the last row with a gap belong to the table only where they continue a cell other than the first
    let mut end = to;
    while end > from + 1 && gaps(&rows[end - 1]).is_empty() && continues_first(&rows[end - 1], &gutters) {
        end -= 1;
    }
    (end, gutters)
}

fn continues_first(row: &[Segment], gutters: &[[f32; 2]]) -> bool {
    row.iter().all(|s| gutters.first().is_none_or(|g| s.x1 <= g[1]))
}

fn free_of(gutters: &[[f32; 2]], row: &[Segment]) -> Vec<[f32; 2]> {
    let size = row.iter().map(|s| s.size).fold(0.0, f32::max);
    let mut free = Vec::new();
    for &[mut left, mut right] in gutters {
        for segment in row {
            if segment.x1 <= left || segment.x0 >= right {
                continue;
            }
            if segment.x0 <= left && segment.x1 >= right {
                right = left;
            } else if (segment.x0 + segment.x1) / 2.0 < (left + right) / 2.0 {
                left = segment.x1;
            } else {
                right = segment.x0;
            }
        }
        if right - left >= size * 0.6 {
            free.push([left, right]);
        }
    }
    free
}

/// Two columns are a table only where at least one of them holds short texts: two of prose are columns to read.
fn short_cells(rows: &[Vec<Segment>], gutters: &[[f32; 2]]) -> bool {
    let edge = (gutters[0][0] + gutters[0][1]) / 2.0;
    let mean = |left: bool| {
        let words = rows.iter().flatten().filter(|s| (s.x1 <= edge) == left).map(|s| s.words.len());
        let (sum, n) = words.fold((0, 0), |(sum, n), w| (sum + w, n + 1));
        sum as f32 / (n as f32).max(1.0)
    };
    mean(true) <= 4.5 || mean(false) <= 4.5
}

fn build(rows: &[Vec<Segment>], gutters: &[[f32; 2]]) -> Table {
    let edges: Vec<f32> = gutters.iter().map(|g| (g[0] + g[1]) / 2.0).collect();
    let columns = edges.len() + 1;
    let all = || rows.iter().flatten();
    let breaks = row_breaks(rows, &edges);
    let mut out: Vec<TableRow> = Vec::new();
    for (row, starts) in rows.iter().zip(breaks) {
        if starts || out.is_empty() {
            let words: Vec<&Word> = row.iter().flat_map(|s| &s.words).collect();
            out.push(TableRow {
                cells: vec![Vec::new(); columns],
                header: false,
                weight: mean_weight(&words),
                spans: false,
            });
        }
        let Some(target) = out.last_mut() else { continue };
        for (column, cell) in target.cells.iter_mut().enumerate() {
            let inside: Vec<&Word> =
                row.iter().filter(|s| column_of(s, &edges) == column).flat_map(|s| &s.words).collect();
            if !inside.is_empty() {
                cell.push(super::line::join_words(&inside));
            }
        }
    }
    mark_header(&mut out);
    let x0 = all().map(|s| s.x0).fold(f32::MAX, f32::min);
    let mut lefts = vec![x0];
    lefts.extend(gutters.iter().map(|g| g[1]));
    let area = [
        x0,
        all().map(Segment::top).fold(f32::MAX, f32::min),
        all().map(|s| s.x1).fold(f32::MIN, f32::max),
        all().map(Segment::bottom).fold(f32::MIN, f32::max),
    ];
    let ocr = all().flat_map(|s| &s.words).any(|w| w.ocr);
    Table { area, columns: lefts, rows: out, ocr, role: capmap_model::Role::Main }
}

fn column_of(segment: &Segment, edges: &[f32]) -> usize {
    let middle = (segment.x0 + segment.x1) / 2.0;
    edges.partition_point(|&edge| edge < middle)
}

/// Which lines begin a row: where the leading shows it, by the leading; else where the first column has text.
fn row_breaks(rows: &[Vec<Segment>], edges: &[f32]) -> Vec<bool> {
    let pitch: Vec<f32> = rows.windows(2).map(|w| w[1][0].y - w[0][0].y).collect();
    let tight = pitch.iter().copied().fold(f32::MAX, f32::min);
    let loose = pitch.iter().filter(|&&p| p > tight * 1.3).count();
    let first_filled = |row: &Vec<Segment>| row.iter().any(|s| column_of(s, edges) == 0);
    let continued = rows.iter().filter(|r| !first_filled(r)).count();
    let by_leading = loose > 0 && loose + 1 < rows.len() && (continued > 0 || loose * 4 >= rows.len());
    rows.iter()
        .enumerate()
        .map(|(i, row)| i == 0 || if by_leading { pitch[i - 1] > tight * 1.3 } else { first_filled(row) })
        .collect()
}

fn mark_header(rows: &mut [TableRow]) {
    let Some((first, rest)) = rows.split_first_mut() else { return };
    let known: Vec<f32> = rest.iter().map(|r| r.weight).filter(|&w| w > 0.0).collect();
    let mean = known.iter().sum::<f32>() / known.len().max(1) as f32;
    let filled = first.cells.iter().filter(|c| !c.is_empty()).count();
    first.header = filled >= 2 && mean > 0.0 && first.weight > mean * 1.2;
}
