//! The capability map as a value: what every way of printing it shows.

use crate::cache::Findings;
use crate::errors::Done;
use crate::reading::Entry;
use capmap_model::{
    Coverage, CriteriaSet, Criterion, CriterionKind, FailureKind, Grade, Outcome, Suggestion,
};

/// An input with what was read and found.
pub struct Read<'a> {
    /// The input.
    pub entry: Entry<'a>,
    /// What became of it.
    pub outcome: Outcome,
    /// What the rules found.
    pub found: Findings,
    /// Name of its record in the cache; empty where there is none.
    pub record: String,
}

impl Read<'_> {
    /// True where something of it could not be read. A second name of a file that was read is no loss.
    pub fn incomplete(&self) -> bool {
        self.outcome.failure().is_some_and(|failure| failure.kind != FailureKind::Duplicate)
    }
}

/// The map.
pub struct Map<'a> {
    /// What was asked.
    pub criteria: &'a CriteriaSet,
    /// Version of the rules.
    pub lexicon: &'a str,
    /// Every input, by source.
    pub inputs: &'a [Read<'a>],
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
    pub suggestions: Vec<&'a Suggestion>,
}

impl<'a> Map<'a> {
    /// Sorts suggestions, best first, under their criteria.
    pub fn new(
        criteria: &'a CriteriaSet,
        lexicon: &'a str,
        inputs: &'a [Read<'a>],
        suggestions: &'a [Suggestion],
    ) -> Self {
        let row = |criterion: &'a Criterion| {
            let suggestions: Vec<_> = suggestions.iter().filter(|s| s.criterion == criterion.id).collect();
            let coverage = suggestions.iter().map(|s| covers(s.grade)).max().unwrap_or(Coverage::None);
            Row { criterion, coverage, suggestions }
        };
        Map { criteria, lexicon, inputs, rows: criteria.criteria.iter().map(row).collect() }
    }

    /// Rows of one kind.
    pub fn of_kind(&self, kind: CriterionKind) -> impl Iterator<Item = &Row<'a>> {
        self.rows.iter().filter(move |row| row.criterion.kind == kind)
    }

    /// How the run ends.
    pub fn done(&self) -> Done {
        if self.inputs.iter().any(Read::incomplete) { Done::SomeUnread } else { Done::All }
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
