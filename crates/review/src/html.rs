//! The frame around every page.

use crate::app::Visit;
use crate::standing::{Progress, Whole};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use capmap_store::{Store, StoreError};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// Which part of the navigation is current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Overview,
    Decide,
    Documents,
    Search,
    Log,
    Report,
    Other,
}

/// What the frame shows besides the page itself.
pub(crate) struct Frame {
    pub title: String,
    pub place: Place,
    pub progress: Progress,
    /// Last event and mapping that this page knows, so that news can be told.
    pub events: u64,
    pub mapping: u64,
    /// The item in front of the reviewer, with its version.
    pub item: Option<(String, u64)>,
    /// What was just saved, read back from the log.
    pub notice: Option<String>,
}

impl Frame {
    pub(crate) fn read(
        store: &Store,
        visit: &Visit,
        whole: &Whole,
        title: &str,
        place: Place,
    ) -> Result<Frame, StoreError> {
        Ok(Frame {
            title: title.to_owned(),
            place,
            progress: whole.progress(&visit.app.criteria.criteria),
            events: store.event_count()?,
            mapping: store.mapping_number()?,
            item: None,
            notice: None,
        })
    }
}

/// A page inside the frame.
pub(crate) fn page(visit: &Visit, frame: &Frame, body: &Markup) -> Response {
    let item = frame.item.as_ref();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&frame.title, true))
            body data-events=(frame.events) data-mapping=(frame.mapping)
                data-item=[item.map(|i| &i.0)] data-version=[item.map(|i| i.1)] {
                a .skip href="#main" { "Skip to the page" }
                (top(visit, frame))
                div #news role="status" aria-live="polite" {
                    @if let Some(notice) = &frame.notice { span .saved { (notice) } }
                    @if !visit.app.stores.writable() { span .warn { "This dossier cannot be written: nothing can be saved." } }
                }
                (body)
            }
        }
    };
    respond(markup)
}

/// A page of its own: login and errors.
pub(crate) fn bare(title: &str, body: &Markup) -> Response {
    respond(html! { (DOCTYPE) html lang="en" { (head(title, false)) body { (body) } } })
}

fn respond(markup: Markup) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], markup.into_string()).into_response()
}

fn head(title: &str, script: bool) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · capmap" }
            link rel="stylesheet" href="/assets/style.css";
            link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
            @if script { script src="/assets/review.js" defer {} }
        }
    }
}

fn top(visit: &Visit, frame: &Frame) -> Markup {
    let entries = [
        (Place::Overview, "/", "Overview", true),
        (Place::Decide, "/next", "Decide", visit.viewer.may_decide()),
        (Place::Documents, "/documents", "Documents", true),
        (Place::Search, "/search", "Search", true),
        (Place::Log, "/log", "Log", true),
        (Place::Report, "/report", "Report", visit.app.services.preview.is_some()),
    ];
    html! {
        header .top {
            a .brand href="/" { "capmap" }
            nav aria-label="Pages" {
                @for (place, link, name, shown) in entries {
                    @if shown {
                        a href=(link) aria-current=[(place == frame.place).then_some("page")]
                            data-key=[(place == Place::Search).then_some("/")] { (name) }
                    }
                }
                a href="/keys" data-key="?" { "Keys" }
            }
            (meter(&frame.progress))
            div .who {
                span { (visit.viewer.name) @if visit.viewer.blind { " · blind" } }
                form method="post" action="/logout" { (csrf(visit)) button .link { "Leave" } }
            }
        }
    }
}

/// The header's numbers: words first, a bar beside them.
fn meter(progress: &Progress) -> Markup {
    html! {
        div .progress {
            @if let Some(points) = progress.points {
                span { b #points { (points.confirmed) } " of " (number(points.needed)) " points needed" }
                (bar(points.confirmed, points.suggested, points.needed, points.possible, 140))
            }
            span .quiet { span #decided { (progress.decided) } " of " span #items { (progress.items) } " decided" }
        }
    }
}

/// Confirmed points solid, suggested ones hatched beside them and never added in, a line where the threshold lies.
pub(crate) fn bar(confirmed: u32, suggested: u32, needed: f64, possible: u32, width: u32) -> Markup {
    let scale = |points: f64| f64::from(width) * points / f64::from(possible.max(1));
    let solid = scale(f64::from(confirmed)).min(f64::from(width));
    let hatched = scale(f64::from(suggested)).min(f64::from(width) - solid);
    let words = format!(
        "{confirmed} points confirmed, {suggested} more suggested, {} needed, {possible} possible",
        number(needed)
    );
    html! {
        svg .bar role="img" aria-label=(words) viewBox=(format!("0 0 {width} 12")) width=(width) height="12"
            preserveAspectRatio="none" {
            (PreEscaped(HATCH))
            rect .track width=(width) height="12" {}
            rect .solid width=(number(solid)) height="12" {}
            rect .hatched x=(number(solid)) width=(number(hatched)) height="12" fill="url(#hatch)" {}
            rect .needed x=(number(scale(needed) - 1.0)) width="2" height="12" {}
        }
    }
}

const HATCH: &str = r#"<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="stripe" width="2" height="5"/></pattern></defs>"#;

/// At most two decimals, none where there are none.
pub(crate) fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The secret that a form of ours carries.
pub(crate) fn csrf(visit: &Visit) -> Markup {
    html! { input type="hidden" name="csrf" value=(visit.viewer.csrf); }
}

/// A time of the log, as people read it: `2026-11-23 03:55 UTC`.
pub(crate) fn moment(time: &str) -> Markup {
    let words = match (time.get(..10), time.get(11..16), time.ends_with('Z')) {
        (Some(day), Some(minute), true) => format!("{day} {minute} UTC"),
        _ => time.to_owned(),
    };
    html! { time .quiet datetime=(time) title=(time) { (words) } }
}

/// `1 passage`, `2 passages`.
pub(crate) fn count(n: u32, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}
