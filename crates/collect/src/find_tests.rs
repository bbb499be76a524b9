use super::*;
use crate::{document_id, read};
use std::fs;
use std::os::unix::fs::symlink;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    dir
}

fn list(dir: &TempDir) -> Vec<Found> {
    find(&[dir.path().to_owned()], &[]).unwrap()
}

fn sources(found: &[Found]) -> Vec<&str> {
    found.iter().map(|f| f.source.as_str()).collect()
}

fn kind(found: &[Found], source: &str) -> Option<FailureKind> {
    let file = found.iter().find(|f| f.source == source);
    file.unwrap_or_else(|| panic!("{source} is not listed")).failure.as_ref().map(|f| f.kind)
}

#[test]
fn everything_is_listed_in_byte_order() {
    let dir =
        folder(&[("b/x.md", "1"), ("b.md", "2"), ("B.md", "3"), (".hidden/.h", "4"), ("b/.git/config", "5")]);
    assert_eq!(sources(&list(&dir)), [".hidden/.h", "B.md", "b.md", "b/x.md"]);
}

#[test]
fn the_dossier_is_no_input() {
    let dir = folder(&[("a.md", "1"), ("work/.capmap/cache/x", "2"), ("work/b.md", "3")]);
    let found = find(&[dir.path().to_owned()], &[dir.path().join("work/.capmap")]).unwrap();
    assert_eq!(sources(&found), ["a.md", "work/b.md"]);
}

#[test]
fn names_that_are_not_utf8_are_listed_and_read() {
    let dir = folder(&[("a.md", "1")]);
    fs::write(dir.path().join(OsStr::from_bytes(b"K\xF6ln.md")), "2").unwrap();
    let found = list(&dir);
    assert_eq!(sources(&found), ["K%F6ln.md", "a.md"]);
    assert_eq!(read(&found[0], 10).unwrap().bytes, b"2");
}

#[test]
fn links_are_followed_once_and_loops_are_listed() {
    let dir = folder(&[("a/real.md", "1"), ("z/other.md", "2")]);
    symlink(dir.path(), dir.path().join("a/up")).unwrap();
    symlink(dir.path().join("z/other.md"), dir.path().join("a/link.md")).unwrap();
    symlink("nowhere", dir.path().join("dangling.md")).unwrap();
    let found = list(&dir);
    assert_eq!(sources(&found), ["a/link.md", "a/real.md", "a/up", "dangling.md", "z/other.md"]);
    assert_eq!(kind(&found, "a/link.md"), Some(FailureKind::Duplicate));
    assert_eq!(kind(&found, "a/up"), Some(FailureKind::Duplicate));
    assert_eq!(kind(&found, "dangling.md"), Some(FailureKind::Io));
    assert_eq!(kind(&found, "z/other.md"), None);
}

#[test]
fn empty_files_and_pipes_are_failures_that_cost_no_read() {
    let dir = folder(&[("empty.pdf", ""), ("a.md", "1")]);
    let socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).unwrap();
    let found = list(&dir);
    drop(socket);
    assert_eq!(kind(&found, "empty.pdf"), Some(FailureKind::Empty));
    assert_eq!(kind(&found, "socket"), Some(FailureKind::Unsupported));
    assert_eq!(read(&found[1], 10).unwrap_err().kind, FailureKind::Empty);
}

#[test]
fn same_names_under_two_inputs_stay_apart() {
    let (one, two) = (folder(&[("sow.md", "1"), ("only.md", "2")]), folder(&[("sow.md", "3")]));
    let found = find(&[one.path().to_owned(), two.path().to_owned()], &[]).unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(kind(&found, "only.md"), None);
    assert_eq!(kind(&found, one.path().join("sow.md").to_str().unwrap()), None);
    assert_eq!(kind(&found, two.path().join("sow.md").to_str().unwrap()), None);
}

#[test]
fn the_same_file_given_twice_is_read_once() {
    let dir = folder(&[("sow.md", "1")]);
    let found = find(&[dir.path().to_owned(), dir.path().join("sow.md")], &[]).unwrap();
    assert_eq!(sources(&found), ["sow.md"]);
    assert_eq!(kind(&found, "sow.md"), None);
}

#[test]
fn a_missing_folder_and_an_empty_one_end_the_run() {
    let dir = tempfile::tempdir().unwrap();
    let missing = find(&[dir.path().join("no")], &[]).unwrap_err();
    assert!(matches!(missing, CollectError::Missing { .. }), "{missing}");
    assert!(matches!(find(&[dir.path().to_owned()], &[]).unwrap_err(), CollectError::Nothing(_)));
}

#[test]
fn files_over_the_limit_are_refused() {
    let dir = folder(&[("a.md", "12345")]);
    let found = list(&dir);
    assert_eq!(read(&found[0], 4).unwrap_err().kind, FailureKind::Limit);
    let snapshot = read(&found[0], 5).unwrap();
    assert_eq!(snapshot.id, document_id(b"12345"));
    assert_eq!(snapshot.id.0, "sha256:5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5");
}
