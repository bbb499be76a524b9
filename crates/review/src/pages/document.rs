//! A whole document, block by block, with all its evidence in the margin.

use crate::app::Visit;
use crate::context;
use crate::error::Problem;
use crate::html::{Frame, Place, page};
use crate::links;
use crate::marks::Kind;
use crate::pages::facts;
use crate::standing::Whole;
use axum::extract::Query;
use axum::response::Response;
use capmap_model::{Document, Format, Span};
use capmap_store::{FiledDocument, Filter, ItemRow, Store, StoreError};
use maud::{Markup, html};
use serde::Deserialize;

/// Blocks on one page, and evidence that its margin holds at most.
const BLOCKS: usize = 600;
const EVIDENCE: usize = 2_000;

#[derive(Deserialize)]
pub(crate) struct Asked {
    source: String,
    item: Option<String>,
    /// The block to show; the part that holds it is chosen.
    #[serde(default)]
    block: usize,
}

pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (frame, body) = visit.read(move |visit, store| read(visit, store, &asked)).await?;
    Ok(page(&visit, &frame, &body))
}

fn read(visit: &Visit, store: &Store, asked: &Asked) -> Result<(Frame, Markup), StoreError> {
    let filed = store.document(&asked.source)?;
    let id = filed.id.clone().ok_or_else(|| StoreError::NoText(asked.source.clone()))?;
    let document = store.text(&id)?;
    let items = store.items(Filter::Document(&id), visit.viewer.view(), 0, EVIDENCE)?;
    let whole = Whole::read(visit, store)?;
    let frame = Frame::read(store, visit, &whole, &filed.source, Place::Documents)?;
    let first = (asked.block / BLOCKS) * BLOCKS;
    let last = (first + BLOCKS).min(document.blocks.len());
    let marks: Vec<(Span, Kind)> = items.iter().map(|row| (row.citation.span(), Kind::Quote)).collect();
    let body = html! {
        main #main .document {
            h1 { (filed.title.as_deref().unwrap_or(&filed.source)) }
            (facts::of_document(&filed, false))
            p .quiet { (filed.source) }
            @if let Some(item) = &asked.item { p { a .button href=(links::item(item)) data-key="Enter" { "Back to the passage" kbd { "Enter" } } } }
            (parts(&asked.source, first, document.blocks.len()))
            div .text {
                @for at in first..last {
                    (page_break(&filed, &document, first, at))
                    (line(visit, &document, at, &items, &marks, asked.item.as_deref()))
                }
            }
            (parts(&asked.source, first, document.blocks.len()))
        }
    };
    Ok((frame, body))
}

fn line(
    visit: &Visit,
    document: &Document,
    at: usize,
    items: &[ItemRow],
    marks: &[(Span, Kind)],
    now: Option<&str>,
) -> Markup {
    let block = &document.blocks[at];
    let here: Vec<&ItemRow> = items.iter().filter(|row| row.citation.span().overlaps(block.span)).collect();
    let marks: Vec<_> = marks.iter().filter(|(span, _)| span.overlaps(block.span)).copied().collect();
    let focus = here.iter().any(|row| Some(row.id.as_str()) == now);
    html! {
        div .line id=(format!("b{at}")) {
            (context::one(document, block, &marks, focus))
            @if !here.is_empty() {
                ul .margin { @for row in here { li { a class=(format!("note {}", row.outcome.name())) href=(links::item(&row.id)) { (visit.app.name(&row.criterion)) " " span .quiet { (facts::grade_words(row.grade)) " · " (row.outcome.name()) } } } } }
            }
            a .pick href=(links::add(&document.source, document.char_offset(block.span.start), document.char_offset(block.span.end), None)) title="Add this as evidence" aria-label="Add this passage as evidence" { "+" }
        }
    }
}

/// A line where a page begins, with its picture behind a fold.
fn page_break(filed: &FiledDocument, document: &Document, first: usize, at: usize) -> Markup {
    let page = document.page_at(document.blocks[at].span.start);
    let before = at.checked_sub(1).and_then(|b| document.page_at(document.blocks[b].span.start));
    html! {
        @if let Some(page) = page.filter(|_| page != before || at == first) {
            div .page-break id=(format!("p{page}")) {
                span { "Page " (page) }
                @if filed.format == Format::Pdf {
                    details .picture { summary { "Picture" } img src=(links::picture(&filed.source, page, None, false)) alt=(format!("Page {page}")) loading="lazy"; }
                }
            }
        }
    }
}

fn parts(source: &str, first: usize, blocks: usize) -> Markup {
    html! {
        @if blocks > BLOCKS {
            p .actions {
                @for start in (0..blocks).step_by(BLOCKS) {
                    @if start == first { span .button.off { "Part " (start / BLOCKS + 1) } }
                    @else { a .button href=(links::document(source, None, Some(start))) { "Part " (start / BLOCKS + 1) } }
                }
            }
        }
    }
}
