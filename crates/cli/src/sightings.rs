//! Captured pages that speak for a readiness line: a customer case study, a dated post, a public FinOps offering. They are
//! shown to a person, who may confirm them; a confirmation is an event of the log like any other, for a criterion of its own
//! (`readiness:case-studies`), and scores nothing.

use crate::cache::key;
use crate::errors::Stop;
use capmap_model::{BlockKind, Citation, CriterionId, Document, Provenance, Role, Span};
use capmap_report::{Outcome, Pack};
use capmap_score::{Date, Sighting};
use capmap_store::Store;

/// Begins the criterion of a confirmed sighting.
const CRITERION: &str = "readiness:";
/// A post says its day near the top: in its first so many bytes.
const TOP: usize = 3_000;

/// Something seen on a page.
pub struct Seen {
    /// As shown.
    pub sighting: Sighting,
    /// For which criterion it is confirmed.
    pub criterion: CriterionId,
    /// The exact words.
    pub citation: Citation,
}

/// Everything that the dossier's pages show, by source.
///
/// # Errors
/// Where the dossier cannot be read.
pub fn all(store: &Store, pack: &Pack) -> Result<Vec<Seen>, Stop> {
    let mut all = Vec::new();
    for filed in pack.documents.iter().filter(|d| d.provenance != Provenance::Submitted) {
        // A page without text shows nothing.
        let Some(Ok(document)) = filed.id.as_ref().map(|id| store.text(id)) else { continue };
        all.extend(on(&document).and_then(|(line, span, date)| seen(&document, pack, line, span, date)));
    }
    Ok(all)
}

fn seen(document: &Document, pack: &Pack, line: &str, span: Span, date: Option<Date>) -> Option<Seen> {
    let citation = document.cite(span).ok()?;
    let criterion = CriterionId(format!("{CRITERION}{line}"));
    let same =
        |e: &&capmap_report::Evidence| e.criterion == criterion && e.citation.source() == citation.source();
    let confirmed = pack.evidence.iter().filter(same).any(|e| e.outcome == Outcome::Confirmed);
    let id = key(&[citation.source(), line]).to_string().chars().take(12).collect();
    let sighting = Sighting {
        id,
        line: line.to_owned(),
        date: date.map(|d| d.to_string()),
        source: citation.source().to_owned(),
        quote: citation.quote().to_owned(),
        confirmed,
    };
    Some(Seen { sighting, criterion, citation })
}

/// What a page speaks for, by which words, and the day it gives.
fn on(document: &Document) -> Option<(&'static str, Span, Option<Date>)> {
    let (address, title) =
        (document.source.to_lowercase(), document.title.as_deref().unwrap_or("").to_lowercase());
    let named =
        |words: &[&str]| words.iter().any(|w| address.contains(&w.replace(' ', "-")) || title.contains(w));
    if !about_finops(&document.text) {
        return None;
    }
    let heading = heading(document)?;
    if named(&["case stud", "customer stor", "success stor", "client stor"]) {
        return Some(("case-studies", heading, None));
    }
    if named(&["/blog", "podcast", "/insights", "/articles", "/news"]) {
        return dated(document).map(|(date, span)| ("channel", span, Some(date)));
    }
    offering(document).map(|span| ("dedicated", span, None))
}

fn about_finops(text: &str) -> bool {
    let text = text.to_lowercase();
    ["finops", "cloud cost", "cloud financial management"].iter().any(|words| text.contains(words))
}

/// The page's own first heading; menus and footers have others.
fn heading(document: &Document) -> Option<Span> {
    headings(document).next()
}

fn headings(document: &Document) -> impl Iterator<Item = Span> + '_ {
    let own = |b: &&capmap_model::Block| b.role == Role::Main && matches!(b.kind, BlockKind::Heading { .. });
    document.blocks.iter().filter(own).map(|b| b.span)
}

/// A heading that offers FinOps as a service.
fn offering(document: &Document) -> Option<Span> {
    headings(document).find(|span| {
        let words = document.slice(*span).to_lowercase();
        let subject = ["finops", "cloud financial management"].iter().any(|w| words.contains(w));
        subject
            && ["service", "consulting", "offering", "advisory", "managed", "practice"]
                .iter()
                .any(|w| words.contains(w))
    })
}

/// The first day near the top, with the block that gives it.
fn dated(document: &Document) -> Option<(Date, Span)> {
    let near = document.blocks.iter().take_while(|b| b.span.start < TOP);
    near.filter_map(|block| Some((day_in(document.slice(block.span))?, block.span))).next()
}

/// `2026-10-01`, `1 October 2026` or `Oct 1, 2026`.
fn day_in(text: &str) -> Option<Date> {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let words: Vec<String> = text.split_whitespace().map(plain).collect();
    let iso = words.iter().find_map(|word| Date::parse(word));
    iso.or_else(|| {
        words.windows(3).find_map(|three| {
            let [a, b, year] = three else { return None };
            let (day, month) = match (month(a), month(b)) {
                (None, Some(month)) => (a, month),
                (Some(month), None) => (b, month),
                _ => return None,
            };
            let day: u8 = day.trim_end_matches(|c: char| c.is_alphabetic()).parse().ok()?;
            Date::parse(&format!("{year}-{month:02}-{day:02}"))
        })
    })
}

fn month(word: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let of = |name: &&str| word == *name || (word.len() >= 3 && word.len() <= 4 && name.starts_with(word));
    MONTHS.iter().position(of).map(|i| i + 1)
}

#[cfg(test)]
mod tests {
    use super::day_in;

    #[test]
    fn days_as_posts_give_them() {
        for (text, day) in [
            ("Published 2026-10-01 by Ada", Some("2026-10-01")),
            ("1 October 2026", Some("2026-10-01")),
            ("Posted on Oct 1st, 2026 | 5 min", Some("2026-10-01")),
            ("May 3, 2026", Some("2026-05-03")),
            ("In 2026 we saved 31 percent", None),
            ("31 February 2026", None),
        ] {
            assert_eq!(day_in(text).map(|d| d.to_string()).as_deref(), day, "{text}");
        }
    }
}
