//! SVG charts: lines where the cases of a group are steps of one number, bars elsewhere.

mod bars;
mod lines;

use std::io;
use std::path::Path;

use plotters::style::IntoFont;
use plotters::style::{HSLColor, RGBColor, TextStyle};

use super::numbers::Group;

type Drawn = Result<(), Box<dyn std::error::Error>>;

/// Draws the group into `folder`; the name of the file.
pub(super) fn draw(folder: &Path, group: &Group) -> io::Result<String> {
    let file = format!("{}.svg", slug(&group.name));
    let path = folder.join(&file);
    let drawn = match lines::steps(group) {
        Some(steps) => lines::draw(&path, group, &steps),
        None => bars::draw(&path, group),
    };
    drawn.map_err(|error| io::Error::other(error.to_string()))?;
    Ok(file)
}

/// Lower case, with hyphens for what does not belong in a file name.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-").to_lowercase()
}

fn text(size: u32, color: &RGBColor) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(color)
}

/// Colours that differ, for `number` series.
fn color(place: usize, number: usize) -> HSLColor {
    let lightness = if place.is_multiple_of(2) { 0.4 } else { 0.6 };
    HSLColor(place as f64 / number as f64, 0.7, lightness)
}
