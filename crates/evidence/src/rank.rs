//! Findings to suggestions: cited, explained, best first, near-identical passages once.
//!
//! A suggestion depends on its own document alone, except that the same words found again are listed under the first.

use capmap_model::{CriteriaSet, Document, Finding, Grade, Reason, Suggestion, Tier};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

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

/// Turns the findings of all documents into suggestions, by criterion in the set's order, best first.
///
/// `findings` has one list per document. A finding whose range cannot be cited would be a defect of the reader; it is
/// left out rather than cited wrongly.
pub fn suggest(criteria: &CriteriaSet, documents: &[&Document], findings: &[Vec<Finding>]) -> Vec<Suggestion> {
    let mut all: Vec<Ranked> = documents
        .iter()
        .zip(findings)
        .flat_map(|(document, list)| list.iter().filter_map(|finding| ranked(document, finding)))
        .collect();
    all.sort_by(|a, b| a.before(b));
    let merged = once_per_cluster(all);
    let mut out = Vec::with_capacity(merged.len());
    let mut by_criterion: BTreeMap<String, Vec<Suggestion>> = BTreeMap::new();
    for ranked in merged {
        by_criterion.entry(ranked.suggestion.criterion.0.clone()).or_default().push(ranked.suggestion);
    }
    for criterion in &criteria.criteria {
        out.extend(by_criterion.remove(&criterion.id.0).unwrap_or_default());
    }
    out
}

/// A suggestion with what orders and clusters it.
struct Ranked {
    suggestion: Suggestion,
    force: f32,
    key: String,
}

impl Ranked {
    fn before(&self, other: &Ranked) -> std::cmp::Ordering {
        let (a, b) = (&self.suggestion, &other.suggestion);
        (b.grade.cmp(&a.grade))
            .then(other.force.total_cmp(&self.force))
            .then_with(|| a.citation.source().cmp(b.citation.source()))
            .then_with(|| a.citation.start().cmp(&b.citation.start()))
    }
}

fn ranked(document: &Document, finding: &Finding) -> Option<Ranked> {
    let citation = document.cite(finding.quote).ok()?;
    let why: Vec<Reason> = finding.matches.iter().map(|m| reason(document, m)).collect();
    let key = key(citation.quote());
    let suggestion = Suggestion {
        id: id(document, finding),
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
    Some(Ranked { suggestion, force, key })
}

/// What orders suggestions: how likely, then what the section states, then words enough to judge by.
fn force(document: &Document, finding: &Finding) -> f32 {
    let e = finding.elements;
    let stated = [e.scope, e.deliverables, e.timelines, e.outcomes].iter().filter(|x| **x).count() as f32;
    let words = document.slice(finding.quote).split_whitespace().count();
    let thin = if words < 5 { 0.12 } else { 0.0 };
    let rules = (finding.matches.len() as f32).min(5.0);
    finding.confidence + 0.01 * stated + 0.005 * rules - thin
}

fn reason(document: &Document, m: &capmap_model::Match) -> Reason {
    let text = document.slice(m.span);
    let start = document.char_offset(m.span.start);
    Reason { rule: m.rule.clone(), text: text.to_owned(), start, end: start + text.chars().count() }
}

/// Stable for the same bytes, criterion and range.
fn id(document: &Document, finding: &Finding) -> String {
    let mut hash = Sha256::new();
    let place = format!("{}\n{}\n{}\n{}", document.id, finding.criterion, finding.quote.start, finding.quote.end);
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

/// Keeps the first of each cluster of the same words, criterion and grade, and lists where the others stand.
fn once_per_cluster(all: Vec<Ranked>) -> Vec<Ranked> {
    let mut kept: Vec<Ranked> = Vec::with_capacity(all.len());
    let mut first: BTreeMap<(String, Grade, String), usize> = BTreeMap::new();
    for ranked in all {
        let key = (ranked.suggestion.criterion.0.clone(), ranked.suggestion.grade, ranked.key.clone());
        match first.get(&key) {
            Some(&i) => {
                let place = place(&ranked.suggestion);
                kept[i].suggestion.repeats.push(place);
            }
            None => {
                first.insert(key, kept.len());
                kept.push(ranked);
            }
        }
    }
    kept
}

/// The words alone, in lower case: what counts as the same text.
fn key(quote: &str) -> String {
    let words = quote.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

fn place(suggestion: &Suggestion) -> String {
    match suggestion.citation.page() {
        Some(page) => format!("{}#page={page}", suggestion.citation.source()),
        None => suggestion.citation.source().to_owned(),
    }
}
