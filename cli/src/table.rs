//! Columns for people.

use std::fmt;

use crate::terminal::STRONG;

/// Rows under a heading, as wide as they need to be.
pub(crate) struct Table<const N: usize> {
    heading: [&'static str; N],
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(crate) const fn new(heading: [&'static str; N]) -> Self {
        Self {
            heading,
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, row: [String; N]) {
        self.rows.push(row);
    }

    fn widths(&self) -> [usize; N] {
        let mut widths = self.heading.map(|name| name.chars().count());
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        widths
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let line = |cells: [&str; N]| {
            let cells = cells.iter().zip(widths);
            let padded: String = cells
                .map(|(cell, width)| format!("{cell:<width$}  "))
                .collect();
            padded.trim_end().to_owned()
        };
        write!(f, "{STRONG}{}{STRONG:#}", line(self.heading))?;
        for row in &self.rows {
            write!(f, "\n{}", line(row.each_ref().map(String::as_str)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_as_wide_as_its_widest_cell() {
        let mut table = Table::new(["name", "n"]);
        table.row(["a longer one".into(), "1".into()]);
        table.row(["b".into(), "22".into()]);

        let plain = anstream::adapter::strip_str(&table.to_string()).to_string();

        assert_eq!(plain, "name          n\na longer one  1\nb             22");
    }
}
