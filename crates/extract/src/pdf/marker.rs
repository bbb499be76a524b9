//! Bullets and numbers that begin a line.

/// What begins an item or a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker<'t> {
    /// The number or letter as seen, without punctuation; none for a bullet.
    pub(super) number: Option<&'t str>,
    /// How it is written: which items belong together.
    pub(super) kind: MarkerKind,
    /// The text after it.
    pub(super) rest: &'t str,
}

/// How a marker is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MarkerKind {
    /// A bullet character.
    Bullet(char),
    /// `1.`, `1)`, `(1)`.
    Decimal,
    /// `a.`, `a)`, `(a)`, or a roman number in small letters.
    Lower,
    /// `A.`, `A)`, `(A)`, or a roman number in capitals.
    Upper,
    /// `3.2`, `3.2.1`: a clause number.
    Clause,
    /// `Section 4`, `Article IV`, `Appendix B`.
    Named,
}

const BULLETS: &str = "•‣▪▫●○◦■□–—-*·✓✔➢➤►▶→»❖◆◇⮚⁃∙";

/// Words that name a division of a document, in small letters.
const NAMED: [&str; 10] = [
    "section",
    "article",
    "appendix",
    "annex",
    "schedule",
    "exhibit",
    "attachment",
    "part",
    "chapter",
    "phase",
];

/// True where a line begins with a bullet or a number.
pub(super) fn has_marker(line: &str) -> bool {
    marker(line).is_some_and(|m| m.kind != MarkerKind::Named)
}

/// True where the first word of a segment is a bullet or number.
pub(super) fn begins_with_marker(segment: &super::words::Segment) -> bool {
    segment.words.first().is_some_and(|w| is_marker(&w.text))
}

/// True for a word that is a bullet or a number with its punctuation.
pub(super) fn is_marker(word: &str) -> bool {
    word.len() <= 12 && (word == "\u{fffd}" || has_marker(&format!("{word} X")))
}

/// The bullet or number at the start of a line.
pub(super) fn marker(line: &str) -> Option<Marker<'_>> {
    let line = line.trim_start();
    bullet(line).or_else(|| numbered(line)).or_else(|| named(line))
}

fn bullet(line: &str) -> Option<Marker<'_>> {
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    let dash = matches!(first, '-' | '–' | '—' | '*' | '→' | '·');
    let letter_o = first == 'o' && rest.starts_with(' ') && rest.trim_start().starts_with(char::is_uppercase);
    if !(BULLETS.contains(first) || letter_o) || (dash && !rest.starts_with(' ')) {
        return None;
    }
    Some(Marker { number: None, kind: MarkerKind::Bullet(first), rest: rest.trim_start() })
}

fn numbered(line: &str) -> Option<Marker<'_>> {
    let (token, rest) = match line.split_once(' ') {
        _ if glued(line).is_some() => line.split_at(glued(line)?),
        Some(parts) => parts,
        None => (line, ""),
    };
    if token.len() > 12 {
        return None;
    }
    let core = token.trim_start_matches('(').trim_end_matches(['.', ')', ':']);
    let dressed = core.len() < token.len();
    let kind = number_kind(core)?;
    if kind != MarkerKind::Clause && !dressed {
        return None;
    }
    if token.starts_with('(') && !token.ends_with(')') {
        return None;
    }
    Some(Marker { number: Some(core), kind, rest: rest.trim_start() })
}

/// Where the text begins after a number that is written without a space: `10.Since`.
fn glued(line: &str) -> Option<usize> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    let letter = rest.strip_prefix(['.', ')']).is_some_and(|r| r.starts_with(char::is_uppercase));
    ((1..=2).contains(&digits) && letter).then_some(digits + 1)
}

fn number_kind(core: &str) -> Option<MarkerKind> {
    if core.is_empty() || core.len() > 10 {
        return None;
    }
    if core.contains('.') {
        let mut parts = core.split('.');
        let first = parts.next()?;
        let short = |p: &str| (1..=2).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit());
        let letter = first.len() == 1 && first.bytes().all(|b| b.is_ascii_uppercase());
        return ((short(first) || letter) && parts.all(short)).then_some(MarkerKind::Clause);
    }
    let roman = |set: &str| core.len() <= 5 && core.chars().all(|c| set.contains(c));
    if core.bytes().all(|b| b.is_ascii_digit()) {
        (core.len() <= 3).then_some(MarkerKind::Decimal)
    } else if (core.len() == 1 && core.bytes().all(|b| b.is_ascii_lowercase())) || roman("ivx") {
        Some(MarkerKind::Lower)
    } else if (core.len() == 1 && core.bytes().all(|b| b.is_ascii_uppercase())) || roman("IVX") {
        Some(MarkerKind::Upper)
    } else {
        None
    }
}

fn named(line: &str) -> Option<Marker<'_>> {
    let mut words = line.splitn(3, ' ');
    let (name, number) = (words.next()?, words.next()?);
    let rest = words.next().unwrap_or("");
    if !NAMED.iter().any(|n| name.eq_ignore_ascii_case(n)) || !name.starts_with(char::is_uppercase) {
        return None;
    }
    let core = number.trim_end_matches(['.', ':', ')', '-', '–', '—']);
    let digits = !core.is_empty() && core.len() <= 6 && core.chars().all(|c| c.is_ascii_digit() || c == '.');
    let letter = core.len() == 1 && core.starts_with(|c: char| c.is_ascii_uppercase());
    let roman = !core.is_empty() && core.len() <= 5 && core.chars().all(|c| "IVX".contains(c));
    (digits || letter || roman).then_some(Marker {
        number: Some(core),
        kind: MarkerKind::Named,
        rest: rest.trim_start(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(line: &str) -> Option<(MarkerKind, Option<&str>)> {
        marker(line).map(|m| (m.kind, m.number))
    }

    #[test]
    fn markers_are_told_from_words() {
        assert_eq!(kind("3.2 Cost sharing"), Some((MarkerKind::Clause, Some("3.2"))));
        assert_eq!(kind("3.2.1. Cost"), Some((MarkerKind::Clause, Some("3.2.1"))));
        assert_eq!(kind("(iv) the bill"), Some((MarkerKind::Lower, Some("iv"))));
        assert_eq!(kind("a) the bill"), Some((MarkerKind::Lower, Some("a"))));
        assert_eq!(kind("10.Since then"), Some((MarkerKind::Decimal, Some("10"))));
        assert_eq!(kind("12. Fees"), Some((MarkerKind::Decimal, Some("12"))));
        assert_eq!(kind("• one"), Some((MarkerKind::Bullet('•'), None)));
        assert_eq!(kind("ARTICLE IV - Fees"), Some((MarkerKind::Named, Some("IV"))));
        assert_eq!(kind("2019. The year"), None);
        assert_eq!(kind("12 months"), None);
        assert_eq!(kind("-5 degrees"), None);
        assert_eq!(kind("a bill"), None);
        assert_eq!(kind("part of the whole"), None);
    }
}
