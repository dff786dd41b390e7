//! Times joinable-queue and its peers.
//!
//! ```text
//! cargo run --release -- [--quick] [--rounds N] [--list] [FILTER]...
//! ```
//!
//! Runs the cases whose names contain one of the filters, or all of them; prints a summary, and writes
//! tables and charts into `results/`.

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use joinable_queue_benches::cases::{self, Case};
use joinable_queue_benches::report;
use joinable_queue_benches::run::{Budget, supervise, take_turns};

const USAGE: &str = "usage: cargo run --release -- [--quick] [--rounds N] [--list] [FILTER]...";

const FULL: Budget = Budget {
    rounds: 7,
    turn: Duration::from_millis(40),
    limit: Duration::from_secs(10),
};

const QUICK: Budget = Budget {
    rounds: 3,
    turn: Duration::from_millis(6),
    limit: Duration::from_secs(4),
};

struct Options {
    budget: Budget,
    list: bool,
    filters: Vec<String>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.split_first() {
        // How `supervise` starts the process that measures.
        Some((first, rest)) if first == "turns" => turns(rest),
        _ => parse(&arguments).and_then(|options| time(&options)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[String]) -> Result<Options, Box<dyn Error>> {
    let mut options = Options {
        budget: FULL,
        list: false,
        filters: Vec::new(),
    };
    let mut rounds = None;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => options.budget = QUICK,
            "--list" => options.list = true,
            "--rounds" => rounds = Some(arguments.next().ok_or(USAGE)?.parse()?),
            flag if flag.starts_with('-') => return Err(USAGE.into()),
            filter => options.filters.push(filter.to_owned()),
        }
    }
    options.budget.rounds = rounds.unwrap_or(options.budget.rounds);
    Ok(options)
}

fn time(options: &Options) -> Result<(), Box<dyn Error>> {
    let wanted = |case: &Case| {
        let name = case.full_name();
        options.filters.is_empty() || options.filters.iter().any(|part| name.contains(part))
    };
    let cases: Vec<Case> = cases::all().into_iter().filter(wanted).collect();
    if cases.is_empty() {
        return Err("no case has such a name; `--list` shows them".into());
    }
    if options.list {
        for case in &cases {
            println!("{}", case.full_name());
        }
        return Ok(());
    }
    let start = Instant::now();
    let mut results = Vec::new();
    for (number, case) in (1..).zip(&cases) {
        let seconds = start.elapsed().as_secs();
        let name = case.full_name();
        eprintln!("[{number}/{}, {seconds} s] {name}", cases.len());
        results.push(supervise(case, options.budget)?);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
    report::write(&folder, &results, options.budget)?;
    report::print(&results);
    println!("\nTables and charts: results/results.md");
    Ok(())
}

/// Arguments: the case, the number of rounds, the milliseconds of a turn, and who is left out.
fn turns(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [name, rounds, turn, without @ ..] = arguments else {
        return Err(USAGE.into());
    };
    let budget = Budget {
        rounds: rounds.parse()?,
        turn: Duration::from_millis(turn.parse()?),
        ..FULL
    };
    let without: Result<Vec<usize>, _> = without.iter().map(|place| place.parse()).collect();
    let cases = cases::all();
    let case = cases.iter().find(|case| case.full_name() == *name);
    take_turns(case.ok_or("no such case")?, budget, &without?)?;
    Ok(())
}
