//! What can happen in a review. Events are only ever added; a later program must still read every one written today.

use crate::canonical::canonical;
use capmap_model::{Choice, Citation, CriterionId};
use serde::{Deserialize, Serialize};

/// One thing that a person did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Counted from 1 without gaps.
    pub seq: u64,
    /// RFC 3339, UTC; passed in.
    pub time: String,
    /// Who did it.
    pub reviewer: String,
    /// Set where the event was made in another dossier and imported here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// What was done.
    pub action: Action,
}

/// Where an imported event stood before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Its hash there, which names it for ever.
    pub hash: String,
    /// Its number there.
    pub seq: u64,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// One vote on one passage.
    Decide {
        /// Which passage.
        target: Target,
        /// Confirm, reject or defer.
        choice: Choice,
        /// Why, in the reviewer's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Takes an earlier event back, whole.
    Undo {
        /// Its number.
        event: u64,
    },
    /// A remark without a vote.
    Note {
        /// Which passage.
        target: Target,
        /// The remark.
        text: String,
    },
    /// Evidence found by hand; it counts as the finder's confirmation.
    Add {
        /// Which passage.
        target: Target,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The last word where votes differ.
    Adjudicate {
        /// Which passage.
        target: Target,
        /// Confirm or reject.
        choice: Choice,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// The same vote on several passages.
    Bulk {
        /// What they have in common, in plain words.
        by: String,
        /// Reject; confirm only for identical words.
        choice: Choice,
        /// All of them, so that the list can be checked later.
        targets: Vec<Target>,
    },
    /// A decision of an earlier cycle, placed on its passage here. A confirmation scores only once re-affirmed.
    CarryOver {
        /// Which passage, here.
        target: Target,
        /// What was said then.
        choice: Choice,
        /// What became of the passage: `same`, `moved`, `context-changed`, `edited`...
        class: String,
        /// Where it comes from.
        from: Box<CarriedFrom>,
    },
    /// A carried-over confirmation holds here too.
    Reaffirm {
        /// Which passage.
        target: Target,
    },
}

/// Where a carried-over decision was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CarriedFrom {
    /// Hash of the last event of the old dossier: names the cycle.
    pub log: String,
    /// The old event's number.
    pub event: u64,
    /// Who decided then.
    pub reviewer: String,
    /// When.
    pub time: String,
    /// The words that were decided on.
    pub citation: Citation,
}

/// A passage that was decided on: enough to find it again when ids and ranges have shifted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// The item's id at that time.
    pub id: String,
    /// For which criterion.
    pub criterion: CriterionId,
    /// The exact words and their place.
    pub citation: Citation,
}

impl Action {
    /// The passages that it is about; none for an undo.
    pub fn targets(&self) -> &[Target] {
        match self {
            Action::Decide { target, .. }
            | Action::Note { target, .. }
            | Action::Add { target, .. }
            | Action::Adjudicate { target, .. }
            | Action::CarryOver { target, .. }
            | Action::Reaffirm { target } => std::slice::from_ref(target),
            Action::Bulk { targets, .. } => targets,
            Action::Undo { .. } => &[],
        }
    }

    /// What it says of its passages, where it says something.
    pub fn choice(&self) -> Option<Choice> {
        match self {
            Action::Decide { choice, .. }
            | Action::Adjudicate { choice, .. }
            | Action::Bulk { choice, .. }
            | Action::CarryOver { choice, .. } => Some(*choice),
            Action::Add { .. } | Action::Reaffirm { .. } => Some(Choice::Confirm),
            Action::Note { .. } | Action::Undo { .. } => None,
        }
    }

    /// The note that goes with it.
    pub fn note(&self) -> Option<&str> {
        match self {
            Action::Decide { note, .. } | Action::Add { note, .. } | Action::Adjudicate { note, .. } => {
                note.as_deref()
            }
            Action::Note { text, .. } => Some(text),
            Action::Bulk { by, .. } => Some(by),
            _ => None,
        }
    }

    /// Its kind as in the log: `decide`, `undo`...
    pub fn kind(&self) -> &'static str {
        match self {
            Action::Decide { .. } => "decide",
            Action::Undo { .. } => "undo",
            Action::Note { .. } => "note",
            Action::Add { .. } => "add",
            Action::Adjudicate { .. } => "adjudicate",
            Action::Bulk { .. } => "bulk",
            Action::CarryOver { .. } => "carry-over",
            Action::Reaffirm { .. } => "reaffirm",
        }
    }
}

impl Event {
    /// The text that is stored and hashed.
    pub(crate) fn body(&self) -> Result<String, serde_json::Error> {
        Ok(canonical(&serde_json::to_value(self)?))
    }
}
