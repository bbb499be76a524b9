//! The pack with all that proves it, as one ZIP file: the report in every format, the log, the texts that are cited, and the
//! originals where they may be shown. `manifest.json` names each file with its hash.

use crate::archive;
use crate::error::WriteError;
use crate::pack::{Pack, PackDocument};
use crate::picture;
use crate::table::Table;
use crate::view::View;
use capmap_model::Capture;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Seek, Write};
use zip::ZipWriter;

/// Schema of the manifest.
pub(crate) const SCHEMA: &str = "capmap/bundle/1";
pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const PACK: &str = "report.json";
pub(crate) const LOG: &str = "log.jsonl";

/// Where the caller's part of a bundle comes from. Errors are for people.
pub trait Parts {
    /// The canonical text of a document.
    ///
    /// # Errors
    /// Why it is not to be had.
    fn text(&mut self, document: &PackDocument) -> Result<String, String>;
    /// The bytes of a document; none where originals stay at home.
    ///
    /// # Errors
    /// Why they are not to be had.
    fn original(&mut self, document: &PackDocument) -> Result<Option<Vec<u8>>, String>;
    /// The WARC file of a capture; none where originals stay at home.
    ///
    /// # Errors
    /// Why it is not to be had.
    fn capture(&mut self, capture: &Capture) -> Result<Option<Vec<u8>>, String>;
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub schema: String,
    pub tool: String,
    pub made: String,
    /// Hash of the log's last event.
    pub head: String,
    pub files: Vec<Listed>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub path: String,
    pub sha256: String,
    pub bytes: u64,
}

/// One line of `log.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LogLine {
    pub seq: u64,
    pub hash: String,
    pub body: String,
}

/// Writes the bundle.
///
/// # Errors
/// Where a part is not to be had, or the archive cannot be written.
pub fn write_bundle(pack: &Pack, parts: &mut dyn Parts, out: impl Write + Seek) -> Result<(), WriteError> {
    let mut bundle = Bundle { zip: ZipWriter::new(out), listed: Vec::new(), taken: BTreeSet::new() };
    let cited = cited(pack);
    let originals = bundle.originals(&cited, parts)?;
    let pack = with_links(pack, &originals);
    bundle.texts(&cited, parts)?;
    bundle.reports(&pack)?;
    bundle.add(LOG, log_lines(&pack).as_bytes())?;
    bundle.add("README.txt", readme(&pack, !originals.is_empty()).as_bytes())?;
    bundle.finish(&pack)
}

/// Documents that evidence of the pack stands in.
fn cited(pack: &Pack) -> Vec<&PackDocument> {
    let sources: BTreeSet<&str> = pack.evidence.iter().map(|e| e.citation.source()).collect();
    sources.into_iter().filter_map(|source| pack.document(source)).collect()
}

/// Relative links lead to the originals in the bundle.
fn with_links(pack: &Pack, originals: &BTreeMap<String, String>) -> Pack {
    let mut pack = pack.clone();
    for evidence in &mut pack.evidence {
        if !originals.contains_key(evidence.citation.source()) || evidence.link.contains("://") {
            continue;
        }
        match evidence.link.strip_prefix("snapshots/") {
            Some(capture) => evidence.link = format!("captures/{capture}"),
            None => evidence.link.insert_str(0, "originals/"),
        }
    }
    pack
}

struct Bundle<W: Write + Seek> {
    zip: ZipWriter<W>,
    listed: Vec<Listed>,
    taken: BTreeSet<String>,
}

impl<W: Write + Seek> Bundle<W> {
    fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), WriteError> {
        archive::add(&mut self.zip, path, bytes)?;
        let sha256 = hex(&Sha256::digest(bytes));
        self.listed.push(Listed { path: path.to_owned(), sha256, bytes: bytes.len() as u64 });
        self.taken.insert(path.to_owned());
        Ok(())
    }

    /// Gives the path of each original, by source.
    fn originals(
        &mut self,
        cited: &[&PackDocument],
        parts: &mut dyn Parts,
    ) -> Result<BTreeMap<String, String>, WriteError> {
        let mut paths = BTreeMap::new();
        for document in cited {
            let Some(bytes) = parts.original(document).map_err(WriteError::Part)? else { continue };
            let path = original_path(document);
            if !self.taken.contains(&path) {
                self.add(&path, &bytes)?;
            }
            paths.insert(document.source.clone(), path);
            if let Some(capture) = &document.capture {
                self.capture(capture, parts)?;
            }
        }
        Ok(paths)
    }

    fn capture(&mut self, capture: &Capture, parts: &mut dyn Parts) -> Result<(), WriteError> {
        let name = capture.file.rsplit(['/', '\\']).next().unwrap_or_default();
        let path = format!("captures/{name}");
        if name.is_empty() || self.taken.contains(&path) {
            return Ok(());
        }
        match parts.capture(capture).map_err(WriteError::Part)? {
            Some(bytes) => self.add(&path, &bytes),
            None => Ok(()),
        }
    }

    fn texts(&mut self, cited: &[&PackDocument], parts: &mut dyn Parts) -> Result<(), WriteError> {
        for document in cited {
            let Some(path) = text_path(document).filter(|path| !self.taken.contains(path)) else { continue };
            let text = parts.text(document).map_err(WriteError::Part)?;
            self.add(&path, text.as_bytes())?;
        }
        Ok(())
    }

    fn reports(&mut self, pack: &Pack) -> Result<(), WriteError> {
        self.add(PACK, pack.to_json().as_bytes())?;
        self.add("report.html", pack.to_html().as_bytes())?;
        self.add("report.md", pack.to_markdown().as_bytes())?;
        self.add("report.docx", &pack.to_docx()?)?;
        self.add("report.xlsx", &pack.to_xlsx()?)?;
        self.add("decisions.csv", pack.to_csv(Table::Decisions).as_bytes())?;
        self.add("annotations.jsonld", pack.to_jsonld().as_bytes())?;
        for (name, svg) in pack.pictures() {
            self.add(&format!("pictures/{name}.svg"), svg.as_bytes())?;
        }
        Ok(())
    }

    fn finish(mut self, pack: &Pack) -> Result<(), WriteError> {
        self.listed.sort_by(|a, b| a.path.cmp(&b.path));
        let manifest = Manifest {
            schema: SCHEMA.to_owned(),
            tool: pack.tool.clone(),
            made: pack.made.clone(),
            head: pack.log.head.clone(),
            files: self.listed,
        };
        // String keys and no failing serializers: the only ways in which this can fail.
        let text = serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n";
        archive::add(&mut self.zip, MANIFEST, text.as_bytes())?;
        self.zip.finish()?;
        Ok(())
    }
}

impl Pack {
    /// The pictures as SVG files, by name. A set without points has none of points, a pack without evidence none of
    /// documents.
    pub fn pictures(&self) -> Vec<(&'static str, String)> {
        let view = View::new(self);
        let all = [
            ("map", Some(picture::map(&view, "map"))),
            ("points", picture::points(&view, "points")),
            ("documents", picture::documents(&view, "documents")),
        ];
        all.into_iter().filter_map(|(name, svg)| Some((name, svg?.into_string() + "\n"))).collect()
    }
}

/// `originals/` and the source, where that is a plain relative path; else the hash.
pub(crate) fn original_path(document: &PackDocument) -> String {
    let source = &document.source;
    let plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']);
    if source.split('/').all(plain) {
        return format!("originals/{source}");
    }
    format!("originals/by-hash/{}", digest(document).unwrap_or("none"))
}

/// `texts/` and the hash of the original.
pub(crate) fn text_path(document: &PackDocument) -> Option<String> {
    Some(format!("texts/{}.txt", digest(document)?))
}

fn digest(document: &PackDocument) -> Option<&str> {
    document.id.as_ref().map(|id| id.0.strip_prefix("sha256:").unwrap_or(&id.0))
}

fn log_lines(pack: &Pack) -> String {
    let line = |e: &crate::pack::LogEvent| {
        let line = LogLine { seq: e.seq, hash: e.hash.clone(), body: e.body.clone() };
        serde_json::to_string(&line).unwrap_or_default() + "\n" // cannot fail, as above
    };
    pack.log.events.iter().map(line).collect()
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}"); // writing to a String cannot fail
        out
    })
}

fn readme(pack: &Pack, originals: bool) -> String {
    let with = match originals {
        true => "originals/    the documents that are cited\n",
        false => "The originals are not in here; report.json names each by its SHA-256.\n",
    };
    format!(
        "{}\n\nMade on {} by {}.\n\n\
         report.*      the report: HTML, Markdown, Word, Excel, and JSON that `capmap import` reads\n\
         decisions.csv one row per passage\n\
         annotations.jsonld  the passages as W3C Web Annotations\n\
         pictures/     the pictures of the report\n\
         texts/        the text of each cited document, in which offsets count characters\n\
         log.jsonl     every event of the review; each hash is the SHA-256 of the hash before it, a line break and the body\n\
         {with}\
         manifest.json every file with its SHA-256\n\n\
         `capmap verify FILE.zip` checks all of this. Last hash of the log: {}\n",
        crate::html::title(pack),
        pack.made,
        pack.tool,
        pack.log.head
    )
}
