//! Order, pauses, one connection, robots.txt, and no page twice.

use super::site::{Reply, Site};
use super::{fails, go, met, pages, plan};
use capmap_collect::End;
use capmap_model::FailureKind;
use std::time::Duration;

fn small_site() -> Site {
    Site::start(|path, _| match path {
        "/robots.txt" => Reply::new(
            200,
            "text/plain",
            "User-agent: capmap\nDisallow: /private/\nCrawl-delay: 0.05\nUser-agent: *\nDisallow: /\nSitemap: /map.xml\n",
        ),
        "/map.xml" => Reply::new(
            200,
            "application/xml",
            "<sitemapindex><sitemap><loc>http://HOST/pages.xml.gz</loc></sitemap></sitemapindex>",
        ),
        "/" => Reply::page(
            "<a href=/b>b</a><a href='/a?utm_source=x#y'>a</a><a href=/private/x>x</a><a href=/c>c</a>",
        ),
        "/a" => {
            Reply::page("<a href=/>home</a><a href=/b/../b>b</a><a href=https://elsewhere.example/>e</a>")
        }
        "/b" => Reply::page("<a href=/quiet>q</a><a href=/logo.png>logo</a>"),
        "/c" => Reply::page("<meta name=robots content=nofollow><a href=/never>n</a>"),
        "/quiet" => Reply::page("quiet").with("X-Robots-Tag", "noindex"),
        _ => Reply::none(),
    })
}

#[test]
fn the_log_shows_a_polite_visitor() {
    let (dir, site) = (tempfile::tempdir().unwrap(), small_site());
    let visited = go(&plan(dir.path(), &site, &["/"], true, &["delay_ms=40"]));
    assert_eq!(site.paths(), ["/robots.txt", "/map.xml", "/", "/b", "/a", "/c", "/quiet"]);
    assert_eq!(site.most_connections(), 1);
    let hits = site.hits();
    for pair in hits.windows(2) {
        let pause = pair[1].came.duration_since(pair[0].went);
        assert!(pause >= Duration::from_millis(39), "{} came {pause:?} after {}", pair[1].path, pair[0].path);
    }
    // Crawl-delay is longer than our own pause.
    assert!(hits[4].came.duration_since(hits[3].went) >= Duration::from_millis(49));
    assert!(hits.iter().all(|hit| hit.headers["user-agent"].contains("(+mailto:tests@example.org)")));
    assert!(hits.iter().all(|hit| !hit.headers.contains_key("cookie")));

    assert_eq!(pages(&visited), ["", "b", "a", "c"]);
    fails(&visited, "/private/x", FailureKind::PassedBy, "robots.txt");
    fails(&visited, "/quiet", FailureKind::PassedBy, "noindex");
    fails(&visited, "/logo.png", FailureKind::PassedBy, ".png");
    fails(&visited, "elsewhere.example/", FailureKind::PassedBy, "another site");
    assert_eq!(visited.mets.len(), 8, "{:#?}", visited.mets);
}

#[test]
fn a_page_asked_for_by_name_and_forbidden_is_refused_unseen() {
    let (dir, site) = (tempfile::tempdir().unwrap(), small_site());
    let visited = go(&plan(dir.path(), &site, &["/private/x"], false, &[]));
    fails(&visited, "/private/x", FailureKind::Refused, "does not allow");
    assert_eq!(site.paths(), ["/robots.txt"]);
}

#[test]
fn rules_that_cannot_be_had_forbid_everything_and_missing_ones_nothing() {
    for (status, fetched) in [(404, true), (403, true), (500, false), (503, false), (429, false)] {
        let dir = tempfile::tempdir().unwrap();
        let site = Site::start(move |path, _| match path {
            "/robots.txt" => Reply::new(status, "text/plain", "User-agent: *\nDisallow: /"),
            _ => Reply::page("here"),
        });
        let visited = go(&plan(dir.path(), &site, &["/x"], false, &["retries=1"]));
        assert_eq!(matches!(met(&visited, "/x").end, End::Page(_)), fetched, "{status}");
        assert_eq!(site.paths().contains(&"/x".to_owned()), fetched, "{status}");
    }
}

#[test]
fn sitemaps_come_before_links_and_may_be_packed() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::start(|path, headers| {
        let host = format!("http://{}", headers["host"]);
        let urls = |paths: &[&str]| {
            let entries: String = paths.iter().map(|p| format!("<url><loc>{host}{p}</loc></url>")).collect();
            format!(
                "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"
            )
        };
        match path {
            "/sitemap.xml" => Reply::new(
                200,
                "text/xml",
                format!(
                    "<sitemapindex><sitemap><loc>{host}/one.xml.gz</loc></sitemap><sitemap><loc>{host}/two.xml</loc></sitemap></sitemapindex>"
                ),
            ),
            "/one.xml.gz" => {
                let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                std::io::Write::write_all(&mut packed, urls(&["/s1", "/s2"]).as_bytes()).unwrap();
                Reply::new(200, "application/gzip", packed.finish().unwrap())
            }
            "/two.xml" => Reply::new(200, "text/xml", urls(&["/s3", "/s1"])),
            "/" => Reply::page("<a href=/linked>x</a>"),
            "/robots.txt" => Reply::none(),
            _ => Reply::page("a page"),
        }
    });
    let visited = go(&plan(dir.path(), &site, &["/"], true, &[]));
    assert_eq!(pages(&visited), ["", "s1", "s2", "s3", "linked"]);
    // A sitemap that somebody asks for is a list of pages.
    let listed = go(&plan(dir.path(), &site, &["/two.xml"], false, &[]));
    assert_eq!(pages(&listed), ["s3", "s1"]);
    fails(&listed, "/two.xml", FailureKind::Duplicate, "a list of 2");
}

#[test]
fn a_server_that_asks_for_time_gets_it() {
    let dir = tempfile::tempdir().unwrap();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let site = Site::start(move |path, _| match path {
        "/robots.txt" => Reply::none(),
        "/busy" if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0 => {
            Reply::new(429, "text/plain", "").with("Retry-After", "1")
        }
        "/later" => Reply::new(503, "text/plain", "").with("Retry-After", "86400"),
        _ => Reply::page("here"),
    });
    let visited = go(&plan(dir.path(), &site, &["/busy", "/later", "/after"], false, &[]));
    assert_eq!(site.paths(), ["/robots.txt", "/busy", "/busy", "/later"]);
    let hits = site.hits();
    assert!(hits[2].came.duration_since(hits[1].went) >= Duration::from_secs(1));
    assert_eq!(pages(&visited), ["busy"]);
    fails(&visited, "/later", FailureKind::Limit, "86400");
    fails(&visited, "/after", FailureKind::Limit, "86400");
}
