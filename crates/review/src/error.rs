//! What can go wrong with a request, and the page that says so; what can keep the server from starting.

use crate::html;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use capmap_store::StoreError;
use maud::html;
use thiserror::Error;

/// Why the server does not start.
#[derive(Debug, Error)]
pub enum ReviewError {
    /// The dossier.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Open to the network without users.
    #[error("{0} can be reached by others: add users first by `capmap user add NAME`, and put TLS before it")]
    NoUsers(std::net::SocketAddr),
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The public address is none.
    #[error("'{0}' is not an address like https://review.example.org")]
    PublicUrl(String),
    /// No randomness, so no safe token.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// The server stopped.
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// Why a request is refused or failed. Each becomes a page in plain words.
#[derive(Debug)]
pub(crate) enum Problem {
    /// Not logged in.
    Unknown,
    /// Not allowed for this role.
    Role(&'static str),
    /// Not from our own page.
    Foreign(&'static str),
    /// Not understood.
    Bad(String),
    /// Not there.
    NotFound(String),
    /// Too many logins.
    Busy,
    /// Too large.
    Large,
    /// The store's word.
    Store(StoreError),
    /// Our own mistake.
    Inside(String),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::Store(error)
    }
}

impl From<tokio::task::JoinError> for Problem {
    fn from(error: tokio::task::JoinError) -> Self {
        Problem::Inside(error.to_string())
    }
}

impl Problem {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Problem::Unknown => StatusCode::UNAUTHORIZED,
            Problem::Role(_) | Problem::Foreign(_) => StatusCode::FORBIDDEN,
            Problem::Bad(_) => StatusCode::BAD_REQUEST,
            Problem::NotFound(_) => StatusCode::NOT_FOUND,
            Problem::Busy => StatusCode::TOO_MANY_REQUESTS,
            Problem::Large => StatusCode::PAYLOAD_TOO_LARGE,
            Problem::Inside(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Problem::Store(error) => match error {
                StoreError::NoItem(_) | StoreError::NoDocument(_) | StoreError::NoText(_) => {
                    StatusCode::NOT_FOUND
                }
                StoreError::Conflict { .. } => StatusCode::CONFLICT,
                StoreError::NothingToUndo(_)
                | StoreError::NothingToAdjudicate(_)
                | StoreError::NotIdentical => StatusCode::UNPROCESSABLE_ENTITY,
                StoreError::Full => StatusCode::INSUFFICIENT_STORAGE,
                StoreError::ReadOnly | StoreError::Locked { .. } => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    pub(crate) fn words(&self) -> String {
        match self {
            Problem::Unknown => {
                "open the address that `capmap review` printed, or log in: this page needs to know who you are".to_owned()
            }
            Problem::Role(need) => format!("this needs the role of {need}"),
            Problem::Foreign(why) => format!("refused: {why}"),
            Problem::Bad(why) | Problem::NotFound(why) => why.clone(),
            Problem::Busy => "too many logins at a time: wait a little, then try again".to_owned(),
            Problem::Large => "not saved: that is more than a form may hold".to_owned(),
            Problem::Store(error) => match error {
                StoreError::Database(_) | StoreError::Io { .. } => format!("not saved: {error}"),
                _ => error.to_string(),
            },
            Problem::Inside(why) => format!("something went wrong inside: {why}"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let title = match status {
            StatusCode::CONFLICT => "Somebody was faster",
            StatusCode::NOT_FOUND => "Not here",
            StatusCode::INSUFFICIENT_STORAGE | StatusCode::SERVICE_UNAVAILABLE => "Not saved",
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "No entry",
            _ => "That did not work",
        };
        let body = html! {
            main #main .plain {
                h1 { (title) }
                p #problem role="alert" { (self.words()) }
                p { a href="/" { "Overview" } }
            }
        };
        (status, html::bare(title, &body)).into_response()
    }
}
