//! Says what the lexicons on disk see in a text: `... --example explain_text -- "text"` (lines: `# heading`, `- item`).
#![allow(clippy::print_stdout)]

use capmap_lexicon::{Lexicon, plain_document};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let text = std::env::args().skip(1).collect::<Vec<_>>().join(" ").replace("\\n", "\n");
    let lexicon = Lexicon::from_folder(&root, "finops-service-provider-2025")?;
    let document = plain_document(&text);
    for finding in lexicon.find(&document) {
        println!(
            "{} {} {:.2} “{}”",
            finding.criterion,
            finding.grade.name(),
            finding.confidence,
            document.slice(finding.quote)
        );
        for m in &finding.matches {
            println!("    {} “{}”", m.rule, document.slice(m.span));
        }
        println!(
            "    {}{}",
            finding.remarks.join("; "),
            finding.cue.map(|c| format!(" [cue {:?}: {}]", c.kind, c.text)).unwrap_or_default()
        );
    }
    Ok(())
}
