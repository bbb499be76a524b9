//! `capmap log`: the events as they were written, and the proof that they are whole.

use crate::args::Common;
use crate::errors::{Done, Stop};
use crate::layout::clean;
use crate::output;
use crate::review_args::{LogArgs, LogCommand};
use capmap_store::{Event, Store};
use std::io::Write;

/// Events read at a time.
const PAGE: usize = 1_000;

/// Prints the log, or proves it.
///
/// # Errors
/// Where there is no dossier; for `verify`, where the log is broken, with the first event at which it is.
pub fn run(common: &Common, args: &LogArgs) -> Result<Done, Stop> {
    let store = Store::open_read(&common.dossier)?;
    match args.command {
        Some(LogCommand::Verify) => {
            let whole = store.verify()?;
            let text = format!("whole: {} events, last hash {}\n", whole.events, whole.head);
            output::write(text.as_bytes(), None)?;
        }
        None => list(&store, args)?,
    }
    Ok(Done::All)
}

fn list(store: &Store, args: &LogArgs) -> Result<(), Stop> {
    let mut out = Vec::new();
    let mut first = 1;
    loop {
        let events = store.events(first, PAGE)?;
        for (event, hash) in &events {
            // Writing into memory does not fail.
            let _ = if args.json {
                writeln!(out, "{}", json(event, hash))
            } else {
                writeln!(out, "{}", line(event))
            };
        }
        first += events.len() as u64;
        if events.len() < PAGE {
            return output::write(&out, None);
        }
    }
}

fn json(event: &Event, hash: &str) -> String {
    serde_json::json!({"event": event, "hash": hash}).to_string()
}

fn line(event: &Event) -> String {
    let targets = event.action.targets();
    let about = match targets {
        [] => String::new(),
        [one] => format!("{} {} “{}”", one.id, one.criterion, short(one.citation.quote())),
        [first, ..] => format!("{} passages, first {} {}", targets.len(), first.id, first.criterion),
    };
    let choice = event.action.choice().map(|c| format!("{c:?}").to_lowercase()).unwrap_or_default();
    let note = event.action.note().map(|n| format!(" ({n})")).unwrap_or_default();
    let line = format!(
        "{:>5} {} {} {} {choice} {about}{note}",
        event.seq,
        event.time,
        event.reviewer,
        event.action.kind()
    );
    clean(&line)
}

fn short(quote: &str) -> String {
    quote.chars().take(60).collect()
}
