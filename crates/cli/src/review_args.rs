//! The arguments of the commands around decisions: review, decide, score, log, export, import, user.

use crate::args::Format;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::net::IpAddr;
use std::path::PathBuf;

/// `capmap review`
#[derive(Debug, ClapArgs)]
pub struct ReviewArgs {
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 8417, value_name = "PORT")]
    pub port: u16,
    /// Address to listen on; any but loopback needs users (`capmap user add`) and TLS before it.
    #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
    pub listen: IpAddr,
    /// The address that people use where another server stands before this one.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Your name in the log, where there are no users (default: the account's).
    #[arg(long = "as", value_name = "NAME")]
    pub reviewer: Option<String>,
    /// Reviewers do not see each other's votes; an adjudicator settles where they differ.
    #[arg(long)]
    pub blind: bool,
    /// Readiness profile, for the preview of the report.
    #[arg(long, value_name = "PROFILE.toml")]
    pub readiness: Option<PathBuf>,
}

/// `capmap decide`
#[derive(Debug, ClapArgs)]
pub struct DecideArgs {
    /// The suggestion's id, as in the map's JSON.
    pub suggestion: String,
    /// What you say of it.
    pub choice: ChoiceArg,
    /// Why.
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Your name in the log (default: the account's).
    #[arg(long = "as", value_name = "NAME")]
    pub reviewer: Option<String>,
}

/// What can be said of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChoiceArg {
    /// It is evidence.
    Confirm,
    /// It is not.
    Reject,
    /// Later.
    Defer,
    /// Take your last decision on it back.
    Undo,
}

/// `capmap score`
#[derive(Debug, ClapArgs)]
pub struct ScoreArgs {
    /// Table for people, or JSON for programs.
    #[arg(long, default_value = "table", value_name = "FORMAT")]
    pub format: Format,
    /// Write the result to a file, whole or not at all.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `capmap log`
#[derive(Debug, ClapArgs)]
pub struct LogArgs {
    /// What to do with it; without a word, it is printed.
    #[command(subcommand)]
    pub command: Option<LogCommand>,
    /// One JSON object per event.
    #[arg(long)]
    pub json: bool,
}

/// `capmap log ...`
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum LogCommand {
    /// Prove that no event was changed or is missing.
    Verify,
}

/// `capmap export`, `capmap import`
#[derive(Debug, ClapArgs)]
pub struct PortableArgs {
    /// A file of JSON lines.
    pub file: PathBuf,
}

/// `capmap user`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add somebody, or give them a new role and password (asked for, or the first line of standard input).
    Add {
        /// The name in the log.
        name: String,
        /// What they may do.
        #[arg(long, default_value = "reviewer")]
        role: RoleArg,
        /// File whose first line is the password.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
}

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Look.
    Viewer,
    /// Look and decide.
    Reviewer,
    /// Look, decide, and have the last word where votes differ.
    Adjudicator,
}
