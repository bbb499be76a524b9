//! What the profiles tell of a passage beside its criterion: whether it offers, talks or refuses, what its neighbours speak of,
//! and how its criterion stands among the others.

use crate::feature::{Feature, Features};

/// Log-odds from which a neighbour says something: below it, and where there is none, nothing is taken from it.
const STRANGER: f32 = -2.0;

/// Log-odds of a passage that says nothing of a criterion.
const SILENCE: f32 = -6.0;

/// Log-odds from which a passage without any known cue is taken as a refusal.
const REFUSED: f32 = 2.2;

/// Where a refusal stands among the stances.
pub(crate) const EXCLUDED_COLUMN: u16 = 2;

/// What stands before and after speaks too: people write about one thing at a time.
pub(crate) fn neighbours(beside: [Option<f32>; 2], features: &mut Features) {
    for (feature, score) in [Feature::ProfileBefore, Feature::ProfileAfter].into_iter().zip(beside) {
        features.set(feature, score.map_or(0.0, |s| (s - STRANGER).clamp(0.0, 4.0) / 2.0));
    }
}

/// True where the passage reads as a refusal, and more so than as an offer.
pub(crate) fn refused(scores: &[f32], criteria: usize) -> bool {
    let stance = |i: usize| scores.get(criteria + i).copied().unwrap_or(SILENCE);
    let excluded = stance(EXCLUDED_COLUMN as usize);
    excluded >= REFUSED && excluded > stance(0)
}

/// What the passage is beside its criterion, and how its profile stands among the others.
pub(crate) fn stances(
    scores: &[f32],
    (criterion, criteria): (usize, usize),
    supplemental: impl Fn(usize) -> bool,
    features: &mut Features,
) {
    if scores.is_empty() {
        return;
    }
    let (own, stances) = scores.split_at(criteria);
    for (feature, score) in [Feature::IsOffer, Feature::IsTopic, Feature::IsExcluded].into_iter().zip(stances)
    {
        features.set(feature, score.clamp(SILENCE, 3.0) / 2.0);
    }
    if supplemental(criterion) {
        // Supplemental criteria hang on the work itself: a provider's name counts where a capability is at hand.
        let best = own
            .iter()
            .enumerate()
            .filter(|(i, _)| !supplemental(*i))
            .map(|(_, s)| *s)
            .fold(SILENCE, f32::max);
        features.set(Feature::CapabilityOffered, (best.clamp(SILENCE, 3.0) - SILENCE) / 2.0);
        return;
    }
    let better = own.iter().filter(|s| **s > own[criterion]).count();
    features.set(Feature::ProfileRank, (better as f32).min(4.0) / 2.0);
}
