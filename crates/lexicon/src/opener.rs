//! Bare lines that open a list without being marked as headings: "Not in this offer", then its lines.
//!
//! Forms, slides and pages that were copied as text lose their headings. A short line that refuses, and says no more than
//! that, still speaks for the lines below it.

use crate::compile::{Compiled, Effect};
use crate::context::cues;
use crate::fold::Shape;
use crate::scan::{Fire, Scan, Seen};
use crate::source::{CueClass, Reach};
use crate::status::excludes;
use capmap_model::{Block, BlockKind, Document};

/// Words at most in such a line.
const OPENER_WORDS: u32 = 9;

/// Blocks at most that it reaches: longer lists have a heading.
const REACH: usize = 24;

/// Words at most in a line below it; a longer one is running text.
const LINE_WORDS: u32 = 28;

/// For every block, the bare line above it that speaks for it.
pub(crate) fn openers(document: &Document, scan: &Scan, compiled: &Compiled) -> Vec<Option<usize>> {
    let mut open: Option<usize> = None;
    let blocks = document.blocks.iter().zip(&scan.blocks).enumerate();
    blocks
        .map(|(i, (block, seen))| {
            open = open.filter(|o| continues(*o, i, block, seen, document, compiled));
            if opens(document, i, seen, scan, compiled) {
                open = Some(i);
                return None;
            }
            open
        })
        .collect()
}

/// True for a short line that refuses and names nothing that could be refused.
fn opens(document: &Document, at: usize, seen: &Seen, scan: &Scan, compiled: &Compiled) -> bool {
    let block = &document.blocks[at];
    let text = document.slice(block.span).trim_end();
    let bare = matches!(block.kind, BlockKind::Paragraph)
        && seen.last - seen.first <= OPENER_WORDS
        && !text.ends_with(['.', ';', ',', '?', '!', '|'])
        && document.blocks.get(at + 1).is_some_and(|b| b.section == block.section);
    let from = clause(seen, scan);
    let refuses = |fire: Fire| fire.last > fire.first || (from..=from + 2).contains(&fire.first);
    // "No visibility into spend" is no opening, "No:" is.
    let alone = |reach: Reach| reach != Reach::Opening || seen.last - seen.first <= 2;
    bare && !names(seen, compiled)
        && cues(seen.first, seen.last, seen, compiled)
            .any(|(class, reach, fire)| excludes(class) && alone(reach) && refuses(fire))
        && !cues(seen.first, seen.last, seen, compiled).any(|(class, ..)| class == CueClass::Pseudo)
}

/// Where the last clause of a line begins: after a number, a colon or a dash.
fn clause(seen: &Seen, scan: &Scan) -> u32 {
    let parts = |t: &u32| {
        let shape = scan.folded.tokens[*t as usize].shape;
        shape == Shape::Mark || (shape == Shape::Number && *t == seen.first)
    };
    let end = seen.last.saturating_sub(1).max(seen.first);
    (seen.first..end).rev().find(parts).map_or(seen.first, |t| t + 1)
}

/// True where a rule for a criterion fires.
pub(crate) fn names(seen: &Seen, compiled: &Compiled) -> bool {
    let evidence = |frame: u32| matches!(compiled.frames[frame as usize].effect, Effect::Evidence { .. });
    seen.fires.iter().any(|f| evidence(f.frame))
}

/// True where a block is still one of the lines below the opener: not after a heading, running text, or a line that says who
/// acts or what is in scope.
fn continues(
    opener: usize,
    at: usize,
    block: &Block,
    seen: &Seen,
    document: &Document,
    compiled: &Compiled,
) -> bool {
    let own = || cues(seen.first, seen.last, seen, compiled);
    let speaks = |class| matches!(class, CueClass::Service | CueClass::Provider | CueClass::InScope);
    let turns = own().any(|(class, reach, _)| {
        speaks(class) && !matches!(reach, Reach::Title | Reach::Lead | Reach::Whole)
    }) && !own().any(|(class, ..)| excludes(class));
    at - opener <= REACH
        && block.section == document.blocks[opener].section
        && seen.last - seen.first <= LINE_WORDS
        && !document.slice(block.span).trim_end().ends_with(':')
        && !turns
}
