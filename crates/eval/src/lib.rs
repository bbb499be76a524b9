//! Measures the suggestions against labelled passages, and fits the weights to the part that may be looked at.
//!
//! The only crate besides `cli` that runs the steps one after another: a measure of the whole is its purpose.

mod corpus;
mod jsonl;
mod labels;
mod measure;
mod rules;
mod table;
mod train;

pub use corpus::{Corpus, CorpusError, Labelled, Unit, read, read_guides};
pub use jsonl::{Split, read_jsonl, read_split};
pub use measure::{Bin, CriterionScore, Report, measure};
pub use rules::{RuleUse, Rules, rules};
pub use table::{csv, text};
pub use train::{Trained, train};
