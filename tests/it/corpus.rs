//! What the fuzzers have found worth keeping, and random bytes, through the same bodies.

use std::fs;
use std::path::Path;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::bodies::{QUEUES, TARGETS};
use crate::kit::{effort, within_limit};

const RANDOM_INPUTS: usize = 3000;

/// Says which input it was, if it fails.
struct Report<'a>(&'a str, &'a [u8]);

impl Drop for Report<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} fails with {:?}", self.0, self.1);
        }
    }
}

fn runs(name: &'static str) {
    let (_, body) = *TARGETS.iter().find(|target| target.0 == name).unwrap();
    let run = move |input: &[u8]| {
        let _report = Report(name, input);
        body(input);
    };
    // Some of the packages that have this test are further below.
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let corpus = above.find_map(|above| fs::read_dir(above.join("fuzz/corpus").join(name)).ok());
    let inputs: Vec<Vec<u8>> = corpus
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(inputs.len() > 20, "is this all of the corpus?");
    within_limit(move || {
        inputs.iter().for_each(|input| run(input));
        for seed in 0..effort(RANDOM_INPUTS) as u32 {
            let mut random = SmallRng::seed_from_u64(seed.into());
            let length = random.random_range(0..400);
            let mut bytes = vec![(seed % u32::from(QUEUES)) as u8];
            bytes.extend((0..length).map(|_| random.random::<u8>()));
            run(&bytes);
        }
    });
}

#[test]
fn script() {
    runs("script");
}

#[test]
fn list() {
    runs("list");
}

#[test]
fn accounting() {
    runs("accounting");
}
