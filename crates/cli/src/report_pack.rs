//! From the dossier to the evidence pack: everything that a report shows, as one value.

use crate::errors::Stop;
use crate::links;
use capmap_model::{CriteriaSet, CriterionId, FailureKind, Grade, Provenance};
use capmap_report::{
    AROUND, CriterionStanding, Evidence, Log, LogEvent, Outcome, Pack, PackDocument, SCHEMA, Vote,
};
use capmap_score::Date;
use capmap_store::{Action, Event, FiledDocument, Filter, Item, ItemRow, Store, View};
use std::collections::BTreeMap;

/// Rows that are asked for at once.
const PORTION: usize = 500;

/// What kind of report.
pub struct Wanted<'a> {
    /// With suggestions that nobody settled.
    pub draft: bool,
    /// The day of the report.
    pub day: Date,
    /// Whose documents these are.
    pub applicant: Option<&'a str>,
}

/// Gathers the pack.
///
/// # Errors
/// Where the dossier cannot be read, or its log is not whole.
pub fn gather(store: &Store, criteria: &CriteriaSet, wanted: &Wanted<'_>) -> Result<Pack, Stop> {
    let documents = documents(store)?;
    let standings = standings(store, criteria)?;
    let mut evidence = Vec::new();
    for standing in &standings {
        collect(store, &standing.standing.criterion, wanted.draft, &documents, &mut evidence)?;
    }
    surround(store, &mut evidence)?;
    Ok(Pack {
        schema: SCHEMA.to_owned(),
        tool: concat!("capmap ", env!("CARGO_PKG_VERSION")).to_owned(),
        made: wanted.day.to_string(),
        applicant: wanted.applicant.map(str::to_owned),
        draft: wanted.draft,
        redacted: false,
        criteria: criteria.clone(),
        mapped_with: store.criteria()?,
        lexicon: store.lexicon()?,
        documents,
        standings,
        evidence,
        readiness: None,
        log: log(store)?,
    })
}

fn documents(store: &Store) -> Result<Vec<PackDocument>, Stop> {
    let mut documents: Vec<_> = store.documents()?.into_iter().map(document).collect();
    documents.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(documents)
}

fn document(filed: FiledDocument) -> PackDocument {
    let mut hidden: Vec<String> = filed.hidden.iter().map(|h| h.why.words().to_owned()).collect();
    hidden.sort_unstable();
    hidden.dedup();
    PackDocument {
        source: filed.source,
        id: filed.id,
        format: filed.format,
        provenance: filed.provenance,
        capture: filed.capture,
        status: filed.status,
        loss: filed.failure.as_ref().is_some_and(|f| f.kind != FailureKind::Duplicate),
        reason: filed.failure.map(|f| f.detail),
        title: filed.title,
        pages: filed.pages,
        words: filed.words,
        dated: filed.dated,
        elements: filed.elements,
        hidden,
        notes: filed.notes,
    }
}

/// In the set's order; criteria that the set does not have come last.
fn standings(store: &Store, criteria: &CriteriaSet) -> Result<Vec<CriterionStanding>, Stop> {
    let place: BTreeMap<&CriterionId, usize> =
        criteria.criteria.iter().enumerate().map(|(i, c)| (&c.id, i)).collect();
    let mut standings: Vec<_> = store
        .tallies(View::All)?
        .into_iter()
        .map(|tally| CriterionStanding { coverage: tally.coverage, standing: tally.standing })
        .collect();
    standings.sort_by_key(|s| place.get(&s.standing.criterion).copied().unwrap_or(usize::MAX)); // stable
    Ok(standings)
}

fn collect(
    store: &Store,
    criterion: &CriterionId,
    draft: bool,
    documents: &[PackDocument],
    evidence: &mut Vec<Evidence>,
) -> Result<(), Stop> {
    let mut skip = 0;
    loop {
        let rows = store.items(Filter::Criterion(criterion), View::All, skip, PORTION)?;
        for row in rows.iter().filter(|row| shown(row, draft)) {
            evidence.push(one(store.item(&row.id, View::All)?, documents)?);
        }
        if rows.len() < PORTION {
            return Ok(());
        }
        skip += PORTION;
    }
}

/// Everything that was decided; in a draft also offers that were not.
fn shown(row: &ItemRow, draft: bool) -> bool {
    row.outcome != capmap_store::Outcome::Undecided
        || row.version > 0
        || (draft && row.grade == Grade::Offered)
}

fn one(item: Item, documents: &[PackDocument]) -> Result<Evidence, Stop> {
    let row = item.row;
    let found = documents.binary_search_by(|d| d.source.as_str().cmp(row.citation.source()));
    let document = found.ok().and_then(|at| documents.get(at));
    let link = document.map(|d| links::to(&row.citation, d.format, d.capture.as_ref())).unwrap_or_default();
    let votes = item.votes.into_iter().map(|vote| {
        Ok(Vote {
            event: vote.event,
            reviewer: vote.reviewer,
            kind: word(&vote.kind)?,
            choice: vote.choice.as_ref().map(word).transpose()?,
            note: vote.note,
            time: vote.time,
        })
    });
    let votes = votes.collect::<Result<_, serde_json::Error>>().map_err(unwritable)?;
    let public = row.public || document.is_some_and(|d| d.provenance == Provenance::Public);
    let said = item.suggestion;
    let said = said.as_ref();
    Ok(Evidence {
        id: row.id,
        criterion: row.criterion,
        before: String::new(),
        after: String::new(),
        link,
        outcome: outcome(row.outcome),
        origin: row.origin.name().to_owned(),
        grade: row.grade,
        tier: row.tier,
        confidence: said.map_or(0.0, |s| s.confidence),
        cue: said.and_then(|s| s.cue.clone()),
        why: said.map(|s| s.why.clone()).unwrap_or_default(),
        explanation: said.map(|s| s.explanation.clone()).unwrap_or_default(),
        elements: said.map(|s| s.elements).unwrap_or_default(),
        personas: said.map(|s| s.personas.clone()).unwrap_or_default(),
        repeats: said.map(|s| s.repeats.clone()).unwrap_or_default(),
        ocr: row.ocr,
        public,
        citation: row.citation,
        votes,
    })
}

fn outcome(of: capmap_store::Outcome) -> Outcome {
    match of {
        capmap_store::Outcome::Undecided => Outcome::Undecided,
        capmap_store::Outcome::Deferred => Outcome::Deferred,
        capmap_store::Outcome::Confirmed => Outcome::Confirmed,
        capmap_store::Outcome::Rejected => Outcome::Rejected,
        capmap_store::Outcome::Conflict => Outcome::Conflict,
        capmap_store::Outcome::Carried => Outcome::Carried,
    }
}

/// A word as it stands in JSON.
fn word(value: &impl serde::Serialize) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_value(value)?.as_str().unwrap_or_default().to_owned())
}

fn unwritable(error: serde_json::Error) -> Stop {
    Stop::usage(format!("the dossier holds something that cannot be written: {error}"), "report this defect")
}

/// Fills in the words around each quote, one document in memory at a time.
fn surround(store: &Store, evidence: &mut [Evidence]) -> Result<(), Stop> {
    let mut by_document: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, one) in evidence.iter().enumerate() {
        by_document.entry(one.citation.document().0.clone()).or_default().push(i);
    }
    for places in by_document.into_values() {
        let Some(first) = places.first().and_then(|i| evidence.get(*i)) else { continue };
        // The text of a document that is gone since is gone too; its quotes stand without surroundings.
        let Ok(document) = store.text(first.citation.document()) else { continue };
        for i in places {
            let Some(one) = evidence.get_mut(i) else { continue };
            let span = one.citation.span();
            one.before = last(document.text.get(..span.start).unwrap_or_default());
            one.after = document.text.get(span.end..).unwrap_or_default().chars().take(AROUND).collect();
        }
    }
    Ok(())
}

fn last(text: &str) -> String {
    let start = text.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    text.get(start..).unwrap_or_default().to_owned()
}

/// The whole log, after the store has proven it.
fn log(store: &Store) -> Result<Log, Stop> {
    let verified = store.verify()?;
    let mut events = Vec::new();
    store.each_body(|event, hash, body| events.push(log_event(&event, hash, body)))?;
    Ok(Log { head: verified.head, events })
}

fn log_event(event: &Event, hash: &str, body: &str) -> LogEvent {
    let targets = event.action.targets();
    LogEvent {
        seq: event.seq,
        time: event.time.clone(),
        reviewer: event.reviewer.clone(),
        kind: event.action.kind().to_owned(),
        choice: event.action.choice().and_then(|choice| word(&choice).ok()),
        criterion: targets.first().map(|t| t.criterion.clone()),
        passages: targets.len(),
        undoes: match event.action {
            Action::Undo { event } => Some(event),
            _ => None,
        },
        hash: hash.to_owned(),
        body: body.to_owned(),
    }
}
