//! `capmap worker`: one request per line on standard input, one answer per line on standard output.

use crate::args::ReadingArgs;
use crate::errors::{Done, Stop};
use crate::extractor;

/// Answers until standard input ends.
///
/// # Errors
/// Where the output cannot be written.
pub fn run(args: &ReadingArgs) -> Result<Done, Stop> {
    let _options = extractor::options(args)?;
    Ok(Done::All)
}
