//! `capmap captures`: the answers in a file of web captures, one JSON line each, their pages unpacked into a folder. An engine that
//! reads captures on many machines asks this, so that there is one way to name pages and one way to leave them out.

use crate::args_batch::CapturesArgs;
use crate::errors::{Done, Stop};
use crate::extractor::Extractor;
use crate::{fetching, output, reading};
use capmap_collect::Found;
use capmap_model::{Capture, DocumentId, Failure, Format, Outcome, Provenance};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One answer of the file, or at last the file itself.
#[derive(Debug, Serialize)]
struct Line {
    source: String,
    /// Where the page was put.
    path: PathBuf,
    size: u64,
    /// Hash of the page; empty where there is none.
    id: String,
    format: Format,
    /// What becomes of an answer without a page.
    outcome: Option<Outcome>,
    listing: Listing,
}

/// What the list of captures says of a page: what `capmap import-parquet` needs to know besides the page as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// The capture file's own source, and the place of the answer in it: the order of inputs with the same address.
    pub place: (String, usize),
    /// Who gave it.
    pub provenance: Provenance,
    /// Which fetch this is.
    pub capture: Option<Capture>,
    /// The charset that the server said.
    pub charset: Option<String>,
    /// The kind that the server said.
    pub media: Option<String>,
    /// Why it is not read.
    pub failure: Option<Failure>,
}

/// Unpacks and lists.
///
/// # Errors
/// Where there is no such file. What is wrong with it is told in its own line.
pub fn run(args: &CapturesArgs) -> Result<Done, Stop> {
    let most = Extractor::new(&args.reading)?.limits().input_bytes;
    let mut files = capmap_collect::find(std::slice::from_ref(&args.file), &[])?;
    let [file] = files.as_mut_slice() else {
        let message = format!("{} is no file", args.file.display());
        return Err(Stop::usage(message, "give one WARC file"));
    };
    file.source = args.source.clone().unwrap_or_else(|| file.source.clone());
    let found = match file.failure {
        Some(_) => vec![file.clone()],
        None => capmap_collect::captured(file, &args.into, most),
    };
    output::print(None, |out| {
        for (number, page) in found.into_iter().enumerate() {
            let line = line(page, (file.source.clone(), number), most);
            writeln!(out, "{}", serde_json::to_string(&line)?)?;
        }
        Ok(())
    })?;
    Ok(Done::All)
}

fn line(found: Found, place: (String, usize), most: u64) -> Line {
    let (mut id, mut format, mut failure) = (DocumentId(String::new()), Format::Other, None);
    match capmap_collect::read(&found, most) {
        Ok(page) => (id, format) = (page.id, fetching::format(&found, &page.bytes)),
        Err(why) => failure = Some(why),
    }
    Line {
        source: found.source,
        path: found.path,
        size: found.size,
        id: id.0,
        format,
        outcome: failure.clone().map(reading::not_read),
        listing: Listing {
            place,
            provenance: found.provenance,
            capture: found.capture,
            charset: found.charset,
            media: found.media,
            failure,
        },
    }
}
