//! Scripts as bytes. Any bytes are a script: two for each step, its kind and its argument.

use joinable_queue::JoinableQueue;
use joinable_queue::storage::Storage;

use super::model::Item;
use super::world::{Op, World};
use crate::kit::*;

/// How many kinds of steps there are.
pub(crate) const KINDS: usize = 32;

/// No more futures, tasks and tickets than this at a time, of each.
const CROWD: usize = 9;

/// Lets the script run on `queue` and on the model, and compares.
pub(crate) fn run<F: Flavour, S: Storage<Item = Item>>(queue: &JoinableQueue<S>, script: &[u8]) {
    let mut world = World::new::<F>(queue);
    // No more than twice what fits; where there is no limit, enough for memory to be taken and given back.
    let crowded = queue.capacity().map_or(100, |capacity| 2 * capacity);
    for step in script.chunks_exact(2) {
        let is_crowded = queue.len() >= crowded;
        if let Some(op) = op(&world, is_crowded, step[0], usize::from(step[1])) {
            world.step(op);
        }
    }
    world.settle(|members| script.len() % members);
}

/// The step that two bytes stand for, if it is possible now.
fn op<S: Storage<Item = Item>>(
    world: &World<'_, S>,
    is_crowded: bool,
    kind: u8,
    argument: usize,
) -> Option<Op> {
    let member = argument.checked_rem(world.members());
    let task = argument.checked_rem(world.tasks());
    let ticket = argument.checked_rem(world.tickets());
    let few = argument % 5;
    let new = |op| (world.members() < CROWD).then_some(op);
    match usize::from(kind) % KINDS {
        0 | 1 => new(Op::Get),
        2 | 3 => new(Op::Put),
        4 => new(Op::Join),
        5 => new(Op::GetMany(few)),
        6 => new(Op::PutAll(few)),
        7 => new([Op::LazyGet, Op::LazyPut, Op::LazyJoin][argument % 3]),
        // As an executor would.
        8..=11 => world.first_woken().map(Op::Poll),
        12 => member.map(Op::Poll),
        13 => member.map(Op::PollAnew),
        14 => member.map(Op::Drop),
        15 => member.map(Op::GiveUp),
        16 | 17 => (!is_crowded).then_some(Op::TryPut),
        18 => (!is_crowded).then_some(Op::TryPutAll(few)),
        // Tasks are not hoarded.
        19 | 20 if world.tasks() >= CROWD => task.map(Op::Finish),
        19 | 20 => Some(Op::TryGet),
        21 if world.tickets() >= CROWD => ticket.map(Op::FinishAll),
        21 => Some(Op::TryGetMany(few)),
        22 => task.map(Op::Finish),
        23 => task.map(Op::Fail),
        24 => task.map(Op::Abandon),
        25 => task.map(Op::Detach),
        26 => Some(Op::TaskDone),
        27 if is_crowded => None,
        27 => task.map(Op::FollowUp),
        28 => task.map(Op::Requeue),
        29 => ticket.map(Op::FinishOne),
        30 => ticket.map(Op::FinishAll),
        // Once a script, or there is not much to be seen.
        31 if argument < 2 => Some(Op::ShutDown),
        31 if argument < 4 => Some(Op::ShutDownNow),
        _ => Some(Op::Fuse(1 + few)),
    }
}
