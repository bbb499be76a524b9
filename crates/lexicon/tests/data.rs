//! The lexicons are data that people edit: they are tested as code.

#![allow(clippy::unwrap_used, clippy::panic)] // tests may

use capmap_lexicon::{Lexicon, criteria, plain_document};
use capmap_model::{CueKind, Finding, Grade};
use std::path::Path;

const SET: &str = "finops-service-provider-2025";
const NEWER: &str = "finops-framework-2026";

fn find(text: &str, criterion: &str) -> Option<Finding> {
    let lexicon = Lexicon::embedded(SET).unwrap();
    lexicon.find(&plain_document(text)).into_iter().rev().find(|f| f.criterion.0 == criterion)
}

fn grade(text: &str, criterion: &str) -> Option<Grade> {
    find(text, criterion).map(|f| f.grade)
}

#[test]
fn every_rule_fires_on_its_hits_and_not_on_its_misses() {
    let complaints = Lexicon::embedded(NEWER).unwrap().check(); // with those of the older set
    let told: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn every_criterion_has_a_lexicon_with_a_purpose() {
    let lexicon = Lexicon::embedded(SET).unwrap();
    for criterion in criteria::embedded(SET).unwrap().criteria {
        let purpose = lexicon.purpose(&criterion.id.0).unwrap_or_default();
        assert!(purpose.len() > 20, "{} has no lexicon, or says nothing under `purpose`", criterion.id);
    }
}

#[test]
fn the_version_needs_no_automaton() {
    assert_eq!(Lexicon::embedded_version(SET).as_deref(), Some(Lexicon::embedded(SET).unwrap().version()));
    assert_eq!(Lexicon::embedded_version("no-such-set"), None);
}

#[test]
fn an_offer_and_its_exclusions() {
    let offer =
        "# Services\nWe will:\n- build a rolling forecast of your cloud spend for the next eight quarters\n";
    assert_eq!(grade(offer, "forecasting"), Some(Grade::Offered));
    for refusal in [
        "# Exclusions\n- a rolling forecast of your cloud spend for the next eight quarters\n",
        "# Services\nThe following are not included:\n- a rolling forecast of your cloud spend\n",
        "# Services\nA rolling forecast of cloud spend is out of scope.\n",
        "# Services\nThe Contractor shall not prepare a forecast of cloud spend.\n",
        "# Services\nThe forecast of cloud spend is prepared by the client.\n",
        "# 3 Exclusions\n## 3.1 Finance\nA rolling forecast of your cloud spend.\n",
    ] {
        assert_eq!(grade(refusal, "forecasting"), Some(Grade::Excluded), "{refusal}");
    }
}

#[test]
fn a_question_offers_nothing_whatever_its_answer() {
    let page =
        |answer: &str| format!("# Services\n## Do you build forecasts of our cloud spend?\n{answer}\n");
    for (answer, wanted) in [
        ("Yes. We build a rolling forecast of your cloud spend for eight quarters.", Grade::Offered),
        ("No. We do not build a forecast of your cloud spend.", Grade::Excluded),
    ] {
        let lexicon = Lexicon::embedded(SET).unwrap();
        let document = plain_document(&page(answer));
        let found = lexicon.find(&document);
        let asked = |f: &&Finding| document.slice(f.quote).ends_with('?');
        assert!(found.iter().filter(asked).all(|f| f.grade == Grade::Topic), "{answer} {found:?}");
        let grades: Vec<Grade> =
            found.iter().filter(|f| f.criterion.0 == "forecasting").map(|f| f.grade).collect();
        assert!(grades.contains(&wanted), "{answer} {grades:?}");
        assert!(grades.iter().filter(|g| **g == Grade::Offered).count() <= 1, "{answer} {grades:?}");
    }
}

#[test]
fn what_looks_like_a_refusal_and_is_none() {
    for offer in [
        "# Services\nWe build a forecast of cloud spend, including but not limited to compute.\n",
        "# Services\nWe deliver the forecast of cloud spend no later than day five of each month.\n",
    ] {
        assert_eq!(grade(offer, "forecasting"), Some(Grade::Offered), "{offer}");
    }
}

#[test]
fn the_cue_is_named() {
    let finding = find("# Out of scope\n- a forecast of AWS spend by quarter\n", "forecasting").unwrap();
    let cue = finding.cue.unwrap();
    assert_eq!((cue.kind, cue.text.as_str()), (CueKind::Exclusion, "# Out of scope"));
}

#[test]
fn false_friends_are_silent() {
    for (text, criterion) in [
        ("Invoices are payable within 30 days of receipt.", "invoicing-chargeback"),
        ("The Contractor shall submit a weekly status report.", "reporting-analytics"),
        ("This agreement is governed by the laws of Ohio.", "policy-governance"),
        ("The Supplier grants the Client a perpetual licence to the deliverables.", "licensing-saas"),
    ] {
        assert_ne!(grade(text, criterion), Some(Grade::Offered), "{text}");
    }
}

fn grades(lexicon: &Lexicon, text: &str) -> Vec<(String, Grade)> {
    let found = lexicon.find(&plain_document(text));
    found.into_iter().map(|f| (f.criterion.0, f.grade)).collect()
}

#[test]
fn the_older_rules_judge_under_the_newer_names_as_they_do_alone() {
    let text = "# Services\nWe build a rolling forecast of your cloud spend for the next eight quarters.\n\n\
        We switch off idle instances to cut cloud cost.\n\n# Out of scope\nOnboarding of workloads to AWS with their run cost.\n";
    let document = plain_document(text);
    let (old, set) = (Lexicon::embedded(SET).unwrap().find(&document), criteria::embedded(NEWER).unwrap());
    let found = Lexicon::embedded(NEWER).unwrap().find(&document);
    assert!(old.len() >= 3, "{old:?}");
    for finding in old {
        let name = set.successors(SET, &finding.criterion).remove(0);
        let same = found.iter().find(|f| f.criterion == name && f.quote == finding.quote).unwrap();
        assert_eq!((same.grade, same.passage), (finding.grade, finding.passage), "{name}");
    }
    assert!(found.iter().all(|f| set.get(&f.criterion).is_some()), "{found:?}");
}

#[test]
fn every_criterion_of_the_newer_set_has_rules() {
    let (lexicon, set) = (Lexicon::embedded(NEWER).unwrap(), criteria::embedded(NEWER).unwrap());
    for criterion in &set.criteria {
        let leads_here = |walk: &capmap_model::Crosswalk| walk.to.contains(&criterion.id);
        let old = set.crosswalk.iter().any(leads_here);
        assert!(old || lexicon.purpose(&criterion.id.0).is_some(), "{} has no rules", criterion.id);
    }
}

#[test]
fn what_is_new_in_the_newer_set_is_found() {
    let lexicon = Lexicon::embedded(NEWER).unwrap();
    for (criterion, offer) in [
        (
            "automation-tools-services",
            "We select, deploy and run your FinOps platform and connect it with Jira.",
        ),
        (
            "automation-tools-services",
            "We automate the clean-up: scripts switch off idle cloud instances at night.",
        ),
        ("executive-strategy-alignment", "We tie cloud spend to the strategic goals of your company."),
        (
            "executive-strategy-alignment",
            "Each quarter we prepare the decisions of your CFO and CIO on cloud spend: options and trade-offs.",
        ),
        ("kpis-benchmarking", "We agree KPIs for cloud cost efficiency with each of your product teams."),
    ] {
        let found = grades(&lexicon, &format!("# Services\n{offer}\n"));
        assert!(found.contains(&(criterion.to_owned(), Grade::Offered)), "{criterion}: {offer}: {found:?}");
        let refused = grades(&lexicon, &format!("# Out of scope\n{offer}\n"));
        assert!(!refused.contains(&(criterion.to_owned(), Grade::Offered)), "{criterion}: {refused:?}");
    }
}

#[test]
fn what_sounds_like_the_new_criteria_is_not_suggested() {
    let lexicon = Lexicon::embedded(NEWER).unwrap();
    for (criterion, text) in [
        (
            "automation-tools-services",
            "Test automation cuts the cost of each cloud release; the pipeline stops on failure.",
        ),
        ("automation-tools-services", "Tools and materials are invoiced at cost."),
        ("automation-tools-services", "Security automation closes idle sessions in your AWS accounts."),
        (
            "executive-strategy-alignment",
            "Escalation goes to the executives of both parties, who decide on the IT budget of this order.",
        ),
        ("executive-strategy-alignment", "Executive summary: we reduce cloud spend."),
        ("executive-strategy-alignment", "Our leadership ties technology investment to our strategy."),
        ("kpis-benchmarking", "Service levels and KPIs of the service desk are reviewed monthly at no cost."),
    ] {
        let found = grades(&lexicon, &format!("# Services\n{text}\n"));
        assert!(!found.iter().any(|(c, _)| c == criterion), "{criterion}: {text}: {found:?}");
    }
}

#[test]
fn a_word_of_paths_tells_one_kind_of_document() {
    let folder = tempfile::tempdir().unwrap();
    let lexicons = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    std::fs::create_dir(folder.path().join(SET)).unwrap();
    for part in [".", SET] {
        for file in std::fs::read_dir(lexicons.join(part)).unwrap().map(|f| f.unwrap().path()) {
            if file.is_file() {
                std::fs::copy(&file, folder.path().join(part).join(file.file_name().unwrap())).unwrap();
            }
        }
    }
    let context = folder.path().join("context.toml");
    let text = std::fs::read_to_string(&context).unwrap();
    std::fs::write(&context, text.replace("path = [\"rfp\"", "path = [\"rfp\", \"sow\"")).unwrap();
    let error = Lexicon::from_folder(folder.path(), SET).err().map(|e| e.to_string());
    assert_eq!(
        error.unwrap(),
        "context.toml, rule `path of a role`: two of them name `sow`; leave it to the one that it tells"
    );
}
