//! `capmap criteria`, and where every command gets its criteria set from.

use crate::args::{Common, CriteriaCommand, Format};
use crate::criteria_diff;
use crate::errors::{Done, Stop};
use crate::layout::{COLUMNS, clean, cut, pad, wrap};
use crate::output::{self, Style};
use capmap_lexicon::{Lexicon, criteria};
use capmap_model::{CriteriaSet, Criterion};
use std::path::Path;

/// A known set by its id, else a file.
///
/// # Errors
/// [`Stop::Criteria`] where there is no such set, or the file is not one.
pub fn load(name: &str) -> Result<CriteriaSet, Stop> {
    let known = criteria::known().iter().any(|id| id == name);
    Ok(if known || !Path::new(name).exists() {
        criteria::embedded(name)?
    } else {
        criteria::load(Path::new(name))?
    })
}

/// Whose rules find evidence for a set: the id of the known set, and the version of its rules. A set without rules of its own
/// is judged by those of the known set most of whose criteria it has, under their own names or by its crosswalk.
///
/// # Errors
/// [`Stop::Usage`] where it has none of them: nothing could ever be found.
pub fn rules_for(set: &CriteriaSet) -> Result<(String, String), Stop> {
    let version = |id: String| Lexicon::embedded_version(&id).map(|version| (id, version));
    if let Some(own) = version(set.id.clone()) {
        return Ok(own);
    }
    let shared = |id: &String| {
        let known = criteria::embedded(id).map(|known| known.criteria).unwrap_or_default();
        known.iter().filter(|k| !set.successors(id, &k.id).is_empty()).count()
    };
    let with_rules = criteria::known().into_iter().filter(|id| Lexicon::embedded_version(id).is_some());
    // The last of equals is taken, so the oldest comes last.
    let best = with_rules.rev().max_by_key(shared).filter(|id| shared(id) > 0);
    best.and_then(version).ok_or_else(|| {
        let message = format!("no rules find evidence for the criteria set {}", set.id);
        let hint = "use the criterion ids of a known set; `capmap criteria show` lists them";
        Stop::usage(message, hint)
    })
}

/// Lists the sets, shows one, or what changed between two.
///
/// # Errors
/// Where a set cannot be used, or the output not be written.
pub fn run(common: &Common, command: &CriteriaCommand) -> Result<Done, Stop> {
    let result = match command {
        CriteriaCommand::List => list()?,
        CriteriaCommand::Diff { old, new, format } => {
            criteria_diff::print(&load(old)?, &load(new)?, *format, Style::new(common.color, None))
        }
        CriteriaCommand::Show { format: Format::Json } => crate::json::pretty(&load(&common.criteria)?),
        CriteriaCommand::Show { format: Format::Table } => {
            show(&load(&common.criteria)?, Style::new(common.color, None))
        }
    };
    output::write(result.as_bytes(), None)?;
    Ok(Done::All)
}

fn list() -> Result<String, Stop> {
    let mut out = String::new();
    for id in criteria::known() {
        let set = criteria::embedded(&id)?;
        let line = format!("{}  {} criteria, version {}", pad(&set.id, 32), set.criteria.len(), set.version);
        out.push_str(&line);
        out.push('\n');
    }
    Ok(out)
}

fn show(set: &CriteriaSet, style: Style) -> String {
    let mut out = vec![style.bold(&clean(&set.name)), format!("{}, version {}", set.id, set.version)];
    out.extend(wrap(&format!("source: {}", clean(&set.source)), 0, COLUMNS));
    for domain in &set.domains {
        out.push(String::new());
        out.push(style.bold(&cut(&clean(domain), COLUMNS)));
        for criterion in set.criteria.iter().filter(|c| c.domain == *domain) {
            out.push(line(criterion));
        }
    }
    out.push(String::new());
    out.push("Policies (which supplemental points enter the denominator)".to_owned());
    for policy in &set.policies {
        out.push(format!("  {}", policy.id));
        out.extend(wrap(&clean(&policy.description), 4, COLUMNS));
    }
    out.join("\n") + "\n"
}

fn line(criterion: &Criterion) -> String {
    let points = criterion.points.map_or("-".to_owned(), |p| p.to_string());
    format!("  {} {points:>3}  {}", pad(&cut(&clean(&criterion.name), 32), 32), clean(&criterion.id.0))
}
