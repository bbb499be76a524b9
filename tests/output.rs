//! The table fits its columns, colours come when asked for, files appear whole.

use crate::project::{Project, SOW, root};
use std::fs;
use unicode_width::UnicodeWidthStr;

#[test]
fn the_table_fits_80_columns_and_tells_everything() {
    let project = Project::with(&[("sow.md", SOW), ("broken.pdf", "%PDF-1.7\nnothing")]);
    let name = "a very long name of a file that nobody would give to a file ".repeat(3);
    project.write(format!("{name}.md"), SOW.replace("forecast", "予測 forecast"));
    let table = project.run(&["map", "in"]).status(1).stdout;
    let demo = root().join("corpora/demo");
    let demo = project.run(&["map", demo.to_str().unwrap(), "--dossier", "other"]).stdout;
    for line in table.lines().chain(demo.lines()) {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
    }
    for part in
        ["Quantify Business Value", "Forecasting", "offered", "broken.pdf - unreadable", "inputs", "points"]
    {
        assert!(table.contains(part), "{part} is missing:\n{table}");
    }
    let totals = table.trim_end().lines().rev().take(3).collect::<Vec<_>>().join(" ");
    assert!(totals.contains("inputs        3: 2 read, 1 unreadable"), "{totals}");
}

#[test]
fn colours_only_when_asked_for() {
    let project = Project::with(&[("sow.md", SOW)]);
    for args in [&["map", "in"][..], &["search", "forecast"]] {
        assert!(!project.run(args).status(0).stdout.contains('\x1b'));
        let always = [args, &["--color", "always"]].concat();
        assert!(project.run(&always).status(0).stdout.contains('\x1b'));
    }
}

#[test]
fn results_go_to_a_file_whole() {
    let project = Project::with(&[("sow.md", SOW)]);
    let printed = project.run(&["map", "in", "--format", "json"]).status(0).stdout;
    project.run(&["map", "in", "--format", "json", "-o", "map.json"]).status(0).no_stdout();
    assert_eq!(fs::read_to_string(project.path("map.json")).unwrap(), printed);
    std::os::unix::fs::symlink("map.json", project.path("link.json")).unwrap();
    project.run(&["map", "in", "-o", "link.json"]).status(0).no_stdout();
    assert!(project.path("link.json").is_symlink());
    assert!(fs::read_to_string(project.path("map.json")).unwrap().starts_with("FinOps"));
}

#[test]
fn nothing_but_the_result_is_on_standard_output() {
    let project = Project::with(&[("sow.md", SOW), ("broken.pdf", "%PDF-1.7\nnothing")]);
    project.run(&["map", "in", "--format", "json"]).status(1).stderr_has("capmap: 1 of 2 inputs").json();
    let quiet = project.run(&["map", "in", "--format", "json", "--quiet"]).status(1);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn the_other_commands_answer() {
    let project = Project::with(&[("sow.md", SOW)]);
    project.run(&["criteria", "list"]).status(0).stdout_has("finops-service-provider-2025");
    project.run(&["criteria", "show"]).status(0).stdout_has("allocation").stdout_has("Policies");
    let set = project.run(&["criteria", "show", "--format", "json"]).status(0).json();
    assert!(set["criteria"].as_array().unwrap().len() >= 21);
    project.run(&["lexicon", "check"]).status(0).stdout_has("no fault");
    let explain =
        project.run(&["lexicon", "explain", "We forecast your cloud spend for the next 12 months."]);
    explain.status(0).stdout_has("forecasting: offered").stdout_has("rule");
    project.run(&["limits"]).status(0).stdout_has("wall_ms = 10000 milliseconds");
    let raised = project.run(&["limits", "--limit", "wall_ms=20000", "--format", "json"]).status(0).json();
    let wall = raised.as_array().unwrap().iter().find(|row| row["name"] == "wall_ms").unwrap();
    assert_eq!(wall["value"], 20000);
    project.run(&["doctor", "in/sow.md"]).status(0).stdout_has("status  read").stdout_has("headings");
}
