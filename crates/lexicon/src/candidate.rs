//! From frames that fired to candidates: a passage, a criterion, what speaks for it, and what excludes it.

use crate::Lexicon;
use crate::compile::{Effect, SlotId};
use crate::context::{self, Reached, Setting, settings};
use crate::feature::{Feature, Features};
use crate::genre::Genres;
use crate::profile::{self, Noted, Sign};
use crate::scan::{Fire, Scan, Scanner, Seen};
use crate::signs;
use crate::source::{CueClass, Silences, Subject};
use crate::stance::{EXCLUDED_COLUMN, neighbours, refused, stances};
use crate::status::{Place, Said, excludes};
use crate::surroundings::{self, Surroundings};
use crate::voice::Voices;
use capmap_model::{BlockKind, Document, Elements, Persona, Span};
use std::collections::BTreeMap;

/// Stands for the profile where a firing names its rule.
pub(crate) const NO_FRAME: u32 = u32::MAX;

/// Log-odds from which the company of words makes a candidate without any rule.
const PROFILE_ALONE: f32 = -2.0;

/// The same where something is said not to be provided: an exclusion that is told in vain costs a glance.
const EXCLUDED_ALONE: f32 = -3.2;

/// Three times the share of passages about these capabilities in an ordinary document of a provider.
const USUAL: f32 = 0.6;

/// Share of passages that name technology in a document about its cost; more says no more.
const USUAL_TECHNOLOGY: f32 = 0.3;

/// From this many blocks on, what a document does not say tells something.
const LONG: usize = 25;

/// Rules of this weight speak in spite of a false friend nearby.
const CERTAIN: f32 = 3.0;

/// The document speaks of technology cost when this share of its blocks does.
pub(crate) const SUBJECT_DENSITY: f32 = 0.03;

/// A passage and a criterion for which at least one rule fired.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub criterion: u16,
    pub block: usize,
    pub quote: Span,
    /// Rules that count, one firing of each, by place.
    pub fires: Vec<Fire>,
    pub excluded: Option<Reached>,
    /// Words or a table say that it is provided.
    pub included: bool,
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
    pub voices: Voices,
}

impl<'a> View<'a> {
    /// Scans a document.
    pub fn new(lexicon: &'a Lexicon, document: &'a Document) -> Self {
        let compiled = &lexicon.compiled;
        let scan = Scanner::new(compiled, &lexicon.guard).scan(document);
        let around = surroundings::of(document, &scan, compiled);
        let settings = settings(document, &scan, compiled, around.sells);
        let voices = Voices::of(document, &scan, compiled);
        View { lexicon, document, scan, settings, around, voices }
    }

    /// Every candidate, by block and criterion: where a rule fired, or where the company of its words speaks clearly.
    pub fn candidates(&self) -> Vec<Candidate> {
        let mut out = Vec::new();
        let mut fires: Vec<(u16, Fire)> = Vec::new();
        let (all_signs, all_scores) = self.profiles();
        let criteria = self.lexicon.criteria.len();
        let genres = Genres::of(self.document, &all_scores, criteria);
        for (block, seen) in self.scan.blocks.iter().enumerate() {
            fires.clear();
            fires.extend(seen.fires.iter().filter_map(|f| Some((self.evidence(f)?, *f))));
            fires.retain(|(_, f)| self.counts(block, seen, f));
            let (signs, scores) = (&all_signs[block], &all_scores[block]);
            let least = if self.may_exclude(block, seen) { EXCLUDED_ALONE } else { PROFILE_ALONE };
            for (criterion, _) in scores.iter().enumerate().take(criteria).filter(|(_, s)| **s >= least) {
                let criterion = criterion as u16;
                if !fires.iter().any(|(c, _)| *c == criterion) && !self.hushed(block, seen, criterion) {
                    fires.extend(self.speaking(seen, signs, criterion).map(|f| (criterion, f)));
                }
            }
            fires.sort_by_key(|(c, f)| (*c, f.first, f.frame));
            let first = out.len();
            for group in fires.chunk_by(|a, b| a.0 == b.0) {
                let criterion = group[0].0;
                let group: Vec<Fire> = group.iter().map(|(_, f)| *f).collect();
                let score =
                    |block: usize| all_scores.get(block).and_then(|s| s.get(criterion as usize)).copied();
                let mut candidate =
                    self.candidate(criterion, block, seen, &group, score(block).unwrap_or(0.0));
                let beside = [block.checked_sub(1).and_then(score), score(block + 1)];
                neighbours(beside, &mut candidate.features);
                let place = (criterion as usize, criteria);
                stances(scores, place, |c| self.lexicon.supplemental(c), &mut candidate.features);
                genres.tell(self.document.blocks[block].section, &mut candidate.features);
                let acts = candidate.features.get(Feature::Provider) > 0.0;
                if candidate.excluded.is_none() && !acts && refused(scores, criteria) {
                    candidate.excluded = self.refusal(seen, criteria as u16 + EXCLUDED_COLUMN);
                }
                let faint = score(block).is_some_and(|s| s < PROFILE_ALONE)
                    && candidate.features.get(Feature::ProfileAlone) > 0.0;
                if candidate.excluded.is_some() || !faint {
                    out.push(candidate);
                }
            }
            let together = out.len() - first;
            for candidate in &mut out[first..] {
                candidate.features.set(Feature::Others, (together as f32 - 1.0).min(6.0) / 3.0);
            }
        }
        self.company(&mut out);
        out
    }

    /// True where a cue of the block, or what stands above it, says that something is not provided.
    fn may_exclude(&self, block: usize, seen: &Seen) -> bool {
        let cue = |f: &Fire| matches!(self.lexicon.compiled.frames[f.frame as usize].effect, Effect::Cue { class, .. } if excludes(class));
        self.settings[block].status.is_some_and(|r| excludes(r.class)) || seen.fires.iter().any(cue)
    }

    /// What the rest of the document and of the section holds: a lone match in a document about other things is mostly a
    /// false friend.
    fn company(&self, out: &mut [Candidate]) {
        let strong =
            |c: &Candidate| c.features.get(Feature::Hand) >= 1.5 || c.features.get(Feature::Profile) > 0.0;
        let mut blocks: Vec<usize> = out.iter().filter(|c| strong(c)).map(|c| c.block).collect();
        blocks.dedup();
        let section = |block: usize| self.document.blocks[block].section;
        let all = self.document.blocks.len().max(8) as f32;
        let mut by_section: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        blocks.iter().for_each(|b| *by_section.entry(section(*b)).or_default() += 1);
        let mut same: BTreeMap<(Option<usize>, u16), usize> = BTreeMap::new();
        out.iter().for_each(|c| *same.entry((section(c.block), c.criterion)).or_default() += 1);
        for candidate in out.iter_mut() {
            let own = usize::from(blocks.binary_search(&candidate.block).is_ok());
            let share = (blocks.len() - own) as f32 / all;
            let here = section(candidate.block);
            let near = by_section.get(&here).copied().unwrap_or(0) - own;
            let long = self.document.blocks.len() >= LONG;
            // A short document keeps no company to speak of: it is taken as an ordinary one.
            let usual = if long { 0.0 } else { USUAL };
            candidate.features.set(Feature::DocumentEvidence, (share * 3.0).clamp(usual, 1.0));
            candidate.features.flag(Feature::DocumentThin, long && share < 0.06);
            candidate.features.set(Feature::DocumentFinops, (self.around.finops as f32 / 4.0).min(1.0));
            candidate.features.flag(Feature::DocumentSilent, long && self.around.finops == 0);
            let technology = if long { self.around.technology_density } else { 1.0 };
            candidate.features.set(Feature::Technology, technology.min(USUAL_TECHNOLOGY) / USUAL_TECHNOLOGY);
            candidate.features.set(Feature::SectionEvidence, (near as f32 / 3.0).min(1.0));
            candidate
                .features
                .flag(Feature::SectionSame, same.get(&(here, candidate.criterion)).is_some_and(|n| *n > 1));
        }
    }

    /// Signs and log-odds by criterion of every block.
    fn profiles(&self) -> (Vec<Vec<Sign>>, Vec<Vec<f32>>) {
        let one = |(block, seen)| {
            let (mut signs, mut scores) = (Vec::new(), Vec::new());
            self.profile(block, seen, &mut signs, &mut scores);
            (signs, scores)
        };
        self.scan.blocks.iter().enumerate().map(one).unzip()
    }

    /// Log-odds by criterion of the company that the block's words keep.
    fn profile(&self, block: usize, seen: &Seen, signs: &mut Vec<Sign>, scores: &mut Vec<f32>) {
        let profiles = &self.lexicon.profiles;
        if profiles.is_empty() || seen.first == seen.last {
            scores.clear();
            return;
        }
        let mut words = Vec::new();
        self.terms(block, |w| words.extend(profiles.word(w)));
        let above = &self.settings[block].concepts;
        self.sentences(block, |sentence| profiles.both(sentence, &mut words));
        profile::signs(&seen.noted, &self.scan.sentence, above, words.into_iter(), signs);
        profiles.score(signs, scores);
    }

    /// The words of a block, and those of its heading and lead-in.
    pub fn terms(&self, block: usize, mut each: impl FnMut(&[u8])) {
        let (folded, seen) =
            (&self.scan.folded, |b: usize| (self.scan.blocks[b].first, self.scan.blocks[b].last));
        let idle = context::set_phrases(&self.scan.blocks[block], &self.lexicon.compiled);
        profile::terms(folded, seen(block), idle, &mut each);
        for sentence in self.scan.sentences(&self.scan.blocks[block]) {
            profile::opening(folded, sentence, &mut each);
        }
        let own = &self.document.blocks[block];
        let lead_in = match own.kind {
            BlockKind::Item { lead_in, .. } => lead_in,
            _ => None,
        };
        for above in [own.section, lead_in].into_iter().flatten().filter(|a| *a < block) {
            profile::terms_above(folded, seen(above), &mut each);
        }
    }

    /// How the words of each sentence of a block begin.
    pub fn sentences<'s>(&'s self, block: usize, mut each: impl FnMut(&[&'s [u8]])) {
        let mut own = Vec::new();
        for sentence in self.scan.sentences(&self.scan.blocks[block]) {
            profile::beginnings(&self.scan.folded, sentence, &mut own);
            each(&own);
        }
    }

    /// True where a false friend of the criterion stands in the block or above it.
    fn hushed(&self, block: usize, seen: &Seen, criterion: u16) -> bool {
        let friend = |f: &Fire| matches!(self.lexicon.compiled.frames[f.frame as usize].effect, Effect::Friend { criterion: c, .. } if c == criterion);
        self.settings[block].silenced & (1 << criterion.min(63)) != 0 || seen.fires.iter().any(friend)
    }

    /// The words that speak most for the criterion where no rule does, as firings of no rule.
    fn speaking(&self, seen: &Seen, signs: &[Sign], criterion: u16) -> Option<Fire> {
        let profiles = &self.lexicon.profiles;
        let force = |n: &Noted| -> f32 {
            let has = |s: &&Sign| {
                matches!(s, Sign::Own(c) if *c == n.concept)
                    || matches!(s, Sign::Pair(a, b) if *a == n.concept || *b == n.concept)
            };
            signs.iter().filter(has).map(|s| profiles.weight(*s, criterion)).sum()
        };
        let best = seen.noted.iter().max_by(|a, b| force(a).total_cmp(&force(b)).then(b.first.cmp(&a.first)));
        let (first, last) = best.map_or((seen.first, seen.first), |n| (n.first, n.last));
        (seen.first < seen.last).then_some(Fire { frame: NO_FRAME, first, last })
    }

    /// The word that speaks most for a refusal, as its cue.
    fn refusal(&self, seen: &Seen, column: u16) -> Option<Reached> {
        let profiles = &self.lexicon.profiles;
        let word = |token: u32| {
            profile::stems(&self.scan.folded, token, token + 1, |_| false)
                .find(|stem| !profile::is_small(stem))
                .and_then(|w| profiles.word(w))
        };
        let of = |token: u32| Some((profiles.weight(word(token)?, column), token));
        let told =
            (seen.first..seen.last).filter_map(of).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        told.map(|(_, t)| Reached { class: CueClass::Exclusion, span: self.scan.span(t, t) })
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

    fn candidate(&self, criterion: u16, block: usize, seen: &Seen, fires: &[Fire], score: f32) -> Candidate {
        let (document, scan, compiled) = (self.document, &self.scan, &self.lexicon.compiled);
        let setting = &self.settings[block];
        let (own, sells) = (&document.blocks[block], self.around.sells);
        let place = Place { document, scan, compiled, block: own, seen, setting, sells };
        let said: Vec<(Fire, Said)> = fires.iter().map(|f| (*f, place.said(*f))).collect();
        let included = said.iter().any(|(_, s)| matches!(s, Said::Included));
        let said: Vec<(Fire, Option<Reached>)> = said.into_iter().map(|(f, s)| (f, s.excluded())).collect();
        let clean: Vec<Fire> = said.iter().filter(|(_, s)| s.is_none()).map(|(f, _)| *f).collect();
        // Beside a refusal of the same capability, mere talk of it offers nothing.
        let refuses = said.iter().any(|(_, s)| s.is_some_and(|r| r.class == CueClass::Exclusion));
        let speaks = |f: &Fire| self.weight(f) >= 1.0 || f.frame == NO_FRAME;
        let solid = included
            || clean.iter().any(|f| speaks(f) && (!refuses || self.done(block, seen, f)))
            || said.iter().all(|(_, s)| s.is_none());
        let (counted, excluded) = match said.iter().find_map(|(_, s)| *s) {
            Some(reached) if !solid => (fires.to_vec(), Some(reached)),
            _ => (clean, None),
        };
        let counted = one_each(counted);
        let section = own.section.unwrap_or(usize::MAX);
        let facts = self.around.sections.get(&section).cloned().unwrap_or_default();
        let mut features = signs::of(self, block, seen, criterion, &counted);
        features.set(Feature::Profile, score.clamp(-6.0, 6.0) / 2.0);
        features.flag(Feature::ProfileAlone, counted.iter().all(|f| f.frame == NO_FRAME));
        features.flag(Feature::ProfileStrong, score > 1.5);
        Candidate {
            criterion,
            block,
            quote: crate::quote::of(self, block, seen, &counted),
            features,
            fires: counted,
            excluded,
            included,
            elements: facts.elements,
            personas: facts.personas,
        }
    }

    /// True where the sentence of a firing says that the provider, or an imperative, does something; a cell of a table
    /// need not where its words are certain.
    fn done(&self, block: usize, seen: &Seen, fire: &Fire) -> bool {
        let (first, last) = self.scan.sentence_around(seen, fire.first);
        let own = context::classes(first, last, seen, &self.lexicon.compiled);
        let row = matches!(self.document.blocks[block].kind, BlockKind::Row { .. });
        row && self.weight(fire) >= CERTAIN
            || own.contains(&CueClass::Provider)
            || signs::imperative(self, seen, (first, last))
    }

    /// The hand-set weight of the rule that fired.
    pub fn weight(&self, fire: &Fire) -> f32 {
        match self.lexicon.compiled.frames.get(fire.frame as usize).map(|f| f.effect) {
            Some(Effect::Evidence { weight, .. }) => weight,
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
