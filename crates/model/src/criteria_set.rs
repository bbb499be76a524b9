//! A whole criteria set: what is asked, what it is worth, and how points become a verdict.

use crate::{Criterion, CriterionId, CriterionKind};
use serde::{Deserialize, Serialize};

/// One version of the certification's criteria. Data, read from `criteria.toml` by `lexicon`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CriteriaSet {
    /// `finops-service-provider-2025`.
    pub id: String,
    /// For people.
    pub name: String,
    /// Version of this file.
    pub version: String,
    /// Where the facts come from.
    pub source: String,
    /// Share of the denominator that certifies, 0 to 1.
    pub threshold: f64,
    /// How long a certification lasts, in months.
    pub valid_months: u32,
    /// Domains and supplemental groups in the text's order.
    pub domains: Vec<String>,
    /// Capabilities in the text's order, then supplemental criteria.
    pub criteria: Vec<Criterion>,
    /// Every reading of "total possible points"; the first is the default.
    pub policies: Vec<Policy>,
    /// Individual certifications required, by size of the parent organization, largest first.
    pub certifications: Vec<CertificationRow>,
    /// What became of the criteria of an older set.
    pub crosswalk: Vec<Crosswalk>,
}

/// One reading of the denominator, which the certification text leaves open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// `capabilities-and-listed-supplemental`.
    pub id: String,
    /// In plain words.
    pub description: String,
    /// Which supplemental points enter the denominator.
    pub denominator: Supplemental,
    /// Which confirmed supplemental points enter the sum.
    pub points: Supplemental,
}

/// Which supplemental criteria count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Supplemental {
    /// None of them.
    None,
    /// Those that the certification text names.
    Listed,
    /// Those for which evidence was confirmed.
    Confirmed,
}

/// Individual certifications that a parent organization of at least `employees` needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificationRow {
    /// Smallest number of employees of the row.
    pub employees: u32,
    /// FinOps Certified Practitioner (Engineer counts 1:1).
    pub practitioner: u32,
    /// FinOps Certified Professional.
    pub professional: u32,
    /// FinOps Certified FOCUS Analyst.
    pub focus_analyst: u32,
}

/// What became of an older set's criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crosswalk {
    /// The older set's id.
    pub from_set: String,
    /// The older criterion.
    pub from: CriterionId,
    /// Its successors here: one (same or renamed), several (split), none (dropped).
    pub to: Vec<CriterionId>,
}

impl CriteriaSet {
    /// The criterion of that slug.
    pub fn get(&self, id: &CriterionId) -> Option<&Criterion> {
        self.criteria.iter().find(|c| c.id == *id)
    }

    /// Criteria of one kind, in order.
    pub fn of_kind(&self, kind: CriterionKind) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(move |c| c.kind == kind)
    }

    /// What became here of an older set's criterion: one (the same id where the crosswalk says nothing), several, or none.
    pub fn successors(&self, from_set: &str, from: &CriterionId) -> Vec<CriterionId> {
        if from_set != self.id {
            let walked = self.crosswalk.iter().find(|w| w.from_set == from_set && w.from == *from);
            if let Some(walked) = walked {
                return walked.to.clone();
            }
        }
        self.get(from).map(|same| same.id.clone()).into_iter().collect()
    }

    /// False where at least one criterion has no published points: such a set maps but does not score.
    pub fn scores(&self) -> bool {
        self.criteria.iter().all(|c| c.points.is_some())
    }
}
