//! Inputs that are addresses, or files of captures: fetched or unpacked, and from then on listed like the files of a folder.

use crate::args::FetchArgs;
use crate::dossier::{Dossier, trouble};
use crate::errors::{Stop, tell};
use crate::progress::Visiting;
use capmap_collect::{FetchError, Found, Manners, Seed, Visit, Visited};
use capmap_model::{FailureKind, Format};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What was given on the command line, told apart.
pub struct Inputs {
    paths: Vec<PathBuf>,
    seeds: Vec<Seed>,
    manners: Option<Manners>,
}

/// How far an address without further words leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One that ends in `/` is a site, any other is a page.
    ByAddress,
    /// Every address is a site.
    Site,
}

impl Inputs {
    /// Tells addresses from paths, and checks that they may be fetched at all. Nothing is fetched yet.
    ///
    /// # Errors
    /// [`Stop::Usage`] where an address is none that can be fetched, or nobody is named who stands behind the visit.
    pub fn of(inputs: &[PathBuf], args: &FetchArgs, reach: Reach) -> Result<Inputs, Stop> {
        let listed = args.urls.as_deref().map(lines).transpose()?.unwrap_or_default();
        let (given, paths): (Vec<PathBuf>, Vec<PathBuf>) =
            inputs.iter().cloned().partition(|p| is_address(p));
        let given = given.iter().map(|p| (p.to_string_lossy().into_owned(), reach));
        let listed = listed.into_iter().map(|url| (url, Reach::ByAddress));
        let seeds = given.chain(listed).map(|(url, reach)| seed(&url, args, reach));
        let seeds: Vec<Seed> = seeds.collect::<Result<_, _>>()?;
        let manners = if seeds.is_empty() { None } else { Some(manners(args)?) };
        Ok(Inputs { paths, seeds, manners })
    }

    /// Folders and files alone; nothing is fetched.
    pub fn on_disk(paths: Vec<PathBuf>) -> Inputs {
        Inputs { paths, seeds: Vec::new(), manners: None }
    }

    /// The files under the paths; none where only addresses were given.
    ///
    /// # Errors
    /// Where a path cannot be listed, or nothing was given at all.
    pub fn files(&self, dossier: &Path) -> Result<Vec<Found>, Stop> {
        if self.paths.is_empty() && !self.seeds.is_empty() {
            return Ok(Vec::new());
        }
        Ok(capmap_collect::find(&self.paths, &[dossier.to_owned()])?)
    }

    /// Adds what the addresses lead to, and puts what is in capture files beside them. Ordered by source.
    ///
    /// # Errors
    /// Where captures cannot be kept. An address that cannot be had is an input with its reason.
    pub fn fetch(
        self,
        dossier: &Dossier,
        files: Vec<Found>,
        most: u64,
        quiet: bool,
    ) -> Result<Vec<Found>, Stop> {
        let unpacked = dossier.cache().join("captured");
        let mut found: Vec<Found> = Vec::new();
        for file in files {
            match is_capture(&file) {
                true => found.extend(capmap_collect::captured(&file, &unpacked, most)),
                false => found.push(file),
            }
        }
        if let Some(manners) = self.manners {
            let visit = Visit {
                seeds: self.seeds,
                manners,
                snapshots: dossier.snapshots(),
                pages: dossier.cache().join("pages"),
                lookup: capmap_collect::system_lookup(),
                now,
            };
            found.extend(go(&visit, quiet)?);
        }
        found.sort_by(|a, b| a.source.cmp(&b.source));
        capmap_collect::one_each(&mut found);
        Ok(found)
    }
}

fn go(visit: &Visit, quiet: bool) -> Result<Vec<Found>, Stop> {
    let progress = Visiting::new(quiet);
    let mut watch = |url: &str| {
        progress.at(url);
        ControlFlow::Continue(())
    };
    let visited: Visited = capmap_collect::visit(visit, &mut watch).map_err(|error| match error {
        FetchError::Disk(error) => trouble(&visit.snapshots, error),
        other => Stop::usage(other.to_string(), "run the same command again; it goes on where it stopped"),
    })?;
    drop(progress);
    if visited.unlisted > 0 && !quiet {
        let most = visit.manners.limits.max_met;
        tell(&format!(
            "capmap: {} more addresses were met and not listed (max_met={most})",
            visited.unlisted
        ));
    }
    Ok(capmap_collect::visited(&visited, &visit.pages))
}

/// What the bytes are. A server that says HTML is believed where content alone would say text.
pub fn format(file: &Found, bytes: &[u8]) -> Format {
    let format = capmap_extract::sniff(bytes, &file.source);
    let unsure = matches!(format, Format::Text | Format::Markdown | Format::Other | Format::Email);
    let said = matches!(file.media.as_deref(), Some("text/html" | "application/xhtml+xml"));
    if unsure && said { Format::Html } else { format }
}

/// True for failures that say that an input was left out on purpose, or is listed elsewhere.
pub fn is_no_loss(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Duplicate | FailureKind::PassedBy)
}

/// `scheme://` begins no path that anybody means.
pub fn is_address(input: &Path) -> bool {
    input.to_str().and_then(|text| text.split_once(':')).is_some_and(|(scheme, rest)| {
        let named =
            scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        named && (rest.starts_with("//") || scheme.eq_ignore_ascii_case("file"))
    })
}

fn is_capture(file: &Found) -> bool {
    let name = file.source.to_ascii_lowercase();
    file.failure.is_none() && (name.ends_with(".warc") || name.ends_with(".warc.gz"))
}

fn seed(text: &str, args: &FetchArgs, reach: Reach) -> Result<Seed, Stop> {
    let url = capmap_collect::canonical(text).map_err(|failure| {
        let shown = text.split('@').next_back().unwrap_or_default();
        let shown = if text.contains('@') { format!("…@{shown}") } else { text.to_owned() };
        Stop::usage(
            format!("cannot fetch {shown}: {failure}"),
            "give an address that begins with http:// or https://",
        )
    })?;
    let asked = args.max_depth.is_some_and(|depth| depth > 0);
    let follow = match reach {
        Reach::Site => true,
        Reach::ByAddress => asked || (args.max_depth.is_none() && url.path().ends_with('/')),
    };
    Ok(Seed { url, follow })
}

fn manners(args: &FetchArgs) -> Result<Manners, Stop> {
    const HINT: &str =
        "for example --contact you@example.org; it is sent to the site, so that its owner can ask you";
    let refused = |e: capmap_collect::MannersError| Stop::usage(e.to_string(), HINT);
    let mut manners = Manners::new(args.contact.as_deref().unwrap_or_default()).map_err(refused)?;
    manners.private_network = args.allow_private_network;
    let limits = &mut manners.limits;
    limits.max_pages = args.max_pages.unwrap_or(limits.max_pages);
    limits.max_depth = args.max_depth.unwrap_or(limits.max_depth);
    for setting in &args.settings {
        manners.set(setting).map_err(|e| Stop::usage(e.to_string(), "for example --fetch delay_ms=2000"))?;
    }
    Ok(manners)
}

/// One address per line; blank lines and those that begin with `#` are left out.
fn lines(file: &Path) -> Result<Vec<String>, Stop> {
    let text = std::fs::read_to_string(file).map_err(|e| {
        Stop::usage(
            format!("cannot read the list {}: {e}", file.display()),
            "give a text file, one address per line",
        )
    })?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(str::to_owned).collect())
}

/// Seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for address in
            ["https://a.example", "HTTP://a", "file:///etc/passwd", "ftp://a/b", "file:/etc/passwd"]
        {
            assert!(is_address(Path::new(address)), "{address}");
        }
        for path in ["a.md", "/a/b", "./https://x", "a:b.md", "C:\\x", "2026-11-23T10:00 notes.md"] {
            assert!(!is_address(Path::new(path)), "{path}");
        }
    }
}
