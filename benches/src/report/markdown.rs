//! `results.md`.

use super::machine;
use super::numbers::{Cell, Group, Means, REFERENCE, Row, three_digits};
use crate::run::Budget;

const NONE: &str = "–";

/// One chart for each group.
pub(super) fn render(groups: &[Group], charts: &[String], budget: Budget) -> String {
    let mut text = format!("# Results\n\n{}\n\n{}\n", machine::describe(), how(budget));
    for (group, chart) in groups.iter().zip(charts) {
        text += &format!("\n## {}\n\n![{}]({chart})\n", group.name, group.name);
        text += &format!("\nGeometric means.\n\n{}", means(group));
        text += &format!("\nRatios to {REFERENCE}.\n\n{}", cells(group, ratio));
        text += &format!("\nNanoseconds.\n\n{}", cells(group, nanoseconds));
        text += &faults(group);
    }
    text
}

fn how(budget: Budget) -> String {
    format!(
        "{} rounds, in which the peers take turns of about {} ms within one process. A ratio is taken to \
         what {REFERENCE} did in the same round, and is the median of the rounds; above 1: slower than \
         {REFERENCE}. \"To raw\" is the same to a storage that is only polled: crossbeam's `ArrayQueue`, or \
         `SegQueue` where unbounded. {REFERENCE} finishes every item as a task; its peers do not count \
         unless their name says so. Peers are compared over the rows that they take part in.",
        budget.rounds,
        budget.turn.as_millis()
    )
}

fn means(group: &Group) -> String {
    let mut peers: Vec<(&String, Means)> = group
        .peers
        .iter()
        .enumerate()
        .filter_map(|(place, name)| Some((name, group.means(place)?)))
        .collect();
    let key = |means: &Means| means.ratio.unwrap_or(f64::INFINITY);
    peers.sort_by(|(_, a), (_, b)| key(a).total_cmp(&key(b)));
    let mut text =
        format!("| peer | to {REFERENCE} | to raw | ns | rows |\n|---|--:|--:|--:|--:|\n");
    for (name, means) in peers {
        text += &format!(
            "| {name} | {} | {} | {} | {} |\n",
            optional(means.ratio),
            optional(means.to_raw),
            three_digits(means.nanoseconds),
            means.rows
        );
    }
    text
}

fn cells(group: &Group, show: fn(&Cell) -> String) -> String {
    let mut text = format!("| | {} |\n|---", group.peers.join(" | "));
    text += &"|--:".repeat(group.peers.len());
    text += "|\n";
    for Row { name, cells } in &group.rows {
        let cells: Vec<String> = cells.iter().map(show).collect();
        text += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    text
}

fn ratio(cell: &Cell) -> String {
    match cell {
        Cell::Absent => NONE.into(),
        Cell::Fault(_) => "fault".into(),
        Cell::Figures(medians) => optional(medians.ratio),
    }
}

fn nanoseconds(cell: &Cell) -> String {
    match cell {
        Cell::Absent => NONE.into(),
        Cell::Fault(_) => "fault".into(),
        Cell::Figures(medians) => three_digits(medians.nanoseconds),
    }
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| NONE.into(), three_digits)
}

fn faults(group: &Group) -> String {
    let lines: Vec<String> = group.faults().collect();
    if lines.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("- {line}\n")).collect();
    format!("\nFaults: reported, not measured.\n\n{}", lines.concat())
}
