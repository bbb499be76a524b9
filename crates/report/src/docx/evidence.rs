//! The evidence of each criterion: quotes with place, origin, hash, reviewers and notes.

use super::sheet::Sheet;
use crate::html::safe_link;
use crate::pack::{Evidence, Outcome};
use crate::view::{State, View};
use crate::words;
use capmap_model::Criterion;

pub(super) fn section(sheet: &mut Sheet, view: &View<'_>) {
    sheet.heading(2, "Evidence");
    for group in view.groups() {
        sheet.heading(3, group.name);
        let (shown, bare) = view.parted(&group);
        for criterion in shown {
            one(sheet, view, criterion);
        }
        if let Some(bare) = words::bare(view, &bare) {
            sheet.quiet(&bare);
        }
    }
}

fn one(sheet: &mut Sheet, view: &View<'_>, criterion: &Criterion) {
    let state = view.state(&criterion.id);
    sheet.heading(4, &format!("{} ({})", criterion.name, state.word()));
    if state != State::Confirmed {
        sheet.quiet(&format!("{}.", state.meaning()));
    }
    let weak = words::marks(view, &criterion.id);
    if !weak.is_empty() {
        sheet.quiet(&format!("Mind: {weak}."));
    }
    let confirmed = view.of_outcome(&criterion.id, Outcome::Confirmed);
    let conflicts = view.of_outcome(&criterion.id, Outcome::Conflict);
    for evidence in confirmed.chain(conflicts).chain(view.suggested(&criterion.id)) {
        passage(sheet, view, evidence);
    }
}

fn passage(sheet: &mut Sheet, view: &View<'_>, evidence: &Evidence) {
    match evidence.outcome {
        Outcome::Confirmed => {}
        Outcome::Conflict => sheet.strong("Reviewers differ: counts for nothing."),
        _ => sheet.strong("Suggested, not confirmed: counts for nothing."),
    }
    let cited = &evidence.citation;
    sheet.quote(&evidence.before, cited.quote(), &evidence.after);
    let link = Some(evidence.link.as_str()).filter(|link| safe_link(link));
    sheet.fact("Where", &words::place(evidence), link);
    for vote in &evidence.votes {
        let note = vote.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        sheet.fact("Said", &format!("{}{note}", words::vote(vote)), None);
    }
    sheet.fact("States", &words::elements(evidence.elements), None);
    if !evidence.explanation.is_empty() {
        sheet.fact("Why", &evidence.explanation, None);
    }
    if evidence.ocr {
        sheet.fact("Mind", "read from a page image; compare the words with the page", None);
    }
    if let Some(document) = view.pack.document(cited.source()) {
        sheet.fact("From", &words::origin(document), None);
    }
    sheet.fact("Hash", &format!("{}, characters {}–{}", cited.document(), cited.start(), cited.end()), None);
}
