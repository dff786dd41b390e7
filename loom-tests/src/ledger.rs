//! LEDGER.md, and SECTIONS.md for builds with critical sections: how much was explored. A number that changes
//! without a reason is a model that has become another one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs};

const SECTIONS: bool = cfg!(feature = "critical-section");

const PATH: &str = if SECTIONS {
    concat!(env!("CARGO_MANIFEST_DIR"), "/SECTIONS.md")
} else {
    concat!(env!("CARGO_MANIFEST_DIR"), "/LEDGER.md")
};

const TITLE: &str = if SECTIONS {
    "# What loom explored where the lock is a critical section"
} else {
    "# What loom explored where the lock is a mutex"
};

const HEAD: &str = "\
Every model ran to its end; none has a limit of time or number. *Preemptions*: at most as many times was the
turn taken from a thread that could have gone on; without a number there is no bound. Then, for each flavour,
the number of interleavings, which the test run compares with this file. The seconds are those of the slowest
flavour in the run that wrote this (`BLESS=1`), with as many models side by side as there were cores.

";

/// Those with a lock. (For the others there is `lockfree`.)
const FLAVOURS: &[&str] = {
    let all: &[_] = &[
        "fifo",
        "unbounded_fifo",
        "lifo",
        "unbounded_lifo",
        "priority",
        "fixed_fifo",
        "fixed_lifo",
        "fixed_priority",
    ];
    if SECTIONS { all } else { all.split_at(2).1 }
};

/// Rows by model, as they are written, without the model.
type Rows = BTreeMap<String, Vec<String>>;

/// Guards the file; whether it was written by this run.
static WRITTEN: Mutex<bool> = Mutex::new(false);

/// Compares with what the ledger says, or, if `BLESS` is set, makes it say so. Not if `LEDGER=off`.
pub(crate) fn enter(
    name: &str,
    threads: usize,
    bound: Option<usize>,
    interleavings: usize,
    took: Duration,
) {
    println!("{name}: {interleavings} interleavings of {threads} threads, {took:.1?}");
    if env::var("LEDGER").is_ok_and(|ledger| ledger == "off") {
        return;
    }
    let Some((model, flavour)) = name.split_once("::") else {
        unreachable!("`models!` names them so")
    };
    let Some(column) = FLAVOURS.iter().position(|name| *name == flavour) else {
        assert!(["fifo", "unbounded_fifo"].contains(&flavour), "{flavour}");
        return;
    };
    let column = 2 + column;
    let threads = threads.to_string();
    let bound = bound.map_or_else(|| "-".to_owned(), |bound| bound.to_string());
    let interleavings = interleavings.to_string();

    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    let bless = env::var("BLESS").ok();
    let afresh = bless.as_deref() == Some("new") && !*written;
    let mut rows = if afresh { Rows::new() } else { read() };
    let row = rows.get(model).cloned();
    let mut row = row.unwrap_or_else(|| vec![String::new(); 2 + FLAVOURS.len() + 1]);
    if bless.is_some() {
        let slowest: f64 = row.last().unwrap().parse().unwrap_or(0.0);
        let slowest = slowest.max(took.as_secs_f64());
        *row.last_mut().unwrap() = format!("{slowest:.1}");
        (row[0], row[1], row[column]) = (threads, bound, interleavings);
        rows.insert(model.to_owned(), row);
        write(&rows);
        *written = true;
    } else {
        assert!(
            (&row[0], &row[1], &row[column]) == (&threads, &bound, &interleavings),
            "{name}: {interleavings} interleavings with {threads} threads and bound {bound}, where \
             {PATH} has {row:?}; if that is meant, run with BLESS=1"
        );
    }
}

fn read() -> Rows {
    let text = fs::read_to_string(PATH).unwrap_or_default();
    let table = text.lines().skip_while(|line| !line.starts_with("|-"));
    let cells = |line: &str| {
        let line = line.trim_matches('|');
        let mut cells = line.split('|').map(|cell| cell.trim().to_owned());
        (cells.next().unwrap_or_default(), cells.collect())
    };
    table.skip(1).map(cells).collect()
}

fn write(rows: &Rows) {
    let columns = ["threads", "preemptions"]
        .into_iter()
        .chain(FLAVOURS.iter().copied())
        .chain(["seconds"]);
    let columns: Vec<&str> = columns.collect();
    let mut text = format!("{TITLE}\n\n{HEAD}| model | {} |\n", columns.join(" | "));
    text += &format!("|---{}|\n", "|---".repeat(columns.len()));
    for (model, row) in rows {
        text += &format!("| {model} | {} |\n", row.join(" | "));
    }
    fs::write(PATH, text).unwrap();
}
