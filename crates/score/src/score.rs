//! The score: the contract's `capmap/score/1`, field by field in its order.

use crate::near::near_miss;
use crate::points::{PolicyResult, Rated, UNIT, gain, sums, threshold_units};
use crate::route::{Candidate, Effort, Step, cheapest};
use crate::{Date, NearMiss};
use capmap_model::{CriteriaSet, CriterionId, CriterionKind, Policy, Standing};
use serde::Serialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// Schema of the JSON form.
pub const SCHEMA: &str = "capmap/score/1";

/// Evidence older than this many months is marked: a certification lasts two years.
pub const FRESH_MONTHS: u32 = 24;

/// Why a set cannot be scored with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScoreError {
    /// Points of some criteria are not published.
    #[error(
        "criteria set {set} has no points for {count} of its criteria (first: {first}), so it maps but does not score; \
         give a criteria file with points by --criteria FILE"
    )]
    NoPoints {
        /// The set's id.
        set: String,
        /// How many criteria lack points.
        count: usize,
        /// The first of them.
        first: CriterionId,
    },
}

/// Where a dossier stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The set that was scored with.
    pub criteria: CriteriaName,
    /// Points of capabilities.
    pub capabilities: Points,
    /// Points of supplemental criteria; possible are those that the certification text names.
    pub supplemental: Points,
    /// Every reading of the denominator, the default first.
    pub policies: Vec<PolicyResult>,
    /// What they say together.
    pub verdict: Verdict,
    /// Every criterion, in the set's order.
    pub criteria_state: Vec<CriterionState>,
    /// Unmet criteria with something to look at, by points.
    pub near: Vec<NearMiss>,
    /// Criteria with confirmed evidence that the set does not have: they score nothing.
    pub outside: Vec<CriterionId>,
}

/// Which set, in which version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriteriaName {
    /// The set's id.
    pub id: String,
    /// The version of its file.
    pub version: String,
}

/// Confirmed against possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Points {
    /// From confirmed evidence alone.
    pub confirmed: u32,
    /// All that could be reached.
    pub possible: u32,
}

/// What the policies say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Met under every policy.
    Met,
    /// Met under none.
    NotMet,
    /// Met under some only.
    DependsOnPolicy,
}

impl Verdict {
    /// `met`, `not-met` or `depends-on-policy`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::NotMet => "not-met",
            Verdict::DependsOnPolicy => "depends-on-policy",
        }
    }
}

/// Where one criterion stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriterionState {
    /// Which criterion.
    pub criterion: CriterionId,
    /// What it is worth.
    pub points: u32,
    /// At least one passage is confirmed.
    pub met: bool,
    /// Confirmed passages.
    pub confirmed: u32,
    /// Suggestions that wait for a decision.
    pub undecided: u32,
    /// Passages on which votes differ; they do not count.
    pub conflicts: u32,
    /// What a committee should know about the evidence.
    pub marks: Vec<Mark>,
}

/// A weakness of all confirmed evidence of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// None of it stands at a public address.
    SubmittedOnly,
    /// All of it was read by optical recognition.
    OcrOnly,
    /// All of it is older than [`FRESH_MONTHS`], or of unknown date beside such.
    Old,
}

impl Mark {
    /// In plain words.
    pub fn words(self) -> &'static str {
        match self {
            Mark::SubmittedOnly => "only from submitted files",
            Mark::OcrOnly => "only by text recognition",
            Mark::Old => "older than 24 months",
        }
    }
}

/// Scores `standings` (any order; criteria without one count as empty) with `set`, as of `today`.
///
/// # Errors
/// [`ScoreError::NoPoints`] where the set does not publish points for all its criteria.
pub fn score(set: &CriteriaSet, standings: &[Standing], today: Date) -> Result<Score, ScoreError> {
    refuse_without_points(set)?;
    let by_id: BTreeMap<_, _> = standings.iter().map(|s| (&s.criterion, s)).collect();
    let rated: Vec<Rated> = set
        .criteria
        .iter()
        .map(|criterion| Rated {
            criterion,
            points: criterion.points.unwrap_or(0),
            met: by_id.get(&criterion.id).is_some_and(|s| s.confirmed > 0),
        })
        .collect();
    let policies: Vec<_> = set.policies.iter().map(|p| under(set, p, &rated, &by_id)).collect();
    Ok(Score {
        schema: SCHEMA,
        criteria: CriteriaName { id: set.id.clone(), version: set.version.clone() },
        capabilities: points(&rated, CriterionKind::Capability),
        supplemental: points(&rated, CriterionKind::Supplemental),
        verdict: verdict(&policies),
        policies,
        criteria_state: rated.iter().map(|r| state(*r, by_id.get(&r.criterion.id).copied(), today)).collect(),
        near: near(&rated, &by_id),
        outside: by_id
            .values()
            .filter(|s| s.confirmed > 0 && set.get(&s.criterion).is_none())
            .map(|s| s.criterion.clone())
            .collect(),
    })
}

fn refuse_without_points(set: &CriteriaSet) -> Result<(), ScoreError> {
    let mut without = set.criteria.iter().filter(|c| c.points.is_none());
    match without.next() {
        None => Ok(()),
        Some(first) => Err(ScoreError::NoPoints {
            set: set.id.clone(),
            count: 1 + without.count(),
            first: first.id.clone(),
        }),
    }
}

fn points(rated: &[Rated], kind: CriterionKind) -> Points {
    let of_kind = || rated.iter().filter(move |r| r.criterion.kind == kind);
    Points {
        confirmed: of_kind().filter(|r| r.met).map(|r| r.points).sum(),
        possible: of_kind()
            .filter(|r| kind == CriterionKind::Capability || r.criterion.listed)
            .map(|r| r.points)
            .sum(),
    }
}

fn under(
    set: &CriteriaSet,
    policy: &Policy,
    rated: &[Rated],
    standings: &BTreeMap<&CriterionId, &Standing>,
) -> PolicyResult {
    let threshold = threshold_units(set);
    let (points, denominator) = sums(policy, rated);
    let missing = (i64::from(denominator) * threshold - i64::from(points) * UNIT).max(0);
    let route = route(policy, rated, standings, threshold, missing);
    PolicyResult {
        id: policy.id.clone(),
        points,
        denominator,
        threshold: set.threshold,
        met: missing == 0 && denominator > 0,
        missing: missing as f64 / UNIT as f64,
        description: policy.description.clone(),
        reachable: route.is_some() && denominator > 0,
        route: route.unwrap_or_default(),
    }
}

fn route(
    policy: &Policy,
    rated: &[Rated],
    standings: &BTreeMap<&CriterionId, &Standing>,
    threshold: i64,
    missing: i64,
) -> Option<Vec<Step>> {
    let candidates: Vec<Candidate> = rated
        .iter()
        .filter(|r| !r.met)
        .map(|r| {
            let best = standings.get(&r.criterion.id).and_then(|s| s.best_open.as_ref());
            let step = Step { criterion: r.criterion.id.clone(), points: r.points, effort: Effort::of(best) };
            Candidate { step, gain: gain(policy, *r, threshold) }
        })
        .collect();
    let taken = cheapest(&candidates, missing)?;
    Some(taken.into_iter().map(|i| candidates[i].step.clone()).collect())
}

fn verdict(policies: &[PolicyResult]) -> Verdict {
    let met = policies.iter().filter(|p| p.met).count();
    match met {
        0 => Verdict::NotMet,
        n if n == policies.len() => Verdict::Met,
        _ => Verdict::DependsOnPolicy,
    }
}

fn state(rated: Rated, standing: Option<&Standing>, today: Date) -> CriterionState {
    CriterionState {
        criterion: rated.criterion.id.clone(),
        points: rated.points,
        met: rated.met,
        confirmed: standing.map_or(0, |s| s.confirmed),
        undecided: standing.map_or(0, |s| s.undecided),
        conflicts: standing.map_or(0, |s| s.conflicts),
        marks: standing.map(|s| marks(s, today)).unwrap_or_default(),
    }
}

fn marks(standing: &Standing, today: Date) -> Vec<Mark> {
    if standing.confirmed == 0 {
        return Vec::new();
    }
    let newest = standing.newest.as_deref().and_then(Date::parse);
    let marks = [
        (standing.public == 0, Mark::SubmittedOnly),
        (standing.not_ocr == 0, Mark::OcrOnly),
        (newest.is_some_and(|day| day < today.months_before(FRESH_MONTHS)), Mark::Old),
    ];
    marks.into_iter().filter(|(applies, _)| *applies).map(|(_, mark)| mark).collect()
}

fn near(rated: &[Rated], standings: &BTreeMap<&CriterionId, &Standing>) -> Vec<NearMiss> {
    let mut near: Vec<NearMiss> = rated
        .iter()
        .filter(|r| !r.met)
        .filter_map(|r| {
            let best = standings.get(&r.criterion.id)?.best_open.as_ref()?;
            Some(near_miss(&r.criterion.id, r.points, best))
        })
        .collect();
    near.sort_by_key(|n| std::cmp::Reverse(n.points)); // stable: the set's order among equals
    near
}

#[cfg(test)]
#[path = "score_tests.rs"]
mod tests;
