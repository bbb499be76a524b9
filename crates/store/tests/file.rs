//! The file itself: proof of the log, golden files, export and import, locks, full disks, folders that cannot be written.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use capmap_model::Choice;
use capmap_store::{Break, FILE, Store, StoreError, VERSION, View};
use common::*;
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

fn sample(folder: &Path) -> Store {
    let mut store = Store::open(folder, "test").unwrap();
    let sow = document(
        "sow.md",
        &["# Services", "We split the bill.", "We alert on spend.", "We plan & <b>build</b>."],
    );
    let page = document("https://example.org/finops", &["# Offer", "We forecast your cloud cost."]);
    let suggestions = [
        offer(&sow, "We split the bill.", "allocation"),
        offer(&sow, "We alert on spend.", "anomaly-management"),
        offer(&page, "We forecast your cloud cost.", "forecasting"),
    ];
    map(&mut store, &[&sow, &page], &suggestions);
    decide(&mut store, &suggestions[0].id, Choice::Confirm, "ann").unwrap();
    decide(&mut store, &suggestions[1].id, Choice::Reject, "ann").unwrap();
    decide(&mut store, &suggestions[0].id, Choice::Reject, "ben").unwrap();
    store.adjudicate(&ballot(&suggestions[0].id, Choice::Confirm, "eve")).unwrap();
    store.remark(&suggestions[2].id, "ask \"them\"\n", "ann", TIME).unwrap();
    let by_hand = offer(&sow, "We plan & <b>build</b>.", "planning-estimating").citation;
    store.add(&"planning-estimating".into(), &by_hand, Some("näher ansehen"), "ann", TIME).unwrap();
    store.undo("ann", TIME).unwrap();
    store.add(&"planning-estimating".into(), &by_hand, None, "ann", TIME).unwrap();
    store
}

fn exported(store: &Store) -> String {
    let mut out = Vec::new();
    store.export(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn tampered(sql: &str) -> Result<capmap_store::Verified, StoreError> {
    let folder = tempfile::tempdir().unwrap();
    drop(sample(folder.path()));
    let db = Connection::open(folder.path().join(FILE)).unwrap();
    db.execute_batch("DROP TRIGGER events_stay; DROP TRIGGER events_remain;").unwrap();
    db.execute_batch(sql).unwrap();
    drop(db);
    Store::open_read(folder.path()).unwrap().verify()
}

fn broken(sql: &str) -> Break {
    match tampered(sql) {
        Err(StoreError::Broken(found)) => found,
        other => panic!("{sql}: {other:?}"),
    }
}

#[test]
fn verify_names_the_first_broken_event() {
    assert_eq!(tampered("SELECT 1").unwrap().events, 8);
    let changed = "UPDATE events SET body = replace(body, 'confirm', 'reject') WHERE seq = 1";
    assert_eq!(broken(changed), Break::Changed(1));
    assert_eq!(broken("UPDATE events SET hash = 'zz' || substr(hash, 3) WHERE seq = 3"), Break::Changed(3));
    assert_eq!(broken("DELETE FROM events WHERE seq = 2"), Break::Missing(2));
    assert_eq!(broken("DELETE FROM events WHERE seq = 8"), Break::Missing(8));
    assert_eq!(broken("DELETE FROM events WHERE seq = 1"), Break::Missing(1));
    let swapped = "UPDATE events SET seq = -1 WHERE seq = 4; UPDATE events SET seq = 4 WHERE seq = 5; UPDATE events SET seq = 5 WHERE seq = -1";
    assert_eq!(broken(swapped), Break::Changed(4));
}

#[test]
fn the_database_itself_refuses_to_change_events() {
    let folder = tempfile::tempdir().unwrap();
    drop(sample(folder.path()));
    let db = Connection::open(folder.path().join(FILE)).unwrap();
    for sql in ["UPDATE events SET body = '' WHERE seq = 1", "DELETE FROM events"] {
        assert!(db.execute_batch(sql).unwrap_err().to_string().contains("only ever added"));
    }
}

#[test]
fn export_and_import_are_a_round_trip() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let ours = sample(here.path());
    let file = exported(&ours);
    let mut theirs = Store::open(there.path(), "test").unwrap();
    let imported = theirs.import(&mut file.as_bytes()).unwrap();
    assert_eq!((imported.events, imported.merged, imported.suggestions), (8, false, true));
    assert_eq!(exported(&theirs), file);
    assert_eq!(theirs.tallies(View::All).unwrap(), ours.tallies(View::All).unwrap());
    assert_eq!(theirs.verify().unwrap(), ours.verify().unwrap());
    // A second time there is nothing new.
    assert_eq!(theirs.import(&mut file.as_bytes()).unwrap().events, 0);
}

#[test]
fn logs_that_went_different_ways_are_merged_once() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut ours = sample(here.path());
    let mut theirs = Store::open(there.path(), "test").unwrap();
    theirs.import(&mut exported(&ours).as_bytes()).unwrap();
    let forecasting =
        ours.items(capmap_store::Filter::Criterion(&"forecasting".into()), View::All, 0, 1).unwrap();
    let id = forecasting[0].id.clone();
    decide(&mut ours, &id, Choice::Confirm, "ann").unwrap();
    decide(&mut theirs, &id, Choice::Confirm, "ben").unwrap();
    theirs.undo("ben", TIME).unwrap();
    decide(&mut theirs, &id, Choice::Reject, "ben").unwrap();
    let imported = ours.import(&mut exported(&theirs).as_bytes()).unwrap();
    assert_eq!((imported.events, imported.merged), (3, true));
    let item = ours.item(&id, View::All).unwrap();
    assert_eq!(item.row.outcome, capmap_store::Outcome::Conflict);
    let who: Vec<_> = item.votes.iter().filter(|v| v.choice.is_some()).map(|v| v.reviewer.as_str()).collect();
    assert_eq!(who, ["ann", "ben"]);
    assert_eq!(ours.import(&mut exported(&theirs).as_bytes()).unwrap().events, 0);
    // Back again: only Ann's decision is new there.
    assert_eq!(theirs.import(&mut exported(&ours).as_bytes()).unwrap().events, 1);
    assert!(ours.verify().is_ok() && theirs.verify().is_ok());
}

#[test]
fn a_damaged_export_changes_nothing() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = exported(&sample(here.path()));
    let mut theirs = Store::open(there.path(), "test").unwrap();
    let cut: String = file.lines().take(file.lines().count() - 1).map(|l| format!("{l}\n")).collect();
    assert!(matches!(theirs.import(&mut cut.as_bytes()), Err(StoreError::Broken(Break::Missing(8)))));
    let edited = file.replace("\"reviewer\":\"ben\"", "\"reviewer\":\"bob\"");
    assert!(matches!(theirs.import(&mut edited.as_bytes()), Err(StoreError::Broken(Break::Changed(3)))));
    for wrong in [
        "",
        "{}\n",
        "not json\n",
        "{\"header\":{\"schema\":\"capmap/dossier/9\",\"events\":0,\"head\":\"\"}}\n",
    ] {
        assert!(
            matches!(theirs.import(&mut wrong.as_bytes()), Err(StoreError::BadExport { line: 1, .. })),
            "{wrong}"
        );
    }
    assert_eq!(theirs.event_count().unwrap(), 0);
    assert!(theirs.documents().unwrap().is_empty());
}

/// Every schema ever written opens, verifies and exports as its golden file says. To add one after raising `VERSION`:
/// `CAPMAP_GOLDEN=1 cargo test -p capmap-store golden`.
#[test]
fn golden_files_of_every_version_still_open() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let newest = data.join(format!("v{VERSION}.db"));
    if std::env::var_os("CAPMAP_GOLDEN").is_some() && !newest.exists() {
        write_golden(&newest);
    }
    for version in 1..=VERSION {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(data.join(format!("v{version}.db")), folder.path().join(FILE)).unwrap();
        let store = Store::open(folder.path(), "test").unwrap();
        let expected = std::fs::read_to_string(data.join(format!("v{version}.jsonl"))).unwrap();
        // Suggestions and documents may hold more today; events are the same for ever, letter by letter.
        let events = |text: &str| {
            text.lines().filter(|l| l.starts_with("{\"event\"")).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(events(&exported(&store)), events(&expected), "schema {version}");
        assert_eq!(exported(&store).lines().count(), expected.lines().count());
        assert_eq!(store.verify().unwrap().events, 8);
        let elsewhere = tempfile::tempdir().unwrap();
        let mut other = Store::open(elsewhere.path(), "test").unwrap();
        other.import(&mut expected.as_bytes()).unwrap();
        assert_eq!(other.tallies(View::All).unwrap(), store.tallies(View::All).unwrap());
    }
}

fn write_golden(path: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let store = sample(folder.path());
    std::fs::write(path.with_extension("jsonl"), exported(&store)).unwrap();
    drop(store); // the last connection folds the write-ahead log into the file
    std::fs::copy(folder.path().join(FILE), path).unwrap();
}

#[test]
fn files_of_others_and_of_later_versions_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    std::fs::write(
        &path,
        "this is no database, only text that is long enough to be looked at as one, is it not?",
    )
    .unwrap();
    assert!(matches!(Store::open(folder.path(), "t"), Err(StoreError::NotADossier(_))));
    std::fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    assert!(matches!(Store::open(folder.path(), "t"), Err(StoreError::NotADossier(_))));
    std::fs::remove_file(&path).unwrap();
    drop(Store::open(folder.path(), "t").unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", VERSION + 1).unwrap();
    assert!(matches!(Store::open(folder.path(), "t"), Err(StoreError::Newer { .. })));
    assert!(matches!(Store::open_read(&folder.path().join("none")), Err(StoreError::Missing(_))));
}

#[test]
fn another_writer_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Store::open(folder.path(), "capmap review, process 42").unwrap();
    let theirs = Store::open(folder.path(), "capmap map, process 43").unwrap();
    ours.check_free().unwrap();
    let held = std::fs::File::open(folder.path().join("review.lock")).unwrap();
    held.try_lock().unwrap();
    let error = theirs.check_free().unwrap_err().to_string();
    assert!(
        error.contains("capmap review, process 42") || error.contains("capmap map, process 43"),
        "{error}"
    );
    drop(held);
    theirs.check_free().unwrap();
}

#[test]
fn two_writers_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let store = sample(folder.path());
    let ids: Vec<String> = ["allocation", "forecasting"]
        .map(|c| {
            store.items(capmap_store::Filter::Criterion(&c.into()), View::All, 0, 1).unwrap()[0].id.clone()
        })
        .to_vec();
    let before = store.event_count().unwrap();
    std::thread::scope(|scope| {
        for who in ["w1", "w2", "w3"] {
            let ids = &ids;
            let path = folder.path();
            scope.spawn(move || {
                let mut mine = Store::open(path, who).unwrap();
                for i in 0..20 {
                    let choice = if i % 2 == 0 { Choice::Confirm } else { Choice::Reject };
                    decide(&mut mine, &ids[i % 2], choice, who).unwrap();
                    mine.undo(who, TIME).unwrap();
                }
            });
        }
    });
    assert_eq!(store.verify().unwrap().events, before + 120);
}

#[test]
fn a_full_disk_is_told_and_nothing_is_half_saved() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = sample(folder.path());
    let id = store.items(capmap_store::Filter::Criterion(&"forecasting".into()), View::All, 0, 1).unwrap()[0]
        .id
        .clone();
    let before = store.event_count().unwrap();
    store.limit_pages(1).unwrap();
    let mut saved = 0;
    let error = loop {
        match store.remark(&id, &"x".repeat(3_000), "ann", TIME) {
            Ok(_) => saved += 1,
            Err(error) => break error,
        }
        assert!(saved < 100, "the disk was never full");
    };
    assert!(matches!(error, StoreError::Full), "{error:?}");
    drop(store);
    let store = Store::open_read(folder.path()).unwrap();
    assert_eq!(store.verify().unwrap().events, before + saved);
}

#[test]
fn a_dossier_opened_for_reading_saves_nothing() {
    let folder: TempDir = tempfile::tempdir().unwrap();
    drop(sample(folder.path()));
    let mut store = Store::open_read(folder.path()).unwrap();
    let id = store.items(capmap_store::Filter::Criterion(&"forecasting".into()), View::All, 0, 1).unwrap()[0]
        .id
        .clone();
    assert!(matches!(decide(&mut store, &id, Choice::Confirm, "ann"), Err(StoreError::ReadOnly)));
    assert!(store.is_read_only());
}
