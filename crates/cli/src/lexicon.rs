//! `capmap lexicon`: are the rules sound, and which of them fire on a text.

use crate::args::{Common, LexiconCommand};
use crate::criteria;
use crate::errors::{Done, Stop, tell};
use crate::layout::{COLUMNS, clean, wrap};
use crate::output::{self, Style};
use capmap_lexicon::{Lexicon, plain_document};
use capmap_model::{Document, Finding};

/// Checks the rules, or explains a text by them.
///
/// # Errors
/// Where the rules are broken, or the output cannot be written.
pub fn run(common: &Common, command: &LexiconCommand) -> Result<Done, Stop> {
    let (id, _) = criteria::rules_for(&criteria::load(&common.criteria)?)?;
    let result = match command {
        LexiconCommand::Check { dir, corpus } => {
            let lexicon = match dir {
                Some(dir) => Lexicon::from_folder(dir, &id)?,
                None => Lexicon::embedded(&id)?,
            };
            let watched = corpus.as_deref().map(|path| crate::eval::watch(&lexicon, path)).transpose()?;
            check(&lexicon)? + &watched.unwrap_or_default()
        }
        LexiconCommand::Phrases => Lexicon::embedded(&id)?.phrase_texts().to_owned(),
        LexiconCommand::Train(args) => return crate::eval::learn(common, args),
        LexiconCommand::Explain { text } => {
            explain(&Lexicon::embedded(&id)?, text, Style::new(common.color, None))
        }
    };
    output::write(result.as_bytes(), None)?;
    Ok(Done::All)
}

fn check(lexicon: &Lexicon) -> Result<String, Stop> {
    let faults: Vec<String> = lexicon.check().iter().map(ToString::to_string).collect();
    if faults.is_empty() {
        return Ok(format!("lexicon {}: {} phrases, no fault\n", lexicon.version(), lexicon.phrases()));
    }
    for fault in &faults {
        tell(fault);
    }
    let message = format!("examples that do not come out as the lexicon says: {}", faults.len());
    Err(Stop::usage(
        message,
        "correct the rule or the example; `capmap lexicon explain TEXT` says which rules fire",
    ))
}

fn explain(lexicon: &Lexicon, text: &str, style: Style) -> String {
    let document = plain_document(text);
    let findings = lexicon.find(&document);
    if findings.is_empty() {
        return "no rule fires\n".to_owned();
    }
    let lines: Vec<String> = findings.iter().flat_map(|f| finding(&document, f, style)).collect();
    lines.join("\n") + "\n"
}

fn finding(document: &Document, finding: &Finding, style: Style) -> Vec<String> {
    let head = format!("{}: {}, {:.2}", finding.criterion, finding.grade.name(), finding.confidence);
    let mut lines = vec![style.bold(&head)];
    let mut add = |line: String| lines.extend(wrap(&clean(&line), 2, COLUMNS));
    add(format!("quote   “{}”", document.slice(finding.quote)));
    for fired in &finding.matches {
        add(format!("rule    {} by “{}”", fired.rule, document.slice(fired.span)));
    }
    if let Some(cue) = &finding.cue {
        add(format!("cue     {}", cue.text));
    }
    for remark in &finding.remarks {
        add(format!("remark  {remark}"));
    }
    lines
}
