//! The pack as JSON, and back: what is read in again scores the same, or is refused.

use crate::pack::{Pack, SCHEMA};
use crate::safe;
use capmap_score::Score;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// Why a file is not taken for a pack.
#[derive(Debug, Error)]
pub enum ReadError {
    /// Not JSON, or not of this form.
    #[error("it is no evidence pack: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by another version.
    #[error("its schema is {found:?}; this program reads {SCHEMA:?}")]
    Schema {
        /// What the file says.
        found: String,
    },
    /// The score in the file is not the one that follows from its evidence.
    #[error("the score in it does not follow from its evidence: {0}")]
    Score(String),
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    pack: &'a Pack,
    /// For programs that do not want to score themselves; none for a set without points.
    score: Option<Score>,
}

#[derive(Deserialize)]
struct Stated {
    #[serde(default)]
    schema: String,
    #[serde(default)]
    score: Option<Value>,
}

impl Pack {
    /// The pack with its score as indented JSON, ending in a line break.
    pub fn to_json(&self) -> String {
        let written = Written { pack: self, score: self.score().ok() };
        // String keys and no failing serializers: the only ways in which this can fail.
        safe::json(&(serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"))
    }

    /// Reads a pack in, and checks that the score that stands in it follows from its evidence.
    ///
    /// # Errors
    /// [`ReadError`] says what is wrong with the file.
    pub fn from_json(bytes: &[u8]) -> Result<Pack, ReadError> {
        let stated: Stated = serde_json::from_slice(bytes)?;
        if stated.schema != SCHEMA {
            return Err(ReadError::Schema { found: stated.schema });
        }
        let mut pack: Pack = serde_json::from_slice(bytes)?;
        pack.documents.sort_by(|a, b| a.source.cmp(&b.source));
        // Through text, as the stated one went: numbers are read alike.
        let text = pack.score().ok().map(|score| serde_json::to_string(&score)).transpose()?;
        let score: Option<Value> = text.map(|text| serde_json::from_str(&text)).transpose()?;
        match difference(stated.score.as_ref(), score.as_ref()) {
            None => Ok(pack),
            Some(difference) => Err(ReadError::Score(difference)),
        }
    }
}

/// The first key under which two scores differ.
fn difference(stated: Option<&Value>, worked_out: Option<&Value>) -> Option<String> {
    let (stated, worked_out) = match (stated.filter(|v| !v.is_null()), worked_out) {
        (None, None) => return None,
        (Some(a), Some(b)) => (a, b),
        (None, Some(_)) => return Some("it states no score".to_owned()),
        (Some(_), None) => return Some("its criteria set has no points".to_owned()),
    };
    if stated == worked_out {
        return None;
    }
    let keys = worked_out.as_object().into_iter().flatten().map(|(key, _)| key);
    let key = keys.into_iter().find(|key| stated.get(*key) != worked_out.get(*key));
    Some(key.map_or_else(|| "an unknown key".to_owned(), |key| format!("{key} differs")))
}
