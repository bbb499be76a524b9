//! What a saved decision costs against a bare SQLite commit with full sync on the same disk, in milliseconds.
//!
//! `cargo bench -p capmap-store` prints the table and fails where a decision costs more than 1.5 bare commits (median). The
//! two are measured in turns, so that a busy disk slows both.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../crates/store/tests/common/mod.rs"]
mod common;

use capmap_model::{Choice, Suggestion};
use capmap_store::Store;
use common::{document, map, offer};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};

const DECISIONS: usize = 1_000;

fn main() {
    let folder = tempfile::tempdir_in(std::env::current_dir().unwrap()).unwrap();
    println!("decisions saved: {DECISIONS}; milliseconds each, on {}", folder.path().display());
    println!(
        "{:>12} {:>10} {:>10} {:>10} {:>10} {:>8}",
        "suggestions", "bare p50", "ours p50", "bare p95", "ours p95", "ratio"
    );
    let mut worst: f64 = 0.0;
    for documents in [5, 500] {
        let (mut store, suggestions) = filled(&folder.path().join(format!("d{documents}")), documents);
        let bare = bare(&folder.path().join(format!("bare{documents}.db")));
        let (mut plain, mut ours) = (Vec::new(), Vec::new());
        for i in 0..DECISIONS {
            let began = Instant::now();
            bare.execute("INSERT INTO t (x) VALUES (?1)", [i]).unwrap();
            plain.push(began.elapsed());
            let (item, choice) = (
                &suggestions[i * 7 % suggestions.len()].id,
                [Choice::Confirm, Choice::Reject, Choice::Defer][i % 3],
            );
            let began = Instant::now();
            common::decide(&mut store, item, choice, "ann").unwrap();
            ours.push(began.elapsed());
        }
        let ratio = at(&mut ours, 50) / at(&mut plain, 50);
        println!(
            "{:>12} {:>10.3} {:>10.3} {:>10.3} {:>10.3} {:>8.2}",
            suggestions.len(),
            at(&mut plain, 50),
            at(&mut ours, 50),
            at(&mut plain, 95),
            at(&mut ours, 95),
            ratio
        );
        worst = worst.max(ratio);
    }
    assert!(worst <= 1.5, "a decision costs {worst:.2} bare commits; at most 1.5 are allowed");
}

/// Twenty suggestions per document, spread over 20 criteria.
fn filled(folder: &Path, documents: usize) -> (Store, Vec<Suggestion>) {
    let made: Vec<_> = (0..documents)
        .map(|d| {
            let lines: Vec<String> = (0..20)
                .map(|i| format!("We deliver service {i} of document {d} to every team, each month."))
                .collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            document(&format!("doc-{d:03}.md"), &lines)
        })
        .collect();
    let suggestion = |d: usize, i: usize| {
        offer(&made[d], &format!("We deliver service {i} of document {d} "), &format!("criterion-{i}"))
    };
    let suggestions: Vec<_> =
        (0..documents).flat_map(|d| (0..20).map(move |i| (d, i))).map(|(d, i)| suggestion(d, i)).collect();
    let mut store = Store::open(folder, "bench").unwrap();
    map(&mut store, &made.iter().collect::<Vec<_>>(), &suggestions);
    (store, suggestions)
}

fn bare(path: &Path) -> Connection {
    let db = Connection::open(path).unwrap();
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).unwrap();
    db.pragma_update(None, "synchronous", "FULL").unwrap();
    db.execute_batch("CREATE TABLE t (x)").unwrap();
    db
}

/// A percentile in milliseconds.
fn at(times: &mut [Duration], percent: usize) -> f64 {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100].as_secs_f64() * 1_000.0
}
