//! The walk over the DOM: one pass, without recursion, that turns elements into blocks.

use super::element::{
    follows_link, has_heading, heading_level, holds_only_text, is_block, is_layout, is_skipped,
};
use super::role::{controlled, is_for_screen_readers, is_panel, role_of};
use super::style::{Background, Color, Sheet, Style};
use super::table::{Grid, Row};
use crate::assemble::{Raw, RawKind, Reading};
use crate::limits::Deadline;
use crate::structure::{clause_number, pseudo_heading};
use capmap_model::{Failure, Hidden, HiddenWhy, Role};
use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::node::Element;
use scraper::{Html, Node};
use std::collections::BTreeSet;

/// Walks the whole page.
pub(super) fn walk(dom: &Html, deadline: Deadline) -> Result<Reading, Failure> {
    let mut walk = Walk::new(dom);
    for (step, edge) in dom.tree.root().traverse().enumerate() {
        if step % 4096 == 0 {
            deadline.check()?;
        }
        match edge {
            Edge::Open(node) => walk.open(node),
            Edge::Close(node) => walk.close(node),
        }
    }
    walk.flush();
    Ok(walk.finish())
}

/// What holds inside an element.
#[derive(Clone)]
struct Frame {
    role: Role,
    /// Nothing inside is text: scripts, images, menus of forms.
    skip: bool,
    /// Hidden by style or attribute.
    hidden: bool,
    invisible: bool,
    color: Option<Color>,
    background: Option<Background>,
    /// Heading level, 0 for none.
    heading: u8,
    bold: bool,
    pre: bool,
    /// Begins and ends a block.
    block: bool,
}

/// A list item that is open.
struct Item {
    depth: u8,
    number: Option<String>,
    mark: String,
    /// Its first words have been written.
    begun: bool,
    /// The block that they were written to; none inside a table.
    block: Option<usize>,
}

#[derive(Default)]
struct Walk {
    out: Vec<Raw>,
    hidden: Vec<Hidden>,
    frames: Vec<Frame>,
    items: Vec<Item>,
    /// Next number of each open list; none for bullets.
    lists: Vec<Option<u32>>,
    grid: Option<Grid>,
    /// Depth of tables inside the open one.
    inner_tables: u32,
    tables: u32,
    text: String,
    text_hidden: bool,
    bold: usize,
    panels: usize,
    sheet: Sheet,
    controlled: BTreeSet<String>,
}

impl Walk {
    fn new(dom: &Html) -> Walk {
        let mut walk = Walk::default();
        for node in dom.tree.nodes() {
            let Node::Element(element) = node.value() else { continue };
            controlled(element, &mut walk.controlled);
            match element.name() {
                "style" => {
                    node.children().filter_map(|c| c.value().as_text()).for_each(|css| walk.sheet.add(css))
                }
                "link"
                    if element.attr("rel").is_some_and(|r| r.to_ascii_lowercase().contains("stylesheet")) =>
                {
                    walk.sheet.unknown_backgrounds = true;
                }
                _ => {}
            }
        }
        walk
    }

    fn top(&self) -> Frame {
        self.frames.last().cloned().unwrap_or(Frame {
            role: Role::Main,
            skip: false,
            hidden: false,
            invisible: false,
            color: None,
            background: None,
            heading: 0,
            bold: false,
            pre: false,
            block: true,
        })
    }

    fn open(&mut self, node: NodeRef<'_, Node>) {
        match node.value() {
            Node::Text(text) => self.write(text),
            Node::Element(element) => self.open_element(node, element),
            _ => {}
        }
    }

    fn open_element(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        let name = element.name();
        let mut frame = self.top();
        frame.skip |= is_skipped(name);
        if frame.skip {
            self.frames.push(frame);
            return;
        }
        frame.block = is_block(name);
        frame.pre |= matches!(name, "pre" | "listing");
        frame.bold |= matches!(name, "b" | "strong");
        self.style(node, element, &mut frame);
        if let Some(role) = role_of(node, element, frame.role) {
            frame.role = role;
        }
        if frame.block || frame.hidden != self.top().hidden {
            self.flush();
        }
        frame.heading = heading_level(node, element, frame.heading);
        self.frames.push(frame);
        self.begin(node, element);
    }

    /// Works out whether a browser shows what is inside.
    fn style(&mut self, node: NodeRef<'_, Node>, element: &Element, frame: &mut Frame) {
        let style = self.sheet.of(element);
        frame.color = style.color.or(frame.color);
        frame.background = style.background.or(frame.background);
        frame.invisible = style.invisible.unwrap_or(frame.invisible);
        let veiled = element.attr("aria-hidden") == Some("true") && holds_only_text(node);
        let hides =
            style.hidden == Some(true) || element.attr("hidden").is_some() || is_for_screen_readers(element);
        if !frame.hidden && (hides || style.invisible == Some(true)) && is_panel(element, &self.controlled) {
            self.panels += 1;
            frame.invisible = false;
            return;
        }
        frame.hidden |= hides || veiled;
        // A colour counts where it is set: what is inherited was judged there.
        frame.hidden |= self.vanishes(&style, frame);
    }

    fn vanishes(&self, style: &Style, frame: &Frame) -> bool {
        let (Some(color), true) = (frame.color, style.color.is_some() || style.background.is_some()) else {
            return false;
        };
        match frame.background {
            Some(Background::Plain(background)) => color.vanishes_on(background),
            Some(Background::Unknown) => false,
            None => !self.sheet.unknown_backgrounds && color.vanishes_on(Color::WHITE),
        }
    }

    /// What an element does besides being a block.
    fn begin(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        let number = |attr: &str| element.attr(attr).and_then(|v| v.trim().parse::<u32>().ok());
        match element.name() {
            "br" if self.text.ends_with('\n') => self.flush(),
            "br" => self.text.push('\n'),
            "a" if follows_link(node) && !self.text.ends_with(char::is_whitespace) => self.text.push(' '),
            "ul" | "menu" | "dir" => self.lists.push(None),
            "ol" => self.lists.push(Some(number("start").unwrap_or(1))),
            "li" => self.begin_item(node, number("value")),
            "table" | "dl" if self.grid.is_some() => self.inner_tables += 1,
            "dl" => {
                self.grid = Some(Grid::of_definitions(self.tables));
                self.tables += 1;
            }
            "dt" if self.defines() => {
                self.end_row(self.top().role);
                self.outer_grid(|grid| grid.open_cell(false, 1, 1));
            }
            "dd" if self.defines() => {
                let role = self.top().role;
                let row = self.grid.as_mut().and_then(Grid::open_definition);
                self.push_row(row, role);
            }
            "table" if !is_layout(node, element) => {
                self.grid = Some(Grid::new(self.tables));
                self.tables += 1;
            }
            "thead" => self.outer_grid(|grid| grid.set_head(true)),
            "td" | "th" => {
                let columns = number("colspan").and_then(|n| usize::try_from(n).ok()).unwrap_or(1);
                let rows = number("rowspan").unwrap_or(1);
                let is_header = element.name() == "th";
                self.outer_grid(|grid| grid.open_cell(is_header, columns, rows));
            }
            _ => {}
        }
    }

    fn in_cell(&self) -> bool {
        self.grid.as_ref().is_some_and(Grid::in_cell)
    }

    /// Does something with the open table, unless inside a table within it.
    fn outer_grid(&mut self, act: impl FnOnce(&mut Grid)) {
        if let Some(grid) = self.grid.as_mut().filter(|_| self.inner_tables == 0) {
            act(grid);
        }
    }

    fn defines(&self) -> bool {
        self.inner_tables == 0 && self.grid.as_ref().is_some_and(|g| g.definitions)
    }

    fn begin_item(&mut self, node: NodeRef<'_, Node>, value: Option<u32>) {
        let style =
            node.parent().and_then(|p| p.value().as_element()).and_then(|e| e.attr("type")).unwrap_or("1");
        let number = match self.lists.last_mut() {
            Some(Some(next)) => {
                let number = value.unwrap_or(*next);
                *next = number.saturating_add(1);
                Some(crate::structure::format_number(number, style))
            }
            _ => None,
        };
        let mark = number.as_ref().map_or("• ".to_owned(), |n| format!("{n}. "));
        let depth = u8::try_from(self.lists.len().saturating_sub(1)).unwrap_or(u8::MAX);
        // A card with a heading of its own is no list item.
        self.items.push(Item { depth, number, mark, begun: has_heading(node), block: None });
    }

    fn close(&mut self, node: NodeRef<'_, Node>) {
        let Node::Element(element) = node.value() else { return };
        let Some(frame) = self.frames.last().cloned() else { return };
        let parent_hidden = self.frames.iter().rev().nth(1).is_some_and(|f| f.hidden);
        if !frame.skip && (frame.block || frame.hidden != parent_hidden) {
            self.flush();
        }
        self.frames.pop();
        if !frame.skip {
            self.end(element.name(), frame.role);
        }
    }

    fn end(&mut self, name: &str, role: Role) {
        match name {
            "ul" | "menu" | "dir" | "ol" => drop(self.lists.pop()),
            "li" => drop(self.items.pop()),
            "table" | "dl" if self.inner_tables > 0 => self.inner_tables -= 1,
            "dt" | "dd" if self.defines() => self.outer_grid(Grid::close_cell),
            "table" | "dl" => {
                self.end_row(role);
                self.grid = None;
            }
            "thead" => self.outer_grid(|grid| grid.set_head(false)),
            "td" | "th" => self.outer_grid(Grid::close_cell),
            "tr" if self.inner_tables == 0 => self.end_row(role),
            _ => {}
        }
    }

    fn end_row(&mut self, role: Role) {
        let row = self.grid.as_mut().and_then(Grid::close_row);
        self.push_row(row, role);
    }

    fn push_row(&mut self, row: Option<Row>, role: Role) {
        if let (Some(row), Some(grid)) = (row, &self.grid) {
            let kind = RawKind::Row { table: grid.table, header: row.header, cells: row.cells };
            self.out.push(Raw::new(kind, "").with_role(role));
        }
    }

    fn write(&mut self, text: &str) {
        let frame = self.top();
        if frame.skip {
            return;
        }
        let hidden = frame.hidden || frame.invisible;
        if hidden != self.text_hidden && !self.text.trim().is_empty() {
            self.flush();
        }
        self.text_hidden = hidden;
        let before = self.text.len();
        if frame.pre {
            self.text.push_str(text);
        } else {
            self.text.extend(text.chars().map(|c| if c.is_ascii_whitespace() { ' ' } else { c }));
        }
        if frame.bold && !text.trim().is_empty() {
            self.bold += self.text.len() - before;
        }
    }

    /// Ends the open block.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let bold = std::mem::take(&mut self.bold);
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if self.text_hidden {
            if self.hidden.len() < 1000 {
                self.hidden.push(Hidden { text: text.to_owned(), page: None, why: HiddenWhy::Css });
            }
        } else if self.in_cell() {
            let mark = self.items.last().filter(|i| !i.begun).map_or("", |i| i.mark.as_str());
            let line = format!("{mark}{text}");
            if let Some(item) = self.items.last_mut() {
                item.begun = true;
            }
            if let Some(grid) = &mut self.grid {
                grid.write(&line);
            }
        } else {
            self.block(text, bold * 10 >= text.len() * 9);
        }
    }

    /// Writes a block outside tables: a heading, an item or more of it, a definition, a paragraph.
    fn block(&mut self, text: &str, all_bold: bool) {
        let frame = self.top();
        let role = frame.role;
        if frame.heading > 0 {
            let number = clause_number(text).map(|(n, _)| n.to_owned());
            self.out.push(Raw::new(RawKind::Heading { level: frame.heading, number }, text).with_role(role));
            return;
        }
        let here = self.out.len();
        if let Some(item) = self.items.last_mut() {
            if !item.begun {
                item.begun = true;
                item.block = Some(here);
                let kind = RawKind::Item { depth: item.depth, number: item.number.clone() };
                self.out.push(Raw::new(kind, format!("{}{text}", item.mark)).with_role(role));
                return;
            }
            if let Some(last) = self.out.last_mut().filter(|_| item.block.is_some_and(|at| at + 1 == here)) {
                last.text.push('\n');
                last.text.push_str(text);
                return;
            }
        }
        let heading = pseudo_heading(text, all_bold).filter(|_| role == Role::Main);
        let kind = heading.map_or(RawKind::Paragraph, |(level, number)| RawKind::Heading { level, number });
        self.out.push(Raw::new(kind, text).with_role(role));
    }

    fn finish(self) -> Reading {
        let mut notes = Vec::new();
        if self.panels > 0 {
            notes.push(format!("{} collapsed panels (accordions, tabs) are read as text", self.panels));
        }
        Reading { raw: self.out, hidden: self.hidden, notes, ..Reading::default() }
    }
}
