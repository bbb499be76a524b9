//! 0: every input read. 1: done, and some input could not be read. 2: the run failed.

use crate::project::{Project, SOW, row};
use std::process::Stdio;

#[test]
fn every_input_read_is_0() {
    Project::with(&[("sow.md", SOW)]).run(&["map", "in"]).status(0).stdout_has("Forecasting");
}

#[test]
fn an_input_that_cannot_be_read_is_1_and_listed() {
    let project = Project::with(&[
        ("sow.md", SOW),
        ("broken.pdf", "%PDF-1.7\nnothing"),
        ("film.mp4", "\0\0\0\x18ftyp"),
    ]);
    let run = project.run(&["map", "in"]).status(1).stderr_has("2 of 3 inputs could not be read whole");
    run.stdout_has("broken.pdf - unreadable: ").stdout_has("film.mp4 - skipped: ");
    let map = project.map();
    assert_eq!(row(&map, "sow.md")["status"], "read");
    assert!(row(&map, "broken.pdf")["reason"].is_string());
}

#[test]
fn a_second_name_of_a_file_is_listed_and_is_0() {
    let project = Project::with(&[("sow.md", SOW)]);
    std::os::unix::fs::symlink("sow.md", project.input().join("again.md")).unwrap();
    project.run(&["map", "in"]).status(0).stdout_has("the same file as sow.md");
}

#[test]
fn wrong_arguments_are_2() {
    let project = Project::new();
    project.run(&["map"]).status(2).no_stdout().stderr_has("INPUT");
    project.run(&["nonsense"]).status(2).no_stdout();
    project.run(&["map", "in", "--limit", "nonsense"]).status(2).no_stdout().stderr_has("hint:");
    project.run(&["map", "https://example.com/"]).status(2).no_stdout().stderr_has("hint:");
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_run_quietly() {
    let project = Project::with(&[("sow.md", SOW)]);
    for args in [&["map", "in", "--format", "json"][..], &["limits"], &["criteria", "show"]] {
        let mut run = project.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(run.stdout.take());
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}
