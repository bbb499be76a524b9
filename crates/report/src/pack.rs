//! The evidence pack as a value: everything that leaves the program, gathered by the caller. Every format is made from it
//! alone, and the JSON form reads back into it.

use capmap_model::{
    Capture, Citation, Coverage, CriteriaSet, CriterionId, Cue, DocumentId, Elements, Format, Grade, Persona,
    Provenance, Reason, Standing, Tier,
};
use capmap_score::Readiness;
use serde::{Deserialize, Serialize};

/// Schema of the JSON form.
pub const SCHEMA: &str = "capmap/report/1";

/// Characters of context that a quote is given on each side, where the document has as many.
pub const AROUND: usize = 64;

/// All that a committee is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// [`SCHEMA`].
    pub schema: String,
    /// Name and version of the program.
    pub tool: String,
    /// The day of the report, `2026-11-23`; passed in.
    pub made: String,
    /// Whose documents these are.
    pub applicant: Option<String>,
    /// True where suggestions that nobody confirmed are shown too, marked as such.
    pub draft: bool,
    /// True where notes and reviewers' names were left out.
    pub redacted: bool,
    /// The whole set, so that the file stands by itself.
    pub criteria: CriteriaSet,
    /// Id and version of the set that the documents were mapped with; none where nothing was mapped.
    pub mapped_with: Option<(String, String)>,
    /// Version of the lexicon that suggested.
    pub lexicon: Option<String>,
    /// Every input, read or not, by source.
    pub documents: Vec<PackDocument>,
    /// Where each criterion stands that has evidence or suggestions.
    pub standings: Vec<CriterionStanding>,
    /// Passages that were decided on, and in a draft those that were not; by criterion in the set's order, best first.
    pub evidence: Vec<Evidence>,
    /// What no document shows; none where no profile was given.
    pub readiness: Option<Readiness>,
    /// Who said what, when.
    pub log: Log,
}

/// An input, as far as the pack needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PackDocument {
    /// Path relative to the input folder, or the URL.
    pub source: String,
    /// Hash of its bytes; none where they could not be read.
    pub id: Option<DocumentId>,
    /// What the bytes are.
    pub format: Format,
    /// Where it came from.
    pub provenance: Provenance,
    /// When and where it was fetched.
    pub capture: Option<Capture>,
    /// `read`, `partial`, `unreadable` or `skipped`.
    pub status: String,
    /// Why not all of it was read, and what to do.
    pub reason: Option<String>,
    /// True where something that should have been read was not. The second name of a file that was read is no loss.
    pub loss: bool,
    /// The title that the file states.
    pub title: Option<String>,
    /// Pages; 0 where the format has none.
    pub pages: usize,
    /// Words of its text.
    pub words: usize,
    /// Day that says how old it is.
    pub dated: Option<String>,
    /// What it states.
    pub elements: Elements,
    /// In which ways text was hidden in it, in plain words; never matched.
    pub hidden: Vec<String>,
    /// What a person should know about the reading.
    pub notes: Vec<String>,
}

/// Where one criterion stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CriterionStanding {
    /// The best grade found, decided or not.
    pub coverage: Coverage,
    /// The counts that the score is made of.
    pub standing: Standing,
}

/// A passage, what was said of it, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Its id in the dossier.
    pub id: String,
    /// For which criterion.
    pub criterion: CriterionId,
    /// The exact words and their place.
    pub citation: Citation,
    /// At most [`AROUND`] characters before the quote.
    pub before: String,
    /// At most [`AROUND`] characters after it.
    pub after: String,
    /// Address that opens the document at the place.
    pub link: String,
    /// All votes considered.
    pub outcome: Outcome,
    /// `suggested`, `added` or `kept`.
    pub origin: String,
    /// How the program graded it.
    pub grade: Grade,
    /// How sure it was.
    pub tier: Tier,
    /// How sure, as a calibrated probability; 0 for what a person added.
    pub confidence: f32,
    /// What demoted it.
    pub cue: Option<Cue>,
    /// The rules that fired.
    pub why: Vec<Reason>,
    /// The same in plain words; empty for what a person added.
    pub explanation: String,
    /// What the section around it states.
    pub elements: Elements,
    /// Personas named in the section.
    pub personas: Vec<Persona>,
    /// Read by optical recognition.
    pub ocr: bool,
    /// Stands at a public address.
    pub public: bool,
    /// Places with nearly the same words.
    pub repeats: Vec<String>,
    /// Votes and notes that stand, oldest first.
    pub votes: Vec<Vote>,
}

/// Where a passage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It is evidence.
    Confirmed,
    /// Votes differ; counts for nothing.
    Conflict,
    /// Confirmed in an earlier cycle and not re-affirmed; counts for nothing.
    Carried,
    /// Put off.
    Deferred,
    /// Nobody has said anything.
    Undecided,
    /// It is not.
    Rejected,
}

impl Outcome {
    /// As in the JSON form.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Confirmed => "confirmed",
            Outcome::Conflict => "conflict",
            Outcome::Carried => "carried",
            Outcome::Deferred => "deferred",
            Outcome::Undecided => "undecided",
            Outcome::Rejected => "rejected",
        }
    }
}

/// A vote or note that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Number of its event in the log.
    pub event: u64,
    /// Who; "reviewer 1" where names were left out.
    pub reviewer: String,
    /// `vote`, `adjudication`, `carried` or `note`.
    pub kind: String,
    /// `confirm`, `reject` or `defer`; none for a note.
    pub choice: Option<String>,
    /// Why.
    pub note: Option<String>,
    /// RFC 3339, UTC.
    pub time: String,
}

/// The event log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Hash of the last event; all zeros for an empty log.
    pub head: String,
    /// Every event, from 1 without gaps.
    pub events: Vec<LogEvent>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEvent {
    /// Counted from 1.
    pub seq: u64,
    /// RFC 3339, UTC.
    pub time: String,
    /// Who.
    pub reviewer: String,
    /// `decide`, `undo`...
    pub kind: String,
    /// What was said, where something was.
    pub choice: Option<String>,
    /// About which criterion; the first of several.
    pub criterion: Option<CriterionId>,
    /// Passages that it is about.
    pub passages: usize,
    /// The event that it takes back.
    pub undoes: Option<u64>,
    /// Hash over the hash before it and its body.
    pub hash: String,
    /// The text that was hashed; empty where names and notes were left out.
    pub body: String,
}

impl Pack {
    /// The document of that source.
    pub fn document(&self, source: &str) -> Option<&PackDocument> {
        let at = self.documents.binary_search_by(|d| d.source.as_str().cmp(source)).ok()?;
        self.documents.get(at)
    }
}
