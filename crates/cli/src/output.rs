//! Where results go: standard output, or a file that appears whole or not at all.

use crate::args::When;
use crate::errors::Stop;
use std::fs::Permissions;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Bytes that are written at once.
const BUFFER: usize = 1 << 16;

/// Writes a result to `-o FILE`, or to standard output.
///
/// # Errors
/// [`Stop::Pipe`] where the reader went away, [`Stop::Output`] where it could not be written.
pub fn write(result: &[u8], file: Option<&Path>) -> Result<(), Stop> {
    print(file, |out| out.write_all(result))
}

/// The same for a result that is made while it is written.
///
/// # Errors
/// As [`write`].
pub fn print(file: Option<&Path>, make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Stop> {
    let Some(path) = file else { return to_stdout(make) };
    replace_by(path, make).map_err(|source| Stop::Output { what: path.display().to_string(), source })
}

fn to_stdout(make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Stop> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let written = make(&mut out).and_then(|()| out.flush());
    // What is left in the buffer after an error must not be written when it is dropped.
    let _ = out.into_parts();
    written.map_err(|source| match source.kind() {
        io::ErrorKind::BrokenPipe => Stop::Pipe,
        _ => Stop::Output { what: "standard output".to_owned(), source },
    })
}

/// Puts `bytes` in the place of a file, whole or not at all. A device or pipe is written to, never replaced.
///
/// # Errors
/// What the file system said.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_by(path, |out| out.write_all(bytes))
}

fn replace_by(path: &Path, make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let there = std::fs::metadata(path);
    if there.as_ref().is_ok_and(|meta| !meta.is_file()) {
        return buffered(std::fs::OpenOptions::new().write(true).open(path)?, make);
    }
    // Behind a link, the file that it leads to is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mode = there.map_or(0o666, |meta| meta.permissions().mode());
    let mut file = tempfile::Builder::new()
        .prefix(".capmap-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder(&path))?;
    buffered(&mut file, make)?;
    file.persist(&path)?;
    Ok(())
}

fn buffered(file: impl Write, make: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, file);
    make(&mut out)?;
    out.flush()
}

fn folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    color: bool,
}

impl Style {
    /// Colours as asked for; `auto` means: standard output is a terminal, and nobody said NO_COLOR.
    pub fn new(when: When, file: Option<&Path>) -> Self {
        let auto = || {
            let wanted = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
            file.is_none() && wanted && io::stdout().is_terminal()
        };
        let color = match when {
            When::Always => true,
            When::Never => false,
            When::Auto => auto(),
        };
        Style { color }
    }

    /// True where marks can be made by colour.
    pub fn colored(self) -> bool {
        self.color
    }

    /// Stands out.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }
    /// Steps back.
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }
    /// Good.
    pub fn green(self, text: &str) -> String {
        self.wrap("32", text)
    }
    /// Half.
    pub fn yellow(self, text: &str) -> String {
        self.wrap("33", text)
    }
    /// Bad.
    pub fn red(self, text: &str) -> String {
        self.wrap("31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
