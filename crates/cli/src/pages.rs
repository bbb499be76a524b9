//! `capmap pages`: which page covers which capability, what is missing, and what to do about it. The applicant's view.

use crate::args::{Common, PagesArgs, PagesFormat};
use crate::errors::{Done, Stop};
use crate::fetching::Reach;
use crate::output::{self, Style};
use crate::pages_matrix::Matrix;
use crate::view::Map;
use crate::{fetching, map, pages_data, pages_html, pages_table};
use capmap_model::Standing;
use capmap_score::{Date, Score, score};
use capmap_store::{Store, View};
use std::path::Path;

/// Reads the pages and prints the matrix.
///
/// # Errors
/// Where the run itself fails; a page that cannot be had is part of the matrix.
pub fn run(common: &Common, args: &PagesArgs) -> Result<Done, Stop> {
    map::with(common, (&args.inputs, &args.fetching, Reach::Site), &args.reading, |map| {
        let score = scored(common, map)?;
        let matrix = Matrix::of(map);
        let to = args.output.as_deref();
        let result = match args.format {
            PagesFormat::Table => pages_table::print(&matrix, score.as_ref(), Style::new(common.color, to)),
            PagesFormat::Html => pages_html::print(&matrix, score.as_ref()),
            PagesFormat::Csv => pages_data::csv(&matrix),
            PagesFormat::Json => pages_data::json(&matrix, score.as_ref()),
        };
        output::write(result.as_bytes(), to)
    })
}

/// None where the criteria set publishes no points.
fn scored(common: &Common, map: &Map<'_>) -> Result<Option<Score>, Stop> {
    let today = Date::parse(&capmap_collect::rfc3339(fetching::now()))
        .ok_or_else(|| Stop::usage("the system's clock shows no date", "set the clock"))?;
    Ok(score(map.criteria, &standings(&common.dossier, map), today).ok())
}

/// What the pages offer, with what people have confirmed already.
fn standings(dossier: &Path, map: &Map<'_>) -> Vec<Standing> {
    // A dossier in which nobody has decided anything yet is nothing special.
    let decided = Store::open_read(dossier).and_then(|store| store.standings(View::All)).unwrap_or_default();
    let of = |row: &crate::view::Row<'_>| {
        let there = decided.iter().find(|s| s.criterion == row.criterion.id && s.confirmed > 0).cloned();
        let mut standing = there.unwrap_or_else(|| Standing::empty(row.criterion.id.clone()));
        standing.undecided = u32::try_from(row.suggestions.len()).unwrap_or(u32::MAX);
        standing.best_open = row.suggestions.first().map(|cluster| {
            let best = cluster.best();
            capmap_model::OpenSuggestion {
                suggestion: best.id.clone(),
                grade: best.grade,
                tier: best.tier,
                elements: best.elements,
            }
        });
        standing
    };
    map.rows.iter().map(of).collect()
}
