//! The parties by name: where a document says who its client and its supplier are, their names stand for those words.
//!
//! "Halyard Treasury keeps the budget cycle" refuses as "the client keeps the budget cycle" does, once "Client: Halyard Treasury"
//! or `Halyard Treasury ("Customer")` was read.

use crate::fold::{Folded, Shape};
use std::collections::HashSet;
use std::ops::Range;

/// Longest name, in words.
const LONGEST: usize = 6;

/// Shortest first word that stands for the whole name, in letters.
const SHORTEST: usize = 4;

/// A name must occur this often to be worth anything.
const LEAST: usize = 2;

const CLIENTS: [&str; 7] = ["client", "customer", "buyer", "purchaser", "agency", "authority", "employer"];
const SUPPLIERS: [&str; 6] = ["supplier", "contractor", "provider", "consultant", "vendor", "seller"];

/// Ends of names that people leave out.
const LEGAL: [&str; 22] = [
    "ltd",
    "limited",
    "inc",
    "llc",
    "llp",
    "plc",
    "gmbh",
    "ag",
    "bv",
    "nv",
    "sa",
    "sas",
    "ab",
    "as",
    "asa",
    "oy",
    "pty",
    "corp",
    "corporation",
    "kk",
    "srl",
    "spa",
];

/// What may stand where a name is asked for and is none.
const NO_NAMES: [&str; 18] = [
    "name",
    "the",
    "yes",
    "no",
    "none",
    "tbd",
    "lead",
    "contact",
    "role",
    "responsibility",
    "responsibilities",
    "address",
    "date",
    "signature",
    "finops",
    "cloud",
    "aws",
    "azure",
];

/// A name, word by word, and the word that it stands for.
struct Party {
    name: Vec<Vec<u8>>,
    role: &'static str,
}

/// Puts "client" and "supplier" in the place of the names of the parties; `blocks` are ranges of tokens and follow.
pub(crate) fn rename(folded: &mut Folded, blocks: &mut [Range<usize>]) {
    let parties = parties(folded, blocks);
    if parties.is_empty() {
        return;
    }
    let mut out = Folded::default();
    out.clear();
    let mut at = 0;
    for block in blocks {
        // Marks that part blocks belong to none of them.
        (at..block.start).for_each(|t| out.copy(folded, t));
        let first = out.tokens.len();
        at = block.start;
        while at < block.end {
            match parties.iter().find(|p| stands(folded, at..block.end, &p.name)) {
                Some(party) => {
                    out.stand_in(folded, at..at + party.name.len(), party.role);
                    at += party.name.len();
                }
                None => {
                    out.copy(folded, at);
                    at += 1;
                }
            }
        }
        *block = first..out.tokens.len();
    }
    (at..folded.tokens.len()).for_each(|t| out.copy(folded, t));
    *folded = out;
}

/// True where a name stands, with a capital, at the beginning of a range of tokens.
fn stands(folded: &Folded, range: Range<usize>, name: &[Vec<u8>]) -> bool {
    range.len() >= name.len()
        && folded.tokens[range.start].shape == Shape::Capital
        && name.iter().zip(range).all(|(word, t)| folded.word(t) == word.as_slice())
}

/// Names as they occur, the longest first.
fn parties(folded: &Folded, blocks: &[Range<usize>]) -> Vec<Party> {
    let mut found: Vec<(Vec<Vec<u8>>, &'static str)> = Vec::new();
    for block in blocks {
        for at in block.clone() {
            let Some(role) = role(folded.word(at)) else { continue };
            let name = labelled(folded, at, block).or_else(|| bracketed(folded, at, block));
            found.extend(name.map(|n| (words(folded, n), role)));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let common: HashSet<&[u8]> = (0..folded.tokens.len())
        .filter(|t| folded.tokens[*t].shape == Shape::Lower)
        .map(|t| folded.word(t))
        .collect();
    let mut out: Vec<Party> = Vec::new();
    for (name, role) in found {
        let short = name
            .first()
            .filter(|w| w.len() >= SHORTEST && !common.contains(w.as_slice()))
            .map(|w| vec![w.clone()]);
        for name in [Some(name), short].into_iter().flatten() {
            let known = out.iter().any(|p| p.name == name);
            let often = || {
                (0..folded.tokens.len()).filter(|t| stands(folded, *t..folded.tokens.len(), &name)).count()
            };
            if !known && often() >= LEAST {
                out.push(Party { name, role });
            }
        }
    }
    out.sort_by_key(|p| std::cmp::Reverse(p.name.len()));
    out
}

fn role(word: &[u8]) -> Option<&'static str> {
    let one_of = |roles: &[&str]| roles.iter().any(|r| r.as_bytes() == word);
    match () {
        () if one_of(&CLIENTS) => Some("client"),
        () if one_of(&SUPPLIERS) => Some("supplier"),
        () => None,
    }
}

/// `Client: Halyard Treasury.`, also as two cells: the name between the role and the next mark.
fn labelled(folded: &Folded, role: usize, block: &Range<usize>) -> Option<Range<usize>> {
    let mark = |t: usize| folded.tokens[t].shape == Shape::Mark;
    let opens = role == block.start || mark(role - 1);
    let asks = |t: usize| t < block.end && matches!(folded.word(t), b":" | b"|");
    if !opens || !asks(role + 1) {
        return None;
    }
    let first = role + 2;
    let end = first + (first..block.end).take_while(|t| in_name(folded, *t)).count();
    let closed = end == block.end || mark(end);
    closed.then(|| named(folded, first..end)).flatten()
}

/// `Halyard Treasury ("Customer")`: the name before the bracket.
fn bracketed(folded: &Folded, role: usize, block: &Range<usize>) -> Option<Range<usize>> {
    let filler = |t: &usize| {
        matches!(
            folded.word(*t),
            b"the" | b"hereinafter" | b"hereafter" | b"our" | b"referred" | b"to" | b"as"
        )
    };
    let open = role - (block.start..role).rev().take_while(filler).count();
    let open = open.checked_sub(1).filter(|o| *o >= block.start && folded.word(*o) == b"(")?;
    let closes = role + 1 < block.end && matches!(folded.word(role + 1), b")" | b"," | b"or");
    let first = open - (block.start..open).rev().take_while(|t| in_name(folded, *t)).count();
    closes.then(|| named(folded, first..open)).flatten()
}

/// True for words that names are made of.
fn in_name(folded: &Folded, token: usize) -> bool {
    let word = folded.word(token);
    folded.tokens[token].shape == Shape::Capital
        || matches!(word, b"and" | b"of")
        || LEGAL.iter().any(|w| w.as_bytes() == word)
}

/// What of a run of capitals is a name: no article before, no legal form behind.
fn named(folded: &Folded, run: Range<usize>) -> Option<Range<usize>> {
    let is = |t: usize, words: &[&str]| words.iter().any(|w| w.as_bytes() == folded.word(t));
    let (mut first, mut end) = (run.start, run.end);
    while first < end && is(first, &["the", "and", "of", "between"]) {
        first += 1;
    }
    while first + 1 < end && is(end - 1, &LEGAL) {
        end -= 1;
    }
    let fits =
        first < end && end - first <= LONGEST && !is(first, &NO_NAMES) && role(folded.word(first)).is_none();
    fits.then_some(first..end)
}

fn words(folded: &Folded, name: Range<usize>) -> Vec<Vec<u8>> {
    name.map(|t| folded.word(t).to_vec()).collect()
}

impl Folded {
    /// Appends a token of another text as it is.
    fn copy(&mut self, other: &Folded, token: usize) {
        let mut copied = other.tokens[token];
        copied.fold = self.text.len() as u32;
        self.tokens.push(copied);
        self.text.extend_from_slice(other.word(token));
        self.text.push(b' ');
    }

    /// Appends one word for a run of tokens; it stands where they stood.
    fn stand_in(&mut self, other: &Folded, run: Range<usize>, word: &str) {
        let mut token = other.tokens[run.start];
        token.end = other.tokens[run.end - 1].end;
        token.fold = self.text.len() as u32;
        self.tokens.push(token);
        self.text.extend_from_slice(word.as_bytes());
        self.text.push(b' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(lines: &[&str]) -> String {
        let mut folded = Folded::default();
        folded.clear();
        let mut blocks = Vec::new();
        for line in lines {
            let first = folded.tokens.len();
            folded.push(line, 0);
            blocks.push(first..folded.tokens.len());
            folded.push("\n", 0);
        }
        rename(&mut folded, &mut blocks);
        let last = blocks.last().unwrap().clone();
        last.map(|t| String::from_utf8(folded.word(t).to_vec()).unwrap()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_stand_for_their_roles() {
        let said = "Halyard keeps the budget; Quill Advisory prepares it.";
        let want = "client keeps the budget ; supplier prepares it .";
        assert_eq!(renamed(&["Client: Halyard Treasury Ltd. Supplier: Quill Advisory.", said]), want);
        assert_eq!(renamed(&["Client | Halyard Treasury", "Supplier | Quill Advisory", said]), want);
        let between = "between Halyard Treasury plc (\"Customer\") and Quill Advisory (the \"Supplier\")";
        assert_eq!(renamed(&[between, said]), want);
    }

    #[test]
    fn what_is_no_name_stays() {
        let said = "Provide access to accounts. Finance decides.";
        for line in [
            "Client: Provide access",
            "Client: Finance and procurement",
            "Customer: the Name",
            "The client (Finance)",
        ] {
            assert_eq!(renamed(&[line, said]), "provide access to accounts . finance decides .", "{line}");
        }
    }
}
