//! `capmap map`: the order of its steps.

use crate::args::{Common, FetchArgs, Format, MapArgs, ReadingArgs};
use crate::cache::{Cache, key};
use crate::criteria;
use crate::dossier::Dossier;
use crate::errors::{Done, Stop, tell};
use crate::extractor::Extractor;
use crate::fetching::{Inputs, Reach};
use crate::judged::Judged;
use crate::output::Style;
use crate::progress::Progress;
use crate::reading::{Entry, Reader, State};
use crate::view::{Map, Read};
use crate::{filing, json, memory, output, passages, table};
use capmap_evidence::rank::translated;
use capmap_evidence::{Merged, Merger};
use capmap_model::CriteriaSet;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Reads the inputs and prints the map.
///
/// # Errors
/// Where the run itself fails; inputs that cannot be read are part of the map.
pub fn run(common: &Common, args: &MapArgs) -> Result<Done, Stop> {
    with(common, (&args.inputs, &args.fetching, Reach::ByAddress), &args.reading, |map| {
        let to = args.output.as_deref();
        match args.format {
            Format::Json => output::print(to, |out| json::print(map, out)),
            Format::Table => output::write(table::print(map, Style::new(common.color, to)).as_bytes(), to),
        }
    })
}

/// Reads the inputs and shows the map of them.
///
/// # Errors
/// Where the run itself fails, or `show` does.
pub fn with(
    common: &Common,
    (inputs, fetching, reach): (&[PathBuf], &FetchArgs, Reach),
    reading: &ReadingArgs,
    show: impl FnOnce(&Map<'_>) -> Result<(), Stop>,
) -> Result<Done, Stop> {
    let way = Way::new(common, reading)?;
    let inputs = Inputs::of(inputs, fetching, reach)?;
    let files = inputs.files(&common.dossier)?;

    let dossier = Dossier::open(&common.dossier)?;
    let found = inputs.fetch(&dossier, files, way.extractor.limits().input_bytes, common.quiet)?;
    let cache = Cache::open(&dossier.cache());
    let reader = way.reader();
    let bytes = found.iter().map(|file| file.size).sum();
    let progress = Progress::new(found.len(), bytes, common.quiet);
    let entries = reader.read_all(&cache, &found, jobs(common), &progress)?;
    drop(progress);
    drop(reader); // and the rules, before memory is needed for the index
    way.finish(&dossier, &cache, entries, |map| {
        show(map)?;
        remark(common, map);
        Ok(map.done())
    })
}

/// What documents are read and judged by: the same for every dossier of a run.
pub struct Way {
    /// What is asked.
    pub criteria: CriteriaSet,
    /// Whose rules judge: a set's id.
    pub rules: String,
    /// Their version.
    pub lexicon: String,
    /// Who reads.
    pub extractor: Extractor,
}

impl Way {
    /// From the flags.
    ///
    /// # Errors
    /// Where the criteria, a limit or the password file cannot be used.
    pub fn new(common: &Common, reading: &ReadingArgs) -> Result<Way, Stop> {
        let criteria = criteria::load(&common.criteria)?;
        let (rules, lexicon) = criteria::rules_for(&criteria)?;
        Ok(Way { criteria, rules, lexicon, extractor: Extractor::new(reading)? })
    }

    /// Reads as these flags say.
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(&self.extractor, (&self.rules, &self.lexicon))
    }

    /// From documents in the cache to the dossier's manifest, index and suggestions; `with` sees the map.
    ///
    /// # Errors
    /// Where the dossier cannot be written, or `with` fails.
    pub fn finish<T>(
        &self,
        dossier: &Dossier,
        cache: &Cache,
        entries: Vec<Entry<'_>>,
        with: impl FnOnce(&Map<'_>) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        memory::give_back();
        let (inputs, merged) = self.gather(cache, entries)?;
        let known: Vec<_> = inputs.iter().filter_map(|r| Some((r.entry.file, r.entry.known()?))).collect();
        cache.remember(&known)?;
        memory::give_back();
        passages::bring(&dossier.index(), &inputs, cache)?;
        memory::give_back();
        let map = Map::new(&self.criteria, &self.lexicon, &inputs, &merged);
        filing::file(dossier.dir(), cache, &map, &self.extractor.fingerprint())?;
        with(&map)
    }

    /// Takes what the map shows of each input from the cache, one after the other.
    fn gather<'a>(
        &'a self,
        cache: &Cache,
        entries: Vec<Entry<'a>>,
    ) -> Result<(Vec<Read<'a>>, Merged<'a>), Stop> {
        let mut merger = Merger::new(&self.criteria);
        let mut inputs = Vec::with_capacity(entries.len());
        for mut entry in entries {
            let judged = match &entry.state {
                State::Failed(outcome) => Judged::unread(outcome, key(&[])),
                State::Kept(known) => cache.judged(&known.keys)?,
            };
            if let State::Kept(known) = &mut entry.state {
                known.unlucky = judged.summary.unlucky();
            }
            if judged.summary.passages.is_some() {
                let suggestions = translated(judged.suggestions, &self.criteria, &self.rules);
                merger.add(&entry.file.source, suggestions);
            }
            inputs.push(Read { entry, summary: judged.summary });
        }
        Ok((inputs, merger.finish()))
    }
}

/// The cores, unless somebody asked for another number.
pub fn jobs(common: &Common) -> NonZeroUsize {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    common.jobs.unwrap_or_else(cores)
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
