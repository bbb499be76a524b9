//! The proof of a bundle, on any machine: every file is the one that was packed, the log is whole, each decision in the
//! report is the one in the log, and each quote stands in its original. What does not hold is named.

mod files;
mod log;
mod quotes;

use crate::json::ReadError;
use crate::pack::{Pack, PackDocument};
use capmap_model::Document;
use files::Files;
use std::fmt;
use std::io::{Read, Seek};
use thiserror::Error;

/// Reads an original anew. The error is for people.
pub type Reread<'a> = dyn FnMut(&PackDocument, &[u8]) -> Result<Document, String> + 'a;

/// Why nothing can be proven at all.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// Not a ZIP file, or a broken one.
    #[error("it is no ZIP file that can be read: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// A ZIP file, but no bundle.
    #[error("it is no bundle: {0}")]
    NotABundle(String),
}

/// What was checked, and what does not hold.
#[derive(Debug)]
pub struct Proof {
    /// The report; none where it cannot be read, which is a problem of its own.
    pub pack: Option<Pack>,
    /// Files that are the ones that were packed.
    pub files: usize,
    /// Events whose hash follows from the one before.
    pub events: usize,
    /// Votes that the log bears out.
    pub votes: usize,
    /// Quotes that stand in their text.
    pub quotes: usize,
    /// Of those, quotes that were read anew from the original.
    pub from_originals: usize,
    /// What does not hold; empty for a sound bundle.
    pub problems: Vec<Problem>,
    /// What could not be checked, and why.
    pub remarks: Vec<String>,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The file is not the one that was packed.
    FileChanged(String),
    /// The file is gone.
    FileMissing(String),
    /// The file was put in later.
    FileAdded(String),
    /// The report cannot be read, or contradicts itself.
    Report(String),
    /// An event is missing.
    EventMissing(u64),
    /// An event, or one before it, was changed.
    EventChanged(u64),
    /// A vote in the report is not what the log says.
    Decision {
        /// The passage's id.
        evidence: String,
        /// For which criterion.
        criterion: String,
        /// Number of the event.
        event: u64,
        /// What differs.
        why: String,
    },
    /// A vote in the log is missing in the report.
    DecisionMissing(u64),
    /// An original is not the file that was read.
    Original(String),
    /// A quote does not stand where the report says.
    Quote {
        /// The passage's id.
        evidence: String,
        /// The document.
        source: String,
        /// What differs.
        why: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::FileChanged(path) => write!(f, "{path} was changed after it was packed"),
            Problem::FileMissing(path) => write!(f, "{path} is missing"),
            Problem::FileAdded(path) => write!(f, "{path} was not packed: the manifest does not name it"),
            Problem::Report(why) => write!(f, "the report cannot be trusted: {why}"),
            Problem::EventMissing(seq) => write!(f, "event {seq} of the log is missing"),
            Problem::EventChanged(seq) => {
                write!(f, "event {seq} of the log was changed after it was written")
            }
            Problem::Decision { evidence, criterion, event, why } => {
                write!(
                    f,
                    "the decision on {evidence} ({criterion}) is not what event {event} of the log says: {why}"
                )
            }
            Problem::DecisionMissing(event) => {
                write!(f, "the decision of event {event} is missing in the report")
            }
            Problem::Original(source) => {
                write!(f, "the original {source} is not the file that was read: its hash differs")
            }
            Problem::Quote { evidence, source, why } => {
                write!(f, "the quote of {evidence} in {source}: {why}")
            }
        }
    }
}

/// Checks a bundle. `reread` reads an original with this machine's readers.
///
/// # Errors
/// [`VerifyError`] where the file is no bundle; everything else that is wrong is a [`Problem`].
pub fn verify(archive: impl Read + Seek, reread: &mut Reread<'_>) -> Result<Proof, VerifyError> {
    let mut files = Files::open(archive)?;
    let mut proof = Proof {
        pack: None,
        files: 0,
        events: 0,
        votes: 0,
        quotes: 0,
        from_originals: 0,
        problems: Vec::new(),
        remarks: Vec::new(),
    };
    files.check(&mut proof);
    let pack = match files.read(crate::bundle::PACK).map(|bytes| Pack::from_json(&bytes)) {
        Some(Ok(pack)) => pack,
        Some(Err(error)) => {
            proof.problems.push(Problem::Report(error.to_string()));
            // A made-up score is one lie; the quotes and the log may still be told apart from it.
            match (error, files.read(crate::bundle::PACK)) {
                (ReadError::Score(_), Some(bytes)) => match serde_json::from_slice(&bytes) {
                    Ok(pack) => pack,
                    Err(_) => return Ok(proof),
                },
                _ => return Ok(proof),
            }
        }
        None => return Ok(proof),
    };
    log::check(&pack, files.read(crate::bundle::LOG).as_deref(), files.head(), &mut proof);
    quotes::check(&pack, &mut files, reread, &mut proof);
    proof.pack = Some(pack);
    Ok(proof)
}
