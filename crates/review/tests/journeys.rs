//! What people do, by keyboard alone, in a real browser.

use crate::common::{decide, map};
use crate::driver::{Browser, browser};
use crate::fixture::{PASSWORD, Site, Wanted};
use capmap_model::{Choice, Grade};
use capmap_review::Role;
use capmap_store::{Outcome, Store, View};

fn outcome(site: &Site, id: &str) -> Outcome {
    site.store().item(id, View::All).unwrap().row.outcome
}

async fn item(browser: &Browser) -> String {
    browser.js("return document.body.dataset.item").await.as_str().unwrap().to_owned()
}

async fn log_in(site: &Site, browser: &Browser, name: &str) {
    browser.go(&site.link).await;
    browser.fill("input[name=name]", name).await;
    browser.fill("input[name=password]", PASSWORD).await;
    browser.click("button").await;
}

#[tokio::test]
async fn one_key_each_to_the_verdict() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&site.link).await;
    browser.press_and_wait("\u{E007}").await; // Enter: the next passage
    let mut keys = 1;
    for _ in 0..60 {
        // The reviewer confirms what is offered and rejects the rest; each decision is one key.
        let offered = browser.js("return document.querySelector('.grade.offered') !== null").await == true;
        browser.press_and_wait(if offered { "c" } else { "x" }).await;
        keys += 1;
        assert!(browser.text("#news").await.contains("Saved as event"));
        browser.go(&format!("http://{}/", site.address)).await;
        if browser.js("return document.getElementById('verdict').dataset.verdict").await != "not-met" {
            break;
        }
        browser.press_and_wait("\u{E007}").await;
    }
    let decisions = site.store().event_count().unwrap();
    assert!(
        decisions <= 16,
        "{decisions} decisions, {keys} keys: at least 15 five- and three-point capabilities are needed"
    );
    assert_eq!(browser.complaints().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn every_key_does_what_its_button_says() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&site.link).await;
    let (first, second) =
        (site.id("allocation", Grade::Offered).to_owned(), site.id("allocation", Grade::Topic).to_owned());
    let at = |id: &str| format!("http://{}/i/{id}", site.address);
    browser.go(&at(&first)).await;
    browser.press_and_wait("j").await;
    assert_eq!(item(&browser).await, second);
    browser.press_and_wait("k").await;
    assert_eq!(item(&browser).await, first);
    browser.press_and_wait("]").await;
    assert_eq!(browser.text("h1").await, "Reporting & Analytics");
    browser.press_and_wait("[").await;
    assert_eq!(browser.text("h1").await, "Allocation");
    browser.press("n").await;
    assert_eq!(browser.js("return document.activeElement.name").await, "note");
    browser.client.active_element().await.unwrap().send_keys("c j x \u{E007} a reason").await.unwrap();
    assert_eq!(item(&browser).await, first, "in a field, keys are letters, and Enter decides nothing");
    browser.client.active_element().await.unwrap().send_keys("\u{E00C}").await.unwrap(); // Escape
    browser.press_and_wait("m").await;
    assert_eq!(outcome(&site, &first), Outcome::Deferred);
    assert_eq!(
        site.store().item(&first, View::All).unwrap().votes[0].note.as_deref(),
        Some("c j x  a reason")
    );
    browser.press_and_wait("u").await;
    assert_eq!((item(&browser).await, outcome(&site, &first)), (first.clone(), Outcome::Undecided));
    browser.press_and_wait("x").await;
    assert_eq!(outcome(&site, &first), Outcome::Rejected);
    browser.go(&at(&first)).await;
    browser.press_and_wait("a").await;
    assert_eq!(browser.text("h1").await, "Add evidence");
    browser.go(&at(&first)).await;
    browser.press_and_wait("\u{E007}").await;
    assert!(browser.url().await.contains("/document?source="), "{}", browser.url().await);
    browser.go(&at(&first)).await;
    browser.press_and_wait("l").await;
    assert!(browser.url().await.ends_with("/search?criterion=allocation"), "{}", browser.url().await);
    browser.press_and_wait("/").await;
    assert!(browser.url().await.ends_with("/search"));
    browser.client.active_element().await.unwrap().send_keys("\u{E00C}").await.unwrap();
    browser.press_and_wait("?").await;
    browser.click_only("#keys-on").await;
    browser.go(&at(&second)).await;
    browser.press("x").await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(outcome(&site, &second), Outcome::Undecided, "keys can be switched off");
    browser.close().await;
}

#[tokio::test]
async fn the_buttons_never_move() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&site.link).await;
    let mut places = Vec::new();
    for suggestion in site.suggestions.iter().step_by(9) {
        browser.go(&format!("http://{}/i/{}", site.address, suggestion.id)).await;
        let code = "return JSON.stringify([...document.querySelectorAll('.decide button, .decide .button')].map(b => { const r = b.getBoundingClientRect(); return [b.innerText, r.left, r.top] }))";
        places.push(browser.js(code).await.as_str().unwrap().to_owned());
    }
    browser.close().await;
    assert!(places.windows(2).all(|pair| pair[0] == pair[1]), "{places:#?}");
}

#[tokio::test]
async fn the_passage_is_in_sight_on_a_small_screen() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.size(320, 640).await;
    browser.go(&site.link).await;
    for suggestion in site.suggestions.iter().step_by(17) {
        browser.go(&format!("http://{}/i/{}", site.address, suggestion.id)).await;
        let seen = "const p = document.querySelector('mark.quote').getBoundingClientRect();
            return p.top >= 0 && p.bottom <= document.querySelector('.decide').getBoundingClientRect().top";
        assert_eq!(browser.js(seen).await, true, "{}", suggestion.citation.quote());
    }
    browser.close().await;
}

#[tokio::test]
async fn news_come_in_and_nothing_moves() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&site.link).await;
    let id = site.id("allocation", Grade::Offered).to_owned();
    browser.go(&format!("http://{}/i/{id}", site.address)).await;
    let place = "const r = document.querySelector('mark.quote').getBoundingClientRect(); return [r.left, r.top].join()";
    let before = browser.js(place).await;
    let mut store = Store::open(site.folder.path(), "script").unwrap();
    decide(&mut store, &id, Choice::Reject, "ben").unwrap();
    browser
        .until("return document.getElementById('news').innerText.includes('ben rejected')", "news of ben")
        .await;
    assert!(browser.text("#news").await.contains("This passage is now rejected"));
    assert_eq!(browser.text("#decided").await, "1");
    let kept: Vec<_> = site.suggestions.iter().take(10).cloned().collect();
    map(&mut store, &[], &kept);
    browser
        .until("return document.getElementById('news').innerText.includes('new map')", "news of a map")
        .await;
    assert_eq!(browser.js(place).await, before, "the passage stands where it stood");
    // The older view decides: it is told, and nothing is saved.
    browser.press_and_wait("c").await;
    assert!(browser.text("#problem").await.contains("not saved: ben said 'reject'"));
    assert_eq!(outcome(&site, &id), Outcome::Rejected);
    browser.close().await;
}

#[tokio::test]
async fn two_blind_reviewers_and_an_adjudicator() {
    let users = vec![("ann", Role::Reviewer), ("ben", Role::Reviewer), ("eve", Role::Adjudicator)];
    let site = Site::with(Wanted { users, blind: true, ..Wanted::default() });
    let Some(ann) = browser(1100, 800).await else { return };
    let ben = browser(1100, 800).await.unwrap();
    let id = site.id("forecasting", Grade::Offered).to_owned();
    let page = format!("http://{}/i/{id}", site.address);
    for (window, name) in [(&ann, "ann"), (&ben, "ben")] {
        log_in(&site, window, name).await;
        window.go(&page).await;
    }
    ann.press_and_wait("c").await;
    ben.go(&page).await;
    assert!(!ben.text("main").await.contains("Said so far"), "ben sees no vote of ann");
    ben.press_and_wait("x").await;
    assert_eq!(outcome(&site, &id), Outcome::Conflict);
    ann.close().await;
    log_in_as(&site, &ben, "eve").await;
    ben.click("#conflict").await;
    let said = ben.text("ul.votes").await;
    assert!(said.contains("ann confirmed") && said.contains("ben rejected"), "{said}");
    ben.click("#adjudicate button[value=confirm]").await;
    assert_eq!(outcome(&site, &id), Outcome::Confirmed);
    assert_eq!(site.store().item(&id, View::All).unwrap().votes.len(), 3, "all three stand");
    assert_eq!(ben.complaints().await, Vec::<String>::new());
    ben.close().await;
}

async fn log_in_as(site: &Site, browser: &Browser, name: &str) {
    browser.click(".who button").await;
    log_in(site, browser, name).await;
}

#[tokio::test]
async fn bulk_by_keyboard_and_one_undo() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&site.link).await;
    let id = site.id("budgeting", Grade::Excluded).to_owned();
    browser.go(&format!("http://{}/bulk?item={id}&by=section", site.address)).await;
    browser.js("document.getElementById('bulk-reject').focus()").await;
    browser.js("window.old = true").await;
    browser.client.active_element().await.unwrap().send_keys("\u{E007}").await.unwrap();
    browser
        .until("return window.old === undefined && document.readyState === 'complete'", "a new page")
        .await;
    assert!(browser.text("#news").await.contains("rejected 21 passages together"));
    assert_eq!(browser.text("#decided").await, "21");
    browser.go(&format!("http://{}/i/{id}", site.address)).await;
    browser.press_and_wait("u").await;
    assert_eq!(browser.text("#decided").await, "0");
    assert_eq!(site.store().event_count().unwrap(), 2);
    browser.close().await;
}

#[tokio::test]
async fn a_server_that_died_is_told() {
    let site = Site::open();
    let Some(browser) = browser(1280, 900).await else { return };
    browser.go(&site.link).await;
    drop(site);
    browser
        .until(
            "return document.getElementById('news').innerText.includes('Nothing that you do now is saved')",
            "a warning",
        )
        .await;
    browser.close().await;
}
