//! The pack as one HTML file: no script, nothing fetched, prints well. Text is escaped by construction (maud).

mod evidence;
mod reading;
mod tables;

pub(crate) use evidence::safe_link;
pub(crate) use tables::said;

use crate::pack::Pack;
use crate::picture;
use crate::safe::line;
use crate::view::View;
use crate::words;
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = include_str!("style.css");

impl Pack {
    /// The pack as HTML.
    pub fn to_html(&self) -> String {
        let view = View::new(self);
        let title = title(self);
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                    meta name="generator" content=(self.tool);
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header { (head(self, &title)) }
                    main { (body(&view)) }
                    footer { (tables::made(&view)) }
                }
            }
        }
        .into_string()
    }
}

/// The report's title.
pub(crate) fn title(pack: &Pack) -> String {
    let what = if pack.draft { "Evidence pack (draft)" } else { "Evidence pack" };
    match &pack.applicant {
        Some(name) => format!("{what}: {}", line(name)),
        None => what.to_owned(),
    }
}

/// What a reader of a draft or a redacted pack must know first.
pub(crate) fn warnings(pack: &Pack) -> Vec<&'static str> {
    let mut all = Vec::new();
    if pack.draft {
        all.push("A draft: it also shows suggestions that nobody has confirmed. They count for nothing.");
    }
    if pack.redacted {
        all.push("Notes and the names of reviewers were left out.");
    }
    all
}

fn head(pack: &Pack, title: &str) -> Markup {
    html! {
        h1 { (title) }
        p .set { (pack.criteria.name) " · " (pack.criteria.id) ", version " (pack.criteria.version) " · " (pack.made) }
        @for warning in warnings(pack) { p .warning role="note" { (warning) } }
        nav aria-label="Contents" {
            a href="#read" { "What was read" } a href="#verdict" { "Verdict" } a href="#map" { "Map" }
            a href="#evidence" { "Evidence" } a href="#missing" { "What is missing" }
            @if pack.readiness.is_some() { a href="#readiness" { "Readiness" } }
            a href="#documents" { "Documents" } a href="#log" { "Log" }
        }
    }
}

fn body(view: &View<'_>) -> Markup {
    html! {
        (reading::section(view))
        (verdict(view))
        section #map {
            h2 { "Capability map" }
            figure tabindex="0" { (picture::map(view, "map")) figcaption { (words::map(view)) } }
        }
        (evidence::section(view))
        (tables::missing(view))
        (tables::readiness(view))
        (tables::documents(view))
        (tables::log(view))
    }
}

fn verdict(view: &View<'_>) -> Markup {
    html! {
        section #verdict {
            h2 { "Verdict" }
            p .verdict { (words::verdict(view)) }
            @if let Some(picture) = picture::points(view, "points") { figure tabindex="0" { (picture) } }
            @if let Ok(score) = &view.score {
                table {
                    caption { "Every reading of “total possible points”" }
                    thead { tr { th scope="col" { "Policy" } th scope="col" { "What it counts" } th scope="col" { "Outcome" } } }
                    tbody {
                        @for policy in &score.policies {
                            tr {
                                th scope="row" { (policy.id) }
                                td { (line(&policy.description)) }
                                td { strong { (if policy.met { "met" } else { "not met" }) } ": " (words::policy(policy)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
