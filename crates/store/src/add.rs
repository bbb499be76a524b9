//! Evidence that a person found, and decisions that come from an earlier cycle.

use crate::append::{Receipt, append};
use crate::canonical::hex;
use crate::decide::receipt;
use crate::event::{Action, CarriedFrom, Target};
use crate::item::{View, load};
use crate::{Store, StoreError};
use capmap_model::{Choice, Citation, CriterionId};
use sha2::{Digest, Sha256};

impl Store {
    /// Adds a passage as evidence for a criterion; it counts as the finder's confirmation. Where it is suggested already,
    /// the suggestion is confirmed instead of doubled.
    ///
    /// # Errors
    /// Where the dossier cannot be written.
    pub fn add(
        &mut self,
        criterion: &CriterionId,
        citation: &Citation,
        note: Option<&str>,
        reviewer: &str,
        time: &str,
    ) -> Result<Receipt, StoreError> {
        let target = target(criterion, citation);
        self.write(|tx| {
            let id = target.id.clone();
            let event = append(tx, time, reviewer, Action::Add { target, note: note.map(str::to_owned) })?;
            let id = load(tx, &id, View::All)?.row.id;
            receipt(tx, event, vec![id], true)
        })
    }

    /// Places an earlier cycle's decision on a passage here. A confirmation counts only once it is re-affirmed.
    ///
    /// # Errors
    /// Where the dossier cannot be written.
    pub fn carry_over(
        &mut self,
        criterion: &CriterionId,
        citation: &Citation,
        choice: Choice,
        class: &str,
        from: CarriedFrom,
        time: &str,
    ) -> Result<Receipt, StoreError> {
        let target = target(criterion, citation);
        self.write(|tx| {
            let (id, reviewer) = (target.id.clone(), from.reviewer.clone());
            let action = Action::CarryOver { target, choice, class: class.to_owned(), from: Box::new(from) };
            let event = append(tx, time, &reviewer, action)?;
            let id = load(tx, &id, View::All)?.row.id;
            receipt(tx, event, vec![id], true)
        })
    }
}

fn target(criterion: &CriterionId, citation: &Citation) -> Target {
    Target { id: item_id(criterion, citation), criterion: criterion.clone(), citation: citation.clone() }
}

/// Stable for the same document, criterion and range: 12 hexadecimal digits.
fn item_id(criterion: &CriterionId, citation: &Citation) -> String {
    let (start, end) = (citation.start(), citation.end());
    let name = format!("{}\n{criterion}\n{start}\n{end}", citation.document());
    hex(&Sha256::digest(name)[..6])
}
