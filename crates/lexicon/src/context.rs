//! What a passage's surroundings say of it: headings above, the lead-in of its list, the header cells of its table.
//!
//! Sentence rules cannot see that a clean bullet stands under "Out of scope" two levels up. So each block inherits a
//! [`Setting`]: from the heading that governs it (numbered children inherit through the section tree), then from its
//! lead-in; the innermost word wins, and "in scope" takes an outer exclusion back.

use crate::compile::{Compiled, Effect, SlotId};
use crate::heading;
use crate::opener::openers;
use crate::scan::{Fire, Scan, Seen};
use crate::source::{CueClass, Reach, Silences};
use crate::status::excludes;
use capmap_model::{Block, BlockKind, Document, Span};

/// Words at most in a heading or cell that a `title` cue may govern.
pub(crate) const TITLE_WORDS: u32 = 9;

/// How forms draw their boxes: what is not ticked in a form in which something is was not ordered.
const BOXES: [(&str, bool); 9] = [
    ("[ ]", false),
    ("[]", false),
    ("[x]", true),
    ("[X]", true),
    ("\u{2610}", false),
    ("\u{25a1}", false),
    ("\u{2611}", true),
    ("\u{2612}", true),
    ("\u{25a0}", true),
];

/// A cue that reaches a block from outside.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reached {
    pub class: CueClass,
    /// The heading, lead-in or cell that says so.
    pub span: Span,
}

/// What a block inherits.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Setting {
    /// Demotes or excludes all of it.
    pub status: Option<Reached>,
    /// A heading or lead-in speaks of technology cost, usage, value or carbon.
    pub subject: bool,
    /// A heading or lead-in opens services or deliverables.
    pub service: bool,
    /// The lead-in has the provider act.
    pub provider: bool,
    /// Criteria that the nearest heading (bit set) or the lead-in name.
    pub heading: u64,
    pub lead_in: u64,
    /// Criteria that a false friend in a heading silences.
    pub silenced: u64,
    /// Concepts in the nearest heading and the lead-in.
    pub concepts: Vec<u16>,
    /// Guard slots seen above.
    pub guards: Vec<SlotId>,
}

/// The settings of all blocks of a document; in one that `sells` to anybody, what is optional is on offer.
pub(crate) fn settings(document: &Document, scan: &Scan, compiled: &Compiled, sells: bool) -> Vec<Setting> {
    let mut inherited: Vec<Setting> = Vec::with_capacity(document.blocks.len());
    let openers = openers(document, scan, compiled);
    let ticks = document.blocks.iter().any(|b| box_of(document, b).is_some_and(|(_, ticked)| ticked));
    let title = heading::title(document);
    let counts = |class: &CueClass| !(sells && *class == CueClass::NotBought);
    for (i, block) in document.blocks.iter().enumerate() {
        let mut setting = match block.section {
            Some(h) if h < i => {
                // "3.5 ..." after "3.4 Exclusions" is no part of it.
                let h =
                    document.blocks[h].section.filter(|up| *up < h && beside(document, h, i)).unwrap_or(h);
                let seen = &scan.blocks[h];
                let mut own = heading::classes(seen, scan, compiled, title == Some(h));
                own.retain(counts);
                below_heading(&inherited[h], own, seen, document.blocks[h].span, compiled)
            }
            _ => Setting::default(),
        };
        if let Some(o) = openers[i] {
            let seen = &scan.blocks[o];
            let mut own = lead_classes((seen.first, seen.last), seen, scan, compiled);
            own.retain(counts);
            setting.status = inner_status(setting.status, &own, document.blocks[o].span);
        }
        if let BlockKind::Item { lead_in: Some(l), .. } = block.kind
            && l < i
        {
            let before = setting.status;
            setting = below_lead_in(&inherited[l], setting, l, document, scan, compiled);
            if setting.status.is_some_and(|r| !counts(&r.class)) {
                setting.status = before;
            }
        }
        if ticks && let Some(span) = unticked(document, block) {
            setting.status = Some(Reached { class: CueClass::NotBought, span });
        }
        inherited.push(setting);
    }
    inherited
}

/// True where a block's number goes on from its heading's: `3.5` from `3.4`, not `3.4.1`.
fn beside(document: &Document, heading: usize, block: usize) -> bool {
    let number = |b: usize| {
        let text = document.slice(document.blocks[b].span);
        let number = text.split_whitespace().next().unwrap_or("").trim_end_matches('.');
        let parts: Option<Vec<u32>> = number.split('.').map(|p| p.parse().ok()).collect();
        parts.filter(|p| p.len() > 1)
    };
    let (Some(above), Some(own)) = (number(heading), number(block)) else { return false };
    above.len() == own.len() && above[..above.len() - 1] == own[..own.len() - 1] && own > above
}

/// The box that opens a line of an order form, and whether it is ticked.
fn box_of(document: &Document, block: &Block) -> Option<(Span, bool)> {
    let text = document.slice(block.span);
    let line = text.trim_start_matches(['-', '*', ' ', '\t']);
    let (sign, ticked) = BOXES.iter().find(|(sign, _)| line.starts_with(sign))?;
    let start = block.span.start + text.len() - line.len();
    Some((Span::new(start, start + sign.len()), *ticked))
}

/// The empty box that opens a block.
fn unticked(document: &Document, block: &Block) -> Option<Span> {
    box_of(document, block).filter(|(_, ticked)| !ticked).map(|(span, _)| span)
}

fn below_heading(
    outer: &Setting,
    own: Vec<CueClass>,
    seen: &Seen,
    span: Span,
    compiled: &Compiled,
) -> Setting {
    let mut setting = Setting {
        status: inner_status(outer.status, &own, span),
        subject: outer.subject || seen.subject,
        service: outer.service || own.contains(&CueClass::Service) || own.contains(&CueClass::InScope),
        provider: false,
        heading: evidence(seen.fires.iter(), compiled),
        lead_in: 0,
        silenced: outer.silenced | silenced(seen, compiled),
        concepts: concepts(&[], seen, seen.first, seen.last),
        guards: merged(&outer.guards, &seen.guards),
    };
    if setting.heading == 0 && seen.last - seen.first <= 4 {
        setting.heading = outer.heading; // "Deliverables" under "Forecasting" still speaks of forecasting
    }
    setting
}

fn below_lead_in(
    outer: &Setting,
    under_heading: Setting,
    lead: usize,
    document: &Document,
    scan: &Scan,
    compiled: &Compiled,
) -> Setting {
    let seen = &scan.blocks[lead];
    let (first, last) = match seen.last.checked_sub(1) {
        Some(end) if end >= seen.first => scan.sentence_around(seen, end),
        _ => (seen.first, seen.last),
    };
    let own = lead_classes((first, last), seen, scan, compiled);
    let is_item = matches!(document.blocks[lead].kind, BlockKind::Item { .. });
    let base = if is_item { outer } else { &under_heading };
    let in_last = seen.fires.iter().filter(|f| f.first >= first && f.first < last);
    let acts = own.contains(&CueClass::Provider) || own.contains(&CueClass::Service);
    Setting {
        status: inner_status(base.status, &own, scan.span(first, last.saturating_sub(1).max(first))),
        subject: base.subject || seen.subject,
        service: base.service || own.contains(&CueClass::Service) || own.contains(&CueClass::InScope),
        provider: acts || (is_item && outer.provider),
        heading: under_heading.heading,
        lead_in: evidence(in_last, compiled) | if is_item { outer.lead_in } else { 0 },
        silenced: base.silenced,
        concepts: concepts(&under_heading.concepts, seen, first, last),
        guards: merged(&base.guards, &seen.guards),
    }
}

/// The inner word wins; "in scope" takes an outer exclusion back; a milder inner word does not lift an exclusion.
fn inner_status(outer: Option<Reached>, own: &[CueClass], span: Span) -> Option<Reached> {
    if own.contains(&CueClass::InScope) {
        return None;
    }
    let inner = own.iter().copied().filter(|c| demotes(*c)).min().map(|class| Reached { class, span });
    match (inner, outer) {
        (Some(inner), Some(outer)) if excludes(outer.class) && !excludes(inner.class) => Some(outer),
        (Some(inner), _) => Some(inner),
        (None, outer) => outer,
    }
}

/// True for classes that lower a passage. Their order in [`CueClass`] is their order of force.
pub(crate) fn demotes(class: CueClass) -> bool {
    class <= CueClass::Boilerplate && class != CueClass::InScope
}

/// Cue classes that fire in tokens `first..last` of a text and count by their reach; pseudo-cues hide what they overlap.
pub(crate) fn classes_where(
    (first, last): (u32, u32),
    seen: &Seen,
    compiled: &Compiled,
    counts: impl Fn(CueClass, Reach, Fire) -> bool,
) -> Vec<CueClass> {
    let cues: Vec<(CueClass, Reach, Fire)> = cues(first, last, seen, compiled).collect();
    let hidden = |fire: &Fire| {
        cues.iter().any(|(c, _, p)| *c == CueClass::Pseudo && p.first <= fire.last && fire.first <= p.last)
    };
    // "Out of scope" holds the word "scope": the longer, excluding cue wins.
    let outdone = |class: CueClass, fire: &Fire| {
        matches!(class, CueClass::InScope | CueClass::Service)
            && cues.iter().any(|(c, _, e)| excludes(*c) && e.first <= fire.last && fire.first <= e.last)
    };
    let mut classes: Vec<CueClass> = cues
        .iter()
        .filter(|(class, reach, fire)| {
            *class != CueClass::Pseudo
                && counts(*class, *reach, *fire)
                && !hidden(fire)
                && !outdone(*class, fire)
        })
        .map(|(class, ..)| *class)
        .collect();
    classes.sort();
    classes.dedup();
    classes
}

/// Cue classes in a sentence or a text.
pub(crate) fn classes(first: u32, last: u32, seen: &Seen, compiled: &Compiled) -> Vec<CueClass> {
    classes_where((first, last), seen, compiled, |_, reach, fire| match reach {
        Reach::Opening => fire.first == first && last > first + 1,
        Reach::Title | Reach::Lead | Reach::Whole => false,
        _ => true,
    })
}

/// Cue classes in a lead-in, a bare line or a cell that speaks for others; a long one says nothing by single words.
pub(crate) fn lead_classes(
    (first, last): (u32, u32),
    seen: &Seen,
    scan: &Scan,
    compiled: &Compiled,
) -> Vec<CueClass> {
    let short = last - first <= 2 * TITLE_WORDS;
    classes_where((first, last), seen, compiled, |_, reach, fire| match reach {
        Reach::Opening => fire.first == first && last > first + 1,
        Reach::Title | Reach::Lead => short,
        Reach::Whole => heading::is_whole(scan, (first, last), fire),
        _ => true,
    })
}

/// Tells whether a token of the block stands in a set phrase that only sounds like a refusal ("not only").
pub(crate) fn set_phrases(seen: &Seen, compiled: &Compiled) -> impl Fn(u32) -> bool + use<> {
    let set: Vec<(u32, u32)> = cues(seen.first, seen.last, seen, compiled)
        .filter(|(class, ..)| *class == CueClass::Pseudo)
        .map(|(.., fire)| (fire.first, fire.last))
        .collect();
    move |token| set.iter().any(|(first, last)| (*first..=*last).contains(&token))
}

/// Cue frames that fire in tokens `first..last`.
pub(crate) fn cues<'a>(
    first: u32,
    last: u32,
    seen: &'a Seen,
    compiled: &'a Compiled,
) -> impl Iterator<Item = (CueClass, Reach, Fire)> + 'a {
    let from = seen.fires.partition_point(|f| f.first < first);
    seen.fires[from..].iter().take_while(move |f| f.first < last).filter_map(|fire| {
        match compiled.frames[fire.frame as usize].effect {
            Effect::Cue { class, reach } => Some((class, reach, *fire)),
            _ => None,
        }
    })
}

fn evidence<'a>(fires: impl Iterator<Item = &'a Fire>, compiled: &Compiled) -> u64 {
    fires.fold(0, |bits, fire| match compiled.frames[fire.frame as usize].effect {
        Effect::Evidence { criterion, .. } if criterion < 64 => bits | (1 << criterion),
        _ => bits,
    })
}

/// Concepts of tokens `first..last`, and those from further above.
fn concepts(above: &[u16], seen: &Seen, first: u32, last: u32) -> Vec<u16> {
    let own = seen.noted.iter().filter(|n| n.first >= first && n.first < last).map(|n| n.concept);
    let mut all: Vec<u16> = above.iter().copied().chain(own).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Criteria that false friends of reach `passage` silence.
fn silenced(seen: &Seen, compiled: &Compiled) -> u64 {
    seen.fires.iter().fold(0, |bits, fire| match compiled.frames[fire.frame as usize].effect {
        Effect::Friend { criterion, silences: Silences::Passage } if criterion < 64 => {
            bits | (1 << criterion)
        }
        _ => bits,
    })
}

fn merged(a: &[SlotId], b: &[SlotId]) -> Vec<SlotId> {
    if b.is_empty() {
        return a.to_vec();
    }
    let mut all: Vec<SlotId> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
