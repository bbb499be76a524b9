//! The class of a decision at renewal: how much a person has to look before it counts again.

use crate::Fate;
use capmap_model::CueKind;
use serde::{Deserialize, Serialize};

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The same words in the same section of the same document.
    Same,
    /// The same words in another section or document.
    Moved,
    /// The same words under another cue: now under Exclusions, say.
    ContextChanged,
    /// Other words at what is still the same passage.
    Edited,
    /// Nowhere any more.
    Gone,
    /// The same passage; its criterion has another name.
    CriterionRenamed,
    /// The same passage; its criterion was joined with another.
    CriterionMerged,
    /// The same passage; its criterion became several.
    CriterionSplit,
    /// Nobody has decided on it: an offer in words that the old documents did not have.
    New,
}

impl Class {
    /// As in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Class::Same => "same",
            Class::Moved => "moved",
            Class::ContextChanged => "context-changed",
            Class::Edited => "edited",
            Class::Gone => "gone",
            Class::CriterionRenamed => "criterion-renamed",
            Class::CriterionMerged => "criterion-merged",
            Class::CriterionSplit => "criterion-split",
            Class::New => "new",
        }
    }

    /// True where the words and what governs them are the same: one key re-affirms, and a rejection stays hidden.
    pub fn holds(self) -> bool {
        !matches!(self, Class::ContextChanged | Class::Edited | Class::Gone | Class::New)
    }
}

/// What surrounds a passage, as far as it decides the class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<'a> {
    /// The document's path or URL.
    pub source: &'a str,
    /// Heading texts, outermost first.
    pub section: &'a [String],
    /// What demotes it by the rules of today; for both sides by the same rules.
    pub cue: Option<CueKind>,
}

/// The class of a passage. `exact` says that its words are the same.
pub fn classify(old: &Setting<'_>, new: Option<&Setting<'_>>, exact: bool) -> Class {
    match new {
        None => Class::Gone,
        Some(_) if !exact => Class::Edited,
        Some(new) if new.cue != old.cue => Class::ContextChanged,
        Some(new) if new.source == old.source && new.section == old.section => Class::Same,
        Some(_) => Class::Moved,
    }
}

/// The class of a decision whose passage is of class `passage` and whose criterion met this fate. What changed in the
/// passage matters more than a name; a criterion that was dropped takes its decisions with it.
pub fn of_criterion(passage: Class, fate: &Fate) -> Class {
    match fate {
        Fate::Dropped => Class::Gone,
        _ if !passage.holds() => passage,
        Fate::Same => passage,
        Fate::Renamed(_) => Class::CriterionRenamed,
        Fate::Merged(_) => Class::CriterionMerged,
        Fate::Split(_) => Class::CriterionSplit,
    }
}
