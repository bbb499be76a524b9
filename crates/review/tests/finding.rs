//! The search of the tests: words by looking for them, what is near by a real index.

use capmap_evidence::{Hit, Like, PassageIndex};
use capmap_model::{Document, Span};
use capmap_review::Search;

/// Looks for words in these documents.
pub struct Contains(pub Vec<Document>);

impl Search for Contains {
    fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, String> {
        if query.contains('(') {
            return Err(format!("cannot understand the query: {query}"));
        }
        let hits = self.0.iter().flat_map(|doc| doc.passages.iter().map(move |p| (doc, p.span)));
        let hits =
            hits.filter(|(doc, span)| doc.slice(*span).contains(query)).take(limit).map(|(doc, span)| {
                let cited = doc.cite(span).unwrap();
                let at = cited.quote().find(query).unwrap();
                Hit {
                    source: doc.source.clone(),
                    document: doc.id.clone(),
                    format: "markdown".to_owned(),
                    page: cited.page(),
                    section: cited.section().to_vec(),
                    start: cited.start(),
                    end: cited.end(),
                    quote: cited.quote().to_owned(),
                    highlights: vec![Span::new(at, at + query.len())],
                    score: 1.0,
                }
            });
        Ok(hits.collect())
    }

    fn like(&self, like: &Like, limit: usize) -> Result<Vec<Hit>, String> {
        let folder = tempfile::tempdir().unwrap();
        let index = PassageIndex::open(folder.path()).unwrap();
        let mut update = index.update().unwrap();
        self.0.iter().for_each(|document| update.add(&document.id.0, document).unwrap());
        update.finish(&self.0.iter().map(|document| document.id.0.clone()).collect()).unwrap();
        Ok(index.like(like, limit).unwrap().hits)
    }
}
