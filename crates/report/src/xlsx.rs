//! The pack as a workbook: summary, decisions, capabilities, documents, log. Texts are written as texts and marked as such,
//! so that no cell is a formula, nor becomes one when somebody edits it.

use crate::error::WriteError;
use crate::html::title;
use crate::pack::Pack;
use crate::safe::{cut, visible};
use crate::table::{Cell, Table, each_row};
use crate::view::View;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// A cell of a workbook holds no more characters.
const MOST: usize = 32_767;

/// Columns that fit beside each other on a screen wrap from this width on.
const WIDE: u16 = 30;

/// Characters beside each other that stay legible on a printed page.
const PAPER: u16 = 200;

impl Pack {
    /// The pack as XLSX.
    ///
    /// # Errors
    /// [`WriteError`] where a sheet would have more rows than the format knows.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, WriteError> {
        let view = View::new(self);
        let mut book = Workbook::new();
        book.set_properties(&properties(self)?);
        let formats = Formats::new();
        for table in Table::ALL {
            let sheet = book.add_worksheet();
            sheet.set_name(table.name())?;
            fill(sheet, &view, table, &formats)?;
        }
        Ok(book.save_to_buffer()?)
    }
}

fn properties(pack: &Pack) -> Result<DocProperties, XlsxError> {
    let day = ExcelDateTime::parse_from_str(&pack.made).or_else(|_| ExcelDateTime::from_ymd(1970, 1, 1))?;
    let comment = format!("criteria {} {}, {}", pack.criteria.id, pack.criteria.version, pack.tool);
    let title = title(pack);
    Ok(DocProperties::new()
        .set_title(&title)
        .set_author(&pack.tool)
        .set_comment(&comment)
        .set_creation_datetime(&day))
}

struct Formats {
    heading: Format,
    text: Format,
    wrapped: Format,
    number: Format,
}

impl Formats {
    fn new() -> Self {
        let text = Format::new().set_align(FormatAlign::Top).set_quote_prefix();
        Formats {
            heading: Format::new().set_bold().set_background_color(0x00D9_E8E1).set_align(FormatAlign::Top),
            wrapped: text.clone().set_text_wrap(),
            text,
            number: Format::new().set_align(FormatAlign::Top),
        }
    }
}

fn fill(sheet: &mut Worksheet, view: &View<'_>, table: Table, formats: &Formats) -> Result<(), XlsxError> {
    let columns = table.columns();
    for (column, (name, width)) in (0u16..).zip(columns) {
        sheet.set_column_width(column, f64::from(*width))?;
        sheet.write_string_with_format(0, column, *name, &formats.heading)?;
    }
    let mut row = 0u32;
    each_row(view, table, |cells| {
        row += 1;
        for ((column, cell), (_, width)) in (0u16..).zip(&cells).zip(columns) {
            let text = if *width >= WIDE { &formats.wrapped } else { &formats.text };
            write(sheet, (row, column), cell, text, &formats.number)?;
        }
        Ok::<(), XlsxError>(())
    })?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, row, u16::try_from(columns.len()).unwrap_or(1).saturating_sub(1))?;
    let width: u16 = columns.iter().map(|(_, width)| *width).sum();
    let across = width.div_ceil(PAPER);
    sheet.set_landscape().set_print_fit_to_pages(across, 0).set_repeat_rows(0, 0)?;
    if across > 1 {
        sheet.set_repeat_columns(0, 0)?; // so that each page says what its rows are about
    }
    Ok(())
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    text: &Format,
    number: &Format,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(words) => sheet.write_string_with_format(row, column, cut(&visible(words), MOST), text)?,
        Cell::Number(value) => sheet.write_number_with_format(row, column, *value, number)?,
        Cell::Empty => sheet,
    };
    Ok(())
}
