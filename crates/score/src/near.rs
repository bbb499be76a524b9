//! Near misses: unmet criteria for which something was found, and what the best of it lacks.

use capmap_model::{CriterionId, Elements, Grade, OpenSuggestion};
use serde::Serialize;

/// An unmet criterion with an undecided suggestion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    /// Which criterion.
    pub criterion: CriterionId,
    /// What it is worth.
    pub points: u32,
    /// The suggestion to look at.
    pub suggestion: String,
    /// What a reviewer would miss in it, most important first; empty where it only waits for a decision.
    pub lacks: Vec<Lack>,
}

/// What a passage or its section lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// The text says that it is not provided.
    Inclusion,
    /// It is talked about, not offered.
    Offer,
    /// No scope is stated around it.
    Scope,
    /// No deliverable is stated around it.
    Deliverables,
    /// No time is stated around it.
    Timelines,
    /// No outcome is stated around it.
    Outcomes,
}

impl Lack {
    /// In plain words, to follow "lacks ".
    pub fn words(self) -> &'static str {
        match self {
            Lack::Inclusion => "being in scope (the text excludes it)",
            Lack::Offer => "an offer (it is only talked about)",
            Lack::Scope => "a scope",
            Lack::Deliverables => "deliverables",
            Lack::Timelines => "timelines",
            Lack::Outcomes => "outcomes",
        }
    }
}

pub(crate) fn near_miss(criterion: &CriterionId, points: u32, best: &OpenSuggestion) -> NearMiss {
    let grade = match best.grade {
        Grade::Offered => None,
        Grade::Topic => Some(Lack::Offer),
        Grade::Excluded => Some(Lack::Inclusion),
    };
    let lacks = grade.into_iter().chain(missing_elements(best.elements)).collect();
    NearMiss { criterion: criterion.clone(), points, suggestion: best.suggestion.clone(), lacks }
}

fn missing_elements(elements: Elements) -> impl Iterator<Item = Lack> {
    let stated = [
        (elements.scope, Lack::Scope),
        (elements.deliverables, Lack::Deliverables),
        (elements.timelines, Lack::Timelines),
        (elements.outcomes, Lack::Outcomes),
    ];
    stated.into_iter().filter(|(there, _)| !there).map(|(_, lack)| lack)
}
