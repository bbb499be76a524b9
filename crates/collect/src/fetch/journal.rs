//! What a visit has done so far, line by line, so that one that was interrupted goes on where it stopped.
//!
//! The first line says which visit it is; a visit for other addresses or with other bounds begins anew. The addresses that
//! a page leads to are written together with the page's own end, so there is no moment at which only one of them is known.

use super::end::End;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line {
    /// Which visit.
    Visit(String),
    /// An address to be asked for.
    Item(Item),
    /// What became of an address.
    Done(String, End),
}

/// An address that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    pub url: String,
    /// Clicks from where the visit began.
    pub depth: u64,
    /// Its links are followed.
    pub follow: bool,
    /// Somebody asked for it by name.
    pub given: bool,
    /// The addresses that redirected to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
}

/// The journal of a visit that has not come to its end.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Opens the journal of the visit `name`, and gives what it has done. A half-written last line does not count.
    pub(super) fn open(dir: &Path, name: &str) -> io::Result<(Journal, Vec<Line>)> {
        let path = dir.join("visit.jsonl");
        let text = std::fs::read(&path).unwrap_or_default();
        let whole = text.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let text = String::from_utf8_lossy(&text[..whole]);
        let mut lines = text.lines().map_while(|line| serde_json::from_str::<Line>(line).ok());
        let same = lines.next() == Some(Line::Visit(name.to_owned()));
        let done: Vec<Line> = if same { lines.collect() } else { Vec::new() };
        let file = OpenOptions::new().create(true).write(true).truncate(false).open(&path)?;
        file.set_len(if same { whole as u64 } else { 0 })?;
        drop(file);
        let file = OpenOptions::new().append(true).open(&path)?;
        let mut journal = Journal { path, file };
        if !same {
            journal.add(&[Line::Visit(name.to_owned())])?;
        }
        Ok((journal, done))
    }

    /// Adds lines, all or none.
    pub(super) fn add(&mut self, lines: &[Line]) -> io::Result<()> {
        let mut text = String::new();
        for line in lines {
            text.push_str(&serde_json::to_string(line)?);
            text.push('\n');
        }
        self.file.write_all(text.as_bytes())
    }

    /// The visit has come to its end: the next one is another.
    pub(super) fn end(self) -> io::Result<()> {
        drop(self.file);
        std::fs::remove_file(self.path)
    }
}
