//! Weighs candidates and makes findings of them.

use crate::Lexicon;
use crate::candidate::{Candidate, View};
use crate::context::Reached;
use crate::feature::{Feature, WORDS};
use crate::source::CueClass;
use capmap_model::{CriterionId, Cue, CueKind, Document, Finding, Grade, Match};
use std::collections::BTreeSet;

/// From this probability on, a plain statement of the provider is an offer: it needs no company, as long sentences and lists do.
const PLAINLY_FROM: f32 = 0.05;

/// How often a plain statement is right that the weights alone would not call an offer, on labelled parts that were not fitted.
const PLAINLY_SURE: f32 = 0.4;

/// How surely a plain statement concerns the criterion where rules say so, where only the company of words does, and where
/// the document is about other things.
const PLAINLY_ABOUT: f32 = 0.5;
const PLAINLY_UNRULED: f32 = 0.6;
const PLAINLY_ALONE: f32 = 0.8;

/// The least weight of rules that say so.
const PLAINLY_RULES: f32 = 1.0;

/// A document that offers less than this in a block is about other things.
const FEW: f32 = 0.15;

/// How many offers a block of an ordinary document of a provider holds.
const ORDINARY: f32 = 0.25;

/// Blocks of an ordinary document that each document is taken to have besides: a short one says little of itself.
const UNSEEN_BLOCKS: f32 = 15.0;

/// How likely an excluded passage must concern a criterion to be told. Lower than for a topic: an exclusion that is told in
/// vain costs a glance, one that is not told costs the reviewer's trust.
const EXCLUDED_FROM: f32 = 0.1;

/// From where the words of a passage hint at an exclusion; half the log-odds. A word that denies is a hint of its own.
const HINT: f32 = 0.25;
const HINT_DENIED: f32 = -0.4;

/// All findings of a document, by passage and criterion.
pub(crate) fn find(lexicon: &Lexicon, document: &Document) -> Vec<Finding> {
    let view = View::new(lexicon, document);
    let candidates = view.candidates();
    let chances: Vec<f32> = candidates.iter().map(|candidate| offered(&view, candidate)).collect();
    let all = || candidates.iter().zip(chances.iter().copied());
    let offers = offers(&view, all());
    let mut findings: Vec<Finding> =
        all().filter_map(|(candidate, offered)| finding(&view, candidate, offered, offers)).collect();
    findings.sort_by(|a, b| (a.passage, &a.criterion).cmp(&(b.passage, &b.criterion)));
    headings_give_way(document, &mut findings);
    findings
}

/// A heading says less than what stands below it: where a passage below offers the same, the heading only names it.
fn headings_give_way(document: &Document, findings: &mut [Finding]) {
    let block = |f: &Finding| document.passages[f.passage].block;
    let offers = findings.iter().filter(|f| f.grade == Grade::Offered);
    let said_below: BTreeSet<(usize, CriterionId)> = offers
        .flat_map(|f| document.governing(block(f)).map(|heading| (heading, f.criterion.clone())))
        .collect();
    for finding in findings {
        let heading = block(finding);
        if finding.grade == Grade::Offered && said_below.contains(&(heading, finding.criterion.clone())) {
            finding.grade = Grade::Topic;
            finding.remarks = vec!["what stands below this heading offers it".to_owned()];
        }
    }
}

/// How many offers the document seems to hold, all told.
fn offers<'a>(view: &View, candidates: impl Iterator<Item = (&'a Candidate, f32)>) -> f32 {
    let counts = |c: &Candidate| c.excluded.is_none() && !view.lexicon.supplemental(c.criterion as usize);
    candidates.filter(|(c, _)| counts(c)).map(|(_, offered)| offered).sum()
}

/// How likely the passage is an offer.
fn offered(view: &View, candidate: &Candidate) -> f32 {
    let weights = &view.lexicon.weights;
    let model = match view.lexicon.supplemental(candidate.criterion as usize) {
        true => &weights.supplemental,
        false => &weights.offered,
    };
    model.probability(&candidate.features, candidate.criterion, candidate.fires.iter().map(|f| f.frame))
}

/// How many other offers a block of the document holds.
fn share(view: &View, others: f32) -> f32 {
    let blocks = view.document.blocks.len() as f32 + UNSEEN_BLOCKS;
    (others.max(0.0) + ORDINARY * UNSEEN_BLOCKS) / blocks
}

/// The threshold where a document holds few other offers: the odds that are asked for rise with the cube of how much rarer
/// than usual offers are, since that share is itself made of offers that are not sure.
fn lonely(view: &View, share: f32) -> f32 {
    let from = view.lexicon.weights.offered_from;
    let odds = from / (1.0 - from) * (ORDINARY / share).max(1.0).powi(3);
    odds / (1.0 + odds)
}

/// True where the provider, or a table, says in so many words that it is done, and nothing speaks against it.
fn plainly(candidate: &Candidate, about: f32, is_lonely: bool) -> bool {
    const AGAINST: [Feature; 19] = [
        Feature::Advice,
        Feature::Definition,
        Feature::Pain,
        Feature::Story,
        Feature::Product,
        Feature::Boilerplate,
        Feature::Pointer,
        Feature::ClientActs,
        Feature::Question,
        Feature::Negated,
        Feature::AdviceAbove,
        Feature::DefinitionAbove,
        Feature::PainAbove,
        Feature::StoryAbove,
        Feature::RoleTerms,
        Feature::RoleBlog,
        Feature::RoleStory,
        Feature::RoleRfp,
        Feature::RolePolicy,
    ];
    let has = |f: Feature| candidate.features.get(f) > 0.0;
    let least = match candidate.features.get(Feature::Hand) >= PLAINLY_RULES {
        _ if is_lonely => PLAINLY_ALONE,
        true => PLAINLY_ABOUT,
        false => PLAINLY_UNRULED,
    };
    (candidate.included || has(Feature::Provider) || has(Feature::Named) || has(Feature::ProviderLead))
        && about >= least
        && !AGAINST.iter().any(|f| has(*f))
        && doubt(candidate) == 0.0
}

fn finding(view: &View, candidate: &Candidate, offered: f32, offers: f32) -> Option<Finding> {
    let weights = &view.lexicon.weights;
    let frames = || candidate.fires.iter().map(|f| f.frame);
    let about = weights.about.probability(&candidate.features, candidate.criterion, frames());
    let share = share(view, offers - offered);
    let plain = plainly(candidate, about, share < FEW);
    let offered_from = match view.lexicon.supplemental(candidate.criterion as usize) {
        true => weights.supplemental_from,
        false if plain && candidate.included => 0.0,
        false if plain => PLAINLY_FROM,
        false => lonely(view, share).max(doubt(candidate)),
    };
    let about_from = if candidate.excluded.is_some() { EXCLUDED_FROM } else { weights.about_from };
    let grade = match candidate.excluded {
        _ if about < about_from && offered < offered_from => return None,
        Some(_) => Grade::Excluded,
        None if asks(view, candidate) => Grade::Topic,
        None if offered >= offered_from && (plain || !reads_as_exclusion(candidate)) => Grade::Offered,
        None => Grade::Topic,
    };
    let raw = if grade == Grade::Offered { offered } else { about };
    let confidence = match grade {
        Grade::Offered if plain => weights.calibrated(raw).max(PLAINLY_SURE),
        Grade::Offered => weights.calibrated(raw),
        _ => raw,
    };
    let cue = match (grade, candidate.excluded) {
        (Grade::Excluded, Some(reached)) => cue(view, reached),
        (Grade::Topic, _) => demotion(view, candidate),
        _ => None,
    };
    let passage = passage(view.document, candidate)?;
    Some(Finding {
        criterion: CriterionId(view.lexicon.criteria[candidate.criterion as usize].clone()),
        passage,
        quote: candidate.quote,
        grade,
        cue,
        confidence: (confidence * 1000.0).round() / 1000.0,
        matches: matches(view, candidate),
        remarks: remarks(view, candidate),
        elements: candidate.elements,
        personas: candidate.personas.clone(),
    })
}

/// True where the passage reads as an exclusion more than as an offer, though no cue says which words exclude: whoever takes it
/// for an offer makes the worst mistake, so it is only shown.
fn reads_as_exclusion(candidate: &Candidate) -> bool {
    let excluded = candidate.features.get(Feature::IsExcluded);
    let hint = if candidate.features.get(Feature::Negated) > 0.0 { HINT_DENIED } else { HINT };
    excluded > hint && excluded > candidate.features.get(Feature::IsOffer)
}

/// True where the passage is one question: whether it is offered, the answer says.
fn asks(view: &View, candidate: &Candidate) -> bool {
    let mut sentences = view.scan.sentences(&view.scan.blocks[candidate.block]);
    sentences.next().is_some_and(|sentence| view.scan.asks(sentence)) && sentences.next().is_none()
}

/// How sure a match must be in a document that is about other things: there, what sounds like a capability mostly is a
/// false friend.
fn doubt(candidate: &Candidate) -> f32 {
    let is = |feature| candidate.features.get(feature) > 0.0;
    match (is(Feature::DocumentThin), is(Feature::DocumentSilent)) {
        (true, true) => 0.8,
        (true, false) => 0.6,
        (false, true) => 0.5,
        (false, false) => 0.0,
    }
}

/// The passage in which the quote begins.
fn passage(document: &Document, candidate: &Candidate) -> Option<usize> {
    let after = document.passages.partition_point(|p| p.span.start <= candidate.quote.start);
    after.checked_sub(1)
}

fn matches(view: &View, candidate: &Candidate) -> Vec<Match> {
    let frames = &view.lexicon.compiled.frames;
    let slug = &view.lexicon.criteria[candidate.criterion as usize];
    let one = |f: &crate::scan::Fire| Match {
        rule: frames.get(f.frame as usize).map_or_else(|| format!("{slug}/profile"), |f| f.name.clone()),
        span: view.scan.span(f.first, f.last),
    };
    candidate.fires.iter().map(one).collect()
}

/// Signs with a marked weight, in plain words; strongest first.
fn remarks(view: &View, candidate: &Candidate) -> Vec<String> {
    let weights = &view.lexicon.weights.offered.feature;
    let mut told: Vec<(f32, &str)> = candidate
        .features
        .0
        .iter()
        .zip(weights)
        .zip(WORDS)
        .filter(|((value, _), words)| **value > 0.0 && !words.is_empty())
        .map(|((value, weight), words)| (value * weight, *words))
        .filter(|(force, _)| force.abs() >= 0.2)
        .collect();
    told.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()).then(a.1.cmp(b.1)));
    told.into_iter().take(4).map(|(_, words)| words.to_owned()).collect()
}

fn cue(view: &View, reached: Reached) -> Option<Cue> {
    let text: String = view.document.slice(reached.span).chars().take(120).collect();
    Some(Cue { kind: kind(reached.class)?, text, span: reached.span })
}

/// The sign that lowered a topic most, with its words where they are known.
fn demotion(view: &View, candidate: &Candidate) -> Option<Cue> {
    const SIGNS: [(Feature, Feature, CueClass); 8] = [
        (Feature::Advice, Feature::AdviceAbove, CueClass::Advice),
        (Feature::Definition, Feature::DefinitionAbove, CueClass::Definition),
        (Feature::Pain, Feature::PainAbove, CueClass::ClientPain),
        (Feature::Story, Feature::StoryAbove, CueClass::Story),
        (Feature::Product, Feature::ProductAbove, CueClass::Product),
        (Feature::Boilerplate, Feature::BoilerplateAbove, CueClass::Boilerplate),
        (Feature::Pointer, Feature::Pointer, CueClass::Pointer),
        (Feature::ClientActs, Feature::ClientActs, CueClass::ClientDuty),
    ];
    let weights = &view.lexicon.weights.offered.feature;
    let force = |f: Feature| candidate.features.get(f) * weights[f as usize];
    let (_, class) = SIGNS
        .iter()
        .map(|(own, above, class)| (force(*own).min(force(*above)), *class))
        .filter(|(force, _)| *force < 0.0)
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    let seen = &view.scan.blocks[candidate.block];
    let place = crate::context::cues(seen.first, seen.last, seen, &view.lexicon.compiled)
        .find(|(c, ..)| *c == class)
        .map(|(.., f)| view.scan.span(f.first, f.last))
        .or_else(|| view.settings[candidate.block].status.filter(|r| r.class == class).map(|r| r.span))?;
    cue(view, Reached { class, span: place })
}

fn kind(class: CueClass) -> Option<CueKind> {
    Some(match class {
        CueClass::Exclusion => CueKind::Exclusion,
        CueClass::ClientDuty => CueKind::ClientDuty,
        CueClass::NotBought => CueKind::NotBought,
        CueClass::Pointer => CueKind::Pointer,
        CueClass::Definition => CueKind::Definition,
        CueClass::Advice => CueKind::Advice,
        CueClass::ClientPain => CueKind::ClientPain,
        CueClass::Story => CueKind::Story,
        CueClass::Product => CueKind::Product,
        CueClass::Boilerplate => CueKind::Boilerplate,
        _ => return None,
    })
}
