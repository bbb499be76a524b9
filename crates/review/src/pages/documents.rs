//! What was read, and what could not be: a verdict is only as good as this list.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, page};
use crate::links;
use crate::pages::facts::elements;
use crate::standing::Whole;
use axum::extract::Query;
use axum::response::Response;
use capmap_model::Provenance;
use capmap_store::FiledDocument;
use maud::{Markup, html};
use serde::Deserialize;

/// Documents on one page.
const MOST: usize = 50;

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    skip: usize,
}

pub(crate) async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (frame, body) = visit
        .read(move |visit, store| {
            let whole = Whole::read(visit, store)?;
            let frame = Frame::read(store, visit, &whole, "Documents", Place::Documents)?;
            let (total, rows) = (store.document_count()?, store.documents_from(asked.skip, MOST)?);
            Ok((frame, body(total, asked.skip, &rows)))
        })
        .await?;
    Ok(page(&visit, &frame, &body))
}

fn body(total: usize, skip: usize, rows: &[FiledDocument]) -> Markup {
    html! {
        main #main {
            h1 { "Documents " span .quiet { (total) } }
            div .wide tabindex="0" role="region" aria-label="Documents" {
                table {
                    thead { tr { th scope="col" { "Document" } th scope="col" { "Read" } th scope="col" .num { "Pages" } th scope="col" .num { "Words" } th scope="col" { "From" } th scope="col" { "States" } } }
                    tbody { @for row in rows { (line(row)) } }
                }
            }
            p .actions {
                @if skip > 0 { a .button href=(format!("/documents?skip={}", skip.saturating_sub(MOST))) { "Earlier ones" } }
                @if skip + rows.len() < total { a .button href=(format!("/documents?skip={}", skip + MOST)) { "More" } }
            }
        }
    }
}

fn line(row: &FiledDocument) -> Markup {
    html! {
        tr {
            th scope="row" .source {
                @if row.words > 0 { a href=(links::document(&row.source, None, None)) { (row.source) } } @else { (row.source) }
                @if let Some(title) = &row.title { br; span .quiet { (title) } }
            }
            td {
                @if row.failure.is_none() { "✓ " (row.status) } @else { "! " (row.status) }
                @if let Some(failure) = &row.failure { br; span .quiet { (failure.detail) } }
                @if !row.hidden.is_empty() { br; span .warn { "hidden text" } }
            }
            td .num { @if row.pages > 0 { (row.pages) } }
            td .num { (row.words) }
            td { (if row.provenance == Provenance::Public { "public" } else { "submitted" }) }
            td { (elements(row.elements)) }
        }
    }
}
