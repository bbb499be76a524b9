//! Signs that mean something only together: a noun phrase where the provider speaks, the tone of an offer about what the
//! words keep company with. Each pair is a sign of its own, the product of the two, with a weight of its own.

use crate::feature::{COUNT, Feature, Features, NAMES};

/// Those that are paired, each with each.
const PAIRED: [Feature; 13] = [
    Feature::Profile,
    Feature::ProfileRank,
    Feature::IsOffer,
    Feature::IsTopic,
    Feature::Hand,
    Feature::Fragment,
    Feature::DocumentEvidence,
    Feature::SectionVoice,
    Feature::KindItem,
    Feature::KindHeading,
    Feature::Others,
    Feature::ServiceAbove,
    Feature::SubjectSentence,
];

/// Single signs and pairs.
pub(crate) const SIGNS: usize = COUNT + PAIRED.len() * (PAIRED.len() - 1) / 2;

fn pairs() -> impl Iterator<Item = (Feature, Feature)> {
    PAIRED.iter().enumerate().flat_map(|(i, a)| PAIRED[i + 1..].iter().map(move |b| (*a, *b)))
}

/// Values of all signs, single ones first.
pub(crate) fn values(features: &Features) -> [f32; SIGNS] {
    let mut out = [0.0; SIGNS];
    out[..COUNT].copy_from_slice(&features.0);
    for (value, (a, b)) in out[COUNT..].iter_mut().zip(pairs()) {
        *value = features.get(a) * features.get(b);
    }
    out
}

/// Their names, in the same order; a pair is `one*other`.
pub(crate) fn names() -> Vec<String> {
    let name = |f: Feature| NAMES[f as usize];
    let single = NAMES.iter().map(|n| (*n).to_owned());
    single.chain(pairs().map(|(a, b)| format!("{}*{}", name(a), name(b)))).collect()
}
