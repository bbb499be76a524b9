//! From what the rules saw to what a person is shown: the index of passages, and the ranking of findings.

mod fold;
mod index;
mod like;
mod merge;
pub mod rank;
mod search;
mod site;

pub use index::{Hit, IndexError, PassageIndex, Update};
pub use like::{Known, Like};
pub use merge::{Cluster, Merged, Merger};
pub use search::Answer;
