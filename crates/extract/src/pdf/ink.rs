//! What is drawn on one page: glyphs with their places, fills, images and rules, in painting order.
//!
//! The interpreter runs the page's program and calls this device for each mark. Nothing is judged here; what is hidden,
//! what a line or a table is, is decided later from what was collected. All coordinates are points from the page's upper
//! left corner as it is shown (after /Rotate), y downwards.

use super::weight::Weights;
use crate::limits::Deadline;
use hayro_interpret::font::{GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::{Dict, Name, String as PdfString};
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

/// Fills narrower than this are rules, not areas.
const RULE_WIDTH: f64 = 3.0;
/// Fills smaller than this (square points) can neither back nor cover text.
const SMALLEST_FILL: f64 = 12.0;
/// Fills over more than this share of the page are its ground.
const GROUND_SHARE: f64 = 0.4;
/// More fills or rules than this on one page are a drawing, not a layout; the rest is left out.
const MOST_MARKS: usize = 20_000;
/// Degrees by which a baseline may miss the right angle and still count as along it.
const SKEW: i32 = 3;
/// Marks between two looks at the clock.
const CLOCK_EVERY: u32 = 512;

/// The one thing that unwinds out of the interpreter, which offers no other way to stop: a limit was met.
pub(super) struct Stop(pub(super) StopReason);

/// Which limit stopped a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopReason {
    /// The deadline passed.
    Time,
    /// Too many glyphs in the document.
    Glyphs,
    /// Too many marks without text: forms that call forms.
    Marks,
}

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
    /// Filled shapes other than rectangles.
    pub(super) shapes: u32,
    /// Glyphs whose font carries no Unicode.
    pub(super) unmapped: u32,
}

/// What a page may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// When to stop.
    pub(super) deadline: Option<Deadline>,
    /// Glyphs left for the document.
    pub(super) glyphs: u64,
    /// Marks of any kind on one page.
    pub(super) marks: u64,
}

/// The device that collects [`Ink`].
pub(super) struct Collector<'w> {
    pub(super) ink: Ink,
    weights: &'w mut Weights,
    budget: Budget,
    clips: Vec<(Box4, bool)>,
    opacity: Vec<f32>,
    order: u32,
    marks: u64,
    marked: Vec<Marked>,
    /// Runs drawn invisibly and not followed by another mark yet: text that serves as a clip is seen after all.
    clipping: Vec<usize>,
}

struct Marked {
    artifact: bool,
    actual: Option<String>,
    first: usize,
}

impl<'w> Collector<'w> {
    pub(super) fn new(width: f32, height: f32, weights: &'w mut Weights, budget: Budget) -> Self {
        Collector {
            ink: Ink { width, height, ..Ink::default() },
            weights,
            budget,
            clips: vec![([-1e6, -1e6, 1e6, 1e6], true)],
            opacity: vec![1.0],
            order: 0,
            marks: 0,
            marked: Vec::new(),
            clipping: Vec::new(),
        }
    }

    fn tick(&mut self) {
        self.order = self.order.saturating_add(1);
        self.marks += 1;
        if self.marks > self.budget.marks {
            stop(StopReason::Marks);
        }
        if self.ink.glyphs.len() as u64 > self.budget.glyphs {
            stop(StopReason::Glyphs);
        }
        if self.order.is_multiple_of(CLOCK_EVERY) && self.budget.deadline.is_some_and(|d| d.passed()) {
            stop(StopReason::Time);
        }
    }

    fn clip(&self) -> (Box4, bool) {
        self.clips.last().copied().unwrap_or(([-1e6, -1e6, 1e6, 1e6], true))
    }

    fn push_clip(&mut self, area: Rect, exact: bool) {
        let (outer, outer_exact) = self.clip();
        self.clips.push((intersect(outer, to_box(area)), exact && outer_exact));
    }

    fn color(&self, paint: &Paint<'_>) -> Option<[u8; 4]> {
        match paint {
            Paint::Color(color) => {
                let mut rgba = color.to_rgba().to_rgba8();
                let group = self.opacity.last().copied().unwrap_or(1.0);
                rgba[3] = (f32::from(rgba[3]) * group) as u8;
                Some(rgba)
            }
            Paint::Pattern(_) => None,
        }
    }

    fn add_glyphs(&mut self, glyphs: &[PositionedGlyph<'_>], transform: Affine, run: u32) {
        let angle = self.ink.runs[run as usize].angle;
        let stretched = is_stretched(glyphs, transform);
        for glyph in glyphs {
            let place = transform * glyph.transform();
            let (x0, x1, y) = along_baseline(glyph, place, angle, stretched);
            let text = self.text_of(glyph);
            self.ink.glyphs.push(Glyph { x0, x1, y, text, run });
        }
    }

    /// The same text at the same place again: filled and then stroked, or printed twice to look bold.
    fn is_again(&mut self, first: &PositionedGlyph<'_>, count: usize, transform: Affine) -> bool {
        let Some(last) = self.ink.runs.len().checked_sub(1) else { return false };
        let Some(start) = self.ink.glyphs.len().checked_sub(count) else { return false };
        let before = self.ink.glyphs[start];
        let alone = start == 0 || self.ink.glyphs[start - 1].run != last as u32;
        if before.run != last as u32 || !alone {
            return false;
        }
        let run = &mut self.ink.runs[last];
        let [.., x, y] = (transform * first.transform()).as_coeffs();
        let (u, v) = turn(x as f32, y as f32, run.angle);
        let near = (u - before.x0).abs() < run.size * 0.1 && (v - before.y).abs() < run.size * 0.1;
        let same = match (single_char(first), before.text) {
            (Some(c), GlyphText::Char(d)) => c == d,
            (None, GlyphText::Char(_)) => false,
            _ => true,
        };
        if near && same {
            run.weight *= 1.4;
        }
        near && same
    }

    fn text_of(&mut self, glyph: &PositionedGlyph<'_>) -> GlyphText {
        match glyph.as_unicode() {
            Some(BfString::Char(c)) if c != '\0' && c != '\u{fffd}' => GlyphText::Char(c),
            Some(BfString::String(s)) if !s.is_empty() => {
                self.ink.strings.push(s);
                GlyphText::Several(self.ink.strings.len() as u32 - 1)
            }
            _ => {
                self.ink.unmapped += 1;
                GlyphText::Unmapped
            }
        }
    }

    /// One path often holds many rectangles (all borders of a table): each is a mark of its own.
    fn add_fills(&mut self, path: &BezPath, props: &DrawProps<'_>, opaque: bool) {
        let starts = path.elements().iter().filter(|e| matches!(e, PathEl::MoveTo(_))).count();
        let straight = !path.elements().iter().any(|e| matches!(e, PathEl::CurveTo(..) | PathEl::QuadTo(..)));
        if starts < 2 || !straight {
            return self.add_fill(path, props, opaque, starts < 2);
        }
        let mut part = BezPath::new();
        for &element in path.elements() {
            if matches!(element, PathEl::MoveTo(_)) && !part.elements().is_empty() {
                self.add_fill(&part, props, opaque, false);
                part.truncate(0);
            }
            part.push(element);
        }
        self.add_fill(&part, props, opaque, false);
    }

    /// `sure` is false where another part of the same path may leave a hole in this one.
    fn add_fill(&mut self, path: &BezPath, props: &DrawProps<'_>, opaque: bool, sure: bool) {
        let place = props.transform;
        self.ink.shapes += u32::from(path.elements().len() > 5);
        let bounds = place.transform_rect_bbox(path.control_box());
        if bounds.width() < RULE_WIDTH || bounds.height() < RULE_WIDTH {
            if bounds.width().max(bounds.height()) >= RULE_WIDTH {
                self.add_rule(bounds, false);
            }
            return;
        }
        if bounds.area() < SMALLEST_FILL || self.ink.fills.len() >= MOST_MARKS {
            return;
        }
        let (clip, exact_clip) = self.clip();
        let area = intersect(clip, to_box(bounds));
        let rectangular = is_rectangle(path, place);
        let color = self.color(&props.paint).filter(|_| exact_clip && sure);
        // the ground of a page or of a column has no edges that part anything
        let ground = color.is_some_and(|c| c[..3].iter().all(|&v| v >= 250));
        if rectangular
            && !ground
            && f64::from(self.ink.width * self.ink.height) * GROUND_SHARE > bounds.area()
        {
            for edge in edges(area) {
                self.add_rule(edge, true);
            }
        }
        let small = path.elements().len() <= 64;
        self.ink.fills.push(Fill {
            area,
            color: color.filter(|_| rectangular || small),
            shape: (!rectangular && small).then(|| Box::new(place * path.clone())),
            opaque: opaque && exact_clip && color.is_some_and(|c| c[3] >= 250) && (rectangular || small),
            image: false,
            order: self.order,
        });
    }

    fn add_rule(&mut self, area: Rect, edge: bool) {
        if self.ink.rules.len() < MOST_MARKS {
            let area = intersect(self.clip().0, to_box(area));
            if area[2] >= area[0] && area[3] >= area[1] {
                self.ink.rules.push(Rule { area, edge });
            }
        }
    }

    fn add_stroke(&mut self, path: &BezPath, place: Affine) {
        let (mut start, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            let to = match *element {
                PathEl::MoveTo(p) => {
                    (start, last) = (place * p, place * p);
                    continue;
                }
                PathEl::LineTo(p) => place * p,
                PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => {
                    last = place * p;
                    continue;
                }
                PathEl::ClosePath => start,
            };
            if (to.x - last.x).abs() < 0.5 || (to.y - last.y).abs() < 0.5 {
                self.add_rule(Rect::from_points(last, to), false);
            }
            last = to;
        }
    }

    /// The producer's replacement text counts only where the page cannot contradict it: what is seen wins.
    fn replace(&mut self, first: usize, actual: &str) {
        let strings = &self.ink.strings;
        let Some(glyphs) = self.ink.glyphs.get_mut(first..) else { return };
        let unmapped = glyphs.iter().filter(|g| g.text == GlyphText::Unmapped).count();
        let hyphen = actual == "\u{ad}" || actual.is_empty();
        let seen_is_hyphen =
            glyphs.iter().all(|g| matches!(text_str(g.text, strings), Some("-" | "\u{2010}" | " ")));
        if glyphs.is_empty() || glyphs.len() > 64 || !(unmapped == glyphs.len() || (hyphen && seen_is_hyphen))
        {
            return;
        }
        self.ink.unmapped -= unmapped as u32;
        let end = glyphs.last().map_or(0.0, |g| g.x1);
        for glyph in glyphs.iter_mut() {
            glyph.text = GlyphText::Nothing;
        }
        if !actual.is_empty() {
            self.ink.strings.push(actual.to_owned());
            glyphs[0].text = GlyphText::Several(self.ink.strings.len() as u32 - 1);
            glyphs[0].x1 = glyphs[0].x1.max(end);
        }
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.tick();
        self.clipping.clear();
        let opaque = props.soft_mask.is_none() && props.blend_mode == BlendMode::Normal;
        match mode {
            DrawMode::Fill(_) => self.add_fills(path, &props, opaque),
            DrawMode::Stroke(_) => self.add_stroke(path, props.transform),
            DrawMode::FillAndStroke(..) => {
                self.add_fills(path, &props, opaque);
                self.add_stroke(path, props.transform);
            }
            DrawMode::Invisible => {}
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.tick();
        let rectangular = is_rectangle(&clip.path, Affine::IDENTITY);
        if !rectangular {
            for run in self.clipping.drain(..) {
                self.ink.runs[run].invisible = false;
            }
        }
        let bounds = if clip.path.elements().is_empty() { Rect::ZERO } else { clip.path.control_box() };
        self.push_clip(bounds, rectangular);
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.tick();
        self.push_clip(*rect, true);
    }

    fn pop_clip(&mut self) {
        if self.clips.len() > 1 {
            self.clips.pop();
        }
    }

    fn push_transparency_group(&mut self, opacity: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.tick();
        let outer = self.opacity.last().copied().unwrap_or(1.0);
        self.opacity.push(outer * opacity);
    }

    fn pop_transparency_group(&mut self) {
        if self.opacity.len() > 1 {
            self.opacity.pop();
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.tick();
        let glyphs = run.glyphs();
        let Some(first) = glyphs.first() else { return };
        if self.is_again(first, glyphs.len(), props.transform) {
            return;
        }
        let invisible = matches!(mode, DrawMode::Invisible);
        let (angle, size) = direction(props.transform * first.transform());
        self.ink.runs.push(Run {
            angle,
            size,
            weight: self.weights.of_run(glyphs).unwrap_or(0.0),
            color: self.color(&props.paint),
            invisible,
            drawn: matches!(**first, hayro_interpret::font::Glyph::Type3(_)),
            artifact: self.marked.iter().any(|m| m.artifact),
            order: self.order,
            clip: self.clip().0,
        });
        let index = self.ink.runs.len() - 1;
        if invisible {
            self.clipping.push(index);
        } else {
            self.clipping.clear();
        }
        self.add_glyphs(glyphs, props.transform, index as u32);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.tick();
        self.clipping.clear();
        let whole = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let bounds = props.transform.transform_rect_bbox(whole);
        let masked = match &image {
            Image::Stencil(_) => true,
            Image::Raster(raster) => {
                let dict = raster.stream().dict();
                ["SMask", "Mask", "SMaskInData"].iter().any(|key| dict.contains_key(key))
            }
        };
        if bounds.width() < RULE_WIDTH || bounds.height() < RULE_WIDTH {
            self.add_rule(bounds, false);
        } else if self.ink.fills.len() < MOST_MARKS {
            let (clip, exact) = self.clip();
            let opacity = self.opacity.last().copied().unwrap_or(1.0);
            self.ink.fills.push(Fill {
                area: intersect(clip, to_box(bounds)),
                color: None,
                shape: None,
                opaque: !masked && exact && opacity > 0.98 && props.blend_mode == BlendMode::Normal,
                image: true,
                order: self.order,
            });
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let pagination = |d: &Dict<'_>| d.get::<Name<'_>>("Type").is_some_and(|n| n.as_str() == "Pagination");
        self.marked.push(Marked {
            artifact: tag == b"Artifact" && properties.is_some_and(pagination),
            actual: properties
                .and_then(|d| d.get::<PdfString<'_>>("ActualText"))
                .map(|s| super::open::text_string(s.as_bytes())),
            first: self.ink.glyphs.len(),
        });
    }

    fn end_marked_content(&mut self) {
        if let Some(Marked { actual: Some(actual), first, .. }) = self.marked.pop() {
            self.replace(first, &actual);
        }
    }
}

/// The interpreter has no way to be told to stop, so the page's program is left by unwinding; `mod.rs` catches it.
fn stop(reason: StopReason) -> ! {
    std::panic::resume_unwind(Box::new(Stop(reason)))
}

/// The character that a glyph stands for, where it is exactly one.
pub(super) fn single_char(glyph: &PositionedGlyph<'_>) -> Option<char> {
    match glyph.as_unicode()? {
        BfString::Char(c) => Some(c),
        BfString::String(_) => None,
    }
}

fn text_str(text: GlyphText, strings: &[String]) -> Option<&str> {
    match text {
        GlyphText::Char('-') => Some("-"),
        GlyphText::Char('\u{2010}') => Some("\u{2010}"),
        GlyphText::Char(' ') => Some(" "),
        GlyphText::Several(i) => strings.get(i as usize).map(String::as_str),
        _ => None,
    }
}

/// The direction of a glyph's baseline in whole degrees clockwise, and its font size in points.
fn direction(place: Affine) -> (u16, f32) {
    let [a, b, c, d, _, _] = place.as_coeffs();
    let degrees = (b.atan2(a).to_degrees().round() as i32).rem_euclid(360);
    // a page that was scanned askew is read as if it were straight
    let right = (degrees + 45) / 90 * 90;
    let snapped = if (degrees - right).abs() <= SKEW { right % 360 } else { degrees };
    (snapped as u16, (c.hypot(d) * 1000.0) as f32)
}

/// A stand-in for a font that is not embedded has each glyph stretched to the width that the file states: the scale
/// along the baseline then differs from glyph to glyph, and says nothing of the advance.
fn is_stretched(glyphs: &[PositionedGlyph<'_>], transform: Affine) -> bool {
    let ratio = |g: &PositionedGlyph<'_>| {
        let [a, b, c, d, _, _] = (transform * g.transform()).as_coeffs();
        a.hypot(b) / c.hypot(d).max(1e-9)
    };
    let Some(first) = glyphs.first().map(&ratio) else { return false };
    glyphs.iter().take(12).any(|g| (ratio(g) - first).abs() > 0.01)
}

/// Where a glyph starts and ends along its baseline, and how far down that baseline lies, in its own direction.
fn along_baseline(
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
    let scale = if a.hypot(b) > 0.0 && !stretched { a.hypot(b) } else { c.hypot(d) };
    let width = (f64::from(advance.unwrap_or(500.0)) * scale) as f32;
    let (u, v) = turn(x as f32, y as f32, angle);
    (u, u + width, v)
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

fn to_box(r: Rect) -> Box4 {
    [r.x0 as f32, r.y0 as f32, r.x1 as f32, r.y1 as f32]
}

/// What two rectangles share; inverted where they share nothing.
pub(super) fn intersect(a: Box4, b: Box4) -> Box4 {
    [a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])]
}

fn edges(b: Box4) -> [Rect; 4] {
    let [x0, y0, x1, y1] = b.map(f64::from);
    [
        Rect::new(x0, y0, x1, y0),
        Rect::new(x0, y1, x1, y1),
        Rect::new(x0, y0, x0, y1),
        Rect::new(x1, y0, x1, y1),
    ]
}

fn is_rectangle(path: &BezPath, place: Affine) -> bool {
    let [a, b, c, d, _, _] = place.as_coeffs();
    let upright = (b.abs() < 1e-6 && c.abs() < 1e-6) || (a.abs() < 1e-6 && d.abs() < 1e-6);
    let mut corners = 0;
    let mut last: Option<Point> = None;
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) if last.is_none() => last = Some(p),
            PathEl::LineTo(p) => {
                let from = last.unwrap_or(p);
                if (p.x - from.x).abs() > 0.01 && (p.y - from.y).abs() > 0.01 {
                    return false;
                }
                corners += 1;
                last = Some(p);
            }
            PathEl::ClosePath => {}
            _ => return false,
        }
    }
    upright && (3..=4).contains(&corners)
}
