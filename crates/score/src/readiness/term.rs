//! What time does: the contribution within 18 months, the renewal after two years, and what ends before it.

use super::people::COLUMNS;
use super::profile::{Contribution, Kind, Profile};
use super::{CONTRIBUTION_MONTHS, Draft, Expiry, Line, Status};
use crate::Date;
use capmap_model::CriteriaSet;

pub(super) fn contribution(profile: &Profile, today: Date) -> Line {
    let draft = Draft {
        id: "contribution",
        group: "contribution",
        title: "A contributed resource within the past 18 months",
        rule: "one resource on the FinOps Framework was contributed within the past 18 months; one written for a FinOps \
               Certified Professional certification counts too, where that was completed within the past 18 months",
    };
    let fix = "contribute one resource to the FinOps Foundation's Asset Library, and add it under [[contributions]]";
    let Some(all) = &profile.contributions else {
        return draft.line(Status::Unknown, "the profile names no contributions".to_owned(), fix);
    };
    let mut judged: Vec<(Status, String)> = all.iter().map(|c| judge(c, today)).collect();
    judged.sort_by_key(|(status, _)| match status {
        Status::Met => 0,
        Status::Unknown => 1,
        Status::NotMet => 2,
    });
    match judged.into_iter().next() {
        None => draft.line(Status::NotMet, "there is none".to_owned(), fix),
        Some((status, found)) => draft.line(status, found, fix),
    }
}

fn judge(of: &Contribution, today: Date) -> (Status, String) {
    let named = |what: &str| format!("“{}” of {}{what}", of.title, of.date);
    let oldest = today.months_before(CONTRIBUTION_MONTHS);
    if of.date > today {
        return (Status::Unknown, named(" lies in the future"));
    }
    if of.date < oldest {
        return (Status::NotMet, named(" is older than 18 months"));
    }
    if of.for_professional {
        match of.professional_completed {
            None => {
                return (
                    Status::Unknown,
                    named(": when the Professional certification was completed is not given"),
                );
            }
            Some(done) if done < oldest => {
                return (
                    Status::NotMet,
                    named(&format!(": the Professional certification is of {done}, older than 18 months")),
                );
            }
            Some(_) => {}
        }
    }
    let link = of.link.as_deref().map(|link| format!(", {link}")).unwrap_or_default();
    match of.aligned {
        Some(true) => (Status::Met, named(&link)),
        Some(false) => (Status::NotMet, named(" is not about the FinOps Framework")),
        None => {
            (Status::Unknown, named(": the profile does not say whether it is about the FinOps Framework"))
        }
    }
}

pub(super) fn renewal(set: &CriteriaSet, profile: &Profile, today: Date) -> Line {
    let draft = Draft {
        id: "renewal",
        group: "renewal",
        title: "Certification and its renewal",
        rule: "a certification is renewed two years after the day on which it was received",
    };
    let certified = &profile.certified;
    let Some(received) = certified.date else {
        return if certified.first_application {
            draft.line(Status::Met, "a first application: nothing to renew yet".to_owned(), "")
        } else {
            let found = "the profile gives neither certified.date nor certified.first_application".to_owned();
            draft.line(Status::Unknown, found, "fill in one of them")
        };
    };
    let due = received.months_after(set.valid_months);
    if received > today {
        let found = format!("certified.date lies in the future: {received}");
        return draft.line(Status::Unknown, found, "correct certified.date");
    }
    let found = format!("certified on {received}, renewal due on {due}");
    draft.line(Status::of(Some(today < due)), found, "start the renewal: write to member-cert@finops.org")
}

/// What ends before the next renewal: the present certification's, or that of one received today.
pub(super) fn expiries(set: &CriteriaSet, profile: &Profile, today: Date) -> Vec<Expiry> {
    let received = profile.certified.date.unwrap_or(today);
    let due = Some(received.months_after(set.valid_months)).filter(|due| *due > today);
    let due = due.unwrap_or_else(|| today.months_after(set.valid_months));
    let mut all = lapsing(set, profile, due);
    if let Some(until) = profile.membership.until {
        all.push((until, "membership".to_owned(), "both memberships must be in good standing".to_owned()));
    }
    for of in profile.contributions.iter().flatten().filter(|c| c.aligned != Some(false)) {
        let until = of.date.months_after(CONTRIBUTION_MONTHS);
        let effect = format!("too old for a renewal on {due}: contribute again before");
        all.push((until, format!("contribution “{}”", of.title), effect));
    }
    all.retain(|(until, ..)| *until < due && *until >= today);
    all.sort();
    all.into_iter().map(|(until, what, effect)| Expiry { until: until.to_string(), what, effect }).collect()
}

fn lapsing(set: &CriteriaSet, profile: &Profile, due: Date) -> Vec<(Date, String, String)> {
    let held = &profile.certifications;
    let one = |lapsing: &super::profile::Lapsing| {
        let column = COLUMNS.into_iter().find(|column| column.takes(lapsing.kind))?;
        let left = column.held(held, due)?;
        let effect = match column.need(set, profile) {
            Some(need) if left < need => {
                format!("{left} of {need} needed will be left on {due}: certify more")
            }
            Some(need) => format!("{left} will be left on {due}, {need} are needed"),
            None => format!("{left} will be left on {due}"),
        };
        let name = if lapsing.kind == Kind::Engineer { "FinOps Certified Engineer" } else { column.name() };
        Some((lapsing.until, format!("{} × {name}", lapsing.count), effect))
    };
    held.lapsing.iter().filter_map(one).collect()
}
