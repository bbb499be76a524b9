//! The pages from outside: over plain sockets for what browsers never send, in a real browser for what people do.

// The exemption for tests in clippy.toml does not reach their helper functions.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, clippy::print_stdout)]

mod attacks;
mod browser;
#[path = "../../store/tests/common/mod.rs"]
mod common;
mod driver;
mod fixture;
mod journeys;
mod pages;
