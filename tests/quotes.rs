//! Citations are exact: every quote is the slice of the canonical text that its offsets name, and stands on its page.

use crate::project::{Project, root, suggestions};
use std::collections::HashMap;
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
    let project = Project::new();
    let demo = root().join("corpora/demo");
    let map = project.run(&["map", demo.to_str().unwrap(), "--format", "json"]).json();
    let (mut seen, mut missed) = (0, Vec::new());
    for suggestion in suggestions(&map) {
        let source = suggestion["document"].as_str().unwrap();
        let Some(page) = suggestion["page"].as_u64().filter(|_| source.ends_with(".pdf")) else { continue };
        // A paragraph may run on to the next page.
        let pages = (page.to_string(), (page + 1).to_string());
        let text = Command::new("pdftotext")
            .args(["-f", &pages.0, "-l", &pages.1])
            .arg(demo.join(source))
            .arg("-")
            .output();
        let text =
            folded(&String::from_utf8_lossy(&text.expect("pdftotext (poppler-utils) is needed").stdout));
        let quote = suggestion["quote"].as_str().unwrap();
        seen += 1;
        if !quote.split('\t').all(|cell| text.contains(&folded(cell))) {
            missed.push(format!("{source} page {page}: {quote}"));
        }
    }
    assert!(seen > 5, "only {seen} quotes from PDF files");
    assert!(missed.len() * 100 <= seen, "{} of {seen} are not there:\n{}", missed.len(), missed.join("\n"));
}

/// Without white space, hyphens and ligatures: what line breaks and fonts do to words.
fn folded(text: &str) -> String {
    let text =
        text.replace('ﬁ', "fi").replace('ﬂ', "fl").replace('ﬀ', "ff").replace('ﬃ', "ffi").replace('ﬄ', "ffl");
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{ad}' | '‐' | '\u{2011}')).collect()
}
