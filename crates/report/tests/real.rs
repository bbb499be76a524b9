//! What others make of the files: LibreOffice opens them, Chromium prints the page, openpyxl and a JSON-LD processor read
//! them back. A test is passed over, in a printed line, only where its program is missing and `CI=true` is not set.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use common::{page, small, sow};
use std::path::{Path, PathBuf};
use std::process::Command;

/// True where the program answers; in CI it has to.
fn there(program: &str, argument: &str) -> bool {
    let answers = Command::new(program).arg(argument).output().is_ok_and(|o| o.status.success());
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(answers || !must, "{program} is missing");
    if !answers {
        println!("passed over: {program} is not installed");
    }
    answers
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn convert(folder: &Path, file: &str, to: &str) {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let mut command = Command::new("soffice");
    command.args([&profile, "--headless", "--convert-to", to, "--outdir"]).arg(folder).arg(folder.join(file));
    run(&mut command);
}

#[test]
fn libreoffice_opens_the_word_document() {
    if !there("soffice", "--version") || !there("pdftotext", "-v") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.docx"), small().to_docx().unwrap()).unwrap();
    convert(folder.path(), "report.docx", "pdf");
    let text =
        run(Command::new("pdftotext").args(["-layout"]).arg(folder.path().join("report.pdf")).arg("-"));
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
    let (html, pdf) = (folder.path().join("report.html"), folder.path().join("report.pdf"));
    std::fs::write(&html, small().to_html()).unwrap();
    let mut command = Command::new("chromium");
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        "--enable-logging=stderr",
    ]);
    command.arg(format!("--user-data-dir={}", folder.path().join("profile").display()));
    command.arg(format!("--print-to-pdf={}", pdf.display())).arg(format!("file://{}", html.display()));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("Refused") && !said.contains("CONSOLE"), "{said}");
    let text = run(Command::new("pdftotext").arg(&pdf).arg("-"));
    for words in
        ["Evidence pack (draft)", "Capability map", "We split the shared bill", "Linux Foundation member"]
    {
        assert!(text.contains(words), "{words} is missing in:\n{text}");
    }
    // Words of the pictures are text too.
    assert!(text.contains("capabilities-and-listed-supplemental") && text.contains("Understand Cloud"));
}

/// A Python with the libraries, under the build directory. None where there is no Python or no package index.
fn python() -> Option<PathBuf> {
    if !there("python3", "--version") {
        return None;
    }
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report-venv");
    let python = venv.join("bin/python");
    let ready = |python: &Path| {
        let import = Command::new(python).args(["-c", "import openpyxl, pyld"]).output();
        import.is_ok_and(|output| output.status.success())
    };
    if !ready(&python) {
        let _ = Command::new("python3").args(["-m", "venv"]).arg(&venv).output();
        let libraries = ["openpyxl==3.1.5", "PyLD==2.0.4"];
        let _ = Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(libraries).output();
    }
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(ready(&python) || !must, "openpyxl and PyLD cannot be installed");
    if !ready(&python) {
        println!("passed over: openpyxl and PyLD cannot be installed");
    }
    ready(&python).then_some(python)
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
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/read_back.py");
    assert_eq!(run(Command::new(python).arg(script).arg(folder.path())).trim(), "ok");
}
