//! What could not be read of a file, and how to say it: one failure that names the pages, the reason and what to do next.

use super::collector::StopReason;
use crate::limits::{Deadline, over};
use crate::{OcrMode, Options};
use capmap_model::{Failure, FailureKind};

/// Pages by what is wrong with them, counted from 1.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// The reader broke down on them, now or in an earlier run.
    pub(super) broken: Vec<u32>,
    /// They expand too far.
    pub(super) bombs: Vec<u32>,
    /// They hold millions of marks, or fonts that no memory holds.
    pub(super) endless: Vec<u32>,
    /// They are images without text.
    pub(super) images: Vec<u32>,
    /// Their fonts carry no Unicode.
    pub(super) no_unicode: Vec<u32>,
    /// Why recognition failed, where it was tried.
    pub(super) recognition: Option<String>,
    /// The document as a whole met a limit on this page.
    pub(super) stopped: Option<(u32, StopReason)>,
}

impl Missing {
    /// The failure that tells most: what stopped the reading, then broken pages, then pages without text.
    pub(super) fn failure(
        &self,
        count: u32,
        options: &Options,
        deadline: Deadline,
        cut_short: bool,
    ) -> Option<Failure> {
        let limits = &options.limits;
        if let Some((page, reason)) = self.stopped {
            let failure = match reason {
                StopReason::Time => deadline.failure(),
                StopReason::Glyphs | StopReason::Marks => {
                    over(limits.glyphs, "glyphs", "the number of glyphs")
                }
            };
            let detail = format!("stopped at page {page} of {count}: {}", failure.detail);
            return Some(Failure::new(failure.kind, detail));
        }
        if u64::from(count) > limits.pages {
            return Some(over(limits.pages, "pages", &format!("the number of pages ({count})")));
        }
        if !self.bombs.is_empty() {
            let detail = format!(
                "{} would expand beyond {} bytes; if the file is trusted, raise it with --limit expanded_bytes=N",
                pages(&self.bombs),
                limits.expanded_bytes
            );
            return Some(Failure::new(FailureKind::Limit, detail));
        }
        if !self.endless.is_empty() {
            let detail = format!(
                "{} would grow without end (forms that call forms, or fonts with billions of widths); print the file to \
                 a new PDF",
                pages(&self.endless)
            );
            return Some(Failure::new(FailureKind::Limit, detail));
        }
        if !self.broken.is_empty() {
            let detail = format!(
                "{} could not be read; open the file in a viewer and save it anew",
                pages(&self.broken)
            );
            return Some(Failure::new(FailureKind::Malformed, detail));
        }
        self.without_text(count, options).or_else(|| {
            let detail =
                "the file is cut short; what is left was read, the rest is missing: fetch or copy it again";
            cut_short.then(|| Failure::new(FailureKind::Truncated, detail))
        })
    }

    fn without_text(&self, count: u32, options: &Options) -> Option<Failure> {
        let (kind, which) = match (self.images.as_slice(), self.no_unicode.as_slice()) {
            ([], []) => return None,
            (images, []) if images.len() as u32 == count => (
                FailureKind::NoText,
                format!("no text: {}", whole(images.len(), "is an image", "are images")),
            ),
            (images, []) => (FailureKind::NoText, format!("{} without text, only images", pages(images))),
            (_, fonts) if fonts.len() as u32 == count => {
                (FailureKind::NoUnicode, "fonts carry no Unicode, so the text cannot be read".to_owned())
            }
            (_, fonts) => (FailureKind::NoUnicode, format!("{}: fonts carry no Unicode", pages(fonts))),
        };
        let advice = match (&self.recognition, options.ocr, &options.tesseract) {
            (Some(reason), ..) => format!("not recognised because {reason}"),
            (None, OcrMode::Off, _) => "recognise them with --ocr auto, or pass text".to_owned(),
            (None, _, None) => "install tesseract-ocr or pass text".to_owned(),
            (None, _, Some(_)) => "nothing was recognised on them".to_owned(),
        };
        Some(Failure::new(kind, format!("{which}; {advice}")))
    }
}

fn whole(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("the page {one}") } else { format!("{count} pages {many}") }
}

/// `page 3`, `pages 3, 5 and 9`, `pages 3, 5, 9 and 4 more`.
fn pages(numbers: &[u32]) -> String {
    let shown: Vec<String> = numbers.iter().take(3).map(u32::to_string).collect();
    match (numbers.len(), shown.as_slice()) {
        (0 | 1, _) => format!("page {}", shown.concat()),
        (2, [a, b]) => format!("pages {a} and {b}"),
        (3, [a, b, c]) => format!("pages {a}, {b} and {c}"),
        (n, shown) => format!("pages {} and {} more", shown.join(", "), n - shown.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_named() {
        assert_eq!(pages(&[4]), "page 4");
        assert_eq!(pages(&[4, 5]), "pages 4 and 5");
        assert_eq!(pages(&[1, 2, 3, 9, 10]), "pages 1, 2, 3 and 2 more");
    }

    #[test]
    fn scans_say_what_to_do() {
        let missing = Missing { images: vec![1, 2], ..Missing::default() };
        let options = Options::default();
        let failure = missing.failure(2, &options, options.limits.deadline(), false).unwrap();
        assert_eq!(failure.kind, FailureKind::NoText);
        assert_eq!(failure.detail, "no text: 2 pages are images; install tesseract-ocr or pass text");
    }
}
