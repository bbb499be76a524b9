//! Which part of an Office package is what. Parts may have any name: only relationships count.

use crate::Limits;
use crate::archive::Archive;
use crate::limits::Deadline;
use crate::xml::{Token, Xml};
use capmap_model::Failure;

/// The parts of a document.
pub(crate) struct Package {
    /// The main part.
    pub main: String,
    /// Core properties (title).
    pub core: Option<String>,
    parts: Vec<Relation>,
}

/// One part that another part names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Relation {
    /// The last part of the relationship's type: `styles`, `slide`.
    pub kind: String,
    /// Name in the package.
    pub name: String,
    /// By which the source refers to it.
    pub id: String,
}

impl Package {
    /// Reads the relationships; `usual` is the main part's name where they name none.
    pub(crate) fn open(
        archive: &mut Archive<'_>,
        limits: &Limits,
        deadline: Deadline,
        usual: &str,
    ) -> Result<Package, Failure> {
        let root = relations(archive, "", limits, deadline)?;
        let of = |kind: &str| root.iter().find(|r| r.kind == kind).map(|r| r.name.clone());
        let main = of("officeDocument").unwrap_or_else(|| usual.to_owned());
        let mut parts = relations(archive, &main, limits, deadline)?;
        parts.sort();
        Ok(Package { core: of("core-properties"), parts, main })
    }

    /// The first part of a kind.
    pub(crate) fn first(&self, kind: &str) -> Option<&str> {
        self.parts.iter().find(|r| r.kind == kind).map(|r| r.name.as_str())
    }

    /// All parts of a kind, by name, each once.
    pub(crate) fn all<'a>(&'a self, kind: &str) -> Vec<&'a str> {
        let mut names: Vec<&str> =
            self.parts.iter().filter(|r| r.kind == kind).map(|r| r.name.as_str()).collect();
        names.dedup();
        names
    }

    /// The part that the main part refers to by `id`.
    pub(crate) fn by_id(&self, id: &str) -> Option<&str> {
        self.parts.iter().find(|r| r.id == id).map(|r| r.name.as_str())
    }
}

/// The internal relationships of `source`; those of the package itself where it is empty.
pub(crate) fn relations(
    archive: &mut Archive<'_>,
    source: &str,
    limits: &Limits,
    deadline: Deadline,
) -> Result<Vec<Relation>, Failure> {
    let (folder, file) = source.rsplit_once('/').unwrap_or(("", source));
    let rels =
        if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
    let Some(text) = archive.xml(&rels)? else { return Ok(Vec::new()) };
    let mut xml = Xml::new(&text, limits, deadline);
    let mut relations = Vec::new();
    while let Some(token) = xml.next()? {
        let Token::Open(element) = token else { continue };
        let external = element.attr("TargetMode").is_some_and(|m| m == "External");
        if let (Some(kind), Some(target), false) = (element.attr("Type"), element.attr("Target"), external) {
            let kind = kind.rsplit('/').next().unwrap_or("").to_owned();
            relations.push(Relation {
                kind,
                name: resolve(folder, &target),
                id: element.attr("Id").unwrap_or_default(),
            });
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

/// The title among the core properties.
pub(crate) fn title(mut xml: Xml<'_>) -> Result<Option<String>, Failure> {
    let mut inside = false;
    while let Some(token) = xml.next()? {
        match token {
            Token::Open(e) => inside = e.name == "title",
            Token::Text(t) if inside && !t.trim().is_empty() => return Ok(Some(t.trim().to_owned())),
            Token::Text(_) => {}
            Token::Close(_) => inside = false,
        }
    }
    Ok(None)
}
