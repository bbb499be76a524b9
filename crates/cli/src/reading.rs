//! Reads what changed, in parallel, into the cache. Whether a document was read now or before makes no difference to what
//! follows: both come from the cache.

use crate::cache::{Cache, Keys, Known, key};
use crate::errors::Stop;
use crate::extractor::Extractor;
use crate::fetching;
use crate::judged::Judged;
use crate::progress::Progress;
use capmap_collect::{Budget, Found, Snapshot};
use capmap_lexicon::{Lexicon, LexiconError};
use capmap_model::{DocumentId, Failure, FailureKind, Format, Outcome};
use rayon::prelude::*;
use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

/// Files that are in memory at once, in bytes. One larger file is read alone.
const IN_FLIGHT: u64 = 128 << 20;

/// An input, and what became of it.
pub struct Entry<'a> {
    /// The file.
    pub file: &'a Found,
    /// Where the rest is.
    pub state: State,
}

/// Where an input's document is.
pub enum State {
    /// There is none.
    Failed(Outcome),
    /// In the cache. What is known of the file holds for the next run.
    Kept(Known),
}

impl Entry<'_> {
    /// What is known of the file, where its bytes could be read.
    pub fn known(&self) -> Option<&Known> {
        match &self.state {
            State::Kept(known) => Some(known),
            State::Failed(_) => None,
        }
    }

    /// What the bytes are.
    pub fn format(&self) -> Format {
        self.known().map_or(Format::Other, |known| known.format)
    }
}

/// The parts that reading needs.
pub struct Reader<'a> {
    extractor: &'a Extractor,
    /// The set whose rules judge.
    rules: &'a str,
    lexicon: OnceLock<Result<Lexicon, LexiconError>>,
    budget: Budget,
    /// Stand for everything that the records depend on besides the bytes.
    read_by: String,
    found_by: String,
    /// In nanoseconds since 1970: no file was opened before.
    began: i128,
}

impl<'a> Reader<'a> {
    /// Reads with this extractor and these rules (a set's id, and their version).
    pub fn new(extractor: &'a Extractor, (rules, version): (&'a str, &str)) -> Self {
        Reader {
            extractor,
            rules,
            lexicon: OnceLock::new(),
            budget: Budget::new(IN_FLIGHT),
            read_by: extractor.fingerprint(),
            found_by: key(&[env!("CAPMAP_RULES"), rules, version]).to_string(),
            began: now(),
        }
    }

    /// Brings every file's records into the cache. Entries stand in the order of `found`.
    ///
    /// # Errors
    /// Where the dossier cannot be written or the lexicon cannot be used. A file that cannot be read is an entry.
    pub fn read_all<'f>(
        &self,
        cache: &Cache,
        found: &'f [Found],
        jobs: NonZeroUsize,
        progress: &Progress,
    ) -> Result<Vec<Entry<'f>>, Stop> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs.get()).build().map_err(|e| {
            Stop::usage(format!("cannot start {jobs} threads: {e}"), "give a smaller number with --jobs")
        })?;
        let settle = |file: &'f Found| {
            progress.begin(&file.source);
            let entry = self.settle(cache, file).map(|state| Entry { file, state });
            progress.end(file.size);
            entry
        };
        threads.install(|| found.par_iter().with_max_len(1).map(settle).collect())
    }

    /// Brings one file's records into the cache.
    ///
    /// # Errors
    /// As [`Reader::read_all`].
    pub fn settle(&self, cache: &Cache, file: &Found) -> Result<State, Stop> {
        if let Some(known) = cache.unchanged(file) {
            let keys = self.keys(&known.id, known.format, file);
            if known.keys == keys && cache.has(&keys) {
                return Ok(State::Kept(known.clone()));
            }
        }
        let _hold = self.budget.take(file.size);
        match capmap_collect::read(file, self.extractor.limits().input_bytes) {
            Ok(snapshot) => self.read(cache, file, snapshot),
            Err(failure) => Ok(State::Failed(not_read(failure))),
        }
    }

    fn read(&self, cache: &Cache, file: &Found, snapshot: Snapshot) -> Result<State, Stop> {
        let format = fetching::format(file, &snapshot.bytes);
        let keys = self.keys(&snapshot.id, format, file);
        if !cache.has_read(&keys) || cache.unlucky(file) {
            let outcome = self.extractor.read(file, &snapshot, format);
            cache.keep_outcome(&keys, &outcome)?;
            cache.keep_judged(&keys, &self.judge(&outcome, &keys)?)?;
        } else if !cache.has(&keys) {
            cache.keep_judged(&keys, &self.judge(&cache.outcome(&keys)?, &keys)?)?;
        }
        Ok(State::Kept(Known::new(file, snapshot.id, format, keys, self.began)))
    }

    /// What the rules say of what was read.
    ///
    /// # Errors
    /// Where the lexicon cannot be used.
    pub fn judge(&self, outcome: &Outcome, keys: &Keys) -> Result<Judged, Stop> {
        let mut judged = Judged::unread(outcome, keys.read);
        if let Some(document) = outcome.document() {
            let lexicon = self.lexicon.get_or_init(|| Lexicon::embedded(self.rules));
            judged = judged.by(document, lexicon.as_ref().map_err(Clone::clone)?);
        }
        Ok(judged)
    }

    /// Stands for everything besides the bytes that a file's records depend on.
    pub fn fingerprint(&self) -> String {
        key(&[&self.read_by, &self.found_by]).to_string()
    }

    /// In nanoseconds since 1970: no file was opened before.
    pub fn began(&self) -> i128 {
        self.began
    }

    /// Names of a file's records.
    pub fn keys(&self, id: &DocumentId, format: Format, file: &Found) -> Keys {
        self.keys_of(id, format, &file.source, file.charset.as_deref().unwrap_or_default())
    }

    /// The same without a file.
    pub fn keys_of(&self, id: &DocumentId, format: Format, source: &str, charset: &str) -> Keys {
        let read = key(&[&self.read_by, &id.0, format.name(), source, charset]);
        let found = key(&[&self.found_by, &read.to_string()]);
        Keys { read, found }
    }
}

/// Nanoseconds since 1970.
fn now() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
}

/// What becomes of an input that has no bytes to read.
pub fn not_read(failure: Failure) -> Outcome {
    match failure.kind {
        FailureKind::Duplicate | FailureKind::Unsupported | FailureKind::Refused | FailureKind::PassedBy => {
            Outcome::Skipped { failure }
        }
        _ => Outcome::Unreadable { failure },
    }
}
