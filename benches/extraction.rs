//! Pages per second of PDF files' text, worker processes included, beside pdftotext, mutool and PyMuPDF; and the peak memory
//! of `capmap map` for 100 and for 2,000 documents. `docs/extraction.md` keeps what it printed.
//!
//! `cargo bench -p capmap --bench extraction` measures; `-- speed` or `-- memory` only the one or the other. It fails where
//! we are slower than 1.5 times pdftotext, where two jobs bring less than 1.7 times one, or where memory grows by more than a
//! quarter. All programs read the same files in turns, so that a busy machine slows all of them; the best round counts.
//! OCR is off on our side: the others have none.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use capmap_extract::{Content, OcrMode, Options, Pool};
use capmap_model::Format;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CAPMAP: &str = env!("CARGO_BIN_EXE_capmap");
const ROUNDS: usize = 12;
/// The files are read so many times over: one job must not wait for the other's last file.
const TIMES: usize = 3;
const PYMUPDF: &str =
    "import sys, pymupdf\nfor line in sys.stdin:\n  for page in pymupdf.open(line.strip()): page.get_text()";

fn main() {
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    if only.as_deref() != Some("memory") {
        speed();
    }
    if only.as_deref() != Some("speed") {
        memory();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            match path.extension().and_then(|e| e.to_str()) {
                _ if path.is_dir() => folders.push(path),
                Some(ending) if endings.contains(&ending) => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Calls `read` for every file, in `jobs` threads that each take the next one.
fn share(files: &[PathBuf], jobs: usize, read: impl Fn(&Path) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    read(file);
                }
            });
        }
    });
}

fn quiet(program: &str, args: &[&str], file: &Path) {
    let mut command = Command::new(program);
    command.args(args).arg(file).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap();
}

/// Through a fresh pool, as `capmap map` does: the start of the workers counts.
fn ours(files: &[PathBuf], jobs: usize) {
    let options = Options { ocr: OcrMode::Off, ..Options::default() };
    let pool = Pool::new(vec![CAPMAP.into(), "worker".into()], options);
    share(files, jobs, |file| drop(pool.read(Content::Path(file, None), "a.pdf", Some(Format::Pdf))));
}

/// One Python per job for all its files: its start is paid once, as that of our workers is.
fn pymupdf(python: &Path, files: &[PathBuf], jobs: usize) {
    std::thread::scope(|scope| {
        for job in 0..jobs {
            let own: String =
                files.iter().skip(job).step_by(jobs).map(|f| format!("{}\n", f.display())).collect();
            scope.spawn(move || {
                let mut child = Command::new(python);
                let mut child =
                    child.args(["-c", PYMUPDF]).stdin(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
                std::io::Write::write_all(&mut child.stdin.take().unwrap(), own.as_bytes()).unwrap();
                child.wait().unwrap();
            });
        }
    });
}

/// A Python with PyMuPDF under `target/`.
fn python() -> PathBuf {
    let venv = root().join("target/peers");
    let python = venv.join("bin/python");
    let run =
        |program: &Path, args: &[&str]| Command::new(program).args(args).status().is_ok_and(|s| s.success());
    if !run(&python, &["-c", "import pymupdf"]) {
        assert!(run(Path::new("python3"), &["-m", "venv", venv.to_str().unwrap()]), "python3-venv is needed");
        assert!(run(&venv.join("bin/pip"), &["install", "-q", "pymupdf"]), "PyMuPDF cannot be installed");
    }
    python
}

fn pages(file: &Path) -> usize {
    let output = Command::new("pdfinfo").arg(file).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("Pages:"));
    line.and_then(|n| n.trim().parse().ok()).unwrap_or(0)
}

fn speed() {
    let shared = root().join("../shared/corpora/documents");
    let folder = if shared.is_dir() { shared } else { root().join("corpora/demo") };
    let found = files(&folder, &["pdf"]);
    let pages = found.iter().map(|file| pages(file)).sum::<usize>() * TIMES;
    let count = found.len();
    let found: Vec<PathBuf> = std::iter::repeat_n(&found, TIMES).flatten().cloned().collect();
    let python = python();
    let programs: [(&str, &dyn Fn(usize)); 4] = [
        ("capmap, `--ocr off`", &|jobs| ours(&found, jobs)),
        ("pdftotext", &|jobs| {
            share(&found, jobs, |file| {
                let mut command = Command::new("pdftotext");
                command.arg(file).arg("/dev/null").stderr(Stdio::null()).status().unwrap();
            });
        }),
        ("mutool draw -F txt", &|jobs| {
            share(&found, jobs, |file| {
                quiet("mutool", &["draw", "-q", "-F", "txt", "-o", "/dev/null"], file)
            });
        }),
        ("PyMuPDF get_text", &|jobs| pymupdf(&python, &found, jobs)),
    ];
    let mut best: BTreeMap<(&str, usize), Duration> = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (name, run) in &programs {
            for jobs in [1, 2] {
                let began = Instant::now();
                run(jobs);
                let took = began.elapsed();
                best.entry((name, jobs)).and_modify(|b| *b = took.min(*b)).or_insert(took);
            }
        }
    }
    println!("{count} PDF files, {TIMES} times over: {pages} pages; best of {ROUNDS} rounds\n");
    println!(
        "| program | pages/s, one job | pages/s, two jobs | two against one | against pdftotext |\n|---|---|---|---|---|"
    );
    let seconds = |name: &'static str, jobs: usize| best[&(name, jobs)].as_secs_f64();
    for (name, _) in &programs {
        let (one, two) = (seconds(name, 1), seconds(name, 2));
        let against = seconds("pdftotext", 1) / one;
        println!(
            "| {name} | {:.0} | {:.0} | {:.2} | {against:.2} |",
            pages as f64 / one,
            pages as f64 / two,
            one / two
        );
    }
    let own = programs[0].0;
    assert!(seconds("pdftotext", 1) / seconds(own, 1) >= 1.5, "slower than 1.5 times pdftotext");
    assert!(seconds(own, 1) / seconds(own, 2) >= 1.7, "two jobs bring less than 1.7 times one");
}

/// Copies of the demo's files, each with something behind its end that makes it a file of its own.
fn copies(count: usize, folder: &Path) {
    let found = files(&root().join("corpora/demo"), &["pdf", "docx", "html"]);
    std::fs::create_dir(folder).unwrap();
    for (n, file) in found.iter().cycle().take(count).enumerate() {
        let name = format!("{n:05}-{}", file.file_name().unwrap().to_string_lossy());
        let mut bytes = std::fs::read(file).unwrap();
        if !name.ends_with(".docx") {
            bytes.resize(bytes.len() + 1 + n / found.len(), b'\n');
        }
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// The most memory that `capmap map` itself had resident, in MiB.
fn peak(count: usize) -> u64 {
    let dir = tempfile::tempdir_in(root().join("target")).unwrap();
    copies(count, &dir.path().join("in"));
    let mut command = Command::new(CAPMAP);
    command.args(["map", "in", "--dossier", "d", "--quiet", "--format", "json"]).current_dir(dir.path());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kb = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
        most = most.max(kb.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    most / 1024
}

fn memory() {
    println!("\n| documents | peak of `capmap map`, MiB |\n|---|---|");
    let [few, many] = [100, 2_000].map(|count| {
        let peak = peak(count);
        println!("| {count} | {peak} |");
        peak
    });
    assert!(many * 4 <= few * 5, "memory grows with the number of documents");
}
