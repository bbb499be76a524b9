//! The listener. Connections are served one by one in our own hands, so that slow ones can neither pile up nor keep
//! others out: each must send its request's head in time, and when all places are taken, the oldest connection that has
//! not shown a session yet is given up for the new one.

use crate::app::App;
use crate::error::ReviewError;
use crate::guard::{Doors, Proven};
use crate::services::Services;
use crate::session::random;
use crate::stores::Stores;
use crate::users::Users;
use axum::Router;
use capmap_model::CriteriaSet;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::VecDeque;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// What the server is told.
pub struct Config {
    /// The dossier folder.
    pub dossier: PathBuf,
    /// Who writes, for the message that another writer gets.
    pub holder: String,
    /// The criteria set that points come from.
    pub criteria: CriteriaSet,
    /// What other steps provide.
    pub services: Services,
    /// Who may log in; on loopback it may be empty.
    pub users: Users,
    /// The name in the log where there are no users.
    pub reviewer: String,
    /// Reviewers see only their own votes.
    pub blind: bool,
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// The address that people use where a proxy stands before the server: `https://review.example.org`.
    pub public_url: Option<String>,
    /// Bounds on connections.
    pub limits: Limits,
}

/// Bounds on connections.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Open at a time.
    pub connections: usize,
    /// How long the head of a request may take; also how long an idle connection stays.
    pub head: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { connections: 256, head: Duration::from_secs(10) }
    }
}

/// A server that is bound and not yet serving.
pub struct Server {
    listener: TcpListener,
    router: Router,
    limits: Limits,
    address: SocketAddr,
    token: String,
    users: bool,
    public: Option<String>,
}

impl Server {
    /// Opens the dossier and binds the address.
    ///
    /// # Errors
    /// [`ReviewError::NoUsers`] for an address that others reach where nobody can log in, and where the dossier or the
    /// address cannot be opened.
    pub async fn bind(config: Config) -> Result<Server, ReviewError> {
        if !config.address.ip().is_loopback() && config.users.is_empty() {
            return Err(ReviewError::NoUsers(config.address));
        }
        let stores = Stores::open(config.dossier.clone(), &config.holder)?;
        let failed = |source| ReviewError::Listen { address: config.address, source };
        let listener = TcpListener::bind(config.address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let public = config.public_url.as_deref().map(authority).transpose()?;
        let doors = Doors {
            hosts: hosts(address, public.as_ref().map(|p| p.0.as_str())),
            token: random().map_err(ReviewError::Random)?,
            cookie: format!("capmap_{}", address.port()),
            secure: public.as_ref().is_some_and(|p| p.1),
        };
        let (limits, users, token) = (config.limits, !config.users.is_empty(), doors.token.clone());
        let public = config.public_url.clone();
        let router = crate::routes::router(App::new(config, stores, doors));
        Ok(Server { listener, router, limits, address, token, users, public })
    }

    /// The address to open; with the token where there are no users.
    pub fn link(&self) -> String {
        let base = match &self.public {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.address),
        };
        if self.users { format!("{base}/login") } else { format!("{base}/?token={}", self.token) }
    }

    /// Serves until `stop` is ready. Requests that are being answered then get a moment to end.
    ///
    /// # Errors
    /// [`ReviewError::Stopped`] where the listener fails for good.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), ReviewError> {
        tokio::pin!(stop);
        let places = Places::new(self.limits.connections);
        loop {
            tokio::select! {
                () = &mut stop => return Ok(()),
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => self.start(stream, &places),
                    // Out of descriptors or the like: others must end first.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                },
            }
        }
    }

    fn start(&self, stream: TcpStream, places: &Places) {
        let proven = Proven::default();
        let (place, given_up) = places.take(&proven);
        let router = self.router.clone().layer(axum::Extension(proven));
        let head = self.limits.head;
        tokio::spawn(async move {
            let service = TowerToHyperService::new(router);
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(head)
                .max_buf_size(32 * 1024)
                .serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                _ = connection => {}
                _ = given_up => {}
            }
            drop(place);
        });
    }
}

/// Binds, tells the link, and serves until the process ends; on threads of its own. Ends at once where `ready` says no.
///
/// # Errors
/// As for [`Server::bind`] and [`Server::serve`].
pub fn run(config: Config, ready: impl FnOnce(&str) -> bool) -> Result<(), ReviewError> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ReviewError::Stopped)?;
    runtime.block_on(async {
        let server = Server::bind(config).await?;
        if ready(&server.link()) { server.serve(std::future::pending()).await } else { Ok(()) }
    })
}

/// Places for connections, and how to end those that hold them.
#[derive(Clone)]
struct Places {
    most: usize,
    held: Arc<Mutex<Held>>,
}

/// In the order of arrival, so ordered by number.
#[derive(Default)]
struct Held {
    taken: u64,
    holders: VecDeque<Holder>,
}

struct Holder {
    number: u64,
    proven: Proven,
    give_up: oneshot::Sender<()>,
}

struct Place {
    number: u64,
    held: Arc<Mutex<Held>>,
}

impl Places {
    fn new(most: usize) -> Places {
        Places { most: most.max(1), held: Arc::default() }
    }

    /// Takes a place; where all are taken, from the oldest connection without a session, else from the oldest.
    fn take(&self, proven: &Proven) -> (Place, oneshot::Receiver<()>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.holders.len() >= self.most {
            let idle = held.holders.iter().position(|h| !h.proven.0.load(Ordering::Relaxed)).unwrap_or(0);
            if let Some(holder) = held.holders.remove(idle) {
                let _ = holder.give_up.send(()); // it may have ended by itself
            }
        }
        held.taken += 1;
        let number = held.taken;
        let (give_up, given_up) = oneshot::channel();
        held.holders.push_back(Holder { number, proven: proven.clone(), give_up });
        (Place { number, held: self.held.clone() }, given_up)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(at) = held.holders.binary_search_by_key(&self.number, |h| h.number) {
            held.holders.remove(at);
        }
    }
}

/// Host and port of a public address, and whether it is https.
fn authority(url: &str) -> Result<(String, bool), ReviewError> {
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Err(ReviewError::PublicUrl(url.to_owned())),
    };
    let host = rest.trim_end_matches('/');
    if host.is_empty() || host.contains(['/', '?', '#', '@']) {
        return Err(ReviewError::PublicUrl(url.to_owned()));
    }
    Ok((host.to_ascii_lowercase(), secure))
}

fn hosts(address: SocketAddr, public: Option<&str>) -> Vec<String> {
    let mut hosts = vec![address.to_string()];
    if address.ip().is_loopback() {
        hosts.push(format!("localhost:{}", address.port()));
    }
    hosts.extend(public.map(str::to_owned));
    hosts
}
