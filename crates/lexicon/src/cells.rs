//! What a table says of a row: the headers of its cells, cells that say who does it or whether it is included, RACI letters.

use crate::context::{Reached, demotes, lead_classes};
use crate::scan::Fire;
use crate::source::CueClass;
use crate::status::{Place, excludes};
use capmap_model::{BlockKind, Cell, Span};

impl Place<'_> {
    /// The headers of the match's cell, and short cells of its row that say who does it or whether it is included.
    pub(crate) fn in_table(&self, at: Fire, cells: &[Cell]) -> Option<Option<Reached>> {
        let place = self.scan.span(at.first, at.last);
        let own = cells.iter().position(|c| c.span.start <= place.start && place.start < c.span.end)?;
        for header in &cells[own].headers {
            if let Some(said) = self.header_says(*header) {
                return Some(said);
            }
        }
        if let Some(said) = self.raci(own, cells) {
            return Some(said);
        }
        if let Some(cell) = self.in_no_tier(own, cells) {
            return Some(Some(Reached { class: CueClass::Exclusion, span: cell.span }));
        }
        cells.iter().find_map(|cell| self.value_says(cell))
    }

    /// The last cell of a row whose columns all say no: of two or more tiers, or of one where other rows say yes.
    fn in_no_tier<'c>(&self, own: usize, cells: &'c [Cell]) -> Option<&'c Cell> {
        let no = |c: &Cell| is_no(&self.document.slice(c.span).trim().to_lowercase());
        let all = own == 0 && cells.len() > 1 && cells[1..].iter().all(no);
        (all && (cells.len() > 2 || self.ticked_beside())).then(|| cells.last()).flatten()
    }

    /// True where a row near this one says yes in its second cell.
    fn ticked_beside(&self) -> bool {
        let Some(here) = self.document.block_at(self.block.span.start) else { return false };
        let rows = &self.document.blocks[here.saturating_sub(ROWS_BESIDE)..];
        rows.iter().take(2 * ROWS_BESIDE).any(|b| match &b.kind {
            BlockKind::Row { cells, .. } => {
                cells.get(1).is_some_and(|c| is_yes(&self.document.slice(c.span).trim().to_lowercase()))
            }
            _ => false,
        })
    }

    /// A header such as "Out of scope" or "In scope".
    fn header_says(&self, header: Span) -> Option<Option<Reached>> {
        let own = self.classes_at(header)?;
        let status = own.iter().copied().find(|c| excludes(*c));
        let positive = own.contains(&CueClass::InScope);
        match (status, positive) {
            (Some(class), false) => Some(Some(Reached { class, span: header })),
            (None, true) => Some(None),
            _ => None,
        }
    }

    /// A short cell such as "Not included", "No" under "Included", "Client" under "Owner".
    fn value_says(&self, cell: &Cell) -> Option<Option<Reached>> {
        let text = self.document.slice(cell.span).split(['.', ';']).next().unwrap_or("").trim();
        if text.is_empty() || text.split_whitespace().count() > VALUE_WORDS {
            return None;
        }
        let header = cell.headers.first().map(|h| self.document.slice(*h).to_lowercase()).unwrap_or_default();
        let column = |words: &[&str]| words.iter().any(|w| header.contains(w));
        let (asks, value) = (column(ASKS), text.to_lowercase());
        if asks && is_yes(&value) {
            return Some(None);
        }
        if asks && is_no(&value) {
            return Some(Some(Reached { class: CueClass::Exclusion, span: cell.span }));
        }
        // Who accepts or gets a deliverable does not make it.
        let (who, gets) = (column(WHO), column(GETS));
        if !gets && (who || asks || column(TELLS)) {
            let name = who || value.split(' ').count() <= NAME_WORDS;
            if name && self.is_the_clients(cell.span, &value) {
                return Some(Some(Reached { class: CueClass::ClientDuty, span: cell.span }));
            }
            if ELSEWHERE.contains(&value.as_str()) {
                return Some(Some(Reached { class: CueClass::Exclusion, span: cell.span }));
            }
        }
        let said = Span::new(cell.span.start, cell.span.start + text.len());
        let own = self.classes_at(said)?;
        let class = own.iter().copied().find(|c| excludes(*c))?;
        let idle = gets && class == CueClass::ClientDuty || self.sells && class == CueClass::NotBought;
        (!idle).then_some(Some(Reached { class, span: cell.span }))
    }

    /// True where a cell names the client, by its role or its name, and not the supplier.
    fn is_the_clients(&self, cell: Span, value: &str) -> bool {
        let names = |words: &[&str]| value.split(|c: char| !c.is_alphanumeric()).any(|w| words.contains(&w));
        (names(&CLIENT_HEADERS) || self.named(cell, b"client"))
            && !names(&PROVIDER_HEADERS)
            && !self.named(cell, b"supplier")
    }

    /// True where a party stands in a span by its role, or by its name, which was read as its role.
    fn named(&self, span: Span, role: &[u8]) -> bool {
        let word = |t: u32| self.scan.folded.word(t as usize);
        self.tokens(span).is_some_and(|(first, last)| (first..last).any(|t| word(t) == role))
    }

    /// RACI letters: the provider answers for it, or is only consulted or informed, or has no letter beside the client's.
    fn raci(&self, own: usize, cells: &[Cell]) -> Option<Option<Reached>> {
        let (mut provider, mut client): (Option<(bool, Span)>, Option<bool>) = (None, None);
        let others = cells.iter().enumerate().filter(|(i, _)| *i != own).map(|(_, c)| c);
        let letters: Vec<(&Cell, &str)> =
            others.filter_map(|c| Some((c, raci_letters(self.document.slice(c.span))?))).collect();
        if letters.iter().all(|(cell, letters)| is_no(letters) || cell.headers.is_empty()) {
            return None;
        }
        for (i, (cell, letters)) in letters.iter().enumerate() {
            let acts = letters.contains(['R', 'A']);
            // Columns that name neither party by its role: the provider's comes first, as its author writes the table.
            if self.clients_column(cell).unwrap_or(i > 0) {
                client = Some(client.unwrap_or(false) | acts);
            } else {
                provider = Some((provider.is_some_and(|(before, _)| before) | acts, cell.span));
            }
        }
        match (provider, client) {
            (Some((true, _)), _) => Some(None),
            (Some((false, span)), Some(true)) => Some(Some(Reached { class: CueClass::ClientDuty, span })),
            _ => None,
        }
    }

    /// Whether a cell stands in the client's column or the provider's, by the words or the name in its header.
    fn clients_column(&self, cell: &Cell) -> Option<bool> {
        let span = *cell.headers.first()?;
        let header = self.document.slice(span).to_lowercase();
        let says = |words: &[&str]| words.iter().any(|w| header.contains(w));
        match () {
            () if says(&CLIENT_HEADERS) || self.named(span, b"client") => Some(true),
            () if says(&PROVIDER_HEADERS) || self.named(span, b"supplier") => Some(false),
            () => None,
        }
    }

    /// The tokens of a span.
    fn tokens(&self, span: Span) -> Option<(u32, u32)> {
        let seen = &self.scan.blocks[self.document.block_at(span.start)?];
        let tokens = &self.scan.folded.tokens[seen.first as usize..seen.last as usize];
        let before = |at: usize| tokens.partition_point(|t| (t.start as usize) < at) as u32;
        Some((seen.first + before(span.start), seen.first + before(span.end)))
    }

    fn classes_at(&self, span: Span) -> Option<Vec<CueClass>> {
        let seen = &self.scan.blocks[self.document.block_at(span.start)?];
        let (first, last) = self.tokens(span)?;
        let own = lead_classes((first, last), seen, self.scan, self.compiled);
        Some(own.into_iter().filter(|c| demotes(*c) || *c == CueClass::InScope).collect())
    }
}

/// How far rows are looked at for a tick.
const ROWS_BESIDE: usize = 12;

/// Words at most in a cell, or its first sentence, that says whether the row is provided.
const VALUE_WORDS: usize = 8;

/// Words in a column's header by which "no" below it means that something is not provided.
const ASKS: &[&str] = &[
    "included", "in scope", "ordered", "provided", "covered", "offered", "compl", "y/n", "yes/no",
    "response", "answer", "status", "in price", "in fee", "bid",
];

/// Words in a column's header by which its cells say who does it.
const WHO: &[&str] = &["who", "owner", "responsib", "by", "party", "performed", "done", "assign"];

/// Words in a column's header by which its cells may say where it stands, and so who does it.
const TELLS: &[&str] = &["where", "remark", "note", "comment", "scope", "order"];

/// Words in a column's header by which its cells say who gets it, accepts it or takes part.
const GETS: &[&str] = &[
    "accept",
    "approv",
    "sign-off",
    "signed by",
    "signature",
    "review",
    "recipient",
    "receiv",
    "audience",
    "attend",
    "participa",
    "for whom",
    "delivered to",
    "deliver to",
    "input",
    "inform",
    "consulted",
    "reader",
    "user",
    "stakeholder",
];

/// Cells that say it is done elsewhere, or not now, and no more.
const ELSEWHERE: [&str; 20] = [
    "in-house",
    "in house",
    "third party",
    "a third party",
    "another supplier",
    "another vendor",
    "another provider",
    "another party",
    "other supplier",
    "other vendor",
    "others",
    "by others",
    "second order",
    "next order",
    "later order",
    "a later order",
    "another time",
    "out",
    "retained",
    "waived",
];

/// Words at most in a cell that is a party's name.
const NAME_WORDS: usize = 4;

/// Words in a RACI column's header by which it is the client's.
pub(crate) const CLIENT_HEADERS: [&str; 10] = [
    "client",
    "customer",
    "buyer",
    "agency",
    "government",
    "authority",
    "you",
    "cfo",
    "purchaser",
    "council",
];

/// Words in a RACI column's header by which it is the provider's.
const PROVIDER_HEADERS: [&str; 6] = ["supplier", "contractor", "provider", "consultant", "adviser", "we"];

/// A cell that says yes and no more.
fn is_yes(value: &str) -> bool {
    matches!(value, "yes" | "y" | "✓" | "✔" | "included" | "in scope")
}

/// A cell that says no and no more.
fn is_no(value: &str) -> bool {
    matches!(value, "no" | "n" | "-" | "–" | "—" | "✗" | "✘" | "none" | "not included")
}

/// `R`, `A/R`, `C, I`: only RACI letters and separators; a lone dash says that somebody has no part.
fn raci_letters(text: &str) -> Option<&str> {
    let text = text.trim();
    let letters = text.chars().filter(|c| !matches!(c, '/' | ',' | ' ' | '&' | '+' | '-' | '–' | '—'));
    let ok =
        (1..=7).contains(&text.len()) && letters.clone().all(|c| matches!(c, 'R' | 'A' | 'C' | 'I' | 'S'));
    (ok && (letters.count() > 0 || is_no(text))).then_some(text)
}
