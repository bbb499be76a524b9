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
use std::hash::{DefaultHasher, Hash, Hasher};
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TokenStream;
use tantivy::{Searcher, TantivyError, Term};

// These were chosen on the tuning half of the corpus, by hiding every other right suggestion and seeking it again.

/// Words of a query at most.
const TERMS: usize = 40;
/// A confirmed passage counts as much as so many that nobody decided on.
const CONFIRMED: f32 = 3.0;
/// A criterion's own words count as much as so many passages of the best kind there is.
const OWN_WORDS: f32 = 1.5;
/// What a word in the headings above a passage counts, compared with the same word in it.
const SECTION: f32 = 0.3;
/// Share of the words of two passages that is the same in both, from which they are one passage.
/// In a sentence of nine words the one that differs may be what it is about.
const NEARLY: f32 = 0.9;

/// What the nearest passages are sought for.
#[derive(Debug, Clone, Default)]
pub struct Like {
    /// The criterion's own words; empty where there is none.
    own: String,
    /// Passages, with how much each counts.
    texts: Vec<(String, f32)>,
    /// First character and one past the last, by document.
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
        Like { own: format!("{}. {}", criterion.name, criterion.definition), ..Like::default() }
    }

    /// A passage that is known: it gives its words where it is evidence, and is left out of the answer.
    pub fn know(&mut self, citation: &Citation, known: Known) {
        let quote = || citation.quote().to_owned();
        match known {
            Known::Confirmed => self.texts.push((quote(), CONFIRMED)),
            Known::Offered => self.texts.push((quote(), 1.0)),
            Known::Other => {}
        }
        let places = self.left_out.entry(citation.document().clone()).or_default();
        places.push((citation.start(), citation.end()));
        self.quotes.push(quote());
    }

    /// Everything that gives words, with how much it counts.
    fn weighed(&self) -> impl Iterator<Item = (&str, f32)> {
        let best = self.texts.iter().map(|(_, weight)| *weight).fold(1.0, f32::max);
        let texts = self.texts.iter().map(|(text, weight)| (text.as_str(), *weight));
        texts.chain([(self.own.as_str(), best * OWN_WORDS)])
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
        let known: Vec<Words> = like.quotes.iter().map(|quote| self.words(quote)).collect();
        let mut pool = limit.saturating_mul(4).saturating_add(100);
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
            pool = pool.saturating_mul(4);
        }
    }

    /// The words that tell the texts from the rest, and how well: `p ln(p/q)` for the shares `p` of the texts and `q` of the
    /// other passages that have the word.
    fn telling(&self, searcher: &Searcher, like: &Like) -> Result<Vec<(String, f32)>, TantivyError> {
        let mut shares: BTreeMap<String, (f32, u64)> = BTreeMap::new();
        let whole: f32 = like.weighed().map(|(_, weight)| weight).sum();
        for (text, weight) in like.weighed() {
            for word in self.stems(text) {
                let (share, texts) = shares.entry(word).or_default();
                *share += weight / whole;
                *texts += 1;
            }
        }
        let all = searcher.num_docs().saturating_sub(like.texts.len() as u64) as f32 + 1.0;
        let mut telling = Vec::new();
        for (word, (share, texts)) in shares {
            let there = searcher.doc_freq(&Term::from_field_text(self.fields.text, &word))?;
            let elsewhere = there.saturating_sub(texts) as f32 + 0.5;
            let weight = share * (share * all / elsewhere).ln();
            if there > 0 && weight > 0.0 {
                telling.push((word, weight));
            }
        }
        // Stable, so that equals stay in the order of their words.
        telling.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        telling.truncate(TERMS);
        Ok(telling)
    }

    fn query(&self, telling: &[(String, f32)]) -> BooleanQuery {
        let word = |field: Field, text: &str| {
            let term = Term::from_field_text(field, text);
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>
        };
        let mut parts = vec![(Occur::MustNot, word(self.fields.kind, "heading"))];
        for (text, weight) in telling {
            for (field, share) in [(self.fields.text, 1.0), (self.fields.section, SECTION)] {
                let boosted = BoostQuery::new(word(field, text), share * weight);
                parts.push((Occur::Should, Box::new(boosted) as Box<dyn Query>));
            }
        }
        BooleanQuery::new(parts)
    }

    /// Those of the pool that are neither known nor nearly the same as another.
    fn new_ones(&self, like: &Like, known: &[Words], pool: Vec<Hit>) -> Vec<Hit> {
        let (left_out, pool): (Vec<Hit>, Vec<Hit>) = pool.into_iter().partition(|hit| like.leaves_out(hit));
        let mut seen = known.to_vec();
        seen.extend(left_out.iter().map(|hit| self.words(&hit.quote)));
        let mut new = Vec::new();
        for hit in pool {
            let words = self.words(&hit.quote);
            if !seen.iter().any(|other| nearly(other, &words)) {
                seen.push(words);
                new.push(hit);
            }
        }
        new
    }

    fn words(&self, text: &str) -> Words {
        let number = |word: &String| {
            let mut hasher = DefaultHasher::new();
            word.hash(&mut hasher);
            hasher.finish()
        };
        let mut words: Words = self.stems(text).iter().map(number).collect();
        words.sort_unstable();
        words
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

/// The words of a passage, each as a number and once, in order: quick to compare with those of thousands of others.
type Words = Vec<u64>;

/// True where two passages have (nearly) the same words.
fn nearly(a: &Words, b: &Words) -> bool {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if (few.len() as f32) < NEARLY * many.len() as f32 {
        return false;
    }
    let mut rest = many.iter().peekable();
    let both = few.iter().filter(|word| {
        while rest.next_if(|other| other < word).is_some() {}
        rest.next_if_eq(word).is_some()
    });
    let both = both.count();
    both as f32 >= NEARLY * (a.len() + b.len() - both) as f32
}

#[cfg(test)]
#[path = "like_tests.rs"]
mod tests;
