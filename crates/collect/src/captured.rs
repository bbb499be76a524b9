//! Pages as inputs: what a visit or a capture file gives, listed like the files of a folder. A page's bytes are put into
//! a file of their own, so that from here on pages and files go the same way.

use crate::fetch::{End, Met, Visited, page_name, put};
use crate::find::{Found, Stamp};
use crate::read::io_failure;
use crate::warc::{Captured, Records};
use capmap_model::{Capture, Failure, FailureKind, Provenance};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The addresses of a visit as inputs, in order of meeting. `pages` is the visit's own folder of unpacked pages.
pub fn visited(visited: &Visited, pages: &Path) -> Vec<Found> {
    let found = |met: &Met| match &met.end {
        End::Page(kept) => {
            let page = Page {
                source: met.url.clone(),
                capture: kept.capture(),
                charset: kept.charset.clone(),
                media: kept.media.clone(),
                provenance: Provenance::Public,
            };
            page.found(pages.join(page_name(&met.url)))
        }
        End::Failed(failure) => none(met.url.clone(), Provenance::Public, None, failure.clone()),
        End::Redirect(to) => {
            let failure = Failure::new(FailureKind::Duplicate, format!("leads to {to}"));
            none(met.url.clone(), Provenance::Public, None, failure)
        }
    };
    visited.mets.iter().map(found).collect()
}

/// The captures in a WARC file as inputs, named by their addresses, and at last the file itself, which counts as
/// a duplicate of what is in it. Of several captures of an address the youngest is read. Pages are unpacked into
/// `pages`; those larger than `most` bytes are listed and not read.
pub fn captured(file: &Found, pages: &Path, most: u64) -> Vec<Found> {
    let mut all = Vec::new();
    let end = unpack(file, pages, most, &mut all);
    one_each(&mut all);
    let itself = match end {
        Err(failure) => Found { failure: Some(failure), ..file.clone() },
        Ok(()) => {
            let detail = format!("web captures; its {} answers are listed by address", all.len());
            Found { failure: Some(Failure::new(FailureKind::Duplicate, detail)), ..file.clone() }
        }
    };
    all.push(itself);
    all
}

fn unpack(file: &Found, pages: &Path, most: u64, into: &mut Vec<Found>) -> Result<(), Failure> {
    std::fs::create_dir_all(pages).map_err(|e| io_failure(&e))?;
    let broken = |e: &crate::warc::WarcError| Failure::new(FailureKind::Malformed, e.to_string());
    for record in Records::open(&file.path, most).map_err(|e| broken(&e))? {
        into.push(one(record.map_err(|e| broken(&e))?, file, pages));
    }
    if into.is_empty() {
        return Err(Failure::new(FailureKind::Empty, "the file holds no captured page"));
    }
    Ok(())
}

fn one(record: Captured, file: &Found, pages: &Path) -> Found {
    let capture = Capture {
        url: record.url.clone(),
        time: record.time,
        file: file.source.clone(),
        record: record.record,
    };
    let source =
        crate::canonical(&record.url).map_or_else(|_| without_user(&record.url), |url| url.to_string());
    let passed = |why: String| Failure::new(FailureKind::PassedBy, why);
    let readable = crate::fetch::is_readable(&record.media);
    let body = match record.body {
        _ if record.status != 200 => {
            Err(passed(format!("the server said {} when it was captured", record.status)))
        }
        _ if !readable => Err(passed(crate::fetch::unread(&record.media).detail)),
        Err(skip) if skip.0.starts_with("says that nothing") => {
            Err(Failure::new(FailureKind::Duplicate, skip.0))
        }
        Err(skip) => Err(Failure::new(FailureKind::Truncated, skip.0)),
        Ok(body) if body.is_empty() => Err(Failure::new(FailureKind::Empty, "the page is empty")),
        Ok(body) => Ok(body),
    };
    let path = pages.join(page_name(&format!("{}\n{}", file.path.display(), capture.record)));
    let put = body.and_then(|body| put(&path, &body).map_err(|e| io_failure(&e)));
    match put {
        Ok(()) => {
            let (charset, media, provenance) = (record.charset, record.media, Provenance::Supplied);
            Page { source, capture, charset, media, provenance }.found(path)
        }
        Err(failure) => none(source, Provenance::Supplied, Some(capture), failure),
    }
}

/// An address of another tool may hold what must not be shown.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let host_ends = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let begins = rest[..host_ends].rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", &rest[begins..])
}

/// All captures of an address but the youngest that can be read become duplicates of it. Inputs that are no captures stay as
/// they are.
pub fn one_each(all: &mut [Found]) {
    let rank = |found: &Found| (found.failure.is_none(), found.capture.as_ref().map(|c| c.time.clone()));
    let captures = |(i, found): (usize, &Found)| found.capture.is_some().then_some(i);
    let captures: Vec<usize> = all.iter().enumerate().filter_map(captures).collect();
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for &i in &captures {
        let found = &all[i];
        let here = best.entry(found.source.clone()).or_insert(i);
        if rank(found) >= rank(&all[*here]) {
            *here = i;
        }
    }
    for i in captures {
        if best.get(&all[i].source) != Some(&i) {
            let time = all[i].capture.as_ref().map_or("", |c| c.time.as_str());
            let detail = format!("captured {time}; a younger or better capture of this address is listed");
            all[i].failure = Some(Failure::new(FailureKind::Duplicate, detail));
        }
    }
}

struct Page {
    source: String,
    capture: Capture,
    charset: Option<String>,
    media: String,
    provenance: Provenance,
}

impl Page {
    fn found(self, path: PathBuf) -> Found {
        let meta = match std::fs::metadata(&path) {
            Ok(meta) => meta,
            Err(error) => return none(self.source, self.provenance, Some(self.capture), io_failure(&error)),
        };
        let failure = (meta.len() == 0).then(|| Failure::new(FailureKind::Empty, "the page is empty"));
        Found {
            source: self.source,
            path,
            size: meta.len(),
            stamp: Some(Stamp::of(&meta)),
            provenance: self.provenance,
            capture: Some(self.capture),
            charset: self.charset,
            media: Some(self.media),
            failure,
        }
    }
}

fn none(source: String, provenance: Provenance, capture: Option<Capture>, failure: Failure) -> Found {
    let path = PathBuf::from(&source);
    let failure = Some(failure);
    Found { source, path, size: 0, stamp: None, provenance, capture, charset: None, media: None, failure }
}
