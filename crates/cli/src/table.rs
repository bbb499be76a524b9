//! The capability map for people: 80 columns, one line per criterion with its best citation, what could not be read, totals.

use crate::layout::{COLUMNS, clean, cut, cut_start, pad, width, wrap};
use crate::output::Style;
use crate::view::{Map, Read, Row, coverage_name};
use capmap_evidence::Cluster;
use capmap_model::{Coverage, CriterionKind, FailureKind, Suggestion};

const NAME: usize = 29;
const COVERAGE: usize = 8;
const PLACE: usize = 27;

/// The table.
pub fn print(map: &Map<'_>, style: Style) -> String {
    let mut lines = vec![style.bold(&cut(&clean(&map.criteria.name), COLUMNS)), heading(style)];
    for domain in &map.criteria.domains {
        push_domain(&mut lines, map, domain, style);
    }
    push_unread(&mut lines, map.inputs, style);
    push_foreign(&mut lines, map.inputs, style);
    push_hidden(&mut lines, map.inputs, style);
    lines.push(String::new());
    push_totals(&mut lines, map);
    lines.join("\n") + "\n"
}

fn heading(style: Style) -> String {
    let columns = format!(
        "  {} pts  {}  {} more",
        pad("", NAME),
        pad("coverage", COVERAGE),
        pad("best citation", PLACE)
    );
    style.dim(&columns)
}

/// Capabilities are all shown; of the many supplemental criteria only those with evidence.
fn push_domain(lines: &mut Vec<String>, map: &Map<'_>, domain: &str, style: Style) {
    let rows = || map.rows.iter().filter(|row| row.criterion.domain == *domain);
    let shown =
        |row: &&Row<'_>| row.criterion.kind == CriterionKind::Capability || row.coverage != Coverage::None;
    let left_out = rows().filter(|row| !shown(row)).count();
    lines.push(String::new());
    lines.push(style.bold(&cut(&clean(domain), COLUMNS)));
    for row in rows().filter(shown) {
        push_row(lines, row, style);
    }
    if left_out > 0 {
        let more = if left_out < rows().count() { " more" } else { "" };
        lines.push(style.dim(&format!("  {left_out}{more} without evidence")));
    }
}

fn push_row(lines: &mut Vec<String>, row: &Row<'_>, style: Style) {
    let points = row.criterion.points.map_or("-".to_owned(), |p| p.to_string());
    let coverage = paint(row.coverage, style);
    let name = pad(&cut(&clean(&row.criterion.name), NAME), NAME);
    let line = format!("  {name} {points:>3}  {coverage}");
    let Some(best) = row.suggestions.first().map(Cluster::best) else {
        return lines.push(line.trim_end().to_owned());
    };
    let more = row.suggestions.len() - 1;
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    lines.push(format!("{line}  {}{more}", pad(&place(best, PLACE), PLACE)).trim_end().to_owned());
    let quote = format!("“{}”", clean(best.citation.quote()));
    lines.push(style.dim(&format!("    {}", cut(&quote, COLUMNS - 4))));
}

fn paint(coverage: Coverage, style: Style) -> String {
    let word = pad(coverage_name(coverage), COVERAGE);
    match coverage {
        Coverage::Offered => style.green(&word),
        Coverage::Topic => style.yellow(&word),
        Coverage::Excluded => style.red(&word),
        Coverage::None => style.dim(&word),
    }
}

/// Where a suggestion stands, in at most `columns`: the end of the path matters more than its beginning.
fn place(suggestion: &Suggestion, columns: usize) -> String {
    let at = match suggestion.citation.page() {
        Some(page) => format!(" p.{page}"),
        None => clause(suggestion).map(|number| format!(" §{number}")).unwrap_or_default(),
    };
    let at = cut(&at, columns / 2);
    format!("{}{at}", short_path(&clean(suggestion.citation.source()), columns - width(&at)))
}

/// The whole path, else the file's name, else its end.
fn short_path(path: &str, columns: usize) -> String {
    match path.rsplit_once('/') {
        Some((_, name)) if width(path) > columns => cut_start(&format!("…/{name}"), columns),
        _ => cut_start(path, columns),
    }
}

/// The number of the nearest numbered heading ("3.2" of "3.2 Cost sharing").
fn clause(suggestion: &Suggestion) -> Option<String> {
    let first = |heading: &String| {
        let word = clean(heading).split(' ').next()?.trim_end_matches('.').to_owned();
        word.starts_with(|c: char| c.is_ascii_digit()).then_some(word)
    };
    suggestion.citation.section().iter().rev().find_map(first)
}

fn push_unread(lines: &mut Vec<String>, inputs: &[Read<'_>], style: Style) {
    let of_kind = |read: &&Read<'_>, passed: bool| {
        read.summary.failure().is_some_and(|failure| (failure.kind == FailureKind::PassedBy) == passed)
    };
    let failed: Vec<_> = inputs.iter().filter(|read| of_kind(read, false)).collect();
    let passed = inputs.iter().filter(|read| of_kind(read, true)).count();
    if failed.is_empty() && passed == 0 {
        return;
    }
    lines.push(String::new());
    lines.push(style.bold("Not read, or not wholly"));
    if passed > 0 {
        let what = "addresses that pages lead to were left out; --format json says why";
        lines.push(style.dim(&format!("  {passed} {what}")));
    }
    for read in failed {
        let reason = read.summary.failure().map(|f| clean(&f.detail)).unwrap_or_default();
        let line = format!("{} - {}: {reason}", clean(&read.entry.file.source), read.summary.status.name());
        lines.extend(hang(&line));
    }
}

/// A document in another language has no evidence for another reason than others: nobody may take it for an empty one.
fn push_foreign(lines: &mut Vec<String>, inputs: &[Read<'_>], style: Style) {
    let foreign = |read: &Read<'_>| {
        let why = clean(read.summary.foreign()?);
        Some(hang(&format!("{} - {why}", clean(&read.entry.file.source))))
    };
    let told: Vec<String> = inputs.iter().filter_map(foreign).flatten().collect();
    if !told.is_empty() {
        lines.extend([String::new(), style.bold("Read, and not judged")]);
        lines.extend(told);
    }
}

/// Text that no reader sees is the obvious way to cheat: it counts for nothing, and is told.
fn push_hidden(lines: &mut Vec<String>, inputs: &[Read<'_>], style: Style) {
    let hiding: Vec<_> = inputs.iter().filter(|read| !read.summary.hidden().is_empty()).collect();
    if hiding.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push(style.bold("Hidden text (never matched)"));
    for read in hiding {
        let hidden = read.summary.hidden();
        let mut ways: Vec<&str> = hidden.iter().map(|hidden| hidden.why.words()).collect();
        ways.sort_unstable();
        ways.dedup();
        let pieces = match hidden.len() {
            1 => "1 piece".to_owned(),
            many => format!("{many} pieces"),
        };
        lines.extend(hang(&format!("{} - {pieces}: {}", clean(&read.entry.file.source), ways.join("; "))));
    }
}

/// Wrapped, with the lines after the first set in.
fn hang(line: &str) -> Vec<String> {
    let mut lines = wrap(line, 2, COLUMNS - 2);
    for later in lines.iter_mut().skip(1) {
        later.insert_str(0, "  ");
    }
    lines
}

fn push_totals(lines: &mut Vec<String>, map: &Map<'_>) {
    let status = |name: &str| map.inputs.iter().filter(|read| read.summary.status.name() == name).count();
    let inputs = ["read", "partial", "unreadable", "skipped"].map(|name| count(status(name), name));
    lines.push(format!("inputs        {}: {}", map.inputs.len(), listed(&inputs)));
    let capabilities: Vec<_> = map.of_kind(CriterionKind::Capability).collect();
    let graded = |coverage| capabilities.iter().filter(|row| row.coverage == coverage).count();
    let grades = [Coverage::Offered, Coverage::Topic, Coverage::Excluded, Coverage::None]
        .map(|coverage| count(graded(coverage), coverage_name(coverage)));
    lines.push(format!("capabilities  {}: {}", capabilities.len(), listed(&grades)));
    let points = |row: &&Row<'_>| row.criterion.points.unwrap_or(0);
    let offered: u32 = capabilities.iter().filter(|r| r.coverage == Coverage::Offered).map(points).sum();
    let possible: u32 = capabilities.iter().map(points).sum();
    lines.push(format!(
        "points        {offered} of {possible} suggested; none counts before a person confirms it"
    ));
}

fn count(number: usize, name: &str) -> Option<String> {
    (number > 0).then(|| format!("{number} {name}"))
}

fn listed(parts: &[Option<String>]) -> String {
    let parts: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
    parts.join(", ")
}
