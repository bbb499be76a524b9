//! What the documents claim of the program is compared with the program.

use crate::project::{Project, root};
use std::collections::{BTreeMap, BTreeSet};

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The body of the first fenced block of this language.
fn block(text: &str, language: &str) -> String {
    let start = text.find(&format!("```{language}\n")).unwrap_or_else(|| panic!("no ```{language} block"));
    let body = &text[start + language.len() + 4..];
    body[..body.find("\n```").unwrap() + 1].to_owned()
}

#[test]
fn the_usage_in_the_readme_is_that_of_help() {
    let help = Project::new().run(&["--help", "--dossier", "x"]).status(0).stdout;
    assert_eq!(block(&read("README.md"), "usage"), help, "put the output of `capmap --help` into README.md");
}

#[test]
fn every_command_in_the_readme_is_known() {
    let (readme, help) = (read("README.md"), Project::new().run(&["--help"]).status(0).stdout);
    let calls = readme.lines().filter_map(|line| {
        line.strip_prefix("capmap ").or_else(|| line.strip_prefix("cargo run --release -q -- "))
    });
    let commands: BTreeSet<&str> = calls.filter_map(|call| call.split(' ').next()).collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        assert!(help.contains(&format!("\n  {command} ")), "README.md calls `capmap {command}`");
    }
}

#[test]
fn the_map_in_the_readme_is_that_of_the_demo() {
    let demo = root().join("corpora/demo");
    let map = Project::new().run(&["map", &demo.to_string_lossy()]).status(1).stdout;
    for part in block(&read("README.md"), "text").split("[...]") {
        assert!(map.contains(part.trim_matches('\n')), "README.md prints another map than this:\n{map}");
    }
}

type Arrows = BTreeMap<String, BTreeSet<String>>;

fn drawn() -> Arrows {
    let arrows = block(&read("ARCHITECTURE.md"), "arrows");
    let line = |line: &str| {
        let (from, to) = line.split_once("->").unwrap_or_else(|| panic!("no arrow in {line}"));
        (from.trim().to_owned(), to.split_whitespace().map(str::to_owned).collect())
    };
    arrows.lines().map(line).collect()
}

fn built() -> Arrows {
    let crates = std::fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().file_name());
    crates
        .map(|name| {
            let name = name.into_string().unwrap();
            let manifest: toml::Table = read(&format!("crates/{name}/Cargo.toml")).parse().unwrap();
            let ours = manifest["dependencies"].as_table().unwrap().keys();
            let ours = ours.filter_map(|dependency| dependency.strip_prefix("capmap-")).map(str::to_owned);
            (name, ours.collect())
        })
        .collect()
}

#[test]
fn the_drawing_shows_every_dependency_and_no_other() {
    let (drawn, built) = (drawn(), built());
    for (from, to) in &built {
        let shown = drawn.get(from).unwrap_or_else(|| panic!("ARCHITECTURE.md lacks {from}"));
        assert_eq!(shown, to, "arrows of {from}: ARCHITECTURE.md left, Cargo.toml right");
    }
    let names = |arrows: &Arrows| arrows.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&drawn), names(&built));
}
