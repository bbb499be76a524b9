//! Pictures of a pack as SVG: legible in grey and in print, each with a title and a description. Every fill has a pattern
//! and a word of its own, so colour is never needed.

mod documents;
mod map;
mod points;

pub(crate) use documents::documents;
pub(crate) use map::map;
pub(crate) use points::points;

use crate::view::State;
use maud::{Markup, html};

/// Characters of 10-pixel text that fit into so many pixels, about.
fn fitting(width: u32) -> usize {
    (width * 10 / 61) as usize
}

/// At most `lines` lines of at most `most` characters, broken between words; what does not fit is cut with `…`.
fn lines(text: &str, most: usize, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let fits = |line: &String| line.is_empty() || line.chars().count() + 1 + word.chars().count() <= most;
        match out.last_mut() {
            Some(line) if fits(line) => {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    if out.len() > lines {
        let rest = out.split_off(lines.saturating_sub(1)).join(" ");
        out.push(rest);
    }
    out.into_iter().map(|line| crate::safe::cut(&line, most)).collect()
}

/// The frame of a picture. `prefix` keeps ids apart where several stand in one page.
fn svg(prefix: &str, (width, height): (u32, u32), title: &str, description: &str, body: &Markup) -> Markup {
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) } role="img"
            aria-labelledby={ (prefix) "-t " (prefix) "-d" }
            font-family="system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif" font-size="10" {
            title id={ (prefix) "-t" } { (title) }
            desc id={ (prefix) "-d" } { (description) }
            defs {
                pattern id={ (prefix) "-hatch" } width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect width="7" height="7" fill="#fff" {}
                    rect width="2.2" height="7" fill="#9fc3b4" {}
                }
                pattern id={ (prefix) "-dots" } width="7" height="7" patternUnits="userSpaceOnUse" {
                    rect width="7" height="7" fill="#fff" {}
                    circle cx="2" cy="2" r="1" fill="#b0b0b0" {}
                }
            }
            (body)
        }
    }
}

/// The look of a state: fill, border, dashes of the border, colour of the words.
fn look(prefix: &str, state: State) -> (String, &'static str, &'static str, &'static str) {
    match state {
        State::Confirmed => ("#17523f".to_owned(), "#17523f", "none", "#fff"),
        State::Offered => (format!("url(#{prefix}-hatch)"), "#3f7a66", "none", "#111"),
        State::Topic => (format!("url(#{prefix}-dots)"), "#888", "none", "#111"),
        State::Excluded => ("#fff".to_owned(), "#444", "none", "#111"),
        State::None => ("#fff".to_owned(), "#999", "3 3", "#444"),
    }
}

/// A box in the look of a state; an excluded one is struck through from corner to corner.
fn cell(prefix: &str, state: State, x: u32, y: u32, width: u32, height: u32) -> Markup {
    let (fill, border, dashes, _) = look(prefix, state);
    html! {
        rect x=(x) y=(y) width=(width) height=(height) rx="3" fill=(fill) stroke=(border) stroke-dasharray=(dashes) {}
        @if state == State::Excluded {
            path d={ "M" (x) " " (y + height) " L" (x + width) " " (y) } stroke="#bbb" stroke-width="1.5" {}
        }
    }
}

/// Boxes with their words, in a row.
fn legend(prefix: &str, states: &[State], x: u32, y: u32) -> Markup {
    html! {
        @for (i, state) in (0u32..).zip(states) {
            (cell(prefix, *state, x + i * 104, y, 16, 12))
            text x=(x + i * 104 + 21) y=(y + 10) fill="#111" { (state.word()) }
        }
    }
}

/// Words with a white edge, so that they stay legible on a pattern.
fn words(x: u32, y: u32, color: &str, weight: &str, text: &str) -> Markup {
    let edge = if color == "#fff" { "none" } else { "#fff" };
    html! {
        text x=(x) y=(y) fill=(color) font-weight=(weight) stroke=(edge) stroke-width="3" paint-order="stroke"
            stroke-linejoin="round" { (text) }
    }
}

#[cfg(test)]
mod tests {
    use super::{State, lines, look};

    #[test]
    fn words_are_broken_and_the_rest_is_cut() {
        assert_eq!(lines("FinOps Education & Enablement", 18, 2), ["FinOps Education &", "Enablement"]);
        assert_eq!(lines("one two three four five", 9, 2), ["one two", "three fo…"]);
        assert_eq!(lines("Incomprehensibilities", 10, 2), ["Incompreh…"]);
        assert_eq!(lines("", 10, 2), [""]);
    }

    /// Relative luminance: all that is left of a colour in grey.
    fn luminance(color: &str) -> f64 {
        let digits = color.trim_start_matches('#');
        let one = |i: usize| match digits.len() {
            3 => digits[i..=i].repeat(2),
            _ => digits[2 * i..2 * i + 2].to_owned(),
        };
        let part = |i: usize| f64::from(u8::from_str_radix(&one(i), 16).unwrap()) / 255.0;
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(part(0)) + 0.7152 * linear(part(1)) + 0.0722 * linear(part(2))
    }

    #[test]
    fn words_stay_legible_in_grey_and_no_two_states_look_alike() {
        let mut looks = Vec::new();
        for state in State::ALL {
            let (fill, border, dashes, words) = look("p", state);
            // Patterns are drawn on white, and words on them have a white edge.
            let ground = if fill.starts_with("url") { "#fff" } else { fill.as_str() };
            let (a, b) = (luminance(ground), luminance(words));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(contrast >= 4.5, "{}: {contrast:.1}", state.word());
            looks.push((fill, border, dashes, state == State::Excluded));
        }
        let (all, mut unlike) = (looks.len(), looks);
        unlike.sort();
        unlike.dedup();
        assert_eq!(unlike.len(), all);
    }
}
