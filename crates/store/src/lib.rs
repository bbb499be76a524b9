//! The dossier's `review.db`: what the program suggested, and what people said of it.
//!
//! Two kinds of tables. The event log is precious: events are only ever added, each carries the hash of the one before,
//! and `map` never touches them. Everything else (documents, items, votes, standings) is a projection that
//! [`Store::replace_suggestions`] builds anew from the log and the suggestions, in one transaction.
//!
//! What people see is an *item*: a passage that may count for a criterion. It comes from a suggestion, was added by hand, or
//! is kept because somebody once decided on it though nothing suggests it any more. A decision holds on to its passage
//! ([`place`]), so it outlives the suggestion's id.

mod add;
mod append;
mod canonical;
mod decide;
mod document;
mod error;
mod event;
mod item;
mod lock;
mod log;
mod mapping;
mod outcome;
mod place;
mod portable;
mod project;
mod schema;
mod standing;
mod undo;

pub use append::Receipt;
pub use decide::{Ballot, Bulk};
pub use document::FiledDocument;
pub use error::StoreError;
pub use event::{Action, CarriedFrom, Event, Target};
pub use item::{Filter, Item, ItemRow, Origin, View, Vote};
pub use log::{Break, Verified};
pub use mapping::{Found, Mapping, Replaced};
pub use outcome::{Outcome, VoteKind};
pub use portable::Imported;
pub use schema::{FILE, Store, VERSION};
pub use standing::Tally;
