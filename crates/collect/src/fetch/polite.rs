//! When a server may be asked, and how often: one request at a time, a pause after each, and what the server asks for.

use super::captures::{Captures, Kept};
use super::client::{Answer, Http};
use super::manners::Manners;
use crate::address::{joined, origin};
use crate::robots::{LARGEST, Robots};
use capmap_model::{Failure, FailureKind};
use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};
use url::Url;

/// Redirects of robots.txt that are followed (RFC 9309, 2.3.1.2).
const ROBOTS_HOPS: u32 = 5;

/// A client with manners.
pub(super) struct Polite<'a> {
    pub http: Http,
    pub captures: Captures,
    pub manners: &'a Manners,
    /// Seconds since 1970.
    pub now: fn() -> u64,
    /// When the whole visit ends.
    pub until: Instant,
    hosts: BTreeMap<String, Host>,
}

#[derive(Default)]
struct Host {
    /// Not before this.
    ready: Option<Instant>,
    /// What robots.txt asks for.
    delay: Duration,
    rules: Option<Result<Robots, Failure>>,
}

/// Why there is no answer.
pub(super) enum Trouble {
    /// Of this address.
    Failed(Failure),
    /// The captures cannot be kept: the visit must end.
    Disk(io::Error),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Trouble::Failed(failure)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Disk(error)
    }
}

impl<'a> Polite<'a> {
    pub(super) fn new(http: Http, captures: Captures, manners: &'a Manners, now: fn() -> u64) -> Self {
        let until = Instant::now() + Duration::from_millis(manners.limits.total_ms);
        Polite { http, captures, manners, now, until, hosts: BTreeMap::new() }
    }

    /// May this address be asked for, by robots.txt? Fetches that file where it is not known yet.
    pub(super) fn permit(&mut self, url: &Url) -> Result<(), Trouble> {
        let path = url.query().map_or_else(|| url.path().to_owned(), |q| format!("{}?{q}", url.path()));
        if self.rules(url)?.allows(&path) {
            return Ok(());
        }
        let detail = format!("robots.txt of {} does not allow it", url.host_str().unwrap_or_default());
        Err(Failure::new(FailureKind::Refused, detail).into())
    }

    /// The sitemaps that robots.txt names.
    pub(super) fn sitemaps(&mut self, url: &Url) -> Result<Vec<Url>, Trouble> {
        let named = self.rules(url)?.sitemaps.clone();
        Ok(named.iter().filter_map(|link| joined(url, link).ok()).collect())
    }

    fn rules(&mut self, url: &Url) -> Result<&Robots, Trouble> {
        let key = origin(url);
        if self.hosts.get(&key).is_none_or(|host| host.rules.is_none()) {
            let rules = match self.fetch_robots(url) {
                Err(Trouble::Failed(failure)) => Err(failure),
                Err(disk) => return Err(disk),
                Ok(robots) => Ok(robots),
            };
            let host = self.hosts.entry(key.clone()).or_default();
            let delay = rules.as_ref().ok().and_then(|r| r.delay).unwrap_or(0.0);
            let most = Duration::from_millis(self.manners.limits.delay_most_ms);
            host.delay = Duration::try_from_secs_f64(delay).unwrap_or(most).min(most);
            host.rules = Some(rules);
        }
        match self.hosts.entry(key).or_default().rules.get_or_insert_with(|| Ok(Robots::default())) {
            Ok(robots) => Ok(robots),
            Err(failure) => Err(failure.clone().into()),
        }
    }

    /// 4xx: there are no rules. 5xx or no answer: nobody knows the rules, so nothing is fetched.
    fn fetch_robots(&mut self, url: &Url) -> Result<Robots, Trouble> {
        let mut at = joined(url, "/robots.txt")?;
        for _ in 0..=ROBOTS_HOPS {
            let (answer, _) = match self.ask(&at, &[]) {
                Err(Trouble::Failed(failure)) if failure.kind == FailureKind::Refused => {
                    return Err(failure.into());
                }
                Err(Trouble::Failed(failure)) => return Err(unknown_rules(&failure.detail).into()),
                other => other?,
            };
            let encoding = answer.field("content-encoding").unwrap_or_default();
            match answer.status {
                200..=299 => {
                    let body = super::unpack(&answer.body, encoding, LARGEST as u64 * 20);
                    let body = body.map_err(|failure| unknown_rules(&failure.detail))?;
                    return Ok(Robots::parse(&body, Manners::AGENT));
                }
                300..=399 => match answer.field("location").and_then(|to| joined(&at, to).ok()) {
                    Some(to) => at = to,
                    None => return Ok(Robots::default()),
                },
                429 | 500..=599 => return Err(unknown_rules(&said(answer.status)).into()),
                _ => return Ok(Robots::default()),
            }
        }
        Ok(Robots::default())
    }

    /// Asks for an address, as often as manners allow, and keeps each answer.
    pub(super) fn ask(&mut self, url: &Url, fields: &[(&str, &str)]) -> Result<(Answer, Kept), Trouble> {
        let key = origin(url);
        let mut tries = 0;
        loop {
            self.wait(&key)?;
            self.http.pass(url, self.until)?;
            let began = (self.now)();
            let answer = self.http.get(url, fields, self.until);
            self.rest(&key, Duration::ZERO);
            let again = match &answer {
                Ok(answer) => matches!(answer.status, 429 | 500 | 502..=504),
                Err(failure) => matches!(failure.kind, FailureKind::Io | FailureKind::Truncated),
            };
            let kept = match &answer {
                Ok(answer) => {
                    Some(self.captures.add(answer, began, &[("attempt", (tries + 1).to_string())])?)
                }
                Err(_) => None,
            };
            if again && tries < self.manners.limits.retries {
                let wait = self.pause(answer.as_ref().ok(), tries, began)?;
                self.rest(&key, wait);
                tries += 1;
                continue;
            }
            return match (answer, kept) {
                (Ok(answer), Some(kept)) => Ok((answer, kept)),
                (Err(failure), _) => Err(failure.into()),
                (Ok(_), None) => Err(Failure::new(FailureKind::Io, "the answer was not kept").into()),
            };
        }
    }

    /// How long to wait before the next try: what the server asks for, else longer each time.
    fn pause(&self, answer: Option<&Answer>, tries: u64, now: u64) -> Result<Duration, Failure> {
        let limits = &self.manners.limits;
        let asked = answer.and_then(|a| a.field("retry-after")).and_then(|value| retry_after(value, now));
        let wait = asked
            .unwrap_or_else(|| Duration::from_millis(limits.backoff_ms.saturating_mul(1 << tries.min(16))));
        if wait > Duration::from_millis(limits.retry_after_most_ms) {
            let status = answer.map_or(0, |a| a.status);
            let detail = format!(
                "the server says {} and asks to wait {} s; run again after that (retry_after_most_ms)",
                said(status).trim_start_matches("the server says "),
                wait.as_secs()
            );
            return Err(Failure::new(FailureKind::Limit, detail));
        }
        Ok(wait)
    }

    /// Nothing is asked of this host any more.
    pub(super) fn leave_alone(&mut self, url: &Url, failure: &Failure) {
        self.hosts.entry(origin(url)).or_default().rules = Some(Err(failure.clone()));
    }

    fn wait(&mut self, key: &str) -> Result<(), Failure> {
        let now = Instant::now();
        let ready = self.hosts.get(key).and_then(|host| host.ready).unwrap_or(now);
        if ready.max(now) >= self.until {
            return Err(out_of_time(self.manners.limits.total_ms));
        }
        std::thread::sleep(ready.saturating_duration_since(now));
        Ok(())
    }

    /// The host is not asked again before the usual pause, or this one where it is longer.
    fn rest(&mut self, key: &str, pause: Duration) {
        let host = self.hosts.entry(key.to_owned()).or_default();
        host.ready = Some(Instant::now() + self.manners.limits.delay().max(host.delay).max(pause));
    }
}

pub(super) fn out_of_time(total_ms: u64) -> Failure {
    let detail = format!("the visit's time of {} s was over (total_ms); run again to go on", total_ms / 1000);
    Failure::new(FailureKind::Limit, detail)
}

/// A number of seconds, or a date.
fn retry_after(value: &str, now: u64) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value.trim()).ok()?;
    let then = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    Some(Duration::from_secs(then.saturating_sub(now)))
}

fn unknown_rules(why: &str) -> Failure {
    let detail = format!("robots.txt could not be had ({why}), so nothing was asked of this host");
    Failure::new(FailureKind::Io, detail)
}

/// `the server says 404 Not Found`
pub(super) fn said(status: u16) -> String {
    let words = reqwest::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("");
    format!("the server says {status} {words}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_in_both_forms() {
        assert_eq!(retry_after(" 120 ", 0), Some(Duration::from_secs(120)));
        assert_eq!(
            retry_after("Mon, 23 Nov 2026 00:01:00 GMT", 1_795_392_000),
            Some(Duration::from_secs(60))
        );
        assert_eq!(retry_after("Mon, 23 Nov 2020 00:01:00 GMT", 1_795_392_000), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", 0), None);
    }
}
