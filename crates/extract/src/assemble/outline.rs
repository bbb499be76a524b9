//! The heading tree: which heading governs which block.
//!
//! Levels come from styles and font sizes and lie often; clause numbers lie seldom. So a heading numbered 3.4.1 belongs to
//! an open 3.4, whatever the levels say, and levels decide only where numbers are silent.

use super::interrupts;
use capmap_model::{Block, BlockKind, Role};

/// Sets every block's `section`, and corrects levels so that a child is always deeper than its parent.
pub(super) fn link(blocks: &mut [Block], text: &str) {
    let mut body = Vec::new();
    let mut apart = Vec::new();
    let mut last_role = Role::Main;
    for (index, block) in blocks.iter_mut().enumerate() {
        let role = block.role;
        let own_stack = role != Role::Main;
        if own_stack && role != last_role {
            // An aside belongs to the section in which it stands; a menu or footer belongs to none.
            apart = if role == Role::Aside { body.clone() } else { Vec::new() };
        }
        if !interrupts(role) || own_stack {
            last_role = role;
        }
        let stack = if own_stack { &mut apart } else { &mut body };
        place(block, index, stack);
    }
    mark_contents(blocks, text);
}

/// Longest entry of a table of contents in bytes.
const LONGEST_ENTRY: usize = 160;

/// What stands below a heading such as "Table of contents" is one, in formats that do not say so.
fn mark_contents(blocks: &mut [Block], text: &str) {
    for index in 0..blocks.len() {
        let words = text.get(blocks[index].span.start..blocks[index].span.end).unwrap_or("").to_lowercase();
        let is_head =
            matches!(blocks[index].kind, BlockKind::Heading { .. }) && blocks[index].role == Role::Main;
        if is_head && matches!(words.trim_end_matches(':'), "table of contents" | "contents") {
            let entry = |b: &&mut Block| b.section == Some(index) && b.span.len() <= LONGEST_ENTRY;
            let entries = blocks[index + 1..].iter_mut().take_while(entry);
            let marked = entries.filter(|b| b.role == Role::Main).map(|b| b.role = Role::Contents).count();
            if marked > 0 {
                blocks[index].role = Role::Contents;
            }
        }
    }
}

/// A heading whose section is still open.
#[derive(Clone)]
struct Open {
    block: usize,
    level: u8,
    number: Vec<String>,
}

fn place(block: &mut Block, index: usize, open: &mut Vec<Open>) {
    let BlockKind::Heading { level, number } = &mut block.kind else {
        block.section = open.last().map(|o| o.block);
        return;
    };
    let parts = parts(number.as_deref().unwrap_or(""), open);
    let keep = parent_by_number(open, &parts, *level).unwrap_or_else(|| parent_by_level(open, *level));
    open.truncate(keep);
    block.section = open.last().map(|o| o.block);
    *level = open.last().map_or(*level, |parent| (*level).max(parent.level.saturating_add(1)).min(9));
    open.push(Open { block: index, level: *level, number: parts });
}

/// The parts of a number. `3.0` is the head of all that begin with 3, unless a heading 3 is open.
fn parts(number: &str, open: &[Open]) -> Vec<String> {
    let split = |n: &str| n.split('.').filter(|p| !p.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let head = number.strip_suffix(".0").map(split);
    head.filter(|head| !open.iter().any(|o| &o.number == head)).unwrap_or_else(|| split(number))
}

/// How many open headings stay open above a heading with this number; none where numbers do not tell.
fn parent_by_number(open: &[Open], number: &[String], level: u8) -> Option<usize> {
    if number.is_empty() {
        return None;
    }
    let child =
        |o: &Open| !o.number.is_empty() && o.number.len() < number.len() && number.starts_with(&o.number);
    let sibling = |o: &Open| {
        let n = o.number.len();
        // "1. Tagging" in bold below "3 Services" is no sibling of it: such levels are too far apart to be a lie.
        n == number.len()
            && o.level.abs_diff(level) <= 2
            && o.number[..n - 1] == number[..n - 1]
            && same_kind(&o.number[n - 1], &number[n - 1])
    };
    let parent = open.iter().rposition(child).map(|at| at + 1);
    parent.or_else(|| open.iter().rposition(sibling))
}

/// 4 follows 3 and V follows IV, but 1 does not follow B.
fn same_kind(a: &str, b: &str) -> bool {
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    digits(a) == digits(b)
}

fn parent_by_level(open: &[Open], level: u8) -> usize {
    open.iter().rposition(|o| o.level < level).map_or(0, |at| at + 1)
}
