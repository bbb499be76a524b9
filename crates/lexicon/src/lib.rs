//! Loads, checks and matches `lexicons/`; reads the context of what matched.
//!
//! [`Lexicon::find`] says of a document which passages concern which criterion, how (offered, topic, excluded), how likely,
//! and by which rules. It depends on the document alone, so that one machine and many give the same findings.

mod base;
mod candidate;
mod cells;
mod check;
mod compile;
mod context;
pub mod criteria;
mod error;
mod feature;
mod find;
mod fit_profile;
mod fold;
mod genre;
mod heading;
pub mod learn;
mod load;
mod opener;
mod pairs;
mod party;
mod pattern;
mod plain;
mod profile;
mod quote;
mod scan;
mod signs;
mod solve;
mod source;
mod stance;
mod status;
mod surroundings;
mod voice;
mod weights;

pub use check::Complaint;
pub use error::{CriteriaError, LexiconError};
pub use fit_profile::{Passage as ProfilePassage, ProfileFit};
pub use pattern::PatternError;
pub use plain::plain_document;
pub use weights::{Model, WeightsFile};

use capmap_model::{Document, Elements, Finding};
use compile::Compiled;
use profile::Profiles;
use source::{ContextFile, CriterionFile};
use std::path::Path;
use weights::Weights;

/// The rules of one criteria set, ready to match.
pub struct Lexicon {
    version: String,
    compiled: Compiled,
    criteria: Vec<String>,
    /// For each of them: it is no capability. Asked for every candidate, so it is found out once.
    supplemental: Vec<bool>,
    weights: Weights,
    profiles: Profiles,
    /// Names of concepts, sorted; their places are their numbers.
    concepts: Vec<String>,
    /// Slots whose presence in a block is kept: what rules need.
    guard: Vec<bool>,
    lexicons: Vec<(String, CriterionFile)>,
    context: ContextFile,
    /// The older set's rules, for a set that adds to one.
    base: Option<Box<base::Base>>,
}

impl Lexicon {
    /// The embedded lexicon of a criteria set.
    ///
    /// # Errors
    /// [`LexiconError`] where the set is unknown or a file is broken.
    pub fn embedded(criteria: &str) -> Result<Self, LexiconError> {
        load::build(&load::embedded(), criteria)
    }

    /// A lexicon from a `lexicons/` folder on disk.
    ///
    /// # Errors
    /// [`LexiconError`] naming the file, rule or line.
    pub fn from_folder(root: &Path, criteria: &str) -> Result<Self, LexiconError> {
        load::build(&load::from_folder(root)?, criteria)
    }

    /// The version of the embedded lexicon, without building it; none for a set that has no rules of its own.
    pub fn embedded_version(criteria: &str) -> Option<String> {
        load::version(&load::embedded(), criteria)
    }

    fn new(
        version: String,
        compiled: Compiled,
        criteria: Vec<String>,
        learned: (Weights, Profiles, Vec<String>),
        lexicons: Vec<(String, CriterionFile)>,
        context: ContextFile,
    ) -> Self {
        let (weights, profiles, concepts) = learned;
        let mut guard = vec![false; compiled.slots];
        compiled.finops.iter().chain(&compiled.technology).for_each(|slot| guard[*slot as usize] = true);
        for frame in &compiled.frames {
            for slot in &frame.needs {
                guard[*slot as usize] = true;
            }
        }
        let supplemental = criteria.iter().map(|slug| !criteria::is_capability(slug)).collect();
        Lexicon {
            version,
            compiled,
            criteria,
            supplemental,
            weights,
            profiles,
            concepts,
            guard,
            lexicons,
            context,
            base: None,
        }
    }

    /// The same, standing on the rules of an older set.
    fn on(self, base: Option<Box<base::Base>>) -> Self {
        Lexicon { base, ..self }
    }

    fn older(&self) -> Option<&Lexicon> {
        self.base.as_ref().map(|base| &base.lexicon)
    }

    /// True where a criterion is no capability.
    fn supplemental(&self, criterion: usize) -> bool {
        self.supplemental.get(criterion).copied().unwrap_or(false)
    }

    /// A short hash of all files that it was made of.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What a document says of each criterion, by passage and criterion.
    pub fn find(&self, document: &Document) -> Vec<Finding> {
        let own = find::find(self, document);
        match &self.base {
            Some(base) => base.join(document, own),
            None => own,
        }
    }

    /// Which of scope, deliverables, timelines and outcomes a document states.
    pub fn elements(&self, document: &Document) -> Elements {
        candidate::View::new(self, document).around.elements
    }

    /// What a rule sees, in plain words: for a name as [`capmap_model::Match`] has it.
    pub fn about(&self, rule: &str) -> Option<&str> {
        let own = self.compiled.frames.iter().find(|f| f.name == rule).map(|f| f.about.as_str());
        own.or_else(|| self.older()?.about(rule))
    }

    /// What the lexicon of a criterion looks for, in plain words.
    pub fn purpose(&self, criterion: &str) -> Option<&str> {
        let own = self.lexicons.iter().find(|(_, f)| f.criterion == criterion);
        own.map(|(_, f)| f.purpose.as_str()).or_else(|| self.older()?.purpose(criterion))
    }

    /// Every rule that finds evidence, as `criterion/rule`, in order.
    pub fn rule_names(&self) -> Vec<String> {
        let finds = |f: &&compile::Frame| matches!(f.effect, compile::Effect::Evidence { .. });
        let mut names: Vec<String> =
            self.compiled.frames.iter().filter(finds).map(|f| f.name.clone()).collect();
        names.extend(self.older().map(Lexicon::rule_names).unwrap_or_default());
        names.sort();
        names.dedup();
        names
    }

    /// All phrases of the set itself as they are matched (folded: lower case, no accents), one a line.
    pub fn phrase_texts(&self) -> &str {
        &self.compiled.texts
    }

    /// How many phrases the automaton holds.
    pub fn phrases(&self) -> usize {
        self.compiled.patterns.len() + self.older().map_or(0, Lexicon::phrases)
    }
}
