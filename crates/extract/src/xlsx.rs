//! Spreadsheets: each sheet is a section with one table; cells are shown as they are stored.

use crate::archive::Archive;
use crate::assemble::{Raw, RawKind, Reading};
use crate::limits::{Deadline, over};
use crate::package::Package;
use crate::xml::{Token, Xml};
use crate::{Limits, Options};
use capmap_model::{Failure, FailureKind};

/// Most columns of a row that are kept: further ones hold nothing that people read.
const WIDEST: usize = 256;

/// Reads an .xlsx file.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let limits = &options.limits;
    let deadline = limits.deadline();
    let mut archive = Archive::open(bytes, limits)?;
    let package = Package::open(&mut archive, limits, deadline, "xl/workbook.xml")?;
    let main = archive.xml(&package.main)?.ok_or_else(missing)?;
    let shared = match package.first("sharedStrings") {
        Some(name) => strings(Xml::new(&archive.xml(name)?.unwrap_or_default(), limits, deadline))?,
        None => Vec::new(),
    };
    let mut reading = Reading::default();
    let mut hidden = 0;
    for (table, sheet) in (0u32..).zip(sheets(Xml::new(&main, limits, deadline))?) {
        if sheet.hidden {
            hidden += 1;
            continue;
        }
        let Some(text) = package.by_id(&sheet.id).map_or(Ok(None), |name| archive.xml(name))? else {
            continue;
        };
        reading.raw.push(Raw::new(RawKind::Heading { level: 1, number: None }, sheet.name));
        rows(Xml::new(&text, limits, deadline), &shared, table, &mut reading.raw, limits)?;
    }
    if hidden > 0 {
        reading.notes.push(format!("{hidden} hidden sheets left out"));
    }
    reading.title = title(&mut archive, &package, limits, deadline)?;
    Ok(reading)
}

fn title(
    archive: &mut Archive<'_>,
    package: &Package,
    limits: &Limits,
    deadline: Deadline,
) -> Result<Option<String>, Failure> {
    let core = package.core.as_deref().map_or(Ok(None), |name| archive.xml(name))?;
    Ok(core.and_then(|text| crate::package::title(Xml::new(&text, limits, deadline)).ok().flatten()))
}

fn missing() -> Failure {
    Failure::new(
        FailureKind::Malformed,
        "its main part is missing; open it in Excel, save it anew, and pass that",
    )
}

struct Sheet {
    name: String,
    id: String,
    hidden: bool,
}

fn sheets(mut xml: Xml<'_>) -> Result<Vec<Sheet>, Failure> {
    let mut sheets = Vec::new();
    while let Some(token) = xml.next()? {
        if let Token::Open(e) = token
            && e.name == "sheet"
        {
            let hidden = e.attr("state").is_some_and(|s| s != "visible");
            sheets.push(Sheet {
                name: e.attr("name").unwrap_or_default(),
                id: e.attr("id").unwrap_or_default(),
                hidden,
            });
        }
    }
    Ok(sheets)
}

/// Texts that cells refer to by number. Phonetic guides are not text.
fn strings(mut xml: Xml<'_>) -> Result<Vec<String>, Failure> {
    let mut strings = Vec::new();
    let (mut text, mut in_text, mut in_guide) = (String::new(), false, false);
    while let Some(token) = xml.next()? {
        match token {
            Token::Open(e) => {
                in_guide |= e.name == "rPh";
                in_text = e.name == "t" && !in_guide;
            }
            Token::Text(t) if in_text => text.push_str(&t),
            Token::Text(_) => {}
            Token::Close(name) => {
                in_text = false;
                in_guide &= name != "rPh";
                if name == "si" {
                    strings.push(std::mem::take(&mut text));
                }
            }
        }
    }
    Ok(strings)
}

/// Appends the rows of a sheet that hold anything.
fn rows(
    mut xml: Xml<'_>,
    shared: &[String],
    table: u32,
    out: &mut Vec<Raw>,
    limits: &Limits,
) -> Result<(), Failure> {
    let mut cells: Vec<String> = Vec::new();
    let (mut kind, mut value, mut in_value) = (String::new(), String::new(), false);
    let mut room = limits.output_bytes;
    while let Some(token) = xml.next()? {
        match token {
            Token::Open(e) if e.name == "row" => cells.clear(),
            Token::Open(e) if e.name == "c" => {
                kind = e.attr("t").unwrap_or_default();
                let column = e.attr("r").and_then(|r| column_of(&r)).unwrap_or(cells.len()).min(WIDEST);
                cells.resize(cells.len().max(column), String::new());
            }
            Token::Open(e) => in_value = matches!(e.name.as_str(), "v" | "t"),
            Token::Text(t) if in_value => value.push_str(&t),
            Token::Text(_) => {}
            Token::Close(name) => {
                in_value = false;
                match name.as_str() {
                    "c" => {
                        let text = shown(&kind, &std::mem::take(&mut value), shared);
                        // Many cells may point to one long text: what counts is what comes out.
                        let size = text.len() as u64 + 1;
                        let left = room.checked_sub(size);
                        room = left.ok_or_else(|| {
                            over(limits.output_bytes, "output_bytes", "the text's size in bytes")
                        })?;
                        if cells.len() < WIDEST {
                            cells.push(text);
                        }
                    }
                    "row" if cells.iter().any(|c| !c.trim().is_empty()) => {
                        out.push(Raw::new(
                            RawKind::Row { table, header: false, cells: std::mem::take(&mut cells) },
                            "",
                        ));
                    }
                    _ => {}
                }
            }
        }
    }
    Ok(())
}

fn shown(kind: &str, value: &str, shared: &[String]) -> String {
    match kind {
        "s" => value.trim().parse::<usize>().ok().and_then(|i| shared.get(i)).cloned().unwrap_or_default(),
        "b" => if value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        _ => value.to_owned(),
    }
}

/// Column from 0 of a reference such as `AB12`.
fn column_of(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_uppercase).take(4);
    letters
        .map(|b| usize::from(b - b'A') + 1)
        .fold(None, |sum: Option<usize>, n| Some(sum.unwrap_or(0) * 26 + n))
        .map(|n| n - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn columns() {
        assert_eq!(
            [column_of("A1"), column_of("Z9"), column_of("AB12"), column_of("7")],
            [Some(0), Some(25), Some(27), None]
        );
    }

    #[test]
    fn sheets_become_tables() {
        let parts = [
            ("_rels/.rels", "<R><Relationship Id='a' Type='x/officeDocument' Target='xl/w.xml'/></R>"),
            (
                "xl/_rels/w.xml.rels",
                "<R><Relationship Id='r1' Type='x/worksheet' Target='s.xml'/><Relationship Id='r2' Type='x/sharedStrings' Target='t.xml'/></R>",
            ),
            (
                "xl/w.xml",
                "<w xmlns:r='r'><sheet name='RACI' sheetId='1' r:id='r1'/><sheet name='No' state='hidden' r:id='r1'/></w>",
            ),
            ("xl/t.xml", "<s><si><t>Task</t></si><si><r><t>Fore</t></r><r><t>cast</t></r></si></s>"),
            (
                "xl/s.xml",
                "<w><row><c r='A1' t='s'><v>0</v></c><c r='C1' t='inlineStr'><is><t>R</t></is></c></row><row/>\
                 <row><c r='A3' t='s'><v>1</v></c><c r='C3'><v>7.5</v></c></row></w>",
            ),
        ];
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        let outcome = crate::read(&bytes, "a", capmap_model::Format::Xlsx, &Options::default(), &mut |_| {});
        let document = outcome.document().unwrap();
        assert_eq!(document.text, "RACI\n\nTask\t\tR\nForecast\t\t7.5");
        assert_eq!(document.notes, ["1 hidden sheets left out"]);
    }
}
