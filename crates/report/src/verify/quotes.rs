//! Each quote against its text, and against its original, read anew.

use super::files::Files;
use super::{Problem, Proof, Reread};
use crate::bundle::{hex, original_path, text_path};
use crate::pack::{Evidence, Pack, PackDocument};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Read, Seek};

pub(super) fn check<R: Read + Seek>(
    pack: &Pack,
    files: &mut Files<R>,
    reread: &mut Reread<'_>,
    proof: &mut Proof,
) {
    let mut by_source: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
    for evidence in &pack.evidence {
        by_source.entry(evidence.citation.source()).or_default().push(evidence);
    }
    let mut without = 0;
    for (source, evidence) in by_source {
        let Some(document) = pack.document(source) else {
            proof
                .problems
                .push(Problem::Report(format!("it quotes {source}, which is not among its documents")));
            continue;
        };
        in_text(document, &evidence, files, proof);
        match files.read(&original_path(document)) {
            Some(bytes) => in_original(document, &bytes, &evidence, reread, proof),
            None => without += 1,
        }
    }
    if without > 0 {
        let what = if without == 1 { "1 original is".to_owned() } else { format!("{without} originals are") };
        proof
            .remarks
            .push(format!("{what} not in the bundle: their quotes were checked against the texts in it"));
    }
}

fn in_text<R: Read + Seek>(
    document: &PackDocument,
    evidence: &[&Evidence],
    files: &mut Files<R>,
    proof: &mut Proof,
) {
    let text = text_path(document)
        .and_then(|path| files.read(&path))
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text else {
        proof.remarks.push(format!("the text of {} is not in the bundle", document.source));
        return;
    };
    let index = Index::new(&text);
    for one in evidence {
        match index.slice(one.citation.start(), one.citation.end()) == Some(one.citation.quote()) {
            true => proof.quotes += 1,
            false => proof.problems.push(problem(one, "it is not what stands there in the text")),
        }
        if one.citation.document() != document.id.as_ref().unwrap_or(one.citation.document()) {
            proof.problems.push(problem(one, "it cites another edition of the document"));
        }
    }
}

fn in_original(
    document: &PackDocument,
    bytes: &[u8],
    evidence: &[&Evidence],
    reread: &mut Reread<'_>,
    proof: &mut Proof,
) {
    let digest = format!("sha256:{}", hex(&Sha256::digest(bytes)));
    if document.id.as_ref().map(|id| id.0.as_str()) != Some(&digest) {
        proof.problems.push(Problem::Original(document.source.clone()));
        return;
    }
    let read = match reread(document, bytes) {
        Ok(read) => read,
        Err(why) => {
            proof.remarks.push(format!("the original {} could not be read here: {why}", document.source));
            return;
        }
    };
    let index = Index::new(&read.text);
    for one in evidence {
        let cited = &one.citation;
        if index.slice(cited.start(), cited.end()) == Some(cited.quote()) {
            proof.from_originals += 1;
        } else if read.text.contains(cited.quote()) {
            proof.from_originals += 1;
            let words = format!(
                "the quote of {} stands at another place of {}: this program reads it differently",
                one.id, document.source
            );
            proof.remarks.push(words);
        } else {
            proof.problems.push(problem(one, "it does not stand in the original"));
        }
    }
}

fn problem(evidence: &Evidence, why: &str) -> Problem {
    Problem::Quote {
        evidence: evidence.id.clone(),
        source: evidence.citation.source().to_owned(),
        why: why.to_owned(),
    }
}

/// Slices by characters without counting from the start each time.
struct Index<'a> {
    text: &'a str,
    /// Byte offset of every 256th character.
    marks: Vec<usize>,
}

const STEP: usize = 256;

impl<'a> Index<'a> {
    fn new(text: &'a str) -> Self {
        let marks = text.char_indices().step_by(STEP).map(|(at, _)| at).collect();
        Index { text, marks }
    }

    fn slice(&self, start: usize, end: usize) -> Option<&'a str> {
        self.text.get(self.byte(start)?..self.byte(end)?)
    }

    fn byte(&self, character: usize) -> Option<usize> {
        let Some(&mark) = self.marks.get(character / STEP) else {
            return (character.is_multiple_of(STEP) && character / STEP == self.marks.len())
                .then_some(self.text.len());
        };
        let rest = self.text.get(mark..)?;
        let mut places = rest.char_indices().map(|(at, _)| mark + at).chain(std::iter::once(self.text.len()));
        places.nth(character % STEP)
    }
}

#[cfg(test)]
mod tests {
    use super::Index;

    #[test]
    fn slices_by_characters() {
        let text = "é€".repeat(400);
        let index = Index::new(&text);
        for (start, end) in [(0, 1), (255, 257), (511, 513), (799, 800), (0, 800)] {
            let expected: String = text.chars().skip(start).take(end - start).collect();
            assert_eq!(index.slice(start, end), Some(expected.as_str()), "{start}");
        }
        assert_eq!(index.slice(0, 801), None);
        assert_eq!(Index::new("").slice(0, 0), Some(""));
        assert_eq!(Index::new(&"a".repeat(256)).slice(255, 256), Some("a"));
    }
}
