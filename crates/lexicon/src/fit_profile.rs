//! Fits the profiles: one logistic model per criterion over the signs of labelled passages.

use crate::Lexicon;
use crate::candidate::View;
use crate::plain::plain_document;
use crate::profile::{Sign, WITH, columns, name, scale, signs, write};
use crate::solve::{Rows, solve};
use capmap_model::Document;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// A labelled passage as the profile learner sees it.
#[derive(Debug, Clone)]
pub struct Passage {
    signs: Vec<Sign>,
    words: Vec<String>,
    /// For each column of the profiles: yes, no, or not known.
    pub about: Vec<Option<bool>>,
}

/// A sign must stand in this many passages to be learned.
const LEAST_PASSAGES: usize = 8;

/// How much rarity matters, 0 to 1.
const RARITY: f32 = 0.5;

/// How profiles are fitted.
#[derive(Debug, Clone, Copy)]
pub struct ProfileFit {
    /// What an error costs beside the squares of the weights; smaller is closer to zero.
    pub cost: f32,
    /// Weights below this are noise and left out.
    pub least: f32,
}

impl Default for ProfileFit {
    fn default() -> Self {
        ProfileFit { cost: 10.0, least: 0.35 }
    }
}

impl Lexicon {
    /// The columns in the order of [`Passage::about`]: the criteria, then what passages are beside (`is-offer`, `is-topic`,
    /// `is-excluded`).
    pub fn profile_columns(&self) -> Vec<String> {
        columns(&self.criteria)
    }

    /// The passages of a document for learning, one per block, nothing known yet.
    pub fn profile_passages(&self, document: &Document) -> Vec<Passage> {
        let view = View::new(self, document);
        let mut out = Vec::with_capacity(document.blocks.len());
        let columns = self.profile_columns().len();
        for (block, seen) in view.scan.blocks.iter().enumerate() {
            let mut own = Vec::new();
            signs(
                &seen.noted,
                &view.scan.sentence,
                &view.settings[block].concepts,
                std::iter::empty(),
                &mut own,
            );
            let mut words: Vec<String> = Vec::new();
            let text = |w: &[u8]| String::from_utf8_lossy(w).into_owned();
            view.terms(block, |w| words.push(text(w)));
            view.sentences(block, |sentence| {
                for (i, a) in sentence.iter().enumerate() {
                    words.extend(sentence[i + 1..].iter().map(|b| format!("{}{WITH}{}", text(a), text(b))));
                }
            });
            words.sort();
            words.dedup();
            out.push(Passage { signs: own, words, about: vec![None; columns] });
        }
        out
    }

    /// The lexicons' own example texts, as passages: `hit` texts are about their criterion, `miss` texts are not.
    pub fn example_passages(&self) -> Vec<Passage> {
        let mut out = Vec::new();
        for (_, file) in &self.lexicons {
            let Some(criterion) = self.criteria.iter().position(|c| *c == file.criterion) else { continue };
            let rules = file
                .rule
                .iter()
                .map(|r| (&r.hit, &r.miss))
                .chain(file.false_friend.iter().map(|f| (&f.hit, &f.miss)));
            for (hit, miss) in rules {
                for (text, about) in hit.iter().map(|t| (t, true)).chain(miss.iter().map(|t| (t, false))) {
                    for mut passage in self.profile_passages(&plain_document(text)) {
                        passage.about[criterion] = Some(about);
                        out.push(passage);
                    }
                }
            }
        }
        out
    }

    /// The same lexicon with other profiles.
    ///
    /// # Errors
    /// Where the text is not a profiles file.
    pub fn set_profiles(&mut self, text: &str) -> Result<(), crate::LexiconError> {
        self.profiles = crate::profile::Profiles::read(text, &self.concepts, &self.criteria)?;
        Ok(())
    }

    /// Fits profiles to passages; the text of `profiles.tsv`.
    pub fn fit_profiles(&self, passages: &[&Passage], how: ProfileFit) -> String {
        let problem = Problem::new(passages);
        let columns = self.profile_columns();
        let names = |sign: &Sign| name(*sign, &self.concepts, &problem.word_names);
        let fitted = problem.fit_all(passages, columns.len(), how.cost);
        let mut rows: Vec<(String, Vec<f32>)> = problem
            .columns
            .iter()
            .enumerate()
            .map(|(i, sign)| (names(sign), fitted.iter().map(|(w, _)| w[i]).collect()))
            .collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let bias: Vec<f32> = fitted.iter().map(|(_, b)| *b).collect();
        write(&rows, &bias, &columns, how.least)
    }
}

/// Passages as rows of columns.
struct Problem {
    columns: Vec<Sign>,
    rows: Rows,
    /// What a column counts: the rarer, the more it tells.
    rarity: Vec<f32>,
    word_names: BTreeMap<u32, String>,
}

impl Problem {
    fn new(passages: &[&Passage]) -> Self {
        let mut words: BTreeMap<&str, u32> = BTreeMap::new();
        for word in passages.iter().flat_map(|p| &p.words) {
            let next = words.len() as u32;
            words.entry(word).or_insert(next);
        }
        let names: HashMap<u32, &str> = words.iter().map(|(w, i)| (*i, *w)).collect();
        let all = |p: &Passage| -> Vec<Sign> {
            p.signs.iter().copied().chain(p.words.iter().map(|w| Sign::Word(words[w.as_str()]))).collect()
        };
        let mut counts: HashMap<Sign, usize> = HashMap::new();
        let signs: Vec<Vec<Sign>> = passages.iter().map(|p| all(p)).collect();
        for sign in signs.iter().flatten() {
            *counts.entry(*sign).or_default() += 1;
        }
        let mut columns: Vec<Sign> =
            counts.iter().filter(|(_, n)| **n >= LEAST_PASSAGES).map(|(s, _)| *s).collect();
        columns.sort_unstable();
        let rarity = rarity(&columns, &counts, passages.len());
        let is_pair = |s: &Sign| matches!(s, Sign::Word(w) if names[w].contains(WITH));
        let pairs: Vec<bool> = columns.iter().map(is_pair).collect();
        let place: HashMap<Sign, u32> = columns.iter().enumerate().map(|(i, s)| (*s, i as u32)).collect();
        let mut rows = Rows::default();
        for own in &signs {
            let own: Vec<u32> = own.iter().filter_map(|s| place.get(s).copied()).collect();
            let both = own.iter().filter(|c| pairs[**c as usize]).count();
            let scales = [scale(own.len() - both), scale(both)];
            let value = |c: u32| (c, scales[usize::from(pairs[c as usize])] * rarity[c as usize]);
            rows.push(own.iter().map(|c| value(*c)));
        }
        Problem {
            columns,
            rows,
            rarity,
            word_names: words.iter().map(|(w, i)| (*i, (*w).to_owned())).collect(),
        }
    }

    /// Weights and bias of every column of the profiles: each is fitted by itself, on as many threads as there are cores.
    fn fit_all(&self, passages: &[&Passage], columns: usize, cost: f32) -> Vec<(Vec<f32>, f32)> {
        let one = |column: usize| {
            let known: Vec<(usize, bool)> =
                passages.iter().enumerate().filter_map(|(i, p)| Some((i, p.about[column]?))).collect();
            let (mut weights, bias) = solve(&self.rows, self.columns.len(), &known, cost);
            weights.iter_mut().zip(&self.rarity).for_each(|(w, r)| *w *= r);
            (weights, bias)
        };
        (0..columns).into_par_iter().map(one).collect()
    }
}

/// What each column counts, 1 in the middle.
fn rarity(columns: &[Sign], counts: &HashMap<Sign, usize>, passages: usize) -> Vec<f32> {
    let raw = |s: &Sign| (passages as f32 / counts[s] as f32).ln() * RARITY + 1.0 - RARITY;
    let all: Vec<f32> = columns.iter().map(raw).collect();
    let middle = all.iter().sum::<f32>() / all.len().max(1) as f32;
    all.iter().map(|r| r / middle).collect()
}
