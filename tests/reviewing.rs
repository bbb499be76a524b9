//! Decisions from outside: nothing that was shown as saved is ever lost, and nothing is shown as saved that is not.

use crate::labels::{Label, labels};
use crate::project::{Project, Run, root, suggestions};
use crate::served::Served;
use serde_json::Value;
use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::time::Duration;

/// A project with many suggestions.
fn reviewed() -> (Project, Vec<String>) {
    let sentences = [
        "We build a rolling 12-month forecast of your cloud spend every month.",
        "We allocate shared cloud cost to every product team by tag and account.",
        "We set cloud budgets with each team and report the variance against them.",
        "We detect anomalies in your daily cloud cost and alert the owning team.",
        "We train your engineers and finance team in FinOps practice.",
        "We rightsize your virtual machines and manage your reserved instances and savings plans.",
    ];
    let project = Project::new();
    for i in 0..6 {
        let body: Vec<String> = sentences.iter().map(|s| format!("{s} This is service {i}.")).collect();
        project.write(
            format!("sow-{i}.md"),
            format!("# Statement of Work {i}\n\n## Services\n\n{}\n", body.join("\n\n")),
        );
    }
    let map = project.map();
    let ids: Vec<String> = suggestions(&map).iter().map(|s| s["id"].as_str().unwrap().to_owned()).collect();
    assert!(ids.len() >= 5, "{ids:?}");
    (project, ids)
}

fn events(project: &Project) -> Vec<Value> {
    let log = project.run(&["log", "--json"]).status(0).stdout;
    log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].clone()).collect()
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// 10 rounds, or as many as `CAPMAP_KILL_ROUNDS` says (the must-show run has 200).
#[test]
fn killed_at_random_nothing_saved_is_lost_or_doubled() {
    let rounds = std::env::var("CAPMAP_KILL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(10u64);
    let (project, ids) = reviewed();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let (mut shown, mut asked): (BTreeMap<String, u64>, u64) = (BTreeMap::new(), 0);
    let mut unanswered: Option<(String, String)> = None;
    for round in 0..rounds {
        let mut served = Served::on(&project);
        // What was asked and not answered before the last kill is asked again, as a person would.
        if let Some((path, note)) = unanswered.take() {
            let answer = served.post("/decide", &format!("{path}&seen={}", version(&served, &path))).unwrap();
            shown
                .insert(note, answer.saved().unwrap_or_else(|| panic!("{}: {}", answer.status, answer.body)));
        }
        let pid = served.pid();
        let wait = Duration::from_millis(2 + dice.roll(150));
        let killer = std::thread::spawn(move || {
            std::thread::sleep(wait);
            // SIGKILL to the one process that this test started and still holds.
            Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        });
        for step in 0.. {
            let note = format!("r{round}s{step}");
            let item = &ids[dice.roll(ids.len() as u64) as usize];
            let choice = ["confirm", "reject", "defer"][dice.roll(3) as usize];
            let form = format!("item={item}&choice={choice}&note={note}");
            asked += 1;
            let seen = read_version(&served, item);
            let answer = seen.and_then(|seen| served.post("/decide", &format!("{form}&seen={seen}")).ok());
            match answer.as_ref().and_then(|a| a.saved()) {
                Some(event) => shown.insert(note, event),
                None => {
                    unanswered = Some((form, note));
                    break;
                }
            };
        }
        killer.join().unwrap();
        served.kill();
        project.run(&["log", "verify"]).status(0).stdout_has("whole");
    }
    let mut written: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for event in events(&project) {
        let note = event["action"]["note"].as_str().unwrap().to_owned();
        written.entry(note).or_default().push(event["seq"].as_u64().unwrap());
    }
    for (note, event) in &shown {
        assert_eq!(written.get(note), Some(&vec![*event]), "{note} was shown as saved");
    }
    let doubled: Vec<_> = written.iter().filter(|(_, seqs)| seqs.len() > 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    eprintln!(
        "{rounds} rounds of kill -9: {asked} decisions asked, {} shown as saved, {} in the log",
        shown.len(),
        written.len()
    );
}

fn version(served: &Served, form: &str) -> String {
    let item = form.split("item=").nth(1).unwrap().split('&').next().unwrap();
    read_version(served, item).unwrap()
}

fn read_version(served: &Served, item: &str) -> Option<String> {
    served.get(&format!("/i/{item}")).ok()?.data("version")
}

#[test]
fn one_decision_from_a_script() {
    let (project, ids) = reviewed();
    let decide = |args: &[&str]| project.run(&[&["decide"], args, &["--as", "ann"]].concat());
    assert_eq!(decide(&[&ids[0], "confirm", "--note", "clear"]).status(0).stdout, "1\n");
    assert_eq!(decide(&[&ids[0], "confirm", "--note", "clear"]).status(0).stdout, "1\n", "not doubled");
    assert_eq!(decide(&[&ids[1], "reject"]).status(0).stdout, "2\n");
    assert_eq!(decide(&[&ids[1], "undo"]).status(0).stdout, "3\n");
    decide(&["nosuchid", "confirm"]).status(2).stderr_has("no suggestion nosuchid").no_stdout();
    let score = project.run(&["score", "--format", "json"]).status(0).json();
    assert_eq!(score["schema"], "capmap/score/1");
    let met: Vec<_> =
        score["criteria_state"].as_array().unwrap().iter().filter(|c| c["met"] == true).collect();
    assert_eq!(met.len(), 1);
    assert_eq!(score["verdict"], "not-met");
    project.run(&["score"]).status(0).stdout_has("confirmed").stdout_has("cheapest way to the threshold");
    project.run(&["log"]).status(0).stdout_has("ann decide confirm").stdout_has("(clear)");
}

#[test]
fn decisions_survive_another_map_and_another_machine() {
    let (project, ids) = reviewed();
    project.run(&["decide", &ids[0], "confirm", "--as", "ann"]).status(0);
    let before = project.run(&["score", "--format", "json"]).status(0).json();
    project.write("sow-9.md", "# More\n\nWe forecast your SaaS spend for the next year, each quarter.\n");
    project.map();
    let log = project.run(&["log", "verify"]).status(0).stdout;
    assert!(log.contains("whole: 1 events"), "{log}");
    let after = project.run(&["score", "--format", "json"]).status(0).json();
    assert_eq!(before["capabilities"], after["capabilities"]);
    let file = project.path("export.jsonl");
    project.run(&["export", file.to_str().unwrap()]).status(0);
    let other = Project::new();
    other.run(&["import", file.to_str().unwrap()]).status(0).stderr_has("1 events");
    assert_eq!(other.run(&["log", "verify"]).status(0).stdout, log);
    assert_eq!(other.run(&["score", "--format", "json"]).status(0).json(), after);
    std::fs::write(&file, "nonsense\n").unwrap();
    other.run(&["import", file.to_str().unwrap()]).status(2).stderr_has("line 1 of the export");
}

#[test]
fn without_a_map_each_command_says_what_to_do() {
    let project = Project::new();
    for args in [&["score"][..], &["log"], &["review"], &["decide", "x", "confirm"], &["export", "out.jsonl"]]
    {
        project.run(args).status(2).stderr_has("run `capmap map INPUT...` first");
    }
    assert!(!project.dossier().join("review.db").exists(), "asking makes no dossier");
}

#[test]
fn a_dossier_that_cannot_be_written_is_shown_and_nothing_is_saved() {
    let (project, ids) = reviewed();
    let others = project.without_rights();
    let run = |args: &[&str]| Run::of(&project.through_shell(others, args).output().unwrap());
    run(&["decide", &ids[0], "confirm"]).status(2).stderr_has("not saved");
    run(&["score"]).status(0);
    let served = Served::by(project.through_shell(others, &["review", "--port", "0"]));
    let page = served.get(&format!("/i/{}", ids[0])).unwrap();
    assert!(page.body.contains("nothing can be saved"), "{}", page.body);
    let answer = served.post("/decide", &format!("item={}&choice=confirm&seen=0", ids[0])).unwrap();
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("not saved"), "{}", answer.body);
    assert!(events(&project).is_empty());
}

/// A limit on the size of files is what a full disk looks like to one process, on any machine.
#[test]
fn on_a_full_disk_the_page_says_not_saved() {
    let (project, ids) = reviewed();
    let prelude = "trap '' XFSZ; ulimit -f 256; exec \"$@\"";
    let served = Served::by(project.through_shell(prelude, &["review", "--port", "0", "--as", "ann"]));
    let (shown, refused) = fill(&served, &ids);
    assert!(refused.contains("not saved"), "{refused}");
    drop(served);
    project.run(&["log", "verify"]).status(0);
    assert_eq!(events(&project).len(), shown, "all that was shown, and no more");
}

/// Decides until the answer is no longer a yes; gives how often it was, and what was said then.
fn fill(served: &Served, ids: &[String]) -> (usize, String) {
    for round in 0..2_000 {
        let item = &ids[round % ids.len()];
        let note = format!("{round}{}", "x".repeat(2_000));
        let seen = read_version(served, item).unwrap();
        let answer =
            served.post("/decide", &format!("item={item}&choice=defer&note={note}&seen={seen}")).unwrap();
        if answer.saved().is_none() {
            return (round, answer.body);
        }
    }
    panic!("the disk never was full");
}

#[test]
fn on_a_really_full_disk_too() {
    let (project, ids) = reviewed();
    let disk = project.path("disk");
    std::fs::create_dir(&disk).unwrap();
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
        .arg(&disk)
        .stderr(Stdio::null())
        .status();
    if !mount.is_ok_and(|status| status.success()) {
        eprintln!("skipped: a small disk cannot be mounted here (needs root)");
        return;
    }
    let told = std::panic::catch_unwind(|| {
        let file = project.path("export.jsonl");
        project.run(&["export", file.to_str().unwrap()]).status(0);
        let dossier = disk.to_str().unwrap();
        project.run(&["import", file.to_str().unwrap(), "--dossier", dossier]).status(0);
        let served =
            Served::by(project.command(&["review", "--port", "0", "--as", "ann", "--dossier", dossier]));
        let (shown, refused) = fill(&served, &ids);
        drop(served);
        let log = project.run(&["log", "verify", "--dossier", dossier]).status(0).stdout;
        (shown, refused, log)
    });
    assert!(Command::new("umount").arg("-l").arg(&disk).status().unwrap().success());
    let (shown, refused, log) = told.unwrap();
    assert!(refused.contains("the disk is full"), "{refused}");
    assert!(log.starts_with(&format!("whole: {shown} events")), "{log}, {shown} shown");
}

#[test]
fn users_are_kept_and_needed_for_the_network() {
    let (project, _) = reviewed();
    project.run(&["review", "--listen", "0.0.0.0", "--port", "0"]).status(2).stderr_has("capmap user add");
    std::fs::write(project.path("password"), "correct horse battery\n").unwrap();
    project
        .run(&["user", "add", "ann", "--password-file", "password"])
        .status(0)
        .stderr_has("ann may log in as reviewer");
    std::fs::write(project.path("password"), "short\n").unwrap();
    project.run(&["user", "add", "ben", "--password-file", "password"]).status(2).stderr_has("too short");
    let users = project.dossier().join("users.json");
    assert_eq!(std::fs::metadata(&users).unwrap().mode() & 0o777, 0o600);
    assert!(!std::fs::read_to_string(users).unwrap().contains("horse"));
}

/// A reviewer who follows the demo's labels: confirm what they call offered, reject the rest.
#[test]
fn the_demos_labels_lead_to_the_verdict_quickly() {
    let project = Project::new();
    let demo = root().join("corpora/demo");
    project.run(&["map", demo.to_str().unwrap(), "--format", "json", "--quiet"]).status(1);
    let offered = labels(&project, "2");
    assert!(offered.len() > 50, "only {} labels were found in the texts", offered.len());
    let mut wanted: Vec<&str> =
        offered.iter().map(|label| label.criterion.as_str()).filter(|c| !c.contains(':')).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let served = Served::on(&project);
    let (mut decisions, mut met, mut wrong, mut turns) = (0, Vec::new(), Vec::new(), Vec::new());
    while wanted.iter().any(|w| !met.iter().any(|m| m == w)) && decisions < 200 {
        let Some((criterion, right)) = follow(&project, &served, &offered) else { break };
        decisions += 1;
        if right {
            met.push(criterion);
        } else {
            wrong.push(criterion);
        }
        let verdict = served.get("/").unwrap().data("verdict").unwrap();
        if turns.last().is_none_or(|(last, _)| *last != verdict) {
            turns.push((verdict, decisions));
        }
    }
    let capabilities = met.iter().filter(|m| !m.contains(':')).count();
    eprintln!(
        "verdicts {turns:?}; {decisions} decisions met {capabilities} of {} offered capabilities and {} supplemental criteria; rejected {wrong:?}",
        wanted.len(),
        met.len() - capabilities
    );
    assert_eq!(capabilities, wanted.len(), "met: {met:?}, wanted: {wanted:?}");
    assert!(f64::from(decisions) <= 1.3 * wanted.len() as f64, "{decisions} decisions for {met:?}");
    let reached = turns.iter().find(|(verdict, _)| verdict != "not-met");
    assert!(reached.is_some_and(|(_, at)| f64::from(*at) <= 1.3 * wanted.len() as f64), "{turns:?}");
}

/// Decides the next passage of the queue as the labels have it: for which criterion, and whether it was confirmed.
fn follow(project: &Project, served: &Served, offered: &[Label]) -> Option<(String, bool)> {
    let link = served.get("/next").unwrap().location.filter(|l| l != "/")?;
    let item = link.trim_start_matches("/i/").split('?').next().unwrap().to_owned();
    let row = item_of(project, &item);
    let right = offered.iter().any(|label| {
        label.criterion == row.0
            && label.source == row.1
            && label.quote.start < row.3
            && row.2 < label.quote.end
    });
    let choice = if right { "confirm" } else { "reject" };
    let seen = read_version(served, &item).unwrap();
    let answer = served.post("/decide", &format!("item={item}&choice={choice}&seen={seen}")).unwrap();
    assert!(answer.saved().is_some(), "{}", answer.body);
    Some((row.0, right))
}

/// Criterion, source, first and last character of an item.
fn item_of(project: &Project, id: &str) -> (String, String, usize, usize) {
    let file = project.path("items.jsonl");
    if !file.exists() {
        project.run(&["export", file.to_str().unwrap()]).status(0);
    }
    let text = std::fs::read_to_string(file).unwrap();
    let line = text.lines().find(|l| l.starts_with("{\"suggestion\"") && l.contains(id)).unwrap();
    let value: Value = serde_json::from_str(line).unwrap();
    let suggestion = &value["suggestion"]["suggestion"];
    let citation = &suggestion["citation"];
    let number = |name: &str| citation[name].as_u64().unwrap() as usize;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&suggestion["criterion"]), text(&citation["source"]), number("start"), number("end"))
}
