//! `capmap map`: the order of its steps.

use crate::args::{Common, Format, MapArgs};
use crate::cache::{Cache, Findings};
use crate::dossier::Dossier;
use crate::errors::{Done, Stop, tell};
use crate::extractor::Extractor;
use crate::output::Style;
use crate::progress::Progress;
use crate::reading::{Entry, Reader, State, now, to_remember};
use crate::view::{Map, Read};
use crate::{criteria, json, output, passages, table};
use capmap_collect::Found;
use capmap_lexicon::{Lexicon, LexiconError};
use capmap_model::{CriteriaSet, Finding, Outcome, Suggestion};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Reads the inputs and prints the map.
///
/// # Errors
/// Where the run itself fails; inputs that cannot be read are part of the map.
pub fn run(common: &Common, args: &MapArgs) -> Result<Done, Stop> {
    let criteria = criteria::load(&common.criteria)?;
    let lexicon =
        Lexicon::embedded_version(&criteria.id).ok_or_else(|| LexiconError::Unknown(criteria.id.clone()))?;
    let extractor = Extractor::new(&args.reading)?;
    let found = find(&args.inputs, common)?;

    let dossier = Dossier::open(&common.dossier)?;
    let mut cache = Cache::open(&dossier.cache());
    let began = now();
    let reader = Reader::new(&cache, &extractor, &criteria.id, &lexicon);
    let bytes = found.iter().map(|file| file.size).sum();
    let entries = reader.read_all(&found, jobs(common), &Progress::new(found.len(), bytes, common.quiet))?;
    let inputs = entries.into_iter().map(|entry| load(&cache, entry)).collect::<Result<Vec<_>, _>>()?;
    cache.remember(inputs.iter().filter_map(|r| to_remember(&r.entry, &r.outcome, began)).collect())?;
    passages::bring(&dossier.index(), &inputs)?;

    let suggestions = suggest(&criteria, &inputs);
    let map = Map::new(&criteria, &lexicon, &inputs, &suggestions);
    let result = match args.format {
        Format::Json => json::print(&map),
        Format::Table => table::print(&map, Style::new(common.color, args.output.as_deref())),
    };
    output::write(result.as_bytes(), args.output.as_deref())?;
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

fn load<'a>(cache: &Cache, entry: Entry<'a>) -> Result<Read<'a>, Stop> {
    let (outcome, found, record) = match &entry.state {
        State::Failed(outcome) => (outcome.clone(), Findings::default(), String::new()),
        State::Kept(keys) => (cache.outcome(keys)?, cache.findings(keys)?, keys.read.clone()),
    };
    let outcome = match (outcome, found.failure.clone()) {
        (Outcome::Read { document }, Some(failure)) => Outcome::Partial { document, failure },
        (outcome, _) => outcome,
    };
    Ok(Read { entry, outcome, found, record })
}

fn suggest(criteria: &CriteriaSet, inputs: &[Read<'_>]) -> Vec<Suggestion> {
    let read = inputs.iter().filter_map(|r| Some((r.outcome.document()?, r.found.findings.clone())));
    let (documents, findings): (Vec<_>, Vec<Vec<Finding>>) = read.unzip();
    capmap_evidence::rank::suggest(criteria, &documents, &findings)
}

/// The table says it itself; a program's output should not hide it from the person.
fn remark(common: &Common, map: &Map<'_>) {
    let unread = map.inputs.iter().filter(|read| read.incomplete()).count();
    if unread > 0 && !common.quiet {
        tell(&format!(
            "capmap: {unread} of {} inputs could not be read whole; the map says why",
            map.inputs.len()
        ));
    }
}
