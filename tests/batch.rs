//! Many applicants in one run: one dossier each, resumable, and a failing one fails alone.

use crate::project::{Project, Run, SOW};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const BATCH: [&str; 5] = ["batch", "in", "--date", "2026-11-23", "--quiet"];

fn three() -> Project {
    let project = Project::with(&[
        ("Ash/sow.md", SOW),
        ("Ash/more/page.html", "<h1>Services</h1><p>We allocate shared cloud cost to each team by tag.</p>"),
        ("Birch/sow.md", SOW),
        ("Birch/locked.pdf", "%PDF-1.4 cut short"),
        ("Cedar & Co/sow.md", &SOW.replace("12-month", "18-month")),
        ("Cedar & Co/readiness.toml", "[certified]\ndate = 2025-01-10\n"),
    ]);
    project.age();
    project
}

fn json(project: &Project, more: &[&str]) -> (Run, Value) {
    let args: Vec<&str> = BATCH.iter().chain(more).copied().chain(["--format", "json"]).collect();
    let run = project.run(&args);
    let value = run.json();
    (run, value)
}

fn names(value: &Value) -> Vec<&str> {
    value["applicants"].as_array().unwrap().iter().map(|row| row["applicant"].as_str().unwrap()).collect()
}

#[test]
fn each_applicant_gets_a_dossier_and_a_line() {
    let project = three();
    let (run, value) = json(&project, &[]);
    assert_eq!(run.status, 1, "{}", run.stderr); // one file cannot be read
    assert_eq!(value["schema"], "capmap/batch/1");
    assert_eq!(names(&value), ["Ash", "Birch", "Cedar & Co"]);
    let rows = value["applicants"].as_array().unwrap();
    assert_eq!((&rows[0]["documents"], &rows[0]["unreadable"]), (&2.into(), &0.into()));
    assert_eq!((&rows[1]["documents"], &rows[1]["unreadable"]), (&2.into(), &1.into()));
    assert_eq!(rows[2]["documents"], 1, "the profile is no document");
    assert_eq!((&rows[2]["renewal"]["due"], &rows[2]["renewal"]["days"]), (&"2027-01-10".into(), &48.into()));
    assert_eq!(rows[2]["score"]["points"], 0);
    assert!(rows[2]["suggested"].as_u64() >= Some(5), "{}", rows[2]); // the forecast
    // The dossiers are what `map` would have made.
    let dossier = project.dossier().join("Ash");
    let score =
        project.run(&["score", "--format", "json", "--dossier", dossier.to_str().unwrap()]).status(0).json();
    assert_eq!(score["capabilities"]["confirmed"], 0);
    let alone = project.run(&["map", "in/Ash", "--format", "json", "--quiet"]).json();
    let again =
        project.run(&["map", "in/Ash", "--format", "json", "--dossier", dossier.to_str().unwrap()]).json();
    assert_eq!(alone, again);
}

#[test]
fn every_form_shows_every_applicant() {
    let project = three();
    for format in ["table", "csv", "html"] {
        let run = project.run(&[&BATCH[..], &["--format", format]].concat()).status(1);
        for name in ["Ash", "Birch"] {
            assert!(run.stdout.contains(name), "{format}: {}", run.stdout);
        }
        let last = if format == "html" { "Cedar &amp; Co" } else { "Cedar & Co" };
        assert!(run.stdout.contains(last) && run.stdout.contains("48"), "{format}: {}", run.stdout);
    }
}

/// Everything but what the database keeps for its readers alone.
fn kept(project: &Project) -> Vec<(std::path::PathBuf, u64, std::time::SystemTime)> {
    let own = |path: &std::path::Path| {
        path.to_string_lossy().ends_with("-shm") || path.to_string_lossy().ends_with("-wal")
    };
    project.dossier_state().into_iter().filter(|(path, ..)| !own(path)).collect()
}

#[test]
fn what_did_not_change_is_left_as_it_is() {
    let project = three();
    let (_, first) = json(&project, &[]);
    // One file is broken for good: that is no reason to read it again.
    let before = kept(&project);
    let (_, second) = json(&project, &[]);
    assert_eq!(first, second);
    assert_eq!(kept(&project), before);
    assert!(names(&json(&project, &["--changed"]).1).is_empty());
    project.write("Birch/new.md", "# Services\n\nWe set budgets for cloud spend with your product owners.\n");
    assert_eq!(names(&json(&project, &["--changed"]).1), ["Birch"]);
}

#[test]
fn an_applicant_that_fails_fails_alone() {
    let project = three();
    fs::create_dir_all(project.dossier()).unwrap();
    fs::write(project.dossier().join("Birch"), "a file where the dossier should be").unwrap();
    let (run, value) = json(&project, &[]);
    assert_eq!(run.status, 1);
    let rows = value["applicants"].as_array().unwrap();
    assert_eq!(rows[1]["status"], "failed");
    assert!(rows[1]["reason"].as_str().unwrap().contains("Birch"), "{}", rows[1]);
    assert_eq!((&rows[0]["status"], &rows[2]["status"]), (&"read".into(), &"read".into()));
}

#[test]
fn a_manifest_names_applicants_and_their_inputs() {
    let project = three();
    let manifest =
        "applicant,input,profile\nOne,Ash,\nOne,Birch/sow.md,\nTwo,Cedar & Co,Cedar & Co/readiness.toml\n";
    project.write("manifest.csv", manifest);
    let (run, value) = json(&project, &[]);
    assert_eq!((run.status, names(&value)), (0, vec!["One", "Two"]));
    assert_eq!(value["applicants"][0]["documents"], 3);
    assert_eq!(value["applicants"][1]["renewal"]["days"], 48);
    fs::remove_file(project.input().join("manifest.csv")).unwrap();
    project.write("manifest.toml", "[[applicant]]\nname = \"Three\"\ninputs = [\"Ash\"]\n");
    assert_eq!(names(&json(&project, &[]).1), ["Three"]);
    project.run(&["batch", "nowhere"]).status(2).no_stdout().stderr_has("hint:");
    for (name, row) in [
        ("manifest.toml", "[[applicant]]\nname = \"Three\"\ninputs = [\"https://three.example/\"]\n"),
        ("manifest.csv", "applicant,input\nThree,Ash\nThree,https://three.example/\n"),
    ] {
        let _ = fs::remove_file(project.input().join("manifest.toml"));
        project.write(name, row);
        let run = project.run(&["batch", "in"]).status(2).no_stdout();
        run.stderr_has("Three is an address, https://three.example/").stderr_has("capmap pages");
    }
    fs::remove_file(project.input().join("manifest.csv")).unwrap();
    project.write("manifest.toml", "applicants = 3");
    project.run(&["batch", "in"]).status(2).no_stdout().stderr_has("manifest.toml");
}

#[test]
fn a_run_that_is_killed_goes_on_where_it_stopped() {
    let project = Project::new();
    for applicant in 0..12 {
        for document in 0..8 {
            let text = SOW.replace("12-month", &format!("{applicant}{document}-month"));
            project.write(format!("a{applicant:02}/sow{document}.md"), text);
        }
    }
    let read = |project: &Project| -> usize {
        let dossiers = fs::read_dir(project.dossier()).into_iter().flatten().flatten();
        dossiers.map(|d| fs::read_dir(d.path().join("cache/read")).map_or(0, Iterator::count)).sum()
    };
    let unbroken = Project::new();
    let input = project.input();
    let whole =
        unbroken.run(&["batch", input.to_str().unwrap(), "--format", "json", "--quiet"]).status(0).json();
    let mut seen = 0;
    for wait in [40, 90, 150] {
        let mut child = project.command(&BATCH).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = read(&project);
        assert!(now >= seen, "{now} records after {seen}: something was lost");
        seen = now;
    }
    let resumed = json(&project, &[]).1;
    assert_eq!(resumed["applicants"], whole["applicants"]);
    assert_eq!(read(&project), 96);
}

#[test]
fn nobody_else_may_read_it_and_the_others_go_on() {
    let project = three();
    let closed = project.input().join("Birch");
    fs::set_permissions(&closed, PermissionsExt::from_mode(0o000)).unwrap();
    let args = [&BATCH[..], &["--format", "json"]].concat();
    let prelude = project.without_rights();
    fs::create_dir_all(project.dossier()).unwrap();
    fs::set_permissions(project.dossier(), PermissionsExt::from_mode(0o777)).unwrap();
    let run = Run::of(&project.through_shell(prelude, &args).output().unwrap());
    fs::set_permissions(&closed, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(run.status, 1, "{}", run.stderr);
    let rows = run.json()["applicants"].clone();
    assert_eq!((&rows[0]["status"], &rows[2]["status"]), (&"read".into(), &"read".into()), "{rows}");
    assert_ne!(rows[1]["status"], "read");
}
