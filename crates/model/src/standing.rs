//! Where one criterion stands, counted over the dossier: what `store` counts and `score` turns into points.

use crate::{CriterionId, Elements, Grade, Tier};
use serde::{Deserialize, Serialize};

/// Evidence and open suggestions of one criterion. Counts are of passages, not of votes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Passages confirmed as evidence, all votes considered.
    pub confirmed: u32,
    /// Of those, from a public address.
    pub public: u32,
    /// Of those, read from the file itself and not by optical recognition.
    pub not_ocr: u32,
    /// RFC 3339 date of the youngest confirmed passage; none where no date is known.
    pub newest: Option<String>,
    /// Passages that were rejected.
    pub rejected: u32,
    /// Passages that nobody has settled: never looked at, deferred, or carried over and not re-affirmed.
    pub undecided: u32,
    /// Passages on which votes differ and nobody has adjudicated.
    pub conflicts: u32,
    /// The best of the undecided.
    pub best_open: Option<OpenSuggestion>,
}

/// An undecided suggestion, as far as it matters for what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSuggestion {
    /// The suggestion's id.
    pub suggestion: String,
    /// How it stands to the criterion.
    pub grade: Grade,
    /// How sure.
    pub tier: Tier,
    /// What the section around it states.
    pub elements: Elements,
}

impl Standing {
    /// Nothing found, nothing decided.
    pub fn empty(criterion: CriterionId) -> Self {
        Standing {
            criterion,
            confirmed: 0,
            public: 0,
            not_ocr: 0,
            newest: None,
            rejected: 0,
            undecided: 0,
            conflicts: 0,
            best_open: None,
        }
    }
}
