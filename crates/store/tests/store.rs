//! Decisions: saved, counted, taken back, voted on twice, and kept on their passage when the map changes.
#![allow(clippy::unwrap_used)]

mod common;

use capmap_model::{Choice, CriterionId, Document, Grade, Suggestion, Tier};
use capmap_store::{Action, Ballot, Bulk, CarriedFrom, Filter, Origin, Outcome, Store, StoreError, View};
use common::*;
use tempfile::TempDir;

const SPLIT: &str = "We split the shared bill by team.";
const ALERT: &str = "We alert on unexpected spend.";
const LAW: &str = "This agreement is governed by the law of Ohio.";

fn sow() -> Document {
    document("sow.md", &["# Services", SPLIT, ALERT, "# Exclusions", "Tagging is not included.", LAW])
}

fn suggestions(doc: &Document) -> Vec<Suggestion> {
    vec![
        offer(doc, SPLIT, "allocation"),
        suggestion(doc, "Tagging is not included.", "allocation", Grade::Excluded, Tier::Check),
        offer(doc, ALERT, "anomaly-management"),
        suggestion(doc, LAW, "policy-governance", Grade::Topic, Tier::Check),
    ]
}

fn mapped() -> (TempDir, Store, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path(), "test").unwrap();
    let doc = sow();
    let suggestions = suggestions(&doc);
    assert!(map(&mut store, &[&doc], &suggestions).changed);
    (folder, store, suggestions.into_iter().map(|s| s.id).collect())
}

fn confirmed(store: &Store, criterion: &str) -> u32 {
    let tallies = store.tallies(View::All).unwrap();
    tallies.iter().find(|t| t.standing.criterion.0 == criterion).map_or(0, |t| t.standing.confirmed)
}

fn outcome(store: &Store, id: &str) -> Outcome {
    store.item(id, View::All).unwrap().row.outcome
}

#[test]
fn decisions_are_saved_counted_and_taken_back_one_by_one() {
    let (folder, mut store, ids) = mapped();
    assert_eq!(decide(&mut store, &ids[0], Choice::Confirm, "ann").unwrap().event, 1);
    assert_eq!(decide(&mut store, &ids[2], Choice::Reject, "ann").unwrap().outcome, Outcome::Rejected);
    assert_eq!(decide(&mut store, &ids[3], Choice::Defer, "ann").unwrap().event, 3);
    assert_eq!(confirmed(&store, "allocation"), 1);
    drop(store);
    let mut store = Store::open(folder.path(), "test").unwrap();
    assert_eq!(outcome(&store, &ids[0]), Outcome::Confirmed);
    assert_eq!(outcome(&store, &ids[3]), Outcome::Deferred);
    for id in [&ids[3], &ids[2], &ids[0]] {
        assert_eq!(store.undo("ann", TIME).unwrap().items, std::slice::from_ref(id));
        assert_eq!(outcome(&store, id), Outcome::Undecided);
    }
    assert!(matches!(store.undo("ann", TIME), Err(StoreError::NothingToUndo(_))));
    assert_eq!(confirmed(&store, "allocation"), 0);
    assert_eq!(store.verify().unwrap().events, 6);
}

#[test]
fn the_same_again_is_not_doubled() {
    let (_folder, mut store, ids) = mapped();
    let first = decide(&mut store, &ids[0], Choice::Confirm, "ann").unwrap();
    let again = decide(&mut store, &ids[0], Choice::Confirm, "ann").unwrap();
    assert_eq!((again.event, again.fresh), (first.event, false));
    assert_eq!(store.event_count().unwrap(), 1);
}

#[test]
fn the_slower_of_two_is_told() {
    let (_folder, mut store, ids) = mapped();
    let seen = |choice, reviewer| Ballot { seen: Some(0), ..ballot(&ids[0], choice, reviewer) };
    store.decide(&seen(Choice::Confirm, "ann")).unwrap();
    let error = store.decide(&seen(Choice::Reject, "ben")).unwrap_err();
    assert!(
        matches!(&error, StoreError::Conflict { who, choice, version: 1 } if who == "ann" && choice == "confirm")
    );
    assert!(error.to_string().contains("not saved"));
    // Having looked again, Ben may differ; then both votes stand.
    store.decide(&Ballot { seen: Some(1), ..seen(Choice::Reject, "ben") }).unwrap();
    assert_eq!(outcome(&store, &ids[0]), Outcome::Conflict);
}

#[test]
fn two_blind_votes_and_the_last_word() {
    let (_folder, mut store, ids) = mapped();
    let id = &ids[0];
    let blind = |choice, me| Ballot { seen: Some(0), view: View::Own(me), ..ballot(id, choice, me) };
    store.decide(&blind(Choice::Confirm, "ann")).unwrap();
    let ben = store.item(id, View::Own("ben")).unwrap();
    assert_eq!((ben.row.outcome, ben.row.version, ben.votes.len()), (Outcome::Undecided, 0, 0));
    let own = store.tallies(View::Own("ben")).unwrap();
    assert!(own.iter().all(|t| t.standing.confirmed == 0));
    store.decide(&blind(Choice::Reject, "ben")).unwrap();
    assert_eq!(outcome(&store, id), Outcome::Conflict);
    assert_eq!(confirmed(&store, "allocation"), 0);
    store.adjudicate(&ballot(id, Choice::Confirm, "eve")).unwrap();
    assert_eq!(outcome(&store, id), Outcome::Confirmed);
    assert_eq!(store.item(id, View::All).unwrap().votes.len(), 3);
    assert!(matches!(
        store.adjudicate(&ballot(&ids[2], Choice::Confirm, "eve")),
        Err(StoreError::NothingToAdjudicate(_))
    ));
    store.undo("eve", TIME).unwrap();
    assert_eq!(outcome(&store, id), Outcome::Conflict);
}

#[test]
fn bulk_is_one_event_and_one_undo() {
    let (_folder, mut store, ids) = mapped();
    let row = store.item(&ids[1], View::All).unwrap().row;
    let same_section = store.alike(&row, Bulk::Section, View::All).unwrap();
    let list: Vec<String> = same_section.into_iter().map(|r| r.id).collect();
    assert_eq!(list, [ids[1].clone(), ids[3].clone()]);
    let reject = ballot(&ids[1], Choice::Reject, "ann");
    let receipt = store.bulk(&list, "section Exclusions", &reject).unwrap();
    assert_eq!(receipt.items, list);
    assert!(list.iter().all(|id| outcome(&store, id) == Outcome::Rejected));
    assert!(
        matches!(store.events(1, 9).unwrap()[0].0.action, Action::Bulk { ref targets, .. } if targets.len() == 2)
    );
    store.undo("ann", TIME).unwrap();
    assert!(list.iter().all(|id| outcome(&store, id) == Outcome::Undecided));
    let confirm = ballot(&ids[1], Choice::Confirm, "ann");
    assert!(matches!(store.bulk(&list, "x", &confirm), Err(StoreError::NotIdentical)));
}

#[test]
fn evidence_by_hand_counts_and_goes_with_its_undo() {
    let (_folder, mut store, ids) = mapped();
    let doc = sow();
    let citation = offer(&doc, "shared bill", "forecasting").citation;
    let criterion = CriterionId::from("forecasting");
    let added = store.add(&criterion, &citation, Some("seen in context"), "ann", TIME).unwrap();
    let item = store.item(&added.items[0], View::All).unwrap();
    assert_eq!((item.row.origin, item.row.outcome), (Origin::Added, Outcome::Confirmed));
    assert_eq!(confirmed(&store, "forecasting"), 1);
    // What is suggested already is confirmed, not doubled.
    let citation = offer(&doc, SPLIT, "allocation").citation;
    assert_eq!(
        store.add(&"allocation".into(), &citation, None, "ann", TIME).unwrap().items,
        [ids[0].clone()]
    );
    store.undo("ann", TIME).unwrap();
    store.undo("ann", TIME).unwrap();
    assert!(matches!(store.item(&added.items[0], View::All), Err(StoreError::NoItem(_))));
    assert_eq!((confirmed(&store, "forecasting"), confirmed(&store, "allocation")), (0, 0));
}

#[test]
fn decisions_stay_on_their_passage_when_the_map_changes() {
    let (_folder, mut store, ids) = mapped();
    decide(&mut store, &ids[0], Choice::Confirm, "ann").unwrap();
    decide(&mut store, &ids[2], Choice::Confirm, "ann").unwrap();
    decide(&mut store, &ids[3], Choice::Reject, "ann").unwrap();
    let log_before = store.verify().unwrap();
    // A newer lexicon quotes a little less, drops the alert, and no longer sees the law clause.
    let doc = sow();
    let less = offer(&doc, "split the shared bill by team", "allocation");
    let replaced = map(&mut store, &[&doc], std::slice::from_ref(&less));
    assert_eq!((replaced.same, replaced.moved, replaced.kept), (0, 1, 2));
    assert_eq!(outcome(&store, &less.id), Outcome::Confirmed);
    assert_eq!(outcome(&store, &ids[0]), Outcome::Confirmed, "the old id leads to the new item");
    let alert = store.item(&ids[2], View::All).unwrap();
    assert_eq!((alert.row.origin, alert.row.outcome), (Origin::Kept, Outcome::Confirmed));
    assert_eq!((confirmed(&store, "allocation"), confirmed(&store, "anomaly-management")), (1, 1));
    assert_eq!(store.verify().unwrap(), log_before, "the log is untouched");
    // Back to the old map: all as it was.
    let replaced = map(&mut store, &[&doc], &suggestions(&doc));
    assert_eq!((replaced.same, replaced.moved, replaced.kept), (3, 0, 0));
    assert_eq!(outcome(&store, &ids[3]), Outcome::Rejected);
}

#[test]
fn a_new_edition_keeps_decisions_on_unchanged_words() {
    let (_folder, mut store, ids) = mapped();
    decide(&mut store, &ids[0], Choice::Confirm, "ann").unwrap();
    let edition = document("sow.md", &["# Services", "A new first paragraph.", SPLIT, ALERT]);
    let moved = offer(&edition, SPLIT, "allocation");
    map(&mut store, &[&edition], std::slice::from_ref(&moved));
    assert_eq!(outcome(&store, &moved.id), Outcome::Confirmed);
    assert_eq!(store.items(Filter::Criterion(&"allocation".into()), View::All, 0, 9).unwrap().len(), 1);
}

#[test]
fn an_equal_mapping_changes_nothing() {
    let (_folder, mut store, _) = mapped();
    let number = store.mapping_number().unwrap();
    let doc = sow();
    assert!(!map(&mut store, &[&doc], &suggestions(&doc)).changed);
    assert_eq!(store.mapping_number().unwrap(), number);
}

#[test]
fn the_queue_gives_what_waits_and_deferred_last() {
    let (_folder, mut store, ids) = mapped();
    let allocation = CriterionId::from("allocation");
    let next = |store: &Store, after| store.next_open(&allocation, after, View::All).unwrap();
    assert_eq!(next(&store, 0), Some(ids[0].clone()));
    decide(&mut store, &ids[0], Choice::Defer, "ann").unwrap();
    assert_eq!(next(&store, 1), Some(ids[1].clone()));
    decide(&mut store, &ids[1], Choice::Reject, "ann").unwrap();
    assert_eq!(next(&store, 2), Some(ids[0].clone()));
    assert_eq!(store.next_open(&allocation, 0, View::Own("ben")).unwrap(), Some(ids[0].clone()));
    decide(&mut store, &ids[0], Choice::Confirm, "ann").unwrap();
    assert_eq!(next(&store, 0), None);
    assert_eq!(store.next_open(&allocation, 1, View::Own("ben")).unwrap(), Some(ids[1].clone()));
}

#[test]
fn what_an_earlier_cycle_confirmed_comes_first_and_scores_once_reaffirmed() {
    let (_folder, mut store, ids) = mapped();
    let allocation = CriterionId::from("allocation");
    let second = store.item(&ids[1], View::All).unwrap().row;
    let from = || CarriedFrom {
        log: "0".repeat(64),
        event: 7,
        reviewer: "ada".to_owned(),
        time: TIME.to_owned(),
        citation: second.citation.clone(),
    };
    store.carry_over(&allocation, &second.citation, Choice::Confirm, "same", from(), TIME).unwrap();
    assert_eq!(store.next_open(&allocation, 0, View::All).unwrap().as_deref(), Some(second.id.as_str()));
    let tallies = store.tallies(View::All).unwrap();
    let tally = tallies.iter().find(|t| t.standing.criterion == allocation).unwrap();
    assert_eq!((tally.carried, tally.standing.confirmed), (1, 0));
    decide(&mut store, &second.id, Choice::Confirm, "ann").unwrap();
    assert!(matches!(store.events(2, 1).unwrap()[0].0.action, Action::Reaffirm { .. }));
    assert_eq!(confirmed(&store, "allocation"), 1);
    assert_eq!(store.next_open(&allocation, 0, View::All).unwrap(), Some(ids[0].clone()));
}

#[test]
fn texts_are_kept_for_what_was_decided_on() {
    let (_folder, mut store, ids) = mapped();
    let old = sow();
    decide(&mut store, &ids[0], Choice::Confirm, "ann").unwrap();
    let other = document("other.md", &["Nothing here."]);
    map(&mut store, &[&other], &[]);
    assert_eq!(store.text(&old.id).unwrap(), old);
    assert_eq!(store.documents().unwrap().len(), 1);
    store.undo("ann", TIME).unwrap();
    map(&mut store, &[&other, &document("third.md", &["More."])], &[]);
    assert!(matches!(store.text(&old.id), Err(StoreError::NoText(_))));
}
