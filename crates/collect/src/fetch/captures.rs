//! The captures of a dossier: WARC files, a list of what stands where in them, and the pages unpacked for reading.
//!
//! The WARC files are the evidence and are only ever added to. The list (`captures.jsonl`) says where the newest capture
//! of an address is; a record counts once its line is there, so what a killed run left half-written is cut off.

use super::client::Answer;
use super::media;
use crate::warc::{Captured, Exchange, Place, Records, Writer, rfc3339};
use capmap_model::{Capture, FailureKind};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// One answer, and where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The address that answered.
    pub url: String,
    /// RFC 3339, UTC.
    pub time: String,
    /// Name of the WARC file.
    pub file: String,
    /// WARC-Record-ID of the response.
    pub record: String,
    /// What the server said.
    pub status: u16,
    /// Kind, as the server said.
    pub media: String,
    /// Charset, as the server said.
    pub charset: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    offset: u64,
    end: u64,
}

impl Kept {
    /// As the dossier names it.
    pub fn capture(&self) -> Capture {
        Capture {
            url: self.url.clone(),
            time: self.time.clone(),
            file: self.file.clone(),
            record: self.record.clone(),
        }
    }

    /// What to send so that the server may say that nothing has changed.
    pub(crate) fn conditions(&self) -> Vec<(&'static str, &str)> {
        let etag = self.etag.as_deref().map(|e| ("If-None-Match", e));
        let date = self.last_modified.as_deref().map(|d| ("If-Modified-Since", d));
        etag.into_iter().chain(date).collect()
    }
}

/// The captures of one dossier, open for adding.
pub(crate) struct Captures {
    dir: PathBuf,
    pages: PathBuf,
    list: File,
    latest: BTreeMap<String, Kept>,
    writer: Option<(String, Writer)>,
    agent: String,
}

impl Captures {
    /// Opens the captures in `dir`; `pages` is where unpacked pages go.
    pub(crate) fn open(dir: &Path, pages: &Path, agent: String) -> io::Result<Captures> {
        std::fs::create_dir_all(dir)?;
        std::fs::create_dir_all(pages)?;
        let path = dir.join("captures.jsonl");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let whole: Vec<Kept> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        mend(dir, &whole)?;
        let mut list = OpenOptions::new().create(true).append(true).open(&path)?;
        if !text.is_empty() && !text.ends_with('\n') {
            list.write_all(b"\n")?;
        }
        let pages_kept = whole.into_iter().filter(|kept| kept.status == 200);
        let latest = pages_kept.map(|kept| (kept.url.clone(), kept)).collect();
        Ok(Captures { dir: dir.to_owned(), pages: pages.to_owned(), list, latest, writer: None, agent })
    }

    /// The newest whole capture of an address.
    pub(crate) fn latest(&self, url: &str) -> Option<&Kept> {
        self.latest.get(url)
    }

    /// Adds an answer that came at `time` (seconds since 1970).
    pub(crate) fn add(&mut self, answer: &Answer, time: u64, facts: &[(&str, String)]) -> io::Result<Kept> {
        let known = self.latest.get(answer.url.as_str()).filter(|_| answer.status == 304).cloned();
        let confirms = known.as_ref().map(|k| (k.record.as_str(), k.url.as_str(), k.time.as_str()));
        let exchange = Exchange {
            url: answer.url.as_str(),
            time,
            request: &answer.request,
            status: answer.status,
            headers: &answer.headers,
            body: &answer.body,
            peer: answer.peer.map(|peer| peer.ip()),
            truncated: answer.cut.as_ref().map(|cut| truncation(cut.kind)),
            confirms,
            facts,
        };
        let (file, writer) = self.writer(time)?;
        let place = writer.add(&exchange)?;
        let kept = kept(answer, time, file, place);
        let line = serde_json::to_string(&kept)? + "\n";
        self.list.write_all(line.as_bytes())?;
        if kept.status == 200 && answer.cut.is_none() {
            self.latest.insert(kept.url.clone(), kept.clone());
        }
        Ok(kept)
    }

    fn writer(&mut self, time: u64) -> io::Result<(String, &mut Writer)> {
        if self.writer.is_none() {
            let stamp: String = rfc3339(time).chars().filter(char::is_ascii_digit).collect();
            let names = (0..1000).map(|n| format!("capmap-{stamp}-{n:03}.warc.gz"));
            let name = names.into_iter().find(|name| !self.dir.join(name).exists());
            let name = name.ok_or_else(|| io::Error::other("a thousand captures in one second"))?;
            let writer = Writer::create(&self.dir.join(&name), time, &self.agent)?;
            self.writer = Some((name, writer));
        }
        match &mut self.writer {
            Some((name, writer)) => Ok((name.clone(), writer)),
            None => Err(io::Error::other("no capture file")),
        }
    }

    /// Where the unpacked page of an address stands.
    pub(crate) fn page(&self, url: &str) -> PathBuf {
        self.pages.join(page_name(url))
    }

    /// Puts an unpacked page in its place, untouched where it is the same already.
    pub(crate) fn put_page(&self, url: &str, bytes: &[u8]) -> io::Result<()> {
        put(&self.page(url), bytes)
    }

    /// Reads a capture back: the unpacked page.
    pub(crate) fn reread(&self, kept: &Kept, most: u64) -> Option<Vec<u8>> {
        let mut records = Records::at(&self.dir.join(&kept.file), kept.offset, most).ok()?;
        let found: Captured = records.next()?.ok()?;
        found.body.ok().filter(|_| found.record == kept.record)
    }
}

/// The name of an unpacked page.
pub(crate) fn page_name(key: &str) -> String {
    Sha256::digest(key).iter().take(16).map(|b| format!("{b:02x}")).collect()
}

/// Writes a file whole, untouched where it is the same already.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let aside = path.with_extension("new");
    std::fs::write(&aside, bytes)?;
    std::fs::rename(&aside, path)
}

/// Cuts off what stands behind the last record that has a line.
fn mend(dir: &Path, whole: &[Kept]) -> io::Result<()> {
    let mut ends: BTreeMap<&str, u64> = BTreeMap::new();
    for kept in whole {
        let end = ends.entry(kept.file.as_str()).or_default();
        *end = kept.end.max(*end);
    }
    for (file, end) in ends {
        let path = dir.join(file);
        if std::fs::metadata(&path).is_ok_and(|meta| meta.len() > end) {
            OpenOptions::new().write(true).open(&path)?.set_len(end)?;
        }
    }
    Ok(())
}

fn kept(answer: &Answer, time: u64, file: String, place: Place) -> Kept {
    let (media, charset) = media(answer.field("content-type").unwrap_or_default());
    Kept {
        url: answer.url.to_string(),
        time: rfc3339(time),
        file,
        record: place.record,
        // A cut answer must not pass for the page later.
        status: if answer.cut.is_some() && answer.status == 200 { 0 } else { answer.status },
        media,
        charset,
        etag: answer.field("etag").map(str::to_owned),
        last_modified: answer.field("last-modified").map(str::to_owned),
        offset: place.offset,
        end: place.end,
    }
}

fn truncation(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Limit => "length",
        FailureKind::Timeout => "time",
        FailureKind::Truncated => "disconnect",
        _ => "unspecified",
    }
}
