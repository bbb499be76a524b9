//! Fetching public pages: politely, safely, and so that what was seen can be shown.
//!
//! [`visit`] goes through a site and gives an end to every address that it meets. From the outside in: `crawl` decides
//! which address is next, `polite` when it may be asked for and how often, `gate` whether its machine may be spoken to,
//! `client` sends one request. Every answer goes into a capture file before anybody looks at it.

mod body;
mod captures;
mod client;
mod crawl;
mod end;
mod gate;
mod journal;
mod manners;
mod page;
mod polite;
mod sitemap;
mod step;
mod trap;

pub use captures::Kept;
pub(crate) use captures::{page_name, put};
pub use client::SetUpError;
pub use crawl::{FetchError, Seed, Visit, Visited, visit};
pub use end::{End, Met};
pub use gate::{Lookup, system_lookup};
pub use manners::{FetchLimits, Manners, MannersError};

pub(crate) use body::unpacked as unpack;

use capmap_model::{Failure, FailureKind};

/// A `Content-Type` field as its kind, in small letters, and its charset.
pub(crate) fn media(content_type: &str) -> (String, Option<String>) {
    let mut parts = content_type.split(';');
    let kind = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then_some(value)
    });
    (kind, charset)
}

/// Kinds that hold pages, documents or lists of pages. Servers that do not know say nothing, or `octet-stream`.
pub(crate) fn is_readable(media: &str) -> bool {
    const KINDS: [&str; 9] = [
        "",
        "application/xhtml+xml",
        "application/pdf",
        "application/x-pdf",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/octet-stream",
        "application/xml",
        "application/gzip",
        "application/x-gzip",
    ];
    let text =
        media.starts_with("text/") && !matches!(media, "text/css" | "text/javascript" | "text/calendar");
    text || KINDS.contains(&media)
}

/// Why an answer of another kind is not read.
pub(crate) fn unread(media: &str) -> Failure {
    Failure::new(FailureKind::Unsupported, format!("of the kind {media}, which is neither page nor document"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_charsets() {
        assert_eq!(media("Text/HTML; Charset=\"UTF-8\""), ("text/html".into(), Some("utf-8".into())));
        assert_eq!(media(""), (String::new(), None));
        assert!(is_readable("text/plain") && !is_readable("image/png") && !is_readable("text/css"));
    }
}
