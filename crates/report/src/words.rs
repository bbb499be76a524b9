//! The sentences that every format shares: what was read and how that limits the verdict, the verdict itself, places.

use crate::pack::{Evidence, Outcome, PackDocument, Vote};
use crate::safe::line;
use crate::view::{State, View};
use capmap_model::{CriterionKind, Elements, Provenance, Tier};
use capmap_score::{Mark, PolicyResult, Score, Verdict};

/// "1 document", "2 documents".
pub(crate) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// What was read, in one sentence.
pub(crate) fn reading(view: &View<'_>) -> String {
    let documents = &view.pack.documents;
    let status = |name: &str| documents.iter().filter(|d| d.status == name).count();
    let (pages, words) = documents.iter().fold((0, 0), |(p, w), d| (p + d.pages, w + d.words));
    let mut parts = Vec::new();
    for (name, said) in [
        ("read", "read whole"),
        ("partial", "read in part"),
        ("unreadable", "not read"),
        ("skipped", "passed over"),
    ] {
        if status(name) > 0 {
            parts.push(format!("{} {said}", status(name)));
        }
    }
    if parts.is_empty() {
        return "No documents were mapped.".to_owned();
    }
    let pages = if pages > 0 { format!("{}, ", count(pages, "page", "pages")) } else { String::new() };
    format!(
        "{}: {} ({pages}{}).",
        count(documents.len(), "input", "inputs"),
        parts.join(", "),
        count(words, "word", "words")
    )
}

/// How the reading, and what is still open, limit the verdict. Never empty.
pub(crate) fn limits(view: &View<'_>) -> Vec<String> {
    let mut limits = Vec::new();
    unread(view, &mut limits);
    unsettled(view, &mut limits);
    weak(view, &mut limits);
    let set = &view.pack.criteria;
    if let Some((id, version)) =
        view.pack.mapped_with.as_ref().filter(|m| m.0 != set.id || m.1 != set.version)
    {
        limits.push(format!(
            "The documents were mapped with criteria {id} {version}, and are reported with {} {}: what only the latter asks \
             for was not looked for.",
            set.id, set.version
        ));
    }
    if limits.is_empty() {
        limits.push("Every input was read whole, and nothing is left undecided.".to_owned());
    }
    limits
}

fn unread(view: &View<'_>, limits: &mut Vec<String>) {
    let lost = view.lost().count();
    if lost > 0 {
        let effect = match view.score.as_ref().map(|s| s.verdict) {
            Ok(Verdict::Met) => "The verdict does not hang on them: what was confirmed suffices.",
            _ => "Evidence in them is not counted, so a criterion that is not met here may be met there.",
        };
        limits.push(format!("{} could not be read, or not whole. {effect}", count(lost, "input", "inputs")));
    }
    let hidden = view.pack.documents.iter().filter(|d| !d.hidden.is_empty()).count();
    if hidden > 0 {
        let what = "text that a reader of the document does not see. It was never matched";
        limits.push(format!("{what_in} {what}.", what_in = holds(hidden)));
    }
}

fn holds(n: usize) -> String {
    if n == 1 { "1 input holds".to_owned() } else { format!("{n} inputs hold") }
}

fn unsettled(view: &View<'_>, limits: &mut Vec<String>) {
    let sum = |of: fn(&capmap_model::Standing) -> u32| -> usize {
        view.pack.standings.iter().map(|s| of(&s.standing) as usize).sum()
    };
    let (undecided, conflicts) = (sum(|s| s.undecided), sum(|s| s.conflicts));
    if undecided > 0 {
        limits.push(match undecided {
            1 => "1 suggested passage waits for a decision and counts for nothing.".to_owned(),
            n => format!("{n} suggested passages wait for a decision and count for nothing."),
        });
    }
    if conflicts > 0 {
        let passages = count(conflicts, "passage", "passages");
        limits.push(format!("Reviewers differ on {passages}: without effect before somebody adjudicates."));
    }
    let carried = view.pack.evidence.iter().filter(|e| e.outcome == Outcome::Carried).count();
    if carried > 0 {
        let from = count(carried, "confirmation", "confirmations");
        limits.push(format!("Not re-affirmed, and so without effect: {from} of an earlier cycle."));
    }
}

fn weak(view: &View<'_>, limits: &mut Vec<String>) {
    let ocr = view.pack.evidence.iter().filter(|e| e.ocr && e.outcome == Outcome::Confirmed).count();
    if ocr > 0 {
        let passages = count(ocr, "confirmed passage", "confirmed passages");
        limits.push(format!("Read from page images: {passages}. Compare the words with the page."));
    }
    let Ok(score) = &view.score else { return };
    let with = |mark| score.criteria_state.iter().filter(|s| s.marks.contains(&mark)).count();
    for (mark, what) in [
        (Mark::SubmittedOnly, "rest on submitted files alone: no public address shows them"),
        (Mark::Old, "rest on evidence older than 24 months"),
    ] {
        if with(mark) > 0 {
            limits.push(format!("{} met {what}.", count(with(mark), "criterion", "criteria")));
        }
    }
    let ids: Vec<_> =
        score.outside.iter().map(|id| id.0.as_str()).filter(|id| !id.starts_with("readiness:")).collect();
    if !ids.is_empty() {
        limits.push(format!(
            "Confirmed for criteria that the set does not have, so without points: {}.",
            ids.join(", ")
        ));
    }
}

/// The verdict, in one sentence.
pub(crate) fn verdict(view: &View<'_>) -> String {
    match &view.score {
        Err(error) => format!("No verdict: {error}."),
        Ok(score) => {
            let percent = view.pack.criteria.threshold * 100.0;
            let how = match score.verdict {
                Verdict::Met => "met under every reading of the total",
                Verdict::NotMet => "not met under any reading of the total",
                Verdict::DependsOnPolicy => "met or not, depending on how the total is counted",
            };
            format!(
                "The threshold of {percent} % is {how}. Confirmed: {} of {} points of capabilities, {} of {} supplemental.",
                score.capabilities.confirmed,
                score.capabilities.possible,
                score.supplemental.confirmed,
                score.supplemental.possible
            )
        }
    }
}

/// One policy's outcome: "50 of 129 points, 46.75 short of the threshold of 96.75".
pub(crate) fn policy(policy: &PolicyResult) -> String {
    let needed = needed(policy);
    let outcome = if policy.met {
        format!("the threshold of {needed} is reached")
    } else if policy.reachable {
        format!("{} short of the threshold of {needed}", policy.missing)
    } else {
        format!("{} short of the threshold of {needed}, which cannot be reached", policy.missing)
    };
    format!("{} of {} points, {outcome}", policy.points, policy.denominator)
}

/// Points that a policy asks for.
pub(crate) fn needed(policy: &PolicyResult) -> f64 {
    (f64::from(policy.denominator) * policy.threshold * 10_000.0).round() / 10_000.0
}

/// The capability map in one sentence, for those who do not see the picture.
pub(crate) fn map(view: &View<'_>) -> String {
    let counts: Vec<String> = State::ALL
        .into_iter()
        .map(|state| (state, view.count(CriterionKind::Capability, state)))
        .filter(|(_, n)| *n > 0)
        .map(|(state, n)| format!("{n} {}", state.word()))
        .collect();
    let all = view.pack.criteria.of_kind(CriterionKind::Capability).count();
    format!("Of {all} capabilities: {}.", counts.join(", "))
}

/// Where a passage stands: "sow.pdf, page 4, 3 Services > 3.2 Cost sharing".
pub(crate) fn place(evidence: &Evidence) -> String {
    let cited = &evidence.citation;
    let page = cited.page().map(|p| format!(", page {p}")).unwrap_or_default();
    let section: Vec<String> = cited.section().iter().map(|s| line(s)).collect();
    let section = if section.is_empty() { String::new() } else { format!(", {}", section.join(" > ")) };
    format!("{}{page}{section}", line(cited.source()))
}

/// Where the document comes from: "public, captured 2026-11-01T10:00:00Z" or "submitted".
pub(crate) fn origin(document: &PackDocument) -> String {
    let from = match document.provenance {
        Provenance::Submitted => "submitted file",
        Provenance::Public => "public page",
        Provenance::Supplied => "saved page, handed in",
    };
    let captured =
        document.capture.as_ref().map(|c| format!(", captured {}", line(&c.time))).unwrap_or_default();
    let dated = document.dated.as_ref().map(|d| format!(", dated {}", line(d))).unwrap_or_default();
    format!("{from}{captured}{dated}")
}

/// What was said: "confirmed by ada, 2026-11-23T10:00:00Z".
pub(crate) fn vote(vote: &Vote) -> String {
    let who = line(&vote.reviewer);
    let said = match (vote.kind.as_str(), vote.choice.as_deref()) {
        ("adjudication", Some("confirm")) => "adjudicated: confirmed",
        ("adjudication", _) => "adjudicated: rejected",
        ("carried", _) => "confirmed in an earlier cycle",
        (_, Some("confirm")) => "confirmed",
        (_, Some("reject")) => "rejected",
        (_, Some("defer")) => "put off",
        _ => "noted",
    };
    format!("{said} by {who}, {}", line(&vote.time))
}

/// "scope, deliverables"; "none of the four" where nothing is stated.
pub(crate) fn elements(elements: Elements) -> String {
    let all = [
        (elements.scope, "scope"),
        (elements.deliverables, "deliverables"),
        (elements.timelines, "timelines"),
        (elements.outcomes, "outcomes"),
    ];
    let stated: Vec<_> = all.iter().filter(|(there, _)| *there).map(|(_, name)| *name).collect();
    if stated.is_empty() { "none of the four".to_owned() } else { stated.join(", ") }
}

/// What to win first under the default policy: criterion, points and what it takes.
pub(crate) fn route<'a>(view: &View<'a>, score: &'a Score) -> Vec<(String, u32, &'static str)> {
    let steps = score.policies.first().map_or(&[][..], |p| p.route.as_slice());
    let name = |id| view.pack.criteria.get(id).map_or_else(|| id.0.clone(), |c| c.name.clone());
    steps.iter().map(|step| (name(&step.criterion), step.points, step.effort.words())).collect()
}

/// Criteria without a passage to show, in one line; none for no criteria.
pub(crate) fn bare(view: &View<'_>, criteria: &[&capmap_model::Criterion]) -> Option<String> {
    let one = |c: &&capmap_model::Criterion| format!("{} ({})", c.name, view.state(&c.id).word());
    let words: Vec<_> = criteria.iter().map(one).collect();
    (!words.is_empty()).then(|| format!("Without confirmed evidence: {}.", words.join(", ")))
}

/// Weaknesses of a criterion's evidence, in words; empty for none.
pub(crate) fn marks(view: &View<'_>, criterion: &capmap_model::CriterionId) -> String {
    let Ok(score) = &view.score else { return String::new() };
    let state = score.criteria_state.iter().find(|s| s.criterion == *criterion);
    let words: Vec<_> = state.into_iter().flat_map(|s| &s.marks).map(|m| m.words()).collect();
    words.join(", ")
}

/// The contract's word for where a document comes from.
pub(crate) fn provenance(document: &PackDocument) -> &'static str {
    match document.provenance {
        Provenance::Submitted => "submitted",
        Provenance::Public => "public",
        Provenance::Supplied => "supplied",
    }
}

/// The contract's word for how sure a suggestion is.
pub(crate) fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Strong => "strong",
        Tier::Likely => "likely",
        Tier::Check => "check",
    }
}
