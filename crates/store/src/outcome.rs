//! From votes to what counts. Pure.

use capmap_model::Choice;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a passage stands, all votes considered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Nobody has said anything yet.
    Undecided,
    /// Put off.
    Deferred,
    /// It is evidence.
    Confirmed,
    /// It is not.
    Rejected,
    /// Votes differ; nobody has adjudicated.
    Conflict,
    /// Confirmed in an earlier cycle and not yet re-affirmed here: does not count.
    Carried,
}

impl Outcome {
    /// As stored and as shown.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Undecided => "undecided",
            Outcome::Deferred => "deferred",
            Outcome::Confirmed => "confirmed",
            Outcome::Rejected => "rejected",
            Outcome::Conflict => "conflict",
            Outcome::Carried => "carried",
        }
    }

    pub(crate) fn from_name(name: &str) -> Outcome {
        match name {
            "deferred" => Outcome::Deferred,
            "confirmed" => Outcome::Confirmed,
            "rejected" => Outcome::Rejected,
            "conflict" => Outcome::Conflict,
            "carried" => Outcome::Carried,
            _ => Outcome::Undecided,
        }
    }

    /// True while somebody should still look at it.
    pub fn is_open(self) -> bool {
        !matches!(self, Outcome::Confirmed | Outcome::Rejected)
    }
}

/// What kind of event a vote comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VoteKind {
    /// A reviewer's own vote.
    Vote,
    /// The last word on differing votes.
    Adjudication,
    /// From an earlier cycle.
    Carried,
    /// A remark without a vote.
    Note,
}

impl VoteKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            VoteKind::Vote => "vote",
            VoteKind::Adjudication => "adjudication",
            VoteKind::Carried => "carried",
            VoteKind::Note => "note",
        }
    }

    pub(crate) fn from_name(name: &str) -> VoteKind {
        match name {
            "adjudication" => VoteKind::Adjudication,
            "carried" => VoteKind::Carried,
            "note" => VoteKind::Note,
            _ => VoteKind::Vote,
        }
    }
}

/// A vote that was not taken back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ballot<'a> {
    pub reviewer: &'a str,
    pub kind: VoteKind,
    pub choice: Choice,
}

/// What the ballots, oldest first, come to. A reviewer's later vote replaces the earlier one; an adjudication stands
/// above votes, and votes above what was carried over.
pub(crate) fn outcome(ballots: &[Ballot]) -> Outcome {
    let last = |kind| ballots.iter().rev().find(|b| b.kind == kind);
    if let Some(word) = last(VoteKind::Adjudication) {
        return of(word.choice);
    }
    let mut votes: BTreeMap<&str, Choice> = BTreeMap::new();
    for ballot in ballots.iter().filter(|b| b.kind == VoteKind::Vote) {
        votes.insert(ballot.reviewer, ballot.choice);
    }
    let said = |choice| votes.values().any(|&c| c == choice);
    match (said(Choice::Confirm), said(Choice::Reject), said(Choice::Defer)) {
        (true, true, _) => Outcome::Conflict,
        (true, false, _) => Outcome::Confirmed,
        (false, true, _) => Outcome::Rejected,
        (false, false, true) => Outcome::Deferred,
        (false, false, false) => match last(VoteKind::Carried).map(|b| b.choice) {
            Some(Choice::Confirm) => Outcome::Carried,
            Some(Choice::Reject) => Outcome::Rejected,
            _ => Outcome::Undecided,
        },
    }
}

fn of(choice: Choice) -> Outcome {
    match choice {
        Choice::Confirm => Outcome::Confirmed,
        Choice::Reject => Outcome::Rejected,
        Choice::Defer => Outcome::Deferred,
        Choice::Undo => Outcome::Undecided,
    }
}

pub(crate) fn choice_name(choice: Choice) -> &'static str {
    match choice {
        Choice::Confirm => "confirm",
        Choice::Reject => "reject",
        Choice::Defer => "defer",
        Choice::Undo => "undo",
    }
}

pub(crate) fn choice_from(name: &str) -> Option<Choice> {
    match name {
        "confirm" => Some(Choice::Confirm),
        "reject" => Some(Choice::Reject),
        "defer" => Some(Choice::Defer),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Choice::{Confirm, Defer, Reject};
    use VoteKind::{Adjudication, Carried, Vote};

    fn of_all(list: &[(&str, VoteKind, Choice)]) -> Outcome {
        let ballots: Vec<_> =
            list.iter().map(|&(reviewer, kind, choice)| Ballot { reviewer, kind, choice }).collect();
        outcome(&ballots)
    }

    #[test]
    fn one_reviewer() {
        assert_eq!(of_all(&[]), Outcome::Undecided);
        assert_eq!(of_all(&[("a", Vote, Defer)]), Outcome::Deferred);
        assert_eq!(of_all(&[("a", Vote, Confirm), ("a", Vote, Reject)]), Outcome::Rejected);
        assert_eq!(of_all(&[("a", Vote, Confirm), ("a", Vote, Defer)]), Outcome::Deferred);
    }

    #[test]
    fn two_reviewers_and_an_adjudicator() {
        let differ = [("a", Vote, Confirm), ("b", Vote, Reject)];
        assert_eq!(of_all(&differ), Outcome::Conflict);
        assert_eq!(of_all(&[differ[0], ("b", Vote, Defer)]), Outcome::Confirmed);
        assert_eq!(of_all(&[differ[0], differ[1], ("c", Adjudication, Reject)]), Outcome::Rejected);
        assert_eq!(
            of_all(&[differ[0], differ[1], ("c", Adjudication, Confirm), ("a", Vote, Reject)]),
            Outcome::Confirmed
        );
    }

    #[test]
    fn carried_confirmations_wait_and_carried_rejections_hide() {
        assert_eq!(of_all(&[("a", Carried, Confirm)]), Outcome::Carried);
        assert_eq!(of_all(&[("a", Carried, Reject)]), Outcome::Rejected);
        assert_eq!(of_all(&[("a", Carried, Confirm), ("b", Vote, Confirm)]), Outcome::Confirmed);
        assert_eq!(of_all(&[("a", Carried, Reject), ("b", Vote, Confirm)]), Outcome::Confirmed);
    }
}
