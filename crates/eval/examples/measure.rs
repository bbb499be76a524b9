//! For those who work on the rules: measures the lexicons on disk. `measure tune|unseen [train]`; `LIST=criterion` prints
//! what is wrong and missed, `EXCLUDED=1` which exclusions are missed, `PF PC PR PP PL` set how training holds weights back,
//! `REAL` how often each external passage counts.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use capmap_eval::{Corpus, measure, read, read_guides, read_jsonl, read_split, text, train};
use capmap_lexicon::learn::Penalty;
use capmap_lexicon::{Lexicon, ProfileFit};
use capmap_model::{Finding, Grade};
use std::error::Error;
use std::path::Path;

const SET: &str = "finops-service-provider-2025";

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let part = std::env::args().nth(1).unwrap_or("tune".into());
    let mut lexicon = Lexicon::from_folder(&root.join("lexicons"), SET)?;
    let criteria = capmap_lexicon::criteria::embedded(SET)?;
    let own = read(&root.join("corpora/labelled").join(&part))?;
    let real = real(&root, &part)?;
    if std::env::args().nth(2).is_some() {
        lexicon = fit(lexicon, &root, &own, &real)?;
    }
    for (name, corpus) in [("own", &own), ("real", &real)] {
        println!("== {name} {part}\n{}", text(&measure(&lexicon, &criteria, corpus)));
        coverage(&lexicon, corpus);
        exclusions(&lexicon, corpus);
        wrong_offers(&lexicon, corpus);
        // Of the external set, only what may be looked at is shown.
        let shown = name == "own" || part == "tune";
        if let Ok(criterion) = std::env::var("LIST")
            && shown
        {
            list(&lexicon, corpus, &criterion);
        }
        if std::env::var("EXCLUDED").is_ok() && shown {
            criteria.criteria.iter().for_each(|c| excluded(&lexicon, corpus, &c.id.0));
        }
    }
    Ok(())
}

/// The external labelled passages, where they stand beside the project.
fn real(root: &Path, part: &str) -> Result<Corpus, Box<dyn Error>> {
    let file = root.join("../shared/corpora/real-passages.jsonl");
    if !file.exists() {
        return Ok(Corpus::new());
    }
    let split = read_split(&root.join("corpora/real-split.toml"))?;
    let keep = |name: &String| split.tune.contains(name) == (part == "tune");
    Ok(read_jsonl(&file)?.into_iter().filter(|l| keep(&l.organization)).collect())
}

fn fit(mut lexicon: Lexicon, root: &Path, own: &Corpus, real: &Corpus) -> Result<Lexicon, Box<dyn Error>> {
    let guides = root.join("../shared/corpora/documents/finops-toolkit-capability-pages");
    let guides = if guides.exists() { read_guides(&guides)? } else { Corpus::new() };
    let times = env("REAL", 3.0) as usize;
    let all: Corpus =
        own.iter().chain(std::iter::repeat_n(real, times).flatten()).chain(&guides).cloned().collect();
    let penalty = Penalty { feature: env("PF", 8.0), criterion: env("PC", 1.5), rule: env("PR", 5.0) };
    let how = ProfileFit { cost: env("PP", 10.0) as f32, least: env("PL", 0.35) as f32 };
    let trained = train(&mut lexicon, &all, penalty, how)?;
    let folder = root.join("lexicons").join(SET);
    std::fs::write(folder.join("weights.toml"), toml::to_string(&trained.weights)?)?;
    std::fs::write(folder.join("profiles.tsv"), &trained.profiles)?;
    eprintln!("left out: {:?}, threshold {}", trained.left_out, trained.weights.offered_from);
    Ok(lexicon.with_weights(&trained.weights)?)
}

/// How many findings of exclusion are right.
fn exclusions(lexicon: &Lexicon, corpus: &Corpus) {
    let [right, nothing, topic, offered] = labelled_as(lexicon, corpus, Grade::Excluded);
    println!("found excluded: {right} right, {} offered or topic, {nothing} nothing", topic + offered);
}

/// What passages that are wrongly suggested as offered are: talk of the capability, nothing of it, an exclusion.
fn wrong_offers(lexicon: &Lexicon, corpus: &Corpus) {
    let [excluded, nothing, topic, _] = labelled_as(lexicon, corpus, Grade::Offered);
    println!("wrongly offered: {topic} topic, {nothing} nothing, {excluded} excluded");
}

/// How many findings of a grade stand on passages that are labelled -1, 0, 1 and 2 for their capability.
fn labelled_as(lexicon: &Lexicon, corpus: &Corpus, grade: Grade) -> [usize; 4] {
    let mut counts = [0; 4];
    for l in corpus {
        let findings = lexicon.find(&l.document);
        for f in findings.iter().filter(|f| f.grade == grade && !f.criterion.0.contains(':')) {
            let block = l.document.passages[f.passage].block;
            let Some(unit) = l.units.iter().find(|u| u.blocks.contains(&block)) else { continue };
            let label = unit.labels.iter().find(|(s, _)| *s == f.criterion.0).map_or(0, |(_, g)| *g);
            counts[usize::from(label.saturating_add(1).clamp(0, 3).unsigned_abs())] += 1;
        }
    }
    counts
}

/// How many labelled offers have a candidate at all.
fn coverage(lexicon: &Lexicon, corpus: &Corpus) {
    let (mut all, mut open, mut shut) = (0, 0, 0);
    for l in corpus {
        let samples = lexicon.samples(&l.document);
        for unit in &l.units {
            for (slug, _) in unit.labels.iter().filter(|(s, g)| *g == 2 && !s.contains(':')) {
                all += 1;
                let own =
                    || samples.iter().filter(|s| s.criterion == *slug && unit.blocks.contains(&s.block));
                open += usize::from(own().any(|s| !s.excluded));
                shut += usize::from(own().next().is_some() && own().all(|s| s.excluded));
            }
        }
    }
    println!("offers {all}: open candidates {open}, wrongly excluded {shut}");
}

fn env(name: &str, otherwise: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

fn list(lexicon: &Lexicon, corpus: &Corpus, criterion: &str) {
    for l in corpus {
        let findings = lexicon.find(&l.document);
        for unit in &l.units {
            let own = |f: &&Finding| {
                f.criterion.0 == criterion && unit.blocks.contains(&l.document.passages[f.passage].block)
            };
            let found: Vec<_> = findings.iter().filter(own).collect();
            let gold = unit.labels.iter().find(|(s, _)| s == criterion).map_or(0, |(_, g)| *g);
            let said = if found.iter().any(|f| f.grade == Grade::Offered) {
                2
            } else {
                found.first().map_or(0, |f| f.grade.number())
            };
            if (said == 2) != (gold == 2) || (gold == -1 && said != -1) {
                let words: Vec<&str> =
                    unit.blocks.iter().map(|b| l.document.slice(l.document.blocks[*b].span)).collect();
                let path = l.document.section_path(unit.blocks[0]).join(" > ");
                println!(
                    "{} said {said}, is {gold} [{}] {} // {}",
                    if gold == 2 { "MISSED" } else { "WRONG " },
                    l.document.source,
                    path,
                    words.join(" / ")
                );
                for f in found {
                    let rules: Vec<&str> = f.matches.iter().map(|m| m.rule.as_str()).collect();
                    println!("         {:.2} {} | {}", f.confidence, rules.join(" "), f.remarks.join("; "));
                }
            }
        }
    }
}

/// Passages labelled as excluded that are not found so.
fn excluded(lexicon: &Lexicon, corpus: &Corpus, criterion: &str) {
    for l in corpus {
        let findings = lexicon.find(&l.document);
        for unit in l.units.iter().filter(|u| u.labels.iter().any(|(s, g)| s == criterion && *g == -1)) {
            let own = |f: &&Finding| {
                f.criterion.0 == criterion && unit.blocks.contains(&l.document.passages[f.passage].block)
            };
            let said = findings.iter().filter(own).map(|f| f.grade).max();
            if said != Some(Grade::Excluded) {
                let words: Vec<&str> =
                    unit.blocks.iter().map(|b| l.document.slice(l.document.blocks[*b].span)).collect();
                let path = l.document.section_path(unit.blocks[0]).join(" > ");
                println!("{:?} {criterion} [{}] {} // {}", said, l.document.source, path, words.join(" / "));
            }
        }
    }
}
