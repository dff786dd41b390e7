//! Parts of the lock-free queue by themselves, made of its own source: what a model of a whole queue reaches only
//! with more interleavings than there is time for.

mod cells;
mod counters;
mod pair;

// What these parts, and each other, find under `super`.
#[allow(dead_code, reason = "some of it is enough here")]
#[path = "../../../src/storage/lockfree/block.rs"]
mod block;
#[path = "../../../src/storage/lockfree/ends.rs"]
mod ends;
#[allow(dead_code, reason = "some of it is enough here")]
#[path = "../../../src/storage/lockfree/finished.rs"]
mod finished;
#[allow(dead_code, reason = "some of it is enough here")]
#[path = "../../../src/storage/lockfree/items.rs"]
mod items;
#[path = "../../../src/storage/lockfree/overflow.rs"]
mod overflow;
#[path = "../../../src/storage/lockfree/ring.rs"]
mod ring;
#[path = "../../../src/storage/lockfree/segments.rs"]
mod segments;

pub use self::cells::Cells;
pub use self::counters::Counters;
pub use self::pair::Pair;
