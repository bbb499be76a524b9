//! The summary of a batch in each of its forms.

use crate::args::When;
use crate::args_batch::SummaryFormat;
use crate::batch_row::Row;
use crate::json;
use crate::layout::{COLUMNS, clean, cut, pad, wrap};
use crate::output::Style;
use crate::pages_html::escape;
use capmap_model::CriteriaSet;
use capmap_score::Verdict;
use serde::Serialize;
use std::path::Path;

/// What is shown of a run.
pub struct Summary<'a> {
    /// What was asked.
    pub set: &'a CriteriaSet,
    /// Version of the rules.
    pub lexicon: &'a str,
    /// By applicant.
    pub rows: &'a [&'a Row],
}

#[derive(Serialize)]
struct SummaryJson<'a> {
    schema: &'static str,
    criteria: Named<'a>,
    lexicon: Version<'a>,
    applicants: &'a [&'a Row],
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Version<'a> {
    version: &'a str,
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a}\
table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left}td.n{text-align:right}\
tr.failed{background:#f3d0cc}tr.partial{background:#f7edc4}@media print{body{margin:0;max-width:none;font-size:11px}}";

const HEADS: [&str; 10] = [
    "applicant",
    "status",
    "documents",
    "unreadable",
    "points",
    "of",
    "verdict",
    "suggested",
    "open decisions",
    "days to renewal",
];

impl Summary<'_> {
    /// In this form.
    pub fn print(&self, format: SummaryFormat, color: When, file: Option<&Path>) -> String {
        match format {
            SummaryFormat::Table => self.table(Style::new(color, file)),
            SummaryFormat::Csv => self.csv(),
            SummaryFormat::Html => self.html(),
            SummaryFormat::Json => json::pretty(&SummaryJson {
                schema: "capmap/batch/1",
                criteria: Named { id: &self.set.id, version: &self.set.version },
                lexicon: Version { version: self.lexicon },
                applicants: self.rows,
            }),
        }
    }

    fn table(&self, style: Style) -> String {
        let head = format!("{}  docs  unread  points        suggested  open  renewal", pad("applicant", 26));
        let mut out = vec![style.bold(&head)];
        for row in self.rows {
            out.push(line(row, style));
            let reason = row.reason.as_deref().map(clean).unwrap_or_default();
            out.extend(
                wrap(&reason, 2, COLUMNS).iter().filter(|l| !l.trim().is_empty()).map(|l| style.red(l)),
            );
        }
        let documents: usize = self.rows.iter().map(|row| row.documents).sum();
        let unreadable: usize = self.rows.iter().map(|row| row.unreadable).sum();
        let failed = self.rows.iter().filter(|row| row.status == "failed").count();
        out.push(String::new());
        out.push(format!(
            "{} applicants ({failed} failed), {documents} documents ({unreadable} not read whole); {}, version {}",
            self.rows.len(),
            self.set.id,
            self.set.version
        ));
        out.join("\n") + "\n"
    }

    fn csv(&self) -> String {
        let mut out = HEADS.join(",") + ",renewal due,reason\r\n";
        for row in self.rows {
            let mut cells = cells(row);
            cells.push(row.renewal.as_ref().map(|r| r.due.clone()).unwrap_or_default());
            cells.push(row.reason.clone().unwrap_or_default());
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            out.push_str(&(cells.join(",") + "\r\n"));
        }
        out
    }

    fn html(&self) -> String {
        let title = format!("Applicants: {}", escape(&self.set.name));
        let heads: String = HEADS.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\n\
             <body><h1>{title}</h1>\n<p>Only confirmed evidence is in the points; suggested points wait for a person.</p>\n\
             <table><thead><tr>{heads}</tr></thead><tbody>\n"
        );
        for row in self.rows {
            out.push_str(&html_row(row));
        }
        out + "</tbody></table></body></html>\n"
    }
}

fn html_row(row: &Row) -> String {
    let mut cells = cells(row).into_iter();
    let name = escape(&cells.next().unwrap_or_default());
    let dossier = escape(&row.dossier);
    let rest: String = cells.map(|cell| format!("<td class=\"n\">{}</td>", escape(&cell))).collect();
    let reason = row.reason.as_deref().map(|r| format!("<br>{}", escape(r))).unwrap_or_default();
    let status = row.status;
    format!(
        "<tr class=\"{status}\"><th scope=\"row\" title=\"dossier {dossier}\">{name}{reason}</th>{rest}</tr>\n"
    )
}

fn line(row: &Row, style: Style) -> String {
    let name = pad(&cut(&clean(&row.applicant), 26), 26);
    if row.status == "failed" {
        return format!("{name}  {}", style.red("failed"));
    }
    let score = row.score.as_ref();
    let met = match score.map(|score| score.verdict) {
        Some(Verdict::Met) => style.green("met "),
        Some(Verdict::DependsOnPolicy) => style.yellow("dep."),
        _ => "    ".to_owned(),
    };
    let points = score.map_or("-".to_owned(), |s| format!("{} of {}", s.points, s.denominator));
    let unread = format!("{:>6}", row.unreadable);
    let unread = if row.unreadable > 0 { style.yellow(&unread) } else { unread };
    let days = row.renewal.as_ref().map_or("-".to_owned(), |r| r.days.to_string());
    let suggested = row.suggested.map_or("-".to_owned(), |s| s.to_string());
    format!(
        "{name}  {:>4}  {unread}  {points:<9} {met}{suggested:>9}  {:>4}  {days:>7}",
        row.documents, row.open
    )
}

fn cells(row: &Row) -> Vec<String> {
    let score = row.score.as_ref();
    let verdict = score.map(|score| match score.verdict {
        Verdict::Met => "met",
        Verdict::NotMet => "not-met",
        Verdict::DependsOnPolicy => "depends-on-policy",
    });
    let text = |number: Option<String>| number.unwrap_or_default();
    vec![
        row.applicant.clone(),
        row.status.to_owned(),
        row.documents.to_string(),
        row.unreadable.to_string(),
        text(score.map(|s| s.points.to_string())),
        text(score.map(|s| s.denominator.to_string())),
        text(verdict.map(str::to_owned)),
        text(row.suggested.map(|s| s.to_string())),
        row.open.to_string(),
        text(row.renewal.as_ref().map(|r| r.days.to_string())),
    ]
}

/// A cell as RFC 4180 wants it. What a spreadsheet would take for a formula is kept from being one.
fn quoted(cell: &str) -> String {
    let number = cell.parse::<f64>().is_ok();
    let guard = if !number && cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if guard.is_empty() && !cell.contains([',', '"', '\n', '\r']) {
        return cell.to_owned();
    }
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}
