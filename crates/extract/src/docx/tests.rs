//! One document with one marker word per Word feature, written here; and packages that are odd or hostile.

use super::read;
use crate::assemble::{Raw, RawKind, Reading};
use crate::{Limits, Options};
use capmap_model::{Failure, FailureKind, HiddenWhy, Role};
use std::io::Write as _;
use zip::write::{SimpleFileOptions, ZipWriter};

const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const STRICT: &str = "http://purl.oclc.org/ooxml/wordprocessingml/main";
const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn pack(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn relations(rows: &[(&str, &str)]) -> String {
    let row = |(i, (kind, target)): (usize, &(&str, &str))| {
        format!("<Relationship Id='r{i}' Type='{RELS}/{kind}' Target='{target}'/>")
    };
    format!("<Relationships>{}</Relationships>", rows.iter().enumerate().map(row).collect::<String>())
}

/// A package whose main part is `word/main.xml`, as few producers name it.
fn package(body: &str, more: &[(&str, &str, String)]) -> Vec<u8> {
    package_in(TRANSITIONAL, body, more)
}

fn package_in(namespace: &str, body: &str, more: &[(&str, &str, String)]) -> Vec<u8> {
    let wrap = |root: &str, inner: &str| format!("<w:{root} xmlns:w='{namespace}'>{inner}</w:{root}>");
    let files: Vec<String> = more.iter().map(|(_, name, _)| format!("word/{name}")).collect();
    let rows: Vec<(&str, &str)> = more.iter().map(|(kind, name, _)| (*kind, *name)).collect();
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>".to_owned()),
        ("_rels/.rels", relations(&[("officeDocument", "/word/main.xml")])),
        ("word/_rels/main.xml.rels", relations(&rows)),
        ("word/main.xml", wrap("document", &format!("<w:body>{body}</w:body>"))),
    ];
    let texts = more.iter().zip(&files).map(|((_, _, text), file)| (file.as_str(), wrap("part", text)));
    parts.extend(texts);
    pack(&parts)
}

fn r(text: &str) -> String {
    format!("<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>")
}
fn rp(properties: &str, text: &str) -> String {
    format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
}
fn p(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}
fn pp(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr>{}</w:p>", r(text))
}

fn open(bytes: &[u8]) -> Reading {
    read(bytes, &Options::default()).unwrap()
}

fn lines(reading: &Reading) -> Vec<String> {
    let line = |raw: &Raw| match &raw.kind {
        RawKind::Heading { level, number } => {
            format!("h{level} {} | {}", number.as_deref().unwrap_or("-"), raw.text)
        }
        RawKind::Paragraph => format!("p | {}", raw.text),
        RawKind::Item { depth, number } => {
            format!("i{depth} {} | {}", number.as_deref().unwrap_or("-"), raw.text)
        }
        RawKind::Row { header, cells, .. } => {
            format!("{} | {}", if *header { "head" } else { "row" }, cells.join("/"))
        }
    };
    reading.raw.iter().map(line).collect()
}

fn body_lines(body: &str) -> Vec<String> {
    lines(&open(&package(body, &[])))
}

#[test]
fn wrappers_hide_no_text() {
    for inner in [
        format!(
            "<w:sdt><w:sdtPr><w:alias w:val='no'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
            r("seen")
        ),
        format!("<w:hyperlink><w:ins>{}</w:ins></w:hyperlink>", r("seen")),
        format!("<w:fldSimple w:instr='no'>{}</w:fldSimple>", r("seen")),
        format!("<w:smartTag><w:customXml>{}</w:customXml></w:smartTag>", r("seen")),
        format!("<w:bdo w:val='rtl'><w:dir>{}</w:dir></w:bdo>", r("seen")),
        "<m:oMath xmlns:m='m'><m:r><m:t>seen</m:t></m:r></m:oMath>".to_owned(),
        format!("<w:moveTo>{}</w:moveTo><w:moveFrom w:id='1'>{}</w:moveFrom>", r("seen"), r("no")),
        format!("{}<w:del><w:r><w:delText>no</w:delText></w:r></w:del>", r("seen")),
        format!(
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>REF no</w:instrText></w:r>\
             <w:r><w:fldChar w:fldCharType='separate'/></w:r>{}<w:r><w:fldChar w:fldCharType='end'/></w:r>",
            r("seen")
        ),
    ] {
        assert_eq!(body_lines(&p(&inner)), ["p | seen"], "{inner}");
    }
    let block = format!("<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>", p(&r("block")));
    assert_eq!(body_lines(&block), ["p | block"]);
}

#[test]
fn signs_and_characters() {
    let run = "<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:br/><w:t>c</w:t><w:tab/><w:t>d &amp; &#233;</w:t></w:r>";
    assert_eq!(body_lines(&p(run)), ["p | a-b\nc\td & é"]);
    let ruby = format!(
        "<w:r><w:ruby><w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>",
        r("above"),
        r("base")
    );
    assert_eq!(body_lines(&p(&ruby)), ["p | base above"]);
}

#[test]
fn text_boxes_come_once_and_after() {
    let content = format!("<w:txbxContent>{}</w:txbxContent>", p(&r("boxed")));
    let both = format!(
        "<w:r><mc:AlternateContent xmlns:mc='c'><mc:Choice><w:drawing>{content}</w:drawing></mc:Choice>\
         <mc:Fallback><w:pict>{content}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    );
    assert_eq!(
        body_lines(&p(&format!("{}{both}{}", r("before "), r("after")))),
        ["p | before after", "p | boxed"]
    );
    assert_eq!(body_lines(&p(&format!("<w:r><w:pict>{content}</w:pict></w:r>"))), ["p | boxed"]);
}

#[test]
fn tracked_changes_are_counted() {
    let body = p(&format!("{}<w:ins>{}</w:ins><w:del>{}</w:del>", r("a "), r("new"), r("old")))
        + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>one </w:t></w:r></w:p>"
        + &p(&r("line"));
    let reading = open(&package(&body, &[]));
    assert_eq!(lines(&reading), ["p | a new", "p | one line"]);
    assert_eq!(reading.notes, ["1 tracked deletion left out", "1 tracked insertion kept"]);
}

#[test]
fn hidden_text_is_kept_apart() {
    let body = p(&(rp("<w:vanish/>", "gone") + &r("seen")))
        + &p(&rp("<w:color w:val='FFFFFF'/>", "white"))
        + &p(&rp("<w:color w:val='FFFFFF'/><w:shd w:fill='000000'/>", "on black"))
        + &p(&rp("<w:sz w:val='2'/>", "tiny"));
    let comments = format!("<w:comment w:id='0'>{}</w:comment>", p(&r("remark")));
    let reading = open(&package(&body, &[("comments", "c.xml", comments)]));
    assert_eq!(lines(&reading), ["p | seen", "p | on black"]);
    let hidden: Vec<(&str, HiddenWhy)> = reading.hidden.iter().map(|h| (h.text.trim(), h.why)).collect();
    let wanted = [
        ("gone", HiddenWhy::Vanish),
        ("white", HiddenWhy::Background),
        ("tiny", HiddenWhy::Tiny),
        ("remark", HiddenWhy::Comment),
    ];
    assert_eq!(hidden, wanted);
}

fn numbering() -> String {
    let level = |at: u32, format: &str, text: &str, more: &str| {
        format!(
            "<w:lvl w:ilvl='{at}'><w:start w:val='1'/><w:numFmt w:val='{format}'/>{more}<w:lvlText w:val='{text}'/></w:lvl>"
        )
    };
    format!(
        "<w:abstractNum w:abstractNumId='1'>{}{}</w:abstractNum><w:abstractNum w:abstractNumId='2'>{}</w:abstractNum>\
         <w:abstractNum w:abstractNumId='3'>{}{}</w:abstractNum>\
         <w:num w:numId='5'><w:abstractNumId w:val='1'/></w:num><w:num w:numId='6'><w:abstractNumId w:val='2'/></w:num>\
         <w:num w:numId='7'><w:abstractNumId w:val='3'/></w:num>\
         <w:num w:numId='8'><w:abstractNumId w:val='1'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num>",
        level(0, "decimal", "%1)", ""),
        level(1, "lowerLetter", "(%2)", ""),
        level(0, "bullet", "\u{f0b7}", ""),
        level(0, "decimal", "%1.", "<w:pStyle w:val='H1'/>"),
        level(1, "decimal", "%1.%2", "<w:pStyle w:val='H2'/>"),
    )
}

fn styles() -> String {
    "<w:style w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:numPr><w:numId w:val='7'/></w:numPr></w:pPr></w:style>\
     <w:style w:styleId='H2'><w:name w:val='heading 2'/><w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='7'/></w:numPr>\
     <w:outlineLvl w:val='1'/></w:pPr></w:style>\
     <w:style w:styleId='Own'><w:name w:val='clause'/><w:basedOn w:val='H2'/></w:style>\
     <w:style w:styleId='T1'><w:name w:val='toc 1'/></w:style>"
        .to_owned()
}

#[test]
fn numbers_as_word_shows_them() {
    let item = |list: u32, level: u32, text: &str| {
        pp(&format!("<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list}'/></w:numPr>"), text)
    };
    let style = |id: &str, text: &str| pp(&format!("<w:pStyle w:val='{id}'/>"), text);
    let body = style("T1", "Services 1")
        + &style("H1", "Scope")
        + &style("H2", "Services")
        + &style("Own", "Exclusions")
        + &style("H1", "Fees")
        + &style("H2", "Rates")
        + &item(5, 0, "first")
        + &item(5, 1, "sub")
        + &item(5, 0, "second")
        + &item(5, 1, "sub again")
        + &item(6, 0, "bullet")
        + &item(8, 0, "anew");
    let reading =
        open(&package(&body, &[("styles", "s.xml", styles()), ("numbering", "n.xml", numbering())]));
    let wanted = [
        "p | Services 1",
        "h1 1 | 1. Scope",
        "h2 1.1 | 1.1 Services",
        "h2 1.2 | 1.2 Exclusions",
        "h1 2 | 2. Fees",
        "h2 2.1 | 2.1 Rates",
        "i0 1 | 1) first",
        "i1 a | (a) sub",
        "i0 2 | 2) second",
        "i1 a | (a) sub again",
        "i0 - | • bullet",
        "i0 1 | 1) anew",
    ];
    assert_eq!(lines(&reading), wanted);
    assert_eq!(reading.raw[0].role, Role::Contents);
}

fn tbl(rows: &[Vec<String>]) -> String {
    let cell = |c: &String| format!("<w:tc>{c}</w:tc>");
    let row = |cells: &Vec<String>| format!("<w:tr>{}</w:tr>", cells.iter().map(cell).collect::<String>());
    format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
}

#[test]
fn tables_nested_merged_and_wrapped() {
    let inner = tbl(&[vec![p(&r("x")), p(&r("y"))]]);
    let bold = |t: &str| p(&rp("<w:b/>", t));
    let spanning = format!("<w:tcPr><w:gridSpan w:val='2'/></w:tcPr>{}", p(&r("whole")));
    let table = tbl(&[
        vec![bold("Task"), bold("Who")],
        vec![p(&r("tag")), inner + &p("")],
        vec![spanning],
        vec![p(&r("two")) + &p(&r("lines")), p(&r("z"))],
    ]);
    assert_eq!(body_lines(&table), ["head | Task/Who", "row | tag/x y", "row | whole", "row | two\nlines/z"]);
    let wrapped = format!(
        "<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>{}</w:tc><w:sdt><w:sdtContent><w:tc>{}</w:tc></w:sdtContent></w:sdt></w:tr>\
         </w:sdtContent></w:sdt></w:tbl>",
        p(&r("a")),
        p(&r("b"))
    );
    assert_eq!(body_lines(&wrapped), ["row | a/b"]);
    assert_eq!(body_lines(&tbl(&[vec![p(&r("frame")) + &p(&r("only"))]])), ["p | frame", "p | only"]);
}

#[test]
fn headers_and_notes_have_roles() {
    let note = format!(
        "<w:footnote w:type='separator'>{}</w:footnote><w:footnote>{}</w:footnote>",
        p(&r("no")),
        p(&r("noted"))
    );
    let more = [
        ("header", "h1.xml", p(&r("head"))),
        ("header", "h2.xml", p(&r("head"))),
        ("footer", "f.xml", p(&r("foot"))),
        ("footnotes", "n.xml", note),
    ];
    let reading = open(&package(&p(&r("body")), &more));
    let roles: Vec<(&str, Role)> = reading.raw.iter().map(|raw| (raw.text.as_str(), raw.role)).collect();
    assert_eq!(
        roles,
        [("body", Role::Main), ("head", Role::Header), ("foot", Role::Footer), ("noted", Role::Note)]
    );
}

#[test]
fn the_strict_dialect_reads_alike() {
    assert_eq!(lines(&open(&package_in(STRICT, &p(&r("strict")), &[]))), ["p | strict"]);
}

fn refused(bytes: &[u8], limits: Limits) -> Failure {
    read(bytes, &Options { limits, ..Options::default() }).unwrap_err()
}

#[test]
fn bombs_end_in_clear_errors() {
    let nested =
        |open: &str, close: &str, n: usize| package(&(open.repeat(n) + &p(&r("x")) + &close.repeat(n)), &[]);
    let deep = [
        nested("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 20_000),
        nested("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 20_000),
        nested("<w:zz>", "</w:zz>", 200_000),
    ];
    for bytes in deep {
        let failure = refused(&bytes, Limits::default());
        assert_eq!(failure.kind, FailureKind::Limit);
        assert!(failure.detail.contains("depth"), "{failure}");
    }
    let big = package(&p(&r(&"A".repeat(5 << 20))), &[]);
    assert!(refused(&big, Limits { ratio: 100, ..Limits::default() }).detail.contains("packed size"));
    let small = Limits { expanded_bytes: 1 << 20, ..Limits::default() };
    assert!(refused(&big, small).detail.contains("expand to"));
    let entities = pack(&[
        ("_rels/.rels", relations(&[("officeDocument", "d.xml")])),
        ("d.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>".into()),
    ]);
    assert!(refused(&entities, Limits::default()).detail.contains("document type"));
}

#[test]
fn damaged_files_say_how() {
    let whole = package(&p(&r("body")), &[]);
    assert_eq!(refused(&whole[..whole.len() - 60], Limits::default()).kind, FailureKind::Truncated);
    let no_main = pack(&[("[Content_Types].xml", "<Types/>".into())]);
    assert!(refused(&no_main, Limits::default()).detail.contains("word/document.xml is missing"));
}
