//! House rules with a number that no lint counts. Functions are counted by clippy (`clippy.toml`).

use crate::project::{files, root};

/// Lines of a source file at most.
const LINES: usize = 400;

#[test]
fn no_source_file_is_long() {
    let sources: Vec<_> = files("crates", ".rs").into_iter().chain(files("tests", ".rs")).collect();
    assert!(sources.len() > 40, "only {} source files found", sources.len());
    let long: Vec<String> = sources
        .iter()
        .map(|path| (path, std::fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > LINES)
        .map(|(path, lines)| format!("{}: {lines} lines", path.strip_prefix(root()).unwrap().display()))
        .collect();
    assert!(long.is_empty(), "over {LINES} lines, split by purpose:\n{}", long.join("\n"));
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let silent: Vec<String> = files("crates", ".rs")
        .iter()
        .filter(|path| !path.to_string_lossy().contains("tests"))
        .filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//! "))
        .map(|path| path.strip_prefix(root()).unwrap().display().to_string())
        .collect();
    assert!(silent.is_empty(), "no opening words in:\n{}", silent.join("\n"));
}
