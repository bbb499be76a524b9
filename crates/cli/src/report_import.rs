//! An evidence pack as JSON, read in as a dossier: decisions, the passages that they are about, and what is known of the
//! documents. Their texts are not in a report, so `capmap map` has to read them again.

use crate::errors::Stop;
use capmap_model::{Failure, FailureKind, Suggestion};
use capmap_report::{Evidence, Pack, PackDocument};
use capmap_store::FiledDocument;
use serde_json::{Value, json};

/// True for the beginning of an evidence pack.
pub fn is_pack(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    String::from_utf8_lossy(head).contains(capmap_report::SCHEMA)
}

/// The pack as the lines that `capmap export` would write.
///
/// # Errors
/// Where it is no pack, or names were left out of it.
pub fn lines(bytes: &[u8]) -> Result<Vec<u8>, Stop> {
    let pack = Pack::from_json(bytes)?;
    if pack.redacted {
        let message = "names and notes were left out of this report, so its log cannot be taken over";
        return Err(Stop::usage(message, "ask for the report without --redact"));
    }
    export(&pack)
        .map_err(|e| Stop::usage(format!("this report cannot be taken over: {e}"), "report this defect"))
}

/// The same for a pack that is read already.
///
/// # Errors
/// Where an event of its log is no JSON.
pub fn export(pack: &Pack) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::new();
    let mut put = |value: Value| -> Result<(), serde_json::Error> {
        serde_json::to_writer(&mut out, &value)?;
        out.push(b'\n');
        Ok(())
    };
    put(json!({"header": {
        "schema": "capmap/dossier/1", "criteria": pack.mapped_with, "lexicon": pack.lexicon,
        "events": pack.log.events.len(), "head": pack.log.head,
    }}))?;
    for document in &pack.documents {
        put(json!({"document": serde_json::to_value(filed(document))?}))?;
    }
    for (rank, evidence) in pack.evidence.iter().enumerate().filter(|(_, e)| e.origin == "suggested") {
        put(
            json!({"suggestion": {"rank": rank + 1, "suggestion": serde_json::to_value(suggestion(evidence))?}}),
        )?;
    }
    for event in &pack.log.events {
        let body: Value = serde_json::from_str(&event.body)?;
        put(json!({"event": {"hash": event.hash, "body": body}}))?;
    }
    Ok(out)
}

fn filed(document: &PackDocument) -> FiledDocument {
    let kind = if document.loss { FailureKind::Io } else { FailureKind::Duplicate };
    FiledDocument {
        source: document.source.clone(),
        id: document.id.clone(),
        format: document.format,
        provenance: document.provenance,
        capture: document.capture.clone(),
        status: document.status.clone(),
        failure: document.reason.as_ref().map(|detail| Failure::new(kind, detail)),
        title: document.title.clone(),
        pages: document.pages,
        words: document.words,
        dated: document.dated.clone(),
        elements: document.elements,
        hidden: Vec::new(),
        notes: document.notes.clone(),
        path: None,
    }
}

fn suggestion(e: &Evidence) -> Suggestion {
    Suggestion {
        id: e.id.clone(),
        criterion: e.criterion.clone(),
        citation: e.citation.clone(),
        grade: e.grade,
        tier: e.tier,
        confidence: e.confidence,
        cue: e.cue.clone(),
        why: e.why.clone(),
        explanation: e.explanation.clone(),
        elements: e.elements,
        personas: e.personas.clone(),
        ocr: e.ocr,
        repeats: e.repeats.clone(),
    }
}
