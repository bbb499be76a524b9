//! `capmap map`: the order of its steps.

use crate::args::{Common, Format, MapArgs};
use crate::cache::{Cache, key};
use crate::criteria;
use crate::dossier::Dossier;
use crate::errors::{Done, Stop, tell};
use crate::extractor::Extractor;
use crate::judged::Judged;
use crate::output::Style;
use crate::progress::Progress;
use crate::reading::{Entry, Reader, State};
use crate::view::{Map, Read};
use crate::{json, output, passages, table};
use capmap_collect::Found;
use capmap_evidence::{Merged, Merger};
use capmap_model::CriteriaSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Reads the inputs and prints the map.
///
/// # Errors
/// Where the run itself fails; inputs that cannot be read are part of the map.
pub fn run(common: &Common, args: &MapArgs) -> Result<Done, Stop> {
    let criteria = criteria::load(&common.criteria)?;
    let (rules, lexicon) = criteria::rules_for(&criteria)?;
    let extractor = Extractor::new(&args.reading)?;
    let found = find(&args.inputs, common)?;

    let dossier = Dossier::open(&common.dossier)?;
    let cache = Cache::open(&dossier.cache());
    let reader = Reader::new(&cache, &extractor, (&rules, &lexicon));
    let bytes = found.iter().map(|file| file.size).sum();
    let entries = reader.read_all(&found, jobs(common), &Progress::new(found.len(), bytes, common.quiet))?;
    drop(reader); // and the rules, before memory is needed for the index
    let (inputs, merged) = gather(&cache, &criteria, entries)?;
    let known: Vec<_> = inputs.iter().filter_map(|r| Some((r.entry.file, r.entry.known()?))).collect();
    cache.remember(&known)?;
    passages::bring(&dossier.index(), &inputs, &cache)?;

    let map = Map::new(&criteria, &lexicon, &inputs, &merged);
    let to = args.output.as_deref();
    match args.format {
        Format::Json => output::print(to, |out| json::print(&map, out))?,
        Format::Table => output::write(table::print(&map, Style::new(common.color, to)).as_bytes(), to)?,
    }
    remark(common, &map);
    Ok(map.done())
}

/// The cores, unless somebody asked for another number.
pub fn jobs(common: &Common) -> NonZeroUsize {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    common.jobs.unwrap_or_else(cores)
}

fn find(inputs: &[PathBuf], common: &Common) -> Result<Vec<Found>, Stop> {
    let address = |path: &&PathBuf| {
        path.to_str().is_some_and(|p| p.starts_with("http://") || p.starts_with("https://"))
    };
    if let Some(url) = inputs.iter().find(address) {
        let message = format!("addresses cannot be fetched yet: {}", url.display());
        return Err(Stop::usage(message, "save the page in a browser, and pass the saved file"));
    }
    Ok(capmap_collect::find(inputs, std::slice::from_ref(&common.dossier))?)
}

/// Takes what the map shows of each input from the cache, one after the other.
fn gather<'a>(
    cache: &Cache,
    criteria: &'a CriteriaSet,
    entries: Vec<Entry<'a>>,
) -> Result<(Vec<Read<'a>>, Merged<'a>), Stop> {
    let mut merger = Merger::new(criteria);
    let mut inputs = Vec::with_capacity(entries.len());
    for mut entry in entries {
        let judged = match &entry.state {
            State::Failed(outcome) => Judged::unread(outcome, key(&[])),
            State::Kept(known) => cache.judged(&known.keys)?,
        };
        if let State::Kept(known) = &mut entry.state {
            known.unlucky = judged.summary.unlucky();
        }
        merger.add(&entry.file.source, judged.suggestions);
        inputs.push(Read { entry, summary: judged.summary });
    }
    Ok((inputs, merger.finish()))
}

/// The table says it itself; a program's output should not hide it from the person.
fn remark(common: &Common, map: &Map<'_>) {
    let unread = map.inputs.iter().filter(|read| read.summary.incomplete()).count();
    if unread > 0 && !common.quiet {
        tell(&format!(
            "capmap: {unread} of {} inputs could not be read whole; the map says why",
            map.inputs.len()
        ));
    }
}
