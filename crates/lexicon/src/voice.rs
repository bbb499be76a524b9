//! Who speaks in a document: a provider of its own work, or somebody who advises, explains, tells a story, shows a product.
//!
//! Lists of a provider's page are mostly noun phrases that do not say who acts. The sentences around them do; so do sentences
//! whose subject is a name that keeps acting as a provider does ("Harrow Lane delivers ...").

use crate::compile::Compiled;
use crate::context::classes;
use crate::fold::Shape;
use crate::scan::{Scan, Seen};
use crate::source::CueClass;
use capmap_model::Document;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What a provider does in the sentence that makes its name known.
const ACTS: [&[u8]; 26] = [
    b"provides",
    b"delivers",
    b"offers",
    b"helps",
    b"supports",
    b"works",
    b"assists",
    b"partners",
    b"brings",
    b"designs",
    b"builds",
    b"manages",
    b"will",
    b"shall",
    b"specialises",
    b"specializes",
    b"conducts",
    b"performs",
    b"advises",
    b"guides",
    b"prepares",
    b"reviews",
    b"runs",
    b"undertakes",
    b"assesses",
    b"implements",
];

/// Capitalized subjects of such sentences that are nobody's name, and sellers whose products are talked about.
const NOT_NAMES: [&[u8]; 40] = [
    b"it",
    b"this",
    b"that",
    b"we",
    b"you",
    b"he",
    b"she",
    b"they",
    b"who",
    b"which",
    b"client",
    b"customer",
    b"buyer",
    b"agency",
    b"government",
    b"council",
    b"finops",
    b"cloud",
    b"aws",
    b"amazon",
    b"azure",
    b"microsoft",
    b"google",
    b"gcp",
    b"oracle",
    b"ibm",
    b"alibaba",
    b"kubernetes",
    b"terraform",
    b"vmware",
    b"snowflake",
    b"databricks",
    b"salesforce",
    b"sap",
    b"servicenow",
    b"finance",
    b"engineering",
    b"everyone",
    b"leadership",
    b"procurement",
];

/// Longest name, in words.
const LONGEST: usize = 4;

/// A name counts once it acted this often.
const LEAST_ACTS: usize = 2;

/// Voices of a section count beside this many of its document.
const DOCUMENT_SHARE: f32 = 2.0;

/// Who speaks, by block and section. Balances run from -1 (others) to 1 (the provider).
#[derive(Debug, Clone, Default)]
pub(crate) struct Voices {
    /// The provider's own names, folded.
    names: HashSet<Vec<u8>>,
    /// Of the whole document.
    pub document: f32,
    sections: BTreeMap<Option<usize>, f32>,
}

impl Voices {
    /// Listens to a whole document.
    pub fn of(document: &Document, scan: &Scan, compiled: &Compiled) -> Self {
        let mut out = Voices { names: names(scan), ..Voices::default() };
        let mut counts: BTreeMap<Option<usize>, (f32, f32)> = BTreeMap::new();
        for (block, seen) in document.blocks.iter().zip(&scan.blocks) {
            let (ours, others) = out.voice(scan, seen, compiled);
            let sum = counts.entry(block.section).or_default();
            sum.0 += f32::from(u8::from(ours));
            sum.1 += f32::from(u8::from(others));
        }
        let (ours, others) = counts.values().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
        out.document = (ours - others) / (ours + others + 2.0);
        let near = |(a, b): (f32, f32)| (a - b + DOCUMENT_SHARE * out.document) / (a + b + DOCUMENT_SHARE);
        out.sections = counts.into_iter().map(|(section, sums)| (section, near(sums))).collect();
        out
    }

    /// The balance of a section, leaning on its document's where it says little itself.
    pub fn section(&self, section: Option<usize>) -> f32 {
        self.sections.get(&section).copied().unwrap_or(self.document)
    }

    /// True where the provider's name opens the sentence of tokens `first..last`.
    pub fn named(&self, scan: &Scan, first: u32, last: u32) -> bool {
        subject(scan, first, last).is_some_and(|(name, _)| self.names.contains(&name))
    }

    /// Whether the provider speaks in a block, and whether others do.
    fn voice(&self, scan: &Scan, seen: &Seen, compiled: &Compiled) -> (bool, bool) {
        if seen.first == seen.last {
            return (false, false);
        }
        let all = classes(seen.first, seen.last, seen, compiled);
        let ours = all.contains(&CueClass::Provider) || self.named_in(scan, seen);
        let others = all.iter().any(|class| {
            matches!(class, CueClass::Advice | CueClass::Definition | CueClass::Story | CueClass::Product)
        });
        (ours, others && !ours)
    }

    fn named_in(&self, scan: &Scan, seen: &Seen) -> bool {
        !self.names.is_empty() && scan.sentences(seen).any(|(first, last)| self.named(scan, first, last))
    }
}

/// The capitalized words that open a sentence, and the word after them.
fn subject(scan: &Scan, first: u32, last: u32) -> Option<(Vec<u8>, u32)> {
    let tokens = &scan.folded.tokens;
    let capital = |t: &u32| tokens[*t as usize].shape == Shape::Capital;
    let words = (first..last).take_while(capital).take(LONGEST + 1).count();
    if words == 0 || words > LONGEST {
        return None;
    }
    let after = first + words as u32;
    let name: Vec<&[u8]> = (first..after).map(|t| scan.folded.word(t as usize)).collect();
    Some((name.join(&b' '), after))
}

/// Names that act as a provider does, often enough, and are no common word of the same document.
fn names(scan: &Scan) -> HashSet<Vec<u8>> {
    let mut acts: HashMap<Vec<u8>, usize> = HashMap::new();
    for seen in &scan.blocks {
        for (first, last) in scan.sentences(seen) {
            let Some((name, after)) = subject(scan, first, last) else { continue };
            if after < last && ACTS.contains(&scan.folded.word(after as usize)) {
                *acts.entry(name).or_default() += 1;
            }
        }
    }
    acts.retain(|name, n| {
        let opens = name.split(|b| *b == b' ').next().unwrap_or(name);
        *n >= LEAST_ACTS && !NOT_NAMES.contains(&opens)
    });
    let tokens = scan.folded.tokens.iter().enumerate();
    for (at, _) in tokens.filter(|(_, t)| t.shape == Shape::Lower) {
        acts.remove(scan.folded.word(at));
    }
    acts.into_keys().collect()
}
