//! The log: every event as it was written, newest last, with the proof that it is whole.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, moment, page};
use crate::links;
use crate::live::deed;
use crate::standing::Whole;
use axum::extract::Query;
use axum::response::Response;
use capmap_store::{Event, Store, StoreError};
use maud::{Markup, html};
use serde::Deserialize;

/// Events on one page.
const MOST: usize = 100;

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Number of the first event shown; the last page where none is given.
    from: Option<u64>,
    /// Walks the whole chain.
    #[serde(default)]
    verify: bool,
}

pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (frame, body) = visit.read(move |visit, store| read(visit, store, &asked)).await?;
    Ok(page(&visit, &frame, &body))
}

fn read(visit: &Visit, store: &Store, asked: &Asked) -> Result<(Frame, Markup), StoreError> {
    let whole = Whole::read(visit, store)?;
    let frame = Frame::read(store, visit, &whole, "Log", Place::Log)?;
    let total = frame.events;
    let last_page = total.saturating_sub(1) / MOST as u64 * MOST as u64 + 1;
    let from = asked.from.unwrap_or(last_page).clamp(1, total.max(1));
    let events = store.events(from, MOST)?;
    let proof = asked.verify.then(|| match store.verify() {
        Ok(whole) => format!("The log is whole: {} events, the last hash is {}.", whole.events, whole.head),
        Err(error) => error.to_string(),
    });
    let visible = |event: &Event| !visit.viewer.blind || event.reviewer == visit.viewer.name;
    let body = html! {
        main #main {
            h1 { "Log " span .quiet { (total) " events" } }
            @if let Some(proof) = proof { p #proof .panel { (proof) } }
            @else { p { a .button href=(format!("/log?verify=true&from={from}")) { "Prove that it is whole" } } }
            @if visit.viewer.blind { p .quiet { "You see your own events; others' votes stay hidden while you vote." } }
            ol .events { @for (event, hash) in events.iter().filter(|(e, _)| visible(e)) { (line(visit, event, hash)) } }
            p .actions {
                @if from > 1 { a .button href=(format!("/log?from={}", from.saturating_sub(MOST as u64).max(1))) { "Earlier" } }
                @if from + (MOST as u64) <= total { a .button href=(format!("/log?from={}", from + MOST as u64)) { "Later" } }
            }
        }
    };
    Ok((frame, body))
}

fn line(visit: &Visit, event: &Event, hash: &str) -> Markup {
    let targets = event.action.targets();
    html! {
        li id=(format!("e{}", event.seq)) value=(event.seq) {
            b { (event.reviewer) } " " (deed(&visit.app, &event.action)) " "
            (moment(&event.time))
            @if let Some(note) = event.action.note() { " " q { (note) } }
            @if let Some(target) = targets.first() {
                br; a href=(links::item(&target.id)) { (short(target.citation.quote())) }
                span .quiet { " " (target.citation.source()) @if let Some(page) = target.citation.page() { ", page " (page) } }
            }
            @if targets.len() > 1 {
                details { summary { "all " (targets.len()) } ul { @for target in targets { li { a href=(links::item(&target.id)) { (short(target.citation.quote())) } } } } }
            }
            br; code .hash { (hash) }
        }
    }
}

fn short(quote: &str) -> String {
    let start: String = quote.chars().take(120).collect();
    if start.len() < quote.len() { format!("{start}…") } else { start }
}
