//! The shape of the source: who may import whom, where `unsafe`, `cfg` and atomics may stand, how long
//! a file may be. (Reads `src`, so it runs where the source is.)

use std::fs;
use std::path::Path;

/// From the bottom up: a module imports from lower rows only, and within itself.
const LAYERS: &[&[&str]] = &[
    &["sync"],
    &["error", "stats", "tally", "wait"],
    &["storage"],
    &["queue"],
    &["handle", "remaining"],
    &["ticket", "receipt"],
    &["task"],
    &["future"],
    &[
        "operations",
        "blocking",
        "embedded",
        "format",
        "growable",
        "heapless",
        "prioritized",
    ],
    &["lib"],
];

/// `sync` hides the platform; `wait` and `storage` hold the list and the lock's promises; the futures'
/// common part calls both.
const MAY_USE_UNSAFE: &[&str] = &["sync/", "wait/", "storage/", "future/waiting.rs"];

/// What a feature brings: modules, and the lock.
const MAY_USE_CFG: &[&str] = &["sync/", "storage/mod.rs", "lib.rs"];

/// `lockfree` because it is, `blocking.rs` for its parked thread.
const MAY_USE_ATOMICS: &[&str] = &["sync/", "storage/lockfree/", "blocking.rs"];

const MAX_LINES_OF_CODE: usize = 300;

struct Source {
    /// Below `src`, with `/`.
    path: String,
    /// Without comments and unit tests.
    code: Vec<String>,
}

impl Source {
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }
}

fn rank(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|layer| layer.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` is in no layer"))
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    for entry in walkdir::WalkDir::new(&src) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let code = text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .map(|line| line.split("//").next().unwrap_or_default().trim())
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        let path = entry.path().strip_prefix(&src).unwrap();
        sources.push(Source {
            path: path.to_str().unwrap().replace('\\', "/"),
            code,
        });
    }
    assert!(sources.len() > 30, "is this all of the source?");
    sources
}

/// Every line of code that has `word` in it must be in one of `places`; and there are such lines.
fn confined(word: &str, places: &[&str]) {
    let mut seen = 0;
    for source in sources() {
        let allowed = places.iter().any(|place| source.path.starts_with(place));
        for line in source.code.iter().filter(|line| line.contains(word)) {
            seen += 1;
            assert!(
                allowed,
                "`{word}` must stay in {places:?}, and is in {}: {line}",
                source.path
            );
        }
    }
    assert!(
        seen > 0,
        "`{word}` is nowhere: does this test still look for the right thing?"
    );
}

#[test]
fn imports_go_down() {
    let mut arrows = 0;
    for source in sources() {
        let from = source.module();
        for line in &source.code {
            for (at, _) in line.match_indices("crate::") {
                let path = &line[at + "crate::".len()..];
                let to: String = path
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                    .collect();
                assert!(!to.is_empty(), "name the module in {}: {line}", source.path);
                arrows += 1;
                assert!(
                    to == from || rank(&to) < rank(from),
                    "`{from}` must not import from `{to}`: {line}"
                );
            }
        }
    }
    assert!(
        arrows > 50,
        "only {arrows} imports: are they read correctly?"
    );
}

/// So that the test above sees every import that leaves a module.
#[test]
fn nobody_imports_by_a_longer_way() {
    for source in sources() {
        for line in &source.code {
            assert!(!line.contains("super::super"), "{}: {line}", source.path);
            let at_the_top = !source.path.contains('/');
            let climbs = line.starts_with("use super::") || line.contains("(in super");
            assert!(!(at_the_top && climbs), "{}: {line}", source.path);
        }
    }
}

#[test]
fn every_module_has_its_layer() {
    for source in sources() {
        rank(source.module());
    }
}

#[test]
fn unsafe_stays_where_it_belongs() {
    confined("unsafe ", MAY_USE_UNSAFE);
    // All others forbid it, so that the compiler says so too.
    for source in sources() {
        let allowed = MAY_USE_UNSAFE
            .iter()
            .any(|place| source.path.starts_with(place));
        let declares_only = ["lib.rs", "future/mod.rs"].contains(&source.path.as_str());
        if allowed || declares_only {
            continue;
        }
        assert_eq!(
            source.code.first().map(String::as_str),
            Some("#![forbid(unsafe_code)]"),
            "{} should begin with it",
            source.path
        );
    }
}

#[test]
fn the_platform_shows_in_sync_alone() {
    confined("cfg", MAY_USE_CFG);
    confined("Atomic", MAY_USE_ATOMICS);
    confined(
        "std::",
        &[
            "sync/native/",
            "sync/modelled/",
            "sync/shuttled/",
            "blocking.rs",
        ],
    );
    confined("loom::", &["sync/modelled/"]);
    confined("critical_section", &["sync/"]);
    confined("use heapless::", &["storage/fixed.rs"]);
}

/// Registering, waking and cancelling take the same time with one waiter and with 100,000, because nothing
/// on their way repeats anything: the one search is for the old place of a waiter that was overtaken,
/// and the one other loop wakes whom a release or a shutdown lets go.
#[test]
fn nothing_in_a_line_of_waiters_repeats_itself() {
    let loops: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.starts_with("wait/") || source.path == "storage/state.rs")
        .flat_map(|source| source.code.iter().map(|line| (&source.path, line)))
        .filter(|(_, line)| {
            let begins = ["for ", "while ", "loop "];
            let has = ["= loop {", ".iter(", ".for_each(", "from_fn("];
            begins.iter().any(|word| line.starts_with(word))
                || has.iter().any(|word| line.contains(word))
        })
        .map(|(path, line)| format!("{path}: {line}"))
        .collect();
    let mut expected = [
        "wait/list.rs: while let Some(here) = at {",
        "wait/effects.rs: while let Some(waker) = (self.0)() {",
    ];
    let mut found: Vec<&str> = loops.iter().map(String::as_str).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn files_stay_short() {
    for source in sources() {
        let lines = source.code.len();
        assert!(
            lines <= MAX_LINES_OF_CODE,
            "{} has {lines} lines of code",
            source.path
        );
    }
}
