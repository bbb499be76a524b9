//! One request, one answer: no redirects followed, no cookies, no proxy, nothing unpacked, bounded in time and size.

use super::body::ACCEPTED;
use super::gate::{Gate, Lookup};
use super::manners::Manners;
use capmap_model::{Failure, FailureKind};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use std::error::Error as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use thiserror::Error;
use tokio::runtime::Runtime;
use url::Url;

/// The client cannot be set up.
#[derive(Debug, Error)]
#[error("cannot prepare fetching: {0}")]
pub struct SetUpError(String);

/// What came back, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub url: Url,
    pub status: u16,
    /// As received, in order, but for the framing of the body.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Still packed.
    pub body: Vec<u8>,
    /// What was sent.
    pub request: Vec<u8>,
    pub peer: Option<SocketAddr>,
    /// Why the body is not whole.
    pub cut: Option<Failure>,
}

/// Sends requests, one at a time.
pub(crate) struct Http {
    runtime: Runtime,
    client: Client,
    gate: Gate,
    agent: String,
    request_time: Duration,
    most: u64,
}

impl Http {
    pub(crate) fn new(manners: &Manners, lookup: Lookup) -> Result<Http, SetUpError> {
        let failed = |e: &dyn std::fmt::Display| SetUpError(e.to_string());
        let gate = Gate::new(manners, lookup);
        let client = Client::builder()
            .tls_backend_preconfigured(tls().map_err(|e| failed(&e))?)
            .redirect(Policy::none())
            .no_proxy()
            .http1_only()
            .http1_title_case_headers()
            .pool_max_idle_per_host(1)
            .connect_timeout(Duration::from_millis(manners.limits.connect_ms))
            .dns_resolver(gate.pins())
            .build()
            .map_err(|e| failed(&e))?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| failed(&e))?;
        Ok(Http {
            runtime,
            client,
            gate,
            agent: manners.user_agent(),
            request_time: Duration::from_millis(manners.limits.request_ms),
            most: manners.limits.page_bytes,
        })
    }

    /// Checks where `url` leads, and pins it for the next request.
    pub(crate) fn pass(&self, url: &Url, until: Instant) -> Result<(), Failure> {
        let time = self.time(until);
        let (gate, url) = (self.gate.clone(), url.clone());
        self.runtime.block_on(async {
            let pass = tokio::task::spawn_blocking(move || gate.pass(&url));
            let passed = tokio::time::timeout(time, pass).await.map_err(|_| timed_out(time))?;
            passed.unwrap_or_else(|_| Err(Failure::new(FailureKind::Io, "the name could not be resolved")))
        })
    }

    /// Asks for `url`, which has passed, with these fields besides the usual ones; ends by `until` at the latest.
    pub(crate) fn get(&self, url: &Url, fields: &[(&str, &str)], until: Instant) -> Result<Answer, Failure> {
        let time = self.time(until);
        let ask = self.send(url, fields, time);
        self.runtime.block_on(async { tokio::time::timeout(time, ask).await.map_err(|_| timed_out(time))? })
    }

    fn time(&self, until: Instant) -> Duration {
        self.request_time.min(until.saturating_duration_since(Instant::now()))
    }

    async fn send(&self, url: &Url, fields: &[(&str, &str)], time: Duration) -> Result<Answer, Failure> {
        let until = tokio::time::Instant::now() + time;
        let mut head = vec![
            ("User-Agent", self.agent.as_str()),
            ("Accept", "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5"),
            ("Accept-Encoding", ACCEPTED),
        ];
        head.extend(fields);
        let mut request = self.client.get(url.clone());
        for (name, value) in &head {
            request = request.header(*name, *value);
        }
        let response = request.send().await.map_err(|e| network(&e))?;
        let mut answer = Answer {
            url: url.clone(),
            status: response.status().as_u16(),
            headers: headers(&response),
            body: Vec::new(),
            request: request_head(url, &head),
            peer: response.remote_addr(),
            cut: None,
        };
        let (media, _) = super::media(answer.field("content-type").unwrap_or_default());
        if answer.status == 200 && !super::is_readable(&media) {
            answer.cut = Some(super::unread(&media));
            return Ok(answer);
        }
        // A body that does not come in time is cut, not lost: the answer was one all the same.
        let early = until - Duration::from_millis(20).min(time / 4);
        answer.cut = match tokio::time::timeout_at(early, self.fill(&mut answer.body, response)).await {
            Ok(filled) => filled.err(),
            Err(_) => Some(timed_out(time)),
        };
        Ok(answer)
    }

    async fn fill(&self, body: &mut Vec<u8>, mut response: Response) -> Result<(), Failure> {
        while let Some(chunk) = response.chunk().await.map_err(|e| network(&e))? {
            if body.len() as u64 + chunk.len() as u64 > self.most {
                let detail = format!("the answer is larger than {} bytes (page_bytes)", self.most);
                return Err(Failure::new(FailureKind::Limit, detail));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(())
    }
}

impl Answer {
    /// A field's value, where it is text.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        named.and_then(|(_, value)| std::str::from_utf8(value).ok())
    }

    pub(crate) fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name));
        named.filter_map(|(_, value)| std::str::from_utf8(value).ok())
    }
}

/// TLS with the system's roots, checked in full.
fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let mut roots = rustls::RootCertStore::empty();
    // One broken certificate among the system's does not make the others useless.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn headers(response: &Response) -> Vec<(String, Vec<u8>)> {
    response.headers().iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec())).collect()
}

fn request_head(url: &Url, fields: &[(&str, &str)]) -> Vec<u8> {
    let query = url.query().map(|q| format!("?{q}")).unwrap_or_default();
    let port = url.port().map(|p| format!(":{p}")).unwrap_or_default();
    let host = url.host_str().unwrap_or_default();
    let mut head = format!("GET {}{query} HTTP/1.1\r\nHost: {host}{port}\r\n", url.path());
    for (name, value) in fields {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    (head + "\r\n").into_bytes()
}

fn timed_out(time: Duration) -> Failure {
    let detail = format!("no whole answer within {:.1} s (request_ms); try again later", time.as_secs_f64());
    Failure::new(FailureKind::Timeout, detail)
}

/// The network's words, told apart where people would do different things next.
fn network(error: &reqwest::Error) -> Failure {
    let mut words = Vec::new();
    let mut cause: Option<&dyn std::error::Error> = error.source();
    let mut certificate = false;
    while let Some(inner) = cause {
        certificate |= inner.is::<rustls::Error>();
        words.push(inner.to_string());
        cause = inner.source();
    }
    let last = words.last().cloned().unwrap_or_else(|| error.to_string());
    let of = |kind, detail: String| Failure::new(kind, detail);
    match () {
        () if certificate || last.contains("certificate") => {
            of(FailureKind::Refused, format!("the server's certificate is not trusted: {last}"))
        }
        () if error.is_timeout() => {
            of(FailureKind::Timeout, "the server could not be reached in time".to_owned())
        }
        () if error.is_connect() => of(FailureKind::Io, format!("the server cannot be reached: {last}")),
        () if error.is_body() || error.is_decode() || last.contains("before message") => {
            of(FailureKind::Truncated, "the connection ended before the whole answer had come".to_owned())
        }
        () => of(FailureKind::Io, format!("the server's answer cannot be understood: {last}")),
    }
}
