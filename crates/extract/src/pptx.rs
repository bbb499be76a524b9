//! Slides: each is a page; its title is a heading, its bullets are items, its notes stand beside.

use crate::archive::Archive;
use crate::assemble::{Raw, RawKind, Reading};
use crate::cells::Table;
use crate::limits::Deadline;
use crate::package::{Package, relations, title};
use crate::xml::{Element, Token, Xml};
use crate::{Limits, Options};
use capmap_model::{Failure, FailureKind, Role};

/// Reads a .pptx file.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let limits = &options.limits;
    let deadline = limits.deadline();
    let mut archive = Archive::open(bytes, limits)?;
    let package = Package::open(&mut archive, limits, deadline, "ppt/presentation.xml")?;
    let main = archive.xml(&package.main)?.ok_or_else(missing)?;
    let mut deck = Deck::default();
    for (number, id) in (1u32..).zip(slide_ids(Xml::new(&main, limits, deadline))?) {
        Limits::check(number.into(), limits.pages, "pages", "the number of slides")?;
        deck.page = number;
        if let Some(name) = package.by_id(&id) {
            deck.slide(&mut archive, name, limits, deadline)?;
        }
    }
    if let Some(core) = package.core.as_deref().map_or(Ok(None), |name| archive.xml(name))? {
        deck.reading.title = title(Xml::new(&core, limits, deadline)).ok().flatten();
    }
    deck.reading.pages = deck.page;
    Ok(deck.reading)
}

fn missing() -> Failure {
    Failure::new(
        FailureKind::Malformed,
        "its main part is missing; open it in PowerPoint, save it anew, and pass that",
    )
}

/// References to slides in the order in which they are shown.
fn slide_ids(mut xml: Xml<'_>) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    while let Some(token) = xml.next()? {
        if let Token::Open(e) = token
            && e.name == "sldId"
        {
            // Both `id` (a number) and `r:id` are called id here; the reference is the one that is no number.
            ids.extend(e.all("id").into_iter().find(|v| v.parse::<u64>().is_err()));
        }
    }
    Ok(ids)
}

#[derive(Default)]
struct Deck {
    reading: Reading,
    page: u32,
    tables: u32,
    table: Option<Table>,
    role: Option<Role>,
    /// What the open shape is for: `title`, `body`, `sldNum`; empty for plain boxes.
    holder: String,
    text: String,
    level: u8,
    in_text: bool,
    bullet: Option<bool>,
    in_paragraph: bool,
}

impl Deck {
    fn slide(
        &mut self,
        archive: &mut Archive<'_>,
        name: &str,
        limits: &Limits,
        deadline: Deadline,
    ) -> Result<(), Failure> {
        let Some(text) = archive.xml(name)? else { return Ok(()) };
        self.role = None;
        self.part(Xml::new(&text, limits, deadline))?;
        for notes in relations(archive, name, limits, deadline)?.iter().filter(|r| r.kind == "notesSlide") {
            if let Some(text) = archive.xml(&notes.name)? {
                self.role = Some(Role::Note);
                self.part(Xml::new(&text, limits, deadline))?;
            }
        }
        Ok(())
    }

    fn part(&mut self, mut xml: Xml<'_>) -> Result<(), Failure> {
        while let Some(token) = xml.next()? {
            match token {
                Token::Open(e) => self.open(&e),
                Token::Close(name) => self.close(&name),
                Token::Text(text) if self.in_text => self.text.push_str(&text),
                Token::Text(_) => {}
            }
        }
        self.table = None;
        Ok(())
    }

    fn open(&mut self, e: &Element<'_>) {
        match e.name.as_str() {
            "sp" => self.holder.clear(),
            // A placeholder without a type holds the slide's body.
            "ph" => self.holder = e.attr("type").unwrap_or_else(|| "body".to_owned()),
            "p" => {
                self.in_paragraph = true;
                self.level = 0;
                self.bullet = None;
            }
            "pPr" => self.level = e.attr("lvl").and_then(|l| l.parse().ok()).unwrap_or(0),
            "buNone" => self.bullet = Some(false),
            "buChar" | "buAutoNum" => self.bullet = Some(true),
            "t" => self.in_text = true,
            "br" if self.in_paragraph => self.text.push('\n'),
            "tbl" => self.table = Some(Table::default()),
            "tr" => self.table.as_mut().map_or((), Table::open_row),
            "tc" => {
                if let Some(table) = &mut self.table {
                    table.open_cell();
                    table.span(e.attr("gridSpan").and_then(|n| n.parse().ok()).unwrap_or(1));
                    if e.attr("hMerge").is_some_and(|v| v == "1") {
                        table.deleted_cell();
                    }
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" => self.end_paragraph(),
            "sp" => self.holder.clear(),
            "tc" => self.table.as_mut().map_or((), Table::close_cell),
            "tr" => self.table.as_mut().map_or((), Table::close_row),
            "tbl" => {
                let role = self.role.unwrap_or(Role::Main);
                let number = self.tables;
                for raw in self.table.take().into_iter().flat_map(|t| t.finish(number, role)) {
                    self.emit(raw);
                }
                self.tables += 1;
            }
            _ => {}
        }
    }

    fn end_paragraph(&mut self) {
        self.in_paragraph = false;
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let in_body = matches!(self.holder.as_str(), "body" | "obj" | "subTitle");
        let is_item =
            self.bullet.unwrap_or(self.holder == "body" || self.holder == "obj") && self.role.is_none();
        let raw = match self.holder.as_str() {
            "title" | "ctrTitle" => Raw::new(RawKind::Heading { level: 1, number: None }, text),
            "sldNum" | "ftr" | "dt" | "hdr" => Raw::new(RawKind::Paragraph, text).with_role(Role::Footer),
            _ if is_item && (in_body || self.bullet == Some(true)) => {
                Raw::new(RawKind::Item { depth: self.level, number: None }, format!("• {text}"))
            }
            _ => Raw::new(RawKind::Paragraph, text),
        };
        match &mut self.table {
            Some(table) => table.push(raw, false),
            None => self.emit(raw),
        }
    }

    fn emit(&mut self, raw: Raw) {
        let role = self.role.unwrap_or(raw.role);
        self.reading.raw.push(Raw { page: Some(self.page), ..raw.with_role(role) });
    }
}

#[cfg(test)]
mod tests {
    use crate::Options;
    use std::io::Write as _;

    #[test]
    fn slides_in_order() {
        let rel = |rows: &str| format!("<Relationships>{rows}</Relationships>");
        let shape =
            |holder: &str, inner: &str| format!("<sp><nvPr>{holder}</nvPr><txBody>{inner}</txBody></sp>");
        let p = |properties: &str, text: &str| format!("<p>{properties}<r><t>{text}</t></r></p>");
        let first = shape("<ph type='title'/>", &p("", "Offer"))
            + &shape("<ph idx='1'/>", &(p("", "tag") + &p("<pPr lvl='1'/>", "deep")));
        let second = shape("", &p("", "free words"));
        let parts = [
            ("_rels/.rels", rel("<Relationship Id='a' Type='x/officeDocument' Target='ppt/p.xml'/>")),
            (
                "ppt/_rels/p.xml.rels",
                rel(
                    "<Relationship Id='rB' Type='x/slide' Target='b.xml'/><Relationship Id='rA' Type='x/slide' Target='a.xml'/>",
                ),
            ),
            (
                "ppt/p.xml",
                "<p xmlns:r='r'><sldId id='256' r:id='rA'/><sldId r:id='rB' id='257'/></p>".to_owned(),
            ),
            ("ppt/a.xml", format!("<sld>{first}</sld>")),
            ("ppt/b.xml", format!("<sld>{second}</sld>")),
        ];
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        let outcome = crate::read(&bytes, "a", capmap_model::Format::Pptx, &Options::default(), &mut |_| {});
        let document = outcome.document().unwrap();
        assert_eq!(document.text, "Offer\n\n• tag\n• deep\n\nfree words");
        assert_eq!(document.page_at(document.text.len() - 1), Some(2));
    }
}
