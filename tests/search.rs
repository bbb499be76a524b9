//! Searching what was read.

use crate::project::{Project, SOW};

fn mapped() -> Project {
    let other = "# Annex\n\n## 2 Reports\n\nMonthly reports show the bill of every team.\n";
    let project = Project::with(&[("sow.md", SOW), ("annex/reports.md", other)]);
    project.run(&["map", "in"]).status(0);
    project
}

#[test]
fn passages_are_printed_with_marks_and_citation() {
    let run = mapped().run(&["search", "forecasting"]).status(0);
    run.stdout_has("sow.md > Statement of Work > 3 Services [").stdout_has("*forecast* of your");
}

#[test]
fn phrases_and_fields_narrow() {
    let project = mapped();
    project
        .run(&["search", "\"bill of every team\""])
        .status(0)
        .stdout_has("reports.md")
        .stdout_has("1 passage\n");
    project.run(&["search", "+report +source:sow"]).status(0).stdout_has("no passage matches");
    project.run(&["search", "kind:heading", "--limit", "2"]).status(0).stdout_has("2 of 5 passages; --limit");
}

#[test]
fn quotes_are_slices_of_the_text() {
    let project = mapped();
    let answer = project.run(&["search", "team OR forecast", "--format", "json"]).status(0).json();
    let hits = answer["hits"].as_array().unwrap();
    assert!(hits.len() >= 2);
    for hit in hits {
        let text: Vec<char> =
            project.run(&["text", hit["document"].as_str().unwrap()]).status(0).stdout.chars().collect();
        let slice = |value: &serde_json::Value| {
            let offset = |key: &str| usize::try_from(value[key].as_u64().unwrap()).unwrap();
            text[offset("start")..offset("end")].iter().collect::<String>()
        };
        assert_eq!(hit["quote"], slice(hit).as_str());
        for mark in hit["highlights"].as_array().unwrap() {
            assert!(["team", "forecast"].contains(&slice(mark).as_str()));
        }
    }
}

#[test]
fn a_wrong_query_and_a_missing_index_say_what_to_do() {
    mapped().run(&["search", "nofield:x"]).status(2).no_stdout().stderr_has("hint: fields are");
    Project::new().run(&["search", "x"]).status(2).no_stdout().stderr_has("hint: run `capmap map");
}

/// What a rule does not know, said in the words of what it knows.
const SECOND: &str = "# Annex\n\n## 2 Rhythm\n\nThe finance team hears every month what moved, and we explain it.\n\n\
## 3 Fees\n\nFees are due thirty days after the receipt of an order.\n\n## 4 Law\n\nThe law of England applies to this \
order and the courts of London decide.\n";

#[test]
fn what_might_have_been_missed_for_a_capability() {
    let project = Project::with(&[("sow.md", SOW), ("annex.md", SECOND)]);
    project.run(&["map", "in"]).status(0);
    let like = ["search", "--like", "forecasting", "--format", "json"];
    let answer = project.run(&like).status(0).json();
    assert_eq!((&answer["schema"], &answer["like"]), (&"capmap/search/1".into(), &"forecasting".into()));
    let first = &answer["hits"][0];
    assert!(first["quote"].as_str().unwrap().starts_with("The finance team hears"), "{answer:#}");
    let quotes = || answer["hits"].as_array().unwrap().iter().map(|hit| hit["quote"].as_str().unwrap());
    assert!(quotes().all(|quote| !quote.contains("We build and maintain")), "it is suggested");
    project.run(&["search", "--like", "forecasting"]).status(0).stdout_has("*every* *month*");
    // A query's answer says nothing of it.
    let query = project.run(&["search", "forecast", "--format", "json"]).status(0).json();
    assert!(query.get("like").is_none());
}

#[test]
fn a_wrong_criterion_says_what_to_do() {
    let project = mapped();
    project
        .run(&["search", "--like", "no-such"])
        .status(2)
        .no_stdout()
        .stderr_has("hint: `capmap criteria show`");
    project.run(&["search"]).status(2).no_stdout();
    project.run(&["search", "x", "--like", "forecasting"]).status(2).no_stdout();
}
