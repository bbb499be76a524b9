//! How heavy a font is, measured from its outlines.
//!
//! Font names and descriptors say little that can be relied on (subset prefixes, missing flags, names such as "F3"), and
//! Type 1 fonts give neither through the interpreter. The ink of a letter is always there: a bold face has about 1.45
//! times the ink of its regular one. Only the relation to the body text's weight is ever used.

use hayro_interpret::font::{Glyph, PositionedGlyph};
use hayro_interpret::kurbo::Shape;
use std::collections::HashMap;

/// Ink of the letters a-z, A-Z and 0-9 in thousandths of an em square: the mean of a common sans and a common serif face.
const INK: [u16; 62] = [
    104, 126, 76, 127, 100, 76, 146, 117, 53, 73, 113, 63, 153, 99, 99, 127, 128, 56, 84, 63, 97, 78, 129,
    83, 96, 84, 131, 173, 119, 162, 142, 115, 145, 158, 68, 86, 146, 91, 207, 157, 154, 131, 178, 164, 130,
    99, 131, 113, 199, 130, 104, 123, 126, 84, 105, 110, 111, 113, 127, 77, 138, 129,
];

/// Letters of a run that are measured: enough for an average, few enough to cost nothing.
const SAMPLES: usize = 3;

/// Weights of outlines met so far in a document.
#[derive(Default)]
pub(super) struct Weights {
    known: HashMap<u128, f32>,
}

impl Weights {
    /// The weight of a run of glyphs, 1 being that of a common book face; none where it has no letter with an outline.
    pub(super) fn of_run<'a>(&mut self, glyphs: &[PositionedGlyph<'a>]) -> Option<f32> {
        let (mut sum, mut count) = (0.0, 0);
        for glyph in glyphs {
            let Some(weight) = self.of_glyph(glyph) else { continue };
            sum += weight;
            count += 1;
            if count == SAMPLES {
                break;
            }
        }
        (count > 0).then(|| sum / count as f32)
    }

    fn of_glyph(&mut self, glyph: &PositionedGlyph<'_>) -> Option<f32> {
        let Glyph::Outline(outline) = &**glyph else { return None };
        let reference = reference(super::ink::single_char(glyph)?)?;
        let key = outline.identifier().cache_key();
        let area = *self.known.entry(key).or_insert_with(|| outline.outline().area().abs() as f32 / 1000.0);
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
