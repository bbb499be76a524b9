//! What became of an address: every one that a visit meets has such an end, and a reason.

use super::captures::Kept;
use capmap_model::{Failure, FailureKind};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An address, and its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Met {
    /// The address in its canonical spelling.
    pub url: String,
    /// What became of it.
    pub end: End,
}

/// What became of an address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum End {
    /// Fetched; what it says is in a capture.
    Page(Box<Kept>),
    /// It leads to another address, which has its own end.
    Redirect(String),
    /// Not fetched, or not usable.
    Failed(Failure),
}

/// Replaces redirects by what they come to: a page that is listed itself, or a failure.
pub(super) fn settle(mets: Vec<(String, End)>) -> Vec<Met> {
    let ends: BTreeMap<String, End> = mets.iter().cloned().collect();
    let settled = |(url, end): (String, End)| {
        let end = match &end {
            End::Redirect(to) => End::Failed(comes_to(&url, to, &ends)),
            _ => end,
        };
        Met { url, end }
    };
    mets.into_iter().map(settled).collect()
}

fn comes_to(from: &str, first: &str, ends: &BTreeMap<String, End>) -> Failure {
    let mut seen = BTreeSet::from([from]);
    let mut at = first;
    loop {
        if !seen.insert(at) {
            return circle();
        }
        match ends.get(at) {
            Some(End::Redirect(to)) => at = to,
            Some(End::Page(_)) => {
                return Failure::new(
                    FailureKind::Duplicate,
                    format!("leads to {at}, which is listed itself"),
                );
            }
            Some(End::Failed(failure)) if failure.kind == FailureKind::Duplicate => {
                return Failure::new(FailureKind::Duplicate, format!("leads to {at}: {failure}"));
            }
            Some(End::Failed(failure)) => {
                return Failure::new(failure.kind, format!("leads to {at}: {failure}"));
            }
            None => {
                return Failure::new(FailureKind::Limit, format!("leads to {at}, which was not asked for"));
            }
        }
    }
}

pub(super) fn circle() -> Failure {
    Failure::new(FailureKind::Io, "the redirects go in a circle; tell the site's owner")
}
