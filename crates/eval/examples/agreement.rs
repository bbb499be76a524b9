//! How far two annotators of the same documents agree: `agreement FIRST SECOND` prints for each grade how many labels the first
//! and the second gave, how many both gave, and F1 between them. Capabilities only.
#![allow(clippy::print_stdout)]

use capmap_eval::{Labelled, read};
use capmap_lexicon::criteria::is_capability;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    let [first, second] = &folders[..] else { return Err("usage: agreement FIRST SECOND".into()) };
    let (first, second) = (read(Path::new(first))?, read(Path::new(second))?);
    println!("| grade | first | second | both | F1 |\n|---|---|---|---|---|");
    for (grade, name) in [(2, "offered"), (1, "topic"), (-1, "excluded")] {
        let all =
            |corpus: &[Labelled]| -> BTreeSet<_> { corpus.iter().flat_map(|l| labels(l, grade)).collect() };
        let (a, b) = (all(&first), all(&second));
        let both = a.intersection(&b).count();
        let f1 = 2.0 * both as f64 / (a.len() + b.len()).max(1) as f64;
        println!("| {name} | {} | {} | {both} | {f1:.2} |", a.len(), b.len());
    }
    Ok(())
}

/// The labels of one grade: organization, document, place of the passage, criterion.
fn labels(labelled: &Labelled, grade: i8) -> Vec<(String, String, usize, String)> {
    let name =
        Path::new(&labelled.document.source).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let units = labelled.units.iter().enumerate();
    let own = units.flat_map(|(at, unit)| unit.labels.iter().map(move |(slug, g)| (at, slug, *g)));
    own.filter(|(_, slug, g)| *g == grade && is_capability(slug))
        .map(|(at, slug, _)| (labelled.organization.clone(), name.clone(), at, slug.clone()))
        .collect()
}
