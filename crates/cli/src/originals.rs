//! The files behind a review: their bytes as they were mapped, and pictures of their pages.

use crate::extractor::program;
use capmap_extract::{Options, draw_page, find_boxes, find_boxes_in_image};
use capmap_model::Format;
use capmap_review::{Originals, Picture};
use capmap_store::FiledDocument;

/// Dots per inch of a page's picture: sharp on a common screen, some 200 KB.
const DPI: f32 = 110.0;

/// Files on this machine.
pub struct Files;

impl Originals for Files {
    fn bytes(&self, document: &FiledDocument) -> Result<Vec<u8>, String> {
        let path = document.path.as_ref().ok_or("the file did not come along: it is on another machine")?;
        let bytes = std::fs::read(path).map_err(|e| format!("cannot open {}: {e}", path.display()))?;
        match &document.id {
            Some(id) if *id == capmap_collect::document_id(&bytes) => Ok(bytes),
            _ => Err(format!("{} has changed since it was mapped: run `capmap map` again", document.source)),
        }
    }

    fn page(&self, document: &FiledDocument, page: u32, quote: Option<&str>) -> Result<Picture, String> {
        if document.format != Format::Pdf {
            return Err("only pages of PDF files are drawn".to_owned());
        }
        let bytes = self.bytes(document)?;
        // Drawn in both cases: the frames must fit the picture, and its size says how large the page is.
        let drawn = draw_page(&bytes, page, DPI, None).map_err(|failure| failure.detail)?;
        let points = |pixels: u32| pixels as f32 / drawn.scale;
        let size = (points(drawn.width), points(drawn.height));
        let boxes = quote.map(|quote| boxes(&bytes, page, quote)).unwrap_or_default();
        Ok(Picture { png: drawn.png, size, boxes })
    }
}

/// Where the words stand; of a page that is an image, where they are recognized.
fn boxes(bytes: &[u8], page: u32, quote: &str) -> Vec<[f32; 4]> {
    let written = find_boxes(bytes, page, quote, None);
    if !written.is_empty() {
        return written;
    }
    let options = Options { tesseract: program("tesseract"), ..Options::default() };
    find_boxes_in_image(bytes, page, quote, &options)
}
