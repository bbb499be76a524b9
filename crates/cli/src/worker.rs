//! `capmap worker`: one request per line on standard input, one answer per line on standard output. The program starts
//! itself so to read documents; distributed engines may do the same.

use crate::args::{Common, ReadingArgs};
use crate::cache::key;
use crate::errors::{Done, Stop};
use crate::judged::Judged;
use crate::map::Way;
use crate::reading::Reader;
use crate::{extractor, json};
use capmap_evidence::Merger;
use capmap_evidence::rank::translated;
use capmap_model::{Format, Outcome};
use serde_json::{Value, json};
use std::cell::OnceCell;
use std::io;

/// Answers until standard input ends. Besides `extract` it knows `suggest`: the suggestions of one document; and `judge`: the
/// same with all that `capmap import-parquet` needs.
///
/// # Errors
/// Where the flags are wrong or the pipes fail.
pub fn run(common: &Common, args: &ReadingArgs) -> Result<Done, Stop> {
    let options = extractor::options(args)?;
    let output = capmap_extract::guard_stdout().map_err(broken)?;
    // Made at the first use: most workers only read, and must start at once.
    let (way, reader) = (OnceCell::new(), OnceCell::new());
    let mut extra = |op: &str, charset: &str, outcome: &Outcome| {
        matches!(op, "suggest" | "judge").then(|| {
            let way = way.get_or_init(|| Way::new(common, args).map_err(|e| e.to_string()));
            let answer = way.as_ref().map_err(String::clone).and_then(|way| {
                let judge = Judge { way, reader: reader.get_or_init(|| way.reader()) };
                judge.answer(op, charset, outcome).map_err(|e| e.to_string())
            });
            answer.unwrap_or_else(|error| json!({ "error": error }))
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

struct Judge<'a> {
    way: &'a Way,
    reader: &'a Reader<'a>,
}

impl Judge<'_> {
    fn answer(&self, op: &str, charset: &str, outcome: &Outcome) -> Result<Value, Stop> {
        let judged = self.judged(charset, outcome)?;
        // As text: its numbers are wider than those of JSON values in most programs.
        let whole = serde_json::to_string(&judged).unwrap_or_default();
        let suggestions = self.suggestions(outcome, judged);
        Ok(match op {
            "judge" => json!({
                "suggestions": suggestions,
                "judged": whole,
                "made_by": self.reader.fingerprint(),
            }),
            _ => suggestions,
        })
    }

    fn judged(&self, charset: &str, outcome: &Outcome) -> Result<Judged, Stop> {
        match outcome.document() {
            Some(document) => {
                let keys = self.reader.keys_of(&document.id, document.format, &document.source, charset);
                self.reader.judge(outcome, &keys)
            }
            None => Ok(Judged::unread(outcome, key(&[]))),
        }
    }

    fn suggestions(&self, outcome: &Outcome, judged: Judged) -> Value {
        let source = outcome.document().map_or("", |d| d.source.as_str());
        let format = outcome.document().map_or(Format::Other, |d| d.format);
        let mut merger = Merger::new(&self.way.criteria);
        merger.add(source, translated(judged.suggestions, &self.way.criteria, &self.way.rules));
        let merged = merger.finish();
        let all = merged.clusters().iter().map(|cluster| merged.suggestion(cluster));
        all.map(|suggestion| json::suggestion_value(&suggestion, format)).collect()
    }
}
