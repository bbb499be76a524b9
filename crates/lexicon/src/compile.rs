//! Turns the lexicon files into slots, frames and one automaton.
//!
//! A *slot* is a set of phrases; a *frame* is one or more slots that must stand near each other, with what follows when
//! they do (its [`Effect`]). Evidence rules, false friends and context cues are all frames, so there is one way to match.

use crate::error::LexiconError;
use crate::fold::Folded;
use crate::pattern::{self, Alternative};
use crate::source::{CueClass, DocumentRole, FrameText, Reach, Silences, Subject};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use capmap_model::{Element, Persona};
use std::collections::{BTreeMap, HashMap};

/// Index of a slot.
pub(crate) type SlotId = u32;

/// Words from the first to the last of a frame where the rule does not say.
const DEFAULT_WITHIN: u32 = 12;

/// What a frame does when it fires.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Effect {
    /// Evidence for a criterion.
    Evidence { criterion: u16, weight: f32, subject: Subject },
    /// Silences a criterion.
    Friend { criterion: u16, silences: Silences },
    /// Context.
    Cue { class: CueClass, reach: Reach },
    /// Tells the document's role.
    Role { role: DocumentRole, weight: f32 },
    /// States an element.
    Element(Element),
    /// Names a persona.
    Persona(Persona),
}

/// A compiled rule.
#[derive(Debug)]
pub(crate) struct Frame {
    /// `allocation/split-shared-cost`, `context/out-of-scope`.
    pub name: String,
    /// What it is about, for people.
    pub about: String,
    pub slots: Vec<SlotId>,
    pub within: u32,
    pub ordered: bool,
    pub needs: Option<SlotId>,
    pub unless: Option<SlotId>,
    pub effect: Effect,
}

/// All phrases in one automaton, and what each of them may begin.
pub(crate) struct Compiled {
    pub automaton: AhoCorasick,
    /// Slots of each pattern, as ranges into `slot_list`.
    pub patterns: Vec<Pattern>,
    pub slot_list: Vec<SlotId>,
    pub slots: usize,
    pub frames: Vec<Frame>,
    /// Frames to try when a slot was seen, by slot.
    pub anchored: Vec<Vec<u32>>,
    /// The slots of classes that the engine itself asks for.
    pub classes: BTreeMap<String, SlotId>,
}

/// One phrase in the automaton.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pattern {
    /// Words and marks in it.
    pub words: u8,
    pub first: u32,
    pub last: u32,
}

/// Collects slots and frames, then builds the automaton.
#[derive(Default)]
pub(crate) struct Compiler {
    phrases: HashMap<String, Vec<SlotId>>,
    classes: BTreeMap<String, Vec<String>>,
    class_slots: BTreeMap<String, SlotId>,
    inline_slots: HashMap<Vec<String>, SlotId>,
    specific: Vec<u32>,
    frames: Vec<Frame>,
}

impl Compiler {
    /// Registers a class of the vocabulary. Classes may use classes that were registered before.
    pub fn class(&mut self, name: &str, any: &[String]) -> Result<(), LexiconError> {
        let phrases = self.phrases_of("vocabulary.toml", name, any)?;
        let slot = self.slot(phrases.clone(), 0);
        self.class_slots.insert(name.to_owned(), slot);
        self.classes.insert(name.to_owned(), phrases);
        Ok(())
    }

    /// Registers a frame.
    pub fn frame(
        &mut self,
        file: &str,
        name: (&str, &str),
        text: FrameText<'_>,
        guards: (&[String], &[String]),
        effect: Effect,
    ) -> Result<(), LexiconError> {
        let (id, about) = name;
        let rule = id.rsplit('/').next().unwrap_or(id);
        let wrong = |what: &str| LexiconError::Rule {
            file: file.to_owned(),
            rule: rule.to_owned(),
            what: what.to_owned(),
        };
        let slots = match (text.any.is_empty(), text.all.is_empty()) {
            (false, true) => vec![self.inline(file, rule, text.any)?],
            (true, false) => text
                .all
                .iter()
                .map(|s| self.inline(file, rule, std::slice::from_ref(s)))
                .collect::<Result<_, _>>()?,
            _ => return Err(wrong("give either `any` or `all`")),
        };
        let guard = |this: &mut Self, words: &[String]| match words {
            [] => Ok(None),
            words => this.inline(file, rule, words).map(Some),
        };
        let needs = guard(self, guards.0)?;
        let unless = guard(self, guards.1)?;
        let within = text.within.unwrap_or(DEFAULT_WITHIN);
        let (name, about) = (id.to_owned(), about.to_owned());
        self.frames.push(Frame { name, about, slots, within, ordered: text.ordered, needs, unless, effect });
        Ok(())
    }

    fn inline(&mut self, file: &str, rule: &str, any: &[String]) -> Result<SlotId, LexiconError> {
        if let [only] = any
            && let Some(class) = only.strip_prefix('@')
            && let Some(slot) = self.class_slots.get(class)
        {
            return Ok(*slot);
        }
        let phrases = self.phrases_of(file, rule, any)?;
        if let Some(slot) = self.inline_slots.get(&phrases) {
            return Ok(*slot);
        }
        let letters: usize = phrases.iter().map(String::len).sum();
        let specific = letters / phrases.len().max(1) + 1;
        let slot = self.slot(phrases.clone(), specific as u32);
        self.inline_slots.insert(phrases, slot);
        Ok(slot)
    }

    fn phrases_of(&self, file: &str, rule: &str, any: &[String]) -> Result<Vec<String>, LexiconError> {
        let mut all = Vec::new();
        for text in any {
            let alternatives = pattern::slot(text).map_err(|source| LexiconError::Pattern {
                file: file.to_owned(),
                rule: rule.to_owned(),
                source,
            })?;
            for alternative in alternatives {
                match alternative {
                    Alternative::Phrases(phrases) => all.extend(phrases.iter().map(|p| folded(p))),
                    Alternative::Class(class) => {
                        all.extend(self.class_phrases(file, rule, &class)?.iter().cloned())
                    }
                }
            }
        }
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn class_phrases(&self, file: &str, rule: &str, class: &str) -> Result<&[String], LexiconError> {
        self.classes.get(class).map(Vec::as_slice).ok_or_else(|| LexiconError::NoClass {
            file: file.to_owned(),
            rule: rule.to_owned(),
            class: class.to_owned(),
        })
    }

    fn slot(&mut self, phrases: Vec<String>, specific: u32) -> SlotId {
        let id = self.specific.len() as SlotId;
        self.specific.push(specific);
        for phrase in phrases {
            self.phrases.entry(phrase).or_default().push(id);
        }
        id
    }

    /// Builds the automaton.
    pub fn finish(self) -> Result<Compiled, LexiconError> {
        let mut phrases: Vec<(String, Vec<SlotId>)> = self.phrases.into_iter().collect();
        phrases.sort();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(phrases.iter().map(|(p, _)| p.as_bytes()))
            .map_err(|error| LexiconError::Automaton(error.to_string()))?;
        let (mut patterns, mut slot_list) = (Vec::with_capacity(phrases.len()), Vec::new());
        for (phrase, slots) in &phrases {
            let first = slot_list.len() as u32;
            slot_list.extend_from_slice(slots);
            let words = phrase.split_ascii_whitespace().count().min(255) as u8;
            patterns.push(Pattern { words, first, last: slot_list.len() as u32 });
        }
        let mut anchored = vec![Vec::new(); self.specific.len()];
        for (i, frame) in self.frames.iter().enumerate() {
            let anchor = frame.slots.iter().max_by_key(|s| self.specific[**s as usize]);
            if let Some(anchor) = anchor {
                anchored[*anchor as usize].push(i as u32);
            }
        }
        Ok(Compiled {
            automaton,
            patterns,
            slot_list,
            slots: self.specific.len(),
            frames: self.frames,
            anchored,
            classes: self.class_slots,
        })
    }
}

/// A phrase as the automaton sees it: folded, between spaces.
fn folded(phrase: &str) -> String {
    let mut out = Folded::default();
    out.clear();
    out.push(phrase, 0);
    String::from_utf8_lossy(&out.text).into_owned()
}
