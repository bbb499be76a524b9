//! A document from a few lines of text: for trying rules, not for reading files (that is `extract`).

use capmap_model::{Block, BlockKind, Cell, Document, DocumentId, Format, Passage, Role, Span};

/// Words at most in a cell of a row of headers.
const HEADER_WORDS: usize = 4;

/// Each line is a paragraph; a line that begins with `#` is a heading of that depth, one with `- ` a list item whose lead-in
/// is the last paragraph before it; lines of as many cells, parted by `|`, are a table.
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
    tables(text, &mut blocks);
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

/// Makes rows of paragraphs that follow each other and have as many cells.
fn tables(text: &str, blocks: &mut [Block]) {
    let width = |b: &Block| match b.kind {
        BlockKind::Paragraph => cells(text, b.span).len(),
        _ => 0,
    };
    let runs: Vec<usize> =
        blocks.chunk_by(|a, b| width(a) > 1 && width(a) == width(b)).map(<[Block]>::len).collect();
    let (mut first, mut table) = (0, 0);
    for run in runs {
        let rows = &mut blocks[first..first + run];
        first += run;
        if run < 2 {
            continue;
        }
        let top = cells(text, rows[0].span);
        let short = |s: &Span| text[s.start..s.end].split_whitespace().count() <= HEADER_WORDS;
        let headed = run > 2 && top.iter().all(short);
        for (i, row) in rows.iter_mut().enumerate() {
            let header = headed && i == 0;
            let above = |column: usize| (headed && i > 0).then(|| top[column]);
            row.kind = BlockKind::Row { table, header, cells: governed(&cells(text, row.span), above) };
        }
        table += 1;
    }
}

/// Cells with what governs them: the column's header, then the row's first cell.
fn governed(spans: &[Span], above: impl Fn(usize) -> Option<Span>) -> Vec<Cell> {
    let cell = |(column, span): (usize, &Span)| {
        let side = (column > 0).then(|| spans[0]);
        Cell {
            span: *span,
            headers: above(column).into_iter().chain(side).filter(|h| !h.is_empty()).collect(),
        }
    };
    spans.iter().enumerate().map(cell).collect()
}

/// Where the cells of a line stand, without the blanks around them.
fn cells(text: &str, line: Span) -> Vec<Span> {
    let mut at = line.start;
    let cell = |part: &str| {
        let from = at + (part.len() - part.trim_start().len()).min(part.trim_end().len());
        at += part.len() + 1;
        Span::new(from, from + part.trim().len())
    };
    text[line.start..line.end].split('|').map(cell).collect()
}
