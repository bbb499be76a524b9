//! The program from outside, as people and scripts call it: one fixture ([`project::Project`]) drives all of it.

// The exemption for tests in clippy.toml does not reach their helper functions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod bad_inputs;
mod determinism;
mod docs;
mod exit_status;
mod house;
mod incremental;
mod output;
mod project;
mod quotes;
mod schema;
mod search;
