//! The words that the steps share, from a file's bytes to a person's decision. No I/O here.
//!
//! Read in this order: [`Input`] (what was found), [`Document`] (what was read), [`Finding`] (what a rule saw),
//! [`Suggestion`] (what a person is shown), [`Decision`] (what the person said).

mod citation;
mod criteria_set;
mod criterion;
mod decision;
mod document;
mod finding;
mod fragment;
mod input;
mod span;
mod standing;

pub use citation::{Citation, CiteError};
pub use criteria_set::{CertificationRow, CriteriaSet, Crosswalk, Policy, Supplemental};
pub use criterion::{Criterion, CriterionId, CriterionKind};
pub use decision::{Choice, Decision};
pub use document::{
    Block, BlockKind, Cell, Document, DocumentId, Element, Elements, Format, Hidden, HiddenWhy, Page,
    Passage, Role,
};
pub use finding::{Coverage, Cue, CueKind, Finding, Grade, Match, Persona, Reason, Suggestion, Tier};
pub use input::{Capture, Failure, FailureKind, Input, Outcome, Provenance};
pub use span::Span;
pub use standing::{OpenSuggestion, Standing};
