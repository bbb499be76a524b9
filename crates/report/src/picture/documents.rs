//! Coverage by document: where the evidence of each domain stands.

use super::{fitting, lines, svg};
use crate::safe;
use crate::view::View;
use capmap_model::CriterionKind;
use maud::{Markup, html};
use std::collections::BTreeMap;

const LABEL: u32 = 290;
const WIDTH: u32 = 870;
const TOP: u32 = 44;
const ROW: u32 = 22;
/// Documents that are drawn; the table lists all.
const MOST: usize = 30;

type Counts<'a> = BTreeMap<&'a str, (usize, usize)>;

/// Documents with most evidence first; none where no document has any.
pub(crate) fn documents(view: &View<'_>, prefix: &str) -> Option<Markup> {
    let counts = view.by_document();
    let mut rows: Vec<(&str, &Counts<'_>)> = counts.iter().map(|(source, by)| (*source, by)).collect();
    rows.retain(|(_, by)| by.values().any(|(confirmed, open)| confirmed + open > 0));
    rows.sort_by_key(|(source, by)| (std::cmp::Reverse(sum(by)), *source));
    let left_out = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    if rows.is_empty() {
        return None;
    }
    let groups = columns(view, &rows);
    let count = u32::try_from(groups.len()).unwrap_or(1).max(1);
    let column = (WIDTH - LABEL) / count;
    let note = if left_out > 0 { 18 } else { 0 };
    let height = TOP + u32::try_from(rows.len()).unwrap_or(0) * ROW + note;
    let body = html! {
        @for (i, group) in (0u32..).zip(&groups) {
            @for (j, part) in (0u32..).zip(lines(group, fitting(column - 6), 3)) {
                text x=(LABEL + i * column + 3) y=(10 + j * 12) fill="#111" { (part) }
            }
        }
        @for (i, (source, by)) in (0u32..).zip(&rows) { (row(prefix, source, by, &groups, TOP + i * ROW, column)) }
        @if left_out > 0 {
            text x="0" y=(height - 5) fill="#444" { "and " (left_out) " more; the table of documents lists all" }
        }
    };
    let description =
        "Confirmed passages by document and domain; in brackets offers that nobody has confirmed.";
    Some(svg(prefix, (WIDTH, height), "Coverage by document", description, &body))
}

/// All domains of capabilities, and the groups of supplemental criteria that have evidence.
fn columns<'a>(view: &View<'a>, rows: &[(&str, &Counts<'a>)]) -> Vec<&'a str> {
    let has = |name: &str| rows.iter().any(|(_, by)| by.get(name).is_some_and(|(c, o)| c + o > 0));
    let set = &view.pack.criteria;
    let capability = |name: &str| set.of_kind(CriterionKind::Capability).any(|c| c.domain == name);
    set.domains.iter().map(String::as_str).filter(|name| capability(name) || has(name)).collect()
}

fn sum(by: &Counts<'_>) -> (usize, usize) {
    by.values().fold((0, 0), |(c, o), (confirmed, open)| (c + confirmed, o + open))
}

fn row(prefix: &str, source: &str, by: &Counts<'_>, groups: &[&str], y: u32, column: u32) -> Markup {
    html! {
        text x="0" y=(y + 14) fill="#111" { (short(source)) title { (safe::line(source)) } }
        @for (i, group) in (0u32..).zip(groups) {
            @let (confirmed, open) = by.get(group).copied().unwrap_or_default();
            (square(prefix, confirmed, open, LABEL + i * column, y, column - 4))
        }
    }
}

/// The end of a path says more than its beginning.
fn short(source: &str) -> String {
    let (line, most) = (safe::line(source), fitting(LABEL - 10));
    let n = line.chars().count();
    if n <= most {
        return line;
    }
    format!("…{}", line.chars().skip(n + 1 - most).collect::<String>())
}

/// Darker for more confirmed passages; the number says it too.
fn square(prefix: &str, confirmed: usize, open: usize, x: u32, y: u32, width: u32) -> Markup {
    let hatch = format!("url(#{prefix}-hatch)");
    let (fill, color) = match (confirmed, open) {
        (0, 0) => ("#fff", "#555"),
        (0, _) => (hatch.as_str(), "#111"),
        (1, _) => ("#cfe3da", "#111"),
        (2..=4, _) => ("#6fa890", "#111"),
        _ => ("#17523f", "#fff"),
    };
    let text = match (confirmed, open) {
        (0, 0) => String::new(),
        (n, 0) => n.to_string(),
        (n, open) => format!("{n} ({open})"),
    };
    html! {
        rect x=(x) y=(y) width=(width) height=(ROW - 3) fill=(fill) stroke="#999" stroke-width="0.6" {}
        (super::words(x + 5, y + 13, color, "600", &text))
    }
}
