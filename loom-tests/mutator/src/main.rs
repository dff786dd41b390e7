//! Rewrites files of the source in place, so that `MUTANT=number=choice` in the environment turns one
//! small bug on, and prints what there is to choose: `number TAB choice TAB line TAB last line TAB file TAB key`.
//!
//! ```text
//! mutator ROOT WITHOUT FILE...
//! ```
//!
//! `WITHOUT` are numbers, with commas, of places that are left as they are, because they do not compile. The
//! number of a place is the same with them and without; its key has no numbers of lines in it, and outlives
//! changes elsewhere in the file.

mod places;
mod switch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use places::{Place, places};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let [root, without, files @ ..] = &args[..] else {
        panic!("mutator ROOT WITHOUT FILE...")
    };
    let without: BTreeSet<usize> = without.split(',').filter_map(|n| n.parse().ok()).collect();
    let mut number = 0;
    for name in files {
        let path = Path::new(root).join(name);
        let source = fs::read_to_string(&path).unwrap();
        let mut same: BTreeMap<String, usize> = BTreeMap::new();
        let mut kept = Vec::new();
        for place in places(&source) {
            number += 1;
            let times = same.entry(place.key.clone()).or_default();
            *times += 1;
            if without.contains(&number) {
                continue;
            }
            let (first, last) = place.lines;
            let again = if *times > 1 {
                format!(" ({times})")
            } else {
                String::new()
            };
            for choice in &place.choices {
                let key = &place.key;
                println!("{number}\t{choice}\t{first}\t{last}\t{name}\t{key}{again}");
            }
            kept.push((number, place));
        }
        fs::write(&path, rewrite(&source, &kept)).unwrap();
    }
    let sync = Path::new(root).join("src/sync/mod.rs");
    let switch = fs::read_to_string(&sync).unwrap() + switch::MODULE;
    fs::write(sync, switch).unwrap();
}

/// No line is added, so that what the compiler says about a line is about that of the original.
fn rewrite(source: &str, places: &[(usize, Place)]) -> String {
    // At each byte: what ends there, the inner first, and then what begins there, the outer first.
    let mut inserts: BTreeMap<usize, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for (number, place) in places {
        let (before, after) = place.kind.around(*number);
        inserts.entry(place.bytes.start).or_default().1.push(before);
        inserts
            .entry(place.bytes.end)
            .or_default()
            .0
            .insert(0, after);
    }
    let mut result = String::new();
    let mut done = 0;
    for (at, (ends, begins)) in inserts {
        result += &source[done..at];
        result.extend(ends);
        result.extend(begins);
        done = at;
    }
    result + &source[done..]
}
