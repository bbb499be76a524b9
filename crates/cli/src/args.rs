//! The command line: every command and flag, with the words that `--help` shows.

use crate::args_batch::{BatchArgs, CapturesArgs, HarvestArgs, RenewArgs};
use crate::args_eval::{EvalArgs, TrainArgs};
use crate::args_pack::PackCommand;
use crate::review_args::{DecideArgs, LogArgs, PortableArgs, ReviewArgs, ScoreArgs, UserCommand};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Maps statements of work and service pages to the capabilities of the FinOps Certified Service Provider certification.
#[derive(Debug, Parser)]
#[command(
    name = "capmap",
    version,
    about,
    long_about = None,
    term_width = 80,
    after_help = "Exit status: 0 done, every input read; 1 done, and some input could not be read; 2 the run failed."
)]
pub struct Args {
    /// Flags that every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every command takes.
#[derive(Debug, ClapArgs)]
pub struct Common {
    /// Where results and decisions are kept.
    #[arg(long, global = true, default_value = ".capmap", value_name = "DIR")]
    pub dossier: PathBuf,
    /// Criteria set: the id of a known one, or a file.
    #[arg(long, global = true, default_value = "finops-service-provider-2025", value_name = "ID|FILE")]
    pub criteria: String,
    /// Documents that are read at once (default: the cores).
    #[arg(long, global = true, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// No progress and no remarks; errors are still told.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Colours: auto, always or never.
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", hide_possible_values = true)]
    pub color: When,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Also into a pipe or file.
    Always,
    /// Not at all.
    Never,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read folders, files and web pages, suggest evidence, print the capability map.
    Map(MapArgs),
    /// Map many applicants in one run, one dossier each, and print where each stands.
    Batch(BatchArgs),
    /// Fill dossiers with what a Spark job read.
    ImportParquet(HarvestArgs),
    /// Carry decisions over to new documents or newer criteria, and show what changed.
    Renew(RenewArgs),
    /// Which page of a site covers which capability, and what is missing.
    Pages(PagesArgs),
    /// Search every passage that was read, with citations.
    Search(SearchArgs),
    /// Serve the pages on which people decide, and print their address.
    Review(ReviewArgs),
    /// Save one decision, and print its number in the log.
    Decide(DecideArgs),
    /// Points from confirmed evidence, the verdict, and what is missing.
    Score(ScoreArgs),
    /// What leaves the program, and its proof.
    #[command(flatten)]
    Pack(PackCommand),
    /// Print what people decided, or prove that the log is whole.
    Log(LogArgs),
    /// Write the whole dossier to one file.
    Export(PortableArgs),
    /// Read such a file in; decisions are merged.
    Import(PortableArgs),
    /// Who may review over the network.
    #[command(subcommand)]
    User(UserCommand),
    /// Print the canonical text of one input: what offsets count in.
    Text(TextArgs),
    /// Say page by page what was read of a file, and why something was not.
    Doctor(DoctorArgs),
    /// The criteria sets that are known.
    #[command(subcommand)]
    Criteria(CriteriaCommand),
    /// The rules that find evidence.
    #[command(subcommand)]
    Lexicon(LexiconCommand),
    /// Measure the suggestions against labelled passages.
    Eval(EvalArgs),
    /// What one document may cost, and why.
    Limits(LimitsArgs),
    /// Unpack the pages of a file of web captures, and list them (JSON lines).
    Captures(CapturesArgs),
    /// Answer one request per line (JSON) on standard input.
    Worker(ReadingArgs),
}

/// How documents are read.
#[derive(Debug, Clone, ClapArgs)]
pub struct ReadingArgs {
    /// Recognize text in page images (needs tesseract).
    #[arg(long, default_value = "auto", value_name = "WHEN", help_heading = "Reading")]
    pub ocr: Ocr,
    /// Languages of page images, as tesseract names them.
    #[arg(long, default_value = "eng", value_name = "LANG[+LANG]", help_heading = "Reading")]
    pub ocr_languages: String,
    /// File whose first line opens locked documents.
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub password_file: Option<PathBuf>,
    /// Raise or lower a limit (see `capmap limits`).
    #[arg(long = "limit", value_name = "NAME=VALUE", help_heading = "Reading")]
    pub limits: Vec<String>,
}

/// When to recognize text in images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ocr {
    /// Pages without text.
    Auto,
    /// Never.
    Off,
    /// Every page.
    Force,
}

/// How pages are fetched.
#[derive(Debug, Clone, ClapArgs)]
pub struct FetchArgs {
    /// Who stands behind the visit: sent to the site with every request. Needed for addresses.
    #[arg(long, value_name = "EMAIL_OR_URL", help_heading = "Fetching")]
    pub contact: Option<String>,
    /// Pages that are asked for at most (default: 200).
    #[arg(long, value_name = "N", help_heading = "Fetching")]
    pub max_pages: Option<u64>,
    /// Clicks from the given address at most (default: 5).
    #[arg(long, value_name = "N", help_heading = "Fetching")]
    pub max_depth: Option<u64>,
    /// Fetch from private addresses too: for your own site on your own network.
    #[arg(long, help_heading = "Fetching")]
    pub allow_private_network: bool,
    /// File with one address per line.
    #[arg(long, value_name = "FILE", help_heading = "Fetching")]
    pub urls: Option<PathBuf>,
    /// Change a manner, as delay_ms=2000; a wrong name lists all.
    #[arg(long = "fetch", value_name = "NAME=VALUE", help_heading = "Fetching")]
    pub settings: Vec<String>,
}

/// `capmap pages`
#[derive(Debug, ClapArgs)]
pub struct PagesArgs {
    /// A site's address, or folders, files and web captures (WARC).
    #[arg(required_unless_present = "urls", value_name = "SITE_OR_FOLDER")]
    pub inputs: Vec<PathBuf>,
    /// table, html, csv or json.
    #[arg(long, default_value = "table", value_name = "FORMAT", hide_possible_values = true)]
    pub format: PagesFormat,
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

/// How the matrix of pages is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PagesFormat {
    /// For people, 80 columns wide.
    Table,
    /// One file for a browser.
    Html,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
}

/// `capmap map`
#[derive(Debug, ClapArgs)]
pub struct MapArgs {
    /// Folders, files, addresses (https://..., one that ends in / is a site) and web captures (WARC).
    #[arg(required_unless_present = "urls", value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Table for people, or JSON for programs.
    #[arg(long, default_value = "table", value_name = "FORMAT")]
    pub format: Format,
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

/// `capmap search`
#[derive(Debug, ClapArgs)]
pub struct SearchArgs {
    /// Words, "phrases", field:word, AND OR NOT + -. Fields: text, exact, section, source, format, kind, page, document.
    #[arg(value_name = "QUERY", required_unless_present = "like")]
    pub query: Option<String>,
    /// Instead: what might have been missed for this criterion, as the passages nearest in words to those that are suggested
    /// as offered or confirmed for it, and to its own name and definition; suggested and rejected ones are left out.
    #[arg(long, value_name = "CRITERION", conflicts_with = "query")]
    pub like: Option<String>,
    /// Most passages to print.
    #[arg(long, short = 'n', default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Table for people, or JSON for programs.
    #[arg(long, default_value = "table", value_name = "FORMAT")]
    pub format: Format,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `capmap text`
#[derive(Debug, ClapArgs)]
pub struct TextArgs {
    /// A source as the map names it, or a file (`./name` is always a file).
    pub source: PathBuf,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `capmap doctor`
#[derive(Debug, ClapArgs)]
pub struct DoctorArgs {
    /// The file to look at.
    pub file: PathBuf,
    /// How documents are read.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `capmap limits`
#[derive(Debug, ClapArgs)]
pub struct LimitsArgs {
    /// Show what this setting makes of them.
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    pub limits: Vec<String>,
    /// Table for people, or JSON for programs.
    #[arg(long, default_value = "table", value_name = "FORMAT")]
    pub format: Format,
}

/// `capmap criteria`
#[derive(Debug, Subcommand)]
pub enum CriteriaCommand {
    /// Name the sets that are built in.
    List,
    /// Print the criteria of the set that `--criteria` names, with points.
    Show {
        /// Table for people, or JSON for programs.
        #[arg(long, default_value = "table", value_name = "FORMAT")]
        format: Format,
    },
    /// What became of the criteria of one set in another.
    Diff {
        /// The older set: an id or a file.
        #[arg(value_name = "A")]
        old: String,
        /// The newer set: an id or a file.
        #[arg(value_name = "B")]
        new: String,
        /// Table for people, or JSON for programs.
        #[arg(long, default_value = "table", value_name = "FORMAT")]
        format: Format,
    },
}

/// `capmap lexicon`
#[derive(Debug, Subcommand)]
pub enum LexiconCommand {
    /// Check the rules and their examples.
    Check {
        /// A folder of rules instead of the built-in ones.
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Labelled corpus on which rules are watched: those that never fire, always fire together, or are mostly wrong.
        #[arg(long, value_name = "CORPUS")]
        corpus: Option<PathBuf>,
    },
    /// Say which rules fire on a text, and why.
    Explain {
        /// The text.
        text: String,
    },
    /// Print every phrase as it is matched, one a line.
    Phrases,
    /// Fit weights and profiles to labelled passages.
    Train(TrainArgs),
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, 80 columns wide.
    Table,
    /// For programs.
    Json,
}
