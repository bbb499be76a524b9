//! How documents are read: in workers, which are this program again, with options from the command line's flags.

use crate::args::{Ocr, ReadingArgs};
use crate::cache;
use crate::errors::Stop;
use capmap_collect::{Found, Snapshot};
use capmap_extract::{Content, Limits, OcrMode, Options, Pool};
use capmap_model::{Document, Format, Outcome};
use std::path::PathBuf;

/// Reads documents as the flags say.
pub struct Extractor {
    options: Options,
    pool: Pool,
}

impl Extractor {
    /// From the flags.
    ///
    /// # Errors
    /// [`Stop::Usage`] where a limit or the password file is not one, or this program cannot be started again.
    pub fn new(args: &ReadingArgs) -> Result<Self, Stop> {
        let options = options(args)?;
        let program = std::env::current_exe().map_err(|e| {
            Stop::usage(format!("cannot tell where this program is: {e}"), "call it by its full path")
        })?;
        let pool = Pool::new(vec![program.into(), "worker".into()], options.clone());
        Ok(Extractor { options, pool })
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// Stands for the code and the options: what another extractor would read differently has another fingerprint.
    pub fn fingerprint(&self) -> String {
        let options = serde_json::to_string(&self.options).unwrap_or_default();
        cache::key(&[env!("CAPMAP_READER"), &options]).to_string()
    }

    /// Reads a document. The worker opens the file itself; where it met other bytes than those that were hashed, because
    /// somebody wrote to the file meanwhile, it gets the bytes instead.
    pub fn read(&self, file: &Found, snapshot: &Snapshot, format: Format) -> Outcome {
        let read = |content| self.pool.read(content, &file.source, Some(format));
        let charset = file.charset.as_deref();
        let outcome = read(Content::Path(&file.path, charset));
        let changed = |document: &Document| document.id != snapshot.id;
        match outcome.document().is_some_and(changed) {
            true => read(Content::Bytes(&snapshot.bytes, charset)),
            false => outcome,
        }
    }
}

/// The readers' options.
///
/// # Errors
/// [`Stop::Usage`] where a limit or the password file is not one.
pub fn options(args: &ReadingArgs) -> Result<Options, Stop> {
    Ok(Options {
        limits: limits(&args.limits)?,
        ocr: match args.ocr {
            Ocr::Auto => OcrMode::Auto,
            Ocr::Off => OcrMode::Off,
            Ocr::Force => OcrMode::Force,
        },
        ocr_languages: args.ocr_languages.split('+').map(str::to_owned).collect(),
        tesseract: program("tesseract"),
        password: args.password_file.as_ref().map(password).transpose()?,
        ..Options::default()
    })
}

/// The default limits, with these settings.
///
/// # Errors
/// [`Stop::Usage`] where a setting names no limit or no number.
pub fn limits(settings: &[String]) -> Result<Limits, Stop> {
    let mut limits = Limits::default();
    for setting in settings {
        limits.set(setting).map_err(|e| Stop::usage(e.to_string(), "for example --limit wall_ms=20000"))?;
    }
    Ok(limits)
}

fn password(file: &PathBuf) -> Result<String, Stop> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        Stop::usage(format!("cannot read the password file {}: {e}", file.display()), "give a text file")
    })?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// Where the shell would find a program.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}
