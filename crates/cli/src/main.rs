//! The command line: arguments, the order of steps, printing, exit status. Only here are the clock, the environment and
//! the terminal read.

mod applicants;
mod args;
mod args_batch;
mod args_eval;
mod args_pack;
mod batch;
mod batch_print;
mod batch_row;
mod cache;
mod captures;
mod clock;
mod criteria;
mod criteria_diff;
mod decide;
mod doctor;
mod dossier;
mod errors;
mod eval;
mod extractor;
mod fetching;
mod filing;
mod harvest;
mod json;
mod judged;
mod layout;
mod lexicon;
mod limits;
mod links;
mod log;
mod map;
mod memory;
mod one;
mod originals;
mod output;
mod pages;
mod pages_data;
mod pages_html;
mod pages_matrix;
mod pages_table;
mod passages;
mod portable;
mod progress;
mod readiness;
mod reading;
mod renew;
mod renew_carry;
mod renew_changes;
mod renew_print;
mod report;
mod report_bundle;
mod report_import;
mod report_pack;
mod review;
mod review_args;
mod score;
mod search;
mod sightings;
mod table;
mod text;
mod user;
mod verify;
mod view;
mod worker;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Args { common, command } = Args::parse();
    errors::exit(match &command {
        Command::Map(args) => map::run(&common, args),
        Command::Batch(args) => batch::run(&common, args),
        Command::ImportParquet(args) => harvest::run(&common, args),
        Command::Renew(args) => renew::run(&common, args),
        Command::Pages(args) => pages::run(&common, args),
        Command::Search(args) => search::run(&common, args),
        Command::Review(args) => review::run(&common, args),
        Command::Decide(args) => decide::run(&common, args),
        Command::Score(args) => score::run(&common, args),
        Command::Pack(command) => report::dispatch(&common, command),
        Command::Log(args) => log::run(&common, args),
        Command::Export(args) => portable::export(&common, args),
        Command::Import(args) => portable::import(&common, args),
        Command::User(command) => user::run(&common, command),
        Command::Text(args) => text::run(&common, args),
        Command::Eval(args) => eval::run(&common, args),
        Command::Doctor(args) => doctor::run(&common, args),
        Command::Criteria(command) => criteria::run(&common, command),
        Command::Lexicon(command) => lexicon::run(&common, command),
        Command::Limits(args) => limits::run(&common, args),
        Command::Captures(args) => captures::run(args),
        Command::Worker(args) => worker::run(&common, args),
    })
}
