//! What is shown: one file per page.

pub(crate) mod add;
pub(crate) mod bar;
pub(crate) mod capability;
pub(crate) mod document;
pub(crate) mod documents;
pub(crate) mod facts;
pub(crate) mod item;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod overview;
pub(crate) mod report;
pub(crate) mod search;

use crate::app::Visit;
use crate::live::deed;
use capmap_store::{Store, StoreError};
use serde::Deserialize;

/// `?saved=12` after a redirect.
#[derive(Deserialize, Default)]
pub(crate) struct Saved {
    pub saved: Option<u64>,
}

/// What was saved, read back from the log, so that only what is really there is ever shown as saved.
pub(crate) fn notice(visit: &Visit, store: &Store, saved: Option<u64>) -> Result<Option<String>, StoreError> {
    let Some(number) = saved else { return Ok(None) };
    let found = store.events(number, 1)?.into_iter().next().map(|(event, _)| event);
    Ok(found
        .filter(|event| event.seq == number && event.reviewer == visit.viewer.name)
        .map(|event| format!("Saved as event {number}: you {}.", deed(&visit.app, &event.action))))
}
