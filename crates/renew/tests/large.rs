//! 100,000 old passages against 100,000 new ones, most of them boilerplate that repeats. The long run:
//! `CAPMAP_PASSAGES=100000 cargo test --release -p capmap-renew --test large -- --nocapture`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // tests may

use capmap_model::{Block, BlockKind, Document, DocumentId, Format, Passage, Role, Span};
use capmap_renew::{Corpus, Hint};
use std::time::Instant;

/// Knuth's multiplicative hash of a number: words that look random and are the same on every run.
fn mixed(number: usize) -> usize {
    (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) & 0xffff_ffff
}

/// Passage `number`: two of three are copies of one of 50 texts with a few words of their own.
fn text(number: usize) -> String {
    let seed = if number.is_multiple_of(3) { number } else { 1_000_000 + number % 50 };
    let word = |at: usize| format!("w{}", mixed(seed * 64 + at) % 4_000);
    let words: Vec<String> = (0..25).map(word).collect();
    format!("{} item {number}.", words.join(" "))
}

fn edited(number: usize) -> String {
    text(number)
        .split(' ')
        .enumerate()
        .map(|(at, word)| if at % 9 == 4 { "changed" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

fn document(number: usize, passages: &[String]) -> Document {
    let (mut text, mut blocks, mut spans) = (String::new(), Vec::new(), Vec::new());
    for passage in passages {
        let span = Span::new(text.len(), text.len() + passage.len());
        text.push_str(passage);
        text.push('\n');
        spans.push(Passage { span, block: blocks.len() });
        blocks.push(Block { span, kind: BlockKind::Paragraph, role: Role::Main, section: None });
    }
    Document {
        id: DocumentId(format!("sha256:{number}")),
        source: format!("{number}.md"),
        format: Format::Markdown,
        title: None,
        language: None,
        text,
        pages: Vec::new(),
        blocks,
        passages: spans,
        hidden: Vec::new(),
        notes: Vec::new(),
    }
}

fn documents(passages: &[String]) -> Vec<Document> {
    passages.chunks(100).enumerate().map(|(number, part)| document(number, part)).collect()
}

#[test]
fn old_passages_find_their_new_place_in_time() {
    let count: usize = std::env::var("CAPMAP_PASSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(6_000);
    let old: Vec<String> = (0..count).map(text).collect();
    // Every tenth was edited, and all stand in another order.
    let place = |number: usize| (number * 7 + 3) % count; // 7 does not divide 10^n or 6000
    let mut new = vec![String::new(); count];
    for (number, text) in old.iter().enumerate() {
        new[place(number)] = if number.is_multiple_of(10) { edited(number) } else { text.clone() };
    }
    let (old_documents, new_documents) = (documents(&old), documents(&new));
    let began = Instant::now();
    let (before, now) = (Corpus::new(&old_documents), Corpus::new(&new_documents));
    let built = began.elapsed();
    let mut wrong = 0;
    for (number, text) in old.iter().enumerate() {
        let hint = Hint { source: "gone.md", section: &[], start: 0 };
        let found = now.find(text, &hint, &before);
        let words = found.map(|f| new_documents[f.document].slice(f.span).to_owned());
        wrong += usize::from(words.as_deref() != Some(new[place(number)].as_str()));
    }
    let took = began.elapsed();
    eprintln!(
        "{count} old passages against {count} new: index {built:.1?}, in all {took:.1?}, {wrong} elsewhere"
    );
    assert!(wrong * 100 <= count, "{wrong} of {count} were found elsewhere");
    assert!(took.as_secs_f64() < 5.0 + count as f64 / 1_000.0, "{took:?}");
}
