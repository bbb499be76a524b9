//! What the demo's labels say, and where it stands in the texts as the program read them.

use crate::project::{Project, root};
use std::collections::BTreeMap;
use std::ops::Range;

/// One label of the demo. Places count characters of the canonical text.
pub struct Label {
    pub criterion: String,
    pub source: String,
    /// The words that were labelled.
    pub quote: Range<usize>,
    /// The passage that holds them: a line of the text.
    pub passage: Range<usize>,
}

/// Labels of one grade whose words stand in the texts of a project that has mapped the demo.
pub fn labels(project: &Project, wanted: &str) -> Vec<Label> {
    let labels = std::fs::read_to_string(root().join("corpora/demo-sources/labels.tsv")).unwrap();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for line in labels.lines().skip(1) {
        let [file, criterion, grade, quote] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        if grade != wanted {
            continue;
        }
        let text =
            texts.entry(file.to_owned()).or_insert_with(|| project.run(&["text", file]).status(0).stdout);
        let Some(at) = text.find(quote) else { continue };
        let end = at + quote.len();
        let characters = |bytes: Range<usize>| {
            let start = text[..bytes.start].chars().count();
            start..start + text[bytes].chars().count()
        };
        let line = text[..at].rfind('\n').map_or(0, |n| n + 1)
            ..text[end..].find('\n').map_or(text.len(), |n| end + n);
        found.push(Label {
            criterion: criterion.to_owned(),
            source: file.to_owned(),
            quote: characters(at..end),
            passage: characters(line),
        });
    }
    found
}
