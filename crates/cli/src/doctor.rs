//! `capmap doctor`: page by page what was read of a file, and why something was not.

use crate::args::{Common, DoctorArgs};
use crate::errors::{Done, Stop};
use crate::extractor::Extractor;
use crate::layout::{COLUMNS, clean, wrap};
use crate::one;
use crate::output::{self, Style};
use capmap_model::{BlockKind, Document, Input, Page, Role, Span};

/// Reads the file anew and tells.
///
/// # Errors
/// Where there is no such file, or the output cannot be written.
pub fn run(common: &Common, args: &DoctorArgs) -> Result<Done, Stop> {
    let input = one::by_path(&args.file, &Extractor::new(&args.reading)?)?;
    output::write(report(&input, Style::new(common.color, None)).as_bytes(), None)?;
    Ok(if input.outcome.failure().is_some() { Done::SomeUnread } else { Done::All })
}

fn report(input: &Input, style: Style) -> String {
    let mut lines = vec![style.bold(&clean(&input.source))];
    lines.push(format!("  format  {}", input.format.name()));
    lines.push(format!(
        "  id      {}",
        input.id.as_ref().map_or("none: the bytes could not be read", |id| &id.0)
    ));
    lines.push(format!("  status  {}", input.outcome.status()));
    if let Some(failure) = input.outcome.failure() {
        lines.extend(wrap(&format!("because {}", clean(&failure.detail)), 2, COLUMNS));
    }
    if let Some(document) = input.outcome.document() {
        push_document(&mut lines, document, style);
    }
    lines.join("\n") + "\n"
}

fn push_document(lines: &mut Vec<String>, document: &Document, style: Style) {
    if let Some(title) = &document.title {
        lines.extend(wrap(&format!("title   {}", clean(title)), 2, COLUMNS));
    }
    lines
        .extend(document.notes.iter().flat_map(|note| wrap(&format!("note    {}", clean(note)), 2, COLUMNS)));
    lines.push(String::new());
    lines.push(style.dim("    page   words  headings  paragraphs  items  rows  besides  hidden"));
    let whole = Page { number: 0, span: Span::new(0, document.text.len()), ocr: false };
    let pages = if document.pages.is_empty() { std::slice::from_ref(&whole) } else { &document.pages };
    lines.extend(pages.iter().map(|page| page_line(document, page)));
    push_hidden(lines, document, style);
}

/// Blocks are counted on the page on which they begin.
fn page_line(document: &Document, page: &Page) -> String {
    let blocks =
        || document.blocks.iter().filter(|b| (page.span.start..page.span.end).contains(&b.span.start));
    let count = |kind: fn(&BlockKind) -> bool| blocks().filter(|b| kind(&b.kind)).count();
    let hidden = document.hidden.iter().filter(|h| page.number == 0 || h.page == Some(page.number)).count();
    let words = document.slice(page.span).split_whitespace().count();
    let number = if page.number == 0 { "all".to_owned() } else { page.number.to_string() };
    let remark = match (page.ocr, words) {
        (true, _) => "  read by OCR",
        (false, 0) => "  no text",
        _ => "",
    };
    format!(
        "    {number:>4}  {words:>6}  {:>8}  {:>10}  {:>5}  {:>4}  {:>7}  {hidden:>6}{remark}",
        count(|k| matches!(k, BlockKind::Heading { .. })),
        count(|k| matches!(k, BlockKind::Paragraph)),
        count(|k| matches!(k, BlockKind::Item { .. })),
        count(|k| matches!(k, BlockKind::Row { .. })),
        blocks().filter(|b| b.role != Role::Main).count(),
    )
}

fn push_hidden(lines: &mut Vec<String>, document: &Document, style: Style) {
    if document.hidden.is_empty() {
        return;
    }
    lines.push(String::new());
    lines.push(style.bold("  hidden text (never matched)"));
    for hidden in &document.hidden {
        let page = hidden.page.map(|page| format!("page {page}, ")).unwrap_or_default();
        lines.extend(wrap(&format!("{page}{}: “{}”", hidden.why.words(), clean(&hidden.text)), 4, COLUMNS));
    }
}
