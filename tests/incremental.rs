//! A second run reads what changed, and only that.

use crate::project::{Project, SOW, root, row, suggestions};
use std::fs;

#[test]
fn where_nothing_changed_nothing_is_written() {
    let project = Project::new();
    let demo = root().join("corpora/demo");
    let args = ["map", demo.to_str().unwrap(), "--quiet"];
    let first = project.run(&args);
    let before = project.dossier_state();
    assert!(before.len() > 10);
    assert_eq!(project.run(&args).stdout, first.stdout);
    assert_eq!(project.dossier_state(), before);
}

#[test]
fn changes_are_seen_and_the_rest_is_kept() {
    let project = Project::with(&[("same.md", SOW), ("edited.md", SOW), ("gone.md", SOW)]);
    project.map();
    let records = |project: &Project| -> Vec<_> {
        project
            .dossier_state()
            .into_iter()
            .filter(|(path, ..)| path.parent().unwrap().ends_with("read"))
            .collect()
    };
    let before = records(&project);
    assert_eq!(before.len(), 3);
    // Same length, so that only the time tells.
    project.write("edited.md", SOW.replace("12-month", "18-month"));
    fs::remove_file(project.input().join("gone.md")).unwrap();
    let map = project.map();
    assert_eq!(map["documents"].as_array().unwrap().len(), 2);
    let kept = records(&project).into_iter().filter(|record| before.contains(record)).count();
    assert_eq!((kept, records(&project).len()), (1, 2));
    let quotes: Vec<String> = suggestions(&map).iter().map(|s| s["quote"].to_string()).collect();
    assert!(quotes.iter().any(|q| q.contains("18-month")), "{quotes:#?}");
    project.run(&["search", "exact:18"]).status(0).stdout_has("edited.md").stdout_has("1 passage\n");
    project.run(&["search", "source:gone"]).status(0).stdout_has("no passage matches");
    project.run(&["text", "edited.md"]).status(0).stdout_has("18-month");
}

#[test]
fn a_damaged_cache_is_told_or_mended_never_believed() {
    let project = Project::with(&[("sow.md", SOW)]);
    let map = project.map();
    fs::write(project.dossier().join("cache/manifest"), "junk").unwrap();
    assert_eq!(project.map(), map);
    fs::remove_dir_all(project.dossier().join("index")).unwrap();
    assert_eq!(project.map(), map);
    project.run(&["search", "forecast"]).status(0).stdout_has("sow.md");
    let damage = |folder: &str| {
        for record in fs::read_dir(project.dossier().join("cache").join(folder)).unwrap() {
            fs::write(record.unwrap().path(), "junk").unwrap();
        }
    };
    // What is not needed is not opened: the map stands as it was.
    damage("read");
    assert_eq!(project.map(), map);
    damage("found");
    project.run(&["map", "in"]).status(2).no_stdout().stderr_has("hint: delete the dossier's cache folder");
    fs::remove_dir_all(project.dossier().join("cache")).unwrap();
    assert_eq!(project.map(), map);
}

#[test]
fn other_options_read_anew() {
    let project = Project::with(&[("sow.md", SOW)]);
    assert_eq!(row(&project.map(), "sow.md")["status"], "read");
    let run = project.run(&["map", "in", "--format", "json", "--limit", "input_bytes=10"]).status(1);
    assert_eq!(row(&run.json(), "sow.md")["status"], "unreadable");
    assert_eq!(row(&project.map(), "sow.md")["status"], "read");
}

#[test]
fn only_one_run_at_a_time_uses_a_dossier() {
    let project = Project::with(&[("sow.md", SOW)]);
    project.map();
    let lock = fs::File::options().write(true).open(project.dossier().join("lock")).unwrap();
    lock.try_lock().unwrap();
    project.run(&["map", "in"]).status(2).no_stdout().stderr_has("another run is using").stderr_has("hint:");
    drop(lock);
    project.run(&["map", "in"]).status(0);
}

/// Processor seconds of the program and its workers for one run on a folder.
fn user_seconds(project: &Project, folder: &std::path::Path) -> f64 {
    let args = ["map", folder.to_str().unwrap(), "--format", "json", "-o", "map.json", "--quiet"];
    let times = project.through_shell("\"$@\"; times", &args).output().unwrap();
    let times = String::from_utf8(times.stdout).unwrap();
    let children = times.lines().last().unwrap().split(' ').next().unwrap().to_owned();
    let (minutes, seconds) = children.trim_end_matches('s').split_once('m').unwrap();
    minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
}

#[test]
fn a_warm_run_costs_a_twentieth() {
    let documents = root().join("../shared/corpora/documents");
    if !documents.is_dir() {
        eprintln!("skipped: {} is not there, and the demo is too small to measure", documents.display());
        return;
    }
    let project = Project::new();
    let cold = user_seconds(&project, &documents);
    let warm = user_seconds(&project, &documents);
    assert!(cold > 0.1 && warm <= 0.05 * cold, "cold {cold} s, warm {warm} s");
}
