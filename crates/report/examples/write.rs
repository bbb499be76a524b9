//! Writes a made-up pack in one format, to look at and to measure: `write FORMAT DECISIONS FILE`; 0 decisions is the small
//! pack of the tests. Prints the seconds that writing took and the peak of memory, in MiB.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../tests/common/mod.rs"]
mod common;

use capmap_model::Capture;
use capmap_report::{PackDocument, Parts, Table, write_bundle};
use std::io::Cursor;
use std::time::Instant;

struct Texts;

impl Parts for Texts {
    fn text(&mut self, _: &PackDocument) -> Result<String, String> {
        Ok("text\n".repeat(4_000))
    }
    fn original(&mut self, document: &PackDocument) -> Result<Option<Vec<u8>>, String> {
        Ok(Some(common::original(&document.source)))
    }
    fn capture(&mut self, _: &Capture) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let decisions: usize = arguments[2].parse().unwrap();
    let pack = if decisions == 0 { common::small() } else { common::large(decisions) };
    let before = peak();
    let start = Instant::now();
    let bytes = match arguments[1].as_str() {
        "html" => pack.to_html().into_bytes(),
        "md" => pack.to_markdown().into_bytes(),
        "json" => pack.to_json().into_bytes(),
        "jsonld" => pack.to_jsonld().into_bytes(),
        "csv" => pack.to_csv(Table::Decisions).into_bytes(),
        "xlsx" => pack.to_xlsx().unwrap(),
        "docx" => pack.to_docx().unwrap(),
        _ => {
            let mut out = Cursor::new(Vec::new());
            write_bundle(&pack, &mut Texts, &mut out).unwrap();
            out.into_inner()
        }
    };
    let seconds = start.elapsed().as_secs_f64();
    std::fs::write(&arguments[3], &bytes).unwrap();
    println!(
        "{:8} {decisions:6} {seconds:8.3} s, pack {before:5} MiB, peak {:5} MiB, {:8} KiB written",
        arguments[1],
        peak(),
        bytes.len() / 1024
    );
}

/// Peak of this process's memory, in MiB; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}
