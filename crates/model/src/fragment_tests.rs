use super::*;
use crate::{Block, DocumentId, Format, Role};

/// A page of paragraphs; those that begin with a dash are items.
fn page(blocks: &[&str]) -> Document {
    let mut document = Document {
        id: DocumentId("sha256:0".into()),
        source: "https://example.com/".into(),
        format: Format::Html,
        title: None,
        language: None,
        text: String::new(),
        pages: vec![],
        blocks: vec![],
        passages: vec![],
        hidden: vec![],
        notes: vec![],
    };
    for text in blocks {
        let start = document.text.len();
        document.text.push_str(text);
        let kind = match text.starts_with("- ") {
            true => BlockKind::Item { depth: 0, number: None, lead_in: None },
            false => BlockKind::Paragraph,
        };
        let span = Span::new(start, document.text.len());
        document.blocks.push(Block { span, kind, role: Role::Main, section: None });
        document.text.push('\n');
    }
    document
}

/// The directive for the `n`th place of these words.
fn link(document: &Document, words: &str, n: usize) -> Option<String> {
    let at = document.text.match_indices(words).nth(n).map(|(at, _)| at)?;
    directive(document, Span::new(at, at + words.len()))
}

#[test]
fn short_quotes_whole_and_long_ones_by_their_ends() {
    let long: Vec<String> = (1..=30).map(|n| format!("w{n}")).collect();
    let document = page(&["Home", "We allocate pay-as-you-go cost, fully.", &long.join(" ")]);
    let short = link(&document, "We allocate pay-as-you-go cost, fully.", 0);
    assert_eq!(short.as_deref(), Some("We%20allocate%20pay%2Das%2Dyou%2Dgo%20cost%2C%20fully."));
    assert_eq!(link(&document, &long.join(" "), 0).as_deref(), Some("w1%20w2%20w3,w28%20w29%20w30"));
}

#[test]
fn words_that_stand_twice_are_told_apart_by_their_neighbours() {
    let document = page(&[
        "Menu",
        "- Cost allocation",
        "What we do",
        "- Cost Allocation",
        "- Forecasts",
        "recost allocation",
    ]);
    assert_eq!(link(&document, "Cost allocation", 0).as_deref(), Some("Cost%20allocation"));
    assert_eq!(
        link(&document, "Cost Allocation", 0).as_deref(),
        Some("we%20do-,Cost%20Allocation,-Forecasts")
    );
}

#[test]
fn quotes_over_several_blocks_never_cross_within_an_end() {
    let document = page(&["One two", "three four five six", "- seven", "eight"]);
    let words = "One two\nthree four five six\n- seven";
    assert_eq!(link(&document, words, 0).as_deref(), Some("One%20two,seven"));
}

#[test]
fn what_cannot_be_told_apart_gets_no_link() {
    let same = ["same words here"; 20];
    assert_eq!(link(&page(&same), "same words here", 10), None);
    assert_eq!(link(&page(&same), "same words here", 0).as_deref(), Some("same%20words%20here"));
}

#[test]
fn words_inside_other_words_do_not_count() {
    let document = page(&["Discost", "cost Übersicht", "ÜBERSICHT"]);
    assert_eq!(link(&document, "cost Übersicht", 0).as_deref(), Some("cost%20%C3%9Cbersicht"));
    assert_eq!(link(&document, "ÜBERSICHT", 0).as_deref(), Some("cost%20%C3%9Cbersicht-,%C3%9CBERSICHT"));
}
