//! `capmap text`: the canonical text of one input, exactly. Every offset of the map counts in it.

use crate::args::{Common, TextArgs};
use crate::errors::{Done, Stop, tell};
use crate::extractor::Extractor;
use crate::{one, output};

/// Prints the text, without a line break of our own at its end.
///
/// # Errors
/// Where there is no such input, or the output cannot be written.
pub fn run(common: &Common, args: &TextArgs) -> Result<Done, Stop> {
    let input = one::by_source(&common.dossier, &args.source, &Extractor::new(&args.reading)?)?;
    if let Some(failure) = input.outcome.failure() {
        tell(&format!("capmap: {}: {}: {failure}", input.source, input.outcome.status()));
    }
    if let Some(document) = input.outcome.document() {
        output::write(document.text.as_bytes(), args.output.as_deref())?;
    }
    Ok(if input.outcome.failure().is_some() { Done::SomeUnread } else { Done::All })
}
