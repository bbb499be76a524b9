//! Points against the threshold, one bar per reading of the total.

use super::{legend, svg};
use crate::view::{State, View};
use crate::words;
use capmap_score::{PolicyResult, Score};
use maud::{Markup, html};

const WIDTH: u32 = 870;
const BAR: u32 = 16;
const ROW: u32 = 52;
const TOP: u32 = 24;

/// None where the set has no points.
pub(crate) fn points(view: &View<'_>, prefix: &str) -> Option<Markup> {
    let score = view.score.as_ref().ok()?;
    let most = score.policies.iter().map(|p| p.denominator.max(p.points)).max().filter(|most| *most > 0)?;
    let scale = Scale { most };
    let rows = u32::try_from(score.policies.len()).ok()?;
    let body = html! {
        (legend(prefix, &[State::Confirmed, State::Offered], 0, 4))
        line x1="212" y1="3" x2="212" y2="17" stroke="#b00020" stroke-width="2" {}
        text x="219" y="14" fill="#111" { "threshold" }
        @for (i, policy) in (0u32..).zip(&score.policies) {
            (bar(policy, hoped(view, i), TOP + i * ROW, prefix, scale))
        }
    };
    let size = (WIDTH, TOP + rows * ROW);
    Some(svg(prefix, size, "Points against the threshold", &description(score), &body))
}

#[derive(Clone, Copy)]
struct Scale {
    most: u32,
}

impl Scale {
    /// Pixels that so many points take.
    fn at(self, points: f64) -> String {
        format!("{:.1}", points / f64::from(self.most) * f64::from(WIDTH - 2))
    }
}

fn description(score: &Score) -> String {
    let one = |p: &PolicyResult| format!("{}: {}.", p.id, words::policy(p));
    score.policies.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// Points if the best open offers were confirmed.
fn hoped(view: &View<'_>, policy: u32) -> u32 {
    let policies = view.hoped.as_ref().map(|score| &score.policies);
    policies.and_then(|p| p.get(policy as usize)).map_or(0, |p| p.points)
}

fn bar(policy: &PolicyResult, hoped: u32, y: u32, prefix: &str, scale: Scale) -> Markup {
    let needed = words::needed(policy);
    let top = y + 20;
    html! {
        text x="0" y=(y + 14) fill="#111" {
            tspan font-weight="600" { (policy.id) } tspan { " — " (words::policy(policy)) }
        }
        rect x="1" y=(top) width=(scale.at(policy.denominator.into())) height=(BAR) fill="#fff" stroke="#777" {}
        @if hoped > policy.points {
            rect x="1" y=(top) width=(scale.at(hoped.into())) height=(BAR) fill={ "url(#" (prefix) "-hatch)" }
                stroke="#3f7a66" stroke-width="0.7" {}
        }
        rect x="1" y=(top) width=(scale.at(policy.points.into())) height=(BAR) fill="#17523f" {}
        line x1=(scale.at(needed)) x2=(scale.at(needed)) y1=(top - 3) y2=(top + BAR + 3) stroke="#b00020" stroke-width="2" {}
    }
}
