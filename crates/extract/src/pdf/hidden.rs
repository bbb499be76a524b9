//! Text that is in the file and that nobody sees.
//!
//! White on white, drawn invisibly, tiny, outside the page, clipped away or painted over: the obvious ways to put words
//! before a program that a person does not get to read. Such glyphs are taken out of the page and listed. Where the page
//! gives no certain answer (text over an image, a gradient, a complicated shape), the text counts as seen.

use super::ink::{Box4, Fill, Glyph, GlyphText, Ink, Run, turn};
use capmap_model::HiddenWhy;
use hayro_interpret::kurbo::{Point, Shape};

/// Text smaller than this many points is not read by people.
const TINY: f32 = 3.0;
/// Colours closer than this in every channel (of 255) cannot be told apart.
const SAME_COLOR: u8 = 24;
/// An image over this share of the page makes invisible text on it the layer of a text recogniser.
const SCAN_SHARE: f32 = 0.25;
/// Text with less opacity than this (of 255) is not seen.
const FAINT: u8 = 16;

/// What becomes of a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It is text of the page.
    Yes,
    /// It lies invisibly over a page image: what a text recogniser left.
    Recognised,
    /// It is not seen.
    No(HiddenWhy),
}

/// Judges every glyph of a page; one verdict per glyph, in their order.
pub(super) fn judge(ink: &Ink) -> Vec<Seen> {
    let page = Painted::new(ink);
    let mut verdicts = vec![Seen::Yes; ink.glyphs.len()];
    let mut start = 0;
    while start < ink.glyphs.len() {
        let run = ink.glyphs[start].run;
        let end = start + ink.glyphs[start..].iter().take_while(|g| g.run == run).count();
        page.judge_run(&ink.runs[run as usize], &ink.glyphs[start..end], &mut verdicts[start..end]);
        start = end;
    }
    verdicts
}

/// A page's areas with what is needed to ask about them quickly.
struct Painted<'i> {
    ink: &'i Ink,
    last_opaque: u32,
    colors: Vec<[u8; 4]>,
    scan: Option<Box4>,
}

impl<'i> Painted<'i> {
    fn new(ink: &'i Ink) -> Self {
        let mut colors: Vec<[u8; 4]> = vec![[255, 255, 255, 255]];
        for color in ink.fills.iter().filter_map(|f| f.color) {
            if !colors.contains(&color) && colors.len() < 64 {
                colors.push(color);
            }
        }
        let last_opaque = ink.fills.iter().filter(|f| f.opaque).map(|f| f.order).max().unwrap_or(0);
        Painted { ink, last_opaque, colors, scan: scan_area(ink) }
    }

    fn judge_run(&self, run: &Run, glyphs: &[Glyph], verdicts: &mut [Seen]) {
        if let Some(verdict) = self.whole_run(run, glyphs) {
            verdicts.fill(verdict);
            return;
        }
        let near = run.color.filter(|&c| self.colors.iter().any(|&other| alike(c, other)));
        let later = run.order < self.last_opaque;
        for (glyph, verdict) in glyphs.iter().zip(verdicts) {
            let at = centre(glyph, run);
            if at[0] < 0.0 || at[1] < 0.0 || at[0] > self.ink.width || at[1] > self.ink.height {
                *verdict = Seen::No(HiddenWhy::OffPage);
            } else if !inside(run.clip, at) {
                *verdict = Seen::No(HiddenWhy::Invisible);
            } else if later && self.covered(run, at) {
                *verdict = if self.over_scan(at) { Seen::Recognised } else { Seen::No(HiddenWhy::Covered) };
            } else if near.is_some_and(|color| self.backdrop(run, at).is_some_and(|b| alike(color, b))) {
                *verdict = Seen::No(HiddenWhy::Background);
            }
        }
    }

    /// A verdict that holds for all glyphs of a run.
    fn whole_run(&self, run: &Run, glyphs: &[Glyph]) -> Option<Seen> {
        if run.invisible {
            let over_scan = glyphs.first().is_some_and(|g| self.over_scan(centre(g, run)));
            return Some(if over_scan { Seen::Recognised } else { Seen::No(HiddenWhy::Invisible) });
        }
        if run.size < TINY && !run.drawn {
            return Some(Seen::No(HiddenWhy::Tiny));
        }
        run.color.is_some_and(|c| c[3] < FAINT).then_some(Seen::No(HiddenWhy::Invisible))
    }

    fn over_scan(&self, at: [f32; 2]) -> bool {
        self.scan.is_some_and(|area| inside(area, at))
    }

    fn covered(&self, run: &Run, at: [f32; 2]) -> bool {
        let later = self.ink.fills.iter().rev().take_while(|f| f.order > run.order);
        later.filter(|f| f.opaque).any(|f| covers(f, at))
    }

    /// The colour behind a point when a run is painted; none where it cannot be known.
    fn backdrop(&self, run: &Run, at: [f32; 2]) -> Option<[u8; 4]> {
        let before = self.ink.fills.partition_point(|f| f.order < run.order);
        let top = self.ink.fills[..before].iter().rev().find(|f| covers(f, at));
        top.map_or(Some([255, 255, 255, 255]), |f| f.color.filter(|c| c[3] >= 250))
    }
}

/// The area of the page's images, where they are a scan of it.
fn scan_area(ink: &Ink) -> Option<Box4> {
    let images = ink.fills.iter().filter(|f| f.image).map(|f| f.area);
    let whole = images.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])?;
    let share = (whole[2] - whole[0]) * (whole[3] - whole[1]) / (ink.width * ink.height).max(1.0);
    (share >= SCAN_SHARE).then_some([whole[0] - 6.0, whole[1] - 6.0, whole[2] + 6.0, whole[3] + 6.0])
}

fn covers(fill: &Fill, at: [f32; 2]) -> bool {
    inside(fill.area, at)
        && fill.shape.as_ref().is_none_or(|s| s.contains(Point::new(f64::from(at[0]), f64::from(at[1]))))
}

fn inside(area: Box4, at: [f32; 2]) -> bool {
    area[0] <= at[0] && at[0] <= area[2] && area[1] <= at[1] && at[1] <= area[3]
}

fn alike(a: [u8; 4], b: [u8; 4]) -> bool {
    (0..3).all(|i| a[i].abs_diff(b[i]) <= SAME_COLOR)
}

/// The middle of a glyph's body, on the page.
fn centre(glyph: &Glyph, run: &Run) -> [f32; 2] {
    let (along, down) = ((glyph.x0 + glyph.x1) / 2.0, glyph.y - run.size * 0.3);
    let (x, y) = turn(along, down, (360 - run.angle) % 360);
    [x, y]
}

/// Hidden text of a page in reading order of the file: one entry per stretch hidden the same way.
pub(super) fn collect(ink: &Ink, verdicts: &[Seen]) -> Vec<(HiddenWhy, String)> {
    let mut found: Vec<(HiddenWhy, String)> = Vec::new();
    let mut last: Option<(usize, Glyph)> = None;
    for (i, (glyph, verdict)) in ink.glyphs.iter().zip(verdicts).enumerate() {
        let Seen::No(why) = *verdict else { continue };
        let Some(text) = text_of(glyph, ink) else { continue };
        let joined = last.is_some_and(|(at, before)| i <= at + 2 && follows(&before, glyph, ink));
        match found.last_mut() {
            Some((same, words)) if *same == why && words.len() < 2_000 => {
                if !joined && !words.ends_with(' ') {
                    words.push(' ');
                }
                words.push_str(text.encode(&mut [0; 4]));
            }
            Some((same, _)) if *same == why => {}
            _ => found.push((why, text.encode(&mut [0; 4]).to_owned())),
        }
        last = Some((i, *glyph));
    }
    found.retain(|(_, words)| words.chars().any(char::is_alphanumeric));
    found
}

/// A glyph's text in a form that can be written into a buffer.
enum Text<'i> {
    One(char),
    Several(&'i str),
}

impl<'i> Text<'i> {
    fn encode<'b>(&'b self, buffer: &'b mut [u8; 4]) -> &'b str {
        match self {
            Text::One(c) => c.encode_utf8(buffer),
            Text::Several(s) => s,
        }
    }
}

fn text_of<'i>(glyph: &Glyph, ink: &'i Ink) -> Option<Text<'i>> {
    match glyph.text {
        GlyphText::Char(c) => Some(Text::One(if c.is_control() { ' ' } else { c })),
        GlyphText::Several(i) => ink.strings.get(i as usize).map(|s| Text::Several(s)),
        GlyphText::Unmapped | GlyphText::Nothing => None,
    }
}

fn follows(before: &Glyph, after: &Glyph, ink: &Ink) -> bool {
    let size = ink.runs[after.run as usize].size.max(0.1);
    (after.y - before.y).abs() < size * 0.5 && (-0.5..0.15).contains(&((after.x0 - before.x1) / size))
}
