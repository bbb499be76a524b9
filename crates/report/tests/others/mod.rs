//! Programs of others that read what the report wrote: LibreOffice, Chromium, Python libraries.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// True where the program answers; in CI it has to.
pub fn there(program: &str, argument: &str) -> bool {
    let answers = Command::new(program).arg(argument).output().is_ok_and(|o| o.status.success());
    let must = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(answers || !must, "{program} is missing");
    if !answers {
        println!("passed over: {program} is not installed");
    }
    answers
}

/// What the command prints; it has to succeed.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// LibreOffice turns a file of the folder into another format, beside it.
pub fn convert(folder: &Path, file: &str, to: &str) {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let mut command = Command::new("soffice");
    command.args([&profile, "--headless", "--convert-to", to, "--outdir"]).arg(folder).arg(folder.join(file));
    run(&mut command);
}

/// The words of a page of the folder, after Chromium printed it; the page may ask for nothing and complain of nothing.
pub fn print(folder: &Path, page: &str) -> String {
    let pdf = folder.join(page).with_extension("printed.pdf");
    let mut command = Command::new("chromium");
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        "--enable-logging=stderr",
    ]);
    command.arg(format!("--user-data-dir={}", folder.join("browser").display()));
    command
        .arg(format!("--print-to-pdf={}", pdf.display()))
        .arg(format!("file://{}", folder.join(page).display()));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("Refused") && !said.contains("CONSOLE"), "{said}");
    run(Command::new("pdftotext").arg(&pdf).arg("-"))
}

/// The words of a document of the folder, as LibreOffice lays it out.
pub fn as_pages(folder: &Path, file: &str) -> String {
    convert(folder, file, "pdf");
    let pdf = folder.join(file).with_extension("pdf");
    run(Command::new("pdftotext").args(["-layout"]).arg(pdf).arg("-"))
}

/// A Python with the libraries, under the build directory. None where there is no Python or no package index.
pub fn python() -> Option<PathBuf> {
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

/// Lets the Python libraries read a folder with report.xlsx, annotations.jsonld, report.json and texts.json.
pub fn read_back(python: &Path, folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/report/tests/read_back.py");
    assert_eq!(run(Command::new(python).arg(script).arg(folder)).trim(), "ok");
}
