//! Writes exchanges: request, response and metadata, each a record of its own gzip member, so that a reader can jump to it.

use super::rfc3339;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::Path;

/// One file under writing. Records are only ever added.
pub(crate) struct Writer {
    file: File,
    /// Bytes written so far: where the next record begins.
    at: u64,
    serial: u64,
    info: String,
}

/// What was asked and answered.
pub(crate) struct Exchange<'a> {
    pub url: &'a str,
    /// Seconds since 1970.
    pub time: u64,
    /// The request's head, as sent.
    pub request: &'a [u8],
    pub status: u16,
    pub headers: &'a [(String, Vec<u8>)],
    /// As received, still packed.
    pub body: &'a [u8],
    pub peer: Option<std::net::IpAddr>,
    /// Why the body is not whole: `length`, `time` or `disconnect`.
    pub truncated: Option<&'static str>,
    /// For a 304: record, address and time of the capture that it confirms.
    pub confirms: Option<(&'a str, &'a str, &'a str)>,
    /// Further facts, as `name: value`.
    pub facts: &'a [(&'a str, String)],
}

/// Where a response stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    /// `<urn:uuid:...>`
    pub record: String,
    /// Where its gzip member begins.
    pub offset: u64,
    /// Where the last record of the exchange ends.
    pub end: u64,
}

impl Writer {
    /// Begins a file that must not exist yet.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) fn create(path: &Path, time: u64, agent: &str) -> io::Result<Writer> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut writer = Writer { file, at: 0, serial: 0, info: String::new() };
        writer.info = writer.id(&name, time);
        let about = format!("software: {agent}\r\nformat: WARC File Format 1.1\r\nrobots: obey\r\n");
        let fields = [
            ("WARC-Type", "warcinfo".to_owned()),
            ("WARC-Record-ID", writer.info.clone()),
            ("WARC-Date", rfc3339(time)),
            ("WARC-Filename", name),
            ("Content-Type", "application/warc-fields".to_owned()),
        ];
        writer.record(&fields, &[about.as_bytes()])?;
        Ok(writer)
    }

    /// Adds an exchange, on the disk when this returns.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) fn add(&mut self, exchange: &Exchange<'_>) -> io::Result<Place> {
        let ids = [0, 1, 2].map(|_| self.id(exchange.url, exchange.time));
        let [request, response, metadata] = &ids;
        let base = |kind: &str, id: &str, media: &str| {
            vec![
                ("WARC-Type", kind.to_owned()),
                ("WARC-Record-ID", id.to_owned()),
                ("WARC-Date", rfc3339(exchange.time)),
                ("WARC-Target-URI", exchange.url.to_owned()),
                ("WARC-Warcinfo-ID", self.info.clone()),
                ("Content-Type", media.to_owned()),
            ]
        };
        let mut asked = base("request", request, "application/http; msgtype=request");
        asked.push(("WARC-Concurrent-To", response.clone()));
        let mut told = base("metadata", metadata, "application/warc-fields");
        told.push(("WARC-Concurrent-To", response.clone()));
        let kind = if exchange.confirms.is_some() { "revisit" } else { "response" };
        let mut answered = base(kind, response, "application/http; msgtype=response");
        answered.extend(answer_fields(exchange));

        let (head, body) = (response_head(exchange), exchange.body);
        let begins = self.at;
        self.record(&answered, &[head.as_slice(), body])?;
        self.record(&asked, &[exchange.request])?;
        let facts: String = exchange.facts.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
        self.record(&told, &[facts.as_bytes()])?;
        self.file.sync_data()?;
        Ok(Place { record: response.clone(), offset: begins, end: self.at })
    }

    /// The block comes in parts and goes out packed as it goes along: answers are large, and are not held twice.
    fn record(&mut self, fields: &[(&str, String)], block: &[&[u8]]) -> io::Result<()> {
        let mut head = String::from("WARC/1.1\r\n");
        for (name, value) in fields {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let length: usize = block.iter().map(|part| part.len()).sum();
        head.push_str(&format!("WARC-Block-Digest: {}\r\nContent-Length: {length}\r\n\r\n", digest(block)));
        let mut packed = GzEncoder::new(&mut self.file, Compression::default());
        packed.write_all(head.as_bytes())?;
        for part in block {
            packed.write_all(part)?;
        }
        packed.write_all(b"\r\n\r\n")?;
        packed.finish()?;
        self.at = self.file.stream_position()?;
        Ok(())
    }

    /// A name for a record that no other has: made of what it is about, when, and a running number.
    fn id(&mut self, about: &str, time: u64) -> String {
        self.serial += 1;
        let hash = Sha256::digest(format!("{}\n{about}\n{time}\n{}", self.info, self.serial));
        let mut b: [u8; 16] = [0; 16];
        b.copy_from_slice(&hash[..16]);
        // Version 8 of RFC 9562: made by a rule of our own.
        b[6] = (b[6] & 0x0f) | 0x80;
        b[8] = (b[8] & 0x3f) | 0x80;
        let hex: String = b.iter().map(|b| format!("{b:02x}")).collect();
        let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
        format!("<urn:uuid:{}>", parts.join("-"))
    }
}

fn answer_fields(exchange: &Exchange<'_>) -> Vec<(&'static str, String)> {
    let mut fields = vec![("WARC-Payload-Digest", digest(&[exchange.body]))];
    fields.extend(exchange.peer.map(|ip| ("WARC-IP-Address", ip.to_string())));
    fields.extend(exchange.truncated.map(|why| ("WARC-Truncated", why.to_owned())));
    if let Some((record, url, time)) = exchange.confirms {
        let profile = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
        fields.push(("WARC-Profile", profile.to_owned()));
        fields.push(("WARC-Refers-To", record.to_owned()));
        fields.push(("WARC-Refers-To-Target-URI", url.to_owned()));
        fields.push(("WARC-Refers-To-Date", time.to_owned()));
    }
    fields
}

/// The head as received. How the body was framed on the wire is gone by then, so that field is kept under another name.
fn response_head(exchange: &Exchange<'_>) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", exchange.status, reason(exchange.status)).into_bytes();
    for (name, value) in exchange.headers {
        let framing = name.eq_ignore_ascii_case("transfer-encoding");
        head.extend_from_slice(if framing { b"X-Archive-Orig-Transfer-Encoding" } else { name.as_bytes() });
        head.extend_from_slice(b": ");
        head.extend(value.iter().map(|&b| if b == b'\r' || b == b'\n' { b' ' } else { b }));
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn reason(status: u16) -> &'static str {
    reqwest::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("Unknown")
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let hex: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}
