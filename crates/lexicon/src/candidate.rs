//! From frames that fired to candidates: a passage, a criterion, what speaks for it, and what excludes it.

use crate::Lexicon;
use crate::compile::{Effect, SlotId};
use crate::context::{Reached, Setting, settings};
use crate::feature::Features;
use crate::scan::{Fire, Scan, Scanner, Seen};
use crate::signs;
use crate::source::{Silences, Subject};
use crate::status::Place;
use crate::surroundings::{self, Surroundings};
use capmap_model::{Document, Elements, Persona, Span};

/// Rules of this weight speak in spite of a false friend nearby.
const CERTAIN: f32 = 3.0;

/// The document speaks of technology cost when this share of its blocks does.
pub(crate) const SUBJECT_DENSITY: f32 = 0.08;

/// A passage and a criterion for which at least one rule fired.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub criterion: u16,
    pub block: usize,
    pub quote: Span,
    /// Rules that count, one firing of each, by place.
    pub fires: Vec<Fire>,
    pub excluded: Option<Reached>,
    pub features: Features,
    pub elements: Elements,
    pub personas: Vec<Persona>,
}

/// A document with all that was seen in it.
pub(crate) struct View<'a> {
    pub lexicon: &'a Lexicon,
    pub document: &'a Document,
    pub scan: Scan,
    pub settings: Vec<Setting>,
    pub around: Surroundings,
}

impl<'a> View<'a> {
    /// Scans a document.
    pub fn new(lexicon: &'a Lexicon, document: &'a Document) -> Self {
        let compiled = &lexicon.compiled;
        let scan = Scanner::new(compiled, &lexicon.guard).scan(document);
        let settings = settings(document, &scan, compiled);
        let around = surroundings::of(document, &scan, compiled);
        View { lexicon, document, scan, settings, around }
    }

    /// Every candidate, by block and criterion.
    pub fn candidates(&self) -> Vec<Candidate> {
        let mut out = Vec::new();
        let mut fires: Vec<(u16, Fire)> = Vec::new();
        for (block, seen) in self.scan.blocks.iter().enumerate() {
            fires.clear();
            fires.extend(seen.fires.iter().filter_map(|f| Some((self.evidence(f)?, *f))));
            fires.retain(|(_, f)| self.counts(block, seen, f));
            fires.sort_by_key(|(c, f)| (*c, f.first, f.frame));
            let first = out.len();
            for group in fires.chunk_by(|a, b| a.0 == b.0) {
                let group: Vec<Fire> = group.iter().map(|(_, f)| *f).collect();
                out.push(self.candidate(group[0], block, seen, &group));
            }
            let together = out.len() - first;
            for candidate in &mut out[first..] {
                candidate
                    .features
                    .set(crate::feature::Feature::Others, (together as f32 - 1.0).min(6.0) / 3.0);
            }
        }
        out
    }

    fn evidence(&self, fire: &Fire) -> Option<u16> {
        match self.lexicon.compiled.frames[fire.frame as usize].effect {
            Effect::Evidence { criterion, .. } => Some(criterion),
            _ => None,
        }
    }

    /// Guards of a rule: what it needs, its subject, and false friends.
    fn counts(&self, block: usize, seen: &Seen, fire: &Fire) -> bool {
        let frame = &self.lexicon.compiled.frames[fire.frame as usize];
        let Effect::Evidence { criterion, weight, subject } = frame.effect else { return false };
        let setting = &self.settings[block];
        let has = |slot: &SlotId| {
            seen.guards.binary_search(slot).is_ok() || setting.guards.binary_search(slot).is_ok()
        };
        if !frame.needs.is_empty() && !frame.needs.iter().any(has) {
            return false;
        }
        let near = setting.subject || seen.subject;
        let subject_ok = match subject {
            Subject::Carried => true,
            Subject::Near => near,
            Subject::Needed => near || self.around.subject_density >= SUBJECT_DENSITY,
        };
        subject_ok && !self.silenced(seen, setting, fire, criterion, weight)
    }

    fn silenced(&self, seen: &Seen, setting: &Setting, fire: &Fire, criterion: u16, weight: f32) -> bool {
        let certain = weight >= CERTAIN;
        if setting.silenced & (1 << criterion.min(63)) != 0 && !certain {
            return true;
        }
        let sentence = |token: u32| self.scan.sentence[token as usize];
        seen.fires.iter().any(|f| match self.lexicon.compiled.frames[f.frame as usize].effect {
            Effect::Friend { criterion: c, silences } if c == criterion => match silences {
                Silences::Words => f.first <= fire.last && fire.first <= f.last,
                Silences::Sentence => !certain && sentence(f.first) == sentence(fire.first),
                Silences::Passage => !certain,
            },
            _ => false,
        })
    }

    fn candidate(&self, first: Fire, block: usize, seen: &Seen, fires: &[Fire]) -> Candidate {
        let criterion = self.evidence(&first).unwrap_or(0);
        let (document, scan, compiled) = (self.document, &self.scan, &self.lexicon.compiled);
        let setting = &self.settings[block];
        let place = Place { document, scan, compiled, block: &document.blocks[block], seen, setting };
        let said: Vec<(Fire, Option<Reached>)> = fires.iter().map(|f| (*f, place.excluded(*f))).collect();
        let clean: Vec<Fire> = said.iter().filter(|(_, s)| s.is_none()).map(|(f, _)| *f).collect();
        let solid = clean.iter().any(|f| self.weight(f) >= 1.0) || said.iter().all(|(_, s)| s.is_none());
        let (counted, excluded) = match said.iter().find_map(|(_, s)| *s) {
            Some(reached) if !solid => (fires.to_vec(), Some(reached)),
            _ => (clean, None),
        };
        let counted = one_each(counted);
        let section = document.blocks[block].section.unwrap_or(usize::MAX);
        let facts = self.around.sections.get(&section).cloned().unwrap_or_default();
        Candidate {
            criterion,
            block,
            quote: crate::quote::of(self, block, seen, &counted),
            features: signs::of(self, block, seen, criterion, &counted),
            fires: counted,
            excluded,
            elements: facts.elements,
            personas: facts.personas,
        }
    }

    /// The hand-set weight of the rule that fired.
    pub fn weight(&self, fire: &Fire) -> f32 {
        match self.lexicon.compiled.frames[fire.frame as usize].effect {
            Effect::Evidence { weight, .. } => weight,
            _ => 0.0,
        }
    }
}

/// The first firing of each rule, by place.
fn one_each(mut fires: Vec<Fire>) -> Vec<Fire> {
    fires.sort_by_key(|f| (f.frame, f.first));
    fires.dedup_by_key(|f| f.frame);
    fires.sort_by_key(|f| (f.first, f.last, f.frame));
    fires
}
