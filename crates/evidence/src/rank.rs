//! Findings of one document to suggestions: cited, explained, with what orders them. No other document is needed, so the
//! result can be kept beside the document, and [`crate::Merger`] joins thousands of them without opening one again.

use crate::Merger;
use capmap_model::{
    BlockKind, CriteriaSet, CriterionId, Document, DocumentId, Finding, Grade, Reason, Span, Suggestion, Tier,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;

/// An offer at least this likely is right in nine of ten cases (`docs/quality.md`).
const STRONG: f32 = 0.85;

/// An offer at least this likely is right more often than not.
const LIKELY: f32 = 0.6;

/// The tier of a probability.
pub fn tier(confidence: f32) -> Tier {
    match confidence {
        c if c >= STRONG => Tier::Strong,
        c if c >= LIKELY => Tier::Likely,
        _ => Tier::Check,
    }
}

/// A suggestion with what orders and clusters it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// Without the places where the same words stand elsewhere.
    pub suggestion: Suggestion,
    /// How likely, then what the section states, then words enough to judge by.
    pub(crate) force: f32,
    /// Stands for the words alone, in lower case: what counts as the same text.
    pub(crate) words: u128,
}

impl Ranked {
    /// Best first; equals by source and place.
    pub(crate) fn before(&self, other: &Ranked) -> Ordering {
        let (a, b) = (&self.suggestion, &other.suggestion);
        (b.grade.cmp(&a.grade))
            .then(other.force.total_cmp(&self.force))
            .then_with(|| a.citation.source().cmp(b.citation.source()))
            .then_with(|| a.citation.start().cmp(&b.citation.start()))
    }
}

/// Turns the findings of one document into suggestions, in the order of the findings.
///
/// A finding whose range cannot be cited would be a defect of the reader; it is left out rather than cited wrongly.
pub fn of_document(document: &Document, findings: &[Finding]) -> Vec<Ranked> {
    findings.iter().filter_map(|finding| ranked(document, finding)).collect()
}

/// Turns the findings of all documents into suggestions, by criterion in the set's order, best first, near-identical
/// passages once. `findings` has one list per document; they are by the rules of the set `rules`.
pub fn suggest(
    criteria: &CriteriaSet,
    rules: &str,
    documents: &[&Document],
    findings: &[Vec<Finding>],
) -> Vec<Suggestion> {
    let mut merger = Merger::new(criteria);
    for (document, list) in documents.iter().zip(findings) {
        merger.add(&document.source, translated(of_document(document, list), criteria, rules));
    }
    let merged = merger.finish();
    merged.clusters().iter().map(|cluster| merged.suggestion(cluster)).collect()
}

/// Suggestions by the rules of another set, under the names that its criteria have in this one. A criterion that was merged
/// into another gives its suggestions to it, a passage once; one that was split gives them to each.
pub fn translated(suggestions: Vec<Ranked>, criteria: &CriteriaSet, rules: &str) -> Vec<Ranked> {
    if rules == criteria.id {
        return suggestions;
    }
    let mut all: Vec<Ranked> = Vec::with_capacity(suggestions.len());
    for ranked in suggestions {
        for criterion in criteria.successors(rules, &ranked.suggestion.criterion) {
            let renamed = renamed(&ranked, criterion);
            match all.iter_mut().find(|other| other.suggestion.id == renamed.suggestion.id) {
                Some(other) if renamed.before(other) == Ordering::Less => *other = renamed,
                Some(_) => {}
                None => all.push(renamed),
            }
        }
    }
    all
}

fn renamed(ranked: &Ranked, criterion: CriterionId) -> Ranked {
    let mut renamed = ranked.clone();
    if renamed.suggestion.criterion != criterion {
        let (document, span) = (ranked.suggestion.citation.document(), ranked.suggestion.citation.span());
        renamed.suggestion.id = id(document, &criterion, span);
        renamed.suggestion.criterion = criterion;
    }
    renamed
}

fn ranked(document: &Document, finding: &Finding) -> Option<Ranked> {
    let citation = document.cite(finding.quote).ok()?;
    let why: Vec<Reason> = finding.matches.iter().map(|m| reason(document, m)).collect();
    let words = words(citation.quote());
    let suggestion = Suggestion {
        id: id(&document.id, &finding.criterion, finding.quote),
        criterion: finding.criterion.clone(),
        grade: finding.grade,
        tier: tier(finding.confidence),
        confidence: finding.confidence,
        cue: finding.cue.clone(),
        explanation: explain(document, finding),
        why,
        elements: finding.elements,
        personas: finding.personas.clone(),
        ocr: document.pages.iter().any(|p| p.ocr && Some(p.number) == citation.page()),
        repeats: Vec::new(),
        citation,
    };
    let force = force(document, finding);
    Some(Ranked { suggestion, force, words })
}

/// What orders suggestions: how likely, then what the section states, then words enough to judge by.
fn force(document: &Document, finding: &Finding) -> f32 {
    let e = finding.elements;
    let stated = [e.scope, e.deliverables, e.timelines, e.outcomes].iter().filter(|x| **x).count() as f32;
    let words = document.slice(finding.quote).split_whitespace().count();
    let thin = if words < 5 { 0.12 } else { 0.0 };
    let rules = (finding.matches.len() as f32).min(5.0);
    // A reviewer accepts what a service says of itself rather than its title or the question before it.
    let bare = if titles(document, finding) { 0.3 } else { 0.0 };
    finding.confidence + 0.01 * stated + 0.005 * rules - thin - bare
}

/// True where the quote is a heading or a question.
fn titles(document: &Document, finding: &Finding) -> bool {
    let block = document.passages.get(finding.passage).and_then(|p| document.blocks.get(p.block));
    let heading = block.is_some_and(|b| matches!(b.kind, BlockKind::Heading { .. }));
    heading || document.slice(finding.quote).trim_end().ends_with('?')
}

fn reason(document: &Document, m: &capmap_model::Match) -> Reason {
    let text = document.slice(m.span);
    let start = document.char_offset(m.span.start);
    Reason { rule: m.rule.clone(), text: text.to_owned(), start, end: start + text.chars().count() }
}

/// Stable for the same bytes, criterion and range.
fn id(document: &DocumentId, criterion: &CriterionId, quote: Span) -> String {
    let mut hash = Sha256::new();
    let place = format!("{document}\n{criterion}\n{}\n{}", quote.start, quote.end);
    hash.update(place.as_bytes());
    hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect()
}

/// "matched 'variance to forecast' (variance); the provider acts in the sentence; …"
fn explain(document: &Document, finding: &Finding) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for m in &finding.matches {
        let words = document.slice(m.span);
        if told.len() < 4 && !told.contains(&words) {
            told.push(words);
            let rule = m.rule.rsplit('/').next().unwrap_or(&m.rule).replace('-', " ");
            parts.push(format!("‘{}’ ({rule})", one_line(words)));
        }
    }
    let mut text = format!("matched {}", parts.join(", "));
    for remark in &finding.remarks {
        text.push_str("; ");
        text.push_str(remark);
    }
    match (&finding.cue, finding.grade) {
        (Some(cue), Grade::Excluded) => text.push_str(&format!("; excluded by ‘{}’", one_line(&cue.text))),
        (Some(cue), _) => text.push_str(&format!("; lowered by ‘{}’", one_line(&cue.text))),
        (None, Grade::Offered) => text.push_str("; nothing says that it is excluded"),
        (None, _) => {}
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Stands for the words alone, in lower case.
fn words(quote: &str) -> u128 {
    let mut hash = Sha256::new();
    for word in quote.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        hash.update(word.to_lowercase().as_bytes());
        hash.update(b" ");
    }
    hash.finalize().iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}
