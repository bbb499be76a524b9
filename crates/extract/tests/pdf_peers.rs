//! Reads real documents beside pdftotext: are all words there, none too many, and does each quote stand on its page?
//!
//! Skipped with a message where `pdftotext` or `../shared/corpora/documents` is absent.
//! `cargo test --release -p capmap-extract --test pdf_peers -- --nocapture` prints the table.

#![allow(clippy::panic, clippy::print_stderr, clippy::print_stdout)] // helpers of tests

use capmap_extract::{Options, read};
use capmap_model::{BlockKind, Document, Format, Outcome, Role, Span};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use unicode_normalization::UnicodeNormalization;

struct Row {
    name: String,
    recall: f32,
    precision: f32,
    /// Recall with the words that we call hidden, which pdftotext takes for text.
    recall_with_hidden: f32,
    quotes: usize,
    found: usize,
    lost: Vec<String>,
}

#[test]
fn words_and_quotes_stand_where_pdftotext_sees_them() {
    let files = corpus();
    if files.is_empty() || Command::new("pdftotext").arg("-v").output().is_err() {
        eprintln!("skipped: needs pdftotext and ../shared/corpora/documents");
        return;
    }
    let rows: Vec<Row> = files.iter().map(|path| compare(path)).collect();
    println!("recall precision quotes found  file");
    for row in &rows {
        let share = row.found as f32 / row.quotes.max(1) as f32;
        println!("{:.4} {:.4} {:>6} {share:.4} {}", row.recall, row.precision, row.quotes, row.name);
        row.lost.iter().take(6).for_each(|quote| println!("       not found: {quote}"));
    }
    let (recall, precision) =
        (median(rows.iter().map(|r| r.recall)), median(rows.iter().map(|r| r.precision)));
    let (quotes, found) = rows.iter().fold((0, 0), |(q, f), r| (q + r.quotes, f + r.found));
    println!("median recall {recall:.4} precision {precision:.4}; {found} of {quotes} quotes found");
    assert!(recall >= 0.985 && precision >= 0.975);
    assert!(found as f32 >= quotes as f32 * 0.99, "{found} of {quotes} quotes");
    for row in &rows {
        assert!(row.recall_with_hidden >= 0.95 && row.precision >= 0.95, "{} without a reason", row.name);
    }
}

fn corpus() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/documents");
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(kind) if kind == "pdf" => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    files
}

fn pdftotext(path: &Path, mode: Option<&str>) -> Vec<String> {
    let output = Command::new("pdftotext").args(mode).arg(path).arg("-").output().expect("pdftotext runs");
    String::from_utf8_lossy(&output.stdout).split('\u{c}').map(str::to_owned).collect()
}

fn compare(path: &Path) -> Row {
    let bytes = std::fs::read(path).expect("readable file");
    let outcome = read(&bytes, "it.pdf", Format::Pdf, &Options::default(), &mut |_| {});
    let (Outcome::Read { document } | Outcome::Partial { document, .. }) = outcome else {
        panic!("{}: {:?}", path.display(), outcome.failure());
    };
    let pages = pdftotext(path, None);
    let theirs = words(&pages.join("\n"));
    let ours = words(&document.text);
    let hidden: String = document.hidden.iter().map(|h| h.text.as_str()).collect::<Vec<_>>().join(" ");
    let with_hidden = words(&format!("{} {hidden}", document.text));
    // the cells of a table are cut into lines across in one order of pdftotext, and whole in the other
    let raw = pdftotext(path, Some("-raw"));
    let folded: Vec<String> =
        pages.iter().zip(&raw).map(|(p, r)| format!("{}|{}", squeezed(p), squeezed(r))).collect();
    let quotes = quotes(&document);
    let lost: Vec<String> =
        quotes.iter().filter(|s| !stands(&document, **s, &folded)).map(|s| shown(&document, *s)).collect();
    Row {
        name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        recall: share(&ours, &theirs),
        precision: share(&theirs, &ours),
        recall_with_hidden: share(&with_hidden, &theirs),
        quotes: quotes.len(),
        found: quotes.len() - lost.len(),
        lost,
    }
}

/// Paragraphs, headings, items and cells of the body.
fn quotes(document: &Document) -> Vec<Span> {
    let mut quotes = Vec::new();
    for block in document.blocks.iter().filter(|b| b.role != Role::Contents) {
        match &block.kind {
            BlockKind::Row { cells, .. } => {
                quotes.extend(cells.iter().map(|c| c.span).filter(|s| !s.is_empty()))
            }
            _ => quotes.push(block.span),
        }
    }
    quotes
}

fn stands(document: &Document, span: Span, pages: &[String]) -> bool {
    let first = document.page_at(span.start).unwrap_or(1) as usize;
    let last = document.page_at(span.end - 1).unwrap_or(1) as usize;
    let quote = squeezed(document.slice(span));
    if first == last {
        return pages.get(first - 1).is_some_and(|page| page.contains(&quote));
    }
    // a quote that runs on: its parts, page by page
    (first..=last).all(|number| {
        let page = document.pages[number - 1].span;
        let part = Span::new(span.start.max(page.start), span.end.min(page.end));
        pages.get(number - 1).is_some_and(|text| text.contains(&squeezed(document.slice(part))))
    })
}

fn shown(document: &Document, span: Span) -> String {
    let text: String = document.slice(span).chars().take(140).collect();
    format!("p{} {text}", document.page_at(span.start).unwrap_or(0))
}

/// Letters and digits only: spaces, hyphens at line ends, ligatures and bullets folded.
fn squeezed(text: &str) -> String {
    text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How often each word stands; hyphens inside words do not part them, since pdftotext drops those at line ends.
fn words(text: &str) -> HashMap<String, usize> {
    let whole = text.nfkc().collect::<String>().replace("-\n", "").replace(['-', '\u{2010}', '\u{ad}'], "");
    let mut counts = HashMap::new();
    for word in whole.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()) {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

/// What share of `wanted` is in `given`.
fn share(given: &HashMap<String, usize>, wanted: &HashMap<String, usize>) -> f32 {
    let all: usize = wanted.values().sum();
    let common: usize = wanted.iter().map(|(w, n)| (*n).min(given.get(w).copied().unwrap_or(0))).sum();
    if all == 0 { 1.0 } else { common as f32 / all as f32 }
}

fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values[values.len() / 2]
}
