//! The label comments of a labelled document: `<!-- allocation=2 budgeting=1; trap: forecasting -->`.

/// What the annotator said of one passage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Comment {
    pub labels: Vec<(String, i8)>,
    pub traps: Vec<String>,
}

/// Parses the inside of a comment; none where it is not a label comment.
pub(crate) fn parse(inside: &str) -> Option<Comment> {
    let mut comment = Comment::default();
    for part in inside.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        if let Some(traps) = part.strip_prefix("trap:") {
            comment.traps.extend(traps.split_whitespace().map(|t| t.trim_end_matches(',').to_owned()));
            continue;
        }
        for pair in part.split_whitespace() {
            let (slug, grade) = pair.split_once('=')?;
            let grade: i8 = grade.parse().ok().filter(|g| matches!(g, -1 | 1 | 2))?;
            comment.labels.push((slug.to_owned(), grade));
        }
    }
    (comment != Comment::default()).then_some(comment)
}

/// Marks begin and end with these private characters in the marked copy.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// Two copies of a labelled document, without its comments: plain, and with a mark where each label comment stood.
pub(crate) fn copies(text: &str) -> (String, String, Vec<Comment>) {
    let (mut plain, mut marked, mut comments) = (String::new(), String::new(), Vec::new());
    let mut rest = text;
    while let Some(begin) = rest.find("<!--") {
        let Some(length) = rest[begin..].find("-->") else { break };
        let before = rest[..begin].trim_end_matches(' ');
        plain.push_str(before);
        marked.push_str(before);
        if let Some(comment) = parse(&rest[begin + 4..begin + length]) {
            marked.push_str(&format!("{OPEN}{}{CLOSE}", comments.len()));
            comments.push(comment);
        }
        rest = &rest[begin + length + 3..];
    }
    plain.push_str(rest);
    marked.push_str(rest);
    (plain, marked, comments)
}

/// The numbers of the marks that stand in a piece of the marked copy.
pub(crate) fn marks(text: &str) -> Vec<usize> {
    text.split(OPEN).skip(1).filter_map(|t| t.split(CLOSE).next()?.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_traps() {
        let comment = parse(" allocation=2 scope:saas=-1; trap: forecasting budgeting ").unwrap();
        assert_eq!(comment.labels, [("allocation".into(), 2), ("scope:saas".into(), -1)]);
        assert_eq!(comment.traps, ["forecasting", "budgeting"]);
        assert_eq!(parse(" document: sow; elements: scope "), None);
    }

    #[test]
    fn copies_keep_the_words_and_mark_the_labels() {
        let (plain, marked, comments) =
            copies("<!-- document: sow -->\n# A\n\nText. <!-- allocation=2 -->\n");
        assert_eq!(plain, "\n# A\n\nText.\n");
        assert_eq!(marks(&marked), [0]);
        assert_eq!(comments.len(), 1);
    }
}
