//! What is kept of a document besides its text: what the map shows of it, and its suggestions. With these the map is made
//! without opening a document, one record after the other: its memory does not grow with the number of documents.

use crate::cache::{Key, key};
use crate::fetching;
use capmap_evidence::rank::{Ranked, of_document};
use capmap_lexicon::Lexicon;
use capmap_model::{Document, Elements, Failure, FailureKind, Hidden, Outcome};
use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A document's record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// What the map shows of it.
    pub summary: Summary,
    /// Its suggestions.
    pub suggestions: Vec<Ranked>,
}

/// What the map shows of an input. There are as many as inputs, so it is kept small.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// What became of it.
    pub status: Status,
    /// How many pages it has; 0 where its format has none.
    pub pages: u32,
    /// Words of its text.
    pub words: u32,
    /// What it states as a whole.
    pub elements: Elements,
    /// Names what the index holds of it; none where nothing was read. The same bytes may be read to another end where a
    /// reader died or a limit was met: that is another name.
    pub passages: Option<Key>,
    more: Option<Box<More>>,
}

/// What most inputs do not have.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct More {
    failure: Option<Failure>,
    notes: Vec<String>,
    hidden: Vec<Hidden>,
}

/// What became of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Read whole.
    Read,
    /// Some of it could not be read.
    Partial,
    /// Meant to be read, and could not be.
    Unreadable,
    /// Of a kind that is not read.
    Skipped,
}

impl Status {
    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            Status::Read => "read",
            Status::Partial => "partial",
            Status::Unreadable => "unreadable",
            Status::Skipped => "skipped",
        }
    }
}

impl Judged {
    /// Of an input that nobody judges; `record` names it.
    pub fn unread(outcome: &Outcome, record: Key) -> Self {
        Judged { summary: Summary::of(outcome, record), suggestions: Vec::new() }
    }

    /// Judges a document by the rules.
    pub fn by(mut self, document: &Document, lexicon: &Lexicon) -> Self {
        let find = || (lexicon.elements(document), of_document(document, &lexicon.find(document)));
        // A defect of ours must cost one document, not the run: the rules only read, so nothing is left half-done.
        match catch_unwind(AssertUnwindSafe(find)) {
            Ok(found) => (self.summary.elements, self.suggestions) = found,
            Err(_) => self.summary.broke_down(),
        }
        self
    }
}

impl Summary {
    /// Of an input without a judgement.
    pub fn of(outcome: &Outcome, record: Key) -> Self {
        let document = outcome.document();
        let more = More {
            failure: outcome.failure().cloned(),
            notes: document.map(|d| d.notes.clone()).unwrap_or_default(),
            hidden: document.map(|d| d.hidden.clone()).unwrap_or_default(),
        };
        Summary {
            status: match outcome {
                Outcome::Read { .. } => Status::Read,
                Outcome::Partial { .. } => Status::Partial,
                Outcome::Unreadable { .. } => Status::Unreadable,
                Outcome::Skipped { .. } => Status::Skipped,
            },
            pages: document.map_or(0, |d| number(d.pages.len())),
            words: document.map_or(0, |d| number(d.words())),
            elements: Elements::default(),
            passages: document.map(|d| passages(outcome, d, record)),
            more: (more != More::default()).then(|| Box::new(more)),
        }
    }

    /// Why not all of it was read.
    pub fn failure(&self) -> Option<&Failure> {
        self.more.as_ref()?.failure.as_ref()
    }

    /// What a person should know about the reading.
    pub fn notes(&self) -> &[String] {
        self.more.as_ref().map_or(&[], |more| &more.notes)
    }

    /// Why the rules cannot judge it: it is in another language than theirs.
    pub fn foreign(&self) -> Option<&str> {
        self.notes().iter().map(String::as_str).find(|note| note.starts_with(capmap_extract::NOT_ENGLISH))
    }

    /// Text that no reader sees.
    pub fn hidden(&self) -> &[Hidden] {
        self.more.as_ref().map_or(&[], |more| &more.hidden)
    }

    /// True where something of it could not be read. A second name of a file that was read is no loss, and neither is
    /// a page that nobody asked for.
    pub fn incomplete(&self) -> bool {
        self.failure().is_some_and(|failure| !fetching::is_no_loss(failure.kind))
    }

    /// True where another try may go better: on a quieter machine, or with more luck. Rules that break down do so again;
    /// only readers are helped by another try.
    pub fn unlucky(&self) -> bool {
        let chance = [FailureKind::Timeout, FailureKind::Crashed, FailureKind::Memory, FailureKind::Io];
        self.failure().is_some_and(|f| chance.contains(&f.kind) && f.detail != BROKE_DOWN)
    }

    fn broke_down(&mut self) {
        self.status = Status::Partial;
        let more = self.more.get_or_insert_default();
        more.failure.get_or_insert_with(|| Failure::new(FailureKind::Crashed, BROKE_DOWN));
    }
}

const BROKE_DOWN: &str =
    "it was read, but the rules broke down on it: a defect of this program, please report it";

fn passages(outcome: &Outcome, document: &Document, record: Key) -> Key {
    let failure = outcome.failure().map(|f| f.detail.as_str()).unwrap_or_default();
    key(&[&record.to_string(), outcome.status(), failure, &document.text.len().to_string()])
}

fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
