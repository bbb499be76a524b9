//! What `map --format json` prints is what its schema says, and the schema lets nothing else through.

use crate::project::{Project, SOW, root};
use serde_json::{Value, json};

fn schema() -> Value {
    let path = root().join("crates/cli/schema/map.schema.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn a_map() -> Value {
    Project::with(&[("sow.md", SOW), ("broken.pdf", "%PDF-1.7\nnothing"), ("empty", "")]).map()
}

#[test]
fn real_output_is_valid() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let demo = root().join("corpora/demo");
    let demo = Project::new().run(&["map", demo.to_str().unwrap(), "--format", "json"]).json();
    for map in [a_map(), demo] {
        let faults: Vec<String> =
            validator.iter_errors(&map).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn the_schema_is_strict() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let broken: [fn(&mut Value); 5] = [
        |map| map["more"] = json!(1),
        |map| map["documents"][0]["status"] = json!("lost"),
        |map| map["documents"][0]["reason"] = json!(7),
        |map| map["criteria_map"][0]["points"] = json!("3"),
        |map| drop(map.as_object_mut().unwrap().remove("lexicon")),
    ];
    for change in broken {
        let mut map = a_map();
        assert!(validator.is_valid(&map));
        change(&mut map);
        assert!(!validator.is_valid(&map));
    }
}

#[test]
fn keys_stand_in_the_contracts_order() {
    let project = Project::with(&[("sow.md", SOW)]);
    let text = project.run(&["map", "in", "--format", "json"]).status(0).stdout;
    let orders = [
        &["schema", "criteria", "lexicon", "documents", "criteria_map"][..],
        &["id", "source", "format", "status", "reason", "pages", "words", "provenance", "elements"],
        &["criterion", "kind", "name", "domain", "points", "coverage", "suggestions"],
        &[
            "id",
            "document",
            "page",
            "section",
            "start",
            "end",
            "quote",
            "grade",
            "tier",
            "confidence",
            "cue",
            "why",
            "link",
        ],
    ];
    for order in orders {
        let mut from = text.find(&format!("\"{}\": ", order[0])).unwrap();
        if order[1] == "document" {
            from = text.find("\"suggestions\": [\n").unwrap();
        }
        for key in order {
            let found = text[from..]
                .find(&format!("\"{key}\": "))
                .unwrap_or_else(|| panic!("{key} not after {order:?}"));
            from += found;
        }
    }
}
