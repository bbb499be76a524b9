//! What must hold for any bytes.

use capmap_extract::{Options, read, sniff};
use capmap_model::Format;

/// Reads `bytes` as `format` with tight limits and checks the document.
///
/// `read` turns a panic into a failure; here the panic's hook of the fuzzer has already stopped the program.
pub fn read_as(bytes: &[u8], format: Format) {
    sniff(bytes, "input");
    let mut options = Options::default();
    options.limits.wall_ms = 5_000;
    options.limits.expanded_bytes = 8 << 20;
    options.limits.glyphs = 200_000;
    options.limits.pages = 50;
    let outcome = read(bytes, "input", format, &options, &mut |_| {});
    let Some(document) = outcome.document() else { return };
    for passage in &document.passages {
        document.cite(passage.span).expect("every passage can be cited");
    }
}
