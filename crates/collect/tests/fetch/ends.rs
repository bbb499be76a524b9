//! Every address has an end and a true reason, and nothing takes longer than its budget.

use super::site::{Manner, Reply, Site};
use super::{fails, go, pages, plan};
use capmap_model::FailureKind;
use std::io::Write;
use std::time::{Duration, Instant};

fn bomb() -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b'a'; 1 << 20];
    (0..300).for_each(|_| packed.write_all(&block).unwrap());
    packed.finish().unwrap()
}

#[test]
fn redirects_end_somewhere_or_say_why_not() {
    let dir = tempfile::tempdir().unwrap();
    let other = Site::start(|_, _| Reply::page("not for you"));
    let inside = other.url("/inside");
    let by_name = format!("http://localhost:{}/", other.at.port());
    let site = Site::start(move |path, _| match path {
        "/one" => Reply::to("/two"),
        "/two" => Reply::to("three?utm_medium=x"),
        "/three" => Reply::page("arrived"),
        "/circle" => Reply::to("/elcric"),
        "/elcric" => Reply::to("/circle"),
        "/self" => Reply::to("/self"),
        "/private" => Reply::to(&inside),
        "/metadata" => Reply::to("http://169.254.169.254/latest/meta-data/"),
        "/named" => Reply::to(&by_name),
        "/file" => Reply::to("file:///etc/passwd"),
        "/secret" => Reply::to("http://ann:hunter2@example.org/"),
        "/nowhere" => Reply::new(301, "text/plain", ""),
        "/robots.txt" => Reply::none(),
        path => Reply::to(&format!("{path}0")),
    });
    let asked = [
        "/one",
        "/three",
        "/circle",
        "/self",
        "/private",
        "/metadata",
        "/named",
        "/file",
        "/secret",
        "/nowhere",
        "/long",
    ];
    let visited = go(&plan(dir.path(), &site, &asked, false, &["redirects=5"]));
    assert_eq!(pages(&visited), ["three"]);
    fails(&visited, "/one", FailureKind::Duplicate, "/three, which is listed");
    fails(&visited, "/circle", FailureKind::Io, "circle");
    fails(&visited, "/self", FailureKind::Io, "circle");
    fails(&visited, "/private", FailureKind::Refused, "not on the public internet");
    fails(&visited, "/inside", FailureKind::Refused, "is 127.0.0.1");
    fails(&visited, "/metadata", FailureKind::Refused, "169.254.169.254");
    fails(&visited, "/named", FailureKind::Refused, "resolves to");
    fails(&visited, "/file", FailureKind::Refused, "not file");
    fails(&visited, "/secret", FailureKind::Refused, "user name or password");
    fails(&visited, "/nowhere", FailureKind::Io, "without saying where");
    fails(&visited, "/long", FailureKind::Limit, "more than 5 redirects");
    assert!(!format!("{visited:?}").contains("hunter2"));
    assert!(other.hits().is_empty(), "a machine was asked that must not be");
    assert_eq!(site.paths().iter().filter(|path| *path == "/three").count(), 1);
}

#[test]
fn bad_answers_have_true_reasons_and_nothing_hangs() {
    let dir = tempfile::tempdir().unwrap();
    let bomb = bomb();
    let site = Site::start(move |path, _| match path {
        "/robots.txt" => Reply::none(),
        "/slow" => Reply::page(&"slow ".repeat(2000)).manner(Manner::Slow(20)),
        "/stuck" => Reply::page("stuck").manner(Manner::Stuck),
        "/short" => Reply::page("short").manner(Manner::Short),
        "/long" => Reply::page("long").manner(Manner::Long),
        "/broken" => Reply::new(500, "text/html", "sorry"),
        "/gone" => Reply::new(410, "text/html", "gone"),
        "/bomb" => Reply::new(200, "text/html", bomb.clone()).with("Content-Encoding", "gzip"),
        "/lies" => Reply::page("not packed").with("Content-Encoding", "gzip"),
        "/large" => Reply::page(&"x".repeat(500_000)),
        "/image" => Reply::new(200, "image/png", vec![0; 1000]),
        _ => Reply::page("fine"),
    });
    let asked = [
        "/slow", "/stuck", "/short", "/long", "/broken", "/gone", "/bomb", "/lies", "/large", "/image",
        "/fine",
    ];
    let settings = ["request_ms=700", "retries=1", "expanded_bytes=1000000", "page_bytes=400000"];
    let began = Instant::now();
    let visited = go(&plan(dir.path(), &site, &asked, false, &settings));
    assert!(began.elapsed() < Duration::from_secs(6), "took {:?}", began.elapsed());
    fails(&visited, "/slow", FailureKind::Timeout, "request_ms");
    fails(&visited, "/stuck", FailureKind::Timeout, "request_ms");
    fails(&visited, "/short", FailureKind::Truncated, "ended before");
    fails(&visited, "/broken", FailureKind::Io, "500 Internal Server Error");
    fails(&visited, "/gone", FailureKind::Io, "410 Gone");
    fails(&visited, "/bomb", FailureKind::Limit, "unpacks to more than");
    fails(&visited, "/lies", FailureKind::Malformed, "cannot be unpacked");
    fails(&visited, "/large", FailureKind::Limit, "page_bytes");
    fails(&visited, "/image", FailureKind::Unsupported, "image/png");
    assert_eq!(pages(&visited), ["long", "fine"]);
    assert_eq!(site.paths().iter().filter(|path| *path == "/broken").count(), 2);
}

#[test]
fn nobody_there_and_nobody_of_that_name() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::start(|_, _| Reply::none());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let closed = format!("http://{free}/closed");
    let allow = format!("allow_address={free}");
    let asked = [closed.as_str(), "http://no-such-name.invalid/"];
    let visited = go(&plan(dir.path(), &site, &asked, false, &[&allow, "retries=0"]));
    fails(&visited, "/closed", FailureKind::Io, "cannot be reached");
    fails(&visited, "invalid/", FailureKind::Io, "no machine is called no-such-name.invalid");
}

#[test]
fn a_trap_of_ten_thousand_pages_is_left_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::start(|path, _| match path {
        "/robots.txt" | "/sitemap.xml" => Reply::none(),
        _ => {
            let n: u32 = path.trim_start_matches("/day/").parse().unwrap_or(0);
            let links: String =
                (1..=200).map(|i| format!("<a href=/day/{}>d</a>", (n * 7 + i) % 10_000)).collect();
            Reply::page(&format!("<a href={path}/x>deeper</a><a href='{path}?o={n}'>sort</a>{links}"))
        }
    });
    let visited = go(&plan(dir.path(), &site, &["/"], true, &["delay_ms=0", "max_pages=300"]));
    assert!(site.hits().len() <= 302, "{} requests", site.hits().len());
    assert!(
        pages(&visited).iter().filter(|p| p.starts_with("day/") && !p.contains(['?', 'x'])).count() <= 100
    );
    let reasons = visited.mets.iter().filter(|met| format!("{:?}", met.end).contains("same_shape")).count();
    assert!(reasons > 500, "{reasons} of {} passed by as a trap", visited.mets.len());

    let bounded = go(&plan(&dir.path().join("b"), &site, &["/"], true, &["delay_ms=0", "max_pages=7"]));
    assert_eq!(pages(&bounded).len(), 7);
    let unread =
        bounded.mets.iter().filter(|met| format!("{:?}", met.end).contains("limit of 7 pages")).count();
    assert!(unread > 50, "{unread}");
    let timed = go(&plan(&dir.path().join("c"), &site, &["/"], true, &["delay_ms=100", "total_ms=600"]));
    assert!((1..=6).contains(&pages(&timed).len()), "{:?}", pages(&timed));
}
