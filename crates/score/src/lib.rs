//! From confirmed evidence to points, and from points to a verdict. Pure: the same standings and the same day give the
//! same score.
//!
//! A criterion is met in full or not at all, and one confirmed passage meets it. The certification text leaves the
//! denominator open, so [`score`] works out every [`Policy`](capmap_model::Policy) of the set and says where they differ.
//!
//! What no document shows (membership, people's certifications, community) comes from a profile that the applicant writes;
//! [`readiness`] holds it against the certification text's rules, line by line.

mod date;
mod near;
mod points;
mod readiness;
mod route;
mod score;

pub use date::Date;
pub use near::{Lack, NearMiss};
pub use points::PolicyResult;
pub use readiness::{
    CONTRIBUTION_MONTHS, Expiry, Facts, Line, Profile, ProfileError, READINESS_SCHEMA, Readiness, Sighting,
    Status, readiness,
};
pub use route::{Effort, Step};
pub use score::{
    CriteriaName, CriterionState, FRESH_MONTHS, Mark, Points, SCHEMA, Score, ScoreError, Verdict, score,
};
