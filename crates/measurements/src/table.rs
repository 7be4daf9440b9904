//! Tables of figures: Markdown for people, JSON for programs.

use std::fmt::Write;

use serde::Serialize;

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// The figure in full.
    pub value: f64,
    /// How it reads.
    pub text: String,
}

impl Cell {
    /// A figure with so many decimals.
    pub fn number(value: f64, decimals: usize) -> Self {
        Self { value, text: format!("{:.decimals$}", rounded(value, decimals)).replace('-', "−") }
    }

    /// A difference: always with its sign.
    pub fn signed(value: f64, decimals: usize) -> Self {
        Self { value, text: format!("{:+.decimals$}", rounded(value, decimals)).replace('-', "−") }
    }
}

/// Rounded so that a small negative number does not read -0.00.
fn rounded(value: f64, decimals: usize) -> f64 {
    let scale = 10f64.powi(decimals as i32);
    (value * scale).round() / scale + 0.0
}

/// A table: a name and cells a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    pub title: String,
    /// How it was measured, what the figures mean.
    pub note: String,
    pub columns: Vec<String>,
    pub rows: Vec<(String, Vec<Cell>)>,
}

impl Table {
    /// An empty one. The first column's head names what the rows are.
    pub fn new<C: Into<String>>(title: &str, note: &str, columns: impl IntoIterator<Item = C>) -> Self {
        Self {
            title: title.into(),
            note: note.into(),
            columns: columns.into_iter().map(Into::into).collect(),
            rows: Vec::new(),
        }
    }

    pub fn push(&mut self, name: impl Into<String>, cells: Vec<Cell>) {
        self.rows.push((name.into(), cells));
    }

    /// Sets the lowest figure of each of these columns (0 is the first after the names) in bold.
    pub fn mark_lowest(&mut self, columns: std::ops::Range<usize>) {
        for column in columns {
            let cells = || self.rows.iter().filter_map(|row| row.1.get(column));
            let Some(lowest) = cells().min_by(|a, b| a.value.total_cmp(&b.value)).map(|cell| cell.text.clone()) else {
                continue;
            };
            // What reads the same is the same.
            for cell in self.rows.iter_mut().filter_map(|row| row.1.get_mut(column)) {
                if cell.text == lowest {
                    cell.text = format!("**{lowest}**");
                }
            }
        }
    }

    /// As Markdown, with its title as a heading of the second level.
    pub fn markdown(&self) -> String {
        let mut text = format!("## {}\n\n{}\n\n", self.title, self.note);
        // Writing to a string never fails.
        let _ = writeln!(text, "| {} |", self.columns.join(" | "));
        let _ = writeln!(text, "| --- |{}", " ---: |".repeat(self.columns.len().saturating_sub(1)));
        for (name, cells) in &self.rows {
            let cells: Vec<_> = cells.iter().map(|cell| cell.text.as_str()).collect();
            let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_reads_as_markdown_and_its_lowest_figures_stand_out() {
        let mut table = Table::new("Speed", "Less is better.", ["what", "s", "dB"]);
        table.push("one", vec![Cell::number(0.25, 2), Cell::signed(-0.001, 2)]);
        table.push("two", vec![Cell::number(0.125, 3), Cell::number(-1.25, 1)]);
        table.mark_lowest(0..1);
        let expected = "## Speed\n\nLess is better.\n\n| what | s | dB |\n| --- | ---: | ---: |\n\
                        | one | 0.25 | +0.00 |\n| two | **0.125** | −1.3 |\n";
        assert_eq!(table.markdown(), expected);
    }
}
