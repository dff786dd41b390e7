//! Scripts of operations, step by step against a model: all short ones, and many long random ones.
//!
//! The model is the documentation in its plainest form. It says how every operation ends and who is woken
//! by it, in which order. After each step the numbers are compared as well, and what must hold whatever
//! the model says: nobody is woken twice between two polls, and while somebody is in line, there are
//! woken waiters for all that is there to be taken.
//!
//! Long scripts are bytes, so that a fuzzer can look for them (`fuzz/`), and here a generator of random
//! numbers.

mod encoded;
mod model;
mod world;

use joinable_queue::JoinableQueue;
use joinable_queue::storage::Storage;
use rand::distr::Distribution;
use rand::distr::weighted::WeightedIndex;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::kit::*;
pub(crate) use encoded::{KINDS, run};
pub(crate) use model::Item;
use world::{Op, World};

/// Runs every script of `depth` steps that follows `opening`, with up to three waiters. Tasks are
/// finished as soon as they are taken.
fn run_all_after<F: Flavour>(opening: &[Op], depth: usize) {
    // Which of the steps that are possible is chosen at each depth, and how many are possible.
    let mut choices: Vec<(usize, usize)> = Vec::new();
    loop {
        let queue: QueueOf<F, Item, 1> = F::bounded();
        let mut world = World::new::<F>(&queue);
        for at in 0..opening.len() + depth {
            let op = match opening.get(at) {
                Some(op) => *op,
                None => {
                    let members = world.members();
                    let mut possible = vec![Op::TryPut, Op::TryGet];
                    possible.extend((0..members).map(Op::Poll));
                    possible.extend((0..members).map(Op::Drop));
                    if members < 3 {
                        possible.extend([Op::Get, Op::Put]);
                    }
                    let at = at - opening.len();
                    if at == choices.len() {
                        choices.push((0, possible.len()));
                    }
                    possible[choices[at].0]
                }
            };
            world.step(op);
            while world.tasks() > 0 {
                world.step(Op::Finish(0));
            }
        }
        world.settle(|_| 0);

        // The next script: the last choice that has another one.
        while let Some((chosen, possible)) = choices.pop() {
            if chosen + 1 < possible {
                choices.push((chosen + 1, possible));
                break;
            }
        }
        if choices.is_empty() {
            return;
        }
    }
}

/// Every script of a few steps agrees with the model, from the start and from situations that take long
/// to come about: waiters that lost once, and twice, in line and woken.
fn all_short_scripts_agree_with_the_model<F: Flavour>() {
    use Op::*;

    let lost_once = [Get, Get, TryPut, TryGet, Poll(0)];
    let lost_twice = [TryPut, TryGet, Poll(0)];
    let lost_room_once = [TryPut, Put, Put, TryGet, TryPut, Poll(0)];
    let lost_room_twice = [TryGet, TryPut, Poll(0)];
    let both_lost = [Get, Get, TryPut, TryGet, TryPut, TryGet, Poll(1), Poll(0)];
    for (opening, depth) in [
        (vec![], 5),
        ([&lost_once[..], &[TryPut]].concat(), 4),
        ([&lost_once[..], &lost_twice, &[TryPut]].concat(), 4),
        ([&lost_room_once[..], &[TryGet]].concat(), 4),
        (
            [&lost_room_once[..], &lost_room_twice, &[TryGet]].concat(),
            4,
        ),
        (both_lost.to_vec(), 4),
    ] {
        // They are 14 times as many with each step.
        let depth = if cfg!(miri) { 2 } else { depth };
        within_limit(move || run_all_after::<F>(&opening, depth));
    }
}

/// Of each flavour and capacity.
const RANDOM_SCRIPTS: usize = 300;
const RANDOM_STEPS: usize = 1000;

/// A script of random steps; how frequent each kind is, is random as well, so that some scripts are
/// crowded with waiters, some with items, and some see many give up.
fn random_script(seed: u64) -> Vec<u8> {
    let mut random = SmallRng::seed_from_u64(seed);
    let weights: [u32; KINDS] = std::array::from_fn(|_| random.random_range(0..=8));
    let kinds = WeightedIndex::new(weights).unwrap();
    let step = |_| [kinds.sample(&mut random) as u8, random.random()];
    (0..RANDOM_STEPS).flat_map(step).collect()
}

fn run_random_scripts<F: Flavour, S: Storage<Item = Item>>(
    make: impl Fn() -> JoinableQueue<S> + Send + 'static,
) {
    within_limit(move || {
        for seed in 0..effort(RANDOM_SCRIPTS) {
            run::<F, S>(&make(), &random_script(seed as u64));
        }
    });
}

/// Long random scripts agree with the model, and come to an end in which nobody hangs.
fn random_scripts_agree_with_the_model<F: Flavour>() {
    run_random_scripts::<F, _>(F::bounded::<Item, 1>);
    run_random_scripts::<F, _>(F::bounded::<Item, 2>);
    run_random_scripts::<F, _>(F::bounded::<Item, 3>);
}

#[cfg(feature = "alloc")]
fn without_a_limit_they_agree_too<F: Unbounded>() {
    run_random_scripts::<F, _>(F::unbounded::<Item>);
}

for_every_flavour!(
    all_short_scripts_agree_with_the_model,
    random_scripts_agree_with_the_model,
);
for_every_unbounded_flavour!(without_a_limit_they_agree_too);
