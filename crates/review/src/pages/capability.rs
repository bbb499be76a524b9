//! One criterion: what it asks, and all its passages. A criterion with something open leads straight to it.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, count, page};
use crate::links;
use crate::pages::item::line;
use crate::pages::search;
use crate::standing::Whole;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use capmap_model::CriterionId;
use capmap_store::{Filter, ItemRow, Outcome, Store, StoreError};
use maud::{Markup, html};
use serde::Deserialize;

/// Passages on one page.
const MOST: usize = 50;
/// Nearest passages that stand here where nothing was found; more are behind the link.
const NEAREST: usize = 5;

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Shows the list where a decision waits.
    #[serde(default)]
    list: bool,
    #[serde(default)]
    skip: usize,
}

enum Shown {
    Goto(String),
    Page(Box<Frame>, Markup),
}

pub(crate) async fn show(
    visit: Visit,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let id = CriterionId(slug);
    if visit.app.criteria.get(&id).is_none() {
        return Err(Problem::NotFound(format!("the criteria set has no '{id}'")));
    }
    Ok(match visit.read(move |visit, store| read(visit, store, &id, &asked)).await? {
        Shown::Goto(item) => Redirect::to(&links::item(&item)).into_response(),
        Shown::Page(frame, body) => page(&visit, &frame, &body),
    })
}

fn read(visit: &Visit, store: &Store, id: &CriterionId, asked: &Asked) -> Result<Shown, StoreError> {
    let view = visit.viewer.view();
    let whole = Whole::read(visit, store)?;
    let met = whole.tallies.get(id).is_some_and(|t| t.standing.confirmed > 0);
    let waiting = if asked.list || met { None } else { store.next_open(id, i64::MIN, view)? };
    if let Some(item) = waiting {
        return Ok(Shown::Goto(item));
    }
    let rows = store.items(Filter::Criterion(id), view, asked.skip, MOST + 1)?;
    let criterion = visit.app.criteria.get(id);
    let nearest = match criterion.filter(|_| rows.is_empty() && asked.skip == 0) {
        Some(criterion) => Some(search::nearest(visit, store, criterion, NEAREST)?),
        None => None,
    };
    let name = criterion.map_or(id.0.as_str(), |c| c.name.as_str());
    let frame = Frame::read(store, visit, &whole, name, Place::Decide)?;
    let state = whole.state(id);
    let body = html! {
        main #main {
            h1 { (name) }
            p .quiet {
                @if let Some(points) = criterion.and_then(|c| c.points) { (count(points, "point")) " · " }
                span class=(format!("chip {}", state.class())) { (state.sign()) " " (state.words()) }
            }
            @if let Some(criterion) = criterion { p .definition { (criterion.definition) } }
            @if let Some(nearest) = &nearest {
                p .panel { "Nothing was found for it. " a href=(links::nearest(&id.0)) { "Search the documents and add evidence by hand." } }
                h2 { "Nearest passages" }
                (search::list(visit, nearest, criterion, search::NONE_NEAR))
            }
            (folded(&rows, "Evidence", |o| o == Outcome::Confirmed, true))
            (folded(&rows, "Open", Outcome::is_open, !met))
            (folded(&rows, "Rejected", |o| o == Outcome::Rejected, false))
            (turn(id, asked.skip, rows.len()))
            p { (search::link(id)) }
        }
    };
    Ok(Shown::Page(Box::new(frame), body))
}

fn folded(rows: &[ItemRow], name: &str, belongs: impl Fn(Outcome) -> bool, open: bool) -> Markup {
    let some: Vec<_> = rows.iter().take(MOST).filter(|row| belongs(row.outcome)).collect();
    html! {
        @if !some.is_empty() {
            details .fold open[open] {
                summary { h2 { (name) " " span .quiet { (some.len()) } } }
                ul .lines { @for row in some { li { (line(row, None)) } } }
            }
        }
    }
}

fn turn(id: &CriterionId, skip: usize, found: usize) -> Markup {
    let link = |skip: usize| format!("{}?list=true&skip={skip}", links::capability(&id.0));
    html! {
        p .actions {
            @if skip > 0 { a .button href=(link(skip.saturating_sub(MOST))) { "Earlier ones" } }
            @if found > MOST { a .button href=(link(skip + MOST)) { "More" } }
        }
    }
}
