//! What the beginnings and ends of lines say about structure: clause numbers, bullets, sentence ends.
//!
//! Shared by all readers, because a clause number means the same in a PDF line, a Word paragraph and a text file.

/// Splits a clause number from the words after it: `3.4.1 Exclusions` gives `("3.4.1", "Exclusions")`.
///
/// Read as numbers: `3`, `3.`, `3.4.1`, `C.2.1`, `A.1`, and the designator after ARTICLE, SECTION, CLAUSE, PART, CHAPTER,
/// APPENDIX, ANNEX, SCHEDULE, EXHIBIT or ATTACHMENT. Amounts ("3.5 million"), dates and years are not.
pub(crate) fn clause_number(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    named_clause(line).or_else(|| dotted_clause(line))
}

const CLAUSE_WORDS: [&str; 10] = [
    "article",
    "section",
    "clause",
    "part",
    "chapter",
    "appendix",
    "annex",
    "schedule",
    "exhibit",
    "attachment",
];

fn named_clause(line: &str) -> Option<(&str, &str)> {
    let (word, rest) = line.split_once(char::is_whitespace)?;
    let known = CLAUSE_WORDS.iter().any(|w| w.eq_ignore_ascii_case(word));
    if !known || !word.starts_with(char::is_uppercase) {
        return None;
    }
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).unwrap_or(rest.len());
    let number = rest[..end].trim_end_matches('.');
    let after = &rest[end..];
    let designator = is_dotted_number(number) || is_roman(number) || is_single_capital(number);
    let title =
        after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ':' | '-' | '–' | '—'));
    // "Section 3 of this agreement applies" is a sentence that speaks of a clause, not the clause's heading.
    let is_title = title.is_empty() || title.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    (designator && is_title).then_some((number, title))
}

fn dotted_clause(line: &str) -> Option<(&str, &str)> {
    let end = line.find(char::is_whitespace)?;
    let number = line[..end].trim_end_matches(['.', ':']);
    let rest =
        line[end..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | ':'));
    if !is_dotted_number(number) || number.starts_with('0') {
        return None;
    }
    let first = rest.chars().next()?;
    let deep = number.matches('.').count() >= 2;
    let title_like = first.is_uppercase() || matches!(first, '"' | '“' | '(' | '[' | '\'' | '‘');
    (title_like || (deep && first.is_alphabetic())).then_some((number, rest))
}

/// `3`, `3.4`, `C.2.1`: parts of at most three digits, the first may be one capital letter where digits follow.
pub(crate) fn is_dotted_number(text: &str) -> bool {
    let mut parts = text.split('.');
    let Some(first) = parts.next() else { return false };
    let is_digits = |p: &str| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit());
    let rest: Vec<&str> = parts.collect();
    let head = is_digits(first) || (is_single_capital(first) && !rest.is_empty());
    head && rest.len() <= 8 && rest.iter().all(|p| is_digits(p))
}

fn is_single_capital(text: &str) -> bool {
    text.len() == 1 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Letters of a Roman number, in one case.
pub(crate) fn is_roman(text: &str) -> bool {
    let of = |set: &str| text.chars().all(|c| set.contains(c));
    (1..=7).contains(&text.len()) && (of("IVXLC") || of("ivxlc"))
}

/// The words after a bullet sign; none where the line does not begin with one.
pub(crate) fn bullet(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    let spaced = rest.starts_with(char::is_whitespace) && !rest.trim().is_empty();
    match first {
        '•' | '◦' | '▪' | '▫' | '●' | '○' | '■' | '□' | '‣' | '⁃' | '∙' | '❖' | '➢' | '➤' | '►' | '▶'
        | '✓' | '✔' | '✗' | '★' | '◆' | '◇' | '\u{f0b7}' | '\u{f0a7}' | '\u{f0d8}' | '\u{f076}'
        | '\u{f0fc}' | '\u{f02d}' => (!rest.trim().is_empty()).then(|| rest.trim_start()),
        '·' | '-' | '–' | '—' | '*' | '+' | '»' => spaced.then(|| rest.trim_start()),
        'o' | '§' => rest.starts_with(['\t', '\u{a0}']).then(|| rest.trim_start()).filter(|r| !r.is_empty()),
        _ => None,
    }
}

/// A list number and the words after it: `1. `, `1) `, `(1) `, `a) `, `(iv) `, `B. `. The number comes without punctuation.
pub(crate) fn item_number(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let end = line.find(char::is_whitespace)?;
    let (mark, rest) = (&line[..end], line[end..].trim_start());
    let inner = if let Some(inner) = mark.strip_prefix('(') {
        inner.strip_suffix(')')
    } else {
        mark.strip_suffix(')').or_else(|| mark.strip_suffix('.'))
    }?;
    let letter = inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_alphabetic());
    let digits = (1..=3).contains(&inner.len()) && inner.bytes().all(|b| b.is_ascii_digit());
    let known = letter || digits || is_roman(inner);
    (known && !rest.is_empty()).then_some((inner, rest))
}

/// Byte offsets just after each sentence, the last one being the text's length. Line breaks and tabs end sentences too.
pub(crate) fn sentence_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    for (at, c) in text.char_indices() {
        let after = at + c.len_utf8();
        match c {
            '\n' | '\t' => ends.push(after),
            '。' | '！' | '？' => ends.push(after),
            '.' | '!' | '?' if ends_here(text, at, after) => ends.push(closing(text, after)),
            _ => {}
        }
    }
    if ends.last() != Some(&text.len()) {
        ends.push(text.len());
    }
    ends
}

/// Past quotes and brackets that close with the sentence.
fn closing(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    from + rest.len() - rest.trim_start_matches(['"', '”', '’', '\'', ')', ']']).len()
}

fn ends_here(text: &str, at: usize, after: usize) -> bool {
    let rest = &text[closing(text, after)..];
    let next = rest.trim_start();
    if next.len() == rest.len() && !rest.is_empty() {
        return false;
    }
    if next.starts_with(|c: char| c.is_lowercase()) {
        return false;
    }
    let word = text[..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    !text[at..].starts_with('.') || !is_abbreviation(word)
}

const ABBREVIATIONS: [&str; 26] = [
    "e.g", "i.e", "etc", "vs", "cf", "approx", "inc", "ltd", "corp", "co", "llc", "no", "nos", "mr", "mrs",
    "ms", "dr", "st", "sec", "para", "art", "fig", "dept", "govt", "attn", "est",
];

fn is_abbreviation(word: &str) -> bool {
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let acronym = word.contains('.') && word.split('.').all(|p| p.len() == 1);
    let known = ABBREVIATIONS.iter().any(|a| a.eq_ignore_ascii_case(word));
    // A bare number before the point is a list number ("3. Do it"), not a sentence, when it opens the text.
    initial || acronym || known
}

/// A few words that begin large and do not end like a sentence.
pub(crate) fn is_title(rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let ends_like_sentence = rest.trim_end().ends_with(['.', ';', ',', ':']);
    let large =
        words.iter().filter(|w| w.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())).count();
    let fits = (1..=12).contains(&words.len()) && rest.len() <= 90 && sentence_ends(rest).len() == 1;
    fits && !ends_like_sentence && (words.len() <= 4 || large * 2 >= words.len())
}

/// A short line in capitals.
pub(crate) fn is_capitals(line: &str) -> bool {
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let small = line.chars().any(char::is_lowercase);
    letters >= 4
        && !small
        && line.len() <= 80
        && !line.ends_with([',', ';'])
        && line.split_whitespace().count() <= 12
}

/// Level and number of a heading that only looks make one: a bold line, or a clause number with a title after it.
///
/// Unnumbered ones, and bold ones with a number of one part, get level 7, below every real heading, so that they end each
/// other and nothing above.
pub(crate) fn pseudo_heading(text: &str, all_bold: bool) -> Option<(u8, Option<String>)> {
    if text.contains('\n') || text.len() > 100 {
        return None;
    }
    let Some((number, rest)) = clause_number(text) else {
        let label = text.trim_end_matches(':');
        return (all_bold && is_title(label)).then_some((7, None));
    };
    let dots = number.trim_end_matches(".0").matches('.').count();
    let named = !text.starts_with(number);
    let short = rest.split_whitespace().count() <= 8;
    let level = match () {
        () if !is_title(rest.trim_end_matches(':')) => return None,
        () if (dots > 0 || named || number.ends_with(".0")) && (all_bold || short) => {
            u8::try_from(dots + 1).unwrap_or(9).min(9)
        }
        () if is_capitals(rest) => 1,
        () if all_bold => 7,
        () => return None,
    };
    Some((level, Some(number.to_owned())))
}

/// Where the heading ends in a paragraph that begins with one: `3.0 SCOPE. The purpose is ...` gives the offset after the
/// point. Only numbers of two parts and more, or titles in capitals, are certain enough.
pub(crate) fn run_in_heading(text: &str) -> Option<usize> {
    let (number, rest) = clause_number(text).filter(|(number, _)| text.starts_with(number))?;
    let end = rest.find(['.', ':']).filter(|&end| end <= 60)?;
    let (title, after) = (&rest[..end], &rest[end + 1..]);
    let certain = is_capitals(title)
        || (number.contains('.') && title.split_whitespace().count() <= 5 && is_title(title));
    let goes_on = after.starts_with(char::is_whitespace) && after.split_whitespace().count() >= 4;
    (certain && goes_on).then(|| text.len() - after.len())
}

/// A list number as HTML's `type` names the style: `1`, `a`, `A`, `i`, `I`.
pub(crate) fn format_number(number: u32, style: &str) -> String {
    match style {
        "a" => letters(number),
        "A" => letters(number).to_uppercase(),
        "i" => roman(number).to_lowercase(),
        "I" => roman(number),
        _ => number.to_string(),
    }
}

/// 1 is `a`, 27 is `aa` as Word counts (the letter repeats).
fn letters(number: u32) -> String {
    if number == 0 || number > 26 * 20 {
        return number.to_string();
    }
    let letter = char::from(b'a' + u8::try_from((number - 1) % 26).unwrap_or(0));
    let times = usize::try_from((number - 1) / 26 + 1).unwrap_or(1);
    std::iter::repeat_n(letter, times).collect()
}

fn roman(mut number: u32) -> String {
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    const STEPS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (value, sign) in STEPS {
        while number >= value {
            out.push_str(sign);
            number -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clause_numbers() {
        assert_eq!(clause_number("3.4.1 Exclusions"), Some(("3.4.1", "Exclusions")));
        assert_eq!(clause_number("3. Services"), Some(("3", "Services")));
        assert_eq!(clause_number("C.2.1 Tagging"), Some(("C.2.1", "Tagging")));
        assert_eq!(clause_number("ARTICLE IV"), Some(("IV", "")));
        assert_eq!(clause_number("Appendix B: Rates"), Some(("B", "Rates")));
        assert_eq!(clause_number("4.1.2 the supplier shall"), Some(("4.1.2", "the supplier shall")));
        for no in [
            "3.5 million users",
            "2024 Budget",
            "12.05.2024 Meeting",
            "Section 3 of this order",
            "A. Smith",
            "0.5 FTE",
        ] {
            assert_eq!(clause_number(no), None, "{no}");
        }
    }

    #[test]
    fn bullets_and_items() {
        assert_eq!(bullet("• tag it"), Some("tag it"));
        assert_eq!(bullet("  - tag it"), Some("tag it"));
        assert_eq!(bullet("-5 degrees"), None);
        assert_eq!(item_number("(iv) review"), Some(("iv", "review")));
        assert_eq!(item_number("12) review"), Some(("12", "review")));
        assert_eq!(item_number("review) x"), None);
    }

    #[test]
    fn sentences() {
        assert_eq!(sentence_ends("A\u{a0}scope. B"), [9, 11]);
        let text = "We tag, e.g. by team. The U.S. Army pays. \"Done.\" Next";
        let ends = sentence_ends(text);
        let mut from = 0;
        let parts: Vec<&str> = ends.iter().map(|&to| (text[from..to].trim(), from = to).0).collect();
        assert_eq!(parts, ["We tag, e.g. by team.", "The U.S. Army pays.", "\"Done.\"", "Next"]);
    }

    #[test]
    fn numbers_in_every_style() {
        let all: Vec<String> = ["1", "a", "A", "i", "I"].iter().map(|s| format_number(29, s)).collect();
        assert_eq!(all, ["29", "cc", "CC", "xxix", "XXIX"]);
    }

    #[test]
    fn looks_make_headings() {
        assert_eq!(pseudo_heading("3.2 Cost sharing", false), Some((2, Some("3.2".into()))));
        assert_eq!(pseudo_heading("Our approach", true), Some((7, None)));
        assert_eq!(pseudo_heading("Our approach", false), None);
        assert_eq!(
            pseudo_heading("3.2 The supplier shall share the cost among all of the teams.", true),
            None
        );
        assert_eq!(pseudo_heading("1. Tag everything", false), None);
        assert_eq!(pseudo_heading("Section B: Supplies and Prices", false), Some((1, Some("B".into()))));
        assert_eq!(pseudo_heading("Out of scope:", true), Some((7, None)));
        let run_in = |text: &'static str| run_in_heading(text).map(|at| &text[..at]);
        assert_eq!(run_in("3.0 SCOPE. The purpose of this is hosting."), Some("3.0 SCOPE."));
        assert_eq!(run_in("3.1 Objectives. Hosting shall be provided."), Some("3.1 Objectives."));
        assert_eq!(run_in("3.1 The supplier shall do it. Then it shall stop."), None);
    }
}
