//! What every format shows of a pack, worked out once: the score, each criterion with its evidence, what was read.

use crate::pack::{Evidence, Outcome, Pack, PackDocument};
use capmap_model::{Criterion, CriterionId, CriterionKind, Elements, Grade, Standing};
use capmap_score::{Date, Score, ScoreError};
use std::collections::BTreeMap;

/// A pack with what follows from it.
pub(crate) struct View<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// Its score; why there is none for a set without points.
    pub score: Result<Score, ScoreError>,
    /// The score if the best open offer of every criterion were confirmed. Never counted, only drawn hatched.
    pub hoped: Option<Score>,
    evidence: BTreeMap<&'a CriterionId, Vec<&'a Evidence>>,
    standings: BTreeMap<&'a CriterionId, &'a Standing>,
}

/// How a criterion stands, as the capability map shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// At least one passage is confirmed.
    Confirmed,
    /// An offer is suggested.
    Offered,
    /// Only talked about.
    Topic,
    /// Only said not to be provided.
    Excluded,
    /// Nothing found.
    None,
}

impl State {
    pub(crate) const ALL: [State; 5] =
        [State::Confirmed, State::Offered, State::Topic, State::Excluded, State::None];

    pub(crate) fn word(self) -> &'static str {
        match self {
            State::Confirmed => "confirmed",
            State::Offered => "offered",
            State::Topic => "topic",
            State::Excluded => "excluded",
            State::None => "none",
        }
    }

    pub(crate) fn meaning(self) -> &'static str {
        match self {
            State::Confirmed => "a person confirmed evidence",
            State::Offered => "suggested or disputed, not confirmed: counts for nothing",
            State::Topic => "only talked about",
            State::Excluded => "only said not to be provided",
            State::None => "nothing found that stands",
        }
    }
}

/// One domain or supplemental group.
pub(crate) struct Group<'a> {
    pub name: &'a str,
    pub criteria: Vec<&'a Criterion>,
}

impl<'a> View<'a> {
    pub(crate) fn new(pack: &'a Pack) -> Self {
        let mut evidence: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for one in &pack.evidence {
            evidence.entry(&one.criterion).or_default().push(one);
        }
        let standings = pack.standings.iter().map(|s| (&s.standing.criterion, &s.standing)).collect();
        let score = pack.score();
        let hoped = score.is_ok().then(|| hoped(pack)).flatten();
        View { pack, score, hoped, evidence, standings }
    }

    /// All evidence of a criterion that the pack holds, best first.
    pub(crate) fn evidence(&self, criterion: &CriterionId) -> &[&'a Evidence] {
        self.evidence.get(criterion).map_or(&[], Vec::as_slice)
    }

    /// Evidence of a criterion of one outcome.
    pub(crate) fn of_outcome(
        &self,
        criterion: &CriterionId,
        outcome: Outcome,
    ) -> impl Iterator<Item = &'a Evidence> {
        self.evidence(criterion).iter().copied().filter(move |e| e.outcome == outcome)
    }

    /// What a draft shows besides: offers that nobody has settled.
    pub(crate) fn suggested(&self, criterion: &CriterionId) -> impl Iterator<Item = &'a Evidence> {
        let open = |e: &&Evidence| {
            matches!(e.outcome, Outcome::Undecided | Outcome::Deferred | Outcome::Carried)
                && e.grade == Grade::Offered
        };
        let draft = self.pack.draft;
        self.evidence(criterion).iter().copied().filter(move |e| draft && open(e))
    }

    /// By what is confirmed, else by the best of what is still open: what was rejected stands for nothing.
    pub(crate) fn state(&self, criterion: &CriterionId) -> State {
        let Some(standing) = self.standings.get(criterion) else { return State::None };
        match standing.best_open.as_ref().map(|open| open.grade) {
            _ if standing.confirmed > 0 => State::Confirmed,
            Some(Grade::Offered) => State::Offered,
            _ if standing.conflicts > 0 => State::Offered,
            Some(Grade::Topic) => State::Topic,
            Some(Grade::Excluded) => State::Excluded,
            None => State::None,
        }
    }

    /// Domains and groups in the set's order. Of the supplemental criteria that the text does not name only those with
    /// something found.
    pub(crate) fn groups(&self) -> Vec<Group<'a>> {
        let shown = |c: &&Criterion| {
            c.kind == CriterionKind::Capability || c.listed || self.state(&c.id) != State::None
        };
        let set = &self.pack.criteria;
        let group = |name: &'a String| {
            let criteria: Vec<_> = set.criteria.iter().filter(|c| c.domain == *name).filter(shown).collect();
            Group { name, criteria }
        };
        set.domains.iter().map(group).filter(|g| !g.criteria.is_empty()).collect()
    }

    /// Of a group, the criteria with passages to show, and those without.
    pub(crate) fn parted(&self, group: &Group<'a>) -> (Vec<&'a Criterion>, Vec<&'a Criterion>) {
        let settled = |e: &&Evidence| matches!(e.outcome, Outcome::Confirmed | Outcome::Conflict);
        let shown = |c: &&Criterion| {
            self.evidence(&c.id).iter().any(settled) || self.suggested(&c.id).next().is_some()
        };
        group.criteria.iter().copied().partition(shown)
    }

    /// How many criteria of a kind stand so.
    pub(crate) fn count(&self, kind: CriterionKind, state: State) -> usize {
        self.pack.criteria.of_kind(kind).filter(|c| self.state(&c.id) == state).count()
    }

    /// Confirmed and suggested passages of a document, by group of the set.
    pub(crate) fn by_document(&self) -> BTreeMap<&'a str, BTreeMap<&'a str, (usize, usize)>> {
        let domain: BTreeMap<_, _> =
            self.pack.criteria.criteria.iter().map(|c| (&c.id, c.domain.as_str())).collect();
        let mut counts: BTreeMap<&str, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
        for evidence in &self.pack.evidence {
            let Some(name) = domain.get(&evidence.criterion) else { continue };
            let cell = counts.entry(evidence.citation.source()).or_default().entry(name).or_default();
            match evidence.outcome {
                Outcome::Confirmed => cell.0 += 1,
                Outcome::Undecided | Outcome::Deferred | Outcome::Carried
                    if evidence.grade == Grade::Offered =>
                {
                    cell.1 += 1;
                }
                _ => {}
            }
        }
        counts
    }

    /// Inputs of which something was not read.
    pub(crate) fn lost(&self) -> impl Iterator<Item = &'a PackDocument> {
        self.pack.documents.iter().filter(|d| d.loss)
    }
}

/// What the documents with confirmed evidence state between them; none without such evidence.
pub(crate) fn elements(pack: &Pack) -> Option<Elements> {
    let confirmed = pack.evidence.iter().filter(|e| e.outcome == Outcome::Confirmed);
    let stated = confirmed.filter_map(|e| Some(pack.document(e.citation.source())?.elements));
    stated.reduce(|a, b| Elements {
        scope: a.scope || b.scope,
        deliverables: a.deliverables || b.deliverables,
        timelines: a.timelines || b.timelines,
        outcomes: a.outcomes || b.outcomes,
    })
}

impl Pack {
    /// The score of the confirmed evidence, as of the day of the report.
    ///
    /// # Errors
    /// [`ScoreError::NoPoints`] where the set does not publish points for all its criteria.
    pub fn score(&self) -> Result<Score, ScoreError> {
        let standings: Vec<_> = self.standings.iter().map(|s| s.standing.clone()).collect();
        capmap_score::score(&self.criteria, &standings, self.day())
    }

    /// What the documents with confirmed evidence state between them; none without such evidence.
    pub fn elements(&self) -> Option<Elements> {
        elements(self)
    }

    /// The day of the report; the first of 1970 where it is no day, so that nothing counts as old.
    fn day(&self) -> Date {
        Date::parse(&self.made).unwrap_or(Date::EPOCH)
    }
}

fn hoped(pack: &Pack) -> Option<Score> {
    let standings: Vec<_> = pack
        .standings
        .iter()
        .map(|s| {
            let mut standing = s.standing.clone();
            let offer = standing.best_open.as_ref().is_some_and(|open| open.grade == Grade::Offered);
            standing.confirmed += u32::from(offer);
            standing
        })
        .collect();
    capmap_score::score(&pack.criteria, &standings, pack.day()).ok()
}
