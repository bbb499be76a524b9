//! Optical recognition of a page's image by the `tesseract` program.
//!
//! The page is drawn at 300 dpi and handed over on stdin; words come back with their boxes and confidence and go through
//! the same layout as any other words. The program is found by the caller; nothing is recognised without it.

use super::draw::{POINTS, pgm, pixels};
use super::ink::Ink;
use super::line::PageLayout;
use super::words::{Word, segments_of};
use crate::Options;
use hayro_interpret::hayro_syntax::page::Page;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Resolution that tesseract is trained for.
const DPI: f32 = 300.0;
/// Words of less confidence (0 to 100) are noise.
const CONFIDENCE: f32 = 25.0;

/// A recognised page.
pub(super) struct Recognised {
    pub(super) layout: PageLayout,
    /// Mean confidence of its words, 0 to 100.
    pub(super) confidence: f32,
}

/// Why a page was not recognised, in words that follow "page 3: ".
pub(super) type Reason = String;

/// Recognises one page.
pub(super) fn recognise(
    page: &Page<'_>,
    ink: &Ink,
    number: u32,
    options: &Options,
    program: &Path,
) -> Result<Recognised, Reason> {
    let (words, height) = words_of(page, options, program)?;
    let (sum, count) = words.iter().fold((0.0, 0), |(sum, n), (_, c)| (sum + c, n + 1));
    let mut layout = PageLayout { number, height, parts: Vec::new() };
    let found = segments_of(words.into_iter().map(|(word, _)| word).collect());
    let frame = [0.0, 0.0, ink.width, ink.height];
    super::layout::place(found, &ink.dots, &ink.rules, &ink.fills, frame, &mut layout.parts);
    Ok(Recognised { layout, confidence: sum / count.max(1) as f32 })
}

/// The words of a page's image with their places and confidence, and the page's height in points.
pub(super) fn words_of(
    page: &Page<'_>,
    options: &Options,
    program: &Path,
) -> Result<(Vec<(Word, f32)>, f32), Reason> {
    let (pixmap, scale) = pixels(page, DPI).ok_or("it cannot be drawn")?;
    let languages =
        if options.ocr_languages.is_empty() { "eng".to_owned() } else { options.ocr_languages.join("+") };
    let wait = Duration::from_millis(options.limits.ocr_page_ms);
    let table = run(program, &languages, scale * POINTS, pgm(&pixmap), wait)?;
    Ok((words(&table, scale), f32::from(pixmap.height()) / scale))
}

/// Runs the program on an image; its table of words.
fn run(program: &Path, languages: &str, dpi: f32, image: Vec<u8>, wait: Duration) -> Result<String, Reason> {
    let mut child = Command::new(program)
        .args([
            "stdin",
            "stdout",
            "-l",
            languages,
            "--dpi",
            &format!("{dpi:.0}"),
            "-c",
            "tessedit_create_tsv=1",
        ])
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("tesseract does not start: {e}"))?;
    let input = child.stdin.take();
    let writer = std::thread::spawn(move || input.map(|mut pipe| pipe.write_all(&image)));
    let output = drain(child.stdout.take());
    let errors = drain(child.stderr.take());
    let ended = wait_for(&mut child, wait);
    let (table, complaint) = (output.join().unwrap_or_default(), errors.join().unwrap_or_default());
    // a writer that failed shows in the exit status
    drop(writer.join());
    match ended {
        Some(true) => Ok(table),
        Some(false) => {
            Err(format!("tesseract failed: {}", complaint.lines().next().unwrap_or("no reason given")))
        }
        None => Err(format!(
            "tesseract took longer than {} ms; allow more with --limit ocr_page_ms=N",
            wait.as_millis()
        )),
    }
}

fn drain(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // what came until the pipe broke is judged by the exit status
            let _ = pipe.read_to_end(&mut bytes);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Whether the child succeeded; none where it had to be killed.
fn wait_for(child: &mut Child, wait: Duration) -> Option<bool> {
    let until = Instant::now() + wait;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(5)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

/// One row of the table that the program writes.
struct Row<'t> {
    level: u32,
    line: [u32; 3],
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    confidence: f32,
    text: &'t str,
}

impl<'t> Row<'t> {
    fn parse(line: &'t str, scale: f32) -> Option<Row<'t>> {
        let fields: Vec<&str> = line.splitn(12, '\t').collect();
        let number = |i: usize| fields.get(i).and_then(|f| f.parse::<f32>().ok());
        let count = |i: usize| fields.get(i).and_then(|f| f.parse::<u32>().ok());
        Some(Row {
            level: count(0)?,
            line: [count(2)?, count(3)?, count(4)?],
            left: number(6)? / scale,
            top: number(7)? / scale,
            width: number(8)? / scale,
            height: number(9)? / scale,
            confidence: number(10)?,
            text: fields.get(11).map_or("", |t| t.trim()),
        })
    }

    fn bottom(&self) -> f32 {
        self.top + self.height
    }

    fn middle(&self) -> f32 {
        self.left + self.width / 2.0
    }
}

/// Words with their confidence. The words of a line share its baseline and size, so that a skewed line stays one.
fn words(table: &str, scale: f32) -> Vec<(Word, f32)> {
    let rows: Vec<Row<'_>> = table
        .lines()
        .filter_map(|line| Row::parse(line, scale))
        .filter(|r| r.level == 5 && r.confidence >= CONFIDENCE && !r.text.is_empty())
        .collect();
    let slope = slope(&rows);
    let mut out: Vec<(Word, f32)> = Vec::new();
    for line in rows.chunk_by(|a, b| a.line == b.line) {
        let mut heights: Vec<f32> = line.iter().map(|r| r.height).collect();
        let mut bottoms: Vec<f32> = line.iter().map(|r| r.bottom() - slope * r.middle()).collect();
        heights.sort_by(f32::total_cmp);
        bottoms.sort_by(f32::total_cmp);
        let size = heights[heights.len() * 3 / 4] / 0.9;
        let y = bottoms[bottoms.len() / 2] - size * 0.1;
        out.extend(line.iter().map(|r| (word(r, y, size), r.confidence)));
    }
    even_out(&mut out);
    out
}

/// How far lines drop per point to the right: the skew of the scan, in the middle of its long lines.
fn slope(rows: &[Row<'_>]) -> f32 {
    let ends = rows.chunk_by(|a, b| a.line == b.line).filter_map(|line| line.first().zip(line.last()));
    let long = ends.filter(|(first, last)| last.middle() - first.middle() > 100.0);
    let mut slopes: Vec<f32> = long
        .map(|(first, last)| (last.bottom() - first.bottom()) / (last.middle() - first.middle()))
        .collect();
    slopes.sort_by(f32::total_cmp);
    slopes.get(slopes.len() / 2).copied().unwrap_or(0.0)
}

/// Boxes grow and shrink with the letters in them: sizes near the page's usual one are that one.
fn even_out(words: &mut [(Word, f32)]) {
    let mut sizes: Vec<f32> = words.iter().map(|(w, _)| w.size).collect();
    sizes.sort_by(f32::total_cmp);
    let Some(&usual) = sizes.get(sizes.len() / 2) else { return };
    for (word, _) in words {
        if (0.8..1.25).contains(&(word.size / usual)) {
            word.size = usual;
        }
    }
}

fn word(row: &Row<'_>, y: f32, size: f32) -> Word {
    Word {
        x0: row.left,
        x1: row.left + row.width,
        y,
        size,
        weight: 0.0,
        text: row.text.to_owned(),
        space: true,
        ocr: true,
        artifact: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_line_share_its_baseline() {
        let table = "level\tpage_num\n\
            5\t1\t1\t1\t1\t1\t300\t300\t100\t45\t96.1\tCost\n\
            5\t1\t1\t1\t1\t2\t420\t303\t200\t45\t91.5\tallocation\n\
            5\t1\t1\t1\t1\t3\t640\t303\t20\t45\t3.0\t~\n";
        let words = words(table, 300.0 / 72.0);
        assert_eq!(words.len(), 2);
        assert_eq!(words[0].0.y.to_bits(), words[1].0.y.to_bits());
        assert!((words[0].0.x0 - 72.0).abs() < 0.01 && words[1].0.text == "allocation");
    }
}
