//! Labelled documents: Markdown with label comments, as `corpora/README.md` describes.

use crate::jsonl::read_jsonl;
use crate::labels::{Comment, copies, marks};
use capmap_extract::{Options, read as extract};
use capmap_model::{Document, Format};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// One labelled passage: the blocks that it covers, and what was said of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unit {
    /// Blocks of the document.
    pub blocks: Vec<usize>,
    /// Criterion and grade (2, 1, -1).
    pub labels: Vec<(String, i8)>,
    /// Criteria that it only sounds like.
    pub traps: Vec<String>,
}

/// A document with its labels.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Who wrote it: what is split by.
    pub organization: String,
    /// The document as read.
    pub document: Document,
    /// Its passages, labelled or not.
    pub units: Vec<Unit>,
    /// A guide: nothing in it is an offer, and nobody labelled what it is about.
    pub guide: bool,
    /// Supplemental criteria were labelled too; where not, silence says nothing of them.
    pub supplemental: bool,
}

/// Labelled documents, in the order of their names.
pub type Corpus = Vec<Labelled>;

/// A corpus that cannot be used.
#[derive(Debug, Error)]
pub enum CorpusError {
    /// A file could not be read.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path}, line {line}: {what}")]
    Broken {
        /// Which.
        path: String,
        /// Counted from 1; 0 for the whole file.
        line: usize,
        /// What is wrong.
        what: String,
    },
}

/// Reads all labelled Markdown documents below a folder (the organization is the name of the folder that holds them), and
/// labelled passages in `.jsonl` files.
///
/// # Errors
/// Where a file cannot be read, or a comment labels nothing.
pub fn read(root: &Path) -> Result<Corpus, CorpusError> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let mut corpus = Corpus::new();
    for path in &files {
        if path.extension().is_some_and(|e| e == "jsonl") {
            corpus.extend(read_jsonl(path)?);
        } else {
            corpus.push(one(root, path)?);
        }
    }
    Ok(corpus)
}

/// Reads documents that explain and offer nothing (guides, framework pages): they teach the weights what talk looks like.
///
/// # Errors
/// Where a file cannot be read.
pub fn read_guides(folder: &Path) -> Result<Corpus, CorpusError> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    let mut corpus = Corpus::new();
    for path in files {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(&path)
            .map_err(|source| CorpusError::Io { path: name.clone(), source })?;
        let Some(document) = parsed(&text, &name) else { continue };
        let units = (0..document.blocks.len()).map(|b| Unit { blocks: vec![b], ..Unit::default() }).collect();
        corpus.push(Labelled { organization: name, document, units, guide: true, supplemental: false });
    }
    Ok(corpus)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), CorpusError> {
    let broken = |source| CorpusError::Io { path: folder.display().to_string(), source };
    for entry in std::fs::read_dir(folder).map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "md" || e == "jsonl") {
            files.push(path);
        }
    }
    Ok(())
}

fn one(root: &Path, path: &Path) -> Result<Labelled, CorpusError> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|source| CorpusError::Io { path: name.clone(), source })?;
    let source = path.strip_prefix(root).unwrap_or(path).display().to_string();
    let organization = path.parent().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
    let (plain, marked, comments) = copies(&text);
    let broken = |what: String| CorpusError::Broken { path: name.clone(), line: 0, what };
    let document = parsed(&plain, &source).ok_or_else(|| broken("is not read as Markdown".into()))?;
    let twin = parsed(&marked, &source).ok_or_else(|| broken("is not read as Markdown".into()))?;
    let units = units(&document, &twin, &comments).map_err(broken)?;
    Ok(Labelled {
        organization: organization.unwrap_or_default(),
        document,
        units,
        guide: false,
        supplemental: !says_unknown(&text),
    })
}

/// True where the first comment says that nobody labelled the supplemental criteria.
fn says_unknown(text: &str) -> bool {
    text.split("-->").next().is_some_and(|first| first.contains("supplemental: unknown"))
}

fn parsed(text: &str, source: &str) -> Option<Document> {
    let outcome = extract(text.as_bytes(), source, Format::Markdown, &Options::default(), &mut |_| {});
    outcome.document().cloned()
}

/// Block by block, the marks of the twin are the labels of the document.
fn units(document: &Document, twin: &Document, comments: &[Comment]) -> Result<Vec<Unit>, String> {
    if document.blocks.len() != twin.blocks.len() {
        return Err(format!(
            "has {} passages without its label comments and {} with them; put each comment at the end of its passage",
            document.blocks.len(),
            twin.blocks.len()
        ));
    }
    let mut used = 0;
    let mut out = Vec::with_capacity(twin.blocks.len());
    for (i, block) in twin.blocks.iter().enumerate() {
        let mut unit = Unit { blocks: vec![i], ..Unit::default() };
        for mark in marks(twin.slice(block.span)) {
            used += 1;
            unit.labels.extend(comments[mark].labels.iter().cloned());
            unit.traps.extend(comments[mark].traps.iter().cloned());
        }
        out.push(unit);
    }
    if used != comments.len() {
        return Err(format!(
            "{} of {} label comments stand outside a passage",
            comments.len() - used,
            comments.len()
        ));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_comment_says_that_supplemental_criteria_are_unknown() {
        assert!(says_unknown("<!-- document: sow; supplemental: unknown -->\n# A\n"));
        assert!(!says_unknown(
            "<!-- document: sow -->\n# A\n\nsupplemental: unknown <!-- allocation=2 -->\n"
        ));
    }
}
