//! Whether a line goes on with the block before it.

use super::blocks::{Block, Shape};
use super::headings::Body;
use super::line::{Line, Part};
use super::marker::MarkerKind;
use capmap_model::Role;

/// A block that lines are still added to.
pub(super) struct Open {
    pub(super) block: Block,
    pub(super) last: Line,
    pub(super) first_x: f32,
    pub(super) text_x: f32,
    pub(super) pitch: f32,
    /// Right end that lines around it reach.
    pub(super) right: f32,
}

impl Open {
    /// Whether a line goes on with this block.
    pub(super) fn takes(&self, line: &Line, page: u32, body: &Body) -> bool {
        let now = self.block.page_breaks.last().map_or(self.block.page, |b| b.1);
        if self.block.role == Role::Contents || (self.last.size / line.size.max(0.1)).ln().abs() > 0.11 {
            return false;
        }
        let weights_part = self.weights_part(line, body);
        if now != page || self.last.column != line.column || line.y < self.last.y - line.size {
            return !weights_part && self.runs_on(line);
        }
        let gap = line.y - self.last.y;
        let size = line.size.max(self.last.size).max(1.0);
        let usual =
            if self.pitch > 0.0 { self.pitch * 1.2 } else { size * body.leading.clamp(1.0, 1.6) * 1.28 };
        if gap > usual.max(size * 1.05) + 0.5 || (weights_part && self.has_room(line, 0.3)) {
            return false;
        }
        !self.marker_parts(line, gap > usual * 0.95) && !self.room_parts(line) && !self.indent_parts(line)
    }

    /// One is bold as a whole, the other is not.
    fn weights_part(&self, line: &Line, body: &Body) -> bool {
        if self.last.low_weight == 0.0 || line.low_weight == 0.0 {
            return false;
        }
        let (before, after) = (body.is_heavy(self.last.low_weight), body.is_heavy(line.low_weight));
        (before && !after && !body.is_heavy(line.first_weight))
            || (after && !before && !body.is_heavy(self.last.weight))
    }

    /// In the next column or page: the sentence is not at its end, and the line does not begin something.
    fn runs_on(&self, line: &Line) -> bool {
        let text = self.block.text.trim_end();
        let ended = text.ends_with(['.', '!', '?', ':', ';', '”', '"']);
        let begins = line.marker().is_some();
        let lower = line.text.starts_with(|c: char| c.is_lowercase() || matches!(c, '(' | '“'));
        let alike = (line.column[1] - line.column[0]) / (self.last.column[1] - self.last.column[0]).max(1.0);
        let full = !self.has_room(line, 1.0) && self.block.lines > 1 && (0.8..1.25).contains(&alike);
        !ended && !begins && (lower || full)
    }

    /// True where a line of another column stands after a sentence that is not at its end.
    pub(super) fn is_interrupted_by(&self, line: &Line, page: u32) -> bool {
        let ended = self.block.text.trim_end().ends_with(['.', '!', '?', ':', ';', '”', '"']);
        !ended && self.block.page == page && self.block.lines > 1 && self.last.column != line.column
    }

    /// True where a line goes on with this block after something that stood between.
    pub(super) fn resumes(&self, line: &Line, page: u32) -> bool {
        let level =
            (line.x0 - self.last.x0).abs() < line.size * 2.0 && (line.size - self.last.size).abs() < 0.6;
        let lower = line.text.starts_with(char::is_lowercase);
        level && lower && line.y > self.last.y && self.block.page == page && line.column != self.last.column
    }

    /// The same ending without the words, which stay where they are.
    pub(super) fn emptied(&self) -> Open {
        let block =
            Block { shape: Shape::Paragraph, text: String::new(), page_breaks: Vec::new(), ..self.block };
        Open { block, last: self.last.clone(), ..*self }
    }

    /// The line's first word would have fitted into the line before, with `spare` font sizes left.
    fn has_room(&self, line: &Line, spare: f32) -> bool {
        self.right - self.last.x1 > line.first_width + line.size * (0.3 + spare)
    }

    fn room_parts(&self, line: &Line) -> bool {
        let text = self.last.text.trim_end();
        let ended = text.ends_with(['.', '!', '?', ':', ';', '”']);
        let fresh =
            line.text.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '“' | '"'));
        self.has_room(line, if ended { 0.4 } else { 2.0 })
            && (fresh || (ended && self.has_room(line, 3.0)))
            && !self.centred(line)
    }

    fn centred(&self, line: &Line) -> bool {
        let middle = |l: &Line| (l.x0 + l.x1) / 2.0;
        let column = (line.column[0] + line.column[1]) / 2.0;
        (middle(line) - middle(&self.last)).abs() < 2.0
            && (middle(line) - column).abs() < line.size * 2.0
            && (line.x0 - self.last.x0).abs() > 3.0
    }

    fn marker_parts(&self, line: &Line, loose: bool) -> bool {
        let Some(found) = line.marker() else { return false };
        if let MarkerKind::Bullet(sign) = found.kind {
            let dash = matches!(sign, '-' | '–' | '—');
            return !dash
                || self.has_room(line, 0.5)
                || self.last.text.ends_with(['.', ';', ':', ','])
                || matches!(self.block.shape, Shape::Item { number: None, .. });
        }
        let text = self.last.text.trim_end();
        let ended =
            text.ends_with(['.', ':', ';', '!', '?', ',']) || text.ends_with(" and") || text.ends_with(" or");
        let outdented = line.x0 < self.last.x0 - line.size * 0.4;
        let hanging = line.text_x - line.x0 > line.first_width + line.size * 0.6;
        ended || outdented || loose || hanging || self.has_room(line, 0.5)
    }

    fn indent_parts(&self, line: &Line) -> bool {
        let step = line.size * 0.8;
        let (low, high) = if self.block.lines == 1 {
            (f32::MIN, self.first_x.max(self.text_x))
        } else {
            (self.text_x.min(self.last.x0), self.text_x.max(self.last.x0))
        };
        let item = matches!(self.block.shape, Shape::Item { .. });
        let out = if item {
            line.x0 < self.first_x - step
                || (self.block.lines > 1 && line.x0 < low - step && self.has_room(line, 0.0))
        } else {
            line.x0 < low - step
        };
        (line.x0 > high + step || out) && !self.centred(line)
    }
}

/// How far right the lines around each line reach that begin where it begins.
pub(super) fn rights(parts: &[Part]) -> Vec<f32> {
    let line = |i: usize| match &parts[i] {
        Part::Line(line) => Some(line),
        Part::Table(_) => None,
    };
    let around = |i: usize| {
        let Some(own) = line(i) else { return 0.0 };
        let near = (i.saturating_sub(4)..(i + 5).min(parts.len())).filter_map(line);
        let level = |l: &&Line| {
            l.column == own.column
                && (l.x0 - own.x0).abs() < own.size * 3.0
                && (l.size - own.size).abs() < 1.5
        };
        near.filter(level).map(|l| l.x1).fold(own.x1, f32::max)
    };
    (0..parts.len()).map(around).collect()
}
