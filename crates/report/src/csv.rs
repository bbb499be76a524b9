//! One table as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read accents right). Every text is quoted,
//! stands on one line, and starts no formula.

use crate::pack::Pack;
use crate::safe::inert;
use crate::table::{Cell, Table, each_row};
use crate::view::View;
use std::convert::Infallible;

impl Pack {
    /// A table as CSV.
    pub fn to_csv(&self, table: Table) -> String {
        let view = View::new(self);
        let mut out = String::from('\u{feff}');
        let headings: Vec<Cell> = table.columns().iter().map(|(name, _)| (*name).into()).collect();
        push(&mut out, &headings);
        let push_row = |row: Vec<Cell>| -> Result<(), Infallible> {
            push(&mut out, &row);
            Ok(())
        };
        let Ok(()) = each_row(&view, table, push_row);
        out
    }
}

fn push(out: &mut String, row: &[Cell]) {
    for (i, cell) in row.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        match cell {
            Cell::Text(text) => {
                out.push('"');
                out.push_str(&inert(text).replace('"', "\"\""));
                out.push('"');
            }
            Cell::Number(number) => out.push_str(&number.to_string()),
            Cell::Empty => {}
        }
    }
    out.push_str("\r\n");
}
