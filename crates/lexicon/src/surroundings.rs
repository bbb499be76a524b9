//! What the whole document tells: its role, how much it speaks of technology cost, how much it offers.

use crate::compile::{Compiled, Effect};
use crate::scan::{Fire, Scan, Seen};
use crate::source::{CueClass, DocumentRole};
use capmap_model::{BlockKind, Document, Element, Elements, Persona};
use std::collections::{BTreeMap, BTreeSet};

/// Blocks at the start of a document whose headings count as its title.
const TITLE_BLOCKS: usize = 6;

/// A role needs this much before it is believed.
const LEAST_ROLE: f32 = 1.0;

/// Roles of documents in which something is ordered.
const ORDERS: [DocumentRole; 4] =
    [DocumentRole::Sow, DocumentRole::Terms, DocumentRole::Proposal, DocumentRole::Rfp];

/// One of them needs this much to make a document an order besides what else it is.
const LEAST_ORDER: f32 = 3.0;

/// Of the whole document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    pub role: Option<DocumentRole>,
    /// It offers to anybody, and orders nothing.
    pub sells: bool,
    /// Blocks that speak of technology cost, per block that has more than four words; 0 to 1.
    pub subject_density: f32,
    /// Blocks that name any technology, likewise.
    pub technology_density: f32,
    /// Blocks in which the provider acts, likewise.
    pub offer_density: f32,
    /// Blocks that name the field itself (FinOps, cloud cost and the like).
    pub finops: usize,
    /// Criteria that a heading names, as bits.
    pub named: u64,
    /// What the document states.
    pub elements: Elements,
    /// Of each section (by the block index of its heading; `usize::MAX` before the first).
    pub sections: BTreeMap<usize, SectionFacts>,
}

/// Of one section.
#[derive(Debug, Clone, Default)]
pub(crate) struct SectionFacts {
    pub elements: Elements,
    pub personas: Vec<Persona>,
}

/// Reads the facts off a scan.
pub(crate) fn of(document: &Document, scan: &Scan, compiled: &Compiled) -> Surroundings {
    let mut out = Surroundings::default();
    let mut roles = by_path(&document.source, compiled);
    let (mut blocks, mut with_subject, mut with_offer, mut with_technology) =
        (0.0f32, 0.0f32, 0.0f32, 0.0f32);
    for (i, (block, seen)) in document.blocks.iter().zip(&scan.blocks).enumerate() {
        let heading = matches!(block.kind, BlockKind::Heading { .. });
        let title = heading && i < TITLE_BLOCKS;
        let names = |class: &[u32]| class.iter().any(|s| seen.guards.binary_search(s).is_ok());
        out.finops += usize::from(names(&compiled.finops));
        let facts = out.sections.entry(block.section.unwrap_or(usize::MAX)).or_default();
        let mut offers = false;
        for fire in &seen.fires {
            match compiled.frames[fire.frame as usize].effect {
                Effect::Role { .. } if within_another_role(fire, seen, compiled) => {}
                Effect::Role { role, weight, .. } if title => *roles.entry(role).or_default() += weight,
                Effect::Role { role, weight, title_only: false } => {
                    *roles.entry(role).or_default() += weight / 10.0;
                }
                Effect::Element(element) => {
                    state(&mut facts.elements, element);
                    state(&mut out.elements, element);
                }
                Effect::Persona(persona) if !facts.personas.contains(&persona) => {
                    facts.personas.push(persona)
                }
                Effect::Evidence { criterion, .. } if heading && criterion < 64 => {
                    out.named |= 1 << criterion
                }
                Effect::Cue { class: CueClass::Provider, .. } => offers = true,
                _ => {}
            }
        }
        if seen.last - seen.first > 4 {
            blocks += 1.0;
            with_subject += f32::from(u8::from(seen.subject));
            with_technology += f32::from(u8::from(names(&compiled.technology)));
            with_offer += f32::from(u8::from(offers));
        }
    }
    for facts in out.sections.values_mut() {
        facts.personas.sort_by_key(|p| *p as u8);
    }
    out.subject_density = with_subject / blocks.max(1.0);
    out.technology_density = with_technology / blocks.max(1.0);
    out.offer_density = with_offer / blocks.max(1.0);
    out.role = strongest(&roles);
    out.sells = matches!(out.role, Some(DocumentRole::ServicePage | DocumentRole::Datasheet))
        && ORDERS.iter().all(|role| roles.get(role).is_none_or(|weight| *weight < LEAST_ORDER));
    out
}

/// True where the words are part of longer ones that name a role: a "request for proposals" is no proposal.
fn within_another_role(fire: &Fire, seen: &Seen, compiled: &Compiled) -> bool {
    let is_role = |f: &Fire| matches!(compiled.frames[f.frame as usize].effect, Effect::Role { .. });
    let holds =
        |f: &Fire| f.first <= fire.first && fire.last <= f.last && f.last - f.first > fire.last - fire.first;
    seen.fires.iter().any(|f| is_role(f) && holds(f))
}

/// What the path or the address says: pages that explain stand under `/blog/`, orders are named so.
fn by_path(source: &str, compiled: &Compiled) -> BTreeMap<DocumentRole, f32> {
    let mut roles = BTreeMap::new();
    let path = source.split(['?', '#']).next().unwrap_or("").to_lowercase();
    let words: BTreeSet<&str> = path.split(|c: char| !c.is_alphanumeric()).collect();
    for (role, weight) in words.into_iter().filter_map(|word| compiled.paths.get(word)) {
        *roles.entry(*role).or_default() += weight;
    }
    roles
}

fn strongest(roles: &BTreeMap<DocumentRole, f32>) -> Option<DocumentRole> {
    let best = roles.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))?;
    (*best.1 >= LEAST_ROLE).then_some(*best.0)
}

fn state(elements: &mut Elements, element: Element) {
    match element {
        Element::Scope => elements.scope = true,
        Element::Deliverables => elements.deliverables = true,
        Element::Timelines => elements.timelines = true,
        Element::Outcomes => elements.outcomes = true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests may
    use super::*;
    use crate::candidate::View;
    use crate::{Lexicon, plain_document};

    fn role(source: &str, text: &str) -> Option<DocumentRole> {
        let lexicon = Lexicon::embedded("finops-service-provider-2025").unwrap();
        let mut document = plain_document(text);
        document.source = source.to_owned();
        View::new(&lexicon, &document).around.role
    }

    #[test]
    fn the_path_tells_the_kind_of_document() {
        let text = "Rightsize what idles and commit to what stays.\n";
        assert_eq!(role("https://acme.example/blog/bills", text), Some(DocumentRole::Blog));
        assert_eq!(
            role("https://acme.example/services/bills?from=blog", text),
            Some(DocumentRole::ServicePage)
        );
        assert_eq!(role("orders/SOW-14 bills.docx", text), Some(DocumentRole::Sow));
        assert_eq!(role("https://acme.example/bloggers", text), None);
    }

    #[test]
    fn the_longer_name_of_a_document_is_its_kind() {
        assert_eq!(role("acme", "# Request for proposals: cloud cost services\n"), Some(DocumentRole::Rfp));
        assert_eq!(role("acme", "# Response to your request for proposals\n"), Some(DocumentRole::Proposal));
        assert_eq!(role("acme", "# Annex 4 to the statement of work\n"), Some(DocumentRole::Sow));
    }

    #[test]
    fn a_word_that_only_titles_are_told_by_tells_nothing_in_a_text() {
        let text = "We write a tagging policy, a guide to the policy and a specification of the policy.\n";
        assert_eq!(role("acme", text), None);
        assert_eq!(role("acme", &format!("# Travel policy\n{text}")), Some(DocumentRole::Policy));
    }
}
