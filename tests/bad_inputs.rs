//! What people get wrong, and what disks do: a message with a hint, the right status, nothing half-written.

use crate::project::{Project, Run, SOW, row, suggestions};
use std::fs::{self, File, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};

#[test]
fn a_missing_folder() {
    let project = Project::new();
    let run = project.run(&["map", "no-such-folder"]).status(2).no_stdout();
    run.stderr_has("no such file or folder: no-such-folder").stderr_has("hint:");
    assert!(!project.dossier().exists());
}

#[test]
fn a_folder_without_a_file() {
    let project = Project::new();
    project.run(&["map", "in"]).status(2).no_stdout().stderr_has("no files in in").stderr_has("hint:");
    assert!(!project.dossier().exists());
}

#[test]
fn a_folder_without_a_readable_file_is_still_a_map() {
    let project = Project::with(&[("empty.pdf", ""), ("old.doc", "\u{fffd}")]);
    project.run(&["map", "in"]).status(1).stdout_has("empty.pdf - unreadable: the file is empty");
}

#[test]
fn a_broken_criteria_file() {
    let project = Project::with(&[("sow.md", SOW)]);
    fs::write(project.path("mine.toml"), "id = \"mine\"\nname = [\n").unwrap();
    let run = project.run(&["map", "in", "--criteria", "mine.toml"]).status(2).no_stdout();
    run.stderr_has("mine.toml, line ");
    project.run(&["map", "in", "--criteria", "no-such-set"]).status(2).stderr_has("no-such-set");
}

#[test]
fn a_dossier_that_cannot_be_made() {
    let project = Project::with(&[("sow.md", SOW)]);
    fs::write(project.path("file"), "").unwrap();
    for place in ["file/dossier", "/proc/no-dossier-here"] {
        let run = project.run(&["map", "in", "--dossier", place, "-o", "map.txt"]).status(2).no_stdout();
        run.stderr_has("cannot use the dossier").stderr_has("hint:");
        assert!(!project.path("map.txt").exists());
    }
}

#[test]
fn a_read_only_dossier() {
    let project = Project::with(&[("sow.md", SOW)]);
    let shell = project.without_rights();
    project.run(&["map", "in"]).status(0);
    fs::write(project.input().join("new.md"), SOW).unwrap();
    let _ = fs::set_permissions(project.dossier(), Permissions::from_mode(0o555));
    let args = ["map", "in", "--format", "json"];
    let run = Run::of(&project.through_shell(shell, &args).output().unwrap());
    let _ = fs::set_permissions(project.dossier(), Permissions::from_mode(0o755));
    run.status(2).no_stdout().stderr_has("cannot use the dossier").stderr_has("hint:");
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let long = format!(
        "{SOW}\n{}",
        "We forecast the cloud spend of each product line. Words fill it.\n\n".repeat(3000)
    );
    let project = Project::with(&[("sow.md", SOW), ("long.md", &long)]);
    project.run(&["map", "in/sow.md"]).status(0);
    // No file may grow beyond 16 KiB; the signal that would kill the process is ignored, so it sees a failing write.
    let full = "trap '' XFSZ; ulimit -f 32; exec \"$@\"";
    let args = ["map", "in", "--format", "json", "-o", "map.json"];
    let run = Run::of(&project.through_shell(full, &args).output().unwrap());
    run.status(2).no_stdout().stderr_has("hint:");
    assert!(!project.path("map.json").exists());
    project.run(&["search", "forecast"]).status(0).stdout_has("sow.md");
    let fresh = Project::with(&[("sow.md", SOW), ("long.md", &long)]);
    assert_eq!(project.map(), fresh.map());
}

#[test]
fn output_that_cannot_be_written() {
    let project = Project::with(&[("sow.md", SOW)]);
    let full = File::options().write(true).open("/dev/full").unwrap();
    let run = project.command(&["map", "in"]).stdout(full).output().unwrap();
    Run::of(&run).status(2).stderr_has("cannot write standard output");
    project.run(&["map", "in", "-o", "/dev/full"]).status(2).stderr_has("cannot write /dev/full");
    assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
    project.run(&["map", "in", "-o", "no/such/folder/map.txt"]).status(2).stderr_has("hint:");
}

#[test]
fn odd_names_are_read() {
    let project = Project::with(&[("a b/ü %41 'x'.md", SOW), ("line\nbreak.md", SOW)]);
    project.write(std::ffi::OsStr::from_bytes(b"K\xF6ln.md"), SOW);
    let map = project.map();
    for source in ["a b/ü %41 'x'.md", "line\nbreak.md", "K%F6ln.md"] {
        assert_eq!(row(&map, source)["status"], "read");
        assert_eq!(
            project.run(&["text", source]).status(0).stdout,
            project.run(&["text", "K%F6ln.md"]).stdout
        );
    }
    assert!(!suggestions(&map).is_empty());
    let table = project.run(&["map", "in"]).status(0);
    assert!(!table.stdout.contains("line\nbreak"));
}

#[test]
fn words_that_a_terminal_would_obey_are_harmless() {
    let text = SOW.replace("rolling", "\x1b]0;owned\x07\x1b[2Jrolling\u{202e}");
    let project = Project::with(&[("s\x1b[31m.md", &text)]);
    for args in [&["map", "in"][..], &["search", "forecast"], &["doctor", "in/s\x1b[31m.md"]] {
        let run = project.run(args).status(0);
        let bad = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!run.stdout.contains(bad) && !run.stderr.contains(bad), "{:?}", run.stdout);
    }
}
