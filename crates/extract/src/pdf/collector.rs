//! The device that collects a page's [`Ink`].
//!
//! The interpreter runs the page's program and calls this device for each mark. Nothing is judged here; what is hidden,
//! what a line or a table is, is decided later from what was collected.

use super::ink::{Box4, Fill, Glyph, GlyphText, Ink, Run, intersect, turn};
use super::marks::{MOST_MARKS, RULE_WIDTH, is_rectangle, to_box};
use super::places::{along_baseline, direction, is_stretched};
use super::weight::Weights;
use crate::limits::Deadline;
use hayro_interpret::font::{GlyphRun, PositionedGlyph};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::{Dict, Name, String as PdfString};
use hayro_interpret::kurbo::{Affine, BezPath, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

/// Marks between two looks at the clock.
const CLOCK_EVERY: u32 = 512;

/// What a clip counts among the marks of a page.
const CLIP_COST: u64 = 9;

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
    pub(super) order: u32,
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
    pub(super) fn new(ink: Ink, width: f32, height: f32, weights: &'w mut Weights, budget: Budget) -> Self {
        Collector {
            ink: ink.cleared(width, height),
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

    pub(super) fn clip(&self) -> (Box4, bool) {
        self.clips.last().copied().unwrap_or(([-1e6, -1e6, 1e6, 1e6], true))
    }

    fn push_clip(&mut self, area: Rect, exact: bool) {
        let (outer, outer_exact) = self.clip();
        self.clips.push((intersect(outer, to_box(area)), exact && outer_exact));
    }

    pub(super) fn color(&self, paint: &Paint<'_>) -> Option<[u8; 4]> {
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
        // every form is clipped: forms that call forms are known by this long before they draw anything
        self.marks += CLIP_COST;
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
            weight: 0.0,
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
        let start = self.ink.glyphs.len();
        self.add_glyphs(glyphs, props.transform, index as u32);
        self.ink.runs[index].weight = self.weights.of_run(glyphs, &self.ink.glyphs[start..]).unwrap_or(0.0);
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
        self.add_dot(bounds);
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
fn single_char(glyph: &PositionedGlyph<'_>) -> Option<char> {
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
