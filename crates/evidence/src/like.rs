//! Passages nearest in words to given texts ("more like this"): what the rules may have missed.
//!
//! Of the texts' words those are asked for that tell the texts apart from the rest of the index, each by how well it does
//! (what relevance feedback calls Kullback-Leibler scoring): a word of every passage says nothing, one that many of the texts
//! share and few others have says most. One query of a bounded number of words, however many texts there are.

use crate::fold::STEMMED;
use crate::index::{Hit, IndexError, PassageIndex, failed};
use crate::search::Answer;
use capmap_model::{Citation, Criterion, DocumentId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::tokenizer::TokenStream;
use tantivy::{Searcher, TantivyError, Term};

/// Words of a query at most.
const TERMS: usize = 40;
/// Passages of equal telling: a confirmed one counts as much as so many that nobody looked at.
const CONFIRMED: f32 = 3.0;
/// What a criterion's own words weigh, as so many offered passages.
const OWN_WORDS: f32 = 3.0;
/// Share of the words of two passages that is the same in both, from which they are one passage.
const NEARLY: f32 = 0.8;

/// What the nearest passages are sought for.
#[derive(Debug, Clone, Default)]
pub struct Like {
    texts: Vec<(String, f32)>,
    left_out: HashMap<DocumentId, Vec<(usize, usize)>>,
    /// Words of what is left out.
    quotes: Vec<String>,
}

/// What is known of a passage for a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A person confirmed it.
    Confirmed,
    /// It is suggested as offered, and nobody rejected it.
    Offered,
    /// It is suggested otherwise, or rejected: it gives no words.
    Other,
}

impl Like {
    /// What a criterion says of itself: its name and its definition.
    pub fn to_criterion(criterion: &Criterion) -> Self {
        let mut like = Like::default();
        like.add(&format!("{}. {}", criterion.name, criterion.definition), OWN_WORDS);
        like
    }

    /// Passages like this text are sought too; `weight` compares it with the others.
    pub fn add(&mut self, text: &str, weight: f32) {
        self.texts.push((text.to_owned(), weight));
    }

    /// A passage that is known: it gives its words where it is evidence, and is left out of the answer.
    pub fn know(&mut self, citation: &Citation, known: Known) {
        match known {
            Known::Confirmed => self.add(citation.quote(), CONFIRMED),
            Known::Offered => self.add(citation.quote(), 1.0),
            Known::Other => {}
        }
        let places = self.left_out.entry(citation.document().clone()).or_default();
        places.push((citation.start(), citation.end()));
        self.quotes.push(citation.quote().to_owned());
    }

    fn leaves_out(&self, hit: &Hit) -> bool {
        let overlaps = |(start, end): &(usize, usize)| *start < hit.end && hit.start < *end;
        self.left_out.get(&hit.document).is_some_and(|places| places.iter().any(overlaps))
    }
}

impl PassageIndex {
    /// The passages nearest in words, headings apart; known ones, and those of nearly the same words as a known one or as one
    /// before it, are left out. `total` counts those that share a word, less what was left out on the way.
    ///
    /// # Errors
    /// [`IndexError::Failed`] where the index is broken.
    pub fn like(&self, like: &Like, limit: usize) -> Result<Answer, IndexError> {
        self.nearest(like, limit).map_err(|e| failed(&self.dir, e))
    }

    fn nearest(&self, like: &Like, limit: usize) -> Result<Answer, TantivyError> {
        let searcher = self.reader()?.searcher();
        let telling = self.telling(&searcher, like)?;
        if telling.is_empty() {
            return Ok(Answer { hits: Vec::new(), total: 0 });
        }
        let query = self.query(&telling);
        let scored = self.scored(&searcher, &query)?;
        let known: Vec<BTreeSet<String>> = like.quotes.iter().map(|quote| self.stems(quote)).collect();
        let mut pool = 4 * limit + 100;
        loop {
            let best = self.best(&searcher, &scored, pool)?;
            let walked = best.len();
            let mut hits = self.new_ones(like, &known, best);
            if hits.len() >= limit || walked == scored.len() {
                let total = scored.len() - (walked - hits.len());
                hits.truncate(limit);
                self.mark(&query, &mut hits);
                return Ok(Answer { hits, total });
            }
            pool *= 4;
        }
    }

    /// The words that tell the texts from the rest, and how well: `p ln(p/q)` for the shares `p` of the texts and `q` of all
    /// passages that have the word.
    fn telling(&self, searcher: &Searcher, like: &Like) -> Result<Vec<(Term, f32)>, TantivyError> {
        let mut shares: BTreeMap<String, f32> = BTreeMap::new();
        let whole: f32 = like.texts.iter().map(|(_, weight)| weight).sum();
        for (text, weight) in &like.texts {
            for word in self.stems(text) {
                *shares.entry(word).or_default() += weight / whole;
            }
        }
        let all = searcher.num_docs() as f32 + 1.0;
        let mut telling = Vec::new();
        for (word, share) in shares {
            let term = Term::from_field_text(self.fields.text, &word);
            let there = searcher.doc_freq(&term)? as f32;
            let weight = share * (share * all / (there + 0.5)).ln();
            if there > 0.0 && weight > 0.0 {
                telling.push((term, weight));
            }
        }
        // Stable, so that equals stay in the order of their words.
        telling.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        telling.truncate(TERMS);
        Ok(telling)
    }

    fn query(&self, telling: &[(Term, f32)]) -> BooleanQuery {
        let word = |term: &Term| TermQuery::new(term.clone(), IndexRecordOption::WithFreqs);
        let part = |(term, weight): &(Term, f32)| -> (Occur, Box<dyn Query>) {
            (Occur::Should, Box::new(BoostQuery::new(Box::new(word(term)), *weight)))
        };
        let heading = word(&Term::from_field_text(self.fields.kind, "heading"));
        let no_heading = (Occur::MustNot, Box::new(heading) as Box<dyn Query>);
        BooleanQuery::new(telling.iter().map(part).chain([no_heading]).collect())
    }

    /// Those of the pool that are neither known nor nearly the same as another.
    fn new_ones(&self, like: &Like, known: &[BTreeSet<String>], pool: Vec<Hit>) -> Vec<Hit> {
        let (left_out, pool): (Vec<Hit>, Vec<Hit>) = pool.into_iter().partition(|hit| like.leaves_out(hit));
        let mut seen = known.to_vec();
        seen.extend(left_out.iter().map(|hit| self.stems(&hit.quote)));
        let mut new = Vec::new();
        for hit in pool {
            let words = self.stems(&hit.quote);
            if !seen.iter().any(|other| nearly(other, &words)) {
                seen.push(words);
                new.push(hit);
            }
        }
        new
    }

    fn stems(&self, text: &str) -> BTreeSet<String> {
        let mut stems = BTreeSet::new();
        if let Some(mut analyzer) = self.index.tokenizers().get(STEMMED) {
            analyzer.token_stream(text).process(&mut |token| {
                stems.insert(token.text.clone());
            });
        }
        stems
    }
}

/// True where two sets of words are (nearly) one.
fn nearly(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if (few.len() as f32) < NEARLY * many.len() as f32 {
        return false;
    }
    let both = few.iter().filter(|word| many.contains(*word)).count();
    both as f32 >= NEARLY * (a.len() + b.len() - both) as f32
}
