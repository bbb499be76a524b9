//! ZIP archives that are the same every time: fixed time stamps, fixed rights, entries in the order given.

use crate::error::WriteError;
use std::io::{Cursor, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// How every entry is written. ZIP's first day, 1980-01-01, stands for no time.
pub(crate) fn options() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644)
        .compression_method(CompressionMethod::Deflated)
}

/// Adds one file.
pub(crate) fn add<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    path: &str,
    bytes: &[u8],
) -> Result<(), WriteError> {
    let large = bytes.len() > u32::MAX as usize;
    zip.start_file(path, options().large_file(large))?;
    zip.write_all(bytes)?;
    Ok(())
}

/// The same files in a fresh archive, each as `change` gives it back.
pub(crate) fn repack(
    archive: &[u8],
    change: impl Fn(&str, Vec<u8>) -> Vec<u8>,
) -> Result<Vec<u8>, WriteError> {
    let mut from = ZipArchive::new(Cursor::new(archive))?;
    let mut to = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let mut file = from.by_index(i)?;
        if file.is_file() {
            let name = file.name()?.into_owned();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            add(&mut to, &name, &change(&name, bytes))?;
        }
    }
    Ok(to.finish()?.into_inner())
}
