//! The files behind a review: their bytes as they were mapped, and pictures of their pages.

use capmap_model::Format;
use capmap_review::{Originals, Picture};
use capmap_store::FiledDocument;

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
        let _ = (page, quote, self.bytes(document)?);
        Err("pages cannot be drawn".to_owned())
    }
}
