//! What the index adds, in two tables. First: of the labelled offers that the rules do not suggest as offered, how many stand
//! among the first passages of `like` for their capability, in the dossier of their organization. Second, where more can be
//! counted: every other right suggestion is hidden, and sought again from the rest. Beside it a query of the capability's name
//! and definition alone, and the mean of all random orders.
//!
//! `cargo bench -p capmap-eval --bench like` prints the tables of docs/matching.md. No text of a corpus is printed.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)] // a bench

use capmap_eval::{Corpus, Labelled, Unit, read};
use capmap_evidence::{Known, Like, PassageIndex, rank};
use capmap_lexicon::{Lexicon, criteria};
use capmap_model::{
    BlockKind, CriteriaSet, Criterion, CriterionId, CriterionKind, Finding, Grade, Span, Suggestion,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const SET: &str = "finops-service-provider-2025";
/// Passages that a person would look through.
const DEPTHS: [usize; 2] = [5, 10];
const PARTS: [&str; 4] = ["tune/pemberton-yard", "tune/brackwater", "fresh", "unseen"];

/// Passages by document and unit.
type Units = BTreeSet<(usize, usize)>;

/// Sums over capabilities and organizations.
#[derive(Default)]
struct Row {
    missed: usize,
    /// Of the missed: suggested as topic or excluded, so that a person sees them anyway.
    demoted: usize,
    sought: usize,
    /// By way: how many of the sought stand within each depth.
    found: BTreeMap<&'static str, [f64; 2]>,
}

/// An organization's documents with what the rules say of them.
struct Dossier<'a> {
    documents: Vec<&'a Labelled>,
    findings: Vec<Vec<Finding>>,
    suggestions: Vec<Suggestion>,
    index: PassageIndex,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (lexicon, set) = (Lexicon::embedded(SET).unwrap(), criteria::embedded(SET).unwrap());
    let measured: Vec<(&str, Row, Row)> = PARTS
        .map(|part| {
            let corpus = read(&root.join("corpora/labelled").join(part)).unwrap();
            let (missed, hidden) = measured(&lexicon, &set, &corpus);
            (part, missed, hidden)
        })
        .into();
    println!("| documents | offers missed | suggested otherwise | to find | way | first 5 | first 10 |");
    println!("|---|---|---|---|---|---|---|");
    for (part, row, _) in &measured {
        print(row, &format!("{part} | {} | {}", row.missed, row.demoted));
    }
    println!("\n| documents | hidden | way | first 5 | first 10 |\n|---|---|---|---|---|");
    for (part, _, row) in &measured {
        print(row, part);
    }
}

fn print(row: &Row, about: &str) {
    if row.sought == 0 {
        println!("| {about} | 0 | any | 0.0 | 0.0 |");
        return;
    }
    for (way, [five, ten]) in &row.found {
        println!("| {about} | {} | {} | {five:.1} | {ten:.1} |", row.sought, &way[2..]);
    }
}

/// Missed offers, and hidden ones.
fn measured(lexicon: &Lexicon, set: &CriteriaSet, corpus: &Corpus) -> (Row, Row) {
    let (mut missed, mut hidden) = (Row::default(), Row::default());
    let organizations: BTreeSet<&str> = corpus.iter().map(|l| l.organization.as_str()).collect();
    for organization in organizations {
        let folder = tempfile::tempdir().unwrap();
        let own = corpus.iter().filter(|l| l.organization == organization).collect();
        let dossier = Dossier::new(lexicon, set, own, folder.path());
        for criterion in set.criteria.iter().filter(|c| c.kind == CriterionKind::Capability) {
            dossier.seek_missed(criterion, &mut missed);
            dossier.seek_hidden(criterion, &mut hidden);
        }
    }
    (missed, hidden)
}

impl<'a> Dossier<'a> {
    fn new(lexicon: &Lexicon, set: &CriteriaSet, documents: Vec<&'a Labelled>, folder: &Path) -> Self {
        let findings: Vec<_> = documents.iter().map(|l| lexicon.find(&l.document)).collect();
        let texts: Vec<_> = documents.iter().map(|l| &l.document).collect();
        let suggestions = rank::suggest(set, SET, &texts, &findings);
        let index = PassageIndex::open(folder).unwrap();
        let mut update = index.update().unwrap();
        for document in &texts {
            update.add(&document.source, document).unwrap();
        }
        update.finish(&texts.iter().map(|d| d.source.clone()).collect()).unwrap();
        Dossier { documents, findings, suggestions, index }
    }

    fn seek_missed(&self, criterion: &Criterion, row: &mut Row) {
        let (unseen, demoted) = self.missed(criterion);
        row.missed += unseen.len() + demoted;
        row.demoted += demoted;
        let known: Vec<_> = self.of(criterion).collect();
        self.seek(criterion, &known, &unseen, row);
        let decided = |s: &Suggestion| if self.is_offer(s) { Known::Confirmed } else { Known::Other };
        let after = self.found(&like(criterion, &known, decided), &unseen);
        add(row, "2 like, once a person has decided all", after);
    }

    /// Of the right offers every other one, and then the others.
    fn seek_hidden(&self, criterion: &Criterion, row: &mut Row) {
        let right = |s: &&Suggestion| s.grade == Grade::Offered && self.is_offer(s);
        let (right, rest): (Vec<_>, Vec<_>) = self.of(criterion).partition(right);
        for kept in [0, 1].into_iter().filter(|_| right.len() > 1) {
            let mut known = rest.clone();
            let mut hidden = Units::new();
            for (number, suggestion) in right.iter().enumerate() {
                match number % 2 == kept {
                    true => known.push(suggestion),
                    false => hidden.extend(self.place(suggestion)),
                }
            }
            self.seek(criterion, &known, &hidden, row);
        }
    }

    /// In each way, from what is known.
    fn seek(&self, criterion: &Criterion, known: &[&Suggestion], sought: &Units, row: &mut Row) {
        row.sought += sought.len();
        let suggested = like(criterion, known, |s| match s.grade {
            Grade::Offered => Known::Offered,
            Grade::Topic | Grade::Excluded => Known::Other,
        });
        add(row, "1 like", self.found(&suggested, sought));
        let name = like(criterion, known, |_| Known::Other);
        add(row, "3 name and definition alone", self.found(&name, sought));
        add(row, "4 random", self.by_chance(known, sought));
    }

    fn of(&self, criterion: &Criterion) -> impl Iterator<Item = &Suggestion> {
        self.suggestions.iter().filter(|s| s.criterion == criterion.id)
    }

    /// Labelled offers that nothing suggests, and how many are suggested otherwise than as offered.
    fn missed(&self, criterion: &Criterion) -> (Units, usize) {
        let (mut unseen, mut demoted) = (Units::new(), 0);
        for (number, labelled) in self.documents.iter().enumerate() {
            for (unit, labels) in labelled.units.iter().enumerate() {
                let block = |f: &&Finding| labelled.document.passages[f.passage].block;
                let own = |f: &&Finding| f.criterion == criterion.id && labels.blocks.contains(&block(f));
                let said: Vec<Grade> = self.findings[number].iter().filter(own).map(|f| f.grade).collect();
                if !is_offer(labels, &criterion.id) || said.contains(&Grade::Offered) {
                    continue;
                }
                match said.is_empty() {
                    true => drop(unseen.insert((number, unit))),
                    false => demoted += 1,
                }
            }
        }
        (unseen, demoted)
    }

    /// The document and unit in which a place stands: `at` counts characters.
    fn unit(&self, source: &str, at: usize) -> Option<(usize, usize)> {
        let number = self.documents.iter().position(|l| l.document.source == source)?;
        let labelled = self.documents[number];
        let block = labelled.document.block_at(labelled.document.byte_offset(at)?)?;
        let unit = labelled.units.iter().position(|unit| unit.blocks.contains(&block))?;
        Some((number, unit))
    }

    fn place(&self, suggestion: &Suggestion) -> Option<(usize, usize)> {
        self.unit(suggestion.citation.source(), suggestion.citation.start())
    }

    fn is_offer(&self, suggestion: &Suggestion) -> bool {
        let labels = self.place(suggestion).map(|(number, unit)| &self.documents[number].units[unit]);
        labels.is_some_and(|labels| is_offer(labels, &suggestion.criterion))
    }

    fn found(&self, like: &Like, sought: &Units) -> [f64; 2] {
        let hits = self.index.like(like, DEPTHS[1]).unwrap().hits;
        DEPTHS.map(|depth| {
            let first = hits.iter().take(depth);
            let units: Units = first.filter_map(|hit| self.unit(&hit.source, hit.start)).collect();
            units.intersection(sought).count() as f64
        })
    }

    /// The mean over all orders of the passages that are neither headings nor known.
    fn by_chance(&self, known: &[&Suggestion], sought: &Units) -> [f64; 2] {
        let open = self.documents.iter().map(|labelled| {
            let document = &labelled.document;
            let heading = |b: usize| matches!(document.blocks[b].kind, BlockKind::Heading { .. });
            let known = |span: Span| {
                let cited = known.iter().map(|s| &s.citation);
                cited.filter(|c| c.source() == document.source).any(|c| c.span().overlaps(span))
            };
            document.passages.iter().filter(|p| !heading(p.block) && !known(p.span)).count()
        });
        let open = open.sum::<usize>().max(1);
        DEPTHS.map(|depth| sought.len() as f64 * (depth as f64 / open as f64).min(1.0))
    }
}

fn like(criterion: &Criterion, known: &[&Suggestion], says: impl Fn(&Suggestion) -> Known) -> Like {
    let mut like = Like::to_criterion(criterion);
    known.iter().for_each(|suggestion| like.know(&suggestion.citation, says(suggestion)));
    like
}

fn is_offer(labels: &Unit, criterion: &CriterionId) -> bool {
    labels.labels.iter().any(|(slug, grade)| *slug == criterion.0 && *grade == 2)
}

fn add(row: &mut Row, way: &'static str, found: [f64; 2]) {
    let sum = row.found.entry(way).or_default();
    sum.iter_mut().zip(found).for_each(|(sum, more)| *sum += more);
}
