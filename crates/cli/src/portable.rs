//! `capmap export` and `capmap import`: a dossier as one file of JSON lines.

use crate::args::Common;
use crate::dossier::trouble;
use crate::errors::{Done, Stop, tell};
use crate::filing::holder;
use crate::output;
use crate::report_import::{self, is_pack};
use crate::review_args::PortableArgs;
use capmap_store::Store;
use std::fs::File;
use std::io::{BufRead, BufReader, Cursor};

/// Writes the whole dossier to a file, whole or not at all.
///
/// # Errors
/// Where there is no dossier, or the file cannot be written.
pub fn export(common: &Common, args: &PortableArgs) -> Result<Done, Stop> {
    let mut out = Vec::new();
    Store::open_read(&common.dossier)?.export(&mut out)?;
    output::write(&out, Some(&args.file))?;
    Ok(Done::All)
}

/// Reads such a file in, all or nothing: into an empty dossier, as the continuation of a log, or merged into it.
///
/// # Errors
/// Where the file is no whole export, or the dossier cannot be written.
pub fn import(common: &Common, args: &PortableArgs) -> Result<Done, Stop> {
    let mut file = BufReader::new(File::open(&args.file).map_err(|e| trouble(&args.file, e))?);
    let mut input: Box<dyn BufRead> = if is_pack(file.fill_buf().map_err(|e| trouble(&args.file, e))?) {
        let bytes = std::fs::read(&args.file).map_err(|e| trouble(&args.file, e))?;
        Box::new(Cursor::new(report_import::lines(&bytes)?))
    } else {
        Box::new(file)
    };
    let mut store = Store::open(&common.dossier, &holder("import"))?;
    let imported = store.import(&mut input)?;
    if !common.quiet {
        let merged = if imported.merged { ", merged into the log that was there" } else { "" };
        let map = if imported.suggestions { ", with documents and suggestions" } else { "" };
        tell(&format!("capmap: {} events{merged}{map}", imported.events));
    }
    Ok(Done::All)
}
