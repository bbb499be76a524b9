//! The wall around readers: documents are read in worker processes that may run out of memory, loop or die.
//!
//! [`Pool`] is the side that asks, [`serve`] the side that answers; they speak one JSON object per line, described in
//! [`protocol`]. No thread is needed on either side: the pool polls the pipes of the worker that it waits for.

mod death;
mod pool;
mod process;
mod protocol;
mod serve;

pub use pool::{Content, Pool};
pub use serve::{Extra, guard_stdout, serve};

#[cfg(test)]
mod tests;
