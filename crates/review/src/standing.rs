//! Where the dossier stands, as the header and the overview need it: the score, and what is suggested but not confirmed.

use crate::app::Visit;
use capmap_model::{Criterion, CriterionId, Grade};
use capmap_score::{Score, score};
use capmap_store::{Store, StoreError, Tally};
use std::collections::BTreeMap;

/// What a page needs to know of the whole.
pub(crate) struct Whole {
    pub tallies: BTreeMap<CriterionId, Tally>,
    /// None where the set publishes no points.
    pub score: Option<Score>,
}

/// The header's numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Progress {
    /// Items decided, and all.
    pub decided: u32,
    pub items: u32,
    /// Points under the first policy; none where the set publishes none.
    pub points: Option<Points>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Points {
    pub confirmed: u32,
    /// Of criteria that are not met, but for which an offer is suggested.
    pub suggested: u32,
    pub needed: f64,
    pub possible: u32,
}

/// How a criterion stands, in one word for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// At least one passage is confirmed.
    Met,
    /// Votes differ.
    Conflict,
    /// Offers wait for a decision.
    Waiting,
    /// Only topics or exclusions wait.
    Weak,
    /// Everything was rejected.
    Rejected,
    /// Nothing was found.
    Nothing,
}

impl State {
    pub(crate) fn words(self) -> &'static str {
        match self {
            State::Met => "met",
            State::Conflict => "votes differ",
            State::Waiting => "to decide",
            State::Weak => "only talked about",
            State::Rejected => "all rejected",
            State::Nothing => "nothing found",
        }
    }

    pub(crate) fn sign(self) -> &'static str {
        match self {
            State::Met => "✓",
            State::Conflict => "≠",
            State::Waiting => "◌",
            State::Weak => "·",
            State::Rejected => "✕",
            State::Nothing => "–",
        }
    }

    pub(crate) fn class(self) -> &'static str {
        match self {
            State::Met => "met",
            State::Conflict => "conflict",
            State::Waiting => "waiting",
            State::Weak => "weak",
            State::Rejected => "rejected",
            State::Nothing => "nothing",
        }
    }
}

impl Whole {
    pub(crate) fn read(visit: &Visit, store: &Store) -> Result<Whole, StoreError> {
        let tallies = store.tallies(visit.viewer.view())?;
        let standings: Vec<_> = tallies.iter().map(|t| t.standing.clone()).collect();
        let score = visit.app.today().and_then(|today| score(&visit.app.criteria, &standings, today).ok());
        let tallies = tallies.into_iter().map(|t| (t.standing.criterion.clone(), t)).collect();
        Ok(Whole { tallies, score })
    }

    pub(crate) fn state(&self, id: &CriterionId) -> State {
        let Some(tally) = self.tallies.get(id).filter(|t| t.items > 0) else { return State::Nothing };
        let standing = &tally.standing;
        match standing.best_open.as_ref().map(|open| open.grade) {
            _ if standing.confirmed > 0 => State::Met,
            _ if standing.conflicts > 0 => State::Conflict,
            _ if standing.undecided == 0 => State::Rejected,
            Some(Grade::Offered) => State::Waiting,
            _ => State::Weak,
        }
    }

    pub(crate) fn progress(&self, criteria: &[Criterion]) -> Progress {
        let sum = |of: fn(&Tally) -> u32| self.tallies.values().map(of).sum::<u32>();
        let points = self.score.as_ref().and_then(|score| score.policies.first()).map(|policy| {
            let waiting = |c: &&Criterion| self.state(&c.id) == State::Waiting;
            Points {
                confirmed: policy.points,
                suggested: criteria
                    .iter()
                    .filter(waiting)
                    .filter(|c| c.listed)
                    .filter_map(|c| c.points)
                    .sum(),
                needed: f64::from(policy.denominator) * policy.threshold,
                possible: policy.denominator,
            }
        });
        let decided = sum(|t| t.standing.confirmed + t.standing.rejected);
        Progress { decided, items: sum(|t| t.items), points }
    }
}
