//! The pack as Markdown: for wikis, issues and diffs. Words of documents never become markup.

use crate::html::{safe_link, said, title, warnings};
use crate::pack::{Evidence, Outcome, Pack};
use crate::safe::line;
use crate::view::{State, View};
use crate::words;
use capmap_model::Criterion;

impl Pack {
    /// The pack as Markdown (CommonMark with tables).
    pub fn to_markdown(&self) -> String {
        let view = View::new(self);
        let mut out = Out::default();
        head(&mut out, self);
        reading(&mut out, &view);
        verdict(&mut out, &view);
        map(&mut out, &view);
        evidence(&mut out, &view);
        missing(&mut out, &view);
        readiness(&mut out, &view);
        documents(&mut out, &view);
        log(&mut out, &view);
        out.0
    }
}

#[derive(Default)]
struct Out(String);

impl Out {
    fn heading(&mut self, level: usize, text: &str) {
        self.line(&format!("{} {}", "#".repeat(level), escape(text)));
        self.line("");
    }

    fn paragraph(&mut self, text: &str) {
        self.line(&escape(text));
        self.line("");
    }

    fn item(&mut self, text: &str) {
        self.line(&format!("- {}", escape(text)));
    }

    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn row(&mut self, cells: &[&str]) {
        let cells: Vec<String> = cells.iter().map(|cell| escape(cell)).collect();
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    fn table(&mut self, columns: &[&str]) {
        self.row(columns);
        self.line(&format!("|{}", " --- |".repeat(columns.len())));
    }
}

/// One line in which nothing is markup.
fn escape(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len() + 8);
    for (i, c) in text.chars().enumerate() {
        let first = i == 0 && matches!(c, '-' | '+' | '=' | '~' | '#' | '>');
        if first || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '~') {
            out.push('\\');
        }
        // An ampersand could begin an entity; "1." at the start of a line would begin a list.
        match c {
            '&' => out.push_str("&amp;"),
            '.' | ')' if i > 0 && text.chars().take(i).all(|d| d.is_ascii_digit()) => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    // A bare address would become a link.
    out.replace("://", ":\\//").replace("www.", "www\\.")
}

fn head(out: &mut Out, pack: &Pack) {
    out.heading(1, &title(pack));
    let set = &pack.criteria;
    out.paragraph(&format!("{} · {}, version {} · {}", set.name, set.id, set.version, pack.made));
    for warning in warnings(pack) {
        out.line(&format!("> **{}**", escape(warning)));
        out.line("");
    }
}

fn reading(out: &mut Out, view: &View<'_>) {
    out.heading(2, "What was read, and what limits the verdict");
    out.paragraph(&words::reading(view));
    for limit in words::limits(view) {
        out.item(&limit);
    }
    out.line("");
    if view.lost().next().is_some() {
        out.table(&["Not read, or not whole", "Status", "Why, and what to do"]);
        for document in view.lost() {
            out.row(&[&document.source, &document.status, document.reason.as_deref().unwrap_or("")]);
        }
        out.line("");
    }
    let hidden: Vec<_> = view.pack.documents.iter().filter(|d| !d.hidden.is_empty()).collect();
    if !hidden.is_empty() {
        out.table(&["Hidden text, never matched", "How it is hidden"]);
        for document in hidden {
            out.row(&[&document.source, &document.hidden.join("; ")]);
        }
        out.line("");
    }
}

fn verdict(out: &mut Out, view: &View<'_>) {
    out.heading(2, "Verdict");
    out.paragraph(&words::verdict(view));
    let Ok(score) = &view.score else { return };
    out.table(&["Policy", "What it counts", "Verdict", "Outcome"]);
    for policy in &score.policies {
        let met = if policy.met { "met" } else { "not met" };
        out.row(&[&policy.id, &policy.description, met, &words::policy(policy)]);
    }
    out.line("");
}

fn map(out: &mut Out, view: &View<'_>) {
    out.heading(2, "Capability map");
    out.paragraph(&words::map(view));
    out.table(&["Domain", "Criterion", "Points", "State", "Confirmed passages"]);
    for group in view.groups() {
        for criterion in &group.criteria {
            let points = criterion.points.map(|p| p.to_string()).unwrap_or_default();
            let confirmed = view.of_outcome(&criterion.id, Outcome::Confirmed).count().to_string();
            let state = view.state(&criterion.id).word();
            out.row(&[group.name, &criterion.name, &points, state, &confirmed]);
        }
    }
    out.line("");
}

fn evidence(out: &mut Out, view: &View<'_>) {
    out.heading(2, "Evidence");
    for group in view.groups() {
        out.heading(3, group.name);
        let (shown, bare) = view.parted(&group);
        for criterion in shown {
            criterion_section(out, view, criterion);
        }
        if let Some(bare) = words::bare(view, &bare) {
            out.paragraph(&bare);
        }
    }
}

fn criterion_section(out: &mut Out, view: &View<'_>, criterion: &Criterion) {
    let state = view.state(&criterion.id);
    out.heading(4, &format!("{} ({})", criterion.name, state.word()));
    if state != State::Confirmed {
        out.paragraph(&format!("{}.", state.meaning()));
    }
    let weak = words::marks(view, &criterion.id);
    if !weak.is_empty() {
        out.paragraph(&format!("Mind: {weak}."));
    }
    let shown = view.of_outcome(&criterion.id, Outcome::Confirmed);
    let conflicts = view.of_outcome(&criterion.id, Outcome::Conflict);
    for evidence in shown.chain(conflicts).chain(view.suggested(&criterion.id)) {
        passage(out, view, evidence);
    }
}

fn passage(out: &mut Out, view: &View<'_>, evidence: &Evidence) {
    match evidence.outcome {
        Outcome::Confirmed => {}
        Outcome::Conflict => out.line("**Reviewers differ: counts for nothing.**\n"),
        _ => out.line("**Suggested, not confirmed: counts for nothing.**\n"),
    }
    let cited = &evidence.citation;
    out.line(&format!("> “{}”", escape(cited.quote())));
    out.line("");
    let place = escape(&words::place(evidence));
    match safe_link(&evidence.link) {
        true => out.line(&format!("- Where: [{place}](<{}>)", address(&evidence.link))),
        false => out.line(&format!("- Where: {place}")),
    }
    for vote in &evidence.votes {
        let note = vote.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        out.item(&format!("Said: {}{note}", words::vote(vote)));
    }
    out.item(&format!("States: {}", words::elements(evidence.elements)));
    if !evidence.explanation.is_empty() {
        out.item(&format!("Why: {}", evidence.explanation));
    }
    if evidence.ocr {
        out.item("Mind: read from a page image; compare the words with the page");
    }
    if let Some(document) = view.pack.document(cited.source()) {
        out.item(&format!("From: {}", words::origin(document)));
    }
    out.line(&format!(
        "- Hash: `{}`, characters {}–{}",
        line(&cited.document().0).replace('`', ""),
        cited.start(),
        cited.end()
    ));
    out.line("");
}

/// An address between angle brackets.
fn address(link: &str) -> String {
    let encode = |c: char| match c {
        '<' => "%3C".to_owned(),
        '>' => "%3E".to_owned(),
        '\\' => "%5C".to_owned(),
        c => c.to_string(),
    };
    line(link).replace(' ', "%20").chars().map(encode).collect()
}

fn missing(out: &mut Out, view: &View<'_>) {
    let Ok(score) = &view.score else { return };
    out.heading(2, "What is missing");
    let route = words::route(view, score);
    if route.is_empty() {
        out.paragraph("Nothing that the threshold needs, or nothing that would reach it.");
        return;
    }
    out.table(&["Criterion", "Points", "What it takes"]);
    for (name, points, effort) in route {
        out.row(&[&name, &points.to_string(), effort]);
    }
    out.line("");
}

fn readiness(out: &mut Out, view: &View<'_>) {
    let Some(readiness) = &view.pack.readiness else { return };
    out.heading(2, "Readiness beyond documents");
    out.paragraph(&format!(
        "As of {}, from the applicant's own profile: {}.",
        readiness.day,
        readiness.status.words()
    ));
    out.table(&["Line", "Status", "Rule", "What is known", "What would settle it"]);
    for rule in &readiness.lines {
        let fix = rule.fix.as_deref().unwrap_or("");
        out.row(&[&rule.title, rule.status.words(), &rule.rule, &rule.found, fix]);
    }
    out.line("");
    if !readiness.expiries.is_empty() {
        out.table(&["Ends before the renewal", "What", "What follows"]);
        for expiry in &readiness.expiries {
            out.row(&[&expiry.until, &expiry.what, &expiry.effect]);
        }
        out.line("");
    }
}

fn documents(out: &mut Out, view: &View<'_>) {
    out.heading(2, "Documents");
    out.table(&["Input", "Status", "Pages", "Words", "Origin", "States", "Hash"]);
    for d in &view.pack.documents {
        let (pages, words) = (d.pages.to_string(), d.words.to_string());
        let hash = d.id.as_ref().map_or("", |id| id.0.as_str());
        let (origin, states) = (words::origin(d), words::elements(d.elements));
        out.row(&[
            &d.source,
            &d.status,
            if d.pages > 0 { &pages } else { "" },
            &words,
            &origin,
            &states,
            hash,
        ]);
    }
    out.line("");
}

fn log(out: &mut Out, view: &View<'_>) {
    let (log, pack) = (&view.pack.log, view.pack);
    out.heading(2, "Log");
    out.paragraph(&format!("{}; last hash {}.", words::count(log.events.len(), "event", "events"), log.head));
    if !log.events.is_empty() {
        out.table(&["No.", "Time", "Who", "What", "Hash"]);
        for event in &log.events {
            out.row(&[&event.seq.to_string(), &event.time, &event.reviewer, &said(event), &event.hash]);
        }
        out.line("");
    }
    let lexicon = pack.lexicon.as_ref().map(|l| format!(", lexicon {l}")).unwrap_or_default();
    let set = &pack.criteria;
    out.paragraph(&format!(
        "Made on {} by {} with criteria {} {}{lexicon}.",
        pack.made, pack.tool, set.id, set.version
    ));
}

#[cfg(test)]
mod tests {
    use super::{address, escape};

    #[test]
    fn nothing_in_a_document_is_markup() {
        for (text, escaped) in [
            ("*a* [b](c) <d> `e` f|g", "\\*a\\* \\[b\\](c) \\<d> \\`e\\` f\\|g"),
            ("# no heading", "\\# no heading"),
            ("1. no list", "1\\. no list"),
            ("- no item", "\\- no item"),
            ("a\n\n# b", "a # b"),
            ("&lt;b>", "&amp;lt;b>"),
            ("https://x.example", "https:\\//x.example"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn an_address_stays_between_its_brackets() {
        assert_eq!(address("a b>c\nd"), "a%20b%3Ec%20d");
    }
}
