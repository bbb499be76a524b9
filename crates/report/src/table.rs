//! The pack as plain tables, for spreadsheets and programs: CSV prints one of them, XLSX holds all.

use crate::pack::{Evidence, Pack};
use crate::view::View;
use crate::words;

/// One of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// One row per passage and criterion.
    Decisions,
    /// One row per criterion.
    Capabilities,
    /// One row per input.
    Documents,
    /// One row per event.
    Log,
    /// What was read, the verdict and how it was made, as names and values.
    Summary,
}

impl Table {
    /// All of them, the first to be looked at first.
    pub const ALL: [Table; 5] =
        [Table::Summary, Table::Decisions, Table::Capabilities, Table::Documents, Table::Log];

    /// Its name, as a file and as a sheet.
    pub fn name(self) -> &'static str {
        match self {
            Table::Decisions => "decisions",
            Table::Capabilities => "capabilities",
            Table::Documents => "documents",
            Table::Log => "log",
            Table::Summary => "summary",
        }
    }

    /// Headings, with the width of the column in characters.
    pub(crate) fn columns(self) -> &'static [(&'static str, u16)] {
        match self {
            Table::Summary => &[("what", 34), ("value", 110)],
            Table::Decisions => &DECISIONS,
            Table::Capabilities => &CAPABILITIES,
            Table::Documents => &DOCUMENTS,
            Table::Log => &[("event", 8), ("time", 21), ("reviewer", 16), ("what", 40), ("hash", 68)],
        }
    }
}

/// Columns of [`Table::Decisions`] and their widths.
const DECISIONS: [(&str, u16); 24] = [
    ("criterion", 22),
    ("name", 26),
    ("points", 8),
    ("outcome", 12),
    ("quote", 70),
    ("document", 34),
    ("page", 7),
    ("section", 34),
    ("start", 9),
    ("end", 9),
    ("provenance", 12),
    ("captured", 21),
    ("link", 34),
    ("reviewers", 20),
    ("notes", 34),
    ("decided", 21),
    ("states", 26),
    ("grade", 10),
    ("tier", 8),
    ("cue", 20),
    ("ocr", 6),
    ("hash", 74),
    ("id", 14),
    ("why", 60),
];

/// Columns of [`Table::Capabilities`] and their widths.
const CAPABILITIES: [(&str, u16); 12] = [
    ("criterion", 26),
    ("kind", 13),
    ("domain", 30),
    ("name", 30),
    ("points", 8),
    ("state", 12),
    ("met", 7),
    ("confirmed", 10),
    ("rejected", 10),
    ("undecided", 10),
    ("conflicts", 10),
    ("mind", 40),
];

/// Columns of [`Table::Documents`] and their widths.
const DOCUMENTS: [(&str, u16); 14] = [
    ("source", 44),
    ("status", 12),
    ("reason", 50),
    ("format", 10),
    ("provenance", 12),
    ("captured", 21),
    ("dated", 12),
    ("pages", 8),
    ("words", 9),
    ("states", 26),
    ("hidden", 30),
    ("notes", 40),
    ("title", 30),
    ("hash", 74),
];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Cell::Number(number as f64)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Cell::Number(number.into())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// Gives every row of a table to `with`.
pub(crate) fn each_row<E>(
    view: &View<'_>,
    table: Table,
    mut with: impl FnMut(Vec<Cell>) -> Result<(), E>,
) -> Result<(), E> {
    match table {
        Table::Summary => {
            summary(view).into_iter().try_for_each(|(what, value)| with(vec![what.into(), value]))
        }
        Table::Decisions => view.pack.evidence.iter().try_for_each(|e| with(decision(view.pack, e))),
        Table::Capabilities => capabilities(view).into_iter().try_for_each(with),
        Table::Documents => documents(view.pack).try_for_each(with),
        Table::Log => view.pack.log.events.iter().try_for_each(|event| {
            let (seq, said) = (Cell::Number(event.seq as f64), crate::html::said(event));
            with(vec![
                seq,
                event.time.as_str().into(),
                event.reviewer.as_str().into(),
                said.into(),
                event.hash.as_str().into(),
            ])
        }),
    }
}

fn summary(view: &View<'_>) -> Vec<(&'static str, Cell)> {
    let pack = view.pack;
    let mut rows: Vec<(&'static str, Cell)> =
        vec![("report", crate::html::title(pack).into()), ("day", pack.made.as_str().into())];
    rows.extend(crate::html::warnings(pack).into_iter().map(|warning| ("mind", warning.into())));
    rows.push(("what was read", words::reading(view).into()));
    rows.extend(words::limits(view).into_iter().map(|limit| ("what limits the verdict", limit.into())));
    rows.push(("verdict", words::verdict(view).into()));
    if let Ok(score) = &view.score {
        for policy in &score.policies {
            rows.push(("under a policy", format!("{}: {}", policy.id, words::policy(policy)).into()));
        }
    }
    rows.push(("capability map", words::map(view).into()));
    for line in pack.readiness.iter().flat_map(|r| &r.lines) {
        rows.push(("readiness", format!("{}: {} ({})", line.title, line.status.words(), line.found).into()));
    }
    rows.push(("criteria", format!("{} {}", pack.criteria.id, pack.criteria.version).into()));
    rows.push(("lexicon", pack.lexicon.clone().into()));
    rows.push(("made by", pack.tool.as_str().into()));
    rows.push(("last hash of the log", pack.log.head.as_str().into()));
    rows
}

fn decision(pack: &Pack, e: &Evidence) -> Vec<Cell> {
    let cited = &e.citation;
    let criterion = pack.criteria.get(&e.criterion);
    let document = pack.document(cited.source());
    let capture = document.and_then(|d| d.capture.as_ref()).map(|c| c.time.as_str());
    let said: Vec<_> = e.votes.iter().filter(|v| v.choice.is_some()).collect();
    let mut reviewers: Vec<_> = said.iter().map(|v| v.reviewer.as_str()).collect();
    reviewers.dedup();
    let notes: Vec<_> = e.votes.iter().filter_map(|v| v.note.as_deref()).collect();
    vec![
        e.criterion.0.as_str().into(),
        criterion.map(|c| c.name.as_str()).into(),
        criterion.and_then(|c| c.points).into(),
        e.outcome.name().into(),
        cited.quote().into(),
        cited.source().into(),
        cited.page().into(),
        cited.section().join(" > ").into(),
        cited.start().into(),
        cited.end().into(),
        (if e.public { "public" } else { "submitted" }).into(),
        capture.into(),
        e.link.as_str().into(),
        reviewers.join(", ").into(),
        notes.join("; ").into(),
        said.last().map(|v| v.time.as_str()).into(),
        words::elements(e.elements).into(),
        e.grade.name().into(),
        words::tier(e.tier).into(),
        e.cue.as_ref().map(|cue| cue.text.as_str()).into(),
        (if e.ocr { "yes" } else { "no" }).into(),
        cited.document().0.as_str().into(),
        e.id.as_str().into(),
        e.explanation.as_str().into(),
    ]
}

fn capabilities<'v>(view: &'v View<'_>) -> Vec<Vec<Cell>> {
    let standing = |id: &capmap_model::CriterionId| {
        view.pack.standings.iter().map(|s| &s.standing).find(|s| s.criterion == *id)
    };
    let row = |c: &'v capmap_model::Criterion| {
        let s = standing(&c.id);
        let confirmed = s.map_or(0, |s| s.confirmed);
        vec![
            c.id.0.as_str().into(),
            (if c.kind == capmap_model::CriterionKind::Capability { "capability" } else { "supplemental" })
                .into(),
            c.domain.as_str().into(),
            c.name.as_str().into(),
            c.points.into(),
            view.state(&c.id).word().into(),
            (if confirmed > 0 { "yes" } else { "no" }).into(),
            confirmed.into(),
            s.map_or(0, |s| s.rejected).into(),
            s.map_or(0, |s| s.undecided).into(),
            s.map_or(0, |s| s.conflicts).into(),
            words::marks(view, &c.id).into(),
        ]
    };
    view.pack.criteria.criteria.iter().map(row).collect()
}

fn documents(pack: &Pack) -> impl Iterator<Item = Vec<Cell>> + '_ {
    pack.documents.iter().map(|d| {
        vec![
            d.source.as_str().into(),
            d.status.as_str().into(),
            d.reason.clone().into(),
            d.format.name().into(),
            words::provenance(d).into(),
            d.capture.as_ref().map(|c| c.time.as_str()).into(),
            d.dated.clone().into(),
            (if d.pages > 0 { Cell::from(d.pages) } else { Cell::Empty }),
            d.words.into(),
            words::elements(d.elements).into(),
            d.hidden.join("; ").into(),
            d.notes.join("; ").into(),
            d.title.clone().into(),
            d.id.as_ref().map(|id| id.0.as_str()).into(),
        ]
    })
}
