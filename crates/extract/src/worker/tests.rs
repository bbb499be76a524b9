//! The pool against workers that die in every way. The workers are shell scripts that speak the protocol, and this test
//! program itself as a true worker.

use super::{Content, Pool};
use crate::Options;
use capmap_model::{FailureKind, Outcome};
use std::ffi::OsString;
use std::time::{Duration, Instant};

/// A worker that reads the configuration and one request, then does `act` in a shell.
fn script(act: &str) -> Vec<OsString> {
    let loops = format!("read -r configuration; while read -r request; do {act}; done");
    ["sh", "-c", &loops].map(OsString::from).to_vec()
}

fn options(wall_ms: u64) -> Options {
    let mut options = Options::default();
    options.limits.wall_ms = wall_ms;
    options
}

fn failure(act: &str, wall_ms: u64) -> (FailureKind, String) {
    let pool = Pool::new(script(act), options(wall_ms));
    let outcome = pool.read(Content::Bytes(b"x", None), "a.txt", None);
    let failure = outcome.failure().unwrap_or_else(|| panic!("{outcome:?}"));
    (failure.kind, failure.detail.clone())
}

/// The line that a worker answers with, as JSON for a shell's single quotes.
fn answer() -> String {
    let outcome =
        crate::read(b"page words", "a.txt", capmap_model::Format::Text, &Options::default(), &mut |_| {});
    serde_json::json!({"id": 1, "outcome": outcome}).to_string()
}

#[test]
fn a_worker_that_hangs_is_killed_in_time() {
    let started = Instant::now();
    assert_eq!(failure("sleep 60", 400).0, FailureKind::Timeout);
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_worker_that_runs_out_of_memory_says_so() {
    assert_eq!(
        failure("echo 'memory allocation of 9 bytes failed' >&2; kill -ABRT $$", 2000).0,
        FailureKind::Memory
    );
}

#[test]
fn a_worker_that_dies_twice_costs_one_document() {
    let (kind, detail) = failure("kill -KILL $$", 2000);
    assert_eq!(kind, FailureKind::Crashed);
    assert!(detail.contains("signal 9"), "{detail}");
}

#[test]
fn a_worker_that_babbles_or_floods_is_stopped() {
    assert_eq!(failure("echo babble; kill -KILL $$", 2000).0, FailureKind::Crashed);
    let mut options = options(5000);
    options.limits.output_bytes = 10;
    options.limits.blocks = 10;
    let pool = Pool::new(script("head -c 3000000 /dev/zero; sleep 9"), options);
    let outcome = pool.read(Content::Bytes(b"x", None), "a", None);
    assert_eq!(outcome.failure().map(|f| f.kind), Some(FailureKind::Limit));
}

#[test]
fn a_program_that_is_missing_is_told() {
    let pool = Pool::new(vec!["/nonexistent/worker".into()], Options::default());
    let outcome = pool.read(Content::Bytes(b"x", None), "a", None);
    assert!(
        outcome.failure().is_some_and(|f| f.kind == FailureKind::Io && f.detail.contains("worker process"))
    );
}

#[test]
fn a_death_by_chance_is_retried() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("died");
    let act = format!(
        "if [ -e {0} ]; then echo '{1}'; else touch {0}; kill -KILL $$; fi",
        mark.display(),
        answer()
    );
    let outcome = Pool::new(script(&act), options(5000)).read(Content::Bytes(b"x", None), "a", None);
    assert!(matches!(outcome, Outcome::Read { .. }), "{outcome:?}");
}

#[test]
fn a_page_that_kills_costs_that_page() {
    // Dies on page 2 unless told to skip it.
    let act = format!(
        "case \"$request\" in *'\"skip_pages\":[2]'*) echo '{}';; *) echo '{{\"id\":1,\"page\":1}}'; echo '{{\"id\":1,\"page\":2}}'; kill -SEGV $$;; esac",
        answer()
    );
    let outcome = Pool::new(script(&act), options(5000)).read(Content::Bytes(b"x", None), "a", None);
    let Outcome::Partial { document, failure } = outcome else { panic!("{outcome:?}") };
    assert_eq!(document.text, "page words");
    assert!(failure.detail.starts_with("page 2 could not be read: the reader died"), "{failure}");
}

#[test]
fn a_page_that_hangs_costs_that_page() {
    let act = format!(
        "case \"$request\" in *'\"skip_pages\":[3]'*) echo '{}';; *) echo '{{\"id\":1,\"page\":3}}'; sleep 60;; esac",
        answer()
    );
    let outcome = Pool::new(script(&act), options(900)).read(Content::Bytes(b"x", None), "a", None);
    assert_eq!(outcome.failure().map(|f| f.kind), Some(FailureKind::Timeout));
    assert_eq!(outcome.status(), "partial");
}

/// This test is the worker of the next one; run by itself it sees the end of its input at once.
#[test]
#[ignore = "a worker process for the test below"]
fn true_worker() {
    let stdout = super::guard_stdout().unwrap();
    super::serve(std::io::stdin().lock(), stdout, &Options::default(), &mut |_, _, _| None).unwrap();
}

#[test]
fn a_true_worker_is_reused_and_limited() {
    let program = std::env::current_exe().unwrap().into_os_string();
    let args = ["--exact", "worker::tests::true_worker", "--ignored", "--nocapture"].map(OsString::from);
    let command = std::iter::once(program).chain(args).collect();
    let pool = Pool::new(command, Options::default());
    for round in 0..50 {
        let words = format!("words of round {round}");
        let outcome = pool.read(Content::Bytes(words.as_bytes(), None), "a.txt", None);
        assert_eq!(outcome.document().map(|d| d.text.clone()), Some(words));
    }
    assert_eq!(pool.idle_workers(), 1);
    let big = vec![b'x'; 40 << 20];
    let outcome = pool.read(Content::Bytes(&big, None), "big.txt", None);
    assert_eq!(outcome.failure().map(|f| f.kind), Some(FailureKind::Limit));
}
