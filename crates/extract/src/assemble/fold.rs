//! Folding of white space and control characters: the only change that is made to a document's words.

/// Folds `text` and moves `breaks` (byte offsets with page numbers) along.
///
/// Spaces of every kind and runs of them become one space; line ends of every kind become one `\n` without spaces around
/// it; control, format and invisible characters vanish (joiners that letters need stay); bullets of symbol fonts become
/// `•`. Ligatures, hyphens and quotation marks stay as they are.
pub(crate) fn fold(text: &str, breaks: &[(usize, u32)]) -> (String, Vec<(usize, u32)>) {
    let mut out = String::with_capacity(text.len());
    let mut moved = Vec::with_capacity(breaks.len());
    let mut pending = breaks.iter().peekable();
    let mut gap = Gap::None;
    for (at, c) in text.char_indices() {
        while let Some(&&(_, page)) = pending.peek().filter(|b| b.0 <= at) {
            moved.push((page, out.len()));
            pending.next();
        }
        match class(c) {
            Class::Nothing => {}
            Class::Space => gap = gap.max(Gap::Space),
            Class::Line => gap = Gap::Line,
            Class::Keep(c) => {
                gap.write(&mut out);
                gap = Gap::None;
                out.push(c);
            }
        }
    }
    let moved = moved.into_iter().map(|(page, at)| (after_gap(&out, at), page)).collect();
    (out, moved)
}

/// A page begins with its first word, not with the gap before it.
fn after_gap(out: &str, at: usize) -> usize {
    let rest = out.get(at..).unwrap_or("");
    (at + rest.len() - rest.trim_start().len()).min(out.len())
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Line,
}

impl Gap {
    fn write(self, out: &mut String) {
        match self {
            _ if out.is_empty() => {}
            Gap::None => {}
            Gap::Space => out.push(' '),
            Gap::Line => out.push('\n'),
        }
    }
}

enum Class {
    Nothing,
    Space,
    Line,
    Keep(char),
}

fn class(c: char) -> Class {
    match c {
        ' '..='~' if c != ' ' => Class::Keep(c),
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Class::Line,
        c if c.is_whitespace() => Class::Space,
        '\u{ad}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'..='\u{206f}'
        | '\u{202a}'..='\u{202e}' => Class::Nothing,
        '\u{feff}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e007f}' => Class::Nothing,
        '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f076}' | '\u{f0fc}' | '\u{f06e}' => Class::Keep('•'),
        c if c.is_control() => Class::Nothing,
        c => Class::Keep(c),
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn words_stay_as_they_are() {
        assert_eq!(
            fold("  a\u{a0}\u{a0}b \r\n\r\n c\u{ad}d \u{fb01}x – \u{f0b7} ", &[]).0,
            "a b\ncd \u{fb01}x – •"
        );
    }

    #[test]
    fn breaks_move_along() {
        let (text, breaks) = fold("one  two\u{200b} three", &[(5, 2), (11, 3)]);
        assert_eq!(text, "one two three");
        assert_eq!(breaks, vec![(4, 2), (8, 3)]);
        assert_eq!(fold("ab", &[(9, 2)]).1, vec![]);
    }
}
