//! Words of real Word documents against pandoc: nothing is lost, nothing is made up.
//!
//! pandoc leaves out page headers and footers, so those are added to its side. Marks of lists and headings differ (pandoc
//! counts headings never), so only words with a letter and of two characters are compared.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests fail as tests do

use capmap_extract::{Options, read, sniff};
use capmap_model::{Document, Role};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

type Words = BTreeMap<String, usize>;

fn count(text: &str, into: &mut Words) {
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.chars().count() > 1 && word.chars().any(char::is_alphabetic) {
            *into.entry(word.to_lowercase()).or_default() += 1;
        }
    }
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/documents");
    let folders = std::fs::read_dir(root).into_iter().flatten().flatten();
    let files =
        folders.filter_map(|f| std::fs::read_dir(f.path()).ok()).flatten().flatten().map(|f| f.path());
    let mut found: Vec<PathBuf> = files.filter(|f| f.extension().is_some_and(|e| e == "docx")).collect();
    found.sort();
    found
}

fn pandoc(file: &Path) -> Option<String> {
    let output = Command::new("pandoc")
        .args(["-t", "plain", "--wrap=none", "--track-changes=accept"])
        .arg(file)
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn ours(file: &Path) -> Document {
    let bytes = std::fs::read(file).unwrap();
    let name = file.display().to_string();
    let outcome = read(&bytes, &name, sniff(&bytes, &name), &Options::default(), &mut |_| {});
    outcome.document().unwrap_or_else(|| panic!("{name}: {:?}", outcome.failure())).clone()
}

/// Recall and precision of one file.
fn compare(file: &Path, reference: &str) -> (f64, f64) {
    let document = ours(file);
    let (mut own, mut theirs) = (Words::new(), Words::new());
    count(&document.text, &mut own);
    count(reference, &mut theirs);
    for block in document.blocks.iter().filter(|b| matches!(b.role, Role::Header | Role::Footer)) {
        count(document.slice(block.span), &mut theirs);
    }
    let common: usize = own.iter().map(|(w, n)| theirs.get(w).map_or(0, |m| *n.min(m))).sum();
    let share = |of: &Words| common as f64 / of.values().sum::<usize>().max(1) as f64;
    (share(&theirs), share(&own))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn words_of_real_documents() {
    let files = documents();
    if files.is_empty() || Command::new("pandoc").arg("--version").output().is_err() {
        println!("skipped: needs pandoc and ../shared/corpora/documents");
        return;
    }
    let mut figures = Vec::new();
    for file in &files {
        let (recall, precision) = compare(file, &pandoc(file).unwrap());
        println!("{recall:.4} {precision:.4} {}", file.file_name().unwrap().to_string_lossy());
        assert!(recall >= 0.95 && precision >= 0.95, "{}: {recall} {precision}", file.display());
        figures.push((recall, precision));
    }
    let recall = median(figures.iter().map(|f| f.0).collect());
    let precision = median(figures.iter().map(|f| f.1).collect());
    println!("median recall {recall:.4}, precision {precision:.4} of {} files", files.len());
    assert!(recall >= 0.985 && precision >= 0.97);
}
