//! The report as it would leave now, in a frame in which nothing runs.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, page};
use crate::standing::Whole;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::html;

/// The report carries its own styles and pictures; it may load and run nothing, and only our own page may frame it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox";

pub(crate) async fn show(visit: Visit) -> Result<Response, Problem> {
    let frame = visit
        .read(|visit, store| Frame::read(store, visit, &Whole::read(visit, store)?, "Report", Place::Report))
        .await?;
    let body = html! {
        main #main .report {
            h1 { "Report" }
            p .quiet { "A preview of what leaves; write it to a file with " code { "capmap report" } "." }
            iframe title="Preview of the report" src="/report/preview" sandbox="" {}
        }
    };
    Ok(page(&visit, &frame, &body))
}

pub(crate) async fn preview(visit: Visit) -> Result<Response, Problem> {
    let missing = || Problem::NotFound("there is no report in this program".to_owned());
    let report = visit.app.services.preview.clone().ok_or_else(missing)?;
    let text = tokio::task::spawn_blocking(move || report.html()).await?.map_err(Problem::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "SAMEORIGIN"),
    ];
    Ok((headers, text).into_response())
}
