//! Renewal against known edits: a seeded generator edits documents, and every decision must get the class of its edit.

use crate::project::{Project, files};
use capmap_store::{Ballot, Filter, Outcome, Store, View};
use serde_json::Value;
use std::collections::BTreeMap;

const DOCUMENTS: usize = 24;
const PASSAGES: usize = 14;

/// What is done to a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Keep,
    Section,
    Document,
    Exclude,
    Words,
    Remove,
}

/// Marsaglia's xorshift: the same numbers for the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn edit(&mut self) -> Edit {
        match self.roll(20) {
            0..=7 => Edit::Keep,
            8..=9 => Edit::Section,
            10 => Edit::Document,
            11..=12 => Edit::Exclude,
            13..=16 => Edit::Words,
            _ => Edit::Remove,
        }
    }
}

/// Different offers of at least nine words, from the labelled practice passages.
fn offers() -> Vec<String> {
    let mut offers = Vec::new();
    for file in files("corpora/labelled/tune", ".jsonl") {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = line["text"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
            let offered = line["labels"].as_object().unwrap().values().any(|grade| grade == 2);
            // A line that is read as a heading or a row changes the place of all lines below it.
            let heading = ["Exhibit", "Annex", "Appendix", "Schedule", "Section", "Part"];
            let plain = !text.starts_with(['#', '-', '*', '|', '>'])
                && !text.contains(" | ")
                && !heading.iter().any(|word| text.starts_with(word))
                && text.chars().next().is_some_and(char::is_alphabetic);
            if offered && plain && text.split(' ').count() >= 9 && !offers.contains(&text) {
                offers.push(text);
            }
        }
    }
    offers
}

/// One to a quarter of the words replaced, dropped or added; at least one.
fn edited(text: &str, dice: &mut Dice) -> String {
    const OTHERS: [&str; 8] =
        ["carefully", "quarterly", "together", "jointly", "promptly", "regional", "agreed", "further"];
    let mut words: Vec<&str> = text.split(' ').collect();
    let edits = 1 + dice.roll(words.len().div_ceil(5));
    for _ in 0..edits {
        let (at, other) = (1 + dice.roll(words.len() - 2), OTHERS[dice.roll(OTHERS.len())]);
        match dice.roll(3) {
            0 => words[at] = other,
            1 => words.insert(at, other),
            _ => {
                words.remove(at);
            }
        }
    }
    words.join(" ")
}

/// The old documents, the new ones, and what was done to each passage, by its old words.
struct Cycle {
    old: Vec<String>,
    new: Vec<String>,
    done: Vec<(String, Edit, String)>,
}

const SECTIONS: [&str; 3] = ["## 3 Services", "## 4 Work packages", "## 5 Exclusions"];

fn cycle(seed: u64) -> Cycle {
    let (mut dice, mut offers) = (Dice(seed), offers());
    let mut draw = |dice: &mut Dice| offers.swap_remove(dice.roll(offers.len()));
    let mut old = vec![[const { Vec::<String>::new() }; 3]; DOCUMENTS];
    let mut new = old.clone();
    let mut done = Vec::new();
    for document in 0..DOCUMENTS {
        for place in 0..PASSAGES {
            let (text, section, edit) = (draw(&mut dice), place * 2 / PASSAGES, dice.edit());
            let mut other = text.clone();
            let elsewhere = (document + 1 + dice.roll(DOCUMENTS - 1)) % DOCUMENTS;
            match edit {
                Edit::Keep => new[document][section].push(text.clone()),
                Edit::Section => new[document][1 - section].push(text.clone()),
                Edit::Document => new[elsewhere][section].push(text.clone()),
                Edit::Exclude => new[document][2].push(text.clone()),
                Edit::Words => {
                    other = edited(&text, &mut dice);
                    new[document][section].push(other.clone());
                }
                Edit::Remove => new[document][section].push(draw(&mut dice)),
            }
            old[document][section].push(text.clone());
            done.push((text, edit, other));
        }
    }
    Cycle { old: old.iter().map(markdown).collect(), new: new.iter().map(markdown).collect(), done }
}

fn markdown(sections: &[Vec<String>; 3]) -> String {
    let mut out = "# Statement of work for cloud financial management\n".to_owned();
    for (heading, passages) in SECTIONS.iter().zip(sections).filter(|(_, passages)| !passages.is_empty()) {
        out.push_str(&format!("\n{heading}\n\n{}\n", passages.join("\n\n")));
    }
    out
}

/// The class that a decision on `quote` must get.
fn expected(done: &[(String, Edit, String)], quote: &str) -> Option<&'static str> {
    let flat = quote.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, edit, new) = done.iter().find(|(old, ..)| old.contains(&flat))?;
    Some(match edit {
        Edit::Keep => "same",
        Edit::Section | Edit::Document => "moved",
        Edit::Exclude => "context-changed",
        Edit::Words if new.contains(&flat) => "same", // the words around it changed, not the quoted ones
        Edit::Words => "edited",
        Edit::Remove => "gone",
    })
}

fn read(pieces: &Value, without: &str) -> String {
    let kept = pieces.as_array().unwrap().iter().filter(|piece| piece["kind"] != without);
    kept.map(|piece| piece["text"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

fn flat(citation: &Value) -> String {
    citation["quote"].as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Confirms two of three suggestions and rejects the third.
fn decide(project: &Project) -> usize {
    let mut store = Store::open(&project.dossier(), "test").unwrap();
    let rows = store.items(Filter::Outcome(Outcome::Undecided), View::All, 0, usize::MAX >> 1).unwrap();
    let offered = rows.iter().filter(|row| row.grade == capmap_model::Grade::Offered);
    let mut count = 0;
    for (number, row) in offered.enumerate() {
        let choice =
            if number % 3 == 2 { capmap_model::Choice::Reject } else { capmap_model::Choice::Confirm };
        let (item, time) = (row.id.as_str(), "2026-11-23T10:00:00Z");
        let ballot = Ballot { item, choice, note: None, reviewer: "ada", time, seen: None, view: View::All };
        store.decide(&ballot).unwrap();
        count += 1;
    }
    count
}

#[test]
fn known_edits_get_their_class() {
    let (mut all, mut wrong, mut decided, mut told) = (BTreeMap::<&str, usize>::new(), Vec::new(), 0, 0);
    let seeds: u64 = std::env::var("CAPMAP_RENEWAL_SEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(2);
    for seed in 1..=seeds {
        let cycle = cycle(seed * 0x9e37_79b9);
        let project = Project::new();
        for (number, (old, new)) in cycle.old.iter().zip(&cycle.new).enumerate() {
            project.write(format!("sow-{number:02}.md"), old);
            project.write(format!("../new/sow-{number:02}.md"), new);
        }
        project.run(&["map", "in", "--quiet", "-o", "map.txt"]).status(0);
        decided += decide(&project);
        let args = ["renew", "dossier", "new", "--dossier", "next", "--format", "json", "--quiet"];
        let changes = project.run(&args).status(0).json();
        for change in changes["changes"].as_array().unwrap().iter().filter(|c| c["class"] != "new") {
            told += 1;
            let old = flat(&change["old"]);
            let Some(wanted) = expected(&cycle.done, &old) else { continue };
            *all.entry(wanted).or_default() += 1;
            if change["class"] != wanted {
                wrong.push(format!("seed {seed}: {wanted}, told {}: {old}", change["class"]));
            }
            if change["class"] == "edited" {
                assert_eq!(read(&change["diff"], "added"), old);
                assert_eq!(read(&change["diff"], "removed"), flat(&change["new"]));
            }
        }
        let score = project.run(&["score", "--dossier", "next", "--format", "json"]).status(0).json();
        assert_eq!(score["capabilities"]["confirmed"], 0, "a decision scored before it was re-affirmed");
    }
    let total: usize = all.values().sum();
    eprintln!("renewal: {decided} decisions, {total} with a known edit ({all:?}), {} wrong", wrong.len());
    assert_eq!(told, decided, "a decision was lost");
    assert!(all.len() == 5 && total > 400, "{all:?}");
    assert!(wrong.len() * 100 <= total, "{} of {total}:\n{}", wrong.len(), wrong.join("\n"));
}
