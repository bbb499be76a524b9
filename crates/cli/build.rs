//! Gives the program a fingerprint of the code that reads and judges documents. What was cached by other code is not used:
//! a version number alone would let a changed reader answer with the old one's text.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

fn main() {
    fingerprint("CAPMAP_READER", &["../model/src", "../extract/src", "../../Cargo.lock"]);
    fingerprint(
        "CAPMAP_RULES",
        &["../model/src", "../lexicon/src", "../evidence/src", "src/judged.rs", "../../lexicons"],
    );
}

fn fingerprint(name: &str, places: &[&str]) {
    let mut hasher = DefaultHasher::new();
    for place in places {
        println!("cargo::rerun-if-changed={place}");
        for file in files(Path::new(place)) {
            (&file, std::fs::read(&file).unwrap_or_default()).hash(&mut hasher);
        }
    }
    println!("cargo::rustc-env={name}={:016x}", hasher.finish());
}

fn files(place: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(place) else { return vec![place.to_owned()] };
    let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    inside.sort();
    inside.iter().flat_map(|path| files(path)).collect()
}
