//! Addresses and captures as inputs of the program, against a real server on loopback.

use crate::project::{Project, Run, row, suggestions};
use crate::site::{Reply, Site};
use serde_json::Value;

const FORECAST: &str = "We build and maintain a rolling 12-month forecast of your cloud spend, and explain each variance \
to forecast to the finance team every month.";
const FRAME: &str = "We allocate every shared cloud cost to your teams and products each month.";

fn service_site() -> Site {
    let page = |title: &str, body: &str| {
        Reply::page(&format!(
            "<nav><a href=/>Home</a></nav><main><h1>{title}</h1>{body}</main><footer><p>{FRAME}</p></footer>"
        ))
    };
    Site::start(move |path, _| match path {
        "/robots.txt" => Reply::new(200, "text/plain", "User-agent: *\nDisallow: /private\n"),
        "/" => page(
            "Services",
            "<p><a href=/forecast>Forecasting</a> <a href=/about>About</a> <a href=/private>P</a></p>\
                     <p><a href=/gone>Old</a> <a href=https://elsewhere.example/>E</a></p>",
        ),
        "/forecast" => page("Forecasting", &format!("<h2>What we do</h2><p>{FORECAST}</p>")),
        "/about" => page("About", "<p>We are people.</p>"),
        "/latin" => Reply::new(
            200,
            "text/html; charset=ISO-8859-1",
            b"<p>Gr\xfc\xdfe aus K\xf6ln, ganz ohne Meta.</p>".to_vec(),
        ),
        "/shell" => Reply::page("<div id=root></div><script src=/app.js></script>"),
        _ => Reply::none(),
    })
}

const POLITE: [&str; 7] = [
    "--contact",
    "tests@example.org",
    "--allow-private-network",
    "--fetch",
    "delay_ms=5",
    "--quiet",
    "--fetch",
];

fn run(project: &Project, args: &[&str]) -> Run {
    let polite = POLITE.iter().copied().chain(["backoff_ms=5"]);
    project.run(&args.iter().copied().chain(polite).collect::<Vec<_>>())
}

fn map(project: &Project, inputs: &[&str]) -> (Run, Value) {
    let args: Vec<&str> =
        ["map"].into_iter().chain(inputs.iter().copied()).chain(["--format", "json"]).collect();
    let run = run(project, &args);
    let value = run.json();
    (run, value)
}

#[test]
fn a_site_is_mapped_with_citations_that_name_their_capture() {
    let (project, site) = (Project::new(), service_site());
    let home = site.url("/");
    let (run, found) = map(&project, &[&home]);
    run.status(1); // The page that is gone.
    let forecast = site.url("/forecast");
    let page = row(&found, &forecast);
    assert_eq!((page["status"].as_str(), page["provenance"].as_str()), (Some("read"), Some("public")));
    let capture = &page["capture"];
    assert_eq!(capture["url"], forecast.as_str());
    assert!(project.dossier().join("snapshots").join(capture["file"].as_str().unwrap()).is_file());
    assert!(row(&found, &site.url("/gone"))["reason"].as_str().unwrap().contains("404"));
    assert!(row(&found, &site.url("/private"))["reason"].as_str().unwrap().contains("robots.txt"));
    assert_eq!(row(&found, "https://elsewhere.example/")["status"], "skipped");

    let cited = suggestions(&found);
    let offer = cited.iter().find(|s| s["quote"].as_str().unwrap().contains("rolling 12-month")).unwrap();
    assert!(offer["link"].as_str().unwrap().starts_with(&format!("{forecast}#:~:text=")), "{offer:#}");
    let frame: Vec<_> =
        cited.iter().filter(|s| s["quote"].as_str().unwrap().contains("shared cloud cost")).collect();
    assert!(frame.iter().all(|s| s["grade"] == "topic"), "the site's footer is no offer: {frame:#?}");
    assert!(!site.paths().iter().any(|path| path == "/private"));
    let text = project.run(&["text", &forecast]).status(0);
    assert!(text.stdout.contains(FORECAST));
}

#[test]
fn a_second_map_of_the_same_site_is_the_same() {
    let (project, site) = (Project::new(), service_site());
    let (about, forecast) = (site.url("/about"), site.url("/forecast"));
    let (one, two) = (map(&project, &[&about, &forecast]).1, map(&project, &[&forecast, &about]).1);
    let quotes = |map: &Value| suggestions(map).iter().map(|s| s["quote"].clone()).collect::<Vec<_>>();
    assert_eq!(quotes(&one), quotes(&two));
    assert_eq!(site.paths().iter().filter(|path| *path == "/about").count(), 2);
}

#[test]
fn a_capture_file_is_mapped_like_the_site_that_it_holds() {
    let (project, site) = (Project::new(), service_site());
    let latin = site.url("/latin");
    let fetched = map(&project, &[&site.url("/forecast"), &latin]).1;
    let file = row(&fetched, &latin)["capture"]["file"].as_str().unwrap().to_owned();
    std::fs::copy(project.dossier().join("snapshots").join(&file), project.input().join("site.warc.gz"))
        .unwrap();
    let other = Project::new();
    std::fs::copy(project.input().join("site.warc.gz"), other.input().join("site.warc.gz")).unwrap();
    let run = other.run(&["map", "in", "--format", "json", "--quiet"]);
    let read = run.json();
    run.status(0);
    for source in [&latin, &site.url("/forecast")] {
        assert_eq!(row(&read, source)["id"], row(&fetched, source)["id"]);
        assert_eq!(row(&read, source)["provenance"], "supplied");
        assert_eq!(row(&read, source)["capture"]["file"], "site.warc.gz");
    }
    assert!(row(&read, "site.warc.gz")["reason"].as_str().unwrap().contains("listed by address"));
    let quotes = |map: &Value| suggestions(map).iter().map(|s| s["quote"].clone()).collect::<Vec<_>>();
    assert_eq!(quotes(&read), quotes(&fetched));
    let text = other.run(&["text", &latin]).status(0).stdout;
    assert!(text.contains("Grüße aus Köln"), "{text}");
}

/// A capture as tools write it, not packed.
fn record(url: &str, day: &str, answer: &str) -> String {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {day}T10:00:00Z\r\n"
    );
    let id = format!(
        "WARC-Record-ID: <urn:capture:{day}>\r\nContent-Type: application/http; msgtype=response\r\n"
    );
    format!("{head}{id}Content-Length: {}\r\n\r\n{answer}\r\n\r\n", answer.len())
}

#[test]
fn among_captures_of_an_address_in_several_files_the_youngest_that_can_be_read_stands() {
    let page = |words: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<h1>Services</h1><p>{FORECAST}</p><p>{words}</p>"
        )
    };
    let gone = "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\ngone";
    let url = "https://a.example/forecast";
    let project = Project::with(&[
        ("a.warc", &record(url, "2026-05-01", &page("older"))),
        ("b.warc", &record(url, "2026-05-02", &page("younger"))),
        ("c.warc", &record(url, "2026-04-01", &page("oldest"))),
        ("d.warc", &record(url, "2026-06-01", gone)),
    ]);
    let map = project.map();
    let rows = map["documents"].as_array().unwrap().iter().filter(|row| row["source"] == url);
    let read: Vec<_> = rows.filter(|row| row["status"] == "read").collect();
    assert_eq!(read.len(), 1, "{read:#?}");
    assert_eq!(read[0]["capture"]["file"], "b.warc");
    let forecasting =
        map["criteria_map"].as_array().unwrap().iter().find(|row| row["criterion"] == "forecasting");
    let offers = forecasting.unwrap()["suggestions"].as_array().unwrap();
    assert_eq!(offers.iter().filter(|s| s["quote"].as_str().unwrap().contains("12-month")).count(), 1);
    project.run(&["text", url]).status(0).stdout_has("younger");
    // The dossier knows it as read too, and can show its text.
    let export = project.run(&["export", "/dev/stdout"]).status(0).stdout;
    let filed = export
        .lines()
        .find(|line| line.contains("\"document\"") && line.contains(&format!("\"source\":\"{url}\"")));
    assert!(filed.is_some_and(|line| line.contains("\"status\":\"read\"")), "{filed:?}");
}

#[test]
fn what_must_not_be_fetched_is_not() {
    let (project, site) = (Project::new(), service_site());
    let forecast = site.url("/forecast");
    project.run(&["map", &forecast]).status(2).stderr_has("a contact is needed").stderr_has("--contact");
    project
        .run(&["map", "file:///etc/passwd", "--contact", "a@b.example"])
        .status(2)
        .stderr_has("only http and https");
    let secret = "http://ann:hunter2@example.com/";
    let refused = project.run(&["map", secret, "--contact", "a@b.example"]).status(2);
    assert!(!refused.stderr.contains("hunter2"), "{}", refused.stderr);
    for place in
        [forecast, "http://169.254.169.254/".to_owned(), format!("http://localhost:{}/", site.at.port())]
    {
        let run = project.run(&[
            "map",
            &place,
            "--contact",
            "a@b.example",
            "--format",
            "json",
            "--fetch",
            "delay_ms=1",
        ]);
        let reason = row(&run.json(), &place)["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains("not on the public internet"), "{place}: {reason}");
        run.status(1);
    }
    assert!(site.hits().is_empty());
}

#[test]
fn a_page_made_by_scripts_says_what_to_do() {
    let (project, site) = (Project::new(), service_site());
    let shell = site.url("/shell");
    let (run, found) = map(&project, &[&shell]);
    run.status(1);
    assert!(row(&found, &shell)["reason"].as_str().unwrap().contains("open it in a browser, save it"));
}

#[test]
fn pages_shows_the_matrix_in_every_format() {
    let (project, site) = (Project::new(), service_site());
    let home = site.url("/");
    let table = run(&project, &["pages", &home]).status(1);
    assert!(
        table.stdout.contains("Missing, by points") && table.stdout.contains("Cheapest way"),
        "{}",
        table.stdout
    );
    assert!(table.stdout.lines().all(|line| line.chars().count() <= 80), "{}", table.stdout);
    let json = run(&project, &["pages", &home, "--format", "json"]).json();
    assert_eq!(json["schema"], "capmap/pages/1");
    let line =
        json["matrix"].as_array().unwrap().iter().find(|line| line["criterion"] == "forecasting").unwrap();
    let cell = line["pages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|cell| cell["source"] == site.url("/forecast").as_str());
    assert_eq!(cell.unwrap()["grade"], "offered");
    assert!(!json["route"]["steps"].as_array().unwrap().is_empty());
    let csv = run(&project, &["pages", &home, "--format", "csv"]).stdout;
    assert!(
        csv.lines().any(|line| line.starts_with(&site.url("/forecast")) && line.contains(",forecasting,"))
    );
    let html = run(&project, &["pages", &home, "--format", "html"]).stdout;
    assert!(html.contains("#:~:text=") && !html.contains("<script"), "{html}");
}
