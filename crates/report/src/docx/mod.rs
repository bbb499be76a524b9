//! The pack as a Word document: committees use Word. The same parts in the same order as the page, with headings that Word's
//! navigation shows.

mod evidence;
mod parts;
mod sheet;

use crate::archive;
use crate::error::WriteError;
use crate::html::{title, warnings};
use crate::pack::Pack;
use crate::view::View;
use crate::words;
use sheet::Sheet;
use std::io::Cursor;

impl Pack {
    /// The pack as DOCX.
    ///
    /// # Errors
    /// [`WriteError`] where the archive cannot be written.
    pub fn to_docx(&self) -> Result<Vec<u8>, WriteError> {
        let view = View::new(self);
        let mut sheet = Sheet::default();
        sheet.heading(1, &title(self));
        let set = &self.criteria;
        sheet.quiet(&format!("{} · {}, version {} · {}", set.name, set.id, set.version, self.made));
        for warning in warnings(self) {
            sheet.strong(warning);
        }
        parts::reading(&mut sheet, &view);
        parts::verdict(&mut sheet, &view);
        parts::map(&mut sheet, &view);
        evidence::section(&mut sheet, &view);
        parts::missing(&mut sheet, &view);
        parts::readiness(&mut sheet, &view);
        parts::documents(&mut sheet, &view);
        parts::log(&mut sheet, &view);
        made(&mut sheet, self);
        let mut written = Cursor::new(Vec::new());
        sheet.finish(&self.made).pack(&mut written).map_err(|e| WriteError::Part(e.to_string()))?;
        archive::repack(&written.into_inner(), in_order)
    }
}

fn made(sheet: &mut Sheet, pack: &Pack) {
    let lexicon = pack.lexicon.as_ref().map(|l| format!(", lexicon {l}")).unwrap_or_default();
    let set = &pack.criteria;
    let events = words::count(pack.log.events.len(), "event", "events");
    sheet.quiet(&format!(
        "Made on {} by {} with criteria {} {}{lexicon}. The log has {events}; its last hash is {}.",
        pack.made, pack.tool, set.id, set.version, pack.log.head
    ));
}

/// The library writes links in the order of a hash map; here they stand by their ids.
fn in_order(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    const ELEMENT: &str = "<Relationship ";
    const END: &str = "</Relationships>";
    let text = match String::from_utf8(bytes) {
        Ok(text) if path == "word/_rels/document.xml.rels" => text,
        Ok(text) => return text.into_bytes(),
        Err(error) => return error.into_bytes(),
    };
    let Some(body) = text.strip_suffix(END) else { return text.into_bytes() };
    let mut parts = body.split(ELEMENT);
    let head = parts.next().unwrap_or_default();
    let mut links: Vec<&str> = parts.collect();
    links.sort_unstable();
    let links: String = links.iter().map(|link| format!("{ELEMENT}{link}")).collect();
    format!("{head}{links}{END}").into_bytes()
}
