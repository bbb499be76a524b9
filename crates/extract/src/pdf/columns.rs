//! Reading order: which stretches of a page are columns, and in what order they are read.
//!
//! A gutter is a free upright strip with running text on both sides. The best one is looked for over the whole page, so
//! that a heading across both columns only ends it. What lies above is read first, then the left side, then the right
//! side, then what lies below, each in the same manner. Rows of short texts that stand level with each other are a table
//! and are read across.

use super::line::Table;
use super::words::Segment;

/// Width of the strips that are tried, in points.
const STEP: f32 = 3.0;
/// Columns inside columns inside columns end somewhere.
const DEPTH: usize = 8;
/// More pieces of lines than this on a page are no columns of text, whatever they are.
const MOST: usize = 20_000;
/// Lines that each side of a gutter needs.
const LINES: usize = 3;

/// Something that is read as one: a segment of a line or a table.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// Part of a line.
    Segment(Segment),
    /// A whole table.
    Table(Table),
}

/// A stretch of a page that is read from top to bottom.
#[derive(Debug)]
pub(super) struct Column {
    /// Left end of its text.
    pub(super) x0: f32,
    /// Right end of its text.
    pub(super) x1: f32,
    /// Sorted by their tops.
    pub(super) items: Vec<Item>,
}

impl Item {
    pub(super) fn x0(&self) -> f32 {
        match self {
            Item::Segment(s) => s.x0,
            Item::Table(t) => t.area[0],
        }
    }

    pub(super) fn x1(&self) -> f32 {
        match self {
            Item::Segment(s) => s.x1,
            Item::Table(t) => t.area[2],
        }
    }

    pub(super) fn top(&self) -> f32 {
        match self {
            Item::Segment(s) => s.top(),
            Item::Table(t) => t.area[1],
        }
    }

    pub(super) fn bottom(&self) -> f32 {
        match self {
            Item::Segment(s) => s.bottom(),
            Item::Table(t) => t.area[3],
        }
    }

    fn middle(&self) -> f32 {
        (self.top() + self.bottom()) / 2.0
    }
}

/// A free strip with text on both sides.
struct Gutter {
    x: f32,
    top: f32,
    bottom: f32,
    lines: usize,
}

/// The columns of a page in reading order.
pub(super) fn columns(mut items: Vec<Item>) -> Vec<Column> {
    items.sort_by(|a, b| a.top().total_cmp(&b.top()).then(a.x0().total_cmp(&b.x0())));
    let mut out = Vec::new();
    split(items, DEPTH, &mut out);
    out
}

fn split(items: Vec<Item>, depth: usize, out: &mut Vec<Column>) {
    if items.is_empty() {
        return;
    }
    let gutter =
        if depth > 0 && (2 * LINES..MOST).contains(&items.len()) { best_gutter(&items) } else { None };
    let Some(gutter) = gutter else {
        out.push(Column {
            x0: items.iter().map(Item::x0).fold(f32::MAX, f32::min),
            x1: items.iter().map(Item::x1).fold(f32::MIN, f32::max),
            items,
        });
        return;
    };
    let (mut above, mut left, mut right, mut below) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for item in items {
        if item.middle() <= gutter.top {
            above.push(item);
        } else if item.middle() >= gutter.bottom {
            below.push(item);
        } else if (item.x0() + item.x1()) / 2.0 < gutter.x {
            left.push(item);
        } else {
            right.push(item);
        }
    }
    for part in [above, left, right, below] {
        split(part, depth - 1, out);
    }
}

fn best_gutter(items: &[Item]) -> Option<Gutter> {
    let x0 = items.iter().map(Item::x0).fold(f32::MAX, f32::min);
    let x1 = items.iter().map(Item::x1).fold(f32::MIN, f32::max);
    let strips = (((x1 - x0) / STEP) as usize).min(2_000);
    let mut found: Vec<Gutter> = Vec::new();
    for strip in 1..strips {
        free_stretches(items, x0 + strip as f32 * STEP, &mut found);
    }
    // the longest first; among equals, the one nearest the middle
    let centre = (x0 + x1) / 2.0;
    found.sort_by(|a, b| {
        b.lines
            .cmp(&a.lines)
            .then((a.x - centre).abs().total_cmp(&(b.x - centre).abs()))
            .then(a.x.total_cmp(&b.x))
    });
    found.truncate(40);
    found.into_iter().find(|g| parts_columns(items, g))
}

/// Adds the stretches of the upright line at `x` that no item crosses and that have lines on both sides.
fn free_stretches(items: &[Item], x: f32, found: &mut Vec<Gutter>) {
    let mut stretch = Stretch::default();
    for item in items {
        if item.x0() < x && x < item.x1() {
            stretch.end(x, item.middle(), found);
            stretch = Stretch { top: item.middle(), ..Stretch::default() };
        } else if item.x1() <= x {
            stretch.left += 1;
        } else {
            stretch.right += 1;
        }
    }
    stretch.end(x, f32::MAX, found);
}

struct Stretch {
    top: f32,
    left: usize,
    right: usize,
}

impl Default for Stretch {
    fn default() -> Self {
        Stretch { top: f32::MIN, left: 0, right: 0 }
    }
}

impl Stretch {
    fn end(&self, x: f32, bottom: f32, found: &mut Vec<Gutter>) {
        if self.left >= LINES && self.right >= LINES {
            found.push(Gutter { x, top: self.top, bottom, lines: self.left.min(self.right) });
        }
    }
}

/// Whether the text on the two sides is two columns rather than the cells of a table.
fn parts_columns(items: &[Item], gutter: &Gutter) -> bool {
    let within: Vec<&Item> =
        items.iter().filter(|i| i.middle() > gutter.top && i.middle() < gutter.bottom).collect();
    let (left, right): (Vec<&Item>, Vec<&Item>) = within.iter().partition(|i| i.x1() <= gutter.x);
    let (left, right) = (Side::of(&left), Side::of(&right));
    let size = left.size.max(right.size);
    if right.x0 - left.x1 < (size * 0.7).max(6.0) {
        return false;
    }
    let shared = left.bottom.min(right.bottom) - left.top.max(right.top);
    if shared < (left.bottom - left.top).min(right.bottom - right.top) * 0.4 {
        return false;
    }
    if (left.prose && right.prose) || (left.list && right.list) {
        return true;
    }
    let level =
        left.baselines.iter().filter(|&&y| right.baselines.iter().any(|r| (r - y).abs() < 1.5)).count();
    let rest =
        right.baselines.iter().filter(|&&y| left.baselines.iter().any(|l| (l - y).abs() < 1.5)).count();
    let share = (level as f32 / left.baselines.len() as f32).max(rest as f32 / right.baselines.len() as f32);
    share < 0.4 && left.baselines.len() >= 4 && right.baselines.len() >= 4
}

struct Side {
    x0: f32,
    x1: f32,
    top: f32,
    bottom: f32,
    size: f32,
    baselines: Vec<f32>,
    /// Most lines are long and of several words.
    prose: bool,
    /// Most lines begin with a bullet or number.
    list: bool,
}

impl Side {
    fn of(items: &[&Item]) -> Side {
        let fold = |f: fn(&Item) -> f32, start: f32, pick: fn(f32, f32) -> f32| {
            items.iter().map(|i| f(i)).fold(start, pick)
        };
        let (x0, x1) = (fold(Item::x0, f32::MAX, f32::min), fold(Item::x1, f32::MIN, f32::max));
        let mut side = Side {
            x0,
            x1,
            top: fold(Item::top, f32::MAX, f32::min),
            bottom: fold(Item::bottom, f32::MIN, f32::max),
            size: 0.0,
            baselines: Vec::new(),
            prose: false,
            list: false,
        };
        let (mut long, mut words, mut marked) = (0, 0, 0);
        for item in items {
            match item {
                Item::Segment(s) => {
                    side.baselines.push(s.y);
                    side.size = side.size.max(s.size.min(14.0));
                    long += usize::from(s.x1 - s.x0 > (x1 - x0) * 0.6);
                    words += s.words.len();
                    marked += usize::from(
                        s.dot.is_some() || (s.words.len() > 1 && super::marker::begins_with_marker(s)),
                    );
                }
                Item::Table(t) => {
                    side.baselines.push(t.area[1]);
                    long += 1;
                    words += 6;
                }
            }
        }
        let n = items.len();
        side.list = marked >= 3 && marked * 2 >= n;
        side.prose = (long * 2 >= n && words >= n * 3) || words >= n * 5;
        side
    }
}

/// Segments that stand on one line, from left to right; lines from top to bottom.
pub(super) fn rows_of(mut segments: Vec<Segment>) -> Vec<Vec<Segment>> {
    segments.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        match rows.last_mut().filter(|row| row.iter().any(|other| on_one_line(other, &segment))) {
            Some(row) => row.push(segment),
            None => rows.push(vec![segment]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    rows
}

/// Half of the smaller one's height is shared, and they stand beside each other.
fn on_one_line(a: &Segment, b: &Segment) -> bool {
    let shared = a.bottom().min(b.bottom()) - a.top().max(b.top());
    let height = (a.bottom() - a.top()).min(b.bottom() - b.top());
    let beside = a.x1.min(b.x1) - a.x0.max(b.x0) < a.size.min(b.size) * 0.5;
    let level = (a.y - b.y).abs() < a.size.min(b.size) * 0.5;
    shared > height * 0.5 && beside && (level || shared > height * 0.8)
}
