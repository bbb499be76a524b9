//! What became of each criterion between two sets.

use capmap_model::{CriteriaSet, Criterion, CriterionId};
use std::collections::BTreeMap;

/// What became of an older criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is there under the same id, alone.
    Same,
    /// It has another id.
    Renamed(CriterionId),
    /// Another one leads there too.
    Merged(CriterionId),
    /// It became several.
    Split(Vec<CriterionId>),
    /// It is not there any more.
    Dropped,
}

impl Fate {
    /// Where its decisions count now.
    pub fn successors<'a>(&'a self, old: &'a CriterionId) -> Vec<&'a CriterionId> {
        match self {
            Fate::Same => vec![old],
            Fate::Renamed(new) | Fate::Merged(new) => vec![new],
            Fate::Split(new) => new.iter().collect(),
            Fate::Dropped => Vec::new(),
        }
    }
}

/// What became of every criterion of `old`, in its order.
pub fn fates<'a>(old: &'a CriteriaSet, new: &CriteriaSet) -> Vec<(&'a Criterion, Fate)> {
    let walked: Vec<(&Criterion, Vec<CriterionId>)> =
        old.criteria.iter().map(|c| (c, new.successors(&old.id, &c.id))).collect();
    let mut led: BTreeMap<CriterionId, usize> = BTreeMap::new();
    for to in walked.iter().flat_map(|(_, to)| to) {
        *led.entry(to.clone()).or_default() += 1;
    }
    let fate = |criterion: &Criterion, to: Vec<CriterionId>| match to.as_slice() {
        [] => Fate::Dropped,
        [one] if led.get(one).is_some_and(|count| *count > 1) => Fate::Merged(one.clone()),
        [one] if *one == criterion.id => Fate::Same,
        [one] => Fate::Renamed(one.clone()),
        _ => Fate::Split(to),
    };
    walked.into_iter().map(|(criterion, to)| (criterion, fate(criterion, to))).collect()
}

/// The criteria of `new` to which nothing of `old` leads.
pub fn newcomers<'a>(old: &CriteriaSet, new: &'a CriteriaSet) -> Vec<&'a Criterion> {
    let led: Vec<CriterionId> = old.criteria.iter().flat_map(|c| new.successors(&old.id, &c.id)).collect();
    new.criteria.iter().filter(|c| !led.contains(&c.id)).collect()
}
