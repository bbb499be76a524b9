//! How far reading has come, on standard error, only where that is a terminal and nobody asked for quiet.

use crate::layout;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// Bars for documents and bytes, with the file that was begun last.
pub struct Progress {
    bars: MultiProgress,
    documents: ProgressBar,
    bytes: ProgressBar,
}

impl Progress {
    /// Bars for `documents` with `bytes` in all.
    pub fn new(documents: usize, bytes: u64, quiet: bool) -> Self {
        let seen = std::io::stderr().is_terminal() && !quiet;
        let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bars = MultiProgress::with_draw_target(target);
        let bar = |length, template| {
            let style =
                ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            bars.add(ProgressBar::new(length).with_style(style))
        };
        let documents = bar(documents as u64, "documents {bar:24} {pos}/{len} {wide_msg}");
        let bytes = bar(bytes, "bytes     {bar:24} {bytes}/{total_bytes}");
        Progress { bars, documents, bytes }
    }

    /// A bar for applicants alone: how many documents they have is known only when their turn comes.
    pub fn of_applicants(applicants: usize, quiet: bool) -> Self {
        let progress = Progress::new(applicants, 0, quiet);
        progress.bytes.finish_and_clear();
        progress
    }

    /// A file is begun.
    pub fn begin(&self, source: &str) {
        self.documents.set_message(layout::clean(source));
    }

    /// A file of that size is done.
    pub fn end(&self, size: u64) {
        self.documents.inc(1);
        self.bytes.inc(size);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.documents.finish_and_clear();
        self.bytes.finish_and_clear();
        // What cannot be drawn on a terminal that went away is no loss.
        let _ = self.bars.clear();
    }
}

/// The address that is asked for now.
pub struct Visiting(ProgressBar);

impl Visiting {
    /// Seen only where standard error is a terminal and nobody asked for quiet.
    pub fn new(quiet: bool) -> Self {
        let seen = std::io::stderr().is_terminal() && !quiet;
        let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("fetching  {pos} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Visiting(ProgressBar::with_draw_target(None, target).with_style(style))
    }

    /// An address is asked for.
    pub fn at(&self, url: &str) {
        self.0.set_message(layout::clean(url));
        self.0.inc(1);
    }
}

impl Drop for Visiting {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
