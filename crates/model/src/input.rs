//! What was found under the inputs, read or not. A failed input is a value that flows on and is reported.

use crate::{Document, DocumentId, Format};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One file or page that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Path relative to the input folder, with `/`, or the URL.
    pub source: String,
    /// Hash of its bytes; none where they could not be read at all.
    pub id: Option<DocumentId>,
    /// What it is, by content.
    pub format: Format,
    /// Where it came from.
    pub provenance: Provenance,
    /// Set for web pages.
    pub capture: Option<Capture>,
    /// What became of it.
    pub outcome: Outcome,
}

/// Where the bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    /// A file that somebody handed in.
    Submitted,
    /// Fetched from a public address.
    Public,
    /// A page that somebody saved and handed in.
    Supplied,
}

/// One fetch of a page, kept as WARC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// The address that answered, after redirects.
    pub url: String,
    /// RFC 3339, UTC.
    pub time: String,
    /// WARC file in the dossier's `snapshots/`.
    pub file: String,
    /// WARC-Record-ID of the response.
    pub record: String,
}

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Read whole.
    Read {
        /// What was read.
        document: Box<Document>,
    },
    /// Some of it could not be read.
    Partial {
        /// What was read.
        document: Box<Document>,
        /// What is missing and why.
        failure: Failure,
    },
    /// Meant to be read, and could not be.
    Unreadable {
        /// Why.
        failure: Failure,
    },
    /// Of a kind that is not read.
    Skipped {
        /// Why.
        failure: Failure,
    },
}

impl Outcome {
    /// The document, where there is one.
    pub fn document(&self) -> Option<&Document> {
        match self {
            Outcome::Read { document } | Outcome::Partial { document, .. } => Some(document),
            _ => None,
        }
    }

    /// Why not all of it was read.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Outcome::Read { .. } => None,
            Outcome::Partial { failure, .. }
            | Outcome::Unreadable { failure }
            | Outcome::Skipped { failure } => Some(failure),
        }
    }

    /// `read`, `partial`, `unreadable` or `skipped`.
    pub fn status(&self) -> &'static str {
        match self {
            Outcome::Read { .. } => "read",
            Outcome::Partial { .. } => "partial",
            Outcome::Unreadable { .. } => "unreadable",
            Outcome::Skipped { .. } => "skipped",
        }
    }
}

/// Why an input was not read, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// For programs.
    pub kind: FailureKind,
    /// For people: what happened and what to do next. Lower case, one line, without the source's name.
    pub detail: String,
}

impl Failure {
    /// A failure of `kind`, in the words of `detail`.
    pub fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Failure { kind, detail: detail.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

/// Kinds of failure that people must be able to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// Needs a password.
    Password,
    /// An encrypted Office container.
    Encrypted,
    /// Nothing but images.
    NoText,
    /// Fonts carry no Unicode.
    NoUnicode,
    /// Cut short.
    Truncated,
    /// Broken in another way.
    Malformed,
    /// Larger or deeper than a limit; the limit is named in the detail.
    Limit,
    /// Took longer than the limit.
    Timeout,
    /// Needed more memory than the limit.
    Memory,
    /// The reader died.
    Crashed,
    /// No bytes.
    Empty,
    /// The file system or the network refused.
    Io,
    /// A JavaScript shell.
    NeedsBrowser,
    /// A kind of file that is not read.
    Unsupported,
    /// A link loop, or the same file twice.
    Duplicate,
    /// Not fetched: the site does not want it, or it leads where nothing is fetched.
    Refused,
    /// Met on the way through a site and left out on purpose: nobody asked for it by name.
    PassedBy,
}
