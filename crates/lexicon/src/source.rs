//! The lexicon files as people write them: vocabulary, context cues, one file per criterion.

use crate::error::LexiconError;
use capmap_model::{Element, Persona};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `vocabulary.toml`: word classes that rules share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VocabularyFile {
    pub class: BTreeMap<String, Class>,
}

/// `concepts.toml`: kinds of things that people name in many ways.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConceptsFile {
    pub concept: BTreeMap<String, Class>,
}

/// Words that mean the same kind of thing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Class {
    pub about: String,
    pub any: Vec<String>,
}

/// `context.toml`: what raises and demotes a passage, whatever the criterion.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextFile {
    pub cue: Vec<CueRule>,
    pub role: Vec<RoleRule>,
    pub element: Vec<ElementRule>,
    pub persona: Vec<PersonaRule>,
}

/// Words that tell what kind of document this is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RoleRule {
    pub role: DocumentRole,
    /// How much one hit in a title counts; a hit in the text counts a tenth.
    pub weight: f32,
    /// Hits in the text count nothing.
    #[serde(default)]
    pub title_only: bool,
    /// Words of a path or an address that tell it; one of them counts as two hits in a title.
    #[serde(default)]
    pub path: Vec<String>,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub all: Vec<String>,
    pub within: Option<u32>,
    #[serde(default)]
    pub ordered: bool,
}

/// What kind of document a passage stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentRole {
    /// Statement of work, work order, engagement letter.
    Sow,
    /// A page or catalogue that describes services.
    ServicePage,
    /// General terms.
    Terms,
    /// Article, guide, documentation.
    Blog,
    /// A client story.
    CaseStudy,
    /// An offer.
    Proposal,
    /// An internal or client policy.
    Policy,
    /// A buyer's request.
    Rfp,
    /// A product's data sheet.
    Datasheet,
}

/// Words that state scope, deliverables, timelines or outcomes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ElementRule {
    pub element: Element,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub all: Vec<String>,
    pub within: Option<u32>,
    #[serde(default)]
    pub ordered: bool,
}

/// Words that name a persona of the Framework.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonaRule {
    pub persona: Persona,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub all: Vec<String>,
    pub within: Option<u32>,
    #[serde(default)]
    pub ordered: bool,
}

/// One cue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CueRule {
    pub id: String,
    pub about: String,
    pub kind: CueClass,
    #[serde(default)]
    pub reach: Reach,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub all: Vec<String>,
    pub within: Option<u32>,
    #[serde(default)]
    pub ordered: bool,
    /// A sentence in which it fires.
    #[serde(default)]
    pub hit: Vec<String>,
    /// A sentence in which it does not.
    #[serde(default)]
    pub miss: Vec<String>,
}

/// What a cue does to what it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CueClass {
    /// Not provided.
    Exclusion,
    /// The client's own duty.
    ClientDuty,
    /// Optional, later, not ordered.
    NotBought,
    /// Says that it is in scope; undoes an outer exclusion.
    InScope,
    /// Described elsewhere.
    Pointer,
    /// Explains a term.
    Definition,
    /// Tells the reader what to do.
    Advice,
    /// The client's pain, need or plan.
    ClientPain,
    /// What was done for somebody, once.
    Story,
    /// What a product does.
    Product,
    /// Law, payment, confidentiality, cookies.
    Boilerplate,
    /// The provider acts.
    Provider,
    /// A verb of service.
    Activity,
    /// Technology cost, usage, value or carbon.
    Subject,
    /// Words of an outcome or a promise to the client.
    Promise,
    /// A heading or lead-in that opens services or deliverables.
    Service,
    /// Words that look like a cue and are none: they hide any cue they overlap.
    Pseudo,
    /// Ends the reach of a cue.
    Stop,
    /// Turns a cue round for what follows.
    Except,
}

/// In which direction a cue reaches within its sentence or cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reach {
    /// What follows.
    Forward,
    /// What stands before.
    Backward,
    /// The whole sentence.
    #[default]
    Sentence,
    /// What follows, and only where the cue opens its sentence or cell.
    Opening,
    /// Only where the sentence, heading, lead-in or header cell says hardly anything else.
    Title,
    /// As `title`, but not in a heading.
    Lead,
    /// Only where a heading, lead-in or header cell says this and nothing else but its number.
    Whole,
}

/// The words of a frame: `any` of these phrases, or `all` of these slots near each other in one sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameText<'a> {
    /// Any of these fires.
    pub any: &'a [String],
    /// All of these must stand in one sentence, within `within` words.
    pub all: &'a [String],
    /// Words from the first to the last, at most.
    pub within: Option<u32>,
    /// The slots must come in the order given.
    pub ordered: bool,
}

macro_rules! has_frame {
    ($($rule:ty),*) => {$(
        impl $rule {
            /// The words of this rule.
            pub(crate) fn frame(&self) -> FrameText<'_> {
                FrameText { any: &self.any, all: &self.all, within: self.within, ordered: self.ordered }
            }
        }
    )*};
}
has_frame!(CueRule, RoleRule, ElementRule, PersonaRule, RuleText, FriendText);

/// `<criterion>.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CriterionFile {
    pub criterion: String,
    /// What the lexicon looks for, in our own words.
    pub purpose: String,
    #[serde(default)]
    pub rule: Vec<RuleText>,
    #[serde(default, rename = "false-friend")]
    pub false_friend: Vec<FriendText>,
}

/// One rule of evidence.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleText {
    pub id: String,
    pub about: String,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub all: Vec<String>,
    pub within: Option<u32>,
    #[serde(default)]
    pub ordered: bool,
    /// One of these must stand in the passage, its headings, lead-in or header cells.
    #[serde(default)]
    pub needs: Vec<String>,
    /// None of these may stand in the same sentence.
    #[serde(default)]
    pub unless: Vec<String>,
    /// 3 settles it, 2 strong, 1 fair, 0.5 a hint.
    pub weight: f32,
    #[serde(default)]
    pub subject: Subject,
    pub hit: Vec<String>,
    pub miss: Vec<String>,
}

/// Whether the client's technology cost, usage, value or carbon must be near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Subject {
    /// It must stand in the passage, its headings or the document's drift.
    #[default]
    Needed,
    /// It must stand in the passage itself, its headings or lead-in.
    Near,
    /// The rule's own words carry it.
    Carried,
}

/// Words that sound like the criterion and are not.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FriendText {
    pub id: String,
    pub about: String,
    #[serde(default)]
    pub any: Vec<String>,
    #[serde(default)]
    pub all: Vec<String>,
    pub within: Option<u32>,
    #[serde(default)]
    pub ordered: bool,
    /// How far it silences the rules: `words` it overlaps, its `sentence`, or the `passage` and what a heading governs.
    #[serde(default)]
    pub silences: Silences,
    /// Texts that must not be suggested.
    pub miss: Vec<String>,
    /// Texts that must be, in spite of it.
    #[serde(default)]
    pub hit: Vec<String>,
}

/// How far a false friend reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Silences {
    /// Matches that share a word with it.
    Words,
    /// Matches in the same sentence or cell, but for rules of weight 3.
    #[default]
    Sentence,
    /// Matches in the same passage, but for rules of weight 3.
    Passage,
}

/// Reads one TOML file of a lexicon.
pub(crate) fn parse<'a, T: Deserialize<'a>>(name: &str, text: &'a str) -> Result<T, LexiconError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count().max(1));
        LexiconError::Syntax { file: name.to_owned(), line, what: error.message().to_owned() }
    })
}
