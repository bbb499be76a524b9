//! A folder of documents with a dossier beside it, and runs of the program on it.

use serde_json::Value;
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A statement of work that offers forecasting and excludes something.
pub const SOW: &str = "# Statement of Work\n\n## 3 Services\n\nWe build and maintain a rolling 12-month forecast of your \
cloud spend, and explain each variance to forecast to the finance team every month.\n\n## 5 Out of scope\n\nReclaiming \
unused SaaS licenses is not part of this order.\n";

/// A temporary folder: documents in `in/`, the dossier in `dossier/`.
pub struct Project {
    dir: TempDir,
}

/// What a run did.
pub struct Run {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("in")).unwrap();
        Project { dir }
    }

    pub fn with(files: &[(&str, &str)]) -> Self {
        let project = Project::new();
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.input().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Waits until the inputs are old enough: the times of a file that has just been written are not trusted.
    pub fn age(&self) {
        std::thread::sleep(std::time::Duration::from_millis(2_100));
    }

    pub fn input(&self) -> PathBuf {
        self.dir.path().join("in")
    }

    pub fn dossier(&self) -> PathBuf {
        self.dir.path().join("dossier")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The program, called here and not started yet. Its dossier is `dossier/` unless the arguments say otherwise.
    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        self.prepared(Command::new(env!("CARGO_BIN_EXE_capmap")), args)
    }

    /// The same through `sh -c`, where `prelude` may set limits; it must end in `exec "$@"`.
    pub fn through_shell<S: AsRef<OsStr>>(&self, prelude: &str, args: &[S]) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", prelude, "sh", env!("CARGO_BIN_EXE_capmap")]);
        self.prepared(shell, args)
    }

    fn prepared<S: AsRef<OsStr>>(&self, mut command: Command, args: &[S]) -> Command {
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        if !args.iter().any(|a| a.as_ref() == "--dossier") {
            command.arg("--dossier").arg(self.dossier());
        }
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Run {
        Run::of(&self.command(args).output().unwrap())
    }

    /// `capmap map in --format json`, whatever its status.
    pub fn map(&self) -> Value {
        self.run(&["map", "in", "--format", "json", "--quiet"]).json()
    }

    /// Every file of the dossier with its size and time of change, the lock apart.
    pub fn dossier_state(&self) -> Vec<(PathBuf, u64, std::time::SystemTime)> {
        let mut files = Vec::new();
        let mut folders = vec![self.dossier()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let meta = entry.metadata().unwrap();
                match meta.is_dir() {
                    true => folders.push(entry.path()),
                    false => files.push((entry.path(), meta.len(), meta.modified().unwrap())),
                }
            }
        }
        files.retain(|(path, ..)| !path.to_string_lossy().ends_with("lock"));
        files.sort();
        files
    }

    /// Makes the folder readable for a user without rights, and says how to call the program as such a one. Root may
    /// write everywhere, so tests of missing rights need another user.
    pub fn without_rights(&self) -> &'static str {
        std::fs::set_permissions(self.dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        match is_root() {
            true => "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"",
            false => "exec \"$@\"",
        }
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8_lossy(&id.stdout).trim() == "0"
}

impl Run {
    pub fn of(output: &Output) -> Self {
        Run {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout.clone()).unwrap(),
            stderr: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    #[track_caller]
    pub fn status(self, status: i32) -> Self {
        assert_eq!(self.status, status, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn stdout_has(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "no «{text}» in stdout:\n{}", self.stdout);
        self
    }

    #[track_caller]
    pub fn stderr_has(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "no «{text}» in stderr:\n{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn no_stdout(self) -> Self {
        assert_eq!(self.stdout, "");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}\n{}\n{}", self.stdout, self.stderr))
    }
}

/// The documents' row of a source.
#[track_caller]
pub fn row<'a>(map: &'a Value, source: &str) -> &'a Value {
    let rows = map["documents"].as_array().unwrap();
    rows.iter().find(|r| r["source"] == source).unwrap_or_else(|| panic!("no row for {source} in {rows:#?}"))
}

/// All suggestions of a map.
pub fn suggestions(map: &Value) -> Vec<&Value> {
    let criteria = map["criteria_map"].as_array().unwrap();
    criteria.iter().flat_map(|c| c["suggestions"].as_array().unwrap()).collect()
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Files of the repository under `folder` with this ending, in order.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.is_dir() {
                true => folders.push(path),
                false if path.to_string_lossy().ends_with(ending) => found.push(path),
                false => {}
            }
        }
    }
    found.sort();
    found
}
