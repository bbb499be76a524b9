//! How documents are read, from the command line's flags: options for the readers, and the limits in force.

use crate::args::{Ocr, ReadingArgs};
use crate::cache;
use crate::errors::Stop;
use capmap_extract::{Limits, OcrMode, Options};
use capmap_model::{Format, Outcome};
use std::path::PathBuf;

/// Reads documents as the flags say.
pub struct Extractor {
    options: Options,
}

impl Extractor {
    /// From the flags.
    ///
    /// # Errors
    /// [`Stop::Usage`] where a limit or the password file is not one.
    pub fn new(args: &ReadingArgs) -> Result<Self, Stop> {
        Ok(Extractor { options: options(args)? })
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// Stands for the code and the options: what another extractor would read differently has another fingerprint.
    pub fn fingerprint(&self) -> String {
        let options = serde_json::to_string(&self.options).unwrap_or_default();
        cache::key(&[env!("CAPMAP_READER"), &options])
    }

    /// Reads a document.
    pub fn read(&self, bytes: &[u8], source: &str, format: Format) -> Outcome {
        crate::standin::read(bytes, source, format)
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
fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}
