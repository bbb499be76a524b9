//! What a person said.

use crate::{Citation, CriterionId};
use serde::{Deserialize, Serialize};

/// One decision on one suggestion. Only ever added, never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The suggestion's id.
    pub suggestion: String,
    /// The criterion it counts for.
    pub criterion: CriterionId,
    /// The words that were decided on, kept so that the decision outlives the suggestion.
    pub citation: Citation,
    /// What was said.
    pub choice: Choice,
    /// The reviewer's note.
    pub note: Option<String>,
    /// Who said it.
    pub reviewer: String,
    /// RFC 3339, UTC; passed in, no step reads the clock.
    pub time: String,
}

/// What a person can say of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// It is evidence.
    Confirm,
    /// It is not.
    Reject,
    /// Later.
    Defer,
    /// Takes the reviewer's last decision on it back.
    Undo,
}
