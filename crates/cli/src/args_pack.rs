//! The commands around what leaves the program: the evidence pack, its proof, readiness.

use crate::args::{Format, ReadingArgs};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::path::PathBuf;

/// What leaves the program, and its proof.
#[derive(Debug, Subcommand)]
pub enum PackCommand {
    /// Write the evidence pack that a committee reads.
    Report(ReportArgs),
    /// Hold a profile against the rules that no document shows.
    Readiness(ReadinessArgs),
    /// Prove a bundle: files, log, decisions and quotes.
    Verify(VerifyArgs),
}

/// `capmap report`
#[derive(Debug, ClapArgs)]
pub struct ReportArgs {
    /// html, md, docx, xlsx, csv, json or jsonld.
    #[arg(long, default_value = "html", value_name = "FORMAT", hide_possible_values = true)]
    pub format: ReportFormat,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Show suggestions too that nobody confirmed, marked as such.
    #[arg(long)]
    pub draft: bool,
    /// Leave out notes and reviewers' names.
    #[arg(long)]
    pub redact: bool,
    /// Whose documents these are (default: the name in the profile).
    #[arg(long, value_name = "NAME")]
    pub applicant: Option<String>,
    /// Readiness profile, to be reported too.
    #[arg(long, value_name = "PROFILE.toml")]
    pub readiness: Option<PathBuf>,
    /// The day of the report (default: today).
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// Which table CSV prints: decisions, capabilities, documents, log or summary.
    #[arg(long, default_value = "decisions", value_name = "TABLE", hide_possible_values = true)]
    pub table: TableArg,
    /// Write every format, the log, texts and originals into one ZIP file, for `capmap verify`.
    #[arg(long, value_name = "FILE.zip", conflicts_with = "output")]
    pub bundle: Option<PathBuf>,
    /// In a bundle, name originals by their hashes and leave the files at home.
    #[arg(long, requires = "bundle")]
    pub hashes: bool,
    /// Also write the pictures as SVG files into this folder.
    #[arg(long, value_name = "FOLDER")]
    pub pictures: Option<PathBuf>,
}

/// How the pack is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One file for a browser; prints well.
    Html,
    /// Markdown.
    Md,
    /// Word.
    Docx,
    /// Excel.
    Xlsx,
    /// One table.
    Csv,
    /// For programs; reads back in.
    Json,
    /// W3C Web Annotations.
    Jsonld,
}

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TableArg {
    /// One row per passage and criterion.
    Decisions,
    /// One row per criterion.
    Capabilities,
    /// One row per input.
    Documents,
    /// One row per event.
    Log,
    /// What was read, and the verdict.
    Summary,
}

/// `capmap readiness`
#[derive(Debug, ClapArgs)]
pub struct ReadinessArgs {
    /// What the applicant says of itself.
    #[arg(value_name = "PROFILE.toml")]
    pub profile: PathBuf,
    /// Write a commented profile to that file instead; one that is there stays.
    #[arg(long)]
    pub init: bool,
    /// Confirm a captured page that speaks for a line, by its id.
    #[arg(long, value_name = "ID")]
    pub confirm: Option<String>,
    /// Your name in the log (default: the account's).
    #[arg(long = "as", value_name = "NAME")]
    pub reviewer: Option<String>,
    /// The day for which it is asked (default: today).
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<String>,
    /// Table for people, or JSON for programs.
    #[arg(long, default_value = "table", value_name = "FORMAT")]
    pub format: Format,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `capmap verify`
#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    /// A bundle that `capmap report --bundle` wrote.
    #[arg(value_name = "FILE.zip")]
    pub bundle: PathBuf,
    /// The log's last hash as you noted it elsewhere: proves that nothing was rewritten as a whole.
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}
