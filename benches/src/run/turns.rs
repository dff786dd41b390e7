//! The measuring process: the contestants of one case take turns, round after round.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use super::event::Event;
use crate::cases::Case;
use crate::workloads::{Fault, Figures};

/// The first guess at how many items fill a turn.
const FIRST_ITEMS: u64 = 64;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How often each contestant has its turn.
    pub rounds: usize,
    /// How long a turn takes, about.
    pub turn: Duration,
    /// How long one may take before the contestant is given up.
    pub limit: Duration,
}

/// Who is still in the race, and how many items fill a turn of theirs.
struct Entrant {
    place: usize,
    items: u64,
}

/// Measures the case and writes its events to standard output; leaves out the contestants `without`.
///
/// # Errors
///
/// When nobody reads the events any more.
pub fn take_turns(case: &Case, budget: Budget, without: &[usize]) -> io::Result<()> {
    let mut entrants = Vec::new();
    for place in 0..case.contestants.len() {
        if without.contains(&place) {
            continue;
        }
        if let Some(items) = calibrate(case, place, budget.turn)? {
            entrants.push(Entrant { place, items });
        }
    }
    for round in 0..budget.rounds {
        let mut failed = Vec::new();
        let number = entrants.len();
        for turn in 0..number {
            // Another one begins each round, so that nobody always follows the same one.
            let Entrant { place, items } = entrants[(turn + round) % number];
            match measure(case, place, items)? {
                Some(figures) => tell(&Event::Figures(place, figures))?,
                None => failed.push(place),
            }
        }
        entrants.retain(|entrant| !failed.contains(&entrant.place));
    }
    Ok(())
}

/// How many items make a turn of about `target`; `None` if the contestant is out.
fn calibrate(case: &Case, place: usize, target: Duration) -> io::Result<Option<u64>> {
    let mut items = FIRST_ITEMS;
    loop {
        let start = Instant::now();
        if measure(case, place, items)?.is_none() {
            return Ok(None);
        }
        let took = start.elapsed();
        if took >= target / 4 {
            let fitting = items as f64 * target.as_secs_f64() / took.as_secs_f64();
            return Ok(Some(fitting.max(1.0) as u64));
        }
        items *= 4;
    }
}

fn measure(case: &Case, place: usize, items: u64) -> io::Result<Option<Figures>> {
    tell(&Event::Begin(place))?;
    match (case.contestants[place].run)(items) {
        Ok(figures) => return Ok(Some(figures)),
        Err(Fault::Absent) => tell(&Event::Absent(place))?,
        Err(Fault::Wrong(text)) => tell(&Event::Wrong(place, text))?,
    }
    Ok(None)
}

fn tell(event: &Event) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{event}")?;
    out.flush()
}
