//! The bundle and its proof: what is sound passes, and each way of tampering is named.
#![allow(clippy::unwrap_used)]

mod common;

use capmap_model::{Capture, Document};
use capmap_report::{Pack, PackDocument, Parts, Problem, Proof, verify, write_bundle};
use common::{hex, original, page, small, sow};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

struct Sources {
    originals: bool,
}

fn read(document: &PackDocument) -> Document {
    if document.source.starts_with("http") { page() } else { sow() }
}

impl Parts for Sources {
    fn text(&mut self, document: &PackDocument) -> Result<String, String> {
        Ok(read(document).text)
    }
    fn original(&mut self, document: &PackDocument) -> Result<Option<Vec<u8>>, String> {
        Ok(self.originals.then(|| original(&document.source)))
    }
    fn capture(&mut self, _: &Capture) -> Result<Option<Vec<u8>>, String> {
        Ok(Some(b"WARC/1.1".to_vec()))
    }
}

fn bundle(pack: &Pack, originals: bool) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    write_bundle(pack, &mut Sources { originals }, &mut out).unwrap();
    out.into_inner()
}

fn prove(bundle: &[u8]) -> Proof {
    verify(Cursor::new(bundle), &mut |document, _| Ok(read(document))).unwrap()
}

/// The bundle with one file changed, and with `sealed` the manifest made to fit, as a careful forger would.
fn tampered(bundle: &[u8], path: &str, sealed: bool, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut from = ZipArchive::new(Cursor::new(bundle)).unwrap();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for i in 0..from.len() {
        let mut file = from.by_index(i).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.push((file.name().unwrap().into_owned(), bytes));
    }
    let at = files.iter().position(|(name, _)| name == path).unwrap();
    let changed = change(files[at].1.clone());
    assert_ne!(changed, files[at].1);
    files[at].1 = changed;
    if sealed {
        let digest = hex(&Sha256::digest(&files[at].1));
        let manifest = &mut files.iter_mut().find(|(name, _)| name == "manifest.json").unwrap().1;
        let mut value: Value = serde_json::from_slice(manifest).unwrap();
        let listed = value["files"].as_array_mut().unwrap();
        listed.iter_mut().find(|f| f["path"] == path).unwrap()["sha256"] = digest.into();
        *manifest = serde_json::to_vec(&value).unwrap();
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn replaced<'a>(from: &'a str, to: &'a str) -> impl Fn(Vec<u8>) -> Vec<u8> + 'a {
    move |bytes| String::from_utf8(bytes).unwrap().replacen(from, to, 1).into_bytes()
}

#[test]
fn a_sound_bundle_is_proven() {
    let pack = small();
    let proof = prove(&bundle(&pack, true));
    assert_eq!(proof.problems, []);
    assert_eq!((proof.events, proof.votes, proof.quotes, proof.from_originals), (5, 5, 5, 5));
    assert_eq!(proof.remarks, Vec::<String>::new());
    let packed = proof.pack.unwrap();
    assert_eq!(packed.evidence[0].link, "originals/sub/SOW%2012.pdf#page=1");
    assert_eq!(packed.score().unwrap(), pack.score().unwrap());
}

#[test]
fn without_originals_the_texts_prove_the_quotes() {
    let proof = prove(&bundle(&small(), false));
    assert_eq!((proof.problems.len(), proof.quotes, proof.from_originals), (0, 5, 0));
    assert!(proof.remarks[0].contains("2 originals are not in the bundle"));
}

#[test]
fn a_redacted_bundle_says_what_it_cannot_prove() {
    let proof = prove(&bundle(&small().redacted(), true));
    assert_eq!((proof.problems.len(), proof.quotes), (0, 5));
    assert!(proof.remarks[0].contains("left out"));
}

#[test]
fn the_same_pack_gives_the_same_bundle() {
    assert!(bundle(&small(), true) == bundle(&small(), true));
}

#[test]
fn one_changed_byte_in_an_original_is_named() {
    let sound = bundle(&small(), true);
    let path = "originals/sub/SOW 12.pdf";
    let flip = |mut bytes: Vec<u8>| {
        bytes[3] ^= 1;
        bytes
    };
    let plain = prove(&tampered(&sound, path, false, flip)).problems;
    assert!(plain.contains(&Problem::FileChanged(path.to_owned())), "{plain:?}");
    let sealed = prove(&tampered(&sound, path, true, flip)).problems;
    assert_eq!(sealed, [Problem::Original("sub/SOW 12.pdf".to_owned())]);
}

#[test]
fn one_changed_decision_is_named_wherever_it_is_changed() {
    let sound = bundle(&small(), true);
    let in_log = tampered(
        &sound,
        "log.jsonl",
        true,
        replaced("\\\"choice\\\":\\\"reject\\\"", "\\\"choice\\\":\\\"confirm\\\""),
    );
    let problems = prove(&in_log).problems;
    assert_eq!(problems[0], Problem::EventChanged(4), "{problems:?}");
    let in_report =
        tampered(&sound, "report.json", true, replaced("\"choice\": \"reject\"", "\"choice\": \"confirm\""));
    let problems = prove(&in_report).problems;
    assert!(
        matches!(&problems[..], [Problem::Decision { event: 4, why, .. }] if why == "the report says confirm, the log reject"),
        "{problems:?}"
    );
    let note = tampered(&sound, "report.json", true, replaced("clear;", "unclear;"));
    assert!(matches!(&prove(&note).problems[..], [Problem::Decision { event: 1, .. }]));
}

#[test]
fn one_missing_event_is_named() {
    let sound = bundle(&small(), true);
    let without = |n: usize| {
        move |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let kept: Vec<_> = text.lines().enumerate().filter(|(i, _)| *i != n).map(|(_, l)| l).collect();
            (kept.join("\n") + "\n").into_bytes()
        }
    };
    for (line, seq) in [(0, 1), (2, 3), (4, 5)] {
        let problems = prove(&tampered(&sound, "log.jsonl", true, without(line))).problems;
        assert_eq!(problems, [Problem::EventMissing(seq)]);
    }
}

#[test]
fn a_changed_quote_text_or_score_is_named() {
    let sound = bundle(&small(), true);
    let quote =
        tampered(&sound, "report.json", true, replaced("\"quote\": \"We split", "\"quote\": \"We slit "));
    assert!(prove(&quote).problems.iter().any(|p| matches!(p, Problem::Quote { .. })));
    let score = tampered(
        &sound,
        "report.json",
        true,
        replaced("\"confirmed\": 4,\n      \"possible\"", "\"confirmed\": 9,\n      \"possible\""),
    );
    assert!(matches!(&prove(&score).problems[..], [Problem::Report(_)]));
    let id = sow().id.0.replace("sha256:", "");
    let text = tampered(&sound, &format!("texts/{id}.txt"), true, replaced("shared bill", "shared till"));
    assert!(matches!(&prove(&text).problems[..], [Problem::Quote { .. }, ..]));
}

#[test]
fn what_is_no_bundle_is_refused() {
    let none = |bytes: &[u8]| verify(Cursor::new(bytes), &mut |d, _| Ok(read(d))).unwrap_err().to_string();
    assert!(none(b"hello").contains("no ZIP file"));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a.txt", SimpleFileOptions::default()).unwrap();
    assert!(none(&zip.finish().unwrap().into_inner()).contains("no manifest.json"));
    let sound = bundle(&small(), false);
    for at in (0..sound.len()).step_by(97) {
        let mut broken = sound.clone();
        broken[at] ^= 0x55;
        let _ = verify(Cursor::new(&broken), &mut |d, _| Ok(read(d)));
    }
}
