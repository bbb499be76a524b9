//! The capability map for programs: the contract's keys, in its order. Keys that the contract does not name stand last.

use crate::links::{Links, link};
use crate::view::{Map, Read, Row, coverage_name};
use capmap_model::{Capture, Cue, Elements, Format, Hidden, Persona, Reason, Suggestion, Tier};
use serde::{Serialize, Serializer};
use std::io::{self, Write};

#[derive(Serialize)]
struct MapJson<'a> {
    schema: &'static str,
    criteria: CriteriaJson<'a>,
    lexicon: LexiconJson<'a>,
    documents: Each<'a, DocumentJson<'a>>,
    criteria_map: Vec<CriterionJson<'a>>,
}

#[derive(Serialize)]
struct CriteriaJson<'a> {
    id: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct LexiconJson<'a> {
    version: &'a str,
}

#[derive(Serialize)]
struct DocumentJson<'a> {
    id: Option<&'a str>,
    source: &'a str,
    format: &'static str,
    status: &'static str,
    reason: Option<&'a str>,
    pages: Option<u32>,
    words: u32,
    provenance: capmap_model::Provenance,
    elements: Elements,
    notes: &'a [String],
    hidden: &'a [Hidden],
    capture: Option<&'a Capture>,
}

#[derive(Serialize)]
struct CriterionJson<'a> {
    criterion: &'a str,
    kind: capmap_model::CriterionKind,
    name: &'a str,
    domain: &'a str,
    points: Option<u32>,
    coverage: &'static str,
    suggestions: Each<'a, SuggestionJson<'a>>,
}

#[derive(Serialize)]
struct SuggestionJson<'a> {
    id: &'a str,
    document: &'a str,
    page: Option<u32>,
    section: &'a [String],
    start: usize,
    end: usize,
    quote: &'a str,
    grade: &'static str,
    tier: Tier,
    confidence: f64,
    cue: Option<String>,
    why: &'a [Reason],
    link: String,
    explanation: &'a str,
    elements: Elements,
    personas: &'a [Persona],
    ocr: bool,
    repeats: Vec<String>,
}

/// A list whose entries are made while they are written: a map of thousands of documents is never whole in memory.
struct Each<'a, T>(Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>);

impl<'a, T: 'a> Each<'a, T> {
    fn of<I: Iterator<Item = T> + 'a>(entries: impl Fn() -> I + 'a) -> Self {
        Each(Box::new(move || Box::new(entries())))
    }
}

impl<T: Serialize> Serialize for Each<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Writes the map as JSON, ending in a line break.
pub fn print(map: &Map<'_>, out: &mut dyn Write) -> io::Result<()> {
    let links = Links::of(map.inputs);
    let value = MapJson {
        schema: "capmap/map/1",
        criteria: CriteriaJson { id: &map.criteria.id, version: &map.criteria.version },
        lexicon: LexiconJson { version: map.lexicon },
        documents: Each::of(|| map.inputs.iter().map(document)),
        criteria_map: map.rows.iter().map(|row| criterion(row, map, &links)).collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &value)?;
    out.write_all(b"\n")
}

/// Any value as indented JSON, ending in a line break.
pub fn pretty(value: &impl Serialize) -> String {
    // Our own structs have string keys and no failing serializers, the only ways in which this can fail.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn document<'a>(read: &'a Read<'_>) -> DocumentJson<'a> {
    let (file, summary) = (read.entry.file, &read.summary);
    DocumentJson {
        id: read.entry.known().map(|known| known.id.0.as_str()),
        source: &file.source,
        format: read.entry.format().name(),
        status: summary.status.name(),
        reason: summary.failure().map(|failure| failure.detail.as_str()),
        pages: Some(summary.pages).filter(|pages| *pages > 0),
        words: summary.words,
        provenance: file.provenance,
        elements: summary.elements,
        notes: summary.notes(),
        hidden: summary.hidden(),
        capture: file.capture.as_ref(),
    }
}

fn criterion<'a>(row: &Row<'a>, map: &'a Map<'_>, links: &'a Links<'_>) -> CriterionJson<'a> {
    let clusters = row.suggestions;
    let one = |cluster| {
        let repeats = map.merged.repeats(cluster);
        let best = cluster.best();
        SuggestionJson { repeats, ..suggestion(best, links.link(best)) }
    };
    CriterionJson {
        criterion: &row.criterion.id.0,
        kind: row.criterion.kind,
        name: &row.criterion.name,
        domain: &row.criterion.domain,
        points: row.criterion.points,
        coverage: coverage_name(row.coverage),
        suggestions: Each::of(move || clusters.iter().map(one)),
    }
}

fn suggestion(suggestion: &Suggestion, link: String) -> SuggestionJson<'_> {
    let citation = &suggestion.citation;
    SuggestionJson {
        id: &suggestion.id,
        document: citation.source(),
        page: citation.page(),
        section: citation.section(),
        start: citation.start(),
        end: citation.end(),
        quote: citation.quote(),
        grade: suggestion.grade.name(),
        tier: suggestion.tier,
        confidence: (f64::from(suggestion.confidence) * 1000.0).round() / 1000.0,
        cue: suggestion.cue.as_ref().map(cue),
        why: &suggestion.why,
        link,
        explanation: &suggestion.explanation,
        elements: suggestion.elements,
        personas: &suggestion.personas,
        ocr: suggestion.ocr,
        repeats: suggestion.repeats.clone(),
    }
}

/// One suggestion as the map shows it, on its own; the criterion stands with it.
pub fn suggestion_value(of: &Suggestion, format: Format) -> serde_json::Value {
    let mut value = serde_json::to_value(suggestion(of, link(of, format, None))).unwrap_or_default();
    value["criterion"] = of.criterion.0.as_str().into();
    value
}

/// The kind of cue, and its words: `exclusion: out of scope`.
fn cue(cue: &Cue) -> String {
    let kind = serde_json::to_value(cue.kind).ok().and_then(|v| v.as_str().map(str::to_owned));
    format!("{}: {}", kind.unwrap_or_default(), cue.text)
}
