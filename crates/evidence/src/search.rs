//! Asking the index: tantivy's query language, in a stable order, with what matched marked.

use crate::fold::{FOLDED, STEMMED};
use crate::index::{Fields, Hit, IndexError, PassageIndex, SOURCE, START, failed, section_parts};
use capmap_model::{DocumentId, Span};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::query::{Bm25StatisticsProvider, Query, QueryParser, QueryParserError};
use tantivy::schema::{Field, Value};
use tantivy::tokenizer::TokenStream;
use tantivy::{
    DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TantivyDocument, TantivyError, Term,
};

/// A passage's usual length in words. Fixed, because the true mean is only approximate after deletions and would make the
/// scores depend on the index's history.
const PASSAGE_WORDS: u64 = 30;

/// Passages with their rounded scores.
pub(crate) type Scored = Vec<(i64, DocAddress)>;

/// The passages that answer a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The best ones, by score, then source, then place.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: usize,
}

impl PassageIndex {
    /// Searches all passages. Fields: `text` (the default; by English stems), `exact`, `section`, `source`, `format`,
    /// `kind` (heading, paragraph, item, row), `page`, `document`.
    ///
    /// # Errors
    /// [`IndexError::Query`] where the query is not in the language, [`IndexError::Failed`] where the index is broken.
    pub fn search(&self, query: &str, limit: usize) -> Result<Answer, IndexError> {
        let query = self.parse(query)?;
        self.answer(query.as_ref(), limit).map_err(|e| failed(&self.dir, e))
    }

    fn parse(&self, query: &str) -> Result<Box<dyn Query>, IndexError> {
        if query.trim().is_empty() {
            let hint = "give words to look for, for example: capmap search \"shared cost\"";
            return Err(IndexError::Query { message: "it is empty".to_owned(), hint });
        }
        let default = vec![self.fields.text, self.fields.exact];
        let parser = QueryParser::for_index(&self.index, default);
        parser.parse_query(query).map_err(|e| query_error(&e))
    }

    fn answer(&self, query: &dyn Query, limit: usize) -> Result<Answer, TantivyError> {
        let searcher = self.reader()?.searcher();
        let scored = self.scored(&searcher, query)?;
        let mut hits = self.best(&searcher, &scored, limit)?;
        self.mark(query, &mut hits);
        Ok(Answer { hits, total: scored.len() })
    }

    /// All passages that answer, in no order.
    pub(crate) fn scored(&self, searcher: &Searcher, query: &dyn Query) -> Result<Scored, TantivyError> {
        searcher.search_with_statistics_provider(query, &Everything, &Steady(searcher))
    }

    /// The first `limit`, by score, then source, then place.
    pub(crate) fn best(
        &self,
        searcher: &Searcher,
        scored: &Scored,
        limit: usize,
    ) -> Result<Vec<Hit>, TantivyError> {
        let mut hits = Vec::new();
        for (score, at) in self.first(searcher, scored, limit)? {
            hits.push((score, self.hit(searcher, at, score)?));
        }
        hits.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| (&x.source, x.start).cmp(&(&y.source, y.start))));
        Ok(hits.into_iter().take(limit).map(|(_, hit)| hit).collect())
    }

    /// Marks in each hit what the query asked for.
    pub(crate) fn mark(&self, query: &dyn Query, hits: &mut [Hit]) {
        let terms = Terms::of(query, &self.fields);
        for hit in hits {
            hit.highlights = self.highlights(&terms, &hit.quote);
        }
    }

    /// The first `limit` of each segment. Passages of equal score are put in order by columns: loading thousands of them
    /// to see where they stand would make a common word slow. Sources compare by number only within a segment.
    fn first(&self, searcher: &Searcher, scored: &Scored, limit: usize) -> Result<Scored, TantivyError> {
        let least = least(scored, limit);
        let mut first = Vec::new();
        for (number, segment) in searcher.segment_readers().iter().enumerate() {
            let sources = segment.fast_fields().str(SOURCE)?;
            let starts = segment.fast_fields().u64(START)?;
            let source = |at: DocAddress| sources.as_ref().and_then(|s| s.term_ords(at.doc_id).next());
            let own = scored.iter().filter(|(s, at)| *s >= least && at.segment_ord as usize == number);
            let mut own: Vec<_> =
                own.map(|(s, at)| (Reverse(*s), source(*at), starts.first(at.doc_id), *at)).collect();
            own.sort_unstable();
            first.extend(own.into_iter().take(limit).map(|(Reverse(score), _, _, at)| (score, at)));
        }
        Ok(first)
    }

    fn hit(&self, searcher: &Searcher, at: DocAddress, score: i64) -> Result<Hit, TantivyError> {
        let stored: TantivyDocument = searcher.doc(at)?;
        let text =
            |field| stored.get_first(field).and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        let number = |field| stored.get_first(field).and_then(|v| v.as_u64());
        let offset = |field| number(field).and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
        Ok(Hit {
            source: text(self.fields.source),
            document: DocumentId(text(self.fields.document)),
            format: text(self.fields.format),
            page: number(self.fields.page).and_then(|n| u32::try_from(n).ok()),
            section: section_parts(&text(self.fields.section)),
            start: offset(self.fields.start),
            end: offset(self.fields.end),
            quote: text(self.fields.text),
            highlights: Vec::new(),
            score: score as f32 / ROUNDING,
        })
    }

    fn highlights(&self, terms: &Terms, quote: &str) -> Vec<Span> {
        let mut spans = self.marks(STEMMED, &terms.stemmed, quote);
        spans.extend(self.marks(FOLDED, &terms.exact, quote));
        spans.sort_by_key(|s| (s.start, s.end));
        spans.dedup();
        spans
    }

    fn marks(&self, tokenizer: &str, wanted: &HashSet<String>, quote: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        if let Some(mut analyzer) = self.index.tokenizers().get(tokenizer) {
            analyzer.token_stream(quote).process(&mut |token| {
                if wanted.contains(&token.text) {
                    spans.push(Span::new(token.offset_from, token.offset_to));
                }
            });
        }
        spans
    }
}

/// The score of the last of the best `limit`; the least of all where there are not so many.
fn least(scored: &Scored, limit: usize) -> i64 {
    let mut scores: Vec<i64> = scored.iter().map(|(score, _)| *score).collect();
    match limit.checked_sub(1) {
        Some(last) if last < scores.len() => *scores.select_nth_unstable_by(last, |a, b| b.cmp(a)).1,
        _ => i64::MIN,
    }
}

/// Collects every passage with its score. Keeping them sorted while they come costs more than scoring them.
struct Everything;

/// What [`Everything`] collects in one segment.
struct EverythingOf {
    segment: SegmentOrdinal,
    scored: Scored,
}

impl Collector for Everything {
    type Fruit = Scored;
    type Child = EverythingOf;

    fn for_segment(&self, segment: SegmentOrdinal, _: &SegmentReader) -> tantivy::Result<EverythingOf> {
        Ok(EverythingOf { segment, scored: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, segments: Vec<Scored>) -> tantivy::Result<Scored> {
        Ok(segments.concat())
    }
}

impl SegmentCollector for EverythingOf {
    type Fruit = Scored;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.scored.push((rounded(score), DocAddress::new(self.segment, doc)));
    }

    fn harvest(self) -> Scored {
        self.scored
    }
}

/// The words that a query asks of the passage's own text.
struct Terms {
    stemmed: HashSet<String>,
    exact: HashSet<String>,
}

impl Terms {
    fn of(query: &dyn Query, fields: &Fields) -> Self {
        let mut by_field: HashMap<Field, HashSet<String>> = HashMap::new();
        query.query_terms(&mut |term, _| {
            if let Some(word) = term.value().as_str() {
                by_field.entry(term.field()).or_default().insert(word.to_owned());
            }
        });
        let mut take = |field| by_field.remove(&field).unwrap_or_default();
        Terms { stemmed: take(fields.text), exact: take(fields.exact) }
    }
}

/// Scores that differ by less than this are one: sums of floats depend a little on the order of adding.
const ROUNDING: f32 = 1000.0;

fn rounded(score: f32) -> i64 {
    (score * ROUNDING).round() as i64
}

/// BM25 statistics that depend on the passages alone, not on how the index came about.
struct Steady<'a>(&'a Searcher);

impl Bm25StatisticsProvider for Steady<'_> {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(self.0.num_docs() * PASSAGE_WORDS)
    }
    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.0.num_docs())
    }
    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.0.doc_freq(term)
    }
}

fn query_error(error: &QueryParserError) -> IndexError {
    let hint = match error {
        QueryParserError::FieldDoesNotExist(_) => {
            "fields are text, exact, section, source, format, kind, page, document; put words with a colon in quotes"
        }
        QueryParserError::AllButQueryForbidden => "say also what to look for, not only what to leave out",
        _ => "put phrases in double quotes, and a sign such as : ( ) [ ] in quotes or behind a backslash",
    };
    let message = error.to_string();
    let lower = message.chars().take(1).flat_map(char::to_lowercase).chain(message.chars().skip(1));
    IndexError::Query { message: lower.collect(), hint }
}

#[cfg(test)]
#[path = "search_tests.rs"]
pub(crate) mod tests;
