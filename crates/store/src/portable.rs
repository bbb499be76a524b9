//! The whole dossier as one file of JSON lines, and back.
//!
//! First a header, then documents, texts, suggestions and events, one per line. An export of an import is the same file
//! byte for byte. Where a dossier already has a log, the imported one continues it, or is merged into it: each foreign
//! event is appended as a new one that names its origin, once.

use crate::append::{append_imported, head};
use crate::canonical::{GENESIS, canonical};
use crate::document::put_text;
use crate::event::{Action, Event, Origin as EventOrigin};
use crate::item::{NewItem, Origin, insert, provenance};
use crate::log::{check_link, each_event, each_row};
use crate::project::replay;
use crate::{FiledDocument, Store, StoreError, standing};
use capmap_model::{Document, Suggestion};
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, Write};

const SCHEMA: &str = "capmap/dossier/1";

/// What an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Events that were added.
    pub events: u64,
    /// True where they came from a log that had gone another way, and were merged.
    pub merged: bool,
    /// True where documents and suggestions were taken as well, since there were none.
    pub suggestions: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Header(Header),
    Document(FiledDocument),
    Text { reader: String, document: Document },
    Suggestion { rank: i64, suggestion: Suggestion },
    Event { hash: String, body: Value },
}

#[derive(Serialize, Deserialize)]
struct Header {
    schema: String,
    criteria: Option<(String, String)>,
    lexicon: Option<String>,
    events: u64,
    head: String,
}

impl Store {
    /// Writes everything as JSON lines. Local paths stay behind.
    ///
    /// # Errors
    /// Where the dossier cannot be read or `out` not be written.
    pub fn export(&self, out: &mut dyn Write) -> Result<(), StoreError> {
        let (events, head) = head(&self.db)?;
        let header = Header {
            schema: SCHEMA.to_owned(),
            criteria: self.criteria()?,
            lexicon: self.lexicon()?,
            events,
            head,
        };
        put(out, &Line::Header(header))?;
        for document in self.documents()? {
            put(out, &Line::Document(FiledDocument { path: None, ..document }))?;
        }
        self.export_texts(out)?;
        self.export_suggestions(out)?;
        each_row(&self.db, |_, hash, body| {
            put(out, &Line::Event { hash: hash.to_owned(), body: serde_json::from_str(body)? })
        })
    }

    fn export_texts(&self, out: &mut dyn Write) -> Result<(), StoreError> {
        let mut rows = self.db.prepare("SELECT reader, body FROM texts ORDER BY id")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let document = serde_json::from_str(&row.get::<_, String>(1)?)?;
            put(out, &Line::Text { reader: row.get(0)?, document })?;
        }
        Ok(())
    }

    fn export_suggestions(&self, out: &mut dyn Write) -> Result<(), StoreError> {
        let mut rows = self.db.prepare(
            "SELECT i.rank, d.suggestion FROM items i JOIN details d ON d.item = i.id
             WHERE i.origin = 'suggested' ORDER BY i.criterion, i.rank",
        )?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let suggestion = serde_json::from_str(&row.get::<_, String>(1)?)?;
            put(out, &Line::Suggestion { rank: row.get(0)?, suggestion })?;
        }
        Ok(())
    }

    /// Reads an export in: all or nothing.
    ///
    /// # Errors
    /// [`StoreError::BadExport`] with the line, [`StoreError::Broken`] where its log is not whole.
    pub fn import(&mut self, input: &mut dyn BufRead) -> Result<Imported, StoreError> {
        let export = Export::read(input)?;
        self.write(|tx| {
            let empty = tx.query_row("SELECT count(*) FROM documents", [], |row| row.get::<_, i64>(0))? == 0;
            if empty {
                take_mapping(tx, &export)?;
            }
            let (events, merged) = take_events(tx, export.events)?;
            rebuild(tx)?;
            Ok(Imported { events, merged, suggestions: empty })
        })
    }
}

struct Export {
    header: Header,
    documents: Vec<FiledDocument>,
    texts: Vec<(String, Document)>,
    suggestions: Vec<(i64, Suggestion)>,
    events: Vec<(Event, String)>,
}

impl Export {
    fn read(input: &mut dyn BufRead) -> Result<Export, StoreError> {
        let mut lines = input.lines().enumerate().map(|(i, line)| parse(i + 1, line));
        let bad = |line, reason: &str| StoreError::BadExport { line, reason: reason.to_owned() };
        let header = match lines.next().transpose()? {
            Some(Line::Header(header)) if header.schema == SCHEMA => header,
            Some(Line::Header(header)) => {
                return Err(bad(1, &format!("its schema is {}, this program reads {SCHEMA}", header.schema)));
            }
            _ => return Err(bad(1, "an export begins with a header")),
        };
        let (documents, texts, suggestions) = (Vec::new(), Vec::new(), Vec::new());
        let mut export = Export { header, documents, texts, suggestions, events: Vec::new() };
        let (mut seq, mut previous) = (0, GENESIS.to_owned());
        for (i, line) in lines.enumerate() {
            match line? {
                Line::Header(_) => return Err(bad(i + 2, "a second header")),
                Line::Document(document) => export.documents.push(document),
                Line::Text { reader, document } => export.texts.push((reader, document)),
                Line::Suggestion { rank, suggestion } => export.suggestions.push((rank, suggestion)),
                Line::Event { hash, body } => {
                    let number = body.get("seq").and_then(Value::as_u64).unwrap_or(0);
                    let event = check_link(seq, &previous, number, &hash, &canonical(&body))
                        .map_err(StoreError::Broken)?;
                    (seq, previous) = (seq + 1, hash.clone());
                    export.events.push((event, hash));
                }
            }
        }
        if export.header.events != seq || export.header.head != previous {
            return Err(StoreError::Broken(crate::Break::Missing(seq + 1)));
        }
        Ok(export)
    }
}

fn parse(number: usize, line: std::io::Result<String>) -> Result<Line, StoreError> {
    let bad = |reason: String| StoreError::BadExport { line: number, reason };
    let line = line.map_err(|e| bad(e.to_string()))?;
    serde_json::from_str(&line).map_err(|e| bad(e.to_string()))
}

fn put(out: &mut dyn Write, line: &Line) -> Result<(), StoreError> {
    let text = serde_json::to_string(line)?;
    writeln!(out, "{text}").map_err(StoreError::io("the export"))
}

fn take_mapping(tx: &Transaction, export: &Export) -> Result<(), StoreError> {
    for document in &export.documents {
        tx.prepare_cached("INSERT OR REPLACE INTO documents (source, id, body) VALUES (?1, ?2, ?3)")?
            .execute(params![
                document.source,
                document.id.as_ref().map(|id| &id.0),
                serde_json::to_string(document)?
            ])?;
    }
    for (reader, document) in &export.texts {
        put_text(tx, document, reader)?;
    }
    for (rank, suggestion) in &export.suggestions {
        let from = provenance(tx, suggestion.citation.source())?;
        insert(
            tx,
            &NewItem {
                id: &suggestion.id,
                criterion: &suggestion.criterion,
                rank: *rank,
                origin: Origin::Suggested,
                citation: &suggestion.citation,
                suggestion: Some(suggestion),
                public: from.public,
                dated: from.dated.as_deref(),
                ocr: suggestion.ocr,
            },
        )?;
    }
    let (id, version) = export.header.criteria.clone().unzip();
    let entries =
        [("criteria", id), ("criteria_version", version), ("lexicon", export.header.lexicon.clone())];
    for (key, value) in entries {
        tx.execute(
            "INSERT OR REPLACE INTO meta (key, value) SELECT ?1, ?2 WHERE ?2 IS NOT NULL",
            params![key, value],
        )?;
    }
    Ok(())
}

/// Gives how many events were added, and whether they had to be merged.
fn take_events(tx: &Transaction, theirs: Vec<(Event, String)>) -> Result<(u64, bool), StoreError> {
    let mut ours = Vec::new();
    let mut known = BTreeMap::new();
    each_event(tx, 1, |event, hash| {
        if let Some(origin) = event.origin {
            known.insert(origin.hash, event.seq);
        }
        ours.push(hash);
        Ok(())
    })?;
    let common = ours.iter().zip(&theirs).take_while(|(a, b)| **a == b.1).count();
    let rest = theirs.into_iter().skip(common);
    if common == ours.len() {
        let mut added = 0;
        for (event, _) in rest {
            append_imported(tx, event, None)?;
            added += 1;
        }
        return Ok((added, false));
    }
    merge(tx, rest, known, &ours.into_iter().collect())
}

fn merge(
    tx: &Transaction,
    theirs: impl Iterator<Item = (Event, String)>,
    known: BTreeMap<String, u64>,
    ours: &BTreeSet<String>,
) -> Result<(u64, bool), StoreError> {
    let mut numbers = BTreeMap::new();
    let mut added = 0;
    for (mut event, hash) in theirs {
        let origin = event.origin.clone().unwrap_or(EventOrigin { hash: hash.clone(), seq: event.seq });
        if ours.contains(&origin.hash) {
            continue; // one of ours, on its way back
        }
        if let Some(&here) = known.get(&origin.hash) {
            numbers.insert(event.seq, here);
            continue;
        }
        if let Action::Undo { event: undone } = &mut event.action {
            *undone = numbers.get(undone).copied().unwrap_or(*undone);
        }
        let there = event.seq;
        numbers.insert(there, append_imported(tx, event, Some(origin))?);
        added += 1;
    }
    Ok((added, added > 0))
}

/// Makes items and votes anew from suggestions and log.
fn rebuild(tx: &Transaction) -> Result<(), StoreError> {
    tx.execute("DELETE FROM details WHERE item IN (SELECT id FROM items WHERE origin <> 'suggested')", [])?;
    tx.execute("DELETE FROM items WHERE origin <> 'suggested'", [])?;
    tx.execute("UPDATE items SET outcome = 'undecided', version = 0", [])?;
    for table in ["aliases", "votes", "standings"] {
        tx.execute(&format!("DELETE FROM {table}"), [])?;
    }
    replay(tx)?;
    standing::count_all(tx)
}
