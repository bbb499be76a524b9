//! The difference between two cycles, for the committee: by capability and points, then decision by decision.

use crate::args_batch::RenewFormat;
use crate::json;
use crate::layout::{COLUMNS, clean, cut, pad, wrap};
use crate::output::Style;
use crate::pages_html::escape;
use crate::renew_changes::Change;
use capmap_model::{Choice, Citation, CriteriaSet, Criterion, CriterionId};
use capmap_renew::{Class, Piece, PieceKind};
use serde::Serialize;

/// A renewal, ready to be printed.
pub struct Renewal<'a> {
    /// The old cycle's criteria.
    pub old: &'a CriteriaSet,
    /// The new one's.
    pub new: &'a CriteriaSet,
    /// What became of every decision.
    pub changes: &'a [Change],
}

/// Where a criterion stands against the cycle before.
#[derive(Serialize)]
struct Line<'a> {
    criterion: &'a CriterionId,
    name: &'a str,
    /// Of the new set; none where they are not published.
    points: Option<u32>,
    /// `same`: at least one confirmation holds and takes one key; `changed`: all need a look; `lost`; `new`: offers where
    /// nothing was confirmed; `none`.
    state: &'static str,
    /// Confirmations that take one key.
    holds: usize,
    /// Confirmations that a person must look at.
    look: usize,
    /// Confirmations whose words are gone.
    gone: usize,
    /// Offers in new words.
    new: usize,
}

#[derive(Serialize)]
struct RenewJson<'a> {
    schema: &'static str,
    changes: Vec<ChangeJson<'a>>,
    criteria: [Named<'a>; 2],
    summary: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct ChangeJson<'a> {
    criterion: &'a CriterionId,
    class: Class,
    old: Option<CitationJson<'a>>,
    new: Option<CitationJson<'a>>,
    decision: Option<&'static str>,
    old_criterion: Option<&'a CriterionId>,
    reviewer: Option<&'a str>,
    time: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    diff: &'a [Piece],
}

#[derive(Serialize)]
struct CitationJson<'a> {
    document: &'a str,
    id: &'a str,
    page: Option<u32>,
    section: &'a [String],
    start: usize,
    end: usize,
    quote: &'a str,
}

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1a1a}\
table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left}td.n{text-align:right}\
del{background:#f3d0cc}ins{background:#cfe8d2}blockquote{margin:.3rem 0 .3rem 1rem}li{margin:.6rem 0}.at{color:#555}\
@media print{body{margin:0;max-width:none;font-size:11px}li{break-inside:avoid}}";

impl<'a> Renewal<'a> {
    /// In this form.
    pub fn print(&self, format: RenewFormat, style: Style) -> String {
        match format {
            RenewFormat::Table => self.table(style),
            RenewFormat::Html => self.html(),
            RenewFormat::Json => json::pretty(&RenewJson {
                schema: "capmap/renew/1",
                changes: self.changes.iter().map(change).collect(),
                criteria: [self.old, self.new].map(|set| Named { id: &set.id, version: &set.version }),
                summary: self.lines(),
            }),
        }
    }

    /// Every criterion of the new set, and those of the old one that were dropped with confirmations.
    fn lines(&self) -> Vec<Line<'a>> {
        let dropped = |c: &&Criterion| {
            self.new.get(&c.id).is_none() && self.changes.iter().any(|change| change.criterion == c.id)
        };
        let all = self.new.criteria.iter().chain(self.old.criteria.iter().filter(dropped));
        all.map(|criterion| self.line(criterion)).collect()
    }

    fn line(&self, criterion: &'a Criterion) -> Line<'a> {
        let confirmed = |c: &&Change| c.decision.as_ref().is_none_or(|d| d.choice == Choice::Confirm);
        let own = self.changes.iter().filter(|c| c.criterion == criterion.id).filter(confirmed);
        let (mut holds, mut look, mut gone, mut new) = (0, 0, 0, 0);
        for change in own {
            match change.class {
                Class::Gone => gone += 1,
                Class::New => new += 1,
                class if class.holds() => holds += 1,
                _ => look += 1,
            }
        }
        let state = match () {
            () if holds > 0 => "same",
            () if look > 0 => "changed",
            () if gone > 0 => "lost",
            () if new > 0 => "new",
            () => "none",
        };
        let points = self.new.get(&criterion.id).and_then(|c| c.points);
        Line { criterion: &criterion.id, name: &criterion.name, points, state, holds, look, gone, new }
    }

    /// `same 41 points, changed 5, lost 3, new 8`; counts of criteria where no points are published.
    fn totals(&self, lines: &[Line<'_>]) -> String {
        let of = |state: &str| {
            let own = lines.iter().filter(|line| line.state == state);
            let points: u32 = own.clone().filter_map(|line| line.points).sum();
            let points = if self.new.scores() { format!(" ({points} points)") } else { String::new() };
            format!("{} {state}{points}", own.count())
        };
        ["same", "changed", "lost", "new"].map(of).join(", ")
    }

    fn table(&self, style: Style) -> String {
        let lines = self.lines();
        let mut out = vec![style.bold(&format!("{} → {}", clean(&self.old.id), clean(&self.new.id)))];
        out.push(style.dim(&format!("  {} points  one key  look  gone  new", pad("", 40))));
        for line in lines.iter().filter(|line| line.state != "none") {
            let points = line.points.map_or("-".to_owned(), |p| p.to_string());
            let state = pad(line.state, 8);
            let state = match line.state {
                "same" => style.green(&state),
                "lost" => style.red(&state),
                _ => style.yellow(&state),
            };
            let name = pad(&cut(&clean(line.name), 31), 31);
            let Line { holds, look, gone, new, .. } = line;
            out.push(format!("  {state} {name} {points:>6} {holds:>8} {look:>5} {gone:>5} {new:>4}"));
        }
        out.push(String::new());
        out.push(format!("criteria: {}", self.totals(&lines)));
        for class in CLASSES {
            out.extend(self.listed(class, style));
        }
        out.push(String::new());
        out.push(
            "nothing scores before it is re-affirmed: `capmap review` shows what was carried over first"
                .to_owned(),
        );
        out.join("\n") + "\n"
    }

    /// Decisions of a class; where they hold, only how many.
    fn listed(&self, class: Class, style: Style) -> Vec<String> {
        let own: Vec<&Change> = self.changes.iter().filter(|c| c.class == class).collect();
        if own.is_empty() {
            return Vec::new();
        }
        let mut out = vec![String::new(), style.bold(&format!("{}: {}", class.name(), own.len()))];
        let told = own.iter().filter(|_| !class.holds() && class != Class::New);
        for change in told {
            let place = change.new.as_ref().or(change.old.as_ref()).map(place).unwrap_or_default();
            let decision = decision(change).unwrap_or_default();
            out.extend(wrap(&clean(&format!("{}, {decision}: {place}", change.criterion)), 2, COLUMNS));
            out.extend(wrap(&clean(&words(change)), 4, COLUMNS));
        }
        out
    }

    fn html(&self) -> String {
        let lines = self.lines();
        let title = format!("Renewal: {} → {}", escape(&self.old.name), escape(&self.new.name));
        let mut out = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\n\
             <body><h1>{title}</h1>\n<p>Criteria: {}. Nothing scores before a person re-affirms it.</p>\n<table><thead><tr>",
            self.totals(&lines)
        );
        for head in
            ["criterion", "against the last cycle", "points", "one key", "to look at", "gone", "new offers"]
        {
            out.push_str(&format!("<th scope=\"col\">{head}</th>"));
        }
        out.push_str("</tr></thead><tbody>\n");
        for line in lines.iter().filter(|line| line.state != "none") {
            let points = line.points.map_or("–".to_owned(), |p| p.to_string());
            out.push_str(&format!("<tr><th scope=\"row\">{}</th><td>{}</td>", escape(line.name), line.state));
            let numbers = [points, line.holds.to_string(), line.look.to_string(), line.gone.to_string()];
            for number in numbers.into_iter().chain([line.new.to_string()]) {
                out.push_str(&format!("<td class=\"n\">{number}</td>"));
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table>\n");
        for class in CLASSES {
            self.push_class(&mut out, class);
        }
        out + "</body></html>\n"
    }

    fn push_class(&self, out: &mut String, class: Class) {
        let own: Vec<&Change> = self.changes.iter().filter(|c| c.class == class).collect();
        if own.is_empty() {
            return;
        }
        out.push_str(&format!("<h2>{} ({})</h2>\n<ul>\n", class.name(), own.len()));
        for change in own {
            let places = [("was", &change.old), ("is", &change.new)];
            let places: Vec<String> = places
                .iter()
                .filter_map(|(verb, citation)| {
                    Some(format!("{verb} in {}", escape(&place(citation.as_ref()?))))
                })
                .collect();
            let decision = decision(change).map(|d| format!(", {d}")).unwrap_or_default();
            out.push_str(&format!(
                "<li>{}{decision} <span class=\"at\">{}</span><blockquote>{}</blockquote></li>\n",
                escape(&change.criterion.0),
                places.join("; "),
                marked(change)
            ));
        }
        out.push_str("</ul>\n");
    }
}

/// What needs a person first.
const CLASSES: [Class; 9] = [
    Class::ContextChanged,
    Class::Edited,
    Class::Gone,
    Class::CriterionSplit,
    Class::CriterionMerged,
    Class::CriterionRenamed,
    Class::Moved,
    Class::Same,
    Class::New,
];

fn change(of: &Change) -> ChangeJson<'_> {
    ChangeJson {
        criterion: &of.criterion,
        class: of.class,
        old: of.old.as_ref().map(citation),
        new: of.new.as_ref().map(citation),
        decision: decision(of),
        old_criterion: of.old_criterion.as_ref().filter(|old| **old != of.criterion),
        reviewer: of.decision.as_ref().map(|d| d.reviewer.as_str()),
        time: of.decision.as_ref().map(|d| d.time.as_str()),
        diff: &of.diff,
    }
}

fn citation(of: &Citation) -> CitationJson<'_> {
    CitationJson {
        document: of.source(),
        id: &of.document().0,
        page: of.page(),
        section: of.section(),
        start: of.start(),
        end: of.end(),
        quote: of.quote(),
    }
}

fn decision(of: &Change) -> Option<&'static str> {
    Some(match of.decision.as_ref()?.choice {
        Choice::Confirm => "confirmed",
        _ => "rejected",
    })
}

fn place(of: &Citation) -> String {
    let page = of.page().map(|page| format!(", page {page}")).unwrap_or_default();
    let section = of.section().last().map(|section| format!(", {section}")).unwrap_or_default();
    format!("{}{page}{section}", of.source())
}

/// The words; where they were edited, with what went in [- -] and what came in {+ +}.
fn words(of: &Change) -> String {
    if of.diff.is_empty() {
        return of.new.as_ref().or(of.old.as_ref()).map_or_else(String::new, |c| c.quote().to_owned());
    }
    let piece = |piece: &Piece| match piece.kind {
        PieceKind::Same => piece.text.clone(),
        PieceKind::Removed => format!("[-{}-]", piece.text),
        PieceKind::Added => format!("{{+{}+}}", piece.text),
    };
    of.diff.iter().map(piece).collect::<Vec<_>>().join(" ")
}

fn marked(of: &Change) -> String {
    if of.diff.is_empty() {
        return escape(&words(of));
    }
    let piece = |piece: &Piece| match piece.kind {
        PieceKind::Same => escape(&piece.text),
        PieceKind::Removed => format!("<del>{}</del>", escape(&piece.text)),
        PieceKind::Added => format!("<ins>{}</ins>", escape(&piece.text)),
    };
    of.diff.iter().map(piece).collect::<Vec<_>>().join(" ")
}
