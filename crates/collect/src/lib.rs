//! Where bytes come from: folders and files, addresses ([`visit`]) and web captures ([`Records`]).
//!
//! [`find`] lists what there is without reading it, [`read`] takes the bytes of one of them. The two are apart so that
//! thousands of files can be listed in order first and then read in parallel, a bounded number of bytes at a time
//! ([`Budget`]). Nothing is dropped in silence: what cannot be read is listed with its reason. Only two things are no
//! inputs at all: `.git` folders, and the folders that the caller names (its own dossier).

mod address;
mod budget;
mod captured;
mod fetch;
mod find;
mod read;
mod robots;
mod source;
mod warc;

pub use address::{canonical, is_public};

pub use budget::{Budget, Hold};
pub use captured::{captured, one_each, visited};
pub use fetch::{
    End, FetchError, FetchLimits, Kept, Lookup, Manners, MannersError, Met, Seed, SetUpError, Visit, Visited,
    system_lookup, visit,
};
pub use find::{CollectError, Found, Stamp, find};
pub use read::{Snapshot, document_id, read};
pub use source::source_name;
pub use warc::{Captured, Records, Skip, WarcError, rfc3339};
