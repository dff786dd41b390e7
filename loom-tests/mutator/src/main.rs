//! Rewrites files of the source in place, so that `MUTANT=number=choice` in the environment turns one
//! small bug on, and prints what there is to choose: `number TAB choice TAB line TAB last line TAB file TAB key`.
//! With `REACHED=file`, a process writes into that file the numbers of the places that it comes by.
//!
//! ```text
//! mutator [--sequential] ROOT WITHOUT FILE...
//! ```
//!
//! `WITHOUT` are numbers, with commas, of places that are left as they are, because they do not compile. The
//! number of a place is the same with them and without; its key has no numbers of lines in it, and outlives
//! changes elsewhere in the file.

mod places;
mod sequential;
mod switch;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use places::{Kind, Place, Rules, places};

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    let (rules, args) = match &args[..] {
        [first, rest @ ..] if first == "--sequential" => (Rules::Sequential, rest),
        all => (Rules::Concurrent, all),
    };
    let [root, without, files @ ..] = args else {
        panic!("mutator [--sequential] ROOT WITHOUT FILE...")
    };
    let without: BTreeSet<usize> = without.split(',').filter_map(|n| n.parse().ok()).collect();
    let mut number = 0;
    for name in files {
        let path = Path::new(root).join(name);
        let source = fs::read_to_string(&path).unwrap();
        let mut same: BTreeMap<String, usize> = BTreeMap::new();
        let mut kept = Vec::new();
        let found = places(&source, rules);
        if rules == Rules::Sequential {
            println!("0\tconst\t{}\t0\t{name}\t: ", found.constant);
        }
        for place in found.places {
            number += 1;
            let is_kept = !without.contains(&number);
            let (first, last) = place.lines;
            // Each value of a function is a place of its own, with the same key.
            let same_as = match place.kind {
                Kind::Body => format!("{} -> {}", place.key, place.choices[0]),
                _ => place.key.clone(),
            };
            let times = same.entry(same_as).or_default();
            *times += 1;
            let again = if *times > 1 {
                format!(" ({times})")
            } else {
                String::new()
            };
            for choice in &place.choices {
                let key = &place.key;
                if is_kept {
                    println!("{number}\t{choice}\t{first}\t{last}\t{name}\t{key}{again}");
                }
            }
            if is_kept {
                kept.push((number, place));
            }
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
    let mut replaced: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, place) in places {
        let (before, after) = place.kind.around(*number, &place.choices);
        if let Some(operator) = &place.middle {
            let begins = &mut inserts.entry(operator.start).or_default().1;
            begins.push(place.kind.between().into());
            replaced.insert(operator.start, operator.end);
        }
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
        done = *replaced.get(&at).unwrap_or(&at);
    }
    result + &source[done..]
}
