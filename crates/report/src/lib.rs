//! The evidence pack: what an applicant sends and a committee reads, in each format, and the proof that it holds.
//!
//! Pure: a [`Pack`] comes in, bytes go out; the day is part of the pack. Read in this order: `pack` (the data), `view` (what
//! follows from it), `words` (the sentences that all formats share), then one file per format, `bundle` and `verify`.

mod archive;
mod bundle;
mod csv;
mod docx;
mod error;
mod html;
mod json;
mod jsonld;
mod markdown;
mod pack;
mod picture;
mod redact;
mod safe;
mod table;
mod verify;
mod view;
mod words;
mod xlsx;

pub use bundle::{Parts, write_bundle};
pub use error::WriteError;
pub use json::ReadError;
pub use pack::{
    AROUND, CriterionStanding, Evidence, Log, LogEvent, Outcome, Pack, PackDocument, SCHEMA, Vote,
};
pub use table::Table;
pub use verify::{Problem, Proof, Reread, VerifyError, verify};
