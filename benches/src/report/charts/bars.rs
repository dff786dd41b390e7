//! The geometric means of the ratios as bars, to the left of 1 for the faster and to the right for the
//! slower, on a logarithmic scale.

use std::path::Path;

use plotters::prelude::{
    BLACK, IntoDrawingArea, PathElement, RGBColor, Rectangle, SVGBackend, Text, WHITE,
};
use plotters::style::Color;

use super::{Drawn, text};
use crate::report::numbers::{Group, REFERENCE, three_digits};

const WIDTH: i32 = 820;
const NAMES: i32 = 230;
const FIGURES: i32 = 70;
const LINE: i32 = 24;
const TOP: i32 = 56;

const FASTER: RGBColor = RGBColor(194, 91, 66);
const SLOWER: RGBColor = RGBColor(93, 137, 168);

/// Where ratios lie on the page.
struct Scale {
    lowest: f64,
    highest: f64,
}

impl Scale {
    fn of(ratios: &[(f64, &String)]) -> Self {
        let mut scale = Self {
            lowest: 0.8,
            highest: 1.25,
        };
        for (ratio, _) in ratios {
            scale.lowest = scale.lowest.min(*ratio);
            scale.highest = scale.highest.max(*ratio);
        }
        scale
    }

    fn place(&self, ratio: f64) -> i32 {
        let room = f64::from(WIDTH - NAMES - FIGURES);
        let share = (ratio / self.lowest).ln() / (self.highest / self.lowest).ln();
        NAMES + (room * share) as i32
    }
}

pub(super) fn draw(path: &Path, group: &Group) -> Drawn {
    let mut ratios: Vec<(f64, &String)> = group
        .peers
        .iter()
        .enumerate()
        .filter_map(|(place, name)| Some((group.means(place)?.ratio?, name)))
        .collect();
    ratios.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let scale = Scale::of(&ratios);
    let height = TOP + LINE * ratios.len() as i32 + LINE / 2;

    let page = SVGBackend::new(path, (WIDTH as u32, height as u32)).into_drawing_area();
    page.fill(&WHITE)?;
    let title = format!("{}: time, as a multiple of {REFERENCE}'s", group.name);
    page.draw(&Text::new(title, (12, 12), text(18, &BLACK)))?;
    for (line, (ratio, name)) in (0..).zip(&ratios) {
        let top = TOP + LINE * line;
        let (one, end) = (scale.place(1.0), scale.place(*ratio));
        let color = if *ratio < 1.0 { FASTER } else { SLOWER };
        let corners = [(one.min(end), top), (one.max(end), top + LINE - 6)];
        page.draw(&Rectangle::new(corners, color.filled()))?;
        page.draw(&Text::new(name.as_str(), (12, top + 2), text(14, &BLACK)))?;
        let figure = three_digits(*ratio);
        page.draw(&Text::new(
            figure,
            (one.max(end) + 6, top + 2),
            text(14, &BLACK),
        ))?;
    }
    let one = scale.place(1.0);
    page.draw(&PathElement::new(
        [(one, TOP - 8), (one, height - 6)],
        BLACK,
    ))?;
    page.present()?;
    Ok(())
}
