//! The same decision on several passages: first all of them are shown, then one button saves them as one event, which one
//! undo takes back. Nothing is ever confirmed together but passages with exactly the same words.

use crate::act::{form, may_decide, onward};
use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, count, csrf, page};
use crate::links;
use crate::pages::item::line;
use crate::standing::Whole;
use axum::Form;
use axum::extract::Query;
use axum::extract::rejection::FormRejection;
use axum::response::Response;
use capmap_model::Choice;
use capmap_store::{Ballot, Bulk, ItemRow, Store, StoreError};
use maud::{Markup, html};
use serde::Deserialize;

/// Passages that one event may hold.
const MOST: usize = 2_000;

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum By {
    Section,
    Cue,
    Words,
}

#[derive(Deserialize)]
pub(crate) struct Asked {
    item: String,
    by: By,
}

impl By {
    fn bulk(self) -> Bulk {
        match self {
            By::Section => Bulk::Section,
            By::Cue => Bulk::Cue,
            By::Words => Bulk::Words,
        }
    }

    fn value(self) -> &'static str {
        match self {
            By::Section => "section",
            By::Cue => "cue",
            By::Words => "words",
        }
    }

    /// What they have in common, for the page and for the log.
    fn words(self, row: &ItemRow) -> String {
        match self {
            By::Section => {
                format!("section “{}” of {}", row.citation.section().join(" › "), row.citation.source())
            }
            By::Cue => format!("cue “{}” for {}", row.cue.as_deref().unwrap_or("none"), row.criterion),
            By::Words => format!("the same words for {}", row.criterion),
        }
    }
}

pub(crate) async fn preview(visit: Visit, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let (frame, body) = visit.read(move |visit, store| read(visit, store, &asked)).await?;
    Ok(page(&visit, &frame, &body))
}

fn read(visit: &Visit, store: &Store, asked: &Asked) -> Result<(Frame, Markup), StoreError> {
    let row = store.item(&asked.item, visit.viewer.view())?.row;
    let mut rows = store.alike(&row, asked.by.bulk(), visit.viewer.view())?;
    rows.truncate(MOST);
    let whole = Whole::read(visit, store)?;
    let frame = Frame::read(store, visit, &whole, "Decide several", Place::Decide)?;
    let passages = count(u32::try_from(rows.len()).unwrap_or(u32::MAX), "passage");
    let body = html! {
        main #main {
            h1 { "Decide several at once" }
            p { (passages) " share the " (asked.by.words(&row)) ". They are saved as one event; one undo takes all of it back." }
            form method="post" action="/bulk" {
                (csrf(visit))
                input type="hidden" name="item" value=(row.id);
                input type="hidden" name="by" value=(asked.by.value());
                input type="hidden" name="items" value=(rows.iter().map(|r| r.id.as_str()).collect::<Vec<_>>().join(","));
                p .actions {
                    @if !rows.is_empty() {
                        button .reject #bulk-reject name="choice" value="reject" { "Reject " (passages) }
                        @if asked.by == By::Words { button .confirm name="choice" value="confirm" { "Confirm " (passages) } }
                    }
                    a .button href=(links::item(&row.id)) { "Back" }
                }
            }
            ul .lines { @for other in &rows { li { (line(other, Some(visit.app.name(&other.criterion)))) } } }
        }
    };
    Ok((frame, body))
}

#[derive(Deserialize)]
pub(crate) struct Saving {
    csrf: String,
    item: String,
    by: By,
    /// The ids that were shown, with commas between.
    items: String,
    choice: Choice,
}

pub(crate) async fn save(
    visit: Visit,
    given: Result<Form<Saving>, FormRejection>,
) -> Result<Response, Problem> {
    let saving = form(given)?;
    may_decide(&visit, &saving.csrf)?;
    let receipt = visit
        .write(move |visit, store| {
            let row = store.item(&saving.item, visit.viewer.view())?.row;
            let items: Vec<String> = saving.items.split(',').take(MOST).map(str::to_owned).collect();
            let ballot = Ballot {
                item: &saving.item,
                choice: saving.choice,
                note: None,
                reviewer: &visit.viewer.name,
                time: &visit.app.services.clock.now(),
                seen: None,
                view: visit.viewer.view(),
            };
            store.bulk(&items, &saving.by.words(&row), &ballot)
        })
        .await?;
    onward(visit, receipt).await
}
