//! A document from a few lines of text: for trying rules, not for reading files (that is `extract`).

use capmap_model::{Block, BlockKind, Document, DocumentId, Format, Passage, Role, Span};

/// Each line is a paragraph; a line that begins with `#` is a heading of that depth, one with `- ` a list item whose lead-in
/// is the last paragraph before it.
pub fn plain_document(text: &str) -> Document {
    let (mut blocks, mut start): (Vec<Block>, usize) = (Vec::new(), 0);
    let mut headings: Vec<(u8, usize)> = Vec::new();
    let mut paragraph = None;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        if span.is_empty() {
            continue;
        }
        let depth = line.bytes().take_while(|b| *b == b'#').count() as u8;
        let kind = match depth {
            0 if line.starts_with("- ") => BlockKind::Item { depth: 0, number: None, lead_in: paragraph },
            0 => BlockKind::Paragraph,
            level => BlockKind::Heading { level, number: None },
        };
        if let BlockKind::Heading { level, .. } = kind {
            headings.retain(|(l, _)| *l < level);
        }
        let section = headings.last().map(|(_, i)| *i);
        match kind {
            BlockKind::Heading { level, .. } => {
                headings.push((level, blocks.len()));
                paragraph = None;
            }
            BlockKind::Paragraph => paragraph = Some(blocks.len()),
            _ => {}
        }
        blocks.push(Block { span, kind, role: Role::Main, section });
    }
    let passages = blocks.iter().enumerate().map(|(block, b)| Passage { span: b.span, block }).collect();
    Document {
        id: DocumentId("text".into()),
        source: "text".into(),
        format: Format::Text,
        title: None,
        language: None,
        text: text.to_owned(),
        pages: Vec::new(),
        blocks,
        passages,
        hidden: Vec::new(),
        notes: Vec::new(),
    }
}
