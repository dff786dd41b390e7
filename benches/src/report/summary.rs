//! What is printed at the end.

use super::numbers::{Group, REFERENCE, groups, three_digits};
use crate::run::CaseResult;

/// Prints the geometric means of each group, fastest first, and the faults.
pub fn print(results: &[CaseResult]) {
    println!("\nGeometric means of the ratios to {REFERENCE} (above 1: slower than it)");
    for group in groups(results) {
        println!("\n{}", group.name);
        println!("  {}", line(&group));
        for fault in group.faults() {
            println!("  FAULT {fault}");
        }
    }
}

fn line(group: &Group) -> String {
    let mut ratios: Vec<(f64, String)> = Vec::new();
    for (place, name) in group.peers.iter().enumerate() {
        let Some(means) = group.means(place) else {
            continue;
        };
        let Some(ratio) = means.ratio else {
            continue;
        };
        let nanoseconds = three_digits(means.nanoseconds);
        let partly = if means.rows < group.rows.len() {
            format!(", {} of {} rows", means.rows, group.rows.len())
        } else {
            String::new()
        };
        let text = format!("{name} {} ({nanoseconds} ns{partly})", three_digits(ratio));
        ratios.push((ratio, text));
    }
    ratios.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let texts: Vec<String> = ratios.into_iter().map(|(_, text)| text).collect();
    texts.join("; ")
}
