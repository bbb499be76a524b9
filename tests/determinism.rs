//! Same inputs, same bytes: whatever the number of jobs, from a fresh dossier and a warm one.

use crate::project::{Project, SOW, root};

fn demo(project: &Project, format: &str, jobs: &str) -> String {
    let demo = root().join("corpora/demo");
    let demo = demo.to_str().unwrap();
    let run = project.run(&["map", demo, "--format", format, "--jobs", jobs, "--quiet"]);
    assert!(run.status < 2, "{}", run.stderr);
    run.stdout
}

#[test]
fn jobs_and_warmth_make_no_difference() {
    let (one, eight) = (Project::new(), Project::new());
    for format in ["json", "table"] {
        let cold = demo(&one, format, "1");
        assert!(cold.len() > 1000);
        assert_eq!(cold, demo(&eight, format, "8"), "--jobs 1 and --jobs 8");
        assert_eq!(cold, demo(&one, format, "8"), "fresh and warm");
    }
}

#[test]
fn a_dossier_that_saw_other_inputs_makes_no_difference() {
    let files = [("a.md", SOW), ("b/c.md", "# Terms\n\nWe forecast the cloud bill.\n")];
    let (used, fresh) = (Project::with(&files), Project::with(&files));
    demo(&used, "json", "2");
    assert_eq!(used.map(), fresh.map());
    for query in ["forecast", "cloud bill", "section:services"] {
        let (used, fresh) = (used.run(&["search", query]), fresh.run(&["search", query]));
        assert_eq!(used.status(0).stdout, fresh.status(0).stdout);
    }
}

#[test]
fn the_same_files_elsewhere_give_the_same_bytes() {
    let files = [("a.md", SOW), ("b.md", SOW)];
    let (here, there) = (Project::with(&files), Project::with(&files));
    assert_eq!(here.map(), there.map());
}
