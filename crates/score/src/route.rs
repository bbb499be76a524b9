//! The cheapest way to the threshold: which unmet criteria to win so that the effort is smallest. Exact, by dynamic
//! programming over effort: there are some sixty criteria and small whole efforts, so the table stays tiny.

use capmap_model::{CriterionId, Grade, OpenSuggestion, Tier};
use serde::Serialize;

/// What it takes to win a criterion. The numbers are expected decisions: a strong suggestion settles it in one, a
/// suggestion to check in about four, a mere topic hardly; where nothing was found, a document has to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    /// An offer, strong.
    ConfirmStrong,
    /// An offer, likely.
    ConfirmLikely,
    /// An offer, to be checked.
    Check,
    /// Talked about, or excluded: the words are there, the offer is not.
    Reword,
    /// Nothing found.
    NewEvidence,
}

impl Effort {
    /// For the best undecided suggestion of a criterion.
    pub fn of(best: Option<&OpenSuggestion>) -> Effort {
        match best {
            None => Effort::NewEvidence,
            Some(open) if open.grade != Grade::Offered => Effort::Reword,
            Some(open) => match open.tier {
                Tier::Strong => Effort::ConfirmStrong,
                Tier::Likely => Effort::ConfirmLikely,
                Tier::Check => Effort::Check,
            },
        }
    }

    /// Expected decisions, or their worth in work.
    pub fn decisions(self) -> u32 {
        match self {
            Effort::ConfirmStrong => 1,
            Effort::ConfirmLikely => 2,
            Effort::Check => 4,
            Effort::Reword => 12,
            Effort::NewEvidence => 24,
        }
    }

    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Effort::ConfirmStrong => "look at a strong suggestion",
            Effort::ConfirmLikely => "look at a likely suggestion",
            Effort::Check => "check the suggestions",
            Effort::Reword => "talked about, not offered: find or write the offer",
            Effort::NewEvidence => "nothing found: needs a document",
        }
    }
}

/// One criterion on the way to the threshold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Which criterion to win.
    pub criterion: CriterionId,
    /// What it is worth.
    pub points: u32,
    /// What it takes.
    pub effort: Effort,
}

/// A criterion that could be won.
pub(crate) struct Candidate {
    pub step: Step,
    /// What it brings closer, in any fixed unit.
    pub gain: i64,
}

/// The candidates (as indices, in order) that together gain at least `need` for the least effort; among these the one
/// that gains most, then the one that takes earlier candidates. None where all of them do not suffice.
pub(crate) fn cheapest(candidates: &[Candidate], need: i64) -> Option<Vec<usize>> {
    if need <= 0 {
        return Some(Vec::new());
    }
    let most: usize = candidates.iter().map(cost).sum();
    // table[i][c]: the most that candidates i.. gain at effort c or less.
    let mut table = vec![vec![0i64; most + 1]; candidates.len() + 1];
    for (i, candidate) in candidates.iter().enumerate().rev() {
        for c in 0..=most {
            let without = table[i + 1][c];
            let with = c.checked_sub(cost(candidate)).map(|rest| table[i + 1][rest] + candidate.gain);
            table[i][c] = with.map_or(without, |w| w.max(without));
        }
    }
    let budget = table[0].iter().position(|&gain| gain >= need)?;
    Some(walk(candidates, &table, budget))
}

fn walk(candidates: &[Candidate], table: &[Vec<i64>], budget: usize) -> Vec<usize> {
    let mut left = budget;
    let mut taken = Vec::new();
    for (i, candidate) in candidates.iter().enumerate() {
        let Some(rest) = left.checked_sub(cost(candidate)) else { continue };
        if candidate.gain > 0 && table[i + 1][rest] + candidate.gain == table[i][left] {
            taken.push(i);
            left = rest;
        }
    }
    taken
}

fn cost(candidate: &Candidate) -> usize {
    candidate.step.effort.decisions() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EFFORTS: [Effort; 5] =
        [Effort::ConfirmStrong, Effort::ConfirmLikely, Effort::Check, Effort::Reword, Effort::NewEvidence];

    fn candidates(rows: &[(usize, i64)]) -> Vec<Candidate> {
        let step = |effort| Step { criterion: "x".into(), points: 1, effort };
        rows.iter().map(|&(e, gain)| Candidate { step: step(EFFORTS[e]), gain }).collect()
    }

    fn totals(all: &[Candidate], taken: &[usize]) -> (usize, i64) {
        (taken.iter().map(|&i| cost(&all[i])).sum(), taken.iter().map(|&i| all[i].gain).sum())
    }

    #[test]
    fn nothing_to_do_and_nothing_that_helps() {
        assert_eq!(cheapest(&candidates(&[(0, 5)]), 0), Some(vec![]));
        assert_eq!(cheapest(&candidates(&[(0, 5)]), 6), None);
        assert_eq!(cheapest(&[], 1), None);
    }

    #[test]
    fn greedy_by_points_would_be_dearer() {
        // Five points for four decisions, or three and three for two.
        assert_eq!(cheapest(&candidates(&[(2, 5), (0, 3), (0, 3)]), 5), Some(vec![1, 2]));
    }

    proptest! {
        #[test]
        fn as_good_as_trying_everything(rows in prop::collection::vec((0usize..5, -2i64..9), 0..10), need in 1i64..40) {
            let all = candidates(&rows);
            let every = (0u32..1 << all.len()).map(|bits| (0..all.len()).filter(|i| bits >> i & 1 == 1).collect::<Vec<_>>());
            let best = every.map(|taken| totals(&all, &taken)).filter(|t| t.1 >= need).map(|t| t.0).min();
            let found = cheapest(&all, need);
            prop_assert_eq!(found.as_ref().map(|taken| totals(&all, taken).0), best);
            if let Some(taken) = found {
                prop_assert!(totals(&all, &taken).1 >= need);
            }
        }
    }
}
