//! `capmap verify`: proves a bundle on this machine.

use crate::args::Common;
use crate::args_pack::VerifyArgs;
use crate::errors::{Done, Stop, tell};
use crate::extractor::options;
use crate::layout::clean;
use crate::{output, report_import};
use capmap_extract::{Content, Pool};
use capmap_model::{Document, Outcome};
use capmap_report::{Pack, PackDocument, Proof};
use capmap_score::Score;
use capmap_store::{Store, View};
use std::fs::File;
use std::io::BufReader;

/// Prints what holds; what does not is named, and the run fails.
///
/// # Errors
/// Where the file is no bundle, or something in it does not hold.
pub fn run(_: &Common, args: &VerifyArgs) -> Result<Done, Stop> {
    let trouble = |e| {
        let message = format!("cannot open {}: {e}", args.bundle.display());
        Stop::usage(message, "give a file that `capmap report --bundle` wrote")
    };
    let file = File::open(&args.bundle).map_err(trouble)?;
    let reader = Reader::new(args)?;
    let proof =
        capmap_report::verify(BufReader::new(file), &mut |document, bytes| reader.read(document, bytes))?;
    let mut problems: Vec<String> = proof.problems.iter().map(ToString::to_string).collect();
    problems.extend(against(&proof, args.head.as_deref()));
    if problems.is_empty() {
        problems.extend(proof.pack.as_ref().map(replayed).transpose()?.flatten());
    }
    output::write(table(&proof).as_bytes(), None)?;
    for problem in &problems {
        tell(&format!("capmap: {problem}"));
    }
    if problems.is_empty() {
        return Ok(Done::All);
    }
    let what =
        if problems.len() == 1 { "1 thing does".to_owned() } else { format!("{} things do", problems.len()) };
    Err(Stop::usage(
        format!("{what} not hold in {}", args.bundle.display()),
        "ask for the bundle again, from its maker",
    ))
}

/// Reads originals in workers, as the map does.
struct Reader(Pool);

impl Reader {
    fn new(args: &VerifyArgs) -> Result<Self, Stop> {
        let program = std::env::current_exe().map_err(|e| {
            Stop::usage(format!("cannot tell where this program is: {e}"), "call it by its full path")
        })?;
        Ok(Reader(Pool::new(vec![program.into(), "worker".into()], options(&args.reading)?)))
    }

    fn read(&self, document: &PackDocument, bytes: &[u8]) -> Result<Document, String> {
        match self.0.read(Content::Bytes(bytes, None), &document.source, Some(document.format)) {
            Outcome::Read { document } | Outcome::Partial { document, .. } => Ok(*document),
            Outcome::Unreadable { failure } | Outcome::Skipped { failure } => Err(failure.detail),
        }
    }
}

/// The hash that somebody kept elsewhere against the one in the bundle.
fn against(proof: &Proof, head: Option<&str>) -> Option<String> {
    let (pack, head) = (proof.pack.as_ref()?, head?);
    let same = pack.log.head.eq_ignore_ascii_case(head.trim());
    (!same).then(|| {
        format!("the log ends with {}, not with the hash that you gave: it was rewritten", pack.log.head)
    })
}

/// The log played back: do its decisions come to the report's score?
fn replayed(pack: &Pack) -> Result<Option<String>, Stop> {
    if pack.redacted {
        return Ok(None);
    }
    let trouble = |source| Stop::Output { what: "a temporary folder".to_owned(), source };
    let folder = tempfile::tempdir().map_err(trouble)?;
    let lines = report_import::export(pack)
        .map_err(|e| Stop::usage(format!("the log in it cannot be read: {e}"), "ask for the bundle again"))?;
    let mut store = Store::open(folder.path(), "capmap verify")?;
    store.import(&mut lines.as_slice())?;
    let mut again = pack.clone();
    let standings = store.standings(View::All)?;
    for standing in &mut again.standings {
        let counted = standings.iter().find(|s| s.criterion == standing.standing.criterion);
        standing.standing.confirmed = counted.map_or(0, |s| s.confirmed);
    }
    let points = |score: Score| (score.capabilities, score.supplemental, score.verdict);
    let (stated, worked_out) = (pack.score().ok().map(points), again.score().ok().map(points));
    if stated == worked_out {
        return Ok(None);
    }
    Ok(Some("the decisions in the log do not come to the score of the report".to_owned()))
}

fn table(proof: &Proof) -> String {
    let mut out = vec![
        format!("files      {} are the ones that were packed", proof.files),
        format!("log        {} events, each tied to the one before", proof.events),
        format!("decisions  {} as the log has them", proof.votes),
        format!("quotes     {} stand in their texts", proof.quotes),
        format!("originals  {} quotes read anew from them", proof.from_originals),
    ];
    if let Some(pack) = &proof.pack {
        out.push(format!("last hash  {}", clean(&pack.log.head)));
    }
    out.extend(proof.remarks.iter().map(|remark| format!("mind       {}", clean(remark))));
    out.join("\n") + "\n"
}
