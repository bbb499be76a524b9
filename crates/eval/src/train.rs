//! Fits profiles, weights, threshold and calibration to a corpus.
//!
//! Whatever a later stage learns from must come from an earlier stage that has not seen the passage: profiles are fitted
//! without a fifth of the organizations at a time, and that fifth is then sampled with them. Threshold and calibration come
//! from weights that have not seen the organization.

use crate::corpus::{Corpus, Labelled, Unit};
use crate::measure::units_by_block;
use capmap_lexicon::criteria::is_capability;
use capmap_lexicon::learn::{Penalty, Sample, Target, fit, probability};
use capmap_lexicon::{Lexicon, LexiconError, ProfileFit, ProfilePassage, WeightsFile};
use capmap_model::Format;
use std::collections::{BTreeMap, BTreeSet};

/// Parts into which organizations are dealt.
const FOLDS: usize = 5;

/// What training makes: the texts of `profiles.tsv` and the weights.
pub struct Trained {
    /// `profiles.tsv`.
    pub profiles: String,
    /// `weights.toml`.
    pub weights: WeightsFile,
    /// Precision, recall and F1 of offers on organizations that the weights had not seen, at the chosen threshold.
    pub left_out: (f64, f64, f64),
}

/// A sample with its labels and the organization that it came from.
struct Known {
    sample: Sample,
    fold: usize,
    offered: bool,
    about: bool,
    guide: bool,
    /// It stands in an ordinary document with headings, lists and tables, not among single passages.
    ordinary: bool,
}

/// What a passage of a guide counts beside a labelled one: guides are long, and nobody chose their passages.
const GUIDE_WEIGHT: f32 = 0.3;

/// Fits everything that is learned.
///
/// # Errors
/// Where fitted profiles cannot be read back, which would be a defect.
pub fn train(
    lexicon: &mut Lexicon,
    corpus: &Corpus,
    penalty: Penalty,
    how: ProfileFit,
) -> Result<Trained, LexiconError> {
    let folds = folds(corpus);
    let fold_of = |labelled: &Labelled| folds.get(labelled.organization.as_str()).copied().unwrap_or(0);
    let examples = lexicon.example_passages();
    let passages: Vec<(usize, Vec<ProfilePassage>)> =
        corpus.iter().map(|labelled| (fold_of(labelled), passages(lexicon, labelled))).collect();
    let mut known = Vec::new();
    for fold in 0..FOLDS {
        let others = passages.iter().filter(|(f, _)| *f != fold).flat_map(|(_, p)| p);
        let text = lexicon.fit_profiles(&others.chain(&examples).collect::<Vec<_>>(), how);
        lexicon.set_profiles(&text)?;
        for labelled in corpus.iter().filter(|l| fold_of(l) == fold) {
            known.extend(samples(lexicon, labelled, fold));
        }
    }
    let all = passages.iter().flat_map(|(_, p)| p).chain(&examples);
    let profiles = lexicon.fit_profiles(&all.collect::<Vec<_>>(), how);
    lexicon.set_profiles(&profiles)?;
    let (outside, in_documents) = left_out(&known, penalty, true);
    let (threshold, left_out) = best_threshold(&outside, labelled_offers(corpus, true));
    let (beside, _) = self::left_out(&known, penalty, false);
    let (supplemental_from, _) = best_threshold(&beside, labelled_offers(corpus, false));
    let all: Vec<&Known> = known.iter().collect();
    let weights = WeightsFile {
        offered_from: threshold,
        supplemental_from,
        about_from: 0.35,
        calibration: isotonic(&in_documents),
        offered: fit(&offered_targets(&all, true), penalty),
        supplemental: fit(&offered_targets(&all, false), penalty),
        about: fit(&about_targets(&all), penalty),
    };
    Ok(Trained { profiles, weights, left_out })
}

/// Deals organizations to folds, the largest first, each to the smallest fold.
fn folds(corpus: &Corpus) -> BTreeMap<&str, usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for labelled in corpus {
        *sizes.entry(&labelled.organization).or_default() += labelled.units.len();
    }
    let mut order: Vec<(&str, usize)> = sizes.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut filled = [0; FOLDS];
    let mut folds = BTreeMap::new();
    for (name, size) in order {
        let smallest = (0..FOLDS).min_by_key(|f| filled[*f]).unwrap_or(0);
        filled[smallest] += size;
        folds.insert(name, smallest);
    }
    folds
}

/// The blocks of a document with what their labels say; headings that nobody labelled stay unknown.
fn passages(lexicon: &Lexicon, labelled: &Labelled) -> Vec<ProfilePassage> {
    let mut passages = lexicon.profile_passages(&labelled.document);
    let unit_of = units_by_block(labelled);
    let columns = lexicon.profile_columns();
    for (name, kind) in [(OF_A_PROVIDER, of_a_provider(labelled)), (OF_THE_FIELD, of_the_field(labelled))] {
        let Some(column) = columns.iter().position(|c| c == name) else { continue };
        passages.iter_mut().for_each(|p| p.about[column] = kind);
    }
    for (block, passage) in passages.iter_mut().enumerate() {
        let Some(unit) = unit_of.get(&block).map(|u| &labelled.units[*u]).filter(|_| !labelled.guide) else {
            continue;
        };
        for (column, about) in columns.iter().zip(&mut passage.about) {
            if !labelled.supplemental && !is_capability(column) {
                continue;
            }
            if [OF_A_PROVIDER, OF_THE_FIELD].contains(&column.as_str()) {
                continue;
            }
            *about = Some(unit.labels.iter().any(|(slug, grade)| match column.as_str() {
                "is-offer" => *grade == 2,
                "is-topic" => *grade == 1,
                "is-excluded" => *grade == -1,
                criterion => slug == criterion,
            }));
        }
    }
    passages
}

/// Columns of the profiles that are learned from whole documents.
const OF_A_PROVIDER: &str = "of-a-provider";
const OF_THE_FIELD: &str = "of-the-field";

/// Passages that a document needs before their share says what it is about.
const LEAST_PASSAGES: usize = 8;

/// Whether capabilities are much of what a document is about; none where it is neither yes nor no.
fn of_the_field(labelled: &Labelled) -> Option<bool> {
    match share(labelled, |_| true) {
        _ if labelled.guide || labelled.units.len() < LEAST_PASSAGES => None,
        s if s >= 0.25 => Some(true),
        s if s <= 0.08 => Some(false),
        _ => None,
    }
}

/// Labels that a document needs before they say what kind it is.
const LEAST_LABELS: usize = 3;

/// Whether more passages of a document offer than talk; none where too few do either.
fn of_a_provider(labelled: &Labelled) -> Option<bool> {
    if labelled.guide {
        return Some(false);
    }
    let (offers, talk) = (units_with(labelled, |g| g == 2), units_with(labelled, |g| g == 1));
    (offers + talk >= LEAST_LABELS).then_some(offers > talk)
}

/// The share of passages that offer in an ordinary document, at most; many that were written for learning are denser.
const ORDINARY_SHARE: f32 = 0.35;

/// Passages that a capability is labelled on with such a grade.
fn units_with(labelled: &Labelled, wanted: impl Fn(i8) -> bool) -> usize {
    let has = |u: &&Unit| u.labels.iter().any(|(s, g)| wanted(*g) && is_capability(s));
    labelled.units.iter().filter(has).count()
}

/// The same as a share of all passages.
fn share(labelled: &Labelled, wanted: impl Fn(i8) -> bool) -> f32 {
    units_with(labelled, wanted) as f32 / labelled.units.len().max(1) as f32
}

fn samples(lexicon: &Lexicon, labelled: &Labelled, fold: usize) -> Vec<Known> {
    let unit_of = units_by_block(labelled);
    let ordinary =
        labelled.document.format == Format::Markdown && share(labelled, |g| g == 2) <= ORDINARY_SHARE;
    let mut known = Vec::new();
    for sample in lexicon.samples(&labelled.document) {
        let Some(unit) = unit_of.get(&sample.block) else { continue };
        if !labelled.supplemental && !labelled.guide && !is_capability(&sample.criterion) {
            continue;
        }
        let label =
            labelled.units[*unit].labels.iter().find(|(s, _)| *s == sample.criterion).map(|(_, g)| *g);
        let (offered, about) = (label == Some(2), label.is_some());
        known.push(Known { sample, fold, offered, about, guide: labelled.guide, ordinary });
    }
    known
}

fn labelled_offers(corpus: &Corpus, capabilities: bool) -> usize {
    let labels = corpus
        .iter()
        .filter(|l| capabilities || l.supplemental)
        .flat_map(|l| &l.units)
        .flat_map(|u| &u.labels);
    labels.filter(|(s, g)| *g == 2 && is_capability(s) == capabilities).count()
}

fn offered_targets<'a>(known: &[&'a Known], capabilities: bool) -> Vec<Target<'a>> {
    let open =
        known.iter().filter(|k| !k.sample.excluded && is_capability(&k.sample.criterion) == capabilities);
    let weight = |k: &Known| if k.guide { GUIDE_WEIGHT } else { 1.0 };
    open.map(|k| Target { sample: &k.sample, yes: k.offered, weight: weight(k) }).collect()
}

fn about_targets<'a>(known: &[&'a Known]) -> Vec<Target<'a>> {
    let labelled = known.iter().filter(|k| !k.guide);
    labelled.map(|k| Target { sample: &k.sample, yes: k.about, weight: 1.0 }).collect()
}

/// Probability and truth, sorted.
type Outcomes = Vec<(f32, bool)>;

/// Probability and truth of every sample, by weights that have not seen its fold; then of those in ordinary documents, where
/// offers are as rare as a reviewer meets them.
fn left_out(known: &[Known], penalty: Penalty, capabilities: bool) -> (Outcomes, Outcomes) {
    let folds: BTreeSet<usize> = known.iter().map(|k| k.fold).collect();
    let (mut out, mut ordinary) = (Outcomes::new(), Outcomes::new());
    for fold in folds {
        let (own, others): (Vec<&Known>, Vec<&Known>) = known.iter().partition(|k| k.fold == fold);
        let model = fit(&offered_targets(&others, capabilities), penalty);
        let open = own
            .iter()
            .filter(|k| !k.sample.excluded && !k.guide && is_capability(&k.sample.criterion) == capabilities);
        for k in open {
            let outcome = (probability(&model, &k.sample), k.offered);
            out.push(outcome);
            if k.ordinary {
                ordinary.push(outcome);
            }
        }
    }
    for outcomes in [&mut out, &mut ordinary] {
        outcomes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
    (out, ordinary)
}

/// How often a passage that is called an offer must be one: a false friend costs more trust than a passage that a person has
/// to find, so the threshold is the lowest at which this holds on organizations that were left out.
const PRECISION: f64 = 0.80;

/// The lowest threshold with that precision, and what it reaches against all labelled offers, those included that no
/// candidate found; the best F1 where no threshold is so precise.
fn best_threshold(outside: &[(f32, bool)], offers: usize) -> (f32, (f64, f64, f64)) {
    let (mut right, mut best, mut most) = (0.0, (0.5, (0.0, 0.0, 0.0)), 0.0);
    for (i, (p, yes)) in outside.iter().rev().enumerate() {
        right += f64::from(u8::from(*yes));
        let called = (i + 1) as f64;
        let f1 = 2.0 * right / (offers as f64 + called);
        // Precise ones rank above all others, and among them the one that finds most.
        let rank = if right / called >= PRECISION { 1.0 + right / offers.max(1) as f64 } else { f1 };
        if rank > most {
            most = rank;
            best = (*p, (right / called, right / offers as f64, f1));
        }
    }
    ((best.0 * 100.0).floor() / 100.0, best.1)
}

/// Pool-adjacent-violators: a rising staircase from probability to measured share, thinned to its corners.
fn isotonic(outside: &[(f32, bool)]) -> Vec<(f32, f32)> {
    /// Samples per stair before pooling: fewer would follow noise.
    const STAIR: usize = 60;
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
