//! PDFs by real producers (sources and makers in `data/pdf/`), read as a person would read them.

#![allow(clippy::panic, clippy::print_stderr)] // helpers of tests

use capmap_extract::{Options, draw_page, find_boxes, find_boxes_in_image, read};
use capmap_model::{Block, BlockKind, Document, FailureKind, Format, HiddenWhy, Outcome, Role};
use std::path::{Path, PathBuf};

fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pdf").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn outcome(name: &str, options: &Options) -> Outcome {
    read(&bytes(name), name, Format::Pdf, options, &mut |_| {})
}

fn document(name: &str) -> Document {
    match outcome(name, &Options::default()) {
        Outcome::Read { document } => *document,
        other => panic!("{name}: {} {:?}", other.status(), other.failure()),
    }
}

/// Blocks as short lines: kind, then text with cells parted by ` | `.
fn outline(document: &Document) -> Vec<String> {
    let line = |block: &Block| {
        let text = document.slice(block.span).replace('\t', " | ");
        let kind = match &block.kind {
            BlockKind::Heading { level, .. } => format!("H{level}"),
            BlockKind::Paragraph => "P".to_owned(),
            BlockKind::Item { depth, .. } => format!("I{depth}"),
            BlockKind::Row { table, header, .. } => format!("T{table}{}", if *header { "h" } else { "" }),
        };
        let role = if block.role == Role::Main { String::new() } else { format!("{:?} ", block.role) };
        format!("{role}{kind} {text}")
    };
    document.blocks.iter().map(line).collect()
}

fn has(lines: &[String], wanted: &str) {
    assert!(lines.iter().any(|l| l == wanted), "no {wanted:?} in {lines:#?}");
}

const REPORT: [&str; 13] = [
    "H1 Statement of work",
    "H2 1. Purpose",
    "P The provider establishes a practice for the allocation of cloud cost. It applies to all accounts of the client and \
     is reviewed every quarter by both parties in the steering meeting, which the client convenes.",
    "H2 2. Services",
    "P The services include the following:",
    "I0 • monthly reporting of unit cost;",
    "I0 • review of commitments, including",
    "I1 • savings plans and",
    "I1 • reserved instances;",
    "I0 • training of engineers.",
    "H2 3. Exclusions",
    "I0 3.1 Licences. Negotiation of licences is not part of the services.",
    "I0 3.2 Audits are excluded.",
];

#[test]
fn headings_paragraphs_and_nested_lists() {
    let document = document("report.pdf");
    assert_eq!(outline(&document), REPORT);
    assert_eq!(document.title.as_deref(), Some("Statement of work"));
    assert_eq!(document.language.as_deref(), Some("en-US"));
}

#[test]
fn a_rotated_page_reads_as_shown() {
    assert_eq!(outline(&document("rotated.pdf")), REPORT);
}

#[test]
fn columns_are_read_one_after_the_other() {
    let document = document("columns.pdf");
    let lines = outline(&document);
    has(&lines, "Header P Northquay Advisory · Terms");
    has(&lines, "Footer P Page 1 of 3");
    has(&lines, "Note P 1Keys follow the consumption of the quarter before.");
    let order = [
        "H1 Managed cloud spend",
        "H2 1 Allocation",
        "H3 1.1 Showback",
        "H2 2 Forecasting",
        "H2 3 Exclusions",
    ];
    let headings: Vec<&String> =
        lines.iter().filter(|l| l.starts_with('H') && !l.starts_with("Header")).collect();
    assert_eq!(headings, order);
    has(&lines, "I0 2. The client confirms the assumptions:");
    has(&lines, "I1 • growth of the customer base;");
}

#[test]
fn cut_words_are_joined_and_own_hyphens_stay() {
    let text = document("columns.pdf").text;
    for word in [
        "recommendations for improving the responsibilities",
        "sub-contractors",
        "pay-as-you-go",
        "twelve-month",
    ] {
        assert!(text.contains(word), "no {word:?} in {text}");
    }
}

#[test]
fn a_paragraph_over_two_pages_is_one_and_keeps_its_pages() {
    let document = document("columns.pdf");
    let long =
        document.blocks.iter().find(|b| document.slice(b.span).starts_with("The following are out of scope"));
    let long = long.expect("the last paragraph");
    assert_eq!(document.page_at(long.span.start), Some(1));
    assert_eq!(document.page_at(long.span.end - 1), Some(2));
}

#[test]
fn ruled_tables_have_rows_cells_and_headers() {
    let lines = outline(&document("tables.pdf"));
    for row in [
        "T0h Task | Provider | Client",
        "T0 Monthly showback report for each product line and its owners | Responsible | Accountable for distribution \
         inside the business units",
        "T0 Commitment purchases are approved jointly |  | Accountable",
        "T0 Anomaly response | Detects within one hour | Informed",
        "T0  | Explains within one day | Decides",
        "T1h In scope | Out of scope",
        "T1 Rate optimisation | Negotiation of licences",
    ] {
        has(&lines, row);
    }
}

#[test]
fn tables_without_lines_are_found_by_their_gaps() {
    let lines = outline(&document("tables.pdf"));
    for row in ["T2h Service | Unit | Fee in EUR", "T2 Workshop on unit economics | per day | 1,950"] {
        has(&lines, row);
    }
    has(&lines, "P All fees are exclusive of value added tax.");
}

#[test]
fn bullets_that_are_drawn_and_not_written_make_items() {
    let lines = outline(&document("tables.pdf"));
    let wanted = [
        "I0 a monthly report;",
        "I0 one named contact",
        "I1 in working hours",
        "I1 by telephone",
        "I0 a yearly review.",
    ];
    let items: Vec<&String> = lines.iter().filter(|l| l.starts_with('I')).collect();
    assert_eq!(items, wanted);
}

#[test]
fn hidden_text_is_set_apart_with_its_reason() {
    let document = document("hidden.pdf");
    assert!(!document.text.contains("zz"), "{}", document.text);
    for seen in ["Visible words", "Seen white words on navy", "Seen grey words"] {
        assert!(document.text.contains(seen), "{}", document.text);
    }
    for (word, why) in [
        ("zzwhite", HiddenWhy::Background),
        ("zznear", HiddenWhy::Background),
        ("zztiny", HiddenWhy::Tiny),
        ("zzoff", HiddenWhy::OffPage),
        ("zzcovered", HiddenWhy::Covered),
        ("zzclip", HiddenWhy::Invisible),
        ("zzmode", HiddenWhy::Invisible),
    ] {
        let found =
            document.hidden.iter().any(|h| h.text.contains(word) && h.why == why && h.page == Some(1));
        assert!(found, "{word} {why:?} in {:#?}", document.hidden);
    }
}

#[test]
fn right_to_left_text_is_in_the_order_in_which_it_is_read() {
    let text = document("rtl.pdf").text;
    assert!(text.contains("הקצאת עלויות ענן לפי מוצר (FinOps) בשנת 2025 היא חלק מהשירות."), "{text}");
    assert!(text.contains("The term הקצאת עלויות means cost allocation."), "{text}");
}

#[test]
fn an_owner_password_alone_is_no_obstacle() {
    assert_eq!(outline(&document("owner-password.pdf")), REPORT);
}

#[test]
fn a_user_password_is_asked_for_and_used() {
    let refused = outcome("user-password.pdf", &Options::default());
    let failure = refused.failure().expect("a failure");
    assert_eq!(failure.kind, FailureKind::Password);
    assert_eq!(failure.detail, "needs a password; give it with --password-file");
    let with = |word: &str| Options { password: Some(word.to_owned()), ..Options::default() };
    assert_eq!(outcome("user-password.pdf", &with("quay")).status(), "read");
    assert_eq!(
        outcome("user-password.pdf", &with("nope")).failure().map(|f| f.kind),
        Some(FailureKind::Password)
    );
}

#[test]
fn scans_and_fonts_without_unicode_say_what_to_do() {
    let scan = outcome("scan.pdf", &Options::default());
    let failure = scan.failure().expect("a failure");
    assert_eq!(failure.kind, FailureKind::NoText);
    assert_eq!(failure.detail, "no text: the page is an image; install tesseract-ocr or pass text");
    let fonts = outcome("no-unicode.pdf", &Options::default());
    assert_eq!(fonts.failure().map(|f| f.kind), Some(FailureKind::NoUnicode));
}

#[test]
fn a_recognisers_text_layer_counts_as_text_and_is_marked() {
    let document = document("searchable.pdf");
    assert!(document.pages[0].ocr && document.hidden.is_empty(), "{:?}", document.hidden);
    let lines = outline(&document);
    assert!(lines[0].ends_with("Statement of work"), "{lines:#?}");
    assert!(document.text.contains("The services include the following:"));
}

fn tesseract() -> Option<PathBuf> {
    let found =
        std::env::split_paths(&std::env::var_os("PATH")?).map(|p| p.join("tesseract")).find(|p| p.is_file());
    if found.is_none() {
        eprintln!("skipped: tesseract is not installed");
    }
    found
}

#[test]
fn a_skewed_noisy_scan_is_recognised() {
    let Some(program) = tesseract() else { return };
    let options = Options { tesseract: Some(program), ..Options::default() };
    let mut progress = Vec::new();
    let outcome =
        read(&bytes("scan.pdf"), "scan.pdf", Format::Pdf, &options, &mut |page| progress.push(page));
    let Outcome::Read { document } = outcome else { panic!("{:?}", outcome.failure()) };
    assert_eq!(progress, [1, 1]);
    assert!(document.pages[0].ocr && document.notes[0].starts_with("1 page was read by optical recognition"));
    let lines = outline(&document);
    has(&lines, REPORT[2]);
    has(&lines, "I1 * savings plans and");
    let boxes = find_boxes_in_image(&bytes("scan.pdf"), 1, "reserved instances", &options);
    assert_eq!(boxes.len(), 1, "{boxes:?}");
    let [left, top, right, bottom] = boxes[0];
    assert!(right - left > 60.0 && (6.0..25.0).contains(&(bottom - top)) && right < 600.0, "{boxes:?}");
    let fonts = read(&bytes("no-unicode.pdf"), "no-unicode.pdf", Format::Pdf, &options, &mut |_| {});
    let Outcome::Read { document } = fonts else { panic!("{:?}", fonts.failure()) };
    has(&outline(&document), "T0h Task | Provider | Client");
}

#[test]
fn a_page_is_drawn_and_a_quote_found_on_it() {
    let bytes = bytes("tables.pdf");
    let drawn = draw_page(&bytes, 1, 72.0, None).expect("a page");
    assert!(drawn.png.starts_with(b"\x89PNG") && drawn.width > 500 && (drawn.scale - 1.0).abs() < 0.01);
    let boxes = find_boxes(&bytes, 1, "Commitment purchases are approved jointly", None);
    assert_eq!(boxes.len(), 1, "{boxes:?}");
    let cell = find_boxes(&bytes, 1, "Monthly showback report for each product line and its owners", None);
    assert_eq!(cell.len(), 2, "a cell of two lines: {cell:?}");
    assert!(cell[0][1] < cell[1][1] && cell.iter().all(|b| b[2] < drawn.width as f32 / 2.0), "{cell:?}");
    assert!(find_boxes(&bytes, 1, "words of another document", None).is_empty());
    assert!(draw_page(&bytes, 9, 72.0, None).is_err());
}

#[test]
fn a_page_that_killed_a_reader_is_left_out_and_named() {
    let options = Options { skip_pages: [2].into(), ..Options::default() };
    let outcome = outcome("columns.pdf", &options);
    assert_eq!(outcome.status(), "partial");
    assert!(outcome.failure().is_some_and(|f| f.detail.starts_with("page 2 could not be read")));
    assert!(outcome.document().is_some_and(|d| d.text.contains("Forecasting")));
}
