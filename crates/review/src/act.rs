//! What is saved: each handler saves first and shows the next page after, so nothing is shown as saved that is not.

use crate::app::Visit;
use crate::error::Problem;
use crate::guard::check_csrf;
use crate::standing::Whole;
use crate::{links, queue};
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use capmap_model::{Choice, CriterionId, Span};
use capmap_store::{Ballot, Receipt, Store, StoreError};
use serde::Deserialize;

/// Longest note, in characters.
const NOTE: usize = 4_000;

/// The form of the decision bar.
#[derive(Deserialize)]
pub(crate) struct Vote {
    csrf: String,
    item: String,
    choice: Choice,
    seen: u64,
    #[serde(default)]
    note: String,
}

/// Takes a form apart, or says why it cannot be.
pub(crate) fn form<T>(given: Result<Form<T>, FormRejection>) -> Result<T, Problem> {
    given.map(|Form(form)| form).map_err(|e| Problem::Bad(format!("not saved: {}", e.body_text())))
}

pub(crate) fn may_decide(visit: &Visit, csrf: &str) -> Result<(), Problem> {
    check_csrf(visit, csrf)?;
    if visit.viewer.may_decide() { Ok(()) } else { Err(Problem::Role("reviewer")) }
}

pub(crate) fn noted(note: &str) -> Result<Option<String>, Problem> {
    let note = note.trim();
    if note.chars().count() > NOTE {
        return Err(Problem::Bad(format!("not saved: a note may have {NOTE} characters")));
    }
    Ok((!note.is_empty()).then(|| note.to_owned()))
}

pub(crate) async fn decide(
    visit: Visit,
    given: Result<Form<Vote>, FormRejection>,
) -> Result<Response, Problem> {
    let vote = form(given)?;
    may_decide(&visit, &vote.csrf)?;
    if vote.choice == Choice::Undo {
        return Err(Problem::Bad("not saved: take a decision back with Undo".to_owned()));
    }
    let note = noted(&vote.note)?;
    let (item, choice, seen) = (vote.item, vote.choice, vote.seen);
    let receipt = visit
        .write(move |visit, store| {
            store.decide(&Ballot {
                item: &item,
                choice,
                note: note.as_deref(),
                reviewer: &visit.viewer.name,
                time: &visit.app.services.clock.now(),
                seen: Some(seen),
                view: visit.viewer.view(),
            })
        })
        .await?;
    onward(visit, receipt).await
}

/// To the next passage that waits; to the overview where none does.
pub(crate) async fn onward(visit: Visit, receipt: Receipt) -> Result<Response, Problem> {
    let saved = receipt.event;
    let next = visit
        .read(move |visit, store| {
            let whole = Whole::read(visit, store)?;
            let row =
                receipt.items.first().and_then(|id| store.item(id, visit.viewer.view()).ok()).map(|i| i.row);
            queue::next(visit, store, &whole, row.as_ref())
        })
        .await?;
    let to = next.map_or_else(|| "/".to_owned(), |id| links::item(&id));
    Ok(Redirect::to(&format!("{to}?saved={saved}")).into_response())
}

/// Back to the passage that was acted on.
fn back_to(receipt: &Receipt) -> Response {
    let to = receipt.items.first().map_or_else(|| "/".to_owned(), |id| links::item(id));
    Redirect::to(&format!("{to}?saved={}", receipt.event)).into_response()
}

pub(crate) async fn adjudicate(
    visit: Visit,
    given: Result<Form<Vote>, FormRejection>,
) -> Result<Response, Problem> {
    let vote = form(given)?;
    check_csrf(&visit, &vote.csrf)?;
    if !visit.viewer.may_adjudicate() {
        return Err(Problem::Role("adjudicator"));
    }
    let note = noted(&vote.note)?;
    let receipt = visit
        .write(move |visit, store| {
            store.adjudicate(&Ballot {
                item: &vote.item,
                choice: vote.choice,
                note: note.as_deref(),
                reviewer: &visit.viewer.name,
                time: &visit.app.services.clock.now(),
                seen: Some(vote.seen),
                view: capmap_store::View::All,
            })
        })
        .await?;
    Ok(back_to(&receipt))
}

/// A remark without a vote.
#[derive(Deserialize)]
pub(crate) struct Remark {
    csrf: String,
    item: String,
    note: String,
}

pub(crate) async fn note(
    visit: Visit,
    given: Result<Form<Remark>, FormRejection>,
) -> Result<Response, Problem> {
    let remark = form(given)?;
    may_decide(&visit, &remark.csrf)?;
    let text = noted(&remark.note)?.ok_or_else(|| Problem::Bad("not saved: the note is empty".to_owned()))?;
    let receipt = visit
        .write(move |visit, store| {
            store.remark(&remark.item, &text, &visit.viewer.name, &visit.app.services.clock.now())
        })
        .await?;
    Ok(back_to(&receipt))
}

/// A form with nothing but its secret.
#[derive(Deserialize)]
pub(crate) struct Bare {
    csrf: String,
}

pub(crate) async fn undo(
    visit: Visit,
    given: Result<Form<Bare>, FormRejection>,
) -> Result<Response, Problem> {
    may_decide(&visit, &form(given)?.csrf)?;
    let receipt =
        visit.write(|visit, store| store.undo(&visit.viewer.name, &visit.app.services.clock.now())).await?;
    let shown = receipt.clone();
    // Evidence added by hand goes with its undo; then there is no page to go back to.
    let there = visit
        .read(move |visit, store| {
            Ok(shown.items.first().is_some_and(|id| store.item(id, visit.viewer.view()).is_ok()))
        })
        .await?;
    if there {
        Ok(back_to(&receipt))
    } else {
        Ok(Redirect::to(&format!("/?saved={}", receipt.event)).into_response())
    }
}

/// A passage that shall count for a criterion.
#[derive(Deserialize)]
pub(crate) struct Addition {
    csrf: String,
    source: String,
    start: usize,
    end: usize,
    criterion: String,
    #[serde(default)]
    note: String,
}

pub(crate) async fn add(
    visit: Visit,
    given: Result<Form<Addition>, FormRejection>,
) -> Result<Response, Problem> {
    let addition = form(given)?;
    may_decide(&visit, &addition.csrf)?;
    let criterion = CriterionId(addition.criterion.clone());
    if visit.app.criteria.get(&criterion).is_none() {
        return Err(Problem::Bad(format!("not saved: the criteria set has no '{criterion}'")));
    }
    let note = noted(&addition.note)?;
    let receipt = visit
        .write(move |visit, store| save_addition(visit, store, &addition, &criterion, note.as_deref()))
        .await?;
    let receipt =
        receipt.ok_or_else(|| Problem::Bad("not saved: that is not a passage of the document".to_owned()))?;
    Ok(back_to(&receipt))
}

fn save_addition(
    visit: &Visit,
    store: &mut Store,
    addition: &Addition,
    criterion: &CriterionId,
    note: Option<&str>,
) -> Result<Option<Receipt>, StoreError> {
    let filed = store.document(&addition.source)?;
    let id = filed.id.ok_or_else(|| StoreError::NoText(addition.source.clone()))?;
    let document = store.text(&id)?;
    let span = document.byte_offset(addition.start).zip(document.byte_offset(addition.end));
    let citation = span.and_then(|(start, end)| document.cite(Span::new(start, end)).ok());
    let Some(citation) = citation else { return Ok(None) };
    let now = visit.app.services.clock.now();
    store.add(criterion, &citation, note, &visit.viewer.name, &now).map(Some)
}
