//! Who is behind a request: random session ids in a cookie, kept in memory only, as hashes.

use crate::users::Role;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Most sessions at a time; the oldest one goes first.
const MOST: usize = 512;

/// A person at a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub name: String,
    pub role: Role,
    /// Sees only their own votes.
    pub blind: bool,
    /// Proves that a form came from our page.
    pub csrf: String,
}

impl Viewer {
    pub(crate) fn may_decide(&self) -> bool {
        self.role >= Role::Reviewer
    }

    pub(crate) fn may_adjudicate(&self) -> bool {
        self.role == Role::Adjudicator
    }

    pub(crate) fn view(&self) -> capmap_store::View<'_> {
        if self.blind { capmap_store::View::Own(&self.name) } else { capmap_store::View::All }
    }
}

#[derive(Default)]
pub(crate) struct Sessions {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    by_hash: HashMap<[u8; 32], (u64, Viewer)>,
    count: u64,
}

impl Sessions {
    /// Begins a session; gives the id for the cookie.
    pub(crate) fn begin(&self, name: &str, role: Role, blind: bool) -> Result<String, getrandom::Error> {
        let (id, csrf) = (random()?, random()?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.by_hash.len() >= MOST {
            let oldest = known.by_hash.iter().min_by_key(|(_, (age, _))| *age).map(|(hash, _)| *hash);
            oldest.and_then(|hash| known.by_hash.remove(&hash));
        }
        known.count += 1;
        let viewer = Viewer { name: name.to_owned(), role, blind, csrf };
        let age = known.count;
        known.by_hash.insert(digest(&id), (age, viewer));
        Ok(id)
    }

    pub(crate) fn find(&self, id: &str) -> Option<Viewer> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.by_hash.get(&digest(id)).map(|(_, viewer)| viewer.clone())
    }

    pub(crate) fn end(&self, id: &str) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).by_hash.remove(&digest(id));
    }
}

/// 256 random bits in hexadecimal.
pub(crate) fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Compares secrets in a time that does not tell where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    digest(a).iter().zip(digest(b)).fold(0, |diff, (x, y)| diff | (x ^ y)) == 0
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
