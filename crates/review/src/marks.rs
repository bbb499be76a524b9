//! Text with marks on it. Marks may overlap; the text is cut where they begin and end, and each piece says which it carries.

use capmap_model::Span;
use maud::{Markup, html};

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The words that would be cited.
    Quote,
    /// Words that a rule matched.
    Match,
    /// Words that demote it.
    Cue,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Kind::Quote => "quote",
            Kind::Match => "match",
            Kind::Cue => "cue",
        }
    }
}

/// `text`, which begins at byte `offset` of the document, with the marks that touch it (in bytes of the document).
pub(crate) fn marked(text: &str, offset: usize, marks: &[(Span, Kind)]) -> Markup {
    let pieces = pieces(text, offset, marks);
    html! {
        @for (piece, kinds) in pieces {
            @if kinds.is_empty() { (shown(piece)) }
            @else { mark class=(classes(&kinds)) { (shown(piece)) } }
        }
    }
}

/// Cells are apart by a tab in the canonical text.
fn shown(piece: &str) -> String {
    piece.replace('\t', "  │  ")
}

fn classes(kinds: &[Kind]) -> String {
    kinds.iter().map(|k| k.class()).collect::<Vec<_>>().join(" ")
}

fn pieces<'a>(text: &'a str, offset: usize, marks: &[(Span, Kind)]) -> Vec<(&'a str, Vec<Kind>)> {
    let inside =
        |at: usize| at.checked_sub(offset).filter(|&at| at <= text.len() && text.is_char_boundary(at));
    let mut cuts: Vec<usize> = vec![0, text.len()];
    for (span, _) in marks {
        cuts.extend(inside(span.start));
        cuts.extend(inside(span.end));
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2)
        .map(|cut| {
            let here = Span::new(cut[0] + offset, cut[1] + offset);
            let mut kinds: Vec<Kind> =
                marks.iter().filter(|(span, _)| span.contains(here)).map(|(_, kind)| *kind).collect();
            kinds.sort_unstable();
            kinds.dedup();
            (&text[cut[0]..cut[1]], kinds)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str, offset: usize, marks: &[(Span, Kind)]) -> String {
        marked(text, offset, marks).into_string()
    }

    #[test]
    fn overlapping_marks_are_cut_apart() {
        let marks = [(Span::new(12, 18), Kind::Quote), (Span::new(15, 22), Kind::Match)];
        assert_eq!(
            html("0123456789ab", 10, &marks),
            r#"01<mark class="quote">234</mark><mark class="quote match">567</mark><mark class="match">89ab</mark>"#
        );
    }

    #[test]
    fn text_is_escaped_and_marks_elsewhere_are_nothing() {
        let marks = [(Span::new(500, 600), Kind::Cue), (Span::new(0, 1), Kind::Cue)];
        assert_eq!(html("<b>&", 50, &marks), "&lt;b&gt;&amp;");
    }

    #[test]
    fn marks_inside_a_character_are_ignored() {
        assert_eq!(html("é", 0, &[(Span::new(1, 2), Kind::Match)]), "é");
        assert_eq!(html("", 0, &[(Span::new(0, 0), Kind::Match)]), "");
    }
}
