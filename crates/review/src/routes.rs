//! The table of pages.

use crate::app::{App, Visit};
use crate::error::Problem;
use crate::{act, bulk, files, guard, live, login, pages};
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Query, Request, State};
use axum::http::request::Parts;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;

pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/next", get(pages::item::next))
        .route("/i/{id}", get(pages::item::show))
        .route("/c/{slug}", get(pages::capability::show))
        .route("/documents", get(pages::documents::list))
        .route("/document", get(pages::document::show))
        .route("/search", get(pages::search::show))
        .route("/add", get(pages::add::show).post(act::add))
        .route("/log", get(pages::log::show))
        .route("/report", get(pages::report::show))
        .route("/report/preview", get(pages::report::preview))
        .route("/keys", get(pages::keys::show))
        .route("/decide", post(act::decide))
        .route("/note", post(act::note))
        .route("/undo", post(act::undo))
        .route("/adjudicate", post(act::adjudicate))
        .route("/bulk", get(bulk::preview).post(bulk::save))
        .route("/live", get(live::news))
        .route("/page.png", get(files::picture))
        .route("/places.svg", get(files::places))
        .route("/original", get(files::original))
        .route("/login", get(login::page).post(login::log_in))
        .route("/logout", post(login::log_out))
        .route("/assets/style.css", get(files::style))
        .route("/assets/review.js", get(files::script))
        .route("/assets/icon.svg", get(files::icon))
        .fallback(nothing)
        .layer(DefaultBodyLimit::max(guard::BODY))
        .layer(from_fn_with_state(app.clone(), guard::check))
        .with_state(app)
}

/// The overview, or with a token the way in.
async fn home(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    match Query::<login::Token>::try_from_uri(request.uri()) {
        Ok(token) if app.users.is_empty() => login::by_token(app, token).await,
        _ => {
            let visit = request.extensions().get::<Visit>().cloned().ok_or(Problem::Unknown)?;
            let saved = Query::try_from_uri(request.uri()).unwrap_or_default();
            pages::overview::show(visit, saved).await
        }
    }
}

async fn nothing(_: Visit) -> Problem {
    Problem::NotFound("there is no such page".to_owned())
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visit, Problem> {
        parts.extensions.get::<Visit>().cloned().ok_or(Problem::Unknown)
    }
}
