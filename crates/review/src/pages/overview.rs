//! The overview: where the dossier stands, capability by capability, and the way to the threshold.

use crate::app::Visit;
use crate::error::Problem;
use crate::html::{Frame, Place, bar, count, number, page};
use crate::pages::{Saved, notice};
use crate::standing::{Points, Whole};
use crate::{links, queue};
use axum::extract::Query;
use axum::response::Response;
use capmap_model::{Criterion, CriterionKind};
use capmap_score::{PolicyResult, Score, Verdict};
use capmap_store::{Store, StoreError};
use maud::{Markup, html};

pub(crate) async fn show(visit: Visit, Query(saved): Query<Saved>) -> Result<Response, Problem> {
    let (frame, body) = visit
        .read(move |visit, store| {
            let whole = Whole::read(visit, store)?;
            let mut frame = Frame::read(store, visit, &whole, "Overview", Place::Overview)?;
            frame.notice = notice(visit, store, saved.saved)?;
            let body = body(visit, store, &whole, &frame)?;
            Ok((frame, body))
        })
        .await?;
    Ok(page(&visit, &frame, &body))
}

fn body(visit: &Visit, store: &Store, whole: &Whole, frame: &Frame) -> Result<Markup, StoreError> {
    let criteria = &visit.app.criteria;
    let next = queue::next(visit, store, whole, None)?;
    let conflict = queue::first_conflict(visit, store)?;
    Ok(html! {
        main #main {
            h1 { "Where it stands" }
            @match (&whole.score, frame.progress.points) {
                (Some(score), Some(points)) => (verdict(score, points)),
                _ => p .panel { "The criteria set " b { (criteria.id) } " publishes no points, so there is no score; evidence can be decided on all the same." },
            }
            p .actions {
                @if let Some(next) = next { a .button.primary #start href=(links::item(&next)) data-key="Enter" { "Decide the next passage" kbd { "Enter" } } }
                @else { span #done .panel { "Nothing waits for a decision." } }
                @if let Some(conflict) = conflict { a .button #conflict href=(links::item(&conflict)) { "Adjudicate differing votes" } }
            }
            @for domain in &criteria.domains { (group(domain, criteria.criteria.iter().filter(|c| c.domain == *domain), whole)) }
            @if let Some(score) = &whole.score { (policies(score)) (ways_on(visit, score)) }
        }
    })
}

fn verdict(score: &Score, points: Points) -> Markup {
    let words = match score.verdict {
        Verdict::Met => "The threshold is reached under every reading of the denominator.",
        Verdict::NotMet => "The threshold is not reached yet.",
        Verdict::DependsOnPolicy => {
            "The verdict depends on how the denominator is read: see the readings below."
        }
    };
    html! {
        section .panel.verdict aria-label="Score" {
            p #verdict .big data-verdict=(score.verdict.name()) { (words) }
            (bar(points.confirmed, points.suggested, points.needed, points.possible, 900))
            ul .legend {
                li { span .key.solid {} b { (points.confirmed) } " points confirmed" }
                li { span .key.hatched {} b { (points.suggested) } " suggested, not counted" }
                li { span .key.needed {} b { (number(points.needed)) } " needed of " (points.possible) }
            }
            p .quiet {
                "Capabilities " (score.capabilities.confirmed) " of " (score.capabilities.possible)
                " · supplemental " (score.supplemental.confirmed) " of " (score.supplemental.possible)
                " · " (score.criteria.id) ", version " (score.criteria.version)
            }
        }
    }
}

fn group<'a>(domain: &str, criteria: impl Iterator<Item = &'a Criterion>, whole: &Whole) -> Markup {
    html! {
        section .domain {
            h2 { (domain) }
            ul .tiles { @for criterion in criteria { li { (tile(criterion, whole)) } } }
        }
    }
}

fn tile(criterion: &Criterion, whole: &Whole) -> Markup {
    let state = whole.state(&criterion.id);
    let tally = whole.tallies.get(&criterion.id);
    let marks =
        whole.score.as_ref().and_then(|s| s.criteria_state.iter().find(|c| c.criterion == criterion.id));
    let small = if criterion.kind == CriterionKind::Supplemental { " small" } else { "" };
    html! {
        a class=(format!("tile {}{small}", state.class())) href=(links::capability(&criterion.id.0)) data-criterion=(criterion.id) {
            span .name { (criterion.name) }
            span .points { @if let Some(points) = criterion.points { (count(points, "point")) } @else { "no points" } }
            span .state { span .sign aria-hidden="true" { (state.sign()) } " " (state.words()) }
            @if let Some(tally) = tally {
                span .counts {
                    (tally.standing.confirmed) " confirmed · " (tally.standing.undecided) " open"
                    @if tally.standing.conflicts > 0 { " · " (tally.standing.conflicts) " differ" }
                }
            }
            @for mark in marks.map(|m| m.marks.as_slice()).unwrap_or_default() { span .mark { (mark.words()) } }
        }
    }
}

fn policies(score: &Score) -> Markup {
    html! {
        section {
            h2 { "Readings of the denominator" }
            div .wide tabindex="0" role="region" aria-label="Readings of the denominator" {
                table {
                    thead { tr { th scope="col" { "Reading" } th scope="col" .num { "Points" } th scope="col" .num { "Of" } th scope="col" .num { "Needed" } th scope="col" { "Verdict" } } }
                    tbody { @for policy in &score.policies { (reading(policy)) } }
                }
            }
        }
    }
}

/// What would help most, beside what lies nearest.
fn ways_on(visit: &Visit, score: &Score) -> Markup {
    let unmet = score.policies.first().filter(|p| !p.met);
    html! { div .columns { @if let Some(first) = unmet { (route(visit, first)) } (near(visit, score)) } }
}

fn reading(policy: &PolicyResult) -> Markup {
    html! {
        tr {
            th scope="row" { (policy.description) " " span .quiet { (policy.id) } }
            td .num { (policy.points) }
            td .num { (policy.denominator) }
            td .num { (number(f64::from(policy.denominator) * policy.threshold)) }
            td { @if policy.met { "✓ met" } @else { "✕ " (number(policy.missing)) " missing" } }
        }
    }
}

fn route(visit: &Visit, policy: &PolicyResult) -> Markup {
    html! {
        section {
            h2 { "Cheapest way to the threshold" }
            p .quiet { "Under the first reading." }
            @if !policy.reachable { p { "Even with every criterion met the threshold would not be reached under this reading." } }
            ol .route {
                @for step in &policy.route {
                    li { a href=(links::capability(&step.criterion.0)) { (visit.app.name(&step.criterion)) } " +" (step.points) " " span .quiet { (step.effort.words()) } }
                }
            }
        }
    }
}

fn near(visit: &Visit, score: &Score) -> Markup {
    html! {
        @if !score.near.is_empty() {
            section {
                h2 { "Near misses" }
                p .quiet { "The best passage that nobody has decided on, and what its section does not state." }
                ul .near {
                    @for near in &score.near {
                        li {
                            a href=(links::item(&near.suggestion)) { (visit.app.name(&near.criterion)) } " +" (near.points) " "
                            span .quiet {
                                @if near.lacks.is_empty() { "waits only for a decision" }
                                @else { "lacks " (near.lacks.iter().map(|l| l.words()).collect::<Vec<_>>().join(", ")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
