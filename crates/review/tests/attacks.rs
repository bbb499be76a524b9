//! What nobody should get away with. Each test names one way in.

use crate::fixture::{EVIL, EVIL_SOURCE, PASSWORD, Site, Wanted};
use capmap_model::Grade;
use capmap_review::{Limits, ReviewError, Role};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

#[test]
fn no_token_no_page() {
    let site = Site::open();
    for path in [
        "/",
        "/next",
        "/log",
        "/documents",
        "/search",
        "/live?events=0&mapping=0",
        "/original?source=x",
        "/no-such",
        "/report/preview",
    ] {
        let answer = site.get(path, "");
        assert_eq!(answer.status, 401, "{path}");
        assert!(!answer.body.contains("northquay"), "{path}");
    }
    assert_eq!(site.get("/?token=0000", "").status, 401);
    assert_eq!(site.get("/", "capmap_1=abc").status, 401);
    assert_eq!(site.get("/", &site.cookie()).status, 200);
}

#[test]
fn the_cookie_is_for_our_pages_only() {
    let site = Site::open();
    let path = site.link.split_once(&site.address.to_string()).unwrap().1.to_owned();
    let answer = site.get(&path, "");
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert_eq!(answer.header("location"), Some("/"), "the token leaves the address bar");
}

#[test]
fn another_host_is_refused() {
    let site = Site::open();
    let cookie = site.cookie();
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "evil.example:80", ""] {
        let request =
            format!("GET / HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
        assert_eq!(site.raw(&request).status, 403, "{host}");
    }
    let two = format!(
        "GET / HTTP/1.1\r\nHost: {0}\r\nHost: {0}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
        site.address
    );
    assert!(matches!(site.raw(&two).status, 400 | 403));
    let none = format!("GET / HTTP/1.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
    assert!(matches!(site.raw(&none).status, 400 | 403));
    let localhost = format!(
        "GET / HTTP/1.1\r\nHost: localhost:{}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
        site.address.port()
    );
    assert_eq!(site.raw(&localhost).status, 200);
}

#[test]
fn a_post_from_another_page_is_refused_and_saves_nothing() {
    let site = Site::open();
    let (cookie, id) = (site.cookie(), site.id("allocation", Grade::Offered).to_owned());
    let csrf = site.csrf(&cookie);
    let body = format!("csrf={csrf}&item={id}&choice=confirm&seen=0");
    for origin in ["https://evil.example", "null", "", "http://127.0.0.1", "http://localhost:1"] {
        assert_eq!(site.raw(&site.post_request("/decide", &cookie, &body, origin)).status, 403, "{origin}");
    }
    for wrong in ["", "0000", &csrf[1..]] {
        let body = format!("csrf={wrong}&item={id}&choice=confirm&seen=0");
        assert_eq!(site.post("/decide", &cookie, &body).status, 403);
    }
    let put = format!(
        "PUT /decide HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
        site.address
    );
    assert_eq!(site.raw(&put).status, 403);
    assert_eq!(site.store().event_count().unwrap(), 0);
    assert_eq!(site.post("/decide", &cookie, &body).status, 303);
    assert_eq!(site.store().event_count().unwrap(), 1);
}

#[test]
fn every_answer_carries_the_policies() {
    let site = Site::open();
    let cookie = site.cookie();
    for path in
        ["/", "/log", "/assets/review.js", "/no-such", "/login", "/original?source=northquay%2Fsow.md"]
    {
        let answer = site.get(path, &cookie);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    let page = site.get("/", &cookie).body;
    assert!(
        !page.contains("<script>") && !page.contains("style=") && !page.contains(" onclick"),
        "nothing inline"
    );
    let preview = site.get("/report/preview", &cookie);
    assert!(preview.header("content-security-policy").unwrap().ends_with("sandbox"));
}

#[test]
fn script_in_text_title_and_name_is_inert() {
    let site = Site::open();
    let cookie = site.cookie();
    let item = site.suggestions.iter().find(|s| s.citation.source() == EVIL_SOURCE).unwrap();
    let source: String = EVIL_SOURCE.bytes().map(|b| format!("%{b:02X}")).collect();
    let evil: String = EVIL.bytes().map(|b| format!("%{b:02X}")).collect();
    let pages = [
        format!("/i/{}", item.id),
        format!("/document?source={source}"),
        "/documents".to_owned(),
        format!("/search?q={evil}"),
        format!("/search?q=%28{evil}"),
        format!("/search?criterion={evil}"),
        "/search?criterion=scope%3Asaas".to_owned(),
        "/c/scope%3Asaas".to_owned(),
        format!("/i/{evil}"),
        format!("/c/{evil}"),
        format!("/add?source={source}&start=0&end=9"),
        format!("/bulk?item={}&by=section", item.id),
        format!("/document?source={evil}"),
    ];
    for path in pages {
        let page = site.get(&path, &cookie).body;
        assert!(
            !page.contains("<script>window") && !page.contains("<img src=x") && !page.contains("<b>\""),
            "{path}:\n{page}"
        );
    }
}

#[test]
fn notes_and_names_in_the_log_are_inert() {
    let site = Site::open();
    let cookie = site.cookie();
    let csrf = site.csrf(&cookie);
    let evil: String = EVIL.bytes().map(|b| format!("%{b:02X}")).collect();
    let id = site.id("allocation", Grade::Offered);
    assert_eq!(
        site.post("/decide", &cookie, &format!("csrf={csrf}&item={id}&choice=reject&seen=0&note={evil}"))
            .status,
        303
    );
    for path in ["/log".to_owned(), format!("/i/{id}")] {
        let page = site.get(&path, &cookie).body;
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>window"), "{path}");
    }
}

#[test]
fn originals_are_saved_never_shown() {
    let site = Site::open();
    let cookie = site.cookie();
    let source: String = EVIL_SOURCE.bytes().map(|b| format!("%{b:02X}")).collect();
    let answer = site.get(&format!("/original?source={source}"), &cookie);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    let disposition = answer.header("content-disposition").unwrap();
    assert!(
        disposition.starts_with("attachment; filename*=UTF-8''") && !disposition.contains(['"', '<', '/']),
        "{disposition}"
    );
    assert!(answer.header("content-security-policy").unwrap().contains("sandbox"));
}

#[test]
fn paths_outside_the_dossier_lead_nowhere() {
    let site = Site::open();
    let cookie = site.cookie();
    for path in [
        "/original?source=..%2F..%2Fetc%2Fpasswd",
        "/original?source=%2Fetc%2Fpasswd",
        "/document?source=..%2Freview.db",
        "/page.png?source=..%2Fx&page=1",
        "/assets/../review.db",
        "/assets/%2e%2e/review.db",
        "/../../etc/passwd",
        "/i/..%2F..%2Fx",
    ] {
        let answer = site.get(path, &cookie);
        assert!(matches!(answer.status, 400 | 401 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("root:"));
    }
}

#[test]
fn oversized_bodies_and_heads_are_refused() {
    let site = Site::open();
    let cookie = site.cookie();
    let csrf = site.csrf(&cookie);
    let long = "x".repeat(300 * 1024);
    let answer = site.post("/note", &cookie, &format!("csrf={csrf}&item=x&note={long}"));
    assert!(matches!(answer.status, 400 | 413 | 0), "{}", answer.status);
    let id = site.id("allocation", Grade::Offered);
    let answer = site.post("/note", &cookie, &format!("csrf={csrf}&item={id}&note={}", "y".repeat(5_000)));
    assert_eq!(answer.status, 400);
    let claimed = format!(
        "POST /note HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n",
        site.address
    );
    assert!(matches!(site.raw(&claimed).status, 400 | 413));
    let head =
        format!("GET / HTTP/1.1\r\nHost: {}\r\nX-Long: {}\r\n\r\n", site.address, "z".repeat(200 * 1024));
    assert!(matches!(site.raw(&head).status, 400 | 431 | 0));
    assert_eq!(site.store().event_count().unwrap(), 0);
    assert_eq!(site.get("/", &cookie).status, 200);
}

#[test]
fn forms_that_make_no_sense_save_nothing() {
    let site = Site::open();
    let cookie = site.cookie();
    let csrf = site.csrf(&cookie);
    let id = site.id("allocation", Grade::Offered);
    for (path, body) in [
        ("/decide", format!("csrf={csrf}&item={id}&choice=maybe&seen=0")),
        ("/decide", format!("csrf={csrf}&item={id}&choice=undo&seen=0")),
        ("/decide", format!("csrf={csrf}&item=nobody&choice=confirm&seen=0")),
        ("/decide", format!("csrf={csrf}&item={id}&choice=confirm&seen=-1")),
        ("/add", format!("csrf={csrf}&source=northquay%2Fsow.md&start=5&end=2&criterion=allocation")),
        ("/add", format!("csrf={csrf}&source=northquay%2Fsow.md&start=0&end=99999999&criterion=allocation")),
        ("/add", format!("csrf={csrf}&source=northquay%2Fsow.md&start=0&end=9&criterion=no-such")),
        ("/bulk", format!("csrf={csrf}&item={id}&by=section&items={id},nobody&choice=confirm")),
        ("/undo", format!("csrf={csrf}")),
        ("/adjudicate", format!("csrf={csrf}&item={id}&choice=confirm&seen=0")),
    ] {
        let status = site.post(path, &cookie, &body).status;
        assert!((400..500).contains(&status), "{path} {body}: {status}");
    }
    assert_eq!(site.store().event_count().unwrap(), 0);
}

#[test]
fn roles_are_kept() {
    let site = Site::with(Wanted {
        users: vec![("vic", Role::Viewer), ("ann", Role::Reviewer)],
        ..Wanted::default()
    });
    let id = site.id("allocation", Grade::Offered);
    let vic = site.log_in("vic");
    let body = format!("csrf={}&item={id}&choice=confirm&seen=0", site.csrf(&vic));
    for path in ["/decide", "/adjudicate"] {
        assert_eq!(site.post(path, &vic, &body).status, 403, "{path}");
    }
    let ann = site.log_in("ann");
    let body = format!("csrf={}&item={id}&choice=confirm&seen=0", site.csrf(&ann));
    assert_eq!(site.post("/adjudicate", &ann, &body).status, 403);
    assert_eq!(site.post("/decide", &vic, &body).status, 403, "a form of one session is none of another");
    assert_eq!(site.post("/decide", &ann, &body).status, 303);
}

#[test]
fn a_session_ends_when_it_is_left() {
    let site = Site::with(Wanted { users: vec![("ann", Role::Reviewer)], ..Wanted::default() });
    let ann = site.log_in("ann");
    assert_eq!(site.get("/log", &ann).status, 200);
    assert_eq!(site.post("/logout", &ann, &format!("csrf={}", site.csrf(&ann))).status, 303);
    assert_eq!(site.get("/log", &ann).header("location"), Some("/login"));
}

#[test]
fn wrong_passwords_take_longer_each_time() {
    let site = Site::with(Wanted { users: vec![("ann", Role::Reviewer)], ..Wanted::default() });
    let attempt = |name: &str, password: &str| {
        let began = Instant::now();
        let answer = site.post("/login", "", &format!("name={name}&password={password}"));
        (answer.status, began.elapsed())
    };
    let waits: Vec<Duration> = (0..3)
        .map(|_| attempt("ann", "wrong"))
        .map(|(status, took)| {
            assert_eq!(status, 401);
            took
        })
        .collect();
    assert!(waits[0] >= Duration::from_millis(250) && waits[2] >= Duration::from_millis(1_000), "{waits:?}");
    assert!(
        attempt("nobody", "wrong").1 >= Duration::from_millis(250),
        "an unknown name tells nothing by its time"
    );
    assert_eq!(attempt("ann", &PASSWORD.replace(' ', "+")).0, 303);
    assert!(attempt("ann", "wrong").1 < Duration::from_millis(900), "a right password forgives");
}

#[tokio::test]
async fn open_to_the_network_needs_users() {
    let folder = tempfile::tempdir().unwrap();
    crate::fixture::fill(folder.path());
    let config = crate::fixture::config(folder.path(), "0.0.0.0:0");
    let refused = capmap_review::Server::bind(config).await.err().unwrap();
    assert!(matches!(refused, ReviewError::NoUsers(_)));
    let words = refused.to_string();
    assert!(words.contains("capmap user add") && words.contains("TLS"), "{words}");
}

/// 10,000 connections that send one byte a second (or nothing) must neither be served nor keep a reviewer out.
#[test]
fn ten_thousand_slow_connections_do_not_keep_others_out() {
    let limits = Limits { connections: 64, head: Duration::from_secs(2) };
    let site = Site::with(Wanted { limits: Some(limits), ..Wanted::default() });
    let cookie = site.cookie();
    let most = open_files().saturating_sub(500).min(10_000);
    let mut slow: Vec<TcpStream> = Vec::with_capacity(most);
    for i in 0..most {
        let Ok(mut stream) = TcpStream::connect(site.address) else { continue };
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: ");
        slow.push(stream);
        if i % 1_000 == 999 {
            let began = Instant::now();
            assert_eq!(site.get("/", &cookie).status, 200, "after {i} slow ones");
            assert!(began.elapsed() < Duration::from_secs(3));
        }
    }
    eprintln!("{} slow connections at once (of 10,000; open files allow {most})", slow.len());
    std::thread::sleep(Duration::from_secs(3));
    let closed = slow.iter_mut().map(is_closed).filter(|closed| *closed).count();
    assert_eq!(closed, slow.len(), "a head that does not come in time ends the connection");
    assert_eq!(site.get("/", &cookie).status, 200);
}

/// How many files this process may have open, after asking for as many as it can get: both ends of each connection are ours.
fn open_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    getrlimit(Resource::Nofile).current.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX))
}

fn is_closed(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut byte = [0; 512];
    loop {
        match stream.read(&mut byte) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(e) => {
                return !matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
            }
        }
    }
}
