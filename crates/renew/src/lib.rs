//! What became of a decision two years later: its passage among new documents, its criterion in a newer set. Pure.
//!
//! [`Corpus`] finds old words in new documents, exactly or edited, [`classify`] says what that means for the decision,
//! [`fates`] what became of each criterion, [`diff`] which words changed.

mod class;
mod corpus;
mod fate;
mod words;

pub use class::{Class, Setting, classify, of_criterion};
pub use corpus::{Corpus, Found, Hint, LEAST};
pub use fate::{Fate, fates, newcomers};
pub use words::{Piece, PieceKind, diff};
