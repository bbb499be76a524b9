//! `capmap renew`: a new cycle. The new documents are mapped into a dossier of their own; every earlier decision is looked
//! for among them and classed; what still holds waits there for one key, and nothing scores before.

use crate::args::Common;
use crate::args_batch::RenewArgs;
use crate::errors::{Done, Stop};
use crate::fetching::Reach;
use crate::map::{self, Way};
use crate::output::Style;
use crate::renew_changes::Cycles;
use crate::{criteria, output, renew_carry, renew_print};
use capmap_lexicon::Lexicon;
use capmap_model::{CriteriaSet, Document};
use capmap_store::Store;
use std::collections::BTreeMap;

/// Maps, matches, carries over and prints what changed.
///
/// # Errors
/// Where there is no old dossier, or the new one cannot be written. The old one is only read.
pub fn run(common: &Common, args: &RenewArgs) -> Result<Done, Stop> {
    let there = args.old.canonicalize().ok();
    if there.is_some() && there == common.dossier.canonicalize().ok() {
        let message = format!("{} is the old dossier and the new one", args.old.display());
        return Err(Stop::usage(
            message,
            "name a folder for the new cycle with --dossier; the old one stays",
        ));
    }
    let old = Store::open_read(&args.old)?;
    let old_set = old_criteria(&old, args.old_criteria.as_deref())?;
    let inputs = (args.inputs.as_slice(), &args.fetching, Reach::ByAddress);
    let done = map::with(common, inputs, &args.reading, |_| Ok(()))?;

    let way = Way::new(common, &args.reading)?;
    let new = Store::open_read(&common.dossier)?;
    let cycles = Cycles {
        sets: (&old_set, &way.criteria),
        rules: &way.rules,
        lexicon: &Lexicon::embedded(&way.rules)?,
        stores: (&old, &new),
        documents: (&texts(&old)?, &texts(&new)?),
    };
    let changes = cycles.changes()?;
    drop(new);
    renew_carry::carry(common, &old, &changes)?;
    let renewal = renew_print::Renewal { old: &old_set, new: &way.criteria, changes: &changes };
    let style = Style::new(common.color, args.output.as_deref());
    output::write(renewal.print(args.format, style).as_bytes(), args.output.as_deref())?;
    Ok(done)
}

fn old_criteria(old: &Store, given: Option<&str>) -> Result<CriteriaSet, Stop> {
    let known = old.criteria()?.map(|(id, _)| id);
    let Some(name) = given.map(str::to_owned).or(known) else {
        return Err(Stop::usage(
            "the old dossier does not say which criteria it was made with",
            "name them with --old-criteria",
        ));
    };
    criteria::load(&name).map_err(|why| match given {
        Some(_) => why,
        None => Stop::usage(
            format!("the old dossier was made with the criteria {name}: {why}"),
            "give their file with --old-criteria",
        ),
    })
}

/// Every document that was read, once for each of its bytes.
fn texts(store: &Store) -> Result<Vec<Document>, Stop> {
    let mut texts = BTreeMap::new();
    for filed in store.documents()? {
        let Some(id) = filed.id.filter(|_| filed.words > 0) else { continue };
        if let Ok(document) = store.text(&id) {
            texts.entry(id).or_insert(Document { source: filed.source, ..document });
        }
    }
    Ok(texts.into_values().collect())
}
