//! Goes through a site: which address is next, what it leads to, and when the visit is over.

use super::body::unpacked;
use super::captures::Captures;
use super::client::{Answer, Http, SetUpError};
use super::end::{End, Met, settle};
use super::gate::Lookup;
use super::journal::{Item, Journal, Line};
use super::manners::Manners;
use super::polite::{Polite, Trouble};
use super::sitemap::{self, Sitemap};
use super::trap::Traps;
use crate::address::joined;
use capmap_model::{Failure, FailureKind};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use thiserror::Error;
use url::Url;

/// Where a visit begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The address, canonical.
    pub url: Url,
    /// Go on to what it leads to, on the same host.
    pub follow: bool,
}

/// A visit as it is wanted.
pub struct Visit {
    /// Where it begins, in order.
    pub seeds: Vec<Seed>,
    /// How to behave.
    pub manners: Manners,
    /// Folder of the capture files.
    pub snapshots: PathBuf,
    /// Folder of the unpacked pages; can be rebuilt.
    pub pages: PathBuf,
    /// Names to addresses.
    pub lookup: Lookup,
    /// Seconds since 1970.
    pub now: fn() -> u64,
}

/// A visit that came to its end.
#[derive(Debug, PartialEq)]
pub struct Visited {
    /// Every address that was met, in the order of meeting.
    pub mets: Vec<Met>,
    /// Addresses beyond `max_met`, which were only counted.
    pub unlisted: u64,
}

/// Why a visit stopped before its end. The next one goes on from there.
#[derive(Debug, Error)]
pub enum FetchError {
    /// The client.
    #[error(transparent)]
    SetUp(#[from] SetUpError),
    /// The captures.
    #[error("cannot keep captures: {0}")]
    Disk(#[from] io::Error),
    /// Whoever watched said so.
    #[error("the visit was interrupted; run the same command again to go on")]
    Interrupted,
}

/// Goes through all that `visit` wants. `watch` is told each address before it is asked for, and may end the visit.
///
/// # Errors
/// [`FetchError`]; an address that cannot be had is part of the result.
pub fn visit(visit: &Visit, watch: &mut dyn FnMut(&str) -> ControlFlow<()>) -> Result<Visited, FetchError> {
    let http = Http::new(&visit.manners, visit.lookup.clone())?;
    let captures = Captures::open(&visit.snapshots, &visit.pages, visit.manners.user_agent())?;
    let (journal, done) = Journal::open(&visit.snapshots, &name(visit))?;
    let polite = Polite::new(http, captures, &visit.manners, visit.now);
    let mut crawl = Crawl {
        polite,
        journal,
        queue: VecDeque::new(),
        ends: BTreeMap::new(),
        order: Vec::new(),
        fresh: Vec::new(),
        traps: Traps::default(),
        hosts: BTreeSet::new(),
        asked: 0,
        unlisted: 0,
    };
    crawl.recall(done);
    crawl.begin(&visit.seeds)?;
    crawl.go(watch)?;
    crawl.finish()
}

/// Two visits of one name want the same.
fn name(visit: &Visit) -> String {
    let seeds: Vec<String> = visit.seeds.iter().map(|s| format!("{} {}", s.url, s.follow)).collect();
    let limits = &visit.manners.limits;
    format!("{} pages={} depth={}", seeds.join(" "), limits.max_pages, limits.max_depth)
}

pub(super) struct Crawl<'a> {
    pub(super) polite: Polite<'a>,
    journal: Journal,
    pub(super) queue: VecDeque<Item>,
    /// Every address met; none where it still waits.
    pub(super) ends: BTreeMap<String, Option<End>>,
    order: Vec<String>,
    /// Lines that are not in the journal yet.
    pub(super) fresh: Vec<Line>,
    traps: Traps,
    /// Hosts that belong to the visit.
    pub(super) hosts: BTreeSet<String>,
    pub(super) asked: u64,
    unlisted: u64,
}

impl Crawl<'_> {
    /// Takes up what an interrupted visit had done.
    fn recall(&mut self, lines: Vec<Line>) {
        for line in lines {
            match line {
                Line::Item(item) => {
                    self.note(&item.url, None);
                    let host = Url::parse(&item.url).ok().and_then(|url| url.host_str().map(str::to_owned));
                    self.hosts.extend(host.filter(|_| item.given));
                    // Redirects are followed at once, so they stood in front.
                    if item.chain.is_empty() {
                        self.queue.push_back(item)
                    } else {
                        self.queue.push_front(item)
                    }
                }
                Line::Done(url, end) => {
                    self.asked +=
                        u64::from(!matches!(&end, End::Failed(f) if f.kind == FailureKind::PassedBy));
                    self.note(&url, Some(end));
                }
                Line::Visit(_) => {}
            }
        }
        self.queue.retain(|item| self.ends.get(&item.url).is_none_or(Option::is_none));
    }

    pub(super) fn note(&mut self, url: &str, end: Option<End>) {
        if self.ends.insert(url.to_owned(), end).is_none() {
            self.order.push(url.to_owned());
        }
    }

    /// Puts the seeds in the queue, then what the sitemaps of their hosts list.
    fn begin(&mut self, seeds: &[Seed]) -> Result<(), FetchError> {
        for seed in seeds {
            self.hosts.extend(seed.url.host_str().map(str::to_owned));
            let item =
                Item { url: seed.url.to_string(), depth: 0, follow: seed.follow, given: true, chain: vec![] };
            self.enqueue(item);
        }
        let mut done = BTreeSet::new();
        for seed in seeds.iter().filter(|seed| seed.follow) {
            if done.insert(crate::address::origin(&seed.url)) {
                self.sitemaps_of(&seed.url)?;
            }
        }
        self.flush()
    }

    fn sitemaps_of(&mut self, url: &Url) -> Result<(), FetchError> {
        let named = match self.polite.sitemaps(url) {
            // Without rules nothing may be fetched; the seeds will say so.
            Err(Trouble::Failed(_)) => return Ok(()),
            Err(Trouble::Disk(error)) => return Err(error.into()),
            Ok(named) => named,
        };
        let named = if named.is_empty() { joined(url, "/sitemap.xml").into_iter().collect() } else { named };
        let mut waiting: VecDeque<Url> = named.into();
        let mut seen = BTreeSet::new();
        while let Some(at) = waiting.pop_front() {
            let most = self.polite.manners.limits.sitemaps;
            if seen.len() as u64 >= most || !seen.insert(at.clone()) {
                continue;
            }
            let sitemap = self.fetch_sitemap(&at)?;
            waiting.extend(sitemap.sitemaps);
            sitemap.pages.iter().for_each(|page| self.meet(page, 1, true, false));
        }
        Ok(())
    }

    /// An empty one where there is none: a site without a sitemap is nothing special.
    fn fetch_sitemap(&mut self, url: &Url) -> Result<Sitemap, FetchError> {
        let asked = self.polite.permit(url).and_then(|()| self.polite.ask(url, &[]));
        match asked {
            Ok((answer, _)) if answer.status == 200 && answer.cut.is_none() => {
                let most = self.polite.manners.limits.expanded_bytes;
                let body = unpack(&answer, most).ok();
                Ok(body.and_then(|body| sitemap::parse(&body, most)).unwrap_or_default())
            }
            Err(Trouble::Disk(error)) => Err(error.into()),
            _ => Ok(Sitemap::default()),
        }
    }

    fn go(&mut self, watch: &mut dyn FnMut(&str) -> ControlFlow<()>) -> Result<(), FetchError> {
        while let Some(item) = self.queue.pop_front() {
            if watch(&item.url).is_break() {
                return Err(FetchError::Interrupted);
            }
            let end = match self.one(&item) {
                Ok(end) => end,
                Err(Trouble::Failed(failure)) => End::Failed(failure),
                Err(Trouble::Disk(error)) => return Err(error.into()),
            };
            self.fresh.push(Line::Done(item.url.clone(), end.clone()));
            self.note(&item.url, Some(end));
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), FetchError> {
        self.journal.add(&self.fresh)?;
        self.fresh.clear();
        Ok(())
    }

    /// An address that a list leads to which somebody asked for.
    pub(super) fn give(&mut self, url: &Url) {
        self.hosts.extend(url.host_str().map(str::to_owned));
        self.enqueue(Item { url: url.to_string(), depth: 0, follow: false, given: true, chain: vec![] });
    }

    /// An address that a page or a sitemap leads to.
    pub(super) fn meet(&mut self, url: &Url, depth: u64, follow: bool, linked: bool) {
        let limits = &self.polite.manners.limits;
        if self.ends.contains_key(url.as_str()) {
            return;
        }
        if self.ends.len() as u64 >= limits.max_met {
            self.unlisted += 1;
            return;
        }
        let why = match () {
            () if !self.is_ours(url) => Some("on another site".to_owned()),
            () if linked && depth > limits.max_depth => {
                Some(format!("more than {} clicks away (--max-depth)", limits.max_depth))
            }
            () if linked => self.traps.judge(url, limits),
            () => None,
        };
        match why {
            None => self.enqueue(Item { url: url.to_string(), depth, follow, given: false, chain: vec![] }),
            Some(why) => {
                let end = End::Failed(Failure::new(FailureKind::PassedBy, why));
                self.fresh.push(Line::Done(url.to_string(), end.clone()));
                self.note(url.as_str(), Some(end));
            }
        }
    }

    fn enqueue(&mut self, item: Item) {
        if !self.ends.contains_key(&item.url) {
            self.note(&item.url, None);
            self.fresh.push(Line::Item(item.clone()));
            self.queue.push_back(item);
        }
    }

    /// `www.` makes no other site.
    pub(super) fn is_ours(&self, url: &Url) -> bool {
        let plain = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
        let host = url.host_str().map(plain).unwrap_or_default();
        self.hosts.iter().any(|ours| plain(ours) == host)
    }

    fn finish(mut self) -> Result<Visited, FetchError> {
        self.flush()?;
        let ends = &mut self.ends;
        let taken = self.order.into_iter().filter_map(|url| Some((url.clone(), ends.remove(&url)??)));
        let mets = settle(taken.collect());
        self.journal.end()?;
        Ok(Visited { mets, unlisted: self.unlisted })
    }
}

pub(super) fn unpack(answer: &Answer, most: u64) -> Result<Cow<'_, [u8]>, Failure> {
    unpacked(&answer.body, answer.field("content-encoding").unwrap_or_default(), most)
}
