//! What the demo refuses is never suggested as offered: the worst mistake that the map can make.

use crate::project::{Project, root, suggestions};

#[test]
fn what_the_demo_refuses_is_not_offered() {
    let project = Project::new();
    let demo = root().join("corpora/demo");
    let map = project.run(&["map", demo.to_str().unwrap(), "--format", "json"]).json();
    let offered: Vec<_> = suggestions(&map).into_iter().filter(|s| s["grade"] == "offered").collect();
    let labels = std::fs::read_to_string(root().join("corpora/demo-sources/labels.tsv")).unwrap();
    let (mut seen, mut wrong) = (0, Vec::new());
    for line in labels.lines().skip(1) {
        let [file, criterion, "-1", quote] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let text = project.run(&["text", demo.join(file).to_str().unwrap()]).status(0).stdout;
        let Some((start, end)) = passage(&text, quote) else { continue };
        seen += 1;
        let number = |value: &serde_json::Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        let rule = format!("{criterion}/");
        let own = |why: &serde_json::Value| why["rule"].as_str().is_some_and(|r| r.starts_with(&rule));
        let hit = offered.iter().find(|s| {
            s["document"] == *file
                && s["why"].as_array().is_some_and(|why| why.iter().any(own))
                && number(&s["start"]) < end
                && start < number(&s["end"])
        });
        wrong.extend(hit.map(|s| format!("{file}: {criterion}: {}", s["quote"])));
    }
    assert!(seen > 20, "only {seen} refusals of the labels were found in the texts");
    assert!(wrong.is_empty(), "{} of {seen}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The line that holds a quote, as characters of the canonical text: a passage is one line.
fn passage(text: &str, quote: &str) -> Option<(usize, usize)> {
    let at = text.find(quote)?;
    let first = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let last = text[at..].find('\n').map_or(text.len(), |n| at + n);
    Some((text[..first].chars().count(), text[..last].chars().count()))
}
