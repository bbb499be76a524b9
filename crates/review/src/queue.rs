//! Which passage comes next: what an earlier cycle confirmed, then unsatisfied capabilities by points and in the set's order,
//! then what supplements them; within one criterion the best first.
//! A satisfied criterion leaves the queue: one good passage settles it.

use crate::app::Visit;
use crate::standing::{State, Whole};
use capmap_model::{Criterion, CriterionId, CriterionKind};
use capmap_store::{ItemRow, Outcome, Store, StoreError};

/// Criteria that wait for a decision, the most valuable first.
pub(crate) fn order<'a>(criteria: &'a [Criterion], whole: &Whole) -> Vec<&'a Criterion> {
    let waits = |c: &&Criterion| {
        whole.tallies.get(&c.id).is_some_and(|t| t.standing.undecided > 0) && whole.state(&c.id) != State::Met
    };
    let mut order: Vec<&Criterion> = criteria.iter().filter(waits).collect();
    // What an earlier cycle confirmed takes one key. Then offers before mere talk, capabilities before what supplements them;
    // among these by points.
    let carried = |c: &Criterion| whole.tallies.get(&c.id).is_some_and(|t| t.carried > 0);
    order.sort_by_key(|c| {
        let supplement = c.kind != CriterionKind::Capability;
        let points = std::cmp::Reverse(c.points.unwrap_or(0));
        (!carried(c), whole.state(&c.id) != State::Waiting, supplement, points)
    });
    order
}

/// Where the reviewer goes from here: the next open passage of the same criterion unless that is met, else the first of the
/// queue; none where nothing waits.
pub(crate) fn next(
    visit: &Visit,
    store: &Store,
    whole: &Whole,
    from: Option<&ItemRow>,
) -> Result<Option<String>, StoreError> {
    let view = visit.viewer.view();
    if let Some(row) = from.filter(|row| whole.state(&row.criterion) != State::Met) {
        let next = store.next_open(&row.criterion, row.rank, view)?.filter(|id| *id != row.id);
        if next.is_some() && !deferred_only(whole, &row.criterion) {
            return Ok(next);
        }
    }
    for criterion in order(&visit.app.criteria.criteria, whole) {
        if from.is_some_and(|row| row.criterion == criterion.id) {
            continue;
        }
        if let Some(next) = store.next_open(&criterion.id, i64::MIN, view)? {
            return Ok(Some(next));
        }
    }
    Ok(None)
}

/// What was put off comes last: other criteria go first.
fn deferred_only(whole: &Whole, id: &CriterionId) -> bool {
    whole.tallies.get(id).is_some_and(|t| t.deferred >= t.standing.undecided)
}

/// The passage on which votes differ that an adjudicator should see next.
pub(crate) fn first_conflict(visit: &Visit, store: &Store) -> Result<Option<String>, StoreError> {
    use capmap_store::{Filter, View};
    if !visit.viewer.may_adjudicate() {
        return Ok(None);
    }
    Ok(store.items(Filter::Outcome(Outcome::Conflict), View::All, 0, 1)?.into_iter().next().map(|row| row.id))
}
