//! One passage for one criterion, in its context, with everything needed to decide.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, count, page};
use crate::pages::bar::{Ways, adjudication, bulk_links, decisions, votes};
use crate::pages::{Saved, notice};
use crate::pages::{facts, search};
use crate::standing::Whole;
use crate::{context, links, queue};
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use capmap_model::{Document, Format};
use capmap_store::{Filter, Item, ItemRow, Outcome, Store, StoreError};
use maud::{Markup, html};

/// Passages listed beside the one in front, and characters of their words.
const LISTED: usize = 25;
const SHORT: usize = 90;

/// `/next`: the first passage of the queue.
pub(crate) async fn next(visit: Visit) -> Result<Response, Problem> {
    let next =
        visit.read(|visit, store| queue::next(visit, store, &Whole::read(visit, store)?, None)).await?;
    Ok(Redirect::to(&next.map_or_else(|| "/".to_owned(), |id| links::item(&id))).into_response())
}

pub(crate) async fn show(
    visit: Visit,
    Path(id): Path<String>,
    Query(saved): Query<Saved>,
) -> Result<Response, Problem> {
    let (frame, body) = visit.read(move |visit, store| read(visit, store, &id, saved.saved)).await?;
    Ok(page(&visit, &frame, &body))
}

fn read(visit: &Visit, store: &Store, id: &str, saved: Option<u64>) -> Result<(Frame, Markup), StoreError> {
    let item = store.item(id, visit.viewer.view())?;
    let whole = Whole::read(visit, store)?;
    let criterion = visit.app.criteria.get(&item.row.criterion);
    let name = criterion.map_or(item.row.criterion.0.as_str(), |c| c.name.as_str());
    let mut frame = Frame::read(store, visit, &whole, name, Place::Decide)?;
    frame.item = Some((item.row.id.clone(), item.row.version));
    frame.notice = notice(visit, store, saved)?;
    let document = store.text(item.row.citation.document()).ok();
    let filed = store.document_of(item.row.citation.document()).ok();
    let ways = ways(visit, store, &whole, &item, document.as_ref())?;
    let state = whole.state(&item.row.criterion);
    let body = html! {
        main #main .item-page {
            div .head {
                p .crumbs { a href=(links::capability(&item.row.criterion.0)) { (name) } }
                h1 { (name) }
                p .quiet {
                    @if let Some(points) = criterion.and_then(|c| c.points) { (count(points, "point")) " · " }
                    span class=(format!("chip {}", state.class())) { span aria-hidden="true" { (state.sign()) } " " (state.words()) }
                }
                @if let Some(criterion) = criterion { p .definition { (criterion.definition) } }
            }
            article .passage aria-label="Passage" {
                (path(&item.row))
                @match &document {
                    Some(document) => (context::passage(document, &item)),
                    None => blockquote .context { mark .quote { (item.row.citation.quote()) } },
                }
                p #outcome .outcome data-outcome=(item.row.outcome.name()) { (outcome_words(item.row.outcome)) }
                (adjudication(visit, &item))
                (votes(visit, &item))
                @if let Some(page) = item.row.citation.page() {
                    @if filed.as_ref().is_some_and(|f| f.format == Format::Pdf) { (picture(&item, page)) }
                }
                (bulk_links(&item))
            }
            (facts::of_item(&item, filed.as_ref()))
            (listing(visit, store, &whole, &item.row)?)
        }
        (decisions(visit, &item, &ways))
    };
    Ok((frame, body))
}

fn path(row: &ItemRow) -> Markup {
    html! {
        p .path {
            span .source { (row.citation.source()) @if let Some(page) = row.citation.page() { ", page " (page) } }
            @for heading in row.citation.section() { span .step { (heading) } }
        }
    }
}

fn picture(item: &Item, page: u32) -> Markup {
    let source = item.row.citation.source();
    html! {
        details .picture open {
            summary { "Page " (page) " as it stands" }
            div .sheet {
                img src=(links::picture(source, page, None, false)) alt=(format!("Page {page} of {source}")) loading="lazy";
                img .over src=(links::picture(source, page, Some(&item.row.id), true)) alt="" loading="lazy";
            }
        }
    }
}

fn ways(
    visit: &Visit,
    store: &Store,
    whole: &Whole,
    item: &Item,
    document: Option<&Document>,
) -> Result<Ways, StoreError> {
    let (previous, next) = store.neighbours(&item.row)?;
    let order = &visit.app.criteria.criteria;
    let at = order.iter().position(|c| c.id == item.row.criterion).unwrap_or(0);
    let has_items = |c: &&capmap_model::Criterion| whole.tallies.get(&c.id).is_some_and(|t| t.items > 0);
    let link = |c: &capmap_model::Criterion| links::capability(&c.id.0);
    let citation = &item.row.citation;
    let block = document.and_then(|d| d.block_at(citation.span().start));
    Ok(Ways {
        previous: previous.map(|id| links::item(&id)),
        next: next.map(|id| links::item(&id)),
        previous_criterion: order[..at].iter().rev().find(has_items).map(link),
        next_criterion: order.get(at + 1..).unwrap_or_default().iter().find(has_items).map(link),
        source: links::document(citation.source(), Some(&item.row.id), block),
        also: links::add(citation.source(), citation.start(), citation.end(), None),
    })
}

/// The passages around this one in its criterion's order.
fn listing(visit: &Visit, store: &Store, whole: &Whole, row: &ItemRow) -> Result<Markup, StoreError> {
    let position = store.position(row)?;
    let total = whole.tallies.get(&row.criterion).map_or(position + 1, |t| t.items as usize);
    let skip = position.saturating_sub(LISTED / 2);
    let rows = store.items(Filter::Criterion(&row.criterion), visit.viewer.view(), skip, LISTED)?;
    Ok(html! {
        nav .listing aria-label="Passages for this criterion" {
            h2 { "Passage " (position + 1) " of " (total) }
            ol start=(skip + 1) {
                @for other in &rows {
                    li class=(if other.id == row.id { "now" } else { "" }) { (short(other, other.id == row.id)) }
                }
            }
            p { (search::link(&row.criterion)) }
        }
    })
}

/// A passage in a narrow list: state, grade, the beginning of its words.
fn short(row: &ItemRow, now: bool) -> Markup {
    html! {
        a href=(links::item(&row.id)) aria-current=[now.then_some("true")] {
            (standing(row)) br;
            (beginning(row.citation.quote(), SHORT))
        }
    }
}

/// A passage in a list over the whole page: where it stands too, and more of its words.
pub(crate) fn line(row: &ItemRow, about: Option<&str>) -> Markup {
    html! {
        a href=(links::item(&row.id)) {
            (standing(row))
            span .quiet { @if let Some(about) = about { " · " (about) } " · " (row.citation.source()) @if let Some(page) = row.citation.page() { ", page " (page) } } br;
            (beginning(row.citation.quote(), 4 * SHORT))
        }
    }
}

fn standing(row: &ItemRow) -> Markup {
    html! {
        span class=(format!("dot {}", row.outcome.name())) aria-hidden="true" { (sign(row.outcome)) }
        span .hidden { (row.outcome.name()) ", " }
        " " span .quiet { (facts::grade_words(row.grade)) ", " (facts::tier_words(row.tier)) }
    }
}

fn beginning(text: &str, most: usize) -> Markup {
    let words: String = text.chars().take(most).collect();
    html! { (words) @if words.len() < text.len() { "…" } }
}

fn sign(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed => "✓",
        Outcome::Rejected => "✕",
        Outcome::Conflict => "≠",
        Outcome::Deferred => "…",
        Outcome::Carried => "↻",
        Outcome::Undecided => "◌",
    }
}

fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Confirmed => "✓ Confirmed: it counts.",
        Outcome::Rejected => "✕ Rejected: it does not count.",
        Outcome::Conflict => "≠ Votes differ: it does not count until somebody adjudicates.",
        Outcome::Deferred => "… Put off.",
        Outcome::Carried => "↻ Confirmed in an earlier cycle: confirm it again if it still holds.",
        Outcome::Undecided => "◌ Not decided yet.",
    }
}
