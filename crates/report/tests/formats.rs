//! Each text format: what stands in it, what cannot break out of it, and that it is the same every time.
#![allow(clippy::unwrap_used)]

mod common;

use capmap_report::{Pack, ReadError, Table};
use common::small;

#[test]
fn json_reads_back_to_the_same_pack_and_score() {
    let pack = small();
    let json = pack.to_json();
    let back = Pack::from_json(json.as_bytes()).unwrap();
    assert_eq!(back, pack);
    assert_eq!(back.score().unwrap(), pack.score().unwrap());
    assert_eq!(back.to_json(), json);
    assert!(!json.contains(['\u{202e}', '\u{1b}']));
}

#[test]
fn json_with_a_made_up_score_or_another_schema_is_refused() {
    let json = small().to_json();
    let better = json.replacen("\"met\": false", "\"met\": true", 1);
    assert_ne!(json, better);
    assert!(
        matches!(Pack::from_json(better.as_bytes()), Err(ReadError::Score(what)) if what == "policies differs")
    );
    let other = json.replace("capmap/report/1", "capmap/report/9");
    assert!(matches!(Pack::from_json(other.as_bytes()), Err(ReadError::Schema { .. })));
    assert!(matches!(Pack::from_json(b"[1"), Err(ReadError::Malformed(_))));
}

#[test]
fn html_says_coverage_first_and_fetches_nothing() {
    let html = small().to_html();
    let at = |words: &str| html.find(words).unwrap_or_else(|| panic!("{words} is missing"));
    assert!(at("1 input could not be read") < at("The threshold of 75 %"));
    assert!(at("it needs a password") < at("id=\"evidence\""));
    let suggested = html.rfind("suggested, not confirmed: counts for nothing").unwrap();
    assert!(suggested > at("id=\"evidence\""));
    for outside in ["<script", "<img", "<link", "<iframe", "url(http", "@import", "src="] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("&lt;script&gt;") && html.contains("Example &lt;Consulting&gt; &amp; Co"));
    assert!(!html.contains(['\u{1b}', '\u{202e}']));
    assert!(
        html.contains("We split the shared bill") && html.contains("clear; =1+1 &lt;i&gt;note&lt;/i&gt;")
    );
    assert!(html.contains("captured 2026-11-01T08:00:00Z") && html.contains("sub/SOW%2012.pdf#page=1"));
}

#[test]
fn pictures_have_words_for_those_who_do_not_see_them() {
    let pictures = small().pictures();
    assert_eq!(pictures.len(), 3);
    for (name, svg) in pictures {
        let between = |from: &str, to: &str| {
            let text = svg.split(from).nth(1).and_then(|rest| rest.split(to).next());
            text.and_then(|text| text.split_once('>')).map_or("", |(_, words)| words).to_owned()
        };
        assert!(svg.contains("role=\"img\"") && svg.contains("aria-labelledby="), "{name}");
        assert!(between("<title", "</title>").len() > 5, "{name}: {svg}");
        assert!(between("<desc", "</desc>").len() > 20, "{name}: {svg}");
    }
}

#[test]
fn only_a_draft_shows_suggestions() {
    let mut pack = small();
    let shown = |pack: &Pack| {
        let (html, markdown) = ("<q>We build a rolling", "> “We build a rolling");
        (pack.to_html().contains(html), pack.to_markdown().contains(markdown))
    };
    assert_eq!(shown(&pack), (true, true));
    pack.draft = false;
    assert_eq!(shown(&pack), (false, false));
}

#[test]
fn markdown_keeps_documents_words_plain() {
    let markdown = small().to_markdown();
    assert!(markdown.contains("\\<script>alert(1)\\</script>") && markdown.contains("\\*bold\\* \\|"));
    assert!(!markdown.contains(['\u{1b}', '\u{202e}']));
    let quoted: Vec<_> = markdown.lines().filter(|l| l.starts_with("> “")).collect();
    assert_eq!(quoted.len(), 4, "{quoted:?}"); // two confirmed, one disputed, one suggested
}

#[test]
fn no_csv_cell_starts_a_formula() {
    let pack = small();
    for table in Table::ALL {
        let csv = pack.to_csv(table);
        for line in csv.trim_start_matches('\u{feff}').lines() {
            for cell in line.split([',', ';']) {
                let cell = cell.trim_start_matches('"');
                assert!(!cell.starts_with(['=', '+', '@', '-', '\t', '\r']), "{}: {cell}", table.name());
            }
        }
    }
    assert!(pack.to_csv(Table::Decisions).contains("\"'=HYPERLINK(\"\"http://evil.example\"\""));
}

#[test]
fn redacted_packs_name_nobody() {
    let pack = small().redacted();
    let formats = [
        pack.to_html(),
        pack.to_markdown(),
        pack.to_json(),
        pack.to_csv(Table::Decisions),
        pack.to_csv(Table::Log),
    ];
    for text in formats {
        assert!(!text.contains("\"ada\"") && !text.contains("by ada") && !text.contains("bert"), "{text}");
        assert!(!text.contains("note</i>") && !text.contains("clear;"));
    }
    assert!(pack.to_html().contains("reviewer 1") && pack.to_html().contains("reviewer 2"));
}

#[test]
fn the_same_pack_gives_the_same_bytes() {
    let (a, b) = (small(), small());
    assert_eq!(a.to_html(), b.to_html());
    assert_eq!(a.to_markdown(), b.to_markdown());
    assert_eq!(a.to_jsonld(), b.to_jsonld());
    assert!(a.to_xlsx().unwrap() == b.to_xlsx().unwrap());
    assert!(a.to_docx().unwrap() == b.to_docx().unwrap());
}

#[test]
fn an_empty_pack_is_written_too() {
    let mut pack = small();
    pack.evidence.clear();
    pack.documents.clear();
    pack.standings.clear();
    pack.log.events.clear();
    pack.readiness = None;
    assert!(pack.to_html().contains("No documents were mapped."));
    assert!(pack.to_markdown().contains("## Verdict"));
    pack.criteria.criteria[0].points = None;
    assert!(pack.to_html().contains("No verdict: criteria set"));
    assert_eq!(Pack::from_json(pack.to_json().as_bytes()).unwrap(), pack);
}
