//! The measurement as a table for people and as CSV for the test that guards it.

use crate::measure::{CriterionScore, Report, share};
use std::fmt::Write as _;

/// Comma-separated, one line per criterion, then the sums; three decimals, so that a change shows.
pub fn csv(report: &Report) -> String {
    let mut out = String::from(
        "criterion,precision,recall,f1,right,wrong,missed,excluded,excluded_found,excluded_offered,traps,trapped,\
         offering,first_right,decisions_to_verdict,offered_to_none\n",
    );
    let sums = [("all capabilities", report.micro(true)), ("all supplemental", report.micro(false))];
    let rows = report.criteria.iter().map(|(slug, score)| (slug.as_str(), score));
    for (name, s) in rows.chain(sums.iter().map(|(n, s)| (*n, s))) {
        let _ = writeln!(
            out,
            "{name},{:.3},{:.3},{:.3},{},{},{},{},{},{},{},{},{},{},{:.2},{}",
            s.precision(),
            s.recall(),
            s.f1(),
            s.right,
            s.wrong,
            s.missed,
            s.excluded,
            s.excluded_found,
            s.excluded_offered,
            s.traps,
            s.trapped,
            s.offering,
            s.first_right,
            decisions(s),
            s.offered_to_none
        );
    }
    let _ = writeln!(out, "calibration error,{:.3}", report.calibration_error());
    for (i, bin) in report.bins.iter().enumerate().filter(|(_, b)| b.count > 0) {
        let mean = bin.confidence / bin.count as f64;
        let _ = writeln!(
            out,
            "confidence {:.1} to {:.1},{mean:.3},{:.3},{}",
            i as f64 / 10.0,
            (i + 1) as f64 / 10.0,
            share(bin.right, bin.count),
            bin.count
        );
    }
    for (name, wrong) in &report.nothing_offered {
        let _ = writeln!(out, "offers nothing: {name},{wrong}");
    }
    out
}

/// Mean rank of the first right suggestion.
fn decisions(s: &CriterionScore) -> f64 {
    if s.offering == 0 { 0.0 } else { s.decisions as f64 / s.offering as f64 }
}

/// For the terminal, 80 columns.
pub fn text(report: &Report) -> String {
    let (documents, units, organizations) = report.size;
    let mut out = format!("{units} passages in {documents} documents of {organizations} organizations\n\n");
    let _ = writeln!(
        out,
        "{:28} {:>5} {:>5} {:>5} {:>9} {:>7} {:>7} {:>6}",
        "criterion", "prec", "rec", "F1", "ok/no/mis", "excl", "traps", "first"
    );
    let line = |out: &mut String, name: &str, s: &CriterionScore| {
        let counts = format!("{}/{}/{}", s.right, s.wrong, s.missed);
        let excluded = format!("{}/{}", s.excluded_found, s.excluded);
        let traps = format!("{}/{}", s.trapped, s.traps);
        let first = format!("{}/{}", s.first_right, s.offering);
        let _ = writeln!(
            out,
            "{name:28} {:5.2} {:5.2} {:5.2} {counts:>9} {excluded:>7} {traps:>7} {first:>6}",
            s.precision(),
            s.recall(),
            s.f1()
        );
    };
    for (slug, score) in &report.criteria {
        line(&mut out, slug, score);
    }
    out.push('\n');
    let (capabilities, supplemental) = (report.micro(true), report.micro(false));
    line(&mut out, "all capabilities", &capabilities);
    if report.criteria.len() > 21 {
        line(&mut out, "all supplemental", &supplemental);
    }
    let _ = writeln!(out, "\nexcluded passages suggested as offered: {}", capabilities.excluded_offered);
    let _ = writeln!(out, "decisions to verdict per capability: {:.2}", decisions(&capabilities));
    let _ = writeln!(out, "expected calibration error: {:.3}", report.calibration_error());
    for bin in report.bins.iter().filter(|b| b.count > 0) {
        let _ = writeln!(
            out,
            "  said {:.2}, was {:.2} ({})",
            bin.confidence / bin.count as f64,
            share(bin.right, bin.count),
            bin.count
        );
    }
    for (name, wrong) in &report.nothing_offered {
        let _ = writeln!(out, "{name} offers nothing; capabilities suggested as offered: {wrong}");
    }
    out
}
