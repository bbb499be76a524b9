//! What the pages say and save, over plain requests: they work without the script.

use crate::common::{decide, map};
use crate::fixture::{Site, Wanted};
use capmap_model::{Choice, Grade};
use capmap_review::Role;
use capmap_store::{Outcome, Store, View};

fn outcome(site: &Site, id: &str) -> Outcome {
    site.store().item(id, View::All).unwrap().row.outcome
}

fn vote(site: &Site, cookie: &str, id: &str, choice: &str, seen: u64) -> crate::fixture::Answer {
    let csrf = site.csrf(cookie);
    site.post("/decide", cookie, &format!("csrf={csrf}&item={id}&choice={choice}&seen={seen}"))
}

#[test]
fn a_confirmation_leads_to_the_next_capability_and_is_read_back() {
    let site = Site::open();
    let cookie = site.cookie();
    let first = site.get("/next", &cookie).header("location").unwrap().to_owned();
    let id = first.rsplit('/').next().unwrap().to_owned();
    let criterion = site.store().item(&id, View::All).unwrap().row.criterion;
    assert_eq!(criterion.0, "reporting-analytics", "five points, first in the set's order");
    let answer = vote(&site, &cookie, &id, "confirm", 0);
    let next = answer.header("location").unwrap().to_owned();
    assert!(next.ends_with("?saved=1"));
    let page = site.get(&next, &cookie).body;
    assert!(page.contains("Saved as event 1: you confirmed a passage for Reporting &amp; Analytics."));
    assert!(page.contains(">Planning &amp; Estimating</h1>"), "a met capability leaves the queue");
    assert!(!site.get("/?saved=99", &cookie).body.contains("Saved as event"));
}

#[test]
fn a_rejection_stays_with_the_capability() {
    let site = Site::open();
    let cookie = site.cookie();
    let id = site.id("allocation", Grade::Offered).to_owned();
    let answer = vote(&site, &cookie, &id, "reject", 0);
    let next = answer.header("location").unwrap().to_owned();
    assert!(site.get(&next, &cookie).body.contains(">Allocation</h1>"));
}

#[test]
fn the_second_of_two_is_told_and_nothing_is_saved() {
    let site = Site::with(Wanted {
        users: vec![("ann", Role::Reviewer), ("ben", Role::Reviewer)],
        ..Wanted::default()
    });
    let (ann, ben) = (site.log_in("ann"), site.log_in("ben"));
    let id = site.id("allocation", Grade::Offered).to_owned();
    assert_eq!(vote(&site, &ann, &id, "confirm", 0).status, 303);
    let told = vote(&site, &ben, &id, "reject", 0);
    assert_eq!(told.status, 409);
    assert!(
        told.body.contains("not saved: ann said &#39;confirm&#39;")
            || told.body.contains("not saved: ann said 'confirm'"),
        "{}",
        told.body
    );
    assert_eq!(outcome(&site, &id), Outcome::Confirmed);
    assert_eq!(site.store().event_count().unwrap(), 1);
}

#[test]
fn a_blind_reader_learns_nothing_of_the_others() {
    let users = vec![("ann", Role::Reviewer), ("ben", Role::Reviewer), ("eve", Role::Adjudicator)];
    let site = Site::with(Wanted { users, blind: true, ..Wanted::default() });
    let (ann, ben, eve) = (site.log_in("ann"), site.log_in("ben"), site.log_in("eve"));
    let id = site.id("forecasting", Grade::Offered).to_owned();
    let pages = [
        "/".to_owned(),
        format!("/i/{id}"),
        "/c/forecasting?list=true".to_owned(),
        "/log".to_owned(),
        "/live?events=0&mapping=0".to_owned(),
        "/next".to_owned(),
    ];
    let strip = |site: &Site, cookie: &str| -> Vec<String> {
        let secret = site.csrf(cookie);
        pages
            .iter()
            .map(|p| site.get(p, cookie).body.replace(&secret, ""))
            .map(|b| without_count(&b))
            .collect()
    };
    let before = strip(&site, &ben);
    assert_eq!(vote(&site, &ann, &id, "confirm", 0).status, 303);
    for ((path, was), is) in pages.iter().zip(before).zip(strip(&site, &ben)) {
        assert_eq!(is, was, "ann's vote changes {path} for ben");
    }
    assert_eq!(vote(&site, &ben, &id, "reject", 0).status, 303, "and does not get in his way");
    assert_eq!(outcome(&site, &id), Outcome::Conflict);
    let page = site.get("/", &eve).body;
    assert!(page.contains("Adjudicate differing votes"));
    let secret = site.csrf(&eve);
    let version = site.store().item(&id, View::All).unwrap().row.version;
    let body = format!("csrf={secret}&item={id}&choice=confirm&seen={version}&note=clear");
    assert_eq!(site.post("/adjudicate", &eve, &body).status, 303);
    assert_eq!(outcome(&site, &id), Outcome::Confirmed);
}

/// The number of events is no secret: it only tells that somebody works.
fn without_count(page: &str) -> String {
    let cut = |text: String, from: &str, to: &str| match text.split_once(from) {
        Some((before, rest)) => format!("{before}{}", rest.split_once(to).map_or("", |(_, after)| after)),
        None => text,
    };
    let page = cut(page.to_owned(), "data-events=\"", "\"");
    let page = cut(page, "<span class=\"quiet\">0 events", "</span>");
    let page = cut(page, "<span class=\"quiet\">1 events", "</span>");
    cut(page, "\"events\":", ",")
}

#[test]
fn bulk_shows_all_saves_once_and_is_undone_once() {
    let site = Site::open();
    let cookie = site.cookie();
    let id = site.id("allocation", Grade::Excluded).to_owned();
    let preview = site.get(&format!("/bulk?item={id}&by=section"), &cookie).body;
    assert!(preview.contains("Reject 21 passages") && !preview.contains(">Confirm 21"));
    let items = preview.split("name=\"items\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let csrf = site.csrf(&cookie);
    let body = format!("csrf={csrf}&item={id}&by=section&choice=reject&items={items}");
    assert_eq!(site.post("/bulk", &cookie, &body).status, 303);
    assert_eq!(site.store().event_count().unwrap(), 1);
    assert!(items.split(',').all(|item| outcome(&site, item) == Outcome::Rejected));
    assert_eq!(site.post("/undo", &cookie, &format!("csrf={csrf}")).status, 303);
    assert!(items.split(',').all(|item| outcome(&site, item) == Outcome::Undecided));
}

#[test]
fn evidence_by_hand_from_a_search() {
    let site = Site::open();
    let cookie = site.cookie();
    let page = site.get("/search?q=showback&criterion=invoicing-chargeback", &cookie).body;
    assert!(page.contains("<mark class=\"match\">showback</mark>"));
    let link = page.split("href=\"/add?").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let form = site.get(&format!("/add?{link}"), &cookie).body;
    assert!(form.contains("Hidden gem: showback reports"));
    let body = format!("csrf={}&{link}&note=found+it", site.csrf(&cookie));
    assert_eq!(site.post("/add", &cookie, &body).status, 303);
    let tallies = site.store().tallies(View::All).unwrap();
    let tally = tallies.iter().find(|t| t.standing.criterion.0 == "invoicing-chargeback").unwrap();
    assert_eq!(tally.standing.confirmed, 1);
}

#[test]
fn nearest_passages_that_nothing_suggests_become_evidence() {
    let site = Site::open();
    let cookie = site.cookie();
    let page = site.get("/c/scope%3Asaas", &cookie).body;
    assert!(page.contains("Nothing was found for it") && page.contains("Nearest passages"), "{page}");
    assert!(text(&page).contains("What SaaS means &lt;script&gt;"), "as text: {page}");
    let offer = site.id("allocation", Grade::Offered);
    let link = "href=\"/search?criterion=allocation\" data-key=\"l\"";
    for from in [format!("/i/{offer}"), "/c/allocation?list=true".to_owned()] {
        assert!(site.get(&from, &cookie).body.contains(link), "{from}");
    }
    let near = site.get("/search?criterion=allocation", &cookie).body;
    assert!(near.contains("<h2>Nearest passages that are not suggested</h2>"));
    // All three that are suggested for it are left out; the offers of other capabilities are as near as can be.
    let words = text(&near);
    assert!(words.contains("We deliver Budgeting every month for your cloud estate."), "{words}");
    assert!(!words.contains("We deliver Allocation") && !words.contains("Allocation is often"), "{words}");
    let link = near.split("href=\"/add?").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert!(link.ends_with("&criterion=allocation"));
    let body = format!("csrf={}&{link}&note=", site.csrf(&cookie));
    assert_eq!(site.post("/add", &cookie, &body).status, 303);
    let again = site.get("/search?criterion=allocation", &cookie).body;
    assert!(!again.contains(&link.replace('&', "&amp;")), "what was added is suggested no more");
}

/// What a page says, without its tags.
fn text(page: &str) -> String {
    page.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text)).collect()
}

#[test]
fn news_of_others_and_of_a_new_map() {
    let site = Site::open();
    let cookie = site.cookie();
    let id = site.id("allocation", Grade::Offered).to_owned();
    let quiet = site.get(&format!("/live?events=0&mapping=1&item={id}&version=0"), &cookie).body;
    assert!(quiet.contains("\"words\":\"\"") && quiet.contains("\"item_changed\":false"), "{quiet}");
    let mut store = Store::open(site.folder.path(), "script").unwrap();
    decide(&mut store, &id, Choice::Confirm, "ben").unwrap();
    let news = site.get(&format!("/live?events=0&mapping=1&item={id}&version=0"), &cookie).body;
    assert!(
        news.contains("This passage is now confirmed")
            && news.contains("ben confirmed a passage for Allocation"),
        "{news}"
    );
    map(&mut store, &[], &[]);
    let news = site.get("/live?events=1&mapping=1", &cookie).body;
    assert!(news.contains("There is a new map"), "{news}");
}

#[test]
fn a_dossier_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let suggestions = crate::fixture::fill(folder.path());
    let site = Site::on(folder, suggestions, Wanted::default());
    let cookie = site.cookie();
    // The lock of another writer that does not end: the page says who, and that nothing was saved.
    let held = std::fs::File::open(site.folder.path().join("review.lock")).unwrap();
    held.lock().unwrap();
    let id = site.id("allocation", Grade::Offered).to_owned();
    let told = vote(&site, &cookie, &id, "confirm", 0);
    assert_eq!(told.status, 503);
    assert!(told.body.contains("is being written by"), "{}", told.body);
    drop(held);
    assert_eq!(site.store().event_count().unwrap(), 0);
    assert_eq!(vote(&site, &cookie, &id, "confirm", 0).status, 303);
}
