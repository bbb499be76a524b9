//! What is missing, readiness, the documents, the log, and which versions made it all.

use crate::pack::LogEvent;
use crate::safe::line;
use crate::view::View;
use crate::words;
use capmap_score::{Expiry, Line, Status};
use maud::{Markup, html};

pub(super) fn missing(view: &View<'_>) -> Markup {
    let Ok(score) = &view.score else { return html! { section #missing {} } };
    let route = words::route(view, score);
    html! {
        section #missing {
            h2 { "What is missing" }
            @if route.is_empty() { p { "Nothing that the threshold needs, or nothing that would reach it." } } @else {
                p { "The shortest way to the threshold under " strong { (score.policies.first().map_or("", |p| p.id.as_str())) } ":" }
                table {
                    thead { tr { th scope="col" { "Criterion" } th scope="col" .number { "Points" } th scope="col" { "What it takes" } } }
                    tbody {
                        @for (name, points, effort) in &route {
                            tr { th scope="row" { (name) } td .number { (points) } td { (effort) } }
                        }
                    }
                }
            }
            (near(view))
        }
    }
}

fn near(view: &View<'_>) -> Markup {
    let Ok(score) = &view.score else { return html! {} };
    let lacking: Vec<_> = score.near.iter().filter(|n| !n.lacks.is_empty()).collect();
    let name = |id| view.pack.criteria.get(id).map_or("", |c| c.name.as_str());
    html! {
        @if !lacking.is_empty() {
            table {
                caption { "Near misses: found, and what the best of it lacks" }
                thead { tr { th scope="col" { "Criterion" } th scope="col" .number { "Points" } th scope="col" { "Lacks" } } }
                tbody {
                    @for near in lacking {
                        tr {
                            th scope="row" { (name(&near.criterion)) }
                            td .number { (near.points) }
                            td { (near.lacks.iter().map(|l| l.words()).collect::<Vec<_>>().join(", ")) }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn readiness(view: &View<'_>) -> Markup {
    let Some(readiness) = &view.pack.readiness else { return html! {} };
    html! {
        section #readiness {
            h2 { "Readiness beyond documents" }
            p { "As of " (readiness.day) ", from the applicant's own profile: " strong { (readiness.status.words()) } "." }
            table {
                thead { tr { th scope="col" { "Rule" } th scope="col" { "Status" } th scope="col" { "What is known" } th scope="col" { "What would settle it" } } }
                tbody { @for rule in &readiness.lines { (rule_row(rule)) } }
            }
            (expiries(&readiness.expiries))
        }
    }
}

fn rule_row(rule: &Line) -> Markup {
    let class = match rule.status {
        Status::Met => "met",
        Status::NotMet => "not-met",
        Status::Unknown => "unknown",
    };
    html! {
        tr {
            th scope="row" { (rule.title) div .quiet { (rule.rule) } }
            td { span class={ "state " (class) } { (rule.status.words()) } }
            td {
                (line(&rule.found))
                @for seen in &rule.sightings {
                    div .quiet {
                        @if seen.confirmed { "Confirmed: " } @else { "Seen, for a person to confirm: " }
                        "“" (line(&seen.quote)) "” (" (line(&seen.source)) ")"
                    }
                }
            }
            td { (line(rule.fix.as_deref().unwrap_or_default())) }
        }
    }
}

fn expiries(expiries: &[Expiry]) -> Markup {
    html! {
        @if !expiries.is_empty() {
            table {
                caption { "What ends before the next renewal" }
                thead { tr { th scope="col" { "Until" } th scope="col" { "What" } th scope="col" { "What follows" } } }
                tbody {
                    @for expiry in expiries {
                        tr { td { (expiry.until) } th scope="row" { (line(&expiry.what)) } td { (line(&expiry.effect)) } }
                    }
                }
            }
        }
    }
}

pub(super) fn documents(view: &View<'_>) -> Markup {
    html! {
        section #documents {
            h2 { "Documents" }
            table {
                thead { tr {
                    th scope="col" { "Input" } th scope="col" { "Status" } th scope="col" .number { "Pages" }
                    th scope="col" .number { "Words" } th scope="col" { "Origin" } th scope="col" { "States" } th scope="col" { "Hash" }
                } }
                tbody {
                    @for document in &view.pack.documents {
                        tr {
                            th scope="row" { (line(&document.source)) @if let Some(title) = &document.title { div .quiet { (line(title)) } } }
                            td { (document.status) }
                            td .number { @if document.pages > 0 { (document.pages) } }
                            td .number { (document.words) }
                            td { (words::origin(document)) }
                            td { (words::elements(document.elements)) }
                            td { code { (short_hash(document.id.as_ref().map_or("", |id| id.0.as_str()))) } }
                        }
                    }
                }
            }
        }
    }
}

/// Enough to compare by eye; the whole hash stands beside each quote.
fn short_hash(hash: &str) -> String {
    hash.trim_start_matches("sha256:").chars().take(16).collect()
}

pub(super) fn log(view: &View<'_>) -> Markup {
    let events = &view.pack.log.events;
    html! {
        section #log {
            h2 { "Log" }
            p {
                (words::count(events.len(), "event", "events")) ", only ever added, each tied to the one before by its hash. Last hash: "
                code { (view.pack.log.head) }
            }
            @if !events.is_empty() {
                table {
                    thead { tr {
                        th scope="col" .number { "No." } th scope="col" { "Time" } th scope="col" { "Who" } th scope="col" { "What" } th scope="col" { "Hash" }
                    } }
                    tbody {
                        @for event in events {
                            tr {
                                td .number { (event.seq) } td { (line(&event.time)) } td { (line(&event.reviewer)) }
                                td { (said(event)) } td { code { (short_hash(&event.hash)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// "decide confirm, allocation", "undo of 12".
pub(crate) fn said(event: &LogEvent) -> String {
    let choice = event.choice.as_ref().map(|c| format!(" {}", line(c))).unwrap_or_default();
    let criterion = event.criterion.as_ref().map(|c| format!(", {}", line(&c.0))).unwrap_or_default();
    let undoes = event.undoes.map(|n| format!(" of event {n}")).unwrap_or_default();
    let many = if event.passages > 1 { format!(", {} passages", event.passages) } else { String::new() };
    format!("{}{choice}{undoes}{criterion}{many}", line(&event.kind))
}

pub(super) fn made(view: &View<'_>) -> Markup {
    let pack = view.pack;
    html! {
        p {
            "Made on " (pack.made) " by " (pack.tool) " with criteria " (pack.criteria.id) " " (pack.criteria.version)
            @if let Some(lexicon) = &pack.lexicon { ", lexicon " (lexicon) } "."
            " Source of the criteria: " (line(&pack.criteria.source)) "."
        }
        p { "Only evidence that a person confirmed counts. A quote is the exact text of its document at the given characters." }
    }
}
