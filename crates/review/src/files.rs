//! Everything that is not a page: stylesheet, script, pictures of document pages, original files.

use crate::app::Visit;
use crate::error::Problem;
use crate::services::Picture;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use capmap_store::FiledDocument;
use serde::Deserialize;
use std::time::Duration;

/// How long a picture waits for its turn.
const PATIENCE: Duration = Duration::from_secs(15);

/// Nothing inside may run, load or send anything.
const INERT: &str = "default-src 'none'; style-src 'none'; sandbox";

pub(crate) async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("../assets/style.css"))
}

pub(crate) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("../assets/review.js"))
}

pub(crate) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("../assets/icon.svg"))
}

fn asset(kind: &'static str, body: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], body).into_response()
}

#[derive(Deserialize)]
pub(crate) struct PageOf {
    source: String,
    page: u32,
    item: Option<String>,
}

/// A page of the document as a picture.
pub(crate) async fn picture(visit: Visit, Query(asked): Query<PageOf>) -> Result<Response, Problem> {
    let picture = draw(visit, asked, false).await?;
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CONTENT_SECURITY_POLICY, INERT)], picture.png)
        .into_response())
}

/// Frames around an item's words, to lie over the picture.
pub(crate) async fn places(visit: Visit, Query(asked): Query<PageOf>) -> Result<Response, Problem> {
    let picture = draw(visit, asked, true).await?;
    let (width, height) = picture.size;
    let mut svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">"#);
    for [left, top, right, bottom] in picture.boxes {
        let (x, y, w, h) = (left - 2.0, top - 2.0, right - left + 4.0, bottom - top + 4.0);
        svg.push_str(&format!(
            r##"<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="2" fill="#ffd54a" fill-opacity=".28" stroke="#b26a00" stroke-width="1.2"/>"##
        ));
    }
    svg.push_str("</svg>");
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), (header::CONTENT_SECURITY_POLICY, INERT)], svg)
        .into_response())
}

async fn draw(visit: Visit, asked: PageOf, quoted: bool) -> Result<Picture, Problem> {
    let (source, item) = (asked.source, asked.item.filter(|_| quoted));
    let (filed, quote) = visit
        .read(move |visit, store| {
            let filed = store.document(&source)?;
            let item = item.map(|id| store.item(&id, visit.viewer.view())).transpose()?;
            Ok((filed, item.map(|i| i.row.citation.quote().to_owned())))
        })
        .await?;
    if !(1..=filed.pages).contains(&(asked.page as usize)) {
        return Err(Problem::NotFound(format!("{} has no page {}", filed.source, asked.page)));
    }
    let originals = visit.app.services.originals.clone();
    let waiting = tokio::time::timeout(PATIENCE, visit.app.drawings.clone().acquire_owned()).await;
    let place = waiting.ok().and_then(Result::ok);
    let place =
        place.ok_or_else(|| Problem::NotFound("other pages are being drawn: try again".to_owned()))?;
    let drawn = tokio::task::spawn_blocking(move || {
        let _place = place; // given back when the drawing ends, not when the request does
        originals.page(&filed, asked.page, quote.as_deref())
    });
    drawn.await?.map_err(Problem::NotFound)
}

#[derive(Deserialize)]
pub(crate) struct SourceOf {
    source: String,
}

/// The file itself, only ever to be saved: never shown by the browser under our name.
pub(crate) async fn original(visit: Visit, Query(asked): Query<SourceOf>) -> Result<Response, Problem> {
    let filed = visit.read(move |_, store| store.document(&asked.source)).await?;
    let name = file_name(&filed);
    let originals = visit.app.services.originals.clone();
    let bytes =
        tokio::task::spawn_blocking(move || originals.bytes(&filed)).await?.map_err(Problem::NotFound)?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
            (header::CONTENT_SECURITY_POLICY, INERT.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{name}")),
        ],
        bytes,
    )
        .into_response())
}

fn file_name(filed: &FiledDocument) -> String {
    let name = filed.source.rsplit('/').find(|part| !part.is_empty()).unwrap_or("document");
    crate::links::encode(name)
}
