//! Properties of every document, and the reaches that sentence rules lack.

use super::*;
use proptest::prelude::*;

fn build(raw: Vec<Raw>, pages: u32) -> Document {
    let meta = Meta { id: DocumentId("sha256:0".into()), source: "a.txt".into(), format: Format::Text };
    assemble(meta, Reading { raw, pages, ..Reading::default() })
}

fn heading(level: u8, number: Option<&str>, text: &str) -> Raw {
    Raw::new(RawKind::Heading { level, number: number.map(str::to_owned) }, text)
}
fn para(text: &str) -> Raw {
    Raw::new(RawKind::Paragraph, text)
}
fn item(depth: u8, number: Option<&str>, text: &str) -> Raw {
    Raw::new(RawKind::Item { depth, number: number.map(str::to_owned) }, text)
}
fn row(cells: &[&str]) -> Raw {
    let cells = cells.iter().map(|c| (*c).to_owned()).collect();
    Raw::new(RawKind::Row { table: 0, header: false, cells }, "")
}

fn lead_in(doc: &Document, text: &str) -> Option<String> {
    let block = doc.blocks.iter().find(|b| doc.slice(b.span).contains(text)).unwrap();
    let BlockKind::Item { lead_in, .. } = block.kind else { panic!("{text} is no item") };
    lead_in.map(|l| doc.slice(doc.blocks[l].span).to_owned())
}

fn path(doc: &Document, text: &str) -> Vec<String> {
    let block = doc.blocks.iter().position(|b| doc.slice(b.span).contains(text)).unwrap();
    doc.section_path(block).into_iter().map(str::to_owned).collect()
}

fn headers(doc: &Document, text: &str) -> Vec<String> {
    let cells = doc.blocks.iter().filter_map(|b| match &b.kind {
        BlockKind::Row { cells, .. } => Some(cells),
        _ => None,
    });
    let cell = cells.flatten().find(|c| doc.slice(c.span) == text).unwrap();
    cell.headers.iter().map(|&h| doc.slice(h).to_owned()).collect()
}

#[test]
fn numbered_children_inherit_though_levels_lie() {
    let doc = build(
        vec![
            heading(1, Some("3"), "3 Services"),
            heading(2, Some("3.4"), "3.4 Exclusions"),
            heading(1, Some("3.4.1"), "3.4.1 Seats"),
            para("Seats are not reclaimed."),
            heading(2, Some("3.5"), "3.5 Included"),
            para("All else."),
            heading(1, None, "Annex"),
            para("Rates."),
        ],
        0,
    );
    assert_eq!(path(&doc, "not reclaimed"), ["3 Services", "3.4 Exclusions", "3.4.1 Seats"]);
    assert_eq!(path(&doc, "All else"), ["3 Services", "3.5 Included"]);
    assert_eq!(path(&doc, "Rates."), ["Annex"]);
}

#[test]
fn a_zero_heads_its_siblings_unless_a_head_is_there() {
    let doc = build(
        vec![heading(2, Some("3.0"), "3.0 Scope"), heading(2, Some("3.1"), "3.1 Goals"), para("words")],
        0,
    );
    assert_eq!(path(&doc, "words"), ["3.0 Scope", "3.1 Goals"]);
    let section = heading(1, Some("B"), "Section B");
    let doc = build(
        vec![
            section,
            heading(2, Some("B.0"), "B.0 Type"),
            heading(2, Some("B.1"), "B.1 Goals"),
            para("words"),
        ],
        0,
    );
    assert_eq!(path(&doc, "words"), ["Section B", "B.1 Goals"]);
}

#[test]
fn contents_are_told_apart() {
    let entries = [item(0, None, "• 1 Scope"), item(1, None, "• 1.1 Goals")];
    let mut raw = vec![heading(2, None, "Table of Contents")];
    raw.extend(entries);
    raw.extend([heading(2, Some("1"), "1 Scope"), para("Words.")]);
    let roles: Vec<Role> = build(raw, 0).blocks.iter().map(|b| b.role).collect();
    assert_eq!(roles, [Role::Contents, Role::Contents, Role::Contents, Role::Main, Role::Main]);
}

#[test]
fn headings_of_menus_do_not_govern_the_body() {
    let doc = build(
        vec![
            heading(1, None, "Body"),
            heading(2, None, "Menu").with_role(Role::Nav),
            para("Words of the body."),
        ],
        0,
    );
    assert_eq!(path(&doc, "Words"), ["Body"]);
}

#[test]
fn a_lead_in_governs_its_list_and_nothing_after() {
    let doc = build(
        vec![
            para("The following are not included:"),
            item(0, None, "• one"),
            item(1, None, "• one deeper"),
            para("footer words").with_role(Role::Footer),
            item(0, None, "• two"),
            para("Everything else is."),
            item(0, None, "• three"),
        ],
        0,
    );
    let intro = Some("The following are not included:".to_owned());
    assert_eq!(lead_in(&doc, "• one"), intro);
    assert_eq!(lead_in(&doc, "one deeper"), Some("• one".into()));
    assert_eq!(lead_in(&doc, "• two"), intro);
    assert_eq!(lead_in(&doc, "• three"), None);
}

#[test]
fn a_numbered_list_goes_on_after_a_paragraph() {
    let doc = build(
        vec![
            para("We will do as follows."),
            item(0, Some("1"), "1. a"),
            para("More on a."),
            item(0, Some("2"), "2. b"),
        ],
        0,
    );
    assert_eq!(lead_in(&doc, "2. b"), Some("We will do as follows.".into()));
}

#[test]
fn header_rows_are_found_where_none_is_flagged() {
    let doc = build(vec![row(&["In scope", "Out of scope"]), row(&["Tagging rules", "Seats"])], 0);
    assert_eq!(headers(&doc, "Seats"), ["Out of scope", "Tagging rules"]);
    let raci = build(vec![row(&["Task", "R", "A", "C", "I"]), row(&["Forecast", "x", "", "y"])], 0);
    assert_eq!(headers(&raci, "y"), ["C", "Forecast"]);
    let pairs = build(vec![row(&["Client", "Tern Bank"]), row(&["Sponsor", "A. Okafor"])], 0);
    assert_eq!(headers(&pairs, "Tern Bank"), ["Client"]);
}

#[test]
fn bands_and_merged_cells_govern_what_follows() {
    let doc = build(
        vec![
            row(&["Item", "Price", ""]),
            row(&["Excluded services"]),
            row(&["Seats", "10", "EUR"]),
            row(&["", "12", "USD"]),
        ],
        0,
    );
    assert_eq!(headers(&doc, "EUR"), ["Price", "Excluded services", "Seats"]);
    assert_eq!(headers(&doc, "USD"), ["Price", "Excluded services", "Seats"]);
}

#[test]
fn canonical_text() {
    let doc = build(
        vec![
            heading(1, None, "Title"),
            para("a\u{a0}b\r\nc"),
            item(0, None, "• d"),
            item(0, None, "• e"),
            row(&["f", "", "g", ""]),
        ],
        0,
    );
    assert_eq!(doc.text, "Title\n\na b\nc\n\n• d\n• e\n\nf\t\tg");
}

#[test]
fn long_blocks_are_cut_at_sentence_ends() {
    let sentence = "The provider reconciles the bill with the ledger every month, in full. ";
    let doc = build(vec![para(&sentence.repeat(60))], 0);
    assert!(doc.passages.len() > 3);
    for passage in &doc.passages {
        assert!(passage.span.len() <= 1200 && doc.slice(passage.span).ends_with("in full."));
    }
}

fn any_raw() -> impl Strategy<Value = Raw> {
    let text = prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,30}",
        "[a-z .:]{0,1500}",
        "[\u{0}-\u{20}é\u{a0}\u{2028}☃\u{feff}]{0,20}"
    ];
    let number = prop::option::of("[1-9](\\.[1-9]){0,3}|[a-c]|IV");
    let kind = prop_oneof![
        (0u8..12, number.clone()).prop_map(|(level, number)| RawKind::Heading { level, number }),
        Just(RawKind::Paragraph),
        (0u8..6, number).prop_map(|(depth, number)| RawKind::Item { depth, number }),
        (0u32..3, any::<bool>(), prop::collection::vec(text.clone(), 0..5))
            .prop_map(|(table, header, cells)| RawKind::Row { table, header, cells }),
    ];
    let role =
        prop_oneof![Just(Role::Main), Just(Role::Main), Just(Role::Note), Just(Role::Nav), Just(Role::Aside)];
    let breaks = prop::collection::vec((0usize..50, 1u32..9), 0..3);
    (kind, text, role, prop::option::of(1u32..9), breaks, any::<bool>()).prop_map(
        |(kind, text, role, page, page_breaks, ocr)| Raw { kind, text, role, page, page_breaks, ocr },
    )
}

fn check_span(doc: &Document, span: Span) {
    assert!(span.start <= span.end && doc.text.get(span.start..span.end).is_some(), "{span:?}");
}

fn check_blocks(doc: &Document) {
    let mut end = 0;
    for (index, block) in doc.blocks.iter().enumerate() {
        check_span(doc, block.span);
        assert!(block.span.start >= end && !block.span.is_empty());
        end = block.span.end;
        assert!(
            block
                .section
                .is_none_or(|s| s < index && matches!(doc.blocks[s].kind, BlockKind::Heading { .. }))
        );
        match &block.kind {
            BlockKind::Item { lead_in, .. } => assert!(lead_in.is_none_or(|l| l < index)),
            BlockKind::Row { cells, .. } => {
                assert!(cells.iter().all(|c| block.span.contains(c.span)));
                cells.iter().for_each(|c| check_span(doc, c.span));
                let headers = cells.iter().flat_map(|c| &c.headers);
                headers.for_each(|&h| assert!(doc.block_at(h.start).is_some_and(|b| b <= index)));
            }
            _ => {}
        }
    }
}

fn check_passages(doc: &Document) {
    let chars: Vec<char> = doc.text.chars().collect();
    let mut covered = 0;
    for passage in &doc.passages {
        check_span(doc, passage.span);
        assert!(doc.blocks[passage.block].span.contains(passage.span) && passage.span.len() <= 1200);
        let cited = doc.cite(passage.span).unwrap();
        let by_scalar: String = chars[cited.start()..cited.end()].iter().collect();
        assert_eq!(by_scalar, cited.quote());
        assert!(doc.text[covered..passage.span.start].trim().is_empty(), "words between passages");
        covered = passage.span.end;
    }
    assert!(doc.text[covered..].trim().is_empty(), "words after the last passage");
}

fn check_pages(doc: &Document, pages: u32) {
    assert_eq!(doc.pages.len(), pages as usize);
    let mut end = doc.pages.first().map_or(0, |p| p.span.start);
    for (index, page) in doc.pages.iter().enumerate() {
        check_span(doc, page.span);
        assert_eq!((page.number as usize, page.span.start), (index + 1, end));
        end = page.span.end;
    }
}

proptest! {
    #[test]
    fn every_document_holds_its_invariants(raw in prop::collection::vec(any_raw(), 0..30), pages in 0u32..9) {
        let doc = build(raw, pages);
        prop_assert!(doc.text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'));
        check_blocks(&doc);
        check_passages(&doc);
        check_pages(&doc, pages);
    }
}
