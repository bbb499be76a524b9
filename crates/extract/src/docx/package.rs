//! Which part of the package is what. Parts may have any name: only relationships count.

use crate::Limits;
use crate::archive::Archive;
use crate::limits::Deadline;
use crate::xml::{Token, Xml};
use capmap_model::Failure;

/// The parts of a Word document.
pub(super) struct Package {
    /// The main part.
    pub main: String,
    /// Core properties (title).
    pub core: Option<String>,
    /// Kind (the last part of the relationship's type) and name, in the order of their names.
    parts: Vec<(String, String)>,
}

impl Package {
    pub(super) fn open(
        archive: &mut Archive<'_>,
        limits: &Limits,
        deadline: Deadline,
    ) -> Result<Package, Failure> {
        let root = relations(archive, "_rels/.rels", "", limits, deadline)?;
        let of = |kind: &str| root.iter().find(|(k, _)| k == kind).map(|(_, name)| name.clone());
        let main = of("officeDocument").unwrap_or_else(|| "word/document.xml".to_owned());
        let (folder, file) = main.rsplit_once('/').unwrap_or(("", &main));
        let rels = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let mut parts = relations(archive, &rels, folder, limits, deadline)?;
        parts.sort();
        parts.dedup();
        Ok(Package { core: of("core-properties"), parts, main })
    }

    /// The first part of a kind.
    pub(super) fn first(&self, kind: &str) -> Option<&str> {
        self.parts.iter().find(|(k, _)| k == kind).map(|(_, name)| name.as_str())
    }

    /// All parts of a kind.
    pub(super) fn all<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.parts.iter().filter(move |(k, _)| k == kind).map(|(_, name)| name.as_str())
    }
}

/// Kind and target of each internal relationship.
fn relations(
    archive: &mut Archive<'_>,
    name: &str,
    folder: &str,
    limits: &Limits,
    deadline: Deadline,
) -> Result<Vec<(String, String)>, Failure> {
    let Some(text) = archive.xml(name)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(&text, limits, deadline);
    let mut relations = Vec::new();
    while let Some(token) = xml.next()? {
        let Token::Open(element) = token else { continue };
        let external = element.attr("TargetMode").is_some_and(|m| m == "External");
        if let (Some(kind), Some(target), false) = (element.attr("Type"), element.attr("Target"), external) {
            let kind = kind.rsplit('/').next().unwrap_or("").to_owned();
            relations.push((kind, resolve(folder, &target)));
        }
    }
    Ok(relations)
}

/// A target is relative to the folder of its source, or absolute in the package.
fn resolve(folder: &str, target: &str) -> String {
    let path = if let Some(absolute) = target.strip_prefix('/') {
        absolute.to_owned()
    } else {
        format!("{folder}/{target}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
