use super::*;
use crate::rank::{of_document, suggest};
use capmap_model::{
    Block, BlockKind, Criterion, CriterionKind, Document, DocumentId, Elements, Finding, Format, Match, Page,
    Passage, Role, Span,
};

const LINES: [&str; 4] =
    ["We forecast your spend.", "we FORECAST your spend", "Reports every month, to all.", "Ending"];

/// Pages of two lines each, in an order that the number decides.
fn document(number: usize) -> Document {
    let mut document = Document {
        id: DocumentId(format!("sha256:{number}")),
        source: format!("{}.pdf", (number * 7) % 10),
        format: Format::Pdf,
        title: None,
        language: None,
        text: String::new(),
        pages: Vec::new(),
        blocks: Vec::new(),
        passages: Vec::new(),
        hidden: Vec::new(),
        notes: Vec::new(),
    };
    for i in 0..6 {
        let start = document.text.len();
        document.text.push_str(LINES[(i * (number + 1) + number) % LINES.len()]);
        let span = Span::new(start, document.text.len());
        document.text.push('\n');
        let block = document.blocks.len();
        document.blocks.push(Block { span, kind: BlockKind::Paragraph, role: Role::Main, section: None });
        document.passages.push(Passage { span, block });
        if i % 2 == 0 {
            document.pages.push(Page { number: i as u32 / 2 + 1, span, ocr: false });
        }
    }
    document
}

fn findings(document: &Document, number: usize) -> Vec<Finding> {
    let one = |(passage, of): (usize, &Passage)| Finding {
        criterion: CriterionId(["b", "a", "unknown"][(passage + number) % 3].into()),
        passage,
        quote: of.span,
        grade: [Grade::Offered, Grade::Topic][(passage * number) % 2],
        cue: None,
        confidence: ((passage * 3 + number) % 4) as f32 / 4.0,
        matches: vec![Match { rule: "a/b".into(), span: of.span }],
        remarks: Vec::new(),
        elements: Elements::default(),
        personas: Vec::new(),
    };
    document.passages.iter().enumerate().map(one).collect()
}

fn criteria() -> CriteriaSet {
    let criterion = |id: &str| Criterion {
        id: CriterionId(id.into()),
        kind: CriterionKind::Capability,
        name: id.into(),
        domain: String::new(),
        points: None,
        listed: true,
        definition: String::new(),
    };
    CriteriaSet {
        id: String::new(),
        name: String::new(),
        version: String::new(),
        source: String::new(),
        threshold: 1.0,
        valid_months: 0,
        domains: Vec::new(),
        criteria: ["a", "b"].map(criterion).to_vec(),
        policies: Vec::new(),
        certifications: Vec::new(),
        crosswalk: Vec::new(),
    }
}

fn place(suggestion: &Suggestion) -> String {
    format!("{}#page={}", suggestion.citation.source(), suggestion.citation.page().unwrap())
}

/// All in memory, sorted, then clustered: what the merger must give without holding all of it.
fn plainly(ranked: Vec<Ranked>) -> Vec<Suggestion> {
    let mut ranked = ranked;
    ranked.sort_by(|a, b| a.suggestion.criterion.cmp(&b.suggestion.criterion).then_with(|| a.before(b)));
    let mut kept: Vec<(Suggestion, u128)> = Vec::new();
    for Ranked { suggestion: new, words, .. } in ranked {
        let same = |(s, w): &&mut (Suggestion, u128)| {
            *w == words && s.grade == new.grade && s.criterion == new.criterion
        };
        match kept.iter_mut().find(same) {
            Some((first, _)) => first.repeats.push(place(&new)),
            None => kept.push((new, words)),
        }
    }
    kept.into_iter().map(|(suggestion, _)| suggestion).filter(|s| s.criterion.0 != "unknown").collect()
}

#[test]
fn one_document_after_the_other_gives_the_same_as_all_at_once() {
    let documents: Vec<Document> = (0..10).map(document).collect();
    let findings: Vec<Vec<Finding>> = documents.iter().enumerate().map(|(i, d)| findings(d, i)).collect();
    let all = documents.iter().zip(&findings).flat_map(|(d, f)| of_document(d, f)).collect();
    let expected = plainly(all);
    assert!(expected.iter().any(|s| s.repeats.len() > 2) && expected.len() > 6);
    let references: Vec<&Document> = documents.iter().collect();
    assert_eq!(suggest(&criteria(), &references, &findings), expected);
}

#[test]
fn the_clusters_of_a_criterion_stand_together() {
    let (set, document) = (criteria(), document(3));
    let mut merger = Merger::new(&set);
    merger.add(&document.source, of_document(&document, &findings(&document, 3)));
    let merged = merger.finish();
    let of = |id: &str| merged.of(&CriterionId(id.into())).len();
    assert!(of("a") > 0 && of("b") > 0);
    assert_eq!((of("a") + of("b"), of("unknown")), (merged.clusters().len(), 0));
}

/// A page of one site with the site's frame and words of its own.
fn page(number: usize, frame: &str, own: &str) -> (Document, Vec<Finding>) {
    let mut page = document(0);
    page.id = DocumentId(format!("sha256:{number}"));
    page.source =
        format!("https://{}example.com/{number}", if number.is_multiple_of(2) { "www." } else { "" });
    page.text = format!("{frame}\n{own}");
    let spans = [Span::new(0, frame.len()), Span::new(frame.len() + 1, page.text.len())];
    page.passages = spans.iter().enumerate().map(|(block, &span)| Passage { span, block }).collect();
    page.pages.clear();
    page.blocks.truncate(2);
    let mut findings = findings(&page, 1);
    for (finding, block) in findings.iter_mut().zip(&mut page.blocks) {
        (finding.grade, finding.criterion) = (Grade::Offered, CriterionId("a".into()));
        block.span = finding.quote;
    }
    (page, findings)
}

#[test]
fn words_on_most_pages_of_a_site_are_its_frame() {
    let (frame, own) = ("We forecast your spend.", "We allocate cost to teams.");
    let several = |pages: &[(Document, Vec<Finding>)]| -> Vec<(Grade, String, usize)> {
        let documents: Vec<&Document> = pages.iter().map(|(document, _)| document).collect();
        let findings: Vec<Vec<Finding>> = pages.iter().map(|(_, findings)| findings.clone()).collect();
        let suggestions = suggest(&criteria(), &documents, &findings);
        suggestions.into_iter().map(|s| (s.grade, s.citation.quote().to_owned(), s.repeats.len())).collect()
    };
    let pages: Vec<_> = (0..4).map(|n| page(n, frame, if n == 0 { own } else { "Ending" })).collect();
    let found = several(&pages);
    assert!(found.contains(&(Grade::Topic, frame.to_owned(), 3)), "{found:?}");
    assert!(found.contains(&(Grade::Offered, own.to_owned(), 0)), "{found:?}");
    // On two pages it may be what both offer.
    assert!(several(&pages[..2]).contains(&(Grade::Offered, frame.to_owned(), 1)));
}
