//! Reads the documents that a distributed engine read: Parquet files as `deploy/spark/capmap_job.py` writes them. A crate of
//! its own for the sake of its one heavy dependency; what the columns mean is the caller's business.

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use std::fs::File;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a table cannot be used.
#[derive(Debug, Error)]
pub enum HarvestError {
    /// The file system refuses.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not Parquet, or broken.
    #[error("cannot read {}: {source}", path.display())]
    Parquet {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: ParquetError,
    },
    /// A column is not there, or holds something else.
    #[error("{} has no column `{column}` as the job writes it", path.display())]
    Column {
        /// Which file.
        path: PathBuf,
        /// Its name.
        column: &'static str,
    },
    /// The engine marks a table when it is whole.
    #[error("{} is not finished: there is no _SUCCESS in it", .0.display())]
    Unfinished(PathBuf),
}

/// One document as the engine read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaped {
    /// Whose it is.
    pub applicant: String,
    /// Path below the applicant's folder.
    pub source: String,
    /// Where the engine found it.
    pub path: String,
    /// Hash of its bytes.
    pub id: String,
    /// What the bytes are, in the contract's word.
    pub format: String,
    /// Bytes.
    pub size: i64,
    /// Last change, in nanoseconds since 1970.
    pub modified: i64,
    /// What became of it, as JSON.
    pub outcome: String,
    /// What the rules say of it, as JSON.
    pub judged: String,
    /// Stands for the program and the options that read it.
    pub made_by: String,
    /// Where it comes from a file of web captures: what that file's list says of it, as JSON; else empty.
    pub listing: String,
}

/// The parts of the table `documents` below `folder`: one list of files per applicant, in order.
///
/// # Errors
/// Where the table is not there or not finished.
pub fn parts(folder: &Path) -> Result<Vec<Vec<PathBuf>>, HarvestError> {
    let table = folder.join("documents");
    if !table.join("_SUCCESS").is_file() {
        return Err(HarvestError::Unfinished(table));
    }
    let mut all = Vec::new();
    for applicant in listed(&table)?.into_iter().filter(|path| path.is_dir()) {
        let files = listed(&applicant)?;
        all.push(files.into_iter().filter(|f| f.extension().is_some_and(|e| e == "parquet")).collect());
    }
    Ok(all)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, HarvestError> {
    let trouble = |source| HarvestError::Io { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(trouble)? {
        paths.push(entry.map_err(trouble)?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Hands over every document of one file, one at a time: their texts are never all in memory.
///
/// # Errors
/// Where it is no such table.
pub fn documents(path: &Path, mut with: impl FnMut(Reaped)) -> Result<(), HarvestError> {
    let broken = |source| HarvestError::Parquet { path: path.to_owned(), source };
    let file = File::open(path).map_err(|source| HarvestError::Io { path: path.to_owned(), source })?;
    let reader = SerializedFileReader::new(file).map_err(broken)?;
    for row in reader.get_row_iter(None).map_err(broken)? {
        with(reaped(&row.map_err(broken)?, path)?);
    }
    Ok(())
}

fn reaped(row: &Row, path: &Path) -> Result<Reaped, HarvestError> {
    let missing = |column| HarvestError::Column { path: path.to_owned(), column };
    let field = |name| row.get_column_iter().find(|(column, _)| *column == name).map(|(_, field)| field);
    let text = |name| match field(name) {
        Some(Field::Str(text)) => Ok(text.clone()),
        _ => Err(missing(name)),
    };
    let number = |name| match field(name) {
        Some(Field::Long(number)) => Ok(*number),
        _ => Err(missing(name)),
    };
    Ok(Reaped {
        applicant: text("applicant_name")?,
        source: text("source")?,
        path: text("path")?,
        id: text("id")?,
        format: text("format")?,
        size: number("size")?,
        modified: number("modified")?,
        outcome: text("outcome")?,
        judged: text("judged")?,
        made_by: text("made_by")?,
        listing: text("listing")?,
    })
}
