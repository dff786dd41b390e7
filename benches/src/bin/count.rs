//! Counts instructions, locked instructions, allocations and bytes.
//!
//! ```text
//! cargo run --release --bin count             # everybody, into counts.md
//! cargo run --release --bin count -- --check  # joinable-queue: fails if anything is worse than there
//! ```
//!
//! Needs x86-64 Linux, valgrind and binutils.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use joinable_queue_benches::count::heap::Counting;
use joinable_queue_benches::count::{self, Scope};
use joinable_queue_benches::report;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const USAGE: &str = "usage: cargo run --release --bin count [-- --check]";

const HEAD: &str = "\
# Counts

Written by `cargo run --release --bin count`, compared by `-- --check`. The same on every run with the
same compiler and the same versions: instructions and locked instructions executed (a `lock` prefix, or
an exchange with memory) per operation under callgrind, on one thread, with `u64` items and nobody
waiting; allocations per operation; bytes from the allocator, and of futures. joinable-queue finishes
every item as a task in all tables.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] => write(),
        ["--check"] => check(),
        // How `count::tables` starts what runs under callgrind.
        ["operate", ..] => operate(),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("counts.md")
}

fn write() -> Result<(), Box<dyn Error>> {
    can_count()?;
    let tables = count::tables(Scope::All)?;
    let compiler = report::compiler().unwrap_or_else(|| "an unknown compiler".into());
    let head = format!("{HEAD}\nWith {compiler}.\n");
    let text = count::render(&head, &tables);
    fs::write(file(), &text)?;
    println!("{text}");
    Ok(())
}

fn check() -> Result<(), Box<dyn Error>> {
    can_count()?;
    let then = count::parse(&fs::read_to_string(file())?);
    let now = count::tables(Scope::Own)?;
    let worse = count::worse(&then, &now);
    println!("{}", count::render("", &now));
    if worse.is_empty() {
        println!("nothing is worse than in counts.md");
        return Ok(());
    }
    Err(format!("worse than in counts.md:\n{}", worse.join("\n")).into())
}

fn operate() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(2).collect();
    Ok(count::operate(&arguments)?)
}

/// Unoptimised code would be counted as readily.
fn can_count() -> Result<(), String> {
    if cfg!(debug_assertions) {
        return Err(format!("not optimised; {USAGE}"));
    }
    count::missing_tools().map_or(Ok(()), Err)
}
