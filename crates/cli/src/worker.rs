//! `capmap worker`: one request per line on standard input, one answer per line on standard output. The program starts
//! itself so to read documents; distributed engines may do the same.

use crate::args::{Common, ReadingArgs};
use crate::errors::{Done, Stop};
use crate::{criteria, extractor, json};
use capmap_lexicon::Lexicon;
use capmap_model::{CriteriaSet, Outcome};
use serde_json::Value;
use std::cell::OnceCell;
use std::io;

/// Answers until standard input ends. Besides `extract` it knows `suggest`: the suggestions of one document.
///
/// # Errors
/// Where the flags are wrong or the pipes fail.
pub fn run(common: &Common, args: &ReadingArgs) -> Result<Done, Stop> {
    let options = extractor::options(args)?;
    let output = capmap_extract::guard_stdout().map_err(broken)?;
    // Made at the first use: most workers only read, and must start at once.
    let suggester = OnceCell::new();
    let mut extra = |op: &str, outcome: &Outcome| {
        let suggester =
            || suggester.get_or_init(|| Suggester::new(&common.criteria).map_err(|e| e.to_string()));
        (op == "suggest").then(|| match suggester() {
            Ok(suggester) => suggester.answer(outcome),
            Err(error) => serde_json::json!({ "error": error }),
        })
    };
    capmap_extract::serve(io::stdin().lock(), output, &options, &mut extra).map_err(broken)?;
    Ok(Done::All)
}

fn broken(source: io::Error) -> Stop {
    match source.kind() {
        io::ErrorKind::BrokenPipe => Stop::Pipe,
        _ => Stop::Output { what: "standard output".to_owned(), source },
    }
}

struct Suggester {
    criteria: CriteriaSet,
    rules: String,
    lexicon: Lexicon,
}

impl Suggester {
    fn new(name: &str) -> Result<Self, Stop> {
        let criteria = criteria::load(name)?;
        let (rules, _) = criteria::rules_for(&criteria)?;
        let lexicon = Lexicon::embedded(&rules)?;
        Ok(Suggester { criteria, rules, lexicon })
    }

    fn answer(&self, outcome: &Outcome) -> Value {
        let Some(document) = outcome.document() else { return Value::Array(Vec::new()) };
        let findings = [self.lexicon.find(document)];
        let suggestions = capmap_evidence::rank::suggest(&self.criteria, &self.rules, &[document], &findings);
        suggestions.iter().map(|s| json::suggestion_value(s, document.format)).collect()
    }
}
