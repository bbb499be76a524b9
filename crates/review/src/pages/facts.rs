//! What is known of a passage besides its words: how sure and why, what its section states, where its document comes from.

use crate::html::count;
use crate::links;
use capmap_model::{Elements, Grade, Provenance, Suggestion, Tier};
use capmap_store::{FiledDocument, Item, Origin};
use maud::{Markup, html};

pub(crate) fn of_item(item: &Item, filed: Option<&FiledDocument>) -> Markup {
    html! {
        aside .facts aria-label="About the passage" {
            @match &item.suggestion {
                Some(suggestion) => (why(suggestion)),
                None => {
                    h2 { "Why" }
                    p { (if item.row.origin == Origin::Added { "Added by hand." } else { "Decided on earlier; the present map does not suggest it." }) }
                }
            }
            h2 { "Document" }
            @match filed {
                Some(filed) => (of_document(filed, true)),
                None => p .warn { "This document is not among the inputs of the present map." },
            }
            p { (item.row.citation.source()) @if let Some(page) = item.row.citation.page() { ", page " (page) }
                ", characters " (item.row.citation.start()) " to " (item.row.citation.end()) }
        }
    }
}

fn why(suggestion: &Suggestion) -> Markup {
    html! {
        h2 { "Why" }
        p { span class=(format!("grade {}", suggestion.grade.name())) { (grade_words(suggestion.grade)) } " · " b { (tier_words(suggestion.tier)) } }
        p { (suggestion.explanation) }
        @if let Some(cue) = &suggestion.cue { p .demoted { "Demoted by " mark .cue { (cue.text) } ". You can overrule it." } }
        ul .rules { @for reason in &suggestion.why { li { mark .match { (reason.text) } " " code { (reason.rule) } } } }
        h2 { "The section states" }
        (elements(suggestion.elements))
        @if !suggestion.personas.is_empty() {
            p { "Personas: " (suggestion.personas.iter().map(|p| format!("{p:?}")).collect::<Vec<_>>().join(", ")) }
        }
        @if suggestion.ocr { p .warn { "Read by text recognition: compare with the page." } }
        @if !suggestion.repeats.is_empty() {
            details { summary { "The same words stand in " (suggestion.repeats.len()) " more places" } ul { @for place in &suggestion.repeats { li { (place) } } } }
        }
    }
}

pub(crate) fn elements(elements: Elements) -> Markup {
    let all = [
        (elements.scope, "scope"),
        (elements.deliverables, "deliverables"),
        (elements.timelines, "timelines"),
        (elements.outcomes, "outcomes"),
    ];
    html! { ul .elements { @for (there, name) in all { li class=(if there { "yes" } else { "no" }) { (if there { "✓ " } else { "– " }) (name) } } } }
}

/// What is known of a document; with its title, where that does not stand above already.
pub(crate) fn of_document(filed: &FiledDocument, titled: bool) -> Markup {
    html! {
        p .about {
            @if let Some(title) = filed.title.as_ref().filter(|_| titled) { b { (title) } br; }
            (filed.format.name()) " · "
            (match filed.provenance { Provenance::Public => "public", Provenance::Submitted => "submitted", Provenance::Supplied => "saved page, handed in" })
            @if filed.pages > 0 { " · " (count(u32::try_from(filed.pages).unwrap_or(u32::MAX), "page")) } " · " (filed.words) " words"
            @if let Some(date) = filed.dated.as_deref().and_then(|d| d.get(..10)) { " · " time datetime=(date) { (date) } }
        }
        @if let Some(failure) = &filed.failure { p .warn { (filed.status) ": " (failure.detail) } }
        @for note in &filed.notes { p .quiet { (note) } }
        @if !filed.hidden.is_empty() {
            details .warn {
                summary { "Hidden text: " (filed.hidden.len()) " places, never matched" }
                ul { @for hidden in &filed.hidden { li { q { (hidden.text) } " – " (hidden.why.words()) @if let Some(page) = hidden.page { ", page " (page) } } } }
            }
        }
        p { a href=(links::original(&filed.source)) download { "Original file" } }
    }
}

pub(crate) fn grade_words(grade: Grade) -> &'static str {
    match grade {
        Grade::Offered => "offered",
        Grade::Topic => "only talked about",
        Grade::Excluded => "excluded",
    }
}

pub(crate) fn tier_words(tier: Tier) -> &'static str {
    match tier {
        Tier::Strong => "strong",
        Tier::Likely => "likely",
        Tier::Check => "to check",
    }
}
