//! Blocks that repeat across a site: menus, footers, teasers. Their words are cited once, and as a mention only: a sentence
//! that stands on most pages is the site's frame, not what one page offers. Said in the explanation, so a person can
//! overrule it.

use capmap_model::{Cue, CueKind, Grade, Suggestion, Tier};
use std::collections::HashMap;

/// On fewer pages than this, words are no frame.
const FEWEST: usize = 3;

/// How many pages of each site were read.
pub(crate) struct Sites<'a>(HashMap<&'a str, usize>);

impl<'a> Sites<'a> {
    /// Counts the pages among these sources.
    pub(crate) fn of(sources: &[&'a str]) -> Self {
        let mut pages = HashMap::new();
        for host in sources.iter().filter_map(|source| host(source)) {
            *pages.entry(host).or_default() += 1;
        }
        Sites(pages)
    }

    /// Lowers an offer whose words stand in all of `places`, where that is most of its site.
    pub(crate) fn lower(&self, suggestion: &mut Suggestion, places: impl Iterator<Item = &'a str>) {
        let Some((site, all)) = host(suggestion.citation.source()).and_then(|h| self.0.get_key_value(h))
        else {
            return;
        };
        let mut there: Vec<&str> = places.filter(|place| host(place) == Some(site)).collect();
        there.sort_unstable();
        there.dedup();
        if suggestion.grade != Grade::Offered || there.len() < FEWEST || there.len() * 2 < *all {
            return;
        }
        let text = format!("the same words stand on {} of {all} pages of the site", there.len());
        suggestion.explanation.push_str(&format!("; lowered: {text}"));
        suggestion.cue = Some(Cue { kind: CueKind::Chrome, text, span: suggestion.citation.span() });
        suggestion.grade = Grade::Topic;
        suggestion.tier = Tier::Check;
    }
}

/// The host of a page's address; none for a file.
fn host(source: &str) -> Option<&str> {
    let rest = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}
