//! How long each review page takes with 100 and with 10,000 suggestions (5 and 500 documents of the same size), at the 95th
//! percentile, over HTTP, with the real search index.
//!
//! `cargo bench -p capmap-review` prints the table and fails where a page is more than 3 times slower with the many.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, dead_code, missing_docs)]

#[path = "../crates/store/tests/common/mod.rs"]
mod common;
#[path = "../crates/review/tests/fixture.rs"]
mod fixture;

use capmap_evidence::{Hit, PassageIndex};
use capmap_model::{Document, Suggestion};
use capmap_review::Search;
use capmap_store::Store;
use common::{document, map, offer};
use fixture::{Site, Wanted};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

const REQUESTS: usize = 300;

/// Address of the page that is asked for in a turn.
type Path<'a> = Box<dyn Fn(usize) -> String + 'a>;

struct Indexed(PathBuf);

impl Search for Indexed {
    fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, String> {
        let answer = PassageIndex::existing(&self.0).and_then(|index| index.search(query, limit));
        answer.map(|answer| answer.hits).map_err(|e| e.to_string())
    }
}

fn main() {
    let (few, many) = (site(5), site(500));
    println!("p95 of {REQUESTS} requests in milliseconds");
    println!("{:<12} {:>8} {:>8} {:>8}", "page", few.suggestions.len(), many.suggestions.len(), "ratio");
    let (few, many) = (pages(&few), pages(&many));
    let mut slow = Vec::new();
    for ((name, a), (_, b)) in few.into_iter().zip(many) {
        let ratio = b / a;
        println!("{name:<12} {a:>8.3} {b:>8.3} {ratio:>8.2}");
        if ratio > 3.0 {
            slow.push(name);
        }
    }
    assert!(slow.is_empty(), "more than 3 times slower with 10,000 suggestions: {slow:?}");
}

fn pages(site: &Site) -> Vec<(&'static str, f64)> {
    let cookie = site.cookie();
    let some = |i: usize| &site.suggestions[i * 37 % site.suggestions.len()];
    let paths: [(&str, Path<'_>); 9] = [
        ("overview", Box::new(|_| "/".to_owned())),
        ("passage", Box::new(|i| format!("/i/{}", some(i).id))),
        ("capability", Box::new(|i| format!("/c/{}?list=true", some(i).criterion))),
        ("documents", Box::new(|_| "/documents".to_owned())),
        ("document", Box::new(|i| format!("/document?source={}", some(i).citation.source()))),
        ("search", Box::new(|i| format!("/search?q=service+{}", i % 20))),
        ("bulk", Box::new(|i| format!("/bulk?item={}&by=section", some(i).id))),
        ("log", Box::new(|_| "/log".to_owned())),
        ("live", Box::new(|_| "/live?events=0&mapping=1".to_owned())),
    ];
    paths.into_iter().map(|(name, path)| (name, p95(site, &cookie, &*path))).collect()
}

fn p95(site: &Site, cookie: &str, path: &dyn Fn(usize) -> String) -> f64 {
    let mut times: Vec<Duration> = (0..REQUESTS + 20)
        .map(|i| {
            let path = path(i);
            let began = Instant::now();
            let status = site.get(&path, cookie).status;
            assert_eq!(status, 200, "{path}");
            began.elapsed()
        })
        .skip(20)
        .collect();
    times.sort_unstable();
    times[REQUESTS * 95 / 100].as_secs_f64() * 1_000.0
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
