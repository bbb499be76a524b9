//! `capmap eval` and `capmap lexicon train`: how good the suggestions are, and fitting them anew.

use crate::args::Common;
use crate::args_eval::{EvalArgs, EvalFormat, Part, TrainArgs};
use crate::criteria;
use crate::errors::{Done, Stop, tell};
use crate::output;
use capmap_eval::{
    Corpus, RuleUse, Split, csv, measure, read, read_guides, read_jsonl, read_split, rules, text, train,
};
use capmap_lexicon::learn::Penalty;
use capmap_lexicon::{Lexicon, ProfileFit};
use std::path::Path;

/// Measures the suggestions against labelled passages.
///
/// # Errors
/// Where the corpus, the split or the rules cannot be read.
pub fn run(common: &Common, args: &EvalArgs) -> Result<Done, Stop> {
    let set = criteria::load(&common.criteria)?;
    let (id, _) = criteria::rules_for(&set)?;
    let mut lexicon = match &args.lexicons {
        Some(folder) => Lexicon::from_folder(folder, &id)?,
        None => Lexicon::embedded(&id)?,
    };
    if args.without_profiles {
        lexicon.set_profiles("")?;
    }
    let split = args.split.as_deref().map(read_split).transpose()?;
    let corpus = corpus(&args.corpus, split.as_ref(), args.part)?;
    let report = measure(&lexicon, &set, &corpus);
    let result = match args.format {
        EvalFormat::Text => text(&report),
        EvalFormat::Csv => csv(&report),
    };
    output::write(result.as_bytes(), args.output.as_deref())?;
    Ok(Done::All)
}

/// Fits profiles, weights, threshold and calibration, and writes them beside the rules.
///
/// # Errors
/// Where a corpus or the rules cannot be read, or the files not be written.
pub fn learn(common: &Common, args: &TrainArgs) -> Result<Done, Stop> {
    let (id, _) = criteria::rules_for(&criteria::load(&common.criteria)?)?;
    let mut lexicon = Lexicon::from_folder(&args.lexicons, &id)?;
    let split = args.split.as_deref().map(read_split).transpose()?;
    let mut all = Corpus::new();
    for path in &args.corpora {
        // Documents of our own corpus are known by folder; a split speaks of passages from elsewhere.
        let split = split.as_ref().filter(|_| path.is_file());
        all.extend(corpus(path, split, Some(Part::Tune))?);
    }
    all.extend(args.guides.as_deref().map(read_guides).transpose()?.unwrap_or_default());
    let trained = train(&mut lexicon, &all, Penalty::default(), ProfileFit::default())?;
    let weights = toml::to_string(&trained.weights)
        .map_err(|e| Stop::usage(format!("the weights cannot be written: {e}"), "report this defect"))?;
    let folder = args.lexicons.join(&id);
    output::write(weights.as_bytes(), Some(&folder.join("weights.toml")))?;
    output::write(trained.profiles.as_bytes(), Some(&folder.join("profiles.tsv")))?;
    let (precision, recall, f1) = trained.left_out;
    tell(&format!(
        "offers of organizations that were left out: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}"
    ));
    Ok(Done::All)
}

/// From this many passages on, a rule's share of right ones says something.
const LEAST_FIRED: usize = 8;

/// Below this share of right passages a rule is worth a look.
const POOR: f64 = 0.35;

/// What the rules do on a corpus: those that never fire, are mostly wrong, or always fire together.
///
/// # Errors
/// Where the corpus cannot be read.
pub fn watch(lexicon: &Lexicon, path: &Path) -> Result<String, Stop> {
    let found = rules(lexicon, &corpus(path, None, None)?);
    let silent = found.uses.iter().filter(|u| u.fired == 0);
    let share = |u: &RuleUse| u.right as f64 / u.fired.max(1) as f64;
    let poor = found.uses.iter().filter(|u| u.fired >= LEAST_FIRED && share(u) < POOR);
    let silent: Vec<String> = silent.map(|u| format!("  {}", u.rule)).collect();
    let poor: Vec<String> =
        poor.map(|u| format!("  {}: {} of {} passages", u.rule, u.right, u.fired)).collect();
    let twins: Vec<String> = found.twins.iter().map(|(a, b)| format!("  {a} and {b}")).collect();
    let part = |title: &str, lines: Vec<String>| format!("{title}: {}\n{}\n", lines.len(), lines.join("\n"));
    Ok(part("never fired", silent) + &part("mostly wrong", poor) + &part("always together", twins))
}

fn corpus(path: &Path, split: Option<&Split>, part: Option<Part>) -> Result<Corpus, Stop> {
    let all = if path.is_file() { read_jsonl(path)? } else { read(path)? };
    let wanted = |organization: &String| match (split, part) {
        (Some(split), Some(part)) => split.tune.contains(organization) == (part == Part::Tune),
        _ => true,
    };
    let kept: Corpus = all.into_iter().filter(|l| wanted(&l.organization)).collect();
    if kept.is_empty() {
        let message = format!("no labelled passage in {}", path.display());
        return Err(Stop::usage(message, "corpora/README.md says how a labelled corpus is written"));
    }
    Ok(kept)
}
