//! Reads what changed, in parallel, into the cache. Whether a document was read now or before makes no difference to what
//! follows: both come from the cache.

use crate::cache::{Cache, Findings, Keys, Known, key};
use crate::errors::Stop;
use crate::extractor::Extractor;
use crate::progress::Progress;
use capmap_collect::{Budget, Found, Snapshot};
use capmap_lexicon::{Lexicon, LexiconError};
use capmap_model::{DocumentId, Failure, FailureKind, Format, Outcome};
use rayon::prelude::*;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// Files that are in memory at once, in bytes. One larger file is read alone.
const IN_FLIGHT: u64 = 128 << 20;

/// An input, and what became of it.
pub struct Entry<'a> {
    /// The file.
    pub file: &'a Found,
    /// Hash of its bytes; none where they could not be read.
    pub id: Option<DocumentId>,
    /// What the bytes are.
    pub format: Format,
    /// Where the rest is.
    pub state: State,
    /// What the run before knew of it, where that still holds.
    known: Option<Known>,
}

/// Where an input's document is.
pub enum State {
    /// There is none.
    Failed(Outcome),
    /// In the cache.
    Kept(Keys),
}

/// The parts that reading needs.
pub struct Reader<'a> {
    cache: &'a Cache,
    extractor: &'a Extractor,
    criteria: &'a str,
    lexicon: OnceLock<Result<Lexicon, LexiconError>>,
    budget: Budget,
    /// Stand for everything that the records depend on besides the bytes.
    read_by: String,
    found_by: String,
}

impl<'a> Reader<'a> {
    /// Reads with this extractor and the rules for these criteria, into this cache.
    pub fn new(cache: &'a Cache, extractor: &'a Extractor, criteria: &'a str, lexicon_version: &str) -> Self {
        Reader {
            cache,
            extractor,
            criteria,
            lexicon: OnceLock::new(),
            budget: Budget::new(IN_FLIGHT),
            read_by: extractor.fingerprint(),
            found_by: key(&[env!("CAPMAP_RULES"), criteria, lexicon_version]),
        }
    }

    /// Brings every file's records into the cache. Entries stand in the order of `found`.
    ///
    /// # Errors
    /// Where the dossier cannot be written or the lexicon cannot be used. A file that cannot be read is an entry.
    pub fn read_all<'f>(
        &self,
        found: &'f [Found],
        jobs: NonZeroUsize,
        progress: &Progress,
    ) -> Result<Vec<Entry<'f>>, Stop> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build().map_err(|e| {
            Stop::usage(format!("cannot start {jobs} threads: {e}"), "give a smaller number with --jobs")
        })?;
        let settle = |file: &'f Found| {
            progress.begin(&file.source);
            let entry = self.settle(file);
            progress.end(file.size);
            entry
        };
        threads.install(|| found.par_iter().with_max_len(1).map(settle).collect())
    }

    fn settle<'f>(&self, file: &'f Found) -> Result<Entry<'f>, Stop> {
        if let Some(known) = self.cache.unchanged(file) {
            let keys = self.keys(&known.id, known.format, &file.source);
            if known.keys == keys && self.cache.has(&keys) {
                let format = known.format;
                let (id, known) = (Some(known.id.clone()), Some(known.clone()));
                return Ok(Entry { file, id, format, state: State::Kept(keys), known });
            }
        }
        let _hold = self.budget.take(file.size);
        match capmap_collect::read(file, self.extractor.limits().input_bytes) {
            Ok(snapshot) => self.read(file, snapshot),
            Err(failure) => Ok(failed(file, failure)),
        }
    }

    fn read<'f>(&self, file: &'f Found, snapshot: Snapshot) -> Result<Entry<'f>, Stop> {
        let format = capmap_extract::sniff(&snapshot.bytes, &file.source);
        let keys = self.keys(&snapshot.id, format, &file.source);
        if !self.cache.has_read(&keys) || self.cache.unlucky(file) {
            let outcome = self.extractor.read(file, &snapshot, format);
            self.cache.keep_outcome(&keys, &outcome)?;
            self.cache.keep_findings(&keys, &self.judge(&outcome)?)?;
        } else if !self.cache.has(&keys) {
            self.cache.keep_findings(&keys, &self.judge(&self.cache.outcome(&keys)?)?)?;
        }
        Ok(Entry { file, id: Some(snapshot.id), format, state: State::Kept(keys), known: None })
    }

    fn judge(&self, outcome: &Outcome) -> Result<Findings, Stop> {
        let Some(document) = outcome.document() else { return Ok(Findings::default()) };
        let lexicon = self.lexicon.get_or_init(|| Lexicon::embedded(self.criteria));
        let lexicon = lexicon.as_ref().map_err(Clone::clone)?;
        let find = || (lexicon.elements(document), lexicon.find(document));
        // A defect of ours must cost one document, not the run: the lexicon only reads, so nothing is left half-done.
        Ok(match catch_unwind(AssertUnwindSafe(find)) {
            Ok((elements, findings)) => Findings { elements, findings, failure: None },
            Err(_) => Findings { failure: Some(broke_down()), ..Findings::default() },
        })
    }

    fn keys(&self, id: &DocumentId, format: Format, source: &str) -> Keys {
        let read = key(&[&self.read_by, &id.0, format.name(), source]);
        let found = key(&[&self.found_by, &read]);
        Keys { read, found }
    }
}

/// What the next run may trust of an input whose file was opened at `began` (nanoseconds since 1970) or later.
pub fn to_remember<'f>(entry: &Entry<'f>, outcome: &Outcome, began: i128) -> Option<(&'f Found, Known)> {
    let (State::Kept(keys), Some(id)) = (&entry.state, &entry.id) else { return None };
    let unlucky = [FailureKind::Timeout, FailureKind::Crashed, FailureKind::Memory, FailureKind::Io];
    let mut known = match &entry.known {
        Some(known) => known.clone(),
        None => Known::new(entry.file, id.clone(), entry.format, keys.clone(), began),
    };
    // Rules that break down do so again; only readers are helped by another try.
    let by_chance = |failure: &Failure| unlucky.contains(&failure.kind) && *failure != broke_down();
    known.unlucky = outcome.failure().is_some_and(by_chance);
    Some((entry.file, known))
}

/// Nanoseconds since 1970.
pub fn now() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
}

fn broke_down() -> Failure {
    let detail = "it was read, but the rules broke down on it: a defect of this program, please report it";
    Failure::new(FailureKind::Crashed, detail)
}

fn failed(file: &Found, failure: Failure) -> Entry<'_> {
    let outcome = match failure.kind {
        FailureKind::Duplicate | FailureKind::Unsupported => Outcome::Skipped { failure },
        _ => Outcome::Unreadable { failure },
    };
    Entry { file, id: None, format: Format::Other, state: State::Failed(outcome), known: None }
}
