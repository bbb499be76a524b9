//! Pages whose programs are nonsense: numbers beyond all bounds, operators in any order, marks on each other. The reader
//! may find nothing, but must not break down. Repeatable: the generator is fixed.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests fail as tests do

mod dice;

use capmap_extract::{Options, find_boxes, read};
use capmap_model::{FailureKind, Format};
use dice::Dice;

fn pick<'t>(dice: &mut Dice, from: &[&'t str]) -> &'t str {
    from[dice.roll(from.len())]
}

const NUMBERS: [&str; 14] = [
    "0",
    "1",
    "-1",
    "12",
    "0.001",
    "72",
    "300",
    "595",
    "842",
    "1000000000",
    "99999999999999999999",
    "-40000",
    "0.5",
    "3",
];
const TEXTS: [&str; 12] = [
    "Cost allocation",
    "3.2 Scope",
    "1.",
    "-",
    "a",
    "............ 12",
    "",
    "(a)",
    "In scope",
    "Table of contents",
    "x\\000y",
    "sub-",
];
const OPERATORS: [&str; 26] = [
    "q",
    "Q",
    "BT",
    "ET",
    "n1 Tf",
    "n2 Td",
    "n6 Tm",
    "tTj",
    "tTj",
    "tTj",
    "n1 Tr",
    "n4 re f",
    "n4 re S",
    "n4 re W n",
    "n2 m n2 l S",
    "n6 cm",
    "n1 g",
    "n3 rg",
    "n1 Tc",
    "n1 Tw",
    "n1 Tz",
    "n1 Ts",
    "n1 w",
    "T*",
    "[tn1 tn1 t] TJ",
    "n4 re W* n",
];

fn operator(dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut pattern = pick(dice, &OPERATORS).chars().peekable();
    while let Some(c) = pattern.next() {
        let count = pattern.peek().and_then(|d| d.to_digit(10));
        match (c, count) {
            ('n', Some(count)) => {
                pattern.next();
                let numbers: Vec<&str> = (0..count).map(|_| pick(dice, &NUMBERS)).collect();
                out.push_str(&numbers.join(" "));
            }
            ('t', _) => out.push_str(&format!("({}) ", pick(dice, &TEXTS))),
            _ => out.push(c),
        }
    }
    if out.ends_with("Tf") { format!("/F {out}\n") } else { format!("{out}\n") }
}

fn page(dice: &mut Dice) -> String {
    let mut content = String::from("BT /F 11 Tf 72 700 Td\n");
    for _ in 0..dice.roll(120) {
        if dice.roll(3) == 0 {
            // mostly sane text, so that the layout has something to lay out
            let (x, y, text) = (dice.roll(500), dice.roll(800), pick(dice, &TEXTS));
            content.push_str(&format!("1 0 0 1 {x} {y} Tm ({text} {text}) Tj\n"));
        } else {
            content.push_str(&operator(dice));
        }
    }
    content
}

fn pdf(contents: &[String], rotate: usize) -> Vec<u8> {
    let count = contents.len();
    let kids: Vec<String> = (0..count).map(|i| format!("{} 0 R", 10 + 2 * i)).collect();
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, format!("<</Type/Pages/Count {count}/Kids[{}]>>", kids.join(" "))),
        (3, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned()),
    ];
    for (i, content) in contents.iter().enumerate() {
        let (page, stream) = (10 + 2 * i, 11 + 2 * i);
        let resources = "<</Font<</F 3 0 R>>>>";
        objects.push((page, format!(
            "<</Type/Page/Parent 2 0 R/Rotate {rotate}/MediaBox[0 0 595 842]/Resources{resources}/Contents {stream} 0 R>>"
        )));
        objects.push((stream, format!("<</Length {}>>\nstream\n{content}\nendstream", content.len())));
    }
    let mut file = String::from("%PDF-1.7\n");
    for (number, object) in objects {
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    file.push_str("trailer\n<</Root 1 0 R/Size 100>>\nstartxref\n0\n%%EOF\n");
    file.into_bytes()
}

#[test]
fn nonsense_on_a_page_never_breaks_the_reader() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut texts = 0;
    for round in 0..1500 {
        let contents: Vec<String> = (0..1 + dice.roll(3)).map(|_| page(&mut dice)).collect();
        let bytes = pdf(&contents, 90 * dice.roll(4));
        let outcome = read(&bytes, "a", Format::Pdf, &Options::default(), &mut |_| {});
        let failure = outcome.failure().map(|f| (f.kind, f.detail.clone()));
        let broken = failure
            .as_ref()
            .is_some_and(|(kind, _)| matches!(kind, FailureKind::Crashed | FailureKind::Malformed));
        assert!(!broken, "round {round}: {failure:?}\n{}", contents.join("\n---\n"));
        let Some(document) = outcome.document() else { continue };
        texts += usize::from(!document.text.is_empty());
        for passage in &document.passages {
            assert!(document.cite(passage.span).is_ok());
        }
        if round % 20 == 0 {
            find_boxes(&bytes, 1, "Cost allocation Cost", None);
        }
    }
    assert!(texts > 1000, "only {texts} documents had text");
}
