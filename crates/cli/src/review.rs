//! `capmap review`: serves the review pages and prints the address.

use crate::args::Common;
use crate::clock::SystemClock;
use crate::decide::reviewer;
use crate::errors::{Done, Stop, tell};
use crate::filing::holder;
use crate::originals::Files;
use crate::review_args::ReviewArgs;
use crate::{criteria, dossier, output, readiness};
use capmap_evidence::{Answer, Hit, IndexError, Like, PassageIndex};
use capmap_review::{Config, Limits, Search, Services, Users};
use capmap_store::Store;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// Serves until it is interrupted. Each decision is on the disk before it is shown, so any end is a good one.
///
/// # Errors
/// Where there is no dossier, the address is taken, or others could reach it and nobody can log in.
pub fn run(common: &Common, args: &ReviewArgs) -> Result<Done, Stop> {
    Store::open_read(&common.dossier)?;
    let users = Users::load(&common.dossier)?;
    args.readiness.as_deref().map(readiness::load).transpose()?; // a profile that is wrong is told now
    let loopback = args.listen.is_loopback();
    let config = Config {
        dossier: common.dossier.clone(),
        holder: holder("review"),
        criteria: criteria::load(&common.criteria)?,
        services: services(common, args),
        users,
        reviewer: reviewer(args.reviewer.as_deref()),
        blind: args.blind,
        address: address(args.listen, args.port),
        public_url: args.public_url.clone(),
        limits: Limits::default(),
    };
    let mut printed = Ok(());
    capmap_review::run(config, |link| {
        if !loopback && !common.quiet {
            tell(
                "capmap: others can reach this address; put a server with TLS before it, and name it by --public-url",
            );
        }
        printed = output::write(format!("{link}\n").as_bytes(), None);
        printed.is_ok()
    })?;
    printed.map(|()| Done::All)
}

fn address(listen: IpAddr, port: u16) -> SocketAddr {
    SocketAddr::new(listen, port)
}

fn services(common: &Common, args: &ReviewArgs) -> Services {
    Services {
        clock: Arc::new(SystemClock),
        originals: Arc::new(Files),
        search: Arc::new(Passages(dossier::index(&common.dossier))),
        preview: Some(Arc::new(crate::report::PreviewOf::new(common, args.readiness.as_deref()))),
    }
}

struct Passages(PathBuf);

impl Passages {
    fn ask(
        &self,
        with: impl FnOnce(&PassageIndex) -> Result<Answer, IndexError>,
    ) -> Result<Vec<Hit>, String> {
        let answer = PassageIndex::existing(&self.0).and_then(|index| with(&index));
        answer.map(|answer| answer.hits).map_err(|error| match error {
            IndexError::Query { message, hint } => format!("cannot understand the query: {message}; {hint}"),
            IndexError::Missing(_) => "there is no index yet: run `capmap map` again".to_owned(),
            other => other.to_string(),
        })
    }
}

impl Search for Passages {
    fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, String> {
        self.ask(|index| index.search(query, limit))
    }

    fn like(&self, like: &Like, limit: usize) -> Result<Vec<Hit>, String> {
        self.ask(|index| index.like(like, limit))
    }
}
