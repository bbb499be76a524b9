//! Writes the old cycle's decisions into the new dossier: a confirmation waits there to be re-affirmed; a rejection stays
//! hidden where words and context are the same, else the passage is open again.

use crate::args::Common;
use crate::clock;
use crate::errors::Stop;
use crate::filing::holder;
use crate::renew_changes::Change;
use capmap_model::Choice;
use capmap_store::{Action, CarriedFrom, Store};
use std::collections::BTreeSet;

/// Carries over what has a place in the new documents. What was carried over by an earlier run stays as it is.
///
/// # Errors
/// Where the new dossier cannot be written.
pub fn carry(common: &Common, old: &Store, changes: &[Change]) -> Result<(), Stop> {
    let log = old.verify()?.head;
    let mut store = Store::open(&common.dossier, &holder("renew"))?;
    let carried = carried(&store)?;
    let now = clock::now();
    for change in changes {
        let (Some(from), Some(new), Some(decided)) = (&change.old, &change.new, &change.decision) else {
            continue;
        };
        let wanted = decided.choice == Choice::Confirm || change.class.holds();
        let name = (decided.event, decided.time.clone(), from.start(), change.criterion.0.clone());
        if !wanted || carried.contains(&name) {
            continue;
        }
        let from = CarriedFrom {
            log: log.clone(),
            event: decided.event,
            reviewer: decided.reviewer.clone(),
            time: decided.time.clone(),
            citation: from.clone(),
        };
        store.carry_over(&change.criterion, new, decided.choice, change.class.name(), from, &now)?;
    }
    Ok(())
}

/// What earlier runs carried over: the old event, its time, the place of its words, the criterion here.
fn carried(store: &Store) -> Result<BTreeSet<(u64, String, usize, String)>, Stop> {
    let mut carried = BTreeSet::new();
    store.each_body(|event, _, _| {
        if let Action::CarryOver { target, from, .. } = event.action {
            carried.insert((from.event, from.time.clone(), from.citation.start(), target.criterion.0));
        }
    })?;
    Ok(carried)
}
