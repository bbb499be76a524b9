//! Points under one reading of the denominator. Whole numbers throughout: shares are counted in ten-thousandths of a
//! point, so that "exactly at the threshold" is exact.

use capmap_model::{CriteriaSet, Criterion, CriterionKind, Policy, Supplemental};
use serde::Serialize;

/// Ten-thousandths: the unit in which the threshold and what is missing are counted.
pub(crate) const UNIT: i64 = 10_000;

/// One policy's outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PolicyResult {
    /// The policy's id.
    pub id: String,
    /// The points that count under it.
    pub points: u32,
    /// The total possible points under it.
    pub denominator: u32,
    /// Share of the denominator that certifies, 0 to 1.
    pub threshold: f64,
    /// True where the points reach the threshold of a denominator above 0.
    pub met: bool,
    /// Points short of the threshold; 0 where met.
    pub missing: f64,
    /// The policy in plain words.
    pub description: String,
    /// The criteria to win first; empty where met, and where not even all of them would do.
    pub route: Vec<crate::Step>,
    /// False where winning every open criterion would still not do.
    pub reachable: bool,
}

/// A criterion with its points, and whether it is met.
#[derive(Clone, Copy)]
pub(crate) struct Rated<'a> {
    pub criterion: &'a Criterion,
    pub points: u32,
    pub met: bool,
}

/// The threshold in ten-thousandths.
pub(crate) fn threshold_units(set: &CriteriaSet) -> i64 {
    // A share between 0 and 1 (checked where criteria are loaded), so the rounded product fits.
    #[allow(clippy::cast_possible_truncation)]
    let units = (set.threshold * UNIT as f64).round() as i64;
    units
}

/// Points and denominator under `policy`.
pub(crate) fn sums(policy: &Policy, rated: &[Rated]) -> (u32, u32) {
    let points = rated.iter().filter(|r| r.met && enters(policy.points, r.criterion, r.met));
    let denominator = rated.iter().filter(|r| enters(policy.denominator, r.criterion, r.met));
    (points.map(|r| r.points).sum(), denominator.map(|r| r.points).sum())
}

/// What confirming an unmet criterion brings the policy closer to its threshold, in ten-thousandths of a point. Where
/// only confirmed supplemental criteria are counted, the denominator grows along, and the gain is smaller.
pub(crate) fn gain(policy: &Policy, rated: Rated, threshold: i64) -> i64 {
    let points = i64::from(rated.points);
    let won = if enters(policy.points, rated.criterion, true) { points * UNIT } else { 0 };
    let grows = enters(policy.denominator, rated.criterion, true)
        && !enters(policy.denominator, rated.criterion, false);
    won - if grows { points * threshold } else { 0 }
}

fn enters(which: Supplemental, criterion: &Criterion, met: bool) -> bool {
    criterion.kind == CriterionKind::Capability
        || match which {
            Supplemental::None => false,
            Supplemental::Listed => criterion.listed,
            Supplemental::Confirmed => met,
        }
}
