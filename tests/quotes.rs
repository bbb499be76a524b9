//! Citations are exact: every quote is the slice of the canonical text that its offsets name, and stands on its page.

use crate::project::{Project, root, suggestions};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

#[test]
fn every_quote_is_the_slice_of_the_text() {
    let project = Project::new();
    let demo = root().join("corpora/demo");
    let map = project.run(&["map", demo.to_str().unwrap(), "--format", "json"]).json();
    let mut texts: HashMap<String, Vec<char>> = HashMap::new();
    let all = suggestions(&map);
    assert!(all.len() > 30, "only {} suggestions", all.len());
    for suggestion in all {
        let source = suggestion["document"].as_str().unwrap();
        let text = texts.entry(source.to_owned()).or_insert_with(|| {
            let from_dossier = project.run(&["text", source]).status(0).stdout;
            let from_file = project.run(&["text", demo.join(source).to_str().unwrap()]).status(0).stdout;
            assert_eq!(from_dossier, from_file);
            from_dossier.chars().collect()
        });
        let slice = |value: &serde_json::Value| {
            let offset = |key: &str| usize::try_from(value[key].as_u64().unwrap()).unwrap();
            text[offset("start")..offset("end")].iter().collect::<String>()
        };
        assert_eq!(suggestion["quote"], slice(suggestion).as_str());
        for why in suggestion["why"].as_array().unwrap() {
            assert_eq!(why["text"], slice(why).as_str());
        }
    }
}

#[test]
fn quotes_of_pdf_files_stand_on_their_page() {
    let (seen, missed) = quotes_on_pages(&root().join("corpora/demo"));
    assert!(seen > 5, "only {seen} quotes from PDF files");
    assert!(missed.is_empty(), "{} of {seen} are not there:\n{}", missed.len(), missed.join("\n"));
}

/// `cargo test --release -p capmap --test main quotes_of_real -- --nocapture` prints the share and lists the rest.
#[test]
fn quotes_of_real_pdf_files_stand_on_their_page() {
    let folder = root().join("../shared/corpora/documents");
    if !folder.is_dir() {
        return println!("skipped: {} is absent", folder.display());
    }
    let (seen, missed) = quotes_on_pages(&folder);
    let share = 100.0 - missed.len() as f64 * 100.0 / seen as f64;
    println!("{share:.1} % of {seen} quotes stand on their page; not found:\n{}", missed.join("\n"));
    assert!(seen > 150 && share >= 99.0, "{share:.1} % of {seen}:\n{}", missed.join("\n"));
}

/// How many quotes of PDF pages there are, and those that pdftotext does not see on the page that is named. Pages
/// without text are left out: pdftotext recognizes none.
fn quotes_on_pages(folder: &Path) -> (usize, Vec<String>) {
    let args = ["map", folder.to_str().unwrap(), "--format", "json", "--ocr", "off"];
    let map = Project::new().run(&args).json();
    let (mut seen, mut missed, mut pages) = (0, Vec::new(), HashMap::new());
    for suggestion in suggestions(&map) {
        let source = suggestion["document"].as_str().unwrap();
        let page = suggestion["page"].as_u64().filter(|_| source.ends_with(".pdf"));
        let Some(page) = page else { continue };
        let quote = suggestion["quote"].as_str().unwrap();
        let mut found = |how: How| {
            let mut of = |page: u64| {
                let file = || readings(&folder.join(source), page, how);
                pages.entry((source.to_owned(), page, how)).or_insert_with(file).clone()
            };
            let (here, next) = (of(page), of(page + 1));
            quote.split('\t').all(|cell| stands(&folded(cell), &here, &next))
        };
        seen += 1;
        if !found(How::Whole) && !found(How::Sides) {
            missed.push(format!("{source} page {page}: {quote}"));
        }
    }
    (seen, missed)
}

/// How pdftotext is asked. It often reads straight across two columns; then it is asked for each side of the page.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum How {
    Whole,
    Sides,
}

/// A page as pdftotext reads it: in reading order, and in the order in which it was written; or side by side, parted near
/// the middle.
fn readings(file: &Path, page: u64, how: How) -> Vec<String> {
    let read = |args: &[&str]| {
        let page = page.to_string();
        let output =
            Command::new("pdftotext").args(["-f", &page, "-l", &page]).args(args).arg(file).arg("-").output();
        let text = output.expect("pdftotext (poppler-utils) is needed").stdout;
        String::from_utf8_lossy(&text).into_owned()
    };
    let side = |x: &str, width: &str| read(&["-x", x, "-y", "0", "-W", width, "-H", "2000"]);
    let texts = match how {
        How::Whole => vec![read(&[]), read(&["-raw"])],
        How::Sides => ["280", "290", "300", "306", "316"].map(|x| side("0", x) + &side(x, "2000")).to_vec(),
    };
    texts.iter().flat_map(|text| [folded(text), folded(&without_marks(text))]).collect()
}

/// pdftotext sets the marks of notes on a line of their own, above the line that they belong to.
fn without_marks(text: &str) -> String {
    let mark =
        |line: &&str| (1..=2).contains(&line.trim().len()) && line.trim().bytes().all(|b| b.is_ascii_digit());
    text.lines().filter(|line| !mark(line)).collect::<Vec<_>>().join("\n")
}

/// A quote stands on its page, or begins there, a word at least, and goes on at the next.
fn stands(quote: &str, here: &[String], next: &[String]) -> bool {
    let runs_on = |(a, b): (&String, &String)| {
        let ends = quote.char_indices().map(|(at, _)| at).filter(|at| *at >= 4);
        ends.into_iter().any(|at| a.contains(&quote[..at]) && b.contains(&quote[at..]))
    };
    here.iter().any(|page| page.contains(quote)) || here.iter().zip(next).any(runs_on)
}

/// Without white space, hyphens and ligatures: what line breaks and fonts do to words. Characters without width are
/// white space that pdftotext passes on.
fn folded(text: &str) -> String {
    let text =
        text.replace('ﬁ', "fi").replace('ﬂ', "fl").replace('ﬀ', "ff").replace('ﬃ', "ffi").replace('ﬄ', "ffl");
    let dropped = |c: &char| {
        c.is_whitespace()
            || matches!(
                c,
                '-' | '\u{ad}' | '‐' | '\u{2011}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
            )
    };
    text.chars().filter(|c| !dropped(c)).collect()
}
