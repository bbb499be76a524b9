//! What was seen is kept: captures that other tools read, conditional second visits, and visits that go on.

use super::site::{Manner, Reply, Site};
use super::{go, go_some, met, pages, plan};
use capmap_collect::{End, FetchError, Found, Records, captured, find, visited};
use std::path::{Path, PathBuf};
use std::process::Command;

fn site() -> Site {
    Site::start(|path, headers| match path {
        "/robots.txt" => Reply::none(),
        "/tagged" if headers.get("if-none-match").is_some_and(|tag| tag == "\"1\"") => {
            Reply::new(304, "text/html", "")
        }
        "/tagged" => Reply::page("tagged").with("ETag", "\"1\""),
        "/latin" => Reply::new(200, "text/html; charset=ISO-8859-1", b"<p>Gr\xfc\xdfe</p>".to_vec()),
        "/cut" => Reply::page("cut").manner(Manner::Short),
        "/missing" => Reply::none(),
        "/to" => Reply::to("/latin"),
        _ => Reply::page(&format!("<p>page {path}</p>{}", links(path))),
    })
}

/// Ten pages in a row, two links on each.
fn links(path: &str) -> String {
    let n: u32 = path.trim_start_matches("/p").parse().unwrap_or(0);
    (n + 1..=10).take(2).map(|n| format!("<a href=/p{n}>next</a>")).collect()
}

fn warcs(dir: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(dir.join("snapshots")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.to_string_lossy().ends_with(".warc.gz")).collect();
    files.sort();
    files
}

fn text(found: &Found) -> Vec<u8> {
    std::fs::read(&found.path).unwrap()
}

#[test]
fn captures_validate_elsewhere_and_read_back_to_the_same_bytes() {
    let (dir, site) = (tempfile::tempdir().unwrap(), site());
    let seen = go(&plan(
        dir.path(),
        &site,
        &["/p9", "/latin", "/tagged", "/missing", "/to", "/cut"],
        false,
        &["retries=0"],
    ));
    let found = visited(&seen, &dir.path().join("pages"));
    let files = warcs(dir.path());
    assert_eq!(files.len(), 1);
    let again = captured(&find(&files, &[]).unwrap()[0], &dir.path().join("again"), 1 << 20);
    for page in found.iter().filter(|found| found.failure.is_none()) {
        let same = again.iter().find(|other| other.source == page.source && other.failure.is_none());
        let same = same.unwrap_or_else(|| panic!("{} is not in the capture file", page.source));
        assert_eq!((text(page), &page.charset), (text(same), &same.charset));
        assert_eq!(page.capture.as_ref().unwrap().record, same.capture.as_ref().unwrap().record);
    }
    assert_eq!(found.iter().filter(|f| f.failure.is_none()).count(), 3);
    let cut = again.iter().find(|f| f.source.ends_with("/cut")).unwrap();
    assert!(cut.failure.as_ref().unwrap().detail.contains("part of the answer"), "{cut:?}");

    let Some(warcio) = warcio() else { return };
    let check = Command::new(&warcio).args(["check", "-v"]).arg(&files[0]).output().unwrap();
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.success() && told.contains("digest pass") && !told.contains("fail"), "{told}");
}

/// The reference implementation, from PyPI; without it the comparison is skipped and said so.
fn warcio() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("warcio");
    let program = venv.join("bin/warcio");
    if !program.exists() {
        let made =
            Command::new("python3").args(["-m", "venv"]).arg(&venv).status().is_ok_and(|s| s.success())
                && Command::new(venv.join("bin/pip"))
                    .args(["install", "-q", "warcio"])
                    .status()
                    .is_ok_and(|s| s.success());
        if !made {
            assert!(std::env::var_os("CI").is_none(), "warcio cannot be installed");
            println!("skipped: warcio cannot be installed");
            return None;
        }
    }
    Some(program)
}

#[test]
fn captures_of_the_reference_tool_are_read() {
    let Some(warcio) = warcio() else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("other.warc.gz");
    let script = "import sys, io\nfrom warcio.warcwriter import WARCWriter\nfrom warcio.statusandheaders import StatusAndHeaders\n\
        w = WARCWriter(open(sys.argv[1], 'wb'), gzip=True)\n\
        h = StatusAndHeaders('200 OK', [('Content-Type', 'text/html; charset=utf-8')], protocol='HTTP/1.0')\n\
        w.write_record(w.create_warc_record('https://example.com/a', 'response', payload=io.BytesIO(b'<p>We allocate shared cost.'), http_headers=h))\n\
        i = StatusAndHeaders('200 OK', [('Content-Type', 'image/png')], protocol='HTTP/1.0')\n\
        w.write_record(w.create_warc_record('https://example.com/i', 'response', payload=io.BytesIO(b'png'), http_headers=i))\n";
    let python = warcio.with_file_name("python");
    assert!(Command::new(python).args(["-c", script]).arg(&file).status().unwrap().success());
    let found = captured(&find(&[file], &[]).unwrap()[0], &dir.path().join("pages"), 1 << 20);
    assert_eq!(found.len(), 3);
    assert_eq!(
        (found[0].source.as_str(), text(&found[0])),
        ("https://example.com/a", b"<p>We allocate shared cost.".to_vec())
    );
    assert!(found[1].failure.is_some() && found[2].failure.as_ref().unwrap().detail.contains("2 answers"));
}

#[test]
fn a_second_visit_asks_whether_something_changed_and_keeps_both() {
    let (dir, site) = (tempfile::tempdir().unwrap(), site());
    let plan = plan(dir.path(), &site, &["/tagged", "/p9"], false, &[]);
    let (first, second) = (go(&plan), go(&plan));
    assert_eq!(met(&first, "/tagged"), met(&second, "/tagged"));
    let tags: Vec<bool> = site.hits().iter().map(|hit| hit.headers.contains_key("if-none-match")).collect();
    assert_eq!(tags, [false, false, false, false, true, false]);
    assert_eq!(warcs(dir.path()).len(), 2);
    // Even when the unpacked page is gone, the capture is there.
    std::fs::remove_dir_all(dir.path().join("pages")).unwrap();
    let third = go(&plan);
    assert!(visited(&third, &dir.path().join("pages")).iter().all(|found| found.failure.is_none()));
    if let Some(warcio) = warcio() {
        assert!(Command::new(warcio).arg("check").args(warcs(dir.path())).status().unwrap().success());
    }
}

#[test]
fn an_interrupted_visit_goes_on_where_it_stopped() {
    let (dir, site) = (tempfile::tempdir().unwrap(), site());
    let plan = plan(dir.path(), &site, &["/p0"], true, &[]);
    assert!(matches!(go_some(&plan, 4), FetchError::Interrupted));
    let before = site.paths();
    // A capture that was being written when the power went.
    let file = warcs(dir.path()).remove(0);
    let whole = std::fs::metadata(&file).unwrap().len();
    std::io::Write::write_all(
        &mut std::fs::OpenOptions::new().append(true).open(&file).unwrap(),
        b"\x1f\x8bhalf",
    )
    .unwrap();
    let visited = go(&plan);
    assert_eq!(std::fs::metadata(&file).unwrap().len(), whole);
    assert_eq!(pages(&visited).len(), 11);
    let asked = |path: String| site.paths().iter().filter(|p| **p == path).count();
    assert_eq!((0..=10).map(|n| asked(format!("/p{n}"))).collect::<Vec<_>>(), [1; 11]);
    assert!(before.contains(&"/p3".to_owned()) && !before.contains(&"/p4".to_owned()));
    assert!(visited.mets.iter().all(|met| matches!(met.end, End::Page(_))));
    let records = warcs(dir.path()).into_iter().flat_map(|file| Records::open(&file, 1 << 20).unwrap());
    assert!(records.map(Result::unwrap).filter(|r| r.url.contains("/p")).count() == 11);
}
