//! Literate cases: small documents that say in comments what must and must not be suggested (`corpora/README.md`). A case that
//! does not come out is named in `corpora/cases/open.txt`: it may neither grow in silence nor be mended unnoticed.
//! `UPDATE=1 cargo test --release -p capmap-eval --test cases` writes the list anew.

#![allow(clippy::unwrap_used, clippy::panic)] // tests may

use capmap_eval::{Labelled, read};
use capmap_lexicon::Lexicon;
use capmap_model::{Finding, Grade};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Grades from -1 to 2.
const NAMES: [&str; 4] = ["excluded", "none", "topic", "offered"];

/// At least so many cases come out.
const LEAST: usize = 150;

#[test]
fn cases_come_out_but_for_those_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora/cases");
    let lexicon = Lexicon::embedded("finops-service-provider-2025").unwrap();
    let cases = read(&root).unwrap();
    let mut open = String::new();
    for case in &cases {
        for fault in faults(&lexicon, case) {
            let _ = writeln!(open, "{}/{}: {fault}", case.organization, name(case));
        }
    }
    let list = root.join("open.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&list, &open).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&list).unwrap(), open, "see the head of this test");
    let failing: BTreeSet<&str> = open.lines().filter_map(|l| l.split(':').next()).collect();
    assert!(cases.len() - failing.len() >= LEAST, "{} of {} cases fail", failing.len(), cases.len());
}

fn name(case: &Labelled) -> &str {
    case.document.source.rsplit('/').next().unwrap()
}

/// What differs from the comments: an offer not found or not as offered, an exclusion that is offered, a trap or a silent passage
/// that is offered. Topics may be found or not.
fn faults(lexicon: &Lexicon, case: &Labelled) -> Vec<String> {
    let findings = lexicon.find(&case.document);
    let mut out = Vec::new();
    for unit in &case.units {
        let here = |f: &&Finding| unit.blocks.contains(&case.document.passages[f.passage].block);
        let offered: BTreeSet<&str> = findings
            .iter()
            .filter(here)
            .filter(|f| f.grade == Grade::Offered)
            .map(|f| f.criterion.0.as_str())
            .collect();
        let words: String =
            unit.blocks.iter().map(|b| case.document.slice(case.document.blocks[*b].span)).collect();
        let words: String = words.chars().take(60).collect();
        for (slug, grade) in &unit.labels {
            if (*grade == 2) != offered.contains(slug.as_str()) {
                let said = findings.iter().filter(here).find(|f| f.criterion.0 == *slug);
                let said = said.map_or("nothing", |f| f.grade.name());
                out.push(format!("{slug} is {}, said {said} | {words}", NAMES[(*grade + 1) as usize]));
            }
        }
        // Supplemental criteria are labelled in their own folder alone.
        let silent = |slug: &&&str| !slug.contains(':') && !unit.labels.iter().any(|(s, _)| s == **slug);
        out.extend(offered.iter().filter(silent).map(|slug| format!("{slug} offered | {words}")));
    }
    out
}
