//! Reads the pages of an opened file one by one, within the limits, and keeps what was read when one of them fails.

use super::collector::{Budget, Collector, Stop, StopReason};
use super::guard::{Fonts, expands_beyond, hides_text};
use super::hidden::{self, Seen};
use super::ink::{GlyphText, Ink};
use super::layout::lay_out;
use super::line::PageLayout;
use super::missing::Missing;
use super::ocr::recognise;
use super::open::Opened;
use super::second::Second;
use super::weight::Weights;
use crate::limits::Deadline;
use crate::{OcrMode, Options};
use capmap_model::{Failure, Hidden};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// Marks that one page may have: a dense map has a tenth of it.
const MARKS: u64 = 2_000_000;
/// Hidden texts that are listed.
const MOST_HIDDEN: usize = 1_000;
/// With more than this share of its glyphs unmapped, a page is not read.
const UNMAPPED: f32 = 0.3;
/// A page with fewer letters and an image on it is a scan.
const FEW_LETTERS: usize = 8;
/// An image over this share of the page makes it one.
const IMAGE_SHARE: f32 = 0.2;

/// What the pages gave.
#[derive(Default)]
pub(super) struct Found {
    /// Pages that were read.
    pub(super) pages: Vec<PageLayout>,
    /// Pages of the file.
    pub(super) count: u32,
    /// Text that nobody sees.
    pub(super) hidden: Vec<Hidden>,
    /// Remarks.
    pub(super) notes: Vec<String>,
    /// What is missing.
    pub(super) failure: Option<Failure>,
}

impl Found {
    /// True where not one line was read.
    pub(super) fn is_empty(&self) -> bool {
        self.pages.iter().all(|p| p.parts.is_empty()) && self.hidden.is_empty()
    }
}

/// Why a page is missing.
enum Lost {
    Bomb,
    Endless,
    Broken,
    Stopped(StopReason),
}

struct Reader<'p, 'o> {
    bytes: &'o [u8],
    opened: &'p Opened,
    options: &'o Options,
    settings: InterpreterSettings,
    cache: InterpreterCache<'p>,
    weights: Weights,
    fonts: Fonts,
    /// The page before, for its memory.
    spare: Ink,
    deadline: Deadline,
    glyphs: u64,
    second: Option<Second>,
    missing: Missing,
    /// Pages that the second reader explained.
    explained: u32,
    /// Confidence of each recognised page.
    recognised: Vec<f32>,
    hidden: Vec<Hidden>,
}

/// Reads all pages that the options allow.
pub(super) fn read_pages(
    bytes: &[u8],
    opened: &Opened,
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Found {
    let pages = opened.pdf.pages();
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let mut reader = Reader::new(bytes, opened, options);
    let mut layouts = Vec::new();
    let allowed = usize::try_from(options.limits.pages).unwrap_or(usize::MAX);
    for (number, page) in (1..).zip(pages.iter().take(allowed)) {
        if options.skip_pages.contains(&number) {
            reader.missing.broken.push(number);
            continue;
        }
        progress(number);
        match reader.page(page, number, progress) {
            Ok(layout) => layouts.push(layout),
            Err(Lost::Bomb) => reader.missing.bombs.push(number),
            Err(Lost::Endless) => reader.missing.endless.push(number),
            Err(Lost::Broken) => reader.missing.broken.push(number),
            Err(Lost::Stopped(reason)) => {
                reader.missing.stopped = Some((number, reason));
                break;
            }
        }
    }
    let failure = reader.missing.failure(count, options, reader.deadline, opened.cut_short);
    let notes = reader.notes();
    Found { pages: layouts, count, hidden: reader.hidden, notes, failure }
}

impl<'p, 'o> Reader<'p, 'o> {
    fn new(bytes: &'o [u8], opened: &'p Opened, options: &'o Options) -> Self {
        Reader {
            bytes,
            opened,
            options,
            settings: InterpreterSettings::default(),
            cache: InterpreterCache::new(),
            weights: Weights::default(),
            fonts: Fonts::default(),
            spare: Ink::default(),
            deadline: options.limits.deadline(),
            glyphs: options.limits.glyphs,
            second: None,
            missing: Missing::default(),
            explained: 0,
            recognised: Vec::new(),
            hidden: Vec::new(),
        }
    }

    fn page(
        &mut self,
        page: &Page<'p>,
        number: u32,
        progress: &mut dyn FnMut(u32),
    ) -> Result<PageLayout, Lost> {
        if self.deadline.passed() {
            return Err(Lost::Stopped(StopReason::Time));
        }
        if expands_beyond(page, self.options.limits.expanded_bytes) {
            return Err(Lost::Bomb);
        }
        if !self.fonts.are_sane(page) {
            return Err(Lost::Endless);
        }
        let ink = self.ink(page)?;
        if ink.is_blank() && hides_text(page) {
            return Err(Lost::Broken);
        }
        self.glyphs = self.glyphs.saturating_sub(ink.glyphs.len() as u64);
        let verdicts = hidden::judge(&ink);
        for (why, text) in hidden::collect(&ink, &verdicts) {
            if self.hidden.len() < MOST_HIDDEN {
                self.hidden.push(Hidden { text, page: Some(number), why });
            }
        }
        let state = State::of(&ink, &verdicts);
        if state == State::Unmapped
            && let Some(layout) = self.second_opinion(number, &ink)
        {
            return Ok(layout);
        }
        if (state != State::Text || self.options.ocr == OcrMode::Force)
            && let Some(layout) = self.recognise(page, &ink, number, progress)
        {
            return Ok(layout);
        }
        match state {
            State::Image => self.missing.images.push(number),
            State::Unmapped => self.missing.no_unicode.push(number),
            State::Text | State::Empty => {}
        }
        let layout = lay_out(&ink, &verdicts, number);
        self.spare = ink;
        Ok(layout)
    }

    /// Runs a page's program. A panic of the interpreter costs the page; a [`Stop`] says which limit was met.
    fn ink(&mut self, page: &Page<'p>) -> Result<Ink, Lost> {
        let (width, height) = page.render_dimensions();
        let transform = page.initial_transform(true).to_kurbo();
        let frame = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let budget = Budget { deadline: Some(self.deadline), glyphs: self.glyphs, marks: MARKS };
        let spare = std::mem::take(&mut self.spare);
        let run = catch_unwind(AssertUnwindSafe(|| {
            let mut context =
                Context::new(transform, frame, &self.cache, self.opened.pdf.xref(), self.settings.clone());
            let mut collector = Collector::new(spare, width, height, &mut self.weights, budget);
            interpret_page(page, &mut context, &mut collector);
            collector.ink
        }));
        run.map_err(|payload| {
            // whatever the page left half done in the cache goes with it
            self.cache = InterpreterCache::new();
            match payload.downcast_ref::<Stop>() {
                Some(Stop(StopReason::Marks)) => Lost::Endless,
                Some(Stop(reason)) => Lost::Stopped(*reason),
                None => Lost::Broken,
            }
        })
    }

    fn second_opinion(&mut self, number: u32, ink: &Ink) -> Option<PageLayout> {
        let (bytes, password) = (self.bytes, self.options.password.as_deref());
        let second = self.second.get_or_insert_with(|| Second::open(bytes, password));
        let layout = second.page(number, ink.height, ink.glyphs.len())?;
        self.explained += 1;
        Some(layout)
    }

    fn recognise(
        &mut self,
        page: &Page<'p>,
        ink: &Ink,
        number: u32,
        progress: &mut dyn FnMut(u32),
    ) -> Option<PageLayout> {
        let program = self.options.tesseract.as_deref().filter(|_| self.options.ocr != OcrMode::Off)?;
        progress(number);
        let begun = Instant::now();
        let result = recognise(page, ink, number, self.options, program);
        // recognition has a limit of its own and does not count against the document's
        self.deadline.extend(u64::try_from(begun.elapsed().as_millis()).unwrap_or(0));
        match result {
            Ok(found) if !found.layout.parts.is_empty() => {
                self.recognised.push(found.confidence);
                Some(found.layout)
            }
            Ok(_) => None,
            Err(reason) => {
                self.missing.recognition = Some(reason);
                None
            }
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let pages = |n: usize| if n == 1 { "1 page was".to_owned() } else { format!("{n} pages were") };
        if !self.recognised.is_empty() {
            let mean = self.recognised.iter().sum::<f32>() / self.recognised.len() as f32;
            let read = pages(self.recognised.len());
            notes.push(format!(
                "{read} read by optical recognition, with a mean confidence of {mean:.0} of 100"
            ));
        }
        if self.explained > 0 {
            let read = pages(self.explained as usize);
            notes.push(format!("{read} read by the second reader, since fonts carry no Unicode"));
        }
        notes
    }
}

/// What a page is, as far as reading it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It has text.
    Text,
    /// It has nothing.
    Empty,
    /// It is an image without text.
    Image,
    /// It has glyphs that say nothing.
    Unmapped,
}

impl State {
    fn of(ink: &Ink, verdicts: &[Seen]) -> State {
        let seen = ink.glyphs.iter().zip(verdicts).filter(|(_, v)| !matches!(v, Seen::No(_))).map(|(g, _)| g);
        let (mut letters, mut unmapped) = (0, 0);
        for glyph in seen {
            match glyph.text {
                GlyphText::Unmapped => unmapped += 1,
                GlyphText::Char(c) if c.is_alphanumeric() => letters += 1,
                GlyphText::Several(_) => letters += 1,
                _ => {}
            }
        }
        if unmapped > FEW_LETTERS && unmapped as f32 > (letters + unmapped) as f32 * UNMAPPED {
            return State::Unmapped;
        }
        if letters >= FEW_LETTERS {
            return State::Text;
        }
        let area = |b: [f32; 4]| (b[2] - b[0]).max(0.0) * (b[3] - b[1]).max(0.0);
        let images: f32 = ink.fills.iter().filter(|f| f.image).map(|f| area(f.area)).sum();
        // letters drawn as shapes leave many small marks and no glyphs
        let drawn = ink.shapes > 400;
        if images >= ink.width * ink.height * IMAGE_SHARE || drawn {
            return State::Image;
        }
        if letters > 0 { State::Text } else { State::Empty }
    }
}
