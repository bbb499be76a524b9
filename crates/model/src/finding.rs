//! From a rule that fired to what a person is shown.

use crate::{Citation, CriterionId, Elements, Span};
use serde::{Deserialize, Serialize};

/// How a passage stands to a criterion (the annotation guide's 2, 1 and -1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The text says that it is not provided.
    Excluded,
    /// About it, but no service of this provider.
    Topic,
    /// The provider does, delivers or enables it.
    Offered,
}

impl Grade {
    /// The annotation guide's number.
    pub fn number(self) -> i8 {
        match self {
            Grade::Offered => 2,
            Grade::Topic => 1,
            Grade::Excluded => -1,
        }
    }
    /// `offered`, `topic` or `excluded`.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Offered => "offered",
            Grade::Topic => "topic",
            Grade::Excluded => "excluded",
        }
    }
}

/// The best grade found for a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Coverage {
    /// Nothing found.
    None,
    /// Only said not to be provided.
    Excluded,
    /// Only talked about.
    Topic,
    /// At least one passage offers it.
    Offered,
}

/// How sure a suggestion is, in words with a measured meaning (`docs/quality.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// A person should look; more often wrong than right.
    Check,
    /// More often right than wrong.
    Likely,
    /// Right in nine of ten or more.
    Strong,
}

/// What demoted a passage, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cue {
    /// What kind of cue.
    pub kind: CueKind,
    /// The words of the cue ("out of scope"), or of the heading, lead-in or table header that reaches here.
    pub text: String,
    /// Where the cue stands; may be outside the passage.
    pub span: Span,
}

/// Why a passage is not an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueKind {
    /// Out of scope, not included, excludes.
    Exclusion,
    /// The client shall provide it.
    ClientDuty,
    /// Optional, separate SOW, phase not bought, on request.
    NotBought,
    /// See elsewhere.
    Pointer,
    /// A definition or explanation.
    Definition,
    /// Advice to the reader.
    Advice,
    /// The client's pain or plan.
    ClientPain,
    /// A past client story.
    Story,
    /// What a product does.
    Product,
    /// Contract boilerplate, legal or cookie text.
    Boilerplate,
    /// Menu, footer, contents or repeated block.
    Chrome,
    /// A list of names without a word on doing it.
    NameOnly,
}

impl CueKind {
    /// True where the passage becomes `excluded`; else it becomes `topic`.
    pub fn excludes(self) -> bool {
        matches!(self, CueKind::Exclusion | CueKind::ClientDuty | CueKind::NotBought)
    }
}

/// One rule that fired at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// `criterion/rule` as in the lexicon.
    pub rule: String,
    /// The matched words, from the first to the last that the rule needs.
    pub span: Span,
}

/// What the lexicon says of one passage for one criterion. Depends on the document alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which criterion.
    pub criterion: CriterionId,
    /// Index into the document's passages.
    pub passage: usize,
    /// What to quote: the sentences, item or cell that carry the matches.
    pub quote: Span,
    /// How it stands to the criterion.
    pub grade: Grade,
    /// What demoted it.
    pub cue: Option<Cue>,
    /// Probability that a strict reviewer agrees with `grade` being offered; 0 to 1. For other grades: that it is about it.
    pub confidence: f32,
    /// The rules that fired, by place.
    pub matches: Vec<Match>,
    /// What spoke for or against besides the rules, in plain words ("the provider acts: 'we build'").
    pub remarks: Vec<String>,
    /// What the section around it states.
    pub elements: Elements,
    /// Framework personas named in the section.
    pub personas: Vec<Persona>,
}

/// A persona of the Framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the names are the Framework's own
pub enum Persona {
    Practitioner,
    Leadership,
    Product,
    Engineering,
    Finance,
    Procurement,
    Itam,
    Itfm,
    Itsm,
    Sustainability,
    Security,
}

/// A reason as shown: the rule, and the words that fired it, in scalar values of the canonical text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `criterion/rule`.
    pub rule: String,
    /// The matched words.
    pub text: String,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// Evidence that the tool suggests; a person confirms it or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Stable for the same document, criterion and range: 12 hex digits.
    pub id: String,
    /// Which criterion.
    pub criterion: CriterionId,
    /// The exact place.
    pub citation: Citation,
    /// How it stands to the criterion.
    pub grade: Grade,
    /// How sure, in words.
    pub tier: Tier,
    /// How sure, as a calibrated probability.
    pub confidence: f32,
    /// What demoted it.
    pub cue: Option<Cue>,
    /// The rules that fired.
    pub why: Vec<Reason>,
    /// The same in plain words.
    pub explanation: String,
    /// What the section around it states.
    pub elements: Elements,
    /// Personas named in the section.
    pub personas: Vec<Persona>,
    /// Text came from optical recognition.
    pub ocr: bool,
    /// Places with (nearly) the same words, cited once: sources with page.
    pub repeats: Vec<String>,
}
