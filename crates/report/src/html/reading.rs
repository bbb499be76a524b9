//! What was read and what not comes first: it limits everything that follows.

use crate::picture;
use crate::safe::line;
use crate::view::View;
use crate::words;
use maud::{Markup, html};

pub(super) fn section(view: &View<'_>) -> Markup {
    html! {
        section #read {
            h2 { "What was read, and what limits the verdict" }
            p { strong { (words::reading(view)) } }
            ul .limits { @for limit in words::limits(view) { li { (line(&limit)) } } }
            (lost(view))
            (hidden(view))
            @if let Some(picture) = picture::documents(view, "documents-picture") {
                figure tabindex="0" {
                    (picture)
                    figcaption { "Confirmed passages by document and domain; in brackets offers that nobody has confirmed." }
                }
            }
        }
    }
}

fn lost(view: &View<'_>) -> Markup {
    if view.lost().next().is_none() {
        return html! {};
    }
    html! {
        table {
            caption { "Not read, or not whole" }
            thead { tr { th scope="col" { "Input" } th scope="col" { "Status" } th scope="col" { "Why, and what to do" } } }
            tbody {
                @for document in view.lost() {
                    tr {
                        th scope="row" { (line(&document.source)) }
                        td { (document.status) }
                        td { (line(document.reason.as_deref().unwrap_or_default())) }
                    }
                }
            }
        }
    }
}

fn hidden(view: &View<'_>) -> Markup {
    let hidden: Vec<_> = view.pack.documents.iter().filter(|d| !d.hidden.is_empty()).collect();
    if hidden.is_empty() {
        return html! {};
    }
    html! {
        table {
            caption { "Hidden text, never matched" }
            thead { tr { th scope="col" { "Input" } th scope="col" { "How it is hidden" } } }
            tbody {
                @for document in hidden {
                    tr { th scope="row" { (line(&document.source)) } td { (line(&document.hidden.join("; "))) } }
                }
            }
        }
    }
}
