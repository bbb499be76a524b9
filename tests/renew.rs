//! A new cycle: what became of each decision, what waits for one key, and that nothing scores before.

use crate::project::{Project, SOW, suggestions};
use serde_json::Value;

const OLD: &str = "# Statement of Work\n\n## 3 Services\n\nWe build and maintain a rolling 12-month forecast of your cloud \
spend, and explain each variance to forecast to the finance team every month.\n\nWe allocate shared cloud cost to each \
product team by tag and account, with a rule for what several teams share.\n\nWe set budgets for cloud spend with your \
product owners and alert them when a budget is at risk.\n\nOur engineers rightsize virtual machines and remove idle \
storage from your cloud accounts each week.\n\nWe buy and manage reserved instances and savings plans so that your cloud \
rates fall.\n\n## 4 Terms\n\nInvoices fall due after thirty days.\n";

const NEW: &str = "# Statement of Work\n\n## 3 Services\n\nWe build and maintain a rolling 12-month forecast of your cloud \
spend, and explain each variance to forecast to the finance team every month.\n\nWe allocate shared cloud cost to each \
business unit by tag and label, with a fair rule for what several teams share.\n\nWe measure the carbon of your cloud \
workloads and reduce it together with their cost.\n\n## 3.9 Savings\n\nWe buy and manage reserved instances and savings \
plans so that your cloud rates fall.\n\n## 4 Terms\n\nInvoices fall due after thirty days.\n\n## 5 Out of scope\n\nWe set \
budgets for cloud spend with your product owners and alert them when a budget is at risk.\n";

fn old_cycle() -> (Project, Vec<(String, String)>) {
    let project = Project::with(&[("sow.md", OLD)]);
    let map = project.map();
    let mut decided = Vec::new();
    for (criterion, choice) in [
        ("forecasting", "confirm"),
        ("allocation", "confirm"),
        ("budgeting", "confirm"),
        ("workload-optimization", "confirm"),
        ("rate-optimization", "reject"),
    ] {
        let own =
            map["criteria_map"].as_array().unwrap().iter().find(|c| c["criterion"] == criterion).unwrap();
        let id = own["suggestions"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("nothing for {criterion}"))
            .to_owned();
        project.run(&["decide", &id, choice, "--as", "ada"]).status(0);
        decided.push((criterion.to_owned(), id));
    }
    project.write("../new/sow.md", NEW);
    (project, decided)
}

fn renew(project: &Project, more: &[&str]) -> Value {
    let args = ["renew", "dossier", "new", "--dossier", "next", "--quiet", "--format", "json"];
    project.run(&[&args[..], more].concat()).status(0).json()
}

fn class<'a>(changes: &'a Value, criterion: &str) -> &'a Value {
    let all = changes["changes"].as_array().unwrap();
    all.iter()
        .find(|c| c["criterion"] == criterion && c["class"] != "new")
        .unwrap_or_else(|| panic!("{criterion}: {all:#?}"))
}

fn confirmed(project: &Project, more: &[&str]) -> Value {
    let args = ["score", "--format", "json", "--dossier", "next"];
    project.run(&[&args[..], more].concat()).status(0).json()["capabilities"]["confirmed"].clone()
}

#[test]
fn every_decision_is_classed_and_nothing_scores_before_it_is_reaffirmed() {
    let (project, _) = old_cycle();
    let before = project.run(&["score", "--format", "json"]).stdout;
    let changes = renew(&project, &[]);
    assert_eq!(changes["schema"], "capmap/renew/1");
    for (criterion, expected) in [
        ("forecasting", "same"),
        ("allocation", "edited"),
        ("budgeting", "context-changed"),
        ("workload-optimization", "gone"),
        ("rate-optimization", "moved"),
    ] {
        assert_eq!(
            class(&changes, criterion)["class"],
            expected,
            "{criterion}: {}",
            class(&changes, criterion)
        );
    }
    assert_eq!(class(&changes, "rate-optimization")["decision"], "rejected");
    assert_eq!(class(&changes, "workload-optimization")["new"], Value::Null);
    let diff = class(&changes, "allocation")["diff"].to_string();
    assert!(diff.contains(r#"{"kind":"removed","text":"product team"}"#), "{diff}");
    assert!(diff.contains(r#"{"kind":"added","text":"business unit"}"#), "{diff}");
    let new = changes["changes"].as_array().unwrap().iter().filter(|c| c["class"] == "new");
    assert!(new.clone().any(|c| c["criterion"] == "cloud-sustainability"), "{:#?}", new.collect::<Vec<_>>());
    assert_eq!(confirmed(&project, &[]), 0);
    // One confirmation of the carried passage is a re-affirmation, and scores.
    let map =
        project.run(&["map", "new", "--dossier", "next", "--format", "json", "--quiet"]).status(0).json();
    let rows = map["criteria_map"].as_array().unwrap();
    let forecasting = rows.iter().find(|row| row["criterion"] == "forecasting").unwrap();
    let forecast = &forecasting["suggestions"][0]["id"];
    project
        .run(&["decide", forecast.as_str().unwrap(), "confirm", "--as", "ada", "--dossier", "next"])
        .status(0);
    project.run(&["log", "--dossier", "next"]).status(0).stdout_has("reaffirm");
    assert_eq!(confirmed(&project, &[]), 5);
    // The old cycle is as it was.
    assert_eq!(project.run(&["score", "--format", "json"]).stdout, before);
}

#[test]
fn a_second_renewal_adds_nothing() {
    let (project, _) = old_cycle();
    let first = renew(&project, &[]);
    let log = |project: &Project| project.run(&["log", "--dossier", "next"]).status(0).stdout;
    let before = log(&project);
    assert!(before.contains("carr"), "{before}");
    assert_eq!(renew(&project, &[])["summary"], first["summary"]);
    assert_eq!(log(&project), before);
    project.run(&["log", "verify", "--dossier", "next"]).status(0);
    project.run(&["renew", "dossier", "new"]).status(2).no_stdout().stderr_has("--dossier");
}

#[test]
fn newer_criteria_carry_their_decisions_and_do_not_score() {
    let (project, _) = old_cycle();
    let changes = renew(&project, &["--criteria", "finops-framework-2026"]);
    assert_eq!(class(&changes, "forecasting")["class"], "same");
    assert_eq!(class(&changes, "usage-optimization")["old_criterion"], "workload-optimization");
    project
        .run(&["score", "--dossier", "next", "--criteria", "finops-framework-2026"])
        .status(2)
        .no_stdout()
        .stderr_has("points");
    let diff = ["criteria", "diff", "finops-service-provider-2025", "finops-framework-2026"];
    project.run(&diff).status(0).stdout_has("Executive Strategy Alignment").stdout_has("merged");
    let json = project.run(&[&diff[..], &["--format", "json"]].concat()).status(0).json();
    let count =
        |class: &str| json["criteria"].as_array().unwrap().iter().filter(|c| c["class"] == class).count();
    assert_eq!((count("renamed"), count("merged"), count("new"), count("dropped")), (4, 2, 2, 0));
    // A set with the same names and points of its own scores.
    let text =
        std::fs::read_to_string(crate::project::root().join("lexicons/finops-framework-2026/criteria.toml"))
            .unwrap();
    let own = text
        .replace("id = \"finops-framework-2026\"", "id = \"own-2026\"")
        .replace("definition =", "points = 2\ndefinition =");
    project.write("../own.toml", own);
    let map = project
        .run(&["map", "new", "--criteria", "own.toml", "--dossier", "own", "--format", "json"])
        .status(0)
        .json();
    assert!(!suggestions(&map).is_empty());
    project.run(&["score", "--dossier", "own", "--criteria", "own.toml"]).status(0);
}

fn suggested(map: &Value, criterion: &str) -> Vec<Value> {
    let rows = map["criteria_map"].as_array().unwrap();
    let row = rows.iter().find(|row| row["criterion"] == criterion).unwrap();
    row["suggestions"].as_array().unwrap().clone()
}

#[test]
fn the_newer_set_finds_what_is_new_in_it() {
    let friends = "# Terms\n\nThe executive summary says how leaders decide on the IT budget of this order.\n\n\
        Test automation cuts the cost of each cloud release.\n\nSupplier performance KPIs for cloud cost tickets carry \
        service credits.\n";
    let project = Project::with(&[
        ("sow.md", SOW),
        (
            "tools.md",
            "# Services\n\nWe select, deploy and run your FinOps platform and connect it with Jira.\n",
        ),
        (
            "board.html",
            "<h1>Our service</h1><p>We tie cloud spend to the strategic goals of your company, and each quarter \
             prepare the decisions of your CFO and CIO on technology investment.</p>",
        ),
        (
            "kpis.md",
            "# Services\n\nWe define KPIs for cloud cost efficiency with each of your product teams.\n",
        ),
        ("friends.md", friends),
    ]);
    let new = [
        ("automation-tools-services", "tools.md"),
        ("executive-strategy-alignment", "board.html"),
        ("kpis-benchmarking", "kpis.md"),
    ];
    let args = ["map", "in", "--format", "json", "--quiet"];
    let old = project.run(&args).status(0).json();
    for set in ["finops-framework-2026", "own.toml"] {
        let text = std::fs::read_to_string(
            crate::project::root().join("lexicons/finops-framework-2026/criteria.toml"),
        );
        project.write("../own.toml", text.unwrap().replace("id = \"finops-framework-2026\"", "id = \"own\""));
        let map = project.run(&[&args[..], &["--criteria", set]].concat()).status(0).json();
        let offered = |criterion: &str, document: &str| {
            let of = |s: &&Value| s["document"] == document && s["grade"] == "offered";
            suggested(&map, criterion).iter().filter(of).count()
        };
        for (criterion, document) in new {
            assert!(offered(criterion, document) > 0, "{set}: {criterion}");
            assert_eq!(offered(criterion, "friends.md"), 0, "{set}: {criterion}");
        }
        // What the older set finds is found under the newer names, as sure as before.
        let same = |map: &Value, criterion: &str| {
            let all = suggested(map, criterion);
            all.iter()
                .find(|s| s["document"] == "sow.md")
                .map(|s| (s["quote"].clone(), s["confidence"].clone()))
        };
        assert!(same(&old, "forecasting").is_some());
        assert_eq!(same(&map, "forecasting"), same(&old, "forecasting"), "{set}");
    }
}

#[test]
fn the_committee_sees_which_words_changed() {
    let (project, _) = old_cycle();
    let args = ["renew", "dossier", "new", "--dossier", "next", "--quiet"];
    let html = project.run(&[&args[..], &["--format", "html"]].concat()).status(0).stdout;
    assert!(html.contains("<del>product team</del> <ins>business unit</ins>"), "{html}");
    project
        .run(&args)
        .status(0)
        .stdout_has("[-product team-] {+business unit+}")
        .stdout_has("context-changed: 1");
}
