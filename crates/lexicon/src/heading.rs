//! What a heading says of all that stands below it.
//!
//! A heading reaches far, so it refuses only where it is made to: its refusal opens or closes a clause ("Not in this order",
//! "Scope and exclusions"), or it asks what is not ("What we do not do"). "Guardrails, not gates" and "Clusters that don't
//! eat your runway" sell.

use crate::compile::Compiled;
use crate::context::{TITLE_WORDS, classes_where};
use crate::fold::Shape;
use crate::opener::names;
use crate::scan::{Fire, Scan, Seen};
use crate::source::{CueClass, Reach};
use crate::status::excludes;
use capmap_model::{Block, BlockKind, Document};

/// Words that open a heading which says what is not done.
const ASKS: [&str; 24] = [
    "what",
    "which",
    "thing",
    "things",
    "service",
    "services",
    "item",
    "items",
    "task",
    "tasks",
    "work",
    "works",
    "option",
    "options",
    "matter",
    "matters",
    "activity",
    "activities",
    "those",
    "following",
    "everything",
    "anything",
    "whatever",
    "questions",
];

/// Words that number or name a part, before what its heading says.
const LABELS: [&str; 22] = [
    "part",
    "slide",
    "annex",
    "section",
    "article",
    "art",
    "schedule",
    "item",
    "tab",
    "page",
    "appendix",
    "attachment",
    "step",
    "phase",
    "stage",
    "lot",
    "module",
    "chapter",
    "clause",
    "exhibit",
    "no",
    "card",
];

/// Words before a negation by which a heading sells or tells.
const TELLS: [&str; 22] = [
    "that", "who", "which", "so", "why", "how", "when", "if", "because", "your", "you", "and", "but", "or",
    "did", "could", "had", "was", "were", "has", "have", "would",
];

/// Words that may stand before a refusal at the opening of a clause.
const BEFORE: [&str; 12] =
    ["the", "a", "an", "any", "all", "and", "or", "on", "of", "some", "list", "summary"];

/// The heading that names the whole document: the first, where others stand below it.
pub(crate) fn title(document: &Document) -> Option<usize> {
    let heading = |b: &Block| matches!(b.kind, BlockKind::Heading { .. });
    let first = document.blocks.iter().position(heading)?;
    document.blocks[first + 1..].iter().any(|b| heading(b) && b.section == Some(first)).then_some(first)
}

/// Cue classes in a heading; the `title` of a document refuses only where it says nothing else.
pub(crate) fn classes(seen: &Seen, scan: &Scan, compiled: &Compiled, title: bool) -> Vec<CueClass> {
    let short = seen.last - seen.first <= 2 * TITLE_WORDS;
    let all = (seen.first, seen.last);
    classes_where(all, seen, compiled, |class, reach, fire| match reach {
        _ if title && excludes(class) && class != CueClass::Exclusion => is_whole(scan, all, fire),
        Reach::Lead => !title && short && denies(scan, all, fire),
        Reach::Title if !short => false,
        // "No chargeback" refuses, "No lock-in" sells.
        Reach::Opening => begins(scan, all, fire) && (fire.first < fire.last || names(seen, compiled)),
        Reach::Whole => is_whole(scan, all, fire),
        Reach::Title if excludes(class) => {
            opens(scan, all, fire) || closes(scan, all, fire) || asks(scan, all, fire)
        }
        _ => true,
    })
}

/// True where nothing but a number, a label or an article stands beside the cue in tokens `first..last`.
pub(crate) fn is_whole(scan: &Scan, (first, last): (u32, u32), fire: Fire) -> bool {
    start(scan, first, last) >= fire.first.saturating_sub(1)
        && opens(scan, (first, last), fire)
        && (fire.last + 1..last).all(|t| is_mark(scan, t))
}

/// True where a cue opens the heading, or what follows its colon or dash.
fn begins(scan: &Scan, (first, last): (u32, u32), fire: Fire) -> bool {
    let begin = clause(scan, first, last, fire.first);
    let after = begin.checked_sub(1).filter(|t| *t >= first).map(|t| scan.folded.word(t as usize));
    opens(scan, (first, last), fire)
        && !matches!(after, Some(b"," | b"(" | b";"))
        && (begin > first || !matches!(after, Some(b".")))
        && (fire.first < fire.last || fire.last + 1 < last && !is_mark(scan, fire.last + 1))
}

/// True where a cue opens a clause.
fn opens(scan: &Scan, (first, last): (u32, u32), fire: Fire) -> bool {
    let begin = clause(scan, first, last, fire.first);
    fire.first >= start(scan, first, last) && (begin..fire.first).all(|t| is_one_of(scan, t, &BEFORE))
}

/// True where a cue ends a clause.
fn closes(scan: &Scan, (_, last): (u32, u32), fire: Fire) -> bool {
    fire.last + 1 >= last || is_mark(scan, fire.last + 1)
}

/// True where the clause of a cue asks what is not.
fn asks(scan: &Scan, (first, last): (u32, u32), fire: Fire) -> bool {
    let begin = clause(scan, first, last, fire.first);
    let mut words = (begin..fire.first).skip_while(|t| is_one_of(scan, *t, &BEFORE));
    words.next().is_some_and(|t| is_one_of(scan, t, &ASKS))
}

/// True where a negation denies the clause, and does not sell by contrast, command or story.
fn denies(scan: &Scan, (first, last): (u32, u32), fire: Fire) -> bool {
    let begin = clause(scan, first, last, fire.first);
    let word = |t: u32| scan.folded.word(t as usize);
    let asked = word(last - 1) == b"?";
    let tells = (begin..fire.first).any(|t| is_one_of(scan, t, &TELLS));
    !asked && !tells && begin < fire.first
}

/// Where the clause of a token begins: behind the last mark before it, or behind the heading's number.
fn clause(scan: &Scan, first: u32, last: u32, token: u32) -> u32 {
    let start = start(scan, first, last).min(token);
    (start..token).rev().find(|t| is_mark(scan, *t)).map_or(start, |t| t + 1)
}

/// Where a heading begins behind its number and label.
fn start(scan: &Scan, first: u32, last: u32) -> u32 {
    let label = |t: &u32| {
        let token = &scan.folded.tokens[*t as usize];
        matches!(token.shape, Shape::Mark | Shape::Number)
            || scan.folded.word(*t as usize).len() <= 3 && *t + 1 < last && is_mark(scan, *t + 1)
            || is_one_of(scan, *t, &LABELS) && number_follows(scan, *t, last)
    };
    first + (first..last).take_while(label).count() as u32
}

/// True where the next token numbers what this one names: "Part C", "Slide 5".
fn number_follows(scan: &Scan, token: u32, last: u32) -> bool {
    token + 1 < last
        && (scan.folded.tokens[token as usize + 1].shape == Shape::Number
            || scan.folded.word(token as usize + 1).len() <= 2)
}

fn is_mark(scan: &Scan, token: u32) -> bool {
    scan.folded.tokens[token as usize].shape == Shape::Mark
}

fn is_one_of(scan: &Scan, token: u32, words: &[&str]) -> bool {
    words.iter().any(|w| w.as_bytes() == scan.folded.word(token as usize))
}
