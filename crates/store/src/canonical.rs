//! One spelling per value: JSON with sorted keys and no white space. What is hashed is this text, byte for byte as stored.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Hash before the first event.
pub(crate) const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Canonical JSON. Keys are sorted here and not left to the map's type, which another crate's features may change.
pub(crate) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_value(value, &mut out);
    out
}

fn write_value(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            write_list(out, ('{', '}'), entries, |(key, value), out| {
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_value(value, out);
            });
        }
        Value::Array(list) => write_list(out, ('[', ']'), list.iter().collect(), write_value),
        plain => out.push_str(&plain.to_string()),
    }
}

fn write_list<T>(out: &mut String, (open, close): (char, char), list: Vec<T>, one: impl Fn(T, &mut String)) {
    out.push(open);
    for (i, entry) in list.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        one(entry, out);
    }
    out.push(close);
}

/// The hash that ties an event's body to all before it.
pub(crate) fn link(previous: &str, body: &str) -> String {
    hex(&Sha256::new().chain_update(previous).chain_update("\n").chain_update(body).finalize())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}"); // writing to a String cannot fail
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_at_every_depth_and_keeps_lists() {
        let value = serde_json::json!({"b": [2, {"z": null, "a": "x\"y"}], "a": true});
        assert_eq!(canonical(&value), r#"{"a":true,"b":[2,{"a":"x\"y","z":null}]}"#);
    }

    #[test]
    fn a_link_depends_on_both_sides() {
        assert_eq!(link(GENESIS, "{}").len(), 64);
        assert_ne!(link(GENESIS, "{}"), link("1", "{}"));
        assert_ne!(link(GENESIS, "{}"), link(GENESIS, "[]"));
    }
}
