//! What the certification asks for.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A criterion's slug: `allocation`, `scope:saas`, `provider:aws`, `compliance:iso-27001`, `concentration`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CriterionId(pub String);

impl fmt::Display for CriterionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for CriterionId {
    fn from(slug: &str) -> Self {
        CriterionId(slug.to_owned())
    }
}

/// Which part of the certification a criterion belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CriterionKind {
    /// One of the Framework's capabilities.
    Capability,
    /// A scope, provider, compliance or the technology concentration.
    Supplemental,
}

/// One criterion: met with full points, or not met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its slug.
    pub id: CriterionId,
    /// Its part.
    pub kind: CriterionKind,
    /// Its name in the certification text.
    pub name: String,
    /// The domain's name, or the supplemental group's.
    pub domain: String,
    /// Points when met; none in a set whose points are not published.
    pub points: Option<u32>,
    /// Named in the certification text itself; others of a group are known but not listed there.
    pub listed: bool,
    /// What it means, in our own words.
    pub definition: String,
}
