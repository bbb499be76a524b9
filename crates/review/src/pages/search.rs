//! Search over every passage; each hit can be added as evidence.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, page};
use crate::links;
use crate::marks::{Kind, marked};
use crate::standing::Whole;
use axum::extract::Query;
use axum::response::Response;
use capmap_evidence::Hit;
use maud::{Markup, html};
use serde::Deserialize;

/// Hits on one page.
const MOST: usize = 40;

#[derive(Deserialize, Default, Clone)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    /// For which criterion evidence is sought.
    criterion: Option<String>,
}

pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let found = search(&visit, &asked).await?;
    let (frame, body) = visit
        .read(move |visit, store| {
            let whole = Whole::read(visit, store)?;
            let frame = Frame::read(store, visit, &whole, "Search", Place::Search)?;
            Ok((frame, body(visit, &asked, &found)))
        })
        .await?;
    Ok(page(&visit, &frame, &body))
}

async fn search(visit: &Visit, asked: &Asked) -> Result<Result<Vec<Hit>, String>, Problem> {
    if asked.q.trim().is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let (search, query) = (visit.app.services.search.clone(), asked.q.clone());
    Ok(tokio::task::spawn_blocking(move || search.search(&query, MOST)).await?)
}

fn body(visit: &Visit, asked: &Asked, found: &Result<Vec<Hit>, String>) -> Markup {
    let criterion = asked.criterion.as_deref().filter(|c| visit.app.criteria.get(&(*c).into()).is_some());
    html! {
        main #main {
            h1 { "Search" }
            form .searching role="search" action="/search" {
                label { span { "Words, “phrases”, field:word" } input #q name="q" type="search" value=(asked.q) autofocus; }
                @if let Some(criterion) = criterion { input type="hidden" name="criterion" value=(criterion); }
                button .primary { "Search" }
            }
            @if let Some(criterion) = criterion { p .quiet { "For evidence of " b { (visit.app.name(&criterion.into())) } "." } }
            @match found {
                Err(why) => p #problem .warn role="alert" { (why) },
                Ok(hits) if hits.is_empty() && !asked.q.is_empty() => p { "No passage holds that." },
                Ok(hits) => ol .hits { @for hit in hits { li { (one(visit, hit, criterion)) } } },
            }
        }
    }
}

fn one(visit: &Visit, hit: &Hit, criterion: Option<&str>) -> Markup {
    let marks: Vec<_> = hit.highlights.iter().map(|span| (*span, Kind::Match)).collect();
    html! {
        p .path {
            span .source { a href=(links::document(&hit.source, None, None)) { (hit.source) } @if let Some(page) = hit.page { ", page " (page) } }
            @for heading in &hit.section { span .step { (heading) } }
        }
        p .words { (marked(&hit.quote, 0, &marks)) }
        @if visit.viewer.may_decide() { p { a .button href=(links::add(&hit.source, hit.start, hit.end, criterion)) { "Add as evidence…" } } }
    }
}
