//! `capmap limits`: what one document may cost, and why.

use crate::args::{Common, Format, LimitsArgs};
use crate::errors::{Done, Stop};
use crate::layout::{COLUMNS, wrap};
use crate::output::{self, Style};
use crate::{extractor, json};

/// Prints every limit.
///
/// # Errors
/// Where a setting is none, or the output cannot be written.
pub fn run(common: &Common, args: &LimitsArgs) -> Result<Done, Stop> {
    let rows = extractor::limits(&args.limits)?.rows();
    let style = Style::new(common.color, None);
    let result = match args.format {
        Format::Json => json::pretty(&rows),
        Format::Table => {
            let row = |row: &capmap_extract::Row| {
                let head = format!("{} = {} {}", row.name, row.value, row.unit);
                format!("{}\n{}\n", style.bold(&head), wrap(row.reason, 4, COLUMNS).join("\n"))
            };
            rows.iter().map(row).collect()
        }
    };
    output::write(result.as_bytes(), None)?;
    Ok(Done::All)
}
