//! The pack as Linked Data by the W3C Web Annotation model: one annotation per passage, its target selected by quote, by
//! position and by page, its body the criterion, which has a stable IRI.
//!
//! Positions count characters of the canonical text (`capmap text`, or `texts/` of a bundle), not of the file.

use crate::pack::{Evidence, Outcome, Pack, PackDocument};
use crate::safe;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use capmap_model::{Criterion, CriterionId, DocumentId, Format};
use serde::Serialize;

/// RFC 3778: fragments of PDF files.
const PDF_FRAGMENTS: &str = "http://tools.ietf.org/rfc/rfc3778";
const ANNOTATION_CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";

#[derive(Serialize)]
struct Collection<'a> {
    #[serde(rename = "@context")]
    context: (&'static str, Terms),
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    label: String,
    total: usize,
    first: AnnotationPage<'a>,
}

/// What the annotation vocabulary has no words for.
#[derive(Serialize)]
struct Terms {
    capmap: &'static str,
    outcome: &'static str,
    points: &'static str,
    hash: IdTerm,
}

#[derive(Serialize)]
struct IdTerm {
    #[serde(rename = "@id")]
    id: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
}

#[derive(Serialize)]
struct AnnotationPage<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "startIndex")]
    start_index: usize,
    items: Vec<Annotation<'a>>,
}

#[derive(Serialize)]
struct Annotation<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    motivation: &'static str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    creator: Vec<Agent<'a>>,
    generator: Agent<'a>,
    body: Vec<Body<'a>>,
    target: Target<'a>,
}

#[derive(Serialize)]
struct Agent<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Body<'a> {
    SpecificResource { purpose: &'static str, source: Concept<'a> },
    TextualBody { purpose: &'static str, value: &'a str, format: &'static str },
}

#[derive(Serialize)]
struct Concept<'a> {
    id: String,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<u32>,
}

#[derive(Serialize)]
struct Target<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    source: Source<'a>,
    selector: Vec<Selector<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<State<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    label: &'a str,
    format: &'static str,
    hash: String,
}

#[derive(Serialize)]
#[serde(tag = "type")]
enum Selector<'a> {
    #[serde(rename = "TextQuoteSelector")]
    Quote {
        exact: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        prefix: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        suffix: &'a str,
    },
    #[serde(rename = "TextPositionSelector")]
    Position { start: usize, end: usize },
    #[serde(rename = "FragmentSelector")]
    Fragment {
        #[serde(rename = "conformsTo")]
        conforms_to: &'static str,
        value: String,
        /// The page holds more than the quote, so the quote selects within it.
        #[serde(rename = "refinedBy")]
        refined_by: Box<Selector<'a>>,
    },
}

#[derive(Serialize)]
struct State<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "sourceDate")]
    source_date: &'a str,
}

impl Pack {
    /// Confirmed passages, and in a draft the undecided ones, as a Web Annotation collection.
    pub fn to_jsonld(&self) -> String {
        let shown =
            |e: &&Evidence| e.outcome == Outcome::Confirmed || (self.draft && e.outcome != Outcome::Rejected);
        let items: Vec<_> = self.evidence.iter().filter(shown).map(|e| annotation(self, e)).collect();
        let id = format!("urn:capmap:pack:{}:{}", iri(&self.criteria.id), iri(&self.log.head));
        let collection = Collection {
            context: (ANNOTATION_CONTEXT, TERMS),
            label: crate::html::title(self),
            total: items.len(),
            first: AnnotationPage { id: format!("{id}:1"), kind: "AnnotationPage", start_index: 0, items },
            id,
            kind: "AnnotationCollection",
        };
        // String keys and no failing serializers: the only ways in which this can fail.
        safe::json(&(serde_json::to_string_pretty(&collection).unwrap_or_default() + "\n"))
    }
}

const TERMS: Terms = Terms {
    capmap: "urn:capmap:terms:",
    outcome: "capmap:outcome",
    points: "capmap:points",
    hash: IdTerm { id: "capmap:hash", kind: "@id" },
};

/// The same for ever: the set's id and the criterion's slug.
pub(crate) fn criterion_iri(set: &str, criterion: &CriterionId) -> String {
    format!("urn:capmap:criteria:{}:{}", iri(set), iri(&criterion.0))
}

fn annotation<'a>(pack: &'a Pack, e: &'a Evidence) -> Annotation<'a> {
    let said: Vec<_> = e.votes.iter().filter(|v| v.choice.is_some()).collect();
    let mut names: Vec<&str> = said.iter().map(|v| v.reviewer.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let criterion = pack.criteria.get(&e.criterion);
    let notes = e.votes.iter().filter_map(|v| v.note.as_deref());
    let notes = notes.map(|value| Body::TextualBody { purpose: "commenting", value, format: "text/plain" });
    let concept = Body::SpecificResource { purpose: "classifying", source: concept(pack, e, criterion) };
    Annotation {
        id: format!("urn:capmap:annotation:{}", iri(&e.id)),
        kind: "Annotation",
        motivation: if e.outcome == Outcome::Confirmed { "classifying" } else { "moderating" },
        outcome: e.outcome.name(),
        created: said.last().map(|v| v.time.as_str()),
        creator: names.into_iter().map(|name| Agent { kind: "Person", name }).collect(),
        generator: Agent { kind: "Software", name: &pack.tool },
        body: std::iter::once(concept).chain(notes).collect(),
        target: target(pack, e),
    }
}

fn concept<'a>(pack: &'a Pack, e: &'a Evidence, criterion: Option<&'a Criterion>) -> Concept<'a> {
    Concept {
        id: criterion_iri(&pack.criteria.id, &e.criterion),
        label: criterion.map_or(e.criterion.0.as_str(), |c| c.name.as_str()),
        points: criterion.and_then(|c| c.points),
    }
}

fn target<'a>(pack: &'a Pack, e: &'a Evidence) -> Target<'a> {
    let cited = &e.citation;
    let document = pack.document(cited.source());
    let exact = cited.quote();
    let mut selector = vec![
        Selector::Quote { exact, prefix: &e.before, suffix: &e.after },
        Selector::Position { start: cited.start(), end: cited.end() },
    ];
    if let (Some(page), Some(Format::Pdf)) = (cited.page(), document.map(|d| d.format)) {
        selector.push(Selector::Fragment {
            conforms_to: PDF_FRAGMENTS,
            value: format!("page={page}"),
            refined_by: Box::new(Selector::Quote { exact, prefix: "", suffix: "" }),
        });
    }
    let capture = document.and_then(|d| d.capture.as_ref());
    Target {
        kind: "SpecificResource",
        source: Source {
            id: address(document, cited.source(), cited.document()),
            kind: "Text",
            label: cited.source(),
            format: media_type(document.map_or(Format::Other, |d| d.format)),
            hash: named_information(cited.document()),
        },
        selector,
        state: capture.map(|c| State { kind: "TimeState", source_date: &c.time }),
    }
}

/// The public address, or for a file the name of its bytes: paths mean nothing elsewhere.
fn address(document: Option<&PackDocument>, source: &str, id: &DocumentId) -> String {
    let url = document.and_then(|d| d.capture.as_ref()).map_or(source, |c| c.url.as_str());
    let web = url.starts_with("https://") || url.starts_with("http://");
    if web { iri_of_url(url) } else { named_information(id) }
}

/// RFC 6920: a name for bytes, by their hash.
fn named_information(id: &DocumentId) -> String {
    let hex = id.0.strip_prefix("sha256:").unwrap_or(&id.0);
    let bytes: Option<Vec<u8>> =
        (0..hex.len() / 2).map(|i| u8::from_str_radix(hex.get(2 * i..2 * i + 2)?, 16).ok()).collect();
    format!("ni:///sha-256;{}", URL_SAFE_NO_PAD.encode(bytes.unwrap_or_default()))
}

/// One part of a URN; the colon of a slug stays.
fn iri(text: &str) -> String {
    encode(text, b"-._:")
}

/// An address whose odd characters are escaped and whose own escapes stay.
fn iri_of_url(url: &str) -> String {
    encode(url, b"-._~:/?#[]@!$&'()*+,;=%")
}

fn encode(text: &str, kept: &[u8]) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || kept.contains(&b);
    text.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn media_type(format: Format) -> &'static str {
    match format {
        Format::Pdf => "application/pdf",
        Format::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Format::Html => "text/html",
        Format::Markdown => "text/markdown",
        Format::Text => "text/plain",
        Format::Odt => "application/vnd.oasis.opendocument.text",
        Format::Rtf => "application/rtf",
        Format::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Email => "message/rfc822",
        Format::Zip => "application/zip",
        Format::Warc => "application/warc",
        Format::Other => "application/octet-stream",
    }
}
