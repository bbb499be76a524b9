//! Addresses without end: calendars, filters, paths that grow. A trap costs the site as much as the visitor.

use super::manners::FetchLimits;
use std::collections::{BTreeMap, BTreeSet};
use url::Url;

/// Counts what was met, to tell where a site repeats itself.
#[derive(Debug, Default)]
pub(crate) struct Traps {
    queries: BTreeMap<String, u64>,
    shapes: BTreeMap<String, u64>,
}

/// Endings of files that are neither pages nor documents.
const ASSETS: [&str; 44] = [
    "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "tif", "tiff", "css", "js", "mjs",
    "json", "map", "xml", "rss", "atom", "woff", "woff2", "ttf", "otf", "eot", "mp3", "mp4", "m4a", "m4v",
    "mov", "avi", "webm", "ogg", "wav", "zip", "gz", "tar", "7z", "rar", "exe", "dmg", "pkg", "iso", "apk",
    "ics",
];

impl Traps {
    /// Why an address that a page links to is not followed; none where it is.
    pub(crate) fn judge(&mut self, url: &Url, limits: &FetchLimits) -> Option<String> {
        let parts: Vec<&str> = url.path().split('/').filter(|p| !p.is_empty()).collect();
        let ending = parts.last().and_then(|p| p.rsplit_once('.')).map(|(_, e)| e.to_ascii_lowercase());
        if let Some(ending) = ending.filter(|e| ASSETS.contains(&e.as_str())) {
            return Some(format!("neither a page nor a document, by its ending .{ending}"));
        }
        if parts.len() as u64 > limits.path_depth {
            return Some(format!("its path has more than {} parts (path_depth)", limits.path_depth));
        }
        if repeats(&parts) {
            return Some("its path repeats itself, as endless ones do".to_owned());
        }
        if url.query().is_some() && count(&mut self.queries, path(url)) > limits.queries_per_path {
            let most = limits.queries_per_path;
            return Some(format!("more than {most} addresses differ only in parameters (queries_per_path)"));
        }
        let shape = shape(url);
        let numbered = shape.contains('#') && count(&mut self.shapes, shape) > limits.same_shape;
        let most = limits.same_shape;
        numbered.then(|| format!("more than {most} addresses differ only in numbers (same_shape)"))
    }
}

fn count(counts: &mut BTreeMap<String, u64>, key: String) -> u64 {
    let count = counts.entry(key).or_default();
    *count += 1;
    *count
}

fn path(url: &Url) -> String {
    format!("{}{}", url.host_str().unwrap_or_default(), url.path())
}

/// The address with every number as `#`.
fn shape(url: &Url) -> String {
    let mut out = String::new();
    for c in url.as_str().chars() {
        match c.is_ascii_digit() {
            true if out.ends_with('#') => {}
            true => out.push('#'),
            false => out.push(c),
        }
    }
    out
}

/// True where a part stands three times, or most parts are the same few.
fn repeats(parts: &[&str]) -> bool {
    let thrice = |part: &&str| parts.iter().filter(|p| p == &part).count() >= 3;
    let different: BTreeSet<_> = parts.iter().collect();
    parts.iter().any(thrice) || (parts.len() >= 6 && different.len() * 2 <= parts.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(traps: &mut Traps, path: &str) -> bool {
        let url = Url::parse(&format!("https://example.com{path}")).unwrap();
        traps.judge(&url, &FetchLimits::default()).is_none()
    }

    #[test]
    fn ordinary_addresses_are_followed() {
        let traps = &mut Traps::default();
        for path in
            ["/", "/services/finops/", "/a/b/a/b", "/2026/11/post", "/whitepaper.pdf", "/x?page=2", "/v1.2/x"]
        {
            assert!(judge(traps, path), "{path}");
        }
    }

    #[test]
    fn traps_and_assets_are_not() {
        let traps = &mut Traps::default();
        for path in ["/a/a/a", "/x/y/x/y/x/y", "/1/2/3/4/5/6/7/8/9/10/11/12/13", "/logo.PNG"] {
            assert!(!judge(traps, path), "{path}");
        }
        assert_eq!((0..100).filter(|n| judge(traps, &format!("/list?sort={}", "x".repeat(*n)))).count(), 20);
        let days = (0..1000).map(|n| format!("/calendar/{}/{}", 2000 + n / 12, n % 12));
        assert_eq!(days.filter(|day| judge(traps, day)).count(), 100);
    }
}
