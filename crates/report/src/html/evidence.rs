//! The evidence itself: per criterion the quotes, with place, origin, hash, reviewers and notes.

use crate::pack::{AROUND, Evidence, Outcome};
use crate::safe::{lead, line, trail, visible};
use crate::view::{State, View};
use crate::words;
use capmap_model::Criterion;
use maud::{Markup, html};

pub(super) fn section(view: &View<'_>) -> Markup {
    html! {
        section #evidence {
            h2 { "Evidence" }
            @for group in view.groups() {
                @let (shown, bare) = view.parted(&group);
                h3 { (group.name) }
                @for criterion in &shown { (one(view, criterion)) }
                @if let Some(bare) = words::bare(view, &bare) { p .bare { (bare) } }
            }
        }
    }
}

fn one(view: &View<'_>, criterion: &Criterion) -> Markup {
    let state = view.state(&criterion.id);
    let weak = words::marks(view, &criterion.id);
    html! {
        section id={ "c-" (criterion.id) } {
            h4 {
                (criterion.name)
                @if let Some(points) = criterion.points { span .quiet { (words::count(points as usize, "point", "points")) } }
                span class={ "state " (state.word()) } { (state.word()) }
            }
            @if state != State::Confirmed { p .quiet { (state.meaning()) "." } }
            @if !weak.is_empty() { p .quiet { "Mind: " (weak) "." } }
            @for evidence in view.of_outcome(&criterion.id, Outcome::Confirmed) { (passage(view, evidence)) }
            @for evidence in view.of_outcome(&criterion.id, Outcome::Conflict) { (passage(view, evidence)) }
            @for evidence in view.suggested(&criterion.id) { (passage(view, evidence)) }
        }
    }
}

fn passage(view: &View<'_>, evidence: &Evidence) -> Markup {
    let open = evidence.outcome != Outcome::Confirmed;
    html! {
        article .open[open] {
            @if open {
                p { span .state { @match evidence.outcome {
                    Outcome::Conflict => "reviewers differ: counts for nothing",
                    Outcome::Carried => "from an earlier cycle, not re-affirmed: counts for nothing",
                    _ => "suggested, not confirmed: counts for nothing",
                } } }
            }
            blockquote {
                span .around { (lead(&evidence.before, AROUND)) }
                q { (visible(evidence.citation.quote())) }
                span .around { (trail(&evidence.after, AROUND)) }
            }
            p .place { (link(evidence)) }
            dl { (details(view, evidence)) }
        }
    }
}

/// A link only where it leads somewhere: to a web page, or to a file beside the report.
fn link(evidence: &Evidence) -> Markup {
    let place = words::place(evidence);
    html! { @if safe_link(&evidence.link) { a href=(evidence.link) rel="noreferrer" { (place) } } @else { (place) } }
}

/// No address that a browser would run.
pub(crate) fn safe_link(link: &str) -> bool {
    let scheme =
        link.split(['/', '?', '#']).next().and_then(|first| first.split_once(':')).map(|(scheme, _)| scheme);
    match scheme {
        None => !link.is_empty(),
        Some(scheme) => scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"),
    }
}

fn details(view: &View<'_>, evidence: &Evidence) -> Markup {
    let document = view.pack.document(evidence.citation.source());
    html! {
        @for vote in &evidence.votes {
            dt { "Said" } dd { (words::vote(vote)) @if let Some(note) = &vote.note { ": " (visible(note)) } }
        }
        dt { "States" } dd { (words::elements(evidence.elements)) }
        @if !evidence.explanation.is_empty() { dt { "Why" } dd { (line(&evidence.explanation)) } }
        @if evidence.ocr { dt { "Mind" } dd { "read from a page image; compare the words with the page" } }
        @if let Some(document) = document { dt { "From" } dd { (words::origin(document)) } }
        dt { "Hash" } dd { code { (evidence.citation.document()) } ", characters " (evidence.citation.start()) "–" (evidence.citation.end()) }
        @if !evidence.repeats.is_empty() { dt { "Also in" } dd { (line(&evidence.repeats.join("; "))) } }
    }
}

#[cfg(test)]
mod tests {
    use super::safe_link;

    #[test]
    fn links_lead_to_pages_and_files_only() {
        for (link, safe) in [
            ("https://a.example/b#c", true),
            ("sub/a%3Ab.pdf#page=4", true),
            ("javascript:alert(1)", false),
            ("JAVASCRIPT:alert(1)", false),
            ("data:text/html,x", false),
            ("", false),
        ] {
            assert_eq!(safe_link(link), safe, "{link}");
        }
    }
}
