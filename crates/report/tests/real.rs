//! What others make of the files: LibreOffice opens them, Chromium prints the page, openpyxl and a JSON-LD processor read
//! them back. A test is passed over, in a printed line, only where its program is missing and `CI=true` is not set.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;
mod others;

use common::{page, small, sow};
use others::{as_pages, convert, print, python, read_back, run, there};
use std::process::Command;

#[test]
fn libreoffice_opens_the_word_document() {
    if !there("soffice", "--version") || !there("pdftotext", "-v") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.docx"), small().to_docx().unwrap()).unwrap();
    let text = as_pages(folder.path(), "report.docx");
    for words in [
        "Evidence pack (draft): Example <Consulting> & Co",
        "1 input could not be read",
        "We split the shared bill of each platform by team every month.",
        "<script>alert(1)</script>",
        "confirmed by ada, 2026-11-20T10:00:00Z: clear; =1+1 <i>note</i>",
        "Readiness beyond documents",
    ] {
        assert!(text.contains(words), "{words} is missing in:\n{text}");
    }
    convert(folder.path(), "report.docx", "odt"); // what it understood as headings
    let headings = run(Command::new("pandoc")
        .args(["-t", "plain", "--toc", "-s"])
        .arg(folder.path().join("report.odt")));
    assert!(
        headings.contains("What was read, and what limits the verdict")
            && headings.contains("Capability map")
    );
}

#[test]
fn libreoffice_opens_the_workbook_and_computes_nothing() {
    if !there("soffice", "--version") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.xlsx"), small().to_xlsx().unwrap()).unwrap();
    // 44: comma, 34: quotes, 76: UTF-8, and every sheet into a file of its own.
    convert(
        folder.path(),
        "report.xlsx",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
    );
    let read =
        |sheet: &str| std::fs::read_to_string(folder.path().join(format!("report-{sheet}.csv"))).unwrap();
    let decisions = read("decisions");
    assert!(
        decisions.contains("=HYPERLINK(\"\"http://evil.example\"\";\"\"x\"\") </q><script>"),
        "{decisions}"
    );
    assert!(decisions.contains("We split the shared bill of each platform by team every month."));
    assert!(!decisions.contains("#NAME?") && !decisions.contains("Err:"));
    assert!(read("summary").contains("what limits the verdict") && read("log").contains("decide confirm"));
}

#[test]
fn libreoffice_computes_nothing_in_csv() {
    if !there("soffice", "--version") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let csv = small().to_csv(capmap_report::Table::Decisions);
    std::fs::write(folder.path().join("decisions.csv"), csv).unwrap();
    convert(folder.path(), "decisions.csv", "fods");
    let sheet = std::fs::read_to_string(folder.path().join("decisions.fods")).unwrap();
    assert!(!sheet.contains("table:formula"), "a cell became a formula");
    assert!(sheet.contains("'=HYPERLINK") || sheet.contains("&apos;=HYPERLINK"));
}

#[test]
fn chromium_prints_the_page_and_asks_for_nothing() {
    if !there("chromium", "--version") || !there("pdftotext", "-v") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.html"), small().to_html()).unwrap();
    let text = print(folder.path(), "report.html");
    for words in
        ["Evidence pack (draft)", "Capability map", "We split the shared bill", "Linux Foundation member"]
    {
        assert!(text.contains(words), "{words} is missing in:\n{text}");
    }
    // Words of the pictures are text too.
    assert!(text.contains("capabilities-and-listed-supplemental") && text.contains("Understand Cloud"));
}

#[test]
fn python_reads_workbook_and_annotations_back() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    let pack = small();
    write("report.xlsx", &pack.to_xlsx().unwrap());
    write("report.json", pack.to_json().as_bytes());
    write("annotations.jsonld", pack.to_jsonld().as_bytes());
    let texts: std::collections::BTreeMap<String, String> =
        [sow(), page()].into_iter().map(|d| (d.source, d.text)).collect();
    write("texts.json", &serde_json::to_vec(&texts).unwrap());
    read_back(&python, folder.path());
}
