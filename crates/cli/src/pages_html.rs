//! The matrix of pages as one HTML file without scripts: each cell opens the page at the words.

use crate::fetching::is_no_loss;
use crate::links;
use crate::pages_matrix::{Cell, Matrix, cheapest_first};
use capmap_model::{Grade, Tier};
use capmap_score::Score;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a}\
table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #ccc;padding:.2rem .45rem;text-align:left}\
th[scope=col]{vertical-align:bottom;text-align:center}td.c{text-align:center}td a{text-decoration:none;color:inherit;display:block}\
.o{background:#cfe8d2}.q{background:#f7edc4}.n{background:#eee}.x{background:#f3d0cc}.num{text-align:right}\
@media print{body{margin:0;max-width:none;font-size:11px}a{color:inherit}tr{break-inside:avoid}}";

/// The page, whole.
pub fn print(matrix: &Matrix<'_>, score: Option<&Score>) -> String {
    let title = format!("Pages and capabilities: {}", escape(&matrix.criteria.name));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\n\
         <body><h1>{title}</h1>\n<p>● offered, ○ perhaps offered (check it), · only named, × excluded. \
         A mark opens the page at the words. Nothing counts before a person confirms it.</p>\n"
    );
    push_matrix(&mut out, matrix);
    push_pages(&mut out, matrix);
    push_missing(&mut out, matrix, score);
    push_route(&mut out, matrix, score);
    push_same(&mut out, matrix);
    push_unread(&mut out, matrix);
    out + "</body></html>\n"
}

fn push_matrix(out: &mut String, matrix: &Matrix<'_>) {
    out.push_str("<table><caption>Criteria by pages</caption><thead><tr><th scope=\"col\">Criterion</th><th scope=\"col\">Points</th>");
    for page in 0..matrix.pages.len() {
        let source = escape(matrix.source(page));
        out.push_str(&format!(
            "<th scope=\"col\"><a href=\"#p{0}\" title=\"{source}\">{0}</a></th>",
            page + 1
        ));
    }
    out.push_str("</tr></thead><tbody>\n");
    for line in &matrix.lines {
        let points = line.criterion.points.map_or("–".to_owned(), |p| p.to_string());
        let name = escape(&line.criterion.name);
        out.push_str(&format!("<tr><th scope=\"row\">{name}</th><td class=\"num\">{points}</td>"));
        (0..matrix.pages.len()).for_each(|page| push_cell(out, line.cells.get(&page)));
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
}

fn push_cell(out: &mut String, cell: Option<&Cell<'_>>) {
    let Some(cell) = cell else { return out.push_str("<td></td>") };
    let (class, mark, words) = match (cell.best.grade, cell.best.tier) {
        (Grade::Offered, Tier::Check) => ("q", "○", "perhaps offered"),
        (Grade::Offered, _) => ("o", "●", "offered"),
        (Grade::Topic, _) => ("n", "·", "only named"),
        (Grade::Excluded, _) => ("x", "×", "excluded"),
    };
    let (link, quote) = (escape(&cell.link), escape(cell.best.citation.quote()));
    out.push_str(&format!(
        "<td class=\"c {class}\"><a href=\"{link}\" title=\"{words}: {quote}\" aria-label=\"{words}\">{mark}</a></td>"
    ));
}

fn push_pages(out: &mut String, matrix: &Matrix<'_>) {
    out.push_str("<h2>Pages</h2>\n<ol>\n");
    for page in 0..matrix.pages.len() {
        let (offered, named) = matrix.of_page(page);
        let names = |list: &[&capmap_model::Criterion]| {
            let names: Vec<String> = list.iter().map(|criterion| escape(&criterion.name)).collect();
            names.join(", ")
        };
        let source = escape(matrix.source(page));
        let address = escape(&links::address(matrix.source(page)));
        out.push_str(&format!("<li id=\"p{}\"><a href=\"{address}\">{source}</a>", page + 1));
        match (offered.is_empty(), named.is_empty()) {
            (true, true) => out.push_str(": nothing found"),
            (true, false) => out.push_str(&format!(": only names {}", names(&named))),
            (false, _) => out.push_str(&format!(": offers {}", names(&offered))),
        }
        if let Some(why) = matrix.pages[page].summary.foreign() {
            out.push_str(&format!(" ({})", escape(why)));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n");
}

fn push_missing(out: &mut String, matrix: &Matrix<'_>, score: Option<&Score>) {
    out.push_str("<h2>Missing, by points</h2>\n<ul>\n");
    for line in matrix.missing() {
        let near = score.and_then(|score| score.near.iter().find(|near| near.criterion == line.criterion.id));
        let lacks =
            near.map(|near| near.lacks.iter().map(|lack| lack.words()).collect::<Vec<_>>().join(", "));
        let why = lacks.map_or("nothing found".to_owned(), |lacks| format!("lacks {}", escape(&lacks)));
        let points = line.criterion.points.unwrap_or(0);
        out.push_str(&format!("<li>{} ({points}): {why}</li>\n", escape(&line.criterion.name)));
    }
    out.push_str("</ul>\n");
}

fn push_route(out: &mut String, matrix: &Matrix<'_>, score: Option<&Score>) {
    let Some(policy) = score.and_then(|score| score.policies.first()) else { return };
    out.push_str("<h2>Cheapest way to the threshold</h2>\n");
    if !policy.reachable {
        return out.push_str("<p>Even with every criterion met the threshold would not be reached.</p>\n");
    }
    if policy.met {
        return out.push_str("<p>Reached by what is confirmed already.</p>\n");
    }
    out.push_str("<ol>\n");
    for step in cheapest_first(&policy.route) {
        let name = escape(matrix.name(&step.criterion));
        out.push_str(&format!("<li>{name} (+{}): {}</li>\n", step.points, escape(step.effort.words())));
    }
    out.push_str("</ol>\n");
}

fn push_same(out: &mut String, matrix: &Matrix<'_>) {
    if matrix.same.is_empty() {
        return;
    }
    out.push_str("<h2>The same words on several pages</h2>\n<ul>\n");
    for same in &matrix.same {
        let pages: Vec<String> =
            same.pages.iter().map(|page| format!("<a href=\"#p{0}\">{0}</a>", page + 1)).collect();
        let quote = escape(same.suggestion.citation.quote());
        out.push_str(&format!("<li>“{quote}” on {}</li>\n", pages.join(", ")));
    }
    out.push_str("</ul>\n");
}

fn push_unread(out: &mut String, matrix: &Matrix<'_>) {
    if matrix.unread.is_empty() {
        return;
    }
    for (title, lost) in [("Not read", true), ("Left out on purpose", false)] {
        let own = |read: &&&crate::view::Read<'_>| {
            read.summary.failure().is_some_and(|failure| is_no_loss(failure.kind) != lost)
        };
        out.push_str(&format!("<h2>{title}</h2>\n<ul>\n"));
        for read in matrix.unread.iter().filter(own) {
            let reason = read.summary.failure().map(|failure| escape(&failure.detail)).unwrap_or_default();
            out.push_str(&format!("<li>{}: {reason}</li>\n", escape(&read.entry.file.source)));
        }
        out.push_str("</ul>\n");
    }
}

/// Text between tags or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ if c.is_control() && !c.is_whitespace() => {}
            _ => out.push(c),
        }
    }
    out
}
