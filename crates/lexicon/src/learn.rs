//! Fits the weights: logistic regression with a quadratic penalty, by plain gradient steps. Small, linear, and the same on
//! every machine: no random numbers, one thread, fixed steps.

use crate::Lexicon;
use crate::candidate::View;
use crate::feature::{LEANINGS, Leaning};
use crate::pairs::{self, SIGNS};
use crate::weights::{Model, Weights, WeightsFile};
use capmap_model::Document;
use std::collections::BTreeMap;

/// A candidate as the learner sees it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Criterion slug.
    pub criterion: String,
    /// Block of the document.
    pub block: usize,
    /// A cue or a heading excludes it: never offered, whatever the weights say.
    pub excluded: bool,
    features: Vec<f32>,
    rules: Vec<String>,
}

impl Sample {
    /// The rules that fired, as `criterion/rule`.
    pub fn rules(&self) -> &[String] {
        &self.rules
    }

    /// True where no rule fired, only the profile spoke.
    pub fn alone(&self) -> bool {
        self.rules.is_empty()
    }
}

/// A sample with what annotators said: true where the model should say yes.
pub struct Target<'a> {
    /// The candidate.
    pub sample: &'a Sample,
    /// What it should be.
    pub yes: bool,
    /// How much it counts.
    pub weight: f32,
}

/// How strongly weights are held back; larger is closer to zero.
#[derive(Debug, Clone, Copy)]
pub struct Penalty {
    /// On shared features.
    pub feature: f64,
    /// On criteria.
    pub criterion: f64,
    /// On single rules.
    pub rule: f64,
}

impl Default for Penalty {
    fn default() -> Self {
        Penalty { feature: 8.0, criterion: 1.5, rule: 5.0 }
    }
}

impl Lexicon {
    /// All candidates of a document.
    pub fn samples(&self, document: &Document) -> Vec<Sample> {
        let view = View::new(self, document);
        let candidates = view.candidates();
        candidates
            .iter()
            .map(|c| Sample {
                criterion: self.criteria[c.criterion as usize].clone(),
                block: c.block,
                excluded: c.excluded.is_some(),
                features: pairs::values(&c.features).to_vec(),
                rules: c
                    .fires
                    .iter()
                    .filter_map(|f| Some(self.compiled.frames.get(f.frame as usize)?.name.clone()))
                    .collect(),
            })
            .collect()
    }

    /// The same lexicon with other weights.
    ///
    /// # Errors
    /// Where a weight names a feature that there is not.
    pub fn with_weights(mut self, file: &WeightsFile) -> Result<Self, crate::LexiconError> {
        self.weights = Weights::lay_out(file, &self.criteria, &self.compiled.frames)?;
        Ok(self)
    }
}

/// What a model says of a sample, 0 to 1.
pub fn probability(model: &Model, sample: &Sample) -> f32 {
    let names = pairs::names();
    let of = |map: &BTreeMap<String, f32>, key: &str| map.get(key).copied().unwrap_or(0.0);
    let signs = sample.features.iter().enumerate().filter(|(_, x)| **x != 0.0);
    let shared: f32 = signs.map(|(i, x)| x * of(&model.feature, &names[i])).sum();
    let rules: f32 = sample.rules.iter().map(|r| of(&model.rule, r)).sum();
    1.0 / (1.0 + (-(shared + rules + of(&model.criterion, &sample.criterion))).exp())
}

/// Gradient steps; enough for the loss to stand still.
const STEPS: usize = 600;

/// Fits one model.
pub fn fit(targets: &[Target<'_>], penalty: Penalty) -> Model {
    let problem = Problem::new(targets, penalty);
    let weights = problem.solve();
    problem.model(&weights)
}

/// The samples as sparse rows over one list of columns: features, then criteria, then rules.
struct Problem {
    rows: Vec<Vec<(u32, f64)>>,
    wanted: Vec<f64>,
    weight: Vec<f64>,
    penalty: Vec<f64>,
    /// The least and the most that each weight may be.
    range: Vec<(f64, f64)>,
    criteria: Vec<String>,
    rules: Vec<String>,
}

impl Problem {
    fn new(targets: &[Target<'_>], penalty: Penalty) -> Self {
        let names = |all: Vec<&String>| {
            let mut names: Vec<String> = all.into_iter().cloned().collect();
            names.sort();
            names.dedup();
            names
        };
        let criteria = names(targets.iter().map(|t| &t.sample.criterion).collect());
        let rules = names(targets.iter().flat_map(|t| &t.sample.rules).collect());
        let column = |names: &[String], name: &String, base: usize| {
            names.binary_search(name).ok().map(|i| ((base + i) as u32, 1.0))
        };
        let rows = targets.iter().map(|t| {
            let dense = t.sample.features.iter().enumerate().filter(|(_, x)| **x != 0.0);
            let mut row: Vec<(u32, f64)> = dense.map(|(i, x)| (i as u32, f64::from(*x))).collect();
            row.extend(column(&criteria, &t.sample.criterion, SIGNS));
            row.extend(t.sample.rules.iter().filter_map(|r| column(&rules, r, SIGNS + criteria.len())));
            row
        });
        let held = std::iter::repeat_n(penalty.feature, SIGNS)
            .chain(std::iter::repeat_n(penalty.criterion, criteria.len()))
            .chain(std::iter::repeat_n(penalty.rule, rules.len()));
        Problem {
            rows: rows.collect(),
            wanted: targets.iter().map(|t| f64::from(u8::from(t.yes))).collect(),
            weight: targets.iter().map(|t| f64::from(t.weight)).collect(),
            penalty: held.collect(),
            range: ranges(criteria.len(), rules.len()),
            criteria,
            rules,
        }
    }

    /// Gradient descent with per-column steps (Adam without noise).
    fn solve(&self) -> Vec<f64> {
        let columns = self.penalty.len();
        let (mut w, mut m, mut v) = (vec![0.0; columns], vec![0.0; columns], vec![0.0; columns]);
        for step in 1..=STEPS {
            let gradient = self.gradient(&w);
            let rate = 0.08 / (1.0 + step as f64 / 150.0);
            let (fix1, fix2) = (1.0 - 0.9f64.powi(step as i32), 1.0 - 0.999f64.powi(step as i32));
            for i in 0..columns {
                m[i] = 0.9 * m[i] + 0.1 * gradient[i];
                v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
                w[i] -= rate * (m[i] / fix1) / ((v[i] / fix2).sqrt() + 1e-8);
                w[i] = w[i].clamp(self.range[i].0, self.range[i].1);
            }
        }
        w
    }

    fn gradient(&self, w: &[f64]) -> Vec<f64> {
        let mut gradient: Vec<f64> = w.iter().zip(&self.penalty).map(|(w, p)| w * p).collect();
        gradient[0] = 0.0; // the bias is free
        for ((row, wanted), weight) in self.rows.iter().zip(&self.wanted).zip(&self.weight) {
            let sum: f64 = row.iter().map(|(i, x)| w[*i as usize] * x).sum();
            let error = weight * (1.0 / (1.0 + (-sum).exp()) - wanted);
            for (i, x) in row {
                gradient[*i as usize] += error * x;
            }
        }
        gradient
    }

    fn model(&self, w: &[f64]) -> Model {
        let round = |x: f64| ((x * 1000.0).round() / 1000.0) as f32;
        let keep = |(name, x): (String, &f64)| (round(*x) != 0.0).then(|| (name, round(*x)));
        let (features, rest) = w.split_at(SIGNS);
        let (criteria, rules) = rest.split_at(self.criteria.len());
        Model {
            feature: pairs::names().into_iter().zip(features).filter_map(keep).collect(),
            criterion: self.criteria.iter().cloned().zip(criteria).filter_map(keep).collect(),
            rule: self.rules.iter().cloned().zip(rules).filter_map(keep).collect(),
        }
    }
}

/// Ranges of the columns: features by their leaning, criteria free, rules never against what they were written for.
fn ranges(criteria: usize, rules: usize) -> Vec<(f64, f64)> {
    const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);
    const FOR: (f64, f64) = (0.0, f64::INFINITY);
    let features = LEANINGS.iter().map(|leaning| match leaning {
        Leaning::For => FOR,
        Leaning::Against => (f64::NEG_INFINITY, 0.0),
        Leaning::Free => FREE,
    });
    let pairs = std::iter::repeat_n(FREE, SIGNS - LEANINGS.len());
    features
        .chain(pairs)
        .chain(std::iter::repeat_n(FREE, criteria))
        .chain(std::iter::repeat_n(FOR, rules))
        .collect()
}
