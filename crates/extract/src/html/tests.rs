//! What a visitor sees comes out once and in order; what is hidden is told apart.

use super::read;
use crate::Options;
use crate::assemble::{RawKind, Reading};
use capmap_model::{FailureKind, Role};

fn page(markup: &str) -> Reading {
    read(markup.as_bytes(), &Options::default()).unwrap()
}

fn lines(markup: &str) -> Vec<String> {
    let reading = page(markup);
    let line = |r: &crate::assemble::Raw| match &r.kind {
        RawKind::Heading { level, .. } => format!("h{level} {}", r.text),
        RawKind::Paragraph => format!("p {}", r.text),
        RawKind::Item { depth, .. } => format!("i{depth} {}", r.text),
        RawKind::Row { header, cells, .. } => {
            format!("{} {}", if *header { "head" } else { "row" }, cells.join("/"))
        }
    };
    reading.raw.iter().map(line).collect()
}

fn hidden(markup: &str) -> Vec<String> {
    page(markup).hidden.into_iter().map(|h| h.text).collect()
}

#[test]
fn structure() {
    let markup = "<h1>A &amp; B</h1><div>soup <b>of</b> words<div>inner</div>after</div>\
        <ul><li>one<ul><li>two</ul><li><p>three</p><p>more</p></ul><ol start=3 type=a><li>x</ol>\
        <p>1<br>2<br><br>3</p><pre>a\n b</pre><details><summary>Sum</summary>Body</details><img alt='no'><script>x</script>";
    let wanted = [
        "h1 A & B",
        "p soup of words",
        "p inner",
        "p after",
        "i0 • one",
        "i1 • two",
        "i0 • three\nmore",
        "i0 c. x",
        "p 1\n2",
        "p 3",
        "p a\n b",
        "h6 Sum",
        "p Body",
    ];
    assert_eq!(lines(markup), wanted);
}

#[test]
fn tables() {
    let markup = "<table><thead><tr><th>Task<th colspan=2>Who</thead><tr><td rowspan=2>Tag<td>us<td><ul><li>a<li>b</ul>\
        <tr><td>you<td>c<tr><td colspan=3>Excluded</table><dl><dt>Term<dd>One<dd>Two</dl>";
    let wanted =
        ["head Task/Who/", "row Tag/us/• a\n• b", "row /you/c", "row Excluded", "row Term/One", "row /Two"];
    assert_eq!(lines(markup), wanted);
}

#[test]
fn cards_in_lists_are_no_items() {
    let wanted = ["h3 Card", "p Words", "i0 • plain"];
    assert_eq!(lines("<ul><li><h3>Card</h3><p>Words</p></li><li>plain</li></ul>"), wanted);
}

#[test]
fn roles() {
    let markup = "<header>Top</header><nav>Home</nav><main><article><header>Inner</header>Body</article></main>\
        <aside>Side</aside><div id=cookie-box>We bake</div><footer>Foot</footer>";
    let roles: Vec<(String, Role)> = page(markup).raw.into_iter().map(|r| (r.text, r.role)).collect();
    let wanted = [
        ("Top", Role::Header),
        ("Home", Role::Nav),
        ("Inner", Role::Main),
        ("Body", Role::Main),
        ("Side", Role::Aside),
        ("We bake", Role::Banner),
        ("Foot", Role::Footer),
    ];
    assert_eq!(roles, wanted.map(|(t, r)| (t.to_owned(), r)));
}

#[test]
fn hidden_text_is_kept_apart() {
    let markup = "<style>.ghost{color:#fff} #gone, .x{display:none}</style><p>seen<p class=ghost>white</p><p id=gone>gone</p>\
        <p hidden>attr</p><p style='font-size:1px'>tiny</p><p style='visibility:hidden'>veil <span style='visibility:visible'>back</span></p>\
        <p>a <span style='position:absolute;left:-9999px'>off</span> b</p><i aria-hidden=true>icon</i>\
        <div style='background:#000'><p style='color:#fff'>on black</p></div>";
    assert_eq!(hidden(markup), ["white", "gone", "attr", "tiny", "veil", "off", "icon"]);
    assert_eq!(lines(markup), ["p seen", "p back", "p a", "p b", "p on black"]);
}

#[test]
fn collapsed_panels_are_content() {
    let markup = "<button aria-controls=p1>Q</button><div id=p1 hidden><p>Answer</p></div><div role=tabpanel style='display:none'>Tab</div>";
    let reading = page(markup);
    assert_eq!(reading.raw.len(), 3);
    assert!(reading.hidden.is_empty() && reading.notes[0].starts_with("2 collapsed panels"));
}

#[test]
fn shells_need_a_browser() {
    let shell = b"<html><head><title>T</title><script src=app.js></script></head><body><div id=root></div></body></html>";
    assert_eq!(read(shell, &Options::default()).unwrap_err().kind, FailureKind::NeedsBrowser);
}

#[test]
fn bombs_end_in_clear_errors() {
    let refused = |markup: &str| read(markup.as_bytes(), &Options::default()).unwrap_err();
    assert!(refused(&"<div>".repeat(200_000)).detail.contains("depth"));
    assert!(refused(&"<table><tr><td>".repeat(20_000)).detail.contains("depth"));
    let many: String = (0..100_000).map(|i| format!(" a{i}=b")).collect();
    assert!(refused(&format!("<p{many}>x")).detail.contains("attributes"));
    let script = format!("<p>{}</p><script>{}</script><p>after", "seen ".repeat(40), "x".repeat(20_000_000));
    assert_eq!(lines(&script)[1], "p after");
}
