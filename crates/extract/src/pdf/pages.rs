//! Reads the pages of an opened file one by one, within the limits, and keeps what was read when one of them fails.

use super::hidden;
use super::ink::{Budget, Collector, Ink, Stop, StopReason};
use super::layout::lay_out;
use super::line::PageLayout;
use super::open::{Opened, expands_beyond};
use super::weight::Weights;
use crate::Options;
use crate::limits::{Deadline, over};
use capmap_model::{Failure, FailureKind, Hidden};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Marks that one page may have: a dense map has a tenth of it.
const MARKS: u64 = 5_000_000;
/// Hidden texts that are listed.
const MOST_HIDDEN: usize = 1_000;

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
enum Missing {
    /// It would expand too far, or has too many marks.
    Bomb,
    /// The reader broke down on it.
    Broken,
    /// A limit of the document as a whole was met: no later page is read either.
    Stopped(StopReason),
}

struct Reader<'p, 'o> {
    opened: &'p Opened,
    options: &'o Options,
    settings: InterpreterSettings,
    cache: InterpreterCache<'p>,
    weights: Weights,
    deadline: Deadline,
    glyphs: u64,
}

/// Reads all pages that the options allow.
pub(super) fn read_pages(
    _bytes: &[u8],
    opened: &Opened,
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Found {
    let pages = opened.pdf.pages();
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    let mut found = Found { count, ..Found::default() };
    let mut reader = Reader {
        opened,
        options,
        settings: InterpreterSettings::default(),
        cache: InterpreterCache::new(),
        weights: Weights::default(),
        deadline: options.limits.deadline(),
        glyphs: options.limits.glyphs,
    };
    let mut missing: Vec<u32> = Vec::new();
    let allowed = usize::try_from(options.limits.pages).unwrap_or(usize::MAX);
    for (number, page) in (1..).zip(pages.iter().take(allowed)) {
        if options.skip_pages.contains(&number) {
            missing.push(number);
            continue;
        }
        progress(number);
        match reader.page(page, number, &mut found) {
            Ok(()) => {}
            Err(Missing::Bomb | Missing::Broken) => missing.push(number),
            Err(Missing::Stopped(reason)) => {
                found.failure = Some(reader.stopped(reason, number, count));
                break;
            }
        }
    }
    if found.failure.is_none() {
        found.failure = lost(&missing, count, options, opened.cut_short);
    }
    found
}

impl<'p> Reader<'p, '_> {
    fn page(&mut self, page: &Page<'p>, number: u32, found: &mut Found) -> Result<(), Missing> {
        if expands_beyond(page, self.options.limits.expanded_bytes) {
            return Err(Missing::Bomb);
        }
        let ink = self.ink(page)?;
        self.glyphs = self.glyphs.saturating_sub(ink.glyphs.len() as u64);
        let verdicts = hidden::judge(&ink);
        for (why, text) in hidden::collect(&ink, &verdicts) {
            if found.hidden.len() < MOST_HIDDEN {
                found.hidden.push(Hidden { text, page: Some(number), why });
            }
        }
        found.pages.push(lay_out(&ink, &verdicts, number));
        Ok(())
    }

    /// Runs a page's program. A panic of the interpreter costs the page; a [`Stop`] says which limit was met.
    fn ink(&mut self, page: &Page<'p>) -> Result<Ink, Missing> {
        let (width, height) = page.render_dimensions();
        let transform = page.initial_transform(true).to_kurbo();
        let frame = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let budget = Budget { deadline: Some(self.deadline), glyphs: self.glyphs, marks: MARKS };
        let run = catch_unwind(AssertUnwindSafe(|| {
            let mut context =
                Context::new(transform, frame, &self.cache, self.opened.pdf.xref(), self.settings.clone());
            let mut collector = Collector::new(width, height, &mut self.weights, budget);
            interpret_page(page, &mut context, &mut collector);
            collector.ink
        }));
        run.map_err(|payload| {
            // whatever the page left half done in the cache goes with it
            self.cache = InterpreterCache::new();
            match payload.downcast_ref::<Stop>() {
                Some(Stop(StopReason::Marks)) => Missing::Bomb,
                Some(Stop(reason)) => Missing::Stopped(*reason),
                None => Missing::Broken,
            }
        })
    }

    fn stopped(&self, reason: StopReason, at: u32, count: u32) -> Failure {
        let mut failure = match reason {
            StopReason::Time => self.deadline.failure(),
            StopReason::Glyphs | StopReason::Marks => {
                over(self.options.limits.glyphs, "glyphs", "the number of glyphs")
            }
        };
        failure.detail = format!("page {at} of {count}: {}", failure.detail);
        failure
    }
}

/// What to say of the pages that are missing.
fn lost(missing: &[u32], count: u32, options: &Options, cut_short: bool) -> Option<Failure> {
    if u64::from(count) > options.limits.pages {
        return Some(over(options.limits.pages, "pages", &format!("the number of pages ({count})")));
    }
    if let Some(first) = missing.first() {
        let rest = if missing.len() > 1 { format!(" and {} more", missing.len() - 1) } else { String::new() };
        let detail =
            format!("page {first}{rest} could not be read; open the file in a viewer and save it anew");
        return Some(Failure::new(FailureKind::Malformed, detail));
    }
    let detail = "the file is cut short; what is left was read, the rest is missing: fetch or copy it again";
    cut_short.then(|| Failure::new(FailureKind::Truncated, detail))
}
