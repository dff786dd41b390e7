//! LEDGER.md: how much was explored. A number that changes without a reason is a model that has become
//! another one.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;
use std::{env, fs};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/LEDGER.md");

const HEAD: &str = "\
# What loom explored

Every model ran to its end; none has a limit of time or number. *Preemptions*: at most as many times was the
turn taken from a thread that could have gone on; without a number there is no bound. The test run compares
the number of interleavings with this file; the seconds are those of the run that wrote it (`BLESS=1`), with
as many models side by side as there were cores.

| model | threads | preemptions | interleavings | seconds |
|---|---|---|---|---|
";

static FILE: Mutex<bool> = Mutex::new(false);

/// Compares with what the ledger says, or, if `BLESS` is set, makes it say so. Not if `LEDGER=off`.
pub(crate) fn enter(
    name: &str,
    threads: usize,
    bound: Option<usize>,
    iterations: usize,
    took: Duration,
) {
    let bound = bound.map_or_else(|| "-".to_owned(), |bound| bound.to_string());
    let fixed = format!("| {threads} | {bound} | {iterations} |");
    println!("{name} {fixed} {took:.1?}");
    if env::var("LEDGER").is_ok_and(|ledger| ledger == "off") {
        return;
    }
    let mut is_open = FILE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let bless = env::var("BLESS").ok();
    let text = fs::read_to_string(PATH).unwrap_or_default();
    let afresh = bless.as_deref() == Some("new") && !*is_open;
    *is_open = true;
    let mut rows: BTreeMap<String, String> = text
        .lines()
        .filter(|_| !afresh)
        .filter_map(|line| line.strip_prefix("| ")?.split_once(' '))
        .filter(|(name, _)| name.contains("::"))
        .map(|(name, rest)| (name.to_owned(), rest.to_owned()))
        .collect();
    if bless.is_some() {
        rows.insert(
            name.to_owned(),
            format!("{fixed} {:.1} |", took.as_secs_f64()),
        );
        let rows = rows.iter().map(|(name, rest)| format!("| {name} {rest}\n"));
        fs::write(PATH, HEAD.to_owned() + &rows.collect::<String>()).unwrap();
    } else {
        let row = rows.get(name).map_or("nothing", String::as_str);
        assert!(
            row.starts_with(&fixed),
            "{name}: LEDGER.md says {row}, and it was {fixed}; if that is meant, run with BLESS=1"
        );
    }
}
