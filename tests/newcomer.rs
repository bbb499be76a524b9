//! A newcomer with the demo, a keyboard and a real browser: from a folder to a verdict. And the pictures in the docs.

use crate::driver::{Browser, browser};
use crate::project::{Project, root};
use crate::served::Served;
use std::path::PathBuf;

const ENTER: &str = "\u{E007}";

/// The pictures in sight are there. Those behind a fold or below the edge are not asked for before somebody looks.
const DRAWN: &str = "return [...document.images].filter(i => i.checkVisibility() && i.getBoundingClientRect().top < innerHeight)
    .every(i => i.complete && i.naturalWidth > 0)";

fn demo() -> Project {
    let project = Project::new();
    let demo = root().join("corpora/demo");
    project.run(&["map", demo.to_str().unwrap(), "--format", "json", "--quiet"]).status(1);
    project
}

async fn verdict(browser: &Browser) -> String {
    browser.js("return document.getElementById('verdict').dataset.verdict").await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn from_a_folder_to_a_verdict_by_keyboard_alone() {
    let project = demo();
    let served = Served::on(&project);
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&served.link).await;
    browser.press_and_wait(ENTER).await;
    let mut decisions = 0;
    // What the program calls offered is confirmed, the rest rejected: a newcomer who believes what is written beside.
    // After each decision the next passage is there, and the overview once nothing waits.
    while browser.js("return location.pathname").await != "/" && decisions < 120 {
        let offered = browser.js("return document.querySelector('.grade.offered') !== null").await == true;
        browser.press_and_wait(if offered { "c" } else { "x" }).await;
        assert!(browser.text("#news").await.contains("Saved as event"), "{}", browser.text("body").await);
        decisions += 1;
    }
    let (verdict, points) = (verdict(&browser).await, browser.text("#points").await);
    eprintln!("{decisions} decisions by one key each: {points} points, verdict {verdict}");
    assert!(["met", "depends-on-policy"].contains(&verdict.as_str()), "{verdict}");
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    project.run(&["log", "verify"]).status(0).stdout_has(&format!("whole: {decisions} events"));
    let score = project.run(&["score", "--format", "json"]).status(0).json();
    assert_eq!(score["verdict"], verdict.as_str());
    assert_eq!(score["policies"][0]["points"].to_string(), points);
    browser.close().await;
}

/// Pictures of the pages. `CAPMAP_SCREENS=1` writes them into `docs/screens`; else they are only looked at for life.
#[tokio::test]
async fn screens_of_every_page() {
    let project = demo();
    let served = Served::on(&project);
    let Some(browser) = browser(1440, 1000).await else { return };
    browser.go(&served.link).await;
    let at = |path: &str| format!("http://{}{path}", served.address);
    for _ in 0..9 {
        browser.go(&at("/next")).await;
        let offered = browser.js("return document.querySelector('.grade.offered') !== null").await == true;
        browser.press_and_wait(if offered { "c" } else { "x" }).await;
    }
    let pdf = item_in(&served, "forecasting", ".pdf");
    let page = project.path("report.html");
    project.run(&[
        "report",
        "-o",
        page.to_str().unwrap(),
        "--applicant",
        "Northquay and Pellworth",
        "--quiet",
    ]);
    let shots = [
        ("overview", "/".to_owned(), 1440, false),
        ("overview-dark", "/".to_owned(), 1440, true),
        ("overview-320", "/".to_owned(), 320, false),
        ("passage", pdf.clone(), 1440, false),
        ("passage-dark", "/c/benchmarking".to_owned(), 1440, true),
        ("passage-320", pdf.clone(), 320, false),
        ("passage-2560", pdf, 2560, false),
        ("capability", "/c/allocation?list=true".to_owned(), 1440, false),
        ("document", "/document?source=northquay%2Fsow-harrow-vale-cost-office.pdf".to_owned(), 1440, false),
        ("documents", "/documents".to_owned(), 1440, false),
        ("search", "/search?q=forecast".to_owned(), 1440, false),
        ("log", "/log".to_owned(), 1440, false),
        ("report", "/report".to_owned(), 1440, false),
        ("report-map", format!("file://{}#map", page.display()), 1100, false),
        ("report-evidence", format!("file://{}#evidence", page.display()), 1100, false),
        ("keys", "/keys".to_owned(), 1440, false),
    ];
    for (name, path, width, dark) in shots {
        browser.size(width, if width == 320 { 700 } else { 1000 }).await;
        browser.dark(dark).await;
        browser.go(&if path.starts_with("file:") { path } else { at(&path) }).await;
        browser.until(DRAWN, "its pictures").await;
        let png = browser.screenshot().await;
        assert!(png.len() > 8_000, "{name} is empty");
        if std::env::var_os("CAPMAP_SCREENS").is_some() {
            std::fs::write(screens().join(format!("{name}.png")), png).unwrap();
        }
    }
    browser.close().await;
}

fn screens() -> PathBuf {
    let folder = root().join("docs/screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The first passage of a criterion that stands in a document of that ending.
fn item_in(served: &Served, criterion: &str, ending: &str) -> String {
    let page = served.get(&format!("/c/{criterion}?list=true")).unwrap().body;
    let mut lines = page.split("href=\"/i/").skip(1);
    let found = lines.find(|line| line.split("</li>").next().unwrap().contains(ending));
    let id = found.or_else(|| page.split("href=\"/i/").nth(1)).unwrap();
    format!("/i/{}", id.split('"').next().unwrap())
}
