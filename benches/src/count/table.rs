//! Tables of counts, as Markdown and back.

use std::fmt::Write;

const NONE: &str = "–";

/// A table: a row for each peer.
#[derive(Debug, PartialEq)]
pub struct Table {
    title: String,
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// The figures of a peer; as many as there are columns, or fewer.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    pub(super) peer: String,
    pub(super) values: Vec<Option<f64>>,
}

impl Table {
    pub(super) fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The columns in this order, whichever gets its first figure first.
    pub(super) fn with_columns(mut self, columns: Vec<String>) -> Self {
        self.columns = columns;
        self
    }

    /// Sets a figure; rows and columns come into being with their first one.
    pub(super) fn set(&mut self, peer: &str, column: &str, value: f64) {
        let column = place(
            &mut self.columns,
            |name| name == column,
            || column.to_owned(),
        );
        let row = place(
            &mut self.rows,
            |row| row.peer == peer,
            || Row {
                peer: peer.to_owned(),
                values: Vec::new(),
            },
        );
        let values = &mut self.rows[row].values;
        if values.len() <= column {
            values.resize(column + 1, None);
        }
        values[column] = Some(value);
    }

    pub(super) fn sort_by(&mut self, key: impl Fn(&Row) -> f64) {
        self.rows.sort_by(|a, b| key(a).total_cmp(&key(b)));
    }

    fn get(&self, peer: &str, column: &str) -> Option<f64> {
        let column = self.columns.iter().position(|name| name == column)?;
        let row = self.rows.iter().find(|row| row.peer == peer)?;
        *row.values.get(column)?
    }
}

/// The place of the element that is wanted, which is made if there is none.
fn place<T>(list: &mut Vec<T>, wanted: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> usize {
    list.iter().position(wanted).unwrap_or_else(|| {
        list.push(make());
        list.len() - 1
    })
}

/// The tables as Markdown, under `head`.
pub fn render(head: &str, tables: &[Table]) -> String {
    let mut text = head.to_owned();
    for table in tables {
        let columns = table.columns.join(" | ");
        let rule = "|--:".repeat(table.columns.len());
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n## {}\n\n| peer | {columns} |\n|---{rule}|\n",
            table.title
        );
        for row in &table.rows {
            let values = (0..table.columns.len()).map(|column| {
                let value = row.values.get(column).copied().flatten();
                value.map_or_else(|| NONE.to_owned(), |value| value.to_string())
            });
            let values: Vec<String> = values.collect();
            let _ = writeln!(text, "| {} | {} |", row.peer, values.join(" | "));
        }
    }
    text
}

/// Reads back what [`render`] wrote.
pub fn parse(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            tables.push(Table::new(title));
            continue;
        }
        let Some(table) = tables.last_mut() else {
            continue;
        };
        let line = line.strip_prefix("| ").and_then(|l| l.strip_suffix(" |"));
        let Some((peer, values)) = line.and_then(|line| line.split_once(" | ")) else {
            continue;
        };
        let cells = values.split(" | ");
        if table.columns.is_empty() {
            table.columns = cells.map(str::to_owned).collect();
        } else {
            table.rows.push(Row {
                peer: peer.to_owned(),
                values: cells.map(|cell| cell.parse().ok()).collect(),
            });
        }
    }
    tables
}

/// The figures in `now` that are above those of `then`, or not in it, a line for each.
pub fn worse(then: &[Table], now: &[Table]) -> Vec<String> {
    let mut lines = Vec::new();
    for table in now {
        let old = then.iter().find(|old| old.title == table.title);
        for row in &table.rows {
            for (column, value) in table.columns.iter().zip(&row.values) {
                let Some(value) = value else {
                    continue;
                };
                let what = format!("{}, {}, {column}", table.title, row.peer);
                match old.and_then(|old| old.get(&row.peer, column)) {
                    None => lines.push(format!("{what}: {value}, and not in the table")),
                    Some(old) if *value > old => lines.push(format!("{what}: {value}, was {old}")),
                    Some(_) => {}
                }
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{Table, parse, render, worse};

    fn table(figure: f64) -> Table {
        let mut table = Table::new("Per put");
        table.set("a peer", "locked, cap=1", figure);
        table.set("a peer", "bytes", 0.25);
        table.set("another", "locked, cap=1", 7.0);
        table
    }

    #[test]
    fn what_is_rendered_is_read() {
        let then = parse(&render("# Head\n\nProse.\n", &[table(3.0)]));
        assert_eq!(worse(&then, &[table(3.0)]), [""; 0]);
        assert_eq!(worse(&[table(3.0)], &then), [""; 0]);
    }

    #[test]
    fn only_more_is_worse() {
        let then = [table(3.0)];
        assert_eq!(worse(&then, &[table(2.0)]), [""; 0]);
        let lines = worse(&then, &[table(4.0)]);
        assert_eq!(lines, ["Per put, a peer, locked, cap=1: 4, was 3"]);
    }

    #[test]
    fn what_is_not_in_the_table_is_no_pass() {
        assert_eq!(worse(&[], &[table(1.0)]).len(), 3);
    }
}
