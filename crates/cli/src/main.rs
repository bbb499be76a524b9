//! The command line: arguments, the order of steps, printing, exit status. Only here are the clock, the environment and
//! the terminal read.

mod args;
mod cache;
mod criteria;
mod doctor;
mod dossier;
mod errors;
mod extractor;
mod json;
mod judged;
mod layout;
mod lexicon;
mod limits;
mod map;
mod one;
mod output;
mod passages;
mod progress;
mod reading;
mod search;
mod table;
mod text;
mod view;
mod worker;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Args { common, command } = Args::parse();
    errors::exit(match &command {
        Command::Map(args) => map::run(&common, args),
        Command::Search(args) => search::run(&common, args),
        Command::Text(args) => text::run(&common, args),
        Command::Doctor(args) => doctor::run(&common, args),
        Command::Criteria(command) => criteria::run(&common, command),
        Command::Lexicon(command) => lexicon::run(&common, command),
        Command::Limits(args) => limits::run(&common, args),
        Command::Worker(args) => worker::run(&common, args),
    })
}
