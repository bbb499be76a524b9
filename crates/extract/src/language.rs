//! Tells documents in other languages than English from English ones.
//!
//! The rules know English words alone. A page in German would look like a page without evidence, so it is said; what the
//! file states of itself is not asked, because templates often state the wrong language.

use crate::assemble::{Raw, RawKind};
use capmap_model::Role;
use whatlang::Lang;

/// Begins the note of a document that is not in English.
pub const NOT_ENGLISH: &str = "not in English";
/// Fewer words tell nothing.
const FEWEST: usize = 25;
/// As much text as a decision needs, in bytes.
const ENOUGH: usize = 20_000;
/// Words that no English text of some length lacks, and the least share of them, in hundredths.
const COMMON: [&str; 12] = ["the", "of", "and", "to", "a", "for", "is", "with", "by", "be", "our", "we"];
const LEAST: usize = 6;

/// The note for people, where the text is clearly in another language.
pub(crate) fn note(raw: &[Raw]) -> Option<String> {
    let text = body(raw);
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect();
    let common = words.iter().filter(|w| COMMON.iter().any(|c| c.eq_ignore_ascii_case(w))).count();
    let told = whatlang::detect(&text).filter(|info| info.is_reliable() && info.lang() != Lang::Eng)?;
    let spaced = words.len() >= FEWEST || (words.len() >= 3 && text.chars().count() >= 200);
    (spaced && common * 100 < words.len() * LEAST).then(|| {
        format!(
            "{NOT_ENGLISH}: written in {}, it seems; the rules know English alone",
            told.lang().eng_name()
        )
    })
}

/// The words of the body, as far as needed.
fn body(raw: &[Raw]) -> String {
    let mut text = String::new();
    for block in raw.iter().filter(|block| block.role == Role::Main) {
        match &block.kind {
            RawKind::Row { cells, .. } => text.push_str(&cells.join(" ")),
            _ => text.push_str(&block.text),
        }
        text.push('\n');
        if text.len() > ENOUGH {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<String> {
        note(&[Raw::new(RawKind::Paragraph, text)])
    }

    #[test]
    fn other_languages_are_named() {
        let german = "Wir verteilen die gemeinsamen Kosten der Cloud jeden Monat auf Ihre Teams und Produkte und \
            erklären jede Abweichung von der Planung gegenüber der Finanzabteilung, damit niemand überrascht wird.";
        assert!(told(german).is_some_and(|note| note.contains("German") && note.starts_with(NOT_ENGLISH)));
        let japanese =
            "私たちは毎月、クラウドの共有コストをチームと製品に配分し、計画との差異を財務部門に説明します。"
                .repeat(5);
        assert!(told(&japanese).is_some_and(|note| note.contains("Japanese")));
    }

    #[test]
    fn english_and_what_is_too_short_is_left_alone() {
        assert_eq!(
            told(
                "We allocate every shared cost to your teams, and explain each variance to the finance team."
            ),
            None
        );
        assert_eq!(told("Kosten"), None);
        let names = "AWS Lambda Amazon EC2 S3 RDS Azure Databricks Snowflake Kubernetes Terraform CloudHealth Apptio ".repeat(6);
        assert_eq!(told(&names), None);
    }
}
