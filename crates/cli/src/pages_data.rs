//! The matrix of pages for programs: JSON (`capmap/pages/1`) and CSV.

use crate::json::pretty;
use crate::pages_matrix::{Line, Matrix};
use crate::view::coverage_name;
use capmap_model::{CriterionKind, Tier};
use capmap_score::{Lack, Score, Step};
use serde::Serialize;

#[derive(Serialize)]
struct PagesJson<'a> {
    schema: &'static str,
    criteria: Criteria<'a>,
    pages: Vec<PageJson<'a>>,
    matrix: Vec<LineJson<'a>>,
    missing: Vec<MissingJson<'a>>,
    route: Option<RouteJson<'a>>,
    same: Vec<SameJson<'a>>,
    not_read: Vec<UnreadJson<'a>>,
}

#[derive(Serialize)]
struct Criteria<'a> {
    id: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct PageJson<'a> {
    source: &'a str,
    offered: Vec<&'a str>,
    named: Vec<&'a str>,
    only_names: bool,
    /// What a person should know about the reading: another language than English, words hidden from readers.
    notes: &'a [String],
    capture: Option<&'a capmap_model::Capture>,
}

#[derive(Serialize)]
struct LineJson<'a> {
    criterion: &'a str,
    kind: CriterionKind,
    name: &'a str,
    points: Option<u32>,
    coverage: &'static str,
    pages: Vec<CellJson<'a>>,
}

#[derive(Serialize)]
struct CellJson<'a> {
    source: &'a str,
    grade: &'static str,
    tier: Tier,
    suggestion: &'a str,
    quote: &'a str,
    link: &'a str,
}

#[derive(Serialize)]
struct MissingJson<'a> {
    criterion: &'a str,
    points: Option<u32>,
    coverage: &'static str,
    lacks: &'a [Lack],
}

#[derive(Serialize)]
struct RouteJson<'a> {
    policy: &'a str,
    reachable: bool,
    steps: &'a [Step],
}

#[derive(Serialize)]
struct SameJson<'a> {
    criterion: &'a str,
    quote: &'a str,
    pages: Vec<&'a str>,
}

#[derive(Serialize)]
struct UnreadJson<'a> {
    source: &'a str,
    status: &'static str,
    reason: Option<&'a str>,
    on_purpose: bool,
}

/// The matrix as JSON, ending in a line break.
pub fn json(matrix: &Matrix<'_>, score: Option<&Score>) -> String {
    let policy = score.and_then(|score| score.policies.first());
    pretty(&PagesJson {
        schema: "capmap/pages/1",
        criteria: Criteria { id: &matrix.criteria.id, version: &matrix.criteria.version },
        pages: (0..matrix.pages.len()).map(|page| page_json(matrix, page)).collect(),
        matrix: matrix.lines.iter().map(|line| line_json(matrix, line)).collect(),
        missing: matrix.missing().into_iter().map(|line| missing(line, score)).collect(),
        route: policy.map(|p| RouteJson { policy: &p.id, reachable: p.reachable, steps: &p.route }),
        same: matrix
            .same
            .iter()
            .map(|same| SameJson {
                criterion: &same.suggestion.criterion.0,
                quote: same.suggestion.citation.quote(),
                pages: same.pages.iter().map(|&page| matrix.source(page)).collect(),
            })
            .collect(),
        not_read: matrix
            .unread
            .iter()
            .map(|read| UnreadJson {
                source: &read.entry.file.source,
                status: read.summary.status.name(),
                reason: read.summary.failure().map(|failure| failure.detail.as_str()),
                on_purpose: !read.summary.incomplete(),
            })
            .collect(),
    })
}

fn page_json<'a>(matrix: &'a Matrix<'_>, page: usize) -> PageJson<'a> {
    let (offered, named) = matrix.of_page(page);
    let only_names = offered.is_empty() && !named.is_empty();
    PageJson {
        source: matrix.source(page),
        offered: offered.iter().map(|criterion| criterion.id.0.as_str()).collect(),
        named: named.iter().map(|criterion| criterion.id.0.as_str()).collect(),
        only_names,
        notes: matrix.pages[page].summary.notes(),
        capture: matrix.pages[page].entry.file.capture.as_ref(),
    }
}

fn line_json<'a>(matrix: &'a Matrix<'_>, line: &'a Line<'_>) -> LineJson<'a> {
    let cell = |(page, cell): (&usize, &'a crate::pages_matrix::Cell<'_>)| CellJson {
        source: matrix.source(*page),
        grade: cell.best.grade.name(),
        tier: cell.best.tier,
        suggestion: &cell.best.id,
        quote: cell.best.citation.quote(),
        link: &cell.link,
    };
    LineJson {
        criterion: &line.criterion.id.0,
        kind: line.criterion.kind,
        name: &line.criterion.name,
        points: line.criterion.points,
        coverage: coverage_name(line.coverage),
        pages: line.cells.iter().map(cell).collect(),
    }
}

fn missing<'a>(line: &'a Line<'_>, score: Option<&'a Score>) -> MissingJson<'a> {
    let near = score.and_then(|score| score.near.iter().find(|near| near.criterion == line.criterion.id));
    MissingJson {
        criterion: &line.criterion.id.0,
        points: line.criterion.points,
        coverage: coverage_name(line.coverage),
        lacks: near.map_or(&[], |near| &near.lacks),
    }
}

/// One line per page and criterion that it says something of; a page without any has one line with the rest empty.
pub fn csv(matrix: &Matrix<'_>) -> String {
    let mut out = "page,criterion,name,points,grade,tier,quote,link\r\n".to_owned();
    for page in 0..matrix.pages.len() {
        let source = matrix.source(page);
        let before = out.len();
        for (line, cell) in matrix.lines.iter().filter_map(|line| Some((line, line.cells.get(&page)?))) {
            let tier = match cell.best.tier {
                Tier::Strong => "strong",
                Tier::Likely => "likely",
                Tier::Check => "check",
            };
            let points = line.criterion.points.map(|p| p.to_string()).unwrap_or_default();
            let (id, name) = (line.criterion.id.0.as_str(), line.criterion.name.as_str());
            let quote = cell.best.citation.quote();
            push_record(
                &mut out,
                &[source, id, name, &points, cell.best.grade.name(), tier, quote, &cell.link],
            );
        }
        if out.len() == before {
            push_record(&mut out, &[source, "", "", "", "", "", "", ""]);
        }
    }
    out
}

/// Quoted by RFC 4180. What a spreadsheet would take for a formula gets an apostrophe, as spreadsheets themselves do.
fn push_record(out: &mut String, fields: &[&str]) {
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let guard = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        let plain = !field.contains(['"', ',', '\n', '\r']);
        match plain {
            true => out.push_str(&format!("{guard}{field}")),
            false => out.push_str(&format!("\"{guard}{}\"", field.replace('"', "\"\""))),
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_start_no_formula() {
        let mut out = String::new();
        push_record(&mut out, &["=1+1", "a,\"b\"\nc", "-x, y", "plain"]);
        assert_eq!(out, "'=1+1,\"a,\"\"b\"\"\nc\",\"'-x, y\",plain\r\n");
    }
}
