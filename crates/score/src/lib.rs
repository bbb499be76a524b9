//! From confirmed evidence to points, and from points to a verdict. Pure: the same standings and the same day give the
//! same score.
//!
//! A criterion is met in full or not at all, and one confirmed passage meets it. The certification text leaves the
//! denominator open, so [`score`] works out every [`Policy`](capmap_model::Policy) of the set and says where they differ.

mod date;
mod near;
mod points;
mod route;
mod score;

pub use date::Date;
pub use near::{Lack, NearMiss};
pub use points::PolicyResult;
pub use route::{Effort, Step};
pub use score::{
    CriteriaName, CriterionState, FRESH_MONTHS, Mark, Points, SCHEMA, Score, ScoreError, Verdict, score,
};
