//! Measures the lexicons on disk: `measure tune|unseen [train]`; `LIST=criterion` prints what is wrong and missed.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use capmap_eval::{Corpus, measure, read, read_jsonl, read_split, text, train};
use capmap_lexicon::learn::Penalty;
use capmap_lexicon::{Lexicon, ProfileFit};
use capmap_model::Grade;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let part = std::env::args().nth(1).unwrap_or("tune".into());
    let mut lexicon = Lexicon::from_folder(&root.join("lexicons"), "finops-service-provider-2025")?;
    if let Ok(path) = std::env::var("DUMP") {
        let bytes = std::fs::read(&path)?;
        let outcome = capmap_extract::read(
            &bytes,
            &path,
            capmap_extract::sniff(&bytes, &path),
            &Default::default(),
            &mut |_| {},
        );
        for (i, b) in outcome.document().map(|d| d.blocks.clone()).unwrap_or_default().iter().enumerate() {
            println!(
                "{i} {:?} s{:?} {:?} {:?}",
                b.role,
                b.section,
                b.kind,
                outcome.document().map(|d| d.slice(b.span).to_owned())
            );
        }
        return Ok(());
    }
    let criteria = capmap_lexicon::criteria::embedded("finops-service-provider-2025")?;
    let own = read(&root.join("corpora/labelled").join(&part))?;
    let split = read_split(&root.join("corpora/real-split.toml"))?;
    let real: Corpus = read_jsonl(&root.join("../shared/corpora/real-passages.jsonl"))?
        .into_iter()
        .filter(|l| split.tune.contains(&l.organization) == (part == "tune"))
        .collect();
    if std::env::args().nth(2).is_some() {
        let guides = capmap_eval::read_guides(
            &root.join("../shared/corpora/documents/finops-toolkit-capability-pages"),
        )?;
        let all: Corpus = own.iter().chain(&real).chain(&guides).cloned().collect();
        let trained = train(
            &mut lexicon,
            &all,
            Penalty { feature: env("PF", 0.5), criterion: env("PC", 1.5), rule: env("PR", 2.5) },
            ProfileFit { penalty: env("PP", 0.08) as f32, least: env("PL", 0.12) as f32 },
        )?;
        let folder = root.join("lexicons/finops-service-provider-2025");
        std::fs::write(folder.join("weights.toml"), toml::to_string(&trained.weights)?)?;
        std::fs::write(folder.join("profiles.tsv"), &trained.profiles)?;
        eprintln!("left out: {:?}, threshold {}", trained.left_out, trained.weights.offered_from);
        lexicon = lexicon.with_weights(&trained.weights)?;
    }
    for (name, corpus) in [("own", &own), ("real", &real)] {
        println!("== {name} {part}\n{}", text(&measure(&lexicon, &criteria, corpus)));
        if let Ok(criterion) = std::env::var("LIST") {
            list(&lexicon, corpus, &criterion);
        }
        let (mut all, mut open, mut shut, mut alone) = (0, 0, 0, 0);
        for l in corpus {
            let samples = lexicon.samples(&l.document);
            for unit in &l.units {
                for (slug, _) in unit.labels.iter().filter(|(s, g)| *g == 2 && !s.contains(':')) {
                    all += 1;
                    let own: Vec<_> = samples
                        .iter()
                        .filter(|s| s.criterion == *slug && unit.blocks.contains(&s.block))
                        .collect();
                    open += usize::from(own.iter().any(|s| !s.excluded));
                    let closed = !own.is_empty() && own.iter().all(|s| s.excluded);
                    if closed && std::env::var("SHUT").is_ok() {
                        let words: Vec<&str> = unit
                            .blocks
                            .iter()
                            .map(|b| l.document.slice(l.document.blocks[*b].span))
                            .collect();
                        let cue = lexicon
                            .find(&l.document)
                            .into_iter()
                            .find(|f| {
                                f.criterion.0 == *slug
                                    && unit.blocks.contains(&l.document.passages[f.passage].block)
                            })
                            .and_then(|f| f.cue);
                        println!(
                            "SHUT {slug} [{}] {} // {} //// {:?}",
                            l.document.source,
                            l.document.section_path(unit.blocks[0]).join(" > "),
                            words.join(" / "),
                            cue.map(|c| (c.kind, c.text))
                        );
                    }
                    shut += usize::from(closed);
                    alone += usize::from(!own.is_empty() && own.iter().all(|s| s.alone()));
                }
            }
        }
        println!("offers {all}: open candidates {open} (by profile alone {alone}), wrongly excluded {shut}");
        if std::env::var("EXCLUDED").is_ok() {
            for c in &criteria.criteria {
                excluded(&lexicon, corpus, &c.id.0);
            }
        }
    }
    Ok(())
}

fn env(name: &str, otherwise: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

fn list(lexicon: &Lexicon, corpus: &Corpus, criterion: &str) {
    for l in corpus {
        let findings = lexicon.find(&l.document);
        for unit in &l.units {
            let own = |f: &&capmap_model::Finding| {
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
            let own = |f: &&capmap_model::Finding| {
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
