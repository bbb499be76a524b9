//! Fits weights, threshold and calibration to a corpus, leaving out one organization at a time for the last two.

use crate::corpus::{Corpus, Labelled};
use crate::measure::units_by_block;
use capmap_lexicon::learn::{Penalty, Sample, Target, fit, probability};
use capmap_lexicon::{Lexicon, WeightsFile};
use std::collections::BTreeSet;

/// A sample with its labels and the organization that it came from.
struct Known {
    sample: Sample,
    organization: String,
    offered: bool,
    about: bool,
}

/// Fits the weights of a lexicon.
pub fn train(lexicon: &Lexicon, corpus: &Corpus, penalty: Penalty) -> WeightsFile {
    let known: Vec<Known> = corpus.iter().flat_map(|labelled| samples(lexicon, labelled)).collect();
    let outside = left_out(&known, penalty);
    let offered_from = best_threshold(&outside);
    let all: Vec<&Known> = known.iter().collect();
    WeightsFile {
        offered_from,
        about_from: 0.3,
        calibration: isotonic(&outside),
        offered: fit(&offered_targets(&all), penalty),
        about: fit(&about_targets(&all), penalty),
    }
}

fn samples(lexicon: &Lexicon, labelled: &Labelled) -> Vec<Known> {
    let unit_of = units_by_block(labelled);
    let mut known = Vec::new();
    for sample in lexicon.samples(&labelled.document) {
        let Some(unit) = unit_of.get(&sample.block) else { continue };
        let label = labelled.units[*unit].labels.iter().find(|(s, _)| *s == sample.criterion).map(|(_, g)| *g);
        let (offered, about) = (label == Some(2), label.is_some());
        known.push(Known { sample, organization: labelled.organization.clone(), offered, about });
    }
    known
}

fn offered_targets<'a>(known: &[&'a Known]) -> Vec<Target<'a>> {
    let open = known.iter().filter(|k| !k.sample.excluded);
    open.map(|k| Target { sample: &k.sample, yes: k.offered, weight: 1.0 }).collect()
}

fn about_targets<'a>(known: &[&'a Known]) -> Vec<Target<'a>> {
    known.iter().map(|k| Target { sample: &k.sample, yes: k.about, weight: 1.0 }).collect()
}

/// Probability and truth of every sample, by a model that has not seen its organization.
fn left_out(known: &[Known], penalty: Penalty) -> Vec<(f32, bool)> {
    let names: BTreeSet<&str> = known.iter().map(|k| k.organization.as_str()).collect();
    let mut out = Vec::new();
    for name in names {
        let (own, others): (Vec<&Known>, Vec<&Known>) = known.iter().partition(|k| k.organization == name);
        let model = fit(&offered_targets(&others), penalty);
        let open = own.iter().filter(|k| !k.sample.excluded);
        out.extend(open.map(|k| (probability(&model, &k.sample), k.offered)));
    }
    out.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    out
}

/// The threshold with the best F1 among those found (what no rule found is missed at any threshold).
fn best_threshold(outside: &[(f32, bool)]) -> f32 {
    let all = outside.iter().filter(|(_, yes)| *yes).count() as f64;
    let (mut right, mut best) = (0.0, (0.0, 0.5));
    for (i, (p, yes)) in outside.iter().rev().enumerate() {
        right += f64::from(u8::from(*yes));
        let f1 = 2.0 * right / (all + (i + 1) as f64);
        if f1 > best.0 {
            best = (f1, *p);
        }
    }
    (best.1 * 100.0).floor() / 100.0
}

/// Pool-adjacent-violators: a rising staircase from probability to measured share, thinned to its corners.
fn isotonic(outside: &[(f32, bool)]) -> Vec<(f32, f32)> {
    /// Samples per stair before pooling: fewer would follow noise.
    const STAIR: usize = 40;
    let mut stairs: Vec<(f64, f64, f64)> = Vec::new(); // mean probability, share, count
    for chunk in outside.chunks(STAIR) {
        let n = chunk.len() as f64;
        let mean = chunk.iter().map(|(p, _)| f64::from(*p)).sum::<f64>() / n;
        let share = chunk.iter().filter(|(_, yes)| *yes).count() as f64 / n;
        stairs.push((mean, share, n));
        while let [.., a, b] = stairs[..]
            && a.1 > b.1
        {
            let n = a.2 + b.2;
            let pooled = ((a.0 * a.2 + b.0 * b.2) / n, (a.1 * a.2 + b.1 * b.2) / n, n);
            stairs.truncate(stairs.len() - 2);
            stairs.push(pooled);
        }
    }
    let round = |x: f64| (x * 1000.0).round() as f32 / 1000.0;
    stairs.iter().map(|(p, share, _)| (round(*p), round(share.clamp(0.01, 0.99)))).collect()
}
