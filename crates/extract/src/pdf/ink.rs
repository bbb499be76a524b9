//! What is drawn on one page: glyphs with their places, fills, images and rules, in painting order.
//!
//! Coordinates are points from the page's upper left corner as it is shown (after /Rotate), y downwards; those of a glyph
//! lie in the frame of its own reading direction ([`turn`]).

use hayro_interpret::kurbo::BezPath;

/// One glyph: where it stands in its run's own direction, and what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// Start along the baseline.
    pub(super) x0: f32,
    /// End along the baseline.
    pub(super) x1: f32,
    /// Baseline.
    pub(super) y: f32,
    /// Its character, if it is one.
    pub(super) text: GlyphText,
    /// Index into [`Ink::runs`].
    pub(super) run: u32,
}

/// What a glyph stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GlyphText {
    /// One character.
    Char(char),
    /// Several: an index into [`Ink::strings`].
    Several(u32),
    /// The font does not say.
    Unmapped,
    /// Replaced by a neighbour's text.
    Nothing,
}

/// Glyphs that were shown together: one look for all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Reading direction in whole degrees clockwise, 0 to 359.
    pub(super) angle: u16,
    /// Font size in points as shown.
    pub(super) size: f32,
    /// See [`Weights`].
    pub(super) weight: f32,
    /// Red, green, blue, opacity; none for a pattern.
    pub(super) color: Option<[u8; 4]>,
    /// Drawn with text render mode 3.
    pub(super) invisible: bool,
    /// A glyph program of the document (Type 3): its size means little.
    pub(super) drawn: bool,
    /// Marked by the producer as page furniture.
    pub(super) artifact: bool,
    /// Position in painting order.
    pub(super) order: u32,
    /// What of the page could be painted on.
    pub(super) clip: Box4,
}

/// A rectangle: left, top, right, bottom.
pub(super) type Box4 = [f32; 4];

/// An area that was painted.
#[derive(Debug, Clone)]
pub(super) struct Fill {
    /// Its bounds within the clip.
    pub(super) area: Box4,
    /// Red, green, blue, opacity; none for images, patterns and shadings.
    pub(super) color: Option<[u8; 4]>,
    /// The exact shape where it is not a rectangle.
    pub(super) shape: Option<Box<BezPath>>,
    /// Hides what lies under it.
    pub(super) opaque: bool,
    /// True for an image.
    pub(super) image: bool,
    /// Position in painting order.
    pub(super) order: u32,
}

/// A thin horizontal or vertical mark.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// Its bounds; a horizontal rule is wider than high.
    pub(super) area: Box4,
    /// An edge of a painted area rather than a line.
    pub(super) edge: bool,
}

impl Rule {
    /// True where it is wider than high.
    pub(super) fn horizontal(&self) -> bool {
        self.area[2] - self.area[0] >= self.area[3] - self.area[1]
    }
}

/// Everything that one page shows.
#[derive(Default)]
pub(super) struct Ink {
    /// Width in points as shown.
    pub(super) width: f32,
    /// Height in points as shown.
    pub(super) height: f32,
    /// Glyphs in painting order.
    pub(super) glyphs: Vec<Glyph>,
    /// Their runs.
    pub(super) runs: Vec<Run>,
    /// Texts of glyphs that stand for several characters.
    pub(super) strings: Vec<String>,
    /// Painted areas in painting order.
    pub(super) fills: Vec<Fill>,
    /// Thin marks.
    pub(super) rules: Vec<Rule>,
    /// Small round or square marks: bullets, where a producer draws them instead of writing them.
    pub(super) dots: Vec<Box4>,
    /// Filled shapes other than rectangles.
    pub(super) shapes: u32,
    /// Glyphs whose font carries no Unicode.
    pub(super) unmapped: u32,
}

impl Ink {
    /// An empty page that keeps the memory of this one.
    pub(super) fn cleared(mut self, width: f32, height: f32) -> Ink {
        self.glyphs.clear();
        self.runs.clear();
        self.strings.clear();
        self.fills.clear();
        self.rules.clear();
        self.dots.clear();
        Ink { width, height, shapes: 0, unmapped: 0, ..self }
    }

    /// True where nothing at all was drawn.
    pub(super) fn is_blank(&self) -> bool {
        self.glyphs.is_empty() && self.fills.is_empty() && self.rules.is_empty() && self.shapes == 0
    }
}

/// A point of the page in the frame of text that runs in a direction: along its baseline, and down from it.
pub(super) fn turn(x: f32, y: f32, angle: u16) -> (f32, f32) {
    match angle {
        0 => (x, y),
        90 => (y, -x),
        180 => (-x, -y),
        270 => (-y, x),
        _ => {
            let (sin, cos) = f32::from(angle).to_radians().sin_cos();
            (x * cos + y * sin, y * cos - x * sin)
        }
    }
}

/// What two rectangles share; inverted where they share nothing.
pub(super) fn intersect(a: Box4, b: Box4) -> Box4 {
    [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}
