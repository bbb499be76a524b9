//! Reads the lexicon files, embedded or from a folder, and makes a [`Lexicon`] of them.

use crate::Lexicon;
use crate::base::{self, Base};
use crate::compile::{Compiler, Effect};
use crate::error::LexiconError;
use crate::profile::Profiles;
use crate::source::{ConceptsFile, ContextFile, CriterionFile, CueClass, VocabularyFile, parse};
use crate::weights::Weights;
use sha2::{Digest, Sha256};
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Name below `lexicons/` and text of each file.
pub(crate) type Files = Vec<(String, String)>;

/// Weights where a set ships none: evidence and context by hand.
const HAND_WEIGHTS: &str = include_str!("hand_weights.toml");

/// The embedded files.
pub(crate) fn embedded() -> Files {
    FILES.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// The files of a `lexicons/` folder on disk.
pub(crate) fn from_folder(root: &Path) -> Result<Files, LexiconError> {
    let mut files = Vec::new();
    let broken = |path: &Path, error: std::io::Error| LexiconError::Syntax {
        file: path.display().to_string(),
        line: 0,
        what: format!("cannot be read: {error}"),
    };
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| broken(&folder, e))? {
            let path = entry.map_err(|e| broken(&folder, e))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml" || e == "tsv") {
                let text = std::fs::read_to_string(&path).map_err(|e| broken(&path, e))?;
                let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                files.push((name, text));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The version of the lexicon for a criteria set: a short hash of all its files, without building anything. None where the
/// set has no rules.
pub(crate) fn version(files: &Files, set: &str) -> Option<String> {
    // A set may be criteria alone; then the rules of another find its evidence.
    has_rules(files, set).then(|| {
        let base = base::older(files, set).ok().flatten().map(|(_, from)| from);
        let belongs = |name: &str| {
            let folder = name.split_once('/').map(|(folder, _)| folder);
            folder.is_none_or(|folder| folder == set || Some(folder) == base.as_deref())
        };
        let mut hash = Sha256::new();
        for (name, text) in files.iter().filter(|(name, _)| belongs(name)) {
            hash.update(name.as_bytes());
            hash.update([0]);
            hash.update(text.as_bytes());
        }
        hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect()
    })
}

/// True where the set has more than criteria.
pub(crate) fn has_rules(files: &Files, set: &str) -> bool {
    let of_set = |name: &str| name.split_once('/').is_some_and(|(folder, _)| folder == set);
    files.iter().any(|(name, _)| of_set(name) && !name.ends_with("/criteria.toml"))
}

/// Builds the lexicon of one criteria set.
pub(crate) fn build(files: &Files, set: &str) -> Result<Lexicon, LexiconError> {
    let version = version(files, set).ok_or_else(|| LexiconError::Unknown(set.to_owned()))?;
    let text = |name: &str| files.iter().find(|(n, _)| n == name).map(|(_, t)| t.as_str());
    let missing =
        |name: &str| LexiconError::Syntax { file: name.into(), line: 0, what: "file is missing".into() };
    let vocabulary: VocabularyFile =
        parse("vocabulary.toml", text("vocabulary.toml").ok_or_else(|| missing("vocabulary.toml"))?)?;
    let context: ContextFile =
        parse("context.toml", text("context.toml").ok_or_else(|| missing("context.toml"))?)?;
    let concepts: ConceptsFile = parse("concepts.toml", text("concepts.toml").unwrap_or("[concept]"))?;
    let mut compiler = Compiler::default();
    for (name, class) in vocabulary.class.iter().chain(&concepts.concept) {
        if class.about.trim().is_empty() {
            let what =
                "says nothing under `about`; say in a sentence what its words have in common".to_owned();
            return Err(LexiconError::Rule {
                file: "vocabulary.toml or concepts.toml".into(),
                rule: name.clone(),
                what,
            });
        }
    }
    for (name, class) in &vocabulary.class {
        compiler.class(name, &class.any)?;
    }

    for (name, concept) in &concepts.concept {
        compiler.concept(name, &concept.any)?;
    }
    add_context(&mut compiler, &context)?;
    let own = format!("{set}/");
    let mut criteria = Vec::new();
    let mut lexicons = Vec::new();
    for (name, text) in files.iter().filter(|(n, _)| n.starts_with(&own)) {
        if name.ends_with(".toml") && !name.ends_with("/criteria.toml") && !name.ends_with("/weights.toml") {
            let file: CriterionFile = parse(name, text)?;
            add_criterion(&mut compiler, name, &file, criteria.len() as u16)?;
            criteria.push(file.criterion.clone());
            lexicons.push((name.clone(), file));
        }
    }
    let compiled = compiler.finish()?;
    let weights = text(&format!("{own}weights.toml")).unwrap_or(HAND_WEIGHTS);
    let weights = Weights::read(weights, &criteria, &compiled.frames)?;
    let concepts: Vec<String> = concepts.concept.into_keys().collect();
    let profiles = Profiles::read(text(&format!("{own}profiles.tsv")).unwrap_or(""), &concepts, &criteria)?;
    let base = Base::of(files, set)?;
    Ok(Lexicon::new(version, compiled, criteria, (weights, profiles, concepts), lexicons, context).on(base))
}

fn add_context(compiler: &mut Compiler, context: &ContextFile) -> Result<(), LexiconError> {
    const FILE: &str = "context.toml";
    for cue in &context.cue {
        let effect = Effect::Cue { class: cue.kind, reach: cue.reach };
        compiler.frame(
            FILE,
            (&format!("context/{}", cue.id), &cue.about),
            cue.frame(),
            (&[], &[]),
            effect,
        )?;
    }
    for rule in &context.role {
        let effect = Effect::Role { role: rule.role, weight: rule.weight, title_only: rule.title_only };
        compiler.frame(
            FILE,
            ("context/role", "tells the kind of document"),
            rule.frame(),
            (&[], &[]),
            effect,
        )?;
    }
    compiler.paths(&context.role).map_err(|word| {
        let what = format!("two of them name `{word}`; leave it to the one that it tells");
        LexiconError::Rule { file: FILE.into(), rule: "path of a role".into(), what }
    })?;
    for rule in &context.element {
        let effect = Effect::Element(rule.element);
        compiler.frame(FILE, ("context/element", "states an element"), rule.frame(), (&[], &[]), effect)?;
    }
    for rule in &context.persona {
        let effect = Effect::Persona(rule.persona);
        compiler.frame(FILE, ("context/persona", "names a persona"), rule.frame(), (&[], &[]), effect)?;
    }
    if !context.cue.iter().any(|c| c.kind == CueClass::Subject) {
        let what = "no cue of kind `subject`: rules could never tell what a passage is about".to_owned();
        return Err(LexiconError::Rule { file: FILE.into(), rule: "subject".into(), what });
    }
    Ok(())
}

fn add_criterion(
    compiler: &mut Compiler,
    name: &str,
    file: &CriterionFile,
    index: u16,
) -> Result<(), LexiconError> {
    let slug = &file.criterion;
    let mut seen = std::collections::BTreeSet::new();
    for rule in &file.rule {
        if !seen.insert(&rule.id) {
            let what = "stands twice in this file; give one of them another id".to_owned();
            return Err(LexiconError::Rule { file: name.to_owned(), rule: rule.id.clone(), what });
        }
        let effect = Effect::Evidence { criterion: index, weight: rule.weight, subject: rule.subject };
        let guards = (rule.needs.as_slice(), rule.unless.as_slice());
        compiler.frame(name, (&format!("{slug}/{}", rule.id), &rule.about), rule.frame(), guards, effect)?;
    }
    for friend in &file.false_friend {
        let effect = Effect::Friend { criterion: index, silences: friend.silences };
        compiler.frame(
            name,
            (&format!("{slug}/{}", friend.id), &friend.about),
            friend.frame(),
            (&[], &[]),
            effect,
        )?;
    }
    Ok(())
}
