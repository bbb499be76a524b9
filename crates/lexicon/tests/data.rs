//! The lexicons are data that people edit: they are tested as code.

#![allow(clippy::unwrap_used, clippy::panic)] // tests may

use capmap_lexicon::{Lexicon, criteria, plain_document};
use capmap_model::{CueKind, Finding, Grade};

const SET: &str = "finops-service-provider-2025";

fn find(text: &str, criterion: &str) -> Option<Finding> {
    let lexicon = Lexicon::embedded(SET).unwrap();
    lexicon.find(&plain_document(text)).into_iter().rev().find(|f| f.criterion.0 == criterion)
}

fn grade(text: &str, criterion: &str) -> Option<Grade> {
    find(text, criterion).map(|f| f.grade)
}

#[test]
fn every_rule_fires_on_its_hits_and_not_on_its_misses() {
    let complaints = Lexicon::embedded(SET).unwrap().check();
    let told: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn every_criterion_has_a_lexicon_with_a_purpose() {
    let lexicon = Lexicon::embedded(SET).unwrap();
    for criterion in criteria::embedded(SET).unwrap().criteria {
        let purpose = lexicon.purpose(&criterion.id.0).unwrap_or_default();
        assert!(purpose.len() > 20, "{} has no lexicon, or says nothing under `purpose`", criterion.id);
    }
}

#[test]
fn the_version_needs_no_automaton() {
    assert_eq!(Lexicon::embedded_version(SET).as_deref(), Some(Lexicon::embedded(SET).unwrap().version()));
    assert_eq!(Lexicon::embedded_version("no-such-set"), None);
}

#[test]
fn an_offer_and_its_exclusions() {
    let offer =
        "# Services\nWe will:\n- build a rolling forecast of your cloud spend for the next eight quarters\n";
    assert_eq!(grade(offer, "forecasting"), Some(Grade::Offered));
    for refusal in [
        "# Exclusions\n- a rolling forecast of your cloud spend for the next eight quarters\n",
        "# Services\nThe following are not included:\n- a rolling forecast of your cloud spend\n",
        "# Services\nA rolling forecast of cloud spend is out of scope.\n",
        "# Services\nThe Contractor shall not prepare a forecast of cloud spend.\n",
        "# Services\nThe forecast of cloud spend is prepared by the client.\n",
        "# 3 Exclusions\n## 3.1 Finance\nA rolling forecast of your cloud spend.\n",
    ] {
        assert_eq!(grade(refusal, "forecasting"), Some(Grade::Excluded), "{refusal}");
    }
}

#[test]
fn what_looks_like_a_refusal_and_is_none() {
    for offer in [
        "# Services\nWe build a forecast of cloud spend, including but not limited to compute.\n",
        "# Services\nWe deliver the forecast of cloud spend no later than day five of each month.\n",
    ] {
        assert_eq!(grade(offer, "forecasting"), Some(Grade::Offered), "{offer}");
    }
}

#[test]
fn the_cue_is_named() {
    let finding = find("# Out of scope\n- a forecast of AWS spend by quarter\n", "forecasting").unwrap();
    let cue = finding.cue.unwrap();
    assert_eq!((cue.kind, cue.text.as_str()), (CueKind::Exclusion, "# Out of scope"));
}

#[test]
fn false_friends_are_silent() {
    for (text, criterion) in [
        ("Invoices are payable within 30 days of receipt.", "invoicing-chargeback"),
        ("The Contractor shall submit a weekly status report.", "reporting-analytics"),
        ("This agreement is governed by the laws of Ohio.", "policy-governance"),
        ("The Supplier grants the Client a perpetual licence to the deliverables.", "licensing-saas"),
    ] {
        assert_ne!(grade(text, criterion), Some(Grade::Offered), "{text}");
    }
}
