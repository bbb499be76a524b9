//! One run: how its text looks, and whether a reader sees it.

use super::paragraph::Paragraph;
use super::styles::Styles;
use crate::xml::Element;
use capmap_model::HiddenWhy;

/// The properties of a run that matter here; `None` where the style decides.
#[derive(Clone, Default)]
pub(super) struct Run {
    bold: Option<bool>,
    vanish: Option<bool>,
    white: bool,
    shaded: bool,
    tiny: bool,
    style: String,
}

impl Run {
    /// Takes in one property.
    pub(super) fn property(&mut self, e: &Element<'_>) {
        match e.name.as_str() {
            "b" => self.bold = Some(e.is_on()),
            "vanish" => self.vanish = Some(e.is_on()),
            "color" => self.white = e.attr("val").is_some_and(|c| is_white(&c)),
            "shd" => self.shaded |= is_fill(e),
            "highlight" => self.shaded = true,
            // Half points: under 3 pt.
            "sz" => self.tiny = e.val_number().is_some_and(|n| n < 6),
            "rStyle" => self.style = e.attr("val").unwrap_or_default(),
            _ => {}
        }
    }

    /// Why a reader does not see the text; none where it is seen. `boxed`: in a table or a text box.
    pub(super) fn hides(&self, styles: &Styles, p: &Paragraph, boxed: bool) -> Option<HiddenWhy> {
        let by_style = || styles.vanish(&self.style) || styles.vanish(&p.style);
        match () {
            () if self.vanish.unwrap_or_else(by_style) => Some(HiddenWhy::Vanish),
            // White on a table's or a box's fill is a common head; the fill may come from a style that is not read here.
            () if self.white && !self.shaded && !p.shaded && !boxed => Some(HiddenWhy::Background),
            () if self.tiny => Some(HiddenWhy::Tiny),
            () => None,
        }
    }

    pub(super) fn is_bold(&self, styles: &Styles, p: &Paragraph) -> bool {
        self.bold.unwrap_or_else(|| styles.bold(&self.style) || styles.bold(&p.style))
    }
}

fn is_white(color: &str) -> bool {
    color.len() == 6
        && (0..3)
            .all(|i| color.get(i * 2..i * 2 + 2).and_then(|h| u8::from_str_radix(h, 16).ok()) >= Some(0xf4))
}

/// True for a fill that is not white.
pub(super) fn is_fill(e: &Element<'_>) -> bool {
    e.attr("fill").is_some_and(|f| f != "auto" && !is_white(&f))
}

/// Signs of symbol fonts that people use in lists and forms.
pub(super) fn symbol(code: u32) -> &'static str {
    match code & 0xff {
        0xfc | 0x50 => "✓",
        0xfb => "✗",
        0xfe | 0x54 => "☑",
        0xa8 | 0x6f | 0x71 => "☐",
        0xe0 => "→",
        0xb7 | 0xa7 | 0x6c => "•",
        _ => " ",
    }
}
