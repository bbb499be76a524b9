//! Rich Text Format: control words in groups. Paragraphs, table rows, hidden text; styles are not followed.

use crate::assemble::{Raw, RawKind, Reading};
use crate::limits::over;
use crate::structure::{bullet, item_number, pseudo_heading};
use crate::{Limits, Options};
use capmap_model::{Failure, Hidden, HiddenWhy, Role};
use encoding_rs::{Encoding, WINDOWS_1252};

/// Reads an .rtf file.
pub(crate) fn read(bytes: &[u8], options: &Options) -> Result<Reading, Failure> {
    let limits = &options.limits;
    let deadline = limits.deadline();
    let mut reader = Reader::new(bytes);
    let mut steps = 0u32;
    while reader.at < bytes.len() {
        steps = steps.wrapping_add(1);
        if steps.is_multiple_of(65_536) {
            deadline.check()?;
        }
        reader.step(limits)?;
    }
    reader.end_paragraph();
    reader.end_row();
    Ok(reader.reading)
}

/// What holds inside a group.
#[derive(Clone, Default)]
struct Group {
    /// Holds no text: font tables, pictures, what is not known.
    skip: bool,
    hidden: bool,
    bold: bool,
    role: Option<Role>,
    /// Characters after `\uN` that stand in for it.
    fallback: usize,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    encoding: &'static Encoding,
    groups: Vec<Group>,
    reading: Reading,
    text: String,
    bold: usize,
    /// Bytes in the file's charset that are not yet decoded.
    pending: Vec<u8>,
    cells: Vec<String>,
    in_table: bool,
    tables: u32,
    /// Characters to pass over after `\uN`.
    passing: usize,
}

/// Groups without text of the document.
const SKIPPED: [&str; 15] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "fldinst",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "datastore",
    "latentstyles",
    "xmlnstbl",
];

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader {
            bytes,
            at: 0,
            encoding: WINDOWS_1252,
            groups: Vec::new(),
            reading: Reading::default(),
            text: String::new(),
            bold: 0,
            pending: Vec::new(),
            cells: Vec::new(),
            in_table: false,
            tables: 0,
            passing: 0,
        }
    }

    fn group(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn step(&mut self, limits: &Limits) -> Result<(), Failure> {
        let byte = self.bytes[self.at];
        self.at += 1;
        match byte {
            b'{' => {
                if self.groups.len() as u64 > limits.depth {
                    return Err(over(limits.depth, "depth", "the depth of nested groups"));
                }
                let group = self.group().clone();
                self.groups.push(group);
            }
            b'}' => {
                self.decode();
                if self.groups.len() > 1 {
                    self.groups.pop();
                }
            }
            b'\\' => self.control(),
            b'\r' | b'\n' => {}
            byte => self.byte(byte),
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        if self.passing > 0 {
            self.passing -= 1;
        } else if !self.group().skip {
            self.pending.push(byte);
        }
    }

    fn control(&mut self) {
        let Some(&first) = self.bytes.get(self.at) else { return };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            self.symbol(first);
            return;
        }
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) {
            self.at += 1;
        }
        let word = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        let digits = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) && self.at - digits < 11 {
            self.at += 1;
        }
        let value =
            std::str::from_utf8(&self.bytes[digits..self.at]).ok().and_then(|v| v.parse::<i64>().ok());
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(&word, value);
    }

    fn symbol(&mut self, sign: u8) {
        match sign {
            b'\'' => {
                let hex = self.bytes.get(self.at..self.at + 2).and_then(|h| std::str::from_utf8(h).ok());
                if let Some(byte) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
                    self.at += 2;
                    self.byte(byte);
                }
            }
            b'*' => self.group().skip = true,
            b'~' => self.write(" "),
            b'_' => self.write("-"),
            b'\\' | b'{' | b'}' => self.byte(sign),
            b'\r' | b'\n' => self.end_paragraph(),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, value: Option<i64>) {
        let on = value != Some(0);
        match word {
            "par" | "sect" | "page" => self.end_paragraph(),
            "cell" | "nestcell" => self.end_cell(),
            "row" | "nestrow" => self.end_row(),
            "intbl" => self.in_table = true,
            "pard" => self.in_table = false,
            "tab" => self.write("\t"),
            "line" => self.write("\n"),
            "emdash" => self.write("—"),
            "endash" => self.write("–"),
            "bullet" => self.write("•"),
            "lquote" => self.write("‘"),
            "rquote" => self.write("’"),
            "ldblquote" => self.write("“"),
            "rdblquote" => self.write("”"),
            "u" => self.unicode(value.unwrap_or(0)),
            "uc" => self.group().fallback = usize::try_from(value.unwrap_or(1)).unwrap_or(1).min(16),
            "ansicpg" => self.encoding = code_page(value.unwrap_or(1252)),
            "b" => {
                self.decode();
                self.group().bold = on;
            }
            "v" => {
                self.decode();
                self.group().hidden = on;
            }
            "plain" => {
                self.decode();
                self.group().bold = false;
                self.group().hidden = false;
            }
            "header" | "headerl" | "headerr" | "headerf" => self.aside(Role::Header),
            "footer" | "footerl" | "footerr" | "footerf" => self.aside(Role::Footer),
            "footnote" => self.aside(Role::Note),
            word if SKIPPED.contains(&word) => self.group().skip = true,
            _ => {}
        }
    }

    /// A group beside the body: what stood before it is a block of its own.
    fn aside(&mut self, role: Role) {
        self.end_paragraph();
        self.group().role = Some(role);
    }

    fn unicode(&mut self, value: i64) {
        // Values above 32,767 are written as negative numbers.
        let code = u32::try_from(if value < 0 { value + 65_536 } else { value }).unwrap_or(0xfffd);
        let c = char::from_u32(code).unwrap_or('\u{fffd}');
        self.write(c.encode_utf8(&mut [0; 4]));
        let fallback = self.group().fallback;
        self.passing = if fallback == 0 { 1 } else { fallback };
    }

    fn decode(&mut self) {
        if !self.pending.is_empty() {
            let bytes = std::mem::take(&mut self.pending);
            let (text, _, _) = self.encoding.decode(&bytes);
            self.write_decoded(&text);
        }
    }

    fn write(&mut self, text: &str) {
        self.decode();
        if !self.group().skip {
            self.write_decoded(text);
        }
    }

    fn write_decoded(&mut self, text: &str) {
        let group = self.group().clone();
        if group.hidden {
            match self.reading.hidden.last_mut() {
                Some(last) if last.text.len() < 2000 => last.text.push_str(text),
                _ => self.reading.hidden.push(Hidden {
                    text: text.to_owned(),
                    page: None,
                    why: HiddenWhy::Vanish,
                }),
            }
            return;
        }
        self.text.push_str(text);
        self.bold += if group.bold { text.len() } else { 0 };
    }

    fn end_paragraph(&mut self) {
        self.decode();
        if self.in_table {
            self.text.push('\n');
            return;
        }
        let (text, bold) = (std::mem::take(&mut self.text), std::mem::take(&mut self.bold));
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        let role = self.group().role.unwrap_or(Role::Main);
        let heading = pseudo_heading(text, bold * 10 >= text.len() * 9).filter(|_| role == Role::Main);
        let kind = match (heading, bullet(text), item_number(text)) {
            (Some((level, number)), ..) => RawKind::Heading { level, number },
            (None, Some(_), _) => RawKind::Item { depth: 0, number: None },
            (None, None, Some((number, _))) => RawKind::Item { depth: 0, number: Some(number.to_owned()) },
            _ => RawKind::Paragraph,
        };
        self.reading.raw.push(Raw::new(kind, text).with_role(role));
    }

    fn end_cell(&mut self) {
        self.decode();
        self.bold = 0;
        let text = std::mem::take(&mut self.text);
        self.cells.push(text.trim().to_owned());
    }

    fn end_row(&mut self) {
        self.in_table = false;
        if self.cells.is_empty() {
            return;
        }
        let after_row = self.reading.raw.last().is_some_and(|r| matches!(r.kind, RawKind::Row { .. }));
        self.tables += u32::from(!after_row);
        let cells = std::mem::take(&mut self.cells);
        self.reading.raw.push(Raw::new(RawKind::Row { table: self.tables, header: false, cells }, ""));
    }
}

fn code_page(number: i64) -> &'static Encoding {
    let label = match number {
        65001 => "utf-8".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        number => format!("windows-{number}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tables_and_hidden_text() {
        let rtf = br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator x;}{\header top\par}\pard{\b 3.1 Scope}\par
Caf\'e9 \u8212?we \{tag\}.{\v gone}\par \pard\intbl Task\cell Who\cell\row\pard\intbl Tag\par it\cell us\cell\row\pard End}";
        let document = crate::read(rtf, "a", capmap_model::Format::Rtf, &Options::default(), &mut |_| {});
        let document = document.document().unwrap();
        assert_eq!(document.text, "top\n\n3.1 Scope\n\nCafé —we {tag}.\n\nTask\tWho\nTag\nit\tus\n\nEnd");
        assert_eq!((document.blocks[0].role, document.hidden[0].text.as_str()), (Role::Header, "gone"));
    }
}
