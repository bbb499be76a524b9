//! Tests the lexicons as data: every rule fires on its `hit` texts, stays silent on its `miss` texts, and every false
//! friend keeps its promise.

use crate::Lexicon;
use crate::candidate::View;
use crate::plain::plain_document;
use std::fmt;

/// A text on which a rule does not do what its file says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// File below `lexicons/`.
    pub file: String,
    /// Rule or false friend.
    pub rule: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, `{}`: {}", self.file, self.rule, self.what)
    }
}

impl Lexicon {
    /// Every example that fails, in the order of the files.
    pub fn check(&self) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        for (file, lexicon) in &self.lexicons {
            let slug = &lexicon.criterion;
            for rule in &lexicon.rule {
                let name = format!("{slug}/{}", rule.id);
                let mut complain = |what: String| {
                    complaints.push(Complaint { file: file.clone(), rule: rule.id.clone(), what })
                };
                if rule.hit.is_empty() || rule.miss.is_empty() {
                    complain("needs at least one `hit` and one `miss` text".into());
                }
                for text in rule.hit.iter().filter(|t| !self.fires(&name, t)) {
                    complain(format!("should fire on “{text}” and does not"));
                }
                for text in rule.miss.iter().filter(|t| self.fires(&name, t)) {
                    complain(format!("should not fire on “{text}” and does"));
                }
            }
            for friend in &lexicon.false_friend {
                let mut complain = |what: String| {
                    complaints.push(Complaint { file: file.clone(), rule: friend.id.clone(), what })
                };
                for text in friend.miss.iter().filter(|t| self.suggests(slug, t)) {
                    complain(format!("“{text}” should not be suggested and is"));
                }
                for text in friend.hit.iter().filter(|t| !self.suggests(slug, t)) {
                    complain(format!("“{text}” should be suggested and is not"));
                }
            }
        }
        complaints.extend(match self.older() {
            Some(older) => older.check(), // the cues are the same
            None => self.check_cues(),
        });
        complaints
    }

    fn check_cues(&self) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        for cue in &self.context.cue {
            let name = format!("context/{}", cue.id);
            let texts = cue.hit.iter().map(|t| (t, true)).chain(cue.miss.iter().map(|t| (t, false)));
            for (text, wanted) in texts.filter(|(t, wanted)| self.sees(&name, t) != *wanted) {
                let what = format!("should {}fire on “{text}”", if wanted { "" } else { "not " });
                complaints.push(Complaint { file: "context.toml".into(), rule: cue.id.clone(), what });
            }
        }
        complaints
    }

    /// True where the rule of that name counts in the text.
    fn fires(&self, name: &str, text: &str) -> bool {
        let document = plain_document(text);
        let view = View::new(self, &document);
        view.candidates()
            .iter()
            .flat_map(|c| c.fires.iter().map(|f| f.frame))
            .any(|frame| self.compiled.frames.get(frame as usize).is_some_and(|f| f.name == name))
    }

    fn sees(&self, name: &str, text: &str) -> bool {
        let document = plain_document(text);
        let view = View::new(self, &document);
        view.scan
            .blocks
            .iter()
            .flat_map(|b| &b.fires)
            .any(|f| self.compiled.frames[f.frame as usize].name == name)
    }

    /// True where a rule of the criterion counts in the text, whatever the weights make of it.
    fn suggests(&self, criterion: &str, text: &str) -> bool {
        let document = plain_document(text);
        let view = View::new(self, &document);
        let by_rule =
            |c: &crate::candidate::Candidate| c.fires.iter().any(|f| f.frame != crate::candidate::NO_FRAME);
        view.candidates().iter().any(|c| self.criteria[c.criterion as usize] == criterion && by_rule(c))
    }
}
