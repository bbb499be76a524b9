//! Individual certifications against the size of the parent organization.

use super::profile::{Certifications, Kind, Lapsing, Profile};
use super::{Draft, Line, Status};
use crate::Date;
use capmap_model::{CertificationRow, CriteriaSet};

/// A column of the certification table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Practitioner,
    Professional,
    FocusAnalyst,
}

pub(super) const COLUMNS: [Column; 3] = [Column::Practitioner, Column::Professional, Column::FocusAnalyst];

impl Column {
    pub(super) fn name(self) -> &'static str {
        match self {
            Column::Practitioner => "FinOps Certified Practitioner",
            Column::Professional => "FinOps Certified Professional",
            Column::FocusAnalyst => "FinOps Certified FOCUS Analyst",
        }
    }

    fn draft(self) -> Draft {
        let (id, rule) = match self {
            Column::Practitioner => (
                "practitioner",
                "the number goes by the size of the parent organization; a FinOps Certified Engineer counts as one \
                 Practitioner, a Professional or a FOCUS Analyst never does; one person may hold several, and each counts",
            ),
            Column::Professional => (
                "professional",
                "the number goes by the size of the parent organization; no other certification stands in for it",
            ),
            Column::FocusAnalyst => (
                "focus-analyst",
                "the number goes by the size of the parent organization; it is counted on its own and stands in for no other",
            ),
        };
        Draft { id, group: "people", title: self.name(), rule }
    }

    fn needed(self, row: &CertificationRow) -> u32 {
        match self {
            Column::Practitioner => row.practitioner,
            Column::Professional => row.professional,
            Column::FocusAnalyst => row.focus_analyst,
        }
    }

    fn platform(self, profile: &Profile) -> Option<u32> {
        let platform = &profile.platform;
        let asked = match self {
            Column::Practitioner => platform.practitioner,
            Column::Professional => platform.professional,
            Column::FocusAnalyst => platform.focus_analyst,
        };
        asked.filter(|_| platform.sought)
    }

    pub(super) fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::Practitioner | Kind::Engineer => self == Column::Practitioner,
            Kind::Professional => self == Column::Professional,
            Kind::FocusAnalyst => self == Column::FocusAnalyst,
        }
    }

    /// Held on a day; none where the profile does not say. Engineers alone are an answer for Practitioners.
    pub(super) fn held(self, held: &Certifications, on: Date) -> Option<u32> {
        let total = match self {
            Column::Practitioner => match (held.practitioner, held.engineer) {
                (None, None) => None,
                (practitioner, engineer) => {
                    Some(practitioner.unwrap_or(0).saturating_add(engineer.unwrap_or(0)))
                }
            },
            Column::Professional => held.professional,
            Column::FocusAnalyst => held.focus_analyst,
        };
        let lapsed = |l: &&Lapsing| self.takes(l.kind) && l.until < on;
        let gone = held.lapsing.iter().filter(lapsed).fold(0u32, |sum, l| sum.saturating_add(l.count));
        total.map(|total| total.saturating_sub(gone))
    }

    /// How many are needed; none where the size is unknown or the set has no table.
    pub(super) fn need(self, set: &CriteriaSet, profile: &Profile) -> Option<u32> {
        let employees = profile.organization.parent_employees?;
        let rows = set.certifications.iter().filter(|row| row.employees <= employees);
        let own = self.needed(rows.max_by_key(|row| row.employees)?);
        Some(own.max(self.platform(profile).unwrap_or(0)))
    }
}

pub(super) fn lines(set: &CriteriaSet, profile: &Profile, today: Date) -> Vec<Line> {
    let mut lines = vec![size(profile)];
    lines.extend(COLUMNS.map(|column| line(column, set, profile, today)));
    lines
}

fn size(profile: &Profile) -> Line {
    let draft = Draft {
        id: "size",
        group: "people",
        title: "Size of the parent organization",
        rule: "the size that set the fee on joining the Linux Foundation: the parent organization's, never a unit's own",
    };
    let organization = &profile.organization;
    let unit =
        organization.unit_employees.map(|n| format!("; the unit's {n} do not matter")).unwrap_or_default();
    match organization.parent_employees {
        Some(n) => draft.line(Status::Met, format!("{n} employees{unit}"), ""),
        None => draft.line(
            Status::Unknown,
            format!("the profile does not give organization.parent_employees{unit}"),
            "fill in organization.parent_employees",
        ),
    }
}

fn line(column: Column, set: &CriteriaSet, profile: &Profile, today: Date) -> Line {
    let draft = column.draft();
    let Some(held) = column.held(&profile.certifications, today) else {
        let fix = format!("count them, and fill in certifications.{}", draft.id.replace('-', "_"));
        return draft.line(Status::Unknown, "the profile does not say how many are held".to_owned(), &fix);
    };
    let Some(need) = column.need(set, profile) else { return any_size(column, set, held) };
    let shared = match column.platform(profile) {
        Some(_) => " (shared with the platform certification: the larger number, not the sum)",
        None if profile.platform.sought => " (the platform certification shares them)",
        None => "",
    };
    let found = format!("{held} held, {need} needed{shared}");
    let more = need.saturating_sub(held);
    let fix = format!("have {more} more of these certifications earned in the organization");
    draft.line(Status::of(Some(held >= need)), found, &fix)
}

/// Without a size: enough for the largest organization is enough, too few for the smallest are too few.
fn any_size(column: Column, set: &CriteriaSet, held: u32) -> Line {
    let needed = || set.certifications.iter().map(|row| column.needed(row));
    let (Some(least), Some(most)) = (needed().min(), needed().max()) else {
        let found = format!("{held} held; the criteria set has no table of certifications");
        return column.draft().line(Status::Unknown, found, "use a criteria set that has one");
    };
    let (status, words) = match held {
        held if held >= most => (Status::Met, "enough for an organization of any size".to_owned()),
        held if held < least => {
            (Status::NotMet, format!("too few for any size: at least {least} are needed"))
        }
        _ => {
            (Status::Unknown, format!("needed are {least} to {most}, by the size of the parent organization"))
        }
    };
    let fix = "fill in organization.parent_employees, and certify more people where it asks for more";
    column.draft().line(status, format!("{held} held; {words}"), fix)
}
