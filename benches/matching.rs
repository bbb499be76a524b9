//! Matching and grading alone, one thread, against `rg -j1 -c -i -F -f` with all phrases as its pattern file, on the same text
//! in the same run; then with more text, and with lexicons 10 and 100 times as large.
//!
//! `cargo bench -p capmap-lexicon --bench matching` (needs ripgrep; prints the table of docs/matching.md; `FULL=1` adds the
//! hundredfold lexicon, which takes minutes to build).

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)] // a bench

use capmap_lexicon::{Lexicon, plain_document};
use capmap_model::Document;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const SET: &str = "finops-service-provider-2025";

/// Rounds of which the best counts: the machine is shared.
const ROUNDS: usize = 3;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = text(&root.join("corpora"));
    let lexicon = Lexicon::embedded(SET).unwrap();
    let folder = tempfile::tempdir().unwrap();
    println!("text {:.2} MB, {} phrases\n", mb(&text), lexicon.phrases());
    println!("| what | MB/s |\n|---|---|");
    let ours = ours(&lexicon, &documents(&text));
    println!("| matching and grading, one thread | {:.1} |", mb(&text) / ours);
    let peer = ripgrep(folder.path(), lexicon.phrase_texts(), &text);
    println!("| rg -j1 -c -i -F -f, the same phrases | {:.1} |", mb(&text) / peer);
    println!("| ours / rg | {:.2} |\n", peer / ours);
    println!("| text | seconds | MB/s |\n|---|---|---|");
    for times in [1, 2, 4, 8] {
        let text = text.repeat(times);
        let took = self::ours(&lexicon, &documents(&text));
        println!("| {times}x | {took:.2} | {:.1} |", mb(&text) / took);
    }
    println!("\n| lexicon | phrases | MB/s |\n|---|---|---|");
    let most: &[usize] = if std::env::var_os("FULL").is_some() { &[1, 10, 100] } else { &[1, 10] };
    for times in most.iter().copied() {
        let lexicon = enlarged(&root.join("lexicons"), folder.path(), times);
        let took = self::ours(&lexicon, &documents(&text));
        println!("| {times}x | {} | {:.1} |", lexicon.phrases(), mb(&text) / took);
    }
}

fn mb(text: &str) -> f64 {
    text.len() as f64 / 1e6
}

/// All Markdown and text of the corpora, label comments included: what people write about this work.
fn text(folder: &Path) -> String {
    let mut files: Vec<_> = walk(folder);
    files.sort();
    files.iter().filter_map(|f| std::fs::read_to_string(f).ok()).collect::<Vec<_>>().join("\n\n")
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            out.extend(walk(&path));
        } else if path.extension().is_some_and(|e| e == "md" || e == "txt" || e == "jsonl") {
            out.push(path);
        }
    }
    out
}

/// Documents of some 60 KB, as they come.
fn documents(text: &str) -> Vec<Document> {
    let mut out = Vec::new();
    let mut part = String::new();
    for line in text.lines() {
        part.push_str(line);
        part.push('\n');
        if part.len() > 60_000 {
            out.push(plain_document(&part));
            part.clear();
        }
    }
    out.push(plain_document(&part));
    out
}

fn ours(lexicon: &Lexicon, documents: &[Document]) -> f64 {
    best(|| {
        let found: usize = documents.iter().map(|d| lexicon.find(d).len()).sum();
        assert!(found > 0);
    })
}

fn ripgrep(folder: &Path, phrases: &str, text: &str) -> f64 {
    let (patterns, file) = (folder.join("phrases"), folder.join("text"));
    std::fs::write(&patterns, phrases.trim_end()).unwrap();
    std::fs::write(&file, text).unwrap();
    // What rg needs to build its automaton is not matching: the same patterns on an empty file are taken off.
    let empty = folder.join("empty");
    std::fs::write(&empty, "x").unwrap();
    let run = |file: &Path| {
        // Once: with this many patterns it takes a minute to build its automaton.
        let start = Instant::now();
        let mut rg = Command::new("rg");
        rg.args(["-j1", "-c", "-i", "-F", "-f"]).arg(&patterns).arg(file);
        rg.output().unwrap();
        start.elapsed().as_secs_f64()
    };
    (run(&file) - run(&empty)).max(1e-6)
}

/// The lexicon with made-up phrases added, until it is `times` as large.
fn enlarged(lexicons: &Path, folder: &Path, times: usize) -> Lexicon {
    let place = folder.join(format!("lexicons-{times}"));
    copy(lexicons, &place);
    let base = Lexicon::from_folder(lexicons, SET).unwrap().phrases();
    let file = place.join(SET).join("allocation.toml");
    let mut rules = std::fs::read_to_string(&file).unwrap();
    let (mut left, mut number, mut rule) = (base * (times - 1), 0usize, 0);
    while left > 0 {
        let some = left.min(1000);
        let phrases: Vec<String> = (number..number + some).map(|n| format!("\"={}\"", made_up(n))).collect();
        let _ = write!(
            rules,
            "\n[[rule]]\nid = \"filler-{rule}\"\nabout = \"Filler.\"\nany = [{}]\nweight = 1\nhit = []\nmiss = []\n",
            phrases.join(", ")
        );
        left -= some;
        number += some;
        rule += 1;
    }
    std::fs::write(&file, rules).unwrap();
    Lexicon::from_folder(&place, SET).unwrap()
}

/// A phrase of two words that look like words.
fn made_up(n: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["co", "st", "bil", "te", "ra", "clo", "ud", "re", "por", "al", "lo", "ca", "fin", "op", "sa", "ven"];
    let word = |mut n: usize| {
        let mut word = String::new();
        for _ in 0..4 {
            word.push_str(SYLLABLES[n % 16]);
            n /= 16;
        }
        word
    };
    format!("{} {}", word(n), word(n / 65_536 * 40_503 + n % 7))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn best(mut work: impl FnMut()) -> f64 {
    let once = |_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(once).fold(f64::INFINITY, f64::min)
}
