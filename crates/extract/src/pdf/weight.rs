//! How heavy a font is, measured from its outlines.
//!
//! Font names and descriptors say little that can be relied on (subset prefixes, missing flags, names such as "F3"), and
//! Type 1 fonts give neither through the interpreter. The ink of a letter is always there: a bold face has about 1.45
//! times the ink of its regular one. Only the relation to the body text's weight is ever used.

use super::ink::{Glyph as Inked, GlyphText};
use hayro_interpret::font::{Glyph, GlyphIdentifier, PositionedGlyph};
use hayro_interpret::kurbo::Shape;
use rustc_hash::FxHashMap;

/// Ink of the letters a-z, A-Z and 0-9 in thousandths of an em square: the mean of a common sans and a common serif face.
const INK: [u16; 62] = [
    104, 126, 76, 127, 100, 76, 146, 117, 53, 73, 113, 63, 153, 99, 99, 127, 128, 56, 84, 63, 97, 78, 129,
    83, 96, 84, 131, 173, 119, 162, 142, 115, 145, 158, 68, 86, 146, 91, 207, 157, 154, 131, 178, 164, 130,
    99, 131, 113, 199, 130, 104, 123, 126, 84, 105, 110, 111, 113, 127, 77, 138, 129,
];

/// Letters of a run that are measured: enough for an average, few enough to cost nothing.
const SAMPLES: usize = 2;

/// Weights of outlines met so far in a document.
#[derive(Default)]
pub(super) struct Weights {
    known: FxHashMap<GlyphIdentifier, f32>,
}

impl Weights {
    /// The weight of a run, 1 being that of a common book face; none where it has no letter with an outline. `inked` says
    /// what its glyphs stand for.
    pub(super) fn of_run(&mut self, glyphs: &[PositionedGlyph<'_>], inked: &[Inked]) -> Option<f32> {
        let (mut sum, mut count) = (0.0, 0);
        for (glyph, inked) in glyphs.iter().zip(inked) {
            let GlyphText::Char(letter) = inked.text else { continue };
            let Some(weight) = self.of_letter(glyph, letter) else { continue };
            sum += weight;
            count += 1;
            if count == SAMPLES {
                break;
            }
        }
        (count > 0).then(|| sum / count as f32)
    }

    fn of_letter(&mut self, glyph: &PositionedGlyph<'_>, letter: char) -> Option<f32> {
        let Glyph::Outline(outline) = &**glyph else { return None };
        let reference = reference(letter)?;
        let known = self.known.entry(outline.identifier());
        let area = *known.or_insert_with(|| outline.outline().area().abs() as f32 / 1000.0);
        (area > 1.0).then(|| area / reference)
    }
}

fn reference(letter: char) -> Option<f32> {
    let at = match letter {
        'a'..='z' => letter as usize - 'a' as usize,
        'A'..='Z' => 26 + letter as usize - 'A' as usize,
        '0'..='9' => 52 + letter as usize - '0' as usize,
        _ => return None,
    };
    Some(f32::from(INK[at]))
}
