//! Every limit on what one document may cost, in one place: named, with unit, default and reason.
//!
//! Documents come from strangers. Each reader asks here before it spends memory or time, and `capmap limits` prints the
//! table below, so that a refusal can be understood and, where the document is trusted, overridden.

use capmap_model::{Failure, FailureKind};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use thiserror::Error;

/// Writes the struct, its defaults and its table from one list, so that they cannot drift apart.
macro_rules! limits {
    ($($name:ident = $default:expr, $unit:literal, $reason:literal;)*) => {
        /// What one document may cost. All values are upper bounds; reaching one is a named failure, never a crash.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Limits {
            $(#[doc = concat!($reason, " Unit: ", $unit, ".")] pub $name: u64,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Limits { $($name: $default,)* }
            }
        }

        impl Limits {
            /// One row per limit, in a fixed order, with the values of `self`.
            pub fn rows(&self) -> Vec<Row> {
                vec![$(Row { name: stringify!($name), value: self.$name, unit: $unit, reason: $reason },)*]
            }

            fn field(&mut self, name: &str) -> Option<&mut u64> {
                match name {
                    $(stringify!($name) => Some(&mut self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

limits! {
    memory_bytes = 2 << 30, "bytes of address space", "A worker that asks for more dies alone; real documents need a twentieth.";
    cpu_ms = 10_000, "milliseconds of processor time", "Stops loops that a wall clock on a busy machine would blame on others.";
    wall_ms = 10_000, "milliseconds", "The longest that one document may take, all retries included, OCR apart.";
    ocr_page_ms = 30_000, "milliseconds", "The longest that recognizing one page image may take, on top of `wall_ms`.";
    input_bytes = 512 << 20, "bytes", "Larger files are archives or films, not statements of work.";
    output_bytes = 16 << 20, "bytes of text", "Five thousand full pages; beyond it the text is a bomb.";
    blocks = 200_000, "paragraphs, items and rows", "Each costs memory in every later step.";
    pages = 5_000, "pages", "Longer than any contract; a page tree can claim billions.";
    glyphs = 20_000_000, "glyphs", "Content streams can repeat themselves without end.";
    archive_entries = 10_000, "entries", "An archive's directory is read into memory.";
    expanded_bytes = 256 << 20, "bytes after decompression", "Sum over all parts of one archive.";
    ratio = 1_000, "expanded bytes per packed byte", "Deflate reaches 1,032 only for runs of one byte.";
    depth = 512, "nested elements", "Readers and parsers slow down or recurse with depth; people do not nest.";
    html_depth = 4_000, "nested elements", "The HTML parser's time grows with the square of it.";
    html_nodes = 400_000, "tags", "The HTML parser keeps each in memory.";
    html_attributes = 1_000, "attributes of one element", "The HTML parser compares each with all others.";
    html_bytes = 16 << 20, "bytes", "Larger pages are data or script.";
    attachments = 200, "documents in one archive or message", "Each costs a row in the map.";
}

/// One limit, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The name that `--limit name=value` takes.
    pub name: &'static str,
    /// The value in force.
    pub value: u64,
    /// What it counts.
    pub unit: &'static str,
    /// Why it is there.
    pub reason: &'static str,
}

/// Why a limit could not be set.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LimitError {
    /// Not of the form `name=value`.
    #[error("'{0}' is no limit setting; write name=value, with a whole number")]
    Syntax(String),
    /// No limit has this name.
    #[error("there is no limit named '{0}'; `capmap limits` lists them")]
    Unknown(String),
}

impl Limits {
    /// Sets one limit from `name=value`. The value may end in `k`, `M` or `G` (powers of 1024).
    ///
    /// # Errors
    /// [`LimitError`] where the text cannot be read or names no limit.
    pub fn set(&mut self, setting: &str) -> Result<(), LimitError> {
        let syntax = || LimitError::Syntax(setting.to_owned());
        let (name, value) = setting.split_once('=').ok_or_else(syntax)?;
        let value = parse_size(value.trim()).ok_or_else(syntax)?;
        let name = name.trim().replace('-', "_");
        *self.field(&name).ok_or(LimitError::Unknown(name.clone()))? = value;
        Ok(())
    }

    /// The moment at which reading must stop, counted from now.
    pub(crate) fn deadline(&self) -> Deadline {
        Deadline { at: Instant::now() + Duration::from_millis(self.wall_ms) }
    }

    /// Refuses `value` where it exceeds `limit`, naming both.
    pub(crate) fn check(value: u64, limit: u64, name: &str, what: &str) -> Result<(), Failure> {
        if value <= limit { Ok(()) } else { Err(over(limit, name, what)) }
    }
}

/// The failure for `what` having more than `limit`; `name` is the limit's name in [`Limits`].
pub(crate) fn over(limit: u64, name: &str, what: &str) -> Failure {
    let detail = format!(
        "{what} exceeds the limit of {limit}; if the file is trusted, raise it with --limit {name}=N"
    );
    Failure::new(FailureKind::Limit, detail)
}

fn parse_size(value: &str) -> Option<u64> {
    let (digits, shift) = match value.strip_suffix(['k', 'K', 'M', 'G']) {
        Some(digits) if value.ends_with(['k', 'K']) => (digits, 10),
        Some(digits) if value.ends_with('M') => (digits, 20),
        Some(digits) => (digits, 30),
        None => (value, 0),
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

/// When a reader must give up. Readers ask every few thousand steps; a worker that does not ask is killed from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
}

impl Deadline {
    /// True once the time is up.
    pub(crate) fn passed(&self) -> bool {
        Instant::now() >= self.at
    }

    /// The failure that says so.
    pub(crate) fn failure(self) -> Failure {
        Failure::new(
            FailureKind::Timeout,
            "took longer than the time limit; allow more with --limit wall_ms=N",
        )
    }

    /// Fails once the time is up.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.passed() { Err(self.failure()) } else { Ok(()) }
    }

    /// The same moment, later by `ms` milliseconds: for a page that is read by OCR.
    #[allow(dead_code)] // used where pages are recognized
    pub(crate) fn extend(&mut self, ms: u64) {
        self.at += Duration::from_millis(ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_by_name() {
        let mut limits = Limits::default();
        limits.set("pages=7").unwrap();
        limits.set("memory-bytes = 1G").unwrap();
        assert_eq!((limits.pages, limits.memory_bytes), (7, 1 << 30));
        assert_eq!(limits.set("pages"), Err(LimitError::Syntax("pages".into())));
        assert_eq!(limits.set("leaves=3"), Err(LimitError::Unknown("leaves".into())));
        assert!(limits.set("pages=99999999999G").is_err());
    }

    #[test]
    fn every_row_can_be_set() {
        let mut limits = Limits::default();
        for row in Limits::default().rows() {
            limits.set(&format!("{}=3", row.name)).unwrap();
            assert!(row.reason.ends_with('.') && !row.unit.is_empty());
        }
        assert!(limits.rows().iter().all(|row| row.value == 3));
    }
}
