//! Medians, ratios and geometric means.
//!
//! A ratio is taken within a round, where both were measured one shortly after the other, and the median
//! of the rounds is reported. Above one: slower than the reference.

use crate::run::{CaseResult, Outcome, PeerResult};

/// What everybody is compared with.
pub const REFERENCE: &str = "joinable-queue";

/// The storages that do nothing but store; one has a capacity, the other has not.
const RAW: [&str; 2] = ["ArrayQueue, polled", "SegQueue, polled"];

/// The cases of one group, peer by peer.
pub(super) struct Group {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    /// In the order in which they first appear.
    pub(super) peers: Vec<String>,
}

/// One metric of one case.
pub(super) struct Row {
    pub(super) name: String,
    /// One for each peer of the group.
    pub(super) cells: Vec<Cell>,
}

/// What one peer did in one row.
pub(super) enum Cell {
    /// It did not take part.
    Absent,
    Fault(String),
    Figures(Medians),
}

pub(super) struct Medians {
    pub(super) nanoseconds: f64,
    /// To joinable-queue.
    pub(super) ratio: Option<f64>,
    /// To the raw storage.
    pub(super) to_raw: Option<f64>,
}

/// Geometric means over the rows that a peer has figures in.
pub(super) struct Means {
    pub(super) rows: usize,
    pub(super) nanoseconds: f64,
    pub(super) ratio: Option<f64>,
    pub(super) to_raw: Option<f64>,
}

impl Group {
    /// Who failed at what, and how; once for a case, whatever the number of its metrics.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let mut lines: Vec<String> = Vec::new();
        for row in &self.rows {
            let case = row.name.split(": ").next().unwrap_or(&row.name);
            for (peer, cell) in self.peers.iter().zip(&row.cells) {
                if let Cell::Fault(why) = cell {
                    lines.push(format!("{peer}, {case}: {why}"));
                }
            }
        }
        lines.sort();
        lines.dedup();
        lines.into_iter()
    }

    /// The means of the peer at `place`; `None` if it has no figures.
    pub(super) fn means(&self, place: usize) -> Option<Means> {
        let medians: Vec<&Medians> = self
            .rows
            .iter()
            .filter_map(|row| match &row.cells[place] {
                Cell::Figures(medians) => Some(medians),
                Cell::Absent | Cell::Fault(_) => None,
            })
            .collect();
        Some(Means {
            rows: medians.len(),
            nanoseconds: geometric_mean(medians.iter().map(|m| m.nanoseconds))?,
            ratio: geometric_mean(medians.iter().filter_map(|m| m.ratio)),
            to_raw: geometric_mean(medians.iter().filter_map(|m| m.to_raw)),
        })
    }
}

pub(super) fn groups(results: &[CaseResult]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for case in results {
        if !groups.iter().any(|group| group.name == case.group) {
            let cases: Vec<_> = results.iter().filter(|c| c.group == case.group).collect();
            groups.push(group(&cases));
        }
    }
    groups
}

fn group(cases: &[&CaseResult]) -> Group {
    let mut peers: Vec<String> = Vec::new();
    for peer in cases.iter().flat_map(|case| &case.peers) {
        if !peers.contains(&peer.name) {
            peers.push(peer.name.clone());
        }
    }
    let rows = cases.iter().flat_map(|case| rows(case, &peers)).collect();
    Group {
        name: cases[0].group.clone(),
        rows,
        peers,
    }
}

fn rows(case: &CaseResult, peers: &[String]) -> Vec<Row> {
    let metrics = case.metrics.iter().enumerate();
    let rows = metrics.map(|(metric, metric_name)| Row {
        name: match case.metrics {
            [_] => case.name.clone(),
            _ => format!("{}: {metric_name}", case.name),
        },
        cells: peers.iter().map(|peer| cell(case, metric, peer)).collect(),
    });
    rows.collect()
}

fn cell(case: &CaseResult, metric: usize, name: &str) -> Cell {
    let Some(peer) = find(case, name) else {
        return Cell::Absent;
    };
    let own = match &peer.outcome {
        Outcome::Fault(why) => return Cell::Fault(why.clone()),
        Outcome::Rounds(_) => figures(peer, metric),
    };
    let Some(nanoseconds) = median(own.clone()) else {
        return Cell::Absent;
    };
    let to = |reference: &str| {
        let reference = figures(find(case, reference)?, metric);
        median(own.iter().zip(&reference).map(|(a, b)| a / b).collect())
    };
    Cell::Figures(Medians {
        nanoseconds,
        ratio: to(REFERENCE),
        to_raw: RAW.into_iter().find_map(to),
    })
}

fn find<'a>(case: &'a CaseResult, name: &str) -> Option<&'a PeerResult> {
    case.peers.iter().find(|peer| peer.name == name)
}

/// One metric, round by round.
fn figures(peer: &PeerResult, metric: usize) -> Vec<f64> {
    match &peer.outcome {
        Outcome::Rounds(rounds) => rounds.iter().map(|figures| figures[metric]).collect(),
        Outcome::Fault(_) => Vec::new(),
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

fn geometric_mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut logarithms, mut number) = (0.0, 0);
    for value in values {
        logarithms += value.ln();
        number += 1;
    }
    (number > 0).then(|| (logarithms / f64::from(number)).exp())
}

/// Three digits that mean something.
pub(super) fn three_digits(value: f64) -> String {
    match value.abs() {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{geometric_mean, median, three_digits};

    #[test]
    fn medians() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn geometric_means() {
        assert_eq!(geometric_mean([].into_iter()), None);
        let mean = geometric_mean([1.0, 4.0, 16.0].into_iter()).unwrap();
        assert!((mean - 4.0).abs() < 1e-9);
    }

    #[test]
    fn digits() {
        assert_eq!(three_digits(1.234), "1.23");
        assert_eq!(three_digits(12.34), "12.3");
        assert_eq!(three_digits(1234.4), "1234");
    }
}
