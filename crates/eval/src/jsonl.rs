//! Labelled passages as one JSON object per line: `id`, `organization`, `source`, `text`, `labels` (criterion to grade), and
//! where known the `heading` that the passage stands under.
//!
//! Passages of one source stand in one document, in the order of the file, so that what a document is about counts as it
//! would for a reader.

use crate::corpus::{Corpus, CorpusError, Labelled, Unit};
use capmap_lexicon::plain_document;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Debug, Deserialize)]
struct Line {
    organization: String,
    source: String,
    #[serde(default)]
    heading: String,
    text: String,
    labels: BTreeMap<String, i8>,
}

/// Which organizations may be looked at while rules and weights are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// Their names; all others are unseen.
    pub tune: Vec<String>,
}

/// Reads a split file.
///
/// # Errors
/// Where it cannot be read or is not a split.
pub fn read_split(path: &Path) -> Result<Split, CorpusError> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|source| CorpusError::Io { path: name.clone(), source })?;
    toml::from_str(&text).map_err(|e| CorpusError::Broken {
        path: name,
        line: 0,
        what: e.message().to_owned(),
    })
}

/// Reads labelled passages.
///
/// # Errors
/// Where the file cannot be read or a line is not a labelled passage.
pub fn read_jsonl(path: &Path) -> Result<Corpus, CorpusError> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|source| CorpusError::Io { path: name.clone(), source })?;
    let mut sources: Vec<(String, Vec<Line>)> = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let line: Line = serde_json::from_str(line).map_err(|e| CorpusError::Broken {
            path: name.clone(),
            line: i + 1,
            what: e.to_string(),
        })?;
        match sources.iter_mut().find(|(source, _)| *source == line.source) {
            Some((_, lines)) => lines.push(line),
            None => sources.push((line.source.clone(), vec![line])),
        }
    }
    Ok(sources.into_iter().map(|(source, lines)| document(source, &lines)).collect())
}

fn document(source: String, lines: &[Line]) -> Labelled {
    let mut text = String::new();
    let mut units: Vec<Unit> = Vec::new();
    let (mut block, mut list, mut heading, mut own) = (0, false, "", String::new());
    for (i, line) in lines.iter().enumerate() {
        if line.heading.trim() != heading {
            heading = line.heading.trim();
            list = false;
            // A passage without a heading after one that has it: what it stands under is not known.
            if !heading.is_empty() {
                text.push_str(&format!("## {heading}\n"));
                block += 1;
            }
        }
        let written = match line.text.trim().lines().count() {
            1 => alone(line.text.trim(), i + 1 < lines.len(), &mut list),
            _ => written(&line.text),
        };
        // Passages that each repeat the heading above them stand under one heading.
        let first = written.lines().next().filter(|l| l.starts_with("### ")).unwrap_or("");
        let again = !first.is_empty() && first == own && written.lines().count() > 1;
        own = first.to_owned();
        let written = if again { written[first.len() + 1..].to_owned() } else { written };
        list = list || written.trim_end().ends_with(':');
        let blocks: Vec<usize> = written.lines().enumerate().map(|(i, _)| block + i).collect();
        block += blocks.len();
        text.push_str(&written);
        units.push(Unit { blocks, labels: line.labels.clone().into_iter().collect(), traps: Vec::new() });
    }
    let mut document = plain_document(&text);
    document.source = source;
    let organization = lines.first().map(|l| l.organization.clone()).unwrap_or_default();
    Labelled { organization, document, units, guide: false, supplemental: false }
}

/// Longest heading and longest item without a verb to end it, in words.
const HEADING_WORDS: usize = 9;
const ITEM_WORDS: usize = 30;

/// A passage of one line: whoever cut the passages left out what was a heading and what an item of the list before.
fn alone(line: &str, more: bool, list: &mut bool) -> String {
    let line = line.trim_start_matches('#').trim_start();
    let words: Vec<&str> = line.split_whitespace().collect();
    let ends = line.ends_with(['.', ':', ',', ';', '?', '!']);
    let titled = |w: &&&str| w.len() > 3 && w.starts_with(char::is_lowercase);
    let title = line.trim_start_matches(|c: char| c.is_numeric() || c == '.' || c == ' ');
    let plain = title.contains(['|', ':', '.']) || line.starts_with("- ");
    let heading = more
        && !ends
        && !plain
        && (1..=HEADING_WORDS).contains(&words.len())
        && title.starts_with(char::is_uppercase)
        && words.iter().filter(titled).count() == 0;
    if heading {
        *list = false;
        return format!("## {line}\n");
    }
    let goes_on = !ends || line.ends_with([';', ',']) || enumerated(line);
    let item = *list && goes_on && words.len() <= ITEM_WORDS && !line.starts_with("- ");
    *list = *list && (item || line.starts_with("- "));
    let line = if line.is_empty() { "-" } else { line };
    if item { format!("- {line}\n") } else { format!("{line}\n") }
}

/// `(a)`, `b)`, `3.1`, `iv.` before the words of an item.
fn enumerated(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or("");
    let mark = first.trim_matches(['(', ')', '.']);
    let short = mark.len() <= 4 && mark.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    short && !mark.is_empty() && (first.ends_with([')', '.']) || mark.contains('.'))
}

/// Lines of a passage: a short first line without an end, followed by others, is its heading, and so is a second one before a
/// single line; what follows a line that ends in a colon is its list.
fn written(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    let mut out = String::new();
    let (mut headings, mut list) = (0, false);
    for (i, line) in lines.iter().enumerate() {
        let line = line.trim_start_matches('#').trim_start();
        let title = line.split_whitespace().count() <= 10
            && !line.ends_with(['.', ':', ',', ';'])
            && !line.starts_with("- ");
        let heading = title && headings == i && (i == 0 && lines.len() > 1 || i == 1 && lines.len() == 3);
        headings += usize::from(heading);
        list = (list || i > 0 && lines[i - 1].ends_with(':')) && !line.ends_with(['.', ':']);
        if heading {
            out.push_str(if i == 0 { "### " } else { "#### " });
        } else if list && !line.starts_with("- ") {
            out.push_str("- ");
        }
        out.push_str(if line.is_empty() { "-" } else { line });
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_that_is_given_stands_above_its_passages_and_is_none_itself() {
        let line = |heading: &str, text: &str| {
            let line = serde_json::json!({
                "organization": "o", "source": "s", "heading": heading, "text": text, "labels": {"allocation": 2}
            });
            serde_json::from_value::<Line>(line).unwrap()
        };
        let lines = [
            line("Out of scope", "We tag it."),
            line("Out of scope", "We split it."),
            line("Fees", "We bill it."),
            line("", "We pay it."),
        ];
        let labelled = document("s".into(), &lines);
        let above = |unit: &Unit| labelled.document.section_path(unit.blocks[0]).join(" > ");
        let words = |unit: &Unit| labelled.document.slice(labelled.document.blocks[unit.blocks[0]].span);
        let seen: Vec<(String, &str)> = labelled.units.iter().map(|u| (above(u), words(u))).collect();
        let wanted = [
            ("## Out of scope", "We tag it."),
            ("## Out of scope", "We split it."),
            ("## Fees", "We bill it."),
            ("## Fees", "We pay it."),
        ];
        assert_eq!(seen, wanted.map(|(heading, text)| (heading.to_owned(), text)));
    }

    #[test]
    fn a_heading_that_passages_repeat_is_one_and_a_colon_begins_a_list() {
        let line = |text: &str| {
            let line = serde_json::json!({"organization": "o", "source": "s", "text": text, "labels": {}});
            serde_json::from_value::<Line>(line).unwrap()
        };
        let lines = [
            line("Prices\nWe tag it:\nall of it"),
            line("Prices\nWe split it."),
            line("Prices\nFees\nWe bill it."),
        ];
        let document = document("s".into(), &lines).document;
        let words: Vec<&str> = document.blocks.iter().map(|b| document.slice(b.span)).collect();
        let wanted = ["### Prices", "We tag it:", "- all of it", "We split it.", "#### Fees", "We bill it."];
        assert_eq!(words, wanted);
    }
}
