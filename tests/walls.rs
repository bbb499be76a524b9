//! The walls around readers, from outside: hostile files in one folder with good ones, and workers killed in mid-run.

use crate::project::{Project, root, row};
use crate::watched::{Watched, watch};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Files that the scripts in `../shared/hostile` write and that must not be read whole, with words of the reason.
const REFUSED: [(&str, &str); 21] = [
    ("billion_laughs.docx", "document type definition"),
    ("deep_array_content.pdf", "page 1"),
    ("deep_array_object.pdf", "no usable page"),
    ("deep_dict_object.pdf", "no usable page"),
    ("deep_ins.docx", "depth of nested elements"),
    ("deep_sdt.docx", "depth of nested elements"),
    ("deep_tables.docx", "depth of nested elements"),
    ("deep_unknown.docx", "depth of nested elements"),
    ("flate_double_3G.pdf", "would expand beyond"),
    ("flate_spaces_6G.pdf", "would expand beyond"),
    ("flate_text_300M.pdf", "would expand beyond"),
    ("form_laughs.pdf", "would grow without end"),
    ("huge_mediabox.pdf", "no usable page"),
    ("pages_20k.pdf", "number of pages (20000)"),
    ("ref_cycle.pdf", "not a PDF that can be opened"),
    ("truncated.pdf", "cut short"),
    ("w_range_4G.pdf", "would grow without end"),
    ("zipbomb.docx", "archive's parts expand"),
    ("attributes.html", "number of attributes"),
    ("deep_div.html", "depth of nested elements"),
    ("deep_table.html", "depth of nested elements"),
];

/// Odd files in which everything that a reader sees can be had.
const ODD: [&str; 11] = [
    "deep_string.pdf",
    "form_recursion.pdf",
    "junk_prefix.pdf",
    "no_mediabox.pdf",
    "not_a_pdf.pdf",
    "ok.pdf",
    "pagetree_cycle.pdf",
    "pagetree_explode.pdf",
    "probe.docx",
    "q_2M.pdf",
    "tounicode_range_4G.pdf",
];

fn html_bombs(project: &Project) {
    let nested = |open: &str, close: &str, n: usize| format!("{}deep{}", open.repeat(n), close.repeat(n));
    project.write("deep_div.html", nested("<div>", "</div>", 200_000));
    project.write("deep_table.html", nested("<table><tr><td>", "</td></tr></table>", 20_000));
    let attributes: String = (0..100_000).map(|i| format!(" a{i}=x")).collect();
    project.write("attributes.html", format!("<div{attributes}>words</div>"));
    let script = "x=1;".repeat(5 << 20);
    let text = "<p>We allocate every shared cloud cost to your teams and products each month.</p>".repeat(4);
    project.write("script.html", format!("<main><h1>Services</h1>{text}</main><script>{script}</script>"));
}

/// Writes the hostile files into the project; false where the scripts are absent.
fn hostile_files(project: &Project) -> bool {
    html_bombs(project);
    let scripts = root().join("../shared/hostile");
    for script in ["make_pdfs.py", "make_docx.py"] {
        let script = scripts.join(script);
        if !script.is_file() {
            println!("skipped: files of {}, which is absent", script.display());
            return false;
        }
        let made = Command::new("python3").arg(script).current_dir(project.input()).status().unwrap();
        assert!(made.success());
    }
    true
}

/// The demo's files, as `good/...`.
fn good_files(project: &Project) -> Vec<String> {
    let mut good = Vec::new();
    for ending in [".pdf", ".docx", ".html"] {
        for file in crate::project::files("corpora/demo", ending) {
            let name = format!("good/{}", file.file_name().unwrap().to_string_lossy());
            project.write(&name, std::fs::read(&file).unwrap());
            good.push(name);
        }
    }
    good
}

#[test]
fn hostile_files_cost_no_more_than_themselves() {
    let (alone, project) = (Project::new(), Project::new());
    good_files(&alone);
    let undisturbed = alone.map();
    let good = good_files(&project);
    let scripts = hostile_files(&project);
    let Watched { run, took, peak, workers } =
        watch(project.command(&["map", "in", "--format", "json", "--quiet"]), 0);
    println!("{} workers, the program took {peak} MiB, {took:?} in all", workers.len());
    let map = run.json();
    run.status(1);
    for name in &good {
        assert_eq!(row(&map, name), row(&undisturbed, name));
    }
    for (name, reason) in REFUSED.iter().filter(|(name, _)| scripts || name.ends_with(".html")) {
        let row = row(&map, name);
        let status = row["status"].as_str().unwrap();
        assert!(matches!(status, "partial" | "unreadable"), "{row:#}");
        assert!(row["reason"].as_str().unwrap().contains(reason), "{row:#}");
    }
    for name in ODD.iter().filter(|_| scripts).chain(&["script.html"]) {
        assert_eq!(row(&map, name)["status"], "read", "{:#}", row(&map, name));
    }
    let rows = map["documents"].as_array().unwrap().len();
    assert_eq!(rows, count(&project.input()), "every file has a row");
    assert!(peak < 200, "the program itself took {peak} MiB");
    let allowed = 2 << 10;
    assert!(workers.iter().all(|w| w.peak < allowed && w.limit.is_none_or(|limit| limit <= allowed)));
    assert!(workers.iter().any(|w| w.limit == Some(allowed)), "no worker was seen under its limit");
    for (name, _) in REFUSED.iter().filter(|(name, _)| scripts || name.ends_with(".html")) {
        let began = Instant::now();
        project.run(&["doctor", &format!("in/{name}")]).status(1);
        assert!(began.elapsed() < Duration::from_secs(11), "{name} took {:?}", began.elapsed());
    }
}

fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

/// A PDF of 500 pages that keeps a reader busy for seconds: all pages show the same thousand words.
fn long_pdf() -> Vec<u8> {
    let lines: String = (0..100)
        .map(|n| {
            format!("1 0 0 1 40 {} Tm (Each month we allocate all of the shared cost.) Tj\n", 780 - n * 7)
        })
        .collect();
    let content = format!("BT /F 6 Tf\n{lines}ET");
    let kids: String = (0..500).map(|n| format!("{} 0 R ", 10 + n)).collect();
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, format!("<</Type/Pages/Count 500/Kids[{kids}]>>")),
        (3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned()),
        (4, format!("<</Length {}>>\nstream\n{content}\nendstream", content.len())),
    ];
    let page =
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F 3 0 R>>>>/Contents 4 0 R>>";
    objects.extend((10..510).map(|number| (number, page.to_owned())));
    let mut out = b"%PDF-1.7\n".to_vec();
    for (number, object) in objects {
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    out.extend(b"trailer\n<</Root 1 0 R/Size 510>>\n%%EOF\n");
    out
}

/// Maps a long document among short ones with one worker at a time, of which the first few are killed.
fn map_with(kills: usize) -> (Watched, Value) {
    let project =
        Project::with(&[("b.md", crate::project::SOW), ("c.txt", "We allocate all shared cost.\n")]);
    project.write("a-long.pdf", long_pdf());
    let args = [
        "map",
        "in",
        "--jobs",
        "1",
        "--format",
        "json",
        "--limit",
        "wall_ms=60000",
        "--limit",
        "cpu_ms=60000",
    ];
    let watched = watch(project.command(&args), kills);
    let map = watched.run.json();
    (watched, map)
}

#[test]
fn a_killed_worker_is_replaced_once_and_then_costs_a_page() {
    let (first, undisturbed) = map_with(0);
    assert_eq!((first.run.status, first.workers.len()), (0, 1), "{}", first.run.stderr);
    assert_eq!(row(&undisturbed, "a-long.pdf")["pages"], 500);

    let (once, retried) = map_with(1);
    assert_eq!((once.run.status, once.workers.len()), (0, 2), "{}", once.run.stderr);
    assert_eq!(retried, undisturbed);

    let (twice, partial) = map_with(2);
    assert_eq!((twice.run.status, twice.workers.len()), (1, 3), "{}", twice.run.stderr);
    let long = row(&partial, "a-long.pdf");
    let reason = long["reason"].as_str().unwrap();
    assert_eq!(long["status"], "partial");
    assert!(reason.contains("could not be read: the reader died on this file (signal 9)"), "{reason}");
    let words = |map: &Value| row(map, "a-long.pdf")["words"].as_u64().unwrap();
    assert_eq!(words(&partial), words(&undisturbed) / 500 * 499, "one page is lost, the rest is there");
    for name in ["b.md", "c.txt"] {
        assert_eq!(row(&partial, name), row(&undisturbed, name));
    }
}
