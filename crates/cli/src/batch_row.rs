//! Where one applicant stands: what the summary of a batch shows, taken from its dossier alone, so that a dossier that was
//! worked on now and one that was left as it is are shown alike.

use crate::applicants::Applicant;
use crate::errors::Stop;
use crate::fetching::is_no_loss;
use crate::readiness;
use capmap_model::{CriteriaSet, Grade, Standing};
use capmap_score::{Date, Verdict, score};
use capmap_store::{Store, View};
use serde::Serialize;
use std::path::Path;

/// One applicant's line.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// As the folder or the manifest names it.
    pub applicant: String,
    /// Its dossier below the root.
    pub dossier: String,
    /// `read`, `partial` (some input could not be read) or `failed`.
    pub status: &'static str,
    /// Why it failed; none for the others.
    pub reason: Option<String>,
    /// Inputs, read or not.
    pub documents: usize,
    /// Inputs that could not be read, or not whole.
    pub unreadable: usize,
    /// What counts; none where the criteria set publishes no points.
    pub score: Option<RowScore>,
    /// Points of criteria that are not met and for which an offer waits for a decision; none as for `score`.
    pub suggested: Option<u32>,
    /// Passages that nobody has settled, of criteria that are not met.
    pub open: u32,
    /// Of these, passages on which votes differ.
    pub conflicts: u32,
    /// When the certification ends; none where the profile does not say.
    pub renewal: Option<Renewal>,
}

/// Points from confirmed evidence.
#[derive(Debug, Clone, Serialize)]
pub struct RowScore {
    /// Under the set's first reading of the denominator.
    pub points: u32,
    /// Of that reading.
    pub denominator: u32,
    /// What all readings say together.
    pub verdict: Verdict,
}

/// When the certification is to be renewed.
#[derive(Debug, Clone, Serialize)]
pub struct Renewal {
    /// The day.
    pub due: String,
    /// Days until then; negative where it is over.
    pub days: i64,
}

impl Row {
    /// Of an applicant that could not be worked on.
    pub fn failed(applicant: &Applicant, why: &Stop) -> Row {
        Row {
            applicant: applicant.name.clone(),
            dossier: applicant.folder.clone(),
            status: "failed",
            reason: Some(why.to_string()),
            documents: 0,
            unreadable: 0,
            score: None,
            suggested: None,
            open: 0,
            conflicts: 0,
            renewal: None,
        }
    }

    /// Of a dossier.
    ///
    /// # Errors
    /// Where the dossier or the profile cannot be read.
    pub fn of(applicant: &Applicant, dossier: &Path, set: &CriteriaSet, today: Date) -> Result<Row, Stop> {
        let store = Store::open_read(dossier)?;
        let documents = store.documents()?;
        let lost = |failure: &capmap_model::Failure| !is_no_loss(failure.kind);
        let unreadable = documents.iter().filter(|d| d.failure.as_ref().is_some_and(lost)).count();
        let standings = store.standings(View::All)?;
        let unmet: Vec<&Standing> =
            standings.iter().filter(|s| s.confirmed == 0 && set.get(&s.criterion).is_some()).collect();
        let suggested = unmet.iter().filter(|s| offers(s)).filter_map(|s| set.get(&s.criterion)?.points);
        let profile = applicant.profile.as_deref().map(readiness::load).transpose()?;
        let due = profile.and_then(|profile| profile.renewal_due(set.valid_months));
        Ok(Row {
            applicant: applicant.name.clone(),
            dossier: applicant.folder.clone(),
            status: if unreadable > 0 { "partial" } else { "read" },
            reason: None,
            documents: documents.len(),
            unreadable,
            score: scored(set, &standings, today)?,
            suggested: set.scores().then(|| suggested.sum()),
            open: unmet.iter().map(|s| s.undecided).sum(),
            conflicts: unmet.iter().map(|s| s.conflicts).sum(),
            renewal: due.map(|due| Renewal { due: due.to_string(), days: today.days_until(due) }),
        })
    }
}

fn offers(standing: &Standing) -> bool {
    standing.best_open.as_ref().is_some_and(|open| open.grade == Grade::Offered)
}

fn scored(set: &CriteriaSet, standings: &[Standing], today: Date) -> Result<Option<RowScore>, Stop> {
    if !set.scores() {
        return Ok(None);
    }
    let score = score(set, standings, today)?;
    Ok(score.policies.first().map(|policy| RowScore {
        points: policy.points,
        denominator: policy.denominator,
        verdict: score.verdict,
    }))
}
