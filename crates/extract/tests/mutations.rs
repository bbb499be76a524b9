//! Broken files of every kind: readers refuse or read them, and never break down.
//!
//! Small valid files are cut, flipped and spliced with a fixed generator, so that a failure can be repeated. The fuzz targets
//! in `fuzz/` search further; this keeps what they found from coming back.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests fail as tests do

mod dice;

use capmap_extract::{Options, read, sniff};
use capmap_model::{FailureKind, Format};
use dice::Dice;
use std::io::Write as _;
use zip::write::{SimpleFileOptions, ZipWriter};

fn mutate(seed: &[u8], words: &[&[u8]], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..1 + dice.roll(6) {
        let at = dice.roll(bytes.len());
        let to = (at + dice.roll(40)).min(bytes.len());
        match dice.roll(5) {
            0 => bytes.truncate(at.max(1)),
            1 => bytes[at] = u8::try_from(dice.roll(256)).unwrap_or(0),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let copy = bytes[at..to].to_vec();
                let target = dice.roll(bytes.len());
                bytes.splice(target..target, copy);
            }
            _ => {
                let word = words[dice.roll(words.len())];
                bytes.splice(at..at, word.iter().copied());
            }
        }
        if bytes.is_empty() {
            bytes.push(b'x');
        }
    }
    bytes
}

/// 3,000 in every run; more for a search: `CAPMAP_MUTATIONS=300000 cargo test --release -p capmap-extract --test mutations`.
fn rounds() -> usize {
    std::env::var("CAPMAP_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(3000)
}

fn survives(format: Format, seeds: &[&[u8]], words: &[&[u8]], wrap: impl Fn(Vec<u8>) -> Vec<u8>) {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..rounds() {
        let bytes = wrap(mutate(seeds[round % seeds.len()], words, &mut dice));
        sniff(&bytes, "a");
        let outcome = read(&bytes, "a", format, &Options::default(), &mut |_| {});
        let crashed = outcome.failure().is_some_and(|f| f.kind == FailureKind::Crashed);
        assert!(!crashed, "round {round}: {:?}", String::from_utf8_lossy(&bytes));
        for passage in outcome.document().iter().flat_map(|d| &d.passages) {
            assert!(outcome.document().unwrap().cite(passage.span).is_ok());
        }
    }
}

const HTML: &[u8] = b"<!doctype html><html lang=en><head><title>T</title><style>.a{color:#fff}@media x{b{c:d}}</style></head><body>\
    <nav><ul><li><a href=#>A</a><li>B</ul></nav><main><h1>1. Scope</h1><p style='font-size:1px'>tiny<br><br>b</p><ol type=i start=3>\
    <li>x<ul><li>y<p>z</ul></ol><table><tr><th colspan=2 rowspan=3>h<th>i<tr><td>j<td><ul><li>k</ul><table><tr><td>in</table></table>\
    <dl><dt>t<dd>d<dd>e</dl><details><summary>s</summary><div hidden id=p>q</div></details><pre>a\n b</pre></main></body></html>";

#[test]
fn html() {
    let words: [&[u8]; 12] = [
        b"<table>",
        b"</table>",
        b"<li>",
        b"</ul>",
        b"<dd>",
        b"<td colspan=99999>",
        b"<tr>",
        b"<!--",
        b"<dl>",
        b"<svg>",
        b"<p hidden>",
        b"&#xfffff;",
    ];
    survives(Format::Html, &[HTML], &words, |bytes| bytes);
}

#[test]
fn markdown_and_text() {
    let seed = b"---\ntitle: x\n---\n# 1.2 A\n\ntext **b** `c` [l](u) ![i](j)\n\n- a\n  - b\n\n    c\n1. d\n\n| a | b |\n|---|---|\n| c | d <!-- x --> |\n\n\
        <details>\n<summary>s</summary>\n</details>\n\n> q\n\n[^1]: n\n\n    code\n\nTask   R   A\nx   y   z\n\x0c3. Fees\n====\n(a) it\n";
    let words: [&[u8]; 8] = [b"\n\n", b"- ", b"|", b"<!--", b"-->", b"    ", b"\xe2\x80", b"\x0c"];
    survives(Format::Markdown, &[seed], &words, |bytes| bytes);
    survives(Format::Text, &[seed], &words, |bytes| bytes);
}

const WORD: &[u8] = b"<w:document><w:body><w:p><w:pPr><w:pStyle w:val='H1'/><w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr></w:pPr>\
    <w:r><w:rPr><w:b/><w:vanish w:val='0'/></w:rPr><w:t>3.1 Scope. We do this and that.</w:t></w:r><w:ins><w:r><w:t>i</w:t></w:r></w:ins></w:p>\
    <w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc><w:tc>\
    <w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl></w:tc></w:tr></w:tbl><w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>TOC</w:instrText>\
    </w:r><w:r><w:fldChar w:fldCharType='separate'/><w:t>x</w:t><w:ruby><w:rt><w:r><w:t>r</w:t></w:r></w:rt></w:ruby></w:r></w:p></w:body></w:document>";

fn docx(main: Vec<u8>) -> Vec<u8> {
    let rels = "<Relationships><Relationship Type='x/officeDocument' Target='d.xml'/></Relationships>";
    let more = "<Relationships><Relationship Type='x/numbering' Target='n.xml'/><Relationship Type='x/header' Target='d.xml'/></Relationships>";
    let numbers = "<n><abstractNum abstractNumId='1'><lvl ilvl='1'><numFmt val='lowerRoman'/><lvlText val='%1.%2.%9'/></lvl></abstractNum>\
        <num numId='1'><abstractNumId val='1'/></num></n>";
    package(&[
        ("_rels/.rels", rels.as_bytes()),
        ("_rels/d.xml.rels", more.as_bytes()),
        ("n.xml", numbers.as_bytes()),
        ("d.xml", &main),
    ])
}

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn rich_text_and_mail() {
    let rtf = br"{\rtf1\ansicpg1252{\fonttbl x}\b 3.1 Scope\par Caf\'e9\u8212?{\v h}\pard\intbl a\cell b\cell\row\pard{\footnote n}}";
    survives(Format::Rtf, &[rtf], &[b"{", b"}", b"\\", b"\\uc99999", b"\\u-9", b"\\'f"], |bytes| bytes);
    let mail = b"From: a@b.c\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nwords\r\n--x\r\n\
        Content-Disposition: attachment; filename=a.html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGgxPjEgU2NvcGU8L2gxPg==\r\n--x--\r\n";
    survives(
        Format::Email,
        &[mail],
        &[b"--x\r\n", b"\r\n\r\n", b"Content-Type: text/html\r\n", b"=?utf-8?q?"],
        |bytes| bytes,
    );
}

#[test]
fn office_kin() {
    let one = |name: &'static str| move |bytes: Vec<u8>| package(&[(name, &bytes)]);
    let odt = b"<c><list-style name='L'><list-level-style-number level='1' num-format='i' display-levels='9'/></list-style><h outline-level='9'>H</h>\
        <list style-name='L'><list-item><p>a<note><note-body><p>n</p></note-body></note></p></list-item></list><table><table-row><table-cell>\
        <table><table-row><table-cell><p>x</p></table-cell></table-row></table></table-cell></table-row></table></c>";
    let words: [&[u8]; 6] = [b"<list>", b"</list>", b"<p>", b"</table>", b"<annotation>", b"level='77'"];
    survives(Format::Odt, &[odt], &words, one("content.xml"));
    let sheet = b"<w xmlns:r='r'><sheet name='A' id='r1'/><row><c r='ZZZ1' t='s'><v>0</v></c><c r='A1'><v>1</v></c></row><sldId r:id='r1'/>\
        <sp><nvPr><ph type='title'/></nvPr><txBody><p><pPr lvl='300'/><r><t>x</t></r></p></txBody></sp><tbl><tr><tc gridSpan='99999'><p/></tc></tr></tbl></w>";
    let parts = |bytes: Vec<u8>| {
        let root = b"<R><Relationship Id='a' Type='x/officeDocument' Target='w.xml'/></R>";
        let rels = b"<R><Relationship Id='r1' Type='x/slide' Target='w.xml'/><Relationship Id='r2' Type='x/sharedStrings' Target='w.xml'/></R>";
        package(&[("_rels/.rels", root), ("_rels/w.xml.rels", rels), ("w.xml", &bytes)])
    };
    let words: [&[u8]; 5] = [b"<row>", b"</tc>", b"<tbl>", b"<c>", b"</p>"];
    survives(Format::Xlsx, &[sheet], &words, parts);
    survives(Format::Pptx, &[sheet], &words, parts);
    let inner = package(&[("a.txt", b"words"), ("b.html", b"<p>x")]);
    survives(Format::Zip, &[&inner], &[b"PK\x01\x02"], |bytes| bytes);
}

#[test]
fn word() {
    let words: [&[u8]; 10] = [
        b"<w:tbl>",
        b"</w:tbl>",
        b"<w:tr>",
        b"</w:tc>",
        b"<w:p>",
        b"</w:p>",
        b"<w:pPr>",
        b"<w:del>",
        b"<w:txbxContent>",
        b"<w:rt>",
    ];
    survives(Format::Docx, &[WORD], &words, docx);
    let whole = docx(WORD.to_vec());
    survives(Format::Docx, &[&whole], &[b"PK\x03\x04", b"PK\x01\x02", b"\xff\xff\xff\xff"], |bytes| bytes);
}
