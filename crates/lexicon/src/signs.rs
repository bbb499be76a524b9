//! Reads the features of a candidate off what was seen.

use crate::candidate::View;
use crate::compile::Effect;
use crate::context::{classes, set_phrases};
use crate::feature::{Feature, Features};
use crate::fold::Shape;
use crate::scan::{Fire, Seen};
use crate::source::{CueClass, DocumentRole};
use capmap_model::{BlockKind, Role};

/// The features of one candidate.
pub(crate) fn of(view: &View, block: usize, seen: &Seen, criterion: u16, fires: &[Fire]) -> Features {
    let mut features = Features::default();
    strength(view, fires, &mut features);
    subject(view, block, seen, fires, &mut features);
    naming(view, block, criterion, &mut features);
    in_sentences(view, seen, fires, &mut features);
    above(view, block, &mut features);
    shape(view, block, seen, &mut features);
    role(view, &mut features);
    features
}

fn strength(view: &View, fires: &[Fire], features: &mut Features) {
    let mut weights: Vec<f32> = fires.iter().map(|f| view.weight(f)).collect();
    weights.sort_by(|a, b| b.total_cmp(a));
    // Each further rule adds half of the one before: synonyms of one thought are not independent.
    let hand: f32 = weights.iter().enumerate().map(|(i, w)| w * 0.5f32.powi(i as i32)).sum();
    features.set(Feature::Hand, hand.min(5.0));
    features.set(Feature::Rules, (fires.len() as f32 - 1.0).min(4.0) / 2.0);
    features.flag(Feature::Settled, weights.first().is_some_and(|w| *w >= 3.0));
}

fn subject(view: &View, block: usize, seen: &Seen, fires: &[Fire], features: &mut Features) {
    let compiled = &view.lexicon.compiled;
    let sentence = |token: u32| view.scan.sentence[token as usize];
    let is_subject = |f: &Fire| {
        matches!(compiled.frames[f.frame as usize].effect, Effect::Cue { class: CueClass::Subject, .. })
    };
    let near = fires
        .iter()
        .any(|f| seen.fires.iter().any(|s| is_subject(s) && sentence(s.first) == sentence(f.first)));
    features.flag(Feature::SubjectSentence, near);
    features.flag(Feature::SubjectBlock, seen.subject);
    features.flag(Feature::SubjectAbove, view.settings[block].subject);
    features.set(Feature::SubjectDensity, (view.around.subject_density * 2.0).min(1.0));
}

fn naming(view: &View, block: usize, criterion: u16, features: &mut Features) {
    let bit = 1u64 << criterion.min(63);
    let setting = &view.settings[block];
    features.flag(Feature::HeadingNames, setting.heading & bit != 0);
    features.flag(Feature::LeadInNames, setting.lead_in & bit != 0);
    features.flag(Feature::DocumentNames, view.around.named & bit != 0);
}

fn in_sentences(view: &View, seen: &Seen, fires: &[Fire], features: &mut Features) {
    let compiled = &view.lexicon.compiled;
    let mut done = u32::MAX;
    for fire in fires {
        let number = view.scan.sentence[fire.first as usize];
        if number == done {
            continue;
        }
        done = number;
        let (first, last) = view.scan.sentence_around(seen, fire.first);
        for class in classes(first, last, seen, compiled) {
            if let Some(feature) = in_sentence(class) {
                features.set(feature, 1.0);
            }
        }
        features.flag(Feature::Imperative, imperative(view, seen, (first, last)));
        features.flag(Feature::Named, view.voices.named(&view.scan, first, last));
        features.flag(Feature::Question, view.scan.asks((first, last)));
        features.flag(Feature::Negated, negated(view, seen, first, last));
    }
    let all = classes(seen.first, seen.last, seen, compiled);
    features.flag(Feature::ProviderNear, all.contains(&CueClass::Provider));
}

/// True where the sentence of tokens `first..last` opens with an activity.
pub(crate) fn imperative(view: &View, seen: &Seen, (first, last): (u32, u32)) -> bool {
    let activity = |f: &Fire| {
        matches!(
            view.lexicon.compiled.frames[f.frame as usize].effect,
            Effect::Cue { class: CueClass::Activity, .. }
        )
    };
    let mut own = seen.fires.iter().filter(|f| f.first >= first && f.first < last);
    own.any(|f| activity(f) && opens_at(view, first, f.first))
}

/// Words that deny.
const DENIALS: [&[u8]; 20] = [
    b"no",
    b"not",
    b"dont",
    b"doesnt",
    b"wont",
    b"shant",
    b"cannot",
    b"cant",
    b"isnt",
    b"arent",
    b"wouldnt",
    b"never",
    b"neither",
    b"nor",
    b"none",
    b"nobody",
    b"nothing",
    b"outside",
    b"except",
    b"excluded",
];

/// True where a word in tokens `first..last` denies, other than in a set phrase ("not only").
fn negated(view: &View, seen: &Seen, first: u32, last: u32) -> bool {
    let idle = set_phrases(seen, &view.lexicon.compiled);
    (first..last).any(|t| DENIALS.contains(&view.scan.folded.word(t as usize)) && !idle(t))
}

/// True where only marks, numbers or one adverb stand between the beginning of a sentence and `token`.
fn opens_at(view: &View, first: u32, token: u32) -> bool {
    let before = &view.scan.folded.tokens[first as usize..token as usize];
    before.iter().filter(|t| matches!(t.shape, Shape::Lower | Shape::Capital)).count()
        <= usize::from(token - first < 3)
}

fn in_sentence(class: CueClass) -> Option<Feature> {
    Some(match class {
        CueClass::Provider => Feature::Provider,
        CueClass::Promise => Feature::Promise,
        CueClass::Advice => Feature::Advice,
        CueClass::Definition => Feature::Definition,
        CueClass::ClientPain => Feature::Pain,
        CueClass::Story => Feature::Story,
        CueClass::Product => Feature::Product,
        CueClass::Boilerplate => Feature::Boilerplate,
        CueClass::Pointer => Feature::Pointer,
        CueClass::ClientDuty => Feature::ClientActs,
        _ => return None,
    })
}

fn above(view: &View, block: usize, features: &mut Features) {
    let setting = &view.settings[block];
    features.flag(Feature::ServiceAbove, setting.service);
    features.flag(Feature::ProviderLead, setting.provider);
    let status = setting.status.and_then(|r| match r.class {
        CueClass::Advice => Some(Feature::AdviceAbove),
        CueClass::Definition => Some(Feature::DefinitionAbove),
        CueClass::ClientPain => Some(Feature::PainAbove),
        CueClass::Story => Some(Feature::StoryAbove),
        CueClass::Product => Some(Feature::ProductAbove),
        CueClass::Boilerplate => Some(Feature::BoilerplateAbove),
        CueClass::Pointer => Some(Feature::Pointer),
        _ => None,
    });
    if let Some(feature) = status {
        features.set(feature, 1.0);
    }
}

fn shape(view: &View, block: usize, seen: &Seen, features: &mut Features) {
    let own = &view.document.blocks[block];
    let words = seen.last - seen.first;
    features.flag(Feature::KindHeading, matches!(own.kind, BlockKind::Heading { .. }));
    features.flag(Feature::KindItem, matches!(own.kind, BlockKind::Item { .. }));
    features.flag(Feature::KindRow, matches!(own.kind, BlockKind::Row { .. }));
    features.flag(Feature::Chrome, !matches!(own.role, Role::Main | Role::Note));
    features.flag(Feature::Short, words <= 7);
    features.flag(Feature::Long, words > 60);
    features.flag(Feature::FirstUnder, own.section.is_some_and(|h| h + 1 == block));
    let verb = seen.fires.iter().any(|f| {
        matches!(
            view.lexicon.compiled.frames[f.frame as usize].effect,
            Effect::Cue { class: CueClass::Activity | CueClass::Provider | CueClass::ClientDuty, .. }
        )
    });
    let fragment = !verb && words <= 20;
    features.flag(Feature::Fragment, fragment);
    let voice = view.voices.section(own.section);
    features.set(Feature::DocumentVoice, view.voices.document);
    features.set(Feature::SectionVoice, voice);
    features.set(Feature::FragmentVoice, if fragment { voice } else { 0.0 });
}

fn role(view: &View, features: &mut Features) {
    let feature = view.around.role.map(|role| match role {
        DocumentRole::Sow => Feature::RoleSow,
        DocumentRole::ServicePage => Feature::RoleService,
        DocumentRole::Terms => Feature::RoleTerms,
        DocumentRole::Blog => Feature::RoleBlog,
        DocumentRole::CaseStudy => Feature::RoleStory,
        DocumentRole::Proposal => Feature::RoleProposal,
        DocumentRole::Policy => Feature::RolePolicy,
        DocumentRole::Rfp => Feature::RoleRfp,
        DocumentRole::Datasheet => Feature::RoleSheet,
    });
    if let Some(feature) = feature {
        features.set(feature, 1.0);
    }
    features.set(Feature::OfferDensity, (view.around.offer_density * 2.0).min(1.0));
}
