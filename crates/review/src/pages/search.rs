//! Search over every passage; each hit can be added as evidence. Where nothing is asked for a criterion yet: what might have been
//! missed for it.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, page};
use crate::links;
use crate::marks::{Kind, marked};
use crate::nearest::not_suggested;
use crate::standing::Whole;
use axum::extract::Query;
use axum::response::Response;
use capmap_evidence::Hit;
use capmap_model::{Criterion, CriterionId};
use capmap_store::{Store, StoreError};
use maud::{Markup, html};
use serde::Deserialize;

/// Hits on one page.
const MOST: usize = 40;
/// Nearest passages on one page: further down they are hardly any nearer than the rest.
const NEAREST: usize = 20;

#[derive(Deserialize, Default, Clone)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    /// For which criterion evidence is sought.
    criterion: Option<String>,
}

impl Asked {
    fn criterion<'a>(&self, visit: &'a Visit) -> Option<&'a Criterion> {
        visit.app.criteria.get(&self.criterion.as_deref()?.into())
    }

    /// The criterion for which what might have been missed is asked: no words are.
    fn sought<'a>(&self, visit: &'a Visit) -> Option<&'a Criterion> {
        self.criterion(visit).filter(|_| self.q.trim().is_empty())
    }
}

/// What might have been missed for a criterion, or for people: why that cannot be said. May block.
pub(crate) fn nearest(
    visit: &Visit,
    store: &Store,
    criterion: &Criterion,
    most: usize,
) -> Result<Result<Vec<Hit>, String>, StoreError> {
    let like = not_suggested(store, criterion, visit.viewer.view())?;
    Ok(visit.app.services.search.like(&like, most))
}

pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let found = search(&visit, &asked).await?;
    let (frame, body) = visit
        .read(move |visit, store| {
            let found = match asked.sought(visit) {
                Some(criterion) => nearest(visit, store, criterion, NEAREST)?,
                None => found,
            };
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
    let criterion = asked.criterion(visit);
    html! {
        main #main {
            h1 { "Search" }
            form .searching role="search" action="/search" {
                label { span { "Words, “phrases”, field:word" } input #q name="q" type="search" value=(asked.q) autofocus; }
                @if let Some(criterion) = criterion { input type="hidden" name="criterion" value=(criterion.id); }
                button .primary { "Search" }
            }
            @if let Some(criterion) = criterion { p .quiet { "For evidence of " b { (criterion.name) } "." } }
            @match asked.sought(visit) {
                Some(criterion) => { h2 { "Nearest passages that are not suggested" } (list(visit, found, Some(criterion), NONE_NEAR)) },
                None => {
                    (list(visit, found, criterion, if asked.q.is_empty() { "" } else { "No passage holds that." }))
                    @if let Some(criterion) = criterion { p { (link(&criterion.id)) } }
                },
            }
        }
    }
}

/// Where no passage shares a telling word.
pub(crate) const NONE_NEAR: &str = "No other passage is near.";

/// Leads to what might have been missed for a criterion.
pub(crate) fn link(criterion: &CriterionId) -> Markup {
    html! { a .button href=(links::nearest(&criterion.0)) data-key="l" { "Nearest passages that are not suggested" kbd { "l" } } }
}

/// The hits, or why there are none.
pub(crate) fn list(
    visit: &Visit,
    found: &Result<Vec<Hit>, String>,
    criterion: Option<&Criterion>,
    none: &str,
) -> Markup {
    let criterion = criterion.map(|c| c.id.0.as_str());
    html! {
        @match found {
            Err(why) => p #problem .warn role="alert" { (why) },
            Ok(hits) if hits.is_empty() => { @if !none.is_empty() { p { (none) } } },
            Ok(hits) => ol .hits { @for hit in hits { li { (one(visit, hit, criterion)) } } },
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
