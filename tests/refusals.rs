//! What the demo refuses is never suggested as offered: the worst mistake that the map can make.

use crate::labels::labels;
use crate::project::{Project, root};
use serde_json::Value;

#[test]
fn what_the_demo_refuses_is_not_offered() {
    let project = Project::new();
    let demo = root().join("corpora/demo");
    let map = project.run(&["map", demo.to_str().unwrap(), "--format", "json"]).json();
    let rows = map["criteria_map"].as_array().unwrap();
    let suggested = |criterion: &str| {
        let row = rows.iter().find(|row| row["criterion"] == criterion).unwrap();
        row["suggestions"].as_array().unwrap().iter().filter(|s| s["grade"] == "offered")
    };
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let refused = labels(&project, "-1");
    let mut wrong = Vec::new();
    for label in &refused {
        let hit = suggested(&label.criterion).find(|s| {
            s["document"] == *label.source
                && number(&s["start"]) < label.passage.end
                && label.passage.start < number(&s["end"])
        });
        wrong.extend(hit.map(|s| format!("{}: {}: {}", label.source, label.criterion, s["quote"])));
    }
    assert!(refused.len() > 20, "only {} refusals of the labels were found in the texts", refused.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), refused.len(), wrong.join("\n"));
}
