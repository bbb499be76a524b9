//! XML parts as a stream of three kinds of token, with the limits that untrusted XML needs.
//!
//! Names come without their prefix: the strict and the transitional dialect of Office differ only in namespaces, and no
//! two elements that are read here differ only in theirs. Document type definitions are refused, so entities cannot grow.

use crate::Limits;
use crate::limits::{Deadline, over};
use capmap_model::{Failure, FailureKind};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;

/// A part of the stream. Empty elements come as an opening and a closing.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    /// An element begins.
    Open(Element<'a>),
    /// An element ends.
    Close(String),
    /// Characters, with references resolved.
    Text(String),
}

/// An opening tag.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    /// Without prefix.
    pub name: String,
    tag: BytesStart<'a>,
}

impl Element<'_> {
    /// The value of the attribute with this name, whatever its prefix.
    pub(crate) fn attr(&self, name: &str) -> Option<String> {
        let mut attributes = self.tag.attributes();
        attributes.with_checks(false).flatten().take(100).find_map(|a| {
            let local = a.key.local_name();
            (local.as_ref() == name).then(|| unescaped(&a.value))
        })
    }

    /// The values of all attributes with this name: prefixes tell them apart in the file, not here.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let mut attributes = self.tag.attributes();
        let named =
            attributes.with_checks(false).flatten().take(100).filter(|a| a.key.local_name().as_ref() == name);
        named.map(|a| unescaped(&a.value)).collect()
    }

    /// The whole number in attribute `val`.
    pub(crate) fn val_number(&self) -> Option<i64> {
        self.attr("val").and_then(|v| v.trim().parse().ok())
    }

    /// A property that is on unless its value says no.
    pub(crate) fn is_on(&self) -> bool {
        self.attr("val").is_none_or(|v| !matches!(v.as_str(), "0" | "false" | "off" | "none"))
    }
}

fn unescaped(value: &str) -> String {
    quick_xml::escape::unescape(value).map_or_else(|_| value.to_owned(), Cow::into_owned)
}

/// The stream.
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    depth: u64,
    limits: &'a Limits,
    deadline: Deadline,
    steps: u32,
}

impl<'a> Xml<'a> {
    /// Reads `text`; `deadline` bounds the time.
    pub(crate) fn new(text: &'a str, limits: &'a Limits, deadline: Deadline) -> Xml<'a> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().check_end_names = false;
        Xml { reader, depth: 0, limits, deadline, steps: 0 }
    }

    /// The next token; none at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, Failure> {
        loop {
            self.steps = self.steps.wrapping_add(1);
            if self.steps.is_multiple_of(8192) {
                self.deadline.check()?;
            }
            let event = self.reader.read_event().map_err(|e| {
                Failure::new(
                    FailureKind::Malformed,
                    format!("its XML is damaged ({e}); open it, save it anew, and pass that"),
                )
            })?;
            match event {
                Event::Start(tag) => return self.open(tag).map(Some),
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Token::Close(tag.local_name().as_ref().to_owned())));
                }
                Event::Text(text) => return Ok(Some(Token::Text(text.xml10_content().into_owned()))),
                Event::CData(text) => return Ok(Some(Token::Text(text.xml10_content().into_owned()))),
                Event::GeneralRef(reference) => {
                    let text = reference.xml10_content();
                    if let Some(c) = resolve(&text) {
                        return Ok(Some(Token::Text(c.to_string())));
                    }
                }
                Event::DocType(_) => return Err(doctype()),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn open(&mut self, tag: BytesStart<'a>) -> Result<Token<'a>, Failure> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(over(self.limits.depth, "depth", "the depth of nested elements"));
        }
        Ok(Token::Open(Element { name: tag.local_name().as_ref().to_owned(), tag }))
    }
}

fn doctype() -> Failure {
    let detail =
        "holds a document type definition, which Office never writes; open it, save it anew, and pass that";
    Failure::new(FailureKind::Malformed, detail)
}

/// `amp`, `#233`, `#xe9`.
fn resolve(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
