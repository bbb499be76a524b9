//! What goes over the pipe, one JSON object per line.
//!
//! To the worker: `{"op":"configure","options":{..}}` once, if at all, then requests
//! `{"id":1,"op":"extract","source":"sow.pdf","path":"/in/sow.pdf"}` or with `"bytes":"<base64>"` instead of `path`.
//! Optional in a request: `format` (else by content), `charset`, `skip_pages`, `wall_ms`, `progress` (true for page lines).
//! From the worker: `{"id":1,"page":3}` where progress was asked for, and one `{"id":1,"outcome":{..}}` per request, with
//! `"result"` beside it where `op` is one that the program added; `{"id":1,"error":".."}` for a request that makes no sense.

use crate::Options;
use capmap_model::{Format, Outcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// One line to the worker.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Request {
    #[serde(default)]
    pub id: u64,
    pub op: String,
    #[serde(default)]
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub skip_pages: BTreeSet<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u64>,
    #[serde(default)]
    pub progress: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Options>,
}

/// One line from the worker.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Reply {
    pub id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What the bytes are, read or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
