//! The commands of a program office: many applicants in one run, and what comes two years later.

use crate::args::{FetchArgs, ReadingArgs};
use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

/// `capmap batch`
#[derive(Debug, ClapArgs)]
pub struct BatchArgs {
    /// Folder with one sub-folder per applicant, or with a manifest.csv or manifest.toml; or such a manifest.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Show only applicants whose documents, rules or criteria changed since the last run.
    #[arg(long)]
    pub changed: bool,
    /// table, csv, json or html.
    #[arg(long, default_value = "table", value_name = "FORMAT", hide_possible_values = true)]
    pub format: SummaryFormat,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The day from which renewals are counted (default: today).
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `capmap renew`
#[derive(Debug, ClapArgs)]
pub struct RenewArgs {
    /// The dossier of the cycle before; it is only read.
    #[arg(value_name = "OLD_DOSSIER")]
    pub old: PathBuf,
    /// The new documents: folders, files, addresses and web captures, as for `capmap map`.
    #[arg(required_unless_present = "urls", value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// The criteria set of the cycle before, where it was a file.
    #[arg(long, value_name = "ID|FILE")]
    pub old_criteria: Option<String>,
    /// table, json or html.
    #[arg(long, default_value = "table", value_name = "FORMAT", hide_possible_values = true)]
    pub format: RenewFormat,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How pages are fetched.
    #[command(flatten)]
    pub fetching: FetchArgs,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `capmap import-parquet`
#[derive(Debug, ClapArgs)]
pub struct HarvestArgs {
    /// The folder that the job of `deploy/spark` wrote.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// table, csv, json or html.
    #[arg(long, default_value = "table", value_name = "FORMAT", hide_possible_values = true)]
    pub format: SummaryFormat,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How the job's workers read documents: the same flags as theirs.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `capmap captures`
#[derive(Debug, ClapArgs)]
pub struct CapturesArgs {
    /// WARC file, packed or not.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Folder for the pages.
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// What the list calls the file (default: its name).
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// How the difference between two cycles is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RenewFormat {
    /// For people, 80 columns wide.
    Table,
    /// For programs.
    Json,
    /// One file for the committee's browser.
    Html,
}

/// How the summary of applicants is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// For people, 80 columns wide.
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
    /// One file for a browser.
    Html,
}
