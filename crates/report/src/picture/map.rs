//! The capability map: one row per domain or group, one box per criterion.

use super::{cell, fitting, legend, lines, look, svg, words};
use crate::view::{Group, State, View};
use crate::words::map as in_words;
use capmap_model::Criterion;
use maud::{Markup, html};

const LABEL: u32 = 128;
const BOX: (u32, u32) = (102, 50);
const GAP: u32 = 4;
/// Boxes in a row; a longer group goes on in the next.
const ROW: usize = 7;
const TOP: u32 = 26;

/// Domain by capability, in five states.
pub(crate) fn map(view: &View<'_>, prefix: &str) -> Markup {
    let groups = view.groups();
    let rows: u32 = groups.iter().map(height).sum();
    let size = (LABEL + 7 * (BOX.0 + GAP), TOP + rows * (BOX.1 + GAP) + 4);
    let mut y = TOP;
    let body = html! {
        (legend(prefix, &State::ALL, LABEL, 4))
        @for group in &groups {
            (row(view, prefix, group, y))
            ({ y += height(group) * (BOX.1 + GAP); "" })
        }
    };
    svg(prefix, size, "Capability map", &in_words(view), &body)
}

/// Rows that a group takes.
fn height(group: &Group<'_>) -> u32 {
    u32::try_from(group.criteria.len().div_ceil(ROW)).unwrap_or(1)
}

fn row(view: &View<'_>, prefix: &str, group: &Group<'_>, y: u32) -> Markup {
    html! {
        @for (i, part) in (0u32..).zip(lines(group.name, fitting(LABEL - 8), 3)) {
            text x="0" y=(y + 14 + i * 13) font-weight="bold" fill="#111" { (part) }
        }
        @for (i, criterion) in group.criteria.iter().enumerate() {
            @let at = |n: usize| u32::try_from(n).unwrap_or(0);
            (criterion_box(view, prefix, criterion, LABEL + at(i % ROW) * (BOX.0 + GAP), y + at(i / ROW) * (BOX.1 + GAP)))
        }
    }
}

fn criterion_box(view: &View<'_>, prefix: &str, criterion: &Criterion, x: u32, y: u32) -> Markup {
    let state = view.state(&criterion.id);
    let (_, _, _, color) = look(prefix, state);
    let points = criterion.points.map(|p| format!(" · {p} p.")).unwrap_or_default();
    html! {
        g {
            title { (criterion.name) ": " (state.word()) " (" (state.meaning()) ")" }
            (cell(prefix, state, x, y, BOX.0, BOX.1))
            @for (i, part) in (0u32..).zip(lines(&criterion.name, fitting(BOX.0 - 8), 2)) {
                (words(x + 6, y + 15 + i * 12, color, "600", &part))
            }
            (words(x + 6, y + BOX.1 - 7, color, "normal", &format!("{}{points}", state.word())))
        }
    }
}
