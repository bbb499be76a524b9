//! Readiness: the rules of the certification that no statement of work shows, line by line. Each line says what holds, in
//! plain words which rule that is, and what would fix it. Pure: profile, criteria set and day are passed in.

mod community;
mod people;
mod profile;
mod term;

pub use profile::{Profile, ProfileError};

use crate::{Date, Score, Verdict};
use capmap_model::{CriteriaSet, Elements};
use serde::{Deserialize, Serialize};

/// Schema of the JSON form.
pub const READINESS_SCHEMA: &str = "capmap/readiness/1";

/// A contributed resource counts for this many months, the day itself included.
pub const CONTRIBUTION_MONTHS: u32 = 18;

/// How a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The rule is kept.
    Met,
    /// It is not.
    NotMet,
    /// Nobody has said.
    Unknown,
}

impl Status {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Status::Met => "met",
            Status::NotMet => "not met",
            Status::Unknown => "unknown",
        }
    }

    fn of(answer: Option<bool>) -> Status {
        match answer {
            Some(true) => Status::Met,
            Some(false) => Status::NotMet,
            None => Status::Unknown,
        }
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its slug: `practitioner`, `case-studies`...
    pub id: String,
    /// What it is about: `membership`, `people`...
    pub group: String,
    /// For people, short.
    pub title: String,
    /// The rule in plain words.
    pub rule: String,
    /// How it stands.
    pub status: Status,
    /// What is known.
    pub found: String,
    /// What would settle it; none where it is met.
    pub fix: Option<String>,
    /// Pages that speak for it, for a person to look at. They settle nothing.
    pub sightings: Vec<Sighting>,
}

/// A captured page that speaks for a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Names it where it is confirmed.
    pub id: String,
    /// The line's slug.
    pub line: String,
    /// The day that the page gives, `2026-11-23`.
    pub date: Option<String>,
    /// The page.
    pub source: String,
    /// The words that speak for it.
    pub quote: String,
    /// True once a person has confirmed it.
    pub confirmed: bool,
}

/// Something that ends before the renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    /// The last day on which it holds, `2026-11-23`.
    pub until: String,
    /// What.
    pub what: String,
    /// What follows from it.
    pub effect: String,
}

/// Every rule, and what ends when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    /// [`READINESS_SCHEMA`].
    pub schema: String,
    /// The day for which this holds.
    pub day: String,
    /// Not met where one line is not; else unknown where one is.
    pub status: Status,
    /// In the certification text's order.
    pub lines: Vec<Line>,
    /// What ends before the next renewal, soonest first.
    pub expiries: Vec<Expiry>,
}

/// What the dossier knows already.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// The score of confirmed evidence.
    pub score: Option<&'a Score>,
    /// What the documents with confirmed evidence state between them.
    pub elements: Option<Elements>,
    /// Captured pages that speak for a line.
    pub sightings: &'a [Sighting],
}

/// Holds `profile` against the rules of `set` on the day `today`.
pub fn readiness(set: &CriteriaSet, profile: &Profile, facts: Facts<'_>, today: Date) -> Readiness {
    let mut lines = community::membership(profile, today);
    lines.extend(people::lines(set, profile, today));
    lines.extend(documents(facts));
    lines.extend(community::lines(profile, today));
    lines.push(term::contribution(profile, today));
    lines.extend(community::offering(profile));
    lines.push(term::renewal(set, profile, today));
    for line in &mut lines {
        line.sightings = facts.sightings.iter().filter(|s| s.line == line.id).cloned().collect();
        community::weigh(line, today);
    }
    let any = |status| lines.iter().any(|line| line.status == status);
    let status = match (any(Status::NotMet), any(Status::Unknown)) {
        (true, _) => Status::NotMet,
        (false, true) => Status::Unknown,
        (false, false) => Status::Met,
    };
    let expiries = term::expiries(set, profile, today);
    Readiness { schema: READINESS_SCHEMA.to_owned(), day: today.to_string(), status, lines, expiries }
}

/// Points and the four elements: what the confirmed evidence shows.
fn documents(facts: Facts<'_>) -> Vec<Line> {
    let points = Draft {
        id: "points",
        group: "documents",
        title: "Points of capabilities and supplemental criteria",
        rule: "confirmed evidence reaches the threshold of the possible points; a criterion is met in full or not at all",
    };
    let (status, found) = match facts.score.map(|score| (score.verdict, score)) {
        None => (Status::Unknown, "nothing was scored yet".to_owned()),
        Some((Verdict::Met, score)) => (Status::Met, policies(score)),
        Some((Verdict::NotMet, score)) => (Status::NotMet, policies(score)),
        Some((Verdict::DependsOnPolicy, score)) => {
            (Status::Unknown, format!("it depends on how the total is counted: {}", policies(score)))
        }
    };
    let points =
        points.line(status, found, "run `capmap score`: it names what is missing and the shortest way");
    vec![points, elements(facts.elements)]
}

fn policies(score: &Score) -> String {
    let one = |p: &crate::PolicyResult| format!("{} of {} points under {}", p.points, p.denominator, p.id);
    score.policies.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn elements(elements: Option<Elements>) -> Line {
    let draft = Draft {
        id: "elements",
        group: "documents",
        title: "Service descriptions state scope, deliverables, timelines and outcomes",
        rule: "publicly referenceable (or submitted) service descriptions or statements of work outline scope, deliverables, \
               timelines and outcomes",
    };
    let Some(e) = elements else {
        let found = "no evidence is confirmed yet".to_owned();
        return draft.line(Status::Unknown, found, "confirm evidence with `capmap review`");
    };
    let all = [
        (e.scope, "scope"),
        (e.deliverables, "deliverables"),
        (e.timelines, "timelines"),
        (e.outcomes, "outcomes"),
    ];
    let named = |there: bool| {
        let names: Vec<_> = all.iter().filter(|(has, _)| *has == there).map(|(_, name)| *name).collect();
        names.join(", ")
    };
    if named(false).is_empty() {
        return draft.line(Status::Met, "documents with confirmed evidence state all four".to_owned(), "");
    }
    let found = format!("documents with confirmed evidence do not state: {}", named(false));
    draft.line(Status::NotMet, found, "add a document that states them")
}

/// A line before it is known how it stands.
struct Draft {
    id: &'static str,
    group: &'static str,
    title: &'static str,
    rule: &'static str,
}

impl Draft {
    fn line(&self, status: Status, found: String, fix: &str) -> Line {
        Line {
            id: self.id.to_owned(),
            group: self.group.to_owned(),
            title: self.title.to_owned(),
            rule: self.rule.to_owned(),
            status,
            found,
            fix: (status != Status::Met && !fix.is_empty()).then(|| fix.to_owned()),
            sightings: Vec::new(),
        }
    }

    /// A yes-or-no answer of the profile.
    fn answer(&self, answer: Option<bool>, key: &str, fix: &str) -> Line {
        let (found, fix) = match answer {
            Some(true) => ("the profile says so".to_owned(), String::new()),
            Some(false) => ("the profile says that it is not so".to_owned(), fix.to_owned()),
            None => (format!("the profile does not give {key}"), format!("fill in {key}; {fix}")),
        };
        self.line(Status::of(answer), found, &fix)
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
