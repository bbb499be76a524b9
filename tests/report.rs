//! What leaves the program: the evidence pack in each format, its bundle and proof, its way back in, and readiness.

use crate::driver::browser;
use crate::others;
use crate::project::{Project, SOW, root, suggestions};
use crate::served::Served;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;

const FORMATS: [&str; 7] = ["html", "md", "docx", "xlsx", "csv", "json", "jsonld"];
const DAY: [&str; 2] = ["--date", "2026-11-23"];

/// A mapped statement of work, one suggestion of it confirmed and one rejected.
fn decided() -> Project {
    let project = Project::with(&[("sow.md", SOW)]);
    let map = project.map();
    let offered = suggestions(&map).into_iter().filter(|s| s["grade"] == "offered");
    let ids: Vec<String> = offered.map(|s| s["id"].as_str().unwrap().to_owned()).collect();
    decide(&project, &ids[0], "confirm", "a clear =offer");
    let other = suggestions(&map).into_iter().find(|s| s["id"] != ids[0].as_str()).unwrap();
    decide(&project, other["id"].as_str().unwrap(), "reject", "not ours");
    project
}

fn decide(project: &Project, id: &str, choice: &str, note: &str) {
    project.run(&["decide", id, choice, "--note", note, "--as", "ada"]).status(0);
}

fn report(project: &Project, arguments: &[&str]) -> PathBuf {
    let path = project.path(&format!("report.{}", arguments.join("-").replace(['/', '-'], "_")));
    let mut all = vec!["report", "-o", path.to_str().unwrap()];
    all.extend(arguments.iter().chain(&DAY));
    project.run(&all).status(0);
    path
}

/// The demo with five passages confirmed.
fn demo() -> Project {
    let project = Project::new();
    let demo = root().join("corpora/demo");
    let map =
        project.run(&["map", demo.to_str().unwrap(), "--format", "json", "--quiet", "--ocr", "off"]).json();
    let offered = suggestions(&map).into_iter().filter(|s| s["grade"] == "offered");
    for suggestion in offered.take(5) {
        decide(&project, suggestion["id"].as_str().unwrap(), "confirm", "seen");
    }
    project
}

/// Each format as a file of its own: `report.html` and so on.
fn in_every_format(project: &Project) {
    for format in FORMATS {
        let path = project.path(&format!("report.{format}"));
        let run = project.run(&["report", "--format", format, "--quiet", "-o", path.to_str().unwrap()]);
        assert!(run.status < 2, "{format}: {}", run.stderr); // 1: a demo document is meant not to be read
        assert!(std::fs::metadata(&path).unwrap().len() > 1_000, "{format}");
    }
}

#[test]
fn the_demos_files_are_read_back_by_others() {
    let project = demo();
    in_every_format(&project);
    let folder = project.path("");
    let pack: Value = serde_json::from_slice(&std::fs::read(project.path("report.json")).unwrap()).unwrap();
    let mut texts = BTreeMap::new();
    for evidence in pack["evidence"].as_array().unwrap() {
        let source = evidence["citation"]["source"].as_str().unwrap().to_owned();
        let original = root().join("corpora/demo").join(&source);
        texts.insert(source, project.run(&["text", original.to_str().unwrap()]).status(0).stdout);
    }
    assert_eq!(pack["evidence"].as_array().unwrap().len(), 5);
    if let Some(python) = others::python() {
        std::fs::copy(project.path("report.jsonld"), project.path("annotations.jsonld")).unwrap();
        std::fs::write(project.path("texts.json"), serde_json::to_vec(&texts).unwrap()).unwrap();
        others::read_back(&python, &folder);
    }
    let quotes =
        pack["evidence"].as_array().unwrap().iter().map(|e| e["citation"]["quote"].as_str().unwrap());
    let same = |text: &str| text.split_whitespace().collect::<Vec<_>>().concat(); // lines are broken anew
    let mut seen: Vec<(&str, String)> = Vec::new();
    if others::there("soffice", "--version") && others::there("pdftotext", "-v") {
        seen.push(("docx", others::as_pages(&folder, "report.docx")));
        others::convert(
            &folder,
            "report.xlsx",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1",
        );
        seen.push(("xlsx", std::fs::read_to_string(project.path("report-decisions.csv")).unwrap()));
    }
    if others::there("chromium", "--version") && others::there("pdftotext", "-v") {
        seen.push(("html", others::print(&folder, "report.html")));
    }
    for quote in quotes {
        for (format, text) in &seen {
            assert!(same(text).contains(&same(quote)), "{format} lacks «{quote}»:\n{text}");
        }
    }
}

#[test]
fn the_demos_bundle_is_proven() {
    let project = demo();
    let bundle = project.path("demo.zip");
    let run = project.run(&["report", "--bundle", bundle.to_str().unwrap(), "--quiet"]);
    assert!(run.status < 2, "{}", run.stderr);
    let proof = project.run(&["verify", bundle.to_str().unwrap()]).status(0);
    assert!(
        proof.stdout.contains("quotes     5 stand") && proof.stdout.contains("originals  5 quotes"),
        "{}",
        proof.stdout
    );
}

/// The page as a committee member meets it: by screen reader, on a telephone, on paper.
#[tokio::test]
async fn the_page_is_sound_in_a_browser() {
    let project = decided();
    project.write("../me.toml", "[organization]\nname = \"Ex\"\n");
    let page = project.path("page.html");
    project.run(&["report", "--draft", "--readiness", "me.toml", "-o", page.to_str().unwrap()]).status(0);
    let Some(browser) = browser(1280, 900).await else { return };
    for width in [320, 1280, 2560] {
        browser.size(width, 900).await;
        browser.go(&format!("file://{}", page.display())).await;
        assert_eq!(browser.faults().await, Vec::<String>::new(), "at {width}");
        let sideways = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.js(sideways).await, 0, "at {width}");
    }
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[test]
fn the_same_day_gives_the_same_bytes() {
    let project = decided();
    for format in FORMATS {
        let read = |path: PathBuf| std::fs::read(path).unwrap();
        let first = read(report(&project, &["--format", format]));
        assert!(first == read(report(&project, &["--format", format])), "{format}");
    }
}

#[test]
fn a_report_that_is_read_in_scores_the_same() {
    let project = decided();
    let path = report(&project, &["--format", "json"]);
    let score =
        |dossier: &str| project.run(&["score", "--format", "json", "--dossier", dossier]).status(0).json();
    let there = project.dossier();
    project.run(&["import", path.to_str().unwrap(), "--dossier", "other"]).status(0);
    let (old, new): (Value, Value) = (score(there.to_str().unwrap()), score("other"));
    for key in ["capabilities", "supplemental", "verdict"] {
        assert_eq!(old[key], new[key]);
    }
    assert_eq!(readings(&old), readings(&new));
    assert_eq!(met(&old), met(&new));
    assert!(old["capabilities"]["confirmed"].as_u64().unwrap() > 0);
    project.run(&["log", "verify", "--dossier", "other"]).status(0);
}

/// Each policy's result. The cheapest way on is left out: it leads through suggestions, which only a draft takes along.
fn readings(score: &Value) -> Vec<Value> {
    let policies = score["policies"].as_array().unwrap().iter();
    let keys = ["id", "points", "denominator", "threshold", "met", "missing"];
    policies.flat_map(|policy| keys.map(|key| policy[key].clone())).collect()
}

/// Which criteria are met, by how many confirmed passages.
fn met(score: &Value) -> Vec<[Value; 3]> {
    let states = score["criteria_state"].as_array().unwrap().iter();
    states.map(|s| ["criterion", "met", "confirmed"].map(|key| s[key].clone())).collect()
}

#[test]
fn a_redacted_report_names_nobody_and_is_not_read_in() {
    let project = decided();
    let path = report(&project, &["--format", "json", "--redact"]);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("\"ada\"") && !text.contains("a clear"));
    project.run(&["import", path.to_str().unwrap(), "--dossier", "other"]).status(2).stderr_has("left out");
}

#[test]
fn a_bundle_is_proven_elsewhere_and_a_broken_one_is_not() {
    let project = decided();
    let bundle = project.path("pack.zip");
    project.run(&["report", "--bundle", bundle.to_str().unwrap(), "--applicant", "Ex"]).status(0);
    let proof = project
        .run(&["verify", "pack.zip", "--dossier", "nowhere"])
        .status(0)
        .stdout_has("quotes     2 stand");
    let head = proof.stdout.lines().find_map(|l| l.strip_prefix("last hash  ")).unwrap().to_owned();
    project.run(&["verify", "pack.zip", "--head", &head]).status(0);
    project.run(&["verify", "pack.zip", "--head", &"0".repeat(64)]).status(2).stderr_has("it was rewritten");
    let mut bytes = std::fs::read(&bundle).unwrap();
    let at = bytes.windows(8).position(|w| w == b"sow.md\0\0" || &w[..6] == b"sow.md").unwrap() + 40;
    bytes[at] ^= 1;
    project.write("../broken.zip", &bytes);
    project.run(&["verify", "broken.zip"]).status(2).stderr_has("originals/sow.md");
    project.write("../none.zip", "hello");
    project.run(&["verify", "none.zip"]).status(2).stderr_has("no ZIP file");
}

#[test]
fn an_original_that_has_changed_is_not_packed() {
    let project = decided();
    project.write("sow.md", "something else");
    project.run(&["report", "--bundle", "pack.zip"]).status(2).stderr_has("has changed since it was mapped");
    assert!(!project.path("pack.zip").exists());
    project.run(&["report", "--bundle", "pack.zip", "--hashes"]).status(0);
    project.run(&["verify", "pack.zip"]).status(0).stdout_has("1 original is not in the bundle");
}

#[test]
fn readiness_explains_itself() {
    let project = decided();
    project.run(&["readiness", "me.toml", "--init"]).status(0);
    project.run(&["readiness", "me.toml", "--init"]).status(2).stderr_has("is there already");
    let run = project.run(&["readiness", "me.toml"]).status(0).stdout_has("Linux Foundation member");
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
    let profile =
        "[organization]\nname = \"Ex\"\nparent_employees = 99\n[certifications]\npractitioner = 5\n";
    project.write("../me.toml", profile);
    let json = project.run(&["readiness", "me.toml", "--format", "json"]).status(0).json();
    let line = |id: &str| json["lines"].as_array().unwrap().iter().find(|l| l["id"] == id).unwrap().clone();
    assert_eq!(
        (line("practitioner")["status"].as_str(), line("points")["status"].as_str()),
        (Some("met"), Some("not-met"))
    );
    let html = std::fs::read_to_string(report(&project, &["--readiness", "me.toml"])).unwrap();
    assert!(html.contains("Readiness beyond documents") && html.contains("Evidence pack: Ex"));
    let served = Served::by(project.command(&["review", "--port", "0", "--readiness", "me.toml"]));
    let preview = served.get("/report/preview").unwrap().body;
    assert!(preview.contains("Readiness beyond documents") && preview.contains("Evidence pack: Ex"));
    project.write("../wrong.toml", "[membership]\nno_such = true\n");
    project.run(&["readiness", "wrong.toml"]).status(2).stderr_has("line 2");
    project.run(&["review", "--port", "0", "--readiness", "wrong.toml"]).status(2).stderr_has("line 2");
}

#[test]
fn a_terminal_sees_no_control_characters() {
    let project = Project::with(&[("sow.md", &SOW.replace("rolling", "rol\u{9b}31mling \u{202e}"))]);
    project.map();
    for format in ["html", "md", "csv", "json", "jsonld"] {
        let run = project.run(&["report", "--draft", "--format", format]).status(0);
        assert!(!run.stdout.contains(['\u{9b}', '\u{202e}', '\u{1b}']), "{format}");
    }
}

#[test]
fn without_a_map_there_is_nothing_to_report() {
    Project::new().run(&["report"]).status(2).no_stdout();
    decided().run(&["report", "--date", "2026-13-01"]).status(2).stderr_has("no such day");
}
