//! The matrix of pages for people at a terminal: 80 columns, pages as numbered columns, then what is missing and why.

use crate::fetching::is_no_loss;
use crate::layout::{COLUMNS, clean, cut, cut_start, pad, width, wrap};
use crate::output::Style;
use crate::pages_matrix::{Cell, Line, Matrix, cheapest_first};
use capmap_model::{CriterionKind, Grade, Tier};
use capmap_score::Score;

/// Pages that have a column; of more, those that offer most.
const MOST: usize = 20;
const NAME: usize = 30;
/// Lines of each list behind the matrix.
const LINES: usize = 12;

/// The table.
pub fn print(matrix: &Matrix<'_>, score: Option<&Score>, style: Style) -> String {
    let mut out = vec![style.bold(&cut(&clean(&matrix.criteria.name), COLUMNS)), String::new()];
    let columns = columns(matrix);
    push_matrix(&mut out, matrix, &columns, style);
    push_pages(&mut out, matrix, &columns, style);
    push_missing(&mut out, matrix, score, style);
    push_route(&mut out, matrix, score, style);
    push_same(&mut out, matrix, style);
    push_foreign(&mut out, matrix, style);
    push_unread(&mut out, matrix, style);
    out.join("\n") + "\n"
}

/// The pages that are shown, in the order of their addresses.
fn columns(matrix: &Matrix<'_>) -> Vec<usize> {
    let mut pages: Vec<usize> = (0..matrix.pages.len()).collect();
    let offers = |page: &usize| std::cmp::Reverse(matrix.of_page(*page).0.len());
    pages.sort_by_key(offers);
    pages.truncate(MOST);
    pages.sort_unstable();
    pages
}

fn push_matrix(out: &mut Vec<String>, matrix: &Matrix<'_>, columns: &[usize], style: Style) {
    let numbers: String = columns.iter().map(|page| format!("{:>2}", (page + 1) % 100)).collect();
    out.push(style.dim(&format!("  {} pts {numbers}", pad("", NAME))));
    for line in &matrix.lines {
        let cells: String =
            columns.iter().map(|page| format!(" {}", mark(line.cells.get(page), style))).collect();
        let points = line.criterion.points.map_or("-".to_owned(), |p| p.to_string());
        let name = pad(&cut(&clean(&line.criterion.name), NAME), NAME);
        out.push(format!("  {name} {points:>3} {cells}"));
    }
    out.push(style.dim("  ● offered  ○ perhaps offered, to be checked  · only named  × excluded"));
}

fn mark(cell: Option<&Cell<'_>>, style: Style) -> String {
    match cell.map(|cell| (cell.best.grade, cell.best.tier)) {
        Some((Grade::Offered, Tier::Check)) => style.yellow("○"),
        Some((Grade::Offered, _)) => style.green("●"),
        Some((Grade::Topic, _)) => style.dim("·"),
        Some((Grade::Excluded, _)) => style.red("×"),
        None => " ".to_owned(),
    }
}

fn push_pages(out: &mut Vec<String>, matrix: &Matrix<'_>, columns: &[usize], style: Style) {
    out.extend([String::new(), style.bold("Pages")]);
    for &page in columns {
        let (offered, named) = matrix.of_page(page);
        let counts = format!("{:>2} offered {:>2} named", offered.len(), named.len());
        let only =
            if offered.is_empty() && !named.is_empty() { style.yellow(" only names") } else { String::new() };
        let source = cut_start(&clean(matrix.source(page)), COLUMNS - 38);
        out.push(format!("  {:>3} {} {counts}{only}", page + 1, pad(&source, COLUMNS - 38)));
    }
    let left_out = matrix.pages.len() - columns.len();
    if left_out > 0 {
        out.push(style.dim(&format!("  {left_out} more pages offer less; --format csv lists all")));
    }
}

fn push_missing(out: &mut Vec<String>, matrix: &Matrix<'_>, score: Option<&Score>, style: Style) {
    let capability = |line: &&&Line<'_>| line.criterion.kind == CriterionKind::Capability;
    let missing = matrix.missing();
    let missing: Vec<&&Line<'_>> = missing.iter().filter(capability).collect();
    if missing.is_empty() {
        return;
    }
    out.extend([String::new(), style.bold("Missing, by points")]);
    for line in missing {
        let points = line.criterion.points.unwrap_or(0);
        let near = score.and_then(|s| s.near.iter().find(|near| near.criterion == line.criterion.id));
        let why = near.map_or("nothing found".to_owned(), |near| {
            let lacks: Vec<&str> = near.lacks.iter().map(|lack| lack.words()).collect();
            format!("lacks {}", lacks.join(", "))
        });
        out.extend(entry(&line.criterion.name, &points.to_string(), &why));
    }
}

fn push_route(out: &mut Vec<String>, matrix: &Matrix<'_>, score: Option<&Score>, style: Style) {
    let Some(policy) = score.and_then(|score| score.policies.first()) else { return };
    out.extend([
        String::new(),
        style.bold(&format!("Cheapest way to the threshold ({})", clean(&policy.id))),
    ]);
    if !policy.reachable {
        return out.push("  even with every criterion met the threshold would not be reached".to_owned());
    }
    if policy.met {
        return out.push("  reached by what is confirmed already".to_owned());
    }
    for step in cheapest_first(&policy.route) {
        out.extend(entry(matrix.name(&step.criterion), &format!("+{}", step.points), step.effort.words()));
    }
}

fn push_same(out: &mut Vec<String>, matrix: &Matrix<'_>, style: Style) {
    if matrix.same.is_empty() {
        return;
    }
    out.extend([String::new(), style.bold("The same words on several pages (cited once)")]);
    for same in matrix.same.iter().take(LINES) {
        let pages: Vec<String> = same.pages.iter().take(8).map(|page| (page + 1).to_string()).collect();
        let more = if same.pages.len() > 8 { ", …" } else { "" };
        let quote = cut(&clean(same.suggestion.citation.quote()), 44);
        out.push(cut(&format!("  “{quote}” on {}{more}", pages.join(", ")), COLUMNS));
    }
    if matrix.same.len() > LINES {
        out.push(style.dim(&format!("  {} more", matrix.same.len() - LINES)));
    }
}

/// Pages that the rules cannot judge.
fn push_foreign(out: &mut Vec<String>, matrix: &Matrix<'_>, style: Style) {
    let foreign: Vec<_> =
        matrix.pages.iter().filter_map(|read| Some((read, read.summary.foreign()?))).collect();
    if foreign.is_empty() {
        return;
    }
    out.extend([String::new(), style.bold("Not judged")]);
    for (read, why) in foreign {
        out.extend(hang("  ", &format!("{}: {}", clean(&read.entry.file.source), clean(why)), 4));
    }
}

fn push_unread(out: &mut Vec<String>, matrix: &Matrix<'_>, style: Style) {
    let lost = |read: &&&crate::view::Read<'_>| read.summary.failure().is_some_and(|f| !is_no_loss(f.kind));
    let all: Vec<_> = matrix.unread.iter().filter(lost).collect();
    if !all.is_empty() {
        out.extend([String::new(), style.bold("Not read")]);
    }
    for read in &all {
        let reason = read.summary.failure().map(|f| clean(&f.detail)).unwrap_or_default();
        out.extend(hang("  ", &format!("{}: {reason}", clean(&read.entry.file.source)), 4));
    }
    let passed = matrix.unread.len() - all.len();
    if passed > 0 {
        out.push(String::new());
        out.push(
            style.dim(&format!("{passed} more addresses were met and left out; --format json says why")),
        );
    }
}

/// A criterion, its points, and words about it that may need more lines.
fn entry(name: &str, points: &str, words: &str) -> Vec<String> {
    let head = format!("  {} {points:>3}  ", pad(&cut(&clean(name), NAME), NAME));
    hang(&head, words, width(&head))
}

/// `text` behind `head`, with the lines after the first set in by `indent`.
fn hang(head: &str, text: &str, indent: usize) -> Vec<String> {
    let lines = wrap(text, 0, COLUMNS - indent.max(width(head)));
    let start = |i: usize| if i == 0 { head.to_owned() } else { " ".repeat(indent) };
    lines.iter().enumerate().map(|(i, line)| start(i) + line).collect()
}
