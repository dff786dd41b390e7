//! What the threads of a run shall do.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::{OPERATIONS, THREADS};

#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    TryPut,
    TryPutTwo,
    Put,
    /// Polls so often, then takes the item back or drops the future.
    PutOrGiveUp(u32),
    TryGet,
    TryGetTwo,
    Get,
    GetOrGiveUp(u32),
    Done,
    Fail,
    Abandon,
    Detach,
    TaskDone,
    Requeue,
    FollowUp,
    Join,
    JoinOrGiveUp(u32),
    ShutDown,
    ShutDownNow,
    Len,
    Unfinished,
    IsShutDown,
}

#[derive(Clone, Debug)]
pub(super) struct Scenario {
    /// Items at the beginning.
    pub(super) items: u32,
    /// Detached tasks at the beginning.
    pub(super) detached: u32,
    /// How many tasks each thread tries to take before the race.
    pub(super) held: usize,
    pub(super) threads: [Vec<Op>; THREADS],
    /// Whether every operation has its own stamps. Taking them keeps the threads apart a little; without
    /// them the order of each thread is all that is known of the race.
    pub(super) stamped: bool,
    /// How long wakers take.
    pub(super) dawdles: u32,
}

impl Scenario {
    pub(super) fn random(seed: u64, capacity: u32) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        // A few kinds of operations only, so that they meet.
        let kinds: [u32; 4] = std::array::from_fn(|_| random.random_range(0..24));
        let few = random.random_range(2..=kinds.len());
        let op = |random: &mut SmallRng| {
            let polls = random.random_range(1..=3);
            match kinds[random.random_range(0..few)] {
                0 => Op::TryPut,
                1 => Op::TryPutTwo,
                2 => Op::Put,
                3 => Op::PutOrGiveUp(polls),
                4 => Op::TryGet,
                5 => Op::TryGetTwo,
                6 => Op::Get,
                7 => Op::GetOrGiveUp(polls),
                8 => Op::Done,
                9 => Op::Fail,
                10 => Op::Abandon,
                11 => Op::Detach,
                12 => Op::TaskDone,
                13 => Op::Requeue,
                14 => Op::FollowUp,
                15 => Op::Join,
                16 => Op::JoinOrGiveUp(polls),
                17 => Op::Len,
                18 => Op::ShutDown,
                19 => Op::ShutDownNow,
                20 => Op::Unfinished,
                21 => Op::IsShutDown,
                // The most frequent ones.
                22 => Op::Get,
                _ => Op::TryPut,
            }
        };
        let threads = std::array::from_fn(|_| (0..OPERATIONS).map(|_| op(&mut random)).collect());
        Self {
            items: random.random_range(0..=capacity),
            detached: random.random_range(0..=1),
            held: random.random_range(0..=1),
            threads,
            stamped: random.random_range(0..3) > 0,
            dawdles: random.random_range(0..3),
        }
    }
}
