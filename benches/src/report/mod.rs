//! From figures to tables and charts.

mod charts;
mod machine;
mod markdown;
mod numbers;
mod summary;

use std::fs;
use std::io;
use std::path::Path;

use crate::run::{Budget, CaseResult};

pub use machine::compiler;
pub use numbers::REFERENCE;
pub use summary::print;

/// Writes `results.md` and the charts into `folder`.
///
/// # Errors
///
/// If a file cannot be written.
pub fn write(folder: &Path, results: &[CaseResult], budget: Budget) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let groups = numbers::groups(results);
    let mut charts = Vec::new();
    for group in &groups {
        charts.push(charts::draw(folder, group)?);
    }
    let text = markdown::render(&groups, &charts, budget);
    fs::write(folder.join("results.md"), text)
}
