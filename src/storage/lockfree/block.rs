//! The pieces that [`Segments`](super::segments::Segments) are made of, and where spare ones are kept.

use alloc::boxed::Box;
use core::mem::{MaybeUninit, size_of};
use core::ptr;

use crate::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use crate::sync::{Backoff, Latched, Lock, Slot};

/// How many items a block holds. One less than a power of two: the tickets have a place between two
/// blocks.
pub(super) const CELLS: usize = crate::sync::CELLS_OF_A_BLOCK;

const EMPTY: usize = 0;
const FILLED: usize = 1;
const TAKEN: usize = 2;

/// A place for one item, which a put fills and a get empties, each once until the block is used again.
pub(super) struct Cell<T> {
    item: Slot<MaybeUninit<T>>,
    state: AtomicUsize,
}

impl<T> Cell<T> {
    const fn new() -> Self {
        Self {
            item: Slot::new(MaybeUninit::uninit()),
            state: AtomicUsize::new(EMPTY),
        }
    }

    /// # Safety
    ///
    /// The caller must have claimed the put ticket of this cell, and call this once.
    #[inline]
    pub(super) unsafe fn fill(&self, item: T) {
        self.item.with_mut(|place| {
            // SAFETY: the cell is the caller's until it is marked as filled.
            unsafe { (*place).write(item) };
        });
        // Ordering: Release pairs with the Acquire in `take`.
        self.state.store(FILLED, Ordering::Release);
    }

    /// Waits until the put with this ticket has filled the cell, takes the item out and gives the cell up:
    /// the caller must not touch it any more, unless it holds on to the block in another way.
    ///
    /// # Safety
    ///
    /// The caller must have claimed the get ticket of this cell, and call this once.
    #[inline]
    pub(super) unsafe fn take(&self) -> T {
        // Ordering: Acquire pairs with the Release in `fill`.
        if self.state.load(Ordering::Acquire) != FILLED {
            self.wait_until_filled();
        }
        let item = self.item.with_mut(|place| {
            // SAFETY: the cell is the caller's own until it is marked as taken.
            let place = unsafe { &mut *place };
            // SAFETY: it is filled.
            unsafe { place.assume_init_read() }
        });
        // Ordering: Release pairs with the Acquire in `Block::is_spent`: the item is read before the block
        // is used again.
        self.state.store(TAKEN, Ordering::Release);
        item
    }

    #[cold]
    fn wait_until_filled(&self) {
        let mut backoff = Backoff::new();
        while self.state.load(Ordering::Acquire) != FILLED {
            backoff.snooze();
        }
    }
}

pub(super) struct Block<T> {
    /// The block behind this one, in the queue or in one of the lists of the store.
    pub(super) next: AtomicPtr<Block<T>>,
    cells: [Cell<T>; CELLS],
}

impl<T> Block<T> {
    /// Made where it stays: on the stack, there need not be room for so many items.
    fn new() -> *mut Self {
        let mut block = Box::<Self>::new_uninit();
        let place = block.as_mut_ptr();
        // SAFETY: the box has room for a block.
        let next = unsafe { &raw mut (*place).next };
        // SAFETY: the box is aligned, and nobody else's.
        unsafe { next.write(AtomicPtr::new(ptr::null_mut())) };
        for at in 0..CELLS {
            // SAFETY: as above.
            let cell = unsafe { &raw mut (*place).cells[at] };
            // SAFETY: as above.
            unsafe { cell.write(Cell::new()) };
        }
        // SAFETY: all of its fields were written.
        Box::into_raw(unsafe { block.assume_init() })
    }

    /// # Safety
    ///
    /// `block` must be there, and the cell must not be touched any more once it is marked as taken: the
    /// reference is no promise that the block stays.
    #[inline]
    pub(super) unsafe fn cell<'a>(block: *mut Self, place: usize) -> &'a Cell<T> {
        // SAFETY: the caller says that the block is there. Every byte of a cell that anybody writes is in an
        // `UnsafeCell`.
        unsafe { &(*block).cells[place] }
    }

    /// Whether every item has been put and taken, so that nobody will touch the block any more.
    fn is_spent(&self) -> bool {
        self.cells
            .iter()
            // Ordering: Acquire pairs with the Release in `Cell::take`.
            .all(|cell| cell.state.load(Ordering::Acquire) == TAKEN)
    }

    /// As new, but for the link. The next user gets the block through a lock or a ticket: Relaxed.
    fn reset(&self) {
        for cell in &self.cells {
            cell.state.store(EMPTY, Ordering::Relaxed);
        }
    }
}

/// Blocks that wait for their next use, and those of which it is not known yet that nobody uses them.
///
/// Invariant **B1**: a pointer that is passed in or out is to a block that [`Block::new`] made, is in no list,
/// and is freed by nobody else.
pub(super) struct Store<T> {
    lists: Lock<Lists<T>, Latched>,
}

struct Lists<T> {
    spare: List<T>,
    /// Passed by the gets, with at least one get still reading: at most as many as there are such gets.
    unspent: List<T>,
}

impl<T> Store<T> {
    /// How many spare blocks are kept: 16 KiB, but at least two.
    const SPARE: usize = if size_of::<Block<T>>() > 8 << 10 {
        2
    } else {
        (16 << 10) / size_of::<Block<T>>()
    };

    pub(super) const fn new() -> Self {
        Self {
            lists: Lock::new(Lists {
                spare: List::new(),
                unspent: List::new(),
            }),
        }
    }

    /// A block as new.
    #[cold]
    pub(super) fn take(&self) -> *mut Block<T> {
        let Some(block) = self.lists.with(|lists| lists.spare.pop()) else {
            return Block::new();
        };
        // Ordering: Relaxed, as in `Block::reset`.
        // SAFETY: B1: the block is there, and nobody else's.
        unsafe { (*block).next.store(ptr::null_mut(), Ordering::Relaxed) };
        block
    }

    /// Takes back a block as new.
    ///
    /// # Safety
    ///
    /// B1.
    #[cold]
    pub(super) unsafe fn put_back(&self, block: *mut Block<T>) {
        // SAFETY: B1.
        if let Some(block) = self.lists.with(|lists| unsafe { lists.keep(block) }) {
            // SAFETY: B1; it is not kept.
            unsafe { free(block) };
        }
    }

    /// Takes back a block of which all tickets have been claimed.
    ///
    /// # Safety
    ///
    /// B1.
    #[cold]
    pub(super) unsafe fn retire(&self, block: *mut Block<T>) {
        let mut rest = List::new();
        self.lists.with(|lists| {
            // SAFETY: B1.
            unsafe { lists.unspent.push(block) };
            let mut unspent = List::new();
            while let Some(pointer) = lists.unspent.pop() {
                // SAFETY: a block in a list is there until it is freed here, or when the store is dropped.
                let block = unsafe { &*pointer };
                if !block.is_spent() {
                    // SAFETY: B1: it was just taken out of a list.
                    unsafe { unspent.push(pointer) };
                    continue;
                }
                block.reset();
                // SAFETY: B1, as above.
                if let Some(pointer) = unsafe { lists.keep(pointer) } {
                    // SAFETY: B1, as above.
                    unsafe { rest.push(pointer) };
                }
            }
            lists.unspent = unspent;
        });
        while let Some(block) = rest.pop() {
            // SAFETY: it is spent, and in no list.
            unsafe { free(block) };
        }
    }
}

impl<T> Lists<T> {
    /// Keeps a block as new for its next use; returns it if there are enough.
    ///
    /// # Safety
    ///
    /// B1.
    unsafe fn keep(&mut self, block: *mut Block<T>) -> Option<*mut Block<T>> {
        if self.spare.len == Store::<T>::SPARE {
            return Some(block);
        }
        // SAFETY: B1.
        unsafe { self.spare.push(block) };
        None
    }
}

/// # Safety
///
/// B1, and nobody uses the block any more.
pub(super) unsafe fn free<T>(block: *mut Block<T>) {
    // SAFETY: `Block::new` made it of a box (B1).
    drop(unsafe { Box::from_raw(block) });
}

impl<T> Drop for Store<T> {
    fn drop(&mut self) {
        self.lists.with(|lists| {
            for list in [&mut lists.spare, &mut lists.unspent] {
                while let Some(block) = list.pop() {
                    // SAFETY: the queue is being dropped, so that nobody uses a block.
                    unsafe { free(block) };
                }
            }
        });
    }
}

/// A list through the blocks, which it owns.
struct List<T> {
    first: *mut Block<T>,
    len: usize,
}

impl<T> List<T> {
    const fn new() -> Self {
        Self {
            first: ptr::null_mut(),
            len: 0,
        }
    }

    /// # Safety
    ///
    /// B1.
    unsafe fn push(&mut self, block: *mut Block<T>) {
        // Ordering: Relaxed, here and in `pop`; the lock orders them.
        // SAFETY: B1: the block is there.
        unsafe { (*block).next.store(self.first, Ordering::Relaxed) };
        self.first = block;
        self.len += 1;
    }

    fn pop(&mut self) -> Option<*mut Block<T>> {
        let block = self.first;
        if block.is_null() {
            return None;
        }
        // SAFETY: what is in a list is freed by nobody else (B1).
        self.first = unsafe { (*block).next.load(Ordering::Relaxed) };
        self.len -= 1;
        Some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stack that has room for a few items has room enough.
    #[test]
    fn blocks_are_made_where_they_stay() {
        const SIZE: usize = 1 << 20;
        let make = || {
            let block = Block::<[u8; SIZE]>::new();
            // SAFETY: just made, and nobody else's.
            unsafe { free(block) };
        };
        let thread = std::thread::Builder::new().stack_size(8 * SIZE);
        assert!(thread.spawn(make).is_ok_and(|made| made.join().is_ok()));
    }
}
