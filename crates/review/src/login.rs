//! Coming in and going out: by the token of the first link, or by name and password where there are users.

use crate::app::App;
use crate::error::Problem;
use crate::guard::{cookie, session_id};
use crate::html;
use crate::session::same;
use crate::users::Role;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The first wrong password costs this long, each further one twice as much, up to [`LONGEST`].
const FIRST: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(8);
/// Names that failures are counted for; unknown ones share one count.
const SHARED: &str = "";

/// Wrong passwords in a row, by user.
#[derive(Default)]
pub(crate) struct Failures(Mutex<HashMap<String, u32>>);

impl Failures {
    fn add(&self, name: &str) -> Duration {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
        FIRST.saturating_mul(1 << (*count - 1).min(10)).min(LONGEST)
    }

    fn forget(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[derive(Deserialize)]
pub(crate) struct Token {
    token: String,
}

/// `/?token=...`: the first link.
pub(crate) async fn by_token(app: Arc<App>, Query(given): Query<Token>) -> Result<Response, Problem> {
    if !same(&given.token, &app.doors.token) {
        return Err(Problem::Unknown);
    }
    begin(&app, &app.reviewer, Role::Adjudicator)
}

fn begin(app: &App, name: &str, role: Role) -> Result<Response, Problem> {
    let blind = app.blind && role == Role::Reviewer;
    let id = app.sessions.begin(name, role, blind).map_err(|e| Problem::Inside(e.to_string()))?;
    Ok(([(header::SET_COOKIE, cookie(&app.doors, &id))], Redirect::to("/")).into_response())
}

pub(crate) async fn page(State(app): State<Arc<App>>) -> Response {
    if app.users.is_empty() {
        return Problem::Unknown.into_response();
    }
    html::bare("Log in", &form(None)).into_response()
}

fn form(problem: Option<&str>) -> Markup {
    html! {
        main #main .plain {
            h1 { "Log in" }
            @if let Some(problem) = problem { p #problem role="alert" { (problem) } }
            form method="post" action="/login" .stack {
                label { "Name" input name="name" autocomplete="username" required autofocus; }
                label { "Password" input name="password" type="password" autocomplete="current-password" required; }
                button .primary { "Log in" }
            }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: String,
}

pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    Form(given): Form<Credentials>,
) -> Result<Response, Problem> {
    if app.users.is_empty() {
        return Err(Problem::Unknown);
    }
    // The place in line is kept while a failure waits, so that trying many at once is no faster.
    let waiting = tokio::time::timeout(LONGEST, app.logins.acquire()).await;
    let _place = waiting.ok().and_then(Result::ok).ok_or(Problem::Busy)?;
    let (users, name, password) = (app.clone(), given.name.clone(), given.password);
    let user = tokio::task::spawn_blocking(move || users.users.check(&name, &password)).await?;
    match user {
        Some(user) => {
            app.failures.forget(&user.name);
            begin(&app, &user.name, user.role)
        }
        None => {
            let counted = if app.users.knows(&given.name) { given.name.as_str() } else { SHARED };
            tokio::time::sleep(app.failures.add(counted)).await;
            let problem = "name and password do not go together";
            Ok((StatusCode::UNAUTHORIZED, html::bare("Log in", &form(Some(problem)))).into_response())
        }
    }
}

pub(crate) async fn log_out(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    if let Some(id) = session_id(&app.doors, &headers) {
        app.sessions.end(id);
    }
    let to = if app.users.is_empty() { "/" } else { "/login" };
    ([(header::SET_COOKIE, cookie(&app.doors, ""))], Redirect::to(to)).into_response()
}
