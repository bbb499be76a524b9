//! What kind of document, and of section, a passage stands in: one in which a provider offers, or one that explains, advises
//! or tells; one about these capabilities, or about other things. Single sentences look alike ("review commitments each
//! quarter"); all of them together do not.

use crate::feature::{Feature, Features};
use crate::profile::STANCES;
use capmap_model::Document;
use std::collections::BTreeMap;

/// Kinds that are told, the last of the stances: of a provider, of the field.
const KINDS: [[Feature; 2]; 2] =
    [[Feature::DocumentGenre, Feature::SectionGenre], [Feature::DocumentField, Feature::SectionField]];

/// One passage says no more than this, in log-odds.
const MOST: f32 = 3.0;

/// A document is taken as this many passages longer that say nothing either way.
const UNKNOWN: f32 = 3.0;

/// The passages of a section count beside this many of its document.
const DOCUMENT_SHARE: f32 = 4.0;

/// The balance of a document and of its sections by kind, in log-odds of a passage.
pub(crate) struct Genres([Balance; KINDS.len()]);

#[derive(Default)]
struct Balance {
    document: f32,
    sections: BTreeMap<Option<usize>, f32>,
}

impl Genres {
    /// Reads it off the profile scores of all blocks.
    pub fn of(document: &Document, scores: &[Vec<f32>], criteria: usize) -> Self {
        let first = criteria + STANCES.len() - KINDS.len();
        Genres(std::array::from_fn(|kind| Balance::of(document, scores, first + kind)))
    }

    /// Sets the features of a candidate in a section.
    pub fn tell(&self, section: Option<usize>, features: &mut Features) {
        for (balance, [whole, near]) in self.0.iter().zip(KINDS) {
            features.set(whole, balance.document);
            features.set(near, balance.sections.get(&section).copied().unwrap_or(balance.document));
        }
    }
}

impl Balance {
    fn of(document: &Document, scores: &[Vec<f32>], column: usize) -> Self {
        let mut sums: BTreeMap<Option<usize>, (f32, f32)> = BTreeMap::new();
        for (block, scores) in document.blocks.iter().zip(scores) {
            let Some(score) = scores.get(column) else { continue };
            let sum = sums.entry(block.section).or_default();
            sum.0 += score.clamp(-MOST, MOST);
            sum.1 += 1.0;
        }
        let (all, count) = sums.values().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
        let whole = all / (count + UNKNOWN);
        let near = |(sum, count): (f32, f32)| (sum + DOCUMENT_SHARE * whole) / (count + DOCUMENT_SHARE);
        Balance { document: whole, sections: sums.into_iter().map(|(s, sum)| (s, near(sum))).collect() }
    }
}
