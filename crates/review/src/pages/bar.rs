//! The decision bar: the same buttons at the same place on every passage, each with its key.

use crate::app::Visit;
use crate::html::{csrf, moment};
use crate::links;
use capmap_model::Choice;
use capmap_store::{Item, Outcome, VoteKind};
use maud::{Markup, html};

/// Where the bar's links lead.
pub(crate) struct Ways {
    pub previous: Option<String>,
    pub next: Option<String>,
    pub previous_criterion: Option<String>,
    pub next_criterion: Option<String>,
    /// The document at the place.
    pub source: String,
    /// The form that makes the passage count for another criterion.
    pub also: String,
}

pub(crate) fn decisions(visit: &Visit, item: &Item, ways: &Ways) -> Markup {
    let mine = item.votes.iter().rev().find(|v| v.reviewer == visit.viewer.name && v.kind == VoteKind::Vote);
    let mine = mine.and_then(|v| v.choice);
    let buttons = [
        (Choice::Confirm, "confirm", "Confirm", "c"),
        (Choice::Reject, "reject", "Reject", "x"),
        (Choice::Defer, "defer", "Put off", "m"),
    ];
    html! {
        div .decide role="group" aria-label="Decision" {
            form #vote method="post" action="/decide" {
                (csrf(visit))
                input type="hidden" name="item" value=(item.row.id);
                input type="hidden" name="seen" value=(item.row.version);
                @for (choice, value, name, key) in buttons {
                    button name="choice" value=(value) class=(value) data-key=(key) aria-pressed=((mine == Some(choice)).to_string())
                        disabled[!visit.viewer.may_decide()] { (name) kbd { (key) } }
                }
                label .note { span { "Note" kbd { "n" } } input name="note" data-key="n" maxlength="4000" autocomplete="off" placeholder="a reason, if you like"; }
                button .quietly formaction="/note" title="Saves the note without a decision" { "Note only" }
            }
            form #undo method="post" action="/undo" {
                (csrf(visit))
                button data-key="u" title="Takes your last decision back, wherever it was" disabled[!visit.viewer.may_decide()] { "Undo" kbd { "u" } }
            }
            (moves(ways))
        }
    }
}

fn moves(ways: &Ways) -> Markup {
    let one = |target: &Option<String>, name: &str, key: &str| {
        html! {
            @match target {
                Some(link) => a .button href=(link) data-key=(key) { (name) kbd { (key) } },
                None => span .button.off aria-disabled="true" { (name) kbd { (key) } },
            }
        }
    };
    let also = Some(ways.also.clone());
    let source = Some(ways.source.clone());
    html! {
        nav .moves aria-label="Passages" {
            (one(&ways.previous, "Previous", "k"))
            (one(&ways.next, "Next", "j"))
            (one(&ways.previous_criterion, "Capability back", "["))
            (one(&ways.next_criterion, "Capability on", "]"))
            (one(&also, "Also counts for…", "a"))
            (one(&source, "Source", "Enter"))
        }
    }
}

/// The last word, where votes differ or somebody has said it already.
pub(crate) fn adjudication(visit: &Visit, item: &Item) -> Markup {
    let judged = item.votes.iter().any(|v| v.kind == VoteKind::Adjudication);
    let open = item.row.outcome == Outcome::Conflict || judged;
    html! {
        @if open && visit.viewer.may_adjudicate() {
            form #adjudicate .panel.adjudicate method="post" action="/adjudicate" {
                h2 { "Votes differ" }
                (csrf(visit))
                input type="hidden" name="item" value=(item.row.id);
                input type="hidden" name="seen" value=(item.row.version);
                label { "Reason" input name="note" maxlength="4000" autocomplete="off"; }
                button name="choice" value="confirm" { "Adjudicate: confirm" }
                button name="choice" value="reject" { "Adjudicate: reject" }
            }
        }
    }
}

/// Votes and notes that stand on the passage.
pub(crate) fn votes(visit: &Visit, item: &Item) -> Markup {
    html! {
        @if !item.votes.is_empty() {
            h2 { "Said so far" }
            ul .votes {
                @for vote in &item.votes {
                    li {
                        b { @if vote.reviewer == visit.viewer.name { "You" } @else { (vote.reviewer) } }
                        " " (word(vote.kind, vote.choice))
                        @if let Some(note) = &vote.note { " " q { (note) } }
                        " " a .quiet href=(format!("/log?from={}#e{}", vote.event, vote.event)) { (moment(&vote.time)) }
                    }
                }
            }
        }
    }
}

fn word(kind: VoteKind, choice: Option<Choice>) -> String {
    let said = match choice {
        Some(Choice::Confirm) => "confirmed",
        Some(Choice::Reject) => "rejected",
        Some(Choice::Defer) => "put off",
        Some(Choice::Undo) | None => "noted",
    };
    match kind {
        VoteKind::Adjudication => format!("adjudicated: {said}"),
        VoteKind::Carried => format!("{said} in an earlier cycle"),
        VoteKind::Vote | VoteKind::Note => said.to_owned(),
    }
}

/// Where bulk decisions begin.
pub(crate) fn bulk_links(item: &Item) -> Markup {
    let link = |by: &str| format!("/bulk?item={}&by={by}", links::encode(&item.row.id));
    html! {
        details .more {
            summary { "Decide several at once" }
            ul {
                li { a #bulk-section href=(link("section")) { "Reject all open ones in this section…" } }
                @if let Some(cue) = &item.row.cue { li { a #bulk-cue href=(link("cue")) { "Reject all open ones with the cue “" (cue) "”…" } } }
                li { a #bulk-words href=(link("words")) { "Decide all with exactly these words…" } }
            }
        }
    }
}
