//! What might have been missed for a criterion: passages that nothing suggests, nearest in words to what is known of it.

use capmap_evidence::{Known, Like};
use capmap_model::{Criterion, Grade};
use capmap_store::{Filter, ItemRow, Outcome, Store, StoreError, View};

/// Every item of a criterion: none of them may come back as not suggested.
const ALL: usize = i64::MAX as usize;

/// What to seek: passages like those that are confirmed for the criterion (these count most) or suggested as offered, and like
/// its own words. Everything that is suggested or was rejected for it is left out.
///
/// # Errors
/// Where the dossier cannot be read.
pub fn not_suggested(store: &Store, criterion: &Criterion, view: View) -> Result<Like, StoreError> {
    let mut like = Like::to_criterion(criterion);
    for row in store.items(Filter::Criterion(&criterion.id), view, 0, ALL)? {
        like.know(&row.citation, known(&row));
    }
    Ok(like)
}

fn known(row: &ItemRow) -> Known {
    match (row.outcome, row.grade) {
        (Outcome::Confirmed, _) => Known::Confirmed,
        (Outcome::Rejected, _) | (_, Grade::Topic | Grade::Excluded) => Known::Other,
        (_, Grade::Offered) => Known::Offered,
    }
}
