//! Complex fields: the result is text of the document, the code ("REF clause \\h") is not.

/// The fields that are open, outermost first.
#[derive(Default)]
pub(super) struct Fields(Vec<Field>);

#[derive(Default)]
struct Field {
    in_result: bool,
    is_contents: bool,
    code: String,
}

impl Fields {
    /// A field character: `begin`, `separate` or `end`.
    pub(super) fn step(&mut self, kind: &str) {
        match (kind, self.0.last_mut()) {
            ("begin", _) => self.0.push(Field::default()),
            ("separate", Some(field)) => {
                field.in_result = true;
                field.is_contents = field.code.trim_start().starts_with("TOC");
            }
            ("end", _) => drop(self.0.pop()),
            _ => {}
        }
    }

    /// Adds to the code of the innermost field.
    pub(super) fn code(&mut self, text: &str) {
        if let Some(field) = self.0.last_mut().filter(|f| !f.in_result && f.code.len() < 200) {
            field.code.push_str(text);
        }
    }

    /// True inside the code of any field.
    pub(super) fn in_code(&self) -> bool {
        self.0.iter().any(|f| !f.in_result)
    }

    /// True inside a table of contents.
    pub(super) fn in_contents(&self) -> bool {
        self.0.iter().any(|f| f.is_contents)
    }
}
