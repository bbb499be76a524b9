//! Quality is a committed table: recomputed here and compared. After a change of lexicons or weights, run
//! `UPDATE=1 cargo test --release -p capmap-eval --test quality`, look at the difference, and commit it.

#![allow(clippy::unwrap_used, clippy::panic)] // tests may

use capmap_eval::{csv, measure, read};
use capmap_lexicon::{Lexicon, criteria};
use std::path::Path;

const SET: &str = "finops-service-provider-2025";

fn compare(part: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = read(&root.join("corpora/labelled").join(part)).unwrap();
    let report = measure(&Lexicon::embedded(SET).unwrap(), &criteria::embedded(SET).unwrap(), &corpus);
    let file = root.join("docs/quality").join(format!("{part}.csv"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, csv(&report)).unwrap();
    }
    let committed = std::fs::read_to_string(&file).unwrap();
    assert_eq!(committed, csv(&report), "docs/quality/{part}.csv is out of date: see the head of this test");
}

#[test]
fn the_tuning_half_is_as_committed() {
    compare("tune");
}

#[test]
fn the_unseen_half_is_as_committed() {
    compare("unseen");
}

#[test]
fn the_fresh_part_is_as_committed() {
    compare("fresh");
}

#[test]
fn the_styled_part_is_as_committed() {
    compare("styled");
}

#[test]
fn the_blind_part_is_as_committed() {
    compare("blind");
}

#[test]
fn practice_shares_no_organization_with_the_rest_and_every_label_names_a_criterion() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora/labelled");
    let (tune, unseen) = (read(&root.join("tune")).unwrap(), read(&root.join("unseen")).unwrap());
    let (fresh, styled) = (read(&root.join("fresh")).unwrap(), read(&root.join("styled")).unwrap());
    let blind = read(&root.join("blind")).unwrap();
    for labelled in unseen.iter().chain(&fresh).chain(&styled).chain(&blind) {
        assert!(tune.iter().all(|t| t.organization != labelled.organization), "{}", labelled.organization);
    }
    let criteria = criteria::embedded(SET).unwrap();
    for labelled in tune.iter().chain(&unseen).chain(&fresh).chain(&styled).chain(&blind) {
        for (slug, _) in labelled.units.iter().flat_map(|u| &u.labels) {
            assert!(
                criteria.criteria.iter().any(|c| c.id.0 == *slug),
                "{}: {slug}",
                labelled.document.source
            );
        }
    }
    let passages: usize = tune.iter().chain(&unseen).map(|l| l.units.len()).sum();
    assert!(passages >= 2500, "{passages}");
}
