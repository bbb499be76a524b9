//! Everything but the evidence: reading, verdict, map, gaps, readiness, documents, log.

use super::sheet::{Cell, Sheet};
use crate::html::said;
use crate::view::{State, View};
use crate::words;
use capmap_model::Criterion;

pub(super) fn reading(sheet: &mut Sheet, view: &View<'_>) {
    sheet.heading(2, "What was read, and what limits the verdict");
    sheet.text(&words::reading(view));
    for limit in words::limits(view) {
        sheet.item(&limit);
    }
    let row = |source: &str, status: &str, why: &str| vec![source.into(), status.into(), why.into()];
    let lost: Vec<_> =
        view.lost().map(|d| row(&d.source, &d.status, d.reason.as_deref().unwrap_or_default())).collect();
    if !lost.is_empty() {
        sheet.table(&["Not read, or not whole", "Status", "Why, and what to do"], &[4, 2, 6], lost);
    }
    let hidden = view.pack.documents.iter().filter(|d| !d.hidden.is_empty());
    let hidden: Vec<_> = hidden.map(|d| vec![d.source.as_str().into(), d.hidden.join("; ").into()]).collect();
    if !hidden.is_empty() {
        sheet.table(&["Hidden text, never matched", "How it is hidden"], &[1, 1], hidden);
    }
}

pub(super) fn verdict(sheet: &mut Sheet, view: &View<'_>) {
    sheet.heading(2, "Verdict");
    sheet.strong(&words::verdict(view));
    let Ok(score) = &view.score else { return };
    let row = |p: &capmap_score::PolicyResult| -> Vec<Cell> {
        let met = if p.met { "met" } else { "not met" };
        let met = Cell { bold: true, ..met.into() };
        vec![p.id.as_str().into(), p.description.as_str().into(), met, words::policy(p).into()]
    };
    let rows = score.policies.iter().map(row).collect();
    sheet.table(&["Policy", "What it counts", "Verdict", "Outcome"], &[4, 5, 2, 5], rows);
}

/// The picture of the map as a table of boxes, three beside each other.
pub(super) fn map(sheet: &mut Sheet, view: &View<'_>) {
    sheet.heading(2, "Capability map");
    sheet.text(&words::map(view));
    for group in view.groups() {
        sheet.strong(group.name);
        let boxes = |row: &[&Criterion]| {
            let boxes = row.iter().map(|c| criterion_box(view, c));
            boxes.chain(std::iter::repeat_with(|| "".into())).take(3).collect()
        };
        sheet.table(&[], &[1, 1, 1], group.criteria.chunks(3).map(boxes).collect());
    }
}

fn criterion_box(view: &View<'_>, criterion: &Criterion) -> Cell {
    let state = view.state(&criterion.id);
    let points = criterion.points.map(|p| format!(", {p} p.")).unwrap_or_default();
    let colors = match state {
        State::Confirmed => ("17523F", "FFFFFF"),
        State::Offered => ("CFE3DA", "16211D"),
        State::Topic => ("EEEEEE", "16211D"),
        State::Excluded | State::None => ("FFFFFF", "444444"),
    };
    Cell {
        text: format!("{} ({}{points})", criterion.name, state.word()),
        bold: state == State::Confirmed,
        strike: state == State::Excluded,
        colors: Some(colors),
        with_next: false,
    }
}

pub(super) fn missing(sheet: &mut Sheet, view: &View<'_>) {
    let Ok(score) = &view.score else { return };
    sheet.heading(2, "What is missing");
    let route = words::route(view, score);
    if route.is_empty() {
        return sheet.text("Nothing that the threshold needs, or nothing that would reach it.");
    }
    let rows = route
        .into_iter()
        .map(|(name, points, effort)| vec![name.into(), points.to_string().into(), effort.into()]);
    sheet.table(&["Criterion", "Points", "What it takes"], &[4, 1, 5], rows.collect());
}

pub(super) fn readiness(sheet: &mut Sheet, view: &View<'_>) {
    let Some(readiness) = &view.pack.readiness else { return };
    sheet.heading(2, "Readiness beyond documents");
    let status = readiness.status.words();
    sheet.text(&format!("As of {}, from the applicant's own profile: {status}.", readiness.day));
    let row = |rule: &capmap_score::Line| -> Vec<Cell> {
        let known = match &rule.fix {
            None => rule.found.clone(),
            Some(fix) => format!("{}. To settle it: {fix}", rule.found),
        };
        let status = Cell { bold: true, ..rule.status.words().into() };
        vec![format!("{}: {}", rule.title, rule.rule).into(), status, known.into()]
    };
    sheet.table(&["Rule", "Status", "What is known"], &[6, 2, 6], readiness.lines.iter().map(row).collect());
    if !readiness.expiries.is_empty() {
        let row = |e: &capmap_score::Expiry| -> Vec<Cell> {
            vec![e.until.as_str().into(), e.what.as_str().into(), e.effect.as_str().into()]
        };
        let rows = readiness.expiries.iter().map(row).collect();
        sheet.table(&["Ends before the renewal", "What", "What follows"], &[2, 4, 6], rows);
    }
}

pub(super) fn documents(sheet: &mut Sheet, view: &View<'_>) {
    sheet.heading(2, "Documents");
    let row = |d: &crate::pack::PackDocument| -> Vec<Cell> {
        let pages = if d.pages > 0 { d.pages.to_string() } else { String::new() };
        let hash = d.id.as_ref().map_or("", |id| id.0.as_str());
        vec![
            d.source.as_str().into(),
            d.status.as_str().into(),
            pages.into(),
            words::origin(d).into(),
            hash.into(),
        ]
    };
    let rows = view.pack.documents.iter().map(row).collect();
    sheet.table(&["Input", "Status", "Pages", "Origin", "Hash"], &[5, 2, 2, 4, 5], rows);
}

pub(super) fn log(sheet: &mut Sheet, view: &View<'_>) {
    if view.pack.log.events.is_empty() {
        return;
    }
    sheet.heading(2, "Log");
    let row = |e: &crate::pack::LogEvent| -> Vec<Cell> {
        vec![e.seq.to_string().into(), e.time.as_str().into(), e.reviewer.as_str().into(), said(e).into()]
    };
    let rows = view.pack.log.events.iter().map(row).collect();
    sheet.table(&["No.", "Time", "Who", "What"], &[1, 3, 3, 7], rows);
}
