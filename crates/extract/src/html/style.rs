//! Just enough CSS to see what a browser hides: inline styles, and `<style>` rules with one simple selector.

use scraper::node::Element;
use std::collections::BTreeMap;

/// What declarations say that matters for being seen.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Style {
    /// Not shown at all: no display, off screen, too small.
    pub hidden: Option<bool>,
    /// Not shown, but a child may be: `visibility`.
    pub invisible: Option<bool>,
    /// Text colour.
    pub color: Option<Color>,
    /// Background.
    pub background: Option<Background>,
}

/// Red, green, blue, and whether it can be seen through altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Color {
    rgb: [u8; 3],
    clear: bool,
}

/// What lies behind text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Background {
    /// One colour.
    Plain(Color),
    /// An image, a gradient, a variable.
    Unknown,
}

impl Color {
    pub(super) const WHITE: Color = Color { rgb: [255; 3], clear: false };

    /// True where text of this colour cannot be read on `background`.
    pub(super) fn vanishes_on(self, background: Color) -> bool {
        let difference: u32 =
            self.rgb.iter().zip(background.rgb).map(|(a, b)| u32::from(a.abs_diff(b))).sum();
        self.clear || difference <= 24
    }
}

impl Style {
    /// Reads `a: b; c: d`.
    pub(super) fn parse(declarations: &str) -> Style {
        let mut style = Style::default();
        let lower = declarations.to_ascii_lowercase();
        let clipped = lower.contains("background-clip") && lower.contains("text");
        let mut off = Off::default();
        for declaration in lower.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().trim_end_matches("!important").trim();
            style.declare(name.trim(), value, clipped);
            off.declare(name.trim(), value);
        }
        if off.screen() {
            style.hidden = Some(true);
        }
        style
    }

    fn declare(&mut self, name: &str, value: &str, clipped: bool) {
        match name {
            "display" => self.hidden = Some(value == "none"),
            "visibility" => self.invisible = Some(value == "hidden" || value == "collapse"),
            "font-size" if is_tiny(value) => self.hidden = Some(true),
            // Gradient letters are transparent text over their own background.
            "color" if !clipped => self.color = color(value),
            "background-color" => self.background = Some(background(value)),
            "background" if value != "none" => self.background = Some(background(value)),
            "background-image" if value != "none" => self.background = Some(Background::Unknown),
            _ => {}
        }
    }

    /// `self`, with what `stronger` says on top.
    pub(super) fn with(self, stronger: Style) -> Style {
        Style {
            hidden: stronger.hidden.or(self.hidden),
            invisible: stronger.invisible.or(self.invisible),
            color: stronger.color.or(self.color),
            background: stronger.background.or(self.background),
        }
    }
}

/// Declarations that together move text off the screen.
#[derive(Default)]
struct Off {
    moved: bool,
    positioned: bool,
    indented: bool,
    clipped: bool,
}

impl Off {
    fn declare(&mut self, name: &str, value: &str) {
        let far = number(value).is_some_and(|n| n <= -900.0);
        match name {
            "position" => self.positioned = matches!(value, "absolute" | "fixed" | "relative"),
            "left" | "right" | "top" | "margin-left" => self.moved |= far,
            "text-indent" => self.indented = far,
            "clip" => {
                self.clipped =
                    value.replace([' ', ','], "").contains("rect(000") || value.contains("rect(1px")
            }
            "clip-path" => self.clipped = value.contains("inset(50%") || value.contains("inset(100%"),
            _ => {}
        }
    }

    fn screen(&self) -> bool {
        (self.moved && self.positioned) || self.indented || (self.clipped && self.positioned)
    }
}

fn number(value: &str) -> Option<f32> {
    let end = value.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(value.len());
    value[..end].parse().ok()
}

/// At most 2 px, 2 pt, or a hundredth of anything else.
fn is_tiny(value: &str) -> bool {
    let Some(n) = number(value) else { return false };
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    match unit {
        "px" | "pt" | "" => n <= 2.0,
        "em" | "rem" | "vw" | "vh" => n <= 0.1,
        "%" => n <= 10.0,
        _ => false,
    }
}

fn background(value: &str) -> Background {
    let shapes = ["url(", "gradient", "var("];
    if shapes.iter().any(|s| value.contains(s)) {
        return Background::Unknown;
    }
    let whole = color(value);
    let first = || value.split_whitespace().find_map(color);
    match whole.or_else(first) {
        Some(color) if !color.clear => Background::Plain(color),
        _ => Background::Unknown,
    }
}

fn color(value: &str) -> Option<Color> {
    let solid = |rgb| Some(Color { rgb, clear: false });
    if let Some(hex) = value.strip_prefix('#') {
        return hex_color(hex);
    }
    if let Some(args) = value.strip_prefix("rgb").map(|r| r.trim_start_matches('a')) {
        return rgb_color(args.trim_start_matches('(').trim_end_matches(')'));
    }
    match value {
        "white" => solid([255; 3]),
        "snow" | "ivory" | "floralwhite" | "ghostwhite" => solid([252, 252, 250]),
        "whitesmoke" => solid([245; 3]),
        "black" => solid([0; 3]),
        "red" => solid([255, 0, 0]),
        "blue" => solid([0, 0, 255]),
        "green" => solid([0, 128, 0]),
        "gray" | "grey" => solid([128; 3]),
        "silver" => solid([192; 3]),
        "yellow" => solid([255, 255, 0]),
        "navy" => solid([0, 0, 128]),
        "transparent" => Some(Color { rgb: [0; 3], clear: true }),
        _ => None,
    }
}

fn hex_color(hex: &str) -> Option<Color> {
    let digits: Vec<u8> =
        hex.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let (rgb, alpha) = match digits[..] {
        [r, g, b] => ([r * 17, g * 17, b * 17], 255),
        [r, g, b, a] => ([r * 17, g * 17, b * 17], a * 17),
        [r, s, g, h, b, c] => ([r * 16 + s, g * 16 + h, b * 16 + c], 255),
        [r, s, g, h, b, c, a, d] => ([r * 16 + s, g * 16 + h, b * 16 + c], a * 16 + d),
        _ => return None,
    };
    Some(Color { rgb, clear: alpha == 0 })
}

fn rgb_color(args: &str) -> Option<Color> {
    let parts: Vec<f32> = args.split([',', ' ', '/']).filter(|p| !p.is_empty()).filter_map(number).collect();
    let (&[r, g, b], alpha) = (parts.first_chunk::<3>()?, parts.get(3));
    // The cast saturates, which is what a browser does with 300.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let rgb = [r as u8, g as u8, b as u8];
    Some(Color { rgb, clear: alpha.is_some_and(|&a| a == 0.0) })
}

/// Rules of the page's `<style>` blocks, by simple selector.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    rules: BTreeMap<String, Style>,
    /// Rules that this reader does not understand set backgrounds, or the page links style sheets: an unset background may
    /// be anything.
    pub unknown_backgrounds: bool,
}

impl Sheet {
    /// Adds the rules of one `<style>` block.
    pub(super) fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        while let Some(open) = rest.find('{') {
            let selectors = rest[..open].rsplit([';', '}']).next().unwrap_or("").trim().to_ascii_lowercase();
            let end = body_end(&rest[open..]) + open;
            let body = rest[open + 1..end].trim_end_matches('}');
            self.rule(&selectors, body);
            rest = &rest[end..];
        }
    }

    fn rule(&mut self, selectors: &str, body: &str) {
        if selectors.starts_with('@') {
            self.unknown_backgrounds |= body.contains("background");
            return;
        }
        let style = Style::parse(body);
        for selector in selectors.split(',').map(str::trim) {
            if is_simple(selector) {
                let old = self.rules.get(selector).copied().unwrap_or_default();
                self.rules.insert(selector.to_owned(), old.with(style));
            } else {
                self.unknown_backgrounds |= style.background.is_some();
            }
        }
    }

    /// What rules and the inline style say of an element: by name, class, id, then inline.
    pub(super) fn of(&self, element: &Element) -> Style {
        let mut style = Style::default();
        if !self.rules.is_empty() {
            let name = element.name();
            let by = |selector: &str| self.rules.get(selector).copied().unwrap_or_default();
            style = style.with(by(name));
            for class in element.classes() {
                let class = class.to_ascii_lowercase();
                style = style.with(by(&format!(".{class}"))).with(by(&format!("{name}.{class}")));
            }
            if let Some(id) = element.id() {
                let id = id.to_ascii_lowercase();
                style = style.with(by(&format!("#{id}"))).with(by(&format!("{name}#{id}")));
            }
        }
        element.attr("style").map_or(style, |inline| style.with(Style::parse(inline)))
    }
}

fn is_simple(selector: &str) -> bool {
    !selector.is_empty()
        && !selector.contains([' ', '>', '+', '~', ':', '[', '*'])
        && selector.matches(['.', '#']).count() <= 1
}

/// Past the brace that closes the one at the beginning.
fn body_end(text: &str) -> usize {
    let mut depth = 0;
    for (i, b) in text.bytes().enumerate() {
        match b {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    text.len()
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(open) = rest.find("/*") {
        out.push_str(&rest[..open]);
        rest = rest[open..].find("*/").map_or("", |end| &rest[open + end + 2..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides() {
        let hidden = |css: &str| Style::parse(css).hidden == Some(true);
        for css in [
            "display:none",
            "DISPLAY : none !important",
            "font-size:1px",
            "position:absolute; left:-9999px",
            "text-indent:-9999px",
        ] {
            assert!(hidden(css), "{css}");
        }
        for css in [
            "display:block",
            "font-size:12px",
            "left:-5px;position:absolute",
            "margin-left:-9999px",
            "font-size:0.9em",
        ] {
            assert!(!hidden(css), "{css}");
        }
    }

    #[test]
    fn colours() {
        let white = color("#fff").unwrap();
        assert!(
            white.vanishes_on(color("rgb(250, 250,250)").unwrap())
                && !white.vanishes_on(color("#00f").unwrap())
        );
        assert!(color("rgba(0,0,0,0)").unwrap().vanishes_on(white));
        assert_eq!(background("url(x.png) #fff"), Background::Unknown);
    }
}
