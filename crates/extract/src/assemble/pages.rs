//! Which bytes of the canonical text stand on which page.

use capmap_model::{Page, Span};

/// Collects where pages begin, then tiles the text with them.
#[derive(Default)]
pub(super) struct Breaks {
    starts: Vec<(usize, u32, bool)>,
    /// The result, after [`Breaks::finish`].
    pub(super) pages: Vec<Page>,
}

impl Breaks {
    /// Text from byte `at` on stands on `page`. A page number that goes back is ignored: the text follows reading order.
    pub(super) fn mark(&mut self, at: usize, page: u32, ocr: bool) {
        match self.starts.last_mut() {
            Some(last) if page <= last.1 => last.2 |= ocr && page == last.1,
            _ => self.starts.push((at, page, ocr)),
        }
    }

    /// Makes one [`Page`] for each of `count` pages; a page without text is empty and stands where the next one begins.
    pub(super) fn finish(&mut self, count: u32, end: usize) {
        self.starts.retain(|s| (1..=count).contains(&s.1));
        let mut next_start = end;
        let mut starts = self.starts.iter().rev().peekable();
        for number in (1..=count).rev() {
            let (start, ocr) = match starts.next_if(|s| s.1 == number) {
                Some(&(at, _, ocr)) => (at, ocr),
                None => (next_start, false),
            };
            self.pages.push(Page { number, span: Span::new(start, next_start), ocr });
            next_start = start;
        }
        self.pages.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::Breaks;

    #[test]
    fn pages_tile_the_text() {
        let mut breaks = Breaks::default();
        for (at, page) in [(0, 1), (10, 3), (12, 2), (20, 4)] {
            breaks.mark(at, page, page == 3);
        }
        breaks.finish(5, 30);
        let spans: Vec<_> =
            breaks.pages.iter().map(|p| (p.number, p.span.start, p.span.end, p.ocr)).collect();
        assert_eq!(
            spans,
            [
                (1, 0, 10, false),
                (2, 10, 10, false),
                (3, 10, 20, true),
                (4, 20, 30, false),
                (5, 30, 30, false)
            ]
        );
    }
}
