//! News for an open page: what others decided and whether there is a new map. The page asks every few seconds and puts the
//! answer into a strip of fixed height; nothing under the reviewer's hands moves.

use crate::app::{App, Visit};
use crate::error::Problem;
use crate::standing::Whole;
use axum::Json;
use axum::extract::Query;
use capmap_store::{Action, Event, Store, StoreError};
use serde::{Deserialize, Serialize};

/// Events looked at for one answer.
const MOST: usize = 200;

#[derive(Deserialize)]
pub(crate) struct Known {
    events: u64,
    mapping: u64,
    item: Option<String>,
    version: Option<u64>,
}

/// What the page did not know.
#[derive(Debug, Serialize, PartialEq)]
pub(crate) struct News {
    events: u64,
    mapping: u64,
    /// One line for the strip; empty where there is nothing to say.
    words: String,
    /// True where the passage in front of the reviewer was decided on.
    item_changed: bool,
    points: Option<u32>,
    decided: u32,
    items: u32,
}

pub(crate) async fn news(visit: Visit, Query(known): Query<Known>) -> Result<Json<News>, Problem> {
    Ok(Json(visit.read(move |visit, store| answer(visit, store, &known)).await?))
}

fn answer(visit: &Visit, store: &Store, known: &Known) -> Result<News, StoreError> {
    let whole = Whole::read(visit, store)?;
    let progress = whole.progress(&visit.app.criteria.criteria);
    let (events, mapping) = (store.event_count()?, store.mapping_number()?);
    let item = known.item.as_deref().and_then(|id| store.item(id, visit.viewer.view()).ok()).map(|i| i.row);
    let item_changed = item.as_ref().zip(known.version).is_some_and(|(row, seen)| row.version != seen);
    let mut words = Vec::new();
    if item_changed {
        let outcome = item.map_or("changed", |row| row.outcome.name());
        words.push(format!("This passage is now {outcome}: load the page again before you decide."));
    }
    words.extend(others(visit, store, known.events)?);
    if mapping > known.mapping {
        words.push("There is a new map: suggestions may have changed.".to_owned());
    }
    Ok(News {
        events,
        mapping,
        words: words.join(" "),
        item_changed,
        points: progress.points.map(|p| p.confirmed),
        decided: progress.decided,
        items: progress.items,
    })
}

/// What others did since, one phrase each. A blind reader hears nothing of it.
fn others(visit: &Visit, store: &Store, since: u64) -> Result<Option<String>, StoreError> {
    if visit.viewer.blind {
        return Ok(None);
    }
    let events = store.events(since + 1, MOST)?;
    let theirs: Vec<&Event> =
        events.iter().map(|(event, _)| event).filter(|e| e.reviewer != visit.viewer.name).collect();
    Ok(match theirs.as_slice() {
        [] => None,
        [one] => Some(format!("{} {}.", one.reviewer, deed(&visit.app, &one.action))),
        [.., last] => {
            let (many, deed) = (theirs.len(), deed(&visit.app, &last.action));
            Some(format!("{many} decisions of others; the last: {} {deed}.", last.reviewer))
        }
    })
}

/// What somebody did, to follow their name.
pub(crate) fn deed(app: &App, action: &Action) -> String {
    let about = action.targets().first().map(|t| app.name(&t.criterion)).unwrap_or_default();
    match action {
        Action::Decide { choice, .. } => format!("{} a passage for {about}", past(*choice)),
        Action::Undo { event } => format!("took back event {event}"),
        Action::Note { .. } => format!("noted something on {about}"),
        Action::Add { .. } => format!("added evidence for {about}"),
        Action::Adjudicate { choice, .. } => format!("adjudicated: {} a passage for {about}", past(*choice)),
        Action::Bulk { choice, targets, .. } => {
            format!("{} {} passages together", past(*choice), targets.len())
        }
        Action::CarryOver { .. } => format!("carried a decision over for {about}"),
        Action::Reaffirm { .. } => format!("re-affirmed a passage for {about}"),
    }
}

fn past(choice: capmap_model::Choice) -> &'static str {
    use capmap_model::Choice;
    match choice {
        Choice::Confirm => "confirmed",
        Choice::Reject => "rejected",
        Choice::Defer => "put off",
        Choice::Undo => "took back",
    }
}
