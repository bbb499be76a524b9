//! The form that makes a passage count for a criterion: evidence by hand, or another criterion for the same words.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, csrf, page};
use crate::standing::Whole;
use axum::extract::Query;
use axum::response::Response;
use capmap_model::{Citation, Span};
use capmap_store::{Store, StoreError};
use maud::{Markup, html};
use serde::Deserialize;

#[derive(Deserialize, Clone)]
pub(crate) struct Asked {
    source: String,
    /// In Unicode scalar values of the canonical text.
    start: usize,
    end: usize,
    criterion: Option<String>,
}

pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (frame, body) = visit.read(move |visit, store| read(visit, store, &asked)).await?;
    let body = body.ok_or_else(|| Problem::NotFound("that is not a passage of the document".to_owned()))?;
    Ok(page(&visit, &frame, &body))
}

fn read(visit: &Visit, store: &Store, asked: &Asked) -> Result<(Frame, Option<Markup>), StoreError> {
    let whole = Whole::read(visit, store)?;
    let frame = Frame::read(store, visit, &whole, "Add evidence", Place::Search)?;
    let id = store.document(&asked.source)?.id.ok_or_else(|| StoreError::NoText(asked.source.clone()))?;
    let document = store.text(&id)?;
    let span = document.byte_offset(asked.start).zip(document.byte_offset(asked.end));
    let citation = span.and_then(|(start, end)| document.cite(Span::new(start, end)).ok());
    Ok((frame, citation.map(|citation| body(visit, asked, &citation))))
}

fn body(visit: &Visit, asked: &Asked, citation: &Citation) -> Markup {
    let criteria = &visit.app.criteria;
    html! {
        main #main .plain {
            h1 { "Add evidence" }
            p .path { span .source { (citation.source()) @if let Some(page) = citation.page() { ", page " (page) } } @for heading in citation.section() { span .step { (heading) } } }
            blockquote { (citation.quote()) }
            form method="post" action="/add" .stack {
                (csrf(visit))
                input type="hidden" name="source" value=(asked.source);
                input type="hidden" name="start" value=(asked.start);
                input type="hidden" name="end" value=(asked.end);
                label { "It counts for"
                    select name="criterion" required autofocus {
                        option value="" { "choose…" }
                        @for domain in &criteria.domains {
                            optgroup label=(domain) {
                                @for c in criteria.criteria.iter().filter(|c| c.domain == *domain) {
                                    option value=(c.id) selected[asked.criterion.as_deref() == Some(c.id.0.as_str())] { (c.name) }
                                }
                            }
                        }
                    }
                }
                label { "Note" input name="note" maxlength="4000" autocomplete="off"; }
                p .quiet { "It is saved as your confirmation." }
                button .primary { "Add and confirm" }
            }
        }
    }
}
