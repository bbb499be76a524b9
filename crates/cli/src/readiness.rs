//! `capmap readiness`: an applicant's profile against the rules that no document shows.

use crate::args::{Common, Format};
use crate::args_pack::ReadinessArgs;
use crate::decide::reviewer;
use crate::errors::{Done, Stop};
use crate::filing::holder;
use crate::layout::{COLUMNS, clean, pad, wrap};
use crate::output::{self, Style};
use crate::report::day;
use crate::report_pack::{Wanted, gather};
use crate::{clock, criteria, json, sightings};
use capmap_model::CriteriaSet;
use capmap_report::Pack;
use capmap_score::{Date, Facts, Line, Profile, Readiness, Status, readiness};
use capmap_store::{Store, StoreError};
use std::io::Write;
use std::path::Path;

/// Prints how each rule stands, or writes a profile to fill in.
///
/// # Errors
/// Where the profile cannot be read or written.
pub fn run(common: &Common, args: &ReadinessArgs) -> Result<Done, Stop> {
    if args.init {
        return init(&args.profile);
    }
    let criteria = criteria::load(&common.criteria)?;
    let profile = load(&args.profile)?;
    let today = day(args.date.as_deref())?;
    if let Some(id) = &args.confirm {
        confirm(common, args, &criteria, id, today)?;
    }
    let readiness = match dossier(common, &criteria, today)? {
        Some((store, pack)) => of(&store, &pack, &profile, today)?,
        None => readiness(&criteria, &profile, Facts::default(), today),
    };
    let result = match args.format {
        Format::Json => json::pretty(&readiness),
        Format::Table => table(&readiness, Style::new(common.color, args.output.as_deref())),
    };
    output::write(result.as_bytes(), args.output.as_deref())?;
    Ok(Done::All)
}

/// A file that is there is somebody's work: it stays.
fn init(path: &Path) -> Result<Done, Stop> {
    let trouble = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::AlreadyExists => Stop::usage(
            format!("{} is there already", path.display()),
            "give another name, or fill that one in",
        ),
        _ => Stop::Output { what: path.display().to_string(), source },
    };
    let mut file = std::fs::File::create_new(path).map_err(trouble)?;
    file.write_all(Profile::template().as_bytes()).map_err(trouble)?;
    Ok(Done::All)
}

/// Reads a profile.
///
/// # Errors
/// Where it cannot be read or understood.
pub fn load(path: &Path) -> Result<Profile, Stop> {
    let text = std::fs::read_to_string(path).map_err(|e| {
        Stop::usage(
            format!("cannot read {}: {e}", path.display()),
            "`capmap readiness --init FILE` writes a profile",
        )
    })?;
    Ok(Profile::parse(&text)?)
}

/// The profile against the rules, with what the dossier's evidence and pages show.
///
/// # Errors
/// Where the dossier cannot be read.
pub fn of(store: &Store, pack: &Pack, profile: &Profile, today: Date) -> Result<Readiness, Stop> {
    let score = pack.score().ok();
    let sightings: Vec<_> = sightings::all(store, pack)?.into_iter().map(|seen| seen.sighting).collect();
    let facts = Facts { score: score.as_ref(), elements: pack.elements(), sightings: &sightings };
    Ok(readiness(&pack.criteria, profile, facts, today))
}

/// What the dossier holds; none where nothing was mapped yet.
fn dossier(common: &Common, criteria: &CriteriaSet, day: Date) -> Result<Option<(Store, Pack)>, Stop> {
    match Store::open_read(&common.dossier) {
        Ok(store) => {
            let pack = gather(&store, criteria, &Wanted { draft: false, day, applicant: None })?;
            Ok(Some((store, pack)))
        }
        Err(StoreError::Missing(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Saves that a person looked at a page, and that it speaks for its line.
fn confirm(
    common: &Common,
    args: &ReadinessArgs,
    criteria: &CriteriaSet,
    id: &str,
    day: Date,
) -> Result<(), Stop> {
    let none = || {
        Stop::usage(
            format!("no page was seen under {id}"),
            "`capmap readiness --format json` names them by id",
        )
    };
    let (store, pack) = dossier(common, criteria, day)?.ok_or_else(none)?;
    let seen =
        sightings::all(&store, &pack)?.into_iter().find(|seen| seen.sighting.id == id).ok_or_else(none)?;
    drop(store);
    let reviewer = reviewer(args.reviewer.as_deref());
    let mut store = Store::open(&common.dossier, &holder("readiness"))?;
    store.add(&seen.criterion, &seen.citation, None, &reviewer, &clock::now())?;
    Ok(())
}

fn table(readiness: &Readiness, style: Style) -> String {
    let mut out =
        vec![style.bold(&format!("Readiness as of {}: {}", readiness.day, readiness.status.words()))];
    let mut group = "";
    for line in &readiness.lines {
        if line.group != group {
            group = &line.group;
            out.push(String::new());
            out.push(style.bold(&clean(group)));
        }
        push_line(&mut out, line, style);
    }
    if !readiness.expiries.is_empty() {
        out.push(String::new());
        out.push(style.bold("ends before the next renewal"));
        for expiry in &readiness.expiries {
            out.extend(wrap(
                &clean(&format!("{}  {}: {}", expiry.until, expiry.what, expiry.effect)),
                2,
                COLUMNS,
            ));
        }
    }
    out.join("\n") + "\n"
}

fn push_line(out: &mut Vec<String>, line: &Line, style: Style) {
    let word = pad(line.status.words(), 8);
    let word = match line.status {
        Status::Met => style.green(&word),
        Status::NotMet => style.red(&word),
        Status::Unknown => style.yellow(&word),
    };
    let mut title = wrap(&clean(&line.title), 0, COLUMNS - 12).into_iter();
    out.push(format!("  {word}  {}", title.next().unwrap_or_default()));
    out.extend(title.map(|rest| format!("{}{rest}", " ".repeat(12))));
    out.extend(wrap(&clean(&line.found), 12, COLUMNS));
    if let Some(fix) = &line.fix {
        out.extend(wrap(&format!("rule: {}", clean(&line.rule)), 12, COLUMNS).iter().map(|l| style.dim(l)));
        out.extend(wrap(&format!("to do: {}", clean(fix)), 12, COLUMNS));
    }
    for seen in &line.sightings {
        let word = if seen.confirmed { "confirmed".to_owned() } else { format!("to confirm ({})", seen.id) };
        out.extend(wrap(&clean(&format!("{word}: “{}”, {}", seen.quote, seen.source)), 12, COLUMNS));
    }
}
