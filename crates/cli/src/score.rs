//! `capmap score`: points from confirmed evidence alone.

use crate::args::{Common, Format};
use crate::clock;
use crate::errors::{Done, Stop};
use crate::layout::{COLUMNS, clean, cut, pad, wrap};
use crate::output::{self, Style};
use crate::review_args::ScoreArgs;
use capmap_model::CriteriaSet;
use capmap_score::{CriterionState, Date, PolicyResult, Score, Verdict, score};
use capmap_store::{Store, View};

/// Scores the dossier.
///
/// # Errors
/// Where there is no dossier, or the criteria set publishes no points.
pub fn run(common: &Common, args: &ScoreArgs) -> Result<Done, Stop> {
    let criteria = crate::criteria::load(&common.criteria)?;
    let store = Store::open_read(&common.dossier)?;
    let today = Date::parse(&clock::now())
        .ok_or_else(|| Stop::usage("the system's clock shows no date", "set the clock"))?;
    let score = score(&criteria, &store.standings(View::All)?, today)?;
    let result = match args.format {
        Format::Json => crate::json::pretty(&score),
        Format::Table => table(&criteria, &score, Style::new(common.color, args.output.as_deref())),
    };
    output::write(result.as_bytes(), args.output.as_deref())?;
    Ok(Done::All)
}

fn table(set: &CriteriaSet, score: &Score, style: Style) -> String {
    let mut out = vec![style.bold(&clean(&set.name)), String::new()];
    for (criterion, state) in set.criteria.iter().zip(&score.criteria_state) {
        if state.met || state.undecided > 0 || state.conflicts > 0 {
            out.push(line(&criterion.name, state, style));
        }
    }
    out.push(String::new());
    out.push(format!(
        "capabilities {} of {}, supplemental {} of {} ({}, version {})",
        score.capabilities.confirmed,
        score.capabilities.possible,
        score.supplemental.confirmed,
        score.supplemental.possible,
        score.criteria.id,
        score.criteria.version
    ));
    out.push(String::new());
    out.extend(score.policies.iter().map(|policy| reading(policy, style)));
    out.push(String::new());
    out.push(style.bold(match score.verdict {
        Verdict::Met => "met under every reading of the denominator",
        Verdict::NotMet => "not met",
        Verdict::DependsOnPolicy => "depends on how the denominator is read",
    }));
    out.extend(score.policies.first().filter(|p| !p.met).map(route).unwrap_or_default());
    if !score.outside.is_empty() {
        let names: Vec<String> = score.outside.iter().map(|id| clean(&id.0)).collect();
        out.extend(wrap(
            &format!("confirmed, but not of this criteria set: {}", names.join(", ")),
            0,
            COLUMNS,
        ));
    }
    out.join("\n") + "\n"
}

fn line(name: &str, state: &CriterionState, style: Style) -> String {
    let marks: Vec<&str> = state.marks.iter().map(|mark| mark.words()).collect();
    let verdict = match () {
        () if state.met => style.green("met"),
        () if state.conflicts > 0 => style.yellow("votes differ"),
        () => style.dim("open"),
    };
    let counts = format!("{:>3} {:>3} confirmed {:>4} open", state.points, state.confirmed, state.undecided);
    let marks = if marks.is_empty() { String::new() } else { format!("  {}", marks.join(", ")) };
    format!("  {}{counts}  {verdict}{}", pad(&cut(&clean(name), 32), 32), style.yellow(&marks))
}

fn reading(policy: &PolicyResult, style: Style) -> String {
    let verdict =
        if policy.met { style.green("met") } else { style.red(&format!("{} missing", policy.missing)) };
    let needed = f64::from(policy.denominator) * policy.threshold;
    format!(
        "  {} {:>3} of {:>3}, {needed} needed: {verdict}",
        pad(&cut(&policy.id, 42), 42),
        policy.points,
        policy.denominator
    )
}

fn route(policy: &PolicyResult) -> Vec<String> {
    if !policy.reachable {
        return vec!["even with every criterion met the threshold would not be reached".to_owned()];
    }
    let mut out = vec![String::new(), format!("cheapest way to the threshold ({}):", policy.id)];
    for step in &policy.route {
        out.push(format!(
            "  {} +{:<3} {}",
            pad(&cut(&step.criterion.0, 32), 32),
            step.points,
            step.effort.words()
        ));
    }
    out
}
