//! Reads captures from any WARC file, packed per record or as a whole or not at all, of version 1.0 or 1.1, record by
//! record: a file of many gigabytes is read in little memory.

use crate::fetch::unpack;
use flate2::bufread::MultiGzDecoder;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use thiserror::Error;

/// A WARC file that cannot be read on.
#[derive(Debug, Error)]
pub enum WarcError {
    /// The file system's refusal, or broken packing.
    #[error("the capture file cannot be read on: {0}")]
    Io(#[from] io::Error),
    /// Not what the format says.
    #[error("the capture file is broken: {0}")]
    Broken(String),
}

/// A page in a file of captures.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured {
    /// The address that answered.
    pub url: String,
    /// RFC 3339, as the file says.
    pub time: String,
    /// WARC-Record-ID.
    pub record: String,
    /// What the server said.
    pub status: u16,
    /// The kind that the server said, in small letters and without parameters.
    pub media: String,
    /// The charset that the server said.
    pub charset: Option<String>,
    /// Unpacked; or why there is none.
    pub body: Result<Vec<u8>, Skip>,
}

/// Why a record gives no page.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Skip(pub String);

/// The captures of a file, in its order.
pub struct Records {
    input: Box<dyn BufRead + Send>,
    most: u64,
    ended: bool,
}

const LONGEST_HEAD: usize = 256 * 1024;

impl Records {
    /// Opens a file. Answers larger than `most` bytes, packed or unpacked, are skipped.
    ///
    /// # Errors
    /// What the file system said.
    pub fn open(path: &Path, most: u64) -> Result<Records, WarcError> {
        Records::at(path, 0, most)
    }

    /// Opens a file at a record.
    pub(crate) fn at(path: &Path, offset: u64, most: u64) -> Result<Records, WarcError> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut file = BufReader::with_capacity(1 << 16, file);
        let packed = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let input: Box<dyn BufRead + Send> =
            if packed { Box::new(BufReader::new(MultiGzDecoder::new(file))) } else { Box::new(file) };
        Ok(Records { input, most, ended: false })
    }

    fn step(&mut self) -> Result<Option<Option<Captured>>, WarcError> {
        let Some(head) = self.head()? else { return Ok(None) };
        let length: u64 = head
            .get("content-length")
            .and_then(|l| l.parse().ok())
            .ok_or_else(|| WarcError::Broken("a record does not say how long it is".to_owned()))?;
        let kind = head.get("warc-type").unwrap_or_default().to_ascii_lowercase();
        let wanted = matches!(kind.as_str(), "response" | "resource" | "revisit" | "conversion");
        let address = head.get("warc-target-uri").unwrap_or_default().trim_matches(['<', '>']).to_owned();
        if !wanted || !address.starts_with("http") {
            self.skip(length)?;
            return Ok(Some(None));
        }
        let block = self.block(length)?;
        Ok(Some(Some(captured(&head, kind.as_str(), address, block, self.most))))
    }

    /// The next record's fields; none at the end of the file.
    fn head(&mut self) -> Result<Option<Fields>, WarcError> {
        let mut version = String::new();
        while version.is_empty() {
            let Some(line) = self.line()? else { return Ok(None) };
            version = line;
        }
        if !version.starts_with("WARC/") {
            return Err(WarcError::Broken("a record does not begin with its version".to_owned()));
        }
        let mut fields = Fields::default();
        loop {
            let cut = || WarcError::Broken("it ends inside a record".to_owned());
            let line = self.line()?.ok_or_else(cut)?;
            if line.is_empty() {
                return Ok(Some(fields));
            }
            fields.add(&line);
        }
    }

    fn line(&mut self) -> Result<Option<String>, WarcError> {
        let mut line = Vec::new();
        (&mut self.input).take(LONGEST_HEAD as u64).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.last() != Some(&b'\n') {
            return Err(WarcError::Broken("a line without end".to_owned()));
        }
        let text = String::from_utf8_lossy(&line);
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    fn block(&mut self, length: u64) -> Result<Result<Vec<u8>, Skip>, WarcError> {
        // The head of an answer stands in the block too.
        if length > self.most.saturating_add(LONGEST_HEAD as u64) {
            self.skip(length)?;
            return Ok(Err(Skip(format!("larger than the limit of {} bytes (page_bytes)", self.most))));
        }
        let mut block = Vec::new();
        (&mut self.input).take(length).read_to_end(&mut block)?;
        if (block.len() as u64) < length {
            return Err(WarcError::Broken("it ends inside a record".to_owned()));
        }
        Ok(Ok(block))
    }

    fn skip(&mut self, length: u64) -> Result<(), WarcError> {
        let passed = io::copy(&mut (&mut self.input).take(length), &mut io::sink())?;
        if passed < length {
            return Err(WarcError::Broken("it ends inside a record".to_owned()));
        }
        Ok(())
    }
}

impl Iterator for Records {
    type Item = Result<Captured, WarcError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.step() {
                Ok(Some(Some(captured))) => return Some(Ok(captured)),
                Ok(Some(None)) => {}
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }
}

#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    fn add(&mut self, line: &str) {
        match line.split_once(':') {
            // A line that begins with a space goes on with the one before.
            _ if line.starts_with([' ', '\t']) => {
                self.0.iter_mut().last().into_iter().for_each(|f| f.1 = format!("{} {}", f.1, line.trim()));
            }
            Some((name, value)) => self.0.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
            None => {}
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

fn captured(head: &Fields, kind: &str, url: String, block: Result<Vec<u8>, Skip>, most: u64) -> Captured {
    let field = |name| head.get(name).unwrap_or_default().to_owned();
    let mut captured = Captured {
        url,
        time: field("warc-date"),
        record: field("warc-record-id"),
        status: 200,
        media: String::new(),
        charset: None,
        body: Err(Skip(String::new())),
    };
    let is_http = head.get("content-type").is_some_and(|t| t.starts_with("application/http"));
    captured.body = block.and_then(|block| match kind {
        "revisit" => Err(Skip("says that nothing has changed since another capture".to_owned())),
        _ if is_http => http_body(&block, &mut captured, most),
        _ => {
            captured.say(head.get("content-type").unwrap_or_default());
            Ok(block)
        }
    });
    if head.get("warc-truncated").is_some() && captured.body.is_ok() {
        captured.body = Err(Skip("only a part of the answer was captured".to_owned()));
    }
    captured
}

/// Takes an HTTP answer apart, and undoes how it was framed and packed.
fn http_body(block: &[u8], into: &mut Captured, most: u64) -> Result<Vec<u8>, Skip> {
    let end = block.windows(4).position(|w| w == b"\r\n\r\n").map(|at| (at, at + 4));
    let end = end.or_else(|| block.windows(2).position(|w| w == b"\n\n").map(|at| (at, at + 2)));
    let (end, begins) = end.unwrap_or((block.len(), block.len()));
    let head = String::from_utf8_lossy(&block[..end]);
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split_whitespace().nth(1)).and_then(|s| s.parse().ok());
    into.status = status.ok_or_else(|| Skip("the capture holds no HTTP answer".to_owned()))?;
    let mut fields = Fields::default();
    lines.for_each(|line| fields.add(line));
    into.say(fields.get("content-type").unwrap_or_default());
    let body = &block[begins..];
    let chunked = fields.get("transfer-encoding").is_some_and(|t| t.to_ascii_lowercase().contains("chunked"));
    let joined = if chunked { dechunked(body) } else { None };
    let body = joined.as_deref().unwrap_or(body);
    let unpacked = unpack(body, fields.get("content-encoding").unwrap_or_default(), most);
    match unpacked {
        // Some tools unpack and leave the field standing.
        Err(_) if !packed(body) => Ok(body.to_vec()),
        other => other.map(Cow::into_owned).map_err(|failure| Skip(failure.detail)),
    }
}

fn packed(body: &[u8]) -> bool {
    body.starts_with(&[0x1f, 0x8b])
        || body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
        || std::str::from_utf8(body).is_err()
}

/// None where the body is not in chunks, whatever its head says.
fn dechunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    loop {
        let end = body.windows(2).take(1024).position(|w| w == b"\r\n")?;
        let size = std::str::from_utf8(&body[..end]).ok()?.split(';').next()?.trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        body = &body[end + 2..];
        if size == 0 {
            return Some(out);
        }
        out.extend_from_slice(body.get(..size)?);
        body = body.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

impl Captured {
    fn say(&mut self, content_type: &str) {
        (self.media, self.charset) = crate::fetch::media(content_type);
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
