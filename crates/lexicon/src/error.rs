//! What can be wrong with a criteria set or a lexicon, with file and line.

use crate::pattern::PatternError;
use thiserror::Error;

/// A lexicon that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LexiconError {
    /// Not TOML, or not the keys that we know.
    #[error("{file}, line {line}: {what}")]
    Syntax {
        /// File name below `lexicons/`.
        file: String,
        /// Counted from 1; 0 where unknown.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// A phrase is not well-formed.
    #[error("{file}, rule `{rule}`: {source}")]
    Pattern {
        /// File name.
        file: String,
        /// Rule id.
        rule: String,
        /// What is wrong.
        source: PatternError,
    },
    /// A rule uses a class that the vocabulary lacks.
    #[error("{file}, rule `{rule}`: no class `@{class}` in vocabulary.toml; add it or correct the name")]
    NoClass {
        /// File name.
        file: String,
        /// Rule id.
        rule: String,
        /// The class.
        class: String,
    },
    /// A rule is not a rule.
    #[error("{file}, rule `{rule}`: {what}")]
    Rule {
        /// File name.
        file: String,
        /// Rule id.
        rule: String,
        /// What is wrong and what to do.
        what: String,
    },
    /// There is no such embedded set.
    #[error("no lexicon for the criteria set `{0}`; `capmap criteria list` shows the sets that are known")]
    Unknown(String),
    /// The automaton could not be built.
    #[error("the phrases do not fit into one automaton: {0}")]
    Automaton(String),
}

/// A criteria set that cannot be used.
#[derive(Debug, Error)]
pub enum CriteriaError {
    /// There is no such set or file.
    #[error("no criteria set `{0}`; `capmap criteria list` shows the sets that are known, or pass a file")]
    Unknown(String),
    /// The file could not be read.
    #[error("{file}: {source}")]
    Io {
        /// Path as given.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not a criteria set.
    #[error("{file}, line {line}: {what}")]
    Broken {
        /// Path as given.
        file: String,
        /// Counted from 1; 0 where it concerns the whole file.
        line: usize,
        /// What is wrong and what to do.
        what: String,
    },
}
