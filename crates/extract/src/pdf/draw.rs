//! Pages to pixels, for optical recognition and for the page on which people decide.

use super::open::load;
use capmap_model::{Failure, FailureKind};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;
use hayro_interpret::hayro_syntax::page::Page;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longest side of a drawn page in pixels.
const LONGEST: f32 = 8_000.0;
/// Points per inch.
pub(super) const POINTS: f32 = 72.0;

/// A drawn page.
#[derive(Debug, Clone)]
pub struct DrawnPage {
    /// The image as a PNG file.
    pub png: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Pixels per point: places of the page in points, times this, are places in the image.
    pub scale: f32,
}

/// Draws one page of a PDF. `page` counts from 1; `dpi` is lowered where the image would grow beyond 8,000 pixels.
///
/// Runs in this process and without a time limit: for files that were read before.
///
/// # Errors
/// [`FailureKind::Password`] and the like where the file does not open, [`FailureKind::Malformed`] where it has no such
/// page or the page cannot be drawn.
pub fn draw_page(bytes: &[u8], page: u32, dpi: f32, password: Option<&str>) -> Result<DrawnPage, Failure> {
    let pdf = load(bytes, password)?;
    let found = usize::try_from(page).ok().and_then(|n| pdf.pages().get(n.checked_sub(1)?));
    let found =
        found.ok_or_else(|| Failure::new(FailureKind::Malformed, format!("there is no page {page}")))?;
    let (pixmap, scale) = pixels(found, dpi).ok_or_else(|| undrawable(page))?;
    let (width, height) = (u32::from(pixmap.width()), u32::from(pixmap.height()));
    let png = pixmap.into_png().map_err(|_| undrawable(page))?;
    Ok(DrawnPage { png, width, height, scale })
}

fn undrawable(page: u32) -> Failure {
    Failure::new(FailureKind::Malformed, format!("page {page} cannot be drawn; open the file in a viewer"))
}

/// A page's pixels on white, and how many there are to a point; none where the page breaks the drawing.
pub(super) fn pixels(page: &Page<'_>, dpi: f32) -> Option<(Pixmap, f32)> {
    let (width, height) = page.render_dimensions();
    let longest = width.max(height);
    if !(longest.is_finite() && longest >= 1.0 && width >= 1.0 && height >= 1.0) {
        return None;
    }
    let scale = (dpi / POINTS).min(LONGEST / longest).max(1e-3);
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        let cache = RenderCache::new();
        render(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings)
    }));
    drawn.ok().map(|pixmap| (pixmap, scale))
}

/// Grey pixels as a PGM file: what `tesseract` reads without any library.
pub(super) fn pgm(pixmap: &Pixmap) -> Vec<u8> {
    let mut file = format!("P5\n{} {}\n255\n", pixmap.width(), pixmap.height()).into_bytes();
    let grey = |r: u8, g: u8, b: u8| (u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29) >> 8;
    file.extend(pixmap.data().iter().map(|p| grey(p.r, p.g, p.b) as u8));
    file
}
