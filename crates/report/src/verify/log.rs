//! The log's chain, and each decision of the report against it.

use super::{Problem, Proof};
use crate::bundle::{LogLine, hex};
use crate::pack::{Evidence, Pack, Vote};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Stands for the hash before the first event.
const NOTHING: char = '0';

pub(super) fn check(pack: &Pack, lines: Option<&[u8]>, head: &str, proof: &mut Proof) {
    if pack.redacted {
        let why = "names and notes were left out, so the log's hashes and the decisions cannot be checked against it";
        proof.remarks.push(why.to_owned());
        return;
    }
    let lines = lines.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let bodies = chain(lines, pack, head, proof);
    decisions(pack, &bodies, proof);
}

/// Walks the chain; gives the bodies of the events that can be read, by number.
fn chain(lines: &str, pack: &Pack, head: &str, proof: &mut Proof) -> BTreeMap<u64, Value> {
    let mut bodies = BTreeMap::new();
    let (mut next, mut previous) = (1u64, NOTHING.to_string().repeat(64));
    let mut broken = false;
    for line in lines.lines() {
        let Ok(event) = serde_json::from_str::<LogLine>(line) else {
            proof.problems.push(Problem::EventChanged(next));
            broken = true;
            break;
        };
        while next < event.seq && !broken {
            proof.problems.push(Problem::EventMissing(next));
            next += 1;
            broken = next + 100 < event.seq; // a number out of all reason: the first hundred say enough
        }
        let linked = hex(&Sha256::new()
            .chain_update(&previous)
            .chain_update("\n")
            .chain_update(&event.body)
            .finalize());
        let body: Value = serde_json::from_str(&event.body).unwrap_or_default();
        let whole = event.seq == next && linked == event.hash && body.get("seq") == Some(&event.seq.into());
        if whole {
            proof.events += 1;
        } else if !broken
            && event.seq <= next
            && !proof.problems.contains(&Problem::EventMissing(event.seq.saturating_sub(1)))
        {
            proof.problems.push(Problem::EventChanged(event.seq));
        }
        (next, previous) = (event.seq.saturating_add(1), event.hash);
        bodies.insert(event.seq, body);
    }
    ends(pack, head, next, &previous, broken, proof);
    bodies
}

/// The log must end where manifest and report say.
fn ends(pack: &Pack, head: &str, next: u64, last: &str, broken: bool, proof: &mut Proof) {
    let events = pack.log.events.len() as u64;
    for seq in next..=events {
        proof.problems.push(Problem::EventMissing(seq));
    }
    let told = broken || !proof.problems.is_empty();
    if !told && (last != head || pack.log.head != head) {
        proof.problems.push(Problem::EventChanged(next.saturating_sub(1).max(1)));
    }
}

fn decisions(pack: &Pack, bodies: &BTreeMap<u64, Value>, proof: &mut Proof) {
    let mut shown: BTreeSet<(u64, &str)> = BTreeSet::new();
    for evidence in &pack.evidence {
        for vote in &evidence.votes {
            shown.insert((vote.event, &evidence.criterion.0));
            let Some(body) = bodies.get(&vote.event) else { continue }; // told as a missing event
            match difference(evidence, vote, body) {
                None => proof.votes += 1,
                Some(why) => proof.problems.push(Problem::Decision {
                    evidence: evidence.id.clone(),
                    criterion: evidence.criterion.0.clone(),
                    event: vote.event,
                    why,
                }),
            }
        }
    }
    let undone: BTreeSet<u64> =
        bodies.values().filter_map(|b| b.pointer("/action/event")?.as_u64()).collect();
    for (seq, body) in bodies.iter().filter(|(seq, _)| !undone.contains(seq)) {
        let missing = |t: &&Value| t["criterion"].as_str().is_some_and(|c| !shown.contains(&(*seq, c)));
        if targets(body).iter().any(missing) {
            proof.problems.push(Problem::DecisionMissing(*seq));
        }
    }
}

/// The passages that an event is about.
fn targets(body: &Value) -> Vec<&Value> {
    let one = body.pointer("/action/target").into_iter();
    one.chain(body.pointer("/action/targets").and_then(Value::as_array).into_iter().flatten()).collect()
}

fn difference(evidence: &Evidence, vote: &Vote, body: &Value) -> Option<String> {
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let kind = text("/action/kind").unwrap_or_default();
    let carried = kind == "carry-over";
    let said = match kind {
        "add" | "reaffirm" => Some("confirm"),
        _ => text("/action/choice"),
    };
    let note = text("/action/note").or(text("/action/text")).or(text("/action/by"));
    if vote.choice.as_deref() != said {
        let (here, there) = (vote.choice.as_deref().unwrap_or("nothing"), said.unwrap_or("nothing"));
        return Some(format!("the report says {here}, the log {there}"));
    }
    if text("/reviewer") != Some(&vote.reviewer) {
        return Some("another reviewer".to_owned());
    }
    if text("/time") != Some(&vote.time) {
        return Some("another time".to_owned());
    }
    if !carried && vote.note.as_deref() != note {
        return Some("another note".to_owned());
    }
    let cited = |t: &&Value| {
        let quote = t.pointer("/citation/quote").and_then(Value::as_str).unwrap_or_default();
        t["criterion"].as_str() == Some(&evidence.criterion.0) && same_words(quote, evidence.citation.quote())
    };
    if targets(body).iter().any(cited) { None } else { Some("another passage or criterion".to_owned()) }
}

/// A decision keeps its passage when a later mapping cites a little more or less of it.
fn same_words(decided: &str, shown: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (words(decided), words(shown));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    if short.is_empty() {
        return false;
    }
    let within = long.windows(short.len()).any(|part| part == short.as_slice());
    let common: BTreeSet<&String> = short.iter().collect();
    let shared = long.iter().filter(|word| common.contains(word)).count();
    within || 2 * shared >= long.len()
}
