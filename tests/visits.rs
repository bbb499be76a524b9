//! Visits that go badly: servers that are out for memory and time, a program that is killed on the way, pages in other
//! languages and charsets, and captures that another tool wrote.

use crate::project::{Project, root, row, suggestions};
use crate::site::{Manner, Reply, Site};
use crate::watched::watch;
use flate2::{Compression, write::GzEncoder};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

const OFFER: &str = "We build and maintain a rolling 12-month forecast of your cloud spend, and explain each variance \
to forecast to the finance team every month.";

fn args<'a>(inputs: &[&'a str], settings: &[&'a str]) -> Vec<&'a str> {
    let own = ["--contact", "tests@example.org", "--allow-private-network", "--quiet", "--format", "json"];
    let settings = settings.iter().flat_map(|setting| ["--fetch", setting]);
    ["map"].into_iter().chain(inputs.iter().copied()).chain(own).chain(settings).collect()
}

/// 300 MB of white space and words, packed.
fn bomb() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let block = b"<p>words and words</p>\n".repeat(1 << 15);
    (0..400).for_each(|_| packed.write_all(&block).unwrap());
    packed.finish().unwrap()
}

#[test]
fn a_hostile_site_costs_little_memory_and_no_more_time_than_allowed() {
    let bomb = bomb();
    let site = Site::start(move |path, _| match path {
        "/robots.txt" | "/sitemap.xml" => Reply::none(),
        "/bomb" => Reply::new(200, "text/html", bomb.clone()).with("Content-Encoding", "gzip"),
        "/flood" => Reply::page(&"<p>a flood of words</p>".repeat(2 << 20)),
        "/large" => Reply::page(&"<p>many words</p>".repeat(1_000_000)),
        "/stuck" => Reply::page("stuck").manner(Manner::Stuck),
        "/offer" => Reply::page(&format!("<main><h1>Forecasting</h1><p>{OFFER}</p></main>")),
        _ => {
            let n: u32 = path.trim_start_matches("/day/").parse().unwrap_or(0);
            let links: String = (1..=400).map(|i| format!("<a href=/day/{}>d</a> ", n * 7 + i)).collect();
            Reply::page(&format!(
                "<main><p>Day {n} of our calendar</p>{links}<a href=/offer>o</a> <a href=/bomb>b</a> <a href=/flood>f</a> \
                <a href=/large>l</a> <a href=/stuck>s</a></main>"
            ))
        }
    });
    let (project, home) = (Project::new(), site.url("/"));
    let settings = ["delay_ms=0", "backoff_ms=5", "request_ms=2500", "retries=0", "max_pages=150"];
    let seen = watch(project.command(&args(&[&home], &settings)), 0);
    println!("the program took {} MiB, {:?}", seen.peak, seen.took);
    let map = seen.run.json();
    seen.run.status(1);
    assert!(seen.peak < 150, "{} MiB", seen.peak);
    assert!(seen.took < Duration::from_secs(40), "{:?}", seen.took);
    for (page, reason) in
        [("/bomb", "unpacks to more than"), ("/flood", "page_bytes"), ("/stuck", "request_ms")]
    {
        assert!(row(&map, &site.url(page))["reason"].as_str().unwrap().contains(reason), "{page}");
    }
    assert_eq!(row(&map, &site.url("/offer"))["status"], "read");
    assert!(site.hits().len() <= 153, "{} requests", site.hits().len());
    let rows = map["documents"].as_array().unwrap();
    assert!(rows.len() > 400 && rows.iter().all(|r| r["status"] == "read" || r["reason"].is_string()));
}

#[test]
fn a_program_killed_on_its_way_asks_for_no_page_twice() {
    let site = Site::start(|path, _| match path {
        "/robots.txt" | "/sitemap.xml" => Reply::none(),
        _ => {
            let n: u32 = path.trim_start_matches("/p").parse().unwrap_or(0);
            Reply::page(&format!(
                "<main><p>Page {n}. {OFFER}</p><a href=/p{}>next</a></main>",
                (n + 1).min(30)
            ))
        }
    });
    let (project, home) = (Project::new(), site.url("/"));
    let args = args(&[&home], &["delay_ms=40", "max_depth=100"]);
    let mut child = project.command(&args).spawn().unwrap();
    let began = Instant::now();
    while site.hits().len() < 10 && began.elapsed() < Duration::from_secs(30) {
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = site.hits().len();
    assert!((10..25).contains(&before), "{before} requests before the end");
    let map = project.run(&args).status(0).json();
    assert_eq!(map["documents"].as_array().unwrap().len(), 31);
    let asked: Vec<String> = site.paths().into_iter().filter(|p| p.starts_with("/p") || p == "/").collect();
    let pages: BTreeSet<&String> = asked.iter().collect();
    // The answer that was on its way when the program died was never kept.
    assert!(pages.len() == 31 && asked.len() <= 32, "{asked:?}");
}

#[test]
fn another_language_is_said_and_a_wrong_charset_found_out() {
    let german = "<h1>Prognosen</h1><p>Wir erstellen und pflegen eine rollierende Prognose Ihrer Ausgaben für die Cloud über zwölf Monate \
        und erklären der Finanzabteilung jeden Monat jede Abweichung von der Prognose.</p><p>Gemeinsame Kosten verteilen wir auf die Teams.</p>";
    let site = Site::start(move |path, _| match path {
        "/robots.txt" => Reply::none(),
        "/de" => Reply::page(german),
        _ => {
            let body =
                [b"<main><h1>Caf\xe9</h1><p>".as_slice(), OFFER.as_bytes(), b" It\x92s yours.</p></main>"]
                    .concat();
            Reply::new(200, "text/html; charset=utf-8", body)
        }
    });
    let (project, de, cafe) = (Project::new(), site.url("/de"), site.url("/cafe"));
    let map = project.run(&args(&[&de, &cafe], &["delay_ms=1"])).status(0).json();
    assert!(row(&map, &de)["notes"][0].as_str().unwrap().starts_with("not in English: written in German"));
    assert!(
        suggestions(&map).iter().all(|s| s["document"] != de.as_str()),
        "a guess about words that no rule knows"
    );
    // As browsers do: the server is believed, and what does not fit is shown as such, and told.
    assert!(
        row(&map, &cafe)["notes"][0].as_str().unwrap().contains("2 characters do not fit the charset UTF-8")
    );
    assert!(suggestions(&map).iter().any(|s| s["document"] == cafe.as_str() && s["grade"] == "offered"));
    let shown = [
        "--contact",
        "tests@example.org",
        "--allow-private-network",
        "--fetch",
        "delay_ms=1",
        "--max-depth",
        "0",
    ];
    let pages: Vec<&str> = ["pages", &de].into_iter().chain(shown).collect();
    project.run(&pages).stdout_has("Not judged").stdout_has("German");
}

#[test]
fn a_capture_by_another_tool_is_mapped() {
    let Some(python) = python_with_warcio() else { return };
    let project = Project::new();
    let script = "import sys, io\nfrom warcio.warcwriter import WARCWriter\nfrom warcio.statusandheaders import StatusAndHeaders\n\
        w = WARCWriter(open(sys.argv[1], 'wb'), gzip=True)\n\
        h = StatusAndHeaders('200 OK', [('Content-Type', 'text/html; charset=utf-8')], protocol='HTTP/1.0')\n\
        body = ('<main><h1>Forecasting</h1><p>' + sys.argv[2] + '</p></main>').encode()\n\
        w.write_record(w.create_warc_record('https://example.com/forecast', 'response', payload=io.BytesIO(body), http_headers=h))\n";
    let file = project.input().join("other.warc.gz");
    assert!(Command::new(python).args(["-c", script]).arg(&file).arg(OFFER).status().unwrap().success());
    let map = project.run(&["map", "in", "--format", "json", "--quiet"]).status(0).json();
    let page = row(&map, "https://example.com/forecast");
    assert_eq!((&page["status"], &page["provenance"]), (&"read".into(), &"supplied".into()));
    let cited = suggestions(&map);
    let offer = cited
        .iter()
        .find(|s| s["criterion"] != "" && s["quote"].as_str().unwrap().contains("rolling 12-month"));
    assert!(offer.unwrap()["link"].as_str().unwrap().starts_with("https://example.com/forecast#:~:text="));
}

/// A Python that has the reference implementation of WARC, from PyPI; without it the comparison is skipped and said so.
fn python_with_warcio() -> Option<PathBuf> {
    let venv = root().join("target/tmp/warcio");
    let python = venv.join("bin/python");
    let run = |program: &PathBuf, args: &[&str]| {
        Command::new(program).args(args).status().is_ok_and(|s| s.success())
    };
    if python.is_file() && run(&python, &["-c", "import warcio"]) {
        return Some(python);
    }
    let made = run(&"python3".into(), &["-m", "venv", &venv.to_string_lossy()])
        && run(&venv.join("bin/pip"), &["install", "-q", "warcio"]);
    if !made {
        println!("skipped: warcio cannot be installed");
    }
    made.then_some(python)
}
