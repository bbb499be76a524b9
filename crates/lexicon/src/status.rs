//! Whether a match is said not to be provided: cues in its sentence, what its table says, then what its block inherits.

use crate::cells::CLIENT_HEADERS;
use crate::compile::Compiled;
use crate::context::{Reached, Setting, cues};
use crate::fold::Shape;
use crate::scan::{Fire, Scan, Seen};
use crate::source::{CueClass, Reach};
use capmap_model::{Block, BlockKind, Document};

/// What decides the status of one match.
pub(crate) struct Place<'a> {
    pub document: &'a Document,
    pub scan: &'a Scan,
    pub compiled: &'a Compiled,
    pub block: &'a Block,
    pub seen: &'a Seen,
    pub setting: &'a Setting,
    /// The document offers to anybody: what is optional in its tables is on offer.
    pub sells: bool,
}

impl Place<'_> {
    /// What is said of a match, innermost word first. Other demotions are signs to weigh, not verdicts.
    pub fn said(&self, at: Fire) -> Said {
        let (first, last) = self.scan.sentence_around(self.seen, at.first);
        let own = self.in_sentence(at, first, last);
        if !matches!(own, Said::Nothing) {
            return own;
        }
        if let Some(no) = self.answered_no(last).or_else(|| self.given_to_client(at.last, last)) {
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
        // A question refuses nothing; its answer may.
        if self.scan.asks((first, last)) {
            return Said::Nothing;
        }
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
        let speaks = |reach| !matches!(reach, Reach::Title | Reach::Lead | Reach::Whole);
        for (class, reach, cue) in all.iter().filter(|(c, r, _)| excludes(*c) && speaks(*r)) {
            if hidden(cue) {
                continue;
            }
            let forward = cue.last < at.first && !cut(cue.last, at.first);
            let backward = cue.first > at.last && !stopped(at.last, cue.first);
            let over = cue.first <= at.last && at.first <= cue.last;
            // "The client approves the plan, and the supplier buys": what the supplier does is not the client's.
            if *class == CueClass::ClientDuty
                && of(CueClass::Provider).any(|p| p.first > cue.last && p.first <= at.first)
            {
                continue;
            }
            let reaches = match reach {
                Reach::Forward => forward || over,
                // "No visibility into spend" under the client's problems is one of them; "No, we keep headroom" answers.
                Reach::Opening => {
                    (forward || over)
                        && self.opens(first, cue.first)
                        && !self.of_problems()
                        && self.scan.folded.word(cue.last as usize + 1) != b","
                }
                Reach::Backward => backward || over,
                _ => over || !stopped(cue.last.min(at.last), cue.first.max(at.first)),
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

    /// True below a heading or lead-in of the client's problems.
    fn of_problems(&self) -> bool {
        self.setting.status.is_some_and(|r| r.class == CueClass::ClientPain)
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

    /// The client alone behind the colon that ends a line: "Purchase of reservations: Client."
    fn given_to_client(&self, after: u32, end: u32) -> Option<Reached> {
        let tokens = &self.scan.folded.tokens;
        let colon = (after..end).rev().find(|t| self.scan.folded.word(*t as usize) == b":")?;
        let mut words = (colon + 1..end).filter(|t| tokens[*t as usize].shape != Shape::Mark);
        let named: Vec<u32> = words.by_ref().take(3).collect();
        let is =
            |t: &u32, list: &[&str]| list.iter().any(|w| w.as_bytes() == self.scan.folded.word(*t as usize));
        let client = words.next().is_none()
            && named.iter().any(|t| is(t, &CLIENT_HEADERS))
            && named.iter().all(|t| {
                is(t, &CLIENT_HEADERS) || is(t, &["the", "by", "your", "own", "team", "staff", "side"])
            });
        client.then(|| Reached { class: CueClass::ClientDuty, span: self.scan.span(colon + 1, end - 1) })
    }

    /// True where only marks and numbers stand between the beginning of a sentence and a token.
    fn opens(&self, first: u32, token: u32) -> bool {
        let before = &self.scan.folded.tokens[first as usize..token as usize];
        before.iter().all(|t| matches!(t.shape, Shape::Mark | Shape::Number))
    }
}

/// Tokens at most of an answer in which "no" may stand anywhere.
const ANSWER_TOKENS: u32 = 6;

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
