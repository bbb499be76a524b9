use super::*;
use capmap_model::{Block, BlockKind, Document, Format, Page, Passage, Role};
use std::collections::BTreeSet;
use std::path::Path;

/// A document of one heading and paragraphs, each on its own page.
pub(crate) fn document(source: &str, paragraphs: &[&str]) -> Document {
    let mut document = Document {
        id: DocumentId(format!("sha256:{source}")),
        source: source.to_owned(),
        format: Format::Pdf,
        title: None,
        language: None,
        text: String::new(),
        pages: Vec::new(),
        blocks: Vec::new(),
        passages: Vec::new(),
        hidden: Vec::new(),
        notes: Vec::new(),
    };
    push(&mut document, "3 Überblick", BlockKind::Heading { level: 1, number: Some("3".into()) }, None);
    for paragraph in paragraphs {
        push(&mut document, paragraph, BlockKind::Paragraph, Some(0));
    }
    document
}

fn push(document: &mut Document, text: &str, kind: BlockKind, section: Option<usize>) {
    let start = document.text.len();
    document.text.push_str(text);
    let span = Span::new(start, document.text.len());
    document.text.push('\n');
    let number = document.pages.len() as u32 + 1;
    document.pages.push(Page { number, span: Span::new(start, document.text.len()), ocr: false });
    document.passages.push(Passage { span, block: document.blocks.len() });
    document.blocks.push(Block { span, kind, role: Role::Main, section });
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|k| (*k).to_owned()).collect()
}

/// Brings the index to hold exactly these documents, as `map` does.
pub(crate) fn bring(dir: &Path, documents: &[(&str, Document)]) -> PassageIndex {
    let index = PassageIndex::open(dir).unwrap();
    let wanted: BTreeSet<String> = documents.iter().map(|(key, _)| (*key).to_owned()).collect();
    let there = index.keys().unwrap();
    let mut update = index.update().unwrap();
    for key in there.difference(&wanted) {
        update.remove(key);
    }
    for (key, document) in documents.iter().filter(|(key, _)| !there.contains(*key)) {
        update.add(key, document).unwrap();
    }
    update.finish(&wanted).unwrap();
    index
}

#[test]
fn hits_cite_the_document_exactly() {
    let dir = tempfile::tempdir().unwrap();
    let doc = document("Köln/sow.pdf", &["Nothing here.", "Wir teilen: we forecast each “shared” bill."]);
    let index = bring(dir.path(), &[("a", doc.clone())]);
    let answer = index.search("forecasts AND exact:SHARED", 10).unwrap();
    assert_eq!(answer.total, 1);
    let hit = &answer.hits[0];
    assert_eq!(
        (hit.source.as_str(), hit.page, hit.section.as_slice()),
        ("Köln/sow.pdf", Some(3), &["3 Überblick".to_owned()][..])
    );
    let slice: String = doc.text.chars().skip(hit.start).take(hit.end - hit.start).collect();
    assert_eq!(hit.quote, slice);
    let marked: Vec<&str> = hit.highlights.iter().map(|s| &hit.quote[s.start..s.end]).collect();
    assert_eq!(marked, ["forecast", "shared"]);
}

#[test]
fn queries_by_phrase_field_and_page() {
    let dir = tempfile::tempdir().unwrap();
    let index = bring(
        dir.path(),
        &[
            ("a", document("one/sow.pdf", &["shared cost", "cost that is shared"])),
            ("b", document("two.pdf", &["shared cost"])),
        ],
    );
    let count = |q: &str| index.search(q, 10).unwrap().total;
    assert_eq!(count("\"shared cost\""), 2);
    assert_eq!(count("shared source:one"), 4);
    assert_eq!(count("+shared +source:one"), 2);
    assert_eq!(count("+page:2 +cost"), 2);
    assert_eq!(count("+section:uberblick +\"shared cost\" -source:two"), 1);
    assert_eq!(count("kind:heading"), 2);
}

#[test]
fn wrong_queries_come_with_a_hint() {
    let dir = tempfile::tempdir().unwrap();
    let index = bring(dir.path(), &[("a", document("a", &["x"]))]);
    for wrong in ["", "  ", "(open", "nofield:x", "page:four"] {
        let error = index.search(wrong, 10).unwrap_err();
        assert!(matches!(error, IndexError::Query { .. }), "{wrong}: {error}");
    }
}

#[test]
fn an_updated_index_answers_as_a_fresh_one() {
    let long = "cost ".repeat(40) + "shared";
    let doc = |n: usize| {
        document(&format!("{n:02}.pdf"), &["shared cost of the bill", &long, "cost", "unrelated words"])
    };
    let other = |n: usize| document(&format!("{n:02}.pdf"), &["shared shared", "bill"]);
    let (warm, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys: Vec<String> = (0..30).map(|n| format!("k{n}")).collect();
    let first: Vec<(&str, Document)> = (0..20).map(|n| (keys[n].as_str(), doc(n))).collect();
    bring(warm.path(), &first);
    let mut last: Vec<(&str, Document)> = (5..20).map(|n| (keys[n].as_str(), doc(n))).collect();
    last.extend((20..30).map(|n| (keys[n].as_str(), other(n))));
    let warm = bring(warm.path(), &last);
    last.reverse();
    let fresh = bring(fresh.path(), &last);
    for query in ["shared cost", "cost", "bill shared unrelated", "\"shared cost\"", "*"] {
        assert_eq!(warm.search(query, 7).unwrap(), fresh.search(query, 7).unwrap(), "{query}");
        assert_eq!(warm.search(query, 1000).unwrap(), fresh.search(query, 1000).unwrap(), "{query}");
    }
}

#[test]
fn the_index_knows_what_it_holds() {
    let dir = tempfile::tempdir().unwrap();
    let index = bring(dir.path(), &[("a", document("a", &["x"])), ("b", document("b", &["y"]))]);
    assert!(index.holds(&set(&["a", "b"])));
    assert!(!index.holds(&set(&["a"])));
    let index = bring(dir.path(), &[("b", document("b", &["y"]))]);
    assert_eq!(index.keys().unwrap(), set(&["b"]));
    assert!(index.holds(&set(&["b"])));
    let mut dropped = index.update().unwrap();
    dropped.remove("b");
    drop(dropped);
    assert!(PassageIndex::open(dir.path()).unwrap().holds(&set(&["b"])));
    assert!(matches!(index.update().map(|_| ()), Ok(())));
}

#[test]
fn a_second_writer_is_refused_and_a_damaged_index_is_remade() {
    let dir = tempfile::tempdir().unwrap();
    let index = bring(dir.path(), &[("a", document("a", &["x"]))]);
    let update = index.update().unwrap();
    assert!(matches!(index.update(), Err(IndexError::Busy(_))));
    drop(update);
    std::fs::write(dir.path().join("meta.json"), "{").unwrap();
    assert!(PassageIndex::existing(dir.path()).is_err());
    assert!(PassageIndex::open(dir.path()).unwrap().keys().unwrap().is_empty());
    assert!(matches!(PassageIndex::existing(&dir.path().join("no")), Err(IndexError::Missing(_))));
}
