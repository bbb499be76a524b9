//! Documents and suggestions made in code, for the tests of this crate and of the pages above it.
#![allow(dead_code, clippy::unwrap_used)]

use capmap_model::*;
use capmap_store::{Ballot, FiledDocument, Found, Mapping, Receipt, Replaced, Store, StoreError, View};
use sha2::{Digest, Sha256};

pub const TIME: &str = "2026-11-23T10:00:00Z";

/// A document of paragraphs; one that begins with `# ` is a heading, others stand under the last one.
pub fn document(source: &str, paragraphs: &[&str]) -> Document {
    let (mut text, mut blocks, mut section) = (String::new(), Vec::new(), None);
    for paragraph in paragraphs {
        let start = text.len();
        let heading = paragraph.strip_prefix("# ");
        text.push_str(heading.unwrap_or(paragraph));
        let span = Span::new(start, text.len());
        let kind = match heading {
            Some(_) => BlockKind::Heading { level: 1, number: None },
            None => BlockKind::Paragraph,
        };
        let under = if heading.is_some() { None } else { section };
        blocks.push(Block { span, kind, role: Role::Main, section: under });
        if heading.is_some() {
            section = Some(blocks.len() - 1);
        }
        text.push('\n');
    }
    let digest = Sha256::digest(format!("{source}\n{text}"));
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    let passages = blocks.iter().enumerate().map(|(block, b)| Passage { span: b.span, block }).collect();
    Document {
        id: DocumentId(format!("sha256:{hex}")),
        source: source.to_owned(),
        format: Format::Markdown,
        title: Some(format!("Title of {source}")),
        language: None,
        pages: vec![Page { number: 1, span: Span::new(0, text.len()), ocr: false }],
        text,
        blocks,
        passages,
        hidden: Vec::new(),
        notes: Vec::new(),
    }
}

/// A suggestion for the first place of `quote`.
pub fn suggestion(document: &Document, quote: &str, criterion: &str, grade: Grade, tier: Tier) -> Suggestion {
    let start = document.text.find(quote).unwrap();
    let citation = document.cite(Span::new(start, start + quote.len())).unwrap();
    let name = format!("{}{criterion}{}{}", document.id, citation.start(), citation.end());
    let id = Sha256::digest(name).iter().take(6).map(|b| format!("{b:02x}")).collect();
    let first_word = quote.split(' ').next().unwrap().to_owned();
    let why = Reason {
        rule: format!("{criterion}/rule"),
        start: citation.start(),
        end: citation.start() + first_word.chars().count(),
        text: first_word,
    };
    let cue = (grade == Grade::Excluded).then(|| Cue {
        kind: CueKind::Exclusion,
        text: "out of scope".to_owned(),
        span: Span::new(0, 1),
    });
    Suggestion {
        id,
        criterion: criterion.into(),
        citation,
        grade,
        tier,
        confidence: 0.9,
        cue,
        why: vec![why],
        explanation: "matched a rule".to_owned(),
        elements: Elements { scope: true, ..Elements::default() },
        personas: Vec::new(),
        ocr: false,
        repeats: Vec::new(),
    }
}

/// A strong offer.
pub fn offer(document: &Document, quote: &str, criterion: &str) -> Suggestion {
    suggestion(document, quote, criterion, Grade::Offered, Tier::Strong)
}

/// Documents and suggestions as `map` would give them.
pub struct Made<'a>(pub &'a [&'a Document], pub &'a [Suggestion]);

impl Found for Made<'_> {
    fn documents(&self) -> Box<dyn Iterator<Item = FiledDocument> + '_> {
        Box::new(self.0.iter().map(|document| filed(document)))
    }
    fn text(&self, filed: &FiledDocument) -> Result<Option<Document>, String> {
        Ok(self.0.iter().find(|document| document.source == filed.source).map(|document| (*document).clone()))
    }
    fn suggestions(&self) -> Box<dyn Iterator<Item = Suggestion> + '_> {
        Box::new(self.1.iter().cloned())
    }
}

/// A submitted file, or what was fetched where its source is an address.
pub fn filed(document: &Document) -> FiledDocument {
    let public = document.source.starts_with("http");
    FiledDocument {
        source: document.source.clone(),
        id: Some(document.id.clone()),
        format: document.format,
        provenance: if public { Provenance::Public } else { Provenance::Submitted },
        capture: None,
        status: "read".to_owned(),
        failure: None,
        title: document.title.clone(),
        pages: document.pages.len(),
        words: document.words(),
        dated: Some("2026-01-01".to_owned()),
        elements: Elements::default(),
        hidden: Vec::new(),
        notes: Vec::new(),
        path: None,
    }
}

/// Maps the documents.
pub fn map(store: &mut Store, documents: &[&Document], suggestions: &[Suggestion]) -> Replaced {
    let ids: Vec<&str> = suggestions.iter().map(|s| s.id.as_str()).collect();
    let sources: Vec<&str> = documents.iter().map(|d| d.id.0.as_str()).collect();
    store
        .replace_suggestions(&Mapping {
            criteria: ("set", "1"),
            lexicon: "lex1",
            reader: "reader1",
            fingerprint: &format!("{ids:?}{sources:?}"),
            found: &Made(documents, suggestions),
        })
        .unwrap()
}

pub fn ballot<'a>(item: &'a str, choice: Choice, reviewer: &'a str) -> Ballot<'a> {
    Ballot { item, choice, note: None, reviewer, time: TIME, seen: None, view: View::All }
}

pub fn decide(store: &mut Store, item: &str, choice: Choice, reviewer: &str) -> Result<Receipt, StoreError> {
    store.decide(&ballot(item, choice, reviewer))
}
