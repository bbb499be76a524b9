//! Membership, FOCUS, the three community criteria and the offering itself.

use super::profile::{Community, Profile};
use super::{Draft, Line, Status};
use crate::Date;

/// Customer case studies that the member profile page must list.
const CASE_STUDIES: u32 = 3;

/// The text asks for an active channel without a number; within this many months nobody will doubt it. Our reading.
const ACTIVE_MONTHS: u32 = 12;

pub(super) fn membership(profile: &Profile, today: Date) -> Vec<Line> {
    let membership = &profile.membership;
    let over = membership.until.filter(|until| *until < today);
    let line = |draft: Draft, answer: Option<bool>, key: &str| match (answer, over) {
        (Some(true), Some(until)) => {
            draft.line(Status::NotMet, format!("it ended on {until}"), "renew the membership")
        }
        _ => draft.answer(answer, key, "join, and settle what is open"),
    };
    let rule = "a member in good standing: a prerequisite of the certification";
    let of = |id, title| Draft { id, group: "membership", title, rule };
    vec![
        line(
            of("finops-foundation", "FinOps Foundation member"),
            membership.finops_foundation,
            "membership.finops_foundation",
        ),
        line(
            of("linux-foundation", "Linux Foundation member"),
            membership.linux_foundation,
            "membership.linux_foundation",
        ),
    ]
}

pub(super) fn lines(profile: &Profile, today: Date) -> Vec<Line> {
    let community = &profile.community;
    let listed = Draft {
        id: "participants",
        group: "community",
        title: "Member profile page lists the key community participants",
        rule: "the member profile page at the FinOps Foundation names the people who take part in the community",
    };
    let listed = listed.answer(
        community.lists_participants,
        "community.lists_participants",
        "have the names put on your member profile page",
    );
    vec![focus(profile), listed, case_studies(community), channel(community, today)]
}

fn focus(profile: &Profile) -> Line {
    let draft = Draft {
        id: "focus",
        group: "community",
        title: "FOCUS participation",
        rule: "at least one member of the FinOps services team reviews, comments on or contributes to issues of the FOCUS \
               project on GitHub: a new issue, a meaningful comment, a vote, a use case",
    };
    let focus = &profile.focus;
    let (status, found) = match focus.participants {
        None => (Status::Unknown, "the profile does not give focus.participants".to_owned()),
        Some(0) => (Status::NotMet, "nobody takes part".to_owned()),
        Some(n) if focus.links.is_empty() => (Status::Met, format!("{n} take part; no link shows it")),
        Some(n) => (Status::Met, format!("{n} take part: {}", focus.links.join(", "))),
    };
    draft.line(
        status,
        found,
        "have one person comment on, vote for or open a FOCUS issue, and fill in focus.participants",
    )
}

fn case_studies(community: &Community) -> Line {
    let draft = Draft {
        id: "case-studies",
        group: "community",
        title: "Member profile page lists three public case studies",
        rule: "the member profile page lists three customer case studies that the public can read",
    };
    let (status, found) = match community.public_case_studies {
        None => (Status::Unknown, "the profile does not give community.public_case_studies".to_owned()),
        Some(n) => (Status::of(Some(n >= CASE_STUDIES)), format!("{n} listed, {CASE_STUDIES} needed")),
    };
    let fix = "publish case studies, have them listed on your member profile page, and fill in \
               community.public_case_studies";
    draft.line(status, found, fix)
}

fn channel(community: &Community, today: Date) -> Line {
    let draft = Draft {
        id: "channel",
        group: "community",
        title: "An active company blog, podcast or the like",
        rule: "a channel on FinOps practice or thought leadership is published and kept active; the text gives no number of \
               months, twelve since the last post is our reading",
    };
    let fix = "name the channel in community.channel and the day of its last post in community.latest_post";
    let Some(channel) = &community.channel else {
        return draft.line(Status::Unknown, "the profile does not give community.channel".to_owned(), fix);
    };
    match community.latest_post {
        None => draft.line(Status::Unknown, format!("{channel}; the day of its last post is not given"), fix),
        Some(day) if day > today => {
            draft.line(Status::Unknown, format!("{channel}; its last post lies in the future: {day}"), fix)
        }
        Some(day) if day < today.months_before(ACTIVE_MONTHS) => {
            let found =
                format!("{channel}; its last post is of {day}, so a committee may not call it active");
            draft.line(Status::Unknown, found, "publish something on FinOps practice there")
        }
        Some(day) => draft.line(Status::Met, format!("{channel}, last post {day}"), ""),
    }
}

pub(super) fn offering(profile: &Profile) -> Vec<Line> {
    let offering = &profile.offering;
    let consulting = Draft {
        id: "services",
        group: "offering",
        title: "Consulting or professional services",
        rule: "a service provider helps others to practise FinOps by consulting, advisory or professional services; putting \
               software or technology in place may be part of them",
    };
    let own = Draft {
        id: "own",
        group: "offering",
        title: "The offering is the applicant's own",
        rule: "a certification is neither shared nor inherited: it does not extend to partners that put their label on \
               another's offering",
    };
    vec![
        consulting.answer(offering.consulting, "offering.consulting", "describe the services that you sell"),
        dedicated(profile),
        own.answer(
            offering.own,
            "offering.own",
            "apply with offerings of your own, not with white-labelled ones",
        ),
    ]
}

fn dedicated(profile: &Profile) -> Line {
    let draft = Draft {
        id: "dedicated",
        group: "offering",
        title: "A dedicated FinOps or cloud financial management offering, listed publicly",
        rule: "the offering is dedicated to FinOps or cloud financial management, and the public can find it listed",
    };
    let offering = &profile.offering;
    let fix = "publish a page for the offering, and give its address in offering.page";
    match (offering.dedicated, &offering.page) {
        (Some(true), Some(page)) => draft.line(Status::Met, format!("listed at {page}"), ""),
        (Some(true), None) => draft.line(
            Status::Unknown,
            "there is one; the profile does not say where it is listed".to_owned(),
            fix,
        ),
        (answer, _) => draft.answer(answer, "offering.dedicated", fix),
    }
}

/// Lets pages that a person confirmed speak where the profile leaves a line open. What the profile denies stays denied.
pub(super) fn weigh(line: &mut Line, today: Date) {
    if line.status != Status::Unknown {
        return;
    }
    let confirmed: Vec<_> = line.sightings.iter().filter(|s| s.confirmed).collect();
    let recent = |date: &Option<String>| {
        let day = date.as_deref().and_then(Date::parse);
        day.is_some_and(|day| day <= today && day >= today.months_before(ACTIVE_MONTHS))
    };
    let found = match line.id.as_str() {
        "dedicated" => confirmed.first().map(|s| format!("a person confirmed the page {}", s.source)),
        "channel" => confirmed.iter().find(|s| recent(&s.date)).map(|s| {
            let day = s.date.as_deref().unwrap_or_default();
            format!("a person confirmed the post of {day} at {}", s.source)
        }),
        _ => None,
    };
    match found {
        Some(found) => (line.status, line.found, line.fix) = (Status::Met, found, None),
        None if confirmed.is_empty() => {}
        None => {
            line.found =
                format!("{}; a person confirmed pages that speak for it: {}", line.found, confirmed.len())
        }
    }
}
