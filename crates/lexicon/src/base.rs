//! A newer criteria set renames the criteria of an older one and adds a few. It ships rules for what is new alone: the older
//! set's rules judge the rest exactly as they do by themselves, and their findings take the names of the crosswalk.

use crate::Lexicon;
use crate::criteria;
use crate::error::LexiconError;
use crate::load::{self, Files};
use capmap_model::{CriteriaSet, Document, Finding};
use std::cmp::Reverse;

/// The older set's rules, and the names that its criteria have now.
pub(crate) struct Base {
    pub lexicon: Lexicon,
    from: String,
    set: CriteriaSet,
}

impl Base {
    /// Builds the rules that a set stands on; none for a set without a crosswalk, or where it leads from a set without rules.
    pub fn of(files: &Files, set: &str) -> Result<Option<Box<Base>>, LexiconError> {
        let Some((set, from)) = older(files, set)? else { return Ok(None) };
        let lexicon = load::build(files, &from)?;
        Ok(Some(Box::new(Base { lexicon, from, set })))
    }

    /// Adds what the older rules find, by its newer names. Of two criteria that became one, the better finding stands where both
    /// quote the same words.
    pub fn join(&self, document: &Document, mut all: Vec<Finding>) -> Vec<Finding> {
        for finding in self.lexicon.find(document) {
            let names = self.set.successors(&self.from, &finding.criterion);
            all.extend(names.into_iter().map(|criterion| Finding { criterion, ..finding.clone() }));
        }
        let place = |f: &Finding| (f.passage, f.criterion.clone(), f.quote.start, f.quote.end);
        let best = |a: &Finding, b: &Finding| {
            let rest = |f: &Finding| (Reverse(f.grade), Reverse(f.matches.len()));
            rest(a).0.cmp(&rest(b).0).then(b.confidence.total_cmp(&a.confidence)).then(rest(a).cmp(&rest(b)))
        };
        all.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| best(a, b)));
        all.dedup_by(|a, b| place(a) == place(b));
        all
    }
}

/// The set itself, and the id of the set with rules that its crosswalk leads from.
pub(crate) fn older(files: &Files, set: &str) -> Result<Option<(CriteriaSet, String)>, LexiconError> {
    let name = format!("{set}/criteria.toml");
    let Some((_, text)) = files.iter().find(|(n, _)| *n == name) else { return Ok(None) };
    let wrong =
        |e: crate::CriteriaError| LexiconError::Syntax { file: name.clone(), line: 0, what: e.to_string() };
    let set = criteria::parse(&name, text).map_err(wrong)?;
    let from = set
        .crosswalk
        .iter()
        .map(|walk| walk.from_set.clone())
        .find(|id| *id != set.id && load::has_rules(files, id));
    Ok(from.map(|from| (set, from)))
}
