//! Nanoseconds over a number that grows from case to case, both on logarithmic scales.

use std::path::Path;

use plotters::prelude::{
    BLACK, ChartBuilder, IntoDrawingArea, IntoLogRange, LineSeries, PathElement, SVGBackend,
    SeriesLabelPosition, WHITE,
};

use super::{Drawn, color, text};
use crate::report::numbers::{Cell, Group};

/// The numbers that the rows are named after, if each of them is ("16 tasks") and they rise.
pub(super) fn steps(group: &Group) -> Option<Vec<f64>> {
    let steps: Option<Vec<f64>> = group.rows.iter().map(|row| step(&row.name)).collect();
    let steps = steps?;
    (steps.len() > 1 && steps.is_sorted_by(|a, b| a < b)).then_some(steps)
}

fn step(name: &str) -> Option<f64> {
    let (number, unit) = name.split_once(' ')?;
    unit.chars().all(char::is_alphabetic).then_some(())?;
    number.parse().ok()
}

pub(super) fn draw(path: &Path, group: &Group, steps: &[f64]) -> Drawn {
    let all = || (0..group.peers.len()).flat_map(|place| points(group, steps, place));
    let lowest = all().map(|(_, y)| y).fold(f64::INFINITY, f64::min);
    let highest = all().map(|(_, y)| y).fold(1.0, f64::max);
    let last = steps.last().copied().unwrap_or(1.0);

    let page = SVGBackend::new(path, (1000, 560)).into_drawing_area();
    page.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&page)
        .caption(format!("{}: ns per item", group.name), text(18, &BLACK))
        .margin(12)
        .x_label_area_size(32)
        .y_label_area_size(64)
        // Beyond the last step there is room for the legend.
        .build_cartesian_2d(
            (steps[0]..last * 6.0).log_scale(),
            (lowest * 0.8..highest * 1.2).log_scale(),
        )?;
    chart.configure_mesh().light_line_style(WHITE).draw()?;
    let number = group.peers.len();
    for (place, name) in group.peers.iter().enumerate() {
        let color = color(place, number);
        chart
            .draw_series(LineSeries::new(points(group, steps, place), color))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()?;
    page.present()?;
    Ok(())
}

fn points(group: &Group, steps: &[f64], place: usize) -> Vec<(f64, f64)> {
    let rows = steps.iter().zip(&group.rows);
    let points = rows.filter_map(|(step, row)| match &row.cells[place] {
        Cell::Figures(medians) => Some((*step, medians.nanoseconds)),
        Cell::Absent | Cell::Fault(_) => None,
    });
    points.collect()
}
