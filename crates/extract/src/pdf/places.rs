//! Where glyphs stand: their direction, their size, and where they begin and end along their baseline.

use super::ink::turn;
use hayro_interpret::font::PositionedGlyph;
use hayro_interpret::kurbo::Affine;

/// Degrees by which a baseline may miss the right angle and still count as along it.
const SKEW: i32 = 3;

/// The direction of a glyph's baseline in whole degrees clockwise, and its font size in points.
pub(super) fn direction(place: Affine) -> (u16, f32) {
    let [a, b, c, d, _, _] = place.as_coeffs();
    let degrees = (b.atan2(a).to_degrees().round() as i32).rem_euclid(360);
    // a page that was scanned askew is read as if it were straight
    let right = (degrees + 45) / 90 * 90;
    let snapped = if (degrees - right).abs() <= SKEW { right % 360 } else { degrees };
    (snapped as u16, (length(c, d) * 1000.0) as f32)
}

/// A stand-in for a font that is not embedded has each glyph stretched to the width that the file states: the scale
/// along the baseline then differs from glyph to glyph, and says nothing of the advance.
pub(super) fn is_stretched(glyphs: &[PositionedGlyph<'_>], transform: Affine) -> bool {
    let ratio = |g: &PositionedGlyph<'_>| {
        let [a, b, c, d, _, _] = (transform * g.transform()).as_coeffs();
        length(a, b) / length(c, d).max(1e-9)
    };
    let Some(first) = glyphs.first().map(&ratio) else { return false };
    glyphs.iter().take(12).any(|g| (ratio(g) - first).abs() > 0.01)
}

/// Where a glyph starts and ends along its baseline, and how far down that baseline lies, in its own direction.
pub(super) fn along_baseline(
    glyph: &PositionedGlyph<'_>,
    place: Affine,
    angle: u16,
    stretched: bool,
) -> (f32, f32, f32) {
    use hayro_interpret::font::Glyph as Shape;
    let [a, b, c, d, x, y] = place.as_coeffs();
    let advance = match &**glyph {
        Shape::Outline(outline) => outline.advance_width(),
        Shape::Type3(drawn) => drawn.advance_width(),
    };
    let along = length(a, b);
    let scale = if along > 0.0 && !stretched { along } else { length(c, d) };
    let width = (f64::from(advance.unwrap_or(500.0)) * scale) as f32;
    let (u, v) = turn(x as f32, y as f32, angle);
    (u, u + width, v)
}

/// The length of a vector; overflow, which `hypot` would spare, only comes of nonsense.
fn length(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}
