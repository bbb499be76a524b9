//! Every page in a real browser: no script errors, nothing refused by the policies, no serious accessibility fault, no
//! sideways scrolling from 320 to 2560 pixels, in light and dark.

use crate::driver::{Browser, browser};
use crate::fixture::{EVIL_SOURCE, Site};
use capmap_model::Grade;

fn all_pages(site: &Site) -> Vec<String> {
    let evil = site.suggestions.iter().find(|s| s.citation.source() == EVIL_SOURCE).unwrap();
    let source: String = EVIL_SOURCE.bytes().map(|b| format!("%{b:02X}")).collect();
    let id = site.id("allocation", Grade::Offered);
    vec![
        "/".to_owned(),
        format!("/i/{id}"),
        format!("/i/{}", site.id("budgeting", Grade::Excluded)),
        format!("/i/{}", evil.id),
        "/c/scope:saas".to_owned(),
        "/c/allocation?list=true".to_owned(),
        "/documents".to_owned(),
        "/document?source=northquay%2Fsow.md".to_owned(),
        format!("/document?source={source}"),
        "/search?q=showback".to_owned(),
        "/search?criterion=allocation".to_owned(),
        "/add?source=northquay%2Fsow.md&start=0&end=12".to_owned(),
        format!("/bulk?item={}&by=section", site.id("allocation", Grade::Excluded)),
        "/log".to_owned(),
        "/report".to_owned(),
        "/keys".to_owned(),
    ]
}

async fn sideways(browser: &Browser) -> i64 {
    let code = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
    browser.js(code).await.as_i64().unwrap()
}

#[tokio::test]
async fn every_page_is_sound_in_every_size_and_light() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&site.link).await;
    // Something decided, something noted, so that every part of a page is there.
    browser.go(&format!("http://{}/i/{}", site.address, site.id("allocation", Grade::Offered))).await;
    browser.fill("input[name=note]", "seen").await;
    browser.click("button.confirm").await;
    let mut wrong = Vec::new();
    for path in all_pages(&site) {
        for (width, dark) in [(320, false), (1280, true), (1280, false), (2560, false)] {
            browser.size(width, 900).await;
            browser.dark(dark).await;
            browser.go(&format!("http://{}{path}", site.address)).await;
            let faults = browser.faults().await;
            wrong.extend(faults.into_iter().map(|f| format!("{path} at {width}, dark {dark}: {f}")));
            if sideways(&browser).await > 0 {
                wrong.push(format!("{path} scrolls sideways at {width}"));
            }
            assert_eq!(browser.js("return window.pwned === undefined").await, true, "{path}");
        }
        wrong.extend(
            browser.complaints().await.into_iter().filter(|c| !expected(c)).map(|c| format!("{path}: {c}")),
        );
    }
    browser.close().await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The preview's own script is refused: that is what its frame is for.
fn expected(complaint: &str) -> bool {
    complaint.contains("/report/preview") && complaint.contains("Blocked script execution")
}

#[tokio::test]
async fn errors_and_login_are_sound_too() {
    use crate::fixture::Wanted;
    let site =
        Site::with(Wanted { users: vec![("ann", capmap_review::Role::Reviewer)], ..Wanted::default() });
    let Some(browser) = browser(800, 600).await else { return };
    browser.go(&site.link).await;
    assert!(browser.faults().await.is_empty());
    browser.fill("input[name=name]", "ann").await;
    browser.fill("input[name=password]", "wrong password").await;
    browser.click("button").await;
    assert!(browser.text("#problem").await.contains("do not go together"));
    browser.fill("input[name=name]", "ann").await;
    browser.fill("input[name=password]", crate::fixture::PASSWORD).await;
    browser.click("button").await;
    assert_eq!(browser.text("h1").await, "Where it stands");
    browser.go(&format!("http://{}/no-such-page", site.address)).await;
    assert!(browser.faults().await.is_empty());
    assert!(browser.text("#problem").await.contains("no such page"));
    browser.close().await;
}
