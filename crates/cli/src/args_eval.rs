//! The command line of those who measure and fit the rules.

use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

/// `capmap eval`
#[derive(Debug, ClapArgs)]
pub struct EvalArgs {
    /// Folder of labelled documents, or a file of labelled passages (.jsonl); see corpora/README.md.
    #[arg(value_name = "CORPUS")]
    pub corpus: PathBuf,
    /// Rules from a folder instead of the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub lexicons: Option<PathBuf>,
    /// File that names the organizations that were looked at while tuning.
    #[arg(long, value_name = "FILE", requires = "part")]
    pub split: Option<PathBuf>,
    /// Only the organizations of this part of the split.
    #[arg(long, value_name = "PART", requires = "split")]
    pub part: Option<Part>,
    /// Leave out what only the company of words finds: shows what the profiles add to the rules.
    #[arg(long)]
    pub without_profiles: bool,
    /// text or csv.
    #[arg(long, default_value = "text", value_name = "FORMAT", hide_possible_values = true)]
    pub format: EvalFormat,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// The two parts of a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Organizations that were looked at.
    Tune,
    /// All others.
    Unseen,
}

/// How figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvalFormat {
    /// For people.
    Text,
    /// For comparing runs.
    Csv,
}

/// `capmap lexicon train`
#[derive(Debug, ClapArgs)]
pub struct TrainArgs {
    /// Folders of labelled documents, or files of labelled passages (.jsonl); one named twice counts twice.
    #[arg(required = true, value_name = "CORPUS")]
    pub corpora: Vec<PathBuf>,
    /// Folder of documents that explain and offer nothing.
    #[arg(long, value_name = "DIR")]
    pub guides: Option<PathBuf>,
    /// File that names the organizations that may be learned from; the others are left out.
    #[arg(long, value_name = "FILE")]
    pub split: Option<PathBuf>,
    /// Folder of the rules; weights and profiles are written into it.
    #[arg(long, value_name = "DIR", default_value = "lexicons")]
    pub lexicons: PathBuf,
}
