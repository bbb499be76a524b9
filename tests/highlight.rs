//! Links to words on a page, opened in a real browser: the quoted words are marked and in view.

use crate::driver::browser;
use crate::project::{Project, suggestions};
use crate::site::{Reply, Site};

const OFFER: &str = "We build and maintain a rolling 12-month forecast of your cloud spend, and explain each variance \
to forecast to the finance team every month.";

/// The words stand twice: at the top in a list, and far below as the offer. Browsers mark in magenta here.
fn long_page() -> Site {
    let style =
        "<style>::target-text{background:#ff00ff;color:#ff00ff}p{margin:0}.gap{height:4000px}</style>";
    let body = format!(
        "{style}<main><h1>Services</h1><ul><li>A rolling 12-month forecast of your cloud spend</li></ul>\
         <div class=gap></div><h2>Forecasting</h2><p>{OFFER}</p><div class=gap></div></main>"
    );
    Site::start(move |path, _| match path {
        "/robots.txt" => Reply::none(),
        _ => Reply::page(&body),
    })
}

/// Pixels of the mark's colour.
fn marked(screenshot: &[u8]) -> usize {
    let mut reader = png::Decoder::new(std::io::Cursor::new(screenshot)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    let step = info.color_type.samples();
    pixels[..info.buffer_size()].chunks(step).filter(|p| p[0] > 240 && p[1] < 16 && p[2] > 240).count()
}

#[tokio::test]
async fn a_browser_marks_the_quoted_words_in_view() {
    let Some(browser) = browser(900, 700).await else { return };
    let (project, site) = (Project::new(), long_page());
    let url = site.url("/services");
    let contact = ["--contact", "tests@example.org", "--allow-private-network"];
    let args: Vec<&str> = ["map", &url, "--quiet", "--format", "json"].into_iter().chain(contact).collect();
    let map = project.run(&args).json();
    let offers = suggestions(&map);
    let offer = offers.iter().find(|s| s["quote"].as_str().unwrap().starts_with("We build")).unwrap();
    let link = offer["link"].as_str().unwrap();
    assert!(link.contains("#:~:text="), "{link}");

    browser.go(link).await;
    browser.until("return window.scrollY > 3000", "the quoted words in view").await;
    let seen = marked(&browser.screenshot().await);
    browser.js("window.scrollTo(0, 0)").await;
    let above = marked(&browser.screenshot().await);
    browser.close().await;
    // A line of some hundred characters, each marked over its whole height.
    assert!(seen > 5_000, "{seen} pixels are marked at {link}");
    assert_eq!(above, 0, "the wrong words are marked too");
}
