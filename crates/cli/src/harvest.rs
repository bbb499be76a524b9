//! `capmap import-parquet`: what workers on many machines read goes into the caches of dossiers, one per applicant; from there
//! on all is as if this machine had read it, byte for byte.

use crate::applicants::{Applicant, folder_name};
use crate::args::Common;
use crate::args_batch::HarvestArgs;
use crate::batch_print::Summary;
use crate::batch_row::Row;
use crate::cache::{Cache, Known};
use crate::captures::Listing;
use crate::dossier::Dossier;
use crate::errors::{Done, Stop};
use crate::map::Way;
use crate::output;
use crate::reading::{Entry, Reader, State, not_read};
use crate::report::day;
use capmap_collect::{Found, Stamp};
use capmap_harvest::Reaped;
use capmap_model::{DocumentId, Failure, FailureKind, Format, Outcome, Provenance};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Fills a dossier per applicant and prints where each stands.
///
/// # Errors
/// Where the tables cannot be used. An applicant whose dossier cannot be written is a line of the summary.
pub fn run(common: &Common, args: &HarvestArgs) -> Result<Done, Stop> {
    let way = Way::new(common, &args.reading)?;
    let reader = way.reader();
    let mut rows = Vec::new();
    for parts in capmap_harvest::parts(&args.folder)? {
        rows.extend(applicant(&common.dossier, &parts, &way, &reader)?);
    }
    rows.sort_by(|a, b| a.applicant.cmp(&b.applicant));
    let shown: Vec<&Row> = rows.iter().collect();
    let summary = Summary { set: &way.criteria, lexicon: &way.lexicon, rows: &shown };
    let to = args.output.as_deref();
    output::write(summary.print(args.format, common.color, to).as_bytes(), to)?;
    Ok(if rows.iter().all(|row| row.status == "read") { Done::All } else { Done::SomeUnread })
}

/// One applicant's part of the table; none where it is empty.
fn applicant(root: &Path, parts: &[PathBuf], way: &Way, reader: &Reader<'_>) -> Result<Option<Row>, Stop> {
    let mut gathered: Option<Gathered> = None;
    for part in parts {
        let mut failed = Ok(());
        capmap_harvest::documents(part, |document| {
            if failed.is_ok() {
                failed = take(root, &mut gathered, document, reader);
            }
        })?;
        failed?;
    }
    let Some(gathered) = gathered else { return Ok(None) };
    let applicant = Applicant {
        folder: folder_name(&gathered.name),
        name: gathered.name,
        inputs: Vec::new(),
        profile: None,
    };
    let (mut found, states): (Vec<Found>, Vec<State>) = gathered.files.into_values().unzip();
    capmap_collect::one_each(&mut found);
    let entry = |(file, state)| Entry { file, state: unread(file).unwrap_or(state) };
    let entries: Vec<Entry<'_>> = found.iter().zip(states).map(entry).collect();
    way.finish(&gathered.dossier, &gathered.cache, entries, |_| Ok(()))?;
    Row::of(&applicant, gathered.dossier.dir(), &way.criteria, day(None)?).map(Some)
}

/// The end of an input that is not read: a capture that was read on its own may be an older one of its address.
fn unread(file: &Found) -> Option<State> {
    file.failure.clone().map(|failure| State::Failed(not_read(failure)))
}

/// An applicant's dossier while its documents come in. They stand as one machine would list them: by source, and by place where
/// several capture files hold the same address.
struct Gathered {
    name: String,
    dossier: Dossier,
    cache: Cache,
    files: BTreeMap<(String, (String, usize)), (Found, State)>,
}

impl Gathered {
    fn open(root: &Path, name: &str) -> Result<Gathered, Stop> {
        let dossier = Dossier::open(&root.join(folder_name(name)))?;
        let cache = Cache::open(&dossier.cache());
        Ok(Gathered { name: name.to_owned(), dossier, cache, files: BTreeMap::new() })
    }
}

fn take(
    root: &Path,
    gathered: &mut Option<Gathered>,
    document: Reaped,
    reader: &Reader<'_>,
) -> Result<(), Stop> {
    if !document.made_by.is_empty() && document.made_by != reader.fingerprint() {
        return Err(Stop::usage(
            format!("{} was read by another version of this program, or with other flags", document.source),
            "run the job again with this program, and give both the same flags",
        ));
    }
    let gathered = match gathered {
        Some(gathered) => gathered,
        None => gathered.insert(Gathered::open(root, &document.applicant)?),
    };
    let listing = listing(&document)?;
    let place = listing.place.clone();
    let file = found(&document, listing);
    let state = match unread(&file) {
        Some(state) => state,
        None => keep(&gathered.cache, &file, &document, reader)?,
    };
    gathered.files.insert((document.source, place), (file, state));
    Ok(())
}

/// Puts a document's records where a run on this machine would have put them.
fn keep(cache: &Cache, file: &Found, document: &Reaped, reader: &Reader<'_>) -> Result<State, Stop> {
    let wrong = |e: serde_json::Error| wrong(document, &e);
    let format: Format = serde_json::from_value(document.format.as_str().into()).map_err(wrong)?;
    let outcome: Outcome = serde_json::from_str(&document.outcome).map_err(wrong)?;
    let id = DocumentId(document.id.clone());
    let keys = reader.keys(&id, format, file);
    cache.keep_outcome(&keys, &outcome)?;
    match document.judged.as_str() {
        // The worker died on it, so nobody judged.
        "" => cache.keep_judged(&keys, &reader.judge(&outcome, &keys)?)?,
        judged => cache.keep_judged(&keys, &serde_json::from_str(judged).map_err(wrong)?)?,
    }
    Ok(State::Kept(Known::new(file, id, format, keys, reader.began())))
}

fn wrong(document: &Reaped, why: &serde_json::Error) -> Stop {
    Stop::usage(format!("{} holds no document: {why}", document.path), "run the job again")
}

/// What is known of an input besides its bytes: of a page, what the list of its capture file says.
fn listing(document: &Reaped) -> Result<Listing, Stop> {
    if !document.listing.is_empty() {
        return serde_json::from_str(&document.listing).map_err(|e| wrong(document, &e));
    }
    let empty = || Failure::new(FailureKind::Empty, "the file is empty");
    Ok(Listing {
        place: (document.source.clone(), 0),
        provenance: Provenance::Submitted,
        capture: None,
        charset: None,
        media: None,
        failure: (document.size == 0).then(empty),
    })
}

fn found(document: &Reaped, listing: Listing) -> Found {
    let local = document.path.strip_prefix("file:").map(|path| format!("/{}", path.trim_start_matches('/')));
    let modified = i128::from(document.modified);
    Found {
        source: document.source.clone(),
        path: PathBuf::from(local.unwrap_or_else(|| document.path.clone())),
        size: u64::try_from(document.size).unwrap_or(0),
        stamp: Some(Stamp { modified, changed: modified }),
        provenance: listing.provenance,
        capture: listing.capture,
        charset: listing.charset,
        media: listing.media,
        failure: listing.failure,
    }
}
