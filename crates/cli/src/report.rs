//! `capmap report`: the evidence pack, in one format or as a bundle of all.

use crate::args::Common;
use crate::args_pack::{PackCommand, ReportArgs, ReportFormat, TableArg};
use crate::errors::{Done, Stop, tell};
use crate::report_pack::Wanted;
use crate::{clock, criteria, output, readiness, report_bundle, report_pack, verify};
use capmap_model::CriteriaSet;
use capmap_report::{Pack, Table};
use capmap_review::Preview;
use capmap_score::{Date, Profile};
use capmap_store::Store;
use std::path::{Path, PathBuf};

/// Runs the command.
///
/// # Errors
/// As the command.
pub fn dispatch(common: &Common, command: &PackCommand) -> Result<Done, Stop> {
    match command {
        PackCommand::Report(args) => run(common, args),
        PackCommand::Readiness(args) => readiness::run(common, args),
        PackCommand::Verify(args) => verify::run(common, args),
    }
}

fn run(common: &Common, args: &ReportArgs) -> Result<Done, Stop> {
    let criteria = criteria::load(&common.criteria)?;
    let store = Store::open_read(&common.dossier)?;
    let profile = args.readiness.as_deref().map(readiness::load).transpose()?;
    let pack = gather(&store, &criteria, profile.as_ref(), args)?;
    if let Some(folder) = &args.pictures {
        pictures(&pack, folder)?;
    }
    match &args.bundle {
        Some(path) => report_bundle::write(&store, &pack, path, args.hashes)?,
        None => output::write(&printed(&pack, args)?, args.output.as_deref())?,
    }
    Ok(done(common, &pack))
}

fn gather(
    store: &Store,
    criteria: &CriteriaSet,
    profile: Option<&Profile>,
    args: &ReportArgs,
) -> Result<Pack, Stop> {
    let wanted = Wanted {
        draft: args.draft,
        day: day(args.date.as_deref())?,
        applicant: args.applicant.as_deref().or(profile.and_then(Profile::name)),
    };
    let mut pack = report_pack::gather(store, criteria, &wanted)?;
    if let Some(profile) = profile {
        pack.readiness = Some(readiness::of(store, &pack, profile, wanted.day)?);
    }
    Ok(if args.redact { pack.redacted() } else { pack })
}

/// The day that was asked for, else today.
///
/// # Errors
/// Where it is none.
pub fn day(given: Option<&str>) -> Result<Date, Stop> {
    let wrong = |text: &str| Stop::usage(format!("no such day: {text}"), "write it like this: 2026-11-23");
    match given {
        Some(text) => Date::parse(text).filter(|d| d.to_string() == text).ok_or_else(|| wrong(text)),
        None => Date::parse(&clock::now()).ok_or_else(|| wrong(&clock::now())),
    }
}

fn printed(pack: &Pack, args: &ReportArgs) -> Result<Vec<u8>, Stop> {
    Ok(match args.format {
        ReportFormat::Html => pack.to_html().into_bytes(),
        ReportFormat::Md => pack.to_markdown().into_bytes(),
        ReportFormat::Docx => pack.to_docx()?,
        ReportFormat::Xlsx => pack.to_xlsx()?,
        ReportFormat::Csv => pack.to_csv(table(args.table)).into_bytes(),
        ReportFormat::Json => pack.to_json().into_bytes(),
        ReportFormat::Jsonld => pack.to_jsonld().into_bytes(),
    })
}

fn table(table: TableArg) -> Table {
    match table {
        TableArg::Decisions => Table::Decisions,
        TableArg::Capabilities => Table::Capabilities,
        TableArg::Documents => Table::Documents,
        TableArg::Log => Table::Log,
        TableArg::Summary => Table::Summary,
    }
}

fn pictures(pack: &Pack, folder: &Path) -> Result<(), Stop> {
    let trouble = |path: &Path, source| Stop::Output { what: path.display().to_string(), source };
    std::fs::create_dir_all(folder).map_err(|e| trouble(folder, e))?;
    for (name, svg) in pack.pictures() {
        let path = folder.join(format!("{name}.svg"));
        output::write(svg.as_bytes(), Some(&path))?;
    }
    Ok(())
}

/// A report over unread inputs is done, and says so in its exit status as the map did.
fn done(common: &Common, pack: &Pack) -> Done {
    let lost = pack.documents.iter().filter(|d| d.loss).count();
    if lost == 0 {
        return Done::All;
    }
    if !common.quiet {
        let all = pack.documents.len();
        tell(&format!("capmap: {lost} of {all} inputs were not read whole; the report says why"));
    }
    Done::SomeUnread
}

/// The report for the review pages, as it would leave now.
pub struct PreviewOf {
    dossier: PathBuf,
    criteria: String,
    readiness: Option<PathBuf>,
}

impl PreviewOf {
    /// Of this dossier, with the profile as it is at each look.
    pub fn new(common: &Common, readiness: Option<&Path>) -> Self {
        PreviewOf {
            dossier: common.dossier.clone(),
            criteria: common.criteria.clone(),
            readiness: readiness.map(Path::to_owned),
        }
    }

    fn pack(&self) -> Result<Pack, Stop> {
        let (criteria, store) = (criteria::load(&self.criteria)?, Store::open_read(&self.dossier)?);
        let profile = self.readiness.as_deref().map(readiness::load).transpose()?;
        let applicant = profile.as_ref().and_then(Profile::name);
        let day = day(None)?;
        let mut pack = report_pack::gather(&store, &criteria, &Wanted { draft: false, day, applicant })?;
        if let Some(profile) = &profile {
            pack.readiness = Some(readiness::of(&store, &pack, profile, day)?);
        }
        Ok(pack)
    }
}

impl Preview for PreviewOf {
    fn html(&self) -> Result<String, String> {
        self.pack().map(|pack| pack.to_html()).map_err(|stop| stop.to_string())
    }
}
