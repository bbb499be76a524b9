//! Reads any bytes as the main part of a Word document: past the zip layer, where a fuzzer seldom gets by itself.
#![no_main]

mod check;

/// A zip archive with stored entries, without a crate: three headers are all it takes.
fn pack(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in parts {
        let offset = u32::try_from(out.len()).unwrap_or(0);
        let size = u32::try_from(bytes.len()).unwrap_or(0);
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc(bytes).to_le_bytes());
        common.extend([size.to_le_bytes(), size.to_le_bytes()].concat());
        common.extend(u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        common.extend([0, 0]);
        out.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), bytes].concat());
        directory.extend([b"PK\x01\x02\x14\x00", common.as_slice(), &[0; 10], &offset.to_le_bytes(), name.as_bytes()].concat());
    }
    let (count, start) = (u16::try_from(parts.len()).unwrap_or(0).to_le_bytes(), u32::try_from(out.len()).unwrap_or(0));
    let size = u32::try_from(directory.len()).unwrap_or(0);
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count, &size.to_le_bytes(), &start.to_le_bytes(), &[0, 0]].concat());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |c: u32, b: &u8| (0..8).fold(c ^ u32::from(*b), |c, _| (c >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(c & 1)));
    !bytes.iter().fold(!0, step)
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let rels = b"<R><Relationship Type='x/officeDocument' Target='d.xml'/></R>";
    let more = b"<R><Relationship Type='x/numbering' Target='d.xml'/><Relationship Type='x/styles' Target='d.xml'/></R>";
    let packed = pack(&[("_rels/.rels", rels), ("_rels/d.xml.rels", more), ("d.xml", bytes)]);
    check::read_as(&packed, capmap_model::Format::Docx);
});
