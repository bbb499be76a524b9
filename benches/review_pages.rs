//! How long each review page takes with 100 and with 10,000 suggestions (5 and 500 documents of the same size), at the 95th
//! percentile, over HTTP, with the real search index. The two are asked in turns, and of many rounds the calmest counts.
//!
//! `cargo bench -p capmap-review` prints the table and fails where a page is more than 3 times slower with the many.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, dead_code, missing_docs)]

#[path = "../crates/store/tests/common/mod.rs"]
mod common;
#[path = "../crates/review/tests/fixture.rs"]
mod fixture;

use capmap_evidence::{Hit, Like, PassageIndex};
use capmap_model::{Document, Suggestion};
use capmap_review::Search;
use capmap_store::Store;
use common::{document, map, offer};
use fixture::{Site, Wanted};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REQUESTS: usize = 100;
const ROUNDS: usize = 30;

/// Address of the page that is asked for in a turn.
type Path<'a> = Box<dyn Fn(usize) -> String + 'a>;

struct Indexed(PathBuf);

impl Search for Indexed {
    fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, String> {
        let answer = PassageIndex::existing(&self.0).and_then(|index| index.search(query, limit));
        answer.map(|answer| answer.hits).map_err(|e| e.to_string())
    }

    fn like(&self, like: &Like, limit: usize) -> Result<Vec<Hit>, String> {
        let answer = PassageIndex::existing(&self.0).and_then(|index| index.like(like, limit));
        answer.map(|answer| answer.hits).map_err(|e| e.to_string())
    }
}

fn main() {
    let (few, many) = (site(5), site(500));
    println!("milliseconds; the calmest of {ROUNDS} rounds of {REQUESTS} requests");
    let (a, b) = (few.suggestions.len(), many.suggestions.len());
    println!("{:<12} {a:>8} {b:>8} {a:>8} {b:>8}", "suggestions");
    println!("{:<12} {:>8} {:>8} {:>8} {:>8} {:>8}", "page", "p50", "p50", "p95", "p95", "ratio");
    let cookies = (few.cookie(), many.cookie());
    let mut slow = Vec::new();
    for ((name, a), (_, b)) in pages(&few).into_iter().zip(pages(&many)) {
        let (mut one, mut other) = ((f64::MAX, f64::MAX), (f64::MAX, f64::MAX));
        for _ in 0..ROUNDS {
            // In turns, so that other work on the machine slows both.
            let (mut short, mut long) = (Vec::new(), Vec::new());
            for i in 0..REQUESTS {
                short.push(time(&few, &cookies.0, &a(i)));
                long.push(time(&many, &cookies.1, &b(i)));
            }
            one = calmer(one, percentiles(short));
            other = calmer(other, percentiles(long));
        }
        let ratio = other.1 / one.1;
        println!("{name:<12} {:>8.3} {:>8.3} {:>8.3} {:>8.3} {ratio:>8.2}", one.0, other.0, one.1, other.1);
        if ratio > 3.0 {
            slow.push(name);
        }
    }
    assert!(slow.is_empty(), "more than 3 times slower with 10,000 suggestions: {slow:?}");
}

fn pages(site: &Site) -> Vec<(&'static str, Path<'_>)> {
    let some = |i: usize| &site.suggestions[i * 37 % site.suggestions.len()];
    vec![
        ("overview", Box::new(|_| "/".to_owned())),
        ("passage", Box::new(move |i| format!("/i/{}", some(i).id))),
        ("capability", Box::new(move |i| format!("/c/{}?list=true", some(i).criterion))),
        ("documents", Box::new(|_| "/documents".to_owned())),
        ("document", Box::new(move |i| format!("/document?source={}", some(i).citation.source()))),
        ("search", Box::new(|i| format!("/search?q=service+{}", i % 20))),
        ("bulk", Box::new(move |i| format!("/bulk?item={}&by=section", some(i).id))),
        ("log", Box::new(|_| "/log".to_owned())),
        ("live", Box::new(|_| "/live?events=0&mapping=1".to_owned())),
    ]
}

fn time(site: &Site, cookie: &str, path: &str) -> Duration {
    let began = Instant::now();
    let status = site.get(path, cookie).status;
    assert_eq!(status, 200, "{path}");
    began.elapsed()
}

/// Of two rounds the one that was disturbed less.
fn calmer(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    if b.1 < a.1 { b } else { a }
}

/// The 50th and the 95th, in milliseconds.
fn percentiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1_000.0;
    (at(50), at(95))
}

/// Twenty suggestions per document, for twenty capabilities.
fn site(documents: usize) -> Site {
    let folder = tempfile::tempdir().unwrap();
    let capabilities: Vec<String> =
        fixture::criteria().criteria.iter().take(20).map(|c| c.id.0.clone()).collect();
    let made: Vec<Document> = (0..documents)
        .map(|d| {
            let mut lines = vec![format!("# Order {d}")];
            lines.extend(
                (0..20).map(|i| format!("We deliver service {i} of document {d} to every team, each month.")),
            );
            lines.extend((0..60).map(|i| {
                format!("Clause {i}: the parties agree on what clause {i} of order {d} says, at length.")
            }));
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            document(&format!("doc-{d:03}.md"), &lines)
        })
        .collect();
    let mut suggestions: Vec<Suggestion> = Vec::new();
    for (i, capability) in capabilities.iter().enumerate() {
        for (d, doc) in made.iter().enumerate() {
            suggestions.push(offer(doc, &format!("We deliver service {i} of document {d} "), capability));
        }
    }
    let mut store = Store::open(folder.path(), "bench").unwrap();
    map(&mut store, &made.iter().collect::<Vec<_>>(), &suggestions);
    let index = folder.path().join("index");
    fill_index(&index, &made);
    let wanted = Wanted { search: Some(Arc::new(Indexed(index))), ..Wanted::default() };
    Site::on(folder, suggestions, wanted)
}

fn fill_index(folder: &std::path::Path, documents: &[Document]) {
    let index = PassageIndex::open(folder).unwrap();
    let mut update = index.update().unwrap();
    let mut keys = BTreeSet::new();
    for document in documents {
        update.add(&document.id.0, document).unwrap();
        keys.insert(document.id.0.clone());
    }
    update.finish(&keys).unwrap();
}
