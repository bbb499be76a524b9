//! A pack for others' eyes: without notes and names. Reviewers keep a number each, so that two votes stay two people's.

use crate::pack::{Log, Pack};
use std::collections::BTreeMap;

impl Pack {
    /// Leaves out notes and reviewers' names, and the log's texts, which hold both. The log's hashes stay: with the full log
    /// they prove later that this pack was made from it.
    #[must_use]
    pub fn redacted(mut self) -> Pack {
        let names = numbers(&self.log, &self);
        let number = |name: &str| names.get(name).cloned().unwrap_or_else(|| "a reviewer".to_owned());
        for vote in self.evidence.iter_mut().flat_map(|e| &mut e.votes) {
            vote.reviewer = number(&vote.reviewer);
            vote.note = None;
        }
        for event in &mut self.log.events {
            event.reviewer = number(&event.reviewer);
            event.body = String::new();
        }
        self.redacted = true;
        self
    }
}

/// "reviewer 1" and so on, in the order of the log.
fn numbers(log: &Log, pack: &Pack) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let votes = pack.evidence.iter().flat_map(|e| &e.votes).map(|v| &v.reviewer);
    for name in log.events.iter().map(|e| &e.reviewer).chain(votes) {
        let next = format!("reviewer {}", names.len() + 1);
        names.entry(name.clone()).or_insert(next);
    }
    names
}
