//! The small language in which lexicons write phrases, and its expansion into plain word runs.
//!
//! | written | means |
//! |---|---|
//! | `cost report` | these words, the last one also in the plural |
//! | `split~` | any inflection: split, splits, splitting, splitted (a form that nobody writes costs nothing) |
//! | `(a\|b c\|)` | one of these; an empty one makes the group optional |
//! | `right-size` | joined, hyphenated or apart: rightsize, right-size, right size |
//! | `a\|b` | at the top level: alternatives |
//! | `@name` | a class of the vocabulary, alone in an alternative |
//! | `=word` | exactly this word: no plural |
//!
//! Spelling variants (-ise/-ize, -our/-or, licence/license, centre/center, programme/program, modelling/modeling) come by
//! themselves.

use thiserror::Error;

/// More spellings than this of one part of a phrase is a mistake in the lexicon.
const MOST_EXPANSIONS: usize = 2000;

/// A phrase with more spellings than this is kept as a sequence of parts, so that the automaton stays small.
const MOST_PLAIN: usize = 40;

/// One alternative of a slot as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Alternative {
    /// All plain spellings of a phrase, words parted by one space.
    Phrases(Vec<String>),
    /// Parts that follow each other.
    Sequence(Vec<Part>),
    /// A class of the vocabulary.
    Class(String),
}

/// One part of a sequence: any of these spellings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub phrases: Vec<String>,
    /// May be left out.
    pub optional: bool,
}

/// What is wrong with a phrase.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PatternError {
    /// Parentheses do not pair.
    #[error("`{0}`: a parenthesis is not closed or not opened; write (a|b)")]
    Parenthesis(String),
    /// An alternative without words.
    #[error("`{0}`: an alternative is empty; remove the spare `|`")]
    Empty(String),
    /// Too many spellings.
    #[error("`{0}`: expands to more than {MOST_EXPANSIONS} phrases; split it into several")]
    TooMany(String),
}

/// Reads a slot: top-level alternatives, each expanded.
pub(crate) fn slot(text: &str) -> Result<Vec<Alternative>, PatternError> {
    split_top(text)?.into_iter().map(|alternative| one(alternative.trim(), text)).collect()
}

fn one(alternative: &str, whole: &str) -> Result<Alternative, PatternError> {
    if let Some(class) = alternative.strip_prefix('@') {
        return Ok(Alternative::Class(class.to_owned()));
    }
    if alternative.is_empty() {
        return Err(PatternError::Empty(whole.to_owned()));
    }
    let parts = parts(alternative, whole)?;
    let plain: usize = parts.iter().map(|p| p.phrases.len() + usize::from(p.optional)).product();
    let required = parts.iter().filter(|p| !p.optional).count();
    if parts.len() > 1 && required > 0 && plain > MOST_PLAIN {
        return Ok(Alternative::Sequence(parts));
    }
    let phrases = spelled(&groups(alternative, whole)?, true, whole)?;
    Ok(Alternative::Phrases(phrases))
}

/// All spellings of plain runs; `last` where the phrase ends with them, so that the last word takes a plural.
fn spelled(runs: &[String], last: bool, whole: &str) -> Result<Vec<String>, PatternError> {
    let mut phrases = Vec::new();
    for run in runs {
        words(run, last, &mut phrases);
        if phrases.len() > MOST_EXPANSIONS {
            return Err(PatternError::TooMany(whole.to_owned()));
        }
    }
    phrases.sort();
    phrases.dedup();
    phrases.retain(|p| !p.is_empty());
    Ok(phrases)
}

/// Cuts a phrase into its groups and the words between them. A group that is glued to letters stays with its word.
fn parts(alternative: &str, whole: &str) -> Result<Vec<Part>, PatternError> {
    let (mut raw, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (i, c) in alternative.char_indices() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        if c == ' ' && depth == 0 {
            raw.push(&alternative[start..i]);
            start = i + 1;
        }
    }
    raw.push(&alternative[start..]);
    raw.retain(|word| !word.is_empty());
    let mut out = Vec::new();
    for (i, word) in raw.iter().enumerate() {
        let runs = groups(word, whole)?;
        let optional = runs.iter().any(|r| r.trim().is_empty());
        let phrases = spelled(&runs, i + 1 == raw.len(), whole)?;
        out.push(Part { phrases, optional });
    }
    Ok(out)
}

/// Splits at `|` outside parentheses.
fn split_top(text: &str) -> Result<Vec<&str>, PatternError> {
    let (mut depth, mut start, mut parts) = (0i32, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
        if depth < 0 {
            break;
        }
    }
    if depth != 0 {
        return Err(PatternError::Parenthesis(text.to_owned()));
    }
    parts.push(&text[start..]);
    Ok(parts)
}

/// Expands `(a|b)` groups into plain runs, innermost first.
fn groups(text: &str, whole: &str) -> Result<Vec<String>, PatternError> {
    let Some(open) = text.find('(') else { return Ok(vec![text.to_owned()]) };
    let close = closing(text, open).ok_or_else(|| PatternError::Parenthesis(whole.to_owned()))?;
    let tails = groups(&text[close + 1..], whole)?;
    let mut runs = Vec::new();
    for middle in split_top(&text[open + 1..close])? {
        for inner in groups(middle, whole)? {
            runs.extend(tails.iter().map(|tail| format!("{}{inner}{tail}", &text[..open])));
        }
        if runs.len() > MOST_EXPANSIONS {
            return Err(PatternError::TooMany(whole.to_owned()));
        }
    }
    Ok(runs)
}

fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0;
    text.char_indices().skip_while(|(i, _)| *i < open).find_map(|(i, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(i)
    })
}

/// Expands the words of a plain run: inflections, plural of the last, hyphens, spellings.
fn words(run: &str, plural: bool, out: &mut Vec<String>) {
    let all: Vec<&str> = run.split_whitespace().collect();
    let mut runs = vec![String::new()];
    for (i, word) in all.iter().enumerate() {
        let forms = forms(word, plural && i + 1 == all.len());
        runs = runs
            .iter()
            .flat_map(|head| {
                forms
                    .iter()
                    .map(move |form| if head.is_empty() { form.clone() } else { format!("{head} {form}") })
            })
            .collect();
        if runs.len() > MOST_EXPANSIONS {
            break;
        }
    }
    out.extend(runs);
}

fn forms(word: &str, last: bool) -> Vec<String> {
    let mut forms = match (word.strip_prefix('='), word.strip_suffix('~')) {
        (Some(exact), _) => return hyphens(exact),
        (_, Some(stem)) => inflections(stem),
        _ if last => with_plural(word),
        _ => vec![word.to_owned()],
    };
    forms = forms.iter().flat_map(|f| hyphens(f)).collect();
    let spelled: Vec<String> = forms.iter().flat_map(|f| spellings(f)).collect();
    forms.extend(spelled);
    forms.sort();
    forms.dedup();
    forms
}

/// `right-size` is written joined or apart.
fn hyphens(word: &str) -> Vec<String> {
    if !word.contains('-') {
        return vec![word.to_owned()];
    }
    vec![word.replace('-', " "), word.replace('-', "")]
}

fn with_plural(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    if word.len() > 1 && word.chars().all(|c| c.is_alphanumeric() || c == '-') {
        forms.push(plural(word));
    }
    forms
}

fn plural(word: &str) -> String {
    match word {
        w if ends_consonant_y(w) => format!("{}ies", &w[..w.len() - 1]),
        w if ["s", "x", "z", "ch", "sh"].iter().any(|e| w.ends_with(e)) => format!("{w}es"),
        w => format!("{w}s"),
    }
}

fn ends_consonant_y(word: &str) -> bool {
    word.ends_with('y') && !word.chars().rev().nth(1).is_some_and(|c| "aeiou".contains(c))
}

/// Every regular verb form, and the irregular ones that our field uses.
fn inflections(stem: &str) -> Vec<String> {
    let mut forms = vec![stem.to_owned(), plural(stem)];
    if let Some(base) = stem.strip_suffix('e') {
        forms.extend([format!("{stem}d"), format!("{base}ing")]);
    } else if ends_consonant_y(stem) {
        forms.extend([format!("{}ied", &stem[..stem.len() - 1]), format!("{stem}ing")]);
    } else {
        forms.extend([format!("{stem}ed"), format!("{stem}ing")]);
        if doubles(stem) {
            let last = &stem[stem.len() - 1..];
            forms.extend([format!("{stem}{last}ed"), format!("{stem}{last}ing")]);
        }
    }
    let irregular: &[&str] = match stem {
        "build" => &["built"],
        "run" => &["ran"],
        "buy" => &["bought"],
        "pay" => &["paid"],
        "set" | "split" | "cut" | "put" => &[],
        "see" => &["saw", "seen"],
        "give" => &["gave", "given"],
        "teach" => &["taught"],
        "find" => &["found"],
        "make" => &["made"],
        "take" => &["took", "taken"],
        "tell" => &["told"],
        "send" => &["sent"],
        "hold" => &["held"],
        "keep" => &["kept"],
        "bring" => &["brought"],
        "break" => &["broke", "broken"],
        "draw" => &["drew", "drawn"],
        "write" => &["wrote", "written"],
        "show" => &["shown"],
        "lead" => &["led"],
        "tie" => &["tying"],
        "spend" => &["spent"],
        "choose" => &["chose", "chosen"],
        "get" => &["got", "gotten"],
        "grow" => &["grew", "grown"],
        "know" => &["knew", "known"],
        "rise" => &["rose", "risen"],
        _ => &[],
    };
    forms.extend(irregular.iter().map(|w| (*w).to_owned()));
    forms
}

fn doubles(stem: &str) -> bool {
    let mut back = stem.chars().rev();
    let (last, before) = (back.next(), back.next());
    last.is_some_and(|c| "bdglmnprt".contains(c)) && before.is_some_and(|c| "aeiou".contains(c))
}

/// British for American and the other way round.
fn spellings(word: &str) -> Vec<String> {
    const PAIRS: [(&str, &str); 11] = [
        ("lyz", "lys"),
        ("licens", "licenc"),
        ("center", "centre"),
        ("behavior", "behaviour"),
        ("favor", "favour"),
        ("labor", "labour"),
        ("catalog", "catalogue"),
        ("program", "programme"),
        ("modeling", "modelling"),
        ("labeling", "labelling"),
        ("fulfil", "fulfill"),
    ];
    const ENDINGS: [&str; 8] = ["e", "es", "ed", "ing", "ation", "ations", "er", "ers"];
    let mut out = Vec::new();
    for (american, british) in PAIRS {
        for (from, to) in [(american, british), (british, american)] {
            if word.contains(from) && !(from.len() < to.len() && word.contains(to)) {
                out.push(word.replacen(from, to, 1));
            }
        }
    }
    for (from, to) in [("iz", "is"), ("is", "iz")] {
        let stem = ENDINGS
            .iter()
            .find_map(|ending| word.strip_suffix(ending)?.strip_suffix(from).map(|s| (s, ending)));
        if let Some((stem, ending)) = stem.filter(|(s, _)| s.len() >= 3) {
            out.push(format!("{stem}{to}{ending}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(text: &str) -> Vec<String> {
        match slot(text).unwrap().remove(0) {
            Alternative::Phrases(p) => p,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn last_word_has_a_plural() {
        assert_eq!(phrases("cost report"), ["cost report", "cost reports"]);
        assert_eq!(phrases("=cost"), ["cost"]);
    }

    #[test]
    fn groups_and_options() {
        assert_eq!(phrases("split (the|) =bill"), ["split bill", "split the bill"]);
    }

    #[test]
    fn inflections_of_verbs() {
        let forms = phrases("split~");
        for form in ["split", "splits", "splitting"] {
            assert!(forms.contains(&form.to_owned()), "{form}");
        }
        assert!(phrases("allocate~").contains(&"allocating".to_owned()));
        assert!(phrases("tidy~").contains(&"tidied".to_owned()));
    }

    #[test]
    fn hyphen_and_spelling_variants() {
        let forms = phrases("right-size~");
        assert!(forms.contains(&"rightsizing".to_owned()) && forms.contains(&"right sized".to_owned()));
        assert!(phrases("optimize~").contains(&"optimising".to_owned()));
        assert!(phrases("licence").contains(&"licenses".to_owned()));
    }

    #[test]
    fn many_spellings_become_a_sequence() {
        let text = "(view|report|analysis) (of|on|over|) (the|your|our|) (cost|spend|usage)";
        let Alternative::Sequence(parts) = slot(text).unwrap().remove(0) else { panic!() };
        let optional: Vec<bool> = parts.iter().map(|p| p.optional).collect();
        assert_eq!(optional, [false, true, true, false]);
        assert!(
            parts[3].phrases.contains(&"costs".to_owned())
                && !parts[0].phrases.contains(&"reports".to_owned())
        );
    }

    #[test]
    fn classes_and_errors() {
        assert_eq!(slot("@cost").unwrap(), [Alternative::Class("cost".into())]);
        assert!(matches!(slot("(a|b"), Err(PatternError::Parenthesis(_))));
        assert!(matches!(slot("a||b"), Err(PatternError::Empty(_))));
    }
}
