//! Looks at a page before it is run: would it expand or allocate without end?
//!
//! Cheap checks for the bombs that are known, so that they cost a message and not a worker. They cost nothing for pages
//! that cannot be bombs; what gets past them meets the limits on the worker process.

use hayro_interpret::hayro_syntax::Filter;
use hayro_interpret::hayro_syntax::content::ops::TypedInstruction;
use hayro_interpret::hayro_syntax::object::{Array, Dict, Object, ObjectIdentifier, Stream};
use hayro_interpret::hayro_syntax::page::Page;
use std::collections::HashSet;
use std::io::Read;

/// Deflate never expands more than this.
const DEFLATE_RATIO: u64 = 1_032;
/// Codes that a range of glyph widths may cover: all that two bytes can write.
const WIDEST_RANGE: f64 = 65_536.0;

/// True where a page's content would expand beyond `limit` bytes. Costs nothing for streams that cannot.
pub(super) fn expands_beyond(page: &Page<'_>, limit: u64) -> bool {
    let single = page.raw().get::<Stream<'_>>("Contents");
    if let Some(stream) = single {
        return expanded(&stream, limit) > limit;
    }
    let Some(parts) = page.raw().get::<Array<'_>>("Contents") else { return false };
    let mut left = limit;
    for part in parts.iter::<Object<'_>>().take(10_000) {
        let Some(stream) = part.into_stream() else { continue };
        match left.checked_sub(expanded(&stream, left)) {
            Some(rest) => left = rest,
            None => return true,
        }
    }
    false
}

/// How many bytes a stream expands to, counted up to just beyond `limit`; 0 where it cannot come near it.
fn expanded(stream: &Stream<'_>, limit: u64) -> u64 {
    let filters = stream.filters();
    let raw = stream.raw_data();
    let possible = filters.iter().fold(raw.len() as u64, |n, _| n.saturating_mul(DEFLATE_RATIO));
    if possible <= limit || !filters.iter().all(|f| matches!(f, Filter::FlateDecode)) {
        return 0;
    }
    let mut reader: Box<dyn Read + '_> = Box::new(raw.as_ref());
    for _ in filters.iter() {
        reader = Box::new(flate2::read::ZlibDecoder::new(reader));
    }
    let (mut buffer, mut count) = (vec![0; 1 << 16], 0);
    while count <= limit {
        match reader.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(n) => count += n as u64,
        }
    }
    count
}

/// True where a page's content asks for text to be shown, and the interpreter never gets that far: it is broken.
pub(super) fn hides_text(page: &Page<'_>) -> bool {
    let written = |content: &[u8]| content.windows(3).any(|w| w == b" Tj" || w == b" TJ" || w == b")Tj");
    if !page.page_stream().is_some_and(written) {
        return false;
    }
    let mut operators = page.typed_operations();
    while let Some(operator) = operators.next() {
        if matches!(operator, TypedInstruction::ShowText(_) | TypedInstruction::ShowTexts(_)) {
            return false;
        }
    }
    true
}

/// Fonts that were looked at.
#[derive(Default)]
pub(super) struct Fonts {
    seen: HashSet<ObjectIdentifier>,
}

impl Fonts {
    /// False where a font of the page states widths for billions of codes.
    pub(super) fn are_sane(&mut self, page: &Page<'_>) -> bool {
        page.resources().fonts.entries().take(1_000).all(|(name, _)| {
            let Some(font) = page.resources().fonts.get::<Dict<'_>>(&*name) else { return true };
            if font.obj_id().is_some_and(|id| !self.seen.insert(id)) {
                return true;
            }
            let parts = font.get::<Array<'_>>("DescendantFonts");
            let inner = parts.and_then(|parts| parts.iter::<Dict<'_>>().next());
            inner.and_then(|inner| inner.get::<Array<'_>>("W")).is_none_or(|widths| ranges_are_sane(&widths))
        })
    }
}

/// Widths are written as `first [w w ...]` or `first last w`: no range may be wider than codes are.
fn ranges_are_sane(widths: &Array<'_>) -> bool {
    let mut first: Option<f64> = None;
    let mut after_range = false;
    for entry in widths.iter::<Object<'_>>() {
        match (entry, first) {
            (Object::Number(number), None) if !after_range => first = Some(number.as_f64()),
            (Object::Number(number), Some(from)) => {
                if number.as_f64() - from > WIDEST_RANGE {
                    return false;
                }
                (first, after_range) = (None, true);
            }
            _ => (first, after_range) = (None, false),
        }
    }
    true
}
