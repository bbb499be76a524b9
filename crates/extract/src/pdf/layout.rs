//! One page's ink to lines and tables in reading order.

use super::columns::{Column, Item, columns, rows_of};
use super::hidden::Seen;
use super::ink::{Box4, Fill, Ink, Rule, turn};
use super::line::{Line, PageLayout, Part};
use super::words::{Segment, attach_dots, segments};

/// Lays out what is seen of a page. Text that runs in another direction than most follows at the end.
pub(super) fn lay_out(ink: &Ink, verdicts: &[Seen], number: u32) -> PageLayout {
    let mut page = PageLayout { number, height: ink.height, parts: Vec::new() };
    for angle in angles(ink, verdicts) {
        let found = segments(ink, verdicts, angle);
        if angle % 90 == 0 {
            let rules: Vec<Rule> =
                ink.rules.iter().map(|r| Rule { area: turned(r.area, angle), ..*r }).collect();
            let fills: Vec<Fill> = if angle == 0 {
                Vec::new()
            } else {
                ink.fills.iter().map(|f| turned_fill(f, angle)).collect()
            };
            let fills = if angle == 0 { &ink.fills } else { &fills };
            let dots: Vec<Box4> = ink.dots.iter().map(|&dot| turned(dot, angle)).collect();
            let frame = turned([0.0, 0.0, ink.width, ink.height], angle);
            place(found, &dots, &rules, fills, frame, &mut page.parts);
        } else {
            place(found, &[], &[], &[], [0.0; 4], &mut page.parts);
        }
    }
    page
}

/// Lays out segments, with the rules and fills around them, and appends what they make.
pub(super) fn place(
    mut found: Vec<Segment>,
    dots: &[Box4],
    rules: &[Rule],
    fills: &[Fill],
    frame: Box4,
    parts: &mut Vec<Part>,
) {
    attach_dots(&mut found, dots);
    let tables = if rules.len() >= 3 {
        super::ruled::take_tables(rules, fills, frame, &mut found)
    } else {
        Vec::new()
    };
    let mut items: Vec<Item> = found.into_iter().map(Item::Segment).collect();
    items.extend(tables.into_iter().map(Item::Table));
    for column in columns(items) {
        fill_column(column, parts);
    }
}

/// Directions of the text on a page, that of most glyphs first.
fn angles(ink: &Ink, verdicts: &[Seen]) -> Vec<u16> {
    let mut counts: Vec<(u16, usize)> = Vec::new();
    for (glyph, verdict) in ink.glyphs.iter().zip(verdicts) {
        if matches!(verdict, Seen::No(_)) {
            continue;
        }
        let angle = ink.runs[glyph.run as usize].angle;
        let known = counts.len();
        match counts.iter_mut().find(|(a, _)| *a == angle) {
            Some((_, n)) => *n += 1,
            None if known < 32 => counts.push((angle, 1)),
            None => {}
        }
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    counts.into_iter().map(|(angle, _)| angle).collect()
}

fn turned(area: Box4, angle: u16) -> Box4 {
    if angle == 0 {
        return area;
    }
    let (x0, y0) = turn(area[0], area[1], angle);
    let (x1, y1) = turn(area[2], area[3], angle);
    [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
}

fn turned_fill(fill: &Fill, angle: u16) -> Fill {
    Fill { area: turned(fill.area, angle), shape: None, ..fill.clone() }
}

fn fill_column(column: Column, parts: &mut Vec<Part>) {
    let ends = [column.x0, column.x1];
    let mut open: Vec<Segment> = Vec::new();
    for item in column.items {
        match item {
            Item::Segment(segment) => open.push(segment),
            Item::Table(table) => {
                fill_rows(std::mem::take(&mut open), ends, parts);
                parts.push(Part::Table(table));
            }
        }
    }
    fill_rows(open, ends, parts);
}

fn fill_rows(segments: Vec<Segment>, ends: [f32; 2], parts: &mut Vec<Part>) {
    let rows = rows_of(segments);
    let mut at = 0;
    while at < rows.len() {
        if let Some(found) = super::gaps::table_at(&rows, at) {
            parts.push(Part::Table(found.table));
            at = found.to;
        } else {
            parts.extend(Line::of(&rows[at], ends).filter(|l| !l.text.is_empty()).map(Part::Line));
            at += 1;
        }
    }
}
