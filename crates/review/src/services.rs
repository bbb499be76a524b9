//! What the pages need from other steps, as traits, so that this crate knows neither PDF readers nor report writers.

use capmap_evidence::{Hit, Like};
use capmap_store::FiledDocument;
use std::sync::Arc;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, RFC 3339, UTC.
    fn now(&self) -> String;
}

/// The bytes that were read, and their pages as pictures.
pub trait Originals: Send + Sync {
    /// The file as it was when it was mapped.
    ///
    /// # Errors
    /// For people: why it is not to be had ("changed since it was mapped").
    fn bytes(&self, document: &FiledDocument) -> Result<Vec<u8>, String>;

    /// One page, counted from 1, drawn; with the places of `quote` on it, where one is given.
    ///
    /// # Errors
    /// For people: why it cannot be drawn.
    fn page(&self, document: &FiledDocument, page: u32, quote: Option<&str>) -> Result<Picture, String>;
}

/// A drawn page.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The page as PNG; empty where only the places were asked for and found elsewhere.
    pub png: Vec<u8>,
    /// Its width and height in points.
    pub size: (f32, f32),
    /// Left, top, right and bottom of each line of the quote, in points from the top left.
    pub boxes: Vec<[f32; 4]>,
}

/// Full-text search over all passages.
pub trait Search: Send + Sync {
    /// The best passages.
    ///
    /// # Errors
    /// For people: what is wrong with the query, or why there is no index.
    fn search(&self, query: &str, limit: usize) -> Result<Vec<Hit>, String>;

    /// The passages nearest in words to what is known.
    ///
    /// # Errors
    /// For people: why there is no index.
    fn like(&self, like: &Like, limit: usize) -> Result<Vec<Hit>, String>;
}

/// The report as it would leave now.
pub trait Preview: Send + Sync {
    /// Self-contained HTML.
    ///
    /// # Errors
    /// For people: why there is none.
    fn html(&self) -> Result<String, String>;
}

/// All of them.
#[derive(Clone)]
pub struct Services {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Files and pictures.
    pub originals: Arc<dyn Originals>,
    /// Search.
    pub search: Arc<dyn Search>,
    /// The report; without it the pages do not offer one.
    pub preview: Option<Arc<dyn Preview>>,
}
