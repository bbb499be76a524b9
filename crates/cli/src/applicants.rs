//! Whose documents a batch reads: one sub-folder per applicant, or the rows of a manifest. Each gets a dossier of its own.

use crate::errors::{Stop, tell};
use crate::fetching::is_address;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The profile that may lie among an applicant's documents; it is no document.
pub const PROFILE: &str = "readiness.toml";

/// One applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicant {
    /// As the folder or the manifest names it.
    pub name: String,
    /// Folder and file name of its dossier below the root.
    pub folder: String,
    /// Folders and files.
    pub inputs: Vec<PathBuf>,
    /// What it says of itself, where there is such a file.
    pub profile: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    applicant: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    inputs: Vec<PathBuf>,
    profile: Option<PathBuf>,
}

/// All applicants, by name. `root` is where dossiers are kept; it may lie among the applicants.
///
/// # Errors
/// Where there is no such folder, nobody in it, or the manifest cannot be understood.
pub fn list(given: &Path, root: &Path) -> Result<Vec<Applicant>, Stop> {
    let manifests = ["manifest.toml", "manifest.csv"].map(|name| given.join(name));
    let rows = match manifests.iter().find(|path| path.is_file()) {
        _ if given.is_file() => manifest(given)?,
        Some(path) => manifest(path)?,
        None => sub_folders(given, root)?,
    };
    if rows.is_empty() {
        let message = format!("no applicants in {}", given.display());
        return Err(Stop::usage(
            message,
            "give a folder with one sub-folder per applicant, or with a manifest.csv",
        ));
    }
    let mut taken = BTreeSet::new();
    let named = |row: Row| {
        let folder = folder_name(&row.name);
        if !taken.insert(folder.to_lowercase()) {
            let message = format!("two applicants would share the dossier {folder}");
            return Err(Stop::usage(message, "give one of them another name"));
        }
        let beside = || row.inputs.iter().map(|input| input.join(PROFILE)).find(|path| path.is_file());
        let profile = row.profile.clone().or_else(beside);
        Ok(Applicant { folder, profile, name: row.name, inputs: row.inputs })
    };
    rows.into_iter().map(named).collect()
}

fn sub_folders(given: &Path, root: &Path) -> Result<Vec<Row>, Stop> {
    let trouble = |e: std::io::Error| {
        Stop::usage(format!("cannot open {}: {e}", given.display()), "check the name, and where you are")
    };
    let (root, mut loose) = (root.canonicalize().ok(), 0);
    let mut rows = Vec::new();
    for entry in std::fs::read_dir(given).map_err(trouble)? {
        let path = entry.map_err(trouble)?.path();
        let name = capmap_collect::source_name(Path::new(path.file_name().unwrap_or_default()));
        let own = path.canonicalize().is_ok_and(|path| Some(path) == root);
        match path.is_dir() {
            _ if own || name.starts_with('.') => {}
            true => rows.push(Row { name, inputs: vec![path], profile: None }),
            false => loose += 1,
        }
    }
    if loose > 0 {
        tell(&format!(
            "capmap: {loose} files lie beside the applicants' folders in {} and are nobody's: not read",
            given.display()
        ));
    }
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

fn manifest(path: &Path) -> Result<Vec<Row>, Stop> {
    let wrong = |what: String| {
        Stop::usage(
            format!("cannot use {}: {what}", path.display()),
            "a manifest.csv has the columns applicant, input and, if you like, profile; one line per input",
        )
    };
    let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
    let mut rows = if path.extension().is_some_and(|e| e == "toml") {
        toml::from_str::<Manifest>(&text).map_err(|e| wrong(e.message().to_owned()))?.applicant
    } else {
        rows_of(&records(&text)).map_err(wrong)?
    };
    rows.iter().try_for_each(|row| fetched_before(path, row))?;
    let base = path.parent().unwrap_or(Path::new(""));
    for row in &mut rows {
        row.inputs.iter_mut().chain(row.profile.as_mut()).for_each(|input| *input = base.join(&input));
    }
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

/// A batch gives the same for the same files, and sites change: fetching is a step before it, whose captures are inputs.
fn fetched_before(manifest: &Path, row: &Row) -> Result<(), Stop> {
    let Some(address) = row.inputs.iter().find(|input| is_address(input)) else { return Ok(()) };
    Err(Stop::usage(
        format!(
            "{}: the input of {} is an address, {}; a batch fetches nothing",
            manifest.display(),
            row.name,
            address.display()
        ),
        "fetch it with `capmap pages ADDRESS --contact YOU --dossier DIR`, and name the .warc.gz in DIR/snapshots as the input",
    ))
}

fn rows_of(records: &[Vec<String>]) -> Result<Vec<Row>, String> {
    let (head, rest) = records.split_first().ok_or("it is empty")?;
    let column = |name: &str| head.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
    let who = column("applicant").ok_or("it has no column `applicant`")?;
    let what = column("input").ok_or("it has no column `input`")?;
    let profile = column("profile");
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (line, record) in rest.iter().enumerate() {
        let cell = |at: usize| record.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        let (Some(name), Some(input)) = (cell(who), cell(what)) else {
            return Err(format!("row {} lacks the applicant or the input", line + 2));
        };
        let row = rows.entry(name.to_owned()).or_insert_with(|| Row {
            name: name.to_owned(),
            inputs: Vec::new(),
            profile: None,
        });
        row.inputs.push(input.into());
        row.profile = row.profile.take().or(profile.and_then(cell).map(PathBuf::from));
    }
    Ok(rows.into_values().collect())
}

/// The cells of comma-separated text (RFC 4180); empty lines are none.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            c => cell.push(c),
        }
    }
    record.push(cell);
    records.push(record);
    records.retain(|record| record.iter().any(|cell| !cell.trim().is_empty()));
    records
}

/// A name that is good for a folder on every system: others are written with `_` and end in a number made of the name.
pub fn folder_name(name: &str) -> String {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.' | '&' | '%' | ',');
    let plain: String = name.chars().map(|c| if good(c) { c } else { '_' }).collect();
    if plain == name && !name.starts_with('.') && !name.is_empty() {
        return plain;
    }
    let number: String = crate::cache::key(&[name]).to_string().chars().take(6).collect();
    format!("{}-{number}", plain.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_joins_the_inputs_of_an_applicant() {
        let text =
            "applicant,input,profile\r\n\"Ash, Oak\",a/b,\n\nBirch,c,p.toml\n\"Ash, Oak\",\"d \"\"e\"\"\",\n";
        let rows = rows_of(&records(text)).unwrap_or_default();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].name, "Ash, Oak");
        assert_eq!(rows[0].inputs, [PathBuf::from("a/b"), PathBuf::from("d \"e\"")]);
        assert_eq!(rows[1].profile, Some(PathBuf::from("p.toml")));
        assert!(rows_of(&records("name,input\na,b\n")).is_err_and(|e| e.contains("applicant")));
        assert!(rows_of(&records("applicant,input\na,\n")).is_err_and(|e| e.contains("row 2")));
    }

    #[test]
    fn no_name_leads_out_of_the_root() {
        assert_eq!(folder_name("Ash & Oak, Ltd."), "Ash & Oak, Ltd.");
        for name in ["..", "a/../b", ".", "", "a:b"] {
            let folder = folder_name(name);
            assert!(!folder.contains(['/', ':']) && !folder.starts_with('.') && folder.len() > 6, "{folder}");
        }
        assert_ne!(folder_name("a:b"), folder_name("a/b"));
    }
}
