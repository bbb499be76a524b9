//! The capability map for programs: the contract's keys, in its order. Keys that the contract does not name stand last.

use crate::view::{Map, Read, Row, coverage_name};
use capmap_model::{Cue, Elements, Format, Hidden, Persona, Reason, Suggestion, Tier};
use serde::{Serialize, Serializer};
use std::collections::HashMap;
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
    let formats: HashMap<&str, Format> =
        map.inputs.iter().map(|read| (read.entry.file.source.as_str(), read.entry.format())).collect();
    let value = MapJson {
        schema: "capmap/map/1",
        criteria: CriteriaJson { id: &map.criteria.id, version: &map.criteria.version },
        lexicon: LexiconJson { version: map.lexicon },
        documents: Each::of(|| map.inputs.iter().map(document)),
        criteria_map: map.rows.iter().map(|row| criterion(row, map, &formats)).collect(),
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
    }
}

fn criterion<'a>(row: &Row<'a>, map: &'a Map<'_>, formats: &'a HashMap<&str, Format>) -> CriterionJson<'a> {
    let clusters = row.suggestions;
    let one = |cluster| {
        let repeats = map.merged.repeats(cluster);
        let best = cluster.best();
        let format = formats.get(best.citation.source()).copied().unwrap_or(Format::Other);
        SuggestionJson { repeats, ..suggestion(best, format) }
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

fn suggestion(suggestion: &Suggestion, format: Format) -> SuggestionJson<'_> {
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
        link: link(suggestion, format),
        explanation: &suggestion.explanation,
        elements: suggestion.elements,
        personas: &suggestion.personas,
        ocr: suggestion.ocr,
        repeats: suggestion.repeats.clone(),
    }
}

/// One suggestion as the map shows it, on its own; the criterion stands with it.
pub fn suggestion_value(of: &Suggestion, format: Format) -> serde_json::Value {
    let mut value = serde_json::to_value(suggestion(of, format)).unwrap_or_default();
    value["criterion"] = of.criterion.0.as_str().into();
    value
}

/// The kind of cue, and its words: `exclusion: out of scope`.
fn cue(cue: &Cue) -> String {
    let kind = serde_json::to_value(cue.kind).ok().and_then(|v| v.as_str().map(str::to_owned));
    format!("{}: {}", kind.unwrap_or_default(), cue.text)
}

/// Opens the document at the place, as far as its format allows: a PDF at the page, a page at the words.
fn link(suggestion: &Suggestion, format: Format) -> String {
    let citation = &suggestion.citation;
    let document = address(citation.source());
    match (format, citation.page()) {
        (Format::Pdf, Some(page)) => format!("{document}#page={page}"),
        (Format::Html, _) => format!("{document}#:~:text={}", fragment(citation.quote())),
        _ => document,
    }
}

/// A source as an address. Bytes that are not UTF-8 stand in a source as `%XX` already, as an address wants them.
fn address(source: &str) -> String {
    if source.starts_with("http://") || source.starts_with("https://") {
        return source.to_owned();
    }
    let escape = |rest: &str| {
        let digits = rest.get(1..3).and_then(|d| u8::from_str_radix(d, 16).ok());
        rest.starts_with('%') && digits.is_some_and(|byte| byte >= 0x80 || byte == 0x25)
    };
    let mut out = String::new();
    for (i, c) in source.char_indices() {
        if c == '/' || c == '-' || escape(&source[i..]) {
            out.push(c);
        } else {
            out.push_str(&encode(c.encode_utf8(&mut [0; 4])));
        }
    }
    out
}

/// Long quotes by their first and last words: browsers look for what stands between.
fn fragment(quote: &str) -> String {
    const ENDS: usize = 5;
    let words: Vec<&str> = quote.split_whitespace().collect();
    let join = |part: &[&str]| encode(&part.join(" "));
    if words.len() <= 3 * ENDS {
        return join(&words);
    }
    format!("{},{}", join(&words[..ENDS]), join(&words[words.len() - ENDS..]))
}

/// Percent-encodes all but letters, digits, `.`, `_` and `~`. A dash too: in a text fragment it has a meaning.
fn encode(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._~".contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_become_addresses() {
        assert_eq!(address("sub/SOW 12 - a#b?.pdf"), "sub/SOW%2012%20-%20a%23b%3F.pdf");
        assert_eq!(address("K%F6ln 100%.pdf"), "K%F6ln%20100%25.pdf");
        assert_eq!(address("https://a.example/b?c=d#e"), "https://a.example/b?c=d#e");
    }

    #[test]
    fn long_quotes_are_found_by_their_ends() {
        assert_eq!(fragment("pay-as-you-go, now"), "pay%2Das%2Dyou%2Dgo%2C%20now");
        let long: Vec<String> = (1..=20).map(|n| n.to_string()).collect();
        assert_eq!(fragment(&long.join(" ")), "1%202%203%204%205,16%2017%2018%2019%2020");
    }
}
