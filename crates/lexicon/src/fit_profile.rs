//! Fits the profiles: one logistic model per criterion over the signs of labelled passages.

use crate::Lexicon;
use crate::candidate::View;
use crate::plain::plain_document;
use crate::profile::{Sign, columns, name, scale, signs, write};
use capmap_model::Document;
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
const LEAST_PASSAGES: usize = 4;

/// How much rarity matters, 0 to 1.
const RARITY: f32 = 0.5;

/// Gradient steps.
const STEPS: usize = 160;

/// How profiles are fitted.
#[derive(Debug, Clone, Copy)]
pub struct ProfileFit {
    /// Holds weights back; larger is closer to zero.
    pub penalty: f32,
    /// Weights below this are noise and left out.
    pub least: f32,
}

impl Default for ProfileFit {
    fn default() -> Self {
        ProfileFit { penalty: 0.3, least: 0.15 }
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
            view.terms(block, |w| words.push(String::from_utf8_lossy(w).into_owned()));
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
        let fitted: Vec<(Vec<f32>, f32)> =
            (0..columns.len()).map(|c| problem.fit(passages, c, how.penalty)).collect();
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

/// Passages as rows of column numbers.
struct Problem {
    columns: Vec<Sign>,
    rows: Vec<Vec<u32>>,
    scales: Vec<f32>,
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
        let place: HashMap<Sign, u32> = columns.iter().enumerate().map(|(i, s)| (*s, i as u32)).collect();
        let kept =
            |row: &Vec<Sign>| -> Vec<u32> { row.iter().filter_map(|s| place.get(s).copied()).collect() };
        let rows: Vec<Vec<u32>> = signs.iter().map(kept).collect();
        Problem {
            scales: rows.iter().map(|row| scale(row.len())).collect(),
            rows,
            rarity: columns
                .iter()
                .map(|s| (passages.len() as f32 / counts[s] as f32).ln() * RARITY + 1.0 - RARITY)
                .collect(),
            columns,
            word_names: words.iter().map(|(w, i)| (*i, (*w).to_owned())).collect(),
        }
    }

    /// Weights and bias of one criterion, by gradient descent with per-column steps.
    fn fit(&self, passages: &[&Passage], criterion: usize, penalty: f32) -> (Vec<f32>, f32) {
        let known: Vec<(usize, f32)> = passages
            .iter()
            .enumerate()
            .filter_map(|(i, p)| p.about[criterion].map(|yes| (i, f32::from(u8::from(yes)))))
            .collect();
        let n = self.columns.len();
        let (mut w, mut squares, mut bias) = (vec![0.0f32; n], vec![1e-6f32; n], -2.0f32);
        let positive = known.iter().filter(|(_, y)| *y > 0.5).count().max(1) as f32;
        // Rare criteria would drown: their passages count up to three times.
        let boost = (known.len() as f32 / positive / 10.0).clamp(1.0, 3.0);
        let (mut gradient, mut bias_square) = (vec![0.0f32; n], 1e-6f32);
        for _ in 0..STEPS {
            gradient.iter_mut().zip(&w).for_each(|(g, w)| *g = penalty * w * positive.sqrt());
            let mut bias_gradient = 0.0;
            for (i, wanted) in &known {
                let scale = self.scales[*i];
                let sum: f32 = self.rows[*i].iter().map(|c| w[*c as usize] * self.rarity[*c as usize]).sum();
                let error = 1.0 / (1.0 + (-(sum * scale + bias)).exp()) - wanted;
                let error = if *wanted > 0.5 { error * boost } else { error };
                bias_gradient += error;
                self.rows[*i]
                    .iter()
                    .for_each(|c| gradient[*c as usize] += error * scale * self.rarity[*c as usize]);
            }
            for ((w, g), s) in w.iter_mut().zip(&gradient).zip(&mut squares) {
                *s += g * g;
                *w -= 0.12 * g / s.sqrt();
            }
            bias_square += bias_gradient * bias_gradient;
            bias -= 0.12 * bias_gradient / bias_square.sqrt();
        }
        w.iter_mut().zip(&self.rarity).for_each(|(w, r)| *w *= r);
        (w, bias)
    }
}
