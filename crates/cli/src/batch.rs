//! `capmap batch`: many applicants, one dossier each, one pool of readers for all their documents.
//!
//! Only as many applicants are open at once as there are readers: memory does not grow with their number. Whoever reads
//! the last document of one brings its dossier up to date. A run that is killed leaves what it read in the dossiers' caches,
//! so the next one goes on there.

use crate::applicants::{self, Applicant};
use crate::args::Common;
use crate::args_batch::BatchArgs;
use crate::batch_print;
use crate::batch_row::Row;
use crate::cache::{Cache, TOO_FRESH, key};
use crate::dossier::{Dossier, trouble};
use crate::errors::{Done, Stop, tell};
use crate::fetching::Inputs;
use crate::map::{Way, jobs};
use crate::output;
use crate::progress::Progress;
use crate::reading::{Entry, Reader, State};
use crate::report::day;
use capmap_collect::Found;
use capmap_score::Date;
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Says in a dossier of which listing and which rules it was made.
const STAMP: &str = "batch";

/// Works on every applicant and prints where each stands.
///
/// # Errors
/// Where the run itself fails. An applicant that fails is a line of the summary, and so is one with unreadable files.
pub fn run(common: &Common, args: &BatchArgs) -> Result<Done, Stop> {
    let applicants = applicants::list(&args.folder, &common.dossier)?;
    let way = Way::new(common, &args.reading)?;
    let batch = Batch {
        root: &common.dossier,
        reader: way.reader(),
        progress: Progress::of_applicants(applicants.len(), common.quiet),
        today: day(args.date.as_deref())?,
        asked: key(&[&serde_json::to_string(&way.criteria).unwrap_or_default()]).to_string(),
        applicants: &applicants,
        way: &way,
        work: Mutex::new(Work { next: 0, documents: VecDeque::new() }),
        rows: Mutex::new(Vec::new()),
    };
    std::thread::scope(|threads| {
        for _ in 0..jobs(common).get() {
            threads.spawn(|| batch.work());
        }
    });
    let (rows, changed) = batch.finished();
    if !common.quiet {
        tell(&format!("capmap: {changed} of {} applicants had changed", rows.len()));
    }
    let shown: Vec<&Row> = rows.iter().filter(|(_, new)| *new || !args.changed).map(|(row, _)| row).collect();
    let summary = batch_print::Summary { set: &way.criteria, lexicon: &way.lexicon, rows: &shown };
    output::write(
        summary.print(args.format, common.color, args.output.as_deref()).as_bytes(),
        args.output.as_deref(),
    )?;
    let whole = shown.iter().all(|row| row.status == "read");
    Ok(if whole { Done::All } else { Done::SomeUnread })
}

/// One run.
struct Batch<'a> {
    root: &'a Path,
    applicants: &'a [Applicant],
    way: &'a Way,
    reader: Reader<'a>,
    today: Date,
    /// Stands for the criteria.
    asked: String,
    progress: Progress,
    work: Mutex<Work>,
    /// Number of the applicant, its line, and whether anything had changed.
    rows: Mutex<Vec<(usize, Row, bool)>>,
}

/// What is still to do.
struct Work {
    /// The next applicant.
    next: usize,
    /// Documents of those that are open.
    documents: VecDeque<(Arc<Job>, usize)>,
}

/// An applicant that is being worked on.
struct Job {
    number: usize,
    dossier: Dossier,
    cache: Cache,
    found: Vec<Found>,
    /// Of the listing; none where it is too young to be trusted.
    stamp: Option<String>,
    read: Mutex<Vec<(usize, Result<State, Stop>)>>,
}

enum Task {
    Open(usize),
    Read(Arc<Job>, usize),
}

impl Batch<'_> {
    /// Takes what there is to do until nothing is left.
    fn work(&self) {
        while let Some(task) = self.next() {
            match task {
                Task::Open(number) => self.open(number),
                Task::Read(job, document) => self.read(job, document),
            }
        }
    }

    /// Documents of open applicants go before the next applicant.
    fn next(&self) -> Option<Task> {
        let mut work = held(&self.work);
        if let Some((job, document)) = work.documents.pop_front() {
            return Some(Task::Read(job, document));
        }
        let number = work.next;
        work.next += 1;
        (number < self.applicants.len()).then_some(Task::Open(number))
    }

    fn open(&self, number: usize) {
        let Some(applicant) = self.applicants.get(number) else { return };
        self.progress.begin(&applicant.name);
        match self.begin(number, applicant) {
            Ok(Some(job)) if job.found.is_empty() => self.close(job),
            Ok(Some(job)) => {
                let job = Arc::new(job);
                let documents = (0..job.found.len()).map(|document| (Arc::clone(&job), document));
                held(&self.work).documents.extend(documents);
            }
            Ok(None) => self.show(number, Ok(()), false),
            Err(stop) => self.show(number, Err(stop), true),
        }
    }

    /// Lists an applicant's files; none where its dossier is as it should be.
    fn begin(&self, number: usize, applicant: &Applicant) -> Result<Option<Job>, Stop> {
        let folder = self.folder(applicant);
        let inputs = Inputs::on_disk(applicant.inputs.clone());
        let mut files = inputs.files(self.root)?;
        files.retain(|file| applicant.profile.as_ref() != Some(&file.path));
        let stamp = self.stamp(&files);
        let dossier = Dossier::open(&folder)?;
        let there = || std::fs::read_to_string(folder.join(STAMP)).ok();
        if stamp.is_some() && there() == stamp && folder.join(capmap_store::FILE).is_file() {
            return Ok(None);
        }
        let found = inputs.fetch(&dossier, files, self.way.extractor.limits().input_bytes, true)?;
        let cache = Cache::open(&dossier.cache());
        Ok(Some(Job { number, dossier, cache, found, stamp, read: Mutex::new(Vec::new()) }))
    }

    fn folder(&self, applicant: &Applicant) -> PathBuf {
        self.root.join(&applicant.folder)
    }

    /// Stands for the files as they are listed, the rules and the criteria.
    fn stamp(&self, files: &[Found]) -> Option<String> {
        let mut parts = vec![self.reader.fingerprint(), self.asked.clone()];
        for file in files {
            let times = file.stamp.map(|s| (s.modified, s.changed));
            let youngest = times.map_or(0, |(modified, changed)| modified.max(changed));
            if youngest + TOO_FRESH >= self.reader.began() {
                return None;
            }
            parts.push(format!("{}\n{}\n{times:?}\n{:?}", file.source, file.size, file.failure));
        }
        Some(key(&parts.iter().map(String::as_str).collect::<Vec<_>>()).to_string())
    }

    fn read(&self, job: Arc<Job>, document: usize) {
        let Some(file) = job.found.get(document) else { return };
        let state = self.reader.settle(&job.cache, file);
        let mut read = held(&job.read);
        read.push((document, state));
        let last = read.len() == job.found.len();
        drop(read);
        if last {
            // The queue holds none of its documents any more, so this is the only hand on it, or will be at once.
            self.close_shared(job);
        }
    }

    fn close_shared(&self, mut job: Arc<Job>) {
        loop {
            match Arc::try_unwrap(job) {
                Ok(job) => return self.close(job),
                Err(shared) => job = shared,
            }
            std::thread::yield_now();
        }
    }

    fn close(&self, job: Job) {
        let number = job.number;
        let result = self.finish(job);
        self.show(number, result, true);
    }

    fn finish(&self, job: Job) -> Result<(), Stop> {
        let mut read = job.read.into_inner().unwrap_or_else(PoisonError::into_inner);
        read.sort_by_key(|(document, _)| *document);
        let entry = |(file, (_, state))| {
            Ok(Entry {
                file,
                state: {
                    let state: Result<State, Stop> = state;
                    state?
                },
            })
        };
        let entries: Vec<Entry<'_>> = job.found.iter().zip(read).map(entry).collect::<Result<_, Stop>>()?;
        let lucky = self.way.finish(&job.dossier, &job.cache, entries, |map| {
            Ok(!map.inputs.iter().any(|read| read.summary.unlucky()))
        })?;
        let path = job.dossier.dir().join(STAMP);
        match job.stamp.filter(|_| lucky) {
            Some(stamp) => output::replace(&path, stamp.as_bytes()).map_err(|e| trouble(&path, e)),
            None => Ok(()),
        }
    }

    /// Puts the applicant's line into the summary.
    fn show(&self, number: usize, result: Result<(), Stop>, changed: bool) {
        let Some(applicant) = self.applicants.get(number) else { return };
        let folder = self.folder(applicant);
        let row = result.and_then(|()| Row::of(applicant, &folder, &self.way.criteria, self.today));
        let row = row.unwrap_or_else(|stop| Row::failed(applicant, &stop));
        self.progress.end(0);
        held(&self.rows).push((number, row, changed));
    }

    /// The lines in the applicants' order, and how many of them changed.
    fn finished(self) -> (Vec<(Row, bool)>, usize) {
        let mut rows = self.rows.into_inner().unwrap_or_else(PoisonError::into_inner);
        rows.sort_by_key(|(number, ..)| *number);
        let changed = rows.iter().filter(|(.., changed)| *changed).count();
        (rows.into_iter().map(|(_, row, changed)| (row, changed)).collect(), changed)
    }
}

/// Lists that are only pushed to and popped from are whole whatever their last holder met.
fn held<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
