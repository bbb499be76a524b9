//! A pool of worker processes that are reused, and what is tried when one dies.
//!
//! A death costs as little as can be: first the same again (it may have been chance), then without the page that killed
//! it, at last without everything from that page on. All tries together keep within the wall time of one document.

use super::death::{self, Death};
use super::process::{Next, Process};
use super::protocol::{Reply, Request};
use crate::Options;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use capmap_model::{Failure, FailureKind, Format, Outcome};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is to be read.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// A file, opened by the worker. Of a fetched page also the charset that its HTTP header named.
    Path(&'a Path, Option<&'a str>),
    /// Bytes that are no file, or must not be read twice.
    Bytes(&'a [u8], Option<&'a str>),
}

/// Worker processes of one command line. Shared by threads: each call takes an idle worker or starts one.
#[derive(Debug)]
pub struct Pool {
    command: Vec<OsString>,
    options: Options,
    idle: Mutex<Vec<Process>>,
}

/// Tries per document.
const TRIES: u32 = 5;
/// Pages that may kill a worker before everything after the last of them is given up.
const KILLER_PAGES: usize = 2;
/// A worker is replaced after so many documents, so that what libraries leak does not add up.
const DOCUMENTS_PER_WORKER: u32 = 200;

impl Pool {
    /// A pool of processes started as `command` (program, then arguments), which must run [`crate::serve`] on their
    /// standard input and output. Starts nothing yet.
    pub fn new(command: Vec<OsString>, options: Options) -> Pool {
        Pool { command, options, idle: Mutex::new(Vec::new()) }
    }

    /// Reads one document in a worker. `format` none means by content.
    pub fn read(&self, content: Content<'_>, source: &str, format: Option<Format>) -> Outcome {
        let mut tries = Tries::new(&self.options);
        while let Some(budget) = tries.budget() {
            let request = request(content, source, format, &tries, budget);
            match self.attempt(request, budget, &mut tries) {
                Ok(outcome) => return tries.explain(outcome),
                Err(death) => {
                    if !tries.learn(death) {
                        break;
                    }
                }
            }
        }
        Outcome::Unreadable { failure: tries.give_up() }
    }

    /// One request to one worker. The worker goes back to the pool only after a whole answer.
    fn attempt(
        &self,
        request: Result<Vec<u8>, Failure>,
        budget: Duration,
        tries: &mut Tries,
    ) -> Result<Outcome, Death> {
        let no_page = |failure| Death { failure, page: None };
        let request = request.map_err(no_page)?;
        let mut worker = self.take().map_err(no_page)?;
        let limits = &self.options.limits;
        let longest = usize::try_from(limits.output_bytes * 4 + limits.blocks * 512).unwrap_or(usize::MAX);
        let mut clock = Clock::new(budget, Duration::from_millis(limits.ocr_page_ms));
        let mut answer = None;
        let result = worker.converse(&request, clock.until(), longest, &mut |line| {
            // A line that is not of the protocol is a library's chatter.
            let Ok(reply) = serde_json::from_slice::<Reply>(line) else { return Next::Wait(clock.until()) };
            match (reply.page, reply.outcome, reply.error) {
                (Some(page), ..) => clock.page(page),
                (_, Some(outcome), _) => answer = Some(Ok(outcome)),
                (.., error) => answer = Some(Err(error.unwrap_or_default())),
            }
            if answer.is_some() { Next::Done } else { Next::Wait(clock.until()) }
        });
        tries.recognizing += clock.recognizing();
        match (result, answer) {
            (Ok(()), Some(Ok(outcome))) => {
                self.put_back(worker);
                Ok(outcome)
            }
            (Ok(()), other) => {
                let detail = format!("the worker did not understand: {:?}", other.and_then(Result::err));
                Err(no_page(Failure::new(FailureKind::Io, detail)))
            }
            (Err(failure), _) => Err(Death { failure: self.in_full(failure), page: clock.page }),
        }
    }

    fn in_full(&self, failure: Failure) -> Failure {
        match failure.kind {
            FailureKind::Timeout if failure.detail == death::timed_out(0).detail => {
                death::timed_out(self.options.limits.wall_ms)
            }
            _ => failure,
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Process>> {
        // A thread that panicked while it held the list left it whole: pushes and pops do not panic half-way.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn idle_workers(&self) -> usize {
        self.idle().len()
    }

    fn take(&self) -> Result<Process, Failure> {
        if let Some(worker) = self.idle().pop() {
            return Ok(worker);
        }
        let failed = |e: String| Failure::new(FailureKind::Io, format!("cannot start a worker process: {e}"));
        let mut worker = Process::start(&self.command).map_err(|e| failed(e.to_string()))?;
        let configure =
            Request { op: "configure".into(), options: Some(self.options.clone()), ..Request::default() };
        let line = line_of(&configure).map_err(|e| failed(e.to_string()))?;
        worker.prelude(&line);
        Ok(worker)
    }

    fn put_back(&self, worker: Process) {
        if worker.answered < DOCUMENTS_PER_WORKER {
            self.idle().push(worker);
        }
    }
}

fn line_of(request: &Request) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(request)?;
    line.push(b'\n');
    Ok(line)
}

fn request(
    content: Content<'_>,
    source: &str,
    format: Option<Format>,
    tries: &Tries,
    budget: Duration,
) -> Result<Vec<u8>, Failure> {
    let (path, bytes, charset) = match content {
        Content::Path(path, charset) => (Some(path.to_owned()), None, charset),
        Content::Bytes(bytes, charset) => (None, Some(BASE64.encode(bytes)), charset),
    };
    // The worker stops by itself a little before it would be killed: what it has read so far is then not lost.
    let wall_ms = u64::try_from(budget.mul_f32(0.8).as_millis()).unwrap_or(u64::MAX);
    let request = Request {
        id: 1,
        op: "extract".into(),
        source: source.to_owned(),
        path,
        bytes,
        format,
        charset: charset.map(str::to_owned),
        skip_pages: tries.skip.clone(),
        wall_ms: Some(wall_ms),
        progress: true,
        options: None,
    };
    // A path that is not Unicode cannot be written as JSON; its bytes can.
    match (line_of(&request), content) {
        (Ok(line), _) => Ok(line),
        (Err(_), Content::Path(path, charset)) => {
            let io = |e: std::io::Error| Failure::new(FailureKind::Io, format!("cannot be opened: {e}"));
            let bytes = std::fs::read(path).map_err(io)?;
            self::request(Content::Bytes(&bytes, charset), source, format, tries, budget)
        }
        (Err(e), _) => Err(Failure::new(FailureKind::Io, e.to_string())),
    }
}

/// When one try ends, with time for recognition on top.
struct Clock {
    until: Instant,
    ocr_page: Duration,
    page: Option<u32>,
    /// Since when the current page is being recognized.
    since: Option<Instant>,
    recognized: Duration,
}

impl Clock {
    fn new(budget: Duration, ocr_page: Duration) -> Clock {
        Clock {
            until: Instant::now() + budget,
            ocr_page,
            page: None,
            since: None,
            recognized: Duration::ZERO,
        }
    }

    fn until(&self) -> Instant {
        self.since.map_or(self.until, |since| self.until.max(since + self.ocr_page))
    }

    fn page(&mut self, page: u32) {
        if let Some(since) = self.since.take() {
            self.recognized += since.elapsed();
            self.until += since.elapsed();
        }
        if self.page == Some(page) {
            self.since = Some(Instant::now());
        }
        self.page = Some(page);
    }

    fn recognizing(&self) -> Duration {
        self.recognized + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

/// What the deaths so far have taught.
struct Tries {
    started: Instant,
    wall: Duration,
    /// Time spent on recognition, which has its own limit.
    recognizing: Duration,
    last_page: u32,
    count: u32,
    killers: Vec<u32>,
    skip: BTreeSet<u32>,
    why: Option<Failure>,
}

impl Tries {
    fn new(options: &Options) -> Tries {
        Tries {
            started: Instant::now(),
            wall: Duration::from_millis(options.limits.wall_ms),
            recognizing: Duration::ZERO,
            last_page: u32::try_from(options.limits.pages).unwrap_or(u32::MAX).min(100_000),
            count: 0,
            killers: Vec::new(),
            skip: BTreeSet::new(),
            why: None,
        }
    }

    /// How long the next try may take; none where nothing is left. Something is kept back for the try after.
    fn budget(&self) -> Option<Duration> {
        let left = (self.wall + self.recognizing).saturating_sub(self.started.elapsed());
        let share = if self.count == 0 { 0.7 } else { 0.9 };
        (self.count < TRIES && left > Duration::from_millis(50)).then(|| left.mul_f32(share))
    }

    /// Draws the lesson from a death; false where another try is of no use.
    fn learn(&mut self, death: Death) -> bool {
        self.count += 1;
        let by_chance = self.count == 1 && death.may_be_chance();
        self.why = Some(death.failure);
        if by_chance {
            return true;
        }
        let Some(page) = death.page else { return false };
        self.killers.push(page);
        if self.killers.len() > KILLER_PAGES {
            self.skip.extend(page..=self.last_page);
        }
        self.skip.insert(page) || self.killers.len() > KILLER_PAGES
    }

    /// Adds to the outcome of a later try what the earlier ones cost.
    fn explain(&self, outcome: Outcome) -> Outcome {
        let (Some(why), Some(_)) = (&self.why, self.killers.first()) else { return outcome };
        let pages: Vec<String> = self.killers.iter().map(u32::to_string).collect();
        let rest = if self.killers.len() > KILLER_PAGES { " and all after" } else { "" };
        let noun = if pages.len() == 1 { "page" } else { "pages" };
        let detail = format!("{noun} {}{rest} could not be read: {}", pages.join(", "), why.detail);
        let failure = Failure::new(why.kind, detail);
        match outcome {
            Outcome::Read { document } | Outcome::Partial { document, .. } => {
                Outcome::Partial { document, failure }
            }
            _ => Outcome::Unreadable { failure: why.clone() },
        }
    }

    fn give_up(self) -> Failure {
        let wall_ms = u64::try_from(self.wall.as_millis()).unwrap_or(u64::MAX);
        self.why.unwrap_or_else(|| death::timed_out(wall_ms))
    }
}
