//! `capmap search`: passages that answer a query, or that might have been missed for a criterion, with what matched marked.

use crate::args::{Common, Format, SearchArgs};
use crate::errors::{Done, Stop};
use crate::json::pretty;
use crate::layout::{COLUMNS, clean, wrap};
use crate::output::{self, Style};
use crate::{criteria, dossier};
use capmap_evidence::{Answer, Hit, Like, PassageIndex};
use capmap_review::not_suggested;
use capmap_store::{Store, View};
use serde::Serialize;

/// Stand for the begin and end of a mark while lines are broken; a document's own such characters are left out.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];
/// Characters of a passage that are printed, about.
const EXCERPT: usize = 320;
/// Characters that are printed before the first mark, at most.
const BEFORE: usize = 100;

/// Prints the best passages.
///
/// # Errors
/// Where there is no index or no such criterion, the query cannot be understood, or the output not be written.
pub fn run(common: &Common, args: &SearchArgs) -> Result<Done, Stop> {
    let index = PassageIndex::existing(&dossier::index(&common.dossier))?;
    let query = args.query.as_deref().unwrap_or_default();
    let answer = match &args.like {
        Some(criterion) => index.like(&like(common, criterion)?, args.limit)?,
        None => index.search(query, args.limit)?,
    };
    let result = match args.format {
        Format::Json => json(query, args.like.as_deref(), &answer),
        Format::Table => table(&answer, Style::new(common.color, args.output.as_deref())),
    };
    output::write(result.as_bytes(), args.output.as_deref())?;
    Ok(Done::All)
}

fn like(common: &Common, criterion: &str) -> Result<Like, Stop> {
    let set = criteria::load(&common.criteria)?;
    let criterion = set.get(&criterion.into()).ok_or_else(|| {
        let message = format!("the criteria set {} has no '{criterion}'", set.id);
        Stop::usage(message, "`capmap criteria show` lists the ids")
    })?;
    Ok(not_suggested(&Store::open_read(&common.dossier)?, criterion, View::All)?)
}

fn table(answer: &Answer, style: Style) -> String {
    let mut lines = Vec::new();
    for hit in &answer.hits {
        lines.extend(wrap(&place(hit), 0, COLUMNS).iter().map(|line| style.bold(line)));
        lines.extend(wrap(&marked(hit), 4, COLUMNS).iter().map(|line| show_marks(line, style)));
        lines.push(String::new());
    }
    lines.push(match (answer.hits.len(), answer.total) {
        (_, 0) => "no passage matches".to_owned(),
        (shown, total) if shown < total => format!("{shown} of {total} passages; --limit shows more"),
        (_, 1) => "1 passage".to_owned(),
        (_, total) => format!("{total} passages"),
    });
    lines.join("\n") + "\n"
}

fn place(hit: &Hit) -> String {
    let page = hit.page.map(|page| format!(", page {page}")).unwrap_or_default();
    let section = hit.section.iter().map(|heading| format!(" > {}", clean(heading))).collect::<String>();
    format!("{}{page}{section} [{}-{}]", clean(&hit.source), hit.start, hit.end)
}

/// The passage, or the part around the first mark, as one line with marks.
fn marked(hit: &Hit) -> String {
    let first = hit.highlights.first().map_or(0, |span| span.start);
    let from = cut_before(&hit.quote, first);
    let to = cut_after(&hit.quote, from);
    let mut out = String::from(if from > 0 { "… " } else { "" });
    let mut at = from;
    for span in hit.highlights.iter().filter(|span| span.end <= to) {
        out.push_str(&plain(&hit.quote[at..span.start.max(at)]));
        out.push(MARKS[0]);
        out.push_str(&plain(&hit.quote[span.start.max(at)..span.end]));
        out.push(MARKS[1]);
        at = span.end;
    }
    out.push_str(&plain(&hit.quote[at..to]));
    out.push_str(if to < hit.quote.len() { " …" } else { "" });
    out
}

fn plain(text: &str) -> String {
    clean(text).chars().filter(|c| !MARKS.contains(c)).collect()
}

/// Where to begin so that `first` is seen: at a word, at most [`BEFORE`] characters before it.
fn cut_before(text: &str, first: usize) -> usize {
    if text.chars().count() <= EXCERPT {
        return 0;
    }
    let Some((start, _)) = text[..first].char_indices().rev().nth(BEFORE) else { return 0 };
    text[start..first].find(char::is_whitespace).map_or(first, |space| start + space + 1)
}

fn cut_after(text: &str, from: usize) -> usize {
    let Some((end, _)) = text[from..].char_indices().nth(EXCERPT) else { return text.len() };
    text[from..from + end].rfind(char::is_whitespace).map_or(from + end, |space| from + space)
}

fn show_marks(line: &str, style: Style) -> String {
    let (on, off) = if style.colored() { ("\x1b[1;33m", "\x1b[0m") } else { ("*", "*") };
    line.replace(MARKS[0], on).replace(MARKS[1], off)
}

#[derive(Serialize)]
struct AnswerJson<'a> {
    schema: &'static str,
    query: &'a str,
    total: usize,
    hits: Vec<HitJson<'a>>,
    /// The criterion, where not a query was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    like: Option<&'a str>,
}

#[derive(Serialize)]
struct HitJson<'a> {
    document: &'a str,
    id: &'a str,
    format: &'a str,
    page: Option<u32>,
    section: &'a [String],
    start: usize,
    end: usize,
    quote: &'a str,
    highlights: Vec<MarkJson>,
}

/// In scalar values of the canonical text, as everywhere.
#[derive(Serialize)]
struct MarkJson {
    start: usize,
    end: usize,
}

fn json(query: &str, like: Option<&str>, answer: &Answer) -> String {
    let hits = answer.hits.iter().map(hit_json).collect();
    pretty(&AnswerJson { schema: "capmap/search/1", query, total: answer.total, hits, like })
}

fn hit_json(hit: &Hit) -> HitJson<'_> {
    let chars = |byte: usize| hit.start + hit.quote[..byte].chars().count();
    let marks = hit.highlights.iter().map(|s| MarkJson { start: chars(s.start), end: chars(s.end) });
    HitJson {
        document: &hit.source,
        id: &hit.document.0,
        format: &hit.format,
        page: hit.page,
        section: &hit.section,
        start: hit.start,
        end: hit.end,
        quote: &hit.quote,
        highlights: marks.collect(),
    }
}
