//! The capability map as a value: what every way of printing it shows.

use crate::errors::Done;
use crate::judged::Summary;
use crate::reading::Entry;
use capmap_evidence::{Cluster, Merged};
use capmap_model::{Coverage, CriteriaSet, Criterion, CriterionKind, Grade};

/// An input with what became of it.
pub struct Read<'a> {
    /// The input.
    pub entry: Entry<'a>,
    /// What the map shows of it.
    pub summary: Summary,
}

/// The map.
pub struct Map<'a> {
    /// What was asked.
    pub criteria: &'a CriteriaSet,
    /// Version of the rules.
    pub lexicon: &'a str,
    /// Every input, by source.
    pub inputs: &'a [Read<'a>],
    /// All suggestions.
    pub merged: &'a Merged<'a>,
    /// Every criterion, in the set's order.
    pub rows: Vec<Row<'a>>,
}

/// One criterion.
pub struct Row<'a> {
    /// Which.
    pub criterion: &'a Criterion,
    /// The best grade found.
    pub coverage: Coverage,
    /// Best first.
    pub suggestions: &'a [Cluster],
}

impl<'a> Map<'a> {
    /// Puts suggestions under their criteria.
    pub fn new(
        criteria: &'a CriteriaSet,
        lexicon: &'a str,
        inputs: &'a [Read<'a>],
        merged: &'a Merged<'a>,
    ) -> Self {
        let row = |criterion: &'a Criterion| {
            let suggestions = merged.of(&criterion.id);
            let grades = suggestions.iter().map(|cluster| covers(cluster.best().grade));
            Row { criterion, coverage: grades.max().unwrap_or(Coverage::None), suggestions }
        };
        Map { criteria, lexicon, inputs, merged, rows: criteria.criteria.iter().map(row).collect() }
    }

    /// Rows of one kind.
    pub fn of_kind(&self, kind: CriterionKind) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(move |row| row.criterion.kind == kind)
    }

    /// How the run ends.
    pub fn done(&self) -> Done {
        let incomplete = |read: &Read<'_>| read.summary.incomplete();
        if self.inputs.iter().any(incomplete) { Done::SomeUnread } else { Done::All }
    }
}

fn covers(grade: Grade) -> Coverage {
    match grade {
        Grade::Offered => Coverage::Offered,
        Grade::Topic => Coverage::Topic,
        Grade::Excluded => Coverage::Excluded,
    }
}

/// The contract's word for a coverage.
pub fn coverage_name(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Offered => "offered",
        Coverage::Topic => "topic",
        Coverage::Excluded => "excluded",
        Coverage::None => "none",
    }
}
