//! For now.
use capmap_model::*;
pub fn sniff(_: &[u8], name: &str) -> Format {
    match name.rsplit('.').next() {
        Some("pdf") => Format::Pdf,
        Some("docx") => Format::Docx,
        Some("md") => Format::Markdown,
        Some("html") => Format::Html,
        Some("txt") => Format::Text,
        _ => Format::Other,
    }
}
pub fn suggest(_: &CriteriaSet, docs: &[&Document], findings: &[Vec<Finding>]) -> Vec<Suggestion> {
    let mut out = Vec::new();
    for (d, fs) in docs.iter().zip(findings) {
        for f in fs {
            out.push(Suggestion {
                id: "0".repeat(12),
                criterion: f.criterion.clone(),
                citation: d.cite(f.quote).unwrap(),
                grade: f.grade,
                tier: Tier::Likely,
                confidence: f.confidence,
                cue: f.cue.clone(),
                why: vec![],
                explanation: String::new(),
                elements: f.elements,
                personas: f.personas.clone(),
                ocr: false,
                repeats: vec![],
            });
        }
    }
    out.sort_by(|a, b| b.grade.cmp(&a.grade).then(b.confidence.total_cmp(&a.confidence)));
    out
}
pub fn read(bytes: &[u8], source: &str, format: Format) -> Outcome {
    if !matches!(format, Format::Markdown | Format::Text | Format::Html) {
        return Outcome::Skipped { failure: Failure::new(FailureKind::Unsupported, "not read yet") };
    }
    let mut d = capmap_lexicon::plain_document(&String::from_utf8_lossy(bytes));
    d.id = capmap_collect::document_id(bytes);
    d.source = source.into();
    d.format = format;
    Outcome::Read { document: Box::new(d) }
}
