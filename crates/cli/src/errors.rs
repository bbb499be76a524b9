//! How a run ends: exit status, and for a run that failed what happened, where, and what to do next.

use capmap_collect::CollectError;
use capmap_eval::CorpusError;
use capmap_evidence::IndexError;
use capmap_harvest::HarvestError;
use capmap_lexicon::{CriteriaError, LexiconError};
use capmap_report::{ReadError, VerifyError, WriteError};
use capmap_review::{ReviewError, UserError};
use capmap_score::{ProfileError, ScoreError};
use capmap_store::StoreError;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use thiserror::Error;

/// A run that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Every input was read.
    All,
    /// Some input could not be read, or not wholly; each was listed.
    SomeUnread,
}

/// Why a run stopped before its end.
#[derive(Debug, Error)]
pub enum Stop {
    /// Whoever read our output has seen enough.
    #[error("the output was closed")]
    Pipe,
    /// The inputs cannot be listed.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The criteria set cannot be used.
    #[error(transparent)]
    Criteria(#[from] CriteriaError),
    /// The lexicon cannot be used.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// The labelled corpus cannot be used.
    #[error(transparent)]
    Corpus(#[from] CorpusError),
    /// The index cannot be used.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The dossier's decisions cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What a distributed engine read cannot be used.
    #[error(transparent)]
    Harvest(#[from] HarvestError),
    /// The criteria set does not score.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The readiness profile cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The evidence pack cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The evidence pack cannot be read in.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The bundle cannot be checked.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The review pages cannot be served.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// The list of users cannot be used.
    #[error(transparent)]
    Users(#[from] UserError),
    /// The dossier cannot be written or read.
    #[error("cannot use the dossier: {}: {source}", path.display())]
    Dossier {
        /// What was touched.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record of the dossier's cache cannot be understood.
    #[error("the dossier's cache is damaged: {}", .0.display())]
    Damaged(PathBuf),
    /// Another run holds the dossier.
    #[error("another run is using the dossier {}", .0.display())]
    Busy(PathBuf),
    /// The result cannot be written.
    #[error("cannot write {what}: {source}")]
    Output {
        /// The file, or standard output.
        what: String,
        /// What the system said.
        source: io::Error,
    },
    /// Something was asked for that is not so.
    #[error("{message}")]
    Usage {
        /// What happened.
        message: String,
        /// What to do next.
        hint: String,
    },
}

impl Stop {
    /// A refusal with its hint.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Stop::Usage { message: message.into(), hint: hint.into() }
    }

    /// What to do next, where the message does not say it already.
    fn hint(&self) -> Option<&str> {
        match self {
            Stop::Collect(CollectError::Missing { .. }) => Some("check the name, and where you are"),
            Stop::Collect(CollectError::Nothing(_)) => Some("give a folder that holds the documents"),
            Stop::Index(IndexError::Missing(_)) => {
                Some("run `capmap map INPUT...` first, with the same --dossier")
            }
            Stop::Index(IndexError::Busy(_)) | Stop::Busy(_) => {
                Some("wait until it has ended, or give another folder with --dossier")
            }
            Stop::Index(IndexError::Query { hint, .. }) => Some(hint),
            Stop::Index(IndexError::Failed { .. }) | Stop::Dossier { .. } => {
                Some("give a folder that can be written, on a disk with free space, with --dossier")
            }
            Stop::Damaged(_) => Some("delete the dossier's cache folder; the next run builds it again"),
            Stop::Output { .. } => {
                Some("give a place that can be written with -o; nothing was written there")
            }
            Stop::Profile(_) => Some("`capmap readiness --init FILE` writes a profile that explains itself"),
            Stop::Read(_) | Stop::Verify(_) => Some("give a file that `capmap report` wrote"),
            Stop::Harvest(_) => Some("give the folder that the job of deploy/spark wrote, once it has ended"),
            Stop::Usage { hint, .. } => Some(hint),
            _ => None,
        }
    }
}

/// Tells what went wrong on standard error, and gives the exit status.
pub fn exit(end: Result<Done, Stop>) -> ExitCode {
    match end {
        Ok(Done::All) | Err(Stop::Pipe) => ExitCode::SUCCESS,
        Ok(Done::SomeUnread) => ExitCode::from(1),
        Err(stop) => {
            tell(&format!("capmap: {stop}"));
            if let Some(hint) = stop.hint() {
                tell(&format!("  hint: {hint}"));
            }
            ExitCode::from(2)
        }
    }
}

/// One line for the person at the terminal. That nobody can see it is no reason to stop.
pub fn tell(line: &str) {
    use io::Write;
    let indent = if line.starts_with("  ") { "  " } else { "" };
    let _ = writeln!(io::stderr(), "{indent}{}", crate::layout::clean(line.trim_start()));
}
