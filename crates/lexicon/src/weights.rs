//! How the signs of a candidate add up: small logistic models, shipped as data in `weights.toml`.
//!
//! `offered` says how likely a strict reviewer calls the passage an offer, `about` how likely it concerns the criterion at
//! all. They are sums of named weights, so that every suggestion can be explained and `lexicon train` can redo them.

use crate::compile::Frame;
use crate::error::LexiconError;
use crate::feature::{Features, NAMES};
use crate::pairs::{self, SIGNS};
use crate::source::parse;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One model: a weight per feature, criterion and rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Model {
    /// By feature name; of two together `one*other`.
    #[serde(default)]
    pub feature: BTreeMap<String, f32>,
    /// By criterion slug.
    #[serde(default)]
    pub criterion: BTreeMap<String, f32>,
    /// By rule name (`criterion/rule`).
    #[serde(default)]
    pub rule: BTreeMap<String, f32>,
}

/// `weights.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WeightsFile {
    /// From this probability on, a passage is called offered.
    pub offered_from: f32,
    /// The same for supplemental criteria.
    pub supplemental_from: f32,
    /// From this probability on, a passage is shown at all.
    pub about_from: f32,
    /// Points of a monotone calibration: raw probability to measured share, ascending.
    #[serde(default)]
    pub calibration: Vec<(f32, f32)>,
    /// Is it an offer.
    #[serde(default)]
    pub offered: Model,
    /// Is it an offer, for supplemental criteria: certificates and providers are named in other ways than work is.
    #[serde(default)]
    pub supplemental: Model,
    /// Is it about it.
    #[serde(default)]
    pub about: Model,
}

/// A model laid out for speed.
#[derive(Debug, Clone)]
pub(crate) struct Flat {
    pub feature: [f32; SIGNS],
    pub criterion: Vec<f32>,
    pub frame: Vec<f32>,
}

/// The models, ready to weigh.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    pub offered_from: f32,
    pub supplemental_from: f32,
    pub about_from: f32,
    pub calibration: Vec<(f32, f32)>,
    pub offered: Flat,
    pub supplemental: Flat,
    pub about: Flat,
}

impl Weights {
    /// Reads `weights.toml` and lays it out for these criteria and frames.
    pub fn read(text: &str, criteria: &[String], frames: &[Frame]) -> Result<Self, LexiconError> {
        let file: WeightsFile = parse("weights.toml", text)?;
        Self::lay_out(&file, criteria, frames)
    }

    /// Lays out a parsed file.
    pub fn lay_out(file: &WeightsFile, criteria: &[String], frames: &[Frame]) -> Result<Self, LexiconError> {
        Ok(Weights {
            offered_from: file.offered_from,
            supplemental_from: file.supplemental_from,
            about_from: file.about_from,
            calibration: file.calibration.clone(),
            offered: flat(&file.offered, criteria, frames)?,
            supplemental: flat(&file.supplemental, criteria, frames)?,
            about: flat(&file.about, criteria, frames)?,
        })
    }

    /// Measured share for a raw probability.
    pub fn calibrated(&self, raw: f32) -> f32 {
        let points = &self.calibration;
        let after = points.partition_point(|(x, _)| *x <= raw);
        match (after.checked_sub(1).and_then(|i| points.get(i)), points.get(after)) {
            (Some((x0, y0)), Some((x1, y1))) if x1 > x0 => y0 + (y1 - y0) * (raw - x0) / (x1 - x0),
            (Some((_, y)), _) | (None, Some((_, y))) => *y,
            (None, None) => raw,
        }
    }
}

fn flat(model: &Model, criteria: &[String], frames: &[Frame]) -> Result<Flat, LexiconError> {
    let mut feature = [0.0; SIGNS];
    let names = pairs::names();
    for (name, weight) in &model.feature {
        let Some(i) = names.iter().position(|n| n == name) else {
            let what = format!("no such feature; there are {}, pairs and bends of them", NAMES.join(", "));
            return Err(LexiconError::Rule { file: "weights.toml".into(), rule: name.clone(), what });
        };
        feature[i] = *weight;
    }
    let of = |map: &BTreeMap<String, f32>, key: &str| map.get(key).copied().unwrap_or(0.0);
    Ok(Flat {
        feature,
        criterion: criteria.iter().map(|c| of(&model.criterion, c)).collect(),
        frame: frames.iter().map(|f| of(&model.rule, &f.name)).collect(),
    })
}

impl Flat {
    /// The probability that the model gives.
    pub fn probability(&self, features: &Features, criterion: u16, frames: impl Iterator<Item = u32>) -> f32 {
        let shared: f32 = pairs::values(features).iter().zip(&self.feature).map(|(x, w)| x * w).sum();
        let own = self.criterion.get(criterion as usize).copied().unwrap_or(0.0);
        let rules: f32 = frames.map(|f| self.frame.get(f as usize).copied().unwrap_or(0.0)).sum();
        1.0 / (1.0 + (-(shared + own + rules)).exp())
    }
}
