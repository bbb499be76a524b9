//! `capmap criteria diff`: what became of each criterion between two sets.

use crate::args::Format;
use crate::json;
use crate::layout::{clean, cut, pad};
use crate::output::Style;
use capmap_model::{CriteriaSet, Criterion, CriterionId};
use capmap_renew::{Fate, fates, newcomers};
use serde::Serialize;

#[derive(Serialize)]
struct DiffJson<'a> {
    schema: &'static str,
    old: Side<'a>,
    new: Side<'a>,
    criteria: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Side<'a> {
    id: &'a str,
    version: &'a str,
    scores: bool,
}

/// One criterion of the older set, or one that only the newer has.
#[derive(Serialize)]
struct Line<'a> {
    class: &'static str,
    old: Option<&'a CriterionId>,
    new: Vec<&'a CriterionId>,
    /// Points then and now; none where they are not published.
    points: [Option<u32>; 2],
}

/// Prints the difference.
pub fn print(old: &CriteriaSet, new: &CriteriaSet, format: Format, style: Style) -> String {
    let fates = fates(old, new);
    let points = |to: &[&CriterionId]| to.iter().map(|id| new.get(id)?.points).sum::<Option<u32>>();
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (criterion, fate) in &fates {
        let to = fate.successors(&criterion.id);
        let points = [criterion.points, points(&to).filter(|_| !to.is_empty())];
        lines.push(Line { class: word(fate, criterion, new), old: Some(&criterion.id), new: to, points });
    }
    for criterion in newcomers(old, new) {
        lines.push(Line {
            class: "new",
            old: None,
            new: vec![&criterion.id],
            points: [None, criterion.points],
        });
    }
    match format {
        Format::Json => json::pretty(&DiffJson {
            schema: "capmap/criteria-diff/1",
            old: side(old),
            new: side(new),
            criteria: lines,
        }),
        Format::Table => table(old, new, &lines, style),
    }
}

fn side(set: &CriteriaSet) -> Side<'_> {
    Side { id: &set.id, version: &set.version, scores: set.scores() }
}

/// The same id may still have got another name.
fn word(fate: &Fate, old: &Criterion, new: &CriteriaSet) -> &'static str {
    match fate {
        Fate::Same if new.get(&old.id).is_some_and(|c| c.name != old.name) => "renamed",
        Fate::Same => "same",
        Fate::Renamed(_) => "renamed",
        Fate::Merged(_) => "merged",
        Fate::Split(_) => "split",
        Fate::Dropped => "dropped",
    }
}

fn table(old: &CriteriaSet, new: &CriteriaSet, lines: &[Line<'_>], style: Style) -> String {
    let mut out = vec![style.bold(&format!("{} → {}", clean(&old.name), clean(&new.name)))];
    let name = |set: &CriteriaSet, id: &CriterionId| set.get(id).map_or(id.0.clone(), |c| c.name.clone());
    let points = |points: Option<u32>| points.map_or("-".to_owned(), |p| p.to_string());
    let changed =
        |line: &&Line<'_>| line.class != "same" || (new.scores() && line.points[0] != line.points[1]);
    for line in lines.iter().filter(changed) {
        let from = line.old.map_or_else(String::new, |id| name(old, id));
        let to = line.new.iter().map(|id| name(new, id)).collect::<Vec<_>>().join(", ");
        let class = pad(line.class, 8);
        out.push(format!(
            "  {class} {} {} {} {}",
            pad(&cut(&clean(&from), 26), 26),
            pad(&points(line.points[0]), 3),
            pad(&cut(&clean(&to), 34), 34),
            points(line.points[1])
        ));
    }
    let same = lines.iter().filter(|line| line.class == "same").count();
    out.push(String::new());
    out.push(format!("{same} of {} criteria kept their name", old.criteria.len()));
    if !new.scores() {
        out.push(format!("{} publishes no points: it maps and renews, and does not score", new.id));
    }
    out.join("\n") + "\n"
}
