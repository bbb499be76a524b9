//! Whether a match is said not to be provided: cues in its sentence, its cell's headers, then what its block inherits.

use crate::compile::Compiled;
use crate::context::{Reached, Setting, classes, cues, demotes};
use crate::fold::Shape;
use crate::scan::{Fire, Scan, Seen};
use crate::source::{CueClass, Reach};
use capmap_model::{Block, BlockKind, Cell, Document, Span};

/// What decides the status of one match.
pub(crate) struct Place<'a> {
    pub document: &'a Document,
    pub scan: &'a Scan,
    pub compiled: &'a Compiled,
    pub block: &'a Block,
    pub seen: &'a Seen,
    pub setting: &'a Setting,
}

impl Place<'_> {
    /// What is said of a match, innermost word first. Other demotions are signs to weigh, not verdicts.
    pub fn said(&self, at: Fire) -> Said {
        let (first, last) = self.scan.sentence_around(self.seen, at.first);
        let own = self.in_sentence(at, first, last);
        if !matches!(own, Said::Nothing) {
            return own;
        }
        if let Some(no) = self.answered_no(last) {
            return Said::Excluded(no);
        }
        if let BlockKind::Row { cells, .. } = &self.block.kind
            && let Some(said) = self.in_table(at, cells)
        {
            return said.map_or(Said::Included, Said::Excluded);
        }
        self.setting.status.filter(|r| excludes(r.class)).map_or(Said::Nothing, Said::Excluded)
    }

    /// Cues before and after the match in its own sentence, with stops, pseudo-cues and the exception flip.
    fn in_sentence(&self, at: Fire, first: u32, last: u32) -> Said {
        let all: Vec<(CueClass, Reach, Fire)> = cues(first, last, self.seen, self.compiled).collect();
        let of = |class: CueClass| all.iter().filter(move |(c, ..)| *c == class).map(|(.., f)| *f);
        let hidden = |f: &Fire| of(CueClass::Pseudo).any(|p| p.first <= f.last && f.first <= p.last);
        let stopped = |from: u32, to: u32| of(CueClass::Stop).any(|s| s.first > from && s.last < to);
        // A list after "does not include" may run over semicolons.
        let semicolon = |f: &Fire| self.scan.folded.word(f.first as usize) == b";";
        let cut =
            |from: u32, to: u32| of(CueClass::Stop).any(|s| s.first > from && s.last < to && !semicolon(&s));
        let flip =
            of(CueClass::Except).filter(|e| !hidden(e)).map(|e| (e.first, e.last)).find(|e| e.1 < at.first);
        for (class, reach, cue) in all.iter().filter(|(c, r, _)| excludes(*c) && *r != Reach::Title) {
            if hidden(cue) {
                continue;
            }
            let forward = cue.last < at.first && !cut(cue.last, at.first);
            let backward = cue.first > at.last && !stopped(at.last, cue.first);
            let over = cue.first <= at.last && at.first <= cue.last;
            let reaches = match reach {
                Reach::Forward => forward || over,
                Reach::Opening => (forward || over) && self.opens(first, cue.first),
                Reach::Backward => backward || over,
                Reach::Sentence | Reach::Title => {
                    over || !stopped(cue.last.min(at.last), cue.first.max(at.first))
                }
            };
            if !reaches {
                continue;
            }
            let turned = flip.is_some_and(|e| e.0 > cue.last || (cue.first > at.last));
            if turned {
                return Said::Included;
            }
            return Said::Excluded(Reached { class: *class, span: self.scan.span(cue.first, cue.last) });
        }
        if let Some((from, to)) = flip {
            return match self.setting.status {
                Some(r) if excludes(r.class) => Said::Included,
                _ => Said::Excluded(Reached { class: CueClass::Exclusion, span: self.scan.span(from, to) }),
            };
        }
        // A lone "scope" or "included" says so in a heading; in a sentence it may be anything ("scope 3", "scope for savings").
        let inside = of(CueClass::InScope).any(|s| !hidden(&s) && s.last > s.first);
        if inside { Said::Included } else { Said::Nothing }
    }

    /// The answer "no" to a question that ends before token `end`: "Do you teach it? Not yet."
    fn answered_no(&self, end: u32) -> Option<Reached> {
        let word = |t: u32| self.scan.folded.word(t as usize);
        if end <= self.seen.first || end >= self.seen.last || word(end - 1) != b"?" {
            return None;
        }
        let (first, last) = self.scan.sentence_around(self.seen, end);
        let short = last - first <= ANSWER_TOKENS;
        let says =
            (first..last).position(|t| matches!(word(t), b"no" | b"not" | b"sorry" | b"never"))? as u32;
        let span = self.scan.span(first, last - 1);
        (says == 0 || short).then_some(Reached { class: CueClass::Exclusion, span })
    }

    /// True where only marks and numbers stand between the beginning of a sentence and a token.
    fn opens(&self, first: u32, token: u32) -> bool {
        let before = &self.scan.folded.tokens[first as usize..token as usize];
        before.iter().all(|t| matches!(t.shape, Shape::Mark | Shape::Number))
    }

    /// The headers of the match's cell, and short cells of its row that say who does it or whether it is included.
    fn in_table(&self, at: Fire, cells: &[Cell]) -> Option<Option<Reached>> {
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
        let asks = ASKS.iter().any(|w| header.contains(w));
        let value = text.to_lowercase();
        if asks && is_yes(&value) {
            return Some(None);
        }
        if asks && is_no(&value) {
            return Some(Some(Reached { class: CueClass::Exclusion, span: cell.span }));
        }
        let column = |words: &[&str]| words.iter().any(|w| header.contains(w));
        // Who accepts or gets a deliverable does not make it.
        let gets = column(GETS);
        let who = column(WHO) && !gets;
        if (who || asks || column(TELLS)) && !gets {
            let duty =
                self.is_the_clients(cell.span, &value) && (who || value.split(' ').count() <= NAME_WORDS);
            if duty {
                return Some(Some(Reached { class: CueClass::ClientDuty, span: cell.span }));
            }
            if ELSEWHERE.contains(&value.as_str()) {
                return Some(Some(Reached { class: CueClass::Exclusion, span: cell.span }));
            }
        }
        let said = Span::new(cell.span.start, cell.span.start + text.len());
        let own = self.classes_at(said)?;
        let class = own.iter().copied().find(|c| excludes(*c))?;
        let idle = gets && class == CueClass::ClientDuty;
        (!idle).then_some(Some(Reached { class, span: cell.span }))
    }

    /// True where a cell names the client, by its role or its name, and not the supplier.
    fn is_the_clients(&self, cell: Span, value: &str) -> bool {
        let names = |words: &[&str]| value.split(|c: char| !c.is_alphanumeric()).any(|w| words.contains(&w));
        let named = |role: &[u8]| {
            self.tokens(cell)
                .is_some_and(|(first, last)| (first..last).any(|t| self.scan.folded.word(t as usize) == role))
        };
        (names(&CLIENT_HEADERS) || named(b"client")) && !names(&PROVIDER_HEADERS) && !named(b"supplier")
    }

    /// RACI letters: the provider answers for it, or is only consulted or informed, or has no letter beside the client's.
    fn raci(&self, own: usize, cells: &[Cell]) -> Option<Option<Reached>> {
        let (mut provider, mut client): (Option<(bool, Span)>, Option<bool>) = (None, None);
        let others = cells.iter().enumerate().filter(|(i, _)| *i != own).map(|(_, c)| c);
        let letters: Vec<(&Cell, &str)> =
            others.filter_map(|c| Some((c, raci_letters(self.document.slice(c.span))?))).collect();
        if letters.iter().all(|(_, letters)| is_no(letters)) {
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
        let (first, last) = self.tokens(span)?;
        let named = |role: &[u8]| (first..last).any(|t| self.scan.folded.word(t as usize) == role);
        match () {
            () if says(&CLIENT_HEADERS) || named(b"client") => Some(true),
            () if says(&PROVIDER_HEADERS) || named(b"supplier") => Some(false),
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
        let own = classes(first, last, seen, self.compiled, true);
        Some(own.into_iter().filter(|c| demotes(*c) || *c == CueClass::InScope).collect())
    }
}

/// How far rows are looked at for a tick.
const ROWS_BESIDE: usize = 12;

/// Tokens at most of an answer in which "no" may stand anywhere.
const ANSWER_TOKENS: u32 = 6;

/// Words at most in a cell, or its first sentence, that says whether the row is provided.
const VALUE_WORDS: usize = 8;

/// Words in a column's header by which "no" below it means that something is not provided.
const ASKS: &[&str] = &[
    "included", "in scope", "ordered", "provided", "covered", "offered", "compl", "y/n", "yes/no",
    "response", "answer", "status", "in price", "in fee", "bid",
];

/// Words in a column's header by which its cells say who does it.
const WHO: &[&str] = &["who", "owner", "responsib", "by", "party", "performed", "done"];

/// Words in a column's header by which its cells may say where it stands, and so who does it.
const TELLS: &[&str] = &["where", "remark", "note", "comment", "scope", "order"];

/// Words in a column's header by which its cells say who gets it, accepts it or takes part.
const GETS: &[&str] = &[
    "accept",
    "approv",
    "sign",
    "review",
    "recipient",
    "receiv",
    "audience",
    "attend",
    "participa",
    "for whom",
    "deliver",
    "input",
    "inform",
    "consult",
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
const CLIENT_HEADERS: [&str; 10] = [
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

/// What is said of a match.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Said {
    /// That it is not provided.
    Excluded(Reached),
    /// That it is.
    Included,
    Nothing,
}

impl Said {
    pub fn excluded(self) -> Option<Reached> {
        match self {
            Said::Excluded(reached) => Some(reached),
            _ => None,
        }
    }
}

/// True for the classes that make a passage `excluded`.
pub(crate) fn excludes(class: CueClass) -> bool {
    matches!(class, CueClass::Exclusion | CueClass::ClientDuty | CueClass::NotBought)
}

/// `R`, `A/R`, `C, I`: only RACI letters and separators; a lone dash says that somebody has no part.
fn raci_letters(text: &str) -> Option<&str> {
    let text = text.trim();
    let letters = text.chars().filter(|c| !matches!(c, '/' | ',' | ' ' | '&' | '+' | '-' | '–' | '—'));
    let ok =
        (1..=7).contains(&text.len()) && letters.clone().all(|c| matches!(c, 'R' | 'A' | 'C' | 'I' | 'S'));
    (ok && (letters.count() > 0 || is_no(text))).then_some(text)
}
