//! Where bytes come from: folders and files today; addresses and web captures join here as further modules.
//!
//! [`find`] lists what there is without reading it, [`read`] takes the bytes of one of them. The two are apart so that
//! thousands of files can be listed in order first and then read in parallel, a bounded number of bytes at a time
//! ([`Budget`]). Nothing is dropped in silence: what cannot be read is listed with its reason. Only two things are no
//! inputs at all: `.git` folders, and the folders that the caller names (its own dossier).

mod budget;
mod find;
mod read;
mod source;

pub use budget::{Budget, Hold};
pub use find::{CollectError, Found, Stamp, find};
pub use read::{Snapshot, document_id, read};
pub use source::source_name;
