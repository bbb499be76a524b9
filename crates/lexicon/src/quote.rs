//! What to quote of a passage: whole when it is short, else the sentences that carry the matches; of a table row, the cell.

use crate::candidate::View;
use crate::fold::Shape;
use crate::scan::{Fire, Seen};
use capmap_model::{BlockKind, Span};

/// A block up to this many bytes is quoted whole.
const WHOLE: usize = 360;

/// A quote of several sentences is cut to the best one past this many bytes.
const LONGEST: usize = 700;

/// The range to quote for these matches.
pub(crate) fn of(view: &View, block: usize, seen: &Seen, fires: &[Fire]) -> Span {
    let span = view.document.blocks[block].span;
    let Some(best) =
        fires.iter().max_by(|a, b| view.weight(a).total_cmp(&view.weight(b)).then(b.first.cmp(&a.first)))
    else {
        return span;
    };
    if let BlockKind::Row { cells, .. } = &view.document.blocks[block].kind {
        let at = view.scan.span(best.first, best.last).start;
        let cell = cells.iter().find(|c| c.span.start <= at && at < c.span.end).map_or(span, |c| c.span);
        return if cell.len() <= LONGEST { trimmed(view, seen, cell) } else { sentence(view, seen, best) };
    }
    if span.len() <= WHOLE {
        return trimmed(view, seen, span);
    }
    let wide = fires.iter().map(|f| sentence(view, seen, f)).reduce(Span::cover).unwrap_or(span);
    if wide.len() <= LONGEST { wide } else { sentence(view, seen, best) }
}

fn sentence(view: &View, seen: &Seen, fire: &Fire) -> Span {
    let (first, _) = view.scan.sentence_around(seen, fire.first);
    let (_, last) = view.scan.sentence_around(seen, fire.last);
    let span = trimmed(view, seen, view.scan.span(first, last.saturating_sub(1).max(first)));
    let start = past_mark(&view.document.text, span);
    if start <= view.scan.span(fire.first, fire.last).start { Span::new(start, span.end) } else { span }
}

/// The mark of a note stands behind the sentence before; set apart from it, it seems to begin this one.
fn past_mark(text: &str, span: Span) -> usize {
    let (before, quote) = (&text[..span.start], &text[span.start..span.end]);
    let digits = quote.bytes().take_while(u8::is_ascii_digit).count();
    let begins = quote[digits..].strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_uppercase));
    let ended = before.ends_with(' ') && before.trim_end().ends_with(['.', '!', '?', '”', '"']);
    if (1..=2).contains(&digits) && begins && ended { span.start + digits + 1 } else { span.start }
}

/// An entry of a table of contents without the dots that lead to its page, which stand for however many there are.
fn without_page(text: &str) -> &str {
    match text.rsplit_once(" … ") {
        Some((title, page)) if page.len() <= 4 && page.chars().all(|c| c.is_ascii_alphanumeric()) => title,
        _ => text,
    }
}

/// Leaves out bullets and marks before the first word, and white space at the end.
fn trimmed(view: &View, seen: &Seen, span: Span) -> Span {
    let tokens = &view.scan.folded.tokens[seen.first as usize..seen.last as usize];
    let first = tokens
        .iter()
        .find(|t| t.start as usize >= span.start && t.shape != Shape::Mark)
        .map_or(span.start, |t| t.start as usize);
    let text = without_page(view.document.slice(span));
    let end = span.start + text.trim_end().len();
    // A bracket that opens before the first word belongs to the quote.
    let start = if view.document.text[..first].ends_with(['(', '[', '"', '“']) && first > span.start {
        first - view.document.text[..first].chars().next_back().map_or(0, char::len_utf8)
    } else {
        first
    };
    Span::new(start.min(end), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_notes_and_leaders_are_no_part_of_a_quote() {
        let start = |text: &str, from: usize| past_mark(text, Span::new(from, text.len()));
        assert_eq!(start("It ended. 3 One of the most common", 10), 12);
        assert_eq!(start("It ended. 3.2 Cost sharing", 10), 10);
        assert_eq!(start("3 Engineers do it", 0), 0);
        assert_eq!(without_page("Inventory (Phase 1): … 8"), "Inventory (Phase 1):");
        assert_eq!(without_page("We wait … and see"), "We wait … and see");
    }
}
