//! What each rule does on a corpus: how often it speaks, how often rightly, and which rules always speak together.

use crate::corpus::Corpus;
use crate::measure::units_by_block;
use capmap_lexicon::Lexicon;
use std::collections::{BTreeMap, BTreeSet};

/// One rule on a corpus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleUse {
    /// `criterion/rule`.
    pub rule: String,
    /// Passages in which it spoke.
    pub fired: usize,
    /// Passages of these that are labelled with its criterion, in any grade.
    pub right: usize,
}

/// All rules on a corpus.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// By name; rules that never spoke too.
    pub uses: Vec<RuleUse>,
    /// Pairs that spoke in the same passages, at least five, and in no others.
    pub twins: Vec<(String, String)>,
}

/// Passages that two rules must share before they are called twins.
const LEAST_SHARED: usize = 5;

/// Watches every rule of a lexicon on a corpus.
pub fn rules(lexicon: &Lexicon, corpus: &Corpus) -> Rules {
    let mut places: BTreeMap<String, Places> =
        lexicon.rule_names().into_iter().map(|name| (name, BTreeSet::new())).collect();
    let mut right: BTreeMap<String, usize> = BTreeMap::new();
    for (d, labelled) in corpus.iter().enumerate() {
        let unit_of = units_by_block(labelled);
        for sample in lexicon.samples(&labelled.document) {
            let Some(unit) = unit_of.get(&sample.block) else { continue };
            let meant = labelled.units[*unit].labels.iter().any(|(slug, _)| *slug == sample.criterion);
            for rule in sample.rules() {
                if places.entry(rule.clone()).or_default().insert((d, *unit)) && meant {
                    *right.entry(rule.clone()).or_default() += 1;
                }
            }
        }
    }
    let twins = twins(&places);
    let one = |(rule, at): (String, Places)| {
        let right = right.get(&rule).copied().unwrap_or(0);
        RuleUse { rule, fired: at.len(), right }
    };
    Rules { uses: places.into_iter().map(one).collect(), twins }
}

/// Document and passage, for each place where a rule spoke.
type Places = BTreeSet<(usize, usize)>;

fn twins(places: &BTreeMap<String, Places>) -> Vec<(String, String)> {
    let mut by_places: BTreeMap<(&str, &Places), &String> = BTreeMap::new();
    let mut twins = Vec::new();
    for (rule, at) in places.iter().filter(|(_, at)| at.len() >= LEAST_SHARED) {
        let criterion = rule.split('/').next().unwrap_or(rule);
        match by_places.get(&(criterion, at)) {
            Some(first) => twins.push(((*first).clone(), rule.clone())),
            None => {
                by_places.insert((criterion, at), rule);
            }
        }
    }
    twins
}
