//! A passage where it stands: the headings above it, its neighbours, and whatever else governs it (the sentence that
//! introduces its list, its table's header, the cue that demotes it), in the order of the document.

use crate::marks::{Kind, marked};
use capmap_model::{Block, BlockKind, Document, Span};
use capmap_store::Item;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Blocks shown before and after the passage.
const AROUND: usize = 2;

/// What is marked for an item: the quote, the matches and the cue, in bytes of the document.
pub(crate) fn item_marks(document: &Document, item: &Item) -> Vec<(Span, Kind)> {
    let mut marks = vec![(item.row.citation.span(), Kind::Quote)];
    let Some(suggestion) = &item.suggestion else { return marks };
    for reason in &suggestion.why {
        if let (Some(start), Some(end)) =
            (document.byte_offset(reason.start), document.byte_offset(reason.end))
        {
            marks.push((Span::new(start, end), Kind::Match));
        }
    }
    marks.extend(suggestion.cue.as_ref().map(|cue| (cue.span, Kind::Cue)));
    marks
}

/// The passage in its context.
pub(crate) fn passage(document: &Document, item: &Item) -> Markup {
    let marks = item_marks(document, item);
    let shown = blocks_to_show(document, item);
    let quote = item.row.citation.span();
    html! {
        div .context {
            @for (i, &at) in shown.iter().enumerate() {
                @if i > 0 && shown[i - 1] + 1 < at { p .gap aria-hidden="true" { "⋯" } }
                @let block = &document.blocks[at];
                (one(document, block, &marks, block.span.overlaps(quote)))
            }
        }
    }
}

/// One block as a line of its kind.
pub(crate) fn one(document: &Document, block: &Block, marks: &[(Span, Kind)], focus: bool) -> Markup {
    let text = marked(document.slice(block.span), block.span.start, marks);
    let focus = if focus { " here" } else { "" };
    html! {
        @match &block.kind {
            BlockKind::Heading { .. } => p class=(format!("block heading{focus}")) { (text) },
            BlockKind::Paragraph => p class=(format!("block{focus}")) { (text) },
            BlockKind::Item { depth, .. } => p class=(format!("block item d{}{focus}", (*depth).min(4))) { (text) },
            BlockKind::Row { header, .. } => p class=(format!("block row{}{focus}", if *header { " head" } else { "" })) { (text) },
        }
    }
}

fn blocks_to_show(document: &Document, item: &Item) -> Vec<usize> {
    let quote = item.row.citation.span();
    let first = document.block_at(quote.start).unwrap_or(0);
    let last = document.block_at(quote.end.saturating_sub(1)).unwrap_or(first);
    let mut shown = BTreeSet::new();
    let end = (last + AROUND + 1).min(document.blocks.len());
    shown.extend(first.saturating_sub(AROUND)..end);
    shown.extend(document.governing(first));
    if let Some(block) = document.blocks.get(first) {
        match &block.kind {
            BlockKind::Item { lead_in: Some(lead), .. } => {
                shown.insert(*lead);
            }
            BlockKind::Row { table, .. } => shown.extend(header_row(document, *table, first)),
            _ => {}
        }
    }
    let cue = item.suggestion.as_ref().and_then(|s| s.cue.as_ref());
    shown.extend(cue.and_then(|cue| document.block_at(cue.span.start)));
    shown.into_iter().filter(|&at| at < document.blocks.len()).collect()
}

fn header_row(document: &Document, table: u32, row: usize) -> Option<usize> {
    (0..row).rev().find(|&at| {
        matches!(&document.blocks[at].kind, BlockKind::Row { table: t, header: true, .. } if *t == table)
    })
}
