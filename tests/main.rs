//! The program from outside, as people and scripts call it: one fixture ([`project::Project`]) drives all of it.

// The exemption for tests in clippy.toml does not reach their helper functions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

mod bad_inputs;
mod batch;
mod determinism;
mod docs;
// Parts of the driver serve the review pages' own tests alone.
#[allow(dead_code)]
#[path = "../crates/review/tests/driver.rs"]
mod driver;
mod exit_status;
mod fetching;
mod highlight;
mod house;
mod incremental;
mod labels;
mod newcomer;
// What others make of our reports is read by the report's own tests too.
#[path = "../crates/report/tests/others/mod.rs"]
mod others;
mod output;
mod project;
mod quotes;
mod refusals;
mod renew;
mod renewal_edits;
mod report;
mod reviewing;
mod schema;
mod search;
mod served;
#[allow(dead_code)]
mod site;
mod visits;
mod walls;
mod watched;
