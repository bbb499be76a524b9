//! Word documents: zip and XML as a stream, read as a person sees the document in its final view.
//!
//! Headings and lists get the numbers that Word shows, tracked deletions are left out, insertions kept, both counted;
//! comments and hidden runs are kept apart; headers, footers and notes come after the body in roles of their own.

mod body;
mod fields;
mod numbering;
mod paragraph;
mod run;
mod styles;

use crate::Options;
use crate::archive::Archive;
use crate::assemble::Reading;
use crate::package::{Package, title};
use crate::xml::{Token, Xml};
use capmap_model::{Failure, FailureKind, Hidden, HiddenWhy, Role};
use std::collections::BTreeSet;

/// Reads a .docx file.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let limits = &options.limits;
    let deadline = limits.deadline();
    let mut archive = Archive::open(bytes, limits)?;
    let package = Package::open(&mut archive, limits, deadline, "word/document.xml")?;
    let mut part = |name: Option<&str>| name.map_or(Ok(None), |n| archive.xml(n));
    let styles_xml = part(package.first("styles"))?.unwrap_or_default();
    let numbering_xml = part(package.first("numbering"))?.unwrap_or_default();
    let styles = styles::Styles::read(Xml::new(&styles_xml, limits, deadline))?;
    let numbering = numbering::Numbering::read(Xml::new(&numbering_xml, limits, deadline))?;
    let mut reader = body::Body::new(&styles, numbering);
    let main = part(Some(&package.main))?.ok_or_else(|| missing(&package.main))?;
    reader.read(Xml::new(&main, limits, deadline), Role::Main)?;
    for (kind, role) in [
        ("header", Role::Header),
        ("footer", Role::Footer),
        ("footnotes", Role::Note),
        ("endnotes", Role::Note),
    ] {
        for name in package.all(kind) {
            if let Some(text) = part(Some(name))? {
                reader.read(Xml::new(&text, limits, deadline), role)?;
            }
        }
    }
    let mut reading = reader.finish();
    drop_repeats(&mut reading);
    for name in package.all("comments") {
        if let Some(text) = part(Some(name))? {
            comments(Xml::new(&text, limits, deadline), &mut reading)?;
        }
    }
    if let Some(core) = part(package.core.as_deref())? {
        reading.title = title(Xml::new(&core, limits, deadline)).ok().flatten();
    }
    reading.language = styles.language.clone();
    Ok(reading)
}

fn missing(name: &str) -> Failure {
    Failure::new(
        FailureKind::Malformed,
        format!("its part {name} is missing; open it in Word, save it anew, and pass that"),
    )
}

/// First, even and default headers often say the same: once is enough.
fn drop_repeats(reading: &mut Reading) {
    let mut seen = BTreeSet::new();
    reading.raw.retain(|raw| match raw.role {
        Role::Header | Role::Footer if !raw.text.is_empty() => seen.insert(raw.text.clone()),
        _ => true,
    });
}

/// Comments are in the file, and no text of the document.
fn comments(mut xml: Xml<'_>, reading: &mut Reading) -> Result<(), Failure> {
    let mut text = String::new();
    let mut in_text = false;
    while let Some(token) = xml.next()? {
        match token {
            Token::Open(e) => in_text = e.name == "t",
            Token::Text(t) if in_text => text.push_str(&t),
            Token::Text(_) => {}
            Token::Close(name) => {
                in_text = false;
                match name.as_str() {
                    "p" => text.push(' '),
                    "comment" => {
                        let text = std::mem::take(&mut text);
                        reading.hidden.push(Hidden { text, page: None, why: HiddenWhy::Comment });
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
