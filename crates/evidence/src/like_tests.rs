use super::*;
use crate::search::tests::{bring, document};
use capmap_model::{CriterionKind, Document, Span};

fn forecasting() -> Criterion {
    Criterion {
        id: "forecasting".into(),
        kind: CriterionKind::Capability,
        name: "Forecasting".to_owned(),
        domain: String::new(),
        points: Some(5),
        listed: true,
        definition: "A model says what the estate will cost over the coming months.".to_owned(),
    }
}

/// The citation of a document's passage that holds these words.
fn cited(document: &Document, words: &str) -> Citation {
    let start = document.text.find(words).unwrap();
    document.cite(Span::new(start, start + words.len())).unwrap()
}

fn quotes(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.quote.as_str()).collect()
}

const KNOWN: &str =
    "Each quarter our analysts draw the expected spend curve, with a band of doubt around it.";
const OTHER: &str = "The expected spend curve is drawn anew after each release, and its band of doubt told.";
const FAR: &str = "Invoices are payable within thirty days of the date on which they were received.";

#[test]
fn what_a_known_passage_says_leads_to_its_like() {
    let (dir, doc) = (tempfile::tempdir().unwrap(), document("sow.md", &[FAR, KNOWN, OTHER]));
    let index = bring(dir.path(), &[("a", doc.clone())]);
    let mut like = Like::to_criterion(&forecasting());
    assert!(!quotes(&index.like(&like, 1).unwrap()).contains(&OTHER), "its own words do not lead there");
    like.know(&cited(&doc, KNOWN), Known::Confirmed);
    let answer = index.like(&like, 5).unwrap();
    assert_eq!(quotes(&answer)[0], OTHER);
    let marked: Vec<&str> =
        answer.hits[0].highlights.iter().map(|s| &answer.hits[0].quote[s.start..s.end]).collect();
    assert!(marked.contains(&"curve") && marked.contains(&"doubt"), "{marked:?}");
}

#[test]
fn known_passages_their_copies_and_headings_are_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let copy = KNOWN.replace("with a band", "WITH band");
    let (doc, annex) = (document("sow.md", &[KNOWN, OTHER]), document("annex.md", &[&copy, OTHER, FAR]));
    let index = bring(dir.path(), &[("a", doc.clone()), ("b", annex)]);
    let mut like = Like::to_criterion(&forecasting());
    // Only a part of the passage is suggested, as rules quote sentences.
    like.know(&cited(&doc, "our analysts draw the expected spend curve"), Known::Offered);
    let answer = index.like(&like, 10).unwrap();
    assert_eq!(quotes(&answer).iter().filter(|quote| **quote == OTHER).count(), 1, "copies stand once");
    assert_eq!(answer.hits[0].source, "annex.md", "of equals the first by source");
    for gone in [KNOWN, copy.as_str(), "3 Überblick"] {
        assert!(!quotes(&answer).contains(&gone), "{gone}");
    }
    like.know(&cited(&doc, OTHER), Known::Other);
    assert!(!quotes(&index.like(&like, 10).unwrap()).contains(&OTHER), "neither it nor its copy");
}

#[test]
fn a_rejected_passage_gives_no_words() {
    let (dir, doc) = (tempfile::tempdir().unwrap(), document("sow.md", &[FAR, KNOWN, OTHER]));
    let index = bring(dir.path(), &[("a", doc.clone())]);
    let (mut without, mut with) = (Like::to_criterion(&forecasting()), Like::to_criterion(&forecasting()));
    without.know(&cited(&doc, KNOWN), Known::Other);
    with.know(&cited(&doc, KNOWN), Known::Confirmed);
    let score =
        |like: &Like| index.like(like, 5).unwrap().hits.iter().find(|h| h.quote == OTHER).map(|h| h.score);
    assert!(score(&without) < score(&with));
}

#[test]
fn headings_speak_for_what_stands_under_them() {
    let dir = tempfile::tempdir().unwrap();
    let index = bring(dir.path(), &[("a", document("sow.md", &["By the tenth working day.", FAR]))]);
    let like = Like { own: "Überblick".to_owned(), ..Like::default() };
    assert_eq!(index.like(&like, 5).unwrap().hits.len(), 2);
}

#[test]
fn the_answer_is_the_same_for_any_history_of_the_index_and_any_limit() {
    let doc = |n: usize| {
        let own = format!("Spend curve number {n} is drawn with its band for region {}.", n % 3);
        document(&format!("{n:02}.md"), &[OTHER, &own, FAR, "The band plays at eight."])
    };
    let keys: Vec<String> = (0..30).map(|n| format!("k{n}")).collect();
    let all = |range: std::ops::Range<usize>| range.map(|n| (keys[n].as_str(), doc(n))).collect::<Vec<_>>();
    let (warm, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    bring(warm.path(), &all(0..20));
    let warm = bring(warm.path(), &all(5..30));
    let mut last = all(5..30);
    last.reverse();
    let fresh = bring(fresh.path(), &last);
    let mut like = Like::to_criterion(&forecasting());
    like.know(&cited(&doc(7), OTHER), Known::Offered);
    let whole = fresh.like(&like, 1000).unwrap();
    assert_eq!(whole.total, whole.hits.len());
    for limit in [0, 1, 3, 1000, usize::MAX] {
        let answer = warm.like(&like, limit).unwrap();
        assert_eq!(answer, fresh.like(&like, limit).unwrap());
        assert_eq!(answer.hits[..], whole.hits[..limit.min(whole.hits.len())]);
    }
}

#[test]
fn where_nothing_is_shared_nothing_is_near() {
    let dir = tempfile::tempdir().unwrap();
    let index = bring(dir.path(), &[]);
    assert_eq!(index.like(&Like::to_criterion(&forecasting()), 5).unwrap().hits, []);
    let index = bring(dir.path(), &[("a", document("a", &["Zebra."]))]);
    assert_eq!(index.like(&Like::default(), 5).unwrap().total, 0);
}
