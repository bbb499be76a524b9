//! The certification's own numbers, by hand.

use super::*;
use crate::Lack;
use capmap_model::{Criterion, Elements, Grade, OpenSuggestion, Supplemental, Tier};

const CAPABILITIES: [(&str, u32); 21] = [
    ("data-ingestion", 1),
    ("allocation", 3),
    ("reporting-analytics", 5),
    ("anomaly-management", 1),
    ("planning-estimating", 5),
    ("forecasting", 5),
    ("budgeting", 5),
    ("benchmarking", 3),
    ("unit-economics", 5),
    ("architecting-for-cloud", 5),
    ("workload-optimization", 3),
    ("licensing-saas", 3),
    ("rate-optimization", 5),
    ("cloud-sustainability", 3),
    ("practice-operations", 5),
    ("education-enablement", 5),
    ("policy-governance", 5),
    ("invoicing-chargeback", 5),
    ("finops-assessment", 5),
    ("onboarding-workloads", 3),
    ("intersecting-disciplines", 3),
];

const LISTED: [&str; 12] = [
    "scope:public-cloud",
    "scope:saas",
    "scope:data-center",
    "provider:aws",
    "provider:azure",
    "provider:google-cloud",
    "provider:oracle",
    "provider:private-cloud",
    "compliance:fedramp",
    "compliance:gdpr",
    "compliance:soc-2",
    "compliance:iso-27001",
];

fn criterion(id: &str, kind: CriterionKind, points: u32, listed: bool) -> Criterion {
    Criterion {
        id: id.into(),
        kind,
        name: id.to_owned(),
        domain: "d".to_owned(),
        points: Some(points),
        listed,
        definition: String::new(),
    }
}

fn policy(id: &str, denominator: Supplemental, points: Supplemental) -> Policy {
    Policy { id: id.to_owned(), description: id.to_owned(), denominator, points }
}

fn set() -> CriteriaSet {
    let capabilities = CAPABILITIES.map(|(id, p)| criterion(id, CriterionKind::Capability, p, true));
    let listed = LISTED.map(|id| criterion(id, CriterionKind::Supplemental, 3, true));
    let others = [
        criterion("concentration", CriterionKind::Supplemental, 10, true),
        criterion("scope:ai", CriterionKind::Supplemental, 3, false),
    ];
    CriteriaSet {
        id: "set".to_owned(),
        name: "Set".to_owned(),
        version: "1".to_owned(),
        source: String::new(),
        threshold: 0.75,
        valid_months: 24,
        domains: vec!["d".to_owned()],
        criteria: capabilities.into_iter().chain(listed).chain(others).collect(),
        policies: vec![
            policy("capabilities-and-listed-supplemental", Supplemental::Listed, Supplemental::Listed),
            policy("capabilities-only", Supplemental::None, Supplemental::None),
            policy(
                "capabilities-and-confirmed-supplemental",
                Supplemental::Confirmed,
                Supplemental::Confirmed,
            ),
            policy("supplemental-as-bonus", Supplemental::None, Supplemental::Confirmed),
        ],
        certifications: Vec::new(),
        crosswalk: Vec::new(),
    }
}

fn confirmed(id: &str) -> Standing {
    Standing {
        confirmed: 1,
        public: 1,
        not_ocr: 1,
        newest: Some("2026-01-01".to_owned()),
        ..Standing::empty(id.into())
    }
}

fn open(id: &str, grade: Grade, tier: Tier, elements: Elements) -> Standing {
    let best = OpenSuggestion { suggestion: format!("s-{id}"), grade, tier, elements };
    Standing { undecided: 1, best_open: Some(best), ..Standing::empty(id.into()) }
}

fn today() -> Date {
    Date::parse("2026-11-23").unwrap()
}

fn scored(standings: &[Standing]) -> Score {
    score(&set(), standings, today()).unwrap()
}

#[test]
fn the_contracts_example() {
    // 41 points of capabilities and three providers.
    let ids = [
        "allocation",
        "reporting-analytics",
        "anomaly-management",
        "planning-estimating",
        "forecasting",
        "budgeting",
        "unit-economics",
        "benchmarking",
        "workload-optimization",
        "licensing-saas",
        "cloud-sustainability",
        "provider:aws",
        "provider:azure",
        "scope:saas",
    ];
    let score = scored(&ids.map(confirmed));
    assert_eq!(score.capabilities, Points { confirmed: 41, possible: 83 });
    assert_eq!(score.supplemental, Points { confirmed: 9, possible: 46 });
    let first = &score.policies[0];
    assert_eq!((first.points, first.denominator, first.met), (50, 129, false));
    assert_eq!(first.missing.to_string(), "46.75");
    assert_eq!(score.verdict, Verdict::NotMet);
    let json = serde_json::to_string(&score).unwrap();
    let start = r#"{"schema":"capmap/score/1","criteria":{"id":"set","version":"1"},"capabilities":{"confirmed":41,"possible":83},"supplemental":{"confirmed":9,"possible":46},"policies":[{"id":"capabilities-and-listed-supplemental","points":50,"denominator":129,"threshold":0.75,"met":false,"missing":46.75,"#;
    assert!(json.starts_with(start), "{json}");
    assert!(json.contains(r#""criteria_state":[{"criterion":"data-ingestion","points":1,"met":false,"confirmed":0,"undecided":0,"#));
}

#[test]
fn all_capabilities_meet_some_policies_only() {
    let all: Vec<_> = CAPABILITIES.iter().map(|(id, _)| confirmed(id)).collect();
    let score = scored(&all);
    // 83 of 129 is 64 %; 83 of 83 is all.
    assert_eq!(score.policies.iter().map(|p| p.met).collect::<Vec<_>>(), [false, true, true, true]);
    assert_eq!(score.verdict, Verdict::DependsOnPolicy);
    assert_eq!(score.policies[0].missing.to_string(), "13.75");
}

#[test]
fn exactly_at_the_threshold_is_met() {
    let mut set = set();
    set.criteria.truncate(21);
    set.criteria.retain(|c| c.points == Some(5));
    set.criteria.truncate(8); // 40 points: 30 are 75 %
    let six: Vec<_> = set.criteria[..6].iter().map(|c| confirmed(&c.id.0)).collect();
    assert_eq!(score(&set, &six, today()).unwrap().verdict, Verdict::Met);
    assert_eq!(score(&set, &six[..5], today()).unwrap().verdict, Verdict::NotMet);
}

#[test]
fn a_policy_that_counts_confirmed_ones_grows_its_denominator() {
    let score = scored(&[confirmed("scope:ai"), confirmed("allocation")]);
    let points = |i: usize| (score.policies[i].points, score.policies[i].denominator);
    assert_eq!(points(0), (3, 129)); // not listed: no points, not in the denominator
    assert_eq!(points(2), (6, 86));
    assert_eq!(points(3), (6, 83));
}

#[test]
fn unconfirmed_conflicting_and_unknown_score_nothing() {
    let rejected = Standing { rejected: 3, conflicts: 2, ..Standing::empty("forecasting".into()) };
    let offered = open("budgeting", Grade::Offered, Tier::Strong, Elements::default());
    let score = scored(&[rejected, offered, confirmed("no-such")]);
    assert_eq!(score.policies[0].points, 0);
    assert_eq!(score.outside, ["no-such".into()]);
    assert_eq!(
        score.criteria_state.iter().find(|s| s.criterion == "forecasting".into()).unwrap().conflicts,
        2
    );
}

#[test]
fn marks_name_what_is_weak() {
    let weak =
        Standing { public: 0, not_ocr: 0, newest: Some("2024-11-22".to_owned()), ..confirmed("allocation") };
    let fresh = Standing { newest: Some("2024-11-23".to_owned()), ..confirmed("forecasting") };
    let undated = Standing { newest: None, ..confirmed("budgeting") };
    let score = scored(&[weak, fresh, undated]);
    let marks =
        |id: &str| score.criteria_state.iter().find(|s| s.criterion == id.into()).unwrap().marks.clone();
    assert_eq!(marks("allocation"), [Mark::SubmittedOnly, Mark::OcrOnly, Mark::Old]);
    assert_eq!(marks("forecasting"), []);
    assert_eq!(marks("budgeting"), []);
    assert_eq!(marks("benchmarking"), []);
}

#[test]
fn near_misses_say_what_they_lack() {
    let scope = Elements { scope: true, deliverables: true, ..Elements::default() };
    let score = scored(&[
        open("allocation", Grade::Topic, Tier::Likely, scope),
        open("forecasting", Grade::Excluded, Tier::Check, Elements::default()),
        confirmed("budgeting"),
    ]);
    let near: Vec<_> = score.near.iter().map(|n| (n.criterion.0.as_str(), n.lacks[0])).collect();
    assert_eq!(near, [("forecasting", Lack::Inclusion), ("allocation", Lack::Offer)]);
    assert_eq!(score.near[1].lacks, [Lack::Offer, Lack::Timelines, Lack::Outcomes]);
}

#[test]
fn the_route_prefers_what_was_found_and_says_when_there_is_none() {
    let strong = |id: &str| open(id, Grade::Offered, Tier::Strong, Elements::default());
    let mut standings: Vec<_> = CAPABILITIES[..20].iter().map(|(id, _)| confirmed(id)).collect();
    standings.extend(["provider:aws", "provider:azure", "scope:saas", "scope:public-cloud"].map(strong));
    let score = scored(&standings);
    let first = &score.policies[0];
    assert_eq!(first.missing.to_string(), "16.75"); // 80 of 96.75
    let route: Vec<_> = first.route.iter().map(|s| s.criterion.0.as_str()).collect();
    assert_eq!(route.len(), 4); // three of 3 points each that need one look, and the concentration's ten
    assert!(route.contains(&"concentration") && first.reachable);
    let mut unreachable = set();
    unreachable.policies = vec![policy("p", Supplemental::Listed, Supplemental::None)];
    assert!(!super::score(&unreachable, &[], today()).unwrap().policies[0].reachable);
}

#[test]
fn a_set_without_points_is_refused() {
    let mut set = set();
    set.criteria[3].points = None;
    let error = score(&set, &[], today()).unwrap_err();
    assert_eq!(
        error,
        ScoreError::NoPoints { set: "set".to_owned(), count: 1, first: "anomaly-management".into() }
    );
    assert!(error.to_string().contains("--criteria FILE"));
}
