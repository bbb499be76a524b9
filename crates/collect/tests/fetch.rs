//! Visits to a real server on loopback, whose own log proves the manners.

// The exemption for tests in clippy.toml does not reach their helper functions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "fetch/ends.rs"]
mod ends;
#[path = "fetch/keeping.rs"]
mod keeping;
#[path = "fetch/manners.rs"]
mod manners;
#[path = "../../../tests/site.rs"]
#[allow(dead_code)]
mod site;

use capmap_collect::{End, FetchError, Manners, Met, Seed, Visit, Visited, canonical, system_lookup, visit};
use capmap_model::{Failure, FailureKind};
use site::Site;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A visit that knows this one machine and no other private one, with short pauses.
fn plan(dir: &Path, site: &Site, paths: &[&str], follow: bool, settings: &[&str]) -> Visit {
    let mut manners = Manners::new("tests@example.org").unwrap();
    let allowed = format!("allow_address={}", site.at);
    for setting in ["delay_ms=10", "backoff_ms=20", allowed.as_str()].iter().chain(settings) {
        manners.set(setting).unwrap();
    }
    let seed = |path: &&str| {
        let url = if path.contains("://") { (*path).to_owned() } else { site.url(path) };
        Seed { url: canonical(&url).unwrap(), follow }
    };
    Visit {
        seeds: paths.iter().map(seed).collect(),
        manners,
        snapshots: dir.join("snapshots"),
        pages: dir.join("pages"),
        lookup: system_lookup(),
        now,
    }
}

fn go(plan: &Visit) -> Visited {
    visit(plan, &mut |_| ControlFlow::Continue(())).unwrap()
}

fn go_some(plan: &Visit, pages: usize) -> FetchError {
    let mut left = pages;
    let mut watch = |_: &str| match left {
        0 => ControlFlow::Break(()),
        _ => {
            left -= 1;
            ControlFlow::Continue(())
        }
    };
    visit(plan, &mut watch).unwrap_err()
}

#[track_caller]
fn met<'a>(visited: &'a Visited, end: &str) -> &'a Met {
    let found = visited.mets.iter().find(|met| met.url.ends_with(end));
    found.unwrap_or_else(|| panic!("{end} was not met: {:#?}", visited.mets))
}

#[track_caller]
fn failure(visited: &Visited, end: &str) -> Failure {
    match &met(visited, end).end {
        End::Failed(failure) => failure.clone(),
        other => panic!("{end} did not fail: {other:?}"),
    }
}

#[track_caller]
fn fails(visited: &Visited, end: &str, kind: FailureKind, words: &str) {
    let failure = failure(visited, end);
    assert!(failure.kind == kind && failure.detail.contains(words), "{end}: {failure:?}");
}

fn pages(visited: &Visited) -> Vec<&str> {
    let pages = visited.mets.iter().filter(|met| matches!(met.end, End::Page(_)));
    pages.map(|met| met.url.splitn(4, '/').nth(3).unwrap_or_default()).collect()
}
