//! Signs that mean something only together: a noun phrase where the provider speaks, the tone of an offer about what the
//! words keep company with. Each pair is a sign of its own, the product of the two, with a weight of its own.

use crate::feature::{COUNT, Feature, Features, NAMES};

/// Those that are paired, each with each.
const PAIRED: [Feature; 27] = [
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
    Feature::Provider,
    Feature::Imperative,
    Feature::DocumentVoice,
    Feature::IsExcluded,
    Feature::SectionSame,
    Feature::DocumentGenre,
    Feature::SectionGenre,
    Feature::DocumentField,
    Feature::SectionField,
    Feature::Negated,
    Feature::Technology,
    Feature::ProfileAlone,
    Feature::SubjectBlock,
    Feature::SubjectAbove,
];

/// Where signs that have more than two values bend: from a knot on, more of a sign may count more or less than before it.
const KNOTS: [(Feature, &[f32]); 15] = [
    (Feature::Profile, &[-1.0, 0.0, 0.75, 1.5, 2.25]),
    (Feature::IsOffer, &[-1.0, -0.3, 0.3, 0.8]),
    (Feature::IsTopic, &[-2.0, -1.2, -0.5]),
    (Feature::IsExcluded, &[-2.0, -1.0, 0.0]),
    (Feature::Hand, &[1.0, 2.0, 3.0]),
    (Feature::ProfileRank, &[0.25, 0.75]),
    (Feature::DocumentEvidence, &[0.3, 0.6, 0.9]),
    (Feature::SectionVoice, &[-0.3, 0.0, 0.3]),
    (Feature::DocumentVoice, &[-0.3, 0.0, 0.3]),
    (Feature::Others, &[0.5, 1.0]),
    (Feature::DocumentGenre, &[-0.5, 0.0, 0.5, 1.0]),
    (Feature::SectionGenre, &[-0.5, 0.0, 0.5, 1.0]),
    (Feature::DocumentField, &[-1.0, -0.5, 0.0, 0.5]),
    (Feature::Technology, &[0.2, 0.4, 0.7]),
    (Feature::SectionField, &[-1.0, -0.5, 0.0, 0.5]),
];

/// How many knots there are.
const BENDS: usize = {
    let (mut all, mut i) = (0, 0);
    while i < KNOTS.len() {
        all += KNOTS[i].1.len();
        i += 1;
    }
    all
};

fn bends() -> impl Iterator<Item = (Feature, f32)> {
    KNOTS.iter().flat_map(|(feature, knots)| knots.iter().map(move |k| (*feature, *k)))
}

const PAIRS: usize = PAIRED.len() * (PAIRED.len() - 1) / 2;

/// Single signs, pairs, bends.
pub(crate) const SIGNS: usize = COUNT + PAIRS + BENDS;

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
    for (value, (feature, knot)) in out[COUNT + PAIRS..].iter_mut().zip(bends()) {
        *value = (features.get(feature) - knot).max(0.0);
    }
    out
}

/// Their names, in the same order; a pair is `one*other`.
pub(crate) fn names() -> Vec<String> {
    let name = |f: Feature| NAMES[f as usize];
    let single = NAMES.iter().map(|n| (*n).to_owned());
    let pairs = pairs().map(|(a, b)| format!("{}*{}", name(a), name(b)));
    let bends = bends().map(|(f, knot)| format!("{}>{knot}", name(f)));
    single.chain(pairs).chain(bends).collect()
}
