//! What a passage is about by the company its words keep: a linear model over concepts that stand together.
//!
//! Rules name expressions that somebody thought of. A *concept* (`concepts.toml`) is a kind of thing that people name in
//! many ways: spend, a coming period, one order. The profile of a criterion says which concepts, and which pairs of them in
//! one sentence, speak for it; so do words, two words that follow each other, two words anywhere in one sentence, and how a
//! sentence begins: so a paraphrase is recognized that no rule lists. Weights are data (`profiles.tsv`), one line per sign
//! with its weight for each criterion, fitted by `lexicon train`.

use crate::error::LexiconError;
use crate::fold::{Folded, Shape};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A concept seen in a block: its number and tokens `first..=last`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Noted {
    pub concept: u16,
    pub first: u32,
    pub last: u32,
}

/// One sign of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Sign {
    /// A concept in the passage.
    Own(u16),
    /// Two concepts in one sentence of it, the smaller number first.
    Pair(u16, u16),
    /// A concept in its heading, lead-in or header cells.
    Above(u16),
    /// A concept above and one in the passage.
    Across(u16, u16),
    /// A word in the passage, as an index into the profile's words.
    Word(u32),
    /// Two words in one sentence of it, in any order, by how they begin: indexes into the profile's beginnings, the smaller first.
    Both(u32, u32),
}

/// What passages are beside their criterion, learned the same way: an offer of anything, mere talk, an exclusion, and
/// what document they stand in: one in which a provider offers rather than one that explains, advises or tells, and one in
/// which these capabilities are much of what it is about.
pub(crate) const STANCES: [&str; 5] =
    ["is-offer", "is-topic", "is-excluded", "of-a-provider", "of-the-field"];

/// What profiles tell of a passage, in order: how much it concerns each criterion, then its stances.
pub(crate) fn columns(criteria: &[String]) -> Vec<String> {
    criteria.iter().cloned().chain(STANCES.map(str::to_owned)).collect()
}

/// The profiles of all criteria.
#[derive(Debug, Default, Clone)]
pub(crate) struct Profiles {
    /// The cells of each sign, `first..last`. Texts only ask these maps, never fill them: no text can make them slow.
    rows: FxHashMap<Sign, (u32, u32)>,
    words: FxHashMap<Vec<u8>, u32>,
    beginnings: FxHashMap<Vec<u8>, u32>,
    bias: Vec<f32>,
    /// Columns and weights, in hundredths as the file has them, of one row after the other: most signs speak of a few
    /// columns only.
    cells: Vec<(u8, i16)>,
}

/// The line that names the columns.
const COLUMNS: &str = "columns";

/// Weights stand in the file with two digits.
const HUNDRED: f32 = 100.0;

/// What parts the two words of a pair in `profiles.tsv`.
pub(crate) const WITH: char = '&';

impl Profiles {
    /// Reads `profiles.tsv`: the names of its columns, then `sign<TAB>column=weight ...`; signs of unknown concepts are left out.
    pub fn read(text: &str, concepts: &[String], criteria: &[String]) -> Result<Self, LexiconError> {
        let criteria = &columns(criteria)[..];
        let cells = Vec::with_capacity(text.bytes().filter(|b| *b == b'=').count());
        let mut out = Profiles { bias: vec![-3.0; criteria.len()], cells, ..Profiles::default() };
        // Column of the file to column here; a criterion that is no more is left out.
        let mut places: Vec<Option<usize>> = Vec::new();
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.is_empty() && !l.starts_with('#')) {
            let broken = || LexiconError::Syntax {
                file: "profiles.tsv".into(),
                line: i + 1,
                what: "not `sign<TAB>column=weight ...`; redo the file with `capmap lexicon train`".into(),
            };
            let (name, weights) = line.split_once('\t').ok_or_else(broken)?;
            if name == COLUMNS {
                let place = |slug: &str| criteria.iter().position(|c| c == slug);
                places = weights.split_whitespace().map(place).collect();
                continue;
            }
            let mut row: Vec<(u8, i16)> = Vec::new();
            for pair in weights.split_whitespace() {
                let (column, weight) = pair.split_once('=').ok_or_else(broken)?;
                let column: usize = column.parse().map_err(|_| broken())?;
                if let Some(c) = places.get(column).ok_or_else(broken)? {
                    let weight: f32 = weight.parse().map_err(|_| broken())?;
                    row.push((u8::try_from(*c).map_err(|_| broken())?, (weight * HUNDRED).round() as i16));
                }
            }
            if name == "bias" {
                row.iter()
                    .for_each(|(column, weight)| out.bias[*column as usize] = f32::from(*weight) / HUNDRED);
            } else if let Some(sign) = out.sign(name, concepts) {
                let first = out.cells.len() as u32;
                out.cells.extend(row);
                out.rows.insert(sign, (first, out.cells.len() as u32));
            }
        }
        Ok(out)
    }

    fn sign(&mut self, name: &str, concepts: &[String]) -> Option<Sign> {
        let number = |name: &str| concepts.binary_search_by(|c| c.as_str().cmp(name)).ok().map(|i| i as u16);
        if let Some((a, b)) = name.strip_prefix('=').and_then(|pair| pair.split_once(WITH)) {
            let (a, b) = (self.begin(a.as_bytes()), self.begin(b.as_bytes()));
            return Some(Sign::Both(a.min(b), a.max(b)));
        }
        if let Some(word) = name.strip_prefix('=') {
            let next = self.words.len() as u32;
            return Some(Sign::Word(*self.words.entry(word.as_bytes().to_vec()).or_insert(next)));
        }
        match (name.strip_prefix('^'), name.split_once('+')) {
            (Some(rest), _) => match rest.split_once('+') {
                Some((a, b)) => Some(Sign::Across(number(a)?, number(b)?)),
                None => Some(Sign::Above(number(rest)?)),
            },
            (None, Some((a, b))) => Some(pair(number(a)?, number(b)?)),
            (None, None) => Some(Sign::Own(number(name)?)),
        }
    }

    /// The number of a beginning, a new one where it is unknown.
    fn begin(&mut self, beginning: &[u8]) -> u32 {
        let next = self.beginnings.len() as u32;
        *self.beginnings.entry(beginning.to_vec()).or_insert(next)
    }

    /// The pairs of words in one sentence that tell something.
    pub fn both(&self, sentence: &[&[u8]], out: &mut Vec<Sign>) {
        let known: Vec<u32> = sentence.iter().filter_map(|b| self.beginnings.get(*b).copied()).collect();
        for (i, a) in known.iter().enumerate() {
            let pairs = known[i + 1..].iter().map(|b| Sign::Both(*a.min(b), *a.max(b)));
            out.extend(pairs.filter(|pair| self.rows.contains_key(pair)));
        }
    }

    /// True where nothing was ever fitted.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The number of a stemmed word.
    pub fn word(&self, stem: &[u8]) -> Option<Sign> {
        self.words.get(stem).map(|w| Sign::Word(*w))
    }

    /// Adds up the signs of a passage: log-odds by criterion.
    pub fn score(&self, signs: &[Sign], out: &mut Vec<f32>) {
        // Pairs sort behind all other signs.
        let (others, pairs) = signs.split_at(signs.partition_point(|s| !matches!(s, Sign::Both(..))));
        let mut sums = vec![0; self.bias.len()];
        out.clear();
        out.extend_from_slice(&self.bias);
        for part in [others, pairs] {
            let scale = scale(self.add(part, &mut sums)) / HUNDRED;
            for (total, sum) in out.iter_mut().zip(&mut sums) {
                *total += *sum as f32 * scale;
                *sum = 0;
            }
        }
    }

    /// Adds up the rows of those signs that are known, and counts them.
    fn add(&self, signs: &[Sign], sums: &mut [i32]) -> usize {
        let mut known = 0;
        for row in signs.iter().filter_map(|sign| self.row(sign)) {
            known += 1;
            for (column, weight) in row {
                sums[*column as usize] += i32::from(*weight);
            }
        }
        known
    }

    fn row(&self, sign: &Sign) -> Option<&[(u8, i16)]> {
        let (first, last) = *self.rows.get(sign)?;
        Some(&self.cells[first as usize..last as usize])
    }

    /// The weight of one sign for one criterion.
    pub fn weight(&self, sign: Sign, criterion: u16) -> f32 {
        let mut row = self.row(&sign).into_iter().flatten();
        row.find(|(column, _)| u16::from(*column) == criterion)
            .map_or(0.0, |(_, weight)| f32::from(*weight) / HUNDRED)
    }
}

/// What each of `n` signs counts: all together count as one, however many they are; pairs of words apart from all others.
pub(crate) fn scale(n: usize) -> f32 {
    1.0 / (n.max(4) as f32).sqrt()
}

/// A pair in its one order.
pub(crate) fn pair(a: u16, b: u16) -> Sign {
    Sign::Pair(a.min(b), a.max(b))
}

/// A word without its commonest endings: only so that training meets the same word more often.
pub(crate) fn stem(word: &[u8]) -> &[u8] {
    for ending in
        [&b"ations"[..], b"ation", b"ings", b"ing", b"ies", b"ers", b"ed", b"es", b"er", b"s", b"e", b"y"]
    {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 4
        {
            return stem;
        }
    }
    word
}

/// All signs of a block: its concepts by sentence, what stands above, its words.
pub(crate) fn signs(
    noted: &[Noted],
    sentence: &[u32],
    above: &[u16],
    words: impl Iterator<Item = Sign>,
    out: &mut Vec<Sign>,
) {
    out.clear();
    for (i, a) in noted.iter().enumerate() {
        out.push(Sign::Own(a.concept));
        let number = sentence[a.first as usize];
        for b in
            noted[i + 1..].iter().filter(|b| sentence[b.first as usize] == number && b.concept != a.concept)
        {
            out.push(pair(a.concept, b.concept));
        }
        out.extend(above.iter().map(|up| Sign::Across(*up, a.concept)));
    }
    out.extend(above.iter().map(|c| Sign::Above(*c)));
    out.extend(words);
    out.sort_unstable();
    out.dedup();
}

/// Words of tokens `first..last`, but for those that are idle.
fn words(folded: &Folded, first: u32, last: u32, idle: impl Fn(u32) -> bool) -> impl Iterator<Item = &[u8]> {
    let word =
        move |t: &u32| matches!(folded.tokens[*t as usize].shape, Shape::Lower | Shape::Capital) && !idle(*t);
    (first..last).filter(word).map(|t| folded.word(t as usize))
}

/// The same, stemmed.
pub(crate) fn stems(
    folded: &Folded,
    first: u32,
    last: u32,
    idle: impl Fn(u32) -> bool,
) -> impl Iterator<Item = &[u8]> {
    words(folded, first, last, idle).map(stem)
}

/// Hands over every word, and every two that follow each other when small words are left out, as `one two`.
/// Where a range is part of set phrases ("not limited to"), it tells nothing: `idle` says so of a token.
pub(crate) fn terms(
    folded: &Folded,
    (first, last): (u32, u32),
    idle: impl Fn(u32) -> bool,
    mut each: impl FnMut(&[u8]),
) {
    let mut two: Vec<u8> = Vec::with_capacity(40);
    let mut before: Option<&[u8]> = None;
    for word in stems(folded, first, last, idle) {
        each(word);
        if is_small(word) {
            continue;
        }
        if let Some(before) = before {
            two.clear();
            two.extend_from_slice(before);
            two.push(b' ');
            two.extend_from_slice(word);
            each(&two);
        }
        before = Some(word);
    }
}

/// Hands over how a sentence begins, as `<one` and `<one two`: who acts mostly stands there.
pub(crate) fn opening(folded: &Folded, (first, last): (u32, u32), mut each: impl FnMut(&[u8])) {
    let mut begun: Vec<u8> = Vec::with_capacity(32);
    for word in words(folded, first, last, |_| false).take(OPENING) {
        begun.push(if begun.is_empty() { b'<' } else { b' ' });
        begun.extend_from_slice(word);
        each(&begun);
    }
}

/// Words that open a sentence.
const OPENING: usize = 2;

/// Letters by which words of one family are taken as one.
const BEGINNING: usize = 5;

/// A sentence of more different words than this is a list: not everything in it belongs to everything else.
const LONGEST_SENTENCE: usize = 40;

/// How a word begins.
pub(crate) fn beginning(word: &[u8]) -> &[u8] {
    let at = |end: usize| word.get(end).is_none_or(|b| b & 0xC0 != 0x80);
    let end = (BEGINNING..word.len()).find(|end| at(*end)).unwrap_or(word.len());
    &word[..end]
}

/// How the words of a sentence begin, each beginning once, in the order of the letters; none of a list.
pub(crate) fn beginnings<'a>(folded: &'a Folded, (first, last): (u32, u32), out: &mut Vec<&'a [u8]>) {
    out.clear();
    out.extend(words(folded, first, last, |_| false).filter(|w| !is_small(w)).map(beginning));
    out.sort_unstable();
    out.dedup();
    if out.len() > LONGEST_SENTENCE {
        out.clear();
    }
}

/// Hands over the words of what stands above a passage, as `^word`: people name a thing once, in the heading.
pub(crate) fn terms_above(folded: &Folded, (first, last): (u32, u32), mut each: impl FnMut(&[u8])) {
    let mut above: Vec<u8> = Vec::with_capacity(24);
    for word in stems(folded, first, last.min(first + ABOVE), |_| false).filter(|w| !is_small(w)) {
        above.clear();
        above.push(b'^');
        above.extend_from_slice(word);
        each(&above);
    }
}

/// Tokens of a heading or lead-in that are heard below it.
const ABOVE: u32 = 16;

/// True for words that tell nothing of what stands beside them.
pub(crate) fn is_small(word: &[u8]) -> bool {
    SMALL.contains(&word)
}

/// Words that tell nothing of what stands beside them.
const SMALL: [&[u8]; 28] = [
    b"a", b"an", b"the", b"of", b"to", b"in", b"on", b"for", b"and", b"or", b"by", b"with", b"as", b"at",
    b"is", b"are", b"be", b"it", b"its", b"our", b"we", b"you", b"your", b"this", b"that", b"from", b"which",
    b"each",
];

/// The name of a sign as `profiles.tsv` writes it.
pub(crate) fn name(sign: Sign, concepts: &[String], words: &BTreeMap<u32, String>) -> String {
    let of = |c: u16| concepts[c as usize].as_str();
    match sign {
        Sign::Own(c) => of(c).to_owned(),
        Sign::Pair(a, b) => format!("{}+{}", of(a), of(b)),
        Sign::Above(c) => format!("^{}", of(c)),
        Sign::Across(a, b) => format!("^{}+{}", of(a), of(b)),
        Sign::Word(w) => format!("={}", words.get(&w).map_or("", String::as_str)),
        // Only profiles that are read number beginnings; the learner names pairs as words.
        Sign::Both(..) => String::new(),
    }
}

/// Writes fitted weights as `profiles.tsv`; weights below `least` are left out.
pub(crate) fn write(rows: &[(String, Vec<f32>)], bias: &[f32], criteria: &[String], least: f32) -> String {
    let mut out = String::from(
        "# Fitted by `capmap lexicon train`: sign, then column=weight. See crates/lexicon/src/profile.rs.\n",
    );
    let _ = writeln!(out, "{COLUMNS}\t{}", criteria.join(" "));
    let line = |out: &mut String, name: &str, row: &[f32], least: f32| {
        let told = row.iter().enumerate().filter(|(_, w)| w.abs() >= least);
        let told: Vec<String> = told.map(|(column, w)| format!("{column}={w:.2}")).collect();
        if !told.is_empty() {
            let _ = writeln!(out, "{name}\t{}", told.join(" "));
        }
    };
    line(&mut out, "bias", bias, 0.0);
    for (name, row) in rows {
        line(&mut out, name, row, least);
    }
    out
}
