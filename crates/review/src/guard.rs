//! Who may come in. Every request passes here: its Host must be ours; but for the login page and the stylesheet it must
//! carry a session; a request that changes something must come from our own page (Origin and a secret in the form).

use crate::app::{App, Visit};
use crate::error::Problem;
use crate::session::same;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long one request may take, body included.
const REQUEST: Duration = Duration::from_secs(30);

/// The names under which the server is reached.
#[derive(Debug, Clone)]
pub(crate) struct Doors {
    /// Values of the Host header that are ours, in lower case.
    pub hosts: Vec<String>,
    /// Opens a session where there are no users.
    pub token: String,
    /// Cookies on one host are shared between ports, so the name tells them apart.
    pub cookie: String,
    /// TLS stands before us.
    pub secure: bool,
}

/// Set on a connection once it has made a request with a session: such a one is not given up for others.
#[derive(Clone, Default)]
pub(crate) struct Proven(pub Arc<AtomicBool>);

/// Largest body of a form, in bytes: a note, or a list of some thousand ids.
pub(crate) const BODY: usize = 256 * 1024;

const HEADERS: [(&str, &str); 8] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ("cache-control", "no-store"),
];

/// The outermost layer.
pub(crate) async fn check(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let refused = known_host(&app.doors, request.headers())
        .and_then(|()| own_page(&app.doors, &request))
        .and_then(|()| small(request.headers()));
    let answered = match refused {
        Ok(()) => tokio::time::timeout(REQUEST, let_in(app, request, next)).await,
        Err(problem) => Ok(problem.into_response()),
    };
    let mut response =
        answered.unwrap_or_else(|_| Problem::Bad("the request took too long".to_owned()).into_response());
    for (name, value) in HEADERS {
        let name = HeaderName::from_static(name);
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

async fn let_in(app: Arc<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let open = path.starts_with("/assets/") || path == "/login" || (path == "/" && has_token(&app, &request));
    if open {
        return next.run(request).await;
    }
    match viewer(&app, request.headers()) {
        Some(viewer) => {
            if let Some(proven) = request.extensions().get::<Proven>() {
                proven.0.store(true, Ordering::Relaxed);
            }
            request.extensions_mut().insert(Visit { app, viewer });
            next.run(request).await
        }
        None if !app.users.is_empty() && request.method() == Method::GET => {
            axum::response::Redirect::to("/login").into_response()
        }
        None => Problem::Unknown.into_response(),
    }
}

fn has_token(app: &App, request: &Request) -> bool {
    app.users.is_empty() && request.uri().query().is_some_and(|query| query.starts_with("token="))
}

/// Another name for this address in somebody's DNS must not reach us (rebinding).
fn known_host(doors: &Doors, headers: &HeaderMap) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|h| h.to_str().ok()).map(str::to_ascii_lowercase);
    match (host, hosts.next()) {
        (Some(host), None) if doors.hosts.contains(&host) => Ok(()),
        _ => Err(Problem::Foreign("the request is for another host")),
    }
}

fn own_page(doors: &Doors, request: &Request) -> Result<(), Problem> {
    match *request.method() {
        Method::GET | Method::HEAD => Ok(()),
        Method::POST => {
            let origin = request.headers().get(header::ORIGIN).and_then(|o| o.to_str().ok());
            let host = origin.and_then(|o| o.strip_prefix("http://").or_else(|| o.strip_prefix("https://")));
            match host {
                Some(host) if doors.hosts.iter().any(|h| h.eq_ignore_ascii_case(host)) => Ok(()),
                _ => Err(Problem::Foreign("the request does not come from this page")),
            }
        }
        _ => Err(Problem::Foreign("only GET and POST are used here")),
    }
}

/// What says that it is too large need not be waited for.
fn small(headers: &HeaderMap) -> Result<(), Problem> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|l| l.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > BODY as u64) { Err(Problem::Large) } else { Ok(()) }
}

fn viewer(app: &App, headers: &HeaderMap) -> Option<crate::session::Viewer> {
    app.sessions.find(session_id(&app.doors, headers)?)
}

/// The session's id from the cookie.
pub(crate) fn session_id<'a>(doors: &Doors, headers: &'a HeaderMap) -> Option<&'a str> {
    let pairs =
        headers.get_all(header::COOKIE).iter().filter_map(|c| c.to_str().ok()).flat_map(|c| c.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == doors.cookie)
        .map(|(_, id)| id)
}

/// The cookie that begins (or with an empty id ends) a session.
pub(crate) fn cookie(doors: &Doors, id: &str) -> String {
    let secure = if doors.secure { "; Secure" } else { "" };
    let age = if id.is_empty() { "; Max-Age=0" } else { "" };
    format!("{}={id}; HttpOnly; SameSite=Strict; Path=/{secure}{age}", doors.cookie)
}

/// The secret that every form of ours carries.
pub(crate) fn check_csrf(visit: &Visit, given: &str) -> Result<(), Problem> {
    if same(&visit.viewer.csrf, given) {
        return Ok(());
    }
    Err(Problem::Foreign("the form is not from this session; load the page again"))
}
