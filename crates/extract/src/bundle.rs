//! Files that hold documents: a mail with attachments, an archive. Each document inside becomes a section headed by its name.
//!
//! The whole stays one input with one text, so that a citation names the file that somebody handed in, and the section the
//! document inside it. Bundles inside bundles are named and not opened.

use crate::archive::Archive;
use crate::assemble::{Raw, RawKind, Reading};
use crate::read::{Progress, dispatch};
use crate::{Limits, Options, html, sniff, text};
use capmap_model::{Failure, FailureKind, Format, Role};
use mail_parser::{MessageParser, MimeHeaders};

/// Collects the documents of a bundle.
#[derive(Default)]
struct Bundle {
    reading: Reading,
    tables: u32,
    /// Documents met so far, read or not.
    count: u64,
    unread: Vec<String>,
}

impl Bundle {
    /// Adds what was read under the heading `name`; none for the mail's own body.
    fn add(&mut self, name: Option<&str>, mut reading: Reading) {
        if let Some(name) = name {
            self.reading.raw.push(Raw::new(RawKind::Heading { level: 1, number: None }, name));
        }
        let mut next = self.tables;
        for raw in &mut reading.raw {
            match &mut raw.kind {
                RawKind::Row { table, .. } => {
                    *table = table.saturating_add(self.tables);
                    next = next.max(table.saturating_add(1));
                }
                RawKind::Heading { level, .. } if name.is_some() => *level = level.saturating_add(1),
                _ => {}
            }
            // The pages of a document inside are not pages of the file.
            raw.page = None;
            raw.page_breaks.clear();
        }
        self.tables = next;
        self.reading.raw.append(&mut reading.raw);
        self.reading
            .hidden
            .extend(reading.hidden.into_iter().map(|h| capmap_model::Hidden { page: None, ..h }));
        let prefix = name.map_or(String::new(), |n| format!("{n}: "));
        self.reading.notes.extend(reading.notes.into_iter().map(|note| format!("{prefix}{note}")));
        if let (Some(failure), Some(name)) = (reading.failure, name) {
            self.unread.push(format!("{name}: {failure}"));
        }
    }

    /// Reads one document inside and adds it.
    fn open(
        &mut self,
        name: &str,
        bytes: &[u8],
        options: &Options,
        progress: &mut Progress<'_>,
    ) -> Result<(), Failure> {
        self.count += 1;
        Limits::check(
            self.count,
            options.limits.attachments,
            "attachments",
            "the number of documents inside",
        )?;
        let format = sniff(bytes, name);
        let result = match format {
            Format::Other | Format::Zip | Format::Email | Format::Warc => {
                Err("not a document that is read".to_owned())
            }
            format => dispatch(bytes, format, options, progress).map_err(|failure| failure.detail),
        };
        match result {
            Ok(reading) => self.add(Some(name), reading),
            Err(why) if is_decoration(bytes) => self.reading.notes.push(format!("{name}: {why}")),
            Err(why) => self.unread.push(format!("{name}: {why}")),
        }
        Ok(())
    }

    fn finish(mut self) -> Reading {
        if !self.unread.is_empty() {
            let detail = format!("not all inside it could be read: {}", self.unread.join("; "));
            self.reading.failure = Some(Failure::new(FailureKind::Unsupported, detail));
        }
        self.reading
    }
}

/// Small images of signatures and letterheads.
fn is_decoration(bytes: &[u8]) -> bool {
    let image =
        [b"\x89PNG".as_slice(), b"\xff\xd8\xff", b"GIF8"].iter().any(|magic| bytes.starts_with(magic));
    image && bytes.len() < 200_000
}

/// Reads a mail: its body, then its attachments.
pub(crate) fn read_mail(
    bytes: &[u8],
    options: &Options,
    progress: &mut Progress<'_>,
) -> Result<Reading, Failure> {
    let broken = || {
        Failure::new(
            FailureKind::Malformed,
            "not a mail message that can be taken apart; save it as PDF or text",
        )
    };
    let message = MessageParser::default().parse(bytes).ok_or_else(broken)?;
    let mut bundle = Bundle::default();
    if let Some(subject) = message.subject() {
        let heading = Raw::new(RawKind::Heading { level: 1, number: None }, subject);
        bundle.add(None, Reading { raw: vec![heading], ..Reading::default() });
    }
    let plain = message.text_bodies().filter(|p| !p.is_text_html()).find_map(|p| p.text_contents());
    let body = match (message.html_bodies().find(|p| p.is_text_html()).and_then(|p| p.text_contents()), plain)
    {
        (Some(markup), _) => Reading { raw: html::fragment(markup, &options.limits)?, ..Reading::default() },
        (None, Some(words)) => text::of_text(words),
        (None, None) => Reading::default(),
    };
    bundle.add(None, quoted_apart(body));
    for (number, part) in message.attachments().enumerate() {
        let name = part.attachment_name().map_or_else(|| format!("attachment {}", number + 1), str::to_owned);
        bundle.open(&name, part.contents(), options, progress)?;
    }
    let mut reading = bundle.finish();
    reading.title = message.subject().map(str::to_owned);
    Ok(reading)
}

/// Lines that quote an earlier mail are beside the matter.
fn quoted_apart(mut body: Reading) -> Reading {
    for raw in &mut body.raw {
        if raw.text.starts_with('>') {
            raw.role = Role::Aside;
        }
    }
    body
}

/// Reads the documents of an archive, by name.
pub(crate) fn read_zip(
    bytes: &[u8],
    options: &Options,
    progress: &mut Progress<'_>,
) -> Result<Reading, Failure> {
    let mut archive = Archive::open(bytes, &options.limits)?;
    let mut bundle = Bundle::default();
    for name in archive.names() {
        let file = name.rsplit('/').next().unwrap_or("");
        let litter = file.is_empty() || file.starts_with('.') || name.starts_with("__MACOSX/");
        if litter {
            continue;
        }
        match archive.part(&name) {
            Ok(Some(part)) => bundle.open(&name, &part, options, progress)?,
            Ok(None) => {}
            Err(failure) if failure.kind == FailureKind::Limit => return Err(failure),
            Err(failure) => bundle.unread.push(format!("{name}: {failure}")),
        }
    }
    if bundle.count == 0 {
        return Err(Failure::new(FailureKind::Empty, "the archive holds no documents"));
    }
    Ok(bundle.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(bytes: &[u8], format: Format) -> capmap_model::Outcome {
        crate::read(bytes, "a", format, &Options::default(), &mut |_| {})
    }

    #[test]
    fn mail_with_attachment() {
        let mail = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: =?utf-8?q?Caf=C3=A9_SOW?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n\
            Gr\xfc\xdfe.\r\n\r\n> We wrote before.\r\n--x\r\nContent-Type: text/html; name=\"s.html\"\r\n\
            Content-Disposition: attachment; filename=\"s.html\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
            PGgxPjEgU2NvcGU8L2gxPjxwPldlIHRhZy48L3A+\r\n--x--\r\n";
        assert_eq!(sniff(mail, "m"), Format::Email);
        let outcome = outcome(mail, Format::Email);
        let document = outcome.document().unwrap();
        assert_eq!(
            document.text,
            "Caf\u{e9} SOW\n\nGr\u{fc}\u{df}e.\n\n> We wrote before.\n\ns.html\n\n1 Scope\n\nWe tag."
        );
        let last = document.blocks.len() - 1;
        assert_eq!(document.section_path(last), ["s.html", "1 Scope"]);
        assert_eq!(document.blocks[2].role, Role::Aside);
    }

    #[test]
    fn archive_of_documents() {
        use std::io::Write as _;
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, words) in
            [("b/two.md", "# Two\n\nWords of two."), ("a.txt", "Words of one."), ("x.bin", "\0\u{1}\u{2}")]
        {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(words.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert_eq!(sniff(&bytes, "x"), Format::Zip);
        let outcome = outcome(&bytes, Format::Zip);
        assert_eq!(
            outcome.document().unwrap().text,
            "a.txt\n\nWords of one.\n\nb/two.md\n\nTwo\n\nWords of two."
        );
        assert!(outcome.failure().unwrap().detail.contains("x.bin"));
    }
}
