//! Turns the lexicon files into slots, frames and one automaton.
//!
//! A *slot* is a set of phrases; a *frame* is one or more slots that must stand near each other, with what follows when
//! they do (its [`Effect`]). Evidence rules, false friends and context cues are all frames, so there is one way to match.

use crate::error::LexiconError;
use crate::fold::Folded;
use crate::pattern::{self, Alternative, Part};
use crate::source::{CueClass, DocumentRole, FrameText, Reach, RoleRule, Silences, Subject};
use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use capmap_model::{Element, Persona};
use std::collections::{BTreeMap, HashMap};

/// Index of a slot.
pub(crate) type SlotId = u32;

/// The words of one place in a frame: any of these slots. A class is shared by all frames that use it, so that a common
/// word counts once however many rules name its class.
pub(crate) type Words = Vec<SlotId>;

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
    Role { role: DocumentRole, weight: f32, title_only: bool },
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
    pub slots: Vec<Words>,
    pub within: u32,
    pub ordered: bool,
    pub needs: Words,
    pub unless: Words,
    pub effect: Effect,
}

/// All phrases in one automaton, and what each of them may begin.
pub(crate) struct Compiled {
    pub automaton: AhoCorasick,
    /// Slots of each pattern, as ranges into `slot_list`.
    pub patterns: Vec<Pattern>,
    /// All phrases, one a line, in the order of `patterns`.
    pub texts: String,
    pub slot_list: Vec<SlotId>,
    pub slots: usize,
    pub frames: Vec<Frame>,
    /// Frames to try when a slot was seen, by slot.
    pub anchored: Vec<Vec<Anchor>>,
    pub joins: Vec<Join>,
    /// Joins to try when a slot was seen, by slot.
    pub joined: Vec<Vec<u32>>,
    /// Concepts that a slot names, by slot.
    pub concept_of: Vec<Vec<u16>>,
    /// The class that names the field.
    pub finops: Words,
    /// The class of technology.
    pub technology: Words,
    /// Words of a path that tell the document's role, and how much they count.
    pub paths: HashMap<String, (DocumentRole, f32)>,
}

/// Slots that must follow each other, word on word: the small form of a phrase with many spellings.
#[derive(Debug)]
pub(crate) struct Join {
    /// The parts, and whether each may be left out.
    pub parts: Vec<(SlotId, bool)>,
    /// The slot that is seen then.
    pub slot: SlotId,
    /// The part from which it is tried.
    pub anchor: usize,
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
    classes: BTreeMap<String, Words>,
    inline_slots: HashMap<Vec<String>, SlotId>,
    /// Mean letters of a slot's phrases; 0 for classes, which are never a frame's anchor if it has another.
    specific: Vec<u32>,
    frames: Vec<Frame>,
    joins: Vec<Join>,
    concepts: Vec<Words>,
    paths: HashMap<String, (DocumentRole, f32)>,
}

/// A word of the path counts as many hits in a title.
const PATH_WORD: f32 = 2.0;

impl Compiler {
    /// Registers the words of paths that tell a document's role; the word that two of them name, as an error.
    pub fn paths<'r>(&mut self, roles: &'r [RoleRule]) -> Result<(), &'r str> {
        for (rule, word) in roles.iter().flat_map(|rule| rule.path.iter().map(move |word| (rule, word))) {
            if self.paths.insert(word.clone(), (rule.role, rule.weight * PATH_WORD)).is_some() {
                return Err(word);
            }
        }
        Ok(())
    }

    /// Registers a concept; they are numbered in the order in which they come.
    pub fn concept(&mut self, name: &str, any: &[String]) -> Result<(), LexiconError> {
        let words = self.words("concepts.toml", name, any, true)?;
        self.concepts.push(words);
        Ok(())
    }

    /// Registers a class of the vocabulary. Classes may use classes that were registered before.
    pub fn class(&mut self, name: &str, any: &[String]) -> Result<(), LexiconError> {
        let words = self.words("vocabulary.toml", name, any, true)?;
        self.classes.insert(name.to_owned(), words);
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
        let slots = match (text.any.is_empty(), text.all.is_empty()) {
            (false, true) => vec![self.words(file, rule, text.any, false)?],
            (true, false) => {
                let one = |s| self.words(file, rule, std::slice::from_ref(s), false);
                text.all.iter().map(one).collect::<Result<_, _>>()?
            }
            _ => {
                let what = "give either `any` or `all`".to_owned();
                return Err(LexiconError::Rule { file: file.to_owned(), rule: rule.to_owned(), what });
            }
        };
        let needs = self.words(file, rule, guards.0, false)?;
        let unless = self.words(file, rule, guards.1, false)?;
        let within = text.within.unwrap_or(DEFAULT_WITHIN);
        let (name, about) = (id.to_owned(), about.to_owned());
        self.frames.push(Frame { name, about, slots, within, ordered: text.ordered, needs, unless, effect });
        Ok(())
    }

    /// The slots of some alternatives: one of their own phrases, and those of the classes that they name.
    fn words(&mut self, file: &str, rule: &str, any: &[String], class: bool) -> Result<Words, LexiconError> {
        let (mut own, mut words) = (Vec::new(), Words::new());
        for text in any {
            let wrong =
                |source| LexiconError::Pattern { file: file.to_owned(), rule: rule.to_owned(), source };
            for alternative in pattern::slot(text).map_err(wrong)? {
                match alternative {
                    Alternative::Phrases(phrases) => own.extend(phrases.iter().map(|p| folded(p))),
                    Alternative::Sequence(parts) => words.push(self.join(&parts)),
                    Alternative::Class(name) => words.extend(self.class_words(file, rule, &name)?),
                }
            }
        }
        own.sort();
        own.dedup();
        if !own.is_empty() {
            words.push(self.slot(own, class));
        }
        words.sort_unstable();
        words.dedup();
        Ok(words)
    }

    /// A slot that is seen where its parts follow each other.
    fn join(&mut self, parts: &[Part]) -> SlotId {
        let parts: Vec<(SlotId, bool)> = parts
            .iter()
            .map(|part| (self.slot(part.phrases.iter().map(|p| folded(p)).collect(), false), part.optional))
            .collect();
        if let Some(join) = self.joins.iter().find(|j| j.parts == parts) {
            return join.slot;
        }
        let slot = self.specific.len() as SlotId;
        let letters = parts.iter().filter(|p| !p.1).map(|p| self.specific[p.0 as usize]).sum();
        self.specific.push(letters);
        let required = (0..parts.len()).filter(|i| !parts[*i].1);
        let anchor = required.max_by_key(|i| self.specific[parts[*i].0 as usize]).unwrap_or(0);
        self.joins.push(Join { parts, slot, anchor });
        slot
    }

    fn class_words(&self, file: &str, rule: &str, class: &str) -> Result<&[SlotId], LexiconError> {
        self.classes.get(class).map(Vec::as_slice).ok_or_else(|| LexiconError::NoClass {
            file: file.to_owned(),
            rule: rule.to_owned(),
            class: class.to_owned(),
        })
    }

    fn slot(&mut self, phrases: Vec<String>, class: bool) -> SlotId {
        if let Some(slot) = self.inline_slots.get(&phrases) {
            return *slot;
        }
        let letters: usize = phrases.iter().map(String::len).sum();
        let specific = if class { 0 } else { letters / phrases.len().max(1) + 1 };
        let id = self.specific.len() as SlotId;
        self.specific.push(specific as u32);
        for phrase in &phrases {
            self.phrases.entry(phrase.clone()).or_default().push(id);
        }
        self.inline_slots.insert(phrases, id);
        id
    }

    /// Builds the automaton.
    pub fn finish(self) -> Result<Compiled, LexiconError> {
        let anchored = self.anchors();
        let class = |name: &str| self.classes.get(name).cloned().unwrap_or_default();
        let (finops, technology) = (class("b-finops"), class("p-technology"));
        let mut phrases: Vec<(String, Vec<SlotId>)> = self.phrases.into_iter().collect();
        phrases.sort();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(phrases.iter().map(|(p, _)| p.as_bytes()))
            .map_err(|error| LexiconError::Automaton(error.to_string()))?;
        let (mut patterns, mut slot_list) = (Vec::with_capacity(phrases.len()), Vec::new());
        let mut texts = String::new();
        for (phrase, slots) in &phrases {
            let first = slot_list.len() as u32;
            slot_list.extend_from_slice(slots);
            let words = phrase.split_ascii_whitespace().count().min(255) as u8;
            texts.push_str(phrase);
            texts.push('\n');
            patterns.push(Pattern { words, first, last: slot_list.len() as u32 });
        }
        let slots = self.specific.len();
        let mut joined = vec![Vec::new(); slots];
        for (i, join) in self.joins.iter().enumerate() {
            joined[join.parts[join.anchor].0 as usize].push(i as u32);
        }
        let mut concept_of = vec![Vec::new(); slots];
        for (concept, words) in self.concepts.iter().enumerate() {
            words.iter().for_each(|slot| concept_of[*slot as usize].push(concept as u16));
        }
        Ok(Compiled {
            automaton,
            patterns,
            texts,
            slot_list,
            slots,
            frames: self.frames,
            anchored,
            joins: self.joins,
            joined,
            concept_of,
            finops,
            technology,
            paths: self.paths,
        })
    }

    /// For each slot the frames to try when it was seen: each frame is tried at its rarest place only.
    fn anchors(&self) -> Vec<Vec<Anchor>> {
        let mut anchored = vec![Vec::new(); self.specific.len()];
        let rare = |words: &Words| words.iter().map(|s| self.specific[*s as usize]).min().unwrap_or(0);
        for (i, frame) in self.frames.iter().enumerate() {
            let place =
                (0..frame.slots.len()).max_by_key(|p| (rare(&frame.slots[*p]), std::cmp::Reverse(*p)));
            for slot in place.iter().flat_map(|p| &frame.slots[*p]) {
                anchored[*slot as usize].push(Anchor { frame: i as u32, place: place.unwrap_or(0) as u32 });
            }
        }
        anchored
    }
}

/// A frame to try where a slot was seen, and which of its places the slot fills.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchor {
    pub frame: u32,
    pub place: u32,
}

/// A phrase as the automaton sees it: folded, between spaces.
fn folded(phrase: &str) -> String {
    let mut out = Folded::default();
    out.clear();
    out.push(phrase, 0);
    String::from_utf8_lossy(&out.text).into_owned()
}
