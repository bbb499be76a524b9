//! Undoes the packing of an answer's body, never further than a limit: a few kilobytes can unpack to gigabytes.

use capmap_model::{Failure, FailureKind};
use std::borrow::Cow;
use std::io::Read;

/// Packings that are undone; what the program says it accepts.
pub(crate) const ACCEPTED: &str = "gzip, br, zstd";
/// More packings around one another than this are an attack.
const LAYERS: usize = 2;

/// The body without the packings of `encoding` (the `Content-Encoding` field), at most `most` bytes. A body that is not
/// packed is not copied: it may be large.
pub(crate) fn unpacked<'b>(body: &'b [u8], encoding: &str, most: u64) -> Result<Cow<'b, [u8]>, Failure> {
    let names: Vec<String> = encoding.split(',').map(|n| n.trim().to_ascii_lowercase()).collect();
    let packings: Vec<&str> =
        names.iter().map(String::as_str).filter(|n| !matches!(*n, "" | "identity")).collect();
    if packings.len() > LAYERS {
        let detail = format!("the answer is packed {} times", packings.len());
        return Err(Failure::new(FailureKind::Limit, detail));
    }
    let mut bytes = Cow::Borrowed(body);
    for packing in packings.iter().rev() {
        bytes = Cow::Owned(undo(&bytes, packing, most)?);
    }
    Ok(bytes)
}

fn undo(bytes: &[u8], packing: &str, most: u64) -> Result<Vec<u8>, Failure> {
    match packing {
        "gzip" | "x-gzip" => gzip(bytes, most),
        "deflate" if bytes.first().is_some_and(|b| b & 0x0f == 8) => {
            limited(flate2::read::ZlibDecoder::new(bytes), most, packing)
        }
        "deflate" => limited(flate2::read::DeflateDecoder::new(bytes), most, packing),
        "br" => limited(brotli_decompressor::Decompressor::new(bytes, 4096), most, packing),
        "zstd" => {
            let decoder = ruzstd::decoding::StreamingDecoder::new(bytes).map_err(|_| broken(packing))?;
            limited(decoder, most, packing)
        }
        other => {
            let detail = format!("the answer is packed as {other:?}, which was not asked for");
            Err(Failure::new(FailureKind::Unsupported, detail))
        }
    }
}

/// A gzip file, of one or more members.
pub(crate) fn gzip(bytes: &[u8], most: u64) -> Result<Vec<u8>, Failure> {
    limited(flate2::read::MultiGzDecoder::new(bytes), most, "gzip")
}

fn limited(reader: impl Read, most: u64, packing: &str) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    reader.take(most.saturating_add(1)).read_to_end(&mut out).map_err(|_| broken(packing))?;
    if out.len() as u64 > most {
        let detail = format!("the answer unpacks to more than {most} bytes (expanded_bytes)");
        return Err(Failure::new(FailureKind::Limit, detail));
    }
    Ok(out)
}

fn broken(packing: &str) -> Failure {
    let detail = format!("the answer says that it is packed as {packing} and cannot be unpacked so");
    Failure::new(FailureKind::Malformed, detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packings_are_undone_within_the_limit() {
        let once = packed(b"words");
        assert_eq!(unpacked(&once, "GZIP", 5).unwrap(), b"words".as_slice());
        assert_eq!(unpacked(&packed(&once), "gzip, gzip", 100).unwrap(), b"words".as_slice());
        assert_eq!(unpacked(b"words", "identity", 5).unwrap(), b"words".as_slice());
        assert_eq!(unpacked(&once, "gzip", 4).unwrap_err().kind, FailureKind::Limit);
        assert_eq!(unpacked(b"words", "gzip", 9).unwrap_err().kind, FailureKind::Malformed);
        assert_eq!(unpacked(b"words", "br", 9).unwrap_err().kind, FailureKind::Malformed);
        assert_eq!(unpacked(b"words", "zstd", 9).unwrap_err().kind, FailureKind::Malformed);
        assert_eq!(unpacked(&once, "gzip,gzip,gzip", 9).unwrap_err().kind, FailureKind::Limit);
    }

    #[test]
    fn brotli_and_zstd_made_elsewhere() {
        // `printf words | brotli -c | xxd -i`, and the same with zstd.
        let brotli = [0x0b, 0x02, 0x80, 0x77, 0x6f, 0x72, 0x64, 0x73, 0x03];
        let zstd = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x05, 0x29, 0x00, 0x00, 0x77, 0x6f, 0x72, 0x64, 0x73];
        assert_eq!(unpacked(&brotli, "br", 9).unwrap(), b"words".as_slice());
        assert_eq!(unpacked(&zstd, "zstd", 9).unwrap(), b"words".as_slice());
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = packed(&packed(&vec![0; 64 << 20]));
        let failure = unpacked(&bomb, "gzip, gzip", 1 << 20).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Limit);
        assert!(bomb.len() < 10_000);
    }
}
