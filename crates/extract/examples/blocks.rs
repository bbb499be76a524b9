//! Prints the blocks of documents, one per line with its kind, page and role: to see what a reader sees.
//!
//! `cargo run --release -p capmap-extract --example blocks -- [--password WORD] [--tesseract PROGRAM] [--force] FILE...`

#![allow(clippy::print_stdout)] // it prints

use capmap_extract::{OcrMode, Options, read, sniff};
use capmap_model::{BlockKind, Document, Role};

fn main() {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--password" => options.password = arguments.next(),
            "--tesseract" => options.tesseract = arguments.next().map(Into::into),
            "--force" => options.ocr = OcrMode::Force,
            _ => show(&name, &options),
        }
    }
}

fn show(name: &str, options: &Options) {
    let bytes = std::fs::read(name).expect("readable file");
    let outcome = read(&bytes, name, sniff(&bytes, name), options, &mut |_| {});
    println!("== {name}: {} {:?}", outcome.status(), outcome.failure());
    if let Some(document) = outcome.document() {
        print(document);
    }
}

fn print(document: &Document) {
    println!("notes {:?}", document.notes);
    println!("title {:?} language {:?} pages {}", document.title, document.language, document.pages.len());
    for block in &document.blocks {
        let text = document.slice(block.span).replace('\n', "\\n").replace('\t', " | ");
        let kind = match &block.kind {
            BlockKind::Heading { level, .. } => format!("H{level}"),
            BlockKind::Paragraph => "P".to_owned(),
            BlockKind::Item { depth, .. } => format!("I{depth}"),
            BlockKind::Row { table, header, .. } => format!("T{table}{}", if *header { "h" } else { "" }),
        };
        let page = document.page_at(block.span.start).unwrap_or(0);
        let role = if block.role == Role::Main { String::new() } else { format!(" {:?}", block.role) };
        println!("{page:>3} {kind}{role}: {text}");
    }
    for hidden in &document.hidden {
        println!("HIDDEN {:?} {:?}: {}", hidden.page, hidden.why, hidden.text);
    }
}
