//! List and clause numbers as Word shows them. They are not in the text: each has to be counted.

use crate::structure::format_number;
use crate::xml::{Element, Token, Xml};
use capmap_model::Failure;
use std::collections::BTreeMap;

/// Levels that Word knows.
const LEVELS: usize = 9;

/// One level of a list definition.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    /// `%1.%2`: the numbers of the levels, counted from 1, go in.
    text: String,
    /// Legal: all numbers as digits.
    legal: bool,
    /// Counting never starts over.
    never_restarts: bool,
    style: Option<String>,
    /// Left indent in twips.
    indent: Option<i64>,
}

impl Default for Level {
    fn default() -> Self {
        Level {
            start: 1,
            format: "decimal".into(),
            text: String::new(),
            legal: false,
            never_restarts: false,
            style: None,
            indent: None,
        }
    }
}

#[derive(Debug, Clone, Default)]
struct Definition {
    levels: Vec<Level>,
    /// Takes its levels from the list style of this name.
    style_link: Option<String>,
    /// Is the list style of this name.
    style: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct List {
    definition: i64,
    /// Where counting starts anew, by level.
    starts: BTreeMap<usize, u32>,
    levels: BTreeMap<usize, Level>,
}

/// All lists of a document, and how far each has counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbering {
    definitions: BTreeMap<i64, Definition>,
    lists: BTreeMap<i64, List>,
    /// By definition, not by list: lists of one definition go on counting, as in Word.
    counters: BTreeMap<i64, [Option<u32>; LEVELS]>,
    begun: BTreeMap<(i64, usize), ()>,
}

/// The mark in front of a numbered paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A bullet of some shape.
    Bullet,
    /// `3.2`, `(a)`, as shown.
    Number(String),
}

/// Where the reader of `numbering.xml` is.
#[derive(Default)]
struct Place {
    definition: Option<i64>,
    list: Option<i64>,
    level: Option<usize>,
    override_level: Option<usize>,
}

impl Numbering {
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Numbering, Failure> {
        let mut numbering = Numbering::default();
        let mut place = Place::default();
        while let Some(token) = xml.next()? {
            match token {
                Token::Open(e) => numbering.open(&e, &mut place),
                Token::Close(name) => match name.as_str() {
                    "abstractNum" => place.definition = None,
                    "num" => place.list = None,
                    "lvl" => place.level = None,
                    "lvlOverride" => place.override_level = None,
                    _ => {}
                },
                Token::Text(_) => {}
            }
        }
        Ok(numbering)
    }

    fn open(&mut self, e: &Element<'_>, place: &mut Place) {
        let number = |name: &str| e.attr(name).and_then(|v| v.parse::<i64>().ok());
        let level = || number("ilvl").and_then(|l| usize::try_from(l).ok()).filter(|&l| l < LEVELS);
        match e.name.as_str() {
            "abstractNum" => place.definition = number("abstractNumId"),
            "num" => place.list = number("numId"),
            "lvl" => place.level = level(),
            "lvlOverride" => place.override_level = level(),
            "abstractNumId" => {
                if let (Some(id), Some(definition)) = (place.list, e.val_number()) {
                    self.lists.entry(id).or_default().definition = definition;
                }
            }
            "startOverride" => {
                if let (Some(id), Some(level), Some(start)) =
                    (place.list, place.override_level, e.val_number())
                {
                    let start = u32::try_from(start).unwrap_or(1);
                    self.lists.entry(id).or_default().starts.insert(level, start);
                }
            }
            "numStyleLink" | "styleLink" => {
                if let Some(definition) = place.definition.map(|id| self.definitions.entry(id).or_default()) {
                    let link = if e.name == "styleLink" {
                        &mut definition.style
                    } else {
                        &mut definition.style_link
                    };
                    *link = e.attr("val");
                }
            }
            _ => {
                if let Some(level) = self.level_mut(place) {
                    level.property(e);
                }
            }
        }
    }

    fn level_mut(&mut self, place: &Place) -> Option<&mut Level> {
        let at = place.level?;
        if let Some(id) = place.definition {
            let levels = &mut self.definitions.entry(id).or_default().levels;
            if levels.len() <= at {
                levels.resize_with(at + 1, Level::default);
            }
            return levels.get_mut(at);
        }
        Some(self.lists.entry(place.list?).or_default().levels.entry(at).or_default())
    }

    /// The level whose paragraphs have one of these styles.
    pub(super) fn level_of_style(&self, list: i64, styles: &[&str]) -> Option<u8> {
        let levels = self.levels(self.lists.get(&list)?.definition);
        let of_style = |style: &&str| levels.iter().position(|l| l.style.as_deref() == Some(style));
        styles.iter().find_map(of_style).and_then(|l| u8::try_from(l).ok())
    }

    fn levels(&self, definition: i64) -> &[Level] {
        let Some(found) = self.definitions.get(&definition) else { return &[] };
        let linked = found.style_link.as_ref().filter(|_| found.levels.is_empty());
        let target = linked.and_then(|l| self.definitions.values().find(|d| d.style.as_ref() == Some(l)));
        &target.unwrap_or(found).levels
    }

    fn level(&self, list: &List, at: usize) -> Level {
        let own = list.levels.get(&at).cloned();
        own.or_else(|| self.levels(list.definition).get(at).cloned()).unwrap_or_default()
    }

    /// How far in a level stands, in twips.
    pub(super) fn indent(&self, id: i64, at: usize) -> Option<i64> {
        self.lists.get(&id).and_then(|list| self.level(list, at.min(LEVELS - 1)).indent)
    }

    /// Counts one paragraph of list `id` at level `at`, and gives its mark; none for a level without one.
    pub(super) fn next(&mut self, id: i64, at: usize) -> Option<Mark> {
        let list = self.lists.get(&id)?.clone();
        let at = at.min(LEVELS - 1);
        let level = self.level(&list, at);
        self.count(id, &list, at, &level);
        match level.format.as_str() {
            "bullet" => Some(Mark::Bullet),
            "none" if !level.text.contains('%') => {
                (!level.text.trim().is_empty()).then(|| Mark::Number(level.text.clone()))
            }
            _ => self.show(&list, &level).map(Mark::Number),
        }
    }

    fn count(&mut self, id: i64, list: &List, at: usize, level: &Level) {
        let start = list.starts.get(&at).copied();
        let first_of_list = self.begun.insert((id, at), ()).is_none();
        let restarts: Vec<bool> = (0..LEVELS).map(|l| !self.level(list, l).never_restarts).collect();
        let counters = self.counters.entry(list.definition).or_default();
        counters[at] = match (start.filter(|_| first_of_list), counters[at]) {
            (Some(start), _) => Some(start),
            (None, None) => Some(start.unwrap_or(level.start)),
            (None, Some(n)) => Some(n.saturating_add(1)),
        };
        for deeper in at + 1..LEVELS {
            if restarts[deeper] {
                counters[deeper] = None;
            }
        }
    }

    /// Puts the numbers into the level's text.
    fn show(&self, list: &List, level: &Level) -> Option<String> {
        let counters = self.counters.get(&list.definition)?;
        let mut shown = String::new();
        let mut chars = level.text.chars().peekable();
        while let Some(c) = chars.next() {
            let digit = chars.peek().and_then(|d| d.to_digit(10)).filter(|d| c == '%' && (1..=9).contains(d));
            let Some(digit) = digit else {
                shown.push(c);
                continue;
            };
            chars.next();
            let index = usize::try_from(digit).ok()? - 1;
            let of_level = self.level(list, index);
            let number = counters[index].unwrap_or(of_level.start);
            let format = if level.legal { "decimal" } else { of_level.format.as_str() };
            shown.push_str(&in_format(number, format));
        }
        let shown = shown.trim().to_owned();
        (!shown.is_empty()).then_some(shown)
    }
}

impl Level {
    fn property(&mut self, e: &Element<'_>) {
        match e.name.as_str() {
            "start" => self.start = e.val_number().and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            "numFmt" => self.format = e.attr("val").unwrap_or_default(),
            "lvlText" => self.text = e.attr("val").unwrap_or_default(),
            "isLgl" => self.legal = e.is_on(),
            "lvlRestart" => self.never_restarts = e.val_number() == Some(0),
            "pStyle" => self.style = e.attr("val"),
            "ind" => self.indent = indent_of(e),
            _ => {}
        }
    }
}

/// Left indent in twips.
pub(super) fn indent_of(e: &Element<'_>) -> Option<i64> {
    e.attr("left").or_else(|| e.attr("start")).and_then(|v| v.parse().ok())
}

fn in_format(number: u32, format: &str) -> String {
    match format {
        "lowerLetter" => format_number(number, "a"),
        "upperLetter" => format_number(number, "A"),
        "lowerRoman" => format_number(number, "i"),
        "upperRoman" => format_number(number, "I"),
        "decimalZero" => format!("{number:02}"),
        "ordinal" => format!("{number}{}", ordinal_ending(number)),
        "none" | "bullet" => String::new(),
        _ => number.to_string(),
    }
}

fn ordinal_ending(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}
