//! What every request can reach.

use crate::guard::Doors;
use crate::server::Config;
use crate::services::Services;
use crate::session::{Sessions, Viewer};
use crate::stores::Stores;
use crate::users::Users;
use capmap_model::{CriteriaSet, CriterionId};
use capmap_score::Date;
use capmap_store::{Store, StoreError};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Logins that are worked on at a time: argon2 takes 19 MiB each, and waiting slows guessing down.
const LOGINS: usize = 4;

/// Pages that are drawn at a time. One that never ends keeps its place, not the server.
const DRAWINGS: usize = 3;

pub(crate) struct App {
    pub criteria: CriteriaSet,
    pub services: Services,
    pub stores: Stores,
    pub users: Users,
    pub sessions: Sessions,
    pub doors: Doors,
    /// The reviewer's name where there are no users.
    pub reviewer: String,
    pub blind: bool,
    pub logins: Semaphore,
    pub drawings: Arc<Semaphore>,
    pub failures: crate::login::Failures,
}

impl App {
    pub(crate) fn new(config: Config, stores: Stores, doors: Doors) -> Arc<App> {
        Arc::new(App {
            criteria: config.criteria,
            services: config.services,
            stores,
            users: config.users,
            sessions: Sessions::default(),
            doors,
            reviewer: config.reviewer,
            blind: config.blind,
            logins: Semaphore::new(LOGINS),
            drawings: Arc::new(Semaphore::new(DRAWINGS)),
            failures: crate::login::Failures::default(),
        })
    }

    /// A criterion's name; its id where the set does not have it.
    pub(crate) fn name<'a>(&'a self, id: &'a CriterionId) -> &'a str {
        self.criteria.get(id).map_or(id.0.as_str(), |criterion| criterion.name.as_str())
    }

    pub(crate) fn today(&self) -> Option<Date> {
        Date::parse(&self.services.clock.now())
    }
}

/// One request: the application and the person.
#[derive(Clone)]
pub(crate) struct Visit {
    pub app: Arc<App>,
    pub viewer: Viewer,
}

impl Visit {
    /// Reads from the dossier on a thread that may block.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        with: impl FnOnce(&Visit, &Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, crate::error::Problem> {
        let visit = self.clone();
        Ok(tokio::task::spawn_blocking(move || visit.app.stores.read(|store| with(&visit, store))).await??)
    }

    /// Writes to the dossier on a thread that may block.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        with: impl FnOnce(&Visit, &mut Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, crate::error::Problem> {
        let visit = self.clone();
        Ok(tokio::task::spawn_blocking(move || visit.app.stores.write(|store| with(&visit, store))).await??)
    }
}
