//! Reads and checks criteria sets: `lexicons/<set>/criteria.toml`, embedded or from a file.

use crate::error::CriteriaError;
use crate::load;
use capmap_model::{CertificationRow, CriteriaSet, Criterion, CriterionId, CriterionKind, Crosswalk, Policy};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// True for the slug of a capability, false for that of a supplemental criterion: those are named after what they belong to
/// (`scope:saas`), but for the one that stands alone.
pub fn is_capability(slug: &str) -> bool {
    !slug.contains(':') && slug != "concentration"
}

/// The file as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CriteriaFile {
    id: String,
    name: String,
    version: String,
    source: String,
    threshold: f64,
    valid_months: u32,
    #[serde(default)]
    capability: Vec<CapabilityText>,
    #[serde(default)]
    supplemental: Vec<SupplementalText>,
    #[serde(default)]
    policy: Vec<Policy>,
    #[serde(default)]
    certifications: Vec<CertificationRow>,
    #[serde(default)]
    crosswalk: Vec<Crosswalk>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CapabilityText {
    id: String,
    name: String,
    domain: String,
    points: Option<u32>,
    definition: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SupplementalText {
    id: String,
    name: String,
    group: String,
    points: Option<u32>,
    listed: bool,
    definition: String,
}

/// Ids of the embedded sets, oldest first.
pub fn known() -> Vec<String> {
    load::embedded()
        .iter()
        .filter_map(|(name, _)| name.strip_suffix("/criteria.toml").map(str::to_owned))
        .collect()
}

/// An embedded set.
///
/// # Errors
/// [`CriteriaError::Unknown`] where there is none of that id.
pub fn embedded(id: &str) -> Result<CriteriaSet, CriteriaError> {
    let file = format!("{id}/criteria.toml");
    let files = load::embedded();
    let (name, text) =
        files.iter().find(|(n, _)| *n == file).ok_or_else(|| CriteriaError::Unknown(id.to_owned()))?;
    parse(name, text)
}

/// A set from a file.
///
/// # Errors
/// [`CriteriaError`] with file and line.
pub fn load(path: &Path) -> Result<CriteriaSet, CriteriaError> {
    let file = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|source| CriteriaError::Io { file: file.clone(), source })?;
    parse(&file, &text)
}

/// Parses and checks a set.
///
/// # Errors
/// [`CriteriaError::Broken`] with file and line.
pub fn parse(file: &str, text: &str) -> Result<CriteriaSet, CriteriaError> {
    let read: CriteriaFile = toml::from_str(text).map_err(|error| CriteriaError::Broken {
        file: file.to_owned(),
        line: error.span().map_or(0, |s| text[..s.start.min(text.len())].lines().count().max(1)),
        what: error.message().to_owned(),
    })?;
    check(&read).map_err(|(needle, what)| CriteriaError::Broken {
        file: file.to_owned(),
        line: needle.map_or(0, |n| line_of(text, &n)),
        what,
    })?;
    Ok(set(read))
}

/// The line, from 1, on which an id is given; 0 where it is not found.
fn line_of(text: &str, id: &str) -> usize {
    let quoted = format!("\"{id}\"");
    text.lines().position(|l| l.contains(&quoted)).map_or(0, |i| i + 1)
}

fn check(file: &CriteriaFile) -> Result<(), (Option<String>, String)> {
    if !(file.threshold > 0.0 && file.threshold <= 1.0) {
        return Err((
            None,
            format!("threshold is {}; it must be a share above 0 and at most 1", file.threshold),
        ));
    }
    if file.capability.is_empty() {
        return Err((None, "there is no [[capability]]; a set needs at least one".into()));
    }
    if file.policy.is_empty() {
        return Err((
            None,
            "there is no [[policy]]; a set needs at least one reading of the denominator".into(),
        ));
    }
    let ids = file.capability.iter().map(|c| &c.id).chain(file.supplemental.iter().map(|s| &s.id));
    let mut seen = BTreeSet::new();
    for id in ids {
        let good = !id.is_empty()
            && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == ':');
        if !good {
            return Err((
                Some(id.clone()),
                format!("`{id}` is no slug; use lower case, digits, hyphens and one colon"),
            ));
        }
        if !seen.insert(id) {
            return Err((Some(id.clone()), format!("`{id}` stands twice; give one of them another id")));
        }
    }
    let sizes: Vec<u32> = file.certifications.iter().map(|r| r.employees).collect();
    if !sizes.is_sorted_by(|a, b| a > b) {
        return Err((None, "[[certifications]] must be listed from the largest company size down".into()));
    }
    Ok(())
}

fn set(file: CriteriaFile) -> CriteriaSet {
    let mut domains: Vec<String> = Vec::new();
    let mut criteria = Vec::new();
    for c in file.capability {
        note(&mut domains, &c.domain);
        let (id, kind) = (CriterionId(c.id), CriterionKind::Capability);
        criteria.push(Criterion {
            id,
            kind,
            name: c.name,
            domain: c.domain,
            points: c.points,
            listed: true,
            definition: c.definition,
        });
    }
    for s in file.supplemental {
        note(&mut domains, &s.group);
        let (id, kind) = (CriterionId(s.id), CriterionKind::Supplemental);
        criteria.push(Criterion {
            id,
            kind,
            name: s.name,
            domain: s.group,
            points: s.points,
            listed: s.listed,
            definition: s.definition,
        });
    }
    CriteriaSet {
        id: file.id,
        name: file.name,
        version: file.version,
        source: file.source,
        threshold: file.threshold,
        valid_months: file.valid_months,
        domains,
        criteria,
        policies: file.policy,
        certifications: file.certifications,
        crosswalk: file.crosswalk,
    }
}

fn note(domains: &mut Vec<String>, name: &str) {
    if !domains.iter().any(|d| d == name) {
        domains.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_of_2025_has_83_points_in_21_capabilities() {
        let set = embedded("finops-service-provider-2025").unwrap();
        let points: Vec<u32> = set.of_kind(CriterionKind::Capability).filter_map(|c| c.points).collect();
        assert_eq!((points.len(), points.iter().sum::<u32>()), (21, 83));
        let listed: u32 =
            set.of_kind(CriterionKind::Supplemental).filter(|c| c.listed).filter_map(|c| c.points).sum();
        assert_eq!(listed, 46);
    }

    #[test]
    fn errors_name_the_line() {
        let text = load::embedded().into_iter().find(|(n, _)| n.ends_with("2025/criteria.toml")).unwrap().1;
        let twice = text.replace("id = \"forecasting\"", "id = \"allocation\"");
        let error = parse("x.toml", &twice).unwrap_err().to_string();
        assert!(error.contains("x.toml, line ") && error.contains("`allocation` stands twice"), "{error}");
        let typo = text.replacen("points = 3", "point = 3", 1);
        assert!(parse("x.toml", &typo).unwrap_err().to_string().contains("unknown field `point`"));
    }
}
