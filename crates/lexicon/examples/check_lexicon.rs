//! Checks the lexicons on disk: `cargo run --release -p capmap-lexicon --example check_lexicon [-- part-of-file-name]`.
#![allow(clippy::print_stdout)]

use capmap_lexicon::Lexicon;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lexicons");
    let part = std::env::args().nth(1).unwrap_or_default();
    let lexicon = Lexicon::from_folder(&root, "finops-service-provider-2025")?;
    let complaints = lexicon.check();
    for complaint in complaints.iter().filter(|c| c.file.contains(&part)) {
        println!("{complaint}");
    }
    println!("{} phrases, {} complaints", lexicon.phrases(), complaints.len());
    Ok(())
}
